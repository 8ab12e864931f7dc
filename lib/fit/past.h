/*
 * past.h - models through which the past is looked at: the head of a model, which says what its books mean, with
 * metrics that are asked for here.
 */
#ifndef CRMVI_FIT_PAST_H
#define CRMVI_FIT_PAST_H

#include "crmvalue/lifetime.h"
#include "crmvalue/model.h"

/* What is asked of each lifetime. */
enum { CRMVI_PAST_P_ALIVE, CRMVI_PAST_PURCHASES, CRMVI_PAST_VALUE, CRMVI_PAST_QUESTIONS };

typedef struct crmvi_past_name {
    char text[32];
} crmvi_past_name;

/* The metric with which a question about the lifetime at `position` is asked, and that of a window. */
crmvi_past_name crmvi_past_forecast(int32_t question, int32_t position);
crmvi_past_name crmvi_past_window(int32_t position);

/* A model of the lifetimes, not fitted, with the questions above for the `days` ahead (value: of those with spend). */
int32_t crmvi_past_forecasting(const crmv_model *model, int32_t days, crmv_model **out, crmv_error *error);

/* A model that counts purchase days in each of `count` windows, which are so many days long. */
int32_t crmvi_past_counting(const crmv_model *model, const int32_t *windows, int32_t count, crmv_model **out,
                            crmv_error *error);

#endif
