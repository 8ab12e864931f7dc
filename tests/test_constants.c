/* test_constants.c - every constant of the public headers is reachable by its name. */
#include "crmvalue/crmvalue.h"
#include "crmvalue/fit.h"
#include "crmvalue/lifetime_fit.h"
#include "crmvalue/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#include "constants.inc"
};

static void every_constant_of_the_headers_is_reachable_by_its_name(void **unused) {
    (void)unused;
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        int64_t value = ~constants[i].value;
        if (crmv_constant(constants[i].name, &value) != CRMV_OK)
            fail_msg("%s is missing in lib/base/constants.c", constants[i].name);
        if (value != constants[i].value)
            fail_msg("%s has another value in lib/base/constants.c", constants[i].name);
    }
}

static void the_list_was_read_from_the_headers(void **unused) {
    (void)unused;
    static const char *const from_each[] = {"CRMV_OK",      "CRMV_TEXT",           "CRMV_METRICS",     "CRMV_BAD_DATE",
                                            "CRMV_TOO_NEW", "CRMV_MISSING_POINTS", "CRMV_RANDOM_SAATY"};
    for (size_t i = 0; i < sizeof from_each / sizeof *from_each; i++) {
        size_t at = 0;
        while (at < sizeof constants / sizeof *constants && strcmp(constants[at].name, from_each[i]) != 0)
            at++;
        if (at == sizeof constants / sizeof *constants)
            fail_msg("tests/constants did not find %s", from_each[i]);
    }
}

static void an_unknown_name_is_not_found_and_leaves_the_value_alone(void **unused) {
    (void)unused;
    int64_t value = 42;
    assert_int_equal(crmv_constant("CRMV_NO_SUCH_THING", &value), CRMV_NOT_FOUND);
    assert_int_equal(crmv_constant("", &value), CRMV_NOT_FOUND);
    assert_int_equal(value, 42);
}

static void null_is_a_bad_argument(void **unused) {
    (void)unused;
    int64_t value = 42;
    assert_int_equal(crmv_constant(NULL, &value), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_constant("CRMV_OK", NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(value, 42);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_constant_of_the_headers_is_reachable_by_its_name),
        cmocka_unit_test(the_list_was_read_from_the_headers),
        cmocka_unit_test(an_unknown_name_is_not_found_and_leaves_the_value_alone),
        cmocka_unit_test(null_is_a_bad_argument),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
