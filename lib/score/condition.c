/* condition.c - the tests of cases and rules. */
#include "score/sheet.h"

#include <math.h>
#include <string.h>

/* Whether a condition asks more of its operand than to be there or not. */
static bool asks_value(const crmvi_condition *c) {
    return c->at_least.set || c->above.set || c->below.set || c->at_most.set || c->codes;
}

static uint8_t where_missing(const crmvi_condition *c) {
    return c->missing == 0 ? CRMVI_FAILS : asks_value(c) ? CRMVI_UNDECIDED : CRMVI_HOLDS;
}

/* One test that fails decides; else one that is undecided leaves all of them so. */
static uint8_t both(uint8_t all, uint8_t one) {
    return all == CRMVI_FAILS || one == CRMVI_FAILS ? CRMVI_FAILS : all > one ? all : one;
}

/* ---- Of one customer --------------------------------------------------------------------------------------------- */

static bool is_one_of(const crmvi_condition *c, double code) {
    for (int32_t i = 0; i < c->code_count; i++) {
        if (code == (double)c->codes[i]) {
            return true;
        }
    }
    return !c->codes;
}

/* A metric: in major units; of a category, its code. */
static uint8_t test_number(const crmvi_condition *c, double v) {
    const bool within = (!c->at_least.set || v >= c->at_least.value) && (!c->above.set || v > c->above.value) &&
                        (!c->below.set || v < c->below.value) && (!c->at_most.set || v <= c->at_most.value);
    return within && is_one_of(c, v) ? CRMVI_HOLDS : CRMVI_FAILS;
}

/* An index or the coverage. */
static uint8_t test_micro(const crmvi_condition *c, crmvi_micro v) {
    const bool within = (!c->at_least.set || v >= c->at_least.micro) && (!c->above.set || v > c->above.micro) &&
                        (!c->below.set || v < c->below.micro) && (!c->at_most.set || v <= c->at_most.micro);
    return within && !c->codes ? CRMVI_HOLDS : CRMVI_FAILS;
}

/* ---- Of a sheet -------------------------------------------------------------------------------------------------- */

static void test_numbers(const crmvi_condition *c, const double *values, int32_t count, uint8_t *results) {
    const uint8_t missing = where_missing(c), present = c->missing == 1 ? CRMVI_FAILS : CRMVI_HOLDS;
    for (int32_t i = 0; i < count; i++) {
        results[i] = both(results[i], isnan(values[i]) ? missing : both(present, test_number(c, values[i])));
    }
}

/* `micros` NULL: missing for everybody. */
static void test_micros(const crmvi_condition *c, const crmvi_micro *micros, int32_t count, uint8_t *results) {
    const uint8_t missing = where_missing(c), present = c->missing == 1 ? CRMVI_FAILS : CRMVI_HOLDS;
    for (int32_t i = 0; i < count; i++) {
        const bool is_there = micros && micros[i] != CRMV_MISSING_POINTS;
        results[i] = both(results[i], is_there ? both(present, test_micro(c, micros[i])) : missing);
    }
}

static void test_codes(const crmvi_condition *c, const int32_t *codes, int32_t count, uint8_t *results) {
    const uint8_t missing = where_missing(c), present = c->missing == 1 ? CRMVI_FAILS : CRMVI_HOLDS;
    for (int32_t i = 0; i < count; i++) {
        const uint8_t found = is_one_of(c, codes[i]) ? present : CRMVI_FAILS;
        results[i] = both(results[i], codes[i] < 0 ? missing : found);
    }
}

static void test(const crmvi_sheet *sheet, const crmvi_condition *c, uint8_t *results) {
    switch (c->on) {
    case CRMVI_ON_METRIC:
        test_numbers(c, crmvi_sheet_values(sheet, c->position), sheet->count, results);
        break;
    case CRMVI_ON_INDEX:
        test_micros(c, sheet->numbers[sheet->tree->model->metric_count + c->position], sheet->count, results);
        break;
    case CRMVI_ON_COVERAGE:
        test_micros(c, sheet->numbers[sheet->tree->part_count + CRMVI_SCORE_COVERAGE], sheet->count, results);
        break;
    case CRMVI_ON_SEGMENT:
        test_codes(c, sheet->codes[c->position], sheet->count, results);
        break;
    default:
        test_codes(c, sheet->tier, sheet->count, results);
        break;
    }
}

void crmvi_when_results(const crmvi_sheet *sheet, const crmvi_when *when, uint8_t *results) {
    memset(results, CRMVI_HOLDS, (size_t)sheet->count);
    for (int32_t i = 0; i < when->count; i++) {
        test(sheet, &when->conditions[i], results);
    }
}
