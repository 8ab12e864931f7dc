/* likeness.h - whether a frame is what a model's own would be. */
#ifndef CRMVI_FRAME_LIKENESS_H
#define CRMVI_FRAME_LIKENESS_H

#include "frame/frame.h"

/* Whether the frame's metrics are those of the model: same names in the same order, derived alike, their categories
 * with the same codes. Errors: CRMV_BAD_ARGUMENT with the metric that differs. */
int32_t crmvi_same_metrics(const crmv_model *model, const crmv_frame *frame, crmv_error *error);

/* The same, whatever the parameters of lifetimes are; but the model's lifetimes are the frame's, and look at customers'
 * histories in the same way. */
int32_t crmvi_same_derivation(const crmv_model *model, const crmv_frame *frame, crmv_error *error);

#endif
