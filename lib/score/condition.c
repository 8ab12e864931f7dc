/* condition.c - the tests of cases and rules. */
#include "score/scores.h"

#include <math.h>

/* What a condition looks at, for one customer. */
enum { MISSING, NUMBER, MICRO, CODE };

typedef struct operand {
    int32_t kind;
    double number;     /* a metric: in major units; of a category, its code */
    crmvi_micro micro; /* an index or the coverage */
    int32_t code;      /* a segment or the tier */
} operand;

static operand of_number(double number) {
    return isnan(number) ? (operand){.kind = MISSING} : (operand){.kind = NUMBER, .number = number};
}

static operand of_micro(crmvi_micro micro) {
    return (operand){.kind = micro == CRMV_MISSING_POINTS ? MISSING : MICRO, .micro = micro};
}

static operand of_code(int32_t code) {
    return (operand){.kind = code < 0 ? MISSING : CODE, .code = code};
}

static operand find_operand(const crmv_scores *scores, const crmvi_condition *condition, int64_t row) {
    switch (condition->on) {
    case CRMVI_ON_METRIC:
        return of_number(scores->frame->metrics[condition->position][row]);
    case CRMVI_ON_INDEX:
        return of_micro(scores->indexes[condition->position][row]);
    case CRMVI_ON_COVERAGE:
        return of_micro(scores->coverage ? scores->coverage[row] : CRMV_MISSING_POINTS);
    case CRMVI_ON_SEGMENT:
        return of_code(scores->segments[condition->position][row]);
    default:
        return of_code(scores->tier_uncapped[row]);
    }
}

static bool number_within(const crmvi_condition *c, double v) {
    return (!c->at_least.set || v >= c->at_least.value) && (!c->above.set || v > c->above.value) &&
           (!c->below.set || v < c->below.value) && (!c->at_most.set || v <= c->at_most.value);
}

static bool micro_within(const crmvi_condition *c, crmvi_micro v) {
    return (!c->at_least.set || v >= c->at_least.micro) && (!c->above.set || v > c->above.micro) &&
           (!c->below.set || v < c->below.micro) && (!c->at_most.set || v <= c->at_most.micro);
}

static bool is_one_of(const crmvi_condition *condition, const operand *found) {
    if (!condition->codes) {
        return true;
    }
    for (int32_t i = 0; i < condition->code_count; i++) {
        int32_t code = condition->codes[i];
        if (found->kind == NUMBER ? found->number == (double)code : found->kind == CODE && found->code == code) {
            return true;
        }
    }
    return false;
}

static bool within(const crmvi_condition *condition, const operand *found) {
    switch (found->kind) {
    case NUMBER:
        return number_within(condition, found->number);
    case MICRO:
        return micro_within(condition, found->micro);
    default:
        return true;
    }
}

/* Whether a condition asks more of its operand than to be there or not. */
static bool asks_value(const crmvi_condition *c) {
    return c->at_least.set || c->above.set || c->below.set || c->at_most.set || c->codes;
}

static int32_t result(const crmv_scores *scores, const crmvi_condition *condition, int64_t row) {
    operand found = find_operand(scores, condition, row);
    if (condition->missing >= 0 && (condition->missing == 1) != (found.kind == MISSING)) {
        return CRMVI_FAILS;
    }
    if (found.kind == MISSING) {
        return asks_value(condition) ? CRMVI_UNDECIDED : CRMVI_HOLDS;
    }
    return within(condition, &found) && is_one_of(condition, &found) ? CRMVI_HOLDS : CRMVI_FAILS;
}

int32_t crmvi_when_result(const crmv_scores *scores, const crmvi_when *when, int64_t row) {
    int32_t all = CRMVI_HOLDS;
    for (int32_t i = 0; i < when->count; i++) {
        int32_t one = result(scores, &when->conditions[i], row);
        if (one == CRMVI_FAILS) {
            return CRMVI_FAILS;
        }
        if (one == CRMVI_UNDECIDED) {
            all = CRMVI_UNDECIDED;
        }
    }
    return all;
}
