/*
 * lifetimes.h - customers' histories as lifetimes look at them, and what is foretold from them.
 *
 * A purchase is a purchase day of the frame's customer, who is a group where customers are rolled up. Its amount is
 * what the facts bring from that day up to the day before the next purchase day, so that what comes back counts
 * against the purchase before it. docs/lifetimes.md has the convention.
 */
#ifndef CRMVI_FRAME_LIFETIMES_H
#define CRMVI_FRAME_LIFETIMES_H

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
 * Values of a metric that a lifetime foretells, of frame rows [begin, end), at most CRMVI_SLICE_ROWS of them, into its
 * column: NaN where one is missing, and outcomes[why] one more. They follow from the frame's histories alone, each
 * row's from its own. Errors: CRMV_OUT_OF_MEMORY; CRMV_BAD_ARGUMENT (an amount of 1e18 and more).
 */
int32_t crmvi_foretell(const crmv_frame *frame, const crmvi_recipe *recipe, int64_t begin, int64_t end,
                       int64_t *outcomes);

/* Fills the error of a call in which that, or what runs it, failed; returns the status. */
int32_t crmvi_foretelling_failed(int32_t status, crmv_error *error);

#endif
