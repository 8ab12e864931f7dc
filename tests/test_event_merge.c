/*
 * Events on their way through runs of facts: merged, picked, chosen and removed, against runs that were made anew from
 * what must be in them; and each allocation failing once.
 */
#include "batches.h"
#include "failing_memory.h"
#include "ledger/events.h"
#include "ledger/fact_column.h"
#include "ledger/facts.h"

static const crmvi_runner one_thread = {.threads = 1};

/* ---- Runs, made by hand ------------------------------------------------------------------------------------------ */

typedef struct happening {
    int32_t customer, day;
    const char *name, *text; /* text NULL: none */
    int64_t value;
} happening;

typedef struct happenings {
    happening *items;
    int64_t count;
} happenings;

static int by_customer_and_what(const void *first, const void *second) {
    const happening *a = first;
    const happening *b = second;
    if (a->customer != b->customer || a->day != b->day) {
        return a->customer != b->customer ? a->customer - b->customer : a->day - b->day;
    }
    const int order = strcmp(a->name, b->name);
    if (order != 0 || a->value != b->value) {
        return order != 0 ? order : a->value < b->value ? -1 : 1;
    }
    if (a->text == NULL || b->text == NULL) {
        return (a->text != NULL) - (b->text != NULL);
    }
    return strcmp(a->text, b->text);
}

static int by_bytes(const void *first, const void *second) {
    const char *const *a = first;
    const char *const *b = second;
    return strcmp(*a, *b);
}

/* Each text once, sorted. */
static void list_texts(const char **all, int64_t count, crmvi_texts *out) {
    qsort((void *)all, (size_t)count, sizeof *all, by_bytes);
    for (int64_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(all[i], all[i - 1]) != 0) {
            assert_true(crmvi_texts_add(out, all[i], (int64_t)strlen(all[i])));
        }
    }
}

static int32_t place_of(const crmvi_texts *texts, const char *text) {
    int32_t place = -1;
    for (int32_t i = 0; text != NULL && i < texts->count && place < 0; i++) {
        place = strcmp(crmvi_texts_get(texts, i), text) == 0 ? i : -1;
    }
    return place;
}

static void list_names(const happenings *h, crmvi_events *events) {
    const char **names = room_for(h->count, sizeof *names);
    const char **texts = room_for(h->count, sizeof *texts);
    int64_t text_count = 0;
    for (int64_t i = 0; i < h->count; i++) {
        names[i] = h->items[i].name;
        if (h->items[i].text != NULL) {
            texts[text_count++] = h->items[i].text;
        }
    }
    list_texts(names, h->count, &events->names);
    list_texts(texts, text_count, &events->texts);
    free((void *)names);
    free((void *)texts);
}

/* The customers, days and events of a list, which is sorted. */
static crmvi_facts facts_of(const happenings *h) {
    crmvi_facts facts = {.key_kind = CRMVI_KEYS_TEXTS};
    facts.offsets = room_for(h->count + 1, sizeof *facts.offsets);
    facts.days = room_for(h->count, sizeof *facts.days);
    assert_true(crmvi_fact_column_make(&facts.columns[CRMVI_FACT_EVENTS], h->count + 1, 4));
    memset(facts.columns[CRMVI_FACT_EVENTS].values, 0, (size_t)(h->count + 1) * 4);
    crmvi_events *events = &facts.events;
    events->items = room_for(h->count, sizeof *events->items);
    events->begins = room_for(h->count + 1, sizeof *events->begins);
    list_names(h, events);
    qsort(h->items, (size_t)h->count, sizeof *h->items, by_customer_and_what);
    for (int64_t i = 0; i < h->count; i++) {
        const happening *e = &h->items[i];
        if (i == 0 || e->customer != e[-1].customer) {
            facts.offsets[facts.customers] = facts.count;
            events->begins[facts.customers++] = i;
            assert_true(crmvi_texts_add(&facts.texts, key_text(e->customer), (int64_t)strlen(key_text(e->customer))));
        }
        if (i == 0 || e->customer != e[-1].customer || e->day != e[-1].day) {
            facts.days[facts.count++] = e->day;
        }
        int32_t *counts = facts.columns[CRMVI_FACT_EVENTS].values;
        counts[facts.count - 1]++;
        events->items[events->count++] = (crmvi_event){.value = e->value,
                                                       .day = e->day,
                                                       .name = place_of(&events->names, e->name),
                                                       .text = place_of(&events->texts, e->text)};
    }
    facts.offsets[facts.customers] = facts.count;
    events->begins[facts.customers] = events->count;
    if (h->count == 0) {
        crmvi_facts_clear(&facts);
    }
    return facts;
}

/* Keys as texts are sorted by their bytes: customers from 100 on are, in the order of their numbers. */
static happenings random_happenings(uint64_t seed, int32_t customers, int64_t count) {
    static const char *const names[] = {"visit", "a", "complaint", "zeal", "\xC3\xA4rger"};
    static const char *const texts[] = {NULL, "price", "Price", "quality", "a cause", "z"};
    uint64_t state = seed;
    happenings h = {.items = room_for(2 * count, sizeof *h.items), .count = count};
    for (int64_t i = 0; i < count; i++) {
        h.items[i] = (happening){.customer = 101 + 7 * pick_below(&state, customers),
                                 .day = 19000 + pick_below(&state, 9),
                                 .name = names[pick_below(&state, 1 + (int64_t)(seed % COUNT(names)))],
                                 .text = texts[pick_below(&state, COUNT(texts))],
                                 .value = pick_below(&state, 3) == 0 ? CRMVI_NO_VALUE : pick_below(&state, 5) - 2};
    }
    return h;
}

static happenings both_of(const happenings *a, const happenings *b) {
    happenings both = {.items = room_for(a->count + b->count, sizeof *both.items), .count = a->count + b->count};
    memcpy(both.items, a->items, (size_t)a->count * sizeof *both.items);
    memcpy(both.items + a->count, b->items, (size_t)b->count * sizeof *both.items);
    return both;
}

/* The happenings of the customers for whom the bit is set. */
static happenings some_of(const happenings *h, uint64_t customers) {
    happenings some = {.items = room_for(h->count, sizeof *some.items)};
    for (int64_t i = 0; i < h->count; i++) {
        if ((customers >> (h->items[i].customer - 101) / 7 & 1) != 0) {
            some.items[some.count++] = h->items[i];
        }
    }
    return some;
}

/* ---- Tests ------------------------------------------------------------------------------------------------------- */

static void merged_runs_hold_the_events_of_both(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        happenings left = random_happenings(seed, 1 + (int32_t)seed % 30, (int64_t)(seed * 7 % 150));
        happenings right = random_happenings(seed + 77, 1 + (int32_t)seed * 3 % 30, (int64_t)(seed * 11 % 90));
        happenings together = both_of(&left, &right);
        crmvi_facts a = facts_of(&left);
        crmvi_facts b = facts_of(&right);
        crmvi_facts wanted = facts_of(&together);
        crmvi_facts out;
        assert_int_equal(crmvi_facts_merge(&a, &b, &one_thread, &out, NULL), CRMV_OK);
        assert_same_facts(&out, &wanted);
        crmvi_facts_clear(&out);
        assert_int_equal(crmvi_facts_merge(&b, &a, &one_thread, &out, NULL), CRMV_OK);
        assert_same_facts(&out, &wanted);
        crmvi_facts_clear(&out);
        crmvi_facts_clear(&a);
        crmvi_facts_clear(&b);
        crmvi_facts_clear(&wanted);
        free(left.items);
        free(right.items);
        free(together.items);
    }
}

static void chosen_customers_bring_only_the_names_and_texts_that_they_use(void **state) {
    (void)state;
    uint64_t draw = 9;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        const uint64_t bits = chance_bits(&draw) & chance_bits(&draw);
        happenings all = random_happenings(seed, 40, 90);
        happenings some = some_of(&all, bits);
        crmvi_facts from = facts_of(&all);
        crmvi_facts wanted = facts_of(&some);
        int64_t customers[64];
        for (int64_t i = 0; i < wanted.customers; i++) {
            customers[i] = crmvi_facts_find(&from, crmvi_texts_get(&wanted.texts, i));
        }
        crmvi_facts out;
        assert_true(crmvi_facts_choose(&from, customers, wanted.customers, &out));
        assert_same_facts(&out, &wanted);
        crmvi_facts_clear(&out);
        crmvi_facts_clear(&from);
        crmvi_facts_clear(&wanted);
        free(all.items);
        free(some.items);
    }
}

static void a_removed_customer_takes_the_names_and_texts_along_that_nobody_else_uses(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        happenings all = random_happenings(seed, 12, 25);
        crmvi_facts facts = facts_of(&all);
        for (int32_t customer = 0; customer < 12; customer++) {
            int32_t marks[64];
            happenings left = some_of(&all, ~UINT64_C(0) << (customer + 1));
            crmvi_facts wanted = facts_of(&left);
            const int64_t place = crmvi_facts_find(&facts, key_text(101 + 7 * customer));
            if (place >= 0) {
                crmvi_facts_remove(&facts, place, marks);
            }
            assert_same_facts(&facts, &wanted);
            crmvi_facts_clear(&wanted);
            free(left.items);
        }
        assert_int_equal(facts.customers, 0);
        free(all.items);
    }
}

/* Groups: several customers of several runs go into one, some into none. */
static void picks_of_any_number_of_customers_go_among_each_other(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        happenings left = random_happenings(seed, 20, 120);
        happenings right = random_happenings(seed + 1, 20, 70);
        crmvi_facts a = facts_of(&left);
        crmvi_facts b = facts_of(&right);
        const crmvi_facts *const sources[] = {&a, &b};
        crmvi_event_pick picks[64];
        int64_t count = 0;
        for (int64_t to = 0; to < 4; to++) {
            for (int32_t source = 0; source < 2; source++) {
                for (int64_t customer = to; customer < sources[source]->customers && to != 2; customer += 4) {
                    picks[count++] = (crmvi_event_pick){to, customer, source};
                }
            }
        }
        crmvi_facts into = {.customers = 4};
        assert_true(crmvi_events_pick(&into, sources, 2, picks, count));
        happenings grouped = {.items = room_for(left.count + right.count, sizeof *grouped.items)};
        for (int64_t pick = 0; pick < count; pick++) { /* the lists are in the order of customers since facts_of */
            const crmvi_facts *from = sources[picks[pick].source];
            const happening *items = picks[pick].source == 0 ? left.items : right.items;
            for (int64_t i = from->events.begins[picks[pick].customer];
                 i < from->events.begins[picks[pick].customer + 1]; i++) {
                grouped.items[grouped.count] = items[i];
                grouped.items[grouped.count++].customer = (int32_t)picks[pick].to;
            }
        }
        crmvi_facts wanted = facts_of(&grouped);
        assert_same_texts(&into.events.names, &wanted.events.names);
        assert_same_texts(&into.events.texts, &wanted.events.texts);
        assert_int_equal(into.events.count, wanted.events.count);
        assert_memory_equal(into.events.items, wanted.events.items,
                            (size_t)wanted.events.count * sizeof *wanted.events.items);
        assert_int_equal(into.events.begins[2], into.events.begins[3]);
        assert_int_equal(into.events.begins[4], into.events.count);
        crmvi_events_clear(&into.events);
        crmvi_facts_clear(&a);
        crmvi_facts_clear(&b);
        crmvi_facts_clear(&wanted);
        free(left.items);
        free(right.items);
        free(grouped.items);
    }
}

static void gathering_takes_the_same_customers_where_there_is_no_list(void **state) {
    (void)state;
    happenings all = random_happenings(3, 20, 60);
    happenings more = random_happenings(4, 20, 60);
    crmvi_facts a = facts_of(&all);
    crmvi_facts b = facts_of(&more);
    crmvi_facts into = {.customers = 2};
    const int64_t second[] = {-1, 3};
    const crmvi_facts *const sources[] = {&a, &b};
    const int64_t *const customers[] = {NULL, second};
    assert_true(crmvi_events_gather(&into, sources, customers, 2));
    assert_int_equal(into.events.begins[1], a.events.begins[1]);
    assert_int_equal(into.events.count, a.events.begins[2] + b.events.begins[4] - b.events.begins[3]);
    crmvi_events_clear(&into.events);
    const int64_t nobody[] = {-1, -1};
    const int64_t *const none[] = {nobody, nobody};
    assert_true(crmvi_events_gather(&into, sources, none, 2));
    assert_int_equal(into.events.count, 0);
    assert_null(into.events.begins);
    crmvi_facts_clear(&a);
    crmvi_facts_clear(&b);
    free(all.items);
    free(more.items);
}

static void a_merge_with_events_survives_each_failing_allocation(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    happenings left = random_happenings(5, 20, 120);
    happenings right = random_happenings(9, 20, 70);
    crmvi_facts a = facts_of(&left);
    crmvi_facts b = facts_of(&right);
    long failures = 0;
    do {
        crmvi_facts out;
        const long before = standing;
        has_failed = false;
        until_failure = failures++;
        armed = true;
        const int32_t status = crmvi_facts_merge(&a, &b, &one_thread, &out, NULL);
        armed = false;
        if (status == CRMV_OK) { /* what cannot be shrunk stays as it is */
            assert_int_equal(out.events.count, a.events.count + b.events.count);
        } else {
            assert_true(has_failed);
            assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        }
        crmvi_facts_clear(&out);
        assert_int_equal(standing, before);
    } while (has_failed);
    assert_true(failures > 15);
    crmvi_facts_clear(&a);
    crmvi_facts_clear(&b);
    free(left.items);
    free(right.items);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merged_runs_hold_the_events_of_both),
        cmocka_unit_test(chosen_customers_bring_only_the_names_and_texts_that_they_use),
        cmocka_unit_test(a_removed_customer_takes_the_names_and_texts_along_that_nobody_else_uses),
        cmocka_unit_test(picks_of_any_number_of_customers_go_among_each_other),
        cmocka_unit_test(gathering_takes_the_same_customers_where_there_is_no_list),
        cmocka_unit_test(a_merge_with_events_survives_each_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
