/*
 * failure.h - why a command ends early: one message, and the exit status that goes with it.
 *
 * Functions that can fail take a failure, fill it once and return false; main prints it and leaves with its status.
 */
#ifndef CRMVALUE_PROGRAM_FAILURE_H
#define CRMVALUE_PROGRAM_FAILURE_H

#include <crmvalue/crmvalue.h>
#include <stdbool.h>
#include <stddef.h>

/* The exit statuses that `crmvalue help` promises. */
enum { EXIT_DONE = 0, EXIT_DATA = 1, EXIT_USAGE = 2 };

typedef struct failure {
    int status;
    char message[2048];
} failure;

/* The compiler checks the values against the format. */
#if defined(__GNUC__)
#define FAILURE_FORMATTED __attribute__((format(printf, 2, 3)))
#else
#define FAILURE_FORMATTED
#endif

/* Fills the failure and returns false, so that `return failure_data(...)` is how a function gives up. */
bool failure_data(failure *why, const char *format, ...) FAILURE_FORMATTED;
bool failure_usage(failure *why, const char *format, ...) FAILURE_FORMATTED;
bool failure_memory(failure *why);

/* What a call of the library said, behind the name of the file that it was about (may be NULL) and its line: `line`, or
 * where that is 0 the error's own. Wrong data or model. */
bool failure_library(failure *why, const char *file, int64_t line, const crmv_error *error);

/* Adds what can be done about it to a failure's message. */
void failure_hint(failure *why, const char *hint);

/* A text from a file or from the command line as it may stand in a message: control characters as '?', cut at a
 * character if it is long. The buffer belongs to the caller. */
enum { SHOWN_BYTES = 96 };
const char *shown_part(const char *text, size_t length, char buffer[SHOWN_BYTES]);
const char *shown(const char *text, char buffer[SHOWN_BYTES]);

#endif
