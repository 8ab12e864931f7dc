/* foretelling.c - metrics that a lifetime foretells: from a customer's history and the fitted parameters. */
#include "base/error.h"
#include "clv/special.h"
#include "frame/catalogue.h"
#include "frame/lifetimes.h"

#include <math.h>
#include <stdlib.h>

/* So many rows are asked about together: what depends on the number of purchases alone is then worked out for many. */
enum { ROWS_AT_A_TIME = 4096 };

/* ---- The plan ---------------------------------------------------------------------------------------------------- */

/* Without a horizon, what is counted is all that is still to come. */
static bool is_endless(const crmvi_metric *card) {
    const bool counts = card->detail == CRMVI_LIFETIME_VALUE || card->detail == CRMVI_LIFETIME_DISCOUNTED_PURCHASES;
    return counts && card->ahead.length == 0;
}

void crmvi_foretelling_plan(int32_t as_of, crmvi_recipe *recipe) {
    static const double days_of_year = 365.25;
    const crmvi_metric *card = recipe->card;
    const double unit = card->lifetime->unit_days;
    recipe->ahead = is_endless(card) ? (double)INFINITY : (double)crmvi_stretch_days(&card->ahead, as_of) / unit;
    recipe->discount = crmvi_log1p(card->yearly_discount) * unit / days_of_year;
}

/* What is asked of the purchase process. Spend asks it nothing, value how many purchases there are to spend in. */
static const int32_t questions[CRMVI_LIFETIME_DETAILS] = {
    [CRMVI_LIFETIME_P_ALIVE] = CRMV_P_ALIVE,
    [CRMVI_LIFETIME_CHURN] = CRMV_P_ALIVE,
    [CRMVI_LIFETIME_PURCHASES] = CRMV_PURCHASES,
    [CRMVI_LIFETIME_VALUE] = CRMV_DISCOUNTED_PURCHASES,
    [CRMVI_LIFETIME_DISCOUNTED_PURCHASES] = CRMV_DISCOUNTED_PURCHASES,
};

/* Asks about nobody: what is refused is what all would be refused for. */
static int32_t check(const crmvi_recipe *recipe, crmv_error *why) {
    const crmvi_metric *card = recipe->card;
    int32_t status = CRMV_OK;
    if (card->detail != CRMVI_LIFETIME_SPEND) {
        status = crmv_lifetime_predict(&card->lifetime->fitted, questions[card->detail], recipe->ahead,
                                       recipe->discount, NULL, NULL, NULL, 0, NULL, NULL, NULL, why);
    }
    if (status == CRMV_OK && (card->detail == CRMVI_LIFETIME_SPEND || card->detail == CRMVI_LIFETIME_VALUE)) {
        status = crmv_spend_predict(&card->lifetime->spend.fitted, NULL, NULL, 0, NULL, NULL, NULL, why);
    }
    return status;
}

int32_t crmvi_foretellings_check(const crmv_model *model, const crmvi_plan *plan, crmv_error *error) {
    for (int32_t i = 0; i < model->metric_count; i++) {
        const crmvi_metric *card = &model->metrics[i];
        crmv_error why = {.struct_size = sizeof why};
        if (card->operation != CRMVI_LIFETIME || !crmvi_is_foretold(card->lifetime)) {
            continue;
        }
        const int32_t status = check(&plan->recipes[i], &why);
        if (status != CRMV_OK) {
            return crmvi_fail(error, status, card->name, "metric %s cannot be foretold by lifetimes.%s: %s", card->name,
                              card->lifetime->name, why.message);
        }
    }
    return CRMV_OK;
}

/* ---- Answers ----------------------------------------------------------------------------------------------------- */

/* Rows of a frame and what is asked about them. */
typedef struct foretelling {
    const crmvi_recipe *recipe;
    double *const *columns; /* of histories */
    int64_t begin, count;
} foretelling;

/* Values, and their standard errors where the metric is one, else they are left alone. */
typedef struct answers {
    double values[ROWS_AT_A_TIME], errors[ROWS_AT_A_TIME];
} answers;

static const double *column_of(const foretelling *f, int32_t which) {
    return f->columns[which] + f->begin;
}

static int32_t ask_process(const foretelling *f, answers *out) {
    const crmvi_metric *card = f->recipe->card;
    double *errors = card->standard_error ? out->errors : NULL;
    return crmv_lifetime_predict(&card->lifetime->fitted, questions[card->detail], f->recipe->ahead,
                                 f->recipe->discount, column_of(f, CRMV_HISTORY_REPEATS),
                                 column_of(f, CRMV_HISTORY_LAST), column_of(f, CRMV_HISTORY_AGE), f->count, NULL,
                                 out->values, errors, NULL);
}

static int32_t ask_spend(const foretelling *f, answers *out) {
    const crmvi_metric *card = f->recipe->card;
    double *errors = card->standard_error ? out->errors : NULL;
    return crmv_spend_predict(&card->lifetime->spend.fitted, column_of(f, CRMV_HISTORY_SPENDS),
                              column_of(f, CRMV_HISTORY_SPEND), f->count, NULL, out->values, errors, NULL);
}

/* Value is a product of two estimates that have nothing to do with each other: what a purchase brings, and how many
 * there will be. */
static int32_t ask_value(const foretelling *f, answers *out, answers *spend) {
    int32_t status = ask_process(f, out);
    if (status == CRMV_OK) {
        status = ask_spend(f, spend);
    }
    for (int64_t i = 0; i < f->count && status == CRMV_OK; i++) {
        if (f->recipe->card->standard_error) {
            const double of_spend = out->values[i] * spend->errors[i];
            const double of_purchases = spend->values[i] * out->errors[i];
            out->errors[i] = sqrt(of_spend * of_spend + of_purchases * of_purchases);
        }
        out->values[i] *= spend->values[i];
    }
    return status;
}

/* `found` are two: the second one has room for spend beside purchases. */
static int32_t ask(const foretelling *f, answers *found) {
    const int32_t what = f->recipe->card->detail;
    if (what == CRMVI_LIFETIME_VALUE) {
        return ask_value(f, &found[0], &found[1]);
    }
    if (what == CRMVI_LIFETIME_SPEND) {
        return ask_spend(f, found);
    }
    const int32_t status = ask_process(f, found);
    for (int64_t i = 0; i < f->count && status == CRMV_OK && what == CRMVI_LIFETIME_CHURN; i++) {
        found->values[i] = 1 - found->values[i];
    }
    return status;
}

/* ---- Values of the metric ---------------------------------------------------------------------------------------- */

/* Missing is what was asked about nobody, about parameters that are not there, and what is not finite: the spend of a
 * customer who brought in nothing under Gamma-Gamma, an error without a covariance. */
static void write_values(const foretelling *f, const double *from, double *values, int64_t *outcomes) {
    const double *repeats = f->columns != NULL ? column_of(f, CRMV_HISTORY_REPEATS) : NULL;
    for (int64_t i = 0; i < f->count; i++) {
        const bool has_history = repeats != NULL && !isnan(repeats[i]);
        const bool is_told = has_history && from != NULL && isfinite(from[i]);
        values[i] = is_told ? from[i] + 0.0 : (double)NAN; /* never -0 */
        outcomes[is_told ? CRMVI_VALUE : has_history ? CRMVI_UNDEFINED : CRMVI_NO_HISTORY]++;
    }
}

static int32_t foretell(const crmv_frame *frame, const crmvi_recipe *recipe, int64_t begin, int64_t end, answers *found,
                        int64_t *outcomes) {
    const crmvi_metric *card = recipe->card;
    const bool has_ledger = frame->histories != NULL;
    const foretelling f = {.recipe = recipe,
                           .columns = has_ledger ? frame->histories[card->lifetime->position].columns : NULL,
                           .begin = begin,
                           .count = end - begin};
    const bool is_told = has_ledger && crmvi_is_foretold(card->lifetime);
    const int32_t status = is_told ? ask(&f, found) : CRMV_OK;
    if (status == CRMV_OK) {
        const double *from = card->standard_error ? found->errors : found->values;
        write_values(&f, is_told ? from : NULL, frame->metrics[recipe->metric] + begin, outcomes);
    }
    return status;
}

/* ---- All rows ---------------------------------------------------------------------------------------------------- */

/* What the workers share: outcomes are counted per metric. */
typedef struct work {
    const crmvi_derivation *whole;
    atomic_llong (*outcomes)[CRMVI_OUTCOMES];
} work;

static int32_t derive_metric(const work *all, int32_t metric, int64_t begin, int64_t end, answers *found) {
    const crmvi_derivation *whole = all->whole;
    const crmvi_recipe *recipe = &whole->plan.recipes[metric];
    int64_t outcomes[CRMVI_OUTCOMES] = {0};
    int32_t status = CRMV_OK;
    if (recipe->card->operation == CRMVI_LIFETIME) {
        status = foretell(whole->frame, recipe, begin, end, found, outcomes);
    } else {
        const crmvi_slice slice = {.whole = whole, .begin = begin, .end = end};
        for (int64_t row = begin; row < end; row++) {
            outcomes[crmvi_derive_value(&slice, recipe, row, &whole->frame->metrics[metric][row])]++;
        }
    }
    for (int32_t why = 0; why < CRMVI_OUTCOMES; why++) {
        atomic_fetch_add_explicit(&all->outcomes[metric][why], outcomes[why], memory_order_relaxed);
    }
    return status;
}

static int32_t derive_block(void *context, int64_t begin, int64_t end) {
    const work *all = context;
    const crmv_model *model = all->whole->model;
    answers *found = crmvi_array(2, sizeof *found);
    int32_t status = found != NULL ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    for (int32_t i = 0; i < model->metric_count && status == CRMV_OK; i++) {
        if (all->whole->plan.foretold[model->derive_order[i]]) {
            status = derive_metric(all, model->derive_order[i], begin, end, found);
        }
    }
    free(found);
    return status;
}

static void write_missing(const work *all) {
    for (int32_t i = 0; i < all->whole->model->metric_count; i++) {
        int64_t counts[CRMVI_OUTCOMES];
        for (int32_t why = 0; why < CRMVI_OUTCOMES; why++) {
            counts[why] = atomic_load(&all->outcomes[i][why]);
        }
        if (all->whole->plan.foretold[i]) {
            crmvi_missing_write(counts, &all->whole->frame->missing[i]);
        }
    }
}

static int32_t fail(int32_t status, crmv_error *error) {
    if (status == CRMV_BAD_ARGUMENT) {
        return crmvi_fail(error, status, "lifetimes",
                          "a purchase of a customer is of 1e18 and more, beyond what spend is foretold from");
    }
    return crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

int32_t crmvi_metrics_foretell(const crmvi_derivation *whole, const crmvi_runner *runner, crmv_error *error) {
    if (!whole->plan.any_foretold) {
        return CRMV_OK;
    }
    work all = {.whole = whole, .outcomes = crmvi_zeroed(whole->model->metric_count, sizeof *all.outcomes)};
    if (all.outcomes == NULL) {
        return crmvi_no_memory(error);
    }
    const int32_t status =
        crmvi_parallel(runner, "foretelling", whole->frame->rows, ROWS_AT_A_TIME, derive_block, &all);
    if (status == CRMV_OK) {
        write_missing(&all);
    }
    free(all.outcomes);
    return status == CRMV_OK ? CRMV_OK : fail(status, error);
}
