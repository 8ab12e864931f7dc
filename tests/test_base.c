#include "base/column_read.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "chance.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>

static void a_message_is_cut_at_a_whole_character(void **state) {
    (void)state;
    char text[600];
    crmv_error error = {.struct_size = sizeof error};
    memset(text, 'x', sizeof text);
    memcpy(text + sizeof error.message - 2, "\xE5\xAE\xA2", 3);
    text[sizeof text - 1] = '\0';
    assert_int_equal(crmvi_fail(&error, CRMV_BAD_MODEL, text, "%s", text), CRMV_BAD_MODEL);
    assert_true(crmvi_utf8_valid(error.message, (int64_t)strlen(error.message)));
    assert_int_equal(strlen(error.message), sizeof error.message - 2);
    assert_int_equal(strlen(error.place), sizeof error.place - 1);
}

static void an_error_of_an_unknown_size_is_left_alone(void **state) {
    (void)state;
    crmv_error error;
    memset(&error, 7, sizeof error);
    error.struct_size = 8;
    assert_int_equal(crmvi_fail(&error, CRMV_BAD_MODEL, "place", "message"), CRMV_BAD_MODEL);
    assert_int_equal(error.message[0], 7);
    assert_int_equal(crmvi_fail(NULL, CRMV_BAD_MODEL, "place", "message"), CRMV_BAD_MODEL);
}

static void the_nearest_name_forgives_case_punctuation_and_small_slips(void **state) {
    (void)state;
    const char *const names[] = {"revenue", "gross_profit", "cost", "customer"};
    assert_string_equal(crmvi_nearest("Revnue", names, 4), "revenue");
    assert_string_equal(crmvi_nearest("GrossProfit", names, 4), "gross_profit");
    assert_string_equal(crmvi_nearest("costs", names, 4), "cost");
    assert_null(crmvi_nearest("warehouse", names, 4));
}

static void names_are_kept_once_each_in_order_of_arrival(void **state) {
    (void)state;
    crmvi_names names = {0};
    char text[32];
    for (int32_t round = 0; round < 2; round++) {
        for (int32_t i = 0; i < 5000; i++) {
            const int length = snprintf(text, sizeof text, "customer %d", i);
            assert_int_equal(crmvi_names_add(&names, text, length), i);
        }
    }
    assert_int_equal(names.texts.count, 5000);
    assert_int_equal(crmvi_names_find(&names, "customer 4999", 13), 4999);
    assert_int_equal(crmvi_names_find(&names, "customer 5000", 13), -1);
    assert_int_equal(crmvi_names_add(&names, "", 0), 5000);
    crmvi_names_clear(&names);
    assert_int_equal(crmvi_names_find(&names, "customer 1", 10), -1);
}

static void a_size_that_wraps_is_no_memory(void **state) {
    (void)state;
    assert_null(crmvi_array(INT64_MAX, 16));
    assert_null(crmvi_array(-1, 1));
    assert_null(crmvi_zeroed(INT64_MAX, 16));
    void *array = NULL;
    int64_t capacity = 0;
    assert_false(crmvi_grow(&array, &capacity, INT64_MAX, 8));
    assert_null(array);
    assert_int_equal(capacity, 0);
}

static void the_hash_is_xxh3_with_128_bits_in_canonical_form(void **state) {
    (void)state;
    char text[33];
    crmvi_hash *hash = crmvi_hash_new();
    crmvi_hash_text(hash, text);
    assert_string_equal(text, "99aa06d3014798d86001c324468d497f"); /* xxhsum -H2 of nothing */
    const int64_t numbers[] = {1, -1};
    crmvi_hash_numbers(hash, numbers, 2);
    char by_number[33];
    crmvi_hash_text(hash, text);
    crmvi_hash_free(hash);
    hash = crmvi_hash_new();
    crmvi_hash_number(hash, 1);
    crmvi_hash_number(hash, -1);
    crmvi_hash_text(hash, by_number);
    crmvi_hash_free(hash);
    assert_string_equal(text, by_number);
}

/* ---- Workers ----------------------------------------------------------------------------------------------------- */

static int32_t mark(void *context, int64_t begin, int64_t end) {
    atomic_int *marks = context;
    for (int64_t i = begin; i < end; i++) {
        atomic_fetch_add(&marks[i], 1);
    }
    return CRMV_OK;
}

static int32_t fail_late(void *context, int64_t begin, int64_t end) {
    (void)context;
    return begin <= 300 && 300 < end ? CRMV_OVERFLOW : begin > 700 ? CRMV_OUT_OF_MEMORY : CRMV_OK;
}

static int32_t stop_at_half(void *context, const char *stage, double done) {
    (void)stage;
    (*(int32_t *)context)++;
    return done >= 0.5;
}

static void every_item_is_worked_on_once_at_any_number_of_threads(void **state) {
    (void)state;
    for (int32_t threads = 1; threads <= 9; threads++) {
        atomic_int marks[1000] = {0};
        const crmvi_runner runner = {.threads = threads};
        assert_int_equal(crmvi_parallel(&runner, "test", 1000, 7, mark, marks), CRMV_OK);
        for (int32_t i = 0; i < 1000; i++) {
            assert_int_equal(atomic_load(&marks[i]), 1);
        }
    }
}

static void the_failure_of_the_lowest_block_wins_at_any_number_of_threads(void **state) {
    (void)state;
    for (int32_t threads = 1; threads <= 8; threads++) {
        for (int32_t round = 0; round < 20; round++) {
            const crmvi_runner runner = {.threads = threads};
            assert_int_equal(crmvi_parallel(&runner, "test", 1000, 10, fail_late, NULL), CRMV_OVERFLOW);
        }
    }
}

static void progress_can_cancel(void **state) {
    (void)state;
    int32_t calls = 0;
    atomic_int marks[1000] = {0};
    const crmvi_runner runner = {.threads = 2, .context = &calls, .progress = stop_at_half};
    assert_int_equal(crmvi_parallel(&runner, "test", 1000, 10, mark, marks), CRMV_CANCELLED);
    assert_true(calls > 0);
}

static void options_out_of_range_are_refused(void **state) {
    (void)state;
    crmvi_runner runner;
    crmv_options options = {.struct_size = sizeof options, .threads = -1};
    assert_int_equal(crmvi_runner_read(&options, &runner, NULL), CRMV_BAD_ARGUMENT);
    options.threads = 1025;
    assert_int_equal(crmvi_runner_read(&options, &runner, NULL), CRMV_BAD_ARGUMENT);
    options.threads = 0;
    assert_int_equal(crmvi_runner_read(&options, &runner, NULL), CRMV_OK);
    assert_int_equal(runner.threads, 1);
    options.struct_size = 4;
    assert_int_equal(crmvi_runner_read(&options, &runner, NULL), CRMV_BAD_ARGUMENT);
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

static void columns_that_cannot_be_read_are_refused_by_name(void **state) {
    (void)state;
    const int32_t offsets[] = {0, 2, 1};
    const double values[] = {1, 2};
    crmv_column bad_size = doubles("a", values);
    bad_size.struct_size = 8;
    crmv_column stepping_back = {
        .struct_size = sizeof(crmv_column), .type = CRMV_TEXT, .name = "a", .data = "xyz", .offsets = offsets};
    crmv_column no_offsets = stepping_back;
    no_offsets.offsets = NULL;
    crmv_column narrow = doubles("a", values);
    narrow.stride = 4;
    const struct {
        crmv_column columns[2];
        int32_t status;
    } cases[] = {
        {{bad_size, doubles("b", values)}, CRMV_BAD_ARGUMENT},
        {{table_column(NULL, CRMV_DOUBLE, values), doubles("b", values)}, CRMV_BAD_ARGUMENT},
        {{table_column("a", 99, values), doubles("b", values)}, CRMV_BAD_COLUMN},
        {{doubles("a", NULL), doubles("b", values)}, CRMV_BAD_COLUMN},
        {{doubles("a", values), doubles("a", values)}, CRMV_BAD_COLUMN},
        {{stepping_back, doubles("b", values)}, CRMV_BAD_COLUMN},
        {{no_offsets, doubles("b", values)}, CRMV_BAD_COLUMN},
        {{narrow, doubles("b", values)}, CRMV_BAD_COLUMN},
    };
    for (int32_t i = 0; i < COUNT(cases); i++) {
        crmv_error error = {.struct_size = sizeof error};
        assert_int_equal(crmvi_columns_check(cases[i].columns, 2, 2, &error), cases[i].status);
        assert_true(strlen(error.message) > 10);
    }
    assert_int_equal(crmvi_columns_check(NULL, 1, 2, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmvi_columns_check(NULL, 0, -1, NULL), CRMV_BAD_ARGUMENT);
}

static void strides_and_validity_bits_are_followed(void **state) {
    (void)state;
    const struct {
        int64_t number;
        double value;
    } rows[] = {{1, 0.5}, {2, 1.5}, {3, 2.5}};
    const uint8_t validity[] = {0x50}; /* bits 4 and 6 */
    crmv_column column = doubles("a", &rows[0].value);
    column.stride = sizeof rows[0];
    column.validity = validity;
    column.validity_offset = 4;
    assert_true(crmvi_column_present(&column, 0));
    assert_false(crmvi_column_present(&column, 1));
    assert_true(crmvi_column_present(&column, 2));
    assert_true(crmvi_column_double(&column, 2) == 2.5);
}

static void validity_bits_of_any_range_are_read_and_none_beside_it(void **state) {
    (void)state;
    enum { BITS = 100 };
    uint64_t chance = 7;
    for (int32_t round = 0; round < 5000; round++) {
        const int64_t begin = (int64_t)(chance_bits(&chance) % BITS);
        const int64_t count = (int64_t)(chance_bits(&chance) % (uint64_t)(BITS - begin)) + 1;
        uint8_t *bits = malloc((size_t)(begin + count + 7) / 8); /* as many as there must be */
        uint8_t read[BITS];
        assert_non_null(bits);
        for (int64_t i = 0; i < (begin + count + 7) / 8; i++) {
            bits[i] = (uint8_t)chance_bits(&chance);
        }
        const int64_t offset = begin / 2;
        const crmv_column column = {.type = CRMV_INT64, .validity = bits, .validity_offset = offset};
        crmvi_column_read_valid(&column, begin - offset, count, read);
        for (int64_t i = 0; i < count; i++) {
            assert_int_equal(read[i], crmvi_column_present(&column, begin - offset + i));
        }
        free(bits);
    }
    const crmv_column all = {.type = CRMV_INT64};
    uint8_t read[] = {0, 0, 9};
    crmvi_column_read_valid(&all, 5, 2, read);
    assert_memory_equal(read, ((uint8_t[]){1, 1, 9}), sizeof read);
}

static void only_well_formed_utf8_without_nul_is_valid(void **state) {
    (void)state;
    const char *const good[] = {"", "a", "\xC3\xA9", "\xE5\xAE\xA2", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"};
    const char *const bad[] = {
        "\x80",     "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80",
        "\xE5\xAE", "a\xFF"};
    for (int32_t i = 0; i < COUNT(good); i++) {
        assert_true(crmvi_utf8_valid(good[i], (int64_t)strlen(good[i])));
    }
    for (int32_t i = 0; i < COUNT(bad); i++) {
        assert_false(crmvi_utf8_valid(bad[i], (int64_t)strlen(bad[i])));
    }
    assert_false(crmvi_utf8_valid("a\0b", 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_cut_at_a_whole_character),
        cmocka_unit_test(an_error_of_an_unknown_size_is_left_alone),
        cmocka_unit_test(the_nearest_name_forgives_case_punctuation_and_small_slips),
        cmocka_unit_test(names_are_kept_once_each_in_order_of_arrival),
        cmocka_unit_test(a_size_that_wraps_is_no_memory),
        cmocka_unit_test(the_hash_is_xxh3_with_128_bits_in_canonical_form),
        cmocka_unit_test(every_item_is_worked_on_once_at_any_number_of_threads),
        cmocka_unit_test(the_failure_of_the_lowest_block_wins_at_any_number_of_threads),
        cmocka_unit_test(progress_can_cancel),
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(columns_that_cannot_be_read_are_refused_by_name),
        cmocka_unit_test(strides_and_validity_bits_are_followed),
        cmocka_unit_test(validity_bits_of_any_range_are_read_and_none_beside_it),
        cmocka_unit_test(only_well_formed_utf8_without_nul_is_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
