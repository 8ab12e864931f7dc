#include "frame/names.h"

#include "base/column_read.h"
#include "frame/events.h"

#include <stdlib.h>
#include <string.h>

/* ---- Texts as they can be shown ---------------------------------------------------------------------------------- */

/* Adds a text as UTF-8 without NUL. */
static bool add_readable(crmvi_texts *texts, const char *text, int64_t length) {
    if (!crmvi_texts_add(texts, text, length)) {
        return false;
    }
    crmvi_utf8_mend(texts->bytes + texts->starts[texts->count - 1], length);
    return true;
}

/* ---- Names of customers ------------------------------------------------------------------------------------------ */

static bool write_name(const crmvi_customer_table *table, int64_t table_row, crmvi_texts *names) {
    if (table_row < 0 || !crmvi_attribute_present(table->name, &table->model->table.reading, table_row)) {
        return crmvi_texts_add(names, "", 0);
    }
    const char *text;
    int64_t length;
    crmvi_column_text(table->name, table_row, &text, &length);
    return add_readable(names, text, length);
}

bool crmvi_names_write(const crmvi_derivation *whole) {
    if (whole->table == NULL || whole->table->name == NULL) {
        return true;
    }
    for (int64_t row = 0; row < whole->join.rows; row++) {
        if (!write_name(whole->table, crmvi_table_row_of(whole, row), &whole->frame->names)) {
            return false;
        }
    }
    return true;
}

/* ---- Categories that the model does not name --------------------------------------------------------------------- */

typedef struct tally {
    const char *text;
    int64_t length;
    int64_t count;
} tally;

typedef struct tallies {
    crmvi_names names; /* number i is counts[i] */
    int64_t *counts;
    int64_t capacity;
} tallies;

static int by_count_and_text(const void *left, const void *right) {
    const tally *a = left;
    const tally *b = right;
    if (a->count != b->count) {
        return a->count < b->count ? 1 : -1;
    }
    const int difference = memcmp(a->text, b->text, (size_t)(a->length < b->length ? a->length : b->length));
    return difference != 0 ? difference : (a->length > b->length) - (a->length < b->length);
}

static bool count_text(tallies *all, const char *text, int64_t length) {
    const int64_t known = all->names.texts.count;
    if (!crmvi_grow(&all->counts, &all->capacity, known + 1, sizeof *all->counts)) {
        return false;
    }
    const int64_t number = crmvi_names_add(&all->names, text, length);
    if (number < 0) {
        return false;
    }
    all->counts[number] = number == known ? 1 : all->counts[number] + 1;
    return true;
}

/* Of a column of the customer table. */
static bool count_attributes(const crmvi_derivation *whole, int32_t metric, tallies *all) {
    const crmvi_attribute *attribute = &whole->table->attributes[metric];
    for (int64_t row = 0; row < whole->join.rows; row++) {
        const int64_t table_row = crmvi_table_row_of(whole, row);
        if (table_row < 0 || attribute->values[table_row] != CRMVI_UNLISTED_CODE) {
            continue;
        }
        char buffer[64];
        const char *text;
        int64_t length;
        crmvi_attribute_text(attribute->column, whole->model->money.decimals, table_row, buffer, &text, &length);
        if (!count_text(all, text, length)) {
            return false;
        }
    }
    return true;
}

/* Of the last events. */
static bool count_events(const crmvi_derivation *whole, int32_t metric, tallies *all) {
    const crmvi_recipe *recipe = &whole->plan.recipes[metric];
    const crmvi_texts *texts = &whole->facts->events.texts;
    for (int64_t row = 0; row < whole->frame->rows; row++) {
        const int32_t text = crmvi_last_event_text(whole, recipe, row);
        if (text >= 0 && recipe->codes[text] < 0 &&
            !count_text(all, crmvi_texts_get(texts, text), crmvi_texts_length(texts, text))) {
            return false;
        }
    }
    return true;
}

/* Lists what was counted, in the frame's order. */
static bool list_unlisted(const tallies *all, crmvi_unlisted *unlisted) {
    const int64_t count = all->names.texts.count;
    tally *sorted = crmvi_array(count, sizeof *sorted);
    unlisted->counts = crmvi_array(count, sizeof *unlisted->counts);
    bool listed = sorted != NULL && unlisted->counts != NULL;
    for (int64_t i = 0; listed && i < count; i++) {
        const crmvi_texts *texts = &all->names.texts;
        sorted[i] = (tally){crmvi_texts_get(texts, i), crmvi_texts_length(texts, i), all->counts[i]};
    }
    if (listed && count > 0) {
        qsort(sorted, (size_t)count, sizeof *sorted, by_count_and_text);
    }
    for (int64_t i = 0; listed && i < count; i++) {
        unlisted->counts[i] = sorted[i].count;
        listed = add_readable(&unlisted->texts, sorted[i].text, sorted[i].length);
    }
    free(sorted);
    return listed;
}

static bool write_unlisted(const crmvi_derivation *whole, int32_t metric) {
    tallies all = {0};
    const bool is_event = whole->model->metrics[metric].operation == CRMVI_EVENT;
    const bool counted = is_event ? count_events(whole, metric, &all) : count_attributes(whole, metric, &all);
    const bool written = counted && list_unlisted(&all, &whole->frame->unlisted[metric]);
    crmvi_names_clear(&all.names);
    free(all.counts);
    return written;
}

bool crmvi_unlisted_write(const crmvi_derivation *whole) {
    for (int32_t metric = 0; metric < whole->model->metric_count; metric++) {
        const crmvi_metric *card = &whole->model->metrics[metric];
        const bool is_there = card->operation == CRMVI_EVENT ? whole->facts != NULL : whole->table != NULL;
        if (crmvi_is_category(card) && is_there && !write_unlisted(whole, metric)) {
            return false;
        }
    }
    return true;
}
