/*
 * lifetimes.h - customers' histories as lifetimes look at them, and what is foretold from them.
 *
 * A purchase is a purchase day of the frame's customer, who is a group where customers are rolled up. Its amount is
 * what the facts bring from that day up to the day before the next purchase day, so that what comes back counts
 * against the purchase before it. docs/lifetimes.md has the convention.
 */
#ifndef CRMVI_FRAME_LIFETIMES_H
#define CRMVI_FRAME_LIFETIMES_H

#include "base/parallel.h"
#include "frame/slice.h"

/* The frame's columns of histories. False where memory is short. */
bool crmvi_histories_start(const crmvi_derivation *whole);

/* Fills them for a slice's customers, of whose facts there must be some. The same bits whether the slice is plain. */
void crmvi_histories_derive(const crmvi_slice *slice);

/* How far ahead a metric looks and what it discounts by, in its lifetime's unit of time. */
void crmvi_foretelling_plan(int32_t as_of, crmvi_recipe *recipe);

/* Whether fitted parameters and what metrics ask of them are such as can be answered. Errors: CRMV_BAD_ARGUMENT with
 * the metric. */
int32_t crmvi_foretellings_check(const crmv_model *model, const crmvi_plan *plan, crmv_error *error);

/*
 * Derives the metrics that the plan has as foretold, of all rows of the frame, and counts what is missing of them. They
 * follow from the frame's histories and other metrics alone; the plan may be one without facts. Nothing is done where
 * none is. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED; CRMV_BAD_ARGUMENT (an amount of 1e18 and more).
 */
int32_t crmvi_metrics_foretell(const crmvi_derivation *whole, const crmvi_runner *runner, crmv_error *error);

#endif
