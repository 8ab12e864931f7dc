/* bounds.h - the lowest and the highest that an index can be with all metrics present. */
#ifndef CRMVI_MODEL_BOUNDS_H
#define CRMVI_MODEL_BOUNDS_H

#include "model/model.h"

/* From the bounds of its members, which are known. False where its weights add up to 0: then there are none. */
bool crmvi_index_bounds(const crmv_model *model, const crmvi_index *index, crmvi_wide *lowest, crmvi_wide *highest);

#endif
