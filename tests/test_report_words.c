/*
 * The sentences of a report of a fit, and the plain text that they stand in: who orders best, when that is chance, and
 * lines that stay within a hundred characters whatever the names are.
 */
#include "base/guest.h"
#include "base/page.h"
#include "calibrate/comparison.h"
#include "scoring.h"

/* ---- Sentences --------------------------------------------------------------------------------------------------- */

static crmvi_predictor predictor(int32_t is, const char *name, double spearman, double gini) {
    crmvi_predictor one = {.is = is, .name = name, .z = 5};
    one.measured = (crmv_prediction){.struct_size = sizeof one.measured, .customers = 189};
    one.measured.spearman = spearman;
    one.measured.gini = gini;
    return one;
}

/* The score, equal weights and contribution with these correlations, and a metric. */
static crmvi_comparison comparison_of(crmvi_predictor list[4], double score, double equal, double contribution) {
    list[0] = predictor(CRMVI_IS_SCORE, "score", score, 0.5);
    list[1] = predictor(CRMVI_IS_BASELINE, "equal weights", equal, 0.4);
    list[2] = predictor(CRMVI_IS_BASELINE, "last period's contribution", contribution, 0.3);
    list[3] = predictor(CRMVI_IS_METRIC, "recency", 0.2, 0.2);
    return (crmvi_comparison){.outcome = "next_year", .customers = 189, .held_out = 30, .predictors = list, .count = 4};
}

static void assert_words(const crmvi_comparison *comparison, const char *expected) {
    crmvi_writing words = {0};
    crmvi_write_comparison(&words, comparison);
    char *text = crmvi_writing_take(&words);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void a_score_that_is_better_says_than_what(void **state) {
    (void)state;
    crmvi_predictor list[4];
    crmvi_comparison c = comparison_of(list, 0.62, 0.58, 0.41);
    assert_words(&c, "The score orders next_year better than equal weights and than last period's contribution: "
                     "Spearman 0.620 against 0.580 and 0.410, on 189 customers held out.");
    assert_false(crmvi_baseline_wins(&c));
    c.held_out = 0;
    c.count = 2;
    assert_words(&c, "The score orders next_year better than equal weights: Spearman 0.620 against 0.580, on 189 "
                     "customers.");
    c.count = 1;
    c.found_from_them = true;
    assert_words(&c, "The score orders next_year with a Spearman correlation of 0.620, and there is no baseline beside "
                     "it, on 189 customers: what was found comes from the same customers, but nothing was fitted to "
                     "this outcome.");
    c.fitted = true;
    c.customers = 12345;
    assert_words(&c, "The score orders next_year with a Spearman correlation of 0.620, and there is no baseline beside "
                     "it, on 12,345 customers: the sample that the model was found on, so expect less of others.");
}

static void a_baseline_that_is_better_comes_first(void **state) {
    (void)state;
    crmvi_predictor list[4];
    crmvi_comparison c = comparison_of(list, 0.62, 0.6199, 0.66);
    list[2].measured.gini = 0.7;
    assert_true(crmvi_baseline_wins(&c));
    assert_words(&c, "A baseline orders next_year better than the score: last period's contribution, Spearman 0.660 "
                     "against 0.620, on 189 customers held out.");
    c = comparison_of(list, 0.1, 0.15, 0.66);
    assert_words(&c, "A baseline orders next_year better than the score: equal weights and last period's contribution, "
                     "Spearman 0.150 and 0.660 against 0.100, on 189 customers held out. By Gini it is otherwise: "
                     "0.500 for the score against 0.300 for last period's contribution. The metric recency alone "
                     "orders it better than the score: 0.200.");
}

/* Neither that a baseline is worse still nor that one is better comes first. */
static void a_score_that_orders_the_wrong_way_round_says_that_before_all_else(void **state) {
    (void)state;
    crmvi_predictor list[4];
    crmvi_comparison c = comparison_of(list, -0.305, -0.797, -0.4);
    c.count = 3;
    assert_true(crmvi_orders_wrong_way(&c));
    assert_false(crmvi_baseline_wins(&c));
    list[1].z = 0.5;
    assert_words(&c, "The score orders next_year the wrong way round: Spearman -0.305, on 189 customers held out. If "
                     "less of next_year is better, its card among the outcomes wants \"better\": \"lower\"; otherwise "
                     "the scales want turning.");
    c.less = true;
    c.held_out = 0;
    assert_words(&c, "The score orders next_year the wrong way round: Spearman -0.305, on 189 customers. If more of "
                     "next_year is better, its card among the outcomes wants no \"better\": \"lower\"; otherwise the "
                     "scales want turning.");
    c = comparison_of(list, -0.1, -0.2, 0.66);
    c.count = 3;
    assert_true(crmvi_baseline_wins(&c));
    list[2].measured.gini = 0.7;
    /* atanh(0.1) * sqrt(186) = 1.3684 */
    assert_words(&c, "The score orders next_year the wrong way round: Spearman -0.100, on 189 customers held out. It "
                     "may be chance: it is 1.4 standard errors below 0. If less of next_year is better, its card among "
                     "the outcomes wants \"better\": \"lower\"; otherwise the scales want turning. A baseline orders "
                     "it better: last period's contribution, Spearman 0.660.");
    c = comparison_of(list, -0.3, -0.4, -0.4);
    list[3].measured.spearman = -0.2; /* a part that is less wrong is no help */
    assert_words(&c, "The score orders next_year the wrong way round: Spearman -0.300, on 189 customers held out. If "
                     "less of next_year is better, its card among the outcomes wants \"better\": \"lower\"; otherwise "
                     "the scales want turning.");
    c = comparison_of(list, 0, 0, 0);
    assert_false(crmvi_orders_wrong_way(&c));
    c = comparison_of(list, (double)NAN, 0, 0);
    assert_false(crmvi_orders_wrong_way(&c));
}

static void a_difference_that_three_decimals_hide_is_shown_with_six(void **state) {
    (void)state;
    crmvi_predictor list[4];
    crmvi_comparison c = comparison_of(list, 0.7571, 0.4, 0.7573);
    list[2].measured.gini = 0.7;
    assert_words(&c, "A baseline orders next_year better than the score: last period's contribution, Spearman 0.757300 "
                     "against 0.757100, on 189 customers held out.");
    c = comparison_of(list, 0.7573, 0.4, 0.7571);
    assert_words(&c, "The score orders next_year better than equal weights and than last period's contribution: "
                     "Spearman 0.757300 against 0.400000 and 0.757100, on 189 customers held out.");
}

static void a_score_that_is_only_as_good_is_no_better(void **state) {
    (void)state;
    crmvi_predictor list[4];
    const crmvi_comparison c = comparison_of(list, 0.5, 0.5, 0.4);
    assert_false(crmvi_baseline_wins(&c));
    assert_words(&c, "The score orders next_year no better than equal weights: Spearman 0.500 against 0.500, on 189 "
                     "customers held out.");
}

static void gini_that_says_otherwise_is_told(void **state) {
    (void)state;
    crmvi_predictor list[4];
    const crmvi_comparison c = comparison_of(list, 0.62, 0.58, 0.41);
    list[2].measured.gini = 0.51;
    assert_words(&c, "The score orders next_year better than equal weights and than last period's contribution: "
                     "Spearman 0.620 against 0.580 and 0.410, on 189 customers held out. By Gini it is otherwise: "
                     "0.510 for last period's contribution against 0.500 for the score.");
}

static void a_difference_within_two_standard_errors_may_be_chance(void **state) {
    (void)state;
    crmvi_predictor list[4];
    const crmvi_comparison c = comparison_of(list, 0.62, 0.58, 0.41);
    list[1].z = 1.2;
    assert_words(&c, "The score orders next_year better than equal weights and than last period's contribution: "
                     "Spearman 0.620 against 0.580 and 0.410, on 189 customers held out. The difference from equal "
                     "weights may be chance: it is 1.2 standard errors wide.");
}

static void all_differences_that_may_be_chance_are_told(void **state) {
    (void)state;
    crmvi_predictor list[4];
    crmvi_comparison c = comparison_of(list, 0.62, 0.64, 0.66);
    list[1].z = -0.8;
    list[2].z = -1.5;
    list[2].measured.gini = 0.7;
    assert_words(&c, "A baseline orders next_year better than the score: equal weights and last period's contribution, "
                     "Spearman 0.640 and 0.660 against 0.620, on 189 customers held out. The differences from equal "
                     "weights and last period's contribution may be chance: they are 0.8 and 1.5 standard errors "
                     "wide.");
    /* That of a baseline on the other side of the score is not what the sentence is about. */
    c = comparison_of(list, 0.62, 0.58, 0.66);
    list[1].z = 0.8;
    list[2].z = -1.5;
    list[2].measured.gini = 0.7;
    assert_words(&c, "A baseline orders next_year better than the score: last period's contribution, Spearman 0.660 "
                     "against 0.620, on 189 customers held out. The difference from last period's contribution may be "
                     "chance: it is 1.5 standard errors wide.");
}

static void a_part_that_others_lack_is_not_compared_with_the_score(void **state) {
    (void)state;
    crmvi_predictor list[4];
    crmvi_comparison c = comparison_of(list, 0.62, 0.58, 0.41);
    list[3].measured.spearman = 0.9;
    list[3].measured.customers = 188;
    assert_words(&c, "The score orders next_year better than equal weights and than last period's contribution: "
                     "Spearman 0.620 against 0.580 and 0.410, on 189 customers held out.");
}

/* Customers who have both are not said to be missing where it is only that none of them was held out. */
static void too_few_customers_are_told_from_none_held_out(void **state) {
    (void)state;
    static const struct {
        double held_out;
        int64_t population, held, customers;
        const char *told;
    } cases[] = {
        {0, 5, 0, 0, "no customer has both."},
        {0, 5, 0, 1, "only one customer has both."},
        {30, 0, 0, 0, "no customer has both."},
        {30, 1, 0, 0, "none of 1 customer is held out."},
        {30, 1234, 0, 0, "none of 1,234 customers is held out."},
        {30, 5, 1, 0, "the only one of 5 customers who is held out does not have both."},
        {30, 5, 1, 1, "only one of 5 customers is held out."},
        {30, 5, 2, 0, "none of the 2 held out has both."},
        {30, 5, 2, 1, "only one of the 2 held out has both."},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        crmvi_predictor list[4];
        char expected[200];
        crmvi_comparison c = comparison_of(list, (double)NAN, (double)NAN, (double)NAN);
        c.held_out = cases[i].held_out;
        c.population = cases[i].population;
        c.held_out_customers = cases[i].held;
        c.customers = cases[i].customers;
        snprintf(expected, sizeof expected, "How the score orders next_year cannot be told: %s", cases[i].told);
        assert_words(&c, expected);
    }
}

static void what_cannot_be_told_is_said(void **state) {
    (void)state;
    crmvi_predictor list[4];
    crmvi_comparison c = comparison_of(list, (double)NAN, (double)NAN, (double)NAN);
    assert_false(crmvi_baseline_wins(&c));
    assert_null(crmvi_best_by_spearman(&c));
    c.even_score = true;
    assert_words(&c, "How the score orders next_year cannot be told, since the score is the same for all, on 189 "
                     "customers held out.");
    c.even_outcome = true;
    assert_words(&c, "How the score orders next_year cannot be told, since both are the same for all, on 189 "
                     "customers held out.");
    c.even_score = false;
    assert_words(&c, "How the score orders next_year cannot be told, since the outcome is the same for all, on 189 "
                     "customers held out.");
    c = comparison_of(list, (double)NAN, 0.5, (double)NAN); /* a constant score is no loss to a baseline */
    assert_false(crmvi_baseline_wins(&c));
}

/* The example of the paper (page 173): r = .63 and -.03, -.19 between the predictors, 15 cases, z = 1.68. */
static void correlations_lie_apart_as_published(void **state) {
    (void)state;
    assert_true(fabs(crmvi_correlations_apart(0.63, -0.03, -0.19, 15) - 1.68) < 0.005);
    assert_true(fabs(crmvi_correlations_apart(-0.03, 0.63, -0.19, 15) + 1.68) < 0.005);
    assert_true(isnan(crmvi_correlations_apart(0.63, -0.03, -0.19, 3)));
    assert_true(isnan(crmvi_correlations_apart(1, 0.5, 0.5, 15)));
    assert_true(isnan(crmvi_correlations_apart(0.5, 0.5, 1, 15)));
    assert_true(isnan(crmvi_correlations_apart((double)NAN, 0.5, 0.5, 15)));
}

/* ---- Plain text -------------------------------------------------------------------------------------------------- */

static void assert_page(crmvi_writing *page, const char *expected) {
    char *text = crmvi_writing_take(page);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void paragraphs_break_at_blanks_and_long_words_anywhere(void **state) {
    (void)state;
    crmvi_writing page = {0};
    crmvi_page_paragraph(&page, 90, 94, "one two three");
    crmvi_page_paragraph(&page, 94, 96, "abcdefghijkl");
    crmvi_page_paragraph(&page, 0, 0, "");
    crmvi_page_paragraph(&page, 0, 0, "a\nb\x1b[1m\x7f");
    char expected[600];
    snprintf(expected, sizeof expected, "%90sone two\n%94sthree\n%94sabcdef\n%96sghij\n%96skl\n\na?b?[1m?\n", "", "",
             "", "", "");
    assert_page(&page, expected);
}

static void wide_and_combining_characters_take_their_columns(void **state) {
    (void)state;
    assert_int_equal(crmvi_text_width("客户", 6), 4);
    assert_int_equal(crmvi_text_width("e\xCC\x81", 3), 1);
    assert_int_equal(crmvi_text_width("\xF0\x9F\x98\x80", 4), 2);
    crmvi_writing page = {0};
    crmvi_page_paragraph(&page, 95, 95, "客户价值");
    char expected[300];
    snprintf(expected, sizeof expected, "%95s客户\n%95s价值\n", "", "");
    assert_page(&page, expected);
}

static void grids_are_even_and_leave_empty_columns_out(void **state) {
    (void)state;
    crmvi_writing page = {0};
    crmvi_grid grid = {.sides = "lrrr"};
    static const char *const cells[] = {"", "n", "", "%", "gold", "5", "", "10.5", "客户", "12", "", ""};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        crmvi_grid_cell(&grid, cells[i]);
    }
    crmvi_page_grid(&page, &grid);
    assert_page(&page, "         n     %\n"
                       "  gold   5  10.5\n"
                       "  客户  12\n");
}

static void a_long_name_is_cut_so_that_the_row_fits(void **state) {
    (void)state;
    crmvi_writing page = {0};
    crmvi_grid grid = {.sides = "lr"};
    char name[300], expected[300];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    crmvi_grid_cell(&grid, name);
    crmvi_grid_cell(&grid, "12345678");
    crmvi_page_grid(&page, &grid);
    snprintf(expected, sizeof expected, "  %.87s.. 12345678\n", name);
    assert_int_equal(strlen(expected), CRMVI_PAGE_WIDTH + 1);
    assert_page(&page, expected);
}

static void columns_move_together_before_a_name_is_cut(void **state) {
    (void)state;
    crmvi_writing page = {0};
    crmvi_grid grid = {.sides = "lrr"};
    char name[90], expected[300];
    memset(name, 'x', sizeof name);
    for (size_t length = 85; length < 88; length++) {
        name[length] = '\0';
        crmvi_grid_cell(&grid, name);
        crmvi_grid_cell(&grid, "1234");
        crmvi_grid_cell(&grid, "1234");
        crmvi_page_grid(&page, &grid);
        name[length] = 'x';
        const char *gap = length < 87 ? "  " : " ";
        snprintf(expected, sizeof expected, "  %.*s%s1234%s1234\n", (int)length, name, gap, gap);
        assert_page(&page, expected);
        page = (crmvi_writing){0};
    }
}

static void numbers_have_their_decimals_in_every_locale(void **state) {
    (void)state;
    assert_string_equal(crmvi_ratio_of(0.6235, 3).text, "0.624");
    assert_string_equal(crmvi_ratio_of(-0.0004, 3).text, "0.000");
    assert_string_equal(crmvi_ratio_of(1234567.25, 1).text, "1,234,567.2");
    assert_string_equal(crmvi_ratio_of((double)NAN, 1).text, "-");
    assert_string_equal(crmvi_ratio_of(1e300, 1).text, "-");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_score_that_is_better_says_than_what),
        cmocka_unit_test(a_baseline_that_is_better_comes_first),
        cmocka_unit_test(a_score_that_orders_the_wrong_way_round_says_that_before_all_else),
        cmocka_unit_test(a_difference_that_three_decimals_hide_is_shown_with_six),
        cmocka_unit_test(a_score_that_is_only_as_good_is_no_better),
        cmocka_unit_test(gini_that_says_otherwise_is_told),
        cmocka_unit_test(a_difference_within_two_standard_errors_may_be_chance),
        cmocka_unit_test(all_differences_that_may_be_chance_are_told),
        cmocka_unit_test(a_part_that_others_lack_is_not_compared_with_the_score),
        cmocka_unit_test(what_cannot_be_told_is_said),
        cmocka_unit_test(too_few_customers_are_told_from_none_held_out),
        cmocka_unit_test(correlations_lie_apart_as_published),
        cmocka_unit_test(paragraphs_break_at_blanks_and_long_words_anywhere),
        cmocka_unit_test(wide_and_combining_characters_take_their_columns),
        cmocka_unit_test(grids_are_even_and_leave_empty_columns_out),
        cmocka_unit_test(a_long_name_is_cut_so_that_the_row_fits),
        cmocka_unit_test(columns_move_together_before_a_name_is_cut),
        cmocka_unit_test(numbers_have_their_decimals_in_every_locale),
    };
    /* the public functions call these in their own floating-point environment, whatever the host's is */
    crmvi_guest host;
    crmvi_enter(&host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
