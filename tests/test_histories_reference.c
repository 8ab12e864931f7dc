/*
 * test_histories_reference.c - customers' histories in random books with a fixed seed, against a slow reference that
 * goes through the raw lines day by day; and the same bits whatever the way.
 */
#include "chance.h"
#include "histories.h"

#include <stdio.h>

/* ---- The reference ----------------------------------------------------------------------------------------------- */

enum { CUSTOMERS = 300, LINES = 7000, FIRST = 19000, DAYS = 700 };

static int64_t below(uint64_t *state, int64_t limit) {
    return (int64_t)(chance_bits(state) % (uint64_t)limit);
}

/* Customers are 3, 6, 9 ...; of a book with an even seed all costs are known. */
static void fill_lines(book_line *lines, uint64_t seed) {
    static const char *const kinds[] = {"sale",   "sale",   "sale",         "sale",       "sale", "sale",
                                        "return", "return", "cancellation", "adjustment", "cost", "rebate"};
    uint64_t state = seed;
    for (int64_t i = 0; i < LINES; i++) {
        const int64_t customer = below(&state, CUSTOMERS) * below(&state, CUSTOMERS) / CUSTOMERS;
        const int64_t start = customer * 7919 % 500;
        const int64_t length = customer % 5 == 0 ? 1 : 5 + customer * 31 % 195;
        lines[i] = (book_line){.customer = 3 * (customer + 1), .kind = kinds[below(&state, LENGTH_OF(kinds))]};
        lines[i].day = (int32_t)(FIRST + start + below(&state, length));
        lines[i].quantity = 1 + below(&state, 5);
        lines[i].revenue = below(&state, customer % 7 == 0 ? 1000 : 5000000);
        lines[i].cost = seed % 2 == 1 && below(&state, 10) < customer % 6 ? UNKNOWN : below(&state, 400000);
        lines[i].cost_to_serve = below(&state, 3) == 0 ? below(&state, 9000) : 0;
    }
}

/* Who a customer is rolled up into: every fourth one into the customer before, in the tests of groups. */
static int64_t top_of(int64_t customer, bool groups) {
    return groups && customer % 12 == 0 ? customer - 3 : customer;
}

typedef struct day {
    int64_t sales, cancelled, unknown, unknown_magnitude, revenue, profit;
} day;

static void count_line(day *d, const book_line *line) {
    const bool cancels = strcmp(line->kind, "cancellation") == 0;
    const bool rebates = strcmp(line->kind, "rebate") == 0;
    const int64_t sign = strcmp(line->kind, "return") == 0 || cancels || rebates ? -1 : 1;
    if (strcmp(line->kind, "cost") == 0) {
        d->profit -= line->cost_to_serve;
        return;
    }
    d->sales += strcmp(line->kind, "sale") == 0;
    d->cancelled += cancels;
    d->revenue += sign * line->revenue;
    if (rebates) {
        d->profit -= line->revenue;
        return;
    }
    d->profit -= sign * line->cost_to_serve;
    if (line->cost == UNKNOWN) {
        d->unknown += cancels ? -1 : 1;
        d->unknown_magnitude += cancels ? -line->revenue : line->revenue;
    } else {
        d->profit += sign * (line->revenue - line->cost);
    }
}

static void gather_days(day *days, const book_line *lines, int64_t customer, bool groups) {
    memset(days, 0, DAYS * sizeof *days);
    for (int64_t i = 0; i < LINES; i++) {
        if (top_of(lines[i].customer, groups) == customer) {
            count_line(&days[lines[i].day - FIRST], &lines[i]);
        }
    }
}

/* Amounts in cents; `first`: the first purchase's too. */
typedef struct purse {
    int64_t count;
    int64_t amounts[DAYS];
} purse;

static purse amounts_of(const day *days, int32_t last, bool first, bool profit) {
    purse all = {.count = 0};
    int64_t seen = 0, amount = 0, unknown = 0, magnitude = 0;
    for (int32_t i = 0; i <= last + 1; i++) {
        const bool ends = i > last || days[i].sales > days[i].cancelled;
        if (ends && seen > (first ? 0 : 1) && !(profit && (unknown != 0 || magnitude != 0))) {
            all.amounts[all.count++] = amount;
        }
        if (ends) {
            seen++;
            amount = unknown = magnitude = 0;
        }
        if (i <= last) {
            amount += profit ? days[i].profit : days[i].revenue;
            unknown += days[i].unknown;
            magnitude += days[i].unknown_magnitude;
        }
    }
    return all;
}

static void tell_spend(const purse *all, double *out) {
    __extension__ typedef __int128 wide;
    int64_t sum = 0;
    for (int64_t i = 0; i < all->count; i++) {
        sum += all->amounts[i];
    }
    wide squares = 0; /* of count times the differences from the mean */
    for (int64_t i = 0; i < all->count; i++) {
        const wide difference = (wide)all->count * all->amounts[i] - sum;
        squares += difference * difference;
    }
    const wide whole = all->count > 0 ? squares / all->count : 0; /* it goes in whole */
    out[CRMV_HISTORY_SPENDS] = (double)all->count;
    out[CRMV_HISTORY_SPEND] = all->count > 0 ? (double)sum / ((double)all->count * 100) : (double)NAN;
    out[CRMV_HISTORY_SQUARES] = all->count > 0 ? (double)whole / ((double)all->count * 10000) : 0;
}

static void tell_history(const day *days, int32_t last, int32_t name, double *out) {
    static const double units[NAMES] = {1, 7, 365.25, 7};
    int32_t first_day = -1, last_day = -1, count = 0;
    for (int32_t i = 0; i <= last; i++) {
        if (days[i].sales > days[i].cancelled) {
            first_day = first_day < 0 ? i : first_day;
            last_day = i;
            count++;
        }
    }
    for (int32_t column = 0; column <= HISTORIES; column++) {
        out[column] = (double)NAN;
    }
    if (count > 0) {
        const purse all = amounts_of(days, last, name >= 2, name == 3);
        out[CRMV_HISTORY_REPEATS] = count - 1;
        out[CRMV_HISTORY_LAST] = (double)(last_day - first_day) / units[name];
        out[CRMV_HISTORY_AGE] = (double)(last - first_day) / units[name];
        tell_spend(&all, out);
    }
}

static void compare_customer(const crmv_frame *frame, int64_t row, const day *days, int32_t last) {
    double expected[HISTORIES + 1];
    for (int32_t name = 0; name < NAMES; name++) {
        tell_history(days, last, name, expected);
        for (int32_t column = CRMV_HISTORY_REPEATS; column <= (name == 0 ? CRMV_HISTORY_AGE : HISTORIES); column++) {
            const double found = crmv_frame_history(frame, names[name], column)[row];
            const bool same = isnan(expected[column]) ? isnan(found) : memcmp(&found, &expected[column], 8) == 0;
            if (!same) {
                fail_msg("column %d of %s in row %lld is %.17g, not %.17g", (int)column, names[name], (long long)row,
                         found, expected[column]);
            }
        }
    }
}

static void compare(const crmv_frame *frame, const book_line *lines, int32_t last, bool groups) {
    static day days[DAYS];
    assert_true(crmv_frame_rows(frame) > 10);
    for (int64_t row = 0; row < crmv_frame_rows(frame); row++) {
        gather_days(days, lines, crmv_frame_numbers(frame)[row], groups);
        compare_customer(frame, row, days, last);
    }
}

static void histories_are_those_of_the_slow_reference_as_of_any_day(void **state) {
    (void)state;
    static book_line lines[LINES];
    static const int32_t lasts[] = {DAYS - 1, 520, 333, 47};
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        fill_lines(lines, seed);
        crmv_ledger *ledger = ledger_of(model, lines, LINES);
        for (size_t i = 0; i < sizeof lasts / sizeof *lasts; i++) {
            crmv_frame *frame = frame_of(model, ledger, FIRST + lasts[i]);
            compare(frame, lines, lasts[i], false);
            crmv_frame_free(frame);
        }
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
}

#define GROUPS "'input': {'keys': 'integer', 'customers': {'customer': 'customer', 'parent': 'parent'}}, "

static void the_purchase_days_of_a_group_are_those_of_all_its_customers(void **state) {
    (void)state;
    static book_line lines[LINES];
    static int64_t keys[CUSTOMERS], parents[CUSTOMERS];
    fill_lines(lines, 11);
    for (int64_t i = 0; i < CUSTOMERS; i++) {
        keys[i] = 3 * (i + 1);
        parents[i] = top_of(keys[i], true);
    }
    const crmv_column table[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys),
                                 ARRAY_COLUMN("parent", CRMV_INT64, parents)};
    crmv_model *model = model_of(HEAD GROUPS LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, LINES);
    crmv_frame *frame = joined(model, ledger, table, 2, CUSTOMERS, FIRST + 555);
    compare(frame, lines, 555, true);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void assert_same_histories(const crmv_frame *a, int64_t at, const crmv_frame *b, int64_t rows) {
    for (int32_t name = 0; name < NAMES; name++) {
        for (int32_t column = CRMV_HISTORY_REPEATS; column <= (name == 0 ? CRMV_HISTORY_AGE : HISTORIES); column++) {
            assert_memory_equal(crmv_frame_history(a, names[name], column) + at,
                                crmv_frame_history(b, names[name], column), (size_t)rows * sizeof(double));
        }
    }
}

static void histories_are_those_of_the_batches_that_stand(void **state) {
    (void)state;
    static book_line lines[LINES];
    fill_lines(lines, 8);
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    crmv_error error = an_error();
    crmv_ledger *ledger = ledger_of(model, lines, LINES / 2);
    crmv_frame *before = frame_of(model, ledger, FIRST + 500);
    const crmv_column columns[] = {FIELD_COLUMN("customer", CRMV_INT64, lines, customer),
                                   FIELD_COLUMN("date", CRMV_INT32, lines, day),
                                   FIELD_COLUMN("revenue", CRMV_MINOR, lines, revenue)};
    must(crmv_ledger_begin(ledger, "wrong", &error), &error);
    must(crmv_ledger_append(ledger, columns, 3, LINES, &error), &error);
    must(crmv_ledger_end(ledger, &error), &error);
    must(crmv_ledger_withdraw(ledger, "wrong", &error), &error);
    crmv_frame *after = frame_of(model, ledger, FIRST + 500);
    assert_same_histories(before, 0, after, crmv_frame_rows(before));
    crmv_frame_free(after);
    crmv_frame_free(before);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* ---- The same bits ----------------------------------------------------------------------------------------------- */

static void histories_do_not_depend_on_threads_nor_on_the_order_of_lines(void **state) {
    (void)state;
    static book_line lines[LINES];
    fill_lines(lines, 5);
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, LINES);
    crmv_frame *frame = frame_of(model, ledger, FIRST + 600);
    uint64_t chance = 99;
    for (int64_t i = LINES - 1; i > 0; i--) {
        const int64_t other = below(&chance, i + 1);
        const book_line line = lines[i];
        lines[i] = lines[other];
        lines[other] = line;
    }
    crmv_ledger *shuffled = ledger_of(model, lines, LINES);
    for (int32_t threads = 1; threads <= 4; threads++) {
        const crmv_options options = {.struct_size = sizeof options, .threads = threads};
        crmv_error error = an_error();
        crmv_frame *again = NULL;
        must(crmv_frame_derive(model, shuffled, NULL, 0, 0, FIRST + 600, &options, &again, &error), &error);
        assert_same_histories(frame, 0, again, crmv_frame_rows(frame));
        crmv_frame_free(again);
    }
    crmv_frame_free(frame);
    crmv_ledger_free(shuffled);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void a_customer_alone_has_the_history_that_it_has_among_others(void **state) {
    (void)state;
    static book_line lines[LINES], own[LINES];
    fill_lines(lines, 6);
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, LINES);
    crmv_frame *frame = frame_of(model, ledger, FIRST + 600);
    for (int64_t row = 0; row < crmv_frame_rows(frame); row += 7) {
        int64_t count = 0;
        for (int64_t i = 0; i < LINES; i++) {
            if (lines[i].customer == crmv_frame_numbers(frame)[row]) {
                own[count++] = lines[i];
            }
        }
        crmv_ledger *alone = ledger_of(model, own, count);
        crmv_frame *single = frame_of(model, alone, FIRST + 600);
        assert_same_histories(frame, row, single, 1);
        crmv_frame_free(single);
        crmv_ledger_free(alone);
    }
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histories_are_those_of_the_slow_reference_as_of_any_day),
        cmocka_unit_test(the_purchase_days_of_a_group_are_those_of_all_its_customers),
        cmocka_unit_test(histories_are_those_of_the_batches_that_stand),
        cmocka_unit_test(histories_do_not_depend_on_threads_nor_on_the_order_of_lines),
        cmocka_unit_test(a_customer_alone_has_the_history_that_it_has_among_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
