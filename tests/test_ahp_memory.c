/* test_ahp_memory.c - weights by judgement where memory is short. */
#include "failing_memory.h"
#include "judged.h"

static void each_allocation_may_fail_and_leaves_the_results_as_they_were(void **state) {
    (void)state;
#if OWN_MALLOC
    judged j = holiday();
    j.judgements[3] = NAN;
    for (long i = 0;; i++) {
        const crmv_ahp before = j.ahp;
        j.weights[0] = 42;
        const long had = standing;
        until_failure = i;
        has_failed = false;
        armed = true;
        const int32_t status = weigh(&j, CRMV_AHP_EIGENVECTOR);
        armed = false;
        assert_int_equal(standing, had);
        if (!has_failed) {
            assert_int_equal(status, CRMV_OK);
            assert_true(i > 0);
            return;
        }
        assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        assert_int_equal(j.error.status, CRMV_OUT_OF_MEMORY);
        assert_near(j.weights[0], 42, 0);
        assert_memory_equal(&before, &j.ahp, sizeof before);
    }
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
