/*
 * draws.h - random numbers that a seed and a position decide alone, and the distributions that customers are drawn
 * from; the same bits on every CPU.
 */
#ifndef CRMVI_CLV_DRAWS_H
#define CRMVI_CLV_DRAWS_H

#include <stdint.h>

/* A stream of numbers: splitmix64 (Steele, Lea & Flood 2014). */
typedef struct crmvi_draws {
    uint64_t state;
} crmvi_draws;

/* The stream number `position` of a seed: every customer has one, so that they can be drawn in any order. */
crmvi_draws crmvi_draws_at(uint64_t seed, uint64_t position);

double crmvi_draw_unit(crmvi_draws *draws); /* above 0, up to 1 */
double crmvi_draw_normal(crmvi_draws *draws);
double crmvi_draw_exponential(crmvi_draws *draws); /* of rate 1 */

/* The logarithm of a gamma draw of rate 1: shapes may be so small that the draw itself is no double. */
double crmvi_draw_log_gamma(crmvi_draws *draws, double shape);

double crmvi_draw_gamma(crmvi_draws *draws, double shape, double rate);
double crmvi_draw_beta(crmvi_draws *draws, double a, double b);

#endif
