#include "base/decimal_block.h"

#include "base/eight_bytes.h"
#include "base/exact.h"

/* Eight digits and so many decimals cannot be too large. */
enum { MOST_DECIMALS = 7, BYTES = 8 };

/* How the texts of a block are written. Most have as many digits behind the point as are kept. */
typedef struct writing {
    char point;
    int32_t decimals, point_bit; /* where in eight bytes the point then stands */
    int64_t units[MOST_DECIMALS + 1];
} writing;

static writing writing_of(char point, int32_t decimals) {
    writing how = {.point = point, .decimals = decimals, .point_bit = 8 * (BYTES - 1 - decimals)};
    for (int32_t i = 0; i <= decimals; i++) {
        how.units[i] = crmvi_power_of_ten(i);
    }
    return how;
}

/* Reads the text that ends where the eight bytes do, of whose values those in front are another's. */
static inline bool read_eight(uint64_t values, int64_t length, const writing *how, int64_t *out) {
    const uint64_t minus = '-' ^ '0';
    const uint64_t point = (uint64_t)(unsigned char)how->point ^ '0';
    const int64_t first_bit = 8 * (BYTES - length);
    int64_t unit = 1;
    values &= UINT64_MAX << first_bit;
    const bool negative = (values >> first_bit & 0xFF) == minus;
    if (negative) {
        values ^= minus << first_bit;
        length--;
    }
    if ((values >> how->point_bit & 0xFF) == point) {
        const uint64_t behind = UINT64_MAX << 8 << how->point_bit;
        values = (values & behind) | (values ^ (values & behind) ^ point << how->point_bit) << 8;
        length--;
    } else if (crmvi_are_digits(values)) {
        unit = how->units[how->decimals];
    } else {
        const int32_t behind = crmvi_take_out_point(&values, how->point);
        if (behind < 0 || behind > how->decimals) {
            return false;
        }
        unit = how->units[how->decimals - behind];
        length--;
    }
    const int64_t number = (int64_t)crmvi_digits_number(values) * unit;
    *out = negative ? -number : number;
    return length > 0 && crmvi_are_digits(values);
}

bool crmvi_decimal_block(const crmvi_block_texts *texts, char point, int32_t decimals, int64_t *values, uint8_t *read) {
    const writing how = writing_of(point, decimals <= MOST_DECIMALS ? decimals : 0);
    const char *const first = texts->first;
    uint8_t all = 1;
    for (int64_t i = 0; i < texts->count; i++) {
        const char *text = texts->at[i];
        const int64_t length = texts->lengths[i];
        int64_t value = 0;
        bool is_read = false;
        if (length >= 1 && length <= BYTES && first != NULL && text - first >= BYTES && decimals <= MOST_DECIMALS) {
            is_read = read_eight(crmvi_digit_values(crmvi_eight_bytes(text + length - BYTES)), length, &how, &value);
        }
        values[i] = is_read ? value : 0;
        read[i] = is_read;
        all &= is_read;
    }
    return all != 0;
}
