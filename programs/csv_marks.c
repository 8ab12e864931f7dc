#include "csv_marks.h"

#include <string.h>

/* Bytes that are looked at together: few enough to stay at hand. */
enum { PIECE = 2048, WORD = 8 };

void csv_bits_make(csv_bits *bits) {
    for (uint32_t mask = 0; mask < 256; mask++) {
        uint16_t places[WORD] = {0};
        int32_t count = 0;
        for (int32_t bit = 0; bit < WORD; bit++) {
            if ((mask >> bit & 1) != 0) {
                places[count++] = (uint16_t)bit;
            }
        }
        memcpy(bits->places[mask], places, sizeof places);
    }
}

static unsigned char lesser(unsigned char a, unsigned char b) {
    return a < b ? a : b;
}

/* 1 for each byte that is a mark, 0 for all others, up to whole words. Written so that compilers take many bytes at
 * once: a byte is a mark where the least of its differences from all of them is 0. */
static void flag_marks(const unsigned char *text, size_t length, unsigned char delimiter, unsigned char *flags) {
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = text[i];
        const unsigned char of_line = lesser(byte ^ '\n', byte ^ '\r');
        const unsigned char of_field = lesser(byte ^ '"', byte ^ delimiter);
        flags[i] = lesser(of_line, of_field) == 0;
    }
    memset(flags + length, 0, WORD);
}

/* Eight bytes as a number, the first the lowest, on any machine. */
static uint64_t eight_bytes(const unsigned char *bytes) {
    return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24 |
           (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 | (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

/* The places of flags, counted from `base`. No branch depends on the text: where a field ends cannot be foreseen. */
static int32_t list_places(const csv_bits *bits, const unsigned char *flags, size_t length, size_t base,
                           uint16_t *marks) {
    const uint64_t each = UINT64_C(0x0001000100010001);
    uint64_t bases = base * each;
    int32_t count = 0;
    for (size_t at = 0; at < length; at += WORD) {
        const uint64_t eight = eight_bytes(flags + at);
        const uint64_t *places = bits->places[eight * UINT64_C(0x0102040810204080) >> 56]; /* a bit of each byte */
        const uint64_t found[2] = {places[0] + bases, places[1] + bases};
        memcpy(marks + count, found, sizeof found);
        count += (int32_t)(eight * UINT64_C(0x0101010101010101) >> 56); /* their sum */
        bases += WORD * each;
    }
    return count;
}

int32_t csv_marks_find(const csv_bits *bits, const char *text, size_t length, char delimiter, uint16_t *marks) {
    unsigned char flags[PIECE + WORD];
    int32_t count = 0;
    for (size_t at = 0; at < length; at += PIECE) {
        const size_t piece = length - at < PIECE ? length - at : PIECE;
        flag_marks((const unsigned char *)text + at, piece, (unsigned char)delimiter, flags);
        count += list_places(bits, flags, piece, at, marks + count);
    }
    return count;
}
