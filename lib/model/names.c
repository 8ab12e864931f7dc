/* names.c - the words of a model file that are values: roles, kinds, measures, and what operators ask for. */
#include "model.h"

/* ---- Feeds ------------------------------------------------------------------------------------------------------- */

const char *const crmvi_role_names[CRMVI_ROLES] = {
    [CRMVI_ROLE_CUSTOMER] = "customer",
    [CRMVI_ROLE_DATE] = "date",
    [CRMVI_ROLE_QUANTITY] = "quantity",
    [CRMVI_ROLE_REVENUE] = "revenue",
    [CRMVI_ROLE_UNIT_PRICE] = "unit_price",
    [CRMVI_ROLE_COST] = "cost",
    [CRMVI_ROLE_UNIT_COST] = "unit_cost",
    [CRMVI_ROLE_GROSS_PROFIT] = "gross_profit",
    [CRMVI_ROLE_DISCOUNT] = "discount",
    [CRMVI_ROLE_DISCOUNT_RATE] = "discount_rate",
    [CRMVI_ROLE_COST_TO_SERVE] = "cost_to_serve",
    [CRMVI_ROLE_DOCUMENT] = "document",
    [CRMVI_ROLE_KIND] = "kind",
    [CRMVI_ROLE_CURRENCY] = "currency",
};

const char *const crmvi_table_role_names[CRMVI_TABLE_ROLES] = {
    [CRMVI_TABLE_CUSTOMER] = "customer",
    [CRMVI_TABLE_NAME] = "name",
    [CRMVI_TABLE_SINCE] = "since",
    [CRMVI_TABLE_PARENT] = "parent",
    [CRMVI_TABLE_ALIAS_OF] = "alias_of",
    [CRMVI_TABLE_DEALER] = "dealer",
    [CRMVI_TABLE_DEALER_SHARE] = "dealer_share",
};

const char *const crmvi_item_feed_names[CRMVI_ITEM_FEEDS] = {
    [CRMVI_RECEIVABLES] = "receivables",
    [CRMVI_EVENTS] = "events",
    [CRMVI_RATES] = "rates",
};

const char *const crmvi_item_role_names[CRMVI_ITEM_FEEDS][CRMVI_ITEM_ROLES] = {
    [CRMVI_RECEIVABLES] = {"customer", "amount", "due", "paid", "date", "currency"},
    [CRMVI_EVENTS] = {"customer", "date", "event", "value", "text"},
    [CRMVI_RATES] = {"currency", "date", "rate"},
};

const bool crmvi_item_role_required[CRMVI_ITEM_FEEDS][CRMVI_ITEM_ROLES] = {
    [CRMVI_RECEIVABLES] = {true, true, true},
    [CRMVI_EVENTS] = {true, true, true},
    [CRMVI_RATES] = {true, true, true},
};

const char *const crmvi_kind_names[CRMVI_KINDS] = {
    [CRMVI_KIND_SALE] = "sale",
    [CRMVI_KIND_RETURN] = "return",
    [CRMVI_KIND_REBATE] = "rebate",
    [CRMVI_KIND_CANCELLATION] = "cancellation",
    [CRMVI_KIND_ADJUSTMENT] = "adjustment",
    [CRMVI_KIND_COST] = "cost",
    [CRMVI_KIND_VOID] = "void",
};

/* ---- Operators --------------------------------------------------------------------------------------------------- */

const char *const crmvi_measure_names[CRMVI_MEASURES] = {
    [CRMVI_QUANTITY] = "quantity",
    [CRMVI_REVENUE] = "revenue",
    [CRMVI_COST] = "cost",
    [CRMVI_GROSS_PROFIT] = "gross_profit",
    [CRMVI_DISCOUNT] = "discount",
    [CRMVI_COST_TO_SERVE] = "cost_to_serve",
    [CRMVI_CONTRIBUTION] = "contribution",
    [CRMVI_RETURNED_QUANTITY] = "returned_quantity",
    [CRMVI_RETURNED_REVENUE] = "returned_revenue",
    [CRMVI_RETURNED_COST] = "returned_cost",
    [CRMVI_RETURNED_DISCOUNT] = "returned_discount",
    [CRMVI_UNKNOWN_COST_REVENUE] = "unknown_cost_revenue",
    [CRMVI_FINANCE_COST] = "finance_cost",
};

const char *const crmvi_count_names[CRMVI_COUNTS] = {
    [CRMVI_LINES] = "lines",
    [CRMVI_SALE_LINES] = "sale_lines",
    [CRMVI_CANCELLED_LINES] = "cancelled_lines",
    [CRMVI_RETURN_LINES] = "return_lines",
    [CRMVI_UNKNOWN_COST_LINES] = "unknown_cost_lines",
    [CRMVI_DOCUMENTS] = "documents",
    [CRMVI_PURCHASE_DAYS] = "purchase_days",
    [CRMVI_REPEAT_DAYS] = "repeat_days",
};

const char *const crmvi_time_unit_names[CRMVI_TIME_UNITS] = {
    [CRMVI_IN_DAYS] = "days",
    [CRMVI_IN_WEEKS] = "weeks",
    [CRMVI_IN_MONTHS] = "months",
    [CRMVI_IN_YEARS] = "years",
};

const char *const crmvi_gap_names[CRMVI_GAPS] = {
    [CRMVI_GAP_MEAN] = "mean",
    [CRMVI_GAP_SPREAD] = "spread",
    [CRMVI_GAP_RELATIVE_RECENCY] = "relative_recency",
};

const char *const crmvi_overdue_names[CRMVI_OVERDUES] = {
    [CRMVI_OVERDUE_DAYS] = "days",
    [CRMVI_OVERDUE_AMOUNT] = "amount",
};

const char *const crmvi_receivable_names[CRMVI_RECEIVABLE_DETAILS] = {
    [CRMVI_OPEN_AMOUNT] = "open",
    [CRMVI_DAYS_LATE] = "days_late",
    [CRMVI_DAYS_SALES_OUTSTANDING] = "days_sales_outstanding",
};

const char *const crmvi_event_detail_names[CRMVI_EVENT_DETAILS] = {
    [CRMVI_EVENT_COUNT] = "count", [CRMVI_EVENT_SUM] = "sum", [CRMVI_EVENT_MEAN] = "mean",
    [CRMVI_EVENT_LAST] = "last",   [CRMVI_EVENT_AGE] = "age", [CRMVI_EVENT_LAST_AGE] = "last_age",
};
