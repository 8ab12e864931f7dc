/* event_rows.c - rows of events: keys, days, names, values and texts. */
#include "base/hash.h"
#include "ledger/amounts.h"
#include "ledger/item_rows.h"
#include "ledger/row.h"

#include <string.h>

enum { NAME_LIMIT = 64, TEXT_LIMIT = 255, VALUE_DECIMALS = 6 };

/* A column of texts that are kept once each: what the register is to number. */
typedef struct texts {
    int64_t numbers[CRMVI_BLOCK_ROWS];
    const char *bytes[CRMVI_BLOCK_ROWS];
    int32_t lengths[CRMVI_BLOCK_ROWS];
    uint8_t left_out[CRMVI_BLOCK_ROWS]; /* not 0: the row has none, or does not count */
} texts;

/* A block of rows on their way. */
typedef struct block {
    crmvi_item_reading *reading;
    int64_t begin, count;
    uint8_t *reasons;
    int32_t days[CRMVI_BLOCK_ROWS];
    texts keys, names, remarks;
    crmvi_amounts values;
} block;

static crmvi_cells cells_of(const block *b, int32_t role) {
    return crmvi_item_cells(b->reading->feed, role, b->begin, b->count);
}

/* The name that a text of the column stands for; NULL where the model's `kinds` do not have it. */
static const char *name_of_kind(const crmvi_item_layout *layout, const char *text, int64_t length) {
    for (int32_t i = 0; i < layout->kind_count; i++) {
        const char *known = layout->kinds[i].text;
        if (strlen(known) == (size_t)length && memcmp(known, text, (size_t)length) == 0) {
            return layout->kinds[i].name;
        }
    }
    return NULL;
}

static void put_text(texts *out, int64_t i, const char *text, int64_t length) {
    out->bytes[i] = text;
    out->lengths[i] = (int32_t)length;
    out->numbers[i] = (int64_t)crmvi_hash_of(text, (size_t)length);
    out->left_out[i] = 0;
}

/* The name of a row's event, or the reason why there is none. */
static int32_t read_name(const crmvi_item_layout *layout, const crmvi_cells *cells, int64_t row, const char **name,
                         int64_t *length) {
    if (!crmvi_cell_text(cells, row, name, length) || *length == 0) {
        return CRMV_NO_EVENT;
    }
    if (layout->kinds != NULL) {
        *name = name_of_kind(layout, *name, *length);
        *length = *name == NULL ? 0 : (int64_t)strlen(*name);
        return *name == NULL ? CRMV_UNKNOWN_KIND : 0;
    }
    return *length > NAME_LIMIT || !crmvi_utf8_valid(*name, *length) ? CRMV_NO_EVENT : 0;
}

static void read_names(block *b) {
    const crmvi_cells cells = cells_of(b, CRMVI_EVENT_EVENT);
    for (int64_t i = 0; i < b->count; i++) {
        const char *name;
        int64_t length;
        const int32_t reason = read_name(b->reading->feed->layout, &cells, b->begin + i, &name, &length);
        b->names.left_out[i] = 1;
        crmvi_note_reason(b->reasons, i, reason);
        if (reason == 0) {
            put_text(&b->names, i, name, length);
        }
    }
}

static bool is_text_good(const char *text, int64_t length) {
    return length <= TEXT_LIMIT && crmvi_utf8_valid(text, length);
}

static void read_remarks(block *b) {
    const crmvi_cells cells = cells_of(b, CRMVI_EVENT_TEXT);
    memset(b->remarks.left_out, 1, sizeof b->remarks.left_out);
    for (int64_t i = 0; i < b->count && cells.column != NULL; i++) {
        const char *text;
        int64_t length;
        if (!crmvi_cell_text(&cells, b->begin + i, &text, &length) || length == 0) {
            continue;
        }
        if (is_text_good(text, length)) {
            put_text(&b->remarks, i, text, length);
        } else {
            crmvi_note_reason(b->reasons, i, CRMV_NO_EVENT);
        }
    }
}

/* A value may be missing. */
static void read_values(block *b) {
    const crmvi_cells cells = cells_of(b, CRMVI_EVENT_VALUE);
    if (cells.column == NULL) {
        memset(b->values.present, 0, sizeof b->values.present);
        b->values.any_rounded = false;
        return;
    }
    crmvi_amounts_of_column(&cells, VALUE_DECIMALS, &b->values);
    for (int64_t i = 0; i < b->count && b->values.any_reason; i++) {
        crmvi_note_reason(b->reasons, i, b->values.reasons[i]);
    }
}

/* Numbers the texts of the rows that count. The register sorts all rows without asking which count, so that each has a
 * hash. False where memory is short. */
static bool number_texts(const block *b, texts *t, crmvi_key_register *texts_register) {
    for (int64_t i = 0; i < b->count; i++) {
        t->left_out[i] = t->left_out[i] != 0 || b->reasons[i] != 0;
        t->numbers[i] = t->left_out[i] != 0 ? 0 : t->numbers[i];
    }
    const crmvi_keys keys = {t->numbers, t->bytes, t->lengths, t->left_out};
    return crmvi_key_register_number(texts_register, &keys, b->count);
}

static bool number_all(block *b) {
    crmvi_items *items = b->reading->items;
    memset(b->keys.left_out, 0, sizeof b->keys.left_out);
    return (b->reading->feed->whole_keys || number_texts(b, &b->keys, &items->keys)) &&
           number_texts(b, &b->names, &items->names) && number_texts(b, &b->remarks, &items->texts);
}

static void put_rows(const block *b, crmvi_event_row *out) {
    crmvi_item_totals *totals = &b->reading->totals;
    for (int64_t i = 0; i < b->count; i++) {
        out[i] = (crmvi_event_row){.day = CRMV_NO_DATE};
        if (b->reasons[i] != 0) {
            continue;
        }
        const bool has_value = b->values.present[i] != 0;
        const bool has_text = b->remarks.left_out[i] == 0;
        out[i] = (crmvi_event_row){.key = crmvi_key_of_number(b->keys.numbers[i]),
                                   .name = (uint64_t)b->names.numbers[i],
                                   .text = has_text ? (uint64_t)b->remarks.numbers[i] : 0,
                                   .value = has_value ? b->values.values[i] : CRMVI_NO_VALUE,
                                   .day = b->days[i],
                                   .has_text = has_text};
        totals->accepted++;
        totals->fed |= 1u << CRMVI_EVENT_CUSTOMER | 1u << CRMVI_EVENT_DATE | 1u << CRMVI_EVENT_EVENT |
                       (has_value ? 1u << CRMVI_EVENT_VALUE : 0) | (has_text ? 1u << CRMVI_EVENT_TEXT : 0);
        totals->rounded += b->values.any_rounded && b->values.rounded[i] != 0;
    }
}

bool crmvi_event_rows_read(crmvi_item_reading *reading, int64_t begin, int64_t count, crmvi_event_row *out,
                           uint8_t *reasons) {
    block b;
    b.reading = reading;
    b.begin = begin;
    b.count = count;
    b.reasons = reasons;
    const crmvi_keys keys = {b.keys.numbers, b.keys.bytes, b.keys.lengths, reasons};
    const crmvi_cells customers = cells_of(&b, CRMVI_EVENT_CUSTOMER);
    const crmvi_cells dates = cells_of(&b, CRMVI_EVENT_DATE);
    crmvi_cells_keys(&customers, reading->feed->whole_keys, &keys);
    crmvi_cells_days(&dates, CRMV_NO_DATE_GIVEN, b.days, reasons);
    read_names(&b);
    read_values(&b);
    read_remarks(&b);
    const bool numbered = number_all(&b);
    if (numbered) {
        put_rows(&b, out);
    }
    crmvi_wipe(b.keys.numbers, sizeof b.keys.numbers);
    return numbered;
}

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

/* Where the event is not at fault, its text is. */
static int32_t failed_text_role(const crmvi_item_feed *feed, int64_t row) {
    const crmvi_cells cell = crmvi_item_cells(feed, CRMVI_EVENT_EVENT, row, 1);
    const char *name;
    int64_t length;
    return read_name(feed->layout, &cell, row, &name, &length) == 0 ? CRMVI_EVENT_TEXT : CRMVI_EVENT_EVENT;
}

static int32_t failed_role(const crmvi_item_feed *feed, int64_t row, int32_t reason) {
    switch (reason) {
    case CRMV_NO_CUSTOMER:
    case CRMV_BAD_CUSTOMER:
        return CRMVI_EVENT_CUSTOMER;
    case CRMV_NO_DATE_GIVEN:
    case CRMV_BAD_DATE:
        return CRMVI_EVENT_DATE;
    case CRMV_UNKNOWN_KIND:
        return CRMVI_EVENT_EVENT;
    case CRMV_NO_EVENT:
        return failed_text_role(feed, row);
    default:
        return CRMVI_EVENT_VALUE;
    }
}

void crmvi_event_row_show(const crmvi_item_feed *feed, int64_t row, crmvi_aside_row *aside) {
    aside->currency = "";
    aside->column = feed->roles[failed_role(feed, row, aside->reason)];
    aside->column_row = row;
}
