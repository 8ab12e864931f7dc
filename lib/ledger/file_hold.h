/* file_hold.h - the right to write a ledger's file, which one writer has at a time. */
#ifndef CRMVI_LEDGER_FILE_HOLD_H
#define CRMVI_LEDGER_FILE_HOLD_H

#include "base/disk.h"

#include <pthread.h>

typedef struct crmvi_file_hold {
    char *path; /* from the root on */
    char *lock_path;
    int lock;
    pthread_mutex_t writing; /* a ledger may be saved by several threads at once, which then take turns */
} crmvi_file_hold;

/* Takes the right; lets go of it with crmvi_file_hold_free. Errors: CRMV_BUSY, CRMV_IO, CRMV_OUT_OF_MEMORY. */
int32_t crmvi_file_hold_make(const char *path, crmvi_file_hold **out, crmv_error *error);
void crmvi_file_hold_free(crmvi_file_hold *hold);

/* Whether a path leads to the file that is held. `hold` may be NULL. */
bool crmvi_file_hold_is(const crmvi_file_hold *hold, const char *path);

#endif
