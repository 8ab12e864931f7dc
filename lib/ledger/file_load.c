/* file_load.c - a ledger from its file: all of it, some customers of it, or with the right to write it. */
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "ledger/file_choice.h"
#include "ledger/file_hold.h"
#include "ledger/handle.h"

#include <stdlib.h>

/* An open file, as far as its list of batches. */
typedef struct ledger_file {
    crmvi_disk disk;
    crmvi_file_header header;
    crmvi_file_list list;
    crmvi_file_site site;
} ledger_file;

static void close_file(ledger_file *file) {
    crmvi_file_list_clear(&file->list);
    crmvi_disk_close(&file->disk, NULL);
}

/* With `missing`, a file that is not there is told there. */
static int32_t open_file(const char *path, const crmv_model *layout, ledger_file *out, bool *missing,
                         crmv_error *error) {
    *out = (ledger_file){.site = {path, NULL, error}};
    int32_t status = crmvi_disk_open(path, false, &out->disk, missing, error);
    if (status != CRMV_OK || (missing != NULL && *missing)) {
        return status;
    }
    status = crmvi_file_header_read(&out->disk, &out->header, &out->site);
    if (status == CRMV_OK) {
        status = crmvi_money_same(&out->header.money, &layout->money, error);
    }
    if (status == CRMV_OK) {
        status = crmvi_file_list_read(&out->disk, &out->header.commit, &out->list, &out->site);
    }
    if (status != CRMV_OK) {
        close_file(out);
    }
    return status;
}

static void free_postings(crmvi_posting *postings, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        crmvi_posting_clear(&postings[i]);
    }
    free(postings);
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

/* Batches are one stage together, in which each has its share by its bytes. */
typedef struct share {
    const crmvi_runner *runner;
    double before, own, all;
} share;

static int32_t tell_share(void *context, const char *stage, double done) {
    const share *s = context;
    return s->runner->progress(s->runner->context, stage, (s->before + s->own * done) / s->all);
}

/* Counts of rows over all batches, which must not wrap when they are added up. */
static bool add_counts(int64_t *sum, const crmvi_posting *posting) {
    bool fits = true;
    for (int32_t feed = 0; feed < CRMVI_FEEDS; feed++) {
        fits = fits && crmvi_add(*sum, posting->rows[feed], sum);
    }
    return fits && crmvi_add(*sum, posting->negative, sum) && crmvi_add(*sum, posting->rounded, sum);
}

static int32_t read_batches(const ledger_file *file, const crmvi_runner *runner, crmvi_posting *postings) {
    share s = {.runner = runner};
    const crmvi_runner shared = {
        .threads = runner->threads, .context = &s, .progress = runner->progress != NULL ? tell_share : NULL};
    int64_t counts = 0;
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < file->list.count; i++) {
        s.all += (double)file->list.entries[i].length;
    }
    for (int64_t i = 0; i < file->list.count && status == CRMV_OK; i++) {
        const crmvi_file_entry *entry = &file->list.entries[i];
        const crmvi_file_site site = {file->site.path, entry->name, file->site.error};
        s.own = (double)entry->length;
        status = crmvi_file_batch_read(&file->disk, entry, &shared, &postings[i], &site);
        s.before += s.own;
        if (status == CRMV_OK && postings[i].facts.customers > 0 && postings[i].facts.key_kind != file->list.key_kind) {
            status = crmvi_file_bad(&site, "keys", "they are of another kind than those of the file");
        }
        if (status == CRMV_OK && !add_counts(&counts, &postings[i])) {
            status = crmvi_file_bad(&site, "head", "it counts more rows than there can be");
        }
    }
    return status;
}

static int32_t load_file(const ledger_file *file, const crmv_model *layout, const crmv_options *options,
                         crmv_ledger **out, crmv_error *error) {
    crmvi_runner runner;
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_posting *postings = crmvi_zeroed(file->list.count, sizeof *postings);
    if (postings == NULL) {
        return crmvi_no_memory(error);
    }
    status = read_batches(file, &runner, postings);
    if (status == CRMV_OK) {
        status = crmvi_ledger_of_postings(layout, options, postings, file->list.count, out, error);
    }
    free_postings(postings, file->list.count);
    return status;
}

static int32_t check_arguments(const char *path, const crmv_model *layout, crmv_ledger *const *out, crmv_error *error) {
    if (path == NULL || layout == NULL || out == NULL) {
        return crmvi_bad_argument(error, path == NULL ? "path" : layout == NULL ? "layout" : "out", "is NULL");
    }
    return CRMV_OK;
}

int32_t crmv_ledger_load(const char *path, const crmv_model *layout, const crmv_options *options, crmv_ledger **out,
                         crmv_error *error) {
    ledger_file file;
    crmvi_guest host;
    int32_t status = check_arguments(path, layout, out, error);
    if (status == CRMV_OK) {
        status = open_file(path, layout, &file, NULL, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_enter(&host);
    status = load_file(&file, layout, options, out, error);
    crmvi_leave(&host);
    close_file(&file);
    return status;
}

/* ---- With the right to write it ---------------------------------------------------------------------------------- */

static int32_t load_held(const crmvi_file_hold *hold, const crmv_model *layout, const crmv_options *options,
                         crmv_ledger **out, crmv_error *error) {
    ledger_file file;
    crmvi_guest host;
    bool missing;
    int32_t status = open_file(hold->path, layout, &file, &missing, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (missing) {
        return crmv_ledger_new(layout, options, out, error);
    }
    crmvi_enter(&host);
    status = load_file(&file, layout, options, out, error);
    crmvi_leave(&host);
    close_file(&file);
    return status;
}

int32_t crmv_ledger_open(const char *path, const crmv_model *layout, const crmv_options *options, crmv_ledger **out,
                         crmv_error *error) {
    crmvi_file_hold *hold;
    crmv_ledger *ledger;
    int32_t status = check_arguments(path, layout, out, error);
    if (status == CRMV_OK) {
        status = crmvi_file_hold_make(path, &hold, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    status = load_held(hold, layout, options, &ledger, error);
    if (status != CRMV_OK) {
        crmvi_file_hold_free(hold);
        return status;
    }
    ledger->hold = hold;
    *out = ledger;
    return CRMV_OK;
}

/* ---- Some customers of it ---------------------------------------------------------------------------------------- */

static int32_t choose_batches(const ledger_file *file, const crmvi_file_wanted *wanted, crmvi_posting *postings) {
    crmvi_block_finder finder;
    if (!crmvi_block_finder_make(&finder, &file->disk)) {
        return crmvi_no_memory(file->site.error);
    }
    int64_t counts = 0;
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < file->list.count && status == CRMV_OK; i++) {
        const crmvi_file_entry *entry = &file->list.entries[i];
        const crmvi_file_site site = {file->site.path, entry->name, file->site.error};
        status = crmvi_file_choice_read(&finder, entry, wanted, &postings[i], &site);
        if (status == CRMV_OK && !add_counts(&counts, &postings[i])) {
            status = crmvi_file_bad(&site, "head", "it counts more rows than there can be");
        }
    }
    crmvi_block_finder_clear(&finder);
    return status;
}

static int32_t choose_file(const ledger_file *file, const crmv_model *layout, const crmvi_file_wanted *wanted,
                           const crmv_options *options, crmv_ledger **out, crmv_error *error) {
    crmvi_posting *postings = crmvi_zeroed(file->list.count, sizeof *postings);
    if (postings == NULL) {
        return crmvi_no_memory(error);
    }
    int32_t status = choose_batches(file, wanted, postings);
    if (status == CRMV_OK) {
        status = crmvi_ledger_of_postings(layout, options, postings, file->list.count, out, error);
    }
    free_postings(postings, file->list.count);
    return status;
}

static int32_t check_keys(const char *const *keys, int64_t count, crmv_error *error) {
    if (count < 0) {
        return crmvi_bad_argument(error, "count", "is negative");
    }
    if (keys == NULL && count > 0) {
        return crmvi_bad_argument(error, "keys", "is NULL");
    }
    for (int64_t i = 0; i < count; i++) {
        if (keys[i] == NULL) {
            return crmvi_bad_argument(error, "keys", "holds NULL");
        }
    }
    return CRMV_OK;
}

int32_t crmv_ledger_load_customers(const char *path, const crmv_model *layout, const char *const *keys, int64_t count,
                                   const crmv_options *options, crmv_ledger **out, crmv_error *error) {
    ledger_file file;
    crmvi_file_wanted wanted;
    crmvi_guest host;
    crmv_ledger *chosen = NULL;
    int32_t status = check_arguments(path, layout, out, error);
    if (status == CRMV_OK) {
        status = check_keys(keys, count, error);
    }
    if (status == CRMV_OK) {
        status = open_file(path, layout, &file, NULL, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_enter(&host);
    status = crmvi_file_wanted_make(keys, count, file.list.key_kind, &wanted)
                 ? choose_file(&file, layout, &wanted, options, &chosen, error)
                 : crmvi_no_memory(error);
    crmvi_file_wanted_clear(&wanted);
    close_file(&file);
    if (status == CRMV_OK) {
        /* Of these customers only, but batch by batch; an extract is one batch. */
        status = crmv_ledger_extract(chosen, keys, count, out, error);
    }
    crmv_ledger_free(chosen);
    crmvi_leave(&host);
    return status;
}
