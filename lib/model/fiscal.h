/* fiscal.h - fiscal years, quarters and periods as days. */
#ifndef CRMVI_MODEL_FISCAL_H
#define CRMVI_MODEL_FISCAL_H

#include "model.h"

/* Whether a window counts fiscal years, quarters or periods. */
static inline bool crmvi_is_fiscal(const crmvi_window *window) {
    return window->kind == CRMVI_FISCAL_YEARS || window->kind == CRMVI_FISCAL_QUARTERS ||
           window->kind == CRMVI_FISCAL_PERIODS;
}

/* The days of such a window, as crmvi_window_days has them; they may lie outside of the calendar's limits. */
void crmvi_fiscal_days(const crmvi_window *window, int32_t as_of, bool before, int32_t *first, int32_t *last);

#endif
