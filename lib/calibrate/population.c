/* population.c - who is in populations, and who is held out of them. */
#include "base/error.h"
#include "base/guest.h"
#include "base/hash.h"
#include "base/memory.h"
#include "calibrate/calibration.h"
#include "score/sheet.h"

#include <math.h>
#include <string.h>

void crmvi_mark_population(const crmv_model *model, const crmv_frame *frame, uint8_t *keep) {
    memset(keep, 1, (size_t)frame->rows);
    if (!model->unrated.by_tenure || frame->as_of == CRMV_NO_DATE) {
        return;
    }
    const int64_t last = crmvi_last_start(&model->unrated.tenure, frame->as_of);
    for (int64_t row = 0; row < frame->rows; row++) {
        keep[row] = frame->starts[row] == CRMV_NO_DATE || frame->starts[row] <= last;
    }
}

int32_t crmv_model_population(const crmv_model *model, const crmv_frame *frame, uint8_t *out, int64_t capacity,
                              crmv_error *error) {
    if (model == NULL || frame == NULL || out == NULL) {
        return crmvi_bad_argument(error, model == NULL ? "model" : frame == NULL ? "frame" : "out", "is NULL");
    }
    if (capacity < frame->rows) {
        return crmvi_fail(error, CRMV_BUFFER_TOO_SMALL, "capacity", "the frame has more rows than there is room for");
    }
    crmvi_mark_population(model, frame, out);
    return CRMV_OK;
}

/* ---- Held out ---------------------------------------------------------------------------------------------------- */

/* The hash of a key as text, so that a key is on the same side whether it is a number or digits. */
static bool hash_key(const crmv_frame *frame, int64_t row, uint64_t *hash) {
    char digits[64];
    int64_t length;
    if (crmv_frame_numbers(frame) == NULL) {
        *hash = crmvi_hash_of(crmvi_texts_get(&frame->texts, row), (size_t)crmvi_texts_length(&frame->texts, row));
        return true;
    }
    if (crmv_frame_key(frame, row, digits, sizeof digits, &length) != CRMV_OK) {
        return false;
    }
    *hash = crmvi_hash_of(digits, (size_t)length);
    return true;
}

/* The upper 53 bits of the hash are a fraction that a double holds. */
static bool is_held_out(uint64_t hash, double percent) {
    return !isnan(percent) && ldexp((double)(hash >> 11), -53) * 100 < percent;
}

double crmvi_held_out_percent(const crmv_model *model) {
    crmvi_micro most = 0;
    for (int32_t i = 0; i < model->asks.count; i++) {
        const crmvi_ask *ask = &model->asks.items[i];
        most = ask->kind == CRMVI_ASK_OUTCOME && ask->held_out > most ? ask->held_out : most;
    }
    return (double)most / CRMVI_ONE;
}

int32_t crmv_frame_held_out(const crmv_frame *frame, int64_t row, double percent) {
    uint64_t hash;
    if (frame == NULL || row < 0 || row >= frame->rows || !hash_key(frame, row, &hash)) {
        return 0;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const bool held_out = is_held_out(hash, percent);
    crmvi_leave(&host);
    return held_out ? 1 : 0;
}
