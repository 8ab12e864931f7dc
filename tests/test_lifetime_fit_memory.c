/* test_lifetime_fit_memory.c - fits of lifetimes and spend where memory is short. */
#include "failing_memory.h"
#include "fitted.h"

static drawn histories;

typedef struct results {
    crmv_lifetime lifetimes[2];
    crmv_spend spend;
    crmv_fit_outcome outcomes[2];
    int32_t chosen;
} results;

static int32_t fit_histories(results *out, const crmv_options *options, crmv_error *error) {
    return crmv_lifetime_fit(out->lifetimes, histories.x, histories.t_x, histories.T, histories.rows, 0, options,
                             out->outcomes, error);
}

static int32_t choose_process(results *out, const crmv_options *options, crmv_error *error) {
    const int32_t models[] = {CRMV_NBD, CRMV_BG_NBD};
    return crmv_lifetime_choose(models, 2, histories.x, histories.t_x, histories.T, histories.rows, 0, options,
                                out->lifetimes, out->outcomes, &out->chosen, error);
}

/* Ages take the place of amounts. */
static int32_t fit_amounts(results *out, const crmv_options *options, crmv_error *error) {
    return crmv_spend_fit(&out->spend, histories.x, histories.T, NULL, histories.rows, 0, options, out->outcomes,
                          error);
}

typedef int32_t (*call)(results *out, const crmv_options *options, crmv_error *error);

static const results nothing = {
    .lifetimes = {{.struct_size = sizeof(crmv_lifetime), .model = CRMV_MBG_NBD},
                  {.struct_size = sizeof(crmv_lifetime)}},
    .spend = {.struct_size = sizeof(crmv_spend), .model = CRMV_GAMMA_GAMMA},
    .outcomes = {{.struct_size = sizeof(crmv_fit_outcome)}, {.struct_size = sizeof(crmv_fit_outcome)}},
    .chosen = 42};

/* Each allocation in its turn; a worker that cannot be started for want of memory is done without. */
static void fail_each(call subject) {
    const crmv_options options = {.struct_size = sizeof options, .threads = 1};
    results whole = nothing;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(subject(&whole, &options, &error), CRMV_OK);
    for (long i = 0;; i++) {
        results out = nothing;
        const long had = standing;
        until_failure = i;
        has_failed = false;
        armed = true;
        const int32_t status = subject(&out, &options, &error);
        armed = false;
        assert_int_equal(standing, had);
        if (!has_failed) {
            assert_int_equal(status, CRMV_OK);
            assert_memory_equal(&out, &whole, sizeof out);
            assert_true(i > 5);
            return;
        }
        assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        assert_int_equal(error.status, CRMV_OUT_OF_MEMORY);
        assert_memory_equal(&out, &nothing, sizeof out);
    }
}

static void each_allocation_may_fail_and_leaves_the_results_as_they_were(void **state) {
    (void)state;
#if OWN_MALLOC
    const double truth[] = {.5, 6, .9, 1.6};
    draw_histories(&histories, 20000, CRMV_MBG_NBD, truth, 27, 60, 3); /* so many that samples are taken */
    for (int64_t i = 0; i < 100; i++) {                                /* alike but in order */
        histories.T[i] = 30;
        histories.t_x[i] = histories.x[i] == 0 ? 0 : (double)(i % 30);
    }
    fail_each(fit_histories);
    fail_each(choose_process);
    fail_each(fit_amounts);
#else
    print_message("the sanitizer has a malloc of its own\n");
    skip();
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_may_fail_and_leaves_the_results_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
