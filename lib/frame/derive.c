/* derive.c - from a ledger and a customer table to a frame. */
#include "base/column_read.h"
#include "base/error.h"
#include "base/guest.h"
#include "base/parallel.h"
#include "frame/catalogue.h"
#include "frame/names.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Customers that a worker derives at a time. */
enum { CUSTOMERS_AT_A_TIME = 512 };

/* ---- One slice of customers -------------------------------------------------------------------------------------- */

/*
 * What the workers write beside the frame's columns. The failure is row * (metrics + 1) + metric of the first sum that
 * is too large, a metric past the last standing for the amounts.
 */
typedef struct work {
    crmvi_derivation whole;
    atomic_llong *outcomes; /* CRMVI_OUTCOMES per metric */
    atomic_llong failure;
} work;

/* Blocks below a failing one always run, so that the lowest failure is the same at any number of threads. */
static int32_t note_failure(work *all, int64_t row, int32_t metric) {
    const long long failed = row * (all->whole.model->metric_count + 1) + metric;
    long long lowest = atomic_load(&all->failure);
    while (failed < lowest && !atomic_compare_exchange_weak(&all->failure, &lowest, failed)) {
    }
    return CRMV_OVERFLOW;
}

static void find_ranges(const crmvi_slice *slice) {
    const crmvi_derivation *whole = slice->whole;
    const int64_t rows = slice->end - slice->begin;
    for (int64_t row = slice->begin; row < slice->end; row++) {
        const int64_t customer = whole->join.customers[row];
        for (int32_t span = 0; customer >= 0 && span < whole->plan.span_count; span++) {
            slice->ranges[span * rows + (row - slice->begin)] =
                crmvi_find_range(whole->facts, customer, &whole->plan.spans[span]);
        }
    }
}

/* A value of the metric, as the frame will hold it: NaN where it is missing. */
static int32_t derive_value(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_operator *how = &crmvi_catalogue[recipe->card->operation];
    int32_t outcome = CRMVI_NO_HISTORY;
    if (how->source != CRMVI_FROM_LEDGER || slice->whole->facts != NULL) {
        outcome = how->derive(slice, recipe, row, value);
    }
    if (outcome == CRMVI_VALUE && !isfinite(*value)) {
        outcome = CRMVI_UNDEFINED;
    }
    if (outcome != CRMVI_VALUE) {
        *value = NAN;
    } else if (*value == 0) {
        *value = 0; /* never -0 */
    }
    return outcome;
}

static int32_t derive_metric(work *all, const crmvi_slice *slice, int32_t metric) {
    const crmvi_recipe *recipe = &all->whole.plan.recipes[metric];
    double *values = all->whole.frame->metrics[metric];
    int64_t counts[CRMVI_OUTCOMES] = {0};
    for (int64_t row = slice->begin; row < slice->end; row++) {
        const int32_t outcome = derive_value(slice, recipe, row, &values[row]);
        if (outcome == CRMVI_SUM_TOO_LARGE) {
            return note_failure(all, row, metric);
        }
        counts[outcome]++;
    }
    for (int32_t i = 0; i < CRMVI_OUTCOMES; i++) {
        atomic_fetch_add(&all->outcomes[metric * CRMVI_OUTCOMES + i], counts[i]);
    }
    return CRMV_OK;
}

static int32_t derive_slice(work *all, const crmvi_slice *slice) {
    const crmv_model *model = all->whole.model;
    find_ranges(slice);
    for (int64_t row = slice->begin; row < slice->end; row++) {
        all->whole.frame->starts[row] = crmvi_start_of(slice, CRMVI_SPAN_ALL, row);
    }
    int64_t failed;
    if (crmvi_amounts_derive(slice, &failed) != CRMV_OK) {
        return note_failure(all, failed, model->metric_count);
    }
    int32_t status = CRMV_OK;
    for (int32_t i = 0; i < model->metric_count && status == CRMV_OK; i++) {
        status = derive_metric(all, slice, model->derive_order[i]);
    }
    return status;
}

static int32_t derive_rows(void *context, int64_t begin, int64_t end) {
    work *all = context;
    crmvi_slice slice = {.whole = &all->whole, .begin = begin, .end = end};
    slice.ranges = crmvi_zeroed(all->whole.plan.span_count * (end - begin), sizeof *slice.ranges);
    const int32_t status = slice.ranges ? derive_slice(all, &slice) : CRMV_OUT_OF_MEMORY;
    free(slice.ranges);
    return status;
}

/* ---- The frame around the slices --------------------------------------------------------------------------------- */

static bool start_columns(const crmvi_derivation *whole) {
    crmv_frame *frame = whole->frame;
    const int32_t metrics = whole->model->metric_count;
    frame->metrics = crmvi_zeroed(metrics, sizeof *frame->metrics);
    frame->missing = crmvi_zeroed(metrics, sizeof *frame->missing);
    frame->unlisted = crmvi_zeroed(metrics, sizeof *frame->unlisted);
    frame->starts = crmvi_array(frame->rows, sizeof *frame->starts);
    bool all = frame->metrics && frame->missing && frame->unlisted && frame->starts;
    for (int32_t i = 0; all && i < metrics; i++) {
        frame->metrics[i] = crmvi_array(frame->rows, sizeof *frame->metrics[i]);
        all = frame->metrics[i] != NULL;
    }
    for (int32_t i = 0; all && whole->facts != NULL && i < CRMVI_AMOUNTS; i++) {
        frame->amounts[i] = crmvi_array(frame->rows, sizeof *frame->amounts[i]);
        all = frame->amounts[i] != NULL;
    }
    return all;
}

static void write_missing(const work *all) {
    for (int32_t i = 0; i < all->whole.model->metric_count; i++) {
        atomic_llong *counts = &all->outcomes[i * CRMVI_OUTCOMES];
        crmv_missing *missing = &all->whole.frame->missing[i];
        missing->not_given = counts[CRMVI_NOT_GIVEN];
        missing->no_history = counts[CRMVI_NO_HISTORY];
        missing->undefined = counts[CRMVI_UNDEFINED];
        missing->cost_unknown = counts[CRMVI_COST_UNKNOWN];
        missing->unlisted = counts[CRMVI_UNLISTED];
        missing->operand = counts[CRMVI_OPERAND];
        missing->missing = missing->not_given + missing->no_history + missing->undefined + missing->cost_unknown +
                           missing->unlisted + missing->operand;
    }
}

/* Says which sum does not fit. */
static int32_t fail_overflow(const work *all, crmv_error *error) {
    const crmvi_derivation *whole = &all->whole;
    const int32_t slots = whole->model->metric_count + 1;
    const long long failure = atomic_load(&all->failure);
    const int32_t metric = (int32_t)(failure % slots);
    char key[1025];
    crmv_frame_key(whole->frame, failure / slots, key, sizeof key, NULL);
    if (metric == whole->model->metric_count) {
        return crmvi_fail(error, CRMV_OVERFLOW, "amounts", "the amounts of customer `%.200s` do not fit into 64 bits",
                          key);
    }
    const char *name = whole->model->metrics[metric].name;
    return crmvi_fail(error, CRMV_OVERFLOW, name,
                      "metric `%.100s`: a sum of customer `%.200s` does not fit into 64 bits", name, key);
}

static int32_t fail_work(const work *all, int32_t status, crmv_error *error) {
    if (status == CRMV_OVERFLOW) {
        return fail_overflow(all, error);
    }
    return crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

static int32_t derive_columns(work *all, const crmvi_runner *runner, crmv_error *error) {
    const int64_t counts = (int64_t)all->whole.model->metric_count * CRMVI_OUTCOMES;
    all->outcomes = crmvi_array(counts, sizeof *all->outcomes);
    if (all->outcomes == NULL || !start_columns(&all->whole)) {
        return crmvi_no_memory(error);
    }
    for (int64_t i = 0; i < counts; i++) {
        atomic_init(&all->outcomes[i], 0);
    }
    atomic_init(&all->failure, LLONG_MAX);
    const int32_t status =
        crmvi_parallel(runner, "deriving metrics", all->whole.frame->rows, CUSTOMERS_AT_A_TIME, derive_rows, all);
    if (status != CRMV_OK) {
        return fail_work(all, status, error);
    }
    write_missing(all);
    return crmvi_names_write(&all->whole) && crmvi_unlisted_write(&all->whole) ? CRMV_OK : crmvi_no_memory(error);
}

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

static bool count_table_rows(const crmvi_customer_table *table, crmv_frame *frame) {
    frame->table_rows = table->rows;
    for (int64_t row = 0; row < table->rows; row++) {
        const crmvi_aside_row aside = {.reason = table->reasons[row],
                                       .currency = "",
                                       .row = row + 1,
                                       .column = crmvi_customer_table_culprit(table, row),
                                       .column_row = row};
        if (table->reasons[row] != 0 && !crmvi_aside_add(&frame->asides, &aside)) {
            return false;
        }
    }
    return true;
}

/* Customers of the ledger who are not in the table, with their revenue. They have no row numbers. */
static int32_t count_strangers(const crmvi_derivation *whole, crmv_error *error) {
    crmvi_asides *asides = &whole->frame->asides;
    const crmvi_span *span = &whole->plan.spans[whole->plan.model_span];
    for (int64_t i = 0; i < whole->join.stranger_count; i++) {
        const crmvi_range range = crmvi_find_range(whole->facts, whole->join.strangers[i], span);
        int64_t revenue;
        if (!crmvi_amount_of(whole->facts, CRMVI_AMOUNT_REVENUE, &range, &revenue)) {
            return crmvi_fail(error, CRMV_OVERFLOW, "revenue",
                              "the revenue of a customer who is not in the customer "
                              "table does not fit into 64 bits");
        }
        const crmvi_aside_row aside = {.reason = CRMV_UNKNOWN_CUSTOMER,
                                       .currency = whole->model->money.currency,
                                       .has_revenue = true,
                                       .revenue = revenue};
        if (!crmvi_aside_add(asides, &aside)) {
            return crmvi_no_memory(error);
        }
    }
    return CRMV_OK;
}

/* ---- Orchestration ----------------------------------------------------------------------------------------------- */

/* The frame's rows, from the joined keys, which become its own. */
static void take_keys(crmvi_derivation *whole) {
    crmv_frame *frame = whole->frame;
    frame->key_kind = whole->join.key_kind;
    frame->rows = whole->join.rows;
    frame->numbers = whole->join.numbers;
    frame->texts = whole->join.texts;
    whole->join.numbers = NULL;
    whole->join.texts = (crmvi_texts){0};
}

static int32_t derive_joined(work *all, crmvi_customer_table *table, const crmvi_runner *runner, crmv_error *error) {
    crmvi_derivation *whole = &all->whole;
    if (crmvi_plan_make(whole->model, whole->as_of, &whole->plan) != CRMV_OK ||
        crmvi_join_make(table, whole->facts, whole->as_of, whole->model->only_table, &whole->join) != CRMV_OK) {
        return crmvi_no_memory(error);
    }
    take_keys(whole);
    if (table != NULL && !count_table_rows(table, whole->frame)) {
        return crmvi_no_memory(error);
    }
    const int32_t status = count_strangers(whole, error);
    return status == CRMV_OK ? derive_columns(all, runner, error) : status;
}

static int32_t check_keys(const crmvi_customer_table *table, const crmvi_facts *facts, crmv_error *error) {
    if (table == NULL || facts == NULL || facts->key_kind == CRMVI_KEYS_UNKNOWN || facts->key_kind == table->key_kind) {
        return CRMV_OK;
    }
    const bool numbers = table->key_kind == CRMVI_KEYS_NUMBERS;
    return crmvi_fail(error, CRMV_BAD_COLUMN, table->key->name,
                      "column `%s`: the customer table's keys are %s, the ledger's are %s", table->key->name,
                      numbers ? "whole numbers" : "texts", numbers ? "texts" : "whole numbers");
}

static crmv_frame *new_frame(const crmv_model *model, int32_t as_of) {
    crmv_frame *frame = crmvi_zeroed(1, sizeof *frame);
    if (frame != NULL) {
        atomic_init(&frame->holders, 1);
        frame->model = crmvi_model_hold(model);
        frame->as_of = as_of;
    }
    return frame;
}

static int32_t derive_frame(const crmv_model *model, const crmvi_facts *facts, crmvi_customer_table *table,
                            int32_t as_of, const crmvi_runner *runner, crmv_frame **out, crmv_error *error) {
    work all = {.whole = {.model = model, .facts = facts, .table = table}};
    all.whole.as_of = as_of == CRMV_NO_DATE ? CRMVI_LAST_DAY : as_of;
    all.whole.frame = new_frame(model, as_of);
    int32_t status = all.whole.frame ? check_keys(table, facts, error) : crmvi_no_memory(error);
    if (status == CRMV_OK) {
        status = derive_joined(&all, table, runner, error);
    }
    crmvi_plan_clear(&all.whole.plan);
    crmvi_join_clear(&all.whole.join);
    free(all.outcomes);
    if (status == CRMV_OK) {
        *out = all.whole.frame;
    } else {
        crmv_frame_free(all.whole.frame);
    }
    return status;
}

/* ---- Arguments --------------------------------------------------------------------------------------------------- */

static int32_t check_date(const crmv_model *model, int32_t as_of, crmv_error *error) {
    if (as_of == CRMV_NO_DATE) {
        return crmv_model_needs_date(model) ? crmvi_bad_argument(error, "as_of", "is missing; the model needs a date")
                                            : CRMV_OK;
    }
    return as_of < CRMVI_FIRST_DAY || as_of > CRMVI_LAST_DAY
               ? crmvi_bad_argument(error, "as_of", "is outside the years 1 to 9999")
               : CRMV_OK;
}

static int32_t check_money(const crmv_model *model, const crmv_ledger *ledger, crmv_error *error) {
    const crmvi_money *wanted = &model->money;
    const crmvi_money *found = crmvi_ledger_money(ledger);
    if (wanted->decimals == found->decimals && wanted->quantity_decimals == found->quantity_decimals &&
        strcmp(wanted->currency, found->currency) == 0) {
        return CRMV_OK;
    }
    return crmvi_fail(error, CRMV_BAD_ARGUMENT, "ledger",
                      "the ledger counts in `%s` with %d decimals (quantities %d), the model in `%s` with %d "
                      "(quantities %d)",
                      found->currency, (int)found->decimals, (int)found->quantity_decimals, wanted->currency,
                      (int)wanted->decimals, (int)wanted->quantity_decimals);
}

/* What the caller gave. */
typedef struct inputs {
    const crmv_model *model;
    const crmv_ledger *ledger;
    const crmv_column *customers;
    int32_t count;
    int64_t rows;
    int32_t as_of;
} inputs;

static int32_t check_inputs(const inputs *in, crmv_error *error) {
    const bool has_table = in->count > 0;
    if (in->model == NULL) {
        return crmvi_bad_argument(error, "model", "is NULL");
    }
    if (!has_table && in->ledger == NULL) {
        return crmvi_bad_argument(error, "ledger", "is NULL, and there is no customer table");
    }
    if (!has_table && in->rows != 0) {
        return crmvi_bad_argument(error, "rows", "must be 0 without columns");
    }
    if (!has_table && in->model->only_table) {
        return crmvi_bad_argument(error, "customers", "is NULL, but the model's population is the customer table's");
    }
    int32_t status = crmvi_columns_check(in->customers, in->count, in->rows, error);
    if (status == CRMV_OK) {
        status = check_date(in->model, in->as_of, error);
    }
    return status == CRMV_OK && in->ledger != NULL ? check_money(in->model, in->ledger, error) : status;
}

static int32_t derive_checked(const inputs *in, const crmvi_runner *runner, crmv_frame **out, crmv_error *error) {
    const crmvi_facts *facts = in->ledger ? crmvi_ledger_facts(in->ledger) : NULL;
    if (in->count == 0) {
        return derive_frame(in->model, facts, NULL, in->as_of, runner, out, error);
    }
    crmvi_customer_table table;
    int32_t status = crmvi_customer_table_read(in->model, in->customers, in->count, in->rows, runner, &table, error);
    if (status == CRMV_OK) {
        status = derive_frame(in->model, facts, &table, in->as_of, runner, out, error);
        crmvi_customer_table_clear(&table);
    }
    return status;
}

int32_t crmv_frame_derive(const crmv_model *model, const crmv_ledger *ledger, const crmv_column *customers,
                          int32_t count, int64_t rows, int32_t as_of, const crmv_options *options, crmv_frame **out,
                          crmv_error *error) {
    const inputs in = {model, ledger, customers, count, rows, as_of};
    crmvi_runner runner;
    if (out == NULL) {
        return crmvi_bad_argument(error, "out", "is NULL");
    }
    int32_t status = check_inputs(&in, error);
    if (status == CRMV_OK) {
        status = crmvi_runner_read(options, &runner, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    status = derive_checked(&in, &runner, out, error);
    crmvi_leave(&host);
    return status;
}
