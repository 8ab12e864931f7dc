/* plan.c - what is the same for all customers: the days of each window, the fact columns of each metric. */
#include "frame/derivation.h"

#include <stdlib.h>

static const uint32_t measures_that_need_cost =
    UINT32_C(1) << CRMVI_COST | UINT32_C(1) << CRMVI_GROSS_PROFIT | UINT32_C(1) << CRMVI_CONTRIBUTION;

/* Counts that are sums of fact columns; those of days are not. */
static const crmvi_term count_terms[CRMVI_COUNTS][3] = {
    [CRMVI_LINES] = {{CRMVI_FACT_SALE_LINES, 1}, {CRMVI_FACT_CANCELLED_LINES, -1}, {-1, 0}},
    [CRMVI_SALE_LINES] = {{CRMVI_FACT_SALE_LINES, 1}, {-1, 0}},
    [CRMVI_CANCELLED_LINES] = {{CRMVI_FACT_CANCELLED_LINES, 1}, {-1, 0}},
    [CRMVI_RETURN_LINES] = {{CRMVI_FACT_RETURN_LINES, 1}, {-1, 0}},
    [CRMVI_UNKNOWN_COST_LINES] = {{CRMVI_FACT_UNKNOWN_COST_LINES, 1}, {-1, 0}},
    [CRMVI_DOCUMENTS] = {{CRMVI_FACT_DOCUMENTS, 1}, {-1, 0}},
    [CRMVI_PURCHASE_DAYS] = {{-1, 0}},
    [CRMVI_REPEAT_DAYS] = {{-1, 0}},
};

/* ---- Terms ------------------------------------------------------------------------------------------------------- */

/* Adds one term; a column that is there already gets the sign added, so that each column is read once. */
static void add_term(crmvi_recipe *recipe, const crmvi_term *term) {
    for (int32_t i = 0; i < recipe->term_count; i++) {
        if (recipe->terms[i].column == term->column) {
            recipe->terms[i].sign += term->sign;
            return;
        }
    }
    recipe->terms[recipe->term_count++] = *term;
}

static void add_terms(crmvi_recipe *recipe, const crmvi_term *terms) {
    for (; terms->column >= 0; terms++) {
        add_term(recipe, terms);
    }
}

static void plan_terms(crmvi_recipe *recipe, const crmvi_money *money) {
    const crmvi_metric *card = recipe->card;
    recipe->unit = 1;
    if (card->operation == CRMVI_COUNT) {
        add_terms(recipe, count_terms[card->detail]);
        return;
    }
    for (int32_t measure = 0; measure < CRMVI_MEASURES; measure++) {
        if (card->measures >> measure & 1) {
            add_terms(recipe, crmvi_measure_terms[measure]);
            const int32_t decimals = crmvi_is_quantity(measure) ? money->quantity_decimals : money->decimals;
            recipe->unit = (double)crmvi_power_of_ten(decimals);
        }
    }
    recipe->needs_cost = (card->measures & measures_that_need_cost) != 0;
}

/* ---- Spans ------------------------------------------------------------------------------------------------------- */

/* The window's span: one that is there already, or a new one. */
static int32_t plan_span(crmvi_plan *plan, const crmvi_window *window, int32_t as_of, bool before) {
    crmvi_span span;
    if (!crmvi_window_days(window, as_of, before, &span.first, &span.last) || span.first > as_of) {
        span = (crmvi_span){.first = 1, .last = 0};
    }
    span.last = span.last > as_of ? as_of : span.last;
    for (int32_t i = 0; i < plan->span_count; i++) {
        if (plan->spans[i].first == span.first && plan->spans[i].last == span.last) {
            return i;
        }
    }
    span.year = span.last - crmvi_months_before(span.last, 12);
    plan->spans[plan->span_count] = span;
    return plan->span_count++;
}

int32_t crmvi_plan_make(const crmv_model *model, int32_t as_of, crmvi_plan *plan) {
    *plan = (crmvi_plan){0};
    plan->recipes = crmvi_zeroed(model->metric_count, sizeof *plan->recipes);
    plan->spans = crmvi_zeroed(2 * (int64_t)model->metric_count + 2, sizeof *plan->spans);
    if (plan->recipes == NULL || plan->spans == NULL) {
        crmvi_plan_clear(plan);
        return CRMV_OUT_OF_MEMORY;
    }
    const crmvi_window all = {.kind = CRMVI_ALL_HISTORY};
    plan_span(plan, &all, as_of, false);
    plan->model_span = plan_span(plan, &model->window, as_of, false);
    for (int32_t i = 0; i < model->metric_count; i++) {
        crmvi_recipe *recipe = &plan->recipes[i];
        recipe->card = &model->metrics[i];
        recipe->metric = i;
        recipe->span = plan_span(plan, &recipe->card->window, as_of, false);
        if (recipe->card->operation == CRMVI_GROWTH) {
            recipe->before = plan_span(plan, &recipe->card->window, as_of, true);
        }
        plan_terms(recipe, &model->money);
    }
    return CRMV_OK;
}

void crmvi_plan_clear(crmvi_plan *plan) {
    free(plan->recipes);
    free(plan->spans);
    *plan = (crmvi_plan){0};
}
