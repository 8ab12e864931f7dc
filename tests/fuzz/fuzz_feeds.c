/*
 * fuzz_feeds.c - any bytes as the texts of a feed: transactions, receivables, events and rates of exchange. Appending
 * ends with a clean status, every row is accepted or set aside, and what was taken in can be asked, scored and hashed,
 * the same when it comes row by row.
 *
 * The first byte chooses the feed and how texts are read; of the rest, lines are rows and tabs stand between fields.
 */
#include "crmvalue/crmvalue.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIELDS = 10, ROWS = 64, MODELS = 3 };

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

/* ---- Models and feeds -------------------------------------------------------------------------------------------- */

#define REST                                                                                                           \
    "\"finance_cost\": {\"yearly_rate\": 0.06, \"days_in_year\": 360}, \"window\": {\"months\": 12}, \"metrics\": {"   \
    "\"a\": {\"sum\": \"contribution\", \"scale\": {\"line\": [[0, 0], [1000, 100]]}},"                                \
    "\"b\": {\"overdue\": \"days\"}, \"c\": {\"event\": [\"survey\", \"mean\"]}, \"d\": {\"growth\": \"revenue\"}},"   \
    "\"indexes\": {\"score\": {\"weights\": {\"a\": 1}}}}"

static const char *const models[MODELS] = {
    "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"}, " REST,
    "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"}, \"input\": {\"decimal\": \",\", \"thousands\": \".\", "
    "\"negative\": \"trailing\", \"dates\": \"dd.mm.yy\", \"missing\": [\"\", \"NULL\", \"-\"]}, " REST,
    "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\", \"decimals\": 0, \"quantity_decimals\": 9}, \"input\": "
    "{\"negative\": \"parentheses\", \"dates\": \"m/d/yyyy\", \"thousands\": \",\", \"keys\": \"integer\"}, " REST,
};

typedef int32_t (*append_function)(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                                   crmv_error *error);

static const struct {
    append_function append;
    const char *roles[FIELDS];
} feeds[] = {
    {crmv_ledger_append,
     {"customer", "date", "kind", "quantity", "unit_price", "unit_cost", "discount_rate", "cost_to_serve", "document",
      "currency"}},
    {crmv_ledger_append,
     {"customer", "date", "revenue", "gross_profit", "discount", "quantity", "currency", NULL, NULL, NULL}},
    {crmv_ledger_append_receivables, {"customer", "amount", "due", "paid", "date", "currency", NULL, NULL, NULL, NULL}},
    {crmv_ledger_append_events, {"customer", "date", "event", "value", "text", NULL, NULL, NULL, NULL, NULL}},
    {crmv_ledger_rates, {"currency", "date", "rate", NULL, NULL, NULL, NULL, NULL, NULL, NULL}},
};
enum { FEEDS = sizeof feeds / sizeof feeds[0] };

/* ---- Texts ------------------------------------------------------------------------------------------------------- */

typedef struct table {
    int32_t feed, fields;
    int64_t rows;
    const char *cells[FIELDS][ROWS];
    crmv_column columns[FIELDS];
} table;

/* Cuts the text where it lies: a NUL ends it, as it would end a C string. Fields that a row lacks are missing. */
static void cut(table *t, char *text) {
    for (char *line = text; line != NULL && *line != '\0' && t->rows < ROWS; t->rows++) {
        char *next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        for (int32_t field = 0; field < t->fields; field++) {
            char *tab = line == NULL ? NULL : strchr(line, '\t');
            if (tab != NULL) {
                *tab++ = '\0';
            }
            t->cells[field][t->rows] = line;
            line = tab;
        }
        line = next;
    }
}

static void lay_out(table *t, int32_t feed) {
    t->feed = feed;
    while (t->fields < FIELDS && feeds[feed].roles[t->fields] != NULL) {
        t->columns[t->fields] = (crmv_column){.struct_size = sizeof(crmv_column),
                                              .type = CRMV_STRINGS,
                                              .name = feeds[feed].roles[t->fields],
                                              .data = t->cells[t->fields]};
        t->fields++;
    }
}

static crmv_column row_of(const crmv_column *column, int64_t row) {
    crmv_column one = *column;
    one.data = (const char *const *)column->data + row;
    return one;
}

/* ---- Ledgers ----------------------------------------------------------------------------------------------------- */

static void give_rates(crmv_ledger *ledger) {
    static const char *currency[] = {"USD", "JPY"};
    static const int32_t day[] = {0, 19000};
    static const char *rate[] = {"0.9", "1"};
    const crmv_column columns[] = {
        {.struct_size = sizeof(crmv_column), .type = CRMV_STRINGS, .name = "currency", .data = currency},
        {.struct_size = sizeof(crmv_column), .type = CRMV_INT32, .name = "date", .data = day},
        {.struct_size = sizeof(crmv_column), .type = CRMV_STRINGS, .name = "rate", .data = rate}};
    (void)crmv_ledger_rates(ledger, columns, 3, 2, NULL); /* models whose notation reads 0.9 otherwise do without */
}

/* The table as one chunk or row by row; NULL where it was refused. */
static crmv_ledger *take(const crmv_model *model, const table *t, bool by_rows) {
    crmv_ledger *ledger;
    if (crmv_ledger_new(model, NULL, &ledger, NULL) != CRMV_OK) {
        return NULL;
    }
    give_rates(ledger);
    require(crmv_ledger_begin(ledger, "b", NULL) == CRMV_OK);
    int32_t status = CRMV_OK;
    for (int64_t row = 0; row < (by_rows ? t->rows : 1) && status == CRMV_OK; row++) {
        crmv_column columns[FIELDS];
        for (int32_t field = 0; field < t->fields; field++) {
            columns[field] = by_rows ? row_of(&t->columns[field], row) : t->columns[field];
        }
        status = feeds[t->feed].append(ledger, columns, t->fields, by_rows ? 1 : t->rows, NULL);
    }
    if (status != CRMV_OK || crmv_ledger_end(ledger, NULL) != CRMV_OK) {
        crmv_ledger_free(ledger);
        return NULL;
    }
    return ledger;
}

static int64_t rows_set_aside(const crmv_ledger *ledger) {
    int64_t rows = 0;
    for (int64_t i = 0; i < crmv_ledger_set_aside_count(ledger); i++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        require(crmv_ledger_set_aside(ledger, i, &aside) == CRMV_OK);
        rows += aside.rows;
    }
    return rows;
}

static void ask(const crmv_model *model, const crmv_ledger *ledger) {
    require(crmv_ledger_accepted(ledger) + rows_set_aside(ledger) == crmv_ledger_rows(ledger));
    crmv_frame *frame;
    if (crmv_frame_derive(model, ledger, NULL, 0, 0, 20000, NULL, &frame, NULL) != CRMV_OK) {
        return;
    }
    crmv_scores *scores;
    if (crmv_score(model, frame, NULL, &scores, NULL) == CRMV_OK) {
        require(crmv_scores_rows(scores) == crmv_frame_rows(frame));
        crmv_scores_free(scores);
    }
    crmv_frame_free(frame);
}

/* Rates may contradict each other within a table and not between tables, so only the feeds are taken row by row. */
static void compare(const crmv_model *model, const table *t, const crmv_ledger *whole) {
    if (feeds[t->feed].append == crmv_ledger_rates) {
        return;
    }
    crmv_ledger *rows = take(model, t, true);
    char a[33];
    char b[33];
    require(rows != NULL && crmv_ledger_hash(whole, a) == CRMV_OK && crmv_ledger_hash(rows, b) == CRMV_OK);
    require(strcmp(a, b) == 0 && crmv_ledger_accepted(rows) == crmv_ledger_accepted(whole));
    crmv_ledger_free(rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = size > 0 ? malloc(size) : NULL;
    crmv_model *model;
    if (text == NULL || crmv_model_parse(models[data[0] / FEEDS % MODELS], -1, &model, NULL) != CRMV_OK) {
        free(text);
        return 0;
    }
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    table t = {0};
    lay_out(&t, data[0] % FEEDS);
    cut(&t, text);
    crmv_ledger *ledger = take(model, &t, false);
    if (ledger != NULL) {
        ask(model, ledger);
        if (t.rows > 0) {
            compare(model, &t, ledger);
        }
    }
    crmv_ledger_free(ledger);
    crmv_model_free(model);
    free(text);
    return 0;
}
