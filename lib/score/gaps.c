/* gaps.c - which metrics can have no points. */
#include "score/scheme.h"

#include <math.h>

static bool has_holes(const crmvi_scale *scale) {
    bool found = !isinf(scale->from[0]) || !isinf(scale->to[scale->count - 1]);
    for (int32_t i = 0; i + 1 < scale->count; i++) {
        found = found || scale->to[i] < scale->from[i + 1];
    }
    return found;
}

bool crmvi_may_miss(const crmv_model *model, const crmv_frame *frame, int32_t metric) {
    const crmvi_scale *scale = &model->metrics[metric].scale;
    return scale->count == 0 || frame->missing[metric].missing > 0 ||
           (scale->kind == CRMVI_BANDS && has_holes(scale)) ||
           (scale->kind == CRMVI_CATEGORIES && !crmvi_is_category(&model->metrics[metric]));
}
