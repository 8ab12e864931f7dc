#include "base/decimal.h"

#include "base/eight_bytes.h"
#include "base/exact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Powers of ten that a double holds exactly. */
static const double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

enum { MANTISSA_DIGITS = 19, EXPONENT_LIMIT = 100000 };

/* Of so many digits no amount is too large; and what is read of texts at once. */
enum { PLAIN_DIGITS = 15, PLAIN_BYTES = 16 };

/* A decimal number as read: (-1)^negative x mantissa x 10^exponent, and whether non-zero digits lie below that. */
typedef struct decimal {
    bool negative;
    bool sticky;
    uint64_t mantissa;
    int32_t digits;
    int64_t exponent;
} decimal;

/* A text being read. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool take(cursor *c, char byte) {
    if (c->at < c->end && *c->at == byte) {
        c->at++;
        return true;
    }
    return false;
}

static bool take_bytes(cursor *c, const char *bytes, size_t length) {
    if ((size_t)(c->end - c->at) >= length && memcmp(c->at, bytes, length) == 0) {
        c->at += length;
        return true;
    }
    return false;
}

static void trim(cursor *c) {
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t')) {
        c->at++;
    }
    while (c->end > c->at && (c->end[-1] == ' ' || c->end[-1] == '\t')) {
        c->end--;
    }
}

/* Takes sign or parentheses off both ends. */
static bool take_sign(cursor *c, const crmvi_notation *notation, bool *negative) {
    *negative = false;
    if (c->at == c->end) {
        return false;
    }
    if (take(c, '-')) {
        *negative = true;
        return true;
    }
    if (take(c, '+')) {
        return true;
    }
    if (notation->minus == CRMVI_MINUS_TRAILING && c->end[-1] == '-') {
        *negative = true;
        c->end--;
        trim(c);
    } else if (notation->minus == CRMVI_MINUS_PARENTHESES && *c->at == '(' && c->end[-1] == ')' && c->end - c->at > 2) {
        *negative = true;
        c->at++;
        c->end--;
        trim(c);
    }
    return true;
}

static bool take_thousands(cursor *c, char separator) {
    if (separator == '\0') {
        return false;
    }
    if (separator == ' ' && (take_bytes(c, "\xC2\xA0", 2) || take_bytes(c, "\xE2\x80\xAF", 3))) {
        return true;
    }
    return take(c, separator);
}

static void add_digit(decimal *d, char digit, bool behind_point) {
    if (d->digits < MANTISSA_DIGITS) {
        d->mantissa = d->mantissa * 10 + (uint64_t)(digit - '0');
        d->digits += d->mantissa != 0;
        d->exponent -= behind_point;
    } else {
        d->sticky = d->sticky || digit != '0';
        d->exponent += !behind_point;
    }
}

/* The digits before the point: in groups of three behind a first group of one to three where they are grouped. */
static bool take_whole_part(cursor *c, char separator, decimal *d, int64_t *count) {
    int64_t group = 0;
    bool grouped = false;
    *count = 0;
    for (;;) {
        while (c->at < c->end && is_digit(*c->at)) {
            add_digit(d, *c->at++, false);
            group++;
            (*count)++;
        }
        const char *before = c->at;
        if (group == 0 || !take_thousands(c, separator)) {
            break;
        }
        if (c->at == c->end || !is_digit(*c->at)) {
            c->at = before;
            break;
        }
        if (grouped ? group != 3 : group > 3) {
            return false;
        }
        grouped = true;
        group = 0;
    }
    return !grouped || group == 3;
}

static bool take_exponent(cursor *c, decimal *d) {
    if (!take(c, 'e') && !take(c, 'E')) {
        return true;
    }
    const bool negative = take(c, '-');
    if (!negative) {
        take(c, '+');
    }
    if (c->at == c->end || !is_digit(*c->at)) {
        return false;
    }
    int64_t exponent = 0;
    while (c->at < c->end && is_digit(*c->at)) {
        if (exponent < EXPONENT_LIMIT) {
            exponent = exponent * 10 + (*c->at - '0');
        }
        c->at++;
    }
    d->exponent += negative ? -exponent : exponent;
    return true;
}

static bool read_decimal(const char *text, int64_t length, const crmvi_notation *notation, decimal *d) {
    cursor c = {text, text + length};
    *d = (decimal){0};
    trim(&c);
    if (!take_sign(&c, notation, &d->negative)) {
        return false;
    }
    int64_t before = 0;
    if (!take_whole_part(&c, notation->thousands, d, &before)) {
        return false;
    }
    int64_t behind = 0;
    if (take(&c, notation->point)) {
        while (c.at < c.end && is_digit(*c.at)) {
            add_digit(d, *c.at++, true);
            behind++;
        }
    }
    if (before + behind == 0) {
        return false;
    }
    if (notation->thousands == '\0' && !take_exponent(&c, d)) {
        return false;
    }
    return c.at == c.end;
}

/* The magnitude as an integer of 10^-decimals, rounded half to even; UINT64_MAX where it is 2^53 or more. */
static uint64_t scaled_magnitude(const decimal *d, int32_t decimals, bool *rounded) {
    const int64_t shift = d->exponent + decimals;
    *rounded = d->sticky;
    if (d->mantissa == 0) {
        return 0;
    }
    if (shift >= 0) {
        uint64_t magnitude = d->mantissa;
        for (int64_t i = 0; i < shift; i++) {
            if (magnitude >= (uint64_t)CRMVI_AMOUNT_LIMIT) {
                return UINT64_MAX;
            }
            magnitude *= 10;
        }
        return magnitude;
    }
    if (shift < -MANTISSA_DIGITS) {
        *rounded = true;
        return 0;
    }
    uint64_t divisor = 1;
    for (int64_t i = 0; i > shift; i--) {
        divisor *= 10;
    }
    const uint64_t below = d->mantissa / divisor;
    const uint64_t rest = d->mantissa % divisor;
    const uint64_t complement = divisor - rest;
    *rounded = *rounded || rest != 0;
    const bool is_above_half = rest > complement || (rest == complement && (d->sticky || below % 2 != 0));
    return is_above_half ? below + 1 : below;
}

/* The values of the first `length` (1 to 8) bytes, moved to the end with zeros in front; a minus that leads becomes a
 * zero, too. */
static uint64_t align(uint64_t bytes, int64_t length, bool *negative) {
    const uint64_t values = crmvi_digit_values(bytes);
    const uint64_t minus = '-' ^ '0';
    *negative = (values & 0xFF) == minus;
    return (*negative ? values ^ minus : values) << (64 - 8 * length);
}

/*
 * Most amounts are a sign, a few digits, a point and no more digits than are kept: nothing to round, and too short to
 * be too large. These are read eight bytes at a time. False for any other text, which read_decimal takes.
 */
static bool read_plain(const char *text, int64_t length, char point, int32_t decimals, int64_t *out) {
    uint64_t head = 0;
    uint64_t tail;
    bool negative;
    if (length < 1 || length > PLAIN_BYTES) {
        return false;
    }
    if (length <= 8) {
        tail = align(crmvi_up_to_eight_bytes(text, length), length, &negative);
    } else {
        const uint64_t values = align(crmvi_eight_bytes(text), length - 8, &negative);
        if (!crmvi_are_digits(values)) {
            return false;
        }
        head = crmvi_digits_number(values);
        tail = crmvi_digit_values(crmvi_eight_bytes(text + length - 8));
    }
    const int32_t behind = crmvi_take_out_point(&tail, point);
    const int32_t kept = behind < 0 ? 0 : behind;
    const int32_t before = (int32_t)length - negative - (behind >= 0) - kept;
    if (!crmvi_are_digits(tail) || before + kept < 1 || kept > decimals || before + decimals > PLAIN_DIGITS) {
        return false;
    }
    const uint64_t digits = head * (behind < 0 ? 100000000 : 10000000) + crmvi_digits_number(tail);
    const int64_t number = (int64_t)digits * (int64_t)exact_powers[decimals - kept];
    *out = negative ? -number : number;
    return true;
}

int32_t crmvi_decimal_amount(const char *text, int64_t length, const crmvi_notation *notation, int32_t decimals,
                             int64_t *out, bool *rounded) {
    decimal d;
    if (read_plain(text, length, notation->point, decimals, out)) {
        *rounded = false;
        return CRMVI_NUMBER_OK;
    }
    if (!read_decimal(text, length, notation, &d)) {
        return CRMVI_NUMBER_BAD;
    }
    const uint64_t magnitude = scaled_magnitude(&d, decimals, rounded);
    if (magnitude >= (uint64_t)CRMVI_AMOUNT_LIMIT) {
        return CRMVI_NUMBER_TOO_LARGE;
    }
    *out = d.negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return CRMVI_NUMBER_OK;
}

int32_t crmvi_decimal_whole(const char *text, int64_t length, int64_t *out) {
    cursor c = {text, text + length};
    trim(&c);
    const bool negative = take(&c, '-');
    if (!negative) {
        take(&c, '+');
    }
    if (c.at == c.end) {
        return CRMVI_NUMBER_BAD;
    }
    const uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    uint64_t magnitude = 0;
    bool is_large = false;
    for (; c.at < c.end; c.at++) {
        if (!is_digit(*c.at)) {
            return CRMVI_NUMBER_BAD;
        }
        const uint64_t digit = (uint64_t)(*c.at - '0');
        is_large = is_large || magnitude > (limit - digit) / 10;
        magnitude = is_large ? 0 : magnitude * 10 + digit;
    }
    if (is_large) {
        return CRMVI_NUMBER_TOO_LARGE;
    }
    *out = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return CRMVI_NUMBER_OK;
}

int32_t crmvi_decimal_exact(const char *text, int64_t length, const crmvi_notation *notation, int64_t *mantissa,
                            int32_t *exponent) {
    decimal d;
    if (!read_decimal(text, length, notation, &d)) {
        return CRMVI_NUMBER_BAD;
    }
    while (d.mantissa != 0 && d.mantissa % 10 == 0) {
        d.mantissa /= 10;
        d.exponent++;
    }
    d.exponent = d.mantissa == 0 ? 0 : d.exponent;
    if (d.sticky || d.mantissa > INT64_MAX || d.exponent > EXPONENT_LIMIT || d.exponent < -EXPONENT_LIMIT) {
        return CRMVI_NUMBER_TOO_LARGE;
    }
    *mantissa = d.negative ? -(int64_t)d.mantissa : (int64_t)d.mantissa;
    *exponent = (int32_t)d.exponent;
    return CRMVI_NUMBER_OK;
}

/* The nearest double to the number that stands in the text. It is written again without a point, which every locale
 * reads alike; a sticky tail only matters for ties, so a 1 behind the mantissa stands for it. */
static double nearest_double(const decimal *d) {
    char written[64];
    snprintf(written, sizeof written, "%llu%se%lld", (unsigned long long)d->mantissa, d->sticky ? "1" : "",
             (long long)(d->exponent - (d->sticky ? 1 : 0)));
    return strtod(written, NULL);
}

int32_t crmvi_decimal_double(const char *text, int64_t length, const crmvi_notation *notation, double *out) {
    decimal d;
    if (!read_decimal(text, length, notation, &d)) {
        return CRMVI_NUMBER_BAD;
    }
    const int64_t leading = d.exponent + d.digits; /* magnitude < 10^leading */
    double magnitude = 0;
    if (d.mantissa == 0) {
        magnitude = 0;
    } else if (leading > 300) {
        return CRMVI_NUMBER_TOO_LARGE;
    } else if (!d.sticky && d.mantissa <= (UINT64_C(1) << 53) && d.exponent >= -22 && d.exponent <= 22) {
        const double power = exact_powers[d.exponent < 0 ? -d.exponent : d.exponent];
        magnitude = d.exponent < 0 ? (double)d.mantissa / power : (double)d.mantissa * power;
    } else {
        magnitude = nearest_double(&d);
    }
    *out = d.negative ? -magnitude : magnitude;
    return CRMVI_NUMBER_OK;
}

/* ---- Doubles ----------------------------------------------------------------------------------------------------- */

int32_t crmvi_double_amount(double value, int32_t decimals, int64_t *out) {
    if (isinf(value)) {
        return CRMVI_NUMBER_BAD;
    }
    const double scaled = value * exact_powers[decimals];
    if (!(fabs(scaled) < (double)CRMVI_AMOUNT_LIMIT)) {
        return CRMVI_NUMBER_TOO_LARGE;
    }
    const double rounded = nearbyint(scaled);
    if (!(fabs(rounded) < (double)CRMVI_AMOUNT_LIMIT)) {
        return CRMVI_NUMBER_TOO_LARGE;
    }
    *out = (int64_t)rounded;
    return CRMVI_NUMBER_OK;
}

bool crmvi_double_micro(double value, int64_t limit, int64_t *out) {
    if (!(fabs(value) <= 9e9)) {
        return false;
    }
    const double rounded = nearbyint(value * 1e6);
    if (rounded / 1e6 != value || fabs(rounded) > (double)limit) {
        return false;
    }
    *out = (int64_t)rounded;
    return true;
}
