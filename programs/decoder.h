/*
 * decoder.h - the bytes of a file as blocks of well-formed UTF-8 without NUL bytes.
 *
 * Whatever iconv can read comes out as UTF-8; UTF-8 itself is validated and handed on as it is. Byte-order marks are
 * dropped. The decoder counts lines (LF, CRLF and lone CR), so that a complaint can name the line.
 */
#ifndef CRMVALUE_PROGRAM_DECODER_H
#define CRMVALUE_PROGRAM_DECODER_H

#include "failure.h"

#include <stddef.h>
#include <stdio.h>

enum { DECODER_SLACK = 16 };

typedef struct decoder decoder;

/* How a file is called in messages, and how it is written. The texts must outlive the decoder. */
typedef struct source {
    FILE *file;           /* the caller's to close */
    const char *name;     /* its path, or "standard input" */
    const char *encoding; /* any name that iconv knows */
    char delimiter;
} source;

/* Whether a file of an encoding of that name can be read. */
bool decoder_knows(const char *encoding);

bool decoder_open(const source *from, decoder **out, failure *why);
void decoder_close(decoder *text);

/* The next block, which ends at the end of a character; *length is 0 at the end of the file. Valid until the next call.
 * DECODER_SLACK bytes behind it may be read, whatever they are. */
bool decoder_read(decoder *text, const char **block, size_t *length, failure *why);

/* The line, 1-based, that a byte of the current block stands on. */
int64_t decoder_line(const decoder *text, size_t offset);

/* Line ends in a piece of text. `after_cr` tells whether the byte before it was a CR, whose LF does not count again. */
int64_t line_ends(const char *text, size_t length, bool after_cr);

#endif
