/*
 * test_sparse.c - sparse columns say the same whether they have values of every fact or of listed ones: read one by one
 * and many at a time, as running sums, spread, chosen from, and with customers taken out.
 */
#include "base/guest.h"
#include "chance.h"
#include "failing_memory.h"
#include "frame/slice.h"
#include "ledger/fact_column.h"
#include "ledger/facts.h"
#include "ledger/sparse.h"
#include "tables.h"

#include <stdlib.h>

static uint64_t random_state;

static int64_t below(int64_t limit) {
    return (int64_t)(chance_bits(&random_state) % (uint64_t)limit);
}

/* How many facts, how many in a thousand have something in a sparse column, and the width of all columns. */
typedef struct shape {
    int64_t facts, in_a_thousand;
    int32_t width;
} shape;

static int64_t value_of(int32_t width) {
    const int64_t bits = (int64_t)chance_bits(&random_state);
    const int64_t values[] = {[0] = 0, [1] = (int8_t)bits, [2] = (int16_t)bits, [4] = (int32_t)bits, [8] = bits / 4};
    return values[width];
}

/* Customers of one to nine facts; sparse columns have values of every fact. */
static crmvi_facts random_facts(shape s) {
    crmvi_facts facts = {.key_kind = CRMVI_KEYS_NUMBERS, .count = s.facts};
    facts.offsets = crmvi_array(s.facts + 1, sizeof *facts.offsets);
    facts.numbers = crmvi_array(s.facts, sizeof *facts.numbers);
    facts.days = crmvi_array(s.facts, sizeof *facts.days);
    int64_t next = 0; /* the first fact of the next customer */
    for (int64_t fact = 0; fact < s.facts; fact++) {
        if (fact == next) {
            facts.offsets[facts.customers] = fact;
            facts.numbers[facts.customers] = facts.customers;
            facts.customers++;
            next = fact + 1 + below(9);
        }
        facts.days[fact] = 19000 + (int32_t)(fact - facts.offsets[facts.customers - 1]);
    }
    facts.offsets[facts.customers] = s.facts;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        assert_true(crmvi_fact_column_make(&facts.columns[column], s.facts, s.width));
    }
    for (int64_t fact = 0; fact < s.facts; fact++) {
        const bool is_plain = below(1000) >= s.in_a_thousand;
        for (int32_t column = 0; column < CRMVI_FACTS; column++) {
            const bool is_zero = is_plain && crmvi_fact_is_sparse(column);
            crmvi_fact_column_put(&facts.columns[column], fact, is_zero ? 0 : value_of(s.width));
        }
    }
    return facts;
}

/* All customers, with sparse columns that have values of every fact. */
static crmvi_facts copy_of(const crmvi_facts *facts) {
    int64_t *customers = calloc((size_t)facts->customers, sizeof *customers);
    assert_non_null(customers);
    for (int64_t i = 0; i < facts->customers; i++) {
        customers[i] = i;
    }
    crmvi_facts copy;
    assert_true(crmvi_facts_choose(facts, customers, facts->customers, &copy));
    free(customers);
    return copy;
}

static crmvi_facts listed_copy_of(const crmvi_facts *facts) {
    const crmvi_runner runner = {.threads = 2};
    crmvi_facts copy = copy_of(facts);
    assert_int_equal(crmvi_sparse_list(&copy, &runner), CRMV_OK);
    return copy;
}

static const shape shapes[] = {
    {1, 0, 1},      {1, 1000, 1},  {63, 100, 1},    {64, 100, 2},  {65, 100, 4},    {128, 20, 8},     {8192, 40, 4},
    {8193, 300, 1}, {30000, 0, 4}, {30000, 999, 2}, {30000, 1, 4}, {30000, 500, 8}, {20000, 1000, 4},
};

static void assert_same_values(const crmvi_facts *a, const crmvi_facts *b) {
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->customers, b->customers);
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        for (int64_t fact = 0; fact < a->count; fact++) {
            assert_int_equal(crmvi_fact(a, column, fact), crmvi_fact(b, column, fact));
        }
    }
}

static void a_listed_run_says_what_it_said_before(void **state) {
    (void)state;
    random_state = 20240701;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        crmvi_facts facts = random_facts(shapes[i]);
        crmvi_facts listed = listed_copy_of(&facts);
        assert_same_values(&listed, &facts);
        if (listed.sparse.facts != NULL) {
            assert_true(listed.sparse.count < listed.count);
        }
        crmvi_facts_clear(&facts);
        crmvi_facts_clear(&listed);
    }
}

static void only_facts_with_something_in_a_sparse_column_are_listed(void **state) {
    (void)state;
    random_state = 20240702;
    crmvi_facts facts = random_facts((shape){5000, 30, 4});
    crmvi_facts listed = listed_copy_of(&facts);
    int64_t row = 0;
    for (int64_t fact = 0; fact < facts.count; fact++) {
        int64_t any = 0;
        for (int32_t column = 0; column < CRMVI_FACTS; column++) {
            any |= crmvi_fact_is_sparse(column) ? crmvi_fact(&facts, column, fact) : 0;
        }
        if (any != 0) {
            assert_int_equal(listed.sparse.facts[row++], fact);
        }
    }
    assert_int_equal(listed.sparse.count, row);
    assert_int_equal(crmvi_fact_values(&listed, CRMVI_FACT_RETURNED_REVENUE), row);
    assert_int_equal(crmvi_fact_values(&listed, CRMVI_FACT_REVENUE), facts.count);
    crmvi_facts_clear(&facts);
    crmvi_facts_clear(&listed);
}

/* Compares what three ways to read facts [begin, begin + count) of a column come to. */
static void compare_reading(const crmvi_facts *facts, const crmvi_facts *listed, int32_t column, int64_t begin,
                            int64_t count) {
    static int64_t wanted[CRMVI_SLICE_FACTS], found[CRMVI_SLICE_FACTS], spread[CRMVI_SLICE_FACTS];
    crmvi_facts_read(facts, column, begin, count, wanted);
    crmvi_facts_read(listed, column, begin, count, found);
    assert_memory_equal(found, wanted, (size_t)count * sizeof *wanted);
    if (listed->sparse.facts == NULL || !crmvi_fact_is_sparse(column)) {
        return;
    }
    const crmvi_fact_column into = {spread, listed->columns[column].width};
    crmvi_fact_column_zero(&into, 0, count);
    crmvi_sparse_spread(&listed->sparse, &listed->columns[column], begin, count, &into, 0);
    crmvi_fact_column_read(&into, 0, count, found);
    assert_memory_equal(found, wanted, (size_t)count * sizeof *wanted);
    static int32_t counted[CRMVI_SLICE_FACTS + CRMVI_LISTED_AT_ONCE];
    crmvi_running_listed(&listed->sparse, begin, (int32_t)count, counted);
    for (int64_t i = 0; i <= count; i++) {
        assert_int_equal(counted[i],
                         crmvi_sparse_find(&listed->sparse, begin + i) - crmvi_sparse_find(&listed->sparse, begin));
    }
}

static void ranges_are_read_as_from_values_of_every_fact(void **state) {
    (void)state;
    random_state = 20240703;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        crmvi_facts facts = random_facts(shapes[i]);
        crmvi_facts listed = listed_copy_of(&facts);
        for (int32_t round = 0; round < 60; round++) {
            const int64_t begin = below(facts.count + 1);
            const int64_t left = facts.count - begin;
            const int64_t most = left < CRMVI_SLICE_FACTS ? left : CRMVI_SLICE_FACTS;
            compare_reading(&facts, &listed, round % CRMVI_FACTS, begin, below(most + 1));
        }
        crmvi_facts_clear(&facts);
        crmvi_facts_clear(&listed);
    }
}

static void customers_are_chosen_with_their_rows(void **state) {
    (void)state;
    random_state = 20240704;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        crmvi_facts facts = random_facts(shapes[i]);
        crmvi_facts listed = listed_copy_of(&facts);
        int64_t *customers = calloc((size_t)facts.customers, sizeof *customers);
        int64_t count = 0;
        for (int64_t customer = 0; customer < facts.customers; customer++) {
            customers[count] = customer;
            count += below(3) == 0;
        }
        crmvi_facts some;
        crmvi_facts some_listed;
        assert_true(crmvi_facts_choose(&facts, customers, count, &some));
        assert_true(crmvi_facts_choose(&listed, customers, count, &some_listed));
        assert_same_values(&some_listed, &some);
        crmvi_facts_clear(&some);
        crmvi_facts_clear(&some_listed);
        crmvi_facts_clear(&facts);
        crmvi_facts_clear(&listed);
        free(customers);
    }
}

static void a_customer_goes_with_its_rows(void **state) {
    (void)state;
    random_state = 20240705;
    crmvi_facts facts = random_facts((shape){900, 150, 4});
    crmvi_facts listed = listed_copy_of(&facts);
    while (facts.customers > 0) {
        const int64_t customer = below(facts.customers);
        crmvi_facts_remove(&facts, customer, NULL);
        crmvi_facts_remove(&listed, customer, NULL);
        assert_same_values(&listed, &facts);
    }
    assert_null(listed.sparse.facts);
    crmvi_facts_clear(&facts);
    crmvi_facts_clear(&listed);
}

static void listing_survives_each_failing_allocation(void **state) {
    (void)state;
    const crmvi_runner runner = {.threads = 1};
    random_state = 20240706;
    bool failed = true;
    for (long allowed = 0; failed; allowed++) {
        const long before = standing;
        crmvi_facts facts = random_facts((shape){20000, 40, 4});
        until_failure = allowed;
        has_failed = false;
        armed = true;
        const int32_t status = crmvi_sparse_list(&facts, &runner);
        armed = false;
        failed = has_failed;
        assert_true(status == CRMV_OK || (failed && status == CRMV_OUT_OF_MEMORY)); /* shrinking may fail */
        assert_int_equal(status == CRMV_OK, facts.sparse.begins != NULL);
        crmvi_facts_clear(&facts);
        assert_int_equal(standing, before);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_listed_run_says_what_it_said_before),
        cmocka_unit_test(only_facts_with_something_in_a_sparse_column_are_listed),
        cmocka_unit_test(ranges_are_read_as_from_values_of_every_fact),
        cmocka_unit_test(customers_are_chosen_with_their_rows),
        cmocka_unit_test(a_customer_goes_with_its_rows),
        cmocka_unit_test(listing_survives_each_failing_allocation),
    };
    crmvi_guest host;
    crmvi_enter(&host);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crmvi_leave(&host);
    return failed;
}
