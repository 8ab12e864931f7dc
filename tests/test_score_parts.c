/*
 * Scores without crmv_score's refusal of open requests: chosen columns, made in one go on all threads. They are what
 * crmv_score gives, and stay as they were where memory is short.
 */
#include "score/scores.h"

/* Behind it: their `text` would shadow a member. */
#include "failing_memory.h"
#include "random_scorecards.h"

static void prepare(crmv_scores *parts, const int32_t *columns, int32_t count) {
    crmv_error error = {.struct_size = sizeof error};
    if (crmvi_scores_prepare(parts, columns, count, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
}

static void expect_same_columns(const sample *s, crmv_scores *parts) {
    const int32_t unrated = crmvi_unrated_column(parts);
    for (int32_t column = 0; column <= unrated; column++) {
        const size_t size = column < unrated ? sizeof(crmvi_micro) : sizeof(int32_t);
        assert_memory_equal(crmvi_scores_column(parts, column), crmvi_scores_column(s->scores, column),
                            (size_t)s->rows * size);
    }
}

static void columns_made_in_one_go_are_those_of_scoring(void **state) {
    (void)state;
    random_state = 20;
    for (int32_t round = 0; round < 60; round++) {
        sample s = draw_sample(ANY_POINTS, round % 3 == 0 ? 5000 : (int64_t)draw(40));
        const crmv_options options = {.struct_size = sizeof options, .threads = 1 + round % 3};
        crmv_scores *parts = NULL;
        assert_int_equal(crmvi_score_parts(s.model, s.frame, &options, &parts, NULL), CRMV_OK);
        const int32_t chosen[] = {(int32_t)draw(METRICS), METRICS + (int32_t)draw(INDEXES),
                                  crmvi_unrated_column(parts)};
        const int32_t again[] = {chosen[0], chosen[0], (int32_t)draw(MEMBERS), MEMBERS + CRMVI_SCORE_COVERAGE};
        prepare(parts, chosen, COUNT_OF(chosen));
        const void *kept = crmvi_scores_column(parts, chosen[0]);
        prepare(parts, again, COUNT_OF(again));
        assert_ptr_equal(crmvi_scores_column(parts, chosen[0]), kept);
        expect_same_columns(&s, parts);
        crmv_scores_free(parts);
        free_sample(&s);
    }
}

static void a_column_that_is_short_of_memory_leaves_the_scores_as_they_were(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    random_state = 21;
    sample s = draw_sample(ANY_POINTS, 200);
    expect_same_columns(&s, s.scores); /* makes those that are compared with */
    const int32_t columns[] = {0, 1, 2, METRICS, MEMBERS - 1};
    int32_t status = CRMV_OUT_OF_MEMORY;
    for (long allocation = 0; status != CRMV_OK; allocation++) {
        const long before = standing;
        crmv_scores *parts = NULL;
        until_failure = allocation;
        has_failed = false;
        armed = true;
        status = crmvi_score_parts(s.model, s.frame, NULL, &parts, NULL);
        const bool is_made = status == CRMV_OK;
        if (is_made) {
            status = crmvi_scores_prepare(parts, columns, COUNT_OF(columns), NULL);
        }
        armed = false;
        assert_true(status == (has_failed ? CRMV_OUT_OF_MEMORY : CRMV_OK));
        if (is_made) {
            expect_same_columns(&s, parts);
            crmv_scores_free(parts);
        } else {
            assert_null(parts);
        }
        assert_int_equal(standing, before);
    }
    free_sample(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_made_in_one_go_are_those_of_scoring),
        cmocka_unit_test(a_column_that_is_short_of_memory_leaves_the_scores_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
