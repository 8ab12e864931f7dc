#include "frame/frame.h"

#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

/* ---- Holding and letting go -------------------------------------------------------------------------------------- */

const crmv_frame *crmvi_frame_hold(const crmv_frame *frame) {
    atomic_fetch_add(&((crmv_frame *)frame)->holders, 1);
    return frame;
}

/* Two amounts may have one array. */
static void free_amounts(crmv_frame *frame) {
    if (frame->amounts[CRMVI_AMOUNT_CONTRIBUTION] == frame->amounts[CRMVI_AMOUNT_GROSS_PROFIT]) {
        frame->amounts[CRMVI_AMOUNT_CONTRIBUTION] = NULL;
    }
    for (int32_t i = 0; i < CRMVI_AMOUNTS; i++) {
        crmvi_discard(frame->amounts[i], frame->rows, sizeof *frame->amounts[i]);
        frame->amounts[i] = NULL;
    }
}

static void free_metrics(crmv_frame *frame) {
    for (int32_t i = 0; i < frame->model->metric_count; i++) {
        if (frame->metrics != NULL) {
            crmvi_discard(frame->metrics[i], frame->rows, sizeof *frame->metrics[i]);
        }
        if (frame->unlisted != NULL) {
            crmvi_texts_clear(&frame->unlisted[i].texts);
            free(frame->unlisted[i].counts);
        }
    }
    free(frame->metrics);
    free(frame->unlisted);
    free(frame->missing);
    frame->metrics = NULL;
    frame->unlisted = NULL;
    frame->missing = NULL;
}

static void free_histories(crmv_frame *frame) {
    for (int32_t i = 0; frame->histories != NULL && i < frame->model->lifetime_count; i++) {
        for (int32_t which = 0; which < CRMVI_HISTORIES; which++) {
            double *column = frame->histories[i].columns[which];
            crmvi_discard(column, frame->rows, sizeof *column);
        }
    }
    free(frame->histories);
    frame->histories = NULL;
}

void crmvi_frame_empty(crmv_frame *frame) {
    free_histories(frame);
    free_metrics(frame);
    free_amounts(frame);
    crmvi_discard(frame->starts, frame->rows, sizeof *frame->starts);
    crmvi_discard(frame->numbers, frame->key_kind == CRMVI_KEYS_TEXTS ? 0 : frame->rows, sizeof *frame->numbers);
    frame->starts = NULL;
    frame->numbers = NULL;
    crmvi_texts_clear(&frame->texts);
    frame->rows = 0;
}

/* Of a frame that shares its origin's columns. */
static void free_renewed(crmv_frame *frame) {
    const crmv_frame *origin = frame->origin;
    for (int32_t i = 0; frame->metrics != NULL && i < frame->model->metric_count; i++) {
        if (frame->metrics[i] != origin->metrics[i]) {
            crmvi_discard(frame->metrics[i], frame->rows, sizeof *frame->metrics[i]);
        }
    }
    free(frame->metrics);
    free(frame->missing);
    crmv_model_free((crmv_model *)frame->model);
    free(frame);
    crmv_frame_free((crmv_frame *)origin);
}

void crmv_frame_free(crmv_frame *frame) {
    if (frame == NULL || atomic_fetch_sub(&frame->holders, 1) > 1) {
        return;
    }
    if (frame->origin != NULL) {
        free_renewed(frame);
        return;
    }
    crmvi_frame_empty(frame);
    crmvi_texts_clear(&frame->names);
    free(frame->members);
    crmvi_discard(frame->leaves.numbers, frame->leaves.count, sizeof *frame->leaves.numbers);
    free(frame->leaves.rows);
    crmvi_texts_clear(&frame->leaves.texts);
    crmvi_aside_clear(&frame->asides);
    crmv_model_free((crmv_model *)frame->model);
    free(frame);
}

int64_t crmv_frame_rows(const crmv_frame *frame) {
    return frame ? frame->rows : 0;
}

int32_t crmv_frame_as_of(const crmv_frame *frame) {
    return frame ? frame->as_of : CRMV_NO_DATE;
}

int32_t crmv_frame_start(const crmv_frame *frame, int64_t row) {
    return frame && row >= 0 && row < frame->rows ? frame->starts[row] : CRMV_NO_DATE;
}

/* ---- Keys and names ---------------------------------------------------------------------------------------------- */

const int64_t *crmv_frame_numbers(const crmv_frame *frame) {
    return frame && frame->key_kind == CRMVI_KEYS_NUMBERS ? frame->numbers : NULL;
}

int32_t crmv_frame_key(const crmv_frame *frame, int64_t row, char *buffer, int64_t capacity, int64_t *length) {
    if (frame == NULL || row < 0 || row >= frame->rows || capacity < 0 || (buffer == NULL && capacity > 0)) {
        return CRMV_BAD_ARGUMENT;
    }
    char digits[64];
    const char *key = digits;
    int64_t size;
    if (frame->key_kind == CRMVI_KEYS_NUMBERS) {
        size = crmvi_amount_text(frame->numbers[row], 0, 0, false, digits);
    } else {
        key = crmvi_texts_get(&frame->texts, row);
        size = crmvi_texts_length(&frame->texts, row);
    }
    if (length != NULL) {
        *length = size;
    }
    if (size >= capacity) {
        return CRMV_BUFFER_TOO_SMALL;
    }
    memcpy(buffer, key, (size_t)size);
    buffer[size] = '\0';
    return CRMV_OK;
}

/* Some keys in ascending order: the rows', or those without rows. */
typedef struct key_list {
    int32_t kind;
    int64_t count;
    const int64_t *numbers;
    const crmvi_texts *texts;
} key_list;

/* Compares a key with a listed one: < 0 before it, 0 the same, > 0 after it. */
static int32_t compare_with(const key_list *keys, int64_t at, const char *text, int64_t number) {
    if (keys->kind == CRMVI_KEYS_NUMBERS) {
        return (number > keys->numbers[at]) - (number < keys->numbers[at]);
    }
    return strcmp(text, crmvi_texts_get(keys->texts, at)); /* keys hold no NUL */
}

/* Where a key stands, -1 where it does not. */
static int64_t find_key(const key_list *keys, const char *text, int64_t number) {
    int64_t begin = 0;
    int64_t end = keys->count;
    while (begin < end) {
        const int64_t middle = begin + (end - begin) / 2;
        const int32_t order = compare_with(keys, middle, text, number);
        if (order == 0) {
            return middle;
        }
        if (order > 0) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return -1;
}

int32_t crmv_frame_find(const crmv_frame *frame, const char *key, int64_t *row) {
    if (frame == NULL || key == NULL || row == NULL) {
        return CRMV_BAD_ARGUMENT;
    }
    int64_t number = 0;
    if (frame->key_kind == CRMVI_KEYS_NUMBERS &&
        crmvi_decimal_whole(key, (int64_t)strlen(key), &number) != CRMVI_NUMBER_OK) {
        return CRMV_NOT_FOUND;
    }
    const key_list rows = {frame->key_kind, frame->rows, frame->numbers, &frame->texts};
    const crmvi_leaves *leaves = &frame->leaves;
    const key_list others = {frame->key_kind, leaves->count, leaves->numbers, &leaves->texts};
    int64_t found = find_key(&rows, key, number);
    if (found < 0) {
        const int64_t leaf = find_key(&others, key, number);
        found = leaf < 0 ? -1 : leaves->rows[leaf];
    }
    if (found < 0) {
        return CRMV_NOT_FOUND;
    }
    *row = found;
    return CRMV_OK;
}

int64_t crmv_frame_members(const crmv_frame *frame, int64_t row) {
    if (frame == NULL || row < 0 || row >= frame->rows) {
        return 0;
    }
    return frame->members != NULL ? frame->members[row] : 1;
}

const char *crmv_frame_name(const crmv_frame *frame, int64_t row) {
    return frame && row >= 0 && row < frame->names.count ? crmvi_texts_get(&frame->names, row) : "";
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

/* The position of a metric, -1 for an unknown one. */
static int32_t metric_named(const crmv_frame *frame, const char *metric) {
    return frame && metric ? crmvi_model_metric(frame->model, metric) : -1;
}

const double *crmv_frame_metric(const crmv_frame *frame, const char *metric) {
    const int32_t position = metric_named(frame, metric);
    return position < 0 ? NULL : frame->metrics[position];
}

const double *crmv_frame_history(const crmv_frame *frame, const char *lifetime, int32_t column) {
    if (frame == NULL || frame->histories == NULL || lifetime == NULL || column < CRMV_HISTORY_REPEATS ||
        column > CRMV_HISTORY_SQUARES) {
        return NULL;
    }
    const int32_t position = crmvi_model_find_lifetime(frame->model, lifetime);
    return position < 0 ? NULL : frame->histories[position].columns[column];
}

const int64_t *crmv_frame_amount(const crmv_frame *frame, const char *measure) {
    static const char *const names[CRMVI_AMOUNTS] = {
        [CRMVI_AMOUNT_REVENUE] = "revenue",
        [CRMVI_AMOUNT_GROSS_PROFIT] = "gross_profit",
        [CRMVI_AMOUNT_CONTRIBUTION] = "contribution",
        [CRMVI_AMOUNT_UNKNOWN_COST_REVENUE] = "unknown_cost_revenue",
    };
    for (int32_t i = 0; frame != NULL && measure != NULL && i < CRMVI_AMOUNTS; i++) {
        if (strcmp(measure, names[i]) == 0) {
            return frame->amounts[i];
        }
    }
    return NULL;
}

int32_t crmv_frame_missing(const crmv_frame *frame, const char *metric, crmv_missing *out) {
    if (frame == NULL || metric == NULL || out == NULL || out->struct_size < sizeof *out) {
        return CRMV_BAD_ARGUMENT;
    }
    const int32_t position = metric_named(frame, metric);
    if (position < 0) {
        return CRMV_NOT_FOUND;
    }
    const uint32_t size = out->struct_size;
    *out = frame->missing[position];
    out->struct_size = size;
    return CRMV_OK;
}

int32_t crmv_frame_unlisted(const crmv_frame *frame, const char *metric, int64_t position, const char **text,
                            int64_t *customers) {
    if (frame == NULL || metric == NULL || position < 0 || text == NULL || customers == NULL) {
        return CRMV_BAD_ARGUMENT;
    }
    const int32_t found = metric_named(frame, metric);
    if (found < 0 || position >= frame->unlisted[found].texts.count) {
        return CRMV_NOT_FOUND;
    }
    *text = crmvi_texts_get(&frame->unlisted[found].texts, position);
    *customers = frame->unlisted[found].counts[position];
    return CRMV_OK;
}

/* ---- Rows of the customer table ---------------------------------------------------------------------------------- */

int64_t crmv_frame_table_rows(const crmv_frame *frame) {
    return frame ? frame->table_rows : 0;
}

int64_t crmv_frame_table_accepted(const crmv_frame *frame) {
    int64_t accepted = crmv_frame_table_rows(frame);
    for (int64_t i = 0; frame != NULL && i < frame->asides.count; i++) {
        const crmvi_aside *aside = &frame->asides.items[i];
        accepted -= aside->reason == CRMV_UNKNOWN_CUSTOMER ? 0 : aside->rows; /* those are no rows of the table */
    }
    return accepted;
}

int64_t crmv_frame_set_aside_count(const crmv_frame *frame) {
    return frame ? frame->asides.count : 0;
}

int32_t crmv_frame_set_aside(const crmv_frame *frame, int64_t position, crmv_set_aside *out) {
    return frame ? crmvi_aside_get(&frame->asides, position, out) : CRMV_BAD_ARGUMENT;
}
