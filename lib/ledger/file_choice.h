/*
 * file_choice.h - some customers of a batch in a ledger's file, read without the others.
 */
#ifndef CRMVI_LEDGER_FILE_CHOICE_H
#define CRMVI_LEDGER_FILE_CHOICE_H

#include "ledger/file_batch.h"

/* Keys that are wanted, each once, in ascending order: of the ledger's kind. */
typedef struct crmvi_file_wanted {
    int32_t key_kind;
    int64_t count;
    int64_t *numbers;
    int64_t read;       /* of the numbers, before each is there only once */
    const char **texts; /* the caller's */
} crmvi_file_wanted;

/* What `count` texts ask for; those that cannot be keys of the kind are left out. False where memory is short. */
bool crmvi_file_wanted_make(const char *const *keys, int64_t count, int32_t key_kind, crmvi_file_wanted *out);
void crmvi_file_wanted_clear(crmvi_file_wanted *wanted);

/*
 * Reads the facts and events of the customers that the batch has of those wanted, and its head; what was set aside and
 * converted stays where it is. `out` is written on success only. Errors: CRMV_IO, CRMV_BAD_FILE, CRMV_OUT_OF_MEMORY.
 */
int32_t crmvi_file_choice_read(crmvi_block_finder *finder, const crmvi_file_entry *entry,
                               const crmvi_file_wanted *wanted, crmvi_posting *out, const crmvi_file_site *site);

#endif
