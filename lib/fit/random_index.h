/* random_index.h - how inconsistent judgements by chance are: what a consistency index is held against. */
#ifndef CRMVI_FIT_RANDOM_INDEX_H
#define CRMVI_FIT_RANDOM_INDEX_H

#include <stdint.h>

/* How many things the table goes up to; 0 where there is no such table. */
int32_t crmvi_random_index_limit(int32_t table);

/* The mean consistency index of n things, n up to the limit, compared by chance, with `missing` pairs not compared.
 * 0 where judgements cannot contradict each other: for n < 3, and where they are a tree. */
double crmvi_random_index(int32_t table, int32_t n, int32_t missing);

#endif
