/*
 * The report of a fit: a small book whose report was read line by line, and what it promises whatever the data are.
 * Ranks and sums in it are compared with those of columns that are put together here.
 */
#include "failing_memory.h"
#include "report_scene.h"

/* Read line by line when it was put here. */
static const char small_book[] =
    "The score orders next better than equal weights and than last period's revenue: Spearman 0.602\n"
    "against 0.580 and 0.582, on 57 customers: what was found comes from the same customers, but nothing\n"
    "was fitted to this outcome. The differences from equal weights and last period's revenue may be\n"
    "chance: they are 1.3 and 0.7 standard errors wide. By Gini it is otherwise: 0.155 for last period's\n"
    "revenue against 0.149 for the score.\n"
    "\n"
    "Model      small, 2ac295afb582936bf70d3cdca64dc157\n"
    "As of      2023-12-31, input ledger 1234; crmvalue 0.1.0\n"
    "Customers  60, 57 in the population, 57 rated; 3 too new\n"
    "\n"
    "Warnings\n"
    "  metrics.revenue.scale: the line misses some customers by more than 5 percent of the points: with\n"
    "    more knots it would come nearer to them\n"
    "  metrics.mood: missing for 66.7 percent of the customers (40 of 60)\n"
    "\n"
    "How next until 2024-06-30 is ordered, on 57 customers; lift: mean of each tenth by the mean of all\n"
    "                         Spearman   Gini  1st  2nd  3rd  4th  5th  6th  7th  8th  9th  10th\n"
    "  score                     0.602  0.149  2.0  1.0  1.6  1.3  0.3  0.5  0.4  0.4  0.2   2.4\n"
    "  equal weights             0.580  0.122  1.8  1.1  1.6  1.1  0.5  0.5  0.4  0.4  0.2   2.4\n"
    "  last period's revenue     0.582  0.155  1.8  1.5  1.2  1.0  0.5  0.7  0.3  0.5  0.9   1.6\n"
    "  index habit               0.520  0.074  1.6  1.5  1.4  0.8  0.7  0.4  0.6  0.5  0.3   2.3\n"
    "  metric revenue            0.582  0.155  1.8  1.5  1.2  1.0  0.5  0.7  0.3  0.5  0.9   1.6\n"
    "  metric days               0.541  0.111  1.3  1.3  1.3  1.3  0.6  0.6  0.5  0.6  1.2   1.2\n"
    "  metric recency (53)       0.342  0.392  0.9  2.0  1.6  0.9  1.5  0.8  0.8  0.6  0.8   0.4\n"
    "  metric mood (19)          0.451  0.493  1.8  1.8  1.3  0.8  1.1  1.4  0.8  0.8  0.2   0.2\n"
    "\n"
    "Found\n"
    "  metrics.revenue.scale (percentile, from 57 customers): a line through 8 knots, from 0 (7.89474\n"
    "    points) to 1213.36 (99.1228 points); largest error 5.3357 percent\n"
    "  metrics.days.scale (quantile_bands, from 57 customers): 0 points, 33.3333 from 2, 66.6667 from 4,\n"
    "    100 from 6\n"
    "  metrics.recency.scale (min_max, from 53 customers): a line through 2 knots, from 0 (100 points) to\n"
    "    656 (0 points)\n"
    "  indexes.habit.weights (entropy, from 57 customers): days 85.18, recency 14.82\n"
    "  tiers (shares, from 57 customers): gold from 93.5539, silver from 65.9019, basic\n"
    "\n"
    "Points (% low, % high: customers at the ends of what can be earned)\n"
    "           customers  missing  lowest  quarter  median  three q.  highest  mean  % low  % high\n"
    "  revenue         57        0     7.9     26.2    55.3      74.7     99.1  51.3   15.8     1.8\n"
    "  days            57        0     0.0     33.3    66.7     100.0    100.0  56.7   22.8    38.6\n"
    "  recency         53        4     0.0     73.0    89.5      97.3    100.0  81.0    1.9     1.9\n"
    "  mood            19       38     0.0     25.0    50.0      75.0    100.0  50.0   21.1    21.1\n"
    "  habit           57        0     0.0     37.1    69.8      99.0     99.9  59.5    8.8     0.0\n"
    "  score           57        0     4.6     30.8    55.7      78.7     97.8  53.6    0.0     0.0\n"
    "\n"
    "Correlations of points\n"
    "                 1     2     3     4     5\n"
    "  1  revenue\n"
    "  2  days     0.82\n"
    "  3  recency  0.59  0.67\n"
    "  4  mood     0.59  0.22  0.36\n"
    "  5  habit    0.82  1.00  0.73  0.22\n"
    "  6  score    0.97  0.91  0.67  0.64  0.92\n"
    "\n"
    "Tiers, goodness of variance fit 0.689; money in EUR\n"
    "           from  customers     %  mean score   revenue\n"
    "  gold    93.55          6  10.5        95.5  5,543.71\n"
    "  silver  65.90         17  29.8        79.1  8,443.08\n"
    "  basic       -         34  59.6        33.5  4,551.12\n"
    "\n"
    "Customers who would change tier with one weight 10 % less, 10 % more, or 0\n"
    "                  weight  less: up  down  more: up  down  without: up  down\n"
    "  habit: days      85.18         0     3         0     0            5     3\n"
    "  habit: recency   14.82         0     0         0     3            0     1\n"
    "  score: habit     30.00         0     4         0     0            2     8\n"
    "  score: mood      20.00         0     1         0     0            4     2\n"
    "  score: revenue   50.00         0     0         0     3           15     2\n";

static void the_report_of_a_small_book_reads_so(void **state) {
    (void)state;
    report_scene scene = scene_of(scene_model);
    crmv_report *report = report_of(&scene, true, "ledger 1234", NULL);
    assert_string_equal(crmv_report_table(report), small_book);
    assert_narrow(crmv_report_table(report));
    crmv_report_free(report);
    scene_clear(&scene);
}

/* ---- What it counts ---------------------------------------------------------------------------------------------- */

static void tiers_and_points_add_up_to_the_summaries(void **state) {
    (void)state;
    report_scene scene = scene_of(scene_model);
    json_t *tree = tree_of_scene(&scene, false);
    crmv_scores *scores = scores_of(scene.model, scene.frame);
    crmv_group groups[4] = {{.struct_size = sizeof(crmv_group)}};
    int32_t count = 0;
    assert_int_equal(crmv_scores_summary(scores, CRMV_TIERS, 0, groups, 4, &count), CRMV_OK);
    const json_t *classes = json_object_get(json_object_get(tree, "tiers"), "classes");
    assert_int_equal(json_array_size(classes), 3);
    for (int32_t i = 0; i < 3; i++) {
        const json_t *one = json_array_get(classes, (size_t)i);
        char revenue[64];
        snprintf(revenue, sizeof revenue, "%d.%02d", (int)(groups[i].revenue_low / 100),
                 (int)(groups[i].revenue_low % 100));
        assert_int_equal(json_integer_value(json_object_get(one, "customers")), groups[i].customers);
        assert_string_equal(json_string_value(json_object_get(one, "revenue")), revenue);
        assert_true(fabs(number_at(one, "mean_score") * 1e6 - (double)groups[i].mean_score) < 1e-3);
    }
    const json_t *customers = json_object_get(tree, "customers");
    assert_int_equal(number_at(customers, "in_frame"), 60);
    assert_int_equal(number_at(customers, "in_population"), 60 - groups[3].too_new);
    const json_t *mood = json_object_get(json_object_get(tree, "points"), "mood");
    assert_int_equal(number_at(mood, "customers") + number_at(mood, "missing"), number_at(customers, "in_population"));
    crmv_scores_free(scores);
    json_decref(tree);
    scene_clear(&scene);
}

static void without_an_outcome_it_says_from_whom_it_was_found(void **state) {
    (void)state;
    report_scene scene = scene_of(scene_model);
    crmv_report *report = report_of(&scene, false, NULL, NULL);
    json_t *tree = tree_of(report);
    assert_true(begins_with(crmv_report_table(report), "Found from 57 customers as of 2023-12-31.\n"));
    assert_string_equal(json_string_value(json_object_get(tree, "verdict")),
                        "Found from 57 customers as of 2023-12-31.");
    assert_null(json_object_get(tree, "prediction"));
    assert_true(json_is_null(json_object_get(tree, "input")));
    assert_int_equal(json_string_length(json_object_get(tree, "population")), 32);
    assert_true(json_is_null(json_object_get(tree, "outcome")));
    json_decref(tree);
    crmv_report_free(report);
    scene_clear(&scene);
}

/* ---- Warnings ---------------------------------------------------------------------------------------------------- */

static void what_finders_remark_and_what_is_odd_are_warnings(void **state) {
    (void)state;
    report_scene scene = held_out_scene();
    json_t *tree = tree_of_scene(&scene, true);
    assert_true(is_warned(tree, "indexes.score.weights.held_out", "first"));
    assert_true(is_warned(tree, "indexes.score.weights", "second"));
    assert_true(is_warned(tree, "indexes.score.weights.members[\"a b\"]", "third"));
    assert_true(is_warned(tree, "indexes.score.weights", "was found as of 2022-12-31"));
    assert_false(is_warned(tree, "metrics.days.scale", "flatters itself"));
    assert_true(is_warned(tree, "metrics.mood", "missing for 66.7 percent"));
    assert_false(is_warned(tree, "customers", ""));
    json_decref(tree);
    scene_clear(&scene);
}

/* The model with an answer to the request at a place; the scene's own is freed. */
static void answer(report_scene *scene, const char *place, const char *fitted) {
    crmv_model *answered = NULL;
    crmv_error error = {.struct_size = sizeof error};
    for (int32_t i = 0; i < crmv_model_requests(scene->model) && answered == NULL; i++) {
        crmv_request request = {.struct_size = sizeof request};
        assert_int_equal(crmv_model_request(scene->model, i, &request), CRMV_OK);
        if (strcmp(request.place, place) == 0 &&
            crmv_model_answer(scene->model, i, fitted, -1, &answered, &error) != CRMV_OK) {
            fail_msg("%s: %s", error.place, error.message);
        }
    }
    assert_non_null(answered);
    crmv_model_free(scene->model);
    scene->model = answered;
}

static void judgements_and_tiers_that_fall_together_are_told_in_words(void **state) {
    (void)state;
    report_scene scene =
        scene_of("{'crmvalue': 1, 'metrics': {'revenue': {'sum': 'revenue', 'scale': {'line': [[0, 0], [1000, 100]]}}, "
                 "'days': {'count': 'purchase_days', 'scale': {'line': [[0, 0], [9, 100]]}}}, 'indexes': {'score': "
                 "{'weights': {'ahp': {'of': ['revenue', 'days'], 'judgements': [['days', 'revenue', 0.2]]}}}}, "
                 "'tiers': {'shares': [['A', 1], ['B', 1], ['C', null]]}}");
    answer(&scene, "indexes.score.weights",
           "{\"weights\": {\"revenue\": 83.333333, \"days\": 16.666667}, \"found\": {\"consistency_ratio\": 0.25, "
           "\"worst\": {\"judgement\": [\"days\", \"revenue\", 0.2], \"would_agree\": 1.5}}}");
    answer(&scene, "tiers",
           "{\"cuts\": [[\"A\", 100.000001], [\"B\", 100], [\"C\", null]], \"found\": {\"customers\": [0, 4, 56]}}");
    crmv_report *report = report_of(&scene, false, NULL, NULL);
    assert_non_null(
        strstr(crmv_report_table(report),
               "  indexes.score.weights (ahp): revenue 83.33, days 16.67; consistency ratio 0.250; least in\n"
               "    agreement [\"days\", \"revenue\", 0.2], where 1.5 would agree with the others\n"
               "  tiers (shares): A from 100.000001 (nobody), B from 100, C\n"));
    crmv_report_free(report);
    answer(&scene, "tiers", "{\"cuts\": [[\"A\", 100], [\"B\", 99.999999], [\"C\", null]]}");
    report = report_of(&scene, false, NULL, NULL);
    assert_non_null(strstr(crmv_report_table(report), "  tiers (shares): A from 100, B from 99.999999, C\n"));
    crmv_report_free(report);
    scene_clear(&scene);
}

static void few_customers_and_even_points_are_warnings(void **state) {
    (void)state;
    static const double values[] = {1, 2, 3, 4, 5};
    static const char text[] = "{'crmvalue': 1, 'metrics': {'flat': {'attribute': 'v', 'scale': {'line': [[100, 1], "
                               "[200, 2]]}}}, 'indexes': {'score': {'weights': {'flat': 1}}}}";
    const crmv_column column = numbers_column("v", values);
    report_scene scene = {.model = model_of(text)};
    scene.frame = frame_of(scene.model, &column, 1, 5, CRMV_NO_DATE);
    crmv_report *report = report_of(&scene, false, NULL, NULL);
    json_t *tree = tree_of(report);
    assert_true(is_warned(tree, "customers", "only 5 customers"));
    assert_true(is_warned(tree, "metrics.flat", "all 5 customers who have it earn the same points"));
    assert_true(json_is_null(
        json_array_get(json_array_get(json_object_get(json_object_get(tree, "correlations"), "pearson"), 0), 1)));
    assert_true(begins_with(crmv_report_table(report), "Found from 5 customers.\n"));
    json_decref(tree);
    crmv_report_free(report);
    scene_clear(&scene);
}

/* ---- Promises ---------------------------------------------------------------------------------------------------- */

static void it_is_the_same_bytes_at_any_number_of_threads(void **state) {
    (void)state;
    report_scene scene = scene_of(scene_model);
    crmv_report *one = report_of(&scene, true, NULL, NULL);
    for (int32_t threads = 2; threads <= 9; threads += 7) {
        const crmv_options options = {.struct_size = sizeof options, .threads = threads};
        crmv_report *many = report_of(&scene, true, NULL, &options);
        assert_string_equal(crmv_report_json(one), crmv_report_json(many));
        assert_string_equal(crmv_report_table(one), crmv_report_table(many));
        crmv_report_free(many);
    }
    crmv_report_free(one);
    scene_clear(&scene);
}

/* Thirty metrics with long names that hold what terminals and JSON take amiss. */
static void long_names_and_many_metrics_stay_within_the_width(void **state) {
    (void)state;
    enum { METRICS = 30, CUSTOMERS = 40 };
    static char text[METRICS * 400 + 1000];
    static double values[METRICS][CUSTOMERS];
    static char names[METRICS][8];
    crmv_column columns[METRICS];
    size_t used = (size_t)snprintf(text, sizeof text, "{'crmvalue': 1, 'metrics': {");
    uint64_t chance = 3;
    for (int32_t i = 0; i < METRICS; i++) {
        snprintf(names[i], sizeof names[i], "a%d", (int)i);
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "%s'%d %080d': {'attribute': '%s', 'scale': {'line': [[0, 0], [99, 100]]}}",
                                 i > 0 ? ", " : "", (int)i, 0, names[i]);
        for (int32_t k = 0; k < CUSTOMERS; k++) {
            values[i][k] = chance_below(&chance, 100);
        }
        columns[i] = numbers_column(names[i], values[i]);
    }
    used += (size_t)snprintf(text + used, sizeof text - used, "}, 'indexes': {'score': {'weights': {");
    for (int32_t i = 0; i < METRICS; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s'%d %080d': %d", i > 0 ? ", " : "", (int)i, 0,
                                 (int)i + 1);
    }
    snprintf(text + used, sizeof text - used,
             "}}}, 'tiers': {'cuts': [['the\\nbest\\u001b[31m', 60], ['others', null]]}}");
    report_scene scene = {.model = model_of(text)};
    scene.frame = frame_of(scene.model, columns, METRICS, CUSTOMERS, CRMV_NO_DATE);
    crmv_report *report = report_of(&scene, false, "a\tb", NULL);
    assert_narrow(crmv_report_table(report));
    assert_non_null(strstr(crmv_report_table(report), "the?best?[31m"));
    assert_null(strchr(crmv_report_table(report), '\t'));
    json_decref(tree_of(report));
    crmv_report_free(report);
    scene_clear(&scene);
}

static void nobody_at_all_is_a_report_too(void **state) {
    (void)state;
    static const char text[] = "{'crmvalue': 1, 'metrics': {'v': {'attribute': 'v', 'scale': {'line': [[0, 0], "
                               "[1, 1]]}}}, 'indexes': {'score': {'weights': {'v': 1}}}, 'tiers': {'cuts': "
                               "[['a', 0.5], ['b', null]]}}";
    static const double none[] = {0};
    const crmv_column column = numbers_column("v", none);
    report_scene scene = {.model = model_of(text)};
    scene.frame = frame_of(scene.model, &column, 1, 0, CRMV_NO_DATE);
    crmv_report *report = report_of(&scene, false, NULL, NULL);
    json_t *tree = tree_of(report);
    assert_true(begins_with(crmv_report_table(report), "Found from 0 customers.\n"));
    assert_true(json_is_null(json_object_get(json_object_get(tree, "tiers"), "variance_fit")));
    json_decref(tree);
    crmv_report_free(report);
    scene_clear(&scene);
}

static void a_model_of_metrics_alone_has_points_and_no_more(void **state) {
    (void)state;
    static const char text[] = "{'crmvalue': 1, 'metrics': {'v': {'attribute': 'v', 'scale': {'line': [[0, 0], "
                               "[1, 1]]}}}}";
    static const double values[] = {0, 0.5, 1};
    const crmv_column column = numbers_column("v", values);
    report_scene scene = {.model = model_of(text)};
    scene.frame = frame_of(scene.model, &column, 1, 3, CRMV_NO_DATE);
    json_t *tree = tree_of_scene(&scene, false);
    assert_true(number_at(json_object_get(json_object_get(tree, "points"), "v"), "mean") == 0.5);
    assert_null(json_object_get(tree, "tiers"));
    json_decref(tree);
    scene_clear(&scene);
}

/* What a report says it was found from, of customers with these texts as keys. */
static void population_hash(const char *const *keys, const double *moods, char hash[33]) {
    crmv_model *model =
        model_of("{'crmvalue': 1, 'metrics': {'mood': {'attribute': 'mood', 'scale': {'line': [[1, 0], [5, 100]]}}}, "
                 "'indexes': {'score': {'weights': {'mood': 1}}}}");
    const crmv_column table[] = {texts_column("customer", keys), numbers_column("mood", moods)};
    crmv_error error = {.struct_size = sizeof error};
    crmv_frame *frame = NULL;
    crmv_report *report = NULL;
    assert_int_equal(crmv_frame_derive(model, NULL, table, COUNT_OF(table), 3, SCENE_AS_OF, NULL, &frame, &error),
                     CRMV_OK);
    assert_int_equal(crmv_report_make(model, frame, NULL, NULL, NULL, &report, &error), CRMV_OK);
    json_t *tree = tree_of(report);
    snprintf(hash, 33, "%s", json_string_value(json_object_get(tree, "population")));
    json_decref(tree);
    crmv_report_free(report);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void what_it_was_found_from_is_told_by_text_keys_and_values(void **state) {
    (void)state;
    const char *const keys[] = {"aa", "b", "c"}, *const turned[] = {"c", "b", "aa"}, *const others[] = {"a", "ab", "c"};
    const double moods[] = {1, 2, 3}, turned_moods[] = {3, 2, 1};
    char hash[33], other[33];
    population_hash(keys, moods, hash);
    population_hash(turned, turned_moods, other);
    assert_string_equal(hash, other);
    population_hash(others, moods, other);
    assert_string_not_equal(hash, other);
    population_hash(keys, turned_moods, other);
    assert_string_not_equal(hash, other);
}

/* ---- Arguments and memory ---------------------------------------------------------------------------------------- */

static void arguments_that_cannot_be_meant_are_refused(void **state) {
    (void)state;
    report_scene scene = scene_of(scene_model);
    const crmv_options threads = {.struct_size = sizeof threads, .threads = -1};
    crmv_report *report = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_report_make(NULL, scene.frame, NULL, NULL, NULL, &report, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_report_make(scene.model, NULL, NULL, NULL, NULL, &report, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_report_make(scene.model, scene.frame, NULL, NULL, NULL, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_report_make(scene.model, scene.frame, NULL, "\xff", NULL, &report, &error),
                     CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "input");
    assert_int_equal(crmv_report_make(scene.model, scene.frame, NULL, NULL, &threads, &report, NULL),
                     CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_report_make(scene.model, scene.frame, scene.frame, NULL, NULL, &report, &error),
                     CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "outcome");
    assert_int_equal(crmv_report_make(scene.model, scene.outcome, NULL, NULL, NULL, &report, NULL), CRMV_BAD_ARGUMENT);
    assert_null(report);
    assert_null(crmv_report_json(NULL));
    assert_null(crmv_report_table(NULL));
    crmv_report_free(NULL);
    scene_clear(&scene);
}

static int32_t stop(void *context, const char *stage, double done) {
    (void)stage;
    (void)done;
    return --*(int32_t *)context < 0;
}

static void cancelling_leaves_nothing_behind(void **state) {
    (void)state;
    report_scene scene = scene_of(scene_model);
    int32_t calls = 0, status = CRMV_CANCELLED;
    for (; status == CRMV_CANCELLED && calls < 1000000; calls += 1 + calls / 10) {
        int32_t left = calls;
        const crmv_options options = {.struct_size = sizeof options, .context = &left, .progress = stop};
        crmv_report *report = NULL;
        const long before = standing;
        status = crmv_report_make(scene.model, scene.frame, scene.outcome, NULL, &options, &report, NULL);
        assert_true((status == CRMV_OK) == (report != NULL));
        crmv_report_free(report);
        assert_int_equal(standing, before);
    }
    assert_int_equal(status, CRMV_OK);
    assert_true(calls > 3);
    scene_clear(&scene);
}

/* Failures are tried one by one where they are few, and so far apart elsewhere that the test stays short. */
static void reporting_survives_each_failing_allocation(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the address sanitizer has a malloc of its own\n");
        skip();
    }
    report_scene scene = scene_of(scene_model);
    crmv_report *good = report_of(&scene, true, "i", NULL);
    int64_t failures = 0;
    for (long nth = 0;; nth += 1 + nth / 200) {
        crmv_report *report = NULL;
        crmv_error error = {.struct_size = sizeof error};
        const long before = standing;
        has_failed = false;
        until_failure = nth;
        armed = true;
        const int32_t status = crmv_report_make(scene.model, scene.frame, scene.outcome, "i", NULL, &report, &error);
        armed = false;
        if (status == CRMV_OK) {
            assert_string_equal(crmv_report_json(report), crmv_report_json(good));
            assert_string_equal(crmv_report_table(report), crmv_report_table(good));
        } else {
            assert_int_equal(status, CRMV_OUT_OF_MEMORY);
            assert_int_equal(error.status, CRMV_OUT_OF_MEMORY);
            assert_null(report);
            failures++;
        }
        crmv_report_free(report);
        assert_int_equal(standing, before);
        if (!has_failed) {
            break;
        }
    }
    assert_true(failures > 100);
    crmv_report_free(good);
    scene_clear(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_report_of_a_small_book_reads_so),
        cmocka_unit_test(tiers_and_points_add_up_to_the_summaries),
        cmocka_unit_test(without_an_outcome_it_says_from_whom_it_was_found),
        cmocka_unit_test(what_finders_remark_and_what_is_odd_are_warnings),
        cmocka_unit_test(judgements_and_tiers_that_fall_together_are_told_in_words),
        cmocka_unit_test(few_customers_and_even_points_are_warnings),
        cmocka_unit_test(it_is_the_same_bytes_at_any_number_of_threads),
        cmocka_unit_test(long_names_and_many_metrics_stay_within_the_width),
        cmocka_unit_test(nobody_at_all_is_a_report_too),
        cmocka_unit_test(a_model_of_metrics_alone_has_points_and_no_more),
        cmocka_unit_test(what_it_was_found_from_is_told_by_text_keys_and_values),
        cmocka_unit_test(arguments_that_cannot_be_meant_are_refused),
        cmocka_unit_test(cancelling_leaves_nothing_behind),
        cmocka_unit_test(reporting_survives_each_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
