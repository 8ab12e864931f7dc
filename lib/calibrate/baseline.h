/* baseline.h - what a fitted score must be better than to be worth fitting. */
#ifndef CRMVI_CALIBRATE_BASELINE_H
#define CRMVI_CALIBRATE_BASELINE_H

#include "frame/frame.h"

/*
 * The model with equal weights: its scales as they are, and in each weighted index under `score` the same weight for
 * all members that were asked for, or that have one. Tiers, segments and rules are left away. `*out` is NULL where the
 * weights are equal already, or nothing is weighted. Errors: CRMV_OUT_OF_MEMORY.
 */
int32_t crmvi_equal_weights(const crmv_model *model, crmv_model **out, crmv_error *error);

/* Whether the frame has such amounts (CRMVI_AMOUNT_...) and one of them is not 0: contributions are all 0 where no cost
 * was known. */
bool crmvi_has_amounts(const crmv_frame *frame, int32_t amount);

/*
 * What customers brought in the last period, which is the model's window: contribution, or revenue where no cost was
 * known; NULL where the frame has neither. `*name` says which.
 */
const int64_t *crmvi_last_period(const crmv_frame *frame, const char **name);

#endif
