/* test_frame_metrics.c - what each operator of the metric catalogue gives, against values computed by hand. */
#include "book.h"
#include "frame/frame.h"

/* ---- Sums and windows -------------------------------------------------------------------------------------------- */

static void a_sum_sees_the_days_of_its_window_and_none_after_the_as_of_date(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2023, 12, 31), .quantity = 1, .revenue = 10000},
        {1, on(2024, 1, 1), .quantity = 1, .revenue = 1000},
        {1, on(2024, 12, 31), .quantity = 1, .revenue = 100},
        {1, on(2025, 1, 1), .quantity = 1, .revenue = 50},
    };
    book b = book_of("'all': {'sum': 'revenue'},"
                     "'year': {'sum': 'revenue', 'window': {'years': 1}},"
                     "'day': {'sum': 'revenue', 'window': {'days': 1}},"
                     "'half': {'sum': 'revenue', 'window': {'from': '2024-01-01', 'to': '2024-06-30'}},"
                     "'late': {'sum': 'revenue', 'window': {'from': '2024-12-31', 'to': '2025-06-30'}},"
                     "'empty': {'sum': 'revenue', 'window': {'from': '2025-01-01', 'to': '2025-06-30'}}",
                     lines, LENGTH_OF(lines), on(2024, 12, 31));
    assert_value(b.frame, "1", "all", 111.0);
    assert_value(b.frame, "1", "year", 11.0);
    assert_value(b.frame, "1", "day", 1.0);
    assert_value(b.frame, "1", "half", 10.0);
    assert_value(b.frame, "1", "late", 1.0);
    assert_value(b.frame, "1", "empty", 0.0);
    assert_int_equal(crmv_frame_as_of(b.frame), on(2024, 12, 31));
    close_book(&b);
}

static void a_month_before_the_last_of_a_month_is_a_last_day_and_other_days_are_clamped(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 31), .quantity = 1, .revenue = 1},
        {1, on(2024, 2, 1), .quantity = 1, .revenue = 10},
        {2, on(2023, 2, 28), .quantity = 1, .revenue = 1},
        {2, on(2023, 3, 1), .quantity = 1, .revenue = 10},
    };
    const char metric[] = "'pieces': {'sum': 'quantity', 'window': {'months': 1}}";
    book leap = book_of(metric, lines, 2, on(2024, 2, 29)); /* (2024-01-31, 2024-02-29] */
    assert_value(leap.frame, "1", "pieces", 1.0);
    close_book(&leap);
    book clamped = book_of(metric, lines + 2, 2, on(2023, 3, 30)); /* (2023-02-28, 2023-03-30] */
    assert_value(clamped.frame, "2", "pieces", 1.0);
    close_book(&clamped);
}

static void the_models_window_is_that_of_cards_without_one_and_all_gives_a_card_all_history(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 1), .quantity = 3, .revenue = 300},
        {1, on(2024, 6, 1), .quantity = 5, .revenue = 500},
    };
    crmv_model *model =
        model_of("{'crmvalue': 1, 'money': {'quantity_decimals': 0}, 'window': {'days': 30}, 'metrics': {"
                 "'recent': {'sum': 'quantity'},"
                 "'ever': {'sum': 'quantity', 'window': 'all'},"
                 "'recency': {'recency': 'days'}}}");
    crmv_ledger *ledger = ledger_of(model, lines, LENGTH_OF(lines));
    crmv_frame *frame = frame_of(model, ledger, on(2024, 6, 1));
    assert_value(frame, "1", "recent", 5.0);
    assert_value(frame, "1", "ever", 8.0);
    crmv_frame_free(frame);
    frame = frame_of(model, ledger, on(2024, 12, 1));
    assert_value(frame, "1", "recent", 0.0);
    assert_value(frame, "1", "recency", 183.0); /* all history, although the window is empty */
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void measures_of_one_card_add_up(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 1), .quantity = 1, .revenue = 9000, .cost = 5000, .discount = 1000, .cost_to_serve = 250},
        {1, on(2024, 1, 2), "return", .quantity = 1, .revenue = 900, .cost = 500, .discount = 100},
    };
    book b = book_of("'marketing': {'sum': ['discount', 'cost_to_serve']},"
                     "'twice': {'sum': ['revenue', 'contribution', 'gross_profit']},"
                     "'profit': {'sum': 'gross_profit'}, 'contribution': {'sum': 'contribution'},"
                     "'returned': {'sum': ['returned_revenue', 'returned_cost', 'returned_discount']},"
                     "'back': {'sum': 'returned_quantity'}",
                     lines, LENGTH_OF(lines), on(2024, 12, 31));
    assert_value(b.frame, "1", "marketing", 11.5); /* 9.00 + 2.50 */
    assert_value(b.frame, "1", "profit", 36.0);    /* 81.00 - 45.00 */
    assert_value(b.frame, "1", "contribution", 33.5);
    assert_value(b.frame, "1", "twice", 150.5);   /* 81.00 + 33.50 + 36.00 */
    assert_value(b.frame, "1", "returned", 15.0); /* 9.00 + 5.00 + 1.00 */
    assert_value(b.frame, "1", "back", 1.0);
    close_book(&b);
}

/* ---- Purchase days and counts ------------------------------------------------------------------------------------ */

static const char day_metrics[] = "'mean': {'mean': 'revenue'}, 'least': {'minimum': 'revenue'},"
                                  "'most': {'maximum': 'revenue'}, 'both': {'mean': ['revenue', 'discount']}";

static void means_and_extremes_are_of_purchase_day_totals(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 1), .quantity = 1, .revenue = 1000, .discount = 100},
        {1, on(2024, 1, 1), .quantity = 1, .revenue = 500},
        {1, on(2024, 1, 1), "return", .quantity = 1, .revenue = 200}, /* on a purchase day: in its total */
        {1, on(2024, 1, 5), "return", .quantity = 1, .revenue = 900}, /* on its own date: in no total */
        {1, on(2024, 1, 9), .quantity = 1, .revenue = 200},
        {1, on(2024, 1, 10), .quantity = 1, .revenue = 100},
        {2, on(2024, 1, 5), "return", .quantity = 1, .revenue = 900},
    };
    book b = book_of(day_metrics, lines, LENGTH_OF(lines), on(2024, 12, 31));
    assert_value(b.frame, "1", "mean", 1600.0 / 300); /* 13.00, 2.00 and 1.00 */
    assert_value(b.frame, "1", "least", 1.0);
    assert_value(b.frame, "1", "most", 13.0);
    assert_value(b.frame, "1", "both", 1700.0 / 300);
    assert_missing(b.frame, "2", "mean");
    assert_missing_only(b.frame, "least", no_history, 1);
    close_book(&b);
}

static void a_day_with_no_more_sale_lines_than_cancelled_ones_is_no_purchase_day(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 1), .quantity = 1, .revenue = 1000},
        {1, on(2024, 1, 1), "cancellation", .quantity = 1, .revenue = 1000},
        {1, on(2024, 1, 3), .quantity = 1, .revenue = 700},
        {1, on(2024, 1, 3), .quantity = 1, .revenue = 300},
        {1, on(2024, 1, 3), "cancellation", .quantity = 1, .revenue = 300},
        {1, on(2024, 1, 7), "rebate", .revenue = 50},
    };
    book b = book_of("'days': {'count': 'purchase_days'}, 'recency': {'recency': 'days'}, 'mean': {'mean': 'revenue'},"
                     "'lines': {'count': 'lines'}",
                     lines, LENGTH_OF(lines), on(2024, 1, 31));
    assert_value(b.frame, "1", "days", 1.0);
    assert_value(b.frame, "1", "recency", 28.0);
    assert_value(b.frame, "1", "mean", 7.0);
    assert_value(b.frame, "1", "lines", 1.0);
    close_book(&b);
}

static void counts_count_lines_documents_and_days(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2023, 6, 1), .quantity = 1, .revenue = 100, .document = 1},
        {1, on(2024, 2, 1), .quantity = 1, .revenue = 100, .document = 7},
        {1, on(2024, 2, 1), .quantity = 1, .revenue = 100, .document = 7},
        {1, on(2024, 2, 1), .quantity = 1, .revenue = 100, .cost = UNKNOWN, .document = 8},
        {1, on(2024, 3, 1), .quantity = 1, .revenue = 100, .document = 9},
        {1, on(2024, 3, 1), .quantity = 1, .revenue = 100, .document = 9},
        {1, on(2024, 3, 1), "cancellation", .quantity = 1, .revenue = 100, .document = 9},
        {1, on(2024, 4, 1), "return", .quantity = 1, .revenue = 100},
    };
    book b = book_of("'lines': {'count': 'lines'}, 'sale': {'count': 'sale_lines'},"
                     "'cancelled': {'count': 'cancelled_lines'}, 'return': {'count': 'return_lines'},"
                     "'unknown': {'count': 'unknown_cost_lines'}, 'documents': {'count': 'documents'},"
                     "'days': {'count': 'purchase_days'}, 'repeat': {'count': 'repeat_days'},"
                     "'lately': {'count': 'repeat_days', 'window': {'from': '2024-01-01', 'to': '2024-12-31'}},"
                     "'first': {'count': 'repeat_days', 'window': {'from': '2023-06-01', 'to': '2024-02-29'}}",
                     lines, LENGTH_OF(lines), on(2024, 12, 31));
    assert_value(b.frame, "1", "lines", 5.0);
    assert_value(b.frame, "1", "sale", 6.0);
    assert_value(b.frame, "1", "cancelled", 1.0);
    assert_value(b.frame, "1", "return", 1.0);
    assert_value(b.frame, "1", "unknown", 1.0);
    assert_value(b.frame, "1", "documents", 4.0);
    assert_value(b.frame, "1", "days", 3.0);
    assert_value(b.frame, "1", "repeat", 2.0);
    assert_value(b.frame, "1", "lately", 2.0); /* the first purchase of all lies before the window */
    assert_value(b.frame, "1", "first", 1.0);
    close_book(&b);
}

/* ---- Time -------------------------------------------------------------------------------------------------------- */

static void recency_is_the_time_since_the_last_purchase_day_in_any_unit(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 15), .quantity = 1, .revenue = 100},
        {1, on(2024, 5, 1), "return", .quantity = 1, .revenue = 100},
        {2, on(2024, 5, 1), "return", .quantity = 1, .revenue = 100},
    };
    book b = book_of("'days': {'recency': 'days'}, 'weeks': {'recency': 'weeks'}, 'months': {'recency': 'months'},"
                     "'years': {'recency': 'years'}, 'lately': {'recency': 'days', 'window': {'months': 3}}",
                     lines, LENGTH_OF(lines), on(2024, 6, 18));
    assert_value(b.frame, "1", "days", 155.0);
    assert_value(b.frame, "1", "weeks", 155.0 / 7);
    assert_value(b.frame, "1", "months", 5 + 3.0 / 30); /* 15 June to 15 July has 30 days */
    assert_value(b.frame, "1", "years", 155.0 / 366);   /* 15 January 2024 to 15 January 2025 has 366 days */
    assert_missing(b.frame, "1", "lately");
    assert_missing(b.frame, "2", "days");
    assert_missing_only(b.frame, "days", no_history, 1);
    assert_missing_only(b.frame, "lately", no_history, 2);
    close_book(&b);
}

static void tenure_counts_from_the_earlier_of_since_and_first_purchase(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2020, 2, 29), .quantity = 1, .revenue = 100},
        {1, on(2023, 1, 1), .quantity = 1, .revenue = 100},
        {2, on(2022, 3, 1), .quantity = 1, .revenue = 100},
        {3, on(2022, 3, 1), .quantity = 1, .revenue = 100},
        {4, on(2022, 3, 1), "return", .quantity = 1, .revenue = 100},
        {5, on(2022, 3, 1), "return", .quantity = 1, .revenue = 100},
    };
    const int64_t keys[] = {1, 2, 3, 4, 6};
    const int32_t since[] = {on(2021, 1, 1), on(2021, 2, 28), on(2024, 1, 1), on(2022, 2, 28), CRMV_NO_DATE};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys),
                                   ARRAY_COLUMN("since", CRMV_INT32, since)};
    crmv_model *model = model_of_metrics("'years': {'tenure': 'years'}, 'days': {'tenure': 'days'}");
    crmv_ledger *ledger = ledger_of(model, lines, LENGTH_OF(lines));
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    must(crmv_frame_derive(model, ledger, columns, 2, 5, on(2023, 2, 28), NULL, &frame, &error), &error);
    assert_value(frame, "1", "years", 3.0); /* 29 February has its anniversary on the 28th */
    assert_value(frame, "2", "years", 2.0);
    assert_value(frame, "3", "days", 364.0); /* a `since` after the as-of date says nothing */
    assert_value(frame, "4", "years", 1.0);  /* returns are no purchase */
    assert_missing(frame, "5", "years");
    assert_missing(frame, "6", "years");
    assert_missing_only(frame, "years", no_history, 2);
    const int32_t starts[] = {on(2020, 2, 29), on(2021, 2, 28), on(2022, 3, 1),
                              on(2022, 2, 28), CRMV_NO_DATE,    CRMV_NO_DATE};
    assert_memory_equal(frame->starts, starts, sizeof starts);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void a_date_ahead_counts_as_no_time_since(void **unused) {
    (void)unused;
    const int64_t keys[] = {1, 2, 3};
    const char *const visits[] = {"2024-01-01", "2024-03-01", ""};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys),
                                   ARRAY_COLUMN("Visit", CRMV_STRINGS, visits)};
    crmv_model *model = model_of_metrics("'visit': {'since': 'Visit', 'in': 'months'}");
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    must(crmv_frame_derive(model, NULL, columns, 2, 3, on(2024, 2, 1), NULL, &frame, &error), &error);
    assert_value(frame, "1", "visit", 1.0);
    assert_value(frame, "2", "visit", 0.0);
    assert_missing(frame, "3", "visit");
    assert_missing_only(frame, "visit", not_given, 1);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void gaps_lie_between_purchase_days(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 1), .quantity = 1, .revenue = 100},
        {1, on(2024, 1, 3), .quantity = 1, .revenue = 100},
        {1, on(2024, 1, 4), "return", .quantity = 1, .revenue = 100},
        {1, on(2024, 1, 8), .quantity = 1, .revenue = 100},
        {1, on(2024, 1, 18), .quantity = 1, .revenue = 100},
        {2, on(2024, 1, 1), .quantity = 1, .revenue = 100},
        {2, on(2024, 1, 11), .quantity = 1, .revenue = 100},
        {3, on(2024, 1, 1), .quantity = 1, .revenue = 100},
    };
    book b = book_of("'mean': {'gap': 'mean'}, 'spread': {'gap': 'spread'}, 'relative': {'gap': 'relative_recency'},"
                     "'lately': {'gap': 'mean', 'window': {'days': 30}}",
                     lines, LENGTH_OF(lines), on(2024, 2, 4));
    /* gaps 2, 5, 10: mean 17/3; variance (3 * 129 - 17 * 17) / (3 * 2) */
    assert_value(b.frame, "1", "mean", 17.0 / 3);
    assert_value(b.frame, "1", "spread", sqrt(98.0 / 6));
    assert_value(b.frame, "1", "relative", 17.0 * 3 / 17); /* 17 days since 18 January */
    assert_value(b.frame, "1", "lately", 10.0);            /* (5 January, 4 February]: 8 and 18 January */
    assert_value(b.frame, "2", "mean", 10.0);
    assert_value(b.frame, "2", "relative", 2.4);
    assert_missing(b.frame, "2", "spread"); /* one gap has no spread */
    assert_missing(b.frame, "3", "mean");
    assert_missing_only(b.frame, "mean", no_history, 1);
    assert_missing_only(b.frame, "spread", no_history, 2);
    close_book(&b);
}

/* ---- Growth, returns, other metrics ------------------------------------------------------------------------------ */

static void growth_is_against_the_window_before(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2023, 5, 31), .quantity = 1, .revenue = 99900}, /* before both windows */
        {1, on(2023, 6, 1), .quantity = 1, .revenue = 10000},
        {1, on(2024, 5, 31), .quantity = 1, .revenue = 10000},
        {1, on(2024, 6, 1), .quantity = 1, .revenue = 15000},
        {2, on(2024, 6, 1), .quantity = 1, .revenue = 100},
        {3, on(2023, 6, 1), .quantity = 1, .revenue = 300},
        {4, on(2025, 6, 1), .quantity = 1, .revenue = 300},
        {5, on(2023, 6, 1), "return", .quantity = 1, .revenue = 300},
    };
    book b = book_of("'growth': {'growth': 'revenue', 'window': {'years': 1}},"
                     "'fixed': {'growth': 'revenue', 'window': {'from': '2024-06-01', 'to': '2024-06-01'}}",
                     lines, LENGTH_OF(lines), on(2025, 5, 31));
    assert_value(b.frame, "1", "growth", -0.25);
    assert_value(b.frame, "1", "fixed", 0.5); /* against the day before */
    assert_missing(b.frame, "2", "growth");
    assert_value(b.frame, "3", "growth", -1.0);
    assert_missing(b.frame, "5", "growth");
    assert_int_equal(crmv_frame_rows(b.frame), 4); /* customer 4 is not there yet */
    assert_missing_only(b.frame, "growth", undefined, 2);
    close_book(&b);
}

static void the_return_rate_is_what_came_back_of_what_was_sold(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 1), .quantity = 8, .revenue = 10000},
        {1, on(2024, 1, 2), "return", .quantity = 2, .revenue = 3000},
        {2, on(2024, 1, 1), .quantity = 1, .revenue = 100},
        {3, on(2024, 1, 2), "return", .quantity = 2, .revenue = 3000},
    };
    book b = book_of("'revenue': {'return_rate': 'revenue'}, 'quantity': {'return_rate': 'quantity'}", lines,
                     LENGTH_OF(lines), on(2024, 12, 31));
    assert_value(b.frame, "1", "revenue", 0.3);
    assert_value(b.frame, "1", "quantity", 0.25);
    assert_value(b.frame, "2", "revenue", 0.0);
    assert_missing(b.frame, "3", "revenue");
    assert_missing_only(b.frame, "quantity", undefined, 1);
    close_book(&b);
}

typedef struct pair {
    int64_t key;
    double a, b;
} pair;

static void metrics_combine_and_never_give_what_is_not_finite(void **unused) {
    (void)unused;
    const pair pairs[] = {{1, 6, 8},
                          {2, 6, 0},
                          {3, 6, -8},
                          {4, (double)NAN, 8},
                          {5, 6, (double)NAN},
                          {6, 1e308, 1e-308},
                          {7, 1.7e308, -1.7e308},
                          {8, 0, -5}};
    const crmv_column columns[] = {FIELD_COLUMN("customer", CRMV_INT64, pairs, key),
                                   FIELD_COLUMN("A", CRMV_DOUBLE, pairs, a), FIELD_COLUMN("B", CRMV_DOUBLE, pairs, b)};
    crmv_model *model = model_of_metrics("'chain': {'ratio': ['share', 'a']}, 'share': {'share': ['a', 'b']},"
                                         "'ratio': {'ratio': ['a', 'b']}, 'difference': {'difference': ['a', 'b']},"
                                         "'a': {'attribute': 'A'}, 'b': {'attribute': 'B'}");
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    must(crmv_frame_derive(model, NULL, columns, 3, LENGTH_OF(pairs), CRMV_NO_DATE, NULL, &frame, &error), &error);
    assert_value(frame, "1", "share", 0.75);
    assert_value(frame, "1", "ratio", 0.75);
    assert_value(frame, "1", "difference", -2.0);
    assert_value(frame, "1", "chain", 0.125);
    assert_missing(frame, "2", "share");
    assert_missing(frame, "2", "ratio");
    assert_value(frame, "2", "difference", 6.0);
    assert_missing(frame, "3", "share");
    assert_value(frame, "3", "ratio", -0.75);
    assert_missing(frame, "4", "difference");
    assert_missing(frame, "5", "difference");
    assert_missing(frame, "6", "ratio");
    assert_missing(frame, "7", "difference");
    assert_value(frame, "8", "ratio", 0.0); /* and not -0 */
    crmv_missing missing = {.struct_size = sizeof missing};
    assert_int_equal(crmv_frame_missing(frame, "share", &missing), CRMV_OK);
    assert_int_equal(missing.missing, 7);
    assert_int_equal(missing.operand, 2);
    assert_int_equal(missing.undefined, 5); /* by 0, by -8, not finite, by -1.7e308, by -5 */
    assert_int_equal(crmv_frame_missing(frame, "difference", &missing), CRMV_OK);
    assert_int_equal(missing.operand, 2);
    assert_int_equal(missing.undefined, 1);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

/* ---- Unknown cost ------------------------------------------------------------------------------------------------ */

static void profit_is_missing_where_too_little_of_the_revenue_has_a_known_cost(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 1), .quantity = 1, .revenue = 6000, .cost = 4000}, /* 60 of 100 */
        {1, on(2024, 1, 1), .quantity = 1, .revenue = 4000, .cost = UNKNOWN},
        {2, on(2024, 1, 1), .quantity = 1, .revenue = 5999, .cost = 4000},
        {2, on(2024, 1, 1), .quantity = 1, .revenue = 4001, .cost = UNKNOWN},
        {3, on(2024, 1, 1), .quantity = 1, .revenue = 4000, .cost = UNKNOWN},
        {4, on(2024, 1, 1), .quantity = 1, .revenue = 6000, .cost = 4000}, /* |revenue|: 60 + 30 of 130 */
        {4, on(2024, 1, 2), "return", .quantity = 1, .revenue = 3000, .cost = 2000},
        {4, on(2024, 1, 2), "return", .quantity = 1, .revenue = 4000, .cost = UNKNOWN},
        {5, on(2024, 1, 1), "cost", .cost_to_serve = 700},
    };
    book b = book_of("'profit': {'sum': 'gross_profit', 'minimum_coverage': 60},"
                     "'any': {'sum': 'contribution', 'minimum_coverage': 0}, 'cost': {'sum': 'cost'},"
                     "'mean': {'mean': 'gross_profit', 'minimum_coverage': 60}, 'revenue': {'sum': 'revenue'},"
                     "'unknown': {'sum': 'unknown_cost_revenue'}",
                     lines, LENGTH_OF(lines), on(2024, 12, 31));
    assert_value(b.frame, "1", "profit", 20.0); /* of the lines whose cost is known */
    assert_value(b.frame, "1", "mean", 20.0);
    assert_value(b.frame, "1", "unknown", 40.0);
    assert_value(b.frame, "1", "revenue", 100.0);
    assert_missing(b.frame, "2", "profit");
    assert_missing(b.frame, "2", "mean");
    assert_value(b.frame, "2", "any", 19.99);
    assert_value(b.frame, "2", "cost", 40.0); /* 50 percent by default */
    assert_missing(b.frame, "3", "any");      /* nothing is known */
    assert_missing(b.frame, "3", "cost");
    assert_value(b.frame, "4", "profit", 10.0); /* (60 - 30) - (40 - 20) */
    assert_value(b.frame, "5", "profit", 0.0);
    assert_value(b.frame, "5", "any", -7.0); /* no revenue at all: nothing is unknown */
    assert_missing_only(b.frame, "profit", cost_unknown, 2);
    assert_missing_only(b.frame, "any", cost_unknown, 1);
    close_book(&b);
}

static void growth_of_profit_needs_known_costs_in_both_windows(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2024, 1, 1), .quantity = 1, .revenue = 200, .cost = 100},
        {1, on(2024, 1, 2), .quantity = 1, .revenue = 200, .cost = 50},
        {2, on(2024, 1, 1), .quantity = 1, .revenue = 200, .cost = UNKNOWN},
        {2, on(2024, 1, 2), .quantity = 1, .revenue = 200, .cost = 50},
        {3, on(2024, 1, 1), .quantity = 1, .revenue = 200, .cost = 100},
        {3, on(2024, 1, 2), .quantity = 1, .revenue = 200, .cost = UNKNOWN},
    };
    book b =
        book_of("'growth': {'growth': 'gross_profit', 'window': {'days': 1}}", lines, LENGTH_OF(lines), on(2024, 1, 2));
    assert_value(b.frame, "1", "growth", 0.5);
    assert_missing(b.frame, "2", "growth");
    assert_missing(b.frame, "3", "growth");
    assert_missing_only(b.frame, "growth", cost_unknown, 2);
    close_book(&b);
}

/* ---- Per year ---------------------------------------------------------------------------------------------------- */

static void part_year_customers_are_scaled_and_whole_year_customers_are_not(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(2020, 1, 1), .quantity = 1, .revenue = 100},
        {1, on(2024, 7, 1), .quantity = 7, .revenue = 12345},
        {2, on(2024, 12, 1), .quantity = 7, .revenue = 12345}, /* 31 days of 366 */
        {3, on(2024, 7, 1), "return", .quantity = 1, .revenue = 100},
        {4, on(2024, 12, 31), .quantity = 1, .revenue = 100}, /* one day */
        {5, on(2024, 1, 1), .quantity = 3, .revenue = 100},   /* the window's first day */
    };
    book b = book_of("'year': {'sum': 'revenue', 'window': {'years': 1}, 'per': 'year'},"
                     "'lines': {'count': 'lines', 'window': {'years': 1}, 'per': 'year'},"
                     "'days': {'count': 'purchase_days', 'per': 'year'},"
                     "'two': {'sum': 'quantity', 'window': {'years': 2}, 'per': 'year'},"
                     "'past': {'sum': 'revenue', 'window': {'from': '2023-01-01', 'to': '2023-12-31'}, 'per': 'year'}",
                     lines, LENGTH_OF(lines), on(2024, 12, 31));
    assert_value(b.frame, "1", "year", 123.45);
    assert_value(b.frame, "1", "two", 7 * (366.0 / 731));
    assert_value(b.frame, "1", "days", 2 * (366.0 / 1827)); /* 2020-01-01 to 2024-12-31 */
    assert_value(b.frame, "1", "past", 0.0);
    assert_value(b.frame, "2", "year", 123.45 * (366.0 / 31));
    assert_value(b.frame, "2", "lines", 366.0 / 31);
    assert_value(b.frame, "2", "past", 0.0); /* the start lies after the window: nothing is nothing a year */
    assert_missing(b.frame, "3", "year");    /* no start */
    assert_value(b.frame, "4", "year", 366.0);
    assert_value(b.frame, "5", "two", 3.0);
    assert_missing_only(b.frame, "year", no_history, 1);
    assert_missing_only(b.frame, "past", no_history, 0);
    close_book(&b);
}

/* ---- Nothing to derive from -------------------------------------------------------------------------------------- */

static const char every_kind[] =
    "'sum': {'sum': 'revenue'}, 'count': {'count': 'purchase_days'}, 'mean': {'mean': 'revenue'},"
    "'least': {'minimum': 'revenue'}, 'most': {'maximum': 'revenue'}, 'recency': {'recency': 'days'},"
    "'tenure': {'tenure': 'days'}, 'gap': {'gap': 'mean'},"
    "'growth': {'growth': 'revenue', 'window': {'days': 7}}, 'rate': {'return_rate': 'revenue'}";

static void without_a_ledger_all_that_comes_from_one_is_missing(void **unused) {
    (void)unused;
    static const char *const names[] = {"sum",     "count",  "mean", "least",  "most",
                                        "recency", "tenure", "gap",  "growth", "rate"};
    const int64_t keys[] = {1};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys)};
    crmv_model *model = model_of_metrics(every_kind);
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    must(crmv_frame_derive(model, NULL, columns, 1, 1, 0, NULL, &frame, &error), &error);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_missing(frame, "1", names[i]);
        assert_missing_only(frame, names[i], no_history, 1);
    }
    assert_null(crmv_frame_amount(frame, "revenue"));
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void a_customer_without_facts_has_sums_and_counts_of_0_and_nothing_else(void **unused) {
    (void)unused;
    static const char *const names[] = {"mean", "least", "most", "recency", "tenure", "gap", "growth", "rate"};
    const book_line lines[] = {{1, 0, .quantity = 1, .revenue = 100}};
    const int64_t keys[] = {2};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys)};
    crmv_model *model = model_of_metrics(every_kind);
    crmv_ledger *ledger = ledger_of(model, lines, 1);
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    must(crmv_frame_derive(model, ledger, columns, 1, 1, 3, NULL, &frame, &error), &error);
    assert_value(frame, "2", "sum", 0.0);
    assert_value(frame, "2", "count", 0.0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_missing(frame, "2", names[i]);
    }
    assert_missing_only(frame, "mean", no_history, 1);
    crmv_missing growth = {.struct_size = sizeof growth};
    assert_int_equal(crmv_frame_missing(frame, "growth", &growth), CRMV_OK);
    assert_int_equal(growth.no_history, 1); /* of customer 2 */
    assert_int_equal(growth.undefined, 1);  /* of customer 1 */
    assert_int_equal(crmv_frame_amount(frame, "revenue")[1], 0);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void without_a_date_all_facts_count_where_the_model_needs_none(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, on(1, 1, 1), .quantity = 1, .revenue = 100},
        {1, on(2024, 6, 30), .quantity = 1, .revenue = 100},
        {1, on(9999, 12, 31), .quantity = 1, .revenue = 100},
    };
    book b = book_of("'all': {'sum': 'revenue'},"
                     "'half': {'sum': 'revenue', 'window': {'from': '2024-01-01', 'to': '2024-06-30'}}",
                     lines, LENGTH_OF(lines), CRMV_NO_DATE);
    assert_value(b.frame, "1", "all", 3.0);
    assert_value(b.frame, "1", "half", 1.0);
    assert_int_equal(crmv_frame_as_of(b.frame), CRMV_NO_DATE);
    close_book(&b);
}

/* ---- Exact amounts ----------------------------------------------------------------------------------------------- */

static void amounts_are_exact_and_tie_out_with_the_ledger(void **unused) {
    (void)unused;
    static const char *const measures[] = {"revenue", "gross_profit", "contribution"};
    const book_line lines[] = {
        {1, 10, .quantity = 1, .revenue = INT64_C(9007199254740991), .cost = 1},
        {1, 11, .quantity = 1, .revenue = INT64_C(9007199254740991), .cost = UNKNOWN},
        {2, 10, .quantity = 1, .revenue = 333, .cost = 111, .cost_to_serve = 11},
    };
    book b = book_of("'revenue': {'sum': 'revenue'}", lines, LENGTH_OF(lines), 11);
    assert_int_equal(crmv_frame_amount(b.frame, "revenue")[0], INT64_C(18014398509481982));
    assert_int_equal(crmv_frame_amount(b.frame, "gross_profit")[0], INT64_C(9007199254740990));
    assert_int_equal(crmv_frame_amount(b.frame, "contribution")[1], 211);
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
        const int64_t *amounts = crmv_frame_amount(b.frame, measures[i]);
        int64_t total = 0;
        assert_int_equal(crmv_ledger_total(b.ledger, measures[i], &total), CRMV_OK);
        assert_int_equal(amounts[0] + amounts[1], total);
    }
    assert_null(crmv_frame_amount(b.frame, "quantity"));
    close_book(&b);
}

static void amounts_are_over_the_models_own_window(void **unused) {
    (void)unused;
    const book_line lines[] = {{1, 10, .quantity = 1, .revenue = 5}, {1, 11, .quantity = 1, .revenue = 7}};
    crmv_model *model = model_of("{'crmvalue': 1, 'money': {'quantity_decimals': 0}, 'window': {'days': 1}, "
                                 "'metrics': {'all': {'sum': 'revenue', 'window': 'all'}}}");
    crmv_ledger *ledger = ledger_of(model, lines, 2);
    crmv_frame *frame = frame_of(model, ledger, 11);
    assert_int_equal(crmv_frame_amount(frame, "revenue")[0], 7);
    assert_value(frame, "1", "all", 0.12);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

enum { MANY_DAYS = 1100 }; /* 1,025 of the largest amounts do not fit into 64 bits */

static void a_sum_that_does_not_fit_fails_and_names_metric_and_customer(void **unused) {
    (void)unused;
    static book_line lines[MANY_DAYS];
    for (int32_t i = 0; i < MANY_DAYS; i++) {
        lines[i] = (book_line){77, i, .quantity = 1, .revenue = INT64_C(9007199254740991)};
    }
    crmv_model *model =
        model_of("{'crmvalue': 1, 'money': {'quantity_decimals': 0}, 'window': {'days': 5}, "
                 "'metrics': {'good': {'sum': 'revenue'}, 'huge': {'sum': 'revenue', 'window': 'all'}}}");
    crmv_ledger *ledger = ledger_of(model, lines, MANY_DAYS);
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, MANY_DAYS, NULL, &frame, &error), CRMV_OVERFLOW);
    assert_null(frame);
    assert_string_equal(error.place, "huge");
    assert_non_null(strstr(error.message, "huge"));
    assert_non_null(strstr(error.message, "77"));
    must(crmv_frame_derive(model, ledger, NULL, 0, 0, 1000, NULL, &frame, &error), &error);
    assert_value(frame, "77", "huge", (double)(1001 * INT64_C(9007199254740991)) / 100);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_sees_the_days_of_its_window_and_none_after_the_as_of_date),
        cmocka_unit_test(a_month_before_the_last_of_a_month_is_a_last_day_and_other_days_are_clamped),
        cmocka_unit_test(the_models_window_is_that_of_cards_without_one_and_all_gives_a_card_all_history),
        cmocka_unit_test(measures_of_one_card_add_up),
        cmocka_unit_test(means_and_extremes_are_of_purchase_day_totals),
        cmocka_unit_test(a_day_with_no_more_sale_lines_than_cancelled_ones_is_no_purchase_day),
        cmocka_unit_test(counts_count_lines_documents_and_days),
        cmocka_unit_test(recency_is_the_time_since_the_last_purchase_day_in_any_unit),
        cmocka_unit_test(tenure_counts_from_the_earlier_of_since_and_first_purchase),
        cmocka_unit_test(a_date_ahead_counts_as_no_time_since),
        cmocka_unit_test(gaps_lie_between_purchase_days),
        cmocka_unit_test(growth_is_against_the_window_before),
        cmocka_unit_test(the_return_rate_is_what_came_back_of_what_was_sold),
        cmocka_unit_test(metrics_combine_and_never_give_what_is_not_finite),
        cmocka_unit_test(profit_is_missing_where_too_little_of_the_revenue_has_a_known_cost),
        cmocka_unit_test(growth_of_profit_needs_known_costs_in_both_windows),
        cmocka_unit_test(part_year_customers_are_scaled_and_whole_year_customers_are_not),
        cmocka_unit_test(without_a_ledger_all_that_comes_from_one_is_missing),
        cmocka_unit_test(a_customer_without_facts_has_sums_and_counts_of_0_and_nothing_else),
        cmocka_unit_test(without_a_date_all_facts_count_where_the_model_needs_none),
        cmocka_unit_test(amounts_are_exact_and_tie_out_with_the_ledger),
        cmocka_unit_test(amounts_are_over_the_models_own_window),
        cmocka_unit_test(a_sum_that_does_not_fit_fails_and_names_metric_and_customer),
    };
    return cmocka_run_group_tests_name("frame metrics", tests, NULL, NULL);
}
