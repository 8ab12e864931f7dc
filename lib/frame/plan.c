/* plan.c - what is the same for all customers: the days of each window, the fact columns of each metric. */
#include "frame/lifetimes.h"

#include <stdlib.h>
#include <string.h>

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
    if (card->operation == CRMVI_OVERDUE || card->operation == CRMVI_RECEIVABLE) {
        recipe->unit = (double)crmvi_power_of_ten(money->decimals);
    }
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

/* A purchase's amount is made of measures as a sum is. */
static void plan_life(const crmvi_lifetime_card *card, const crmvi_money *money, crmvi_life *life) {
    const crmvi_metric as_sum = {.operation = CRMVI_SUM, .measures = card->spend.measures};
    crmvi_recipe recipe = {.card = &as_sum};
    plan_terms(&recipe, money);
    *life = (crmvi_life){.unit_days = card->unit_days,
                         .has_spend = card->spend.model != 0,
                         .first_purchase = card->spend.first_purchase,
                         .unit = recipe.unit,
                         .needs_cost = recipe.needs_cost,
                         .term_count = recipe.term_count};
    memcpy(life->terms, recipe.terms, sizeof life->terms);
}

static bool plan_lives(crmvi_plan *plan, const crmv_model *model) {
    plan->lives = crmvi_zeroed(model->lifetime_count, sizeof *plan->lives);
    for (int32_t i = 0; plan->lives != NULL && i < model->lifetime_count; i++) {
        plan_life(&model->lifetimes[i], &model->money, &plan->lives[i]);
        plan->any_spend = plan->any_spend || plan->lives[i].has_spend;
    }
    return plan->lives != NULL;
}

/* What was sold is what sale lines brought, cancelled ones taken back: the facts are net of returns, and rebates and
 * adjustments are neither sold nor returned. */
const crmvi_term *crmvi_sold_terms(const crmvi_metric *card) {
    static const crmvi_term sold_terms[][CRMVI_SOLD_TERMS] = {
        {{CRMVI_FACT_REVENUE, 1}, {CRMVI_FACT_RETURNED_REVENUE, 1}, {CRMVI_FACT_OTHER_REVENUE, -1}},
        {{CRMVI_FACT_QUANTITY, 1}, {CRMVI_FACT_RETURNED_QUANTITY, 1}, {CRMVI_FACT_OTHER_QUANTITY, -1}},
    };
    return sold_terms[card->detail == CRMVI_QUANTITY];
}

/* ---- Spans ------------------------------------------------------------------------------------------------------- */

/* The cut just before a day: one that is there already, or a new one. */
static int32_t plan_cut(crmvi_plan *plan, int32_t day) {
    for (int32_t i = 0; i < plan->cut_count; i++) {
        if (plan->cuts[i] == day) {
            return i;
        }
    }
    plan->cuts[plan->cut_count] = day;
    return plan->cut_count++;
}

/* The window's span: one that is there already, or a new one. */
static int32_t plan_span(crmvi_plan *plan, const crmvi_window *window, int32_t as_of, bool before) {
    crmvi_span span = {0};
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
    if (span.first <= span.last) {
        span.begin = plan_cut(plan, span.first);
        span.end = plan_cut(plan, span.last + 1);
    }
    plan->spans[plan->span_count] = span;
    return plan->span_count++;
}

static bool start_spans(crmvi_plan *plan, int32_t metrics) {
    const int64_t most = 2 * (int64_t)metrics + 2;
    plan->spans = crmvi_zeroed(most, sizeof *plan->spans);
    plan->cuts = crmvi_array(2 * most + 1, sizeof *plan->cuts);
    if (plan->spans == NULL || plan->cuts == NULL) {
        return false;
    }
    plan_cut(plan, CRMVI_FIRST_DAY);
    return true;
}

/* ---- Sums that metrics share ------------------------------------------------------------------------------------- */

static const crmvi_term every_revenue[] = {{CRMVI_FACT_REVENUE, 1}, {CRMVI_FACT_NEGATIVE_REVENUE, 2}};
static const crmvi_term unknown_revenue[] = {{CRMVI_FACT_UNKNOWN_MAGNITUDE, 1}};

/* What sums are planned for: the days of a span, all of them or purchase days alone. */
typedef struct reach {
    crmvi_plan *plan;
    const crmvi_facts *facts;
    int32_t span;
    bool purchases;
} reach;

static int32_t plan_sum(const reach *of, int32_t column) {
    crmvi_plan *plan = of->plan;
    int32_t *first = &plan->first_sums[column][of->purchases];
    for (int32_t i = *first; i >= 0; i = plan->sums[i].next) {
        if (plan->sums[i].span == of->span) {
            return i;
        }
    }
    plan->sums[plan->sum_count] = (crmvi_sum){column, of->span, of->purchases, *first};
    *first = plan->sum_count;
    return plan->sum_count++;
}

static void plan_total(const reach *of, const crmvi_term *terms, int32_t count, crmvi_total *total) {
    total->count = 0;
    for (int32_t i = 0; i < count; i++) {
        if (of->facts->columns[terms[i].column].width != 0) {
            total->parts[total->count++] = (crmvi_part){plan_sum(of, terms[i].column), terms[i].sign};
        }
    }
}

/* Finance cost on top of a total of fact columns. */
static void plan_finance(const reach *of, int32_t sign, crmvi_total *total) {
    if (sign != 0) {
        total->parts[total->count++] = (crmvi_part){plan_sum(of, CRMVI_FINANCE_SUM), sign};
    }
}

/* What it takes to see whether enough of the revenue has a known cost. */
static void plan_coverage(const reach *of, crmvi_recipe *recipe, int32_t which) {
    if (recipe->needs_cost && of->facts->columns[CRMVI_FACT_UNKNOWN_MAGNITUDE].width != 0) {
        plan_total(of, every_revenue, 2, &recipe->revenue[which]);
        plan_total(of, unknown_revenue, 1, &recipe->unknown[which]);
    }
}

static void plan_asks(crmvi_plan *plan, const crmvi_recipe *recipe) {
    crmvi_span *span = &plan->spans[recipe->span];
    const crmvi_metric *card = recipe->card;
    const bool repeats = card->operation == CRMVI_COUNT && card->detail == CRMVI_REPEAT_DAYS;
    const bool days = card->operation == CRMVI_COUNT && card->detail == CRMVI_PURCHASE_DAYS;
    if (card->operation == CRMVI_MEAN || days || repeats) {
        span->asks |= CRMVI_ASKS_DAYS;
    }
    if (card->operation == CRMVI_TENURE || repeats) {
        span->asks |= CRMVI_ASKS_FIRST;
    }
    if (card->operation == CRMVI_RECENCY) {
        span->asks |= CRMVI_ASKS_LAST;
    }
}

/* Interest is a cost of a window, not of a purchase day: means, minima and maxima are without it. */
static int32_t finance_sign(const crmvi_metric *card) {
    const bool takes_it = card->operation == CRMVI_SUM || card->operation == CRMVI_GROWTH;
    const int32_t added = (int32_t)(card->measures >> CRMVI_FINANCE_COST & 1);
    const int32_t taken_away = (int32_t)(card->measures >> CRMVI_CONTRIBUTION & 1);
    return takes_it ? added - taken_away : 0;
}

static void plan_totals(crmvi_plan *plan, const crmvi_facts *facts, crmvi_recipe *recipe) {
    const crmvi_term *sold = crmvi_sold_terms(recipe->card);
    const reach within = {plan, facts, recipe->span, false};
    const reach purchases = {plan, facts, recipe->span, true};
    const reach before = {plan, facts, recipe->before, false};
    switch (recipe->card->operation) {
    case CRMVI_GROWTH:
        plan_total(&before, recipe->terms, recipe->term_count, &recipe->totals[1]);
        plan_finance(&before, recipe->finance, &recipe->totals[1]);
        plan_coverage(&before, recipe, 1);
        /* fall through */
    case CRMVI_SUM:
    case CRMVI_COUNT:
        plan_total(&within, recipe->terms, recipe->term_count, &recipe->totals[0]);
        plan_finance(&within, recipe->finance, &recipe->totals[0]);
        plan_coverage(&within, recipe, 0);
        break;
    case CRMVI_MEAN:
        plan_total(&purchases, recipe->terms, recipe->term_count, &recipe->totals[0]);
        plan_coverage(&within, recipe, 0);
        break;
    case CRMVI_RETURN_RATE:
        plan_total(&within, sold, CRMVI_SOLD_TERMS, &recipe->totals[0]);
        plan_total(&within, &sold[1], 1, &recipe->returned);
        break;
    default:
        break;
    }
}

static void plan_amounts(crmvi_plan *plan, const crmvi_facts *facts) {
    const reach within = {plan, facts, plan->model_span, false};
    for (int32_t amount = 0; amount < CRMVI_AMOUNTS; amount++) {
        int32_t count;
        const crmvi_term *terms = crmvi_amount_terms(amount, &count);
        plan_total(&within, terms, count, &plan->amounts[amount]);
    }
    if (plan->interest.periods != NULL) {
        plan_finance(&within, -1, &plan->amounts[CRMVI_AMOUNT_CONTRIBUTION]);
    }
}

static bool plan_sums(crmvi_plan *plan, const crmvi_facts *facts, const crmv_model *model) {
    plan->sums = crmvi_array(2 * (int64_t)CRMVI_SUMMED * plan->span_count, sizeof *plan->sums);
    if (plan->sums == NULL) {
        return false;
    }
    for (int32_t column = 0; column < CRMVI_SUMMED; column++) {
        plan->first_sums[column][false] = plan->first_sums[column][true] = -1;
    }
    plan->spans[CRMVI_SPAN_ALL].asks |= CRMVI_ASKS_FIRST; /* the customers' starts */
    if (model->lifetime_count > 0) {
        plan->spans[CRMVI_SPAN_ALL].asks |= CRMVI_ASKS_DAYS | CRMVI_ASKS_LAST;
    }
    for (int32_t i = 0; i < model->metric_count; i++) {
        crmvi_recipe *recipe = &plan->recipes[i];
        recipe->finance = plan->interest.periods != NULL ? finance_sign(recipe->card) : 0;
        plan_totals(plan, facts, recipe);
        plan_asks(plan, recipe);
    }
    plan_amounts(plan, facts);
    return true;
}

/* Metrics that wait until all histories are there. */
static bool plan_foretold(crmvi_plan *plan, const crmv_model *model) {
    plan->foretold = crmvi_zeroed(model->metric_count, sizeof *plan->foretold);
    for (int32_t i = 0; plan->foretold != NULL && i < model->metric_count; i++) {
        const int32_t metric = model->derive_order[i];
        const crmvi_metric *card = &model->metrics[metric];
        bool foretold = card->operation == CRMVI_LIFETIME;
        for (int32_t j = 0; j < 2 && card->operands[j] >= 0; j++) {
            foretold = foretold || plan->foretold[card->operands[j]];
        }
        plan->foretold[metric] = foretold;
        plan->any_foretold = plan->any_foretold || foretold;
    }
    return plan->foretold != NULL;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static void plan_recipes(crmvi_plan *plan, const crmv_model *model, int32_t as_of) {
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
        if (recipe->card->operation == CRMVI_LIFETIME) {
            crmvi_foretelling_plan(as_of, recipe);
        }
    }
}

/* Whether some facts are of receivables or events, so that not each is of transactions. */
static bool has_items(const crmvi_facts *facts) {
    bool any = false;
    for (int32_t column = CRMVI_TRANSACTION_FACTS; column < CRMVI_FACTS; column++) {
        any |= facts->columns[column].width != 0;
    }
    return any;
}

/* Whether a growth or return rate needs more than a fact to be of somebody who has traded. */
static void plan_history(crmvi_plan *plan, const crmvi_facts *facts, int32_t metrics) {
    plan->has_items = has_items(facts);
    for (int32_t i = 0; i < metrics; i++) {
        const uint32_t measures = plan->recipes[i].card->measures;
        plan->recipes[i].takes_every_fact = !plan->has_items || (measures >> CRMVI_FINANCE_COST & 1) != 0;
    }
}

static bool plan_facts(crmvi_plan *plan, const crmv_model *model, const crmvi_facts *facts) {
    plan_history(plan, facts, model->metric_count);
    return crmvi_interest_plan(&model->finance_cost, facts, &plan->interest) &&
           crmvi_events_plan(model, &facts->events, plan) && plan_sums(plan, facts, model);
}

int32_t crmvi_plan_make(const crmv_model *model, const crmvi_facts *facts, int32_t as_of, crmvi_plan *plan) {
    *plan = (crmvi_plan){0};
    plan->recipes = crmvi_zeroed(model->metric_count, sizeof *plan->recipes);
    if (plan->recipes == NULL || !start_spans(plan, model->metric_count) || !plan_lives(plan, model) ||
        !plan_foretold(plan, model)) {
        crmvi_plan_clear(plan);
        return CRMV_OUT_OF_MEMORY;
    }
    plan_recipes(plan, model, as_of);
    if (facts != NULL && !plan_facts(plan, model, facts)) {
        crmvi_plan_clear(plan);
        return CRMV_OUT_OF_MEMORY;
    }
    return CRMV_OK;
}

void crmvi_plan_clear(crmvi_plan *plan) {
    free(plan->recipes);
    free(plan->spans);
    free(plan->cuts);
    free(plan->sums);
    free(plan->interest.accrued);
    free(plan->codes);
    free(plan->lives);
    free(plan->foretold);
    *plan = (crmvi_plan){0};
}
