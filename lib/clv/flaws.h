/* flaws.h - what cannot be a history, or a customer's spend: one sentence, or NULL where nothing is wrong. */
#ifndef CRMVI_CLV_FLAWS_H
#define CRMVI_CLV_FLAWS_H

#include "clv/bounds.h"
#include "clv/process.h"

#include <math.h>
#include <stddef.h>

/* NaN anywhere is no flaw: the history is not known. */
static inline const char *crmvi_history_flaw(double x, double t_x, double T) {
    if (isnan(x) || isnan(t_x) || isnan(T)) {
        return NULL;
    }
    if (x < 0 || x > CRMVI_MOST_PURCHASES || floor(x) != x) {
        return "x is no number of purchases";
    }
    if (t_x < 0 || t_x > T) {
        return "t_x is below 0 or above T";
    }
    if (x == 0 && t_x > 0) {
        return "t_x is above 0 where there is no repeat purchase";
    }
    return T > CRMVI_LONGEST_TIME ? "T is too large" : NULL;
}

/* CRMV_BAD_ARGUMENT with the first row whose history cannot be, which stopped whoever went through them. */
int32_t crmvi_refuse_history(const crmvi_histories *all, crmv_error *error);

/* `mean` and `squares` are not looked at where nothing was bought; `squares` is 0 where the model does not read it. */
static inline const char *crmvi_purse_flaw(double count, double mean, double squares) {
    if (isnan(count)) {
        return NULL;
    }
    if (count < 0 || count > CRMVI_MOST_PURCHASES || floor(count) != count) {
        return "count is no number of purchases";
    }
    if (count == 0) {
        return NULL;
    }
    if (!isnan(mean) && fabs(mean) > CRMVI_HIGHEST_AMOUNT) {
        return "the mean is too large";
    }
    const int is_sum = isnan(squares) || (squares >= 0 && squares <= CRMVI_HIGHEST_SQUARES);
    return is_sum ? NULL : "the sum of squares is below 0 or too large";
}

#endif
