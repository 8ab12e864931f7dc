/* segment.c - classes of customers beside the tiers: grids and cases. */
#include "score/scores.h"

#include <math.h>
#include <stddef.h>

/* How many cuts of a side lie at or below the customer's value; -1 where that is missing. */
static int32_t step_of(const crmv_scores *scores, const crmvi_side *side, int64_t row) {
    int32_t step = 0;
    if (side->on == CRMVI_ON_METRIC) {
        double value = scores->frame->metrics[side->position][row];
        if (isnan(value)) {
            return -1;
        }
        while (step < side->count && value >= side->cuts[step].value) {
            step++;
        }
        return step;
    }
    crmvi_micro points = scores->indexes[side->position][row];
    if (points == CRMV_MISSING_POINTS) {
        return -1;
    }
    while (step < side->count && points >= side->cuts[step].micro) {
        step++;
    }
    return step;
}

const crmvi_case *crmvi_segment_case(const crmv_scores *scores, const crmvi_segment *segment, int64_t row) {
    for (int32_t i = 0; i < segment->case_count; i++) {
        if (crmvi_when_result(scores, &segment->cases[i].when, row) == CRMVI_HOLDS) {
            return &segment->cases[i];
        }
    }
    return NULL;
}

int32_t crmvi_segment_code(const crmv_scores *scores, const crmvi_segment *segment, int64_t row) {
    if (!segment->is_grid) {
        const crmvi_case *holds = crmvi_segment_case(scores, segment, row);
        return holds ? holds->code : -1;
    }
    int32_t up = step_of(scores, &segment->rows, row);
    int32_t across = step_of(scores, &segment->columns, row);
    return up < 0 || across < 0 ? -1 : segment->cells[up * (segment->columns.count + 1) + across];
}
