/*
 * separate.h - work in a process of its own, so that its first run finds fresh memory.
 */
#ifndef CRMVALUE_BENCH_SEPARATE_H
#define CRMVALUE_BENCH_SEPARATE_H

#include <stdbool.h>
#include <stddef.h>

/* Calls `work` in a child process and brings back what it wrote to `result`; false where the child did not get to its
 * end. */
bool separate_run(void (*work)(const void *plan, void *result), const void *plan, void *result, size_t size);

#endif
