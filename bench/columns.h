/*
 * columns.h - flat files of one column each, little-endian, as every engine of the comparison reads them.
 *
 * lines:   customer.i64 day.i32 quantity.i32 revenue.i64 cost.i64 discount.i64 cost_to_serve.i64
 * summary: summary_customer.i64 and a summary_METRIC.f64 for each metric of the scorecard, NaN where missing
 */
#ifndef CRMVALUE_BENCH_COLUMNS_H
#define CRMVALUE_BENCH_COLUMNS_H

#include "feed.h"

/* Writes and reads a feed with number keys and known costs. */
bool columns_write_feed(const char *folder, const feed *lines);
bool columns_read_feed(const char *folder, feed *lines);

/* A frame's metrics; and what was written as columns of a customer table: those of `model`, in memory of their own. */
bool columns_write_summary(const char *folder, const crmv_model *model, const crmv_frame *frame);

enum { MOST_SUMMARY_COLUMNS = 16 };

typedef struct summary {
    int64_t rows;
    int32_t count;
    crmv_column columns[MOST_SUMMARY_COLUMNS];
    void *memory;
    size_t bytes;
} summary;

bool columns_read_summary(const char *folder, const crmv_model *model, summary *out);
void columns_clear_summary(summary *out);

#endif
