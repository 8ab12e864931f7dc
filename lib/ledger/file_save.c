/*
 * file_save.c - a ledger into its file: anew and renamed over the old one, or behind what is there.
 *
 * Nothing of the old file's contents is written over before the new ones have reached the device: a writer that is
 * killed leaves a file that nobody knows of, or bytes behind the end.
 */
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "ledger/file_batch.h"
#include "ledger/file_hold.h"
#include "ledger/handle.h"

#include <stdio.h>
#include <stdlib.h>

static const char suffix[] = ".saving";

/* ---- Batches and their list -------------------------------------------------------------------------------------- */

/* The kind of the keys that are there: that of a ledger whose customers were all erased is forgotten, so that the same
 * batches give the same bytes. */
static int32_t kind_of_keys(const crmv_ledger *ledger) {
    int32_t kind = CRMVI_KEYS_UNKNOWN;
    for (int64_t i = 0; i < crmvi_ledger_postings(ledger) && kind == CRMVI_KEYS_UNKNOWN; i++) {
        const crmvi_facts *facts = &crmvi_ledger_posting(ledger, i)->facts;
        kind = facts->customers > 0 ? facts->key_kind : CRMVI_KEYS_UNKNOWN;
    }
    return kind;
}

/* Writes all batches from a place on, which moves behind them, and notes them in a list. */
static int32_t write_batches(const crmvi_disk *disk, const crmv_ledger *ledger, int64_t *at, crmvi_file_list *list,
                             crmv_error *error) {
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < crmvi_ledger_postings(ledger) && status == CRMV_OK; i++) {
        const crmvi_posting *posting = crmvi_ledger_posting(ledger, i);
        crmvi_file_entry entry = {.name = posting->name};
        status = crmvi_file_batch_write(disk, *at, posting, &entry, list->magnitudes, error);
        if (status == CRMV_OK && !crmvi_file_list_add(list, &entry)) {
            status = crmvi_no_memory(error);
        }
        *at += crmvi_tree_of(entry.length).whole;
    }
    return status;
}

/* ---- Anew -------------------------------------------------------------------------------------------------------- */

static int32_t write_whole(const crmvi_disk *disk, const crmv_ledger *ledger, crmv_error *error) {
    crmvi_file_list list = {.key_kind = kind_of_keys(ledger)};
    crmvi_file_commit commit = {.sequence = 1};
    unsigned char page[CRMVI_FILE_HEADER];
    int64_t at = CRMVI_FILE_HEADER;
    int32_t status = write_batches(disk, ledger, &at, &list, error);
    if (status == CRMV_OK) {
        status = crmvi_file_list_write(disk, at, CRMVI_FILE_HEADER, &list, NULL, &commit, error);
    }
    if (status == CRMV_OK) {
        crmvi_file_header_make(crmvi_ledger_money(ledger), &commit, page);
        status = crmvi_disk_write(disk, 0, page, sizeof page, error);
    }
    crmvi_file_list_clear(&list);
    return status == CRMV_OK ? crmvi_disk_sync(disk, error) : status;
}

static int32_t save_aside(const crmv_ledger *ledger, const crmvi_file_hold *hold, const char *aside,
                          crmv_error *error) {
    crmvi_disk disk;
    int32_t status = crmvi_disk_create(aside, hold->path, &disk, error);
    if (status != CRMV_OK) {
        return status;
    }
    status = write_whole(&disk, ledger, error);
    const int32_t closed = crmvi_disk_close(&disk, status == CRMV_OK ? error : NULL);
    status = status == CRMV_OK ? closed : status;
    if (status != CRMV_OK) {
        crmvi_disk_remove(aside);
        return status;
    }
    status = crmvi_disk_replace(aside, hold->path, error);
    if (status != CRMV_OK) {
        crmvi_disk_remove(aside); /* not there any more where only the directory could not be synced */
    }
    return status;
}

static int32_t save_held(const crmv_ledger *ledger, const crmvi_file_hold *hold, crmv_error *error) {
    const size_t size = strlen(hold->path) + sizeof suffix;
    char *aside = crmvi_array((int64_t)size, 1);
    if (aside == NULL) {
        return crmvi_no_memory(error);
    }
    snprintf(aside, size, "%s%s", hold->path, suffix);
    const int32_t status = save_aside(ledger, hold, aside, error);
    free(aside);
    return status;
}

/* ---- Behind what is there ---------------------------------------------------------------------------------------- */

/* What the file's batches and the ledger's would come to. */
static int32_t check_names(const crmvi_file_list *list, const crmv_ledger *ledger, crmv_error *error) {
    crmvi_names names = {0};
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < list->count && status == CRMV_OK; i++) {
        const char *name = list->entries[i].name;
        status = crmvi_names_add(&names, name, (int64_t)strlen(name)) >= 0 ? CRMV_OK : crmvi_no_memory(error);
    }
    for (int64_t i = 0; i < crmvi_ledger_postings(ledger) && status == CRMV_OK; i++) {
        const char *name = crmvi_ledger_posting(ledger, i)->name;
        if (crmvi_names_find(&names, name, (int64_t)strlen(name)) >= 0) {
            status = crmvi_fail(error, CRMV_DUPLICATE, name, "the file has a batch `%.200s` already", name);
        }
    }
    crmvi_names_clear(&names);
    return status;
}

static int32_t check_key_kinds(int32_t standing, int32_t added, crmv_error *error) {
    if (standing == CRMVI_KEYS_UNKNOWN || added == CRMVI_KEYS_UNKNOWN || standing == added) {
        return CRMV_OK;
    }
    return crmvi_fail(error, CRMV_BAD_COLUMN, "customer", "the ledger's keys are %s, but those of the file are %s",
                      added == CRMVI_KEYS_NUMBERS ? "whole numbers" : "texts",
                      standing == CRMVI_KEYS_NUMBERS ? "whole numbers" : "texts");
}

/* Adds the magnitudes that the file has; where all of them together fit, so does every sum of facts. */
static int32_t add_magnitudes(const crmvi_file_list *standing, crmvi_file_list *added, crmv_error *error) {
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        const crmvi_uwide most = (crmvi_uwide)INT64_MAX;
        if (standing->magnitudes[i] > most || added->magnitudes[i] > most - standing->magnitudes[i]) {
            const char *name = crmvi_file_section_name(CRMVI_SECTION_COLUMNS + i);
            return crmvi_fail(error, CRMV_OVERFLOW, name,
                              "the sum of the magnitudes of everything in the file (%s) would not fit into 64 bits",
                              name);
        }
        added->magnitudes[i] += standing->magnitudes[i];
    }
    return CRMV_OK;
}

/* Writes batches and their list behind the end, and waits until they are on the device. Until the commit record names
 * them they are no part of the file. */
static int32_t write_behind(const crmvi_disk *disk, const crmv_ledger *ledger, const crmvi_file_before *before,
                            const crmvi_file_list *standing, crmvi_file_commit *commit, crmv_error *error) {
    const int64_t begin = before->commit.at + before->commit.length;
    const int32_t kind = kind_of_keys(ledger);
    crmvi_file_list list = {.key_kind = standing->key_kind != CRMVI_KEYS_UNKNOWN ? standing->key_kind : kind};
    int64_t at = begin;
    int32_t status = write_batches(disk, ledger, &at, &list, error);
    if (status == CRMV_OK) {
        status = add_magnitudes(standing, &list, error);
    }
    if (status == CRMV_OK) {
        status = crmvi_file_list_write(disk, at, begin, &list, before, commit, error);
    }
    crmvi_file_list_clear(&list);
    return status == CRMV_OK ? crmvi_disk_sync(disk, error) : status;
}

/* The record that is written first makes the batches a part of the file; the other one only repeats it, so that a
 * damaged record is never taken for one that was not written. */
static int32_t commit_both(const crmvi_disk *disk, int32_t first, const crmvi_file_commit *commit, crmv_error *error) {
    int32_t status = crmvi_file_commit_write(disk, first, commit, error);
    if (status == CRMV_OK) {
        status = crmvi_disk_sync(disk, error);
    }
    return status == CRMV_OK ? crmvi_file_commit_write(disk, 1 - first, commit, error) : status;
}

static int32_t extend_list(const crmvi_disk *disk, const crmv_ledger *ledger, const crmvi_file_header *header,
                           const crmvi_file_list *standing, crmv_error *error) {
    const crmvi_file_before before = {.commit = header->commit, .count = standing->count};
    const int64_t end = header->commit.at + header->commit.length;
    crmvi_file_commit commit = {.sequence = header->commit.sequence + 1};
    int32_t status = check_names(standing, ledger, error);
    if (status == CRMV_OK) {
        status = check_key_kinds(standing->key_kind, kind_of_keys(ledger), error);
    }
    if (status != CRMV_OK || crmvi_ledger_postings(ledger) == 0) {
        return status;
    }
    status = disk->size > end ? crmvi_disk_cut(disk, end, error) : CRMV_OK;
    if (status == CRMV_OK) {
        status = write_behind(disk, ledger, &before, standing, &commit, error);
    }
    if (status != CRMV_OK) {
        crmvi_disk_cut(disk, end, NULL); /* where that fails too, left-overs stay behind the end */
        return status;
    }
    return commit_both(disk, header->older, &commit, error);
}

static int32_t extend_disk(crmvi_disk *disk, const crmv_ledger *ledger, crmv_error *error) {
    const crmvi_file_site site = {disk->path, NULL, error};
    crmvi_file_header header;
    crmvi_file_list standing;
    int32_t status = crmvi_file_header_read(disk, &header, &site);
    if (status == CRMV_OK) {
        status = crmvi_money_same(&header.money, crmvi_ledger_money(ledger), error);
    }
    if (status == CRMV_OK) {
        status = crmvi_file_list_read(disk, &header.commit, &standing, &site);
    }
    if (status != CRMV_OK) {
        return status;
    }
    status = extend_list(disk, ledger, &header, &standing, error);
    crmvi_file_list_clear(&standing);
    return status;
}

static int32_t extend_held(const crmv_ledger *ledger, const crmvi_file_hold *hold, crmv_error *error) {
    crmvi_disk disk;
    bool missing;
    int32_t status = crmvi_disk_open(hold->path, true, &disk, &missing, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (missing) {
        return save_held(ledger, hold, error);
    }
    status = extend_disk(&disk, ledger, error);
    const int32_t closed = crmvi_disk_close(&disk, status == CRMV_OK ? error : NULL);
    return status == CRMV_OK ? closed : status;
}

/* ---- With the right to write ------------------------------------------------------------------------------------- */

typedef int32_t (*writing)(const crmv_ledger *ledger, const crmvi_file_hold *hold, crmv_error *error);

static int32_t write_in_turn(const crmv_ledger *ledger, crmvi_file_hold *hold, writing write, crmv_error *error) {
    pthread_mutex_lock(&hold->writing);
    const int32_t status = write(ledger, hold, error);
    pthread_mutex_unlock(&hold->writing);
    return status;
}

/* With the right that the ledger has, where the path is that of its file, or else with one for this call. */
static int32_t write_with_right(const crmv_ledger *ledger, const char *path, writing write, crmv_error *error) {
    crmvi_file_hold *hold;
    if (path == NULL || crmvi_file_hold_is(ledger->hold, path)) {
        return write_in_turn(ledger, ledger->hold, write, error);
    }
    int32_t status = crmvi_file_hold_make(path, &hold, error);
    if (status == CRMV_OK) {
        status = write(ledger, hold, error);
        crmvi_file_hold_free(hold);
    }
    return status;
}

int32_t crmv_ledger_save(const crmv_ledger *ledger, const char *path, crmv_error *error) {
    if (ledger == NULL) {
        return crmvi_bad_argument(error, "ledger", "is NULL");
    }
    if (path == NULL && ledger->hold == NULL) {
        return crmvi_bad_argument(error, "path", "is NULL, and the ledger was not opened from a file");
    }
    return write_with_right(ledger, path, save_held, error);
}

int32_t crmv_ledger_extend(const char *path, const crmv_ledger *ledger, crmv_error *error) {
    if (path == NULL || ledger == NULL) {
        return crmvi_bad_argument(error, path == NULL ? "path" : "ledger", "is NULL");
    }
    return write_with_right(ledger, path, extend_held, error);
}
