/*
 * test_amounts.c - doubles to minor units: each as the C library rounds it, whatever stands beside it in its block; and
 * whole numbers, wherever they stand.
 */
#include "base/guest.h"
#include "chance.h"
#include "ledger/amounts.h"
#include "tables.h"

#include <float.h>
#include <math.h>

enum { DECIMALS = 2, ROUNDS = 200 };

/* Numbers of a kind: what most amounts are, ties, those about the limit of the short way, those about that of all, and
 * any. */
enum { USUAL, TIES, SHORT_LIMIT, LIMIT, SMALLEST, ANY, KINDS };

static double number_of_kind(int32_t kind, uint64_t *state) {
    const uint64_t bits = chance_bits(state);
    const double sign = bits % 2 == 0 ? 1 : -1;
    const double near = (double)(bits >> 8 & 15) - 8;
    double any;
    memcpy(&any, &bits, sizeof any);
    switch (kind) {
    case USUAL:
        return sign * (double)(bits >> 40) / 100;
    case TIES:
        return sign * ((double)(bits >> 44) + 0.5) / 100;
    case SHORT_LIMIT:
        return sign * (0x1p51 + near / 4) / 100;
    case LIMIT:
        return sign * (0x1p53 + near) / 100;
    case SMALLEST:
        return sign * (double)(bits >> 60) * DBL_TRUE_MIN;
    default:
        return any;
    }
}

/* What the block makes of each of its numbers is what it makes of it alone. Which of them are there may be told. */
static void compare_valid(const double *numbers, int64_t count, const uint8_t *validity) {
    static crmvi_amounts block;
    const crmv_column column = {
        .struct_size = sizeof column, .name = "revenue", .type = CRMV_DOUBLE, .data = numbers, .validity = validity};
    const crmvi_reading reading = {.missing_count = 0};
    const crmvi_cells cells = {&column, &reading, 0, count};
    crmvi_amounts_of_column(&cells, DECIMALS, &block);
    bool all_present = true;
    for (int64_t i = 0; i < count; i++) {
        const bool is_valid = validity == NULL || (validity[i / 8] >> i % 8 & 1) != 0;
        const double scaled = is_valid ? numbers[i] * 100 : (double)NAN;
        const bool is_small = fabs(scaled) < (double)CRMVI_AMOUNT_LIMIT;
        const int32_t reason = is_small || isnan(scaled) ? 0
                               : isinf(numbers[i])       ? CRMV_BAD_AMOUNT
                                                         : CRMV_AMOUNT_TOO_LARGE;
        assert_int_equal(block.values[i], is_small ? llrint(scaled) : 0);
        assert_int_equal(block.present[i], is_small);
        assert_int_equal(block.any_reason ? block.reasons[i] : 0, reason);
        all_present = all_present && is_small;
    }
    assert_int_equal(block.all_present, all_present);
}

static void compare(const double *numbers, int64_t count) {
    compare_valid(numbers, count, NULL);
}

static void doubles_of_one_kind_are_rounded_to_even_where_two_are_as_near(void **state) {
    (void)state;
    uint64_t chance = 1;
    for (int32_t kind = 0; kind < KINDS; kind++) {
        for (int32_t round = 0; round < ROUNDS; round++) {
            double numbers[CRMVI_BLOCK_ROWS];
            const int64_t count = 1 + (int64_t)(chance_bits(&chance) % CRMVI_BLOCK_ROWS);
            for (int64_t i = 0; i < count; i++) {
                numbers[i] = number_of_kind(kind, &chance);
            }
            compare(numbers, count);
        }
    }
}

static void doubles_that_are_not_there_may_be_anything(void **state) {
    (void)state;
    static const int32_t least_there[] = {0, 1, 32, 255}; /* of 256 */
    uint64_t chance = 4;
    for (int32_t round = 0; round < ROUNDS; round++) {
        double numbers[CRMVI_BLOCK_ROWS];
        uint8_t validity[CRMVI_BLOCK_ROWS / 8] = {0};
        for (int64_t i = 0; i < CRMVI_BLOCK_ROWS; i++) {
            const bool is_there = (int32_t)(chance_bits(&chance) % 256) >= least_there[round % 4];
            const int32_t odd = (int32_t)(chance_bits(&chance) % KINDS);
            const int32_t kind = is_there ? (round % 8 == 0 ? odd : USUAL) : (round / 4 % 2 == 0 ? ANY : USUAL);
            numbers[i] = number_of_kind(kind, &chance);
            validity[i / 8] |= (uint8_t)(is_there << i % 8);
        }
        compare_valid(numbers, CRMVI_BLOCK_ROWS, validity);
    }
}

static void one_odd_number_in_a_block_changes_nothing_of_the_others(void **state) {
    (void)state;
    static const double odd[] = {NAN,    -NAN,   INFINITY, -INFINITY, DBL_MAX,      -DBL_MAX,      0.0,
                                 -0.0,   1e15,   -1e15,    5e13,      0x1p51 / 100, -0x1p51 / 100, 0x1p53 / 100,
                                 0.0049, 0.0051, 0.005,    0.015,     -0.005,       -0.015,        0.045};
    uint64_t chance = 2;
    for (size_t kind = 0; kind < sizeof odd / sizeof odd[0]; kind++) {
        double numbers[CRMVI_BLOCK_ROWS];
        for (int64_t i = 0; i < CRMVI_BLOCK_ROWS; i++) {
            numbers[i] = number_of_kind(USUAL, &chance);
        }
        numbers[chance_bits(&chance) % CRMVI_BLOCK_ROWS] = odd[kind];
        compare(numbers, CRMVI_BLOCK_ROWS);
        numbers[0] = NAN;
        compare(numbers, CRMVI_BLOCK_ROWS);
        compare(&odd[kind], 1);
    }
}

static void doubles_need_not_be_aligned(void **state) {
    (void)state;
    static char bytes[CRMVI_BLOCK_ROWS * sizeof(double) + 1];
    static double numbers[CRMVI_BLOCK_ROWS];
    static crmvi_amounts block;
    uint64_t chance = 3;
    for (int64_t i = 0; i < CRMVI_BLOCK_ROWS; i++) {
        numbers[i] = number_of_kind(TIES, &chance);
    }
    memcpy(bytes + 1, numbers, sizeof numbers);
    const crmv_column column = {
        .struct_size = sizeof column, .name = "revenue", .type = CRMV_DOUBLE, .data = bytes + 1};
    const crmvi_reading reading = {.missing_count = 0};
    const crmvi_cells cells = {&column, &reading, 0, CRMVI_BLOCK_ROWS};
    crmvi_amounts_of_column(&cells, DECIMALS, &block);
    for (int64_t i = 0; i < CRMVI_BLOCK_ROWS; i++) {
        assert_int_equal(block.values[i], llrint(numbers[i] * 100));
    }
}

/* ---- Whole numbers ----------------------------------------------------------------------------------------------- */

/* A column of whole numbers: how they stand in memory, and which are there. */
typedef struct layout {
    int32_t type;
    int32_t shift;  /* bytes behind an aligned place */
    int64_t stride; /* 0: dense */
    bool some_missing;
} layout;

enum { STRIDE = 24, ROOM = (CRMVI_BLOCK_ROWS + 1) * STRIDE };

/* Near 0, near what is the limit once it is multiplied, and at the ends of the type. */
static int64_t whole_of_kind(int32_t kind, int32_t type, int64_t unit, uint64_t *state) {
    const uint64_t bits = chance_bits(state);
    const int64_t sign = bits % 2 == 0 ? 1 : -1;
    const int64_t near = (int64_t)(bits >> 8 & 7) - 4;
    const int64_t most = type == CRMV_INT32 ? INT32_MAX : INT64_MAX;
    const int64_t limit = CRMVI_AMOUNT_LIMIT / unit < most / 2 ? CRMVI_AMOUNT_LIMIT / unit : most / 2;
    return kind == 0 ? sign * (int64_t)(bits >> 50) : kind == 1 ? sign * (limit + near) : sign * (most - (near & 3));
}

static void put_whole(char *at, int32_t type, int64_t value) {
    const int32_t narrow = (int32_t)value;
    if (type == CRMV_INT32) {
        memcpy(at, &narrow, sizeof narrow);
    } else {
        memcpy(at, &value, sizeof value);
    }
}

/* Rows from `begin` on are read as revenue, and each compared with what it comes to in 128 bits. */
static void compare_whole(const layout *l, int32_t decimals, int32_t kind, int64_t begin, uint64_t *chance) {
    static _Alignas(64) char bytes[ROOM];
    static crmvi_written written;
    int64_t numbers[CRMVI_BLOCK_ROWS];
    uint8_t validity[CRMVI_BLOCK_ROWS / 8];
    const int64_t unit = l->type == CRMV_MINOR ? 1 : crmvi_power_of_ten(decimals);
    const crmv_column column = {.struct_size = sizeof column,
                                .name = "revenue",
                                .type = l->type,
                                .data = bytes + l->shift,
                                .stride = l->stride,
                                .validity = l->some_missing ? validity : NULL};
    bool all_small = true;
    for (int64_t i = 0; i < CRMVI_BLOCK_ROWS; i++) {
        numbers[i] = whole_of_kind(i % 128 == 5 ? kind : 0, l->type, unit, chance);
        put_whole(bytes + l->shift +
                      i * (l->stride != 0          ? l->stride
                           : l->type == CRMV_INT32 ? 4
                                                   : 8),
                  l->type, numbers[i]);
        validity[i / 8] = (uint8_t)(i % 8 == 0 ? chance_bits(chance) : validity[i / 8]);
    }
    const crmvi_layout columns = {.reading = {.missing_count = 0}};
    const crmvi_money money = {.decimals = decimals};
    const crmvi_feed feed = {.layout = &columns, .money = &money, .roles[CRMVI_ROLE_REVENUE] = &column};
    const int64_t count = CRMVI_BLOCK_ROWS - begin;
    crmvi_amounts_read(&feed, begin, count, &written);
    crmvi_amounts *read = &written.amounts[CRMVI_LINE_REVENUE];
    const bool is_in_place = read->in_place != NULL;
    crmvi_amounts_fetch(read, count);
    for (int64_t i = 0; i < count; i++) {
        const int64_t row = begin + i;
        const bool is_there = !l->some_missing || (validity[row / 8] >> row % 8 & 1) != 0;
        const crmvi_wide value = (crmvi_wide)numbers[row] * unit;
        const bool is_small = value < CRMVI_AMOUNT_LIMIT && value > -CRMVI_AMOUNT_LIMIT;
        all_small = all_small && is_small;
        assert_int_equal(read->values[i], is_there && is_small ? (int64_t)value : 0);
        assert_int_equal(read->present[i], is_there && is_small);
        assert_int_equal(read->any_reason ? read->reasons[i] : 0, is_there && !is_small ? CRMV_AMOUNT_TOO_LARGE : 0);
    }
    const bool could_be =
        l->type != CRMV_INT32 && l->shift == 0 && l->stride % 8 == 0 && l->stride <= 8 && unit == 1 && !l->some_missing;
    assert_int_equal(is_in_place, could_be && all_small);
}

static void whole_numbers_are_the_same_amounts_wherever_they_stand(void **state) {
    (void)state;
    static const int32_t types[] = {CRMV_INT32, CRMV_INT64, CRMV_MINOR};
    static const int32_t all_decimals[] = {0, 2, 3, 9, 12};
    uint64_t chance = 5;
    for (int32_t round = 0; round < 3 * 5 * 3 * 8; round++) {
        const int32_t type = types[round % 3];
        const layout l = {.type = type,
                          .shift = round / 45 % 2 == 0 ? 0 : 1,
                          .stride = round / 90 % 2 == 0 ? 0 : STRIDE,
                          .some_missing = round / 180 % 2 != 0};
        for (int32_t kind = 0; kind < 3; kind++) {
            compare_whole(&l, all_decimals[round / 3 % 5], kind, round / 15 % 3, &chance);
        }
    }
}

int main(void) {
    crmvi_guest host;
    crmvi_enter(&host);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_of_one_kind_are_rounded_to_even_where_two_are_as_near),
        cmocka_unit_test(doubles_that_are_not_there_may_be_anything),
        cmocka_unit_test(one_odd_number_in_a_block_changes_nothing_of_the_others),
        cmocka_unit_test(doubles_need_not_be_aligned),
        cmocka_unit_test(whole_numbers_are_the_same_amounts_wherever_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
