/* Holds the documentation to the tables that models are read by: docs/model.md is the only argument. */
#include "model/vocabulary.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>

static char *documentation;

static const crmvi_vocabulary *const vocabularies[] = {
    &crmvi_model_vocabulary,
    &crmvi_money_vocabulary,
    &crmvi_input_vocabulary,
    &crmvi_customers_vocabulary,
    &crmvi_transactions_vocabulary,
    &crmvi_receivables_vocabulary,
    &crmvi_events_vocabulary,
    &crmvi_rates_vocabulary,
    &crmvi_age_vocabulary,
    &crmvi_calendar_vocabulary,
    &crmvi_year_end_vocabulary,
    &crmvi_finance_cost_vocabulary,
    &crmvi_window_vocabulary,
    &crmvi_rate_period_vocabulary,
    &crmvi_span_vocabulary,
    &crmvi_card_vocabulary,
    &crmvi_missing_vocabulary,
    &crmvi_scale_vocabulary,
    &crmvi_band_vocabulary,
    &crmvi_index_vocabulary,
    &crmvi_unrated_vocabulary,
    &crmvi_tiers_vocabulary,
    &crmvi_segment_vocabulary,
    &crmvi_grid_vocabulary,
    &crmvi_case_vocabulary,
    &crmvi_rule_vocabulary,
    &crmvi_condition_vocabulary,
    &crmvi_then_vocabulary,
    &crmvi_weights_vocabulary,
    &crmvi_fitted_vocabulary,
    &crmvi_outcomes_vocabulary,
    &crmvi_lifetime_vocabulary,
    &crmvi_spend_vocabulary,
    &crmvi_fitted_lifetime_vocabulary,
    &crmvi_fitted_spend_vocabulary,
    &crmvi_stretch_vocabulary,
    &crmvi_ask_vocabularies[CRMVI_ASK_PERCENTILE],
    &crmvi_ask_vocabularies[CRMVI_ASK_MIN_MAX],
    &crmvi_ask_vocabularies[CRMVI_ASK_Z_SCORE],
    &crmvi_ask_vocabularies[CRMVI_ASK_LOGARITHM],
    &crmvi_ask_vocabularies[CRMVI_ASK_QUANTILE_BANDS],
    &crmvi_ask_vocabularies[CRMVI_ASK_OPTIMAL_BANDS],
    &crmvi_ask_vocabularies[CRMVI_ASK_ABC],
    &crmvi_ask_vocabularies[CRMVI_ASK_EQUAL],
    &crmvi_ask_vocabularies[CRMVI_ASK_AHP],
    &crmvi_ask_vocabularies[CRMVI_ASK_OUTCOME],
};

/* The word stands there as `word` or as "word". */
static void expect_word(const char *word) {
    char code[64];
    char text[64];
    snprintf(code, sizeof code, "`%s`", word);
    snprintf(text, sizeof text, "\"%s\"", word);
    if (strstr(documentation, code) == NULL && strstr(documentation, text) == NULL) {
        fail_msg("docs/model.md does not mention %s", word);
    }
}

static void expect_words(const char *const *words, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        expect_word(words[i]);
    }
}

static void expect_key(const crmvi_vocabulary *vocabulary, const char *name) {
    int32_t found = 0;
    for (int32_t i = 0; i < vocabulary->count; i++) {
        found += strcmp(vocabulary->keys[i].name, name) == 0;
    }
    assert_int_equal(found, 1);
}

static void each_key_of_each_object_is_documented(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof vocabularies / sizeof vocabularies[0]; i++) {
        for (int32_t j = 0; j < vocabularies[i]->count; j++) {
            expect_word(vocabularies[i]->keys[j].name);
        }
    }
}

static void each_operator_measure_detail_unit_role_and_kind_is_documented(void **state) {
    (void)state;
    expect_words(crmvi_operator_names, CRMVI_OPERATORS);
    expect_words(crmvi_measure_names, CRMVI_MEASURES);
    expect_words(crmvi_count_names, CRMVI_COUNTS);
    expect_words(crmvi_time_unit_names, CRMVI_TIME_UNITS);
    expect_words(crmvi_gap_names, CRMVI_GAPS);
    expect_words(crmvi_overdue_names, CRMVI_OVERDUES);
    expect_words(crmvi_receivable_names, CRMVI_RECEIVABLE_DETAILS);
    expect_words(crmvi_event_detail_names, CRMVI_EVENT_DETAILS);
    expect_words(crmvi_lifetime_detail_names, CRMVI_LIFETIME_DETAILS);
    expect_words(crmvi_lifetime_unit_names, CRMVI_LIFETIME_UNITS);
    expect_words(crmvi_role_names, CRMVI_ROLES);
    expect_words(crmvi_item_feed_names, CRMVI_ITEM_FEEDS);
    expect_words(crmvi_table_role_names, CRMVI_TABLE_ROLES);
    expect_words(crmvi_kind_names, CRMVI_KINDS);
}

/* Each request is documented, and a key of what it can stand in. */
static void each_request_is_documented_and_a_key_of_what_it_stands_in(void **state) {
    static const struct {
        int32_t first, end;
        const crmvi_vocabulary *holders[2];
    } spans[] = {{CRMVI_ASK_PERCENTILE, CRMVI_ASK_SHARES, {&crmvi_scale_vocabulary, &crmvi_scale_vocabulary}},
                 {CRMVI_ASK_SHARES, CRMVI_ASK_EQUAL, {&crmvi_tiers_vocabulary, &crmvi_segment_vocabulary}},
                 {CRMVI_ASK_EQUAL, CRMVI_ASK_LIFETIME, {&crmvi_weights_vocabulary, &crmvi_weights_vocabulary}}};
    (void)state;
    expect_words(crmvi_ask_names + 1, CRMVI_ASKS - 1);
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        for (int32_t kind = spans[i].first; kind < spans[i].end; kind++) {
            for (int32_t j = 0; j < 2; j++) {
                expect_key(spans[i].holders[j], crmvi_ask_names[kind]);
            }
        }
    }
}

/* Roles stand twice: as names, and as keys of the feed, each needed or not. */
static void the_roles_of_items_are_the_keys_of_their_feeds(void **state) {
    (void)state;
    for (int32_t feed = 0; feed < CRMVI_ITEM_FEEDS; feed++) {
        const crmvi_vocabulary *vocabulary = crmvi_item_vocabularies[feed];
        for (int32_t i = 0; i < CRMVI_ITEM_ROLES && crmvi_item_role_names[feed][i] != NULL; i++) {
            const crmvi_key *key = vocabulary->keys;
            while (strcmp(key->name, crmvi_item_role_names[feed][i]) != 0) {
                assert_true(++key < vocabulary->keys + vocabulary->count);
            }
            assert_int_equal(key->needed, crmvi_item_role_required[feed][i]);
            assert_int_equal(key->offset, offsetof(crmvi_item_layout, columns) + (size_t)i * sizeof(char *));
        }
    }
}

/* The library's names of models and parameters are the words of the file. */
static void expect_models(const crmvi_fitted_words *models, int32_t count, const char *(*name)(int32_t),
                          int32_t (*parameters)(int32_t), const char *(*parameter)(int32_t, int32_t)) {
    for (int32_t i = 1; i <= count; i++) {
        expect_word(models[i].name);
        assert_string_equal(name(i), models[i].name);
        assert_int_equal(parameters(i), models[i].count);
        for (int32_t j = 0; j < models[i].count; j++) {
            expect_word(models[i].parameters[j]);
            assert_string_equal(parameter(i, j), models[i].parameters[j]);
        }
    }
    assert_null(name(0));
    assert_null(name(count + 1));
}

static void models_and_their_parameters_are_called_as_the_library_calls_them(void **state) {
    (void)state;
    expect_models(crmvi_process_words, CRMVI_CANDIDATES, crmv_lifetime_name, crmv_lifetime_parameters,
                  crmv_lifetime_parameter);
    expect_models(crmvi_spend_words, CRMVI_SPEND_MODELS, crmv_spend_name, crmv_spend_parameters, crmv_spend_parameter);
}

static void no_object_has_a_key_twice_and_no_key_is_a_note(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof vocabularies / sizeof vocabularies[0]; i++) {
        const crmvi_vocabulary *vocabulary = vocabularies[i];
        for (int32_t j = 0; j < vocabulary->count; j++) {
            assert_false(crmvi_is_note(vocabulary->keys[j].name));
            for (int32_t k = 0; k < j; k++) {
                assert_string_not_equal(vocabulary->keys[j].name, vocabulary->keys[k].name);
            }
        }
    }
}

static void each_operator_is_a_key_of_the_card(void **state) {
    (void)state;
    for (int32_t i = 0; i < CRMVI_OPERATORS; i++) {
        expect_key(&crmvi_card_vocabulary, crmvi_operator_names[i]);
    }
}

static char *text_of_file(const char *path) {
    enum { MOST = 1 << 20 };
    FILE *file = fopen(path, "rb");
    char *text = file != NULL ? calloc(1, MOST) : NULL;
    if (text == NULL || fread(text, 1, MOST - 1, file) == 0) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return text;
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_of_each_object_is_documented),
        cmocka_unit_test(each_operator_measure_detail_unit_role_and_kind_is_documented),
        cmocka_unit_test(each_request_is_documented_and_a_key_of_what_it_stands_in),
        cmocka_unit_test(the_roles_of_items_are_the_keys_of_their_feeds),
        cmocka_unit_test(models_and_their_parameters_are_called_as_the_library_calls_them),
        cmocka_unit_test(no_object_has_a_key_twice_and_no_key_is_a_note),
        cmocka_unit_test(each_operator_is_a_key_of_the_card),
    };
    if (argc != 2) {
        fprintf(stderr, "usage: test_vocabulary docs/model.md\n");
        return 1;
    }
    documentation = text_of_file(argv[1]);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(documentation);
    return failed;
}
