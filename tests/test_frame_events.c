/*
 * test_frame_events.c - events: random books against a slow reference that looks at every event, and cases worked by
 * hand.
 */
#include "chance.h"
#include "items.h"

#include <stdio.h>

enum { CUSTOMERS = 5, MOST_EVENTS = 60, DAYS = 90, FIRST_DAY = 20000, BOOKS = 1200 };

/* ---- Random books ------------------------------------------------------------------------------------------------ */

static const char *const names[] = {"complaint", "visit", "survey"};
static const char *const texts[] = {"price", "Price", "late", "quality"};

static int64_t below(uint64_t *state, int64_t limit) {
    return (int64_t)(chance_bits(state) % (uint64_t)limit);
}

typedef struct random_book {
    book_event events[MOST_EVENTS];
    int64_t count;
    int32_t as_of, length; /* of the model's window in days */
    int32_t from, to;      /* of the cards' own */
} random_book;

static void fill_book(random_book *b, uint64_t seed) {
    uint64_t state = seed * 104729 + 7;
    const int64_t limit = below(&state, 6) == 0 ? INT64_C(1) << 52 : 5000000;
    *b = (random_book){.count = 1 + below(&state, MOST_EVENTS)};
    for (int64_t i = 0; i < b->count; i++) {
        book_event *event = &b->events[i];
        event->customer = 1 + below(&state, CUSTOMERS);
        event->day = (int32_t)(FIRST_DAY + below(&state, DAYS));
        event->event = names[below(&state, LENGTH_OF(names))];
        /* What a double of 1e-6 gives back to the last digit. */
        event->value = below(&state, 3) == 0 ? NO_VALUE : below(&state, limit) - limit / 2;
        event->value = event->value != NO_VALUE && limit > 5000000 ? event->value / 1000000 * 1000000 : event->value;
        event->text = below(&state, 2) == 0 ? NULL : texts[below(&state, LENGTH_OF(texts))];
    }
    b->as_of = (int32_t)(FIRST_DAY + below(&state, DAYS + 20));
    b->length = (int32_t)(1 + below(&state, DAYS));
    b->from = (int32_t)(FIRST_DAY + below(&state, DAYS));
    b->to = b->from + (int32_t)below(&state, 40);
}

static crmv_model *model_of_book(const random_book *b) {
    static char text[2048];
    int32_t year[2];
    int32_t month[2];
    int32_t day[2];
    crmv_date(b->from, &year[0], &month[0], &day[0]);
    crmv_date(b->to, &year[1], &month[1], &day[1]);
    char own[80];
    snprintf(own, sizeof own, "'window': {'from': '%04d-%02d-%02d', 'to': '%04d-%02d-%02d'}", (int)year[0],
             (int)month[0], (int)day[0], (int)year[1], (int)month[1], (int)day[1]);
    snprintf(text, sizeof text,
             "{'crmvalue': 1, 'window': {'days': %d}, 'metrics': {'count': {'event': ['complaint', 'count']},"
             "'own_count': {'event': ['visit', 'count'], %s}, 'sum': {'event': ['complaint', 'sum']},"
             "'own_sum': {'event': ['visit', 'sum'], %s}, 'mean': {'event': ['survey', 'mean']},"
             "'last': {'event': ['survey', 'last']}, 'own_last': {'event': ['survey', 'last'], %s},"
             "'age': {'event': ['complaint', 'age']}, 'own_age': {'event': ['complaint', 'age'], %s},"
             "'never': {'event': ['moved', 'count']},"
             "'cause': {'event': ['complaint', 'last'], 'scale': {'categories': {'late': 1, 'price': 2}}},"
             "'other': {'event': ['complaint', 'last'], %s, 'scale': {'categories': {'late': 1, 'Price': 2}, 'other':"
             " 0}}}}",
             (int)b->length, own, own, own, own, own);
    return model_of(text);
}

/* ---- The reference ----------------------------------------------------------------------------------------------- */

typedef struct found {
    int64_t count, valued, sum, value;
    int32_t last, last_valued, last_text; /* days */
    const char *text;
} found;

static found look(const random_book *b, int64_t customer, const char *name, int32_t first, int32_t last) {
    found f = {.last = CRMV_NO_DATE, .last_valued = CRMV_NO_DATE, .last_text = CRMV_NO_DATE};
    for (int32_t day = first; day <= last && day <= b->as_of; day++) {
        for (int64_t i = 0; i < b->count; i++) {
            const book_event *e = &b->events[i];
            if (e->customer != customer || e->day != day || strcmp(e->event, name) != 0) {
                continue;
            }
            f.count++;
            f.last = day;
            if (e->value != NO_VALUE) {
                f.valued++;
                f.sum += e->value;
                f.value = f.last_valued < day || e->value < f.value ? e->value : f.value;
                f.last_valued = day;
            }
            if (e->text != NULL) {
                f.text = f.last_text < day || strcmp(e->text, f.text) < 0 ? e->text : f.text;
                f.last_text = day;
            }
        }
    }
    return f;
}

static void assert_same(uint64_t seed, const crmv_frame *frame, int64_t row, const char *metric, double wanted) {
    const double value = crmv_frame_metric(frame, metric)[row];
    if (!(isnan(value) && isnan(wanted)) && memcmp(&value, &wanted, sizeof value) != 0) {
        fail_msg("book %d: %s of row %d is %.17g, not %.17g", (int)seed, metric, (int)row, value, wanted);
    }
}

static double code_of(const char *text, const char *first, const char *second, double other) {
    if (text == NULL) {
        return (double)NAN;
    }
    return strcmp(text, first) == 0 ? 0 : strcmp(text, second) == 0 ? 1 : other;
}

static void compare_row(uint64_t seed, const random_book *b, const crmv_frame *frame, int64_t row) {
    const int64_t customer = crmv_frame_numbers(frame)[row];
    const int32_t first = b->as_of - b->length + 1;
    const found complaints = look(b, customer, "complaint", first, b->as_of);
    const found all = look(b, customer, "complaint", FIRST_DAY, b->as_of);
    const found own = look(b, customer, "complaint", b->from, b->to);
    const found visits = look(b, customer, "visit", b->from, b->to);
    const found surveys = look(b, customer, "survey", first, b->as_of);
    const found all_surveys = look(b, customer, "survey", FIRST_DAY, b->as_of);
    const found own_surveys = look(b, customer, "survey", b->from, b->to);
    assert_same(seed, frame, row, "count", (double)complaints.count);
    assert_same(seed, frame, row, "own_count", (double)visits.count);
    assert_same(seed, frame, row, "sum", (double)complaints.sum / 1e6);
    assert_same(seed, frame, row, "own_sum", (double)visits.sum / 1e6);
    assert_same(seed, frame, row, "mean",
                surveys.valued == 0 ? (double)NAN : (double)surveys.sum / ((double)surveys.valued * 1e6));
    assert_same(seed, frame, row, "last", all_surveys.valued == 0 ? (double)NAN : (double)all_surveys.value / 1e6);
    assert_same(seed, frame, row, "own_last", own_surveys.valued == 0 ? (double)NAN : (double)own_surveys.value / 1e6);
    assert_same(seed, frame, row, "age", all.count == 0 ? (double)NAN : b->as_of - all.last);
    assert_same(seed, frame, row, "own_age", own.count == 0 ? (double)NAN : b->as_of - own.last);
    assert_same(seed, frame, row, "never", 0);
    assert_same(seed, frame, row, "cause", code_of(all.text, "late", "price", (double)NAN));
    assert_same(seed, frame, row, "other", code_of(own.text, "late", "Price", 2));
}

static void every_random_book_agrees_with_a_look_at_every_event(void **state) {
    (void)state;
    static random_book b;
    int64_t compared = 0;
    for (uint64_t seed = 0; seed < BOOKS; seed++) {
        fill_book(&b, seed);
        crmv_model *model = model_of_book(&b);
        const feeds from = {.events = b.events, .event_count = b.count};
        crmv_ledger *ledger = ledger_with(model, &from);
        crmv_frame *frame = frame_of(model, ledger, b.as_of);
        for (int64_t row = 0; row < crmv_frame_rows(frame); row++) {
            compare_row(seed, &b, frame, row);
            compared++;
        }
        crmv_frame_free(frame);
        crmv_ledger_free(ledger);
        crmv_model_free(model);
    }
    assert_true(compared > 3 * BOOKS);
}

/* ---- By hand ----------------------------------------------------------------------------------------------------- */

#define HEAD "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, 'metrics': {"

static void events_are_no_purchases(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    const book_event events[] = {
        {1, 19900, "visit", NO_VALUE, NULL}, {1, 20005, "visit", NO_VALUE, NULL}, {2, 20001, "visit", 1000000, NULL}};
    const feeds from = {.lines = &line, .line_count = 1, .events = events, .event_count = 3};
    book b = book_with(HEAD "'tenure': {'tenure': 'days'}, 'recency': {'recency': 'days'}, 'days': {'count':"
                            " 'purchase_days'}, 'lines': {'count': 'lines'}, 'growth': {'growth': 'revenue', 'window':"
                            " {'days': 30}}, 'returns': {'return_rate': 'revenue'}}}",
                       &from, 20010);
    assert_value(b.frame, "1", "tenure", 10.0);
    assert_value(b.frame, "1", "recency", 10.0);
    assert_value(b.frame, "1", "days", 1.0);
    assert_missing_only(b.frame, "tenure", no_history, 1);
    assert_missing_only(b.frame, "recency", no_history, 1);
    assert_value(b.frame, "2", "days", 0.0);
    assert_value(b.frame, "2", "lines", 0.0);
    assert_missing_only(b.frame, "returns", no_history, 1);
    crmv_missing missing = {.struct_size = sizeof missing};
    assert_int_equal(crmv_frame_missing(b.frame, "growth", &missing), CRMV_OK);
    assert_int_equal(missing.no_history, 1); /* of customer 2; customer 1 grew from nothing */
    assert_int_equal(missing.undefined, 1);
    assert_int_equal(crmv_frame_amount(b.frame, "revenue")[1], 0);
    close_book(&b);
}

static void counts_per_year_are_of_the_time_that_a_customer_was_known(void **state) {
    (void)state;
    /* Known for 73 days of a year of 365: 5 times two complaints. Customer 2 complained without having bought. */
    const book_line line = {.customer = 1, .day = on(2025, 10, 20), .revenue = 10000};
    const book_event events[] = {{1, on(2025, 11, 1), "complaint", 1500000, NULL},
                                 {1, on(2025, 12, 1), "complaint", 2500000, NULL},
                                 {2, on(2025, 12, 1), "complaint", NO_VALUE, NULL}};
    const feeds from = {.lines = &line, .line_count = 1, .events = events, .event_count = 3};
    book b = book_with(HEAD "'yearly': {'event': ['complaint', 'count'], 'per': 'year'},"
                            "'weight': {'event': ['complaint', 'sum'], 'per': 'year'}}}",
                       &from, on(2025, 12, 31));
    assert_value(b.frame, "1", "yearly", 10.0);
    assert_value(b.frame, "1", "weight", 20.0);
    assert_missing_only(b.frame, "yearly", no_history, 1);
    assert_value(b.frame, "2", "weight", 0.0);
    close_book(&b);
}

static void of_several_on_one_day_the_lowest_value_and_the_first_text_count(void **state) {
    (void)state;
    const book_event events[] = {{1, 20000, "survey", 9000000, "c"},  {1, 20001, "survey", 8000000, "b"},
                                 {1, 20001, "survey", 7000000, "d"},  {1, 20001, "survey", NO_VALUE, "c"},
                                 {1, 20001, "survey", 8000000, NULL}, {1, 20002, "survey", NO_VALUE, NULL}};
    const feeds from = {.events = events, .event_count = LENGTH_OF(events)};
    book b = book_with(HEAD "'value': {'event': ['survey', 'last']}, 'text': {'event': ['survey', 'last'],"
                            " 'scale': {'categories': {'c': 1, 'd': 2, 'b': 3}}}, 'age': {'event': ['survey', 'age']},"
                            "'last_age': {'event': ['survey', 'last_age']}, 'mean': {'event': ['survey', 'mean']}}}",
                       &from, 20010);
    assert_value(b.frame, "1", "value", 7.0);
    assert_value(b.frame, "1", "text", 2.0);
    assert_value(b.frame, "1", "age", 8.0);
    assert_value(b.frame, "1", "last_age", 9.0);
    assert_value(b.frame, "1", "mean", 8.0);
    close_book(&b);
}

static void the_age_of_the_last_value_is_that_of_a_text_where_there_are_no_values(void **state) {
    (void)state;
    const book_event events[] = {{1, 20000, "survey", 9000000, NULL},  {1, 20005, "survey", NO_VALUE, "a"},
                                 {2, 20000, "survey", NO_VALUE, "b"},  {2, 20004, "survey", NO_VALUE, "a"},
                                 {2, 20006, "survey", NO_VALUE, NULL}, {3, 20001, "survey", NO_VALUE, NULL}};
    const feeds from = {.events = events, .event_count = LENGTH_OF(events)};
    book b = book_with(HEAD "'age': {'event': ['survey', 'last_age']}, 'recent': {'event': ['survey', 'last_age'],"
                            " 'window': {'days': 9}}}}",
                       &from, 20010);
    assert_value(b.frame, "1", "age", 10.0);
    assert_value(b.frame, "1", "recent", 5.0);
    assert_value(b.frame, "2", "age", 6.0);
    assert_missing_only(b.frame, "age", no_history, 1);
    close_book(&b);
}

static void texts_that_the_model_does_not_name_are_listed(void **state) {
    (void)state;
    const book_event events[] = {{1, 20000, "lost", NO_VALUE, "price"},   {2, 20000, "lost", NO_VALUE, "Service"},
                                 {3, 20000, "lost", NO_VALUE, "Service"}, {4, 20000, "lost", NO_VALUE, "moved"},
                                 {4, 19000, "lost", NO_VALUE, "early"},   {5, 20000, "lost", NO_VALUE, NULL},
                                 {6, 20000, "won", NO_VALUE, "else"},     {7, 20020, "lost", NO_VALUE, "later"}};
    const feeds from = {.events = events, .event_count = LENGTH_OF(events)};
    book b =
        book_with(HEAD "'cause': {'event': ['lost', 'last'], 'scale': {'categories': {'price': 1, 'service': 2}}}}}",
                  &from, 20010);
    const char *text;
    int64_t customers;
    assert_int_equal(crmv_frame_rows(b.frame), 6);
    assert_value(b.frame, "1", "cause", 0.0);
    crmv_missing missing = {.struct_size = sizeof missing};
    assert_int_equal(crmv_frame_missing(b.frame, "cause", &missing), CRMV_OK);
    assert_int_equal(missing.unlisted, 3);
    assert_int_equal(missing.no_history, 2);
    assert_int_equal(crmv_frame_unlisted(b.frame, "cause", 0, &text, &customers), CRMV_OK);
    assert_string_equal(text, "Service");
    assert_int_equal(customers, 2);
    assert_int_equal(crmv_frame_unlisted(b.frame, "cause", 1, &text, &customers), CRMV_OK);
    assert_string_equal(text, "moved");
    assert_int_equal(customers, 1);
    assert_int_equal(crmv_frame_unlisted(b.frame, "cause", 2, &text, &customers), CRMV_NOT_FOUND);
    close_book(&b);
}

static void a_ledger_without_events_knows_nothing_of_them(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    static const char *const metrics[] = {"count", "sum", "mean", "last", "age"};
    book b = book_of("'count': {'event': ['visit', 'count']}, 'sum': {'event': ['visit', 'sum']}, 'mean': {'event':"
                     " ['visit', 'mean']}, 'last': {'event': ['visit', 'last']}, 'age': {'event': ['visit', 'age']}",
                     &line, 1, 20010);
    for (int64_t i = 0; i < LENGTH_OF(metrics); i++) {
        assert_missing_only(b.frame, metrics[i], no_history, 1);
    }
    close_book(&b);
}

static void customers_without_events_had_none(void **state) {
    (void)state;
    static const int64_t keys[] = {1, 2, 9};
    const crmv_column column = ARRAY_COLUMN("customer", CRMV_INT64, keys);
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    const book_event event = {2, 20000, "visit", 1000000, NULL};
    const feeds from = {.lines = &line, .line_count = 1, .events = &event, .event_count = 1};
    book b = {.model = model_of(HEAD "'count': {'event': ['visit', 'count']}, 'sum': {'event': ['visit', 'sum']},"
                                     "'age': {'event': ['visit', 'age']}}}")};
    b.ledger = ledger_with(b.model, &from);
    b.frame = joined(b.model, b.ledger, &column, 1, 3, 20010);
    for (int32_t i = 0; i < 3; i++) {
        static const char *const customers[] = {"1", "2", "9"};
        assert_value(b.frame, customers[i], "count", i == 1 ? 1.0 : 0.0);
        assert_value(b.frame, customers[i], "sum", i == 1 ? 1.0 : 0.0);
    }
    assert_missing_only(b.frame, "age", no_history, 2);
    close_book(&b);
}

static void a_feed_of_columns_without_rows_says_that_nothing_happened(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    book b = {.model = model_of(HEAD "'count': {'event': ['visit', 'count']}, 'sum': {'event': ['visit', 'sum']},"
                                     "'last': {'event': ['visit', 'last']}, 'overdue': {'overdue': 'amount'},"
                                     "'open': {'receivables': 'open'}}}")};
    b.ledger = ledger_of(b.model, &line, 1);
    const book_item item = {.customer = 1};
    const book_event event = {.customer = 1};
    crmv_error error = an_error();
    must(crmv_ledger_begin(b.ledger, "nothing", &error), &error);
    append_items(b.ledger, &item, 0);
    append_events(b.ledger, &event, 0);
    must(crmv_ledger_end(b.ledger, &error), &error);
    b.frame = frame_of(b.model, b.ledger, 20010);
    assert_int_equal(crmv_frame_rows(b.frame), 1);
    assert_value(b.frame, "1", "count", 0.0);
    assert_value(b.frame, "1", "sum", 0.0);
    assert_value(b.frame, "1", "overdue", 0.0);
    assert_value(b.frame, "1", "open", 0.0);
    assert_missing_only(b.frame, "last", no_history, 1);
    close_book(&b);
}

static void a_sum_of_values_beyond_64_bits_names_metric_and_customer(void **state) {
    (void)state;
    static book_event events[1100];
    for (int32_t i = 0; i < LENGTH_OF(events); i++) {
        events[i] = (book_event){5, 20000 - i, "visit", (INT64_C(1) << 53) / 1000000 * 1000000, NULL};
    }
    const feeds from = {.events = events, .event_count = LENGTH_OF(events)};
    crmv_model *model = model_of(HEAD "'sum': {'event': ['visit', 'sum']}}}");
    crmv_ledger *ledger = ledger_with(model, &from);
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, 20010, NULL, &frame, &error), CRMV_OVERFLOW);
    assert_null(frame);
    assert_string_equal(error.place, "sum");
    assert_contains(error.message, "`5`");
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_random_book_agrees_with_a_look_at_every_event),
        cmocka_unit_test(events_are_no_purchases),
        cmocka_unit_test(counts_per_year_are_of_the_time_that_a_customer_was_known),
        cmocka_unit_test(of_several_on_one_day_the_lowest_value_and_the_first_text_count),
        cmocka_unit_test(the_age_of_the_last_value_is_that_of_a_text_where_there_are_no_values),
        cmocka_unit_test(texts_that_the_model_does_not_name_are_listed),
        cmocka_unit_test(a_ledger_without_events_knows_nothing_of_them),
        cmocka_unit_test(customers_without_events_had_none),
        cmocka_unit_test(a_feed_of_columns_without_rows_says_that_nothing_happened),
        cmocka_unit_test(a_sum_of_values_beyond_64_bits_names_metric_and_customer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
