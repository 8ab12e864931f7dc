/* derive.c - from a ledger and a customer table to a frame. */
#include "base/column_read.h"
#include "base/error.h"
#include "base/guest.h"
#include "frame/history.h"
#include "frame/lifetimes.h"
#include "frame/members.h"
#include "frame/names.h"
#include "frame/rollup.h"
#include "frame/rows.h"

#include <string.h>

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

static bool count_table_rows(const crmvi_customer_table *table, crmv_frame *frame) {
    frame->table_rows = table->rows;
    for (int64_t row = 0; row < table->rows; row++) {
        if (table->reasons[row] == 0) {
            continue;
        }
        const crmvi_aside_row aside = {.reason = table->reasons[row],
                                       .currency = "",
                                       .row = row + 1,
                                       .column = crmvi_customer_table_culprit(table, row),
                                       .column_row = row};
        if (!crmvi_aside_add(&frame->asides, &aside)) {
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

static int32_t fail(int32_t status, crmv_error *error) {
    return crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

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

/* Without a customer table: the ledger's customers as they stand, or, where that turns out to be wrong since one has no
 * fact up to the as-of date, those that have. */
static int32_t derive_ledger(crmvi_derivation *whole, const crmvi_runner *runner, crmv_error *error) {
    crmvi_join_ledger(whole->facts, &whole->join);
    take_keys(whole);
    int32_t status = crmvi_rows_derive(whole, runner, error);
    if (status == CRMVI_UNSEEN) {
        crmvi_frame_empty(whole->frame);
        status = crmvi_join_make(NULL, whole->facts, whole->as_of, false, runner, &whole->join);
        if (status != CRMV_OK) {
            return fail(status, error);
        }
        take_keys(whole);
        status = crmvi_rows_derive(whole, runner, error);
    }
    return status == CRMV_OK && !crmvi_unlisted_write(whole) ? crmvi_no_memory(error) : status;
}

static int32_t derive_table(crmvi_derivation *whole, crmvi_customer_table *table, const crmvi_runner *runner,
                            crmv_error *error) {
    int32_t status = crmvi_join_make(table, whole->facts, whole->as_of, whole->model->only_table, runner, &whole->join);
    if (status != CRMV_OK) {
        return fail(status, error);
    }
    take_keys(whole);
    if (!count_table_rows(table, whole->frame)) {
        return crmvi_no_memory(error);
    }
    status = count_strangers(whole, error);
    if (status == CRMV_OK) {
        status = crmvi_rows_derive(whole, runner, error);
    }
    if (status == CRMV_OK && !(crmvi_names_write(whole) && crmvi_unlisted_write(whole))) {
        return crmvi_no_memory(error);
    }
    return status;
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

static void take_ledger(crmvi_derivation *whole, const crmv_ledger *ledger) {
    whole->facts = crmvi_ledger_facts(ledger);
    whole->fed[CRMVI_RECEIVABLES] = crmvi_ledger_items_fed(ledger, CRMVI_RECEIVABLES);
    whole->fed[CRMVI_EVENTS] = crmvi_ledger_items_fed(ledger, CRMVI_EVENTS);
}

/* The groups of the table's customers, and the ledger's facts rolled up into them. */
typedef struct grouping {
    crmvi_groups groups;
    const crmvi_facts *before; /* the ledger's own */
    crmvi_facts facts;
} grouping;

/* Where customers are rolled up, the groups stand in their place: in the table's keys and in the facts. */
static int32_t roll_up(crmvi_derivation *whole, crmvi_customer_table *table, const crmvi_runner *runner,
                       grouping *grouped, crmv_error *error) {
    if (!crmvi_customer_table_sort(table)) {
        return crmvi_no_memory(error);
    }
    const int32_t status = crmvi_groups_make(table, whole->model->only_table, runner, &grouped->groups, error);
    if (status != CRMV_OK || grouped->groups.count == 0) {
        return status;
    }
    table->joined = grouped->groups.rows;
    table->joined_count = grouped->groups.row_count;
    grouped->before = whole->facts;
    if (whole->facts == NULL || whole->facts->customers == 0) {
        return CRMV_OK;
    }
    whole->facts = &grouped->facts;
    return crmvi_rollup_make(&grouped->groups, grouped->before, runner, &grouped->facts, error);
}

static int32_t derive_groups(crmvi_derivation *whole, crmvi_customer_table *table, const crmvi_runner *runner,
                             const grouping *grouped, crmv_error *error) {
    const int32_t status = derive_table(whole, table, runner, error);
    const bool failed = status == CRMV_OK && grouped->groups.count > 0 &&
                        !crmvi_members_write(&grouped->groups, grouped->before, whole->as_of, whole->frame);
    return failed ? crmvi_no_memory(error) : status;
}

static int32_t derive_frame(const crmv_model *model, const crmv_ledger *ledger, crmvi_customer_table *table,
                            int32_t as_of, const crmvi_runner *runner, crmv_frame **out, crmv_error *error) {
    crmvi_derivation whole = {.model = model, .table = table};
    grouping grouped = {.before = NULL};
    whole.as_of = as_of == CRMV_NO_DATE ? CRMVI_LAST_DAY : as_of;
    if (ledger != NULL) {
        take_ledger(&whole, ledger);
    }
    whole.frame = new_frame(model, as_of);
    int32_t status = whole.frame ? check_keys(table, whole.facts, error) : crmvi_no_memory(error);
    if (status == CRMV_OK && table != NULL) {
        status = roll_up(&whole, table, runner, &grouped, error);
    }
    if (status == CRMV_OK && crmvi_plan_make(model, whole.facts, whole.as_of, &whole.plan) != CRMV_OK) {
        status = crmvi_no_memory(error);
    }
    if (status == CRMV_OK) {
        status = crmvi_foretellings_check(model, &whole.plan, error);
    }
    if (status == CRMV_OK) {
        status = table == NULL ? derive_ledger(&whole, runner, error)
                               : derive_groups(&whole, table, runner, &grouped, error);
    }
    crmvi_plan_clear(&whole.plan);
    crmvi_join_clear(&whole.join);
    crmvi_groups_clear(&grouped.groups);
    crmvi_facts_clear(&grouped.facts);
    if (status == CRMV_OK) {
        *out = whole.frame;
    } else {
        crmv_frame_free(whole.frame);
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
    if (in->count == 0) {
        return derive_frame(in->model, in->ledger, NULL, in->as_of, runner, out, error);
    }
    crmvi_customer_table table;
    int32_t status = crmvi_customer_table_read(in->model, in->customers, in->count, in->rows, runner, &table, error);
    if (status == CRMV_OK) {
        status = derive_frame(in->model, in->ledger, &table, in->as_of, runner, out, error);
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
