/*
 * pages.h - memory straight from the system: what a feed takes leaves no trace in the allocator that is measured.
 */
#ifndef CRMVALUE_BENCH_PAGES_H
#define CRMVALUE_BENCH_PAGES_H

#include <stddef.h>

/* Zeros; NULL where memory is short. */
void *pages_get(size_t bytes);

/* Gives them back. NULL is fine. */
void pages_free(void *memory, size_t bytes);

#endif
