/* error.h - filling the caller's crmv_error. */
#ifndef CRMVI_BASE_ERROR_H
#define CRMVI_BASE_ERROR_H

#include "crmvalue/status.h"

#if defined(__GNUC__)
#define CRMVI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define CRMVI_PRINTF(text, first)
#endif

/* Fills `error` (may be NULL) and returns `status`. `place` may be NULL. Longer texts are cut at a character. */
int32_t crmvi_fail(crmv_error *error, int32_t status, const char *place, const char *format, ...) CRMVI_PRINTF(4, 5);

/* The same about a row of the batch or table (1-based). */
int32_t crmvi_fail_row(crmv_error *error, int32_t status, int64_t row, const char *place, const char *format, ...)
    CRMVI_PRINTF(5, 6);

/* "out of memory". */
int32_t crmvi_no_memory(crmv_error *error);

/* "argument NAME is NULL", or whatever `problem` says of the argument. */
int32_t crmvi_bad_argument(crmv_error *error, const char *argument, const char *problem);

/*
 * The name among `names` that is nearest to `name` by edit distance, ignoring case and punctuation, or NULL where none
 * comes near. For messages.
 */
const char *crmvi_nearest(const char *name, const char *const *names, int64_t count);

#endif
