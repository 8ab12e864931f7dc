/*
 * Each allocation fails once while a model with requests is read, answered, freed from its answers, and while its
 * outcomes become a model: the call says so, its out-pointer is untouched, the model is as it was, and nothing leaks.
 */
#include "failing_memory.h"
#include "lifetime_texts.h"

#include <stdio.h>

typedef struct scene {
    char *text; /* a model, everything fitted */
    crmv_model *model;
    int32_t position; /* of a request, and an answer to it */
    const char *answer;
} scene;

static int32_t parse_it(const scene *s, crmv_model **out) {
    return crmv_model_parse(s->text, -1, out, NULL);
}

static int32_t answer_it(const scene *s, crmv_model **out) {
    return crmv_model_answer(s->model, s->position, s->answer, -1, out, NULL);
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

typedef struct call {
    const char *name;
    int32_t (*call)(const scene *, crmv_model **);
} call;

static const call calls[] = {
    {"parse", parse_it}, {"answer", answer_it}, {"unfitted", unfit_it}, {"outcomes", look_after}};

/* Each of the first calls fails at each of its allocations. */
static void fail_everywhere(const scene *s, int32_t count, const char *states) {
    char before[16];
    char after[16];
    states_of(s->model, before);
    assert_string_equal(before, states);
    for (int32_t i = 0; i < count; i++) {
        crmv_model *first = NULL;
        assert_int_equal(calls[i].call(s, &first), CRMV_OK);
        crmv_model_free(first);
        long n = 0;
        while (fail_once(s, calls[i].call, n)) {
            n++;
        }
        assert_true(n > 20);
        assert_string_equal(states_of(s->model, after), before);
    }
}

static void skip_without_own_malloc(void) {
#if !OWN_MALLOC
    print_message("skipped: the sanitizer's malloc cannot be made to fail\n");
    skip();
#endif
}

static void memory_that_is_short_is_told_and_changes_nothing(void **state) {
    (void)state;
    skip_without_own_malloc();
    scene s = {.model = everything_answered(),
               .position = 4,
               .answer = "{\"weights\": {\"a\": 10, \"b\": 90}, \"found\": {\"x\": [1, 2.5, \"t\", null]}}"};
    s.text = printed_model(s.model);
    fail_everywhere(&s, 4, "33333333");
    crmv_model_free(s.model);
    free(s.text);
}

static void the_same_with_lifetimes(void **state) {
    (void)state;
    skip_without_own_malloc();
    char *answer = quoted_text(WORTH_ANSWER);
    scene s = {.model = foretold_answered(), .position = 1, .answer = answer};
    s.text = printed_model(s.model);
    fail_everywhere(&s, 3, "333333333"); /* it has no outcomes */
    crmv_model_free(s.model);
    free(s.text);
    free(answer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_is_short_is_told_and_changes_nothing),
        cmocka_unit_test(the_same_with_lifetimes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
