/* columns.h - ln(1 + y) of a whole column. */
#ifndef CRMVI_CLV_COLUMNS_H
#define CRMVI_CLV_COLUMNS_H

#include "base/logarithm.h"
#include "clv/process.h"

/* y becomes ln(1 + y), y >= 0. */
static inline void crmvi_log1p_column(double *y, int64_t count) {
    crmvi_log1ps(y, count, y);
}

#endif
