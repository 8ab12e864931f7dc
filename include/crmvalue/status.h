/*
 * status.h - how a call ends, and how it runs.
 *
 * Every function that can fail returns an int32_t status: CRMV_OK (0), or one of the codes below. Results come back
 * through out-pointers, which are written only on CRMV_OK (but for a needed length or count, where the comment says
 * so); a handle that a failing call was given is as it was before the call. Functions that can fail in more than one
 * way take an optional crmv_error of the caller's as their last argument, which then says what was wrong and where; it
 * is left alone on CRMV_OK. There is no hidden error state: nothing is kept per thread or per process.
 *
 * A good guest. The library never exits, aborts, prints, sets a signal handler, a locale or any other process-wide
 * state, reads a clock, a time zone or an environment variable, and keeps nothing that you passed after a call has
 * returned, but for the options of crmv_ledger_new, which hold for the ledger's life. Whatever floating-point
 * environment the caller has (traps unmasked, another rounding, flush-to-zero), each call computes in the default one
 * and puts the caller's back; a progress function is called in the default one. One thing is done once by Jansson,
 * which holds the model's JSON: it seeds its hash function; no result depends on that.
 *
 * Threads. A handle that you hold as `const` may be used by any number of threads at once. A call that takes a handle
 * without `const` needs it for itself. Workers (crmv_options.threads) live inside one call only.
 *
 * Compatibility. Structures that the caller fills or receives begin with `struct_size`; set it to sizeof the structure.
 * A structure only ever grows at its end: a library reads and writes no more bytes of it than both sides know, takes a
 * larger one of a later version, and steps through arrays by the size that the caller's first element names. A size
 * below that of the structure's first release is CRMV_BAD_ARGUMENT.
 */
#ifndef CRMVALUE_STATUS_H
#define CRMVALUE_STATUS_H

#include <stdint.h>

#if defined(CRMVALUE_BUILDING) && defined(__GNUC__)
#define CRMV_API __attribute__((visibility("default")))
#else
#define CRMV_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What a call can return. The numbers never change. */
enum {
    CRMV_OK = 0,
    CRMV_OUT_OF_MEMORY = 1,     /* an allocation failed; nothing was changed */
    CRMV_BAD_ARGUMENT = 2,      /* NULL, a negative count, a wrong struct_size, a date outside the years 1-9999 */
    CRMV_BAD_SYNTAX = 3,        /* the text is no JSON; the error holds line and column */
    CRMV_BAD_MODEL = 4,         /* JSON, but no model; the error's place is the JSON path */
    CRMV_BAD_COLUMN = 5,        /* a column is missing, unknown, given twice, or of a type that its role cannot take */
    CRMV_BAD_STATE = 6,         /* the handle is not in the state that the call needs: append before begin */
    CRMV_DUPLICATE = 7,         /* a batch of that name has been taken in before */
    CRMV_OVERFLOW = 8,          /* an exact sum does not fit into 64 bits of minor units */
    CRMV_NOT_FOUND = 9,         /* no metric, index, column or customer of that name */
    CRMV_CANCELLED = 10,        /* the progress function asked to stop; nothing was changed */
    CRMV_BUFFER_TOO_SMALL = 11, /* where there is an out-pointer for the needed length or count, it has been written */
    CRMV_TOO_LARGE = 12,        /* more rows, customers or bytes than the format can hold */
    CRMV_IO = 13,               /* the system refused to open, read, write or rename a file; the message says why */
    CRMV_BAD_FILE = 14,         /* the file is no ledger, is damaged, or is of a later version */
    CRMV_BUSY = 15,             /* another process has the file open for writing */
    CRMV_NOT_FITTED = 16,       /* the model requests what was not found yet; the place is the request's */
    CRMV_NOT_IDENTIFIED = 17 /* the data or the judgements do not determine what was asked for; the message says why */
};

/* Where and why a call failed. The caller owns it and may leave it uninitialised but for struct_size. */
typedef struct crmv_error {
    uint32_t struct_size; /* sizeof(crmv_error) */
    int32_t status;       /* the status that the call returned */
    int64_t row;          /* row of the batch or table, 1-based; 0: not about a row */
    int64_t line;         /* line of a text, 1-based; 0: not about a text */
    int64_t column;       /* column of that line in bytes, 1-based; 0: unknown */
    char place[96];       /* JSON path, column name or argument name, UTF-8; cut at a character if longer */
    char message[384];    /* one English sentence: what was found, what was expected; UTF-8 */
} crmv_error;

/* How a call runs. NULL stands for the defaults: one thread, no progress. */
typedef struct crmv_options {
    uint32_t struct_size; /* sizeof(crmv_options) */
    int32_t threads;      /* workers, 1 to 1024; 0 means 1. Results are the same bits at any number */
    void *context;        /* handed to progress */
    /* Called now and then on the calling thread; `done` runs from 0 to 1 within a stage. Non-zero cancels the call,
     * which returns CRMV_CANCELLED. NULL: no calls. */
    int32_t (*progress)(void *context, const char *stage, double done);
} crmv_options;

/* The library's version, "MAJOR.MINOR.PATCH". Static; never NULL. */
CRMV_API const char *crmv_version(void);

/* A short English name of a status ("out of memory"); "unknown status" for any other number. Static; never NULL. */
CRMV_API const char *crmv_status_text(int32_t status);

/*
 * The value of a public constant by its name, so that a script needs no copy of the headers:
 * crmv_constant("CRMV_BAD_MODEL", &value) gives 4. Every enumerator of every public header is there.
 * Errors: CRMV_BAD_ARGUMENT for NULL, CRMV_NOT_FOUND for an unknown name.
 */
CRMV_API int32_t crmv_constant(const char *name, int64_t *value);

#ifdef __cplusplus
}
#endif

#endif
