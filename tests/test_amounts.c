/* test_amounts.c - doubles to minor units: each as the C library rounds it, whatever stands beside it in its block. */
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

int main(void) {
    crmvi_guest host;
    crmvi_enter(&host);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_of_one_kind_are_rounded_to_even_where_two_are_as_near),
        cmocka_unit_test(doubles_that_are_not_there_may_be_anything),
        cmocka_unit_test(one_odd_number_in_a_block_changes_nothing_of_the_others),
        cmocka_unit_test(doubles_need_not_be_aligned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
