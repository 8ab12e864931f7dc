/* events.c - the events of a run of facts, taken from other runs. */
#include "ledger/events.h"

#include "ledger/facts.h"

#include <stdlib.h>
#include <string.h>

void crmvi_events_clear(crmvi_events *events) {
    crmvi_discard(events->items, events->count, sizeof *events->items);
    free(events->begins);
    crmvi_texts_clear(&events->names);
    crmvi_texts_clear(&events->texts);
    *events = (crmvi_events){0};
}

/* ---- Names and texts --------------------------------------------------------------------------------------------- */

/* A text of a source that is used, and where its new number goes, plus 1. */
typedef struct used_text {
    const char *text;
    int32_t *number;
} used_text;

typedef struct used_texts {
    used_text *items;
    int64_t count, capacity;
} used_texts;

/* New numbers, plus 1, by old numbers, of one source; 0 of what is not used. Where few events are picked from many,
 * most of this memory is never touched. */
typedef struct numbering {
    int32_t *names, *texts;
} numbering;

typedef struct picking {
    const crmvi_facts *const *sources;
    int32_t source_count;
    const crmvi_event_pick *picks;
    int64_t pick_count;
    numbering *numberings; /* of each source */
    used_texts names, texts;
    crmvi_events events;
} picking;

static int by_bytes(const void *first, const void *second) {
    const used_text *a = first;
    const used_text *b = second;
    return strcmp(a->text, b->text); /* no text holds a NUL byte */
}

/* Puts a text on the list, unless it is there. */
static bool use_text(used_texts *used, const crmvi_texts *texts, int32_t text, int32_t *numbers) {
    if (numbers[text] != 0) {
        return true;
    }
    if (!crmvi_grow(&used->items, &used->capacity, used->count + 1, sizeof *used->items)) {
        return false;
    }
    numbers[text] = 1;
    used->items[used->count++] = (used_text){crmvi_texts_get(texts, text), &numbers[text]};
    return true;
}

/* Each text once, in the order of their bytes; each used one learns its number. */
static bool number_texts(const used_texts *used, crmvi_texts *out) {
    if (used->count > 1) {
        qsort(used->items, (size_t)used->count, sizeof *used->items, by_bytes);
    }
    for (int64_t i = 0; i < used->count; i++) {
        const char *text = used->items[i].text;
        const bool is_new = i == 0 || strcmp(text, used->items[i - 1].text) != 0;
        if (is_new && (out->count == INT32_MAX || !crmvi_texts_add(out, text, (int64_t)strlen(text)))) {
            return false;
        }
        *used->items[i].number = (int32_t)out->count;
    }
    return true;
}

/* ---- Picking ----------------------------------------------------------------------------------------------------- */

static int64_t begin_of(const picking *p, int64_t pick) {
    return p->sources[p->picks[pick].source]->events.begins[p->picks[pick].customer];
}

static int64_t end_of(const picking *p, int64_t pick) {
    return p->sources[p->picks[pick].source]->events.begins[p->picks[pick].customer + 1];
}

static bool use_pick(picking *p, int64_t pick) {
    const crmvi_events *events = &p->sources[p->picks[pick].source]->events;
    const numbering *n = &p->numberings[p->picks[pick].source];
    bool used = true;
    for (int64_t i = begin_of(p, pick); i < end_of(p, pick) && used; i++) {
        const crmvi_event *event = &events->items[i];
        used = use_text(&p->names, &events->names, event->name, n->names) &&
               (event->text < 0 || use_text(&p->texts, &events->texts, event->text, n->texts));
    }
    return used;
}

static bool make_texts(picking *p) {
    bool made = true;
    for (int32_t i = 0; i < p->source_count && made; i++) {
        const crmvi_events *events = &p->sources[i]->events;
        p->numberings[i].names = crmvi_zeroed(events->names.count, sizeof(int32_t));
        p->numberings[i].texts = crmvi_zeroed(events->texts.count, sizeof(int32_t));
        made = p->numberings[i].names != NULL && p->numberings[i].texts != NULL;
    }
    for (int64_t pick = 0; pick < p->pick_count && made; pick++) {
        made = use_pick(p, pick);
    }
    return made && number_texts(&p->names, &p->events.names) && number_texts(&p->texts, &p->events.texts);
}

static int by_day_name_value_and_text(const void *first, const void *second) {
    const crmvi_event *a = first;
    const crmvi_event *b = second;
    if (a->day != b->day) {
        return a->day < b->day ? -1 : 1;
    }
    if (a->name != b->name) {
        return a->name < b->name ? -1 : 1;
    }
    if (a->value != b->value) {
        return a->value < b->value ? -1 : 1;
    }
    return (a->text > b->text) - (a->text < b->text);
}

/* Copies a pick's events, with their new numbers; their order stays, since the numbers ascend as before. */
static void copy_pick(picking *p, int64_t pick) {
    const int32_t source = p->picks[pick].source;
    const crmvi_event *items = p->sources[source]->events.items;
    const numbering *n = &p->numberings[source];
    for (int64_t i = begin_of(p, pick); i < end_of(p, pick); i++) {
        crmvi_event event = items[i];
        event.name = n->names[event.name] - 1;
        event.text = event.text < 0 ? -1 : n->texts[event.text] - 1;
        p->events.items[p->events.count++] = event;
    }
}

/* Customer by customer; where one has several picks, their events go among each other. */
static void copy_events(picking *p, int64_t customers) {
    int64_t pick = 0;
    for (int64_t customer = 0; customer < customers; customer++) {
        const int64_t first = pick;
        const int64_t begin = p->events.count;
        p->events.begins[customer] = begin;
        while (pick < p->pick_count && p->picks[pick].to == customer) {
            copy_pick(p, pick++);
        }
        if (pick - first > 1) {
            qsort(p->events.items + begin, (size_t)(p->events.count - begin), sizeof *p->events.items,
                  by_day_name_value_and_text);
        }
    }
    p->events.begins[customers] = p->events.count;
}

static bool make_events(picking *p, int64_t customers) {
    int64_t count = 0;
    for (int64_t pick = 0; pick < p->pick_count; pick++) {
        count += end_of(p, pick) - begin_of(p, pick);
    }
    if (count == 0) {
        return true;
    }
    p->numberings = crmvi_zeroed(p->source_count, sizeof *p->numberings);
    p->events.items = crmvi_array(count, sizeof *p->events.items);
    p->events.begins = crmvi_array(customers + 1, sizeof *p->events.begins);
    if (p->numberings == NULL || p->events.items == NULL || p->events.begins == NULL || !make_texts(p)) {
        return false;
    }
    copy_events(p, customers);
    return true;
}

bool crmvi_events_pick(crmvi_facts *into, const crmvi_facts *const *sources, int32_t source_count,
                       const crmvi_event_pick *picks, int64_t pick_count) {
    picking p = {.sources = sources, .source_count = source_count, .picks = picks, .pick_count = pick_count};
    const bool made = make_events(&p, into->customers);
    for (int32_t i = 0; p.numberings != NULL && i < source_count; i++) {
        free(p.numberings[i].names);
        free(p.numberings[i].texts);
    }
    free(p.numberings);
    free(p.names.items);
    free(p.texts.items);
    if (made) {
        into->events = p.events;
    } else {
        crmvi_events_clear(&p.events);
    }
    return made;
}

/* ---- Gathering --------------------------------------------------------------------------------------------------- */

/* The customer of a source that goes into one; -1 where none does, or it has no events. */
static int64_t source_of(const crmvi_facts *source, const int64_t *customers, int64_t into) {
    const int64_t customer = customers == NULL ? into : customers[into];
    const int64_t *begins = source->events.begins;
    const bool has_events = source->events.count > 0 && customer >= 0 && begins[customer + 1] > begins[customer];
    return has_events ? customer : -1;
}

bool crmvi_events_gather(crmvi_facts *into, const crmvi_facts *const *sources, const int64_t *const *customers,
                         int32_t count) {
    crmvi_event_pick *picks = NULL;
    int64_t pick_count = 0;
    int64_t capacity = 0;
    bool made = true;
    for (int64_t to = 0; to < into->customers && made; to++) {
        for (int32_t source = 0; source < count && made; source++) {
            const int64_t customer = source_of(sources[source], customers[source], to);
            if (customer >= 0) {
                made = crmvi_grow(&picks, &capacity, pick_count + 1, sizeof *picks);
                if (made) {
                    picks[pick_count++] = (crmvi_event_pick){to, customer, source};
                }
            }
        }
    }
    made = made && crmvi_events_pick(into, sources, count, picks, pick_count);
    free(picks);
    return made;
}

/* ---- Merging ----------------------------------------------------------------------------------------------------- */

/* The events of one run on their way to where its customers went. */
typedef struct event_walk {
    const crmvi_facts *run;
    int64_t customer; /* the next one */
    int32_t source;
} event_walk;

/* Picks the events of the run's next customer, if that is the one that customer `to` came from. */
static void pick_events(const crmvi_facts *out, int64_t to, event_walk *w, crmvi_event_pick *picks, int64_t *count) {
    if (w->customer == w->run->customers || crmvi_facts_compare(out, to, w->run, w->customer) != 0) {
        return;
    }
    const crmvi_events *events = &w->run->events;
    if (events->count > 0 && events->begins[w->customer + 1] > events->begins[w->customer]) {
        picks[(*count)++] = (crmvi_event_pick){to, w->customer, w->source};
    }
    w->customer++;
}

/* So many customers of a run have events, at most. */
static int64_t most_picks(const crmvi_facts *run) {
    return run->events.count < run->customers ? run->events.count : run->customers;
}

bool crmvi_events_merge(crmvi_facts *into, const crmvi_facts *a, const crmvi_facts *b) {
    if (a->events.count == 0 && b->events.count == 0) {
        return true;
    }
    crmvi_event_pick *picks = crmvi_array(most_picks(a) + most_picks(b), sizeof *picks);
    if (picks == NULL) {
        return false;
    }
    const crmvi_facts *const runs[] = {a, b};
    event_walk from_a = {a, 0, 0};
    event_walk from_b = {b, 0, 1};
    int64_t count = 0;
    for (int64_t to = 0; to < into->customers; to++) {
        pick_events(into, to, &from_a, picks, &count);
        pick_events(into, to, &from_b, picks, &count);
    }
    const bool merged = crmvi_events_pick(into, runs, 2, picks, count);
    free(picks);
    return merged;
}
