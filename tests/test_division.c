/* test_division.c - keys divided into partitions: in their order, each key in one, and about as many in each. */
#include "chance.h"
#include "ledger/division.h"
#include "ledger/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLES = 8192, WANTED = 256, QUOTA = SAMPLES / WANTED + 1 };

static uint64_t chance = 20;
static uint64_t sample[SAMPLES];
static uint64_t sorted[SAMPLES];

static int compare_keys(const void *a, const void *b) {
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Divides by the sample and leaves it sorted. */
static crmvi_division divide(int64_t count) {
    uint64_t *keys = malloc(2 * SAMPLES * sizeof *keys);
    crmvi_division division;
    assert_non_null(keys);
    memcpy(keys, sample, sizeof sample);
    memcpy(sorted, sample, sizeof sample);
    qsort(sorted, (size_t)count, sizeof *sorted, compare_keys);
    assert_true(crmvi_division_make(&division, keys, keys + SAMPLES, count, WANTED));
    assert_in_range(division.partitions, 1, 2 * WANTED + 2);
    free(keys);
    return division;
}

/* A key's partition, which is where its range says. */
static uint32_t partition_of(const crmvi_division *division, uint64_t key) {
    const uint32_t partition = crmvi_division_find(division, key);
    uint64_t first;
    assert_in_range(partition, 0, division->partitions - 1);
    const uint64_t range = crmvi_division_range(division, partition, &first);
    assert_true(range == UINT64_MAX || key - first <= range);
    return partition;
}

/* Whatever is looked for, partitions ascend with the keys. */
static void check_order(const crmvi_division *division, int64_t count) {
    uint32_t before = partition_of(division, 0);
    assert_int_equal(before, 0);
    for (int64_t i = 0; i < count; i++) {
        const uint64_t key = sorted[i];
        const uint32_t below = partition_of(division, key > 0 ? key - 1 : 0);
        const uint32_t at = partition_of(division, key);
        const uint32_t above = partition_of(division, key < UINT64_MAX ? key + 1 : key);
        assert_true(at >= below && above >= at);
        assert_true(at >= before);
        before = at;
    }
    assert_true(partition_of(division, UINT64_MAX) >= before);
}

/* No partition has more of the sampled keys than two cells may hold, unless one of them alone is more than a cell may.
 */
static void check_sizes(const crmvi_division *division, int64_t count) {
    for (int64_t begin = 0, end; begin < count; begin = end) {
        const uint32_t partition = partition_of(division, sorted[begin]);
        int64_t run = 1;
        int64_t longest = 1;
        for (end = begin + 1; end < count && partition_of(division, sorted[end]) == partition; end++) {
            run = sorted[end] == sorted[end - 1] ? run + 1 : 1;
            longest = run > longest ? run : longest;
        }
        assert_true(end - begin <= 2 * QUOTA || longest > QUOTA);
        assert_true(end - begin <= longest + QUOTA); /* a frequent key has next to no company */
    }
}

static void check_together(const crmvi_division *division) {
    int64_t numbers[CRMVI_FOUND_TOGETHER];
    uint16_t partitions[CRMVI_FOUND_TOGETHER];
    for (int64_t i = 0; i < CRMVI_FOUND_TOGETHER; i++) {
        numbers[i] =
            crmvi_number_of_key(i % 3 == 0 ? chance_bits(&chance) : sample[i * 13 % SAMPLES] + (uint64_t)(i % 2));
    }
    crmvi_division_find_numbers(division, numbers, CRMVI_FOUND_TOGETHER, partitions);
    for (int64_t i = 0; i < CRMVI_FOUND_TOGETHER; i++) {
        assert_int_equal(partitions[i], partition_of(division, crmvi_key_of_number(numbers[i])));
    }
}

static void check_all(void) {
    crmvi_division division = divide(SAMPLES);
    check_order(&division, SAMPLES);
    check_sizes(&division, SAMPLES);
    check_together(&division);
    crmvi_division_clear(&division);
}

static void keys_over_all_64_bits_are_divided_evenly(void **state) {
    (void)state;
    for (int64_t i = 0; i < SAMPLES; i++) {
        sample[i] = i == 0 ? 0 : i == 1 ? UINT64_MAX : chance_bits(&chance);
    }
    check_all();
}

static void dense_keys_are_divided_evenly(void **state) {
    (void)state;
    for (int64_t i = 0; i < SAMPLES; i++) {
        sample[i] = UINT64_MAX - 20000 + chance_bits(&chance) % 20001;
    }
    check_all();
}

static void clusters_far_apart_are_divided_evenly(void **state) {
    (void)state;
    for (int64_t i = 0; i < SAMPLES; i++) {
        sample[i] =
            ((uint64_t)(i % 2) << 40 | (uint64_t)(i % 4) << 20) + (chance_bits(&chance) >> (i % 8 == 7 ? 4 : 46));
    }
    check_all();
}

static void clusters_within_clusters_are_divided_evenly(void **state) {
    (void)state;
    for (int64_t i = 0; i < SAMPLES; i++) {
        sample[i] = chance_bits(&chance) >> (chance_bits(&chance) % 64);
    }
    check_all();
}

static void frequent_keys_have_partitions_of_their_own(void **state) {
    (void)state;
    for (int64_t i = 0; i < SAMPLES; i++) {
        const uint64_t rank = 1 + chance_bits(&chance) % 1000;
        sample[i] = i % 3 == 0 ? chance_bits(&chance) : 1000 / rank * UINT64_C(0x9e3779b97f4a7c15);
    }
    check_all();
}

static void neighbours_of_a_frequent_key_are_kept_apart_from_it(void **state) {
    (void)state;
    for (int64_t i = 0; i < SAMPLES; i++) {
        sample[i] = i % 4 != 0 ? 500 : i % 8 == 0 ? chance_bits(&chance) % 1000 : UINT64_MAX;
    }
    check_all();
}

/* Where there is no 64-bit number left to end a table with. */
static void a_frequent_key_at_either_end_of_all_has_a_partition_of_its_own(void **state) {
    (void)state;
    for (int32_t top = 0; top < 2; top++) {
        for (int64_t i = 0; i < SAMPLES; i++) {
            const uint64_t distance = i % 3 == 0 ? 0 : 1 + chance_bits(&chance) % 20000;
            sample[i] = top == 1 ? UINT64_MAX - distance : distance;
        }
        check_all();
    }
}

/* As wide as chance has it, up to half of all keys, at one of the ends, in the middle or anywhere, and how frequent one
 * key is. */
typedef struct cluster {
    uint64_t base, width, frequent;
    uint64_t percent;
} cluster;

static cluster draw_cluster(void) {
    cluster c = {.width = (UINT64_C(2) << chance_bits(&chance) % 63) - chance_bits(&chance) % 2,
                 .percent = chance_bits(&chance) % 90};
    const uint64_t bases[] = {0, UINT64_MAX - c.width + 1, UINT64_C(1) << 63, chance_bits(&chance) / 2};
    c.base = bases[chance_bits(&chance) % 4];
    c.frequent = c.base + (chance_bits(&chance) % 3 == 0 ? c.width - 1 : chance_bits(&chance) % c.width);
    return c;
}

static void keys_lie_within_the_range_of_their_partition_whatever_was_sampled(void **state) {
    (void)state;
    for (int32_t round = 0; round < 300; round++) {
        cluster clusters[4];
        const uint64_t count = 1 + chance_bits(&chance) % 4;
        for (uint64_t i = 0; i < count; i++) {
            clusters[i] = draw_cluster();
        }
        for (int64_t i = 0; i < SAMPLES; i++) {
            const cluster *c = &clusters[chance_bits(&chance) % count];
            const bool is_frequent = chance_bits(&chance) % 100 < c->percent;
            sample[i] = is_frequent ? c->frequent : c->base + chance_bits(&chance) % c->width;
        }
        crmvi_division division = divide(SAMPLES);
        check_order(&division, SAMPLES);
        check_together(&division);
        crmvi_division_clear(&division);
    }
}

static void one_key_and_none_can_be_divided_by(void **state) {
    (void)state;
    for (int64_t count = 0; count <= SAMPLES; count += SAMPLES) {
        for (int64_t i = 0; i < SAMPLES; i++) {
            sample[i] = UINT64_MAX;
        }
        crmvi_division division = divide(count);
        check_order(&division, count);
        check_together(&division);
        crmvi_division_clear(&division);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_over_all_64_bits_are_divided_evenly),
        cmocka_unit_test(dense_keys_are_divided_evenly),
        cmocka_unit_test(clusters_far_apart_are_divided_evenly),
        cmocka_unit_test(clusters_within_clusters_are_divided_evenly),
        cmocka_unit_test(frequent_keys_have_partitions_of_their_own),
        cmocka_unit_test(neighbours_of_a_frequent_key_are_kept_apart_from_it),
        cmocka_unit_test(a_frequent_key_at_either_end_of_all_has_a_partition_of_its_own),
        cmocka_unit_test(keys_lie_within_the_range_of_their_partition_whatever_was_sampled),
        cmocka_unit_test(one_key_and_none_can_be_divided_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
