#include "model/bounds.h"

bool crmvi_index_bounds(const crmv_model *model, const crmvi_index *index, crmvi_wide *lowest, crmvi_wide *highest) {
    crmvi_wide low = 0, high = 0, weight = 0;
    for (int32_t i = 0; i < index->count; i++) {
        const crmvi_member *member = &index->members[i];
        const crmvi_scale *scale = member->is_index ? NULL : &model->metrics[member->position].scale;
        const crmvi_index *inner = member->is_index ? &model->indexes[member->position] : NULL;
        low += (crmvi_wide)member->weight * (inner ? inner->lowest : scale->lowest);
        high += (crmvi_wide)member->weight * (inner ? inner->highest : scale->highest);
        weight += member->weight;
    }
    const crmvi_wide divisor = index->additive ? CRMVI_ONE : weight;
    if (divisor == 0) {
        return false;
    }
    *lowest = crmvi_divide(low, divisor);
    *highest = crmvi_divide(high, divisor);
    return true;
}
