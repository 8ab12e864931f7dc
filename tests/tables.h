/* tables.h - columns, models and ledgers for tests, in few words. */
#ifndef TESTS_TABLES_H
#define TESTS_TABLES_H

#include "crmvalue/crmvalue.h"

/* cmocka wants these first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static inline crmv_column table_column(const char *name, int32_t type, const void *data) {
    return (crmv_column){.struct_size = sizeof(crmv_column), .type = type, .name = name, .data = data};
}

static inline crmv_column strings(const char *name, const char *const *values) {
    return table_column(name, CRMV_STRINGS, (const void *)values);
}

static inline crmv_column doubles(const char *name, const double *values) {
    return table_column(name, CRMV_DOUBLE, values);
}

static inline crmv_column wholes(const char *name, const int64_t *values) {
    return table_column(name, CRMV_INT64, values);
}

static inline crmv_column minors(const char *name, const int64_t *values) {
    return table_column(name, CRMV_MINOR, values);
}

static inline crmv_column days(const char *name, const int32_t *values) {
    return table_column(name, CRMV_INT32, values);
}

/* The model in a text that must be good. */
static inline crmv_model *model_of(const char *json) {
    crmv_model *model = NULL;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_model_parse(json, -1, &model, &error) != CRMV_OK) {
        fail_msg("model: %s: %s", error.place, error.message);
    }
    return model;
}

static inline crmv_ledger *ledger_of(const crmv_model *model, int32_t threads) {
    crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_ledger *ledger = NULL;
    assert_int_equal(crmv_ledger_new(model, &options, &ledger, NULL), CRMV_OK);
    return ledger;
}

/* A ledger in the layout of `json`, on one thread. */
static inline crmv_ledger *new_ledger(const char *json) {
    crmv_model *model = model_of(json);
    crmv_ledger *ledger = ledger_of(model, 1);
    crmv_model_free(model);
    return ledger;
}

/* Layouts for tests of the ledger alone: columns bear the roles' own names. */
#define PLAIN "{\"crmvalue\": 1, \"metrics\": {\"lines\": {\"count\": \"lines\"}}}"
#define EUROS "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"}, \"metrics\": {\"lines\": {\"count\": \"lines\"}}}"

/* Takes one batch in whole; every call must succeed. */
static inline void take_in(crmv_ledger *ledger, const char *batch, const crmv_column *columns, int32_t count,
                           int64_t rows) {
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_ledger_begin(ledger, batch, NULL), CRMV_OK);
    if (crmv_ledger_append(ledger, columns, count, rows, &error) != CRMV_OK) {
        fail_msg("append: %s: %s", error.place, error.message);
    }
    assert_int_equal(crmv_ledger_end(ledger, &error), CRMV_OK);
}

static inline int64_t total_of(const crmv_ledger *ledger, const char *measure) {
    int64_t total = -1;
    if (crmv_ledger_total(ledger, measure, &total) != CRMV_OK) {
        fail_msg("no total of %s", measure);
    }
    return total;
}

/* The one kind of rows set aside, which must be there. */
static inline crmv_set_aside only_aside(const crmv_ledger *ledger) {
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_ledger_set_aside_count(ledger), 1);
    assert_int_equal(crmv_ledger_set_aside(ledger, 0, &aside), CRMV_OK);
    return aside;
}

#define COUNT(array) ((int32_t)(sizeof(array) / sizeof((array)[0])))

#endif
