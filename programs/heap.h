/* heap.h - where the process takes its memory from. */
#ifndef CRMVALUE_PROGRAM_HEAP_H
#define CRMVALUE_PROGRAM_HEAP_H

#include <stdint.h>

/* Says that files of so many bytes are about to be taken in. Room for them is then asked for in huge pages, where the
 * system has them and it is known how to ask: the first touch of small ones costs as much as a third of all other work.
 * What is never touched takes no memory, and nothing is the worse for it where there are none. */
void heap_expect(int64_t file_bytes);

#endif
