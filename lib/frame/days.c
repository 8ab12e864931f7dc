/* days.c - recency, tenure, time since a date, and the gaps between purchase days. */
#include "frame/catalogue.h"
#include "frame/history.h"

#include <math.h>

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
    const int32_t last = crmvi_last_purchase(slice->whole->facts, crmvi_facts_within(slice, recipe->span, row));
    if (last == CRMV_NO_DATE) {
        return CRMVI_NO_HISTORY;
    }
    *value = time_between[recipe->card->detail](last, slice->whole->as_of);
    return CRMVI_VALUE;
}

/* The day that the table says, which may lie after the as-of date: such a customer is known, and too new. */
static int32_t table_start(const crmvi_derivation *whole, int64_t row) {
    const int64_t table_row = whole->join.table_rows[row];
    return table_row < 0 ? CRMV_NO_DATE : whole->table->starts[table_row];
}

int32_t crmvi_start_of(const crmvi_slice *slice, int32_t span, int64_t row) {
    const crmvi_derivation *whole = slice->whole;
    const int32_t since = table_start(whole, row);
    if (whole->facts == NULL) {
        return since;
    }
    const int32_t purchase = crmvi_first_purchase(whole->facts, crmvi_facts_within(slice, span, row));
    if (since == CRMV_NO_DATE || purchase == CRMV_NO_DATE) {
        return since == CRMV_NO_DATE ? purchase : since;
    }
    return since < purchase ? since : purchase;
}

int32_t crmvi_derive_tenure(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const int32_t start = crmvi_start_of(slice, recipe->span, row);
    if (start == CRMV_NO_DATE || start > slice->whole->as_of) {
        return CRMVI_NO_HISTORY;
    }
    *value = time_between[recipe->card->detail](start, slice->whole->as_of);
    return CRMVI_VALUE;
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
    const gaps found = gather_gaps(whole->facts, crmvi_facts_within(slice, recipe->span, row));
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
