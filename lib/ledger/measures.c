#include "ledger/ledger.h"

#include <string.h>

/* cost is known for revenue less the revenue whose cost is unknown; that is what gross profit is counted from. */
const crmvi_term crmvi_measure_terms[CRMVI_MEASURES][5] = {
    [CRMVI_QUANTITY] = {{CRMVI_FACT_QUANTITY, 1}, {-1, 0}},
    [CRMVI_REVENUE] = {{CRMVI_FACT_REVENUE, 1}, {-1, 0}},
    [CRMVI_COST] = {{CRMVI_FACT_COST, 1}, {-1, 0}},
    [CRMVI_GROSS_PROFIT] = {{CRMVI_FACT_REVENUE, 1}, {CRMVI_FACT_UNKNOWN_REVENUE, -1}, {CRMVI_FACT_COST, -1}, {-1, 0}},
    [CRMVI_DISCOUNT] = {{CRMVI_FACT_DISCOUNT, 1}, {-1, 0}},
    [CRMVI_COST_TO_SERVE] = {{CRMVI_FACT_COST_TO_SERVE, 1}, {-1, 0}},
    [CRMVI_CONTRIBUTION] = {{CRMVI_FACT_REVENUE, 1},
                            {CRMVI_FACT_UNKNOWN_REVENUE, -1},
                            {CRMVI_FACT_COST, -1},
                            {CRMVI_FACT_COST_TO_SERVE, -1},
                            {-1, 0}},
    [CRMVI_RETURNED_QUANTITY] = {{CRMVI_FACT_RETURNED_QUANTITY, 1}, {-1, 0}},
    [CRMVI_RETURNED_REVENUE] = {{CRMVI_FACT_RETURNED_REVENUE, 1}, {-1, 0}},
    [CRMVI_RETURNED_COST] = {{CRMVI_FACT_RETURNED_COST, 1}, {-1, 0}},
    [CRMVI_RETURNED_DISCOUNT] = {{CRMVI_FACT_RETURNED_DISCOUNT, 1}, {-1, 0}},
    [CRMVI_UNKNOWN_COST_REVENUE] = {{CRMVI_FACT_UNKNOWN_REVENUE, 1}, {-1, 0}},
    [CRMVI_FINANCE_COST] = {{-1, 0}}, /* no sum of facts: it depends on the days between them */
};

/* Counts as sums of fact columns. Purchase days are counted apart. */
static const crmvi_term count_terms[CRMVI_COUNTS][3] = {
    [CRMVI_LINES] = {{CRMVI_FACT_SALE_LINES, 1}, {CRMVI_FACT_CANCELLED_LINES, -1}, {-1, 0}},
    [CRMVI_SALE_LINES] = {{CRMVI_FACT_SALE_LINES, 1}, {-1, 0}},
    [CRMVI_CANCELLED_LINES] = {{CRMVI_FACT_CANCELLED_LINES, 1}, {-1, 0}},
    [CRMVI_RETURN_LINES] = {{CRMVI_FACT_RETURN_LINES, 1}, {-1, 0}},
    [CRMVI_UNKNOWN_COST_LINES] = {{CRMVI_FACT_UNKNOWN_COST_LINES, 1}, {-1, 0}},
    [CRMVI_DOCUMENTS] = {{CRMVI_FACT_DOCUMENTS, 1}, {-1, 0}},
};

/* The days that are asked for. */
typedef struct span {
    int32_t first, last;
} span;

static bool is_within(const crmvi_facts *facts, int64_t fact, span days) {
    return facts->days[fact] >= days.first && facts->days[fact] <= days.last;
}

static crmvi_wide sum_terms(const crmvi_facts *facts, const crmvi_term *terms, span days) {
    crmvi_wide total = 0;
    for (; terms->column >= 0; terms++) {
        const crmvi_fact_column *column = &facts->columns[terms->column];
        crmvi_wide sum = 0;
        for (int64_t i = 0; column->width != 0 && i < facts->count; i++) {
            sum += is_within(facts, i, days) ? crmvi_fact_column_at(column, i) : 0;
        }
        total += sum * terms->sign;
    }
    return total;
}

static int64_t purchase_days(const crmvi_facts *facts, span days) {
    int64_t count = 0;
    for (int64_t i = 0; i < facts->count; i++) {
        const bool is_purchase =
            crmvi_fact(facts, CRMVI_FACT_SALE_LINES, i) > crmvi_fact(facts, CRMVI_FACT_CANCELLED_LINES, i);
        count += is_purchase && is_within(facts, i, days);
    }
    return count;
}

static int32_t position_of(const char *name, const char *const *names, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

int32_t crmv_ledger_total(const crmv_ledger *ledger, const char *measure, int64_t *total) {
    return crmv_ledger_total_between(ledger, measure, CRMVI_FIRST_DAY, CRMVI_LAST_DAY, total);
}

int32_t crmv_ledger_total_between(const crmv_ledger *ledger, const char *measure, int32_t first, int32_t last,
                                  int64_t *total) {
    if (ledger == NULL || measure == NULL || total == NULL) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_facts *facts = crmvi_ledger_facts(ledger);
    const span days = {first, last};
    const int32_t measured = position_of(measure, crmvi_measure_names, CRMVI_MEASURES);
    const int32_t counted = position_of(measure, crmvi_count_names, CRMVI_COUNTS);
    crmvi_wide wide;
    if (measured >= 0) {
        wide = sum_terms(facts, crmvi_measure_terms[measured], days);
    } else if (counted == CRMVI_PURCHASE_DAYS) {
        wide = purchase_days(facts, days);
    } else if (counted == CRMVI_REPEAT_DAYS) {
        return CRMV_NOT_FOUND;
    } else if (counted >= 0) {
        wide = sum_terms(facts, count_terms[counted], days);
    } else {
        return CRMV_NOT_FOUND;
    }
    int64_t narrow;
    if (!crmvi_narrow(wide, &narrow)) {
        return CRMV_OVERFLOW;
    }
    *total = narrow;
    return CRMV_OK;
}

int32_t crmv_ledger_supplies(const crmv_ledger *ledger, const char *measure) {
    if (ledger == NULL || measure == NULL) {
        return 0;
    }
    const int32_t measured = position_of(measure, crmvi_measure_names, CRMVI_MEASURES);
    return measured >= 0 && crmvi_measure_supplied(measured, crmvi_ledger_fed(ledger)) ? 1 : 0;
}
