/*
 * test_rollup.c - random forests of customers: the facts that are rolled up, and whole frames, against a slow roll-up
 * that knows nothing of the library's.
 */
#include "failing_memory.h"
#include "forest.h"
#include "frame/rollup.h"
#include "frame/shares.h"

enum { TRIALS = 1000, BEFORE_ALL = FIRST_FOREST_DAY - 1 };

static const weather small_forests[] = {
    {.size = 12, .days = 4, .with_row = 80, .with_alias = 10, .with_parent = 40, .with_dealer = 30, .with_facts = 70},
    {.size = 40, .days = 12, .with_row = 95, .with_alias = 20, .with_parent = 70, .with_dealer = 20, .with_facts = 80},
    {.size = 30, .days = 3, .with_row = 50, .with_alias = 50, .with_parent = 50, .with_dealer = 60, .with_facts = 40},
    {.size = 8, .days = 40, .with_row = 100, .with_alias = 5, .with_parent = 20, .with_dealer = 80, .with_facts = 100},
    {.size = 25, .days = 6, .with_row = 60, .with_alias = 0, .with_parent = 30, .with_dealer = 0, .with_facts = 90},
};
enum { KINDS = sizeof small_forests / sizeof *small_forests };

/* ---- The customer table ------------------------------------------------------------------------------------------ */

/* A row as it is fed; NULL is missing. */
typedef struct row {
    const char *key, *parent, *alias, *dealer, *share;
    char written[5][24];
    int32_t since;
    double place;
} row;

typedef struct table {
    row *rows;
    int64_t count;
    crmv_column columns[7];
} table;

static const char *write(const forest *f, int32_t who, char *out, size_t size) {
    if (who == NOBODY) {
        return NULL;
    }
    if (f->texts) {
        return f->customers[who].key;
    }
    snprintf(out, size, "%lld", (long long)f->customers[who].number);
    return out;
}

static void add_row(const forest *f, int32_t who, table *t) {
    const person *c = &f->customers[who];
    row *r = &t->rows[t->count++];
    r->key = write(f, who, r->written[0], sizeof r->written[0]);
    r->parent = write(f, c->parent, r->written[1], sizeof r->written[1]);
    r->alias = write(f, c->alias, r->written[2], sizeof r->written[2]);
    r->dealer = write(f, c->dealer, r->written[3], sizeof r->written[3]);
    snprintf(r->written[4], sizeof r->written[4], "%lld.%06lld", (long long)(c->share / 1000000),
             (long long)(c->share % 1000000));
    r->share = c->bad_share ? "100.1" : r->written[4];
    r->since = c->since;
    r->place = c->place == 0 ? (double)NAN : c->place;
}

static void set_columns(table *t) {
    const crmv_column columns[] = {
        FIELD_COLUMN("key", CRMV_STRINGS, t->rows, key),     FIELD_COLUMN("parent", CRMV_STRINGS, t->rows, parent),
        FIELD_COLUMN("alias", CRMV_STRINGS, t->rows, alias), FIELD_COLUMN("dealer", CRMV_STRINGS, t->rows, dealer),
        FIELD_COLUMN("share", CRMV_STRINGS, t->rows, share), FIELD_COLUMN("since", CRMV_INT32, t->rows, since),
        FIELD_COLUMN("place", CRMV_DOUBLE, t->rows, place),
    };
    memcpy(t->columns, columns, sizeof columns);
}

static table room_for_table(const forest *f) {
    table t = {.rows = calloc((size_t)f->size * 2, sizeof *t.rows)};
    assert_non_null(t.rows);
    return t;
}

/* Everybody who has a row, in any order; the rows point into themselves, so that their places are drawn first. */
static table whole_table(const forest *f, uint64_t *state) {
    table t = room_for_table(f);
    int32_t *order = malloc((size_t)f->size * 2 * sizeof *order);
    int64_t count = 0;
    assert_non_null(order);
    for (int32_t who = 0; who < f->size; who++) {
        for (int32_t i = 0; f->customers[who].has_row && i < 1 + f->customers[who].repeated; i++) {
            const int64_t place = draw(state, (int32_t)count + 1);
            order[count++] = order[place];
            order[place] = who;
        }
    }
    for (int64_t i = 0; i < count; i++) {
        add_row(f, order[i], &t);
    }
    free(order);
    set_columns(&t);
    return t;
}

/* The tops of those who have a row, without a word about groups; a top that has none says nothing. */
static table table_of_tops(const forest *f, bool only_table) {
    table t = room_for_table(f);
    bool *is_top = calloc((size_t)f->size, sizeof *is_top);
    assert_non_null(is_top);
    for (int32_t who = 0; who < f->size; who++) {
        if (is_used(f, who)) {
            is_top[top_of(f, who)] = true;
        }
    }
    for (int32_t who = 0; who < f->size; who++) {
        if (is_top[who] && (is_used(f, who) || !only_table)) {
            add_row(f, who, &t);
            row *r = &t.rows[t.count - 1];
            r->since = is_used(f, who) ? r->since : CRMV_NO_DATE;
            r->place = is_used(f, who) ? r->place : (double)NAN;
        }
    }
    free(is_top);
    set_columns(&t);
    return t;
}

/* ---- The facts --------------------------------------------------------------------------------------------------- */

#define RELATIONS ", 'parent': 'parent', 'alias_of': 'alias', 'dealer': 'dealer', 'dealer_share': 'share'"

/* A model of `metrics` that says who is rolled up into whom, or not. */
static crmv_model *model_for(const forest *f, bool with_groups, bool only_table, const char *metrics) {
    static char text[8192];
    snprintf(text, sizeof text,
             "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, 'input': {%s'customers': {'customer': "
             "'key', 'since': 'since'%s}, 'receivables': {'customer': 'c', 'amount': 'a', 'due': 'd', 'date': 'i'}, "
             "'events': {'customer': 'c', 'date': 'd', 'event': 'e', 'value': 'v', 'text': 't'}}, "
             "'finance_cost': {'yearly_rate': 0.06, 'days_in_year': 360}, 'window': {'days': 10}, %s'metrics': {%s}}",
             f->texts ? "" : "'keys': 'integer', ", with_groups ? RELATIONS : "",
             only_table ? "'population': 'customers', " : "", metrics);
    return model_of(text);
}

static void assert_same_texts(const crmvi_texts *a, const crmvi_texts *b) {
    assert_int_equal(a->count, b->count);
    for (int64_t i = 0; i < a->count; i++) {
        assert_string_equal(crmvi_texts_get(a, i), crmvi_texts_get(b, i));
    }
}

static void assert_same_events(const crmvi_facts *a, const crmvi_facts *b) {
    assert_int_equal(a->events.count, b->events.count);
    if (a->events.count > 0) {
        assert_memory_equal(a->events.begins, b->events.begins, (size_t)(a->customers + 1) * sizeof(int64_t));
        assert_memory_equal(a->events.items, b->events.items, (size_t)a->events.count * sizeof(crmvi_event));
        assert_same_texts(&a->events.names, &b->events.names);
        assert_same_texts(&a->events.texts, &b->events.texts);
    }
}

static void assert_same_facts(const crmvi_facts *a, const crmvi_facts *b) {
    assert_int_equal(a->key_kind, b->key_kind);
    assert_int_equal(a->customers, b->customers);
    assert_int_equal(a->count, b->count);
    if (a->key_kind == CRMVI_KEYS_TEXTS) {
        assert_same_texts(&a->texts, &b->texts);
    } else {
        assert_memory_equal(a->numbers, b->numbers, (size_t)a->customers * sizeof *a->numbers);
    }
    assert_memory_equal(a->offsets, b->offsets, (size_t)(a->customers + 1) * sizeof *a->offsets);
    assert_memory_equal(a->days, b->days, (size_t)a->count * sizeof *a->days);
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        assert_int_equal(a->columns[column].width, b->columns[column].width);
        assert_memory_equal(a->columns[column].values, b->columns[column].values,
                            (size_t)a->count * (size_t)a->columns[column].width);
    }
    assert_same_events(a, b);
}

static void roll_up(const crmv_model *model, const table *t, const crmvi_facts *facts, int32_t threads,
                    crmvi_facts *out) {
    const crmvi_runner runner = {.threads = threads};
    crmvi_customer_table read;
    crmvi_groups groups;
    crmv_error error = an_error();
    must(crmvi_customer_table_read(model, t->columns, 7, t->count, &runner, &read, &error), &error);
    assert_true(crmvi_customer_table_sort(&read));
    must(crmvi_groups_make(&read, false, &runner, &groups, &error), &error);
    *out = (crmvi_facts){0};
    if (groups.count > 0 && facts->customers > 0) {
        must(crmvi_rollup_make(&groups, facts, &runner, out, &error), &error);
    }
    crmvi_groups_clear(&groups);
    crmvi_customer_table_clear(&read);
}

static void compare_facts(const weather *w, uint64_t seed) {
    forest f = grow(w, seed);
    forest tops = rolled(&f);
    crmvi_facts facts = facts_of(&f);
    crmvi_facts expected = facts_of(&tops);
    crmv_model *model = model_for(&f, true, false, "'r': {'sum': 'revenue'}");
    uint64_t state = ~seed;
    for (int32_t threads = 1; threads <= 2; threads++) {
        table t = whole_table(&f, &state); /* in another order each time */
        crmvi_facts found;
        roll_up(model, &t, &facts, threads, &found);
        if (found.offsets != NULL) {
            assert_same_facts(&found, &expected);
        }
        crmvi_facts_clear(&found);
        free(t.rows);
    }
    crmvi_facts_clear(&facts);
    crmvi_facts_clear(&expected);
    crmv_model_free(model);
    fell(&f);
    fell(&tops);
}

static void rolled_up_facts_are_those_of_the_slow_way(void **state) {
    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++) {
        weather w = small_forests[trial % KINDS];
        w.texts = trial / KINDS % 2 == 0;
        compare_facts(&w, trial);
    }
}

static void many_customers_are_rolled_up_on_all_threads(void **state) {
    (void)state;
    const weather many = {.size = 6000,
                          .days = 6,
                          .with_row = 90,
                          .with_alias = 10,
                          .with_parent = 30,
                          .with_dealer = 10,
                          .with_facts = 80,
                          .texts = true};
    weather few_groups = many;
    few_groups.with_alias = few_groups.with_dealer = 0;
    few_groups.with_parent = 2;
    few_groups.texts = false;
    compare_facts(&many, 1);
    compare_facts(&few_groups, 2);
}

/* ---- Whole frames ------------------------------------------------------------------------------------------------ */

static const char every_metric[] =
    "'revenue': {'sum': 'revenue', 'window': 'all'}, 'revenue_3': {'sum': 'revenue', 'window': {'days': 3}}, "
    "'profit': {'sum': 'gross_profit', 'window': 'all'}, 'contribution': {'sum': 'contribution'}, "
    "'interest': {'sum': 'finance_cost'}, 'pieces': {'sum': 'quantity'}, 'spent': {'sum': ['discount', "
    "'cost_to_serve'], 'window': 'all'}, 'a_year': {'sum': 'revenue', 'per': 'year'}, "
    "'mean': {'mean': 'revenue'}, 'least': {'minimum': 'revenue'}, 'most': {'maximum': 'gross_profit'}, "
    "'lines': {'count': 'lines'}, 'documents': {'count': 'documents'}, 'days': {'count': 'purchase_days'}, "
    "'repeats': {'count': 'repeat_days'}, 'recency': {'recency': 'days'}, 'tenure': {'tenure': 'weeks'}, "
    "'known': {'since': 'since', 'in': 'days'}, 'gap': {'gap': 'mean'}, 'spread': {'gap': 'spread'}, "
    "'lateness': {'gap': 'relative_recency'}, 'growth': {'growth': 'revenue', 'window': {'days': 4}}, "
    "'returns': {'return_rate': 'revenue', 'window': 'all'}, 'part': {'share': ['revenue_3', 'revenue']}, "
    "'rate': {'ratio': ['profit', 'revenue']}, 'gain': {'difference': ['revenue', 'revenue_3']}, "
    "'place': {'attribute': 'place'}, 'kind': {'attribute': 'place', 'scale': {'categories': {'1': 1, '2': 5}}}, "
    "'overdue': {'overdue': 'amount'}, 'overdue_days': {'overdue': 'days'}, 'open': {'receivables': 'open'}, "
    "'late': {'receivables': 'days_late', 'window': 'all'}, 'outstanding': {'receivables': "
    "'days_sales_outstanding'}, 'calls': {'event': ['call', 'count'], 'window': 'all'}, "
    "'visits': {'event': ['visit', 'sum']}, 'mood': {'event': ['complaint', 'mean'], 'window': 'all'}, "
    "'last': {'event': ['visit', 'last']}, 'cause': {'event': ['complaint', 'last'], 'scale': {'categories': "
    "{'price': 1, 'delay': 2}}}, 'age': {'event': ['call', 'age']}";

static void assert_same_metrics(const crmv_model *model, const crmv_frame *a, const crmv_frame *b) {
    for (int32_t i = 0; i < model->metric_count; i++) {
        const char *name = model->metrics[i].name;
        const double *left = crmv_frame_metric(a, name);
        const double *right = crmv_frame_metric(b, name);
        crmv_missing missing[2] = {{.struct_size = sizeof *missing}, {.struct_size = sizeof *missing}};
        for (int64_t at = 0; at < crmv_frame_rows(a); at++) {
            if (memcmp(&left[at], &right[at], sizeof *left) != 0 && !(isnan(left[at]) && isnan(right[at]))) {
                fail_msg("%s of row %d is %.17g, not %.17g", name, (int)at, left[at], right[at]);
            }
        }
        assert_int_equal(crmv_frame_missing(a, name, &missing[0]), CRMV_OK);
        assert_int_equal(crmv_frame_missing(b, name, &missing[1]), CRMV_OK);
        assert_memory_equal(&missing[0], &missing[1], sizeof *missing);
    }
}

static void assert_same_frames(const crmv_model *model, const crmv_frame *a, const crmv_frame *b) {
    static const char *const amounts[] = {"revenue", "gross_profit", "contribution", "unknown_cost_revenue"};
    assert_int_equal(crmv_frame_rows(a), crmv_frame_rows(b));
    for (int64_t at = 0; at < crmv_frame_rows(a); at++) {
        char keys[2][32];
        assert_int_equal(crmv_frame_key(a, at, keys[0], sizeof keys[0], NULL), CRMV_OK);
        assert_int_equal(crmv_frame_key(b, at, keys[1], sizeof keys[1], NULL), CRMV_OK);
        assert_string_equal(keys[0], keys[1]);
        assert_int_equal(crmv_frame_start(a, at), crmv_frame_start(b, at));
    }
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        assert_memory_equal(crmv_frame_amount(a, amounts[i]), crmv_frame_amount(b, amounts[i]),
                            (size_t)crmv_frame_rows(a) * sizeof(int64_t));
    }
    assert_same_metrics(model, a, b);
}

/* Where those are who have been rolled up, and how many each row stands for. */
static void assert_members(const forest *f, const crmv_frame *frame, int32_t as_of) {
    int64_t *counts = calloc((size_t)crmv_frame_rows(frame) + 1, sizeof *counts);
    bool *counted = calloc((size_t)f->size, sizeof *counted);
    assert_true(counts && counted);
    for (int32_t who = 0; who < f->size; who++) {
        char keys[2][24];
        int64_t at = -1;
        int64_t top = -1;
        crmv_frame_find(frame, write(f, who, keys[0], sizeof keys[0]), &at);
        crmv_frame_find(frame, write(f, top_of(f, who), keys[1], sizeof keys[1]), &top);
        assert_true(!is_used(f, who) || at == top);
        bool has_facts = false;
        for (int32_t day = 0; day < f->days && FIRST_FOREST_DAY + day <= as_of; day++) {
            has_facts |= *there_of(f, who, day);
        }
        if (top >= 0 && (is_used(f, who) || has_facts) && !counted[owner_of(f, who)]) {
            counted[owner_of(f, who)] = true;
            counts[top]++;
        }
    }
    for (int64_t at = 0; at < crmv_frame_rows(frame); at++) {
        assert_int_equal(crmv_frame_members(frame, at), counts[at] == 0 ? 1 : counts[at]);
    }
    free(counts);
    free(counted);
}

static int64_t strangers_of(const crmv_frame *frame, int64_t *revenue) {
    crmv_set_aside aside = {.struct_size = sizeof aside};
    for (int64_t i = 0; i < crmv_frame_set_aside_count(frame); i++) {
        assert_int_equal(crmv_frame_set_aside(frame, i, &aside), CRMV_OK);
        if (aside.reason == CRMV_UNKNOWN_CUSTOMER) {
            *revenue = (int64_t)aside.revenue_low;
            return aside.rows;
        }
    }
    *revenue = 0;
    return 0;
}

/* All revenue up to a date is in the rows or with the strangers. */
static void assert_ties_out(const crmv_ledger *ledger, const crmv_frame *frame, int32_t as_of) {
    const int64_t *amounts = crmv_frame_amount(frame, "revenue");
    int64_t total;
    int64_t sum;
    strangers_of(frame, &sum);
    for (int64_t at = 0; at < crmv_frame_rows(frame); at++) {
        sum += amounts[at];
    }
    assert_int_equal(crmv_ledger_total_between(ledger, "revenue", as_of - 9, as_of, &total), CRMV_OK);
    assert_int_equal(sum, total);
}

static crmv_frame *frame_of_table(const crmv_model *model, const crmv_ledger *ledger, const table *t, int32_t as_of,
                                  int32_t threads) {
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    must(crmv_frame_derive(model, ledger, t->columns, 7, t->count, as_of, &options, &frame, &error), &error);
    return frame;
}

static void compare_frames(const weather *w, uint64_t seed) {
    uint64_t state = ~seed;
    forest f = grow(w, seed);
    forest tops = rolled(&f);
    const bool only_table = draw(&state, 3) == 0;
    crmv_model *grouping = model_for(&f, true, only_table, every_metric);
    crmv_model *plain = model_for(&f, false, only_table, every_metric);
    crmvi_facts facts = facts_of(&f);
    crmvi_facts expected = facts_of(&tops);
    crmv_ledger *ledger = ledger_of_facts(grouping, &facts);
    crmv_ledger *rolled_ledger = ledger_of_facts(plain, &expected);
    table of_tops = table_of_tops(&f, only_table);
    for (int32_t threads = 1; threads <= 2; threads++) {
        const int32_t as_of = BEFORE_ALL + draw(&state, f.days + 2);
        table t = whole_table(&f, &state);
        crmv_frame *found = frame_of_table(grouping, ledger, &t, as_of, threads);
        crmv_frame *wanted = frame_of_table(plain, rolled_ledger, &of_tops, as_of, 1);
        int64_t revenues[2];
        assert_same_frames(grouping, found, wanted);
        assert_int_equal(strangers_of(found, &revenues[0]), strangers_of(wanted, &revenues[1]));
        assert_int_equal(revenues[0], revenues[1]);
        assert_ties_out(ledger, found, as_of);
        assert_members(&f, found, as_of);
        crmv_frame_free(found);
        crmv_frame_free(wanted);
        free(t.rows);
    }
    free(of_tops.rows);
    crmv_ledger_free(ledger);
    crmv_ledger_free(rolled_ledger);
    crmv_model_free(grouping);
    crmv_model_free(plain);
    fell(&f);
    fell(&tops);
}

static void frames_of_groups_are_those_of_books_that_were_kept_by_group(void **state) {
    (void)state;
    for (uint64_t trial = 0; trial < TRIALS; trial++) {
        weather w = small_forests[trial % KINDS];
        w.texts = trial / KINDS % 2 == 1;
        compare_frames(&w, TRIALS + trial);
    }
}

/* ---- Memory that is short ---------------------------------------------------------------------------------------- */

/* Each allocation of a derivation fails once: it says so, and nothing stays behind. */
static void a_failing_allocation_fails_the_derivation_and_leaves_nothing(void **unused) {
    (void)unused;
    if (!OWN_MALLOC) {
        print_message("memory cannot fail under a sanitizer with a malloc of its own\n");
        skip();
    }
    for (int32_t texts = 0; texts < 2; texts++) {
        weather w = small_forests[1];
        uint64_t state = 7;
        w.texts = texts == 1;
        forest f = grow(&w, 5);
        crmv_model *model = model_for(&f, true, false, every_metric);
        crmvi_facts facts = facts_of(&f);
        crmv_ledger *ledger = ledger_of_facts(model, &facts);
        table t = whole_table(&f, &state);
        bool failed = true;
        for (long allocation = 0; failed; allocation++) {
            const long before = standing;
            crmv_frame *frame = NULL;
            crmv_error error = an_error();
            has_failed = false;
            until_failure = allocation;
            armed = true;
            const int32_t status = crmv_frame_derive(model, ledger, t.columns, 7, t.count, 20000, NULL, &frame, &error);
            armed = false;
            failed = has_failed;
            assert_int_equal(status, failed ? CRMV_OUT_OF_MEMORY : CRMV_OK);
            assert_int_equal(error.status, failed ? CRMV_OUT_OF_MEMORY : 0);
            assert_true((frame == NULL) == failed);
            crmv_frame_free(frame);
            assert_int_equal(standing, before);
        }
        free(t.rows);
        crmv_ledger_free(ledger);
        crmv_model_free(model);
        fell(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rolled_up_facts_are_those_of_the_slow_way),
        cmocka_unit_test(many_customers_are_rolled_up_on_all_threads),
        cmocka_unit_test(frames_of_groups_are_those_of_books_that_were_kept_by_group),
        cmocka_unit_test(a_failing_allocation_fails_the_derivation_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
