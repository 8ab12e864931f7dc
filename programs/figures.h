/*
 * figures.h - numbers as people and other programs read them: exact, with a point, in no locale.
 */
#ifndef CRMVALUE_PROGRAM_FIGURES_H
#define CRMVALUE_PROGRAM_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

/* Sums of amounts over customers do not overflow in here. */
__extension__ typedef __int128 wide;

/* A number that the library gives in two halves: high x 2^64 + low. */
wide figure_wide(int64_t high, uint64_t low);

/* Each function writes into the caller's buffer and returns it. */
enum { FIGURE_BYTES = 80 };

/* Points in units of 1e-6, without the zeros at the end ("79.5"); "" where missing. */
const char *figure_points(int64_t points, char out[FIGURE_BYTES]);

/* An amount in minor units with exactly its decimals; `grouped` sets a comma between thousands. */
const char *figure_amount(wide minor, int32_t decimals, bool grouped, char out[FIGURE_BYTES]);

/* numerator / denominator (> 0), rounded half to even. */
wide figure_quotient(wide numerator, wide denominator);

/* A whole number in groups of three digits. */
const char *figure_count(int64_t count, char out[FIGURE_BYTES]);

/* YYYY-MM-DD; "-" for no date. */
const char *figure_date(int32_t day, char out[FIGURE_BYTES]);

/* A double in groups of three digits, with so many decimals, or with up to four that it needs where -1; "-" for NaN. */
const char *figure_number(double number, int32_t decimals, char out[FIGURE_BYTES]);

/* The shortest decimals that read back as the same double; "" for NaN. */
const char *figure_shortest(double number, char out[FIGURE_BYTES]);

#endif
