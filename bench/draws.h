/*
 * draws.h - random numbers that depend on the seed alone, and the distributions that customers are drawn from.
 */
#ifndef CRMVALUE_BENCH_DRAWS_H
#define CRMVALUE_BENCH_DRAWS_H

#include <stdint.h>

/* A stream of numbers: Vigna's splitmix64. */
typedef struct draws {
    uint64_t state;
} draws;

/* Bits that look random, one to one. */
uint64_t draws_mix(uint64_t bits);

/* The stream number `position` of a seed: every row has its own, so that rows can be made in any order. */
draws draws_at(uint64_t seed, uint64_t position);

uint64_t draws_next(draws *stream);
int64_t draws_below(draws *stream, int64_t bound); /* bound up to 2^32 */
double draws_unit(draws *stream);                  /* above 0, up to 1 */
double draws_exponential(draws *stream, double rate);
double draws_gamma(draws *stream, double shape, double rate);

#endif
