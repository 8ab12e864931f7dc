#include "model.h"

static bool is_fed(uint32_t fed, int32_t role) {
    return (fed >> role & 1) != 0;
}

static bool is_revenue_supplied(uint32_t fed) {
    return is_fed(fed, CRMVI_ROLE_REVENUE) || (is_fed(fed, CRMVI_ROLE_UNIT_PRICE) && is_fed(fed, CRMVI_ROLE_QUANTITY));
}

static bool is_cost_supplied(uint32_t fed) {
    return is_fed(fed, CRMVI_ROLE_COST) || (is_fed(fed, CRMVI_ROLE_UNIT_COST) && is_fed(fed, CRMVI_ROLE_QUANTITY)) ||
           (is_fed(fed, CRMVI_ROLE_GROSS_PROFIT) && is_revenue_supplied(fed));
}

static bool is_discount_supplied(uint32_t fed) {
    return is_fed(fed, CRMVI_ROLE_DISCOUNT) || (is_fed(fed, CRMVI_ROLE_DISCOUNT_RATE) && is_revenue_supplied(fed));
}

bool crmvi_measure_supplied(int32_t measure, uint32_t fed) {
    switch (measure) {
    case CRMVI_QUANTITY:
    case CRMVI_RETURNED_QUANTITY:
        return is_fed(fed, CRMVI_ROLE_QUANTITY);
    case CRMVI_REVENUE:
    case CRMVI_RETURNED_REVENUE:
        return is_revenue_supplied(fed);
    case CRMVI_COST:
    case CRMVI_RETURNED_COST:
        return is_cost_supplied(fed);
    case CRMVI_DISCOUNT:
    case CRMVI_RETURNED_DISCOUNT:
        return is_discount_supplied(fed);
    case CRMVI_COST_TO_SERVE:
        return is_fed(fed, CRMVI_ROLE_COST_TO_SERVE);
    case CRMVI_GROSS_PROFIT:
    case CRMVI_CONTRIBUTION:
    case CRMVI_UNKNOWN_COST_REVENUE:
        return is_revenue_supplied(fed) && is_cost_supplied(fed);
    default:
        return false;
    }
}

uint32_t crmvi_layout_roles(const crmvi_layout *layout) {
    uint32_t roles = 0;
    for (int32_t i = 0; i < CRMVI_ROLES; i++) {
        roles |= layout->columns[i] != NULL ? UINT32_C(1) << i : 0;
    }
    return roles;
}

uint32_t crmvi_metric_measures(const crmvi_metric *metric) {
    if (metric->operation == CRMVI_RETURN_RATE) {
        return UINT32_C(1) << metric->detail;
    }
    if (metric->operation == CRMVI_RECEIVABLE) {
        return metric->detail == CRMVI_DAYS_SALES_OUTSTANDING ? UINT32_C(1) << CRMVI_REVENUE : 0;
    }
    return metric->measures;
}
