/* test_derive_texts.c - customers with text keys, in one piece and without those who come later. */
#include "book.h"
#include "ledger/fact_column.h"

#include <stdio.h>

enum { AS_OF = 20000 };

enum { TEXT_CUSTOMERS = 20000 }; /* several blocks of them, however they are dealt out */

/* Keys of different lengths, in ascending order. */
static void write_key(int64_t customer, char key[32]) {
    const int length = snprintf(key, 32, "%05lld", (long long)customer);
    memset(key + length, 'x', (size_t)(customer * 7 % 19));
    key[length + customer * 7 % 19] = '\0';
}

/* One fact for each customer; those of every `later_each` come after the as-of date. */
static crmv_ledger *ledger_of_texts(const crmv_model *model, int64_t later_each) {
    crmv_ledger *ledger = NULL;
    assert_int_equal(crmv_ledger_new(model, NULL, &ledger, NULL), CRMV_OK);
    crmvi_facts *facts = (crmvi_facts *)crmvi_ledger_facts(ledger);
    *facts = (crmvi_facts){.key_kind = CRMVI_KEYS_TEXTS, .customers = TEXT_CUSTOMERS, .count = TEXT_CUSTOMERS};
    facts->offsets = malloc((TEXT_CUSTOMERS + 1) * sizeof *facts->offsets);
    facts->days = malloc(TEXT_CUSTOMERS * sizeof *facts->days);
    assert_true(facts->offsets && facts->days);
    assert_true(crmvi_fact_column_make(&facts->columns[CRMVI_FACT_REVENUE], TEXT_CUSTOMERS, 4));
    for (int64_t i = 0; i < TEXT_CUSTOMERS; i++) {
        char key[32];
        write_key(i, key);
        assert_true(crmvi_texts_add(&facts->texts, key, (int64_t)strlen(key)));
        facts->offsets[i] = i;
        facts->days[i] = AS_OF + (i % later_each == later_each - 1);
        crmvi_fact_column_put(&facts->columns[CRMVI_FACT_REVENUE], i, 100 * i);
    }
    facts->offsets[TEXT_CUSTOMERS] = TEXT_CUSTOMERS;
    return ledger;
}

/* The rows are the customers, but for each later one, with their revenue, and `others` more. */
static void compare_texts(const crmv_frame *frame, int64_t later_each, int64_t others) {
    int64_t seen = 0;
    for (int64_t i = 0; i < TEXT_CUSTOMERS; i++) {
        char wanted[32];
        char key[32];
        int64_t row = -1;
        int64_t length = -1;
        write_key(i, wanted);
        if (i % later_each == later_each - 1) {
            assert_int_equal(crmv_frame_find(frame, wanted, &row), CRMV_NOT_FOUND);
            continue;
        }
        assert_int_equal(crmv_frame_find(frame, wanted, &row), CRMV_OK);
        assert_int_equal(crmv_frame_key(frame, row, key, sizeof key, &length), CRMV_OK);
        assert_int_equal(length, strlen(wanted));
        assert_string_equal(key, wanted);
        assert_true(others > 0 || row == seen);
        assert_true(crmv_frame_metric(frame, "revenue")[row] == (double)i);
        seen++;
    }
    assert_int_equal(crmv_frame_rows(frame), seen + others);
    assert_null(crmv_frame_numbers(frame));
}

static void text_keys_come_over_with_their_values(void **unused) {
    (void)unused;
    static const int64_t later_each[] = {INT64_MAX, 7, TEXT_CUSTOMERS};
    static char texts[3][32] = {"00003xxxx", "00004xxxxxxxxx", "2"}; /* the middle one is a customer */
    const char *const keys[] = {texts[0], texts[1], texts[2]};
    const crmv_column column = ARRAY_COLUMN("customer", CRMV_STRINGS, keys);
    crmv_model *model = model_of_metrics("'revenue': {'sum': 'revenue'}");
    for (int64_t i = 0; i < LENGTH_OF(later_each); i++) {
        crmv_ledger *ledger = ledger_of_texts(model, later_each[i]);
        for (int32_t threads = 1; threads <= 3; threads += 2) {
            const crmv_options options = {.struct_size = sizeof options, .threads = threads};
            crmv_frame *frame = NULL;
            crmv_error error = an_error();
            must(crmv_frame_derive(model, ledger, NULL, 0, 0, AS_OF, &options, &frame, &error), &error);
            compare_texts(frame, later_each[i], 0);
            crmv_frame_free(frame);
            must(crmv_frame_derive(model, ledger, &column, 1, 3, AS_OF, &options, &frame, &error), &error);
            compare_texts(frame, later_each[i], 2);
            crmv_frame_free(frame);
        }
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_keys_come_over_with_their_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
