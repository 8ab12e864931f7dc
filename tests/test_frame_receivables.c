/* test_frame_receivables.c - what customers owe, and what it costs, in cases worked by hand. */
#include "items.h"

#define HEAD "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, "
#define SIX_PERCENT "'finance_cost': {'yearly_rate': 0.06, 'days_in_year': 360}, "
#define OVERDUE "'days': {'overdue': 'days'}, 'amount': {'overdue': 'amount'}"

static book items_only(const char *model, const book_item *items, int64_t count, int32_t as_of) {
    const feeds from = {.items = items, .item_count = count};
    return book_with(model, &from, as_of);
}

/* ---- Interest -----------------------------------------------------------------------------------------------------
 */

static void an_item_costs_the_days_from_its_due_day_to_its_payment(void **state) {
    (void)state;
    /* 1,000.00 for 30 days at 6% of a year of 360 days: 5.00; one that is paid on its due day, or before, costs
     * nothing. */
    const book_item items[] = {{1, 100000, on(2025, 3, 1), on(2025, 3, 31), on(2025, 2, 1)},
                               {2, 100000, on(2025, 3, 1), on(2025, 3, 1), on(2025, 2, 1)},
                               {3, 100000, on(2025, 3, 1), on(2025, 2, 15), on(2025, 2, 1)}};
    book b =
        items_only(HEAD SIX_PERCENT "'metrics': {'interest': {'sum': 'finance_cost'}}}", items, 3, on(2025, 12, 31));
    assert_value(b.frame, "1", "interest", 5.0);
    assert_value(b.frame, "2", "interest", 0.0);
    assert_value(b.frame, "3", "interest", 0.0);
    assert_int_equal(crmv_frame_amount(b.frame, "contribution")[0], -500);
    assert_int_equal(crmv_frame_amount(b.frame, "gross_profit")[0], 0);
    close_book(&b);
}

static void an_open_item_costs_up_to_the_as_of_date_and_windows_share_the_days(void **state) {
    (void)state;
    const book_item item = {1, 36000000, on(2025, 3, 10), CRMV_NO_DATE, CRMV_NO_DATE};
    static const char *const model =
        HEAD SIX_PERCENT "'metrics': {'all': {'sum': 'finance_cost'},"
                         "'march': {'sum': 'finance_cost', 'window': {'from': '2025-03-01', 'to': '2025-03-31'}},"
                         "'april': {'sum': 'finance_cost', 'window': {'from': '2025-04-01', 'to': '2025-04-30'}},"
                         "'growth': {'growth': 'finance_cost', 'window': {'days': 5}}}}";
    /* 60.00 a day: 21 days in March, since the due day itself is free, and 10 in April. */
    book b = items_only(model, &item, 1, on(2025, 4, 10));
    assert_value(b.frame, "1", "all", 31 * 60.0);
    assert_value(b.frame, "1", "march", 21 * 60.0);
    assert_value(b.frame, "1", "april", 10 * 60.0);
    assert_value(b.frame, "1", "growth", 0.0);
    close_book(&b);
    b = items_only(model, &item, 1, on(2025, 3, 10));
    assert_value(b.frame, "1", "all", 0.0);
    close_book(&b);
    b = items_only(model, &item, 1, on(2025, 3, 11));
    assert_value(b.frame, "1", "all", 60.0);
    close_book(&b);
    b = items_only(model, &item, 1, on(2025, 3, 17)); /* 5 days against 2 */
    assert_value(b.frame, "1", "growth", (30000.0 - 12000.0) / 12000.0);
    close_book(&b);
}

static void each_day_bears_the_rate_that_holds_on_it(void **state) {
    (void)state;
    /* Due on 30 June: July bears 12%, but for its first 10 days, which still bear 6%. */
    const book_item item = {1, 36000000, on(2025, 6, 30), on(2025, 7, 31), CRMV_NO_DATE};
    static const char *const model =
        HEAD "'finance_cost': {'yearly_rate': [{'rate': 0.06}, {'from': '2025-07-11', 'rate': 0.12}], 'days_in_year':"
             " 360}, 'metrics': {'interest': {'sum': 'finance_cost'}}}";
    book b = items_only(model, &item, 1, on(2025, 12, 31));
    assert_value(b.frame, "1", "interest", 10 * 60.0 + 21 * 120.0);
    close_book(&b);
}

static void interest_is_rounded_once_half_to_even(void **state) {
    (void)state;
    /* One day at 36% of 360 is a thousandth: 0.50 of a cent from 5.00 is 0, 1.50 from 15.00 is 2; a credit likewise.
     * Two items of 5.00 are one cent, not none. */
    const book_item items[] = {{1, 500, 20000, 20001, CRMV_NO_DATE},  {2, 1500, 20000, 20001, CRMV_NO_DATE},
                               {3, -500, 20000, 20001, CRMV_NO_DATE}, {4, -1500, 20000, 20001, CRMV_NO_DATE},
                               {5, 500, 20000, 20001, CRMV_NO_DATE},  {5, 500, 20100, 20101, CRMV_NO_DATE}};
    book b = items_only(HEAD "'finance_cost': {'yearly_rate': 0.36, 'days_in_year': 360},"
                             "'metrics': {'interest': {'sum': 'finance_cost'}}}",
                        items, LENGTH_OF(items), 20200);
    assert_value(b.frame, "1", "interest", 0.0);
    assert_value(b.frame, "2", "interest", 0.02);
    assert_value(b.frame, "3", "interest", 0.0);
    assert_value(b.frame, "4", "interest", -0.02);
    assert_value(b.frame, "5", "interest", 0.01);
    close_book(&b);
}

/* ---- Overdue, open, late ------------------------------------------------------------------------------------------
 */

static void an_item_is_overdue_from_the_day_after_it_was_due_to_the_day_before_it_is_paid(void **state) {
    (void)state;
    const book_item item = {1, 12345, 20000, 20010, 19970};
    static const struct {
        int32_t as_of;
        double days, amount;
    } cases[] = {{19999, 0, 0}, {20000, 0, 0}, {20001, 1, 123.45}, {20009, 9, 123.45}, {20010, 0, 0}, {20500, 0, 0}};
    for (int64_t i = 0; i < LENGTH_OF(cases); i++) {
        book b = items_only(HEAD "'metrics': {" OVERDUE "}}", &item, 1, cases[i].as_of);
        assert_value(b.frame, "1", "days", cases[i].days);
        assert_value(b.frame, "1", "amount", cases[i].amount);
        close_book(&b);
    }
}

static void instalments_and_part_payments_are_overdue_one_by_one(void **state) {
    (void)state;
    /* 300.00 in three instalments: the first is paid in time, of the second 60.00 were paid late and 40.00 are open,
     * and the third is not due yet. */
    const book_item items[] = {{1, 10000, 20000, 19990, 19970},
                               {1, 6000, 20030, 20045, 19970},
                               {1, 4000, 20030, CRMV_NO_DATE, 19970},
                               {1, 10000, 20060, CRMV_NO_DATE, 19970}};
    static const char *const model = HEAD "'metrics': {" OVERDUE ", 'open': {'receivables': 'open'},"
                                          "'late': {'receivables': 'days_late'}}}";
    book b = items_only(model, items, LENGTH_OF(items), 20040);
    assert_value(b.frame, "1", "days", 10.0);
    assert_value(b.frame, "1", "amount", 100.0);
    assert_value(b.frame, "1", "open", 200.0);
    assert_value(b.frame, "1", "late", 0.0);
    close_book(&b);
    b = items_only(model, items, LENGTH_OF(items), 20050);
    assert_value(b.frame, "1", "days", 20.0);
    assert_value(b.frame, "1", "amount", 40.0);
    assert_value(b.frame, "1", "open", 140.0);
    assert_value(b.frame, "1", "late", 6000.0 * 15 / 16000);
    close_book(&b);
}

static void a_credit_note_that_is_set_off_ends_what_is_overdue(void **state) {
    (void)state;
    /* An invoice of 100.00, and a credit note over 100.00 due twenty days later; both are cleared at the end of the
     * quarter. Between, the balance is 0. Then another invoice begins to be overdue on its own. */
    const book_item items[] = {
        {1, 10000, 20000, 20090, 19970}, {1, -10000, 20020, 20090, 20020}, {1, 5000, 20050, CRMV_NO_DATE, 20020}};
    static const char *const model = HEAD SIX_PERCENT "'metrics': {" OVERDUE ", 'interest': {'sum': 'finance_cost'}}}";
    static const struct {
        int32_t as_of;
        double days, amount, interest;
    } cases[] = {{20010, 10, 100, 0.17}, {20021, 0, 0, 0.33},   {20040, 0, 0, 0.33},
                 {20061, 11, 50, 0.42},  {20090, 40, 50, 0.67}, {20091, 41, 50, 0.68}};
    for (int64_t i = 0; i < LENGTH_OF(cases); i++) {
        book b = items_only(model, items, LENGTH_OF(items), cases[i].as_of);
        assert_value(b.frame, "1", "days", cases[i].days);
        assert_value(b.frame, "1", "amount", cases[i].amount);
        assert_value(b.frame, "1", "interest", cases[i].interest);
        close_book(&b);
    }
}

static void a_payment_on_account_leaves_nothing_overdue_and_earns_interest(void **state) {
    (void)state;
    const book_item items[] = {{1, -36000000, 20000, CRMV_NO_DATE, 20000}, {1, 12000000, 20010, CRMV_NO_DATE, 19980}};
    book b =
        items_only(HEAD SIX_PERCENT "'metrics': {" OVERDUE ", 'interest': {'sum': 'finance_cost'}}}", items, 2, 20020);
    assert_value(b.frame, "1", "days", 0.0);
    assert_value(b.frame, "1", "amount", 0.0);
    assert_value(b.frame, "1", "interest", -60.0 * 20 + 20.0 * 10);
    close_book(&b);
}

static void days_sales_outstanding_are_the_open_amount_in_days_of_revenue(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 20000, .revenue = 90000}, {.customer = 2, .day = 20000}};
    const book_item items[] = {{1, 30000, 20080, CRMV_NO_DATE, 20050}, {2, 30000, 20080, CRMV_NO_DATE, 20050}};
    const feeds from = {.lines = lines, .line_count = 2, .items = items, .item_count = 2};
    book b = book_with(HEAD "'metrics': {'dso': {'receivables': 'days_sales_outstanding', 'window': {'days': 90}},"
                            "'old': {'receivables': 'days_sales_outstanding', 'window': {'from': '2024-09-01', 'to':"
                            " '2024-10-31'}}}}",
                       &from, 20070);
    assert_value(b.frame, "1", "dso", 30.0);
    assert_value(b.frame, "1", "old", 0.0); /* 20,027 is the last of October: not invoiced yet */
    assert_missing(b.frame, "2", "dso");    /* no revenue to count in */
    assert_missing_only(b.frame, "dso", undefined, 1);
    close_book(&b);
}

/* ---- Contribution -------------------------------------------------------------------------------------------------
 */

static void contribution_of_purchase_days_is_without_interest(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000, .cost = 6000, .cost_to_serve = 500};
    const book_item item = {1, 36000, 20010, 20040, 20000}; /* 1.80 */
    const feeds from = {.lines = &line, .line_count = 1, .items = &item, .item_count = 1};
    book b = book_with(HEAD SIX_PERCENT "'metrics': {'sum': {'sum': 'contribution'}, 'mean': {'mean': 'contribution'},"
                                        "'least': {'minimum': 'contribution'}, 'most': {'maximum': 'contribution'}}}",
                       &from, 20100);
    assert_value(b.frame, "1", "sum", (10000 - 6000 - 500 - 180) / 100.0);
    assert_value(b.frame, "1", "mean", 35.0);
    assert_value(b.frame, "1", "least", 35.0);
    assert_value(b.frame, "1", "most", 35.0);
    assert_int_equal(crmv_frame_amount(b.frame, "contribution")[0], 3320);
    close_book(&b);
}

static void without_rates_contribution_is_what_it_was(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000, .cost = 6000};
    const book_item item = {1, 36000, 20010, 20040, 20000};
    const feeds from = {.lines = &line, .line_count = 1, .items = &item, .item_count = 1};
    book b = book_with(HEAD "'metrics': {'sum': {'sum': 'contribution'}}}", &from, 20100);
    assert_value(b.frame, "1", "sum", 40.0);
    assert_int_equal(crmv_frame_amount(b.frame, "contribution")[0], 4000);
    close_book(&b);
}

/* ---- What is missing --------------------------------------------------------------------------------------------- */

#define ALL_DETAILS                                                                                                    \
    OVERDUE ", 'open': {'receivables': 'open'}, 'late': {'receivables': 'days_late'},"                                 \
            "'dso': {'receivables': 'days_sales_outstanding', 'window': {'days': 90}}"

static void a_ledger_without_receivables_knows_nothing_of_them(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    static const char *const names[] = {"days", "amount", "open", "late", "dso"};
    book b = {.model = model_of(HEAD SIX_PERCENT "'metrics': {" ALL_DETAILS ", 'cost': {'sum': 'finance_cost'}}}")};
    b.ledger = ledger_of(b.model, &line, 1);
    b.frame = frame_of(b.model, b.ledger, 20010);
    for (int64_t i = 0; i < LENGTH_OF(names); i++) {
        assert_missing_only(b.frame, names[i], no_history, 1);
    }
    assert_value(b.frame, "1", "cost", 0.0);
    close_book(&b);
}

static void customers_without_receivables_owe_nothing(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 20000, .revenue = 10000}, {.customer = 2, .day = 20000}};
    const book_item item = {2, 100, 19990, CRMV_NO_DATE, 19980};
    const feeds from = {.lines = lines, .line_count = 2, .items = &item, .item_count = 1};
    book b = book_with(HEAD "'metrics': {" ALL_DETAILS "}}", &from, 20010);
    assert_value(b.frame, "1", "days", 0.0);
    assert_value(b.frame, "1", "amount", 0.0);
    assert_value(b.frame, "1", "open", 0.0);
    assert_value(b.frame, "1", "dso", 0.0);
    assert_missing_only(b.frame, "late", no_history, 2);
    close_book(&b);
}

static void without_invoice_days_there_is_no_open_amount(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    const book_item item = {1, 100, 19990, 20005, CRMV_NO_DATE};
    const feeds from = {.lines = &line, .line_count = 1, .items = &item, .item_count = 1};
    book b = book_with(HEAD "'metrics': {" ALL_DETAILS "}}", &from, 20010);
    assert_missing_only(b.frame, "open", no_history, 1);
    assert_missing_only(b.frame, "dso", no_history, 1);
    assert_value(b.frame, "1", "late", 15.0);
    close_book(&b);
}

/* One who only owes has no history of sales that could grow, but interest that can. */
static void owing_is_no_history_of_sales(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    const book_item items[] = {{1, 100, 20020, CRMV_NO_DATE, 20000}, {2, 36000000, 19980, CRMV_NO_DATE, 19950}};
    const feeds from = {.lines = &line, .line_count = 1, .items = items, .item_count = 2};
    book b = book_with(HEAD SIX_PERCENT "'metrics': {'sales': {'growth': 'revenue', 'window': {'days': 30}},"
                                        "'interest': {'growth': 'finance_cost', 'window': {'days': 20}},"
                                        "'returns': {'return_rate': 'revenue', 'window': {'days': 30}},"
                                        "'tenure': {'tenure': 'days'}, 'days': {'count': 'purchase_days'}}}",
                       &from, 20010);
    crmv_missing missing = {.struct_size = sizeof missing};
    assert_int_equal(crmv_frame_missing(b.frame, "sales", &missing), CRMV_OK);
    assert_int_equal(missing.no_history, 1);
    assert_int_equal(missing.undefined, 1);
    assert_missing_only(b.frame, "returns", no_history, 1);
    assert_missing_only(b.frame, "tenure", no_history, 1);
    assert_value(b.frame, "2", "interest", 1.0); /* 20 days against 10 */
    assert_missing_only(b.frame, "interest", undefined, 1);
    assert_value(b.frame, "2", "days", 0.0);
    close_book(&b);
}

static void one_whose_items_all_lie_after_the_as_of_date_is_not_known_yet(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    const book_item items[] = {{1, 100, 20500, CRMV_NO_DATE, 20000}, {2, 100, 20500, CRMV_NO_DATE, 20400}};
    const feeds from = {.lines = &line, .line_count = 1, .items = items, .item_count = 2};
    book b = book_with(HEAD "'metrics': {" OVERDUE "}}", &from, 20010);
    assert_int_equal(crmv_frame_rows(b.frame), 1);
    assert_int_equal(crmv_frame_numbers(b.frame)[0], 1);
    close_book(&b);
}

static void rows_of_the_table_without_any_fact_owe_nothing(void **state) {
    (void)state;
    static const int64_t keys[] = {1, 7};
    const crmv_column column = ARRAY_COLUMN("customer", CRMV_INT64, keys);
    const book_item item = {1, 36000000, 20000, CRMV_NO_DATE, 19980};
    const feeds from = {.items = &item, .item_count = 1};
    book b = {.model = model_of(HEAD SIX_PERCENT "'metrics': {" OVERDUE ", 'interest': {'sum': 'finance_cost'}}}")};
    b.ledger = ledger_with(b.model, &from);
    b.frame = joined(b.model, b.ledger, &column, 1, 2, 20010);
    assert_value(b.frame, "1", "interest", 600.0);
    assert_value(b.frame, "7", "interest", 0.0);
    assert_value(b.frame, "7", "days", 0.0);
    assert_int_equal(crmv_frame_amount(b.frame, "contribution")[1], 0);
    close_book(&b);
}

/* ---- Too large --------------------------------------------------------------------------------------------------- */

static void interest_beyond_64_bits_names_metric_and_customer(void **state) {
    (void)state;
    const book_item items[] = {{1, 100, on(1900, 1, 1), CRMV_NO_DATE, CRMV_NO_DATE},
                               {2, (INT64_C(1) << 53) - 1, on(1900, 1, 1), CRMV_NO_DATE, CRMV_NO_DATE}};
    const feeds from = {.items = items, .item_count = 2};
    crmv_model *model = model_of(HEAD "'finance_cost': {'yearly_rate': 10}, 'window': {'days': 1}, 'metrics': {"
                                      "'fine': {'overdue': 'amount'},"
                                      "'interest': {'sum': 'finance_cost', 'window': 'all'}}}");
    crmv_ledger *ledger = ledger_with(model, &from);
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, on(9999, 1, 1), NULL, &frame, &error), CRMV_OVERFLOW);
    assert_null(frame);
    assert_string_equal(error.place, "interest");
    assert_contains(error.message, "`2`");
    frame = frame_of(model, ledger, on(1950, 1, 1)); /* 18,262 days: 500 times the amount still fits */
    assert_value(frame, "1", "interest", 500.33);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* ---- Many customers ---------------------------------------------------------------------------------------------- */

enum { MANY = 5000, ITEMS_EACH = 3 };

#define MANY_MODEL                                                                                                     \
    "'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, " SIX_PERCENT                                    \
    "'window': {'days': 60}, 'metrics': {" OVERDUE ", 'open': {'receivables': 'open'}, 'late': {'receivables':"        \
    " 'days_late'}, 'interest': {'sum': 'finance_cost'}, 'net': {'sum': 'contribution'}, 'growth': {'growth':"         \
    " 'finance_cost'}, 'dso': {'receivables': 'days_sales_outstanding'}}}"

static const char *const many_metrics[] = {"days", "amount", "open", "late", "interest", "net", "growth", "dso"};

/* Each has lines and items of its own; the sums of one in a thousand are taken in 128 bits, and with them its slice's.
 */
static crmv_ledger *many_ledger(const crmv_model *model) {
    static book_line lines[MANY];
    static book_item items[MANY * ITEMS_EACH];
    for (int64_t i = 0; i < MANY; i++) {
        const int64_t key = 2 * i + 1;
        lines[i] = (book_line){.customer = key, .day = (int32_t)(20000 - i % 97), .revenue = 1000 + i, .cost = i % 700};
        for (int32_t k = 0; k < ITEMS_EACH; k++) {
            const int32_t due = (int32_t)(19900 + (i * 31 + k * 57) % 160);
            const int64_t amount = i % 1000 == 999 ? (INT64_C(1) << 45) + i : 100 * (i % 89) - 500 + k;
            const int32_t paid = (i + k) % 4 == 0 ? CRMV_NO_DATE : due - 10 + (int32_t)(i * 7 % 50);
            items[i * ITEMS_EACH + k] = (book_item){key, amount, due, paid, due - 30};
        }
    }
    const feeds from = {.lines = lines, .line_count = MANY, .items = items, .item_count = MANY * ITEMS_EACH};
    return ledger_with(model, &from);
}

static void assert_same_rows(const crmv_frame *a, int64_t row_a, const crmv_frame *b, int64_t row_b) {
    for (int64_t i = 0; i < LENGTH_OF(many_metrics); i++) {
        assert_memory_equal(&crmv_frame_metric(a, many_metrics[i])[row_a],
                            &crmv_frame_metric(b, many_metrics[i])[row_b], sizeof(double));
    }
    assert_int_equal(crmv_frame_amount(a, "contribution")[row_a], crmv_frame_amount(b, "contribution")[row_b]);
}

static void values_are_the_same_on_any_number_of_threads_and_beside_any_others(void **state) {
    (void)state;
    static int64_t keys[MANY / 3];
    crmv_model *model = model_of("{" MANY_MODEL);
    crmv_ledger *ledger = many_ledger(model);
    crmv_frame *frame = frame_of(model, ledger, 20010);
    assert_int_equal(crmv_frame_rows(frame), MANY);
    for (int32_t threads = 1; threads <= 5; threads += 2) {
        const crmv_options options = {.struct_size = sizeof options, .threads = threads};
        crmv_frame *other = NULL;
        assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, 20010, &options, &other, NULL), CRMV_OK);
        for (int64_t row = 0; row < MANY; row++) {
            assert_same_rows(frame, row, other, row);
        }
        crmv_frame_free(other);
    }
    for (int64_t i = 0; i < LENGTH_OF(keys); i++) {
        keys[i] = 6 * i + 3; /* each third customer */
    }
    const crmv_column column = ARRAY_COLUMN("customer", CRMV_INT64, keys);
    crmv_ledger *extract = NULL;
    const char *const one[] = {"1999"};
    assert_int_equal(crmv_ledger_extract(ledger, one, 1, &extract, NULL), CRMV_OK);
    crmv_frame *alone = frame_of(model, extract, 20010);
    assert_same_rows(frame, 999, alone, 0);
    crmv_model *few = model_of("{'population': 'customers', " MANY_MODEL);
    crmv_frame *chosen = joined(few, ledger, &column, 1, LENGTH_OF(keys), 20010);
    assert_int_equal(crmv_frame_rows(chosen), LENGTH_OF(keys));
    for (int64_t row = 0; row < LENGTH_OF(keys); row++) {
        assert_same_rows(frame, 3 * row + 1, chosen, row);
    }
    crmv_model_free(few);
    crmv_frame_free(chosen);
    crmv_frame_free(alone);
    crmv_ledger_free(extract);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_costs_the_days_from_its_due_day_to_its_payment),
        cmocka_unit_test(an_open_item_costs_up_to_the_as_of_date_and_windows_share_the_days),
        cmocka_unit_test(each_day_bears_the_rate_that_holds_on_it),
        cmocka_unit_test(interest_is_rounded_once_half_to_even),
        cmocka_unit_test(an_item_is_overdue_from_the_day_after_it_was_due_to_the_day_before_it_is_paid),
        cmocka_unit_test(instalments_and_part_payments_are_overdue_one_by_one),
        cmocka_unit_test(a_credit_note_that_is_set_off_ends_what_is_overdue),
        cmocka_unit_test(a_payment_on_account_leaves_nothing_overdue_and_earns_interest),
        cmocka_unit_test(days_sales_outstanding_are_the_open_amount_in_days_of_revenue),
        cmocka_unit_test(contribution_of_purchase_days_is_without_interest),
        cmocka_unit_test(without_rates_contribution_is_what_it_was),
        cmocka_unit_test(a_ledger_without_receivables_knows_nothing_of_them),
        cmocka_unit_test(customers_without_receivables_owe_nothing),
        cmocka_unit_test(without_invoice_days_there_is_no_open_amount),
        cmocka_unit_test(owing_is_no_history_of_sales),
        cmocka_unit_test(one_whose_items_all_lie_after_the_as_of_date_is_not_known_yet),
        cmocka_unit_test(rows_of_the_table_without_any_fact_owe_nothing),
        cmocka_unit_test(interest_beyond_64_bits_names_metric_and_customer),
        cmocka_unit_test(values_are_the_same_on_any_number_of_threads_and_beside_any_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
