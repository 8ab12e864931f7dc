#include "decoder.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { RAW_BYTES = 256 * 1024, DECODED_BYTES = 512 * 1024 };

struct decoder {
    source from;
    bool converts; /* the encoding is not UTF-8 */
    bool begun;    /* the first block has been handed out */
    bool ended;    /* the file has no more bytes */
    bool flushed;  /* iconv has given back its last state */
    iconv_t iconv; /* where converts */
    size_t filled; /* bytes in raw */
    size_t handed; /* of these, bytes that need not be kept any longer */
    char *raw;     /* RAW_BYTES */
    char *decoded; /* DECODED_BYTES, where converts */
    int64_t line;  /* line that the current block begins on */
    bool after_cr; /* the byte before it is a CR */
    const char *block;
    size_t length;
};

static bool is_utf8(const char *encoding) {
    return strcasecmp(encoding, "UTF-8") == 0 || strcasecmp(encoding, "UTF8") == 0;
}

bool decoder_knows(const char *encoding) {
    if (is_utf8(encoding)) {
        return true;
    }
    const iconv_t found = iconv_open("UTF-8", encoding);
    if (found != (iconv_t)-1) {
        iconv_close(found);
    }
    return found != (iconv_t)-1 || errno != EINVAL; /* what else can fail is no fault of the name */
}

bool decoder_open(const source *from, decoder **out, failure *why) {
    char encoding[SHOWN_BYTES];
    decoder *text = calloc(1, sizeof *text);
    if (!text) {
        return failure_memory(why);
    }
    text->from = *from;
    text->line = 1;
    text->iconv = (iconv_t)-1;
    text->converts = !is_utf8(from->encoding);
    text->raw = malloc(RAW_BYTES + DECODER_SLACK);
    if (text->converts) {
        text->iconv = iconv_open("UTF-8", from->encoding);
        text->decoded = malloc(DECODED_BYTES + DECODER_SLACK);
        if (text->iconv == (iconv_t)-1) {
            decoder_close(text);
            return failure_data(why,
                                "%s: input.encoding is \"%s\", which iconv does not know; expected a name such as "
                                "\"UTF-8\" or \"windows-1252\" (iconv -l lists them)",
                                from->name, shown(from->encoding, encoding));
        }
    }
    if (!text->raw || (text->converts && !text->decoded)) {
        decoder_close(text);
        return failure_memory(why);
    }
    *out = text;
    return true;
}

void decoder_close(decoder *text) {
    if (!text) {
        return;
    }
    if (text->iconv != (iconv_t)-1) {
        iconv_close(text->iconv);
    }
    free(text->raw);
    free(text->decoded);
    free(text);
}

int64_t line_ends(const char *text, size_t length, bool after_cr) {
    enum { PIECE = 192 }; /* so few that a byte counts them: compilers then count in many bytes at once */
    if (length == 0) {
        return 0;
    }
    int64_t ends = text[0] == '\r' || (text[0] == '\n' && !after_cr);
    for (size_t at = 1; at < length; at += PIECE) {
        const size_t end = length - at < PIECE ? length : at + PIECE;
        unsigned char few = 0;
        for (size_t i = at; i < end; i++) {
            few += (unsigned char)((text[i] == '\r') | ((text[i] == '\n') & (text[i - 1] != '\r')));
        }
        ends += few;
    }
    return ends;
}

int64_t decoder_line(const decoder *text, size_t offset) {
    return text->line + line_ends(text->block, offset < text->length ? offset : text->length, text->after_cr);
}

/* How long the character at `text` is by its first byte, and what its second byte may be; 0 for no first byte. */
static size_t character_length(const unsigned char *text, unsigned char *lowest, unsigned char *highest) {
    unsigned char first = text[0];
    *lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    *highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        return 3;
    }
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

/* Bytes that are looked at together, where they are ASCII. */
enum { STRIDE = 256 };

static bool is_ascii(const unsigned char *text) {
    unsigned char all = 0;
    for (size_t i = 0; i < STRIDE; i++) {
        all |= text[i];
    }
    return all < 0x80;
}

/* The length of the well-formed beginning; *cut says whether what follows may be a character that is cut off. */
static size_t well_formed(const char *bytes, size_t length, bool *cut) {
    const unsigned char *text = (const unsigned char *)bytes;
    size_t at = 0;
    size_t looked_at = 0;
    *cut = false;
    while (at < length) {
        if (at >= looked_at && length - at >= STRIDE) {
            looked_at = at + STRIDE;
            if (is_ascii(text + at)) {
                at = looked_at;
                continue;
            }
        }
        uint64_t eight;
        if (length - at >= sizeof eight) {
            memcpy(&eight, text + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        unsigned char lowest, highest;
        size_t size = character_length(text + at, &lowest, &highest);
        if (size == 0) {
            return at;
        }
        for (size_t i = 1; i < size; i++) {
            if (at + i == length) {
                *cut = true;
                return at;
            }
            unsigned char byte = text[at + i];
            if (byte < (i == 1 ? lowest : 0x80) || byte > (i == 1 ? highest : 0xBF)) {
                return at;
            }
        }
        at += size;
    }
    return at;
}

/* Moves what was not handed on to the front of the buffer and fills up behind it. */
static bool fill(decoder *text, failure *why) {
    memmove(text->raw, text->raw + text->handed, text->filled - text->handed);
    text->filled -= text->handed;
    text->handed = 0;
    if (text->ended) {
        return true;
    }
    errno = 0;
    text->filled += fread(text->raw + text->filled, 1, RAW_BYTES - text->filled, text->from.file);
    if (ferror(text->from.file)) {
        return failure_data(why, "%s: cannot be read: %s", text->from.name, strerror(errno));
    }
    text->ended = text->filled < RAW_BYTES && feof(text->from.file);
    return true;
}

/* How many bits a unit of UTF-8, UTF-16 or UTF-32 has; 0 for any other encoding. */
static int32_t unit_bits(const char *encoding) {
    static const struct {
        const char *name;
        int32_t bits;
    } names[] = {{"UTF-8", 8}, {"UTF8", 8}, {"UTF-16", 16}, {"UTF16", 16}, {"UTF-32", 32}, {"UTF32", 32}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strncasecmp(encoding, names[i].name, strlen(names[i].name)) == 0) {
            return names[i].bits;
        }
    }
    return 0;
}

/* A byte-order mark of another encoding than the model's is told at once: everything behind it would be garbage. That
 * of UTF-32 begins like that of UTF-16. */
static bool check_mark(const decoder *text, failure *why) {
    static const struct {
        const char *bytes;
        size_t length;
        const char *encoding;
    } marks[] = {{"\xFF\xFE\0\0", 4, "UTF-32"},
                 {"\0\0\xFE\xFF", 4, "UTF-32"},
                 {"\xFF\xFE", 2, "UTF-16"},
                 {"\xFE\xFF", 2, "UTF-16"},
                 {"\xEF\xBB\xBF", 3, "UTF-8"}};
    char encoding[SHOWN_BYTES];
    size_t i = 0;
    while (i < sizeof marks / sizeof marks[0] &&
           (text->filled < marks[i].length || memcmp(text->raw, marks[i].bytes, marks[i].length) != 0)) {
        i++;
    }
    if (i == sizeof marks / sizeof marks[0]) {
        return true;
    }
    int32_t bits = unit_bits(text->from.encoding);
    int32_t marked = unit_bits(marks[i].encoding);
    if (bits == marked || (bits == 0 && marked > 8)) {
        return true;
    }
    return failure_data(why,
                        "%s: line 1: the file begins with the byte-order mark of %s, but is read as %s; expected "
                        "\"encoding\": \"%s\" in the model's input",
                        text->from.name, marks[i].encoding, shown(text->from.encoding, encoding), marks[i].encoding);
}

static bool bad_bytes(const decoder *text, failure *why) {
    char encoding[SHOWN_BYTES];
    return failure_data(why,
                        "%s: line %lld: the byte 0x%02x is not valid %s; expected the encoding that the model's "
                        "input names (\"UTF-8\" without it)",
                        text->from.name, (long long)text->line, (unsigned char)text->raw[text->handed],
                        shown(text->from.encoding, encoding));
}

static bool read_utf8(decoder *text, failure *why) {
    bool cut;
    if (!fill(text, why)) {
        return false;
    }
    text->block = text->raw;
    text->length = well_formed(text->raw, text->filled, &cut);
    text->handed = text->length;
    if (text->length == 0 && text->filled > 0 && (!cut || text->ended)) {
        return bad_bytes(text, why);
    }
    return true;
}

/* Lets iconv write as much as it can; the bytes of a character that is cut off stay in raw for the next filling. */
static bool read_converted(decoder *text, failure *why) {
    char *out = text->decoded;
    size_t room = DECODED_BYTES;
    text->block = text->decoded;
    while (room == DECODED_BYTES && !text->flushed) {
        if (!fill(text, why)) {
            return false;
        }
        char *in = text->raw;
        size_t left = text->filled;
        size_t done = left > 0 ? iconv(text->iconv, &in, &left, &out, &room) : 0;
        int reason = done == (size_t)-1 ? errno : 0;
        text->handed = text->filled - left;
        if (reason == 0 && text->ended) {
            text->flushed = iconv(text->iconv, NULL, NULL, &out, &room) != (size_t)-1;
        }
        bool stuck = reason == EILSEQ || (reason == EINVAL && text->ended);
        if (stuck && room == DECODED_BYTES) {
            return bad_bytes(text, why);
        }
    }
    text->length = DECODED_BYTES - room;
    return true;
}

/* Drops U+FEFF at the beginning. */
static void skip_mark(decoder *text) {
    if (text->length >= 3 && memcmp(text->block, "\xEF\xBB\xBF", 3) == 0) {
        text->block += 3;
        text->length -= 3;
    }
}

bool decoder_read(decoder *text, const char **block, size_t *length, failure *why) {
    bool first = !text->begun;
    if (text->length > 0) {
        text->line = decoder_line(text, text->length);
        text->after_cr = text->block[text->length - 1] == '\r';
        text->length = 0;
    }
    if (first) {
        text->begun = true;
        if (!fill(text, why) || !check_mark(text, why)) {
            return false;
        }
    }
    do {
        if (!(text->converts ? read_converted(text, why) : read_utf8(text, why))) {
            return false;
        }
        if (first) {
            skip_mark(text);
            first = false;
        }
    } while (text->length == 0 && !(text->ended && text->handed == text->filled));
    const char *nul = memchr(text->block, '\0', text->length);
    if (nul) {
        return failure_data(why,
                            "%s: line %lld: a NUL byte; expected text (\"encoding\": \"UTF-16\" or \"UTF-32\" in the "
                            "model's input if that is how the file is written)",
                            text->from.name, (long long)decoder_line(text, (size_t)(nul - text->block)));
    }
    *block = text->block;
    *length = text->length;
    return true;
}
