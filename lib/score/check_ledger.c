/* check_ledger.c - a model held against a ledger: what no feed supplies, and how far back the history goes. */
#include "frame/history.h"
#include "score/check.h"

#include <string.h>

/* Names of events that are looked through for the nearest one. */
enum { NAMES_COMPARED = 64 };

/* Of a history at least so long, more customers than these begin in its first days only where it was cut off. */
enum { LONG_HISTORY_MONTHS = 6, FIRST_DAYS = 30, EARLY_PERCENT = 20 };

/* ---- Transactions ------------------------------------------------------------------------------------------------ */

/* The roles that a measure is read from, for people. */
static const char *const roles[CRMVI_MEASURES] = {
    [CRMVI_QUANTITY] = "`quantity`",
    [CRMVI_REVENUE] = "`revenue`, or `quantity` and `unit_price`",
    [CRMVI_COST] = "`cost`, `unit_cost` or `gross_profit`",
    [CRMVI_GROSS_PROFIT] = "revenue, and `cost`, `unit_cost` or `gross_profit`",
    [CRMVI_DISCOUNT] = "`discount` or `discount_rate`",
    [CRMVI_COST_TO_SERVE] = "`cost_to_serve`",
    [CRMVI_CONTRIBUTION] = "revenue, and `cost`, `unit_cost` or `gross_profit`",
    [CRMVI_RETURNED_QUANTITY] = "`quantity`",
    [CRMVI_RETURNED_REVENUE] = "`revenue`, or `quantity` and `unit_price`",
    [CRMVI_RETURNED_COST] = "`cost`, `unit_cost` or `gross_profit`",
    [CRMVI_RETURNED_DISCOUNT] = "`discount` or `discount_rate`",
    [CRMVI_UNKNOWN_COST_REVENUE] = "revenue, and `cost`, `unit_cost` or `gross_profit`",
};

static bool are_fed(const crmvi_checking *c, int32_t feed) {
    return crmvi_ledger_items_fed(c->ledger, feed) != 0;
}

/* Interest is on receivables. */
static bool check_interest(const crmvi_checking *c, const crmvi_metric *metric, int32_t measure) {
    const bool counts =
        measure == CRMVI_FINANCE_COST || (measure == CRMVI_CONTRIBUTION && c->model->finance_cost.periods != NULL);
    if (!counts || are_fed(c, CRMVI_RECEIVABLES)) {
        return true;
    }
    const crmvi_path path = crmvi_path_of_metric(metric);
    return measure == CRMVI_FINANCE_COST
               ? crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, path.text,
                                    "no receivables were taken in, so finance_cost is 0")
               : crmvi_findings_add(c->findings, CRMV_FINDING_NOTE, path.text,
                                    "no receivables were taken in, so contribution counts no finance_cost");
}

/* A role that the model's input leaves out is told without a ledger. */
static bool check_measure(const crmvi_checking *c, const crmvi_metric *metric, int32_t measure) {
    uint32_t mapped = crmvi_layout_roles(&c->model->layout);
    crmvi_path path = crmvi_path_of_metric(metric);
    const char *name = crmvi_measure_names[measure];
    if (crmvi_measure_supplied(measure, mapped) && !crmv_ledger_supplies(c->ledger, name)) {
        return crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, path.text,
                                  "no row that was taken in supplies %s, which is read from %s", name, roles[measure]);
    }
    if (measure == CRMVI_CONTRIBUTION && crmvi_measure_supplied(CRMVI_COST_TO_SERVE, mapped) &&
        !crmv_ledger_supplies(c->ledger, crmvi_measure_names[CRMVI_COST_TO_SERVE])) {
        return crmvi_findings_add(c->findings, CRMV_FINDING_NOTE, path.text,
                                  "no row that was taken in has a cost to serve, so contribution counts it as 0");
    }
    return true;
}

static bool check_documents(const crmvi_checking *c, const crmvi_metric *metric) {
    int64_t documents = 0;
    bool counts = metric->operation == CRMVI_COUNT && metric->detail == CRMVI_DOCUMENTS;
    if (!counts || !c->model->layout.columns[CRMVI_ROLE_DOCUMENT] ||
        crmv_ledger_total(c->ledger, crmvi_count_names[CRMVI_DOCUMENTS], &documents) != CRMV_OK || documents > 0) {
        return true;
    }
    crmvi_path path = crmvi_path_of_metric(metric);
    return crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, path.text,
                              "no row that was taken in has a `document`, so there are none to count");
}

/* ---- Receivables and events -------------------------------------------------------------------------------------- */

/* What a detail is read from: the role, and what to say where no row has it; -1: the feed is enough. */
typedef struct need {
    int32_t role;
    const char *nothing;
} need;

static need need_of_receivable(const crmvi_metric *metric) {
    if (metric->operation == CRMVI_OVERDUE) {
        return (need){-1, NULL};
    }
    return metric->detail == CRMVI_DAYS_LATE
               ? (need){CRMVI_RECEIVABLE_PAID,
                        "none of the receivables that were taken in has a day of payment (`paid`), so nothing was ever "
                        "paid"}
               : (need){
                     CRMVI_RECEIVABLE_DATE,
                     "none of the receivables that were taken in has an invoice day (`date`), so nothing is known to "
                     "be open"};
}

static need need_of_event(const crmvi_metric *metric) {
    const bool reads_value = metric->detail == CRMVI_EVENT_SUM || metric->detail == CRMVI_EVENT_MEAN;
    if (metric->detail == CRMVI_EVENT_LAST && crmvi_is_category(metric)) {
        return (need){CRMVI_EVENT_TEXT, "none of the events that were taken in has a `text`"};
    }
    return reads_value || metric->detail == CRMVI_EVENT_LAST
               ? (need){CRMVI_EVENT_VALUE, "none of the events that were taken in has a `value`"}
               : (need){-1, NULL};
}

/* A role that the model's input leaves out is told without a ledger. */
static bool check_need(const crmvi_checking *c, const crmvi_metric *metric, int32_t feed, need what) {
    if (what.role < 0 || c->model->items[feed].columns[what.role] == NULL ||
        (crmvi_ledger_items_fed(c->ledger, feed) >> what.role & 1) != 0) {
        return true;
    }
    const crmvi_path path = crmvi_path_of_metric(metric);
    return crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, path.text, "%s", what.nothing);
}

/* That nothing of the kind happened may be so; more often the name is written otherwise. */
static bool check_event_name(const crmvi_checking *c, const crmvi_metric *metric) {
    const crmvi_texts *names = &crmvi_ledger_facts(c->ledger)->events.names;
    const char *known[NAMES_COMPARED];
    int32_t count = 0;
    for (int64_t i = 0; i < names->count; i++) {
        const char *name = crmvi_texts_get(names, i);
        if (strcmp(name, metric->attribute) == 0) {
            return true;
        }
        if (count < NAMES_COMPARED) {
            known[count++] = name;
        }
    }
    char wanted[CRMVI_QUOTED_SIZE];
    char nearest[CRMVI_QUOTED_SIZE];
    const crmvi_path path = crmvi_path_of_metric(metric);
    const char *near = crmvi_nearest(metric->attribute, known, count);
    return crmvi_findings_add(c->findings, CRMV_FINDING_WARNING, path.text,
                              "none of the events that were taken in is called %s%s%s",
                              crmvi_quoted(metric->attribute, wanted), near != NULL ? "; the nearest name is " : "",
                              near != NULL ? crmvi_quoted(near, nearest) : "");
}

/* Days sales outstanding are days of revenue. */
static bool check_revenue(const crmvi_checking *c, const crmvi_metric *metric) {
    const bool divides = metric->operation == CRMVI_RECEIVABLE && metric->detail == CRMVI_DAYS_SALES_OUTSTANDING;
    return !divides || check_measure(c, metric, CRMVI_REVENUE);
}

static bool check_items(const crmvi_checking *c, const crmvi_metric *metric) {
    const bool is_event = metric->operation == CRMVI_EVENT;
    if (!is_event && metric->operation != CRMVI_OVERDUE && metric->operation != CRMVI_RECEIVABLE) {
        return true;
    }
    const int32_t feed = is_event ? CRMVI_EVENTS : CRMVI_RECEIVABLES;
    if (!are_fed(c, feed)) {
        const crmvi_path path = crmvi_path_of_metric(metric);
        return crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, path.text, "no %s were taken in, so this is missing",
                                  crmvi_item_feed_names[feed]);
    }
    return check_need(c, metric, feed, is_event ? need_of_event(metric) : need_of_receivable(metric)) &&
           (!is_event || check_event_name(c, metric)) && check_revenue(c, metric);
}

static bool check_supply(const crmvi_checking *c, const crmvi_metric *metric) {
    uint32_t measures = crmvi_metric_measures(metric);
    for (int32_t i = 0; i < CRMVI_MEASURES; i++) {
        const bool is_measured = (measures & (UINT32_C(1) << i)) != 0;
        if (is_measured && !(check_measure(c, metric, i) && check_interest(c, metric, i))) {
            return false;
        }
    }
    return check_documents(c, metric) && check_items(c, metric);
}

/* ---- The whole feed ---------------------------------------------------------------------------------------------- */

/* Returns that were fed with their sign add to the sales, as the kind turns the sign round once more. */
static bool check_signs(const crmvi_checking *c) {
    int64_t lines = crmv_ledger_negative_magnitudes(c->ledger);
    return lines == 0 || crmvi_findings_add(
                             c->findings, CRMV_FINDING_WARNING, "input.transactions",
                             "%lld returns, rebates or cancellations have negative amounts and so add to the sales; if "
                             "amounts carry their own sign, say \"amounts\": \"signed\"",
                             (long long)lines);
}

/* Whether a metric is of a customer's whole time, which is not whole where the history begins too late. What counts
 * from the customer's start is not, where the customer table tells that. */
static bool is_of_lifetime(const crmvi_metric *metric, bool start_known) {
    const bool from_start = metric->per_year && !start_known;
    switch (metric->operation) {
    case CRMVI_TENURE:
        return !start_known;
    case CRMVI_COUNT:
        return metric->detail == CRMVI_REPEAT_DAYS || from_start || metric->window.kind == CRMVI_ALL_HISTORY;
    case CRMVI_SUM:
        return from_start || metric->window.kind == CRMVI_ALL_HISTORY;
    default:
        return false;
    }
}

static bool looks_at_lifetime(const crmv_model *model) {
    const bool start_known = model->table.mapped && model->table.columns[CRMVI_TABLE_SINCE] != NULL;
    bool any = model->unrated.by_tenure && !start_known;
    for (int32_t i = 0; i < model->metric_count; i++) {
        any = any || is_of_lifetime(&model->metrics[i], start_known);
    }
    return any;
}

/* How many customers ever bought, and how many of them for the first time before a day. */
static void count_buyers(const crmvi_facts *facts, int32_t day, int64_t *buyers, int64_t *early) {
    *buyers = 0;
    *early = 0;
    for (int64_t i = 0; i < facts->customers; i++) {
        const crmvi_range history = {facts->offsets[i], facts->offsets[i + 1]};
        const int32_t first = crmvi_first_purchase(facts, &history);
        *buyers += first != CRMV_NO_DATE;
        *early += first != CRMV_NO_DATE && first < day;
    }
}

/* Where many customers seem to have begun together with the export, they were there before, and the export was cut. */
static bool check_beginning(const crmvi_checking *c) {
    const int32_t first = crmv_ledger_first_day(c->ledger);
    const int32_t last = crmv_ledger_last_day(c->ledger);
    if (first == CRMV_NO_DATE || crmvi_months_before(last, LONG_HISTORY_MONTHS) < first) {
        return true;
    }
    int64_t buyers;
    int64_t early;
    count_buyers(crmvi_ledger_facts(c->ledger), first + FIRST_DAYS, &buyers, &early);
    if ((crmvi_wide)early * 100 <= (crmvi_wide)buyers * EARLY_PERCENT) {
        return true;
    }
    char day[11];
    crmvi_date_text(first, day);
    return crmvi_findings_add(
        c->findings, looks_at_lifetime(c->model) ? CRMV_FINDING_WARNING : CRMV_FINDING_NOTE, "input.transactions",
        "%lld of %lld customers have their first purchase within %d days of %s, where the history begins, so they were "
        "probably customers before: tenure, sums and counts over all history and first purchases come out too small or "
        "too late for them; feed a longer history, or give the customer table a `since`",
        (long long)early, (long long)buyers, (int)FIRST_DAYS, day);
}

bool crmvi_check_ledger(const crmvi_checking *c) {
    for (int32_t i = 0; i < c->model->metric_count; i++) {
        if (!check_supply(c, &c->model->metrics[i])) {
            return false;
        }
    }
    return check_signs(c) && check_beginning(c);
}
