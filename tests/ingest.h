/*
 * ingest.h - some hundred thousand lines for tests, the ways in which they can come in, and the facts that must come
 * out, computed here from the lines.
 */
#ifndef CRMVALUE_TESTS_INGEST_H
#define CRMVALUE_TESTS_INGEST_H

#include "chance.h"
#include "ledger/batch.h"
#include "ledger/ledger.h"
#include "tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* How many lines; a test that needs no partition to be divided again asks for fewer. */
#ifndef INGEST_LINES
#define INGEST_LINES 300000
#endif

/* A chunk of AT_ONCE lines is dealt as it comes in; what the others hold beyond it is more than a partition may. */
enum { LINES = INGEST_LINES, AT_ONCE = 1 << 16, CUSTOMERS = 20000, FIRST_BIT = 5 };

/* ---- Lines ------------------------------------------------------------------------------------------------------- */

enum { SALE, RETURN, REBATE, CANCELLATION, ADJUSTMENT, COST, KINDS };
static const char *const kind_names[KINDS] = {"sale", "return", "rebate", "cancellation", "adjustment", "cost"};

typedef struct line {
    int64_t number;
    const char *text; /* the key, where keys are texts */
    int32_t day;
    int8_t kind;
    bool has_quantity, has_cost, has_document;
    int64_t quantity, revenue, cost, discount, to_serve; /* minor units */
    int64_t document;
} line;

/* Columns that a feed has. */
enum { QUANTITY = 1, REVENUE = 2, COSTS = 4, DISCOUNT = 8, TO_SERVE = 16, DOCUMENT = 32, KIND = 64 };

/* What a feed looks like. */
typedef struct feed {
    uint32_t columns;
    bool has_texts;     /* keys are texts */
    bool is_signed;     /* amounts bear their sign, whatever the kind */
    bool is_strided;    /* columns are fields of an array of structures */
    bool has_long_days; /* 64-bit ones */
    int32_t revenues;   /* the type of that column; 0: minor units */
} feed;

static line lines[LINES];
static line fed[LINES]; /* the same in the order of their coming */

static uint64_t random_state;

static inline uint64_t next_random(void) {
    return chance_bits(&random_state);
}

static inline int64_t below(int64_t limit) {
    return (int64_t)(next_random() % (uint64_t)limit);
}

/* Mostly plain sales, some returns and adjustments, some costs unknown; amounts up to a limit. */
static inline void make_amounts(line *l, int64_t most) {
    const int64_t sign = below(20) == 0 ? -1 : 1;
    l->has_quantity = true;
    l->quantity = sign * (below(30) == 0 ? 0 : 1 + below(most < 20000 ? most : 20000));
    l->revenue = sign * below(most) + (below(50) == 0 ? -most / 50 : 0);
    l->has_cost = below(10) != 0;
    l->cost = sign * below(most);
    l->discount = below(3) == 0 ? below(most) : 0;
    l->to_serve = below(4) == 0 ? below(most) : 0;
}

/* Lines without keys. */
static inline void make_lines(int64_t most) {
    random_state = 20240229;
    for (int32_t i = 0; i < LINES; i++) {
        lines[i] = (line){.day = (int32_t)(19000 + below(700))};
        make_amounts(&lines[i], most);
    }
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

/* What is handed over, each column in one piece. */
static struct {
    int64_t numbers[LINES], long_days[LINES];
    int32_t days[LINES];
    int64_t quantities[LINES], revenues[LINES], costs[LINES], discounts[LINES], to_serve[LINES], documents[LINES];
    const char *kinds[LINES];
    double double_revenues[LINES];
    int32_t short_revenues[LINES];
    int64_t key_starts[LINES + 1], revenue_starts[LINES + 1];
    char keys[LINES * 48], written_revenues[LINES * 24];
    uint8_t has_quantity[LINES / 8 + 2], has_cost[LINES / 8 + 2], has_document[LINES / 8 + 2];
} sheet;

static inline void mark(uint8_t *bits, int64_t i, bool present) {
    const uint8_t bit = (uint8_t)(1u << (i + FIRST_BIT) % 8);
    uint8_t *byte = &bits[(i + FIRST_BIT) / 8];
    *byte = (uint8_t)(present ? *byte | bit : *byte & ~bit);
}

/* The revenue in the column's own way of writing; whole numbers are of hundreds of minor units. */
static inline void write_revenue(const line *l, int32_t type, int64_t i) {
    sheet.revenues[i] = type == CRMV_INT64 ? l->revenue / 100 : l->revenue;
    sheet.double_revenues[i] = (double)l->revenue / 100;
    sheet.short_revenues[i] = type == CRMV_INT32 ? (int32_t)(l->revenue / 100) : 0;
    sheet.revenue_starts[i + 1] = sheet.revenue_starts[i];
    if (type == CRMV_TEXT64) {
        const long long magnitude = (long long)(l->revenue < 0 ? -l->revenue : l->revenue);
        sheet.revenue_starts[i + 1] += snprintf(sheet.written_revenues + sheet.revenue_starts[i], 24, "%s%lld.%02lld",
                                                l->revenue < 0 ? "-" : "", magnitude / 100, magnitude % 100);
    }
}

static inline void fill_sheet(const feed *f) {
    for (int64_t i = 0; i < LINES; i++) {
        const line *l = &fed[i];
        sheet.numbers[i] = l->number;
        sheet.days[i] = l->day;
        sheet.long_days[i] = l->day;
        sheet.quantities[i] = l->quantity;
        sheet.costs[i] = l->cost;
        sheet.discounts[i] = l->discount;
        sheet.to_serve[i] = l->to_serve;
        sheet.documents[i] = l->document;
        sheet.kinds[i] = kind_names[l->kind];
        mark(sheet.has_quantity, i, l->has_quantity);
        mark(sheet.has_cost, i, l->has_cost);
        mark(sheet.has_document, i, l->has_document);
        write_revenue(l, f->revenues, i);
        const size_t length = f->has_texts ? strlen(l->text) : 0;
        sheet.key_starts[i + 1] = sheet.key_starts[i] + (int64_t)length;
        if (length > 0) {
            memcpy(sheet.keys + sheet.key_starts[i], l->text, length);
        }
    }
}

static inline crmv_column with_bits(crmv_column column, const uint8_t *bits, int64_t begin) {
    column.validity = bits;
    column.validity_offset = begin + FIRST_BIT;
    return column;
}

static inline crmv_column texts_from(const char *name, const char *bytes, const int64_t *starts) {
    crmv_column column = table_column(name, CRMV_TEXT64, bytes);
    column.offsets = starts;
    return column;
}

static inline crmv_column revenue_column(const feed *f, int64_t begin) {
    switch (f->revenues) {
    case CRMV_INT32:
        return table_column("revenue", CRMV_INT32, &sheet.short_revenues[begin]);
    case CRMV_INT64:
        return wholes("revenue", &sheet.revenues[begin]);
    case CRMV_DOUBLE:
        return doubles("revenue", &sheet.double_revenues[begin]);
    case CRMV_TEXT64:
        return texts_from("revenue", sheet.written_revenues, &sheet.revenue_starts[begin]);
    default:
        return minors("revenue", &sheet.revenues[begin]);
    }
}

enum { COLUMNS_LIMIT = 9 };

/* The columns of the lines from `begin` on, each in one piece. */
static inline int32_t dense_columns(const feed *f, int64_t begin, crmv_column out[COLUMNS_LIMIT]) {
    int32_t count = 0;
    out[count++] = f->has_texts ? texts_from("customer", sheet.keys, &sheet.key_starts[begin])
                                : wholes("customer", &sheet.numbers[begin]);
    out[count++] = f->has_long_days ? wholes("date", &sheet.long_days[begin]) : days("date", &sheet.days[begin]);
    const struct {
        uint32_t bit;
        crmv_column column;
    } others[] = {
        {QUANTITY, with_bits(minors("quantity", &sheet.quantities[begin]), sheet.has_quantity, begin)},
        {REVENUE, revenue_column(f, begin)},
        {COSTS, with_bits(minors("cost", &sheet.costs[begin]), sheet.has_cost, begin)},
        {DISCOUNT, minors("discount", &sheet.discounts[begin])},
        {TO_SERVE, minors("cost_to_serve", &sheet.to_serve[begin])},
        {DOCUMENT, with_bits(wholes("document", &sheet.documents[begin]), sheet.has_document, begin)},
        {KIND, strings("kind", &sheet.kinds[begin])},
    };
    for (int32_t i = 0; i < COUNT(others); i++) {
        if ((f->columns & others[i].bit) != 0) {
            out[count++] = others[i].column;
        }
    }
    return count;
}

/* The same, but that whole numbers stand in the lines themselves. */
static inline int32_t make_columns(const feed *f, int64_t begin, crmv_column out[COLUMNS_LIMIT]) {
    const struct {
        const char *name;
        const void *field;
    } fields[] = {
        {"customer", &fed[begin].number},        {"date", &fed[begin].day},         {"quantity", &fed[begin].quantity},
        {"revenue", &fed[begin].revenue},        {"cost", &fed[begin].cost},        {"discount", &fed[begin].discount},
        {"cost_to_serve", &fed[begin].to_serve}, {"document", &fed[begin].document}};
    const int32_t count = dense_columns(f, begin, out);
    for (int32_t i = 0; i < count && f->is_strided; i++) {
        for (int32_t j = 0; j < COUNT(fields); j++) {
            if (strcmp(out[i].name, fields[j].name) == 0) {
                out[i].data = fields[j].field;
                out[i].stride = sizeof(line);
            }
        }
    }
    return count;
}

static inline int32_t append(crmv_ledger *ledger, const feed *f, int64_t begin, int64_t rows) {
    crmv_column columns[COLUMNS_LIMIT];
    crmv_error error = {.struct_size = sizeof error};
    const int32_t count = make_columns(f, begin, columns);
    const int32_t status = crmv_ledger_append(ledger, columns, count, rows, &error);
    if (status != CRMV_OK && status != CRMV_CANCELLED) {
        fail_msg("append: %s: %s", error.place, error.message);
    }
    return status;
}

/* ---- What must come out ------------------------------------------------------------------------------------------ */

/* The facts of all lines, computed from the description of the kinds in docs/model.md. */
static struct {
    const line *sorted[LINES];
    int64_t customers, count;
    const line *of_customer[LINES]; /* the first of each */
    int64_t offsets[LINES + 1];
    int32_t days[LINES];
    int64_t sums[LINES][CRMVI_FACTS];
    int64_t negative; /* lines whose kind turns round what was negative */
} expected;

static bool sorts_texts;

static inline int compare_customers(const line *a, const line *b) {
    return sorts_texts ? strcmp(a->text, b->text) : (a->number > b->number) - (a->number < b->number);
}

/* By customer, day and document. */
static inline int compare_lines(const void *left, const void *right) {
    const line *a = *(const line *const *)left;
    const line *b = *(const line *const *)right;
    const int order = compare_customers(a, b);
    if (order != 0) {
        return order;
    }
    return a->day != b->day ? (a->day > b->day) - (a->day < b->day)
                            : (a->document > b->document) - (a->document < b->document);
}

/* A line's amounts, as far as the feed has them. */
typedef struct given {
    bool has_quantity, has_revenue, has_cost;
    int64_t quantity, revenue, cost, discount, to_serve;
} given;

static inline given given_of(const feed *f, const line *l) {
    given g = {.has_quantity = (f->columns & QUANTITY) != 0 && l->has_quantity,
               .has_revenue = (f->columns & REVENUE) != 0,
               .has_cost = (f->columns & COSTS) != 0 && l->has_cost,
               .discount = (f->columns & DISCOUNT) != 0 ? l->discount : 0,
               .to_serve = (f->columns & TO_SERVE) != 0 ? l->to_serve : 0};
    g.quantity = g.has_quantity ? l->quantity : 0;
    g.revenue = g.has_revenue ? l->revenue : 0;
    g.cost = g.has_cost ? l->cost : 0;
    return g;
}

static inline int64_t leading_of(const given *g) {
    return g->has_quantity ? g->quantity : g->revenue;
}

/* Whether an amount that the kind turns round is negative already. */
static inline bool is_negative(const given *g, int32_t kind) {
    const bool is_goods = kind != REBATE;
    return g->revenue < 0 || (is_goods && g->quantity < 0) ||
           (is_goods && !g->has_quantity && !g->has_revenue && g->cost < 0);
}

static inline int32_t kind_of(const feed *f, const line *l) {
    if ((f->columns & KIND) != 0) {
        return l->kind;
    }
    const given g = given_of(f, l);
    const int64_t leading = leading_of(&g);
    if (!g.has_quantity && !g.has_revenue) {
        return SALE;
    }
    return leading > 0 ? SALE : leading < 0 ? RETURN : ADJUSTMENT;
}

/* Whether a line counts up or down. */
static inline int32_t step_of(const feed *f, const line *l) {
    const int32_t kind = kind_of(f, l);
    return (kind == SALE) - (kind == CANCELLATION);
}

/* The sign that a line's kind gives to its amounts. */
static inline int64_t sign_of(const feed *f, int32_t kind) {
    const bool turns = kind == RETURN || kind == REBATE || kind == CANCELLATION;
    return turns && (f->columns & KIND) != 0 && !f->is_signed ? -1 : 1;
}

/* Lines of goods: what each adds to the sums. */
static inline void expect_goods(const given *g, int32_t kind, crmvi_wide *sums) {
    const int64_t negative = g->revenue < 0 && kind != CANCELLATION ? -g->revenue : 0;
    sums[CRMVI_FACT_SALE_LINES] += kind == SALE;
    sums[CRMVI_FACT_CANCELLED_LINES] += kind == CANCELLATION;
    sums[CRMVI_FACT_RETURN_LINES] += kind == RETURN;
    sums[CRMVI_FACT_QUANTITY] += g->quantity;
    sums[CRMVI_FACT_REVENUE] += g->revenue;
    sums[CRMVI_FACT_COST] += g->cost;
    sums[CRMVI_FACT_DISCOUNT] += g->discount;
    sums[CRMVI_FACT_COST_TO_SERVE] += g->to_serve;
    sums[CRMVI_FACT_NEGATIVE_REVENUE] += negative;
    if (kind == RETURN) {
        sums[CRMVI_FACT_RETURNED_QUANTITY] -= g->quantity;
        sums[CRMVI_FACT_RETURNED_REVENUE] -= g->revenue;
        sums[CRMVI_FACT_RETURNED_COST] -= g->cost;
        sums[CRMVI_FACT_RETURNED_DISCOUNT] -= g->discount;
    }
    if (kind == ADJUSTMENT || kind == REBATE) {
        sums[CRMVI_FACT_OTHER_QUANTITY] += g->quantity;
        sums[CRMVI_FACT_OTHER_REVENUE] += g->revenue;
    }
    if (!g->has_cost && kind != REBATE) {
        sums[CRMVI_FACT_UNKNOWN_COST_LINES] += kind == CANCELLATION ? -1 : 1;
        sums[CRMVI_FACT_UNKNOWN_REVENUE] += g->revenue;
        sums[CRMVI_FACT_UNKNOWN_MAGNITUDE] += g->revenue + 2 * negative;
    }
}

static inline void expect_line(const feed *f, const line *l, crmvi_wide *sums) {
    given g = given_of(f, l);
    const int32_t kind = kind_of(f, l);
    const int64_t sign = sign_of(f, kind);
    if (kind == COST) {
        sums[CRMVI_FACT_COST_TO_SERVE] += (f->columns & TO_SERVE) != 0 ? g.to_serve : g.cost;
        return;
    }
    expected.negative += sign < 0 && is_negative(&g, kind);
    if (kind == REBATE) {
        g = (given){.revenue = sign * g.revenue, .discount = -sign * g.revenue};
    } else {
        g.quantity *= sign;
        g.revenue *= sign;
        g.cost *= sign;
        g.discount *= sign;
        g.to_serve *= sign;
    }
    expect_goods(&g, kind, sums);
}

/* Documents of a customer-day's lines, which stand in their order, with more sales than cancellations. */
static inline int64_t expect_documents(const feed *f, const line *const *sorted, int64_t count) {
    int64_t documents = 0;
    for (int64_t i = 0; i < count;) {
        const int64_t document = sorted[i]->document;
        int64_t balance = 0;
        for (; i < count && sorted[i]->document == document; i++) {
            balance += sorted[i]->has_document ? step_of(f, sorted[i]) : 0;
        }
        documents += balance > 0;
    }
    return documents;
}

static inline void expect_fact(const feed *f, const line *const *sorted, int64_t count) {
    crmvi_wide sums[CRMVI_FACTS] = {0};
    const int64_t fact = expected.count++;
    for (int64_t i = 0; i < count; i++) {
        expect_line(f, sorted[i], sums);
    }
    if ((f->columns & DOCUMENT) != 0) {
        sums[CRMVI_FACT_DOCUMENTS] = expect_documents(f, sorted, count);
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        assert_true(crmvi_narrow(sums[column], &expected.sums[fact][column]));
    }
    expected.days[fact] = sorted[0]->day;
}

static inline void expect(const feed *f) {
    const line **sorted = expected.sorted;
    for (int64_t i = 0; i < LINES; i++) {
        sorted[i] = &lines[i];
    }
    sorts_texts = f->has_texts;
    qsort(sorted, LINES, sizeof *sorted, compare_lines);
    expected.customers = expected.count = expected.negative = 0;
    for (int64_t begin = 0; begin < LINES;) {
        int64_t end = begin;
        while (end < LINES && compare_customers(sorted[end], sorted[begin]) == 0 &&
               sorted[end]->day == sorted[begin]->day) {
            end++;
        }
        if (begin == 0 || compare_customers(sorted[begin - 1], sorted[begin]) != 0) {
            expected.offsets[expected.customers] = expected.count;
            expected.of_customer[expected.customers++] = sorted[begin];
        }
        expect_fact(f, &sorted[begin], end - begin);
        begin = end;
    }
    expected.offsets[expected.customers] = expected.count;
}

static inline void check_customers(const feed *f, const crmvi_facts *facts) {
    assert_int_equal(facts->customers, expected.customers);
    assert_memory_equal(facts->offsets, expected.offsets, (size_t)(expected.customers + 1) * sizeof(int64_t));
    for (int64_t i = 0; i < expected.customers; i++) {
        if (f->has_texts) {
            assert_string_equal(crmvi_texts_get(&facts->texts, i), expected.of_customer[i]->text);
        } else if (facts->numbers[i] != expected.of_customer[i]->number) {
            fail_msg("customer %lld is not the one expected", (long long)i);
        }
    }
}

/* Every value of every fact. */
static inline void check_facts(const feed *f, const crmv_ledger *ledger) {
    const crmvi_facts *facts = crmvi_ledger_facts(ledger);
    check_customers(f, facts);
    assert_int_equal(facts->count, expected.count);
    assert_memory_equal(facts->days, expected.days, (size_t)expected.count * sizeof(int32_t));
    for (int64_t i = 0; i < expected.count; i++) {
        for (int32_t column = 0; column < CRMVI_FACTS; column++) {
            if (crmvi_fact(facts, column, i) != expected.sums[i][column]) {
                fail_msg("column %d of fact %lld is %lld, not %lld", (int)column, (long long)i,
                         (long long)crmvi_fact(facts, column, i), (long long)expected.sums[i][column]);
            }
        }
    }
    assert_int_equal(crmv_ledger_negative_magnitudes(ledger), expected.negative);
}

/* ---- Ways in ----------------------------------------------------------------------------------------------------- */

enum { AS_MADE, REVERSED, SORTED, DESCENDING };

/* How the lines come in: their order, the sizes of the first chunk and of the others, batches, threads. */
typedef struct way {
    int32_t order;
    int32_t first_chunk, chunk;
    int32_t batches, threads;
} way;

/* SORTED and DESCENDING take the lines as expect() has sorted them. */
static inline void put_in_order(int32_t order) {
    for (int64_t i = 0; i < LINES; i++) {
        const int64_t back = LINES - 1 - i;
        fed[i] = order == AS_MADE    ? lines[i]
                 : order == REVERSED ? lines[back]
                 : order == SORTED   ? *expected.sorted[i]
                                     : *expected.sorted[back];
    }
}

/* Where batches begin and end. */
static inline void cut_batches(int32_t batches, int64_t *bounds) {
    for (int32_t batch = 0; batch <= batches; batch++) {
        bounds[batch] = (int64_t)LINES * batch / batches;
    }
}

/* The same so that no batch has a part of a document: the lines are put by their documents. */
static inline void cut_between_documents(int32_t batches, int64_t *bounds) {
    static line kept[LINES];
    int64_t count = 0;
    memcpy(kept, fed, sizeof fed);
    for (int32_t batch = 0; batch < batches; batch++) {
        bounds[batch] = count;
        for (int64_t i = 0; i < LINES; i++) {
            if (kept[i].document % batches == batch) {
                fed[count++] = kept[i];
            }
        }
    }
    bounds[batches] = count;
}

static inline void take_batch(crmv_ledger *ledger, const feed *f, const way *w, const char *name, int64_t begin,
                              int64_t end) {
    assert_int_equal(crmv_ledger_begin(ledger, name, NULL), CRMV_OK);
    int64_t chunk = w->first_chunk;
    for (int64_t at = begin; at < end; at += chunk) {
        chunk = at == begin ? w->first_chunk : w->chunk;
        append(ledger, f, at, end - at < chunk ? end - at : chunk);
    }
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_ledger_end(ledger, &error) != CRMV_OK) {
        fail_msg("end: %s", error.message);
    }
}

static inline crmv_model *model_for(const feed *f) {
    return model_of(f->is_signed
                        ? "{\"crmvalue\": 1, \"input\": {\"transactions\": {\"customer\": \"customer\", \"date\": "
                          "\"date\", \"kind\": \"kind\", \"quantity\": \"quantity\", \"revenue\": \"revenue\", "
                          "\"cost\": \"cost\", \"discount\": \"discount\", \"cost_to_serve\": \"cost_to_serve\", "
                          "\"amounts\": \"signed\"}}, \"metrics\": {\"n\": {\"count\": \"lines\"}}}"
                        : PLAIN);
}

/* A ledger of all lines. */
static inline crmv_ledger *take_all(const feed *f, const way *w) {
    int64_t bounds[8];
    crmv_model *model = model_for(f);
    crmv_ledger *ledger = ledger_of(model, w->threads);
    crmv_model_free(model);
    put_in_order(w->order);
    if ((f->columns & DOCUMENT) != 0) {
        cut_between_documents(w->batches, bounds);
    } else {
        cut_batches(w->batches, bounds);
    }
    fill_sheet(f);
    for (int32_t batch = 0; batch < w->batches; batch++) {
        char name[16];
        snprintf(name, sizeof name, "batch %d", (int)batch);
        take_batch(ledger, f, w, name, bounds[batch], bounds[batch + 1]);
    }
    assert_int_equal(crmv_ledger_rows(ledger), LINES);
    assert_int_equal(crmv_ledger_accepted(ledger), LINES);
    return ledger;
}

#endif
