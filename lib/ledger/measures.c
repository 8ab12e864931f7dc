/* measures.c - totals over facts, by name. */
#include "ledger/sparse.h"

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

/* Columns of facts that bear a name of their own. */
static const struct {
    const char *name;
    int32_t column;
} named_columns[] = {
    {"invoiced", CRMVI_FACT_INVOICED}, {"collected", CRMVI_FACT_COLLECTED}, {"due", CRMVI_FACT_DUE},
    {"settled", CRMVI_FACT_SETTLED},   {"events", CRMVI_FACT_EVENTS},
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
        const int64_t values = crmvi_fact_values(facts, terms->column);
        const int64_t *list = values < facts->count ? facts->sparse.facts : NULL;
        crmvi_wide sum = 0;
        for (int64_t i = 0; column->width != 0 && i < values; i++) {
            const int64_t fact = list != NULL ? list[i] : i;
            sum += is_within(facts, fact, days) ? crmvi_fact_column_at(column, i) : 0;
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

/* A total by its name; false where there is none of that name. Finance cost is no sum of facts but of the days between
 * them, and repeat days are counted from a customer's first. */
static bool find_total(const crmvi_facts *facts, const char *name, span days, crmvi_wide *out) {
    const int32_t measured = position_of(name, crmvi_measure_names, CRMVI_MEASURES);
    const int32_t counted = position_of(name, crmvi_count_names, CRMVI_COUNTS);
    if (measured == CRMVI_FINANCE_COST || counted == CRMVI_REPEAT_DAYS) {
        return false;
    }
    if (measured >= 0) {
        *out = sum_terms(facts, crmvi_measure_terms[measured], days);
        return true;
    }
    if (counted >= 0) {
        *out =
            counted == CRMVI_PURCHASE_DAYS ? purchase_days(facts, days) : sum_terms(facts, count_terms[counted], days);
        return true;
    }
    for (size_t i = 0; i < sizeof named_columns / sizeof named_columns[0]; i++) {
        if (strcmp(named_columns[i].name, name) == 0) {
            const crmvi_term terms[] = {{named_columns[i].column, 1}, {-1, 0}};
            *out = sum_terms(facts, terms, days);
            return true;
        }
    }
    return false;
}

int32_t crmv_ledger_total(const crmv_ledger *ledger, const char *measure, int64_t *total) {
    return crmv_ledger_total_between(ledger, measure, CRMVI_FIRST_DAY, CRMVI_LAST_DAY, total);
}

int32_t crmv_ledger_total_between(const crmv_ledger *ledger, const char *measure, int32_t first, int32_t last,
                                  int64_t *total) {
    if (ledger == NULL || measure == NULL || total == NULL) {
        return CRMV_BAD_ARGUMENT;
    }
    crmvi_wide wide;
    if (!find_total(crmvi_ledger_facts(ledger), measure, (span){first, last}, &wide)) {
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
    if (measured == CRMVI_FINANCE_COST) {
        return crmvi_ledger_items_fed(ledger, CRMVI_RECEIVABLES) != 0;
    }
    return measured >= 0 && crmvi_measure_supplied(measured, crmvi_ledger_fed(ledger)) ? 1 : 0;
}
