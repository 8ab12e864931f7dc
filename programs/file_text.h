/*
 * file_text.h - a whole file in memory.
 */
#ifndef CRMVALUE_PROGRAM_FILE_TEXT_H
#define CRMVALUE_PROGRAM_FILE_TEXT_H

#include "failure.h"

#include <stdio.h>

/* Opens a path for reading; "-" is the standard input. Close with file_close. */
bool file_open(const char *path, FILE **out, failure *why);
void file_close(FILE *file);

/* Reads a file of at most `limit` bytes; *text is the caller's to free. */
bool file_text(const char *path, size_t limit, char **text, size_t *length, failure *why);

#endif
