/*
 * warnings.h - what is warned of in the data, on the standard error and for the reports.
 *
 * Warnings are told with --quiet, too. They are told at once, or held back until the result that they qualify is told.
 */
#ifndef CRMVALUE_PROGRAM_WARNINGS_H
#define CRMVALUE_PROGRAM_WARNINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct warnings {
    json_t *texts; /* NULL: none yet */
    size_t told;   /* of these */
    bool held;
    bool failed; /* memory was short for one, which was told all the same */
} warnings;

#if defined(__GNUC__)
#define WARNING_FORMATTED __attribute__((format(printf, 2, 3)))
#else
#define WARNING_FORMATTED
#endif

/* A sentence without its "warning: " and its full stop. */
void warnings_add(warnings *all, const char *format, ...) WARNING_FORMATTED;

/* Tells those that were held back, and holds back no more. */
void warnings_tell(warnings *all);

/* All of them as an array of texts; NULL where memory was short. */
json_t *warnings_array(const warnings *all);

void warnings_clear(warnings *all);

#endif
