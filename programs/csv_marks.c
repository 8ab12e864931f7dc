#include "csv_marks.h"

#include <string.h>

enum { WORD = 8 };

/* Eight bytes as a number, the first the lowest, on any machine. */
static uint64_t eight_bytes(const char *text) {
    uint64_t eight = 0;
    for (int32_t i = 0; i < 8; i++) {
        eight |= (uint64_t)(unsigned char)text[i] << (8 * i);
    }
    return eight;
}

/* The highest bit of each of eight bytes that is some byte: adding 0x7F to seven bits leaves it clear only for zeros.
 */
static uint64_t same_bytes(uint64_t eight, char byte) {
    const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F);
    const uint64_t apart = eight ^ (unsigned char)byte * UINT64_C(0x0101010101010101);
    return ~(((apart & low) + low) | apart | low);
}

int32_t csv_marks_find(const char *text, size_t length, char delimiter, uint16_t *marks) {
    int32_t count = 0;
    for (size_t at = 0; at < length; at += WORD) {
        char rest[WORD] = {0};
        const char *word = text + at;
        if (length - at < WORD) {
            memcpy(rest, word, length - at);
            word = rest;
        }
        const uint64_t eight = eight_bytes(word);
        uint64_t bits =
            same_bytes(eight, delimiter) | same_bytes(eight, '\n') | same_bytes(eight, '\r') | same_bytes(eight, '"');
        for (; bits != 0; bits &= bits - 1) {
            marks[count++] = (uint16_t)(at + (size_t)__builtin_ctzll(bits) / 8);
        }
    }
    return count;
}
