/* totals.c - sums, counts and what is computed from them, for all rows of a plain slice. */
#include "frame/catalogue.h"
#include "frame/history.h"

#include <math.h>
#include <string.h>

/* Below 2^51 in size, a whole number is the difference of two doubles: 1.5 * 2^52, the number added to its bits, and
 * itself. So two of them are converted at a time, where one instruction for it would do one. */
#define EXACT_LIMIT (INT64_C(1) << 51)
#define EXACT_ORIGIN 6755399441055744.0

static bool are_exact(const int64_t *totals, int64_t rows) {
    uint64_t seen = 0; /* a bit above those of the limit where a number lies outside it */
    for (int64_t i = 0; i < rows; i++) {
        seen |= (uint64_t)totals[i] + EXACT_LIMIT;
    }
    return seen < 2 * (uint64_t)EXACT_LIMIT;
}

static double exact_double(int64_t whole) {
    const uint64_t bits = (uint64_t)whole + UINT64_C(0x4338000000000000);
    double sum;
    memcpy(&sum, &bits, sizeof sum);
    return sum - EXACT_ORIGIN;
}

/* In major units. */
static void write_units(const int64_t *totals, int64_t rows, double unit, double *values) {
    if (are_exact(totals, rows)) {
        for (int64_t i = 0; i < rows; i++) {
            values[i] = exact_double(totals[i]) / unit;
        }
    } else {
        for (int64_t i = 0; i < rows; i++) {
            values[i] = (double)totals[i] / unit;
        }
    }
}

/* The |revenue| within the span ([0]) or the one before ([1]), and the part of it whose cost is unknown; `unknown`
 * NULL: none is. */
typedef struct coverage {
    const int64_t *all, *unknown;
} coverage;

static coverage coverage_of(const crmvi_slice *slice, const crmvi_recipe *recipe, int32_t which) {
    coverage found = {NULL, NULL};
    if (recipe->unknown[which].count > 0) {
        found.all = crmvi_total_of(slice, &recipe->revenue[which], slice->space->totals[2 + which]);
        found.unknown = crmvi_total_of(slice, &recipe->unknown[which], NULL);
    }
    return found;
}

/* Without anything unknown all is known. */
static bool is_known(const coverage *of, const crmvi_recipe *recipe, int64_t i) {
    return of->unknown == NULL || of->unknown[i] == 0 || crmvi_cost_is_known(recipe, of->all[i], of->unknown[i]);
}

static void take_away_unknown(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes) {
    const coverage of = coverage_of(slice, recipe, 0);
    for (int64_t i = 0; i < crmvi_slice_rows(slice) && of.unknown != NULL; i++) {
        if (!is_known(&of, recipe, i)) {
            values[i] = NAN;
            outcomes[CRMVI_COST_UNKNOWN]++;
        }
    }
}

static void scale_to_year(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes) {
    for (int64_t i = 0; i < crmvi_slice_rows(slice) && recipe->card->per_year; i++) {
        const int32_t outcome =
            isnan(values[i]) ? CRMVI_VALUE : crmvi_scale_to_year(slice, recipe, slice->begin + i, &values[i]);
        if (outcome != CRMVI_VALUE) {
            values[i] = NAN;
            outcomes[outcome]++;
        }
    }
}

void crmvi_derive_sums(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes) {
    const int64_t *totals = crmvi_total_of(slice, &recipe->totals[0], slice->space->totals[0]);
    write_units(totals, crmvi_slice_rows(slice), recipe->unit, values);
    take_away_unknown(slice, recipe, values, outcomes);
    scale_to_year(slice, recipe, values, outcomes);
}

void crmvi_derive_counts(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes) {
    const int32_t what = recipe->card->detail;
    if (what != CRMVI_PURCHASE_DAYS && what != CRMVI_REPEAT_DAYS) {
        crmvi_derive_sums(slice, recipe, values, outcomes);
        return;
    }
    const int32_t *days = crmvi_days_bought(slice, recipe->span);
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        values[i] = days[i];
    }
    if (what == CRMVI_REPEAT_DAYS) {
        const int32_t *first = crmvi_first_days(slice, recipe->span);
        const int32_t *first_ever = crmvi_first_days(slice, CRMVI_SPAN_ALL);
        for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
            values[i] -= days[i] > 0 && first[i] == first_ever[i];
        }
    }
    scale_to_year(slice, recipe, values, outcomes);
}

void crmvi_derive_means(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes) {
    const int64_t *totals = crmvi_total_of(slice, &recipe->totals[0], slice->space->totals[0]);
    const int32_t *days = crmvi_days_bought(slice, recipe->span);
    const coverage of = coverage_of(slice, recipe, 0);
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        if (days[i] == 0 || !is_known(&of, recipe, i)) {
            values[i] = NAN;
            outcomes[days[i] == 0 ? CRMVI_NO_HISTORY : CRMVI_COST_UNKNOWN]++;
        } else {
            values[i] = (double)totals[i] / ((double)days[i] * recipe->unit);
        }
    }
}

/* Why a row has no growth; CRMVI_VALUE where it has. */
static int32_t growth_outcome(const crmvi_recipe *recipe, bool has_history, const coverage of[2], int64_t i,
                              int64_t previous) {
    if (!has_history) {
        return CRMVI_NO_HISTORY;
    }
    if (!is_known(&of[0], recipe, i) || !is_known(&of[1], recipe, i)) {
        return CRMVI_COST_UNKNOWN;
    }
    return previous <= 0 ? CRMVI_UNDEFINED : CRMVI_VALUE;
}

void crmvi_derive_growths(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes) {
    const int64_t *current = crmvi_total_of(slice, &recipe->totals[0], slice->space->totals[0]);
    const int64_t *previous = crmvi_total_of(slice, &recipe->totals[1], slice->space->totals[1]);
    const coverage of[2] = {coverage_of(slice, recipe, 0), coverage_of(slice, recipe, 1)};
    const int32_t *begins = crmvi_history_begins(slice, recipe);
    const int32_t *ends = crmvi_history_ends(slice);
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        const int32_t outcome = growth_outcome(recipe, begins[i] != ends[i], of, i, previous[i]);
        outcomes[outcome]++;
        values[i] = outcome == CRMVI_VALUE ? (double)(current[i] - previous[i]) / (double)previous[i] : NAN;
    }
}

void crmvi_derive_return_rates(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values,
                               int64_t *outcomes) {
    const int64_t *sold = crmvi_total_of(slice, &recipe->totals[0], slice->space->totals[0]);
    const int64_t *returned = crmvi_total_of(slice, &recipe->returned, slice->space->totals[1]);
    const int32_t *begins = crmvi_history_begins(slice, recipe);
    const int32_t *ends = crmvi_history_ends(slice);
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        const bool any = begins[i] != ends[i];
        if (!any || sold[i] <= 0) {
            values[i] = NAN;
            outcomes[any ? CRMVI_UNDEFINED : CRMVI_NO_HISTORY]++;
        } else {
            values[i] = (double)returned[i] / (double)sold[i];
        }
    }
}
