#include "groups.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 1025 };

/* Whole numbers are the same with zeros in front of them. */
bool key_counts_as_other(const crmv_frame *frame, const char *key, int64_t row) {
    char own[KEY_BYTES] = "";
    const int64_t *numbers = crmv_frame_numbers(frame);
    if (numbers) {
        return strtoll(key, NULL, 10) != numbers[row];
    }
    return crmv_frame_key(frame, row, own, sizeof own, NULL) == CRMV_OK && strcmp(key, own) != 0;
}

static bool rolls_up(const inputs *taken) {
    return taken->customers && (inputs_table_column(taken, "alias_of") || inputs_table_column(taken, "parent"));
}

/* A row that is set aside names nobody, so that its key stands for itself or is not found: it is not counted. */
static bool row_counts_as_other(const inputs *taken, const crmv_column *keys, int64_t row) {
    char key[KEY_BYTES];
    int64_t found;
    const int64_t *offsets = keys->offsets;
    const int64_t length = offsets[row + 1] - offsets[row];
    if (length <= 0 || length >= KEY_BYTES) {
        return false;
    }
    memcpy(key, (const char *)keys->data + offsets[row], (size_t)length);
    key[length] = '\0';
    return crmv_frame_find(taken->frame, key, &found) == CRMV_OK && key_counts_as_other(taken->frame, key, found);
}

int64_t table_rows_rolled_up(const inputs *taken) {
    const crmv_column *keys = rolls_up(taken) ? inputs_table_column(taken, "customer") : NULL;
    int64_t count = 0;
    for (int64_t row = 0; keys && row < taken->customer_rows; row++) {
        count += row_counts_as_other(taken, keys, row);
    }
    return count;
}

/* The other rows of the table that are used are rows of the frame. */
int64_t customers_without_row(const inputs *taken) {
    const int64_t own = crmv_frame_table_accepted(taken->frame) - table_rows_rolled_up(taken);
    return model_scores_table_only(&taken->scorecard) ? 0 : crmv_frame_rows(taken->frame) - own;
}
