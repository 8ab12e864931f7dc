/* test_frame_handle.c - a frame's accessors, the arguments of deriving one, and how it behaves in its host. */
#define _GNU_SOURCE /* feenableexcept */
#include "book.h"
#include "frame/frame.h"

#include <fenv.h>
#include <stdio.h>

/* Customers 2 and 5 bought on day 100. */
static const book_line two_customers[] = {
    {2, 100, .quantity = 1, .revenue = 200},
    {5, 100, .quantity = 1, .revenue = 500},
};

/* ---- The handle -------------------------------------------------------------------------------------------------- */

static void rows_are_found_by_key_and_keys_by_row(void **unused) {
    (void)unused;
    char buffer[8];
    int64_t length = 0;
    int64_t row = 0;
    book b = book_of("'m': {'sum': 'revenue'}", two_customers, 2, 200);
    assert_int_equal(crmv_frame_find(b.frame, "5", &row), CRMV_OK);
    assert_int_equal(row, 1);
    assert_int_equal(crmv_frame_find(b.frame, "4", &row), CRMV_NOT_FOUND);
    assert_int_equal(crmv_frame_find(b.frame, "five", &row), CRMV_NOT_FOUND);
    assert_int_equal(row, 1);
    assert_int_equal(crmv_frame_find(NULL, "5", &row), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_frame_find(b.frame, NULL, &row), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_frame_key(b.frame, 0, buffer, 2, &length), CRMV_OK);
    assert_string_equal(buffer, "2");
    assert_int_equal(length, 1);
    length = 0;
    assert_int_equal(crmv_frame_key(b.frame, 0, buffer, 1, &length), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(length, 1);
    assert_int_equal(crmv_frame_key(b.frame, 0, NULL, 0, &length), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(crmv_frame_key(b.frame, 2, buffer, 8, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_frame_key(b.frame, -1, buffer, 8, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_frame_key(b.frame, 0, NULL, 8, NULL), CRMV_BAD_ARGUMENT);
    close_book(&b);
}

static void no_frame_answers_as_an_empty_one(void **unused) {
    (void)unused;
    crmv_missing missing = {.struct_size = sizeof missing};
    crmv_set_aside aside = {.struct_size = sizeof aside};
    crmv_frame_free(NULL);
    assert_int_equal(crmv_frame_rows(NULL), 0);
    assert_int_equal(crmv_frame_as_of(NULL), CRMV_NO_DATE);
    assert_null(crmv_frame_numbers(NULL));
    assert_null(crmv_frame_metric(NULL, "m"));
    assert_null(crmv_frame_amount(NULL, "revenue"));
    assert_string_equal(crmv_frame_name(NULL, 0), "");
    assert_int_equal(crmv_frame_table_rows(NULL), 0);
    assert_int_equal(crmv_frame_table_accepted(NULL), 0);
    assert_int_equal(crmv_frame_set_aside_count(NULL), 0);
    assert_int_equal(crmv_frame_set_aside(NULL, 0, &aside), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_frame_missing(NULL, "m", &missing), CRMV_BAD_ARGUMENT);
    book b = book_of("'m': {'sum': 'revenue'}", two_customers, 2, 200);
    assert_null(crmv_frame_metric(b.frame, "n"));
    assert_null(crmv_frame_metric(b.frame, NULL));
    assert_int_equal(crmv_frame_missing(b.frame, "n", &missing), CRMV_NOT_FOUND);
    missing.struct_size = sizeof missing - 1;
    assert_int_equal(crmv_frame_missing(b.frame, "m", &missing), CRMV_BAD_ARGUMENT);
    close_book(&b);
}

static void a_newer_callers_structure_keeps_its_size(void **unused) {
    (void)unused;
    struct {
        crmv_missing known;
        int64_t newer;
    } larger = {.known = {.struct_size = sizeof larger}, .newer = 42};
    book b = book_of("'m': {'sum': 'revenue'}", two_customers, 2, 200);
    assert_int_equal(crmv_frame_missing(b.frame, "m", &larger.known), CRMV_OK);
    assert_int_equal(larger.known.struct_size, sizeof larger);
    assert_int_equal(larger.newer, 42);
    close_book(&b);
}

static void a_frame_outlives_its_model_and_ledger(void **unused) {
    (void)unused;
    book b = book_of("'m': {'sum': 'revenue'}", two_customers, 2, 200);
    crmv_ledger_free(b.ledger);
    crmv_model_free(b.model);
    const crmv_frame *held = crmvi_frame_hold(b.frame);
    crmv_frame_free(b.frame);
    assert_value(held, "5", "m", 5.0);
    crmv_frame_free((crmv_frame *)held);
}

static void arguments_are_checked_and_named(void **unused) {
    (void)unused;
    const int64_t keys[] = {1};
    crmv_column column = ARRAY_COLUMN("customer", CRMV_INT64, keys);
    crmv_model *model = model_of_metrics("'m': {'sum': 'revenue', 'window': {'days': 1}}");
    crmv_ledger *ledger = ledger_of(model, two_customers, 2);
    crmv_frame *frame = NULL;
    crmv_options options = {.struct_size = sizeof options, .threads = -1};
    crmv_error error = an_error();
    const int32_t bad = CRMV_BAD_ARGUMENT;
    assert_string_equal(refused(NULL, ledger, NULL, 0, 0, bad).place, "model");
    assert_string_equal(refused(model, NULL, NULL, 0, 0, bad).place, "ledger");
    assert_string_equal(refused(model, ledger, NULL, 0, 1, bad).place, "rows");
    assert_string_equal(refused(model, ledger, &column, -1, 0, bad).place, "count");
    assert_string_equal(refused(model, ledger, &column, 1, -1, bad).place, "rows");
    assert_string_equal(refused(model, ledger, NULL, 1, 1, bad).place, "columns");
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, 200, NULL, NULL, &error), bad);
    assert_string_equal(error.place, "out");
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, CRMV_NO_DATE, NULL, &frame, &error), bad);
    assert_string_equal(error.place, "as_of");
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, on(9999, 12, 31) + 1, NULL, &frame, &error), bad);
    assert_string_equal(error.place, "as_of");
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, on(1, 1, 1) - 1, NULL, &frame, NULL), bad);
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, 200, &options, &frame, &error), bad);
    assert_string_equal(error.place, "options.threads");
    column.struct_size = 0;
    refused(model, ledger, &column, 1, 1, bad);
    assert_null(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void the_ledger_must_be_laid_out_in_the_models_money(void **unused) {
    (void)unused;
    static const char *const moneys[] = {"{'currency': 'USD'}", "{'currency': 'EUR', 'decimals': 4}",
                                         "{'currency': 'EUR', 'quantity_decimals': 0}"};
    crmv_model *layout =
        model_of("{'crmvalue': 1, 'money': {'currency': 'EUR'}, 'metrics': {'m': {'sum': 'revenue'}}}");
    crmv_ledger *ledger = ledger_of(layout, two_customers, 2);
    for (int64_t i = 0; i < LENGTH_OF(moneys); i++) {
        char text[200];
        snprintf(text, sizeof text, "{'crmvalue': 1, 'money': %s, 'metrics': {'m': {'sum': 'revenue'}}}", moneys[i]);
        crmv_model *model = model_of(text);
        const crmv_error error = refused(model, ledger, NULL, 0, 0, CRMV_BAD_ARGUMENT);
        assert_string_equal(error.place, "ledger");
        assert_contains(error.message, "EUR");
        crmv_model_free(model);
    }
    crmv_ledger_free(ledger);
    crmv_model_free(layout);
}

/* ---- A good guest
 * ------------------------------------------------------------------------------------------------------- */

typedef struct pair {
    int64_t key;
    double a, b;
} pair;

typedef struct watch {
    int32_t calls, stop_at;
} watch;

static int32_t stop_at(void *context, const char *stage, double done) {
    watch *w = context;
    assert_non_null(stage);
    assert_true(done >= 0 && done <= 1);
    return ++w->calls == w->stop_at;
}

static void progress_can_cancel_at_any_time(void **unused) {
    (void)unused;
    const int64_t keys[] = {1};
    const crmv_column column = ARRAY_COLUMN("customer", CRMV_INT64, keys);
    watch w = {.stop_at = 1};
    const crmv_options options = {.struct_size = sizeof options, .context = &w, .progress = stop_at};
    crmv_model *model = model_of_metrics("'m': {'sum': 'revenue'}");
    crmv_ledger *ledger = ledger_of(model, two_customers, 2);
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    int32_t cancelled = 0;
    while (crmv_frame_derive(model, ledger, &column, 1, 1, 200, &options, &frame, &error) == CRMV_CANCELLED) {
        assert_null(frame);
        assert_int_equal(error.status, CRMV_CANCELLED);
        cancelled++;
        w = (watch){.stop_at = w.stop_at + 1};
    }
    assert_non_null(frame);
    assert_true(cancelled >= 2); /* at the table and at the metrics */
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void a_hosts_traps_and_rounding_neither_matter_nor_change(void **unused) {
    (void)unused;
    const pair pairs[] = {{2, 1e308, 1e-308}, {3, (double)NAN, 1}, {4, 0.1, 0}, {5, 3, -1}};
    const crmv_column columns[] = {FIELD_COLUMN("customer", CRMV_INT64, pairs, key),
                                   FIELD_COLUMN("A", CRMV_DOUBLE, pairs, a), FIELD_COLUMN("B", CRMV_DOUBLE, pairs, b)};
    crmv_model *model = model_of_metrics("'a': {'attribute': 'A'}, 'b': {'attribute': 'B'},"
                                         "'by_0_or_too_large': {'ratio': ['a', 'b']}, 'share': {'share': ['a', 'b']},"
                                         "'r': {'sum': 'revenue', 'per': 'year'},"
                                         "'more': {'ratio': ['r', 'a']}, 'rate': {'return_rate': 'revenue'}");
    crmv_ledger *ledger = ledger_of(model, two_customers, 2);
    crmv_frame *calm = joined(model, ledger, columns, 3, 4, 300);
    feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
    fesetround(FE_UPWARD);
    const int traps_before = fegetexcept(); /* none under valgrind, which knows no traps */
    crmv_frame *frame = joined(model, ledger, columns, 3, 4, 300);
    const int traps_after = fedisableexcept(FE_ALL_EXCEPT);
    const int rounding = fegetround();
    fesetround(FE_TONEAREST);
    assert_int_equal(traps_after, traps_before);
    assert_int_equal(rounding, FE_UPWARD);
    for (int32_t i = 0; i < crmv_model_count(model, CRMV_METRICS); i++) {
        const char *name = crmv_model_item(model, CRMV_METRICS, i);
        assert_memory_equal(crmv_frame_metric(frame, name), crmv_frame_metric(calm, name), 4 * sizeof(double));
    }
    crmv_frame_free(calm);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_found_by_key_and_keys_by_row),
        cmocka_unit_test(no_frame_answers_as_an_empty_one),
        cmocka_unit_test(a_newer_callers_structure_keeps_its_size),
        cmocka_unit_test(a_frame_outlives_its_model_and_ledger),
        cmocka_unit_test(arguments_are_checked_and_named),
        cmocka_unit_test(the_ledger_must_be_laid_out_in_the_models_money),
        cmocka_unit_test(progress_can_cancel_at_any_time),
        cmocka_unit_test(a_hosts_traps_and_rounding_neither_matter_nor_change),
    };
    return cmocka_run_group_tests_name("frame handle", tests, NULL, NULL);
}
