/*
 * test_ingest_sums.c - facts of many lines against sums that are computed here: columns that are widened, rows that are
 * wide, every column and type of a feed.
 */
#define INGEST_LINES 150000
#include "ingest.h"

static const feed whole_keys = {.columns = QUANTITY | REVENUE | COSTS | DISCOUNT | TO_SERVE};

/* ---- Sums -------------------------------------------------------------------------------------------------------- */

enum { CROWD = 700 };

/* Some hundred lines of one customer on one day, and of another one returns; others have a day each. */
static void make_crowds(int64_t most) {
    make_lines(most);
    for (int64_t i = 0; i < LINES; i++) {
        line *l = &lines[i];
        l->number = below(CUSTOMERS) * 3;
        if (i % (LINES / CROWD) == 0) {
            const bool is_sale = i / (LINES / CROWD) % 2 == 0;
            l->number = is_sale ? 12345 : 54321;
            l->day = 19000;
            l->quantity = is_sale ? most : -most;
            l->revenue = is_sale ? most - 1 : 1 - most;
        }
    }
}

static int32_t width_of(const crmv_ledger *ledger, int32_t column) {
    return crmvi_ledger_facts(ledger)->columns[column].width;
}

/* Some ways, the facts of each looked at in full. */
static void look_closely(const feed *f) {
    static const way few[] = {
        {AS_MADE, LINES, LINES, 1, 2}, {REVERSED, AT_ONCE, 5000, 1, 5}, {AS_MADE, 5000, 5000, 2, 1}};
    expect(f);
    for (int32_t i = 0; i < COUNT(few); i++) {
        crmv_ledger *ledger = take_all(f, &few[i]);
        check_facts(f, ledger);
        crmv_ledger_free(ledger);
    }
}

static void columns_of_small_sums_are_widened_where_a_day_has_many_lines(void **state) {
    (void)state;
    static const way at_once = {AS_MADE, LINES, LINES, 1, 2};
    make_crowds(30);
    look_closely(&whole_keys);
    crmv_ledger *ledger = take_all(&whole_keys, &at_once);
    assert_int_equal(width_of(ledger, CRMVI_FACT_SALE_LINES), 2);
    assert_int_equal(width_of(ledger, CRMVI_FACT_RETURN_LINES), 2);
    assert_int_equal(width_of(ledger, CRMVI_FACT_REVENUE), 2);
    assert_int_equal(width_of(ledger, CRMVI_FACT_RETURNED_REVENUE), 2);
    assert_int_equal(width_of(ledger, CRMVI_FACT_CANCELLED_LINES), 0);
    assert_int_equal(width_of(ledger, CRMVI_FACT_DOCUMENTS), 0);
    crmv_ledger_free(ledger);
}

static void columns_of_middling_sums_are_widened_where_a_day_has_many_lines(void **state) {
    (void)state;
    static const way at_once = {AS_MADE, LINES, LINES, 1, 1};
    make_crowds(8000);
    look_closely(&whole_keys);
    crmv_ledger *ledger = take_all(&whole_keys, &at_once);
    assert_int_equal(width_of(ledger, CRMVI_FACT_REVENUE), 4);
    crmv_ledger_free(ledger);
}

static void columns_of_large_sums_are_widened_where_a_day_has_many_lines(void **state) {
    (void)state;
    static const way at_once = {AS_MADE, LINES, LINES, 1, 1};
    make_crowds(1 << 28);
    look_closely(&whole_keys);
    crmv_ledger *ledger = take_all(&whole_keys, &at_once);
    assert_int_equal(width_of(ledger, CRMVI_FACT_REVENUE), 8);
    assert_int_equal(width_of(ledger, CRMVI_FACT_RETURNED_REVENUE), 8);
    crmv_ledger_free(ledger);
}

/* Amounts beyond 32 bits here and there, so that wide rows and narrow ones make a fact together. */
static void make_wide_lines(void) {
    static const int64_t edges[] = {INT32_MAX,
                                    INT32_MIN,
                                    INT32_MAX + INT64_C(1),
                                    INT32_MIN - INT64_C(1),
                                    (INT64_C(1) << 53) - 1,
                                    1 - (INT64_C(1) << 53)};
    make_crowds(100000);
    for (int64_t i = 0; i < LINES; i += 97) {
        int64_t *amounts[] = {&lines[i].quantity, &lines[i].revenue, &lines[i].cost, &lines[i].discount,
                              &lines[i].to_serve};
        *amounts[below(COUNT(amounts))] = edges[below(COUNT(edges))];
    }
}

static void amounts_beyond_32_bits_among_others_are_summed_exactly(void **state) {
    (void)state;
    make_wide_lines();
    look_closely(&whole_keys);
}

static void amounts_in_strided_columns_and_long_days_are_summed_exactly(void **state) {
    (void)state;
    static const feed strided = {.columns = QUANTITY | REVENUE | COSTS | DISCOUNT | TO_SERVE, .is_strided = true};
    static const feed with_long_days = {.columns = QUANTITY | REVENUE | COSTS, .has_long_days = true};
    make_wide_lines();
    for (int64_t i = 0; i < LINES; i += 11) {
        lines[i].has_quantity = false;
    }
    look_closely(&strided);
    look_closely(&with_long_days);
}

static void feeds_without_some_amounts_are_summed_exactly(void **state) {
    (void)state;
    static const feed feeds[] = {
        {.columns = REVENUE}, {.columns = QUANTITY}, {.columns = REVENUE | COSTS}, {.columns = COSTS | TO_SERVE}};
    make_wide_lines();
    for (int32_t i = 0; i < COUNT(feeds); i++) {
        look_closely(&feeds[i]);
    }
}

static void days_as_far_apart_as_the_calendar_goes_keep_their_order(void **state) {
    (void)state;
    static const way at_once = {AS_MADE, LINES, LINES, 1, 1};
    const int32_t first = crmv_day(1, 1, 1);
    const int32_t last = crmv_day(9999, 12, 31);
    make_crowds(5000);
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].day = i % 7 == 0   ? first + (int32_t)below(3)
                       : i % 5 == 0 ? last
                                    : first + (int32_t)below(last - first);
    }
    look_closely(&whole_keys);
    crmv_ledger *ledger = take_all(&whole_keys, &at_once);
    assert_int_equal(crmv_ledger_first_day(ledger), first);
    assert_int_equal(crmv_ledger_last_day(ledger), last);
    crmv_ledger_free(ledger);
}

/* Documents of a few lines each, of which some are cancelled, some without a number, and some days have hundreds. */
static void make_documents(void) {
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].kind = (int8_t)(below(3) != 0 ? SALE : below(KINDS));
        lines[i].has_document = below(9) != 0;
        lines[i].document = lines[i].has_document ? below(3) - 1 + (lines[i].number == 12345 ? below(400) : 0) : 0;
        lines[i].document += below(1000) == 0 ? INT64_C(3) << 60 : 0;
        lines[i].document = lines[i].has_document && lines[i].document >= 0 ? lines[i].document : 0;
    }
}

static void kinds_give_their_signs_and_effects(void **state) {
    (void)state;
    static const feed with_kinds = {.columns = QUANTITY | REVENUE | COSTS | DISCOUNT | TO_SERVE | KIND};
    make_wide_lines();
    make_documents();
    look_closely(&with_kinds);
    assert_true(expected.negative > 0);
}

static void kinds_beside_signed_amounts_say_only_what_a_line_is(void **state) {
    (void)state;
    static const feed with_signs = {.columns = QUANTITY | REVENUE | COSTS | DISCOUNT | TO_SERVE | KIND,
                                    .is_signed = true};
    make_wide_lines();
    make_documents();
    look_closely(&with_signs);
    assert_int_equal(expected.negative, 0);
}

static void documents_are_counted_once_for_a_customer_day_and_not_where_cancelled(void **state) {
    (void)state;
    static const feed with_documents = {.columns = QUANTITY | REVENUE | COSTS | DOCUMENT};
    static const feed with_kinds = {.columns = QUANTITY | REVENUE | COSTS | TO_SERVE | DOCUMENT | KIND};
    make_wide_lines();
    make_documents();
    look_closely(&with_documents);
    look_closely(&with_kinds);
}

static void try_revenue_types(const int32_t *types, int32_t count) {
    static const way at_once = {AS_MADE, AT_ONCE, AT_ONCE, 1, 2};
    for (int32_t i = 0; i < count; i++) {
        const feed f = {.columns = QUANTITY | REVENUE | COSTS, .revenues = types[i]};
        if (i == 0) {
            expect(&f);
        }
        crmv_ledger *ledger = take_all(&f, &at_once);
        check_facts(&f, ledger);
        assert_int_equal(crmv_ledger_rounded(ledger), 0);
        crmv_ledger_free(ledger);
    }
}

static void an_amount_is_the_same_in_every_type_of_column(void **state) {
    (void)state;
    static const int32_t of_cents[] = {CRMV_MINOR, CRMV_DOUBLE, CRMV_TEXT64};
    static const int32_t of_units[] = {CRMV_MINOR, CRMV_DOUBLE, CRMV_TEXT64, CRMV_INT64, CRMV_INT32};
    make_crowds(1 << 28);
    try_revenue_types(of_cents, COUNT(of_cents));
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].revenue = lines[i].revenue % 1000000 * 100 * (i % 100 == 0 ? 2000 : 1);
    }
    try_revenue_types(of_units, COUNT(of_units));
}

static void a_sum_past_64_bits_names_the_lowest_customer_on_any_number_of_threads(void **state) {
    (void)state;
    make_lines(100);
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].number = below(CUSTOMERS);
        if (i % 25 == 0) {
            lines[i].number = i % 50 == 0 ? 15000 : 9000;
            lines[i].day = 19000;
            lines[i].revenue = (INT64_C(1) << 53) - 1;
        }
    }
    put_in_order(AS_MADE);
    fill_sheet(&whole_keys);
    crmv_model *model = model_for(&whole_keys);
    for (int32_t threads = 1; threads <= 5; threads += 2) {
        crmv_error error = {.struct_size = sizeof error};
        crmv_ledger *ledger = ledger_of(model, threads);
        assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
        append(ledger, &whole_keys, 0, LINES);
        assert_int_equal(crmv_ledger_end(ledger, &error), CRMV_OVERFLOW);
        assert_string_equal(error.message,
                            "a sum of customer 9000 on 2022-01-08 does not fit into 64 bits of minor units");
        assert_int_equal(crmv_ledger_facts(ledger), 0);
        assert_int_equal(crmv_ledger_end(ledger, &error), CRMV_OVERFLOW);
        assert_int_equal(crmv_ledger_cancel(ledger, NULL), CRMV_OK);
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of_small_sums_are_widened_where_a_day_has_many_lines),
        cmocka_unit_test(columns_of_middling_sums_are_widened_where_a_day_has_many_lines),
        cmocka_unit_test(columns_of_large_sums_are_widened_where_a_day_has_many_lines),
        cmocka_unit_test(amounts_beyond_32_bits_among_others_are_summed_exactly),
        cmocka_unit_test(amounts_in_strided_columns_and_long_days_are_summed_exactly),
        cmocka_unit_test(feeds_without_some_amounts_are_summed_exactly),
        cmocka_unit_test(days_as_far_apart_as_the_calendar_goes_keep_their_order),
        cmocka_unit_test(kinds_give_their_signs_and_effects),
        cmocka_unit_test(kinds_beside_signed_amounts_say_only_what_a_line_is),
        cmocka_unit_test(documents_are_counted_once_for_a_customer_day_and_not_where_cancelled),
        cmocka_unit_test(an_amount_is_the_same_in_every_type_of_column),
        cmocka_unit_test(a_sum_past_64_bits_names_the_lowest_customer_on_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
