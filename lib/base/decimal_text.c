#include "base/decimal.h"
#include "base/exact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST_SIZE = 32, WHOLE_DIGITS = 15 };

/* The first `precision` digits of a positive value, rounded, and its decimal exponent: 0.d1d2d3... x 10^exponent.
 * snprintf's decimal point depends on the locale, so it is passed over. */
static void digits_of(double value, int32_t precision, char *digits, int32_t *exponent) {
    char written[48];
    snprintf(written, sizeof written, "%.*e", (int)(precision - 1), value);
    int32_t count = 0;
    const char *at = written;
    for (; *at != 'e' && *at != '\0'; at++) {
        if (*at >= '0' && *at <= '9') {
            digits[count++] = *at;
        }
    }
    digits[count] = '\0';
    *exponent = (int32_t)strtol(at + 1, NULL, 10) + 1;
}

static double digits_back(const char *digits, int32_t exponent) {
    char written[48];
    snprintf(written, sizeof written, "%se%d", digits, (int)(exponent - (int32_t)strlen(digits)));
    return strtod(written, NULL);
}

/* Places the point: as a plain number where that is short, else with an exponent. */
static int32_t lay_out(const char *digits, int32_t exponent, char *out) {
    const int32_t count = (int32_t)strlen(digits);
    char *start = out;
    if (exponent > WHOLE_DIGITS || exponent < -5) {
        *out++ = digits[0];
        if (count > 1) {
            *out++ = '.';
            memcpy(out, digits + 1, (size_t)count - 1);
            out += count - 1;
        }
        return (int32_t)(out - start) + snprintf(out, 8, "e%d", (int)(exponent - 1));
    }
    if (exponent <= 0) {
        *out++ = '0';
        *out++ = '.';
        for (int32_t i = exponent; i < 0; i++) {
            *out++ = '0';
        }
    }
    for (int32_t i = 0; i < count || i < exponent; i++) {
        if (i == exponent && exponent > 0) {
            *out++ = '.';
        }
        *out++ = i < count ? digits[i] : '0';
    }
    *out = '\0';
    return (int32_t)(out - start);
}

static int32_t lay_out_signed(double value, const char *digits, int32_t exponent, char *out) {
    int32_t sign = 0;
    if (value < 0) {
        out[0] = '-';
        sign = 1;
    }
    return sign + lay_out(digits, exponent, out + sign);
}

int32_t crmvi_shortest(double value, char *out) {
    if (value == 0) {
        out[0] = '0';
        out[1] = '\0';
        return 1;
    }
    const double magnitude = fabs(value);
    char digits[24];
    int32_t exponent = 0;
    for (int32_t precision = 1; precision <= 17; precision++) {
        digits_of(magnitude, precision, digits, &exponent);
        if (digits_back(digits, exponent) == magnitude) {
            break;
        }
    }
    return lay_out_signed(value, digits, exponent, out);
}

static crmvi_figure no_number(double value) {
    crmvi_figure figure;
    snprintf(figure.text, sizeof figure.text, "%s", isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    return figure;
}

crmvi_figure crmvi_figure_of(double value) {
    crmvi_figure figure;
    if (!isfinite(value)) {
        return no_number(value);
    }
    crmvi_shortest(value, figure.text);
    return figure;
}

crmvi_figure crmvi_figure_rounded(double value, int32_t digits) {
    crmvi_figure figure;
    char rounded[24];
    int32_t exponent = 0;
    if (value == 0 || !isfinite(value)) {
        return crmvi_figure_of(value);
    }
    digits_of(fabs(value), digits, rounded, &exponent);
    for (size_t last = strlen(rounded) - 1; last > 0 && rounded[last] == '0'; last--) {
        rounded[last] = '\0';
    }
    lay_out_signed(value, rounded, exponent, figure.text);
    return figure;
}

/* Takes the last digit off a number. Most numbers fit into 64 bits, which are divided many times faster. */
static char take_last_digit(crmvi_uwide *rest) {
    if (*rest > UINT64_MAX) {
        const crmvi_uwide whole = *rest;
        *rest = whole / 10;
        return (char)('0' + (int)(whole % 10));
    }
    const uint64_t whole = (uint64_t)*rest;
    *rest = whole / 10;
    return (char)('0' + (int)(whole % 10));
}

/* amount / unit (1 to 10^18), rounded half to even. */
static int64_t in_units(int64_t amount, int64_t unit) {
    const int64_t quotient = amount / unit;
    const int64_t rest = amount % unit;
    const int64_t distance = rest < 0 ? -rest : rest;
    const bool is_up = distance > unit - distance || (distance == unit - distance && quotient % 2 != 0);
    return !is_up ? quotient : amount < 0 ? quotient - 1 : quotient + 1;
}

int32_t crmvi_amount_text(int64_t amount, int32_t decimals, int32_t shown, bool grouped, char *out) {
    crmvi_wide scaled = amount;
    for (int32_t i = decimals; i < shown; i++) {
        scaled *= 10;
    }
    if (decimals > shown) {
        scaled = in_units(amount, crmvi_power_of_ten(decimals - shown));
    }
    const bool negative = scaled < 0;
    crmvi_uwide rest = negative ? -(crmvi_uwide)scaled : (crmvi_uwide)scaled;
    char reversed[64];
    int32_t count = 0;
    for (int32_t place = 0; rest != 0 || place <= shown; place++) {
        if (place == shown && shown > 0) {
            reversed[count++] = '.';
        }
        if (grouped && place > shown && (place - shown) % 3 == 0) {
            reversed[count++] = ',';
        }
        reversed[count++] = take_last_digit(&rest);
    }
    int32_t length = 0;
    if (negative) {
        out[length++] = '-';
    }
    while (count > 0) {
        out[length++] = reversed[--count];
    }
    out[length] = '\0';
    return length;
}
