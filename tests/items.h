/*
 * items.h - receivables and events beside a book's lines (book.h).
 *
 * Amounts are minor units, values of events are in 1e-6.
 */
#ifndef CRMVALUE_TESTS_ITEMS_H
#define CRMVALUE_TESTS_ITEMS_H

#include "book.h"

typedef struct book_item {
    int64_t customer, amount;
    int32_t due, paid, date; /* CRMV_NO_DATE: open; no invoice day */
} book_item;

/* The value of an event without one. */
#define NO_VALUE INT64_MIN

typedef struct book_event {
    int64_t customer;
    int32_t day;
    const char *event;
    int64_t value;
    const char *text; /* NULL: none */
} book_event;

/* What feeds a ledger. */
typedef struct feeds {
    const book_line *lines;
    int64_t line_count;
    const book_item *items;
    int64_t item_count;
    const book_event *events;
    int64_t event_count;
} feeds;

static inline void append_items(crmv_ledger *ledger, const book_item *items, int64_t count) {
    crmv_error error = an_error();
    crmv_column columns[] = {
        FIELD_COLUMN("customer", CRMV_INT64, items, customer), FIELD_COLUMN("amount", CRMV_MINOR, items, amount),
        FIELD_COLUMN("due", CRMV_INT32, items, due),           FIELD_COLUMN("paid", CRMV_INT32, items, paid),
        FIELD_COLUMN("date", CRMV_INT32, items, date),
    };
    must(crmv_ledger_append_receivables(ledger, columns, (int32_t)LENGTH_OF(columns), count, &error), &error);
}

static inline void append_events(crmv_ledger *ledger, const book_event *events, int64_t count) {
    crmv_error error = an_error();
    double *values = malloc((size_t)count * sizeof *values);
    uint8_t *valued = calloc((size_t)count / 8 + 1, 1);
    assert_true(values && valued);
    for (int64_t i = 0; i < count; i++) {
        values[i] = events[i].value == NO_VALUE ? 0 : (double)events[i].value / 1e6;
        mark(valued, i, events[i].value != NO_VALUE);
    }
    crmv_column columns[] = {
        FIELD_COLUMN("customer", CRMV_INT64, events, customer), FIELD_COLUMN("date", CRMV_INT32, events, day),
        FIELD_COLUMN("event", CRMV_STRINGS, events, event),     ARRAY_COLUMN("value", CRMV_DOUBLE, values),
        FIELD_COLUMN("text", CRMV_STRINGS, events, text),
    };
    columns[3].validity = valued;
    must(crmv_ledger_append_events(ledger, columns, (int32_t)LENGTH_OF(columns), count, &error), &error);
    free(values);
    free(valued);
}

/* A ledger of these feeds: the lines as one batch, the others as one more. */
static inline crmv_ledger *ledger_with(const crmv_model *model, const feeds *from) {
    crmv_ledger *ledger = ledger_of(model, from->lines, from->line_count);
    crmv_error error = an_error();
    must(crmv_ledger_begin(ledger, "items", &error), &error);
    if (from->item_count > 0) {
        append_items(ledger, from->items, from->item_count);
    }
    if (from->event_count > 0) {
        append_events(ledger, from->events, from->event_count);
    }
    must(crmv_ledger_end(ledger, &error), &error);
    assert_int_equal(crmv_ledger_accepted(ledger), from->line_count + from->item_count + from->event_count);
    return ledger;
}

/* A whole test's book. */
static inline book book_with(const char *model, const feeds *from, int32_t as_of) {
    book b;
    b.model = model_of(model);
    b.ledger = ledger_with(b.model, from);
    b.frame = frame_of(b.model, b.ledger, as_of);
    return b;
}

#endif
