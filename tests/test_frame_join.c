/* test_frame_join.c - the customer table: its columns, its rows, and how it joins with the ledger. */
#include "book.h"

/* Customers 2 and 5 bought on day 100. */
static const book_line two_customers[] = {
    {2, 100, .quantity = 1, .revenue = 200},
    {5, 100, .quantity = 1, .revenue = 500},
};

/* A ledger of text keys: a sale of 1.00 on day 100 each. */
static crmv_ledger *text_ledger(const crmv_model *model, const char *const *keys, int64_t rows) {
    crmv_ledger *ledger = NULL;
    crmv_error error = an_error();
    static const int32_t days[] = {100, 100, 100, 100, 100, 100, 100, 100};
    static const int64_t revenues[] = {100, 100, 100, 100, 100, 100, 100, 100};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_STRINGS, keys), ARRAY_COLUMN("date", CRMV_INT32, days),
                                   ARRAY_COLUMN("revenue", CRMV_MINOR, revenues)};
    must(crmv_ledger_new(model, NULL, &ledger, &error), &error);
    must(crmv_ledger_begin(ledger, "texts", &error), &error);
    must(crmv_ledger_append(ledger, columns, 3, rows, &error), &error);
    must(crmv_ledger_end(ledger, &error), &error);
    return ledger;
}

/* The frame's keys, with a blank behind each. */
static const char *keys_of(const crmv_frame *frame) {
    static char all[4096];
    char key[1025];
    all[0] = '\0';
    for (int64_t row = 0; row < crmv_frame_rows(frame); row++) {
        assert_int_equal(crmv_frame_key(frame, row, key, sizeof key, NULL), CRMV_OK);
        strcat(all, key);
        strcat(all, " ");
    }
    return all;
}

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

static void the_frame_holds_the_tables_customers_and_those_with_facts_in_ascending_order(void **unused) {
    (void)unused;
    const int64_t keys[] = {9, -3, 5};
    const double sizes[] = {90, 30, 50};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys),
                                   ARRAY_COLUMN("Size", CRMV_DOUBLE, sizes)};
    crmv_model *model = model_of_metrics("'revenue': {'sum': 'revenue'}, 'size': {'attribute': 'Size'}");
    crmv_ledger *ledger = ledger_of(model, two_customers, 2);
    crmv_frame *frame = joined(model, ledger, columns, 2, 3, 200);
    assert_string_equal(keys_of(frame), "-3 2 5 9 ");
    assert_value(frame, "-3", "revenue", 0.0);
    assert_value(frame, "-3", "size", 30.0);
    assert_value(frame, "2", "revenue", 2.0);
    assert_missing(frame, "2", "size");
    assert_value(frame, "5", "revenue", 5.0);
    assert_value(frame, "5", "size", 50.0);
    assert_value(frame, "9", "size", 90.0);
    assert_missing_only(frame, "size", not_given, 1);
    assert_int_equal(crmv_frame_numbers(frame)[0], -3);
    assert_int_equal(crmv_frame_table_rows(frame), 3);
    assert_int_equal(crmv_frame_table_accepted(frame), 3);
    assert_int_equal(crmv_frame_set_aside_count(frame), 0);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void a_customer_whose_facts_all_lie_ahead_is_there_only_through_the_table(void **unused) {
    (void)unused;
    const int64_t keys[] = {5};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys)};
    crmv_model *model = model_of_metrics("'revenue': {'sum': 'revenue'}");
    crmv_ledger *ledger = ledger_of(model, two_customers, 2);
    crmv_frame *frame = joined(model, ledger, columns, 1, 1, 99);
    assert_string_equal(keys_of(frame), "5 ");
    assert_value(frame, "5", "revenue", 0.0);
    crmv_frame_free(frame);
    frame = frame_of(model, ledger, 99);
    assert_int_equal(crmv_frame_rows(frame), 0);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void texts_of_every_type_are_compared_by_bytes_and_neither_trimmed_nor_folded(void **unused) {
    (void)unused;
    const char *const sold[] = {"b", "B", "\xC3\xA4", "a ", "ab"};
    const char *const strings[] = {"a", "b", "A"};
    const int32_t offsets[] = {1, 2, 3, 4};
    const int64_t offsets64[] = {1, 2, 3, 4};
    const char bytes[] = "?abA";
    crmv_column columns[] = {
        ARRAY_COLUMN("customer", CRMV_STRINGS, strings),
        {.struct_size = sizeof(crmv_column), .type = CRMV_TEXT, .name = "customer", .data = bytes, .offsets = offsets},
        {.struct_size = sizeof(crmv_column),
         .type = CRMV_TEXT64,
         .name = "customer",
         .data = bytes,
         .offsets = offsets64},
    };
    crmv_model *model = model_of_metrics("'revenue': {'sum': 'revenue'}");
    crmv_ledger *ledger = text_ledger(model, sold, 5);
    for (int32_t i = 0; i < 3; i++) {
        crmv_frame *frame = joined(model, ledger, &columns[i], 1, 3, 200);
        assert_string_equal(keys_of(frame), "A B a a  ab b \xC3\xA4 ");
        assert_value(frame, "a", "revenue", 0.0);
        assert_value(frame, "a ", "revenue", 1.0);
        assert_value(frame, "b", "revenue", 1.0);
        assert_null(crmv_frame_numbers(frame));
        crmv_frame_free(frame);
    }
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void text_keys_are_whole_numbers_where_the_model_says_so(void **unused) {
    (void)unused;
    const char *const keys[] = {"10", "5", "007", "x", "1.5"};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_STRINGS, keys)};
    crmv_model *model = model_of("{'crmvalue': 1, 'input': {'keys': 'integer'}, 'money': {'quantity_decimals': 0},"
                                 "'metrics': {'revenue': {'sum': 'revenue'}}}");
    crmv_ledger *ledger = ledger_of(model, two_customers, 2);
    crmv_frame *frame = joined(model, ledger, columns, 1, 5, 200);
    assert_string_equal(keys_of(frame), "2 5 7 10 ");
    assert_value(frame, "5", "revenue", 5.0);
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_frame_set_aside(frame, 0, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_BAD_CUSTOMER);
    assert_int_equal(aside.rows, 2);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void keys_of_two_kinds_are_refused(void **unused) {
    (void)unused;
    const char *const texts[] = {"5"};
    const int32_t numbers[] = {5};
    const crmv_column text_column = ARRAY_COLUMN("customer", CRMV_STRINGS, texts);
    const crmv_column number_column = ARRAY_COLUMN("customer", CRMV_INT32, numbers);
    crmv_model *model = model_of_metrics("'revenue': {'sum': 'revenue'}");
    crmv_ledger *of_numbers = ledger_of(model, two_customers, 2);
    crmv_ledger *of_texts = text_ledger(model, texts, 1);
    crmv_ledger *empty = ledger_of(model, NULL, 0);
    crmv_error error = refused(model, of_numbers, &text_column, 1, 1, CRMV_BAD_COLUMN);
    assert_string_equal(error.place, "customer");
    assert_contains(error.message, "whole numbers");
    refused(model, of_texts, &number_column, 1, 1, CRMV_BAD_COLUMN);
    crmv_frame *frame = joined(model, empty, &number_column, 1, 1, 200);
    assert_value(frame, "5", "revenue", 0.0);
    crmv_frame_free(frame);
    crmv_ledger_free(empty);
    crmv_ledger_free(of_texts);
    crmv_ledger_free(of_numbers);
    crmv_model_free(model);
}

static void with_the_tables_population_the_other_customers_are_counted_with_their_revenue(void **unused) {
    (void)unused;
    const book_line lines[] = {
        {1, 50, .quantity = 1, .revenue = 1},    {1, 100, .quantity = 1, .revenue = 100},
        {2, 100, .quantity = 1, .revenue = 200}, {3, 100, .quantity = 1, .revenue = 400},
        {4, 201, .quantity = 1, .revenue = 800}, {5, 50, .quantity = 1, .revenue = 1600},
    };
    const int64_t keys[] = {2, 7, 3, 3};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys)};
    crmv_model *model = model_of("{'crmvalue': 1, 'population': 'customers', 'window': {'days': 120}, 'money': "
                                 "{'currency': 'EUR', 'quantity_decimals': 0}, 'metrics': {'m': {'sum': 'revenue'}}}");
    crmv_ledger *ledger = ledger_of(model, lines, LENGTH_OF(lines));
    crmv_frame *frame = joined(model, ledger, columns, 1, 4, 200);
    assert_string_equal(keys_of(frame), "2 7 ");
    assert_int_equal(crmv_frame_set_aside_count(frame), 2);
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_frame_set_aside(frame, 1, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_UNKNOWN_CUSTOMER);
    assert_string_equal(aside.currency, "EUR");
    assert_int_equal(aside.rows, 3); /* 1, 3 (its rows are not used) and 5; 4 has no fact yet */
    assert_int_equal(aside.revenue_high, 0);
    assert_int_equal(aside.revenue_low, 500); /* in the window */
    assert_int_equal(aside.listed, 0);
    assert_int_equal(crmv_frame_table_accepted(frame), 2);
    crmv_frame_free(frame);
    assert_string_equal(refused(model, ledger, NULL, 0, 0, CRMV_BAD_ARGUMENT).place, "customers");
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

static void of_a_repeated_key_no_row_is_used_and_each_is_counted(void **unused) {
    (void)unused;
    const int64_t keys[] = {5, 8, 9, 5, 8, 8};
    const char *const sizes[] = {"1", "2", "3", "4", "no number", "6"};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys),
                                   ARRAY_COLUMN("Size", CRMV_STRINGS, sizes)};
    crmv_model *model = model_of_metrics("'size': {'attribute': 'Size'}, 'revenue': {'sum': 'revenue'}");
    crmv_ledger *ledger = ledger_of(model, two_customers, 2);
    crmv_frame *frame = joined(model, ledger, columns, 2, 6, 200);
    assert_string_equal(keys_of(frame), "2 5 9 "); /* 5 has facts, 8 has none */
    assert_missing(frame, "5", "size");
    assert_value(frame, "5", "revenue", 5.0);
    assert_int_equal(crmv_frame_table_rows(frame), 6);
    assert_int_equal(crmv_frame_table_accepted(frame), 1);
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_frame_set_aside_count(frame), 2);
    assert_int_equal(crmv_frame_set_aside(frame, 0, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_BAD_AMOUNT); /* the first reason of a row counts */
    assert_int_equal(aside.rows, 1);
    assert_int_equal(aside.first_rows[0], 5);
    assert_int_equal(crmv_frame_set_aside(frame, 1, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_REPEATED_CUSTOMER);
    assert_int_equal(aside.rows, 4);
    assert_int_equal(aside.listed, 4);
    const int64_t rows[] = {1, 2, 4, 6};
    assert_memory_equal(aside.first_rows, rows, sizeof rows);
    assert_int_equal(crmv_frame_set_aside(frame, 2, &aside), CRMV_BAD_ARGUMENT);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

typedef struct raw_row {
    const char *key, *since, *visit;
    double size;
    const char *grade;
} raw_row;

static void rows_are_set_aside_under_the_first_reason_that_holds(void **unused) {
    (void)unused;
    static char long_key[1026];
    memset(long_key, 'k', 1025);
    const raw_row rows[] = {
        {"", "bad", "", 1, "x"},                              /* 1 no customer, whatever else */
        {NULL, "", "", 1, "x"},                               /* 2 likewise */
        {"NULL", "", "", 1, "x"},                             /* 3 likewise: it means missing */
        {long_key, "bad", "", 1, "x"},                        /* 4 bad customer */
        {"\xFF", "", "", 1, "x"},                             /* 5 likewise */
        {"a", "2023-02-29", "", HUGE_VAL, "x"},               /* 6 bad date before bad amount */
        {"b", "", "someday", 1, "x"},                         /* 7 bad date */
        {"c", "2023-02-28", "2024-01-01", -HUGE_VAL, "x"},    /* 8 bad amount */
        {long_key + 1, "", "NULL", (double)NAN, NULL},        /* 9 used: 1,024 bytes */
        {"d", "2023-02-28 12:30", "2024-01-01", 4, "surely"}, /* 10 used */
    };
    const crmv_column columns[] = {
        FIELD_COLUMN("customer", CRMV_STRINGS, rows, key), FIELD_COLUMN("since", CRMV_STRINGS, rows, since),
        FIELD_COLUMN("Visit", CRMV_STRINGS, rows, visit),  FIELD_COLUMN("Size", CRMV_DOUBLE, rows, size),
        FIELD_COLUMN("Grade", CRMV_STRINGS, rows, grade),
    };
    const struct {
        int32_t reason;
        int64_t rows, first;
    } expected[] = {
        {CRMV_NO_CUSTOMER, 3, 1}, {CRMV_BAD_CUSTOMER, 2, 4}, {CRMV_BAD_DATE, 2, 6}, {CRMV_BAD_AMOUNT, 1, 8}};
    crmv_model *model = model_of("{'crmvalue': 1, 'input': {'missing': ['', 'NULL']}, 'metrics': {"
                                 "'visit': {'since': 'Visit', 'in': 'days'}, 'size': {'attribute': 'Size'},"
                                 "'grade': {'attribute': 'Grade', 'scale': {'categories': {'x': 1}}}}}");
    crmv_frame *frame = joined(model, NULL, columns, 5, LENGTH_OF(rows), on(2024, 1, 11));
    assert_int_equal(crmv_frame_rows(frame), 2);
    assert_int_equal(crmv_frame_table_accepted(frame), 2);
    assert_value(frame, "d", "visit", 10.0);
    assert_value(frame, "d", "size", 4.0);
    assert_missing(frame, long_key + 1, "size");
    assert_int_equal(crmv_frame_set_aside_count(frame), LENGTH_OF(expected));
    for (int64_t i = 0; i < LENGTH_OF(expected); i++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        assert_int_equal(crmv_frame_set_aside(frame, i, &aside), CRMV_OK);
        assert_int_equal(aside.reason, expected[i].reason);
        assert_int_equal(aside.rows, expected[i].rows);
        assert_int_equal(aside.first_rows[0], expected[i].first);
        assert_int_equal(aside.amounts, 0);
    }
    crmv_frame_free(frame);
    crmv_model_free(model);
}

/* ---- Attributes -------------------------------------------------------------------------------------------------- */

static void numbers_are_read_from_columns_of_every_type(void **unused) {
    (void)unused;
    const int64_t keys[] = {1, 2, 3};
    const int32_t small[] = {-7, 0, 8};
    const int64_t large[] = {INT64_C(1) << 40, 0, 1};
    const int64_t cents[] = {12345, -1, 0};
    const double doubles[] = {0.5, (double)NAN, -0.25};
    const char *const texts[] = {"1.234,5-", "n/a", " 7 "};
    const uint8_t validity[] = {0x0A}; /* with an offset of 1: present, missing, present */
    crmv_column columns[] = {
        ARRAY_COLUMN("customer", CRMV_INT64, keys),   ARRAY_COLUMN("Small", CRMV_INT32, small),
        ARRAY_COLUMN("Large", CRMV_INT64, large),     ARRAY_COLUMN("Cents", CRMV_MINOR, cents),
        ARRAY_COLUMN("Double", CRMV_DOUBLE, doubles), ARRAY_COLUMN("Text", CRMV_STRINGS, texts),
    };
    columns[1].validity = validity;
    columns[1].validity_offset = 1;
    crmv_model *model = model_of("{'crmvalue': 1, 'input': {'decimal': ',', 'thousands': '.', 'negative': 'trailing',"
                                 "'missing': ['n/a']}, 'metrics': {'small': {'attribute': 'Small'},"
                                 "'large': {'attribute': 'Large'}, 'cents': {'attribute': 'Cents'},"
                                 "'double': {'attribute': 'Double'}, 'text': {'attribute': 'Text'}}}");
    crmv_frame *frame = joined(model, NULL, columns, 6, 3, CRMV_NO_DATE);
    assert_value(frame, "1", "small", -7.0);
    assert_missing(frame, "2", "small");
    assert_value(frame, "3", "small", 8.0);
    assert_value(frame, "1", "large", 1099511627776.0);
    assert_value(frame, "1", "cents", 123.45);
    assert_value(frame, "2", "cents", -0.01);
    assert_value(frame, "1", "double", 0.5);
    assert_missing(frame, "2", "double");
    assert_value(frame, "1", "text", -1234.5);
    assert_missing(frame, "2", "text");
    assert_value(frame, "3", "text", 7.0);
    assert_missing_only(frame, "text", not_given, 1);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void categories_are_codes_whatever_type_their_column_has(void **unused) {
    (void)unused;
    const int64_t keys[] = {1, 2, 3, 4, 5, 6};
    const char *const texts[] = {"10", "2", " 2", "", "B", "Z"};
    const int32_t whole[] = {10, 2, 3, 2, 2, 2};
    const double doubles[] = {10, 2, 2.5, (double)NAN, -0.0, 1e6};
    const int64_t cents[] = {1000, 200, 250, 2, 2, 2};
    const crmv_column columns[] = {
        ARRAY_COLUMN("customer", CRMV_INT64, keys), ARRAY_COLUMN("Text", CRMV_STRINGS, texts),
        ARRAY_COLUMN("Whole", CRMV_INT32, whole),   ARRAY_COLUMN("Double", CRMV_DOUBLE, doubles),
        ARRAY_COLUMN("Cents", CRMV_MINOR, cents),
    };
    crmv_model *model =
        model_of("{'crmvalue': 1, 'metrics': {"
                 "'text': {'attribute': 'Text', 'scale': {'categories': {'2': 5, 'B': 6, '10': 7}}},"
                 "'other': {'attribute': 'Text', 'scale': {'categories': {'2': 5, 'B': 6, '10': 7}, 'other': 1}},"
                 "'whole': {'attribute': 'Whole', 'scale': {'categories': {'2': 5, '10': 7}}},"
                 "'double': {'attribute': 'Double', 'scale': {'categories': {'2': 5, '10': 7, '0': 3, '1000000': 1}}},"
                 "'cents': {'attribute': 'Cents', 'scale': {'categories': {'2': 5, '10': 7}}}}}");
    crmv_frame *frame = joined(model, NULL, columns, 5, 6, CRMV_NO_DATE);
    const struct {
        const char *metric;
        double codes[6]; /* -1: missing */
    } expected[] = {
        {"text", {2, 0, -1, -1, 1, -1}},  {"other", {2, 0, 3, -1, 1, 3}},    {"whole", {1, 0, -1, 0, 0, 0}},
        {"double", {1, 0, -1, -1, 2, 3}}, {"cents", {1, 0, -1, -1, -1, -1}},
    };
    for (int64_t i = 0; i < LENGTH_OF(expected); i++) {
        const double *values = crmv_frame_metric(frame, expected[i].metric);
        for (int64_t row = 0; row < 6; row++) {
            const double code = isnan(values[row]) ? -1 : values[row];
            if (code != expected[i].codes[row]) {
                fail_msg("%s of row %lld has code %g", expected[i].metric, (long long)row, code);
            }
        }
    }
    crmv_missing missing = {.struct_size = sizeof missing};
    assert_int_equal(crmv_frame_missing(frame, "text", &missing), CRMV_OK);
    assert_int_equal(missing.unlisted, 2);
    assert_int_equal(missing.not_given, 1);
    assert_missing_only(frame, "other", not_given, 1);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void categories_that_the_model_lacks_are_listed_by_customers_then_by_text(void **unused) {
    (void)unused;
    const char *const keys[] = {"a", "b", "c", "d", "e", "f", "twice", "twice"};
    const char *const shops[] = {"Ware House", "Kiosk", "shop", "Ware House", "B\xFFz", "Big", "Kiosk", "Kiosk"};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_STRINGS, keys),
                                   ARRAY_COLUMN("Shop", CRMV_STRINGS, shops)};
    const struct {
        const char *text;
        int64_t customers;
    } expected[] = {{"Ware House", 2}, {"Big", 1}, {"B?z", 1}, {"Kiosk", 1}};
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {"
                                 "'shop': {'attribute': 'Shop', 'scale': {'categories': {'shop': 1}, 'other': 0}}}}");
    crmv_frame *frame = joined(model, NULL, columns, 2, 8, CRMV_NO_DATE);
    const char *text = NULL;
    int64_t customers = 0;
    for (int64_t i = 0; i < LENGTH_OF(expected); i++) {
        assert_int_equal(crmv_frame_unlisted(frame, "shop", i, &text, &customers), CRMV_OK);
        assert_string_equal(text, expected[i].text);
        assert_int_equal(customers, expected[i].customers);
    }
    assert_int_equal(crmv_frame_unlisted(frame, "shop", 4, &text, &customers), CRMV_NOT_FOUND);
    assert_int_equal(crmv_frame_unlisted(frame, "shops", 0, &text, &customers), CRMV_NOT_FOUND);
    assert_int_equal(crmv_frame_unlisted(frame, "shop", -1, &text, &customers), CRMV_BAD_ARGUMENT);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void dates_are_whole_numbers_or_texts_as_the_model_writes_them(void **unused) {
    (void)unused;
    const int64_t keys[] = {1, 2, 3, 4};
    const int64_t whole[] = {on(2024, 1, 1), INT64_C(1) << 40, CRMV_NO_DATE, on(2024, 1, 9)};
    const char *const texts[] = {"01.01.24", "01.01.24", "02.01.24", "31.12.99"};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys), ARRAY_COLUMN("Whole", CRMV_INT64, whole),
                                   ARRAY_COLUMN("Text", CRMV_STRINGS, texts)};
    crmv_model *model =
        model_of("{'crmvalue': 1, 'input': {'dates': 'dd.mm.yy'}, 'metrics': {"
                 "'whole': {'since': 'Whole', 'in': 'days'}, 'text': {'since': 'Text', 'in': 'days'}}}");
    crmv_frame *frame = joined(model, NULL, columns, 3, 4, on(2024, 1, 11));
    assert_string_equal(keys_of(frame), "1 3 4 ");
    assert_value(frame, "1", "whole", 10.0);
    assert_value(frame, "1", "text", 10.0);
    assert_missing(frame, "3", "whole");
    assert_value(frame, "3", "text", 9.0);
    assert_value(frame, "4", "text", (double)(on(2024, 1, 11) - on(1999, 12, 31)));
    crmv_frame_free(frame);
    crmv_model_free(model);
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

static void a_column_that_the_model_needs_is_missed_by_name_with_the_nearest_one(void **unused) {
    (void)unused;
    const int64_t keys[] = {1};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys),
                                   ARRAY_COLUMN("positon", CRMV_INT64, keys)};
    crmv_model *model = model_of_metrics("'position': {'attribute': 'Position'}");
    crmv_error error = refused(model, NULL, columns, 2, 1, CRMV_BAD_COLUMN);
    assert_string_equal(error.place, "Position");
    assert_contains(error.message, "metric `position`");
    assert_contains(error.message, "`positon`");
    error = refused(model, NULL, columns + 1, 1, 1, CRMV_BAD_COLUMN);
    assert_string_equal(error.place, "customer");
    crmv_model_free(model);

    model = model_of("{'crmvalue': 1, 'input': {'customers': {'customer': 'customer', 'since': 'FirstDeal'}},"
                     "'metrics': {'m': {'sum': 'revenue'}}}");
    error = refused(model, NULL, columns, 2, 1, CRMV_BAD_COLUMN);
    assert_string_equal(error.place, "FirstDeal");
    assert_contains(error.message, "`since`");
    crmv_model_free(model);
}

static void columns_bear_the_names_that_the_model_maps(void **unused) {
    (void)unused;
    const int64_t keys[] = {1};
    const char *const texts[] = {"One"};
    const int32_t days[] = {90};
    const crmv_column columns[] = {
        ARRAY_COLUMN("CustNo", CRMV_INT64, keys), ARRAY_COLUMN("CustName", CRMV_STRINGS, texts),
        ARRAY_COLUMN("FirstDeal", CRMV_INT32, days), ARRAY_COLUMN("since", CRMV_DOUBLE, keys)};
    crmv_model *model = model_of("{'crmvalue': 1, 'input': {'customers': {'customer': 'CustNo', 'name': 'CustName',"
                                 "'since': 'FirstDeal'}}, 'metrics': {'tenure': {'tenure': 'days'}}}");
    crmv_frame *frame = joined(model, NULL, columns, 4, 1, 100);
    assert_value(frame, "1", "tenure", 10.0);
    assert_string_equal(crmv_frame_name(frame, 0), "One");
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void a_column_of_a_type_that_cannot_serve_is_refused(void **unused) {
    (void)unused;
    const int64_t whole[] = {1};
    const double real[] = {1};
    const struct {
        crmv_column columns[4];
        const char *place;
    } cases[] = {
        {{ARRAY_COLUMN("customer", CRMV_DOUBLE, real), ARRAY_COLUMN("Visit", CRMV_INT64, whole)}, "customer"},
        {{ARRAY_COLUMN("customer", CRMV_MINOR, whole), ARRAY_COLUMN("Visit", CRMV_INT64, whole)}, "customer"},
        {{ARRAY_COLUMN("customer", CRMV_INT64, whole), ARRAY_COLUMN("Visit", CRMV_DOUBLE, real)}, "Visit"},
        {{ARRAY_COLUMN("customer", CRMV_INT64, whole), ARRAY_COLUMN("Visit", CRMV_INT64, whole),
          ARRAY_COLUMN("name", CRMV_INT64, whole)},
         "name"},
        {{ARRAY_COLUMN("customer", CRMV_INT64, whole), ARRAY_COLUMN("Visit", CRMV_INT64, whole),
          ARRAY_COLUMN("since", CRMV_MINOR, whole)},
         "since"},
    };
    crmv_model *model = model_of_metrics("'visit': {'since': 'Visit', 'in': 'days'}");
    for (int64_t i = 0; i < LENGTH_OF(cases); i++) {
        const int32_t count = cases[i].columns[2].name ? 3 : 2;
        assert_string_equal(refused(model, NULL, cases[i].columns, count, 1, CRMV_BAD_COLUMN).place, cases[i].place);
    }
    crmv_model_free(model);
}

static void names_are_kept_and_made_readable(void **unused) {
    (void)unused;
    const int64_t keys[] = {4, 3, 2};
    const char *const names[] = {"M\xC3\xBCller", "M\xFCller", ""};
    const crmv_column columns[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys),
                                   ARRAY_COLUMN("name", CRMV_STRINGS, names)};
    crmv_model *model = model_of_metrics("'revenue': {'sum': 'revenue'}");
    crmv_ledger *ledger = ledger_of(model, two_customers, 2);
    crmv_frame *frame = joined(model, ledger, columns, 2, 3, 200);
    assert_string_equal(crmv_frame_name(frame, 0), "");
    assert_string_equal(crmv_frame_name(frame, 1), "M?ller");
    assert_string_equal(crmv_frame_name(frame, 2), "M\xC3\xBCller");
    assert_string_equal(crmv_frame_name(frame, 3), "");
    assert_string_equal(crmv_frame_name(frame, 4), "");
    assert_string_equal(crmv_frame_name(frame, -1), "");
    crmv_frame_free(frame);
    frame = frame_of(model, ledger, 200);
    assert_string_equal(crmv_frame_name(frame, 0), "");
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_frame_holds_the_tables_customers_and_those_with_facts_in_ascending_order),
        cmocka_unit_test(a_customer_whose_facts_all_lie_ahead_is_there_only_through_the_table),
        cmocka_unit_test(texts_of_every_type_are_compared_by_bytes_and_neither_trimmed_nor_folded),
        cmocka_unit_test(text_keys_are_whole_numbers_where_the_model_says_so),
        cmocka_unit_test(keys_of_two_kinds_are_refused),
        cmocka_unit_test(with_the_tables_population_the_other_customers_are_counted_with_their_revenue),
        cmocka_unit_test(of_a_repeated_key_no_row_is_used_and_each_is_counted),
        cmocka_unit_test(rows_are_set_aside_under_the_first_reason_that_holds),
        cmocka_unit_test(numbers_are_read_from_columns_of_every_type),
        cmocka_unit_test(categories_are_codes_whatever_type_their_column_has),
        cmocka_unit_test(categories_that_the_model_lacks_are_listed_by_customers_then_by_text),
        cmocka_unit_test(dates_are_whole_numbers_or_texts_as_the_model_writes_them),
        cmocka_unit_test(a_column_that_the_model_needs_is_missed_by_name_with_the_nearest_one),
        cmocka_unit_test(columns_bear_the_names_that_the_model_maps),
        cmocka_unit_test(a_column_of_a_type_that_cannot_serve_is_refused),
        cmocka_unit_test(names_are_kept_and_made_readable),
    };
    return cmocka_run_group_tests_name("frame join", tests, NULL, NULL);
}
