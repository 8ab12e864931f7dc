/*
 * file_format.h - the fixed parts of a ledger's file: the header page, the commit records in it, the lists of batches.
 * docs/ledger-file.md describes the whole.
 *
 *     header page | batch | batch | ... | list | batch | ... | list        <- the newest list ends the file
 *
 * Everything lies end to end, so that places follow from lengths and no byte is without a checksum.
 */
#ifndef CRMVI_LEDGER_FILE_FORMAT_H
#define CRMVI_LEDGER_FILE_FORMAT_H

#include "base/disk.h"
#include "base/exact.h"
#include "ledger/ledger.h"

#include <string.h>

enum {
    CRMVI_FILE_VERSION = 1,
    CRMVI_FILE_HEADER = 4096,    /* the header page; the first batch begins behind it */
    CRMVI_FILE_COMMIT_AT = 512,  /* the first commit record, */
    CRMVI_FILE_COMMIT_STEP = 512 /* and from it to the second: sectors of their own */
};

/* No length in a file may exceed this, so that sums of two places do not wrap. */
#define CRMVI_FILE_MOST (INT64_C(1) << 60)

/* ---- Little-endian numbers --------------------------------------------------------------------------------------- */

static inline void crmvi_put_u32(unsigned char *out, uint32_t value) {
    for (int32_t i = 0; i < 4; i++) {
        out[i] = (unsigned char)(value >> (8 * i));
    }
}

static inline void crmvi_put_u64(unsigned char *out, uint64_t value) {
    for (int32_t i = 0; i < 8; i++) {
        out[i] = (unsigned char)(value >> (8 * i));
    }
}

static inline uint32_t crmvi_get_u32(const unsigned char *from) {
    uint32_t value = 0;
    for (int32_t i = 3; i >= 0; i--) {
        value = value << 8 | from[i];
    }
    return value;
}

static inline uint64_t crmvi_get_u64(const unsigned char *from) {
    uint64_t value = 0;
    for (int32_t i = 7; i >= 0; i--) {
        value = value << 8 | from[i];
    }
    return value;
}

static inline void crmvi_put_wide(unsigned char *out, crmvi_wide value) {
    crmvi_put_u64(out, (uint64_t)(crmvi_uwide)value);
    crmvi_put_u64(out + 8, (uint64_t)((crmvi_uwide)value >> 64));
}

static inline crmvi_wide crmvi_get_wide(const unsigned char *from) {
    return (crmvi_wide)((crmvi_uwide)crmvi_get_u64(from + 8) << 64 | crmvi_get_u64(from));
}

/* Turns numbers of a width from the machine's order of bytes into the file's, or back. */
void crmvi_file_order(void *numbers, int64_t count, int32_t width);

static inline int64_t crmvi_file_padded(int64_t length) {
    return (length + 7) / 8 * 8;
}

/* ---- Failures ---------------------------------------------------------------------------------------------------- */

/* What is being read, for messages. */
typedef struct crmvi_file_site {
    const char *path;
    const char *batch; /* NULL: no batch's part */
    crmv_error *error;
} crmvi_file_site;

/* CRMV_BAD_FILE about a part ("keys") of the batch or of the file. */
int32_t crmvi_file_bad(const crmvi_file_site *site, const char *part, const char *problem);

/* ---- The header page --------------------------------------------------------------------------------------------- */

/* A commit record: where the newest list lies. What is behind it is no part of the file. */
typedef struct crmvi_file_commit {
    uint64_t sequence; /* 1 in a saved file, one more with each extension */
    int64_t at, length;
    uint64_t checksum;
} crmvi_file_commit;

typedef struct crmvi_file_header {
    crmvi_money money;
    crmvi_file_commit commit; /* the newer one of the two */
    int32_t older;            /* which of them, 0 or 1, is to be written next */
} crmvi_file_header;

void crmvi_file_header_make(const crmvi_money *money, const crmvi_file_commit *commit,
                            unsigned char page[CRMVI_FILE_HEADER]);

/* Reads it, past the moment in which a writer is at the commit record, and measures the file anew: what the record
 * names must be there. Errors: CRMV_IO, CRMV_BAD_FILE. */
int32_t crmvi_file_header_read(crmvi_disk *disk, crmvi_file_header *out, const crmvi_file_site *site);

/* Writes one of the two commit records. */
int32_t crmvi_file_commit_write(const crmvi_disk *disk, int32_t which, const crmvi_file_commit *commit,
                                crmv_error *error);

/* ---- Lists of batches -------------------------------------------------------------------------------------------- */

/* A batch as a list has it. */
typedef struct crmvi_file_entry {
    char *name;
    int64_t at;     /* where it begins */
    int64_t length; /* of its sections, without the checksums behind them */
    uint64_t root;  /* checksum of the checksums */
} crmvi_file_entry;

/* All lists of a file as one. */
typedef struct crmvi_file_list {
    int32_t key_kind;
    int64_t count, capacity;
    crmvi_file_entry *entries;           /* in the order of ending */
    crmvi_uwide magnitudes[CRMVI_FACTS]; /* sum of |value| of each column over all facts of all batches */
} crmvi_file_list;

void crmvi_file_list_clear(crmvi_file_list *list);

/* Adds a batch; the list has a copy of the name. False where memory is short. */
bool crmvi_file_list_add(crmvi_file_list *list, const crmvi_file_entry *entry);

/* Reads the newest list and those before it. Errors: CRMV_IO, CRMV_BAD_FILE, CRMV_OUT_OF_MEMORY. */
int32_t crmvi_file_list_read(const crmvi_disk *disk, const crmvi_file_commit *newest, crmvi_file_list *out,
                             const crmvi_file_site *site);

/*
 * Writes a list at a place, of the batches that begin at `begin`; `before` is the newest list until now and how many
 * batches it and those before it hold, NULL where there is none. Fills `commit` but for its sequence.
 */
typedef struct crmvi_file_before {
    crmvi_file_commit commit;
    int64_t count;
} crmvi_file_before;
int32_t crmvi_file_list_write(const crmvi_disk *disk, int64_t at, int64_t begin, const crmvi_file_list *list,
                              const crmvi_file_before *before, crmvi_file_commit *commit, crmv_error *error);

#endif
