/* sample.c - weighted means of points, exactly. */
#include "fit/sample.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

crmvi_sample crmvi_sample_of(const int64_t *cells, int64_t rows, int32_t members) {
    crmvi_sample sample = {.cells = cells, .rows = rows, .members = members, .narrow = true};
    const int64_t limit = INT64_MAX / CRMVI_WHOLE_WEIGHT;
    for (int64_t i = 0; i < rows; i++) {
        const int64_t *points = crmvi_sample_row(&sample, i) + 1;
        for (int32_t j = 0; j < members; j++) {
            sample.narrow &= points[j] >= -limit && points[j] <= limit;
        }
    }
    return sample;
}

/* numerator / CRMVI_WHOLE_WEIGHT, rounded half to even. */
static int64_t mean_of(int64_t numerator) {
    int64_t quotient = numerator / CRMVI_WHOLE_WEIGHT;
    const int64_t rest = numerator % CRMVI_WHOLE_WEIGHT;
    const int64_t twice = 2 * (rest < 0 ? -rest : rest);
    if (twice > CRMVI_WHOLE_WEIGHT || (twice == CRMVI_WHOLE_WEIGHT && quotient % 2 != 0)) {
        quotient += numerator < 0 ? -1 : 1;
    }
    return quotient;
}

void crmvi_index_of_rows(const crmvi_sample *sample, const crmvi_micro *weights, int64_t *out) {
    for (int64_t i = 0; i < sample->rows; i++) {
        const int64_t *points = crmvi_sample_row(sample, i) + 1;
        if (sample->narrow) {
            int64_t sum = 0;
            for (int32_t j = 0; j < sample->members; j++) {
                sum += weights[j] * points[j];
            }
            out[i] = mean_of(sum);
        } else {
            crmvi_wide sum = 0;
            for (int32_t j = 0; j < sample->members; j++) {
                sum += (crmvi_wide)weights[j] * points[j];
            }
            out[i] = (int64_t)crmvi_divide(sum, CRMVI_WHOLE_WEIGHT);
        }
    }
}

/* ---- Fewer rows -------------------------------------------------------------------------------------------------- */

typedef struct sorted_row {
    const int64_t *cells;
    int64_t width;
} sorted_row;

/* By the outcome, then by the points: rows that are equal here are so in everything. */
static int compare_rows(const void *a, const void *b) {
    const sorted_row *one = a;
    const sorted_row *other = b;
    for (int64_t i = 0; i < one->width; i++) {
        if (one->cells[i] != other->cells[i]) {
            return one->cells[i] < other->cells[i] ? -1 : 1;
        }
    }
    return 0;
}

int64_t *crmvi_thinned_cells(const crmvi_sample *sample, int64_t count) {
    const int64_t width = 1 + sample->members;
    sorted_row *rows = crmvi_large_array(sample->rows, sizeof *rows);
    int64_t *cells = crmvi_array(count * width, sizeof *cells);
    if (rows == NULL || cells == NULL) {
        free(rows);
        free(cells);
        return NULL;
    }
    for (int64_t i = 0; i < sample->rows; i++) {
        rows[i] = (sorted_row){.cells = crmvi_sample_row(sample, i), .width = width};
    }
    qsort(rows, (size_t)sample->rows, sizeof *rows, compare_rows);
    for (int64_t i = 0; i < count; i++) {
        const int64_t row = (int64_t)(((crmvi_wide)2 * i + 1) * sample->rows / (2 * count));
        memcpy(cells + i * width, rows[row].cells, (size_t)width * sizeof *cells);
    }
    free(rows);
    return cells;
}
