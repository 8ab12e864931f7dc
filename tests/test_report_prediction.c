/*
 * How well a fitted score orders what happened afterwards, as its report tells it: beside baselines and its own parts,
 * on the customers who were held out. Ranks and sums are compared with those of columns that are put together here.
 */
#include "report_scene.h"

/* ---- What it measures -------------------------------------------------------------------------------------------- */

/* Points or outcomes of the population's customers, held out only where asked for, with what happened. */
static crmv_prediction measured(const report_scene *scene, const int64_t *column, double held_out) {
    double scores[SCENE_CUSTOMERS], happened[SCENE_CUSTOMERS];
    const double *outcomes = crmv_frame_metric(scene->outcome, "next");
    uint8_t population[SCENE_CUSTOMERS];
    int64_t count = 0;
    assert_int_equal(crmv_model_population(scene->model, scene->frame, population, SCENE_CUSTOMERS, NULL), CRMV_OK);
    assert_int_equal(crmv_frame_rows(scene->frame), crmv_frame_rows(scene->outcome));
    for (int64_t row = 0; row < crmv_frame_rows(scene->frame); row++) {
        if (population[row] == 1 && (held_out <= 0 || crmv_frame_held_out(scene->frame, row, held_out) == 1)) {
            scores[count] = column[row] == MISSING ? (double)NAN : (double)column[row];
            happened[count++] = outcomes[row];
        }
    }
    crmv_prediction found = {.struct_size = sizeof found};
    assert_int_equal(crmv_predict_measure(scores, happened, count, NULL, &found, NULL), CRMV_OK);
    return found;
}

static void assert_row(const json_t *tree, const char *name, const crmv_prediction *expected) {
    const json_t *row = row_of(tree, name);
    assert_non_null(row);
    assert_int_equal(json_integer_value(json_object_get(row, "customers")), expected->customers);
    assert_true(fabs(number_at(row, "spearman") - expected->spearman) < 1e-14);
    assert_true(fabs(number_at(row, "gini") - expected->gini) < 1e-12);
    const json_t *lift = json_object_get(row, "lift");
    assert_int_equal(json_array_size(lift), expected->deciles);
    for (int32_t i = 0; i < expected->deciles; i++) {
        assert_true(fabs(json_number_value(json_array_get(lift, (size_t)i)) - expected->lift[i]) < 1e-12);
    }
}

/* The same book scored by a model whose weights are written down as equal. */
static void assert_equal_weights(const report_scene *scene, const json_t *tree, double held_out) {
    static const char equal[] =
        "{'crmvalue': 1, 'money': {'currency': 'EUR'}, 'window': {'months': 12}, 'metrics': {"
        "'revenue': {'sum': 'revenue', 'scale': {'line': [[0, 0], [1, 1]]}}, "
        "'days': {'count': 'purchase_days'}, 'recency': {'recency': 'days'}, 'mood': {'attribute': 'mood'}}, "
        "'indexes': {'habit': {'weights': {'days': 1, 'recency': 1}}, "
        "'score': {'weights': {'revenue': 1, 'habit': 1, 'mood': 1}}}}";
    json_error_t error;
    char *text = malloc(sizeof equal);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof equal; i++) {
        text[i] = equal[i] == '\'' ? '"' : equal[i];
    }
    json_t *model = json_loads(text, 0, &error);
    free(text);
    assert_non_null(model);
    /* The scales are those that were found. */
    int64_t length = 0;
    crmv_model_print(scene->model, NULL, 0, &length);
    char *printed = malloc((size_t)length + 1);
    assert_int_equal(crmv_model_print(scene->model, printed, length + 1, NULL), CRMV_OK);
    json_t *fitted = json_loads(printed, 0, &error);
    free(printed);
    const char *name;
    json_t *card;
    json_object_foreach(json_object_get(model, "metrics"), name, card) {
        json_t *scale = json_object_get(json_object_get(json_object_get(fitted, "metrics"), name), "scale");
        json_t *found = json_object_get(scale, "fitted");
        json_t *plain = found ? json_object() : json_deep_copy(scale);
        static const char *const kinds[] = {"line", "bands"};
        for (size_t i = 0; found && i < 2; i++) {
            if (json_object_get(found, kinds[i])) {
                json_object_set(plain, kinds[i], json_object_get(found, kinds[i]));
            }
        }
        json_object_set_new(card, "scale", plain);
    }
    char *dumped = json_dumps(model, 0);
    crmv_model *parsed = NULL;
    assert_int_equal(crmv_model_parse(dumped, -1, &parsed, NULL), CRMV_OK);
    crmv_scores *scores = scores_of(parsed, scene->frame);
    const crmv_prediction expected = measured(scene, crmv_scores_exact(scores, "score"), held_out);
    assert_row(tree, "equal weights", &expected);
    crmv_scores_free(scores);
    crmv_model_free(parsed);
    free(dumped);
    json_decref(model);
    json_decref(fitted);
}

static void rows_are_what_their_columns_measure(void **state) {
    (void)state;
    report_scene scene = scene_of(scene_model);
    json_t *tree = tree_of_scene(&scene, true);
    crmv_scores *scores = scores_of(scene.model, scene.frame);
    static const char *const names[][2] = {{"score", "score"},      {"habit", "habit"},
                                           {"days", "points_days"}, {"recency", "points_recency"},
                                           {"mood", "points_mood"}, {"revenue", "points_revenue"}};
    for (int32_t i = 0; i < COUNT_OF(names); i++) {
        const crmv_prediction expected = measured(&scene, crmv_scores_exact(scores, names[i][1]), 0);
        assert_row(tree, names[i][0], &expected);
    }
    const crmv_prediction revenue = measured(&scene, crmv_frame_amount(scene.frame, "revenue"), 0);
    assert_row(tree, "last period's revenue", &revenue);
    assert_equal_weights(&scene, tree, 0);
    assert_null(row_of(tree, "last period's contribution")); /* no cost is known */
    crmv_scores_free(scores);
    json_decref(tree);
    scene_clear(&scene);
}

/* Of an outcome of which less is better the order is looked at the other way round. */
static void an_outcome_of_which_less_is_better_is_judged_the_other_way_round(void **state) {
    (void)state;
    static const char more[] =
        "{'crmvalue': 1, 'window': {'months': 12}, 'metrics': {'revenue': {'sum': 'revenue', 'scale': "
        "{'line': [[0, 0], [1000, 100]]}}, 'mood': {'attribute': 'mood'}}, 'indexes': {'score': {'weights': "
        "{'revenue': 1}}}, 'outcomes': {'after': {'months': 6}, 'metrics': {'next': {'recency': 'days'}}}}";
    static const char less[] =
        "{'crmvalue': 1, 'window': {'months': 12}, 'metrics': {'revenue': {'sum': 'revenue', 'scale': "
        "{'line': [[0, 0], [1000, 100]]}}, 'mood': {'attribute': 'mood'}}, 'indexes': {'score': {'weights': "
        "{'revenue': 1}}}, 'outcomes': {'after': {'months': 6}, 'metrics': {'next': {'recency': 'days', 'better': "
        "'lower'}}}}";
    report_scene scene = scene_of(more), turned = scene_of(less);
    crmv_report *report = report_of(&turned, true, NULL, NULL);
    json_t *one = tree_of_scene(&scene, true), *other = tree_of(report);
    const json_t *row = row_of(one, "score"), *judged = row_of(other, "score");
    assert_true(number_at(row, "spearman") < 0 && number_at(row, "gini") < 0);
    assert_true(number_at(judged, "spearman") == -number_at(row, "spearman"));
    assert_true(number_at(judged, "gini") == -number_at(row, "gini"));
    assert_true(json_equal(json_object_get(judged, "lift"), json_object_get(row, "lift")));
    const json_t *told = json_array_get(json_object_get(other, "prediction"), 0);
    assert_string_equal(json_string_value(json_object_get(told, "better")), "lower");
    assert_non_null(strstr(crmv_report_table(report), "less is better"));
    assert_narrow(crmv_report_table(report));
    crmv_report_free(report);
    json_decref(one);
    json_decref(other);
    scene_clear(&scene);
    scene_clear(&turned);
}

/* ---- The verdict ------------------------------------------------------------------------------------------------- */

/* A score that prefers those who stay away: any baseline is better. */
static const char worse_model[] =
    "{'crmvalue': 1, 'window': {'months': 12}, 'metrics': {'revenue': {'sum': 'revenue', 'scale': "
    "{'line': [[0, 0], [1000, 100]]}}, 'recency': {'recency': 'days', 'scale': {'line': [[0, 0], [900, 100]]}}, "
    "'mood': {'attribute': 'mood', 'scale': {'line': [[1, 0], [5, 100]]}}},"
    "'indexes': {'score': {'weights': {'revenue': 1, 'recency': 99}}},"
    "'outcomes': {'after': {'months': 6}, 'metrics': {'orders': {'count': 'documents'}, 'next': {'sum': 'revenue'}}}}";

static void a_score_that_orders_the_wrong_way_round_is_the_first_line(void **state) {
    (void)state;
    report_scene scene = scene_of(worse_model);
    crmv_report *report = report_of(&scene, true, NULL, NULL);
    json_t *tree = tree_of(report);
    const json_t *next = json_array_get(json_object_get(tree, "prediction"), 1);
    assert_true(begins_with(crmv_report_table(report), "The score orders next the wrong way round: Spearman -0."));
    assert_non_null(strstr(json_string_value(json_object_get(next, "verdict")),
                           " A baseline orders it better: equal weights and last period's revenue, "));
    assert_true(json_is_true(json_object_get(next, "wrong_way_round")));
    assert_true(json_is_true(json_object_get(next, "baseline_wins")));
    assert_string_equal(json_string_value(json_object_get(next, "winner")), "last period's revenue");
    /* No document was ever named: of this outcome nothing can be told, so it comes behind. */
    assert_non_null(strstr(crmv_report_table(report), "\nHow the score orders orders cannot be told"));
    assert_narrow(crmv_report_table(report));
    json_decref(tree);
    crmv_report_free(report);
    scene_clear(&scene);
}

static void a_score_of_equal_weights_is_not_compared_with_itself(void **state) {
    (void)state;
    report_scene scene =
        scene_of("{'crmvalue': 1, 'metrics': {'revenue': {'sum': 'revenue', 'scale': {'line': [[0, 0], [1000, 100]]}}, "
                 "'mood': {'attribute': 'mood'}}, 'indexes': {'score': {'weights': {'revenue': 3}}}, "
                 "'outcomes': {'after': {'months': 6}, 'metrics': {'next': {'sum': 'revenue'}}}}");
    crmv_report *report = report_of(&scene, true, NULL, NULL);
    json_t *tree = tree_of(report);
    assert_null(row_of(tree, "equal weights"));
    assert_non_null(row_of(tree, "revenue so far"));
    assert_null(json_object_get(tree, "tiers"));
    assert_null(json_object_get(tree, "robustness"));
    assert_non_null(strstr(json_string_value(json_object_get(tree, "verdict")), ", on 60 customers."));
    json_decref(tree);
    crmv_report_free(report);
    scene_clear(&scene);
}

/* ---- Held out ---------------------------------------------------------------------------------------------------- */

static void only_customers_who_were_held_out_are_looked_at(void **state) {
    (void)state;
    report_scene scene = held_out_scene();
    crmv_report *report = report_of(&scene, true, NULL, NULL);
    json_t *tree = tree_of(report);
    const json_t *next = json_array_get(json_object_get(tree, "prediction"), 0);
    crmv_scores *scores = scores_of(scene.model, scene.frame);
    const crmv_prediction expected = measured(&scene, crmv_scores_exact(scores, "score"), 40);
    char sample[64];
    assert_row(tree, "score", &expected);
    assert_equal_weights(&scene, tree, 40);
    assert_true(number_at(next, "held_out") == 40);
    assert_true(expected.customers > 10 && expected.customers < 40);
    snprintf(sample, sizeof sample, ", on %d customers held out.", (int)expected.customers);
    assert_non_null(strstr(json_string_value(json_object_get(tree, "verdict")), sample));
    crmv_scores_free(scores);
    json_decref(tree);
    crmv_report_free(report);
    scene_clear(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_what_their_columns_measure),
        cmocka_unit_test(an_outcome_of_which_less_is_better_is_judged_the_other_way_round),
        cmocka_unit_test(a_score_that_orders_the_wrong_way_round_is_the_first_line),
        cmocka_unit_test(a_score_of_equal_weights_is_not_compared_with_itself),
        cmocka_unit_test(only_customers_who_were_held_out_are_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
