/* remove.c - a customer out of a run of facts, in place and for good: nothing of it stays in the run's memory. */
#include "ledger/events.h"
#include "ledger/facts.h"
#include "ledger/sparse.h"

#include <string.h>

/* Values [begin, end) out of an array of `count`; what stands behind them moves up, and the end is overwritten. */
static void close_gap(void *array, int64_t count, int64_t begin, int64_t end, size_t size) {
    char *bytes = array;
    if (array == NULL || begin == end) {
        return;
    }
    memmove(bytes + (size_t)begin * size, bytes + (size_t)end * size, (size_t)(count - end) * size);
    crmvi_wipe(bytes + (size_t)(count - (end - begin)) * size, (size_t)(end - begin) * size);
}

/* One of `count` ranges out of the places where they begin, of which there is one more; those behind it begin earlier
 * by its length. */
static void remove_range(int64_t *begins, int64_t count, int64_t range) {
    const int64_t length = begins[range + 1] - begins[range];
    for (int64_t i = range + 1; i < count; i++) {
        begins[i] = begins[i + 1] - length;
    }
    crmvi_wipe(&begins[count], sizeof *begins);
}

static void remove_text(crmvi_texts *texts, int64_t text) {
    const int64_t begin = texts->starts[text];
    const int64_t end = texts->starts[text + 1];
    close_gap(texts->bytes, texts->used, begin, end, 1);
    remove_range(texts->starts, texts->count, text);
    texts->used -= end - begin;
    texts->count--;
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

/* Drops the texts whose mark is 0; those that stay have their new numbers as marks. */
static void keep_marked(crmvi_texts *texts, int32_t *marks) {
    int64_t kept = 0;
    int64_t used = 0;
    for (int64_t i = 0; i < texts->count; i++) {
        const int64_t begin = texts->starts[i];
        const int64_t length = texts->starts[i + 1] - begin;
        if (marks[i] != 0) {
            memmove(texts->bytes + used, texts->bytes + begin, (size_t)length);
            texts->starts[kept] = used;
            used += length;
            marks[i] = (int32_t)kept++;
        }
    }
    crmvi_wipe(texts->bytes + used, (size_t)(texts->used - used));
    texts->starts[kept] = used;
    texts->count = kept;
    texts->used = used;
}

static void renumber_names(crmvi_events *events, int32_t *marks) {
    memset(marks, 0, (size_t)events->names.count * sizeof *marks);
    for (int64_t i = 0; i < events->count; i++) {
        marks[events->items[i].name] = 1;
    }
    keep_marked(&events->names, marks);
    for (int64_t i = 0; i < events->count; i++) {
        events->items[i].name = marks[events->items[i].name];
    }
}

static void renumber_texts(crmvi_events *events, int32_t *marks) {
    if (events->texts.count == 0) {
        return;
    }
    memset(marks, 0, (size_t)events->texts.count * sizeof *marks);
    for (int64_t i = 0; i < events->count; i++) {
        if (events->items[i].text >= 0) {
            marks[events->items[i].text] = 1;
        }
    }
    keep_marked(&events->texts, marks);
    for (int64_t i = 0; i < events->count; i++) {
        crmvi_event *event = &events->items[i];
        event->text = event->text >= 0 ? marks[event->text] : -1;
    }
}

static void remove_events(crmvi_events *events, int64_t customers, int64_t customer, int32_t *marks) {
    if (events->count == 0) {
        return;
    }
    const int64_t begin = events->begins[customer];
    const int64_t end = events->begins[customer + 1];
    close_gap(events->items, events->count, begin, end, sizeof *events->items);
    remove_range(events->begins, customers, customer);
    events->count -= end - begin;
    renumber_names(events, marks);
    renumber_texts(events, marks);
    if (events->count == 0) {
        crmvi_events_clear(events);
    }
}

/* ---- Facts ------------------------------------------------------------------------------------------------------- */

static void remove_columns(crmvi_facts *facts, int64_t begin, int64_t end, bool are_sparse) {
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        if (crmvi_fact_is_sparse(i) == are_sparse) {
            close_gap(facts->columns[i].values, crmvi_fact_values(facts, i), begin, end,
                      (size_t)facts->columns[i].width);
        }
    }
}

/* The rows of facts [begin, end) out of the sparse columns; those behind them are of facts that move up. */
static void remove_sparse(crmvi_facts *facts, int64_t begin, int64_t end) {
    crmvi_sparse_rows *rows = &facts->sparse;
    if (rows->facts == NULL) {
        remove_columns(facts, begin, end, true);
        return;
    }
    const int64_t first = crmvi_sparse_find(rows, begin);
    const int64_t last = crmvi_sparse_find(rows, end);
    for (int64_t row = last; row < rows->count; row++) {
        rows->facts[row] -= end - begin;
    }
    remove_columns(facts, first, last, true);
    close_gap(rows->facts, rows->count, first, last, sizeof *rows->facts);
    rows->count -= last - first;
}

void crmvi_facts_remove(crmvi_facts *facts, int64_t customer, int32_t *marks) {
    const int64_t begin = facts->offsets[customer];
    const int64_t end = facts->offsets[customer + 1];
    close_gap(facts->days, facts->count, begin, end, sizeof *facts->days);
    remove_columns(facts, begin, end, false);
    remove_sparse(facts, begin, end);
    remove_range(facts->offsets, facts->customers, customer);
    if (facts->key_kind == CRMVI_KEYS_TEXTS) {
        remove_text(&facts->texts, customer);
    } else {
        close_gap(facts->numbers, facts->customers, customer, customer + 1, sizeof *facts->numbers);
    }
    remove_events(&facts->events, facts->customers, customer, marks);
    facts->customers--;
    facts->count -= end - begin;
    crmvi_sparse_begin_again(facts);
    if (facts->customers == 0) {
        crmvi_facts_clear(facts);
    }
}
