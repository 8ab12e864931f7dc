/* test_waiting.c - lines that wait: they stay where they are, and only those that are kept are there. */
#include "base/guest.h"
#include "ledger/waiting.h"
#include "tables.h"

#include <stdlib.h>

/* Writes rows with ascending keys and keeps the first of them. */
static char *add(crmvi_waiting *waiting, int64_t rows, int64_t kept) {
    char *place = crmvi_waiting_room(waiting, rows);
    assert_non_null(place);
    for (int64_t i = 0; i < rows; i++) {
        const uint64_t key = (uint64_t)(waiting->rows + i);
        memset(place + (size_t)i * waiting->row_bytes, 0, waiting->row_bytes);
        memcpy(place + (size_t)i * waiting->row_bytes, &key, sizeof key);
    }
    crmvi_waiting_keep(waiting, kept);
    return place;
}

static uint64_t key_at(const char *row) {
    uint64_t key;
    memcpy(&key, row, sizeof key);
    return key;
}

/* Sheets hold all rows in the order in which they came, and no more than asked for each. */
static void compare_sheets(const crmvi_waiting *waiting, int64_t most) {
    int64_t count;
    crmvi_sheet *sheets = crmvi_waiting_sheets(waiting, most, &count);
    assert_non_null(sheets);
    int64_t rows = 0;
    for (int64_t i = 0; i < count; i++) {
        assert_in_range(sheets[i].count, 1, most);
        for (int64_t k = 0; k < sheets[i].count; k++) {
            assert_int_equal(key_at(sheets[i].rows + (size_t)k * waiting->row_bytes), rows++);
        }
    }
    assert_int_equal(rows, waiting->rows);
    free(sheets);
}

static void rows_stay_where_they_are_while_more_of_them_come(void **state) {
    (void)state;
    static const int64_t chunks[] = {1, 3, 60, 1, 500, 63, 8192, 1, 8192, 100000, 7, 20000};
    static const size_t sizes[] = {sizeof(crmvi_row), sizeof(crmvi_wide_row)};
    for (size_t size = 0; size < sizeof sizes / sizeof sizes[0]; size++) {
        crmvi_waiting waiting = {.row_bytes = sizes[size]};
        char *places[sizeof chunks / sizeof chunks[0]];
        int64_t before = 0;
        for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
            places[i] = add(&waiting, chunks[i], chunks[i]);
        }
        for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
            assert_int_equal(key_at(places[i]), before);
            before += chunks[i];
            assert_int_equal(key_at(places[i] + (size_t)(chunks[i] - 1) * sizes[size]), before - 1);
        }
        compare_sheets(&waiting, 1);
        compare_sheets(&waiting, 4096);
        compare_sheets(&waiting, 1 << 20);
        crmvi_waiting_clear(&waiting);
        assert_int_equal(waiting.rows, 0);
        compare_sheets(&waiting, 4096);
    }
}

static void rows_that_are_not_kept_are_not_there(void **state) {
    (void)state;
    crmvi_waiting waiting = {.row_bytes = sizeof(crmvi_row)};
    add(&waiting, 100, 0);
    compare_sheets(&waiting, 4096);
    char *place = add(&waiting, 40, 30);
    assert_ptr_equal(add(&waiting, 10, 10), place + 30 * sizeof(crmvi_row));
    add(&waiting, 5000, 0); /* more than there is room for */
    add(&waiting, 5000, 5000);
    assert_int_equal(waiting.rows, 5040);
    compare_sheets(&waiting, 4096);
    crmvi_waiting_clear(&waiting);
}

static void many_small_chunks_stand_in_few_pieces(void **state) {
    (void)state;
    crmvi_waiting waiting = {.row_bytes = sizeof(crmvi_row)};
    for (int32_t i = 0; i < 200000; i++) {
        add(&waiting, 1, 1);
    }
    assert_in_range(waiting.piece_count, 2, 60);
    compare_sheets(&waiting, 4096);
    crmvi_waiting_clear(&waiting);
}

static void a_place_that_no_memory_can_be_is_refused_and_harms_nothing(void **state) {
    (void)state;
    crmvi_waiting waiting = {.row_bytes = sizeof(crmvi_row)};
    add(&waiting, 10, 10);
    assert_null(crmvi_waiting_room(&waiting, INT64_MAX / 16));
    compare_sheets(&waiting, 4);
    add(&waiting, 10, 10);
    compare_sheets(&waiting, 4);
    crmvi_waiting_clear(&waiting);
}

int main(void) {
    crmvi_guest host;
    crmvi_enter(&host);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_stay_where_they_are_while_more_of_them_come),
        cmocka_unit_test(rows_that_are_not_kept_are_not_there),
        cmocka_unit_test(many_small_chunks_stand_in_few_pieces),
        cmocka_unit_test(a_place_that_no_memory_can_be_is_refused_and_harms_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
