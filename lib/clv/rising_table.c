#include "clv/rising_table.h"

#include "base/logarithm.h"
#include "clv/special.h"

#include <math.h>

int32_t crmvi_table_length(const crmvi_histories *histories) {
    double highest = 0;
    for (int64_t i = 0; i < histories->count; i++) {
        const double x = histories->x[i];
        highest = x > highest ? x : highest;
    }
    return highest < CRMVI_TABLED ? (int32_t)highest + 1 : CRMVI_TABLED;
}

/* Logarithms of quotients, as those of products may be large and nearly cancel where r and alpha both are large. */
void crmvi_rising_table_fill(crmvi_rising_table *table, double r, double alpha, const crmvi_histories *histories,
                             bool with_slopes) {
    double logs[CRMVI_TABLED] = {0};
    const int32_t length = crmvi_table_length(histories);
    table->r = r;
    table->alpha = alpha;
    table->length = length;
    table->with_slopes = with_slopes;
    table->latest_x = NAN;
    for (int32_t k = 0; k < length; k++) {
        logs[k] = (r + k) / alpha;
    }
    crmvi_logs(logs, length, logs);
    crmvi_rising sum = {0, 0};
    for (int32_t x = 0; x < length; x++) {
        table->items[x] = sum;
        sum.log += logs[x];
        sum.slope += 1 / (r + x);
    }
}

crmvi_rising crmvi_rising_beyond(crmvi_rising_table *table, double x) {
    if (isnan(x)) {
        return (crmvi_rising){x, x};
    }
    if (table->latest_x != x) {
        table->latest_x = x;
        table->latest.log = crmvi_log_rising(table->r, x) - x * crmvi_log(table->alpha);
        table->latest.slope = table->with_slopes ? crmvi_digamma_rising(table->r, x) : 0;
    }
    return table->latest;
}
