/* decimal.h - texts and doubles to exact integers and back, the same in every locale. */
#ifndef CRMVI_BASE_DECIMAL_H
#define CRMVI_BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* How numbers are written in a feed. */
typedef struct crmvi_notation {
    char point;     /* '.' or ',' */
    char thousands; /* the separator between groups of three digits; 0: none allowed. ' ' also takes U+00A0, U+202F */
    int32_t minus;  /* one of the following */
} crmvi_notation;

enum { CRMVI_MINUS_LEADING, CRMVI_MINUS_TRAILING, CRMVI_MINUS_PARENTHESES };

/* What reading a number can come to. */
enum { CRMVI_NUMBER_OK, CRMVI_NUMBER_BAD, CRMVI_NUMBER_TOO_LARGE };

/* 2^53: amounts of that magnitude or more are refused. */
#define CRMVI_AMOUNT_LIMIT (INT64_C(1) << 53)

/*
 * A decimal text as an integer of 10^-decimals, rounded half to even once from the exact decimal. Blanks around it are
 * allowed; a leading '+' too; an exponent (1e3) too where there is no thousands separator. BAD where it is no number,
 * TOO_LARGE where |result| >= 2^53. `*rounded` tells whether anything but zeros was rounded away.
 */
int32_t crmvi_decimal_amount(const char *text, int64_t length, const crmvi_notation *notation, int32_t decimals,
                             int64_t *out, bool *rounded);

/* A decimal text as a whole int64 (no rounding: a fraction is BAD; TOO_LARGE where it does not fit). */
int32_t crmvi_decimal_whole(const char *text, int64_t length, int64_t *out);

/*
 * A decimal text as it stands: *mantissa x 10^*exponent, without zeros at the mantissa's end. Blanks, sign and exponent
 * as above. BAD where it is no number, TOO_LARGE where the mantissa does not fit into int64.
 */
int32_t crmvi_decimal_exact(const char *text, int64_t length, const crmvi_notation *notation, int64_t *mantissa,
                            int32_t *exponent);

/* A decimal text as the nearest double, a subnormal one too. TOO_LARGE where its magnitude is 1e300 or more. */
int32_t crmvi_decimal_double(const char *text, int64_t length, const crmvi_notation *notation, double *out);

/* A double as an integer of 10^-decimals: one multiplication, ties to even. BAD for infinity; NaN is the caller's. */
int32_t crmvi_double_amount(double value, int32_t decimals, int64_t *out);

/* A double that was typed as a decimal of at most 6 places as an integer of 1e-6; false where it is no such number or
 * its magnitude is over `limit` (in units of 1e-6). */
bool crmvi_double_micro(double value, int64_t limit, int64_t *out);

/* The shortest decimal that reads back as `value` (finite), at most 32 bytes with NUL; returns its length. Whole
 * numbers below 1e15 are written without exponent or point. */
int32_t crmvi_shortest(double value, char *out);

/*
 * A double in a message: a point whatever the host's locale has; "nan", "inf" and "-inf" where it is no number. As the
 * shortest decimal that reads back, and rounded to so many digits (1 to 17).
 */
typedef struct crmvi_figure {
    char text[32];
} crmvi_figure;

crmvi_figure crmvi_figure_of(double value);
crmvi_figure crmvi_figure_rounded(double value, int32_t digits);

/* An integer of 10^-decimals as text with exactly `shown` decimals (rounded half to even), digits in groups of three if
 * `grouped`. At most 64 bytes with NUL; returns the length. */
int32_t crmvi_amount_text(int64_t amount, int32_t decimals, int32_t shown, bool grouped, char *out);

#endif
