#include "ledger/file_choice.h"

#include "base/error.h"
#include "base/memory.h"
#include "ledger/fact_column.h"

#include <stdlib.h>

enum { KEY_LIMIT = 1024 };

/* A customer that was found: which of those wanted, its position in the batch, its facts and its events. */
typedef struct found {
    int64_t wanted, customer;
    int64_t fact, fact_end;
    int64_t event, event_end;
} found;

typedef struct choosing {
    crmvi_block_finder *finder;
    const crmvi_file_wanted *wanted;
    const crmvi_file_site *site;
    crmvi_file_head head;
    found *found;
    int64_t count, capacity;
    crmvi_posting posting;
} choosing;

/* ---- Numbers here and there -------------------------------------------------------------------------------------- */

/* Numbers [begin, begin + count) of a section, as wide as they are there. */
static int32_t get_narrow(choosing *c, int32_t id, int64_t begin, int64_t count, void *out) {
    const crmvi_file_section *section = &c->head.sections[id];
    const int32_t status =
        crmvi_block_finder_get(c->finder, section->at + begin * section->width, count * section->width, out);
    if (status == CRMV_OK) {
        crmvi_file_order(out, count, section->width);
    }
    return status;
}

/* The same, widened, at most two of them. */
static int32_t get_wide(choosing *c, int32_t id, int64_t begin, int64_t count, int64_t *out) {
    int64_t narrow[2];
    const crmvi_fact_column column = {narrow, c->head.sections[id].width};
    const int32_t status = get_narrow(c, id, begin, count, narrow);
    if (status == CRMV_OK) {
        crmvi_fact_column_read(&column, 0, count, out);
    }
    return status;
}

/* Two neighbours that must ascend within a limit: where something begins and ends. */
static int32_t get_range(choosing *c, int32_t id, int64_t i, int64_t limit, int64_t *begin, int64_t *end) {
    int64_t pair[2];
    const int32_t status = get_wide(c, id, i, 2, pair);
    if (status != CRMV_OK) {
        return status;
    }
    if (pair[0] < 0 || pair[0] > pair[1] || pair[1] > limit) {
        return crmvi_file_bad(c->site, crmvi_file_section_name(id), "they do not ascend");
    }
    *begin = pair[0];
    *end = pair[1];
    return CRMV_OK;
}

/* A text of those whose starts and bytes are sections, with its NUL; `out` has room for `most` bytes and one. */
static int32_t get_text(choosing *c, int32_t starts, int64_t i, int64_t most, char *out, int64_t *length) {
    int64_t begin = 0;
    int64_t end = 0;
    const int32_t status = get_range(c, starts, i, c->head.sections[starts + 1].count, &begin, &end);
    if (status != CRMV_OK) {
        return status;
    }
    *length = end - begin - 1;
    if (*length < 0 || *length > most) {
        return crmvi_file_bad(c->site, crmvi_file_section_name(starts + 1), "one is too long");
    }
    const int32_t read = get_narrow(c, starts + 1, begin, end - begin, out);
    if (read == CRMV_OK && (int64_t)strnlen(out, (size_t)(*length) + 1) != *length) {
        return crmvi_file_bad(c->site, crmvi_file_section_name(starts + 1), "one does not end with its NUL");
    }
    return read;
}

/* ---- Finding ----------------------------------------------------------------------------------------------------- */

/* The order of a customer of the batch and a key that is wanted: < 0, 0, > 0. */
static int32_t compare(choosing *c, int64_t customer, int64_t wanted, int32_t *order) {
    if (c->head.key_kind == CRMVI_KEYS_NUMBERS) {
        int64_t number;
        const int32_t status = get_wide(c, CRMVI_SECTION_NUMBERS, customer, 1, &number);
        if (status == CRMV_OK) {
            *order = (number > c->wanted->numbers[wanted]) - (number < c->wanted->numbers[wanted]);
        }
        return status;
    }
    char key[KEY_LIMIT + 1];
    int64_t length;
    const int32_t status = get_text(c, CRMVI_SECTION_KEY_STARTS, customer, KEY_LIMIT, key, &length);
    if (status == CRMV_OK) {
        *order = strcmp(key, c->wanted->texts[wanted]);
    }
    crmvi_wipe(key, sizeof key);
    return status;
}

/* The first customer from `low` on that is not below a key that is wanted, and whether it is that one. */
static int32_t search(choosing *c, int64_t wanted, int64_t *low, bool *is_there) {
    int64_t high = c->head.customers;
    *is_there = false;
    while (*low < high) {
        const int64_t middle = *low + (high - *low) / 2;
        int32_t order;
        const int32_t status = compare(c, middle, wanted, &order);
        if (status != CRMV_OK) {
            return status;
        }
        if (order < 0) {
            *low = middle + 1;
        } else {
            high = middle;
            *is_there = order == 0;
        }
        if (order == 0) {
            *low = middle;
            return CRMV_OK;
        }
    }
    return CRMV_OK;
}

static int32_t note_found(choosing *c, int64_t wanted, int64_t customer) {
    if (!crmvi_grow(&c->found, &c->capacity, c->count + 1, sizeof *c->found)) {
        return crmvi_no_memory(c->site->error);
    }
    found *f = &c->found[c->count++];
    *f = (found){.wanted = wanted, .customer = customer};
    int32_t status = get_range(c, CRMVI_SECTION_OFFSETS, customer, c->head.facts, &f->fact, &f->fact_end);
    if (status == CRMV_OK && c->head.events > 0) {
        status = get_range(c, CRMVI_SECTION_EVENT_BEGINS, customer, c->head.events, &f->event, &f->event_end);
    }
    return status;
}

/* Both sides ascend, so each search begins where the last one ended. */
static int32_t find_all(choosing *c) {
    int64_t low = 0;
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < c->wanted->count && low < c->head.customers && status == CRMV_OK; i++) {
        bool is_there;
        status = search(c, i, &low, &is_there);
        if (status == CRMV_OK && is_there) {
            status = note_found(c, i, low++);
        }
    }
    return status;
}

/* ---- Facts ------------------------------------------------------------------------------------------------------- */

static bool make_keys(const choosing *c, crmvi_facts *facts) {
    if (facts->key_kind == CRMVI_KEYS_NUMBERS) {
        facts->numbers = crmvi_array(c->count, sizeof *facts->numbers);
        for (int64_t i = 0; facts->numbers != NULL && i < c->count; i++) {
            facts->numbers[i] = c->wanted->numbers[c->found[i].wanted];
        }
        return facts->numbers != NULL;
    }
    bool made = true;
    for (int64_t i = 0; i < c->count && made; i++) {
        const char *key = c->wanted->texts[c->found[i].wanted];
        made = crmvi_texts_add(&facts->texts, key, (int64_t)strlen(key));
    }
    return made;
}

static bool make_offsets(const choosing *c, crmvi_facts *facts) {
    facts->offsets = crmvi_array(c->count + 1, sizeof *facts->offsets);
    if (facts->offsets == NULL) {
        return false;
    }
    for (int64_t i = 0; i < c->count; i++) {
        facts->offsets[i] = facts->count;
        facts->count += c->found[i].fact_end - c->found[i].fact;
    }
    facts->offsets[c->count] = facts->count;
    return true;
}

/* A section's numbers of all that were found, one behind the other, as wide as they are there. */
static int32_t gather(choosing *c, int32_t id, crmvi_fact_column *out) {
    const int32_t width = c->head.sections[id].width;
    *out = (crmvi_fact_column){0};
    if (c->head.sections[id].count == 0) {
        return CRMV_OK;
    }
    *out = (crmvi_fact_column){crmvi_array(c->posting.facts.count, (size_t)width), width};
    if (out->values == NULL) {
        return crmvi_no_memory(c->site->error);
    }
    char *to = out->values;
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < c->count && status == CRMV_OK; i++) {
        const int64_t count = c->found[i].fact_end - c->found[i].fact;
        status = get_narrow(c, id, c->found[i].fact, count, to);
        to += count * width;
    }
    return status;
}

static int32_t gather_days(choosing *c, crmvi_facts *facts) {
    crmvi_fact_column days;
    int32_t status = gather(c, CRMVI_SECTION_DAYS, &days);
    if (status == CRMV_OK) {
        facts->days = crmvi_array(facts->count, sizeof *facts->days);
        status = facts->days != NULL ? CRMV_OK : crmvi_no_memory(c->site->error);
    }
    for (int64_t i = 0; status == CRMV_OK && i < facts->count; i++) {
        facts->days[i] = (int32_t)crmvi_fact_column_at(&days, i);
    }
    crmvi_fact_column_clear(&days, c->posting.facts.count);
    return status;
}

static int32_t gather_facts(choosing *c) {
    crmvi_facts *facts = &c->posting.facts;
    facts->key_kind = c->head.key_kind;
    facts->customers = c->count;
    if (!make_keys(c, facts) || !make_offsets(c, facts)) {
        return crmvi_no_memory(c->site->error);
    }
    int32_t status = gather_days(c, facts);
    for (int32_t i = 0; i < CRMVI_FACTS && status == CRMV_OK; i++) {
        status = gather(c, CRMVI_SECTION_COLUMNS + i, &facts->columns[i]);
    }
    return status;
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

static int32_t gather_records(choosing *c, crmvi_facts *facts, int64_t all) {
    crmvi_events *events = &facts->events;
    events->begins = crmvi_array(c->count + 1, sizeof *events->begins);
    events->items = crmvi_array(all, sizeof *events->items);
    if (events->begins == NULL || events->items == NULL) {
        return crmvi_no_memory(c->site->error);
    }
    for (int64_t i = 0; i < c->count; i++) {
        events->begins[i] = events->count;
        for (int64_t k = c->found[i].event; k < c->found[i].event_end; k++) {
            unsigned char record[CRMVI_EVENT_RECORD];
            const int64_t at = c->head.sections[CRMVI_SECTION_EVENTS].at + k * CRMVI_EVENT_RECORD;
            const int32_t status = crmvi_block_finder_get(c->finder, at, sizeof record, record);
            if (status != CRMV_OK) {
                return status;
            }
            crmvi_file_get_event(record, &events->items[events->count++]);
        }
    }
    events->begins[c->count] = events->count;
    return CRMV_OK;
}

static int32_t *place_of(crmvi_event *event, int32_t starts) {
    return starts == CRMVI_SECTION_NAME_STARTS ? &event->name : &event->text;
}

static int by_value(const void *a, const void *b) {
    const int32_t first = *(const int32_t *)a;
    const int32_t second = *(const int32_t *)b;
    return (first > second) - (first < second);
}

/* Positions that are in use, each once, in ascending order; returns how many. */
static int64_t settle_positions(int32_t *positions, int64_t count) {
    int64_t kept = 0;
    qsort(positions, (size_t)count, sizeof *positions, by_value);
    for (int64_t i = 0; i < count; i++) {
        if (positions[i] >= 0 && (kept == 0 || positions[i] != positions[kept - 1])) {
            positions[kept++] = positions[i];
        }
    }
    return kept;
}

static int32_t read_texts(choosing *c, int32_t starts, const int32_t *positions, int64_t count, crmvi_texts *out) {
    enum { LONGEST = 255 };
    for (int64_t i = 0; i < count; i++) {
        char text[LONGEST + 1];
        int64_t length;
        if (positions[i] >= c->head.sections[starts].count - 1) {
            return crmvi_file_bad(c->site, "events", "one names a text that is not there");
        }
        const int32_t status = get_text(c, starts, positions[i], LONGEST, text, &length);
        if (status != CRMV_OK) {
            return status;
        }
        if (!crmvi_texts_add(out, text, length)) {
            return crmvi_no_memory(c->site->error);
        }
    }
    return CRMV_OK;
}

/* Reads the names, or the texts, that these events use, and puts their positions among those into the events. */
static int32_t gather_texts(choosing *c, int32_t starts, crmvi_texts *out) {
    crmvi_events *events = &c->posting.facts.events;
    int32_t *positions = crmvi_array(events->count, sizeof *positions);
    if (positions == NULL) {
        return crmvi_no_memory(c->site->error);
    }
    for (int64_t i = 0; i < events->count; i++) {
        positions[i] = *place_of(&events->items[i], starts);
    }
    const int64_t count = settle_positions(positions, events->count);
    const int32_t status = read_texts(c, starts, positions, count, out);
    for (int64_t i = 0; i < events->count && status == CRMV_OK; i++) {
        int32_t *place = place_of(&events->items[i], starts);
        const int32_t *at =
            *place < 0 || count == 0 ? NULL : bsearch(place, positions, (size_t)count, sizeof *positions, by_value);
        *place = at == NULL ? -1 : (int32_t)(at - positions);
    }
    free(positions);
    return status;
}

static int32_t gather_events(choosing *c) {
    crmvi_facts *facts = &c->posting.facts;
    int64_t all = 0;
    for (int64_t i = 0; i < c->count; i++) {
        all += c->found[i].event_end - c->found[i].event;
    }
    if (all == 0) {
        return CRMV_OK;
    }
    int32_t status = gather_records(c, facts, all);
    if (status == CRMV_OK) {
        status = gather_texts(c, CRMVI_SECTION_NAME_STARTS, &facts->events.names);
    }
    return status == CRMV_OK ? gather_texts(c, CRMVI_SECTION_TEXT_STARTS, &facts->events.texts) : status;
}

/* ---- Both -------------------------------------------------------------------------------------------------------- */

static int32_t choose(choosing *c, const crmvi_file_entry *entry) {
    unsigned char bytes[CRMVI_HEAD_MOST];
    const int64_t length = entry->length < CRMVI_HEAD_MOST ? entry->length : CRMVI_HEAD_MOST;
    crmvi_block_finder_turn(c->finder, entry->at, entry->length, entry->root, c->site);
    int32_t status = crmvi_block_finder_get(c->finder, 0, length, bytes);
    if (status == CRMV_OK) {
        status = crmvi_file_head_read(bytes, length, entry, &c->head, c->site);
    }
    crmvi_wipe(bytes, sizeof bytes); /* behind the head there may be keys */
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_file_head_give(&c->head, &c->posting);
    c->posting.name = crmvi_copy_text(entry->name, (int64_t)strlen(entry->name));
    if (c->posting.name == NULL) {
        return crmvi_no_memory(c->site->error);
    }
    if (c->head.customers > 0 && c->head.key_kind != c->wanted->key_kind) {
        return crmvi_file_bad(c->site, "keys", "they are of another kind than those of the file");
    }
    status = find_all(c);
    if (status == CRMV_OK && c->count > 0) {
        status = gather_facts(c);
    }
    if (status == CRMV_OK && c->count > 0) {
        status = gather_events(c);
    }
    return status == CRMV_OK ? crmvi_file_check_facts(&c->posting.facts, c->site) : status;
}

int32_t crmvi_file_choice_read(crmvi_block_finder *finder, const crmvi_file_entry *entry,
                               const crmvi_file_wanted *wanted, crmvi_posting *out, const crmvi_file_site *site) {
    choosing c = {.finder = finder, .wanted = wanted, .site = site};
    const int32_t status = choose(&c, entry);
    free(c.found);
    if (status == CRMV_OK) {
        *out = c.posting;
    } else {
        crmvi_posting_clear(&c.posting);
    }
    return status;
}
