/*
 * Each allocation fails once while a model with requests is read, answered, freed from its answers, and while its
 * outcomes become a model: the call says so, its out-pointer is untouched, the model is as it was, and nothing leaks.
 */
#include "asks.h"
#include "failing_memory.h"

#include <stdio.h>

typedef struct scene {
    char *text; /* a model, everything fitted */
    crmv_model *model;
} scene;

static int32_t parse_it(const scene *s, crmv_model **out) {
    return crmv_model_parse(s->text, -1, out, NULL);
}

static int32_t answer_it(const scene *s, crmv_model **out) {
    return crmv_model_answer(
        s->model, 4, "{\"weights\": {\"a\": 10, \"b\": 90}, \"found\": {\"x\": [1, 2.5, \"t\", null]}}", -1, out, NULL);
}

static int32_t unfit_it(const scene *s, crmv_model **out) {
    return crmv_model_unfitted(s->model, out, NULL);
}

static int32_t look_after(const scene *s, crmv_model **out) {
    int32_t until = -1;
    const int32_t status = crmv_model_outcomes(s->model, 15000, out, &until, NULL);
    assert_true((status == CRMV_OK) == (until != -1));
    return status;
}

/* What the model says after the last of all failures is what it says now. */
static char *states_of(const crmv_model *model, char states[16]) {
    const int32_t count = crmv_model_requests(model);
    for (int32_t i = 0; i < count; i++) {
        states[i] = (char)('0' + request_at(model, i).state);
    }
    states[count] = '\0';
    return states;
}

/* Whether the n-th allocation of the call was there to fail. */
static bool fail_once(const scene *s, int32_t (*call)(const scene *, crmv_model **), long n) {
    crmv_model *const untouched = (crmv_model *)(uintptr_t)16;
    crmv_model *out = untouched;
    const long before = standing;
    until_failure = n;
    has_failed = false;
    armed = true;
    const int32_t status = call(s, &out);
    armed = false;
    if (has_failed) {
        assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        assert_ptr_equal(out, untouched);
    } else {
        assert_int_equal(status, CRMV_OK);
        crmv_model_free(out);
    }
    assert_int_equal(standing, before);
    return has_failed;
}

static void memory_that_is_short_is_told_and_changes_nothing(void **state) {
    static const struct {
        const char *name;
        int32_t (*call)(const scene *, crmv_model **);
    } calls[] = {{"parse", parse_it}, {"answer", answer_it}, {"unfitted", unfit_it}, {"outcomes", look_after}};
    (void)state;
#if !OWN_MALLOC
    print_message("skipped: the sanitizer's malloc cannot be made to fail\n");
    skip();
#endif
    scene s = {.model = everything_answered()};
    s.text = printed_model(s.model);
    char before[16];
    char after[16];
    states_of(s.model, before);
    assert_string_equal(before, "33333333");
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        crmv_model *first = NULL;
        assert_int_equal(calls[i].call(&s, &first), CRMV_OK);
        crmv_model_free(first);
        long n = 0;
        while (fail_once(&s, calls[i].call, n)) {
            n++;
        }
        assert_true(n > 20);
        assert_string_equal(states_of(s.model, after), before);
    }
    crmv_model_free(s.model);
    free(s.text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_is_short_is_told_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
