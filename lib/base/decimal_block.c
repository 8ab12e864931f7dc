#include "base/decimal_block.h"

#include "base/eight_bytes.h"
#include "base/vectors.h"

#include <string.h>

/*
 * A text of up to eight bytes is taken as the values of eight digits, with zeros in front. Those of a block are fetched
 * first, then brought to digits alone by the same operations for all of them, and then made numbers: loops without a
 * branch that depends on what is written, which compilers make of vectors.
 */

/* Eight digits and so many decimals cannot be too large. */
enum { MOST_DECIMALS = 7, BYTES = 8 };

/* The texts of a block on their way. */
typedef struct work {
    uint64_t digits[CRMVI_TEXTS_ROWS]; /* values, all that is no digit above 9; then pairs of digits */
    uint64_t bad[CRMVI_TEXTS_ROWS];    /* not 0: it is written otherwise */
    int64_t signs[CRMVI_TEXTS_ROWS];   /* -1 where there is a minus, else 0 */
} work;

/* Takes a minus away that leads. False where then nothing is left, or no more than one byte that is no digit. */
static bool take_sign(const char *text, int64_t length, uint64_t *values, int64_t *sign) {
    const bool negative = text[0] == '-';
    if (negative) {
        *sign = -1;
        *values ^= (uint64_t)('-' ^ '0') << 8 * (BYTES - length);
    }
    return length - negative > 1 || (length > negative && (unsigned char)(text[negative] - '0') <= 9);
}

/* Fetches the values that end with each text; those in front of it are another's. */
static void fetch(const crmvi_block_texts *texts, work *w) {
    static const uint64_t own[BYTES + 1] = {0,
                                            UINT64_MAX << 56,
                                            UINT64_MAX << 48,
                                            UINT64_MAX << 40,
                                            UINT64_MAX << 32,
                                            UINT64_MAX << 24,
                                            UINT64_MAX << 16,
                                            UINT64_MAX << 8,
                                            UINT64_MAX};
    const int64_t count = texts->count;
    int64_t i = 0;
    for (; i < count && texts->at[i] - texts->first < BYTES; i++) {
        w->digits[i] = UINT64_MAX; /* too near to the beginning */
        w->signs[i] = 0;
    }
    for (; i < count; i++) {
        const char *text = texts->at[i];
        const int64_t length = texts->lengths[i];
        uint64_t values = UINT64_MAX;
        int64_t sign = 0;
        if (length >= 1 && length <= BYTES) {
            values = crmvi_digit_values(crmvi_eight_bytes(text + length - BYTES)) & own[length];
            if ((text[0] == '-' || length == 1) && !take_sign(text, length, &values, &sign)) {
                values = UINT64_MAX;
            }
        }
        w->digits[i] = values;
        w->signs[i] = sign;
    }
}

/* Most amounts have as many digits behind the point as are kept, or no point. The former's is taken out, the latter get
 * zeros behind. All others become bad; what they have in `bad` together. The digits become pairs of them: ten times the
 * one and the other. */
CRMVI_VECTORS static uint64_t align(work *w, int64_t count, char point, int32_t decimals) {
    const int32_t bit = 8 * (BYTES - 1 - decimals); /* where the point stands */
    const uint64_t of_point = (uint64_t)(unsigned char)(point ^ '0');
    const uint64_t before = ~(UINT64_MAX << bit);
    const uint64_t behind = UINT64_MAX << 8 << bit;
    const uint64_t lost = ~(UINT64_MAX << 8 * decimals);
    uint64_t any_bad = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint64_t values = w->digits[i];
        const uint64_t apart = (values >> bit & 0xFF) ^ of_point;
        const uint64_t with = ((apart + 0xFF) >> 8) - 1; /* all bits where it is the point, else none */
        const uint64_t without_point = (values & behind) | (values & before) << 8;
        const uint64_t digits = (without_point & with) | (values >> 8 * decimals & ~with);
        const uint64_t bad =
            (((digits + CRMVI_EIGHT(0x76)) | digits) & CRMVI_EIGHT(0x80)) | (values & lost & ~with); /* are_digits */
        w->digits[i] = ((digits << 3) + (digits << 1) + (digits >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
        w->bad[i] = bad;
        any_bad |= bad;
    }
    return any_bad;
}

CRMVI_VECTORS static void make_numbers(const work *w, int64_t count, int64_t *values) {
    for (int64_t i = 0; i < count; i++) {
        const int64_t number = (int64_t)crmvi_pairs_number(w->digits[i]);
        values[i] = (number ^ w->signs[i]) - w->signs[i];
    }
}

bool crmvi_decimal_block(const crmvi_block_texts *texts, char point, int32_t decimals, int64_t *values, uint8_t *read) {
    const int64_t count = texts->count;
    work w;
    if (count <= 0) {
        return true;
    }
    if (texts->first == NULL || decimals > MOST_DECIMALS) {
        memset(values, 0, (size_t)count * sizeof *values);
        memset(read, 0, (size_t)count);
        return false;
    }
    fetch(texts, &w);
    const uint64_t any_bad = align(&w, count, point, decimals);
    make_numbers(&w, count, values);
    memset(read, 1, (size_t)count);
    for (int64_t i = 0; i < count && any_bad != 0; i++) {
        read[i] = w.bad[i] == 0;
        values[i] = w.bad[i] == 0 ? values[i] : 0;
    }
    return any_bad == 0;
}
