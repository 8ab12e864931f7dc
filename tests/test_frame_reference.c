/*
 * test_frame_reference.c - random books with a fixed seed: every metric of every customer, bit for bit, against a slow
 * reference that goes through the raw lines day by day.
 */
#include "chance.h"
#include "reference_metrics.h"

#include <stdio.h>

/* ---- A random book ----------------------------------------------------------------------------------------------- */

static int64_t below(uint64_t *state, int64_t limit) {
    return (int64_t)(chance_bits(state) % (uint64_t)limit);
}

/* Customers are 3, 6, 9 ...; each buys within a stretch of its own, some of them once, and some have hardly any cost.
 */
static void fill_lines(book_line *lines, uint64_t seed) {
    static const char *const kinds[] = {"sale",   "sale",   "sale",         "sale",       "sale", "sale",  "sale",
                                        "return", "return", "cancellation", "adjustment", "cost", "rebate"};
    uint64_t state = seed;
    for (int64_t i = 0; i < LINES; i++) {
        const int64_t number = i < CUSTOMERS ? i : below(&state, CUSTOMERS) * below(&state, CUSTOMERS) / CUSTOMERS;
        const int64_t start = number * 7919 % 1200;
        const int64_t length = number % 4 == 0 ? 1 : 20 + number * 31 % 380;
        book_line *line = &lines[i];
        *line = (book_line){.customer = 3 * (number + 1), .kind = kinds[below(&state, LENGTH_OF(kinds))]};
        line->day = (int32_t)(FIRST_DAY + start + below(&state, length));
        line->quantity = below(&state, 30);
        line->revenue = below(&state, 500000);
        line->cost = below(&state, 10) < number % 10 ? UNKNOWN : below(&state, 400000);
        line->discount = below(&state, 50000);
        line->cost_to_serve = below(&state, 3) == 0 ? below(&state, 9000) : 0;
        line->document = below(&state, 200);
    }
}
static void fill_table(table_row *rows, uint64_t seed) {
    uint64_t state = ~seed;
    for (int64_t i = 0; i < TABLE_ROWS; i++) {
        rows[i].key = 1 + (TABLE_ROWS - i) * 5; /* each third of them is a customer of the ledger */
        rows[i].since = below(&state, 4) == 0 ? CRMV_NO_DATE : (int32_t)(FIRST_DAY - 300 + below(&state, 2000));
        rows[i].size = below(&state, 5) == 0 ? (double)NAN : (double)below(&state, 100000) / 8;
    }
}

/* ---- Comparing --------------------------------------------------------------------------------------------------- */

static crmv_model *reference_model(void) {
    static char text[16384];
    text[0] = '\0';
    for (int32_t i = 0; i < METRICS; i++) {
        char card[256];
        snprintf(card, sizeof card, "%s'%s': {%s}", i > 0 ? ", " : "", metrics[i].name, metrics[i].card);
        strcat(text, card);
    }
    return model_of_metrics(text);
}

static crmv_frame *derive(const crmv_model *model, const crmv_ledger *ledger, const table_row *rows, int32_t as_of,
                          int32_t threads) {
    const crmv_column columns[] = {FIELD_COLUMN("customer", CRMV_INT64, rows, key),
                                   FIELD_COLUMN("since", CRMV_INT32, rows, since),
                                   FIELD_COLUMN("size", CRMV_DOUBLE, rows, size)};
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    must(crmv_frame_derive(model, ledger, columns, 3, TABLE_ROWS, as_of, &options, &frame, &error), &error);
    return frame;
}

/* Compares one customer; counts the values that are there, so that no metric goes untested. */
static void compare_customer(const crmv_frame *frame, int64_t row, const customer *c, int32_t as_of, int64_t *there) {
    for (int32_t i = 0; i < METRICS; i++) {
        const double found = crmv_frame_metric(frame, metrics[i].name)[row];
        const double wanted = reference(c, &metrics[i], as_of);
        if (isnan(found) && isnan(wanted)) {
            continue;
        }
        if (memcmp(&found, &wanted, sizeof found) != 0) {
            fail_msg("%s of customer %lld as of day %d is %.17g, not %.17g", metrics[i].name, (long long)c->key,
                     (int)as_of, found, wanted);
        }
        there[i]++;
    }
    const int64_t *profits = crmv_frame_amount(frame, "gross_profit");
    assert_int_equal(profits[row], total(c, gross_profit, FIRST_DAY, as_of));
}

static bool stands_somewhere(int64_t key, const book_line *lines, const table_row *rows) {
    bool found = false;
    for (int64_t i = 0; i < LINES && !found; i++) {
        found = lines[i].customer == key || (i < TABLE_ROWS && rows[i].key == key);
    }
    return found;
}

static void compare_frame(const crmv_frame *frame, const book_line *lines, const table_row *rows, int32_t as_of) {
    static customer c;
    int64_t there[METRICS] = {0};
    int64_t seen = 0;
    for (int64_t key = 1; key <= 3 * CUSTOMERS + 5 * TABLE_ROWS; key++) {
        if (!stands_somewhere(key, lines, rows)) {
            continue;
        }
        gather(&c, key, lines, rows);
        if (!c.in_table && !has_history(&c, as_of)) {
            continue;
        }
        assert_int_equal(crmv_frame_numbers(frame)[seen], key);
        compare_customer(frame, seen, &c, as_of, there);
        seen++;
    }
    assert_int_equal(crmv_frame_rows(frame), seen);
    for (int32_t i = 0; i < METRICS; i++) {
        crmv_missing missing = {.struct_size = sizeof missing};
        assert_int_equal(crmv_frame_missing(frame, metrics[i].name, &missing), CRMV_OK);
        assert_int_equal(missing.missing, seen - there[i]);
        if (there[i] < 10) {
            fail_msg("only %lld customers have %s: the book tests too little", (long long)there[i], metrics[i].name);
        }
    }
}

static void every_metric_of_every_customer_is_what_the_raw_lines_give(void **unused) {
    (void)unused;
    static book_line lines[LINES];
    static table_row rows[TABLE_ROWS];
    const int32_t dates[] = {on(2023, 2, 28), on(2024, 2, 29), on(2023, 8, 30)};
    assert_int_equal(on(2021, 1, 1), FIRST_DAY);
    crmv_model *model = reference_model();
    for (int64_t i = 0; i < LENGTH_OF(dates); i++) {
        fill_lines(lines, (uint64_t)(20240229 + i));
        fill_table(rows, (uint64_t)(20240229 + i));
        crmv_ledger *ledger = ledger_of(model, lines, LINES);
        crmv_frame *frame = derive(model, ledger, rows, dates[i], 1);
        compare_frame(frame, lines, rows, dates[i]);
        crmv_frame_free(frame);
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
}

static void any_number_of_threads_gives_the_same_bytes(void **unused) {
    (void)unused;
    static book_line lines[LINES];
    static table_row rows[TABLE_ROWS];
    static const int32_t threads[] = {2, 3, 8};
    static const char *const amounts[] = {"revenue", "gross_profit", "contribution"};
    fill_lines(lines, 7);
    fill_table(rows, 7);
    /* ten times the customers, so that there are several blocks of them */
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].customer += i % 10 * 10000;
    }
    crmv_model *model = reference_model();
    crmv_ledger *ledger = ledger_of(model, lines, LINES);
    crmv_frame *one = derive(model, ledger, rows, on(2024, 2, 29), 1);
    const int64_t count = crmv_frame_rows(one);
    assert_true(count > 1500);
    for (int64_t i = 0; i < LENGTH_OF(threads); i++) {
        crmv_frame *many = derive(model, ledger, rows, on(2024, 2, 29), threads[i]);
        assert_int_equal(crmv_frame_rows(many), count);
        assert_memory_equal(crmv_frame_numbers(one), crmv_frame_numbers(many), (size_t)count * sizeof(int64_t));
        for (int32_t m = 0; m < METRICS; m++) {
            crmv_missing of_one = {.struct_size = sizeof of_one};
            crmv_missing of_many = {.struct_size = sizeof of_many};
            const char *name = metrics[m].name;
            assert_memory_equal(crmv_frame_metric(one, name), crmv_frame_metric(many, name),
                                (size_t)count * sizeof(double));
            assert_int_equal(crmv_frame_missing(one, name, &of_one), CRMV_OK);
            assert_int_equal(crmv_frame_missing(many, name, &of_many), CRMV_OK);
            assert_memory_equal(&of_one, &of_many, sizeof of_one);
        }
        for (int32_t a = 0; a < 3; a++) {
            assert_memory_equal(crmv_frame_amount(one, amounts[a]), crmv_frame_amount(many, amounts[a]),
                                (size_t)count * sizeof(int64_t));
        }
        crmv_frame_free(many);
    }
    crmv_frame_free(one);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_of_every_customer_is_what_the_raw_lines_give),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
    };
    return cmocka_run_group_tests_name("frame reference", tests, NULL, NULL);
}
