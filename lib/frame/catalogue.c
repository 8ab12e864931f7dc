#include "frame/catalogue.h"

const crmvi_operator crmvi_catalogue[CRMVI_OPERATORS] = {
    [CRMVI_SUM] = {crmvi_derive_sum, CRMVI_FROM_LEDGER, crmvi_derive_sums},
    [CRMVI_MEAN] = {crmvi_derive_mean, CRMVI_FROM_LEDGER, crmvi_derive_means},
    [CRMVI_MINIMUM] = {crmvi_derive_minimum, CRMVI_FROM_LEDGER, NULL},
    [CRMVI_MAXIMUM] = {crmvi_derive_maximum, CRMVI_FROM_LEDGER, NULL},
    [CRMVI_COUNT] = {crmvi_derive_count, CRMVI_FROM_LEDGER, crmvi_derive_counts},
    [CRMVI_RECENCY] = {crmvi_derive_recency, CRMVI_FROM_LEDGER, crmvi_derive_recencies},
    [CRMVI_TENURE] = {crmvi_derive_tenure, CRMVI_FROM_BOTH, crmvi_derive_tenures},
    [CRMVI_SINCE] = {crmvi_derive_since, CRMVI_FROM_TABLE, NULL},
    [CRMVI_GAP] = {crmvi_derive_gap, CRMVI_FROM_LEDGER, NULL},
    [CRMVI_GROWTH] = {crmvi_derive_growth, CRMVI_FROM_LEDGER, crmvi_derive_growths},
    [CRMVI_RETURN_RATE] = {crmvi_derive_return_rate, CRMVI_FROM_LEDGER, crmvi_derive_return_rates},
    [CRMVI_SHARE] = {crmvi_derive_share, CRMVI_FROM_METRICS, NULL},
    [CRMVI_RATIO] = {crmvi_derive_ratio, CRMVI_FROM_METRICS, NULL},
    [CRMVI_DIFFERENCE] = {crmvi_derive_difference, CRMVI_FROM_METRICS, NULL},
    [CRMVI_ATTRIBUTE] = {crmvi_derive_attribute, CRMVI_FROM_TABLE, NULL},
    [CRMVI_OVERDUE] = {crmvi_derive_overdue, CRMVI_FROM_LEDGER, NULL},
    [CRMVI_RECEIVABLE] = {crmvi_derive_receivable, CRMVI_FROM_LEDGER, NULL},
    [CRMVI_EVENT] = {crmvi_derive_event, CRMVI_FROM_LEDGER, NULL},
    [CRMVI_LIFETIME] = {NULL, CRMVI_FROM_HISTORIES, NULL}, /* foretelling.c, many rows at a time */
};
