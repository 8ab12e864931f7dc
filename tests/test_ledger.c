/* test_ledger.c - days, documents, keys, batches and totals. */
#include "tables.h"

#include <math.h>
#include <stdio.h>

/* ---- Days and documents ------------------------------------------------------------------------------------------ */

static void a_day_with_no_more_sale_lines_than_cancelled_ones_is_no_purchase_day(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 1, 1, 1};
    const int32_t dates[] = {1, 1, 2, 2, 2, 3};
    const char *const types[] = {"sale", "cancellation", "sale", "sale", "cancellation", "return"};
    const double revenues[] = {10, 10, 10, 10, 10, 10};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), strings("kind", types),
                                   doubles("revenue", revenues)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 4, 6);
    assert_int_equal(total_of(ledger, "purchase_days"), 1);
    assert_int_equal(total_of(ledger, "lines"), 1);
    crmv_ledger_free(ledger);
}

static void a_document_counts_once_per_customer_and_day_within_a_batch(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 2, 1, 1, 1};
    const int32_t dates[] = {0, 0, 0, 0, 1, 0, 0};
    const char *const documents[] = {"A", "A", "B", "A", "A", "", "C"};
    const double revenues[] = {1, 1, 1, 1, 1, 1, -1};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), strings("document", documents),
                                   doubles("revenue", revenues)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "one", columns, 4, 7);
    assert_int_equal(total_of(ledger, "documents"), 4); /* A and B, A of 2, A of the next day; C is a return */
    take_in(ledger, "two", columns, 4, 1);
    assert_int_equal(total_of(ledger, "documents"), 5);
    crmv_ledger_free(ledger);
}

static void a_document_whose_lines_are_cancelled_does_not_count(void **state) {
    (void)state;
    enum { MANY = 100 };
    int64_t customers[MANY];
    int32_t dates[MANY];
    int64_t documents[MANY];
    const char *types[MANY];
    for (int32_t i = 0; i < MANY; i++) {
        customers[i] = 7;
        dates[i] = 0;
        documents[i] = i / 2;
        types[i] = i % 2 == 0 || i < 20 ? "sale" : "cancellation";
    }
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), wholes("document", documents),
                                   strings("kind", types)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 4, MANY);
    assert_int_equal(total_of(ledger, "documents"), 10);
    crmv_ledger_free(ledger);
}

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

static void text_keys_are_compared_by_bytes_neither_trimmed_nor_folded(void **state) {
    (void)state;
    const char *const customers[] = {"acme", "Acme", " acme", "acme", "\xE5\xAE\xA2"};
    const int32_t dates[] = {0, 0, 0, 0, 0};
    const double revenues[] = {1, 1, 1, 1, 1};
    const crmv_column columns[] = {strings("customer", customers), days("date", dates), doubles("revenue", revenues)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 3, 5);
    assert_int_equal(crmv_ledger_customers(ledger), 4);
    crmv_ledger_free(ledger);
}

static void integer_keys_in_texts_are_numbers(void **state) {
    (void)state;
    const char *const customers[] = {"007", "7", " 7", "7a", ""};
    const int32_t dates[] = {0, 0, 0, 0, 0};
    const crmv_column columns[] = {strings("customer", customers), days("date", dates)};
    crmv_ledger *ledger = new_ledger(
        "{\"crmvalue\": 1, \"metrics\": {\"lines\": {\"count\": \"lines\"}}, \"input\": {\"keys\": \"integer\"}}");
    take_in(ledger, "a", columns, 2, 5);
    assert_int_equal(crmv_ledger_customers(ledger), 1);
    assert_int_equal(total_of(ledger, "sale_lines"), 3);
    assert_int_equal(crmv_ledger_set_aside_count(ledger), 2);
    crmv_ledger_free(ledger);
}

static void one_ledger_has_one_kind_of_key(void **state) {
    (void)state;
    const char *const texts[] = {"a"};
    const int64_t numbers[] = {1};
    const int32_t dates[] = {0};
    const crmv_column by_text[] = {strings("customer", texts), days("date", dates)};
    const crmv_column by_number[] = {wholes("customer", numbers), days("date", dates)};
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", by_text, 2, 1);
    assert_int_equal(crmv_ledger_begin(ledger, "b", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, by_number, 2, 1, &error), CRMV_BAD_COLUMN);
    assert_string_equal(error.place, "customer");
    assert_int_equal(crmv_ledger_append(ledger, by_text, 2, 1, &error), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_rows(ledger), 2);
    crmv_ledger_free(ledger);
}

/* ---- Batches ----------------------------------------------------------------------------------------------------- */

static void a_batch_is_not_there_before_it_ends_and_can_be_cancelled(void **state) {
    (void)state;
    const int64_t customers[] = {1};
    const int32_t dates[] = {5};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    char before[33];
    char after[33];
    assert_int_equal(crmv_ledger_hash(ledger, before), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, columns, 2, 1, NULL), CRMV_BAD_STATE);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_BAD_STATE);
    assert_int_equal(crmv_ledger_cancel(ledger, NULL), CRMV_BAD_STATE);
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(ledger, "b", NULL), CRMV_BAD_STATE);
    assert_int_equal(crmv_ledger_append(ledger, columns, 2, 1, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_customers(ledger), 0);
    assert_int_equal(crmv_ledger_rows(ledger), 0);
    assert_int_equal(crmv_ledger_last_day(ledger), CRMV_NO_DATE);
    assert_int_equal(crmv_ledger_cancel(ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_hash(ledger, after), CRMV_OK);
    assert_string_equal(before, after);
    take_in(ledger, "a", columns, 2, 1);
    assert_int_equal(crmv_ledger_first_day(ledger), 5);
    assert_int_equal(crmv_ledger_last_day(ledger), 5);
    crmv_ledger_free(ledger);
}

static void a_batch_name_is_refused_the_second_time(void **state) {
    (void)state;
    const int64_t customers[] = {1};
    const int32_t dates[] = {5};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates)};
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "January", columns, 2, 1);
    assert_int_equal(crmv_ledger_begin(ledger, "January", &error), CRMV_DUPLICATE);
    assert_non_null(strstr(error.message, "January"));
    take_in(ledger, "February", columns, 2, 1);
    assert_int_equal(crmv_ledger_batches(ledger), 2);
    assert_int_equal(crmv_ledger_begin(ledger, "", NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_begin(ledger, "\xFF", NULL), CRMV_BAD_ARGUMENT);
    crmv_ledger_free(ledger);
}

static void a_chunk_that_fails_adds_nothing_and_the_batch_goes_on(void **state) {
    (void)state;
    const int64_t customers[] = {1};
    const int32_t dates[] = {5};
    const double revenues[] = {1};
    const crmv_column good[] = {wholes("customer", customers), days("date", dates), doubles("revenue", revenues)};
    const crmv_column bad[] = {wholes("customer", customers), days("date", dates), doubles("revenu", revenues)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, good, 3, 1, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, bad, 3, 1, NULL), CRMV_BAD_COLUMN);
    assert_int_equal(crmv_ledger_append(ledger, good, 2, 1, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, good, 3, 0, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_rows(ledger), 2);
    assert_int_equal(total_of(ledger, "sale_lines"), 2);
    assert_int_equal(total_of(ledger, "revenue"), 100);
    crmv_ledger_free(ledger);
}

static void a_sum_that_does_not_fit_is_an_overflow_and_leaves_the_ledger_as_it_was(void **state) {
    (void)state;
    enum { ROWS = 1100 };
    static int64_t customers[ROWS];
    static int32_t dates[ROWS];
    static int64_t revenues[ROWS];
    for (int32_t i = 0; i < ROWS; i++) {
        revenues[i] = (INT64_C(1) << 53) - 1;
    }
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), minors("revenue", revenues)};
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "half", columns, 3, ROWS / 2);
    const int64_t half = total_of(ledger, "revenue");
    assert_int_equal(crmv_ledger_begin(ledger, "all", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, columns, 3, ROWS, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, &error), CRMV_OVERFLOW);
    assert_int_equal(crmv_ledger_cancel(ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(ledger, "other half", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, columns, 3, ROWS / 2, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, &error), CRMV_OVERFLOW);
    assert_non_null(strstr(error.message, "1970-01-01"));
    assert_int_equal(crmv_ledger_cancel(ledger, NULL), CRMV_OK);
    assert_int_equal(total_of(ledger, "revenue"), half);
    crmv_ledger_free(ledger);
}

static void a_total_beyond_64_bits_is_told_and_not_wrapped(void **state) {
    (void)state;
    enum { ROWS = 1100 };
    static int64_t customers[ROWS];
    static int32_t dates[ROWS];
    static int64_t revenues[ROWS];
    for (int32_t i = 0; i < ROWS; i++) {
        customers[i] = i;
        revenues[i] = (INT64_C(1) << 53) - 1;
    }
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), minors("revenue", revenues)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 3, ROWS);
    int64_t total = 7;
    assert_int_equal(crmv_ledger_total(ledger, "revenue", &total), CRMV_OVERFLOW);
    assert_int_equal(total, 7);
    assert_int_equal(crmv_ledger_total(ledger, "turnover", &total), CRMV_NOT_FOUND);
    crmv_ledger_free(ledger);
}

static int32_t stop(void *context, const char *stage, double done) {
    (void)context;
    (void)stage;
    (void)done;
    return 1;
}

static void a_cancelled_call_leaves_the_handle_as_it_was(void **state) {
    (void)state;
    const int64_t customers[] = {1};
    const int32_t dates[] = {5};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates)};
    const crmv_options options = {.struct_size = sizeof options, .threads = 1, .progress = stop};
    crmv_model *model = model_of(PLAIN);
    crmv_ledger *ledger = NULL;
    assert_int_equal(crmv_ledger_new(model, &options, &ledger, NULL), CRMV_OK);
    crmv_model_free(model);
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, columns, 2, 1, NULL), CRMV_CANCELLED);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_rows(ledger), 0);
    crmv_ledger_free(ledger);
}

static void null_is_an_argument_error_or_nothing(void **state) {
    (void)state;
    int64_t total;
    char hash[33];
    crmv_ledger *ledger = NULL;
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_ledger_new(NULL, NULL, &ledger, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_begin(NULL, "a", NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_append(NULL, NULL, 0, 0, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_end(NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_cancel(NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_total(NULL, "revenue", &total), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_hash(NULL, hash), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_set_aside(NULL, 0, &aside), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_customers(NULL) + crmv_ledger_facts(NULL) + crmv_ledger_rows(NULL), 0);
    assert_int_equal(crmv_ledger_first_day(NULL), CRMV_NO_DATE);
    crmv_ledger_free(NULL);
}

static void rows_set_aside_are_told_for_each_batch(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1};
    const int32_t dates[] = {CRMV_NO_DATE, 0};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "one", columns, 2, 1);
    take_in(ledger, "two", columns, 2, 2);
    assert_int_equal(crmv_ledger_set_aside_count(ledger), 2);
    for (int32_t batch = 0; batch < 2; batch++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        assert_int_equal(crmv_ledger_set_aside(ledger, batch, &aside), CRMV_OK);
        assert_int_equal(aside.batch, batch);
        assert_int_equal(aside.first_rows[0], 1);
    }
    crmv_ledger_free(ledger);
}

static void totals_can_be_asked_for_some_days(void **state) {
    (void)state;
    const int64_t customers[] = {1, 2, 1};
    const int32_t dates[] = {1, 2, 3};
    const int64_t revenues[] = {100, 20, 3};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), minors("revenue", revenues)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    int64_t total = 0;
    take_in(ledger, "a", columns, 3, 3);
    assert_int_equal(crmv_ledger_total_between(ledger, "revenue", 2, 3, &total), CRMV_OK);
    assert_int_equal(total, 23);
    assert_int_equal(crmv_ledger_total_between(ledger, "purchase_days", 1, 2, &total), CRMV_OK);
    assert_int_equal(total, 2);
    assert_int_equal(crmv_ledger_total_between(ledger, "revenue", 4, 3, &total), CRMV_OK);
    assert_int_equal(total, 0);
    crmv_ledger_free(ledger);
}

static void an_open_batch_can_be_looked_at_before_it_ends(void **state) {
    (void)state;
    const int64_t customers[] = {1, 2};
    const int32_t dates[] = {0, CRMV_NO_DATE};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    int64_t rows = 0;
    int64_t accepted = 0;
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_ledger_pending(ledger, &rows, &accepted), CRMV_BAD_STATE);
    take_in(ledger, "first", columns, 2, 1);
    assert_int_equal(crmv_ledger_begin(ledger, "second", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, columns, 2, 2, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_pending(ledger, &rows, &accepted), CRMV_OK);
    assert_int_equal(rows, 2);
    assert_int_equal(accepted, 1);
    assert_int_equal(crmv_ledger_pending_aside(ledger, 0, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_BAD_DATE);
    assert_int_equal(crmv_ledger_pending_aside(ledger, 1, &aside), CRMV_BAD_ARGUMENT);
    assert_string_equal(crmv_ledger_batch(ledger, 0), "first");
    assert_string_equal(crmv_ledger_batch(ledger, 1), "second");
    assert_null(crmv_ledger_batch(ledger, 2));
    assert_int_equal(crmv_ledger_cancel(ledger, NULL), CRMV_OK);
    assert_null(crmv_ledger_batch(ledger, 1));
    crmv_ledger_free(ledger);
}

static void each_batch_and_feed_tells_its_rows(void **state) {
    (void)state;
    static const int64_t customers[] = {1, 2, 3};
    static const int32_t dates[] = {19000, CRMV_NO_DATE, 19010};
    static const int64_t amounts[] = {500, 600, -700};
    static const int32_t paid[] = {19005, 19005, 19010};
    static const char *const events[] = {"visit", "visit", "complaint"};
    const crmv_column lines[] = {wholes("customer", customers), days("date", dates)};
    const crmv_column items[] = {wholes("customer", customers), days("due", dates), minors("amount", amounts),
                                 days("paid", paid), days("date", dates)};
    const crmv_column happened[] = {wholes("customer", customers), days("date", dates), strings("event", events)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, lines, COUNT(lines), 2, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_receivables(ledger, items, COUNT(items), 3, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_events(ledger, happened, COUNT(happened), 1, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    crmv_batch batch = {.struct_size = sizeof batch};
    assert_int_equal(crmv_ledger_batch_get(ledger, 0, &batch), CRMV_OK);
    assert_int_equal(batch.rows, 6);
    assert_int_equal(batch.accepted, 4);
    assert_int_equal(batch.customers, 2);
    assert_int_equal(batch.facts, 3); /* 1 on two days, 3 on one */
    assert_int_equal(batch.first_day, 19000);
    assert_int_equal(batch.last_day, 19000); /* due days and events do not count */
    assert_int_equal(crmv_ledger_feed_rows(ledger, CRMV_TRANSACTIONS), 2);
    assert_int_equal(crmv_ledger_feed_rows(ledger, CRMV_RECEIVABLES), 3);
    assert_int_equal(crmv_ledger_feed_accepted(ledger, CRMV_RECEIVABLES), 2);
    assert_int_equal(crmv_ledger_feed_accepted(ledger, CRMV_EVENTS), 1);
    assert_int_equal(crmv_ledger_feed_rows(ledger, 4) + crmv_ledger_feed_accepted(ledger, 0), 0);
    assert_int_equal(crmv_ledger_feed_rows(NULL, CRMV_EVENTS) + crmv_ledger_conversions(ledger), 0);
    assert_int_equal(crmv_ledger_batch_get(ledger, 1, &batch), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_batch_get(NULL, 0, &batch), CRMV_BAD_ARGUMENT);
    batch.struct_size = 8;
    assert_int_equal(crmv_ledger_batch_get(ledger, 0, &batch), CRMV_BAD_ARGUMENT);
    crmv_conversion conversion = {.struct_size = sizeof conversion};
    assert_int_equal(crmv_ledger_conversion(ledger, 0, &conversion), CRMV_BAD_ARGUMENT);
    crmv_ledger_free(ledger);
}

static void receivables_and_events_have_totals(void **state) {
    (void)state;
    static const int64_t customers[] = {1, 1, 2};
    static const int32_t due[] = {19000, 19001, 19002};
    static const int32_t paid[] = {18990, 19011, 19009}; /* by its due day, late, late */
    static const int32_t invoiced[] = {18980, 18981, 18982};
    static const int64_t amounts[] = {100, 20, -3};
    static const char *const events[] = {"visit", "visit", "complaint"};
    const crmv_column items[] = {wholes("customer", customers), days("due", due), minors("amount", amounts),
                                 days("paid", paid), days("date", invoiced)};
    const crmv_column happened[] = {wholes("customer", customers), days("date", due), strings("event", events)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    int64_t total;
    assert_int_equal(crmv_ledger_supplies(ledger, "finance_cost"), 0);
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_events(ledger, happened, COUNT(happened), 3, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_receivables(ledger, items, COUNT(items), 3, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    assert_int_equal(total_of(ledger, "invoiced"), 117);
    assert_int_equal(total_of(ledger, "collected"), 117);
    assert_int_equal(total_of(ledger, "due"), 17);
    assert_int_equal(total_of(ledger, "settled"), 17);
    assert_int_equal(total_of(ledger, "events"), 3);
    assert_int_equal(crmv_ledger_total_between(ledger, "collected", 19009, 19010, &total), CRMV_OK);
    assert_int_equal(total, -3);
    assert_int_equal(crmv_ledger_total_between(ledger, "events", 19001, 19002, &total), CRMV_OK);
    assert_int_equal(total, 2);
    assert_int_equal(crmv_ledger_total(ledger, "finance_cost", &total), CRMV_NOT_FOUND);
    assert_int_equal(crmv_ledger_total(ledger, "repeat_days", &total), CRMV_NOT_FOUND);
    assert_int_equal(crmv_ledger_supplies(ledger, "finance_cost"), 1);
    assert_int_equal(crmv_ledger_first_day(ledger), CRMV_NO_DATE);
    crmv_ledger_free(ledger);
}

/* What files and reports hold stays comparable: a hash of transactions is the same in every version. */
static void hashes_of_transactions_never_change(void **state) {
    (void)state;
    static const int64_t numbers[] = {7, -3, 7, 12, -3};
    static const char *const texts[] = {"b", "a", "b", "\xC3\xA4", "a"};
    static const int32_t dates[] = {19000, 19001, 19000, 18500, 19002};
    static const int64_t quantities[] = {100, 200, -100, 300, 1};
    static const int64_t revenues[] = {1050, 2000, -1050, INT64_C(1) << 40, 99};
    static const int64_t costs[] = {500, 1000, -500, 7, 0};
    static const int64_t documents[] = {1, 2, 3, 4, 5};
    static const char *const hashes[][3] = {
        {"53809eeaa35c70699cb424a1b63728c9", "e297638d0ccc63f55faa3761aa874dc4", "28262e210db02f4a8bdb39a21ec32320"},
        {"53809eeaa35c70699cb424a1b63728c9", "76f6e2853bef989afcddc5d333c6b41c", "81fe0c3001ed88f236b74c4194d9902f"},
    };
    for (int32_t kind = 0; kind < 2; kind++) {
        const crmv_column columns[] = {kind == 0 ? wholes("customer", numbers) : strings("customer", texts),
                                       days("date", dates),
                                       minors("quantity", quantities),
                                       minors("revenue", revenues),
                                       minors("cost", costs),
                                       wholes("document", documents)};
        const crmv_column later[] = {kind == 0 ? wholes("customer", numbers + 3) : strings("customer", texts + 3),
                                     days("date", dates + 3), minors("quantity", quantities + 3),
                                     minors("revenue", revenues + 3), minors("cost", costs + 3)};
        char hash[33];
        crmv_ledger *ledger = new_ledger(EUROS);
        assert_int_equal(crmv_ledger_hash(ledger, hash), CRMV_OK);
        assert_string_equal(hash, hashes[kind][0]);
        take_in(ledger, "one", columns, COUNT(columns), 3);
        assert_int_equal(crmv_ledger_hash(ledger, hash), CRMV_OK);
        assert_string_equal(hash, hashes[kind][1]);
        take_in(ledger, "two", later, COUNT(later), 2);
        assert_int_equal(crmv_ledger_hash(ledger, hash), CRMV_OK);
        assert_string_equal(hash, hashes[kind][2]);
        crmv_ledger_free(ledger);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_with_no_more_sale_lines_than_cancelled_ones_is_no_purchase_day),
        cmocka_unit_test(a_document_counts_once_per_customer_and_day_within_a_batch),
        cmocka_unit_test(a_document_whose_lines_are_cancelled_does_not_count),
        cmocka_unit_test(text_keys_are_compared_by_bytes_neither_trimmed_nor_folded),
        cmocka_unit_test(integer_keys_in_texts_are_numbers),
        cmocka_unit_test(one_ledger_has_one_kind_of_key),
        cmocka_unit_test(rows_set_aside_are_told_for_each_batch),
        cmocka_unit_test(totals_can_be_asked_for_some_days),
        cmocka_unit_test(an_open_batch_can_be_looked_at_before_it_ends),
        cmocka_unit_test(a_batch_is_not_there_before_it_ends_and_can_be_cancelled),
        cmocka_unit_test(a_batch_name_is_refused_the_second_time),
        cmocka_unit_test(a_chunk_that_fails_adds_nothing_and_the_batch_goes_on),
        cmocka_unit_test(a_sum_that_does_not_fit_is_an_overflow_and_leaves_the_ledger_as_it_was),
        cmocka_unit_test(a_total_beyond_64_bits_is_told_and_not_wrapped),
        cmocka_unit_test(a_cancelled_call_leaves_the_handle_as_it_was),
        cmocka_unit_test(null_is_an_argument_error_or_nothing),
        cmocka_unit_test(each_batch_and_feed_tells_its_rows),
        cmocka_unit_test(receivables_and_events_have_totals),
        cmocka_unit_test(hashes_of_transactions_never_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
