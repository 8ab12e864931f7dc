/*
 * names.h - names of files in messages, and the name that somebody probably meant.
 */
#ifndef CRMVALUE_PROGRAM_NAMES_H
#define CRMVALUE_PROGRAM_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a file is called in messages: its path, or "standard input" for "-". */
const char *path_name(const char *path);

/* How many bytes to insert, drop or change to get from one text to the other; SIZE_MAX where one is over 64 bytes. */
size_t name_distance(const char *from, const char *to);

/* Whether a name that is so far from a text is near enough to have been meant. */
bool name_near(const char *text, const char *name, size_t apart);

/* The nearest of some names to a text, if it is near enough; NULL otherwise. */
const char *nearest_name(const char *text, const char *const *names, int32_t count);

#endif
