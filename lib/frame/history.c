#include "frame/history.h"

#include "ledger/sparse.h"

int64_t crmvi_first_from(const int32_t *days, int64_t begin, int64_t end, int64_t day) {
    while (begin < end) {
        const int64_t middle = begin + (end - begin) / 2;
        if (days[middle] < day) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin;
}

crmvi_range crmvi_find_range(const crmvi_facts *facts, int64_t customer, const crmvi_span *span) {
    const int64_t end = facts->offsets[customer + 1];
    crmvi_range range;
    range.begin = crmvi_first_from(facts->days, facts->offsets[customer], end, span->first);
    range.end = crmvi_first_from(facts->days, range.begin, end, (int64_t)span->last + 1);
    return range;
}

static crmvi_wide sum_column(const crmvi_facts *facts, int32_t column, const crmvi_range *range) {
    const crmvi_fact_column *values = &facts->columns[column];
    const bool is_listed = facts->sparse.facts != NULL && crmvi_fact_is_sparse(column);
    crmvi_wide sum = 0;
    if (values->width != 0 && range->begin < range->end) {
        const int64_t begin = is_listed ? crmvi_sparse_find(&facts->sparse, range->begin) : range->begin;
        const int64_t end = is_listed ? crmvi_sparse_find(&facts->sparse, range->end) : range->end;
        for (int64_t row = begin; row < end; row++) {
            sum += crmvi_fact_column_at(values, row);
        }
    }
    return sum;
}

crmvi_wide crmvi_sum_of(const crmvi_facts *facts, const crmvi_term *terms, int32_t count, const crmvi_range *range) {
    crmvi_wide sum = 0;
    for (int32_t term = 0; term < count; term++) {
        sum += terms[term].sign * sum_column(facts, terms[term].column, range);
    }
    return sum;
}

/* Whether transactions left anything in a sparse column. */
static bool has_sparse_transaction(const crmvi_facts *facts, int64_t fact) {
    const crmvi_sparse_rows rows = crmvi_sparse_rows_of(facts);
    const int64_t row = crmvi_sparse_find(&rows, fact);
    bool any = false;
    if (row < rows.count && crmvi_sparse_fact(&rows, row) == fact) {
        for (int32_t column = 0; column < CRMVI_TRANSACTION_FACTS && !any; column++) {
            any = crmvi_fact_is_sparse(column) && crmvi_fact_column_at(&facts->columns[column], row) != 0;
        }
    }
    return any;
}

bool crmvi_is_transaction(const crmvi_facts *facts, int64_t fact) {
    bool any = false;
    for (int32_t column = 0; column < CRMVI_TRANSACTION_FACTS && !any; column++) {
        any = !crmvi_fact_is_sparse(column) && crmvi_fact(facts, column, fact) != 0;
    }
    return any || has_sparse_transaction(facts, fact);
}

static bool has_transactions(const crmvi_slice *slice, int64_t row) {
    const crmvi_range range = crmvi_facts_within(slice, CRMVI_SPAN_ALL, row);
    bool any = false;
    for (int64_t i = range.begin; i < range.end && !any; i++) {
        any = crmvi_is_transaction(slice->whole->facts, i);
    }
    return any;
}

bool crmvi_has_history(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row) {
    return crmvi_has_facts(slice, row) && (recipe->takes_every_fact || has_transactions(slice, row));
}

const int32_t *crmvi_history_begins(const crmvi_slice *slice, const crmvi_recipe *recipe) {
    const crmvi_span *all = &slice->whole->plan.spans[CRMVI_SPAN_ALL];
    return recipe->takes_every_fact ? slice->space->places[all->begin] : slice->space->history;
}

const int32_t *crmvi_history_ends(const crmvi_slice *slice) {
    return slice->space->places[slice->whole->plan.spans[CRMVI_SPAN_ALL].end];
}

void crmvi_history_note(const crmvi_slice *slice) {
    const int32_t *begins = slice->space->places[slice->whole->plan.spans[CRMVI_SPAN_ALL].begin];
    const int32_t *ends = crmvi_history_ends(slice);
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        slice->space->history[i] = has_transactions(slice, slice->begin + i) ? begins[i] : ends[i];
    }
}

int32_t crmvi_first_purchase(const crmvi_facts *facts, const crmvi_range *range) {
    for (int64_t i = range->begin; i < range->end; i++) {
        if (crmvi_is_purchase(facts, i)) {
            return facts->days[i];
        }
    }
    return CRMV_NO_DATE;
}

int32_t crmvi_last_purchase(const crmvi_facts *facts, const crmvi_range *range) {
    for (int64_t i = range->end; i > range->begin; i--) {
        if (crmvi_is_purchase(facts, i - 1)) {
            return facts->days[i - 1];
        }
    }
    return CRMV_NO_DATE;
}

int64_t crmvi_purchase_days(const crmvi_facts *facts, const crmvi_range *range) {
    int64_t days = 0;
    for (int64_t i = range->begin; i < range->end; i++) {
        days += crmvi_is_purchase(facts, i);
    }
    return days;
}
