/*
 * parts.h - a work whose parts are done side by side.
 */
#ifndef CRMVALUE_BENCH_PARTS_H
#define CRMVALUE_BENCH_PARTS_H

#include <stdbool.h>
#include <stdint.h>

enum { MOST_PARTS = 8 };

/* Calls `work` for the parts 0 to count - 1 (at most MOST_PARTS), each on a thread of its own, and waits for all; false
 * where a thread did not start. */
bool parts_run(int32_t count, void (*work)(void *context, int32_t part), void *context);

/* How many parts to make of a work that does not depend on their number: as many as there are processors. */
int32_t parts_at_hand(void);

#endif
