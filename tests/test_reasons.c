/* Reasons: contributions, weights, points lost, their order, and their words. */
#include "scoring.h"

enum { MOST = 16 };

/* The reasons of one customer, strongest first. */
typedef struct reasons {
    crmv_reason at[MOST];
    int32_t count;
} reasons;

static reasons reasons_of(const crmv_scores *scores, int64_t row) {
    reasons found = {.count = 0};
    found.at[0].struct_size = sizeof(crmv_reason);
    assert_int_equal(crmv_scores_reasons(scores, row, found.at, MOST, &found.count), CRMV_OK);
    return found;
}

static const crmv_reason *reason_for(const reasons *all, int32_t metric) {
    for (int32_t i = 0; i < all->count; i++) {
        if (all->at[i].metric == metric) {
            return &all->at[i];
        }
    }
    fail_msg("no reason for metric %d", (int)metric);
    return NULL;
}

#define CARD(name) "'" name "': {'attribute': '" name "', 'scale': {'line': [[0, 0], [100, 100]]}}"

static crmv_scores *scored_abc(const char *indexes, double a, double b, double c) {
    const crmv_column columns[] = {numbers_column("a", &a), numbers_column("b", &b), numbers_column("c", &c)};
    char text[2048];
    snprintf(text, sizeof text,
             "{'crmvalue': 1, 'metrics': {" CARD("a") "," CARD("b") "," CARD("c") "}, 'indexes': {%s}}", indexes);
    return scored(text, columns, 3, 1, CRMV_NO_DATE);
}

/* ---- Contributions ----------------------------------------------------------------------------------------------- */

static void units_that_are_left_go_to_the_largest_fraction_and_then_by_name(void **state) {
    (void)state;
    /* Three times 100 / 3 is 100: one unit is left, and the first name takes it. */
    crmv_scores *scores = scored_abc("'score': {'weights': {'c': 1, 'b': 1, 'a': 1}}", 100, 100, 100);
    reasons all = reasons_of(scores, 0);
    assert_int_equal(reason_for(&all, 0)->contribution, 33333334);
    assert_int_equal(reason_for(&all, 1)->contribution, 33333333);
    assert_int_equal(reason_for(&all, 2)->contribution, 33333333);
    crmv_scores_free(scores);
    /* 50 / 3, 50 / 3 and 70 / 3: fractions .67 .67 .33 of a unit; the score is 56.666667. */
    scores = scored_abc("'score': {'weights': {'a': 1, 'b': 1, 'c': 1}}", 50, 50, 70);
    all = reasons_of(scores, 0);
    assert_int_equal(exact(scores, "score", 0), 56666667);
    assert_int_equal(reason_for(&all, 0)->contribution, 16666667);
    assert_int_equal(reason_for(&all, 1)->contribution, 16666667);
    assert_int_equal(reason_for(&all, 2)->contribution, 23333333);
    crmv_scores_free(scores);
}

static void an_index_of_zero_hands_on_what_cancels_out(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {"
        "'up': {'attribute': 'u', 'scale': {'line': [[0, 0], [100, 100]]}},"
        "'down': {'attribute': 'd', 'scale': {'line': [[0, 0], [100, -100]]}},"
        "'other': {'attribute': 'o', 'scale': {'line': [[0, 0], [100, 100]]}}},"
        "'indexes': {'balance': {'add': ['up', 'down']}, 'score': {'weights': {'balance': 1, 'other': 2}}}}";
    const double u = 40, d = 40, o = 10;
    const crmv_column columns[] = {numbers_column("u", &u), numbers_column("d", &d), numbers_column("o", &o)};
    crmv_scores *scores = scored(model, columns, 3, 1, CRMV_NO_DATE);
    reasons all = reasons_of(scores, 0);
    assert_int_equal(exact(scores, "balance", 0), 0);
    assert_int_equal(reason_for(&all, 0)->contribution, 13333333);
    assert_int_equal(reason_for(&all, 1)->contribution, -13333333);
    assert_int_equal(reason_for(&all, 2)->contribution, 6666667);
    assert_int_equal(exact(scores, "score", 0), 6666667);
    crmv_scores_free(scores);
}

static void a_metric_in_two_indexes_has_one_reason_with_both_parts(void **state) {
    (void)state;
    crmv_scores *scores = scored_abc("'x': {'weights': {'a': 1, 'b': 1}}, 'y': {'weights': {'a': 1, 'c': 3}},"
                                     "'score': {'weights': {'x': 50, 'y': 50}}",
                                     80, 20, 40);
    reasons all = reasons_of(scores, 0);
    assert_int_equal(all.count, 3);
    assert_int_equal(reason_for(&all, 0)->contribution, 30 * MICRO); /* 80 x (1/4 + 1/8) */
    assert_int_equal(reason_for(&all, 0)->weight, 37500000);
    assert_int_equal(reason_for(&all, 0)->lost, 7500000);
    crmv_scores_free(scores);
}

/* A million points for a missing metric that hardly counts, and as many lost: scaled up, the two cancel out. */
static void contributions_that_do_not_fit_are_an_overflow(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {"
        "'a': {'attribute': 'a', 'missing': {'points': 1000000}, 'scale': {'bands': [{'points': 0.000001}]}},"
        "'b': {'attribute': 'b', 'scale': {'bands': [{'points': -1000000}]}},"
        "'c': {'attribute': 'c', 'scale': {'bands': [{'points': 1000000}]}}},"
        "'indexes': {'score': {'add': ['a', 'b', 'c']}}}";
    const double a = NAN, b = 1, c = NAN;
    const crmv_column columns[] = {numbers_column("a", &a), numbers_column("b", &b), numbers_column("c", &c)};
    crmv_scores *scores = scored(model, columns, 3, 1, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 0);
    crmv_reason all[3] = {{.struct_size = sizeof *all}};
    int32_t count = 0;
    assert_int_equal(crmv_scores_reasons(scores, 0, all, 3, &count), CRMV_OVERFLOW);
    crmv_scores_free(scores);
}

/* ---- Weights and points lost ------------------------------------------------------------------------------------- */

static void weights_are_those_that_count_for_this_customer(void **state) {
    (void)state;
    crmv_scores *scores =
        scored_abc("'x': {'weights': {'a': 50, 'b': 50}}, 'score': {'weights': {'x': 60, 'c': 40}}", 50, NAN, 50);
    reasons all = reasons_of(scores, 0);
    const crmv_reason *a = reason_for(&all, 0), *b = reason_for(&all, 1), *c = reason_for(&all, 2);
    assert_int_equal(a->weight, 60 * MICRO);
    assert_int_equal(b->weight, 0);
    assert_int_equal(c->weight, 40 * MICRO);
    assert_int_equal(a->lost, 30 * MICRO);
    assert_int_equal(b->lost, 0);
    assert_int_equal(c->lost, 20 * MICRO);
    assert_int_equal(b->missing, 1);
    assert_int_equal(b->band, -1);
    assert_true(isnan(b->value));
    assert_int_equal(b->points, MISSING);
    assert_int_equal(b->contribution, 0);
    crmv_scores_free(scores);
}

static void additive_members_weigh_by_their_highest_points(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {" CARD("a") ","
                                                 "'b': {'attribute': 'b', 'scale': {'line': [[0, 0], [25, 25]]}},"
                                                 "'c': {'attribute': 'c', 'scale': {'line': [[0, 0], [75, 75]]}}},"
                                                 "'indexes': {'score': {'add': ['a', 'b', 'c']}}}";
    const double a = 50, b = 20, c = NAN;
    const crmv_column columns[] = {numbers_column("a", &a), numbers_column("b", &b), numbers_column("c", &c)};
    crmv_scores *scores = scored(model, columns, 3, 1, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 112 * MICRO); /* 70 x 200 / 125 */
    reasons all = reasons_of(scores, 0);
    assert_int_equal(reason_for(&all, 0)->weight, 80 * MICRO);
    assert_int_equal(reason_for(&all, 1)->weight, 20 * MICRO);
    assert_int_equal(reason_for(&all, 2)->weight, 0);
    assert_int_equal(reason_for(&all, 0)->contribution, 80 * MICRO);
    assert_int_equal(reason_for(&all, 1)->contribution, 32 * MICRO);
    assert_int_equal(reason_for(&all, 0)->lost, 80 * MICRO);
    assert_int_equal(reason_for(&all, 1)->lost, 8 * MICRO);
    crmv_scores_free(scores);
}

static void fixed_points_above_the_scale_lose_nothing(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'missing': {'points': 150},"
        " 'scale': {'line': [[0, 0], [100, 100]]}}}, 'indexes': {'score': {'add': ['a']}}}";
    const double a = NAN;
    const crmv_column column = numbers_column("a", &a);
    crmv_scores *scores = scored(model, &column, 1, 1, CRMV_NO_DATE);
    reasons all = reasons_of(scores, 0);
    assert_int_equal(all.at[0].contribution, 150 * MICRO);
    assert_int_equal(all.at[0].lost, 0);
    crmv_scores_free(scores);
}

/* ---- Order ------------------------------------------------------------------------------------------------------- */

static void assert_order(const crmv_scores *scores, int32_t first, int32_t second, int32_t third) {
    reasons all = reasons_of(scores, 0);
    assert_int_equal(all.count, 3);
    assert_int_equal(all.at[0].metric, first);
    assert_int_equal(all.at[1].metric, second);
    assert_int_equal(all.at[2].metric, third);
}

static void the_strongest_reason_is_farthest_from_the_middle_times_weight(void **state) {
    (void)state;
    static const char *const even = "'score': {'weights': {'a': 1, 'b': 1, 'c': 1}}";
    crmv_scores *scores = scored_abc(even, 60, 5, 90);
    assert_order(scores, 1, 2, 0);
    crmv_scores_free(scores);
    scores = scored_abc(even, 30, 70, 30);
    assert_order(scores, 0, 1, 2); /* all alike: by name */
    crmv_scores_free(scores);
    scores = scored_abc("'score': {'weights': {'a': 1, 'b': 1, 'c': 9}}", 0, 80, 60);
    assert_order(scores, 2, 0, 1);
    crmv_scores_free(scores);
    scores = scored_abc(even, NAN, 50, NAN);
    assert_order(scores, 1, 0, 2); /* what is not known comes last */
    crmv_scores_free(scores);
}

/* ---- The caller's room ------------------------------------------------------------------------------------------- */

static void too_little_room_is_told_with_the_number_needed(void **state) {
    (void)state;
    crmv_scores *scores = scored_abc("'score': {'weights': {'a': 1, 'b': 1}}", 1, 2, 3);
    int32_t count = 0;
    assert_int_equal(crmv_scores_reasons(scores, 0, NULL, 0, &count), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(count, 2);
    crmv_reason one = {.struct_size = sizeof one, .metric = 77};
    assert_int_equal(crmv_scores_reasons(scores, 0, &one, 1, &count), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(one.metric, 77);
    one.struct_size = sizeof one - 8;
    assert_int_equal(crmv_scores_reasons(scores, 0, &one, 1, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_reasons(scores, 1, NULL, 0, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_reasons(scores, -1, NULL, 0, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_reasons(scores, 0, NULL, -1, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_reasons(scores, 0, NULL, 5, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_reasons(NULL, 0, NULL, 0, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_reasons(scores, 0, NULL, 0, NULL), CRMV_BAD_ARGUMENT);
    crmv_scores_free(scores);
}

/* A caller of a later version has longer structures: they follow at its distance, and what we do not know stays. */
static void longer_structures_of_a_later_version_are_written_at_their_distance(void **state) {
    (void)state;
    struct later {
        crmv_reason known;
        int64_t added;
    } room[2] = {{.known.struct_size = sizeof *room, .added = 5}, {.added = 6}};
    crmv_scores *scores = scored_abc("'score': {'weights': {'a': 1, 'b': 1}}", 1, 2, 3);
    int32_t count = 0;
    assert_int_equal(crmv_scores_reasons(scores, 0, &room[0].known, 2, &count), CRMV_OK);
    assert_int_equal(room[0].known.metric, 0);
    assert_int_equal(room[1].known.metric, 1);
    assert_int_equal(room[1].known.struct_size, sizeof *room);
    assert_int_equal(room[0].added, 5);
    assert_int_equal(room[1].added, 6);
    crmv_scores_free(scores);
}

static void a_model_of_a_hundred_metrics_explains_itself_too(void **state) {
    (void)state;
    enum { METRICS = 100 };
    char text[32768] = "{'crmvalue': 1, 'metrics': {";
    char weights[4096] = "";
    crmv_column columns[METRICS];
    static double values[METRICS];
    static char names[METRICS][16];
    for (int32_t i = 0; i < METRICS; i++) {
        char card[128], weight[32];
        snprintf(names[i], sizeof names[i], "m%02d", (int)i);
        snprintf(card, sizeof card, "%s'm%02d': {'attribute': 'm%02d', 'scale': {'line': [[0, 0], [100, 100]]}}",
                 i > 0 ? ", " : "", (int)i, (int)i);
        snprintf(weight, sizeof weight, "%s'm%02d': %d", i > 0 ? ", " : "", (int)i, (int)i + 1);
        strcat(text, card);
        strcat(weights, weight);
        values[i] = i * 7 % 100;
        columns[i] = numbers_column(names[i], &values[i]);
    }
    strcat(text, "}, 'indexes': {'score': {'weights': {");
    strcat(text, weights);
    strcat(text, "}}}}");
    crmv_scores *scores = scored(text, columns, METRICS, 1, CRMV_NO_DATE);
    static crmv_reason all[METRICS];
    all[0].struct_size = sizeof *all;
    int32_t count = 0;
    assert_int_equal(crmv_scores_reasons(scores, 0, all, METRICS, &count), CRMV_OK);
    assert_int_equal(count, METRICS);
    int64_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += all[i].contribution;
    }
    assert_int_equal(sum, exact(scores, "score", 0));
    crmv_scores_free(scores);
}

/* ---- In words ---------------------------------------------------------------------------------------------------- */

static void assert_text(const crmv_scores *scores, int32_t metric, const char *expected) {
    reasons all = reasons_of(scores, 0);
    char text[256];
    int64_t length = 0;
    assert_int_equal(crmv_scores_reason_text(scores, reason_for(&all, metric), text, sizeof text, &length), CRMV_OK);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
}

static void a_reason_of_an_attribute_reads_as_a_sentence(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {"
        "'employees': {'attribute': 'e', 'scale': {'line': [[0, 0], [1000, 100]]}},"
        "'industry_position': {'attribute': 'p', 'scale': {'categories': {'leader': 100, 'major': 75}, 'other': 25}},"
        "'satisfaction': {'attribute': 's', 'scale': {'line': [[1, 0], [5, 100]]}, 'missing': {'points': 50}},"
        "'sales_volume': {'attribute': 'v', 'scale': {'line': [[0, 0], [5, 100]]}},"
        "'audit': {'attribute': 'v', 'label': 'The audit', 'scale': {'line': [[0, 0], [5, 100]]}, 'missing': 'refuse'},"
        "'gap_in_bands': {'attribute': 'e', 'scale': {'bands': [{'to': 5, 'points': 1}, {'from': 900, 'points': 9}]}},"
        "'penalty': {'attribute': 'e', 'scale': {'line': [[0, 0], [1000, -50]]}}},"
        "'indexes': {'score': {'weights': {'employees': 20, 'industry_position': 20, 'satisfaction': 20,"
        " 'sales_volume': 20, 'audit': 20, 'gap_in_bands': 20, 'penalty': 20}}}}";
    const double e = 601.25, missing = NAN;
    const char *const p = "leader";
    const crmv_column columns[] = {numbers_column("e", &e), texts_column("p", &p), numbers_column("s", &missing),
                                   numbers_column("v", &missing)};
    crmv_scores *scores = scored(model, columns, 4, 1, CRMV_NO_DATE);
    assert_text(scores, 0, "employees 601.25: 60.1 of 100 points, 10 lost");
    assert_text(scores, 1, "industry position leader: 100 of 100 points");
    assert_text(scores, 2, "satisfaction not known: counted as 50 of 100 points");
    assert_text(scores, 3, "sales volume not known: its weight went to the other metrics");
    assert_text(scores, 4, "The audit not known: there is no rating without it");
    assert_text(scores, 5, "gap in bands 601.25 lies in no band: its weight went to the other metrics");
    assert_text(scores, 6, "penalty 601.25: -30.1 points, 7.5 lost");
    crmv_scores_free(scores);
}

/* A metric by its operator and a value that is set as if it had been derived. */
static void assert_value_text(const char *operator_text, double value, const char *expected) {
    char model_text[512];
    snprintf(model_text, sizeof model_text,
             "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a'}, 'b': {'sum': 'gross_profit'}, 'm': {%s,"
             " 'scale': {'line': [[0, 0], [1, 100]]}}}, 'indexes': {'score': {'add': ['m']}}}",
             operator_text);
    crmv_model *model = model_of(model_text);
    const double a = 1;
    const crmv_column column = numbers_column("a", &a);
    crmv_frame *frame = frame_of(model, &column, 1, 1, crmv_day(2024, 12, 31));
    crmv_scores *scores = scores_of(model, frame);
    const crmv_reason reason = {
        .struct_size = sizeof reason, .metric = 2, .value = value, .points = 100 * MICRO, .highest = 100 * MICRO};
    char text[256], whole[256];
    assert_int_equal(crmv_scores_reason_text(scores, &reason, text, sizeof text, NULL), CRMV_OK);
    snprintf(whole, sizeof whole, "m %s: 100 of 100 points", expected);
    assert_string_equal(text, whole);
    crmv_scores_free(scores);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void values_are_written_with_the_units_of_their_operator(void **state) {
    (void)state;
    assert_value_text("'sum': 'gross_profit'", 12400, "12,400.00");
    assert_value_text("'sum': 'gross_profit'", -0.5, "-0.50");
    assert_value_text("'mean': 'revenue'", 1e300, "1e300");
    assert_value_text("'sum': 'quantity'", 1200, "1,200");
    assert_value_text("'sum': 'quantity'", 1200.125, "1,200.125");
    assert_value_text("'count': 'documents'", 17, "17");
    assert_value_text("'recency': 'days'", 1, "1 day");
    assert_value_text("'recency': 'days'", 1234, "1,234 days");
    assert_value_text("'tenure': 'years'", 2.375, "2.4 years");
    assert_value_text("'gap': 'mean'", 30.55, "30.6 days");
    assert_value_text("'gap': 'relative_recency'", 1.5, "1.5");
    assert_value_text("'growth': 'revenue', 'window': {'months': 1}", 0.125, "12.5%");
    assert_value_text("'return_rate': 'revenue'", 0.04, "4%");
    assert_value_text("'ratio': ['a', 'b']", 1 / 3.0, "0.333");
    assert_value_text("'difference': ['a', 'b']", 1 / 3.0, "0.333");
    assert_value_text("'difference': ['b', 'a']", 1200, "1,200.00");
}

static void a_text_that_does_not_fit_leaves_the_buffer_alone(void **state) {
    (void)state;
    crmv_scores *scores = scored_abc("'score': {'weights': {'a': 1}}", 40, 0, 0);
    reasons all = reasons_of(scores, 0);
    static const char expected[] = "a 40: 40 of 100 points, 60 lost";
    char text[sizeof expected] = "untouched";
    int64_t length = 0;
    assert_int_equal(crmv_scores_reason_text(scores, all.at, text, sizeof expected - 1, &length),
                     CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(length, sizeof expected - 1);
    assert_string_equal(text, "untouched");
    assert_int_equal(crmv_scores_reason_text(scores, all.at, NULL, 0, &length), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(crmv_scores_reason_text(scores, all.at, text, sizeof text, NULL), CRMV_OK);
    assert_string_equal(text, expected);
    crmv_reason wrong = all.at[0];
    wrong.metric = 3;
    assert_int_equal(crmv_scores_reason_text(scores, &wrong, text, sizeof text, NULL), CRMV_BAD_ARGUMENT);
    wrong = all.at[0];
    wrong.struct_size = 8;
    assert_int_equal(crmv_scores_reason_text(scores, &wrong, text, sizeof text, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_reason_text(scores, NULL, text, sizeof text, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_reason_text(scores, all.at, NULL, 5, NULL), CRMV_BAD_ARGUMENT);
    crmv_scores_free(scores);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_that_are_left_go_to_the_largest_fraction_and_then_by_name),
        cmocka_unit_test(an_index_of_zero_hands_on_what_cancels_out),
        cmocka_unit_test(a_metric_in_two_indexes_has_one_reason_with_both_parts),
        cmocka_unit_test(contributions_that_do_not_fit_are_an_overflow),
        cmocka_unit_test(weights_are_those_that_count_for_this_customer),
        cmocka_unit_test(additive_members_weigh_by_their_highest_points),
        cmocka_unit_test(fixed_points_above_the_scale_lose_nothing),
        cmocka_unit_test(the_strongest_reason_is_farthest_from_the_middle_times_weight),
        cmocka_unit_test(too_little_room_is_told_with_the_number_needed),
        cmocka_unit_test(longer_structures_of_a_later_version_are_written_at_their_distance),
        cmocka_unit_test(a_model_of_a_hundred_metrics_explains_itself_too),
        cmocka_unit_test(a_reason_of_an_attribute_reads_as_a_sentence),
        cmocka_unit_test(values_are_written_with_the_units_of_their_operator),
        cmocka_unit_test(a_text_that_does_not_fit_leaves_the_buffer_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
