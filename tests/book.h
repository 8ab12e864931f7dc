/*
 * book.h - small books of transaction lines for tests: a few lines in, a ledger or a frame out.
 *
 * Amounts are minor units (cents, and whole pieces: the models below say `"quantity_decimals": 0`). Models are written
 * with single quotes.
 */
#ifndef CRMVALUE_TESTS_BOOK_H
#define CRMVALUE_TESTS_BOOK_H

#include "crmvalue/crmvalue.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The cost of a line whose cost is unknown. */
#define UNKNOWN INT64_MIN

typedef struct book_line {
    int64_t customer;
    int32_t day;
    const char *kind; /* NULL: a sale */
    int64_t quantity, revenue, cost, discount, cost_to_serve;
    int64_t document; /* 0: none */
} book_line;

#define LENGTH_OF(array) ((int64_t)(sizeof(array) / sizeof *(array)))

static inline int32_t on(int32_t year, int32_t month, int32_t day) {
    const int32_t days = crmv_day(year, month, day);
    assert_int_not_equal(days, CRMV_NO_DATE);
    return days;
}

static inline crmv_error an_error(void) {
    crmv_error error = {.struct_size = sizeof error};
    return error;
}

static inline void must(int32_t status, const crmv_error *error) {
    if (status != CRMV_OK) {
        fail_msg("%s: %s: %s", crmv_status_text(status), error->place, error->message);
    }
}

/* A model from JSON with single quotes. */
static inline crmv_model *model_of(const char *text) {
    crmv_error error = an_error();
    crmv_model *model = NULL;
    const size_t length = strlen(text);
    char *json = malloc(length + 1);
    assert_non_null(json);
    for (size_t i = 0; i <= length; i++) {
        json[i] = text[i];
        if (text[i] == '\'') {
            json[i] = '"';
        }
    }
    must(crmv_model_parse(json, -1, &model, &error), &error);
    free(json);
    return model;
}

/* A model of these metrics, in cents and whole pieces. */
static inline crmv_model *model_of_metrics(const char *metrics) {
    static const char head[] = "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, 'metrics': {";
    char *text = malloc(sizeof head + strlen(metrics) + 3);
    assert_non_null(text);
    strcpy(text, head);
    strcat(text, metrics);
    strcat(text, "}}");
    crmv_model *model = model_of(text);
    free(text);
    return model;
}

/* A column over one field of an array of structures. */
#define FIELD_COLUMN(column_name, column_type, array, field)                                                           \
    {                                                                                                                  \
        .struct_size = sizeof(crmv_column), .type = (column_type), .name = (column_name), .data = &(array)[0].field,   \
        .stride = (int64_t)sizeof *(array)                                                                             \
    }

/* A column over a plain array. */
#define ARRAY_COLUMN(column_name, column_type, array)                                                                  \
    { .struct_size = sizeof(crmv_column), .type = (column_type), .name = (column_name), .data = (array) }

static inline void mark(uint8_t *bits, int64_t i, bool present) {
    bits[i / 8] = (uint8_t)(bits[i / 8] | (present ? 1u << (i % 8) : 0));
}

/* A ledger of whole-number keys from these lines, as one batch. */
static inline crmv_ledger *ledger_of(const crmv_model *model, const book_line *lines, int64_t count) {
    crmv_error error = an_error();
    crmv_ledger *ledger = NULL;
    must(crmv_ledger_new(model, NULL, &ledger, &error), &error);
    if (count == 0) {
        return ledger;
    }
    book_line *copy = malloc((size_t)count * sizeof *copy);
    uint8_t *costs = calloc((size_t)count / 8 + 1, 1);
    uint8_t *documents = calloc((size_t)count / 8 + 1, 1);
    assert_true(copy && costs && documents);
    for (int64_t i = 0; i < count; i++) {
        copy[i] = lines[i];
        copy[i].kind = lines[i].kind ? lines[i].kind : "sale";
        mark(costs, i, lines[i].cost != UNKNOWN);
        mark(documents, i, lines[i].document != 0);
    }
    crmv_column columns[] = {
        FIELD_COLUMN("customer", CRMV_INT64, copy, customer),
        FIELD_COLUMN("date", CRMV_INT32, copy, day),
        FIELD_COLUMN("kind", CRMV_STRINGS, copy, kind),
        FIELD_COLUMN("quantity", CRMV_MINOR, copy, quantity),
        FIELD_COLUMN("revenue", CRMV_MINOR, copy, revenue),
        FIELD_COLUMN("cost", CRMV_MINOR, copy, cost),
        FIELD_COLUMN("discount", CRMV_MINOR, copy, discount),
        FIELD_COLUMN("cost_to_serve", CRMV_MINOR, copy, cost_to_serve),
        FIELD_COLUMN("document", CRMV_INT64, copy, document),
    };
    columns[5].validity = costs;
    columns[8].validity = documents;
    must(crmv_ledger_begin(ledger, "book", &error), &error);
    must(crmv_ledger_append(ledger, columns, (int32_t)LENGTH_OF(columns), count, &error), &error);
    must(crmv_ledger_end(ledger, &error), &error);
    assert_int_equal(crmv_ledger_accepted(ledger), count);
    free(copy);
    free(costs);
    free(documents);
    return ledger;
}

/* The frame of a book without a customer table. */
static inline crmv_frame *frame_of(const crmv_model *model, const crmv_ledger *ledger, int32_t as_of) {
    crmv_error error = an_error();
    crmv_frame *frame = NULL;
    must(crmv_frame_derive(model, ledger, NULL, 0, 0, as_of, NULL, &frame, &error), &error);
    return frame;
}

/* A customer's value of a metric. */
static inline double value_of(const crmv_frame *frame, const char *customer, const char *metric) {
    int64_t row = -1;
    const double *values = crmv_frame_metric(frame, metric);
    assert_non_null(values);
    assert_int_equal(crmv_frame_find(frame, customer, &row), CRMV_OK);
    return values[row];
}

/* The same bits; values here are what the arithmetic gives, never near it. */
#define assert_value(frame, customer, metric, expected)                                                                \
    do {                                                                                                               \
        const double found_ = value_of((frame), (customer), (metric));                                                 \
        const double wanted_ = (expected);                                                                             \
        if (memcmp(&found_, &wanted_, sizeof found_) != 0) {                                                           \
            fail_msg("%s of customer %s is %.17g, not %.17g", (metric), (customer), found_, wanted_);                  \
        }                                                                                                              \
    } while (0)

#define assert_missing(frame, customer, metric)                                                                        \
    do {                                                                                                               \
        const double found_ = value_of((frame), (customer), (metric));                                                 \
        if (!isnan(found_)) {                                                                                          \
            fail_msg("%s of customer %s is %.17g, not missing", (metric), (customer), found_);                         \
        }                                                                                                              \
    } while (0)

/* How often a metric is missing, and that it is for no reason but this. */
#define assert_missing_only(frame, metric, reason, expected)                                                           \
    do {                                                                                                               \
        crmv_missing counted_ = {.struct_size = sizeof counted_};                                                      \
        assert_int_equal(crmv_frame_missing((frame), (metric), &counted_), CRMV_OK);                                   \
        assert_int_equal(counted_.reason, (expected));                                                                 \
        assert_int_equal(counted_.missing, (expected));                                                                \
    } while (0)

/* The frame of a book with a customer table. */
static inline crmv_frame *joined(const crmv_model *model, const crmv_ledger *ledger, const crmv_column *columns,
                                 int32_t count, int64_t rows, int32_t as_of) {
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    must(crmv_frame_derive(model, ledger, columns, count, rows, as_of, NULL, &frame, &error), &error);
    return frame;
}

/* Derives what must fail. */
static inline crmv_error refused(const crmv_model *model, const crmv_ledger *ledger, const crmv_column *columns,
                                 int32_t count, int64_t rows, int32_t status) {
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    assert_int_equal(crmv_frame_derive(model, ledger, columns, count, rows, 200, NULL, &frame, &error), status);
    assert_null(frame);
    assert_int_equal(error.status, status);
    return error;
}

static inline void assert_contains(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text, part);
    }
}

/* A whole test's book: model, ledger and frame together. */
typedef struct book {
    crmv_model *model;
    crmv_ledger *ledger;
    crmv_frame *frame;
} book;

static inline book book_of(const char *metrics, const book_line *lines, int64_t count, int32_t as_of) {
    book b;
    b.model = model_of_metrics(metrics);
    b.ledger = ledger_of(b.model, lines, count);
    b.frame = frame_of(b.model, b.ledger, as_of);
    return b;
}

static inline void close_book(book *b) {
    crmv_frame_free(b->frame);
    crmv_ledger_free(b->ledger);
    crmv_model_free(b->model);
}

#endif
