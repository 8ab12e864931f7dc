#include "model/model.h"
#include "model_texts.h"

/* Whether what was parsed holds what the text says; parsing is strict, so that reading each word is worth a test. */

static const crmvi_metric *metric_of(const crmv_model *model, const char *name) {
    const int32_t position = crmvi_model_metric(model, name);
    assert_true(position >= 0);
    return &model->metrics[position];
}

/* ---- The top ----------------------------------------------------------------------------------------------------- */

static void the_smallest_model_has_the_defaults(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL("'metrics': {}"));
    assert_string_equal(crmv_model_name(model), "");
    assert_string_equal(crmv_model_currency(model), "");
    assert_int_equal(crmv_model_money_decimals(model), 2);
    assert_int_equal(crmv_model_price_decimals(model), 4);
    assert_int_equal(crmv_model_quantity_decimals(model), 3);
    assert_int_equal(crmv_model_needs_date(model), 0);
    assert_int_equal(model->root, -1);
    assert_false(model->only_table);
    assert_false(model->layout.mapped);
    assert_string_equal(crmv_model_setting(model, "transactions", "encoding"), "UTF-8");
    assert_string_equal(crmv_model_setting(model, "customers", "delimiter"), ",");
    crmv_model_free(model);
}

static void a_byte_order_mark_blanks_and_a_length_are_taken(void **state) {
    (void)state;
    crmv_model *model = NULL;
    const char json[] = "\xEF\xBB\xBF \t\r\n{\"crmvalue\":1,\"metrics\":{}}\n  and behind the length whatever";
    assert_int_equal(crmv_model_parse(json, 36, &model, NULL), CRMV_OK);
    crmv_model_free(model);
}

static void notes_and_keys_of_the_authors_own_stand_anywhere(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(
        "'notes': [1, {'a': 2}], 'x-owner': 'me', 'input': {'notes': 'n', 'customers': {'customer': 'c', 'x-1': 2}}, "
        "'metrics': {'notes': 'n', 'x-y': 3, 'a': {'notes': 4, 'sum': 'revenue', 'scale': {'notes': 5, 'bands': "
        "[{'notes': 6, 'points': 1}]}}}, 'indexes': {'notes': 7, 'score': {'notes': 8, 'weights': {'notes': 9, "
        "'a': 1}}}, 'tiers': {'notes': 1, 'cuts': [['t', null]]}, 'segments': {'x-z': 1, 's': {'notes': 1, "
        "'cases': [{'notes': 1, 'is': 'i', 'when': {'notes': 1, 'a': {'notes': 1, 'below': 3}}}]}}, 'rules': "
        "[{'notes': 1, 'name': 'r', 'when': {'x-': 1}, 'then': {'notes': 1, 'flag': true}}]"));
    assert_int_equal(crmv_model_count(model, CRMV_METRICS), 1);
    assert_int_equal(crmv_model_count(model, CRMV_INDEXES), 1);
    assert_int_equal(crmv_model_count(model, CRMV_SEGMENTS), 1);
    assert_int_equal(model->segments[0].cases[0].when.count, 1);
    assert_int_equal(model->rules[0].when.count, 0);
    crmv_model_free(model);
}

static void lists_give_names_in_the_authors_order_and_null_past_the_end(void **state) {
    (void)state;
    crmv_model *model = model_of_text(BESIDE(TIERS));
    assert_int_equal(crmv_model_count(model, CRMV_METRICS), 3);
    assert_string_equal(crmv_model_item(model, CRMV_METRICS, 0), "a");
    assert_string_equal(crmv_model_item(model, CRMV_METRICS, 2), "c");
    assert_null(crmv_model_item(model, CRMV_METRICS, 3));
    assert_null(crmv_model_item(model, CRMV_METRICS, -1));
    assert_string_equal(crmv_model_item(model, CRMV_INDEXES, 0), "score");
    assert_string_equal(crmv_model_item(model, CRMV_TIERS, 1), "basic");
    assert_string_equal(crmv_model_label(model, CRMV_METRICS, 2, 0), "big");
    assert_string_equal(crmv_model_metric_label(model, 2), "c");
    assert_null(crmv_model_metric_label(model, -1));
    assert_null(crmv_model_metric_label(model, crmv_model_count(model, CRMV_METRICS)));
    assert_null(crmv_model_metric_label(NULL, 0));
    assert_string_equal(crmv_model_label(model, CRMV_METRICS, 2, 2), "other");
    assert_null(crmv_model_label(model, CRMV_METRICS, 2, 3));
    assert_null(crmv_model_label(model, CRMV_METRICS, 0, 0));
    assert_null(crmv_model_label(model, CRMV_METRICS, 9, 0));
    assert_string_equal(crmv_model_label(model, CRMV_TIERS, 0, 1), "basic");
    assert_int_equal(crmv_model_count(model, 99), 0);
    assert_null(crmv_model_item(NULL, CRMV_METRICS, 0));
    assert_int_equal(crmv_model_count(NULL, CRMV_METRICS), 0);
    assert_string_equal(crmv_model_name(NULL), "");
    crmv_model_free(model);
    crmv_model_free(NULL);
}

static void a_held_model_outlives_the_callers_hold(void **state) {
    (void)state;
    crmv_model *model = model_of_text(BESIDE(TIERS));
    const crmv_model *held = crmvi_model_hold(model);
    crmv_model_free(model);
    assert_string_equal(crmv_model_item(held, CRMV_TIERS, 0), "gold");
    crmv_model_free((crmv_model *)held);
}

/* ---- Feeds ------------------------------------------------------------------------------------------------------- */

static void settings_stand_at_input_for_all_feeds_or_within_one(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(
        "'money': {'currency': 'EUR', 'decimals': 0, 'price_decimals': 9, 'quantity_decimals': 1}, 'input': {"
        "'encoding': 'windows-1252', 'delimiter': '\\t', 'decimal': ',', 'thousands': '.', 'negative': 'trailing', "
        "'dates': 'dd.mm.yyyy', 'missing': ['', 'NULL'], 'keys': 'integer', 'transactions': {'customer': 'No', "
        "'date': 'Day', 'delimiter': ';', 'thousands': '', 'kind': 'K', 'kinds': {'INV': 'sale', 'notes': 'cost', "
        "'x-1': 'rebate'}, 'amounts': 'signed'}, 'customers': {'customer': 'Id', 'since': 'First', 'dates': "
        "'yyyymmdd', 'missing': []}}, 'metrics': {}"));
    assert_string_equal(crmv_model_currency(model), "EUR");
    assert_int_equal(crmv_model_money_decimals(model), 0);
    assert_int_equal(crmv_model_price_decimals(model), 9);
    assert_int_equal(crmv_model_quantity_decimals(model), 1);
    assert_string_equal(crmv_model_setting(model, "transactions", "encoding"), "windows-1252");
    assert_string_equal(crmv_model_setting(model, "transactions", "delimiter"), ";");
    assert_string_equal(crmv_model_setting(model, "customers", "delimiter"), "\t");
    assert_null(crmv_model_setting(model, "customers", "decimal"));
    assert_null(crmv_model_setting(model, "items", "encoding"));
    const crmvi_reading *lines = &model->layout.reading;
    const crmvi_reading *table = &model->table.reading;
    assert_int_equal(lines->notation.point, ',');
    assert_int_equal(lines->notation.thousands, 0);
    assert_int_equal(table->notation.thousands, '.');
    assert_int_equal(lines->notation.minus, CRMVI_MINUS_TRAILING);
    assert_true(lines->integer_keys && table->integer_keys);
    assert_true(crmvi_reading_missing(lines, "", 0));
    assert_true(crmvi_reading_missing(lines, "NULLx", 4));
    assert_false(crmvi_reading_missing(lines, "NUL", 3));
    assert_false(crmvi_reading_missing(table, "", 0));
    int32_t day = 0;
    assert_true(crmvi_date_read("31.12.1970", 10, &lines->dates, &day) && day == 364);
    assert_true(crmvi_date_read("19701231", 8, &table->dates, &day) && day == 364);
    assert_true(model->layout.signed_amounts);
    assert_int_equal(model->layout.kind_count, 3);
    assert_string_equal(model->layout.kinds[1].text, "notes");
    assert_int_equal(model->layout.kinds[1].kind, CRMVI_KIND_COST);
    assert_int_equal(model->layout.kinds[2].kind, CRMVI_KIND_REBATE);
    crmv_model_free(model);
}

static void without_input_columns_bear_the_roles_own_names(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL("'metrics': {}"));
    int32_t count = 0;
    for (const char *role; (role = crmv_model_role(model, "transactions", count)) != NULL; count++) {
        assert_string_equal(crmv_model_column(model, "transactions", role), role);
    }
    assert_int_equal(count, CRMVI_ROLES);
    assert_string_equal(crmv_model_role(model, "customers", 2), "since");
    assert_string_equal(crmv_model_column(model, "customers", "since"), "since");
    assert_string_equal(crmv_model_role(model, "customers", 6), "dealer_share");
    assert_null(crmv_model_role(model, "customers", 7));
    assert_null(crmv_model_role(model, "customers", -1));
    assert_null(crmv_model_role(model, "items", 0));
    assert_null(crmv_model_column(model, "transactions", "receivable"));
    assert_null(crmv_model_column(model, "transactions", NULL));
    assert_int_equal(model->layout.kind_count, CRMVI_KINDS);
    crmv_model_free(model);
}

static void input_maps_roles_to_columns_and_leaves_others_out(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(
        "'input': {'transactions': {'customer': 'No', 'date': 'Day', 'unit_price': 'P'}, 'customers': {'customer': "
        "'Id'}}, 'metrics': {'p': {'attribute': 'Position'}, 'q': {'attribute': 'name'}, 'r': {'attribute': "
        "'Position'}, 's': {'since': 'Born', 'in': 'years'}, 't': {'since': 'Born', 'in': 'days'}}"));
    assert_string_equal(crmv_model_column(model, "transactions", "unit_price"), "P");
    assert_null(crmv_model_column(model, "transactions", "revenue"));
    assert_string_equal(crmv_model_column(model, "customers", "customer"), "Id");
    assert_string_equal(crmv_model_column(model, "customers", "name"), "name"); /* as an attribute, no role */
    assert_null(crmv_model_column(model, "customers", "since"));
    assert_string_equal(crmv_model_role(model, "customers", CRMVI_TABLE_ROLES), "Position");
    assert_string_equal(crmv_model_role(model, "customers", CRMVI_TABLE_ROLES + 1), "name");
    assert_string_equal(crmv_model_role(model, "customers", CRMVI_TABLE_ROLES + 2), "Born");
    assert_null(crmv_model_role(model, "customers", CRMVI_TABLE_ROLES + 3));
    assert_string_equal(crmv_model_column(model, "customers", "Born"), "Born");
    crmv_model_free(model);
}

static void an_attribute_that_is_a_roles_column_is_listed_once(void **state) {
    (void)state;
    crmv_model *model = model_of_text(CARD("'attribute': 'name'"));
    assert_string_equal(crmv_model_column(model, "customers", "name"), "name");
    assert_null(crmv_model_role(model, "customers", CRMVI_TABLE_ROLES));
    crmv_model_free(model);
}

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

static void each_operator_is_read(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(
        "'window': {'years': 2}, 'metrics': {"
        "'sum': {'sum': ['discount', 'cost_to_serve'], 'label': 'spent', 'per': 'year'}, 'mean': {'mean': 'quantity'}, "
        "'minimum': {'minimum': 'revenue'}, 'maximum': {'maximum': ['quantity', 'returned_quantity']}, "
        "'count': {'count': 'repeat_days', 'window': {'days': 30}}, 'recency': {'recency': 'weeks'}, "
        "'tenure': {'tenure': 'years'}, 'since_birth': {'since': 'Born', 'in': 'months'}, 'gap': {'gap': 'spread'}, "
        "'growth': {'growth': 'contribution', 'minimum_coverage': 12.5}, 'return_rate': {'return_rate': 'quantity'}, "
        "'share': {'share': ['sum', 'ratio']}, 'ratio': {'ratio': ['difference', 'mean']}, "
        "'difference': {'difference': ['mean', 'sum']}, 'attribute': {'attribute': 'A', 'missing': 'refuse'}, "
        "'all_time': {'sum': 'revenue', 'window': 'all', 'better': 'lower'}, "
        "'in_2024': {'recency': 'days', 'window': {'from': '2024-01-01', 'to': '2024-12-31'}, 'better': 'higher'}}"));
    const struct {
        const char *name;
        int32_t operation, detail, window;
    } expected[] = {
        {"sum", CRMVI_SUM, 0, CRMVI_LAST_MONTHS},
        {"mean", CRMVI_MEAN, 0, CRMVI_LAST_MONTHS},
        {"minimum", CRMVI_MINIMUM, 0, CRMVI_LAST_MONTHS},
        {"maximum", CRMVI_MAXIMUM, 0, CRMVI_LAST_MONTHS},
        {"count", CRMVI_COUNT, CRMVI_REPEAT_DAYS, CRMVI_LAST_DAYS},
        {"recency", CRMVI_RECENCY, CRMVI_IN_WEEKS, CRMVI_ALL_HISTORY},
        {"tenure", CRMVI_TENURE, CRMVI_IN_YEARS, CRMVI_ALL_HISTORY},
        {"since_birth", CRMVI_SINCE, CRMVI_IN_MONTHS, CRMVI_ALL_HISTORY},
        {"gap", CRMVI_GAP, CRMVI_GAP_SPREAD, CRMVI_ALL_HISTORY},
        {"growth", CRMVI_GROWTH, 0, CRMVI_LAST_MONTHS},
        {"return_rate", CRMVI_RETURN_RATE, CRMVI_QUANTITY, CRMVI_LAST_MONTHS},
        {"share", CRMVI_SHARE, 0, CRMVI_ALL_HISTORY},
        {"ratio", CRMVI_RATIO, 0, CRMVI_ALL_HISTORY},
        {"difference", CRMVI_DIFFERENCE, 0, CRMVI_ALL_HISTORY},
        {"attribute", CRMVI_ATTRIBUTE, 0, CRMVI_ALL_HISTORY},
        {"all_time", CRMVI_SUM, 0, CRMVI_ALL_HISTORY},
        {"in_2024", CRMVI_RECENCY, CRMVI_IN_DAYS, CRMVI_FROM_TO},
    };
    assert_int_equal(model->metric_count, sizeof expected / sizeof expected[0]);
    for (int32_t i = 0; i < model->metric_count; i++) {
        assert_string_equal(model->metrics[i].name, expected[i].name);
        assert_int_equal(model->metrics[i].operation, expected[i].operation);
        assert_int_equal(model->metrics[i].detail, expected[i].detail);
        assert_int_equal(model->metrics[i].window.kind, expected[i].window);
    }
    assert_int_equal(metric_of(model, "sum")->measures, 1 << CRMVI_DISCOUNT | 1 << CRMVI_COST_TO_SERVE);
    assert_true(metric_of(model, "sum")->per_year);
    assert_false(metric_of(model, "mean")->per_year);
    assert_string_equal(metric_of(model, "sum")->label, "spent");
    assert_string_equal(metric_of(model, "all_time")->label, "all time");
    assert_int_equal(metric_of(model, "mean")->window.length, 24);
    assert_int_equal(metric_of(model, "maximum")->measures, 1 << CRMVI_QUANTITY | 1 << CRMVI_RETURNED_QUANTITY);
    assert_int_equal(metric_of(model, "growth")->minimum_coverage, 12500000);
    assert_int_equal(metric_of(model, "mean")->minimum_coverage, 50000000);
    assert_int_equal(metric_of(model, "share")->operands[1], crmvi_model_metric(model, "ratio"));
    assert_int_equal(metric_of(model, "mean")->operands[0], -1);
    assert_int_equal(metric_of(model, "attribute")->missing, CRMVI_REFUSE);
    assert_int_equal(metric_of(model, "all_time")->better, CRMVI_LOWER);
    assert_int_equal(metric_of(model, "in_2024")->better, CRMVI_HIGHER);
    assert_int_equal(metric_of(model, "in_2024")->window.from, crmv_day(2024, 1, 1));
    assert_int_equal(metric_of(model, "in_2024")->window.to, crmv_day(2024, 12, 31));
    crmv_model_free(model);
}

static void metrics_are_derived_behind_their_operands(void **state) {
    (void)state;
    crmv_model *model = model_of_text(METRICS("'a': {'share': ['b', 'c']}, 'b': {'ratio': ['c', 'd']}, "
                                              "'c': {'sum': 'cost'}, 'd': {'difference': ['c', 'e']}, "
                                              "'e': {'sum': 'revenue'}"));
    bool is_done[5] = {false};
    for (int32_t i = 0; i < 5; i++) {
        const crmvi_metric *metric = &model->metrics[model->derive_order[i]];
        for (int32_t j = 0; j < 2 && metric->operands[j] >= 0; j++) {
            assert_true(is_done[metric->operands[j]]);
        }
        assert_false(is_done[model->derive_order[i]]);
        is_done[model->derive_order[i]] = true;
    }
    crmv_model_free(model);
}

static void bands_are_sorted_and_end_where_the_next_begins(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        SCALE("'bands': [{'from': 100, 'points': 60.5}, {'from': 0, 'to': 10, 'points': -30}, {'points': 0.000001}]"));
    const crmvi_scale *scale = &model->metrics[0].scale;
    assert_int_equal(scale->kind, CRMVI_BANDS);
    assert_int_equal(scale->count, 3);
    assert_true(scale->from[0] < -1e308 && scale->from[1] == 0 && scale->from[2] == 100);
    assert_true(scale->to[0] == 0 && scale->to[1] == 10 && scale->to[2] > 1e308);
    assert_int_equal(scale->points[0], 1);
    assert_int_equal(scale->points[1], -30000000);
    assert_int_equal(scale->points[2], 60500000);
    assert_int_equal(scale->given[0], 2);
    assert_int_equal(scale->given[2], 0);
    assert_int_equal(scale->lowest, -30000000);
    assert_int_equal(scale->highest, 60500000);
    crmv_model_free(model);
}

static void what_is_missing_is_treated_as_the_card_says(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        METRICS("'a': {'sum': 'cost', " LINE "}, 'b': {'sum': 'cost', " LINE ", 'missing': 'renormalise'}, "
                "'c': {'missing': {'points': 12.5}, 'sum': 'cost', " LINE "}, 'd': {'missing': 'worst', 'sum': 'cost', "
                "'scale': {'line': [[0, -7], [1, -9]]}}"));
    assert_int_equal(model->metrics[0].missing, CRMVI_RENORMALISE);
    assert_int_equal(model->metrics[1].missing, CRMVI_RENORMALISE);
    assert_int_equal(model->metrics[2].missing, CRMVI_FIXED_POINTS);
    assert_int_equal(model->metrics[2].missing_points, 12500000);
    assert_int_equal(model->metrics[3].missing, CRMVI_WORST);
    assert_int_equal(model->metrics[3].missing_points, -9000000);
    crmv_model_free(model);
}

static void an_attribute_is_a_category_where_its_scale_has_categories(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        METRICS("'a': {'attribute': 'A', 'scale': {'other': 4, 'categories': {'x-large': 1, 'notes': 2}}}, "
                "'b': {'attribute': 'A', " LINE "}, 'c': {'attribute': 'A'}"));
    assert_true(crmvi_is_category(&model->metrics[0]));
    assert_false(crmvi_is_category(&model->metrics[1]));
    assert_false(crmvi_is_category(&model->metrics[2]));
    const crmvi_scale *scale = &model->metrics[0].scale;
    assert_int_equal(scale->count, 3);
    assert_string_equal(scale->labels[0], "x-large"); /* the keys are texts of the data, none is a note */
    assert_string_equal(scale->labels[1], "notes");
    assert_string_equal(scale->labels[2], "other");
    assert_true(scale->has_other);
    assert_int_equal(scale->points[2], 4000000);
    crmv_model_free(model);
}

static void a_date_is_needed_where_time_is_counted_to_it(void **state) {
    (void)state;
    const struct {
        const char *text;
        int32_t needs;
    } cases[] = {
        {CARD("'sum': 'revenue'"), 0},
        {CARD("'sum': 'revenue', 'window': {'from': '2024-01-01', 'to': '2024-12-31'}, 'per': 'year'"), 0},
        {CARD("'gap': 'mean'"), 0},
        {CARD("'attribute': 'A'"), 0},
        {CARD("'sum': 'revenue', 'window': {'days': 5}"), 1},
        {MODEL("'window': {'months': 1}, 'metrics': {}"), 1},
        {CARD("'sum': 'revenue', 'per': 'year'"), 1},
        {CARD("'recency': 'days'"), 1},
        {CARD("'tenure': 'days'"), 1},
        {CARD("'since': 'A', 'in': 'days'"), 1},
        {CARD("'gap': 'relative_recency'"), 1},
        {BESIDE("'unrated': {'coverage_below': 5}"), 0},
        {BESIDE("'unrated': {'tenure_below': {'days': 5}}"), 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        crmv_model *model = model_of_text(cases[i].text);
        if (crmv_model_needs_date(model) != cases[i].needs) {
            fail_msg("%s", cases[i].text);
        }
        crmv_model_free(model);
    }
    assert_int_equal(crmv_model_needs_date(NULL), 0);
}

/* ---- Indexes, tiers, segments, rules ----------------------------------------------------------------------------- */

static void indexes_have_members_by_name_and_bounds_rounded_half_to_even(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        MODEL("'metrics': {'z': {'sum': 'cost', 'scale': {'line': [[0, 0], [1, 1]]}}, 'm': {'sum': 'revenue', 'scale': "
              "{'line': [[0, -1], [1, 0.000001]]}}}, 'indexes': {'score': {'weights': {'w': 0.5, 'sum': 1.5}}, 'w': "
              "{'weights': {'z': 1, 'm': 2}}, 'sum': {'add': ['z', 'm']}, 'zero': {'weights': {'z': 0}}}"));
    assert_int_equal(model->root, 0);
    const crmvi_index *weighted = &model->indexes[1];
    assert_int_equal(weighted->members[0].position, 1); /* m before z */
    assert_int_equal(weighted->members[0].weight, 2000000);
    assert_int_equal(weighted->lowest, -666667);
    assert_int_equal(weighted->highest, 333334); /* 1,000,002 / 3 */
    assert_true(model->indexes[2].additive);
    assert_int_equal(model->indexes[2].lowest, -1000000);
    assert_int_equal(model->indexes[2].highest, 1000001);
    assert_int_equal(model->indexes[2].members[0].weight, CRMVI_ONE);
    assert_true(model->indexes[0].members[1].is_index);
    assert_int_equal(model->indexes[0].lowest, -916667); /* (-666,667 - 3 x 1,000,000) / 4 */
    assert_int_equal(model->indexes[0].highest, 833334); /* (333,334 + 3 x 1,000,001) / 4 = 833,334.25 */
    assert_int_equal(model->indexes[3].lowest, 0);
    assert_int_equal(model->indexes[3].highest, 0);
    assert_int_equal(model->score_order[model->index_count - 1 - 1], 0); /* behind `w` and `sum`, before `zero` */
    crmv_model_free(model);
}

static void tiers_and_unrated_are_read(void **state) {
    (void)state;
    crmv_model *model = model_of_text(BESIDE("'unrated': {'tenure_below': {'years': 1}, 'coverage_below': 60.5}, "
                                             "'tiers': {'cuts': [['a', 85.25], ['b', -3], ['c', null]]}"));
    assert_true(model->unrated.by_tenure && model->unrated.by_coverage);
    assert_int_equal(model->unrated.tenure.kind, CRMVI_LAST_MONTHS);
    assert_int_equal(model->unrated.tenure.length, 12);
    assert_int_equal(model->unrated.coverage, 60500000);
    assert_int_equal(model->tiers[0].cut, 85250000);
    assert_int_equal(model->tiers[1].cut, -3000000);
    assert_true(model->tiers[2].cut == INT64_MIN);
    crmv_model_free(model);
}

static void a_grid_has_cuts_and_cells_and_each_name_once(void **state) {
    (void)state;
    crmv_model *model =
        model_of_text(BESIDE("'segments': {'g': {'grid': {'rows': 'a', 'columns': 'score', 'cuts': [[1.5], [60, 80]], "
                             "'names': [['low', 'low', 'mid'], ['mid', 'high', 'low']]}}}"));
    const crmvi_segment *grid = &model->segments[0];
    assert_true(grid->is_grid);
    assert_int_equal(grid->rows.on, CRMVI_ON_METRIC);
    assert_int_equal(grid->rows.count, 1);
    assert_true(grid->rows.cuts[0].value == 1.5);
    assert_int_equal(grid->columns.on, CRMVI_ON_INDEX);
    assert_int_equal(grid->columns.cuts[1].micro, 80000000);
    assert_int_equal(grid->name_count, 3);
    assert_string_equal(crmv_model_label(model, CRMV_SEGMENTS, 0, 2), "high");
    const int32_t cells[] = {0, 0, 1, 1, 2, 0};
    assert_memory_equal(grid->cells, cells, sizeof cells);
    crmv_model_free(model);
}

static void cases_may_look_at_segments_that_stand_behind_them(void **state) {
    (void)state;
    crmv_model *model = model_of_text(BESIDE(
        "'segments': {'first': {'cases': [{'is': 'x', 'when': {'second': {'is': ['q', 'p']}, 'coverage': {'at_least': "
        "60}}, 'treatment': 'call'}, {'is': 'y', 'when': {'c': {'is': 'other', 'missing': false}}}, {'is': 'x'}]}, "
        "'second': {'cases': [{'is': 'p', 'when': {'a': {'above': 0.1, 'at_most': 1e9}}}, {'is': 'q'}]}}"));
    assert_int_equal(model->segment_order[0], 1);
    assert_int_equal(model->segment_order[1], 0);
    const crmvi_segment *first = &model->segments[0];
    assert_int_equal(first->name_count, 2);
    assert_int_equal(first->cases[2].code, 0);
    assert_string_equal(first->cases[0].treatment, "call");
    assert_null(first->cases[1].treatment);
    const crmvi_condition *condition = first->cases[0].when.conditions;
    assert_int_equal(condition[0].on, CRMVI_ON_SEGMENT);
    assert_int_equal(condition[0].code_count, 2);
    assert_int_equal(condition[0].codes[0], 1);
    assert_int_equal(condition[0].missing, -1);
    assert_int_equal(condition[1].on, CRMVI_ON_COVERAGE);
    assert_true(condition[1].at_least.set);
    assert_int_equal(condition[1].at_least.micro, 60000000);
    assert_int_equal(first->cases[1].when.conditions[0].missing, 0);
    assert_int_equal(first->cases[1].when.conditions[0].codes[0], 2);
    const crmvi_condition *range = model->segments[1].cases[0].when.conditions;
    assert_true(range->above.set && range->above.value == 0.1 && range->at_most.value == 1e9);
    assert_false(range->below.set || range->at_least.set);
    crmv_model_free(model);
}

static void rules_have_caps_flags_and_treatments(void **state) {
    (void)state;
    crmv_model *model = model_of_text(BESIDE(
        TIERS ", 'rules': [{'name': 'one', 'when': {'tier': {'is': 'gold'}, 'a': {'missing': true}}, 'then': {'cap': "
              "'basic', 'flag': true}}, {'name': 'two', 'when': {}, 'then': {'treatment': 'write'}}]"));
    assert_int_equal(model->rule_count, 2);
    assert_string_equal(crmv_model_item(model, CRMV_RULES, 1), "two");
    assert_int_equal(model->rules[0].cap, 1);
    assert_true(model->rules[0].flag);
    assert_null(model->rules[0].treatment);
    assert_int_equal(model->rules[0].when.conditions[0].on, CRMVI_ON_TIER);
    assert_int_equal(model->rules[0].when.conditions[0].codes[0], 0);
    assert_int_equal(model->rules[0].when.conditions[1].missing, 1);
    assert_int_equal(model->rules[1].cap, -1);
    assert_false(model->rules[1].flag);
    assert_string_equal(model->rules[1].treatment, "write");
    crmv_model_free(model);
}

/* ---- Supply ------------------------------------------------------------------------------------------------------ */

static void a_measure_is_supplied_by_the_roles_that_make_it_up(void **state) {
    (void)state;
#define ROLES_1(a) (UINT32_C(1) << CRMVI_ROLE_##a)
#define ROLES_2(a, b) (ROLES_1(a) | ROLES_1(b))
    const struct {
        int32_t measure;
        uint32_t fed;
        bool is_supplied;
    } cases[] = {
        {CRMVI_QUANTITY, ROLES_1(QUANTITY), true},
        {CRMVI_QUANTITY, ROLES_1(REVENUE), false},
        {CRMVI_REVENUE, ROLES_1(REVENUE), true},
        {CRMVI_REVENUE, ROLES_1(UNIT_PRICE), false},
        {CRMVI_REVENUE, ROLES_2(UNIT_PRICE, QUANTITY), true},
        {CRMVI_COST, ROLES_1(COST), true},
        {CRMVI_COST, ROLES_2(UNIT_COST, QUANTITY), true},
        {CRMVI_COST, ROLES_1(GROSS_PROFIT), false},
        {CRMVI_COST, ROLES_2(GROSS_PROFIT, REVENUE), true},
        {CRMVI_GROSS_PROFIT, ROLES_2(REVENUE, COST), true},
        {CRMVI_GROSS_PROFIT, ROLES_1(COST), false},
        {CRMVI_GROSS_PROFIT, ROLES_1(REVENUE), false},
        {CRMVI_DISCOUNT, ROLES_1(DISCOUNT), true},
        {CRMVI_DISCOUNT, ROLES_1(DISCOUNT_RATE), false},
        {CRMVI_DISCOUNT, ROLES_2(DISCOUNT_RATE, REVENUE), true},
        {CRMVI_COST_TO_SERVE, ROLES_1(COST_TO_SERVE), true},
        {CRMVI_COST_TO_SERVE, ROLES_1(COST), false},
        {CRMVI_CONTRIBUTION, ROLES_2(REVENUE, COST), true},
        {CRMVI_RETURNED_COST, ROLES_1(COST), true},
        {CRMVI_RETURNED_DISCOUNT, ROLES_1(DISCOUNT), true},
        {CRMVI_RETURNED_QUANTITY, ROLES_1(QUANTITY), true},
        {CRMVI_RETURNED_REVENUE, ROLES_1(QUANTITY), false},
        {CRMVI_UNKNOWN_COST_REVENUE, ROLES_2(REVENUE, COST), true},
        {CRMVI_UNKNOWN_COST_REVENUE, ROLES_1(REVENUE), false},
        {-1, UINT32_MAX, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (crmvi_measure_supplied(cases[i].measure, cases[i].fed) != cases[i].is_supplied) {
            fail_msg("case %zu", i);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_model_has_the_defaults),
        cmocka_unit_test(a_byte_order_mark_blanks_and_a_length_are_taken),
        cmocka_unit_test(notes_and_keys_of_the_authors_own_stand_anywhere),
        cmocka_unit_test(lists_give_names_in_the_authors_order_and_null_past_the_end),
        cmocka_unit_test(a_held_model_outlives_the_callers_hold),
        cmocka_unit_test(settings_stand_at_input_for_all_feeds_or_within_one),
        cmocka_unit_test(without_input_columns_bear_the_roles_own_names),
        cmocka_unit_test(input_maps_roles_to_columns_and_leaves_others_out),
        cmocka_unit_test(an_attribute_that_is_a_roles_column_is_listed_once),
        cmocka_unit_test(each_operator_is_read),
        cmocka_unit_test(metrics_are_derived_behind_their_operands),
        cmocka_unit_test(bands_are_sorted_and_end_where_the_next_begins),
        cmocka_unit_test(what_is_missing_is_treated_as_the_card_says),
        cmocka_unit_test(an_attribute_is_a_category_where_its_scale_has_categories),
        cmocka_unit_test(a_date_is_needed_where_time_is_counted_to_it),
        cmocka_unit_test(indexes_have_members_by_name_and_bounds_rounded_half_to_even),
        cmocka_unit_test(tiers_and_unrated_are_read),
        cmocka_unit_test(a_grid_has_cuts_and_cells_and_each_name_once),
        cmocka_unit_test(cases_may_look_at_segments_that_stand_behind_them),
        cmocka_unit_test(rules_have_caps_flags_and_treatments),
        cmocka_unit_test(a_measure_is_supplied_by_the_roles_that_make_it_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
