/*
 * fuzz_ledger_file.c - any bytes as a ledger's file: loading ends with a clean status, and what loads is a ledger that
 * can be asked, saved, loaded again, extended, and read customer by customer.
 *
 * The first byte's lowest bit says whether the file gets its checksums again before it is loaded, so that what stands
 * behind them is reached; the rest is the file.
 */
#include "../ledger_reseal.h"
#include "crmvalue/crmvalue.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

/* ---- What stays from input to input -------------------------------------------------------------------------------
 */

static crmv_model *model;
static crmv_ledger *day; /* a batch to extend files by */
static char path[64], copy[64];

static void remove_files(void) {
    unlink(path);
    unlink(copy);
    crmv_ledger_free(day);
    crmv_model_free(model);
}

static void make_path(char out[64]) {
    strcpy(out, "/dev/shm/crmvalue-fuzz-XXXXXX");
    int file = mkstemp(out);
    if (file < 0) {
        strcpy(out, "/tmp/crmvalue-fuzz-XXXXXX");
        file = mkstemp(out);
    }
    require(file >= 0);
    close(file);
}

static void prepare(void) {
    static const char text[] = "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"}, "
                               "\"metrics\": {\"lines\": {\"count\": \"lines\"}}}";
    static const char *const keys[] = {"K1"};
    static const int32_t days[] = {19000};
    static const int64_t revenue[] = {100};
    const crmv_column columns[] = {
        {.struct_size = sizeof(crmv_column), .type = CRMV_STRINGS, .name = "customer", .data = (const void *)keys},
        {.struct_size = sizeof(crmv_column), .type = CRMV_INT32, .name = "date", .data = days},
        {.struct_size = sizeof(crmv_column), .type = CRMV_MINOR, .name = "revenue", .data = revenue}};
    if (model != NULL) {
        return;
    }
    require(crmv_model_parse(text, -1, &model, NULL) == CRMV_OK);
    require(crmv_ledger_new(model, NULL, &day, NULL) == CRMV_OK);
    require(crmv_ledger_begin(day, "a day of the fuzzer's", NULL) == CRMV_OK);
    require(crmv_ledger_append(day, columns, 3, 1, NULL) == CRMV_OK);
    require(crmv_ledger_end(day, NULL) == CRMV_OK);
    make_path(path);
    make_path(copy);
    atexit(remove_files);
}

static void write_input(const uint8_t *data, size_t size, bool sealed) {
    unsigned char *bytes = malloc(size + 1);
    require(bytes != NULL);
    if (size > 0) {
        memcpy(bytes, data, size);
    }
    if (sealed) {
        reseal(bytes, (int64_t)size);
    }
    FILE *file = fopen(path, "wb");
    require(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    free(bytes);
}

/* ---- What must hold -----------------------------------------------------------------------------------------------
 */

/* A refusal says why. */
static void require_refusal(int32_t status, const crmv_error *error) {
    require(status == CRMV_BAD_FILE || status == CRMV_OVERFLOW || status == CRMV_BAD_ARGUMENT ||
            status == CRMV_DUPLICATE || status == CRMV_BAD_COLUMN);
    require(error->status == status && error->message[0] != '\0');
    require(memchr(error->message, '\0', sizeof error->message) != NULL);
    require(memchr(error->place, '\0', sizeof error->place) != NULL);
}

static void require_same(const crmv_ledger *a, const crmv_ledger *b) {
    char first[33];
    char second[33];
    require(crmv_ledger_hash(a, first) == CRMV_OK && crmv_ledger_hash(b, second) == CRMV_OK);
    require(strcmp(first, second) == 0);
    require(crmv_ledger_batches(a) == crmv_ledger_batches(b));
    require(crmv_ledger_set_aside_count(a) == crmv_ledger_set_aside_count(b));
    require(crmv_ledger_conversions(a) == crmv_ledger_conversions(b));
}

static void ask(const crmv_ledger *ledger) {
    int64_t total;
    const int32_t status = crmv_ledger_total(ledger, "contribution", &total);
    require(status == CRMV_OK || status == CRMV_OVERFLOW);
    for (int64_t i = 0; i < crmv_ledger_set_aside_count(ledger); i++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        require(crmv_ledger_set_aside(ledger, i, &aside) == CRMV_OK);
    }
    for (int64_t i = 0; i < crmv_ledger_batches(ledger); i++) {
        crmv_batch batch = {.struct_size = sizeof batch};
        require(crmv_ledger_batch(ledger, i) != NULL && crmv_ledger_batch_get(ledger, i, &batch) == CRMV_OK);
    }
}

static void save_and_load(const crmv_ledger *ledger) {
    crmv_ledger *again = NULL;
    require(crmv_ledger_save(ledger, copy, NULL) == CRMV_OK);
    require(crmv_ledger_load(copy, model, NULL, &again, NULL) == CRMV_OK);
    require_same(ledger, again);
    crmv_ledger_free(again);
}

/* Some customers: those of the whole, or a refusal. */
static void load_customers(const crmv_ledger *whole) {
    static const char *const keys[] = {"K00000", "1", "Zeta", "1000003", "Bold & Co", "-5000"};
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *some = NULL;
    const int32_t status = crmv_ledger_load_customers(path, model, keys, 6, NULL, &some, &error);
    if (status != CRMV_OK) {
        require(whole == NULL);
        require_refusal(status, &error);
        return;
    }
    if (whole != NULL) {
        crmv_ledger *extract = NULL;
        require(crmv_ledger_extract(whole, keys, 6, &extract, NULL) == CRMV_OK);
        require_same(extract, some);
        crmv_ledger_free(extract);
    }
    crmv_ledger_free(some);
}

/* An extension looks at lists alone: what it adds a batch to need not load, and may do so only then, where a forged
 * list said that there were no keys yet. */
static void extend(const crmv_ledger *whole) {
    crmv_error error = {.struct_size = sizeof error};
    const int32_t status = crmv_ledger_extend(path, day, &error);
    if (status != CRMV_OK) {
        require_refusal(status, &error);
        return;
    }
    crmv_ledger *longer = NULL;
    const int32_t loaded = crmv_ledger_load(path, model, NULL, &longer, &error);
    if (loaded != CRMV_OK) {
        require_refusal(loaded, &error);
    } else if (whole != NULL) {
        require(crmv_ledger_batches(longer) == crmv_ledger_batches(whole) + 1);
    }
    crmv_ledger_free(longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) {
        return 0;
    }
    prepare();
    write_input(data + 1, size - 1, (data[0] & 1) != 0);
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger = NULL;
    const int32_t status = crmv_ledger_load(path, model, NULL, &ledger, &error);
    if (status == CRMV_OK) {
        ask(ledger);
        save_and_load(ledger);
    } else {
        require_refusal(status, &error);
    }
    load_customers(ledger);
    extend(ledger);
    crmv_ledger_free(ledger);
    return 0;
}
