/*
 * forest.h - random customers who are rolled up into each other, with random facts and events, and a slow roll-up of
 * them: one cell for each customer, day and column, and every rule by itself.
 */
#ifndef CRMVALUE_TESTS_FOREST_H
#define CRMVALUE_TESTS_FOREST_H

#include "base/exact.h"
#include "book.h"
#include "chance.h"
#include "ledger/events.h"
#include "ledger/fact_column.h"
#include "ledger/posting.h"

#include <stdio.h>

enum { NAMES = 3, NOBODY = -1, FIRST_FOREST_DAY = 19900 };

typedef struct person {
    char key[24];
    int64_t number;
    int32_t rank; /* relations go to lower ranks alone, so that there are no circles */
    bool has_row, repeated, bad_share;
    int32_t parent, alias, dealer;
    int64_t share; /* percent in 1e-6 */
    int32_t since; /* CRMV_NO_DATE: missing */
    int32_t place; /* an attribute; 0: missing */
} person;

typedef struct happening {
    int32_t owner;
    crmvi_event event;
} happening;

typedef crmvi_wide cell;

typedef struct forest {
    int32_t size, days;
    bool texts; /* keys are texts */
    person *customers;
    cell *sums;  /* [customer][day][column] */
    bool *there; /* [customer][day] */
    happening *events;
    int64_t event_count;
} forest;

static inline int32_t draw(uint64_t *state, int32_t limit) {
    return (int32_t)(chance_bits(state) % (uint64_t)limit);
}

static inline cell *sums_of(const forest *f, int32_t who, int32_t day) {
    return f->sums + ((int64_t)who * f->days + day) * CRMVI_FACTS;
}

static inline bool *there_of(const forest *f, int32_t who, int32_t day) {
    return f->there + (int64_t)who * f->days + day;
}

/* ---- Growing one ------------------------------------------------------------------------------------------------- */

/* How one is drawn: out of a hundred. */
typedef struct weather {
    int32_t size, days, with_row, with_alias, with_parent, with_dealer, with_facts;
    bool texts;
} weather;

static inline int32_t draw_lower(const forest *f, int32_t who, int32_t percent, uint64_t *state) {
    if (draw(state, 100) >= percent) {
        return draw(state, 20) == 0 ? who : NOBODY;
    }
    for (int32_t i = 0; i < 8; i++) {
        const int32_t other = draw(state, f->size);
        if (f->customers[other].rank < f->customers[who].rank) {
            return other;
        }
    }
    return NOBODY;
}

static inline int64_t draw_share(uint64_t *state) {
    static const int64_t shares[] = {0, 100000000, 50000000, 33333333, 12500000, 1};
    const int32_t which = draw(state, 8);
    return which < 6 ? shares[which] : draw(state, 100000001);
}

static inline void draw_customers(forest *f, const weather *w, uint64_t *state) {
    for (int32_t i = 0; i < f->size; i++) {
        f->customers[i].rank = i;
    }
    for (int32_t i = f->size - 1; i > 0; i--) {
        const int32_t other = draw(state, i + 1);
        const int32_t rank = f->customers[i].rank;
        f->customers[i].rank = f->customers[other].rank;
        f->customers[other].rank = rank;
    }
    for (int32_t i = 0; i < f->size; i++) {
        person *c = &f->customers[i];
        c->number = (int64_t)i * 7919 % 100003 - 50000;
        snprintf(c->key, sizeof c->key, "%c%d", 'a' + (int)(i * 31 % 5), (int)(i * 17 % 100003));
        c->has_row = draw(state, 100) < w->with_row;
        c->repeated = draw(state, 40) == 0;
        c->bad_share = draw(state, 40) == 0;
        c->alias = draw_lower(f, i, w->with_alias, state);
        c->parent = draw_lower(f, i, w->with_parent, state);
        c->dealer = draw(state, 100) < w->with_dealer ? draw(state, f->size) : NOBODY;
        c->share = draw_share(state);
        c->since = draw(state, 2) == 0 ? CRMV_NO_DATE : FIRST_FOREST_DAY - 200 + draw(state, 300);
        c->place = draw(state, 5);
    }
}

static inline int64_t draw_value(int32_t column, int32_t bits, uint64_t *state) {
    const int64_t value = (int64_t)(chance_bits(state) & ((UINT64_C(1) << bits) - 1));
    return column <= CRMVI_FACT_DOCUMENTS ? value % 4 : draw(state, 4) == 0 ? -value : value;
}

static inline void draw_events(forest *f, int32_t who, int32_t day, uint64_t *state) {
    const int32_t count = draw(state, 3);
    for (int32_t i = 0; i < count; i++) {
        const bool has_value = draw(state, 3) > 0;
        f->events[f->event_count++] =
            (happening){.owner = who,
                        .event = {.value = has_value ? draw(state, 5) * INT64_C(500000) : CRMVI_NO_VALUE,
                                  .day = FIRST_FOREST_DAY + day,
                                  .name = draw(state, NAMES),
                                  .text = draw(state, NAMES + 1) - 1}};
    }
    sums_of(f, who, day)[CRMVI_FACT_EVENTS] = count;
}

/* Each column has values of one size; some have none at all. */
static inline void draw_facts(forest *f, const weather *w, uint64_t *state) {
    static const int32_t sizes[] = {0, 4, 7, 12, 15, 28, 31, 45};
    int32_t bits[CRMVI_FACTS];
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        bits[column] = sizes[draw(state, 8)];
    }
    bits[CRMVI_FACT_SALE_LINES] = 4;
    for (int32_t who = 0; who < f->size; who++) {
        const bool has_facts = draw(state, 100) < w->with_facts;
        const int32_t often = 1 + draw(state, 6);
        for (int32_t day = 0; has_facts && day < f->days; day++) {
            *there_of(f, who, day) = draw(state, often) == 0;
            for (int32_t column = 0; *there_of(f, who, day) && column < CRMVI_FACT_EVENTS; column++) {
                sums_of(f, who, day)[column] = draw_value(column, bits[column], state);
            }
            if (*there_of(f, who, day)) {
                draw_events(f, who, day, state);
            }
        }
    }
}

static inline forest forest_room(int32_t size, int32_t days, bool texts) {
    forest f = {.size = size, .days = days, .texts = texts};
    f.customers = calloc((size_t)size, sizeof *f.customers);
    f.sums = calloc((size_t)size * (size_t)days * CRMVI_FACTS, sizeof *f.sums);
    f.there = calloc((size_t)size * (size_t)days, sizeof *f.there);
    f.events = calloc((size_t)size * (size_t)days * 2 + 1, sizeof *f.events);
    assert_true(f.customers && f.sums && f.there && f.events);
    return f;
}

static inline forest grow(const weather *w, uint64_t seed) {
    uint64_t state = seed;
    forest f = forest_room(w->size, w->days, w->texts);
    draw_customers(&f, w, &state);
    draw_facts(&f, w, &state);
    return f;
}

static inline void fell(forest *f) {
    free(f->customers);
    free(f->sums);
    free(f->there);
    free(f->events);
}

/* ---- The slow roll-up -------------------------------------------------------------------------------------------- */

static inline bool is_alias(const forest *f, int32_t who) {
    return f->customers[who].alias != NOBODY && f->customers[who].alias != who;
}

/* Whether the table's row is used. An alias's share is not looked at, nor one that is nobody's. */
static inline bool is_used(const forest *f, int32_t who) {
    const person *c = &f->customers[who];
    const bool has_dealer = c->dealer != NOBODY && c->dealer != who && !is_alias(f, who);
    return c->has_row && !c->repeated && !(c->bad_share && has_dealer);
}

static inline int32_t owner_of(const forest *f, int32_t who) {
    while (is_used(f, who) && is_alias(f, who)) {
        who = f->customers[who].alias;
    }
    return who;
}

static inline int32_t top_of(const forest *f, int32_t who) {
    who = owner_of(f, who);
    while (is_used(f, who) && f->customers[who].parent != NOBODY) {
        const int32_t parent = owner_of(f, f->customers[who].parent);
        if (parent == who) {
            break;
        }
        who = parent;
    }
    return who;
}

/* The dealer in another group who gets something of a customer, or nobody. */
static inline int32_t dealer_of(const forest *f, int32_t who) {
    const person *c = &f->customers[who];
    if (!is_used(f, who) || c->dealer == NOBODY || c->share == 0) {
        return NOBODY;
    }
    const int32_t dealer = owner_of(f, c->dealer);
    return dealer == who || top_of(f, dealer) == top_of(f, who) ? NOBODY : dealer;
}

static inline bool is_money(int32_t column) {
    return (column >= CRMVI_FACT_REVENUE && column <= CRMVI_FACT_COST_TO_SERVE) ||
           (column >= CRMVI_FACT_RETURNED_REVENUE && column <= CRMVI_FACT_RETURNED_DISCOUNT) ||
           (column >= CRMVI_FACT_OTHER_REVENUE && column <= CRMVI_FACT_UNKNOWN_MAGNITUDE);
}

static inline cell part_of(cell value, int64_t share) {
    const cell magnitude = value < 0 ? -value : value;
    const cell hundredfold = magnitude * share; /* of 1e-8 */
    cell part = hundredfold / 100000000;
    const cell left = hundredfold - part * 100000000;
    part += left > 50000000 || (left == 50000000 && part % 2 == 1);
    return value < 0 ? -part : part;
}

static inline void add_cells(const forest *into, int32_t who, int32_t day, const cell *sums) {
    *there_of(into, who, day) = true;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        sums_of(into, who, day)[column] += sums[column];
    }
}

/* Shares a customer's day between it and its dealer, and lets both go to their tops. */
static inline void roll_day(const forest *from, const forest *into, int32_t who, int32_t day) {
    const int32_t dealer = dealer_of(from, who);
    cell kept[CRMVI_FACTS];
    cell credited[CRMVI_FACTS] = {0};
    bool any = false;
    memcpy(kept, sums_of(from, who, day), sizeof kept);
    for (int32_t column = 0; column < CRMVI_FACTS && dealer != NOBODY; column++) {
        credited[column] = is_money(column) ? part_of(kept[column], from->customers[who].share) : 0;
        kept[column] -= credited[column];
        any |= credited[column] != 0;
    }
    add_cells(into, top_of(from, who), day, kept);
    if (any) {
        add_cells(into, top_of(from, dealer), day, credited);
    }
}

/* The forest's tops alone, with everything of everybody. */
static inline forest rolled(const forest *f) {
    forest owners = forest_room(f->size, f->days, f->texts);
    forest tops = forest_room(f->size, f->days, f->texts);
    memcpy(owners.customers, f->customers, (size_t)f->size * sizeof *f->customers);
    memcpy(tops.customers, f->customers, (size_t)f->size * sizeof *f->customers);
    for (int32_t who = 0; who < f->size; who++) {
        for (int32_t day = 0; day < f->days; day++) {
            if (*there_of(f, who, day)) {
                add_cells(&owners, owner_of(f, who), day, sums_of(f, who, day));
            }
        }
    }
    for (int32_t who = 0; who < f->size; who++) {
        for (int32_t day = 0; day < f->days; day++) {
            if (*there_of(&owners, who, day)) {
                roll_day(&owners, &tops, who, day);
            }
        }
    }
    for (int64_t i = 0; i < f->event_count; i++) {
        tops.events[i] = f->events[i];
        tops.events[i].owner = top_of(f, f->events[i].owner);
    }
    tops.event_count = f->event_count;
    fell(&owners);
    return tops;
}

/* ---- As facts ---------------------------------------------------------------------------------------------------- */

static const forest *being_sorted;

static inline int by_key(const void *left, const void *right) {
    const person *a = &being_sorted->customers[*(const int32_t *)left];
    const person *b = &being_sorted->customers[*(const int32_t *)right];
    return being_sorted->texts ? strcmp(a->key, b->key) : (a->number > b->number) - (a->number < b->number);
}

/* All customers by key; `order` has room for them. */
static inline void order_of(const forest *f, int32_t *order) {
    for (int32_t i = 0; i < f->size; i++) {
        order[i] = i;
    }
    being_sorted = f;
    qsort(order, (size_t)f->size, sizeof *order, by_key);
}

static inline int by_day_and_all(const void *left, const void *right) {
    const crmvi_event *a = left;
    const crmvi_event *b = right;
    const int64_t differences[] = {a->day - b->day, a->name - b->name, (a->value > b->value) - (a->value < b->value),
                                   a->text - b->text};
    for (int32_t i = 0; i < 4; i++) {
        if (differences[i] != 0) {
            return differences[i] < 0 ? -1 : 1;
        }
    }
    return 0;
}

/* Which names, or texts, are used: only they stand in the facts. */
static inline void number_used(const forest *f, bool names, int32_t numbers[NAMES], crmvi_texts *out) {
    static const char *const words[2][NAMES] = {{"delay", "price", "quality"}, {"call", "complaint", "visit"}};
    for (int32_t i = 0; i < NAMES; i++) {
        bool used = false;
        for (int64_t k = 0; k < f->event_count; k++) {
            used |= i == (names ? f->events[k].event.name : f->events[k].event.text);
        }
        numbers[i] = (int32_t)out->count;
        const char *word = words[names][i];
        assert_true(!used || crmvi_texts_add(out, word, (int64_t)strlen(word)));
    }
}

static inline void write_events(const forest *f, const int32_t *order, crmvi_facts *facts) {
    crmvi_events *events = &facts->events;
    int32_t names[NAMES];
    int32_t texts[NAMES];
    if (f->event_count == 0) {
        return;
    }
    number_used(f, true, names, &events->names);
    number_used(f, false, texts, &events->texts);
    events->items = calloc((size_t)f->event_count, sizeof *events->items);
    events->begins = calloc((size_t)facts->customers + 1, sizeof *events->begins);
    assert_true(events->items && events->begins);
    for (int64_t c = 0; c < facts->customers; c++) {
        events->begins[c] = events->count;
        for (int64_t k = 0; k < f->event_count; k++) {
            if (f->events[k].owner == order[c]) {
                crmvi_event event = f->events[k].event;
                event.name = names[event.name];
                event.text = event.text < 0 ? -1 : texts[event.text];
                events->items[events->count++] = event;
            }
        }
        qsort(events->items + events->begins[c], (size_t)(events->count - events->begins[c]), sizeof *events->items,
              by_day_and_all);
    }
    events->begins[facts->customers] = events->count;
    assert_int_equal(events->count, f->event_count);
}

static inline void write_key(const forest *f, int32_t who, crmvi_facts *facts) {
    const person *c = &f->customers[who];
    if (f->texts) {
        assert_true(crmvi_texts_add(&facts->texts, c->key, (int64_t)strlen(c->key)));
    } else {
        facts->numbers[facts->customers] = c->number;
    }
    facts->offsets[++facts->customers] = facts->count;
}

/* The width that a column of the forest takes. */
static inline int32_t width_in(const forest *f, int32_t column) {
    int32_t width = 0;
    for (int64_t i = 0; i < (int64_t)f->size * f->days; i++) {
        const int32_t wanted = crmvi_fact_width((int64_t)f->sums[i * CRMVI_FACTS + column]);
        width = wanted > width ? wanted : width;
    }
    return width;
}

static inline crmvi_facts facts_of(const forest *f) {
    crmvi_facts facts = {.key_kind = f->texts ? CRMVI_KEYS_TEXTS : CRMVI_KEYS_NUMBERS};
    int32_t *order = malloc((size_t)f->size * sizeof *order);
    const int64_t most = (int64_t)f->size * f->days;
    facts.numbers = f->texts ? NULL : malloc((size_t)f->size * sizeof *facts.numbers);
    facts.offsets = calloc((size_t)f->size + 1, sizeof *facts.offsets);
    facts.days = malloc((size_t)most * sizeof *facts.days);
    assert_true(order && facts.offsets && facts.days);
    order_of(f, order);
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        assert_true(crmvi_fact_column_make(&facts.columns[column], most, width_in(f, column)));
    }
    for (int32_t i = 0; i < f->size; i++) {
        const int64_t before = facts.count;
        for (int32_t day = 0; day < f->days; day++) {
            for (int32_t column = 0; *there_of(f, order[i], day) && column < CRMVI_FACTS; column++) {
                crmvi_fact_column_put(&facts.columns[column], facts.count, (int64_t)sums_of(f, order[i], day)[column]);
            }
            if (*there_of(f, order[i], day)) {
                facts.days[facts.count++] = FIRST_FOREST_DAY + day;
            }
        }
        if (facts.count > before) {
            order[facts.customers] = order[i];
            write_key(f, order[i], &facts);
        }
    }
    write_events(f, order, &facts);
    free(order);
    return facts;
}

/* A ledger of these facts, to which every feed has supplied everything. Takes the facts over. */
static inline crmv_ledger *ledger_of_facts(const crmv_model *model, crmvi_facts *facts) {
    crmvi_posting posting = {.name = calloc(1, 1), .facts = *facts, .first_day = 0, .last_day = 1};
    crmv_ledger *ledger = NULL;
    crmv_error error = an_error();
    memset(posting.fed, 0xFF, sizeof posting.fed);
    must(crmvi_ledger_of_postings(model, NULL, &posting, 1, &ledger, &error), &error);
    return ledger;
}

#endif
