#include "clv/columns.h"

#include "base/logarithm.h"

/*
 * What 1 + y lost of y is put right by the quotient y / ((1 + y) - 1), as ln w / (w - 1) hardly depends on w
 * (W. Kahan; see Goldberg 1991, theorem 4).
 */
void crmvi_log1p_column(double *y, int64_t count) {
    double above[CRMVI_HISTORY_BLOCK] = {0}; /* for compilers that see a count of 0 */
    double logs[CRMVI_HISTORY_BLOCK];
    for (int64_t i = 0; i < count; i++) {
        above[i] = 1 + y[i];
    }
    crmvi_logs(above, count, logs);
    for (int64_t i = 0; i < count; i++) {
        const double kept = above[i] - 1;
        const double divisor = kept == 0 ? 1 : kept;
        const double quotient = logs[i] * (y[i] / divisor);
        y[i] = kept == 0 ? y[i] : quotient;
    }
}
