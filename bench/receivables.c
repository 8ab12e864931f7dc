#include "receivables.h"

#include "draws.h"
#include "pages.h"

#include <string.h>

enum { DAYS_TO_PAY = 30, EARLIEST_DAYS = 20, PAYING_DAYS = 90, NEVER_PAID_PERCENT = 3 };

/* The day an item was paid: the last ones are open as of the last day, and some of the others are never paid. */
static int32_t draw_paid(uint64_t seed, int64_t item, int32_t due) {
    draws stream = draws_at(seed + 3, (uint64_t)item);
    int32_t paid = due - EARLIEST_DAYS + (int32_t)draws_below(&stream, PAYING_DAYS);
    bool never = draws_below(&stream, 100) < NEVER_PAID_PERCENT;
    return never || paid > feed_last_day() ? CRMV_NO_DATE : paid;
}

static bool make_columns(receivables *items, int64_t rows) {
    size_t count = (size_t)rows;
    size_t bytes = count * (2 * sizeof *items->customer + 3 * sizeof *items->date);
    *items = (receivables){.rows = rows, .bytes = bytes, .memory = pages_get(bytes)};
    if (!items->memory) {
        return false;
    }
    items->customer = items->memory;
    items->amount = items->customer + count;
    items->date = (int32_t *)(items->amount + count);
    items->due = items->date + count;
    items->paid = items->due + count;
    return true;
}

bool receivables_make(receivables *items, const feed *lines, int64_t rows, uint64_t seed) {
    if (!lines->customer || lines->doubles || !make_columns(items, (rows - 1) / LINES_OF_AN_ITEM + 1)) {
        return false;
    }
    for (int64_t i = 0; i < items->rows; i++) {
        int64_t line = i * LINES_OF_AN_ITEM;
        items->customer[i] = lines->customer[line];
        items->amount[i] = lines->revenue[line];
        items->date[i] = lines->date[line];
        items->due[i] = items->date[i] + DAYS_TO_PAY;
        items->paid[i] = draw_paid(seed, i, items->due[i]);
    }
    return true;
}

void receivables_clear(receivables *items) {
    pages_free(items->memory, items->bytes);
    memset(items, 0, sizeof *items);
}

static crmv_column column_of(const char *name, int32_t type, const void *data) {
    return (crmv_column){.struct_size = sizeof(crmv_column), .type = type, .name = name, .data = data};
}

void receivables_columns(const receivables *items, crmv_column columns[RECEIVABLES_COLUMNS]) {
    columns[0] = column_of("customer", CRMV_INT64, items->customer);
    columns[1] = column_of("amount", CRMV_MINOR, items->amount);
    columns[2] = column_of("date", CRMV_INT32, items->date);
    columns[3] = column_of("due", CRMV_INT32, items->due);
    columns[4] = column_of("paid", CRMV_INT32, items->paid);
}
