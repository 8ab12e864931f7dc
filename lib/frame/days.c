/* days.c - recency, tenure, time since a date, and the gaps between purchase days. */
#include "frame/catalogue.h"
#include "frame/history.h"

#include <math.h>
#include <string.h>

/* ---- Time between two days --------------------------------------------------------------------------------------- */

static double days_between(int32_t start, int32_t end) {
    return (double)(end - start);
}

static double weeks_between(int32_t start, int32_t end) {
    return (double)(end - start) / 7;
}

static double (*const time_between[CRMVI_TIME_UNITS])(int32_t start, int32_t end) = {
    [CRMVI_IN_DAYS] = days_between,
    [CRMVI_IN_WEEKS] = weeks_between,
    [CRMVI_IN_MONTHS] = crmvi_months_between,
    [CRMVI_IN_YEARS] = crmvi_years_between,
};

int32_t crmvi_derive_recency(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_range range = crmvi_facts_within(slice, recipe->span, row);
    const int32_t last = crmvi_last_purchase(slice->whole->facts, &range);
    if (last == CRMV_NO_DATE) {
        return CRMVI_NO_HISTORY;
    }
    *value = time_between[recipe->card->detail](last, slice->whole->as_of);
    return CRMVI_VALUE;
}

/* The days from each day to the as-of date; NaN for a day that is missing or later. Returns how many of those. */
static int32_t write_days(const int32_t *days, int64_t rows, int32_t as_of, double *values) {
    int32_t missing = 0;
    for (int64_t i = 0; i < rows; i++) {
        missing += days[i] == CRMV_NO_DATE || days[i] > as_of;
    }
    if (missing == 0) {
        for (int64_t i = 0; i < rows; i++) {
            values[i] = as_of - days[i];
        }
        return 0;
    }
    for (int64_t i = 0; i < rows; i++) {
        const bool there = days[i] != CRMV_NO_DATE && days[i] <= as_of;
        values[i] = there ? (double)(as_of - days[i]) : (double)NAN;
    }
    return missing;
}

/* The same in the card's unit. */
static int32_t write_elapsed(const crmvi_recipe *recipe, const int32_t *days, int64_t rows, int32_t as_of,
                             double *values) {
    const int32_t missing = write_days(days, rows, as_of, values);
    const int32_t unit = recipe->card->detail;
    for (int64_t i = 0; unit != CRMVI_IN_DAYS && i < rows; i++) {
        if (!isnan(values[i])) {
            values[i] = time_between[unit](days[i], as_of);
        }
    }
    return missing;
}

void crmvi_derive_recencies(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes) {
    outcomes[CRMVI_NO_HISTORY] += write_elapsed(recipe, crmvi_last_days(slice, recipe->span), crmvi_slice_rows(slice),
                                                slice->whole->as_of, values);
}

/* The earlier of two days, of which either may be missing. */
static int32_t earlier(int32_t a, int32_t b) {
    if (a == CRMV_NO_DATE || b == CRMV_NO_DATE) {
        return a == CRMV_NO_DATE ? b : a;
    }
    return a < b ? a : b;
}

/* The day that the table says, which may lie after the as-of date: such a customer is known, and too new. */
static int32_t table_start(const crmvi_derivation *whole, int64_t row) {
    const int64_t table_row = crmvi_table_row_of(whole, row);
    return table_row < 0 ? CRMV_NO_DATE : whole->table->starts[table_row];
}

/* The day that tenure counts from within a span. */
static int32_t start_of(const crmvi_slice *slice, int32_t span, int64_t row) {
    const int32_t since = table_start(slice->whole, row);
    if (slice->whole->facts == NULL) {
        return since;
    }
    if (slice->plain) {
        return earlier(since, crmvi_first_days(slice, span)[row - slice->begin]);
    }
    const crmvi_range range = crmvi_facts_within(slice, span, row);
    return earlier(since, crmvi_first_purchase(slice->whole->facts, &range));
}

void crmvi_starts_derive(const crmvi_slice *slice) {
    int32_t *starts = slice->whole->frame->starts;
    if (slice->plain && slice->whole->table == NULL) {
        memcpy(starts + slice->begin, crmvi_first_days(slice, CRMVI_SPAN_ALL),
               (size_t)crmvi_slice_rows(slice) * sizeof *starts);
        return;
    }
    for (int64_t row = slice->begin; row < slice->end; row++) {
        starts[row] = start_of(slice, CRMVI_SPAN_ALL, row);
    }
}

int32_t crmvi_derive_tenure(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const int32_t start = start_of(slice, recipe->span, row);
    if (start == CRMV_NO_DATE || start > slice->whole->as_of) {
        return CRMVI_NO_HISTORY;
    }
    *value = time_between[recipe->card->detail](start, slice->whole->as_of);
    return CRMVI_VALUE;
}

void crmvi_derive_tenures(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes) {
    int32_t starts[CRMVI_SLICE_ROWS];
    const int32_t *all = slice->whole->frame->starts + slice->begin;
    for (int64_t i = 0; recipe->span != CRMVI_SPAN_ALL && i < crmvi_slice_rows(slice); i++) {
        starts[i] = start_of(slice, recipe->span, slice->begin + i);
    }
    outcomes[CRMVI_NO_HISTORY] += write_elapsed(recipe, recipe->span == CRMVI_SPAN_ALL ? all : starts,
                                                crmvi_slice_rows(slice), slice->whole->as_of, values);
}

int32_t crmvi_derive_since(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_derivation *whole = slice->whole;
    double given;
    if (!crmvi_attribute_value(whole, recipe->metric, row, &given)) {
        return CRMVI_NOT_GIVEN;
    }
    const int32_t day = (int32_t)given;
    *value = day > whole->as_of ? 0 : time_between[recipe->card->detail](day, whole->as_of);
    return CRMVI_VALUE;
}

/* ---- Gaps -------------------------------------------------------------------------------------------------------- */

typedef struct gaps {
    int64_t count;
    crmvi_wide squares; /* sum of their squares */
    int32_t first, last;
} gaps;

static gaps gather_gaps(const crmvi_facts *facts, const crmvi_range *range) {
    gaps found = {.first = CRMV_NO_DATE, .last = CRMV_NO_DATE};
    for (int64_t i = range->begin; i < range->end; i++) {
        if (!crmvi_is_purchase(facts, i)) {
            continue;
        }
        const int32_t day = facts->days[i];
        if (found.last == CRMV_NO_DATE) {
            found.first = day;
        } else {
            const crmvi_wide gap = day - found.last;
            found.squares += gap * gap;
            found.count++;
        }
        found.last = day;
    }
    return found;
}

/* The root of (n * sum of squares - square of the sum) / (n * (n - 1)): exact up to the division. */
static double spread_of(const gaps *found) {
    const crmvi_wide sum = found->last - found->first;
    const crmvi_wide above = found->count * found->squares - sum * sum;
    const crmvi_wide below = (crmvi_wide)found->count * (found->count - 1);
    return sqrt((double)above / (double)below);
}

int32_t crmvi_derive_gap(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_derivation *whole = slice->whole;
    const int32_t what = recipe->card->detail;
    const crmvi_range range = crmvi_facts_within(slice, recipe->span, row);
    const gaps found = gather_gaps(whole->facts, &range);
    if (found.count < (what == CRMVI_GAP_SPREAD ? 2 : 1)) {
        return CRMVI_NO_HISTORY;
    }
    const int64_t sum = found.last - found.first;
    if (what == CRMVI_GAP_SPREAD) {
        *value = spread_of(&found);
    } else if (what == CRMVI_GAP_MEAN) {
        *value = (double)sum / (double)found.count;
    } else {
        *value = (double)((whole->as_of - found.last) * found.count) / (double)sum;
    }
    return CRMVI_VALUE;
}
