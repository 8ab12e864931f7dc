#include "figures.h"

#include <crmvalue/crmvalue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 magnitude;

wide figure_wide(int64_t high, uint64_t low) {
    return (wide)((magnitude)(uint64_t)high << 64 | low);
}

/* Takes the last digit off a number. Most numbers fit into 64 bits, which are divided many times faster. */
static char take_digit(magnitude *rest) {
    if (*rest > UINT64_MAX) {
        const magnitude whole = *rest;
        *rest = whole / 10;
        return (char)('0' + (int)(whole % 10));
    }
    const uint64_t whole = (uint64_t)*rest;
    *rest = whole / 10;
    return (char)('0' + (int)(whole % 10));
}

const char *figure_amount(wide minor, int32_t decimals, bool grouped, char out[FIGURE_BYTES]) {
    magnitude rest = minor < 0 ? -(magnitude)minor : (magnitude)minor;
    size_t at = FIGURE_BYTES;
    out[--at] = '\0';
    for (int32_t digit = 0; digit <= decimals || rest > 0; digit++) {
        if (digit == decimals && decimals > 0) {
            out[--at] = '.';
        }
        if (grouped && digit > decimals && (digit - decimals) % 3 == 0) {
            out[--at] = ',';
        }
        out[--at] = take_digit(&rest);
    }
    if (minor < 0) {
        out[--at] = '-';
    }
    memmove(out, out + at, FIGURE_BYTES - at);
    return out;
}

const char *figure_points(int64_t points, char out[FIGURE_BYTES]) {
    if (points == CRMV_MISSING_POINTS) {
        out[0] = '\0';
        return out;
    }
    int32_t decimals = 6;
    for (; decimals > 0 && points % 10 == 0; decimals--) {
        points /= 10;
    }
    return figure_amount(points, decimals, false, out);
}

wide figure_quotient(wide numerator, wide denominator) {
    wide quotient = numerator / denominator;
    wide rest = numerator % denominator;
    if (rest < 0) {
        rest += denominator;
        quotient--;
    }
    wide twice = rest * 2;
    return quotient + (twice > denominator || (twice == denominator && quotient % 2 != 0));
}

const char *figure_count(int64_t count, char out[FIGURE_BYTES]) {
    return figure_amount(count, 0, true, out);
}

const char *figure_date(int32_t day, char out[FIGURE_BYTES]) {
    int32_t year, month, day_of_month;
    if (day == CRMV_NO_DATE || crmv_date(day, &year, &month, &day_of_month) != CRMV_OK) {
        snprintf(out, FIGURE_BYTES, "-");
    } else {
        snprintf(out, FIGURE_BYTES, "%04d-%02d-%02d", (int)year, (int)month, (int)day_of_month);
    }
    return out;
}

/* Sets commas between the thousands of a number that is written without. */
static void group(const char *plain, char out[FIGURE_BYTES]) {
    size_t sign = plain[0] == '-';
    size_t whole = strcspn(plain + sign, ".") + sign;
    size_t used = 0;
    for (size_t i = 0; plain[i] != '\0' && used + 2 < FIGURE_BYTES; i++) {
        if (i > sign && i < whole && (whole - i) % 3 == 0) {
            out[used++] = ',';
        }
        out[used++] = plain[i];
    }
    out[used] = '\0';
}

/* Drops zeros behind the point, and the point if nothing is left behind it. */
static void trim(char *number) {
    char *end = number + strlen(number);
    if (!strchr(number, '.')) {
        return;
    }
    while (end[-1] == '0') {
        *--end = '\0';
    }
    if (end[-1] == '.') {
        end[-1] = '\0';
    }
}

const char *figure_number(double number, int32_t decimals, char out[FIGURE_BYTES]) {
    char plain[FIGURE_BYTES];
    if (number != number) {
        snprintf(out, FIGURE_BYTES, "-");
        return out;
    }
    bool vast = number >= 1e18 || number <= -1e18;
    bool tiny = decimals < 0 && number != 0 && number < 0.001 && number > -0.001;
    if (vast || tiny) {
        snprintf(out, FIGURE_BYTES, "%.4g", number);
        return out;
    }
    snprintf(plain, sizeof plain, "%.*f", decimals < 0 ? 4 : (int)decimals, number);
    if (decimals < 0) {
        trim(plain);
    }
    group(strcmp(plain, "-0") == 0 ? "0" : plain, out);
    return out;
}

const char *figure_shortest(double number, char out[FIGURE_BYTES]) {
    out[0] = '\0';
    for (int digits = 15; digits <= 17 && number == number; digits++) {
        snprintf(out, FIGURE_BYTES, "%.*g", digits, number);
        if (strtod(out, NULL) == number) {
            break;
        }
    }
    return out;
}
