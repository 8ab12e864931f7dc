/* Whichever allocation fails while scales and classes are found: it is told, nothing is lost, and nothing has changed.
 */
#include "base/guest.h"
#include "calibrate/classes.h"
#include "calibrate/scales.h"
#include "chance.h"
#include "failing_memory.h"
#include "tables.h"

#include <math.h>

enum { MANY = 40000, CUSTOMERS = 500 };

static double values[MANY];
static int64_t outcomes[MANY];
static const crmvi_runner one_thread = {.threads = 1};

static void fill(void) {
    uint64_t chance = 12;
    for (int32_t i = 0; i < MANY; i++) {
        values[i] = (double)(chance_bits(&chance) % 30000) / 100 - 20;
        outcomes[i] = (int64_t)(chance_bits(&chance) % 1000000) + (int64_t)values[i] * 1000;
    }
}

/* Runs an action with the first, the second ... allocation failing, until none does. */
static void fail_each(int32_t (*action)(void *context, crmv_error *error), void *context) {
    for (long turn = 0;; turn++) {
        crmv_error error = {.struct_size = sizeof error};
        const long before = standing;
        until_failure = turn;
        has_failed = false;
        armed = true;
        const int32_t status = action(context, &error);
        armed = false;
        assert_int_equal(standing, before);
        if (!has_failed) {
            assert_int_equal(status, CRMV_OK);
            return;
        }
        assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        assert_true(error.message[0] != 0);
    }
}

static int32_t make_run(void *context, crmv_error *error) {
    const bool *with_outcomes = context;
    crmvi_run run;
    const int32_t status =
        crmvi_run_make(&one_thread, values, NULL, *with_outcomes ? outcomes : NULL, MANY, &run, error);
    if (status == CRMV_OK) {
        crmvi_run_clear(&run);
    } else {
        assert_true(run.values == NULL && run.counts == NULL && run.sums == NULL);
    }
    return status;
}

static void a_run_that_memory_is_short_for_is_none(void **state) {
    (void)state;
    for (int32_t with = 0; with < 2; with++) {
        bool with_outcomes = with == 1;
        fail_each(make_run, &with_outcomes);
    }
}

static int32_t merge(void *context, crmv_error *error) {
    const crmvi_run *from = context;
    crmvi_run into = {0};
    int32_t status = crmvi_run_merge(&into, from, error);
    if (status == CRMV_OK) {
        const int64_t distinct = into.distinct;
        status = crmvi_run_merge(&into, from, error);
        assert_int_equal(into.distinct, distinct);
        assert_int_equal(into.total, status == CRMV_OK ? 2 * from->total : from->total);
    }
    crmvi_run_clear(&into);
    return status;
}

static void a_merge_that_memory_is_short_for_changes_nothing(void **state) {
    (void)state;
    crmvi_run run;
    assert_int_equal(crmvi_run_make(&one_thread, values, NULL, outcomes, CUSTOMERS, &run, NULL), CRMV_OK);
    fail_each(merge, &run);
    crmvi_run_clear(&run);
}

typedef struct request {
    crmvi_ask ask;
    const crmvi_run *run;
} request;

static int32_t find_scale(void *context, crmv_error *error) {
    const request *r = context;
    crmvi_found_scale found;
    const int32_t status = crmvi_find_scale(&r->ask, r->run, &found, error);
    if (status == CRMV_OK) {
        crmvi_found_scale_clear(&found);
    } else {
        assert_true(found.from == NULL && found.points == NULL && found.means == NULL && found.customers == NULL);
    }
    return status;
}

static int32_t find_classes(void *context, crmv_error *error) {
    const request *r = context;
    crmvi_found_classes found;
    const int32_t status = crmvi_find_classes(&r->ask, r->run, false, &found, error);
    if (status == CRMV_OK) {
        crmvi_found_classes_clear(&found);
    } else {
        assert_true(found.cuts == NULL && found.customers == NULL);
    }
    return status;
}

/* A population, and one of a single value. */
static void with_runs(void (*look)(const crmvi_run *run)) {
    crmvi_run run;
    const double same[] = {4, 4, 4};
    assert_int_equal(crmvi_run_make(&one_thread, values, NULL, outcomes, CUSTOMERS, &run, NULL), CRMV_OK);
    look(&run);
    crmvi_run_clear(&run);
    assert_int_equal(crmvi_run_make(&one_thread, same, NULL, outcomes, 3, &run, NULL), CRMV_OK);
    look(&run);
    crmvi_run_clear(&run);
}

static void look_for_scales(const crmvi_run *run) {
    crmvi_micro points[] = {0, 100000000};
    for (int32_t kind = CRMVI_ASK_PERCENTILE; kind <= CRMVI_ASK_OPTIMAL_BANDS; kind++) {
        for (int32_t winsorised = 0; winsorised < 2; winsorised++) {
            request r = {.run = run, .ask = {.kind = kind, .place = "scale", .knots = 16, .classes = 4, .spread = 3}};
            r.ask.points = points;
            r.ask.point_count = 2;
            r.ask.winsorised = winsorised == 1;
            r.ask.winsor_high = 0;                                      /* both ends the same value */
            r.ask.minimum_share = winsorised == 1 ? 24 * CRMVI_ONE : 0; /* without and with a search for borders */
            fail_each(find_scale, &r);
        }
    }
}

static void a_scale_that_memory_is_short_for_is_none(void **state) {
    (void)state;
    with_runs(look_for_scales);
}

static void look_for_classes(const crmvi_run *run) {
    crmvi_micro shares[] = {20000000, 30000000, 40000000};
    for (int32_t kind = CRMVI_ASK_SHARES; kind <= CRMVI_ASK_K_MEANS; kind++) {
        const bool needs_several = kind == CRMVI_ASK_NATURAL_BREAKS || kind == CRMVI_ASK_K_MEANS;
        request r = {.run = run, .ask = {.kind = kind, .place = "tiers", .classes = 4, .shares = shares}};
        r.ask.classes = needs_several && run->distinct == 1 ? 1 : 4;
        fail_each(find_classes, &r);
    }
}

static void classes_that_memory_is_short_for_are_none(void **state) {
    (void)state;
    with_runs(look_for_classes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_memory_is_short_for_is_none),
        cmocka_unit_test(a_merge_that_memory_is_short_for_changes_nothing),
        cmocka_unit_test(a_scale_that_memory_is_short_for_is_none),
        cmocka_unit_test(classes_that_memory_is_short_for_are_none),
    };
    fill();
    /* the public functions call these in their own floating-point environment, whatever the host's is */
    crmvi_guest host;
    crmvi_enter(&host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
