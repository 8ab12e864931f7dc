/* report_source.c - what a fit was found from, as hashes: the same frames have the same ones, whatever they came from.
 */
#include "base/hash.h"
#include "calibrate/report.h"

#include <math.h>
#include <string.h>

/* Not a number in one pattern of its many, -0 as 0. */
static void hash_column(crmvi_hash *hash, const double *values, int64_t rows) {
    enum { CHUNK = 512 };
    int64_t patterns[CHUNK];
    for (int64_t row = 0; row < rows; row += CHUNK) {
        const int64_t count = rows - row < CHUNK ? rows - row : CHUNK;
        for (int64_t i = 0; i < count; i++) {
            const double value = isnan(values[row + i]) ? (double)NAN : values[row + i] + 0.0;
            memcpy(&patterns[i], &value, sizeof value);
        }
        crmvi_hash_numbers(hash, patterns, count);
    }
}

static void hash_keys(crmvi_hash *hash, const crmv_frame *frame) {
    const int64_t *numbers = crmv_frame_numbers(frame);
    if (numbers != NULL) {
        crmvi_hash_numbers(hash, numbers, frame->rows);
        return;
    }
    for (int64_t row = 0; row < frame->rows; row++) {
        crmvi_hash_bytes(hash, crmvi_texts_get(&frame->texts, row), (size_t)crmvi_texts_length(&frame->texts, row) + 1);
    }
}

/* Of its day, its keys and its metrics; false where memory is short. */
static bool hash_frame(const crmv_frame *frame, char out[33]) {
    crmvi_hash *hash = crmvi_hash_new();
    if (hash == NULL) {
        return false;
    }
    crmvi_hash_number(hash, frame->as_of);
    crmvi_hash_number(hash, frame->rows);
    hash_keys(hash, frame);
    for (int32_t i = 0; i < frame->model->metric_count; i++) {
        hash_column(hash, frame->metrics[i], frame->rows);
    }
    crmvi_hash_text(hash, out);
    crmvi_hash_free(hash);
    return true;
}

static void put_hash(crmvi_reporting *r, const char *key, const crmv_frame *frame) {
    char text[33];
    if (frame != NULL && !hash_frame(frame, text)) {
        r->no_memory = true;
        return;
    }
    crmvi_put_text(r, r->tree, key, frame != NULL ? text : NULL);
}

void crmvi_report_source(crmvi_reporting *r) {
    crmvi_put_text(r, r->tree, "input", r->input);
    put_hash(r, "population", r->frame);
    put_hash(r, "outcome", r->outcome);
}
