/* check_ledger.c - a model held against a ledger: what no feed supplies, and how far back the history goes. */
#include "frame/frame.h"
#include "frame/history.h"
#include "score/check.h"

#include <stdio.h>
#include <string.h>

/* Names of events that are looked through for the nearest one. */
enum { NAMES_COMPARED = 64 };

/* Of a history at least so long, more customers than these begin in its first days only where it was cut off. */
enum { SHORT_HISTORY_DAYS = 60, FIRST_DAYS = 30, EARLY_PERCENT = 20 };

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

/* Of what stands at the path. A role that the model's input leaves out is told without a ledger. */
static bool check_measure(const crmvi_checking *c, const crmvi_path *path, int32_t measure) {
    uint32_t mapped = crmvi_layout_roles(&c->model->layout);
    const char *name = crmvi_measure_names[measure];
    if (crmvi_measure_supplied(measure, mapped) && !crmv_ledger_supplies(c->ledger, name)) {
        return crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, path->text,
                                  "no row that was taken in supplies %s, which is read from %s", name, roles[measure]);
    }
    if (measure == CRMVI_CONTRIBUTION && crmvi_measure_supplied(CRMVI_COST_TO_SERVE, mapped) &&
        !crmv_ledger_supplies(c->ledger, crmvi_measure_names[CRMVI_COST_TO_SERVE])) {
        return crmvi_findings_add(c->findings, CRMV_FINDING_NOTE, path->text,
                                  "no row that was taken in has a cost to serve, so contribution counts it as 0");
    }
    return true;
}

/* Asks what the feed supplied and not what was counted: an extract can be of customers without a document. */
static bool check_documents(const crmvi_checking *c, const crmvi_metric *metric) {
    const bool counts = metric->operation == CRMVI_COUNT && metric->detail == CRMVI_DOCUMENTS;
    const bool is_fed = (crmvi_ledger_fed(c->ledger) >> CRMVI_ROLE_DOCUMENT & 1) != 0;
    if (!counts || is_fed || c->model->layout.columns[CRMVI_ROLE_DOCUMENT] == NULL) {
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
    const crmvi_path path = crmvi_path_of_metric(metric);
    return !divides || check_measure(c, &path, CRMVI_REVENUE);
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
    const uint32_t measures = crmvi_metric_measures(metric);
    const crmvi_path path = crmvi_path_of_metric(metric);
    for (int32_t i = 0; i < CRMVI_MEASURES; i++) {
        const bool is_measured = (measures & (UINT32_C(1) << i)) != 0;
        if (is_measured && !(check_measure(c, &path, i) && check_interest(c, metric, i))) {
            return false;
        }
    }
    return check_documents(c, metric) && check_items(c, metric);
}

static bool check_spend(const crmvi_checking *c, const crmvi_lifetime_card *lifetime) {
    crmvi_path path = {.length = 0};
    crmvi_path_key(&path, "lifetimes");
    crmvi_path_key(&path, lifetime->name);
    crmvi_path_text(&path, ".spend.of");
    for (int32_t i = 0; i < CRMVI_MEASURES; i++) {
        if ((lifetime->spend.measures >> i & 1) != 0 && !check_measure(c, &path, i)) {
            return false;
        }
    }
    return true;
}

/* ---- The whole feed ---------------------------------------------------------------------------------------------- */

/* Returns that were fed with their sign add to the sales, as the kind turns the sign round once more. */
static bool check_signs(const crmvi_checking *c) {
    const long long lines = crmv_ledger_negative_magnitudes(c->ledger);
    if (lines == 0) {
        return true;
    }
    return crmvi_findings_add(
        c->findings, CRMV_FINDING_WARNING, "input.transactions",
        "%lld %s negative amounts and so add%s to the sales; if amounts carry their own sign, say "
        "\"amounts\": \"signed\"",
        lines, lines == 1 ? "return, rebate or cancellation has" : "returns, rebates or cancellations have",
        lines == 1 ? "s" : "");
}

/* What comes out wrong where the history begins too late, as bits. */
enum { TENURE = 1, YEARLY = 2, REPEATS = 4, TOTALS = 8, GROWTH = 16, WINDOWS = 32, LIFETIMES = 64, SUFFERINGS = 7 };

static const char *const sufferings[SUFFERINGS] = {
    "tenure",
    "what is per year",
    "repeat days",
    "sums and counts over all history",
    "growth against days before it",
    "windows that reach back before it",
    "lifetimes, which begin with the first purchase",
};

/* Whether a metric's days, and for growth those before them, begin before the history as of the history's end. */
static bool reaches_beyond(const crmv_ledger *ledger, const crmvi_metric *metric) {
    int32_t first = CRMVI_LAST_DAY;
    int32_t last;
    crmvi_window_days(&metric->window, crmv_ledger_last_day(ledger), metric->operation == CRMVI_GROWTH, &first, &last);
    return metric->window.kind != CRMVI_ALL_HISTORY && first < crmv_ledger_first_day(ledger);
}

/* What counts from the customer's start is right where the customer table tells that. */
static uint32_t suffering_of(const crmv_ledger *ledger, const crmvi_metric *metric, bool start_known) {
    const uint32_t from_start = metric->per_year && !start_known ? YEARLY : 0;
    const uint32_t in_window = reaches_beyond(ledger, metric) ? WINDOWS : 0;
    const uint32_t in_all = metric->window.kind == CRMVI_ALL_HISTORY ? TOTALS : in_window;
    switch (metric->operation) {
    case CRMVI_TENURE:
        return start_known ? 0 : TENURE;
    case CRMVI_COUNT:
        return from_start | (metric->detail == CRMVI_REPEAT_DAYS ? REPEATS : in_all);
    case CRMVI_SUM:
        return from_start | in_all;
    case CRMVI_GROWTH:
        return in_window != 0 ? GROWTH : 0;
    case CRMVI_MEAN:
    case CRMVI_MINIMUM:
    case CRMVI_MAXIMUM:
    case CRMVI_GAP:
    case CRMVI_RETURN_RATE:
        return in_window;
    default:
        return 0;
    }
}

static uint32_t all_sufferings(const crmvi_checking *c, bool start_known) {
    const uint32_t tenure = c->model->unrated.by_tenure && !start_known ? TENURE : 0;
    uint32_t all = tenure | (c->model->lifetime_count > 0 ? LIFETIMES : 0);
    for (int32_t i = 0; i < c->model->metric_count; i++) {
        all |= suffering_of(c->ledger, &c->model->metrics[i], start_known);
    }
    return all;
}

/* The words for them, with commas. */
static void name_sufferings(uint32_t all, char *text, size_t size) {
    size_t length = 0;
    for (int32_t i = 0; i < SUFFERINGS; i++) {
        if ((all >> i & 1) != 0) {
            length += (size_t)snprintf(text + length, size - length, "%s%s", length > 0 ? ", " : "", sufferings[i]);
        }
    }
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

static bool are_many(int64_t early, int64_t all) {
    return (crmvi_wide)early * 100 > (crmvi_wide)all * EARLY_PERCENT;
}

/* Whether the customer table tells when customers began: it maps `since` and, where there is a frame of it, that leaves
 * few customers who begin together with the history. A column that is mapped and empty tells nothing. */
static bool is_start_known(const crmvi_checking *c, int32_t begin, int32_t day) {
    int64_t known = 0;
    int64_t early = 0;
    for (int64_t row = 0; c->frame != NULL && row < c->frame->rows; row++) {
        const int32_t start = c->frame->starts[row];
        known += start != CRMV_NO_DATE;
        early += start != CRMV_NO_DATE && start >= begin && start < day;
    }
    return c->model->table.mapped && c->model->table.columns[CRMVI_TABLE_SINCE] != NULL && !are_many(early, known);
}

static bool tell_beginning(const crmvi_checking *c, int32_t first, int64_t early, int64_t buyers) {
    const uint32_t all = all_sufferings(c, is_start_known(c, first, first + FIRST_DAYS));
    char day[11];
    char what[256] = "no metric of this model";
    crmvi_date_text(first, day);
    name_sufferings(all, what, sizeof what);
    return crmvi_findings_add(
        c->findings, all != 0 ? CRMV_FINDING_WARNING : CRMV_FINDING_NOTE, "input.transactions",
        "%lld of %lld customer%s %s within %d days of %s, where the history begins, so %s before; from that suffers: "
        "%s%s%s",
        (long long)early, (long long)buyers, buyers == 1 ? "" : "s",
        early == 1 ? "has the first purchase" : "have their first purchase", (int)FIRST_DAYS, day,
        early == 1 ? "that one was probably a customer" : "they were probably customers", what,
        all != 0 ? "; feed a longer history" : "",
        (all & (TENURE | YEARLY)) != 0 ? ", or give the customer table a `since`" : "");
}

/* Where many customers seem to have begun together with the export, they were there before, and the export was cut. */
static bool check_beginning(const crmvi_checking *c) {
    const int32_t first = crmv_ledger_first_day(c->ledger);
    const int32_t last = crmv_ledger_last_day(c->ledger);
    if (first == CRMV_NO_DATE || last - first + 1 < SHORT_HISTORY_DAYS) {
        return true;
    }
    int64_t buyers;
    int64_t early;
    count_buyers(crmvi_ledger_facts(c->ledger), first + FIRST_DAYS, &buyers, &early);
    return !are_many(early, buyers) || tell_beginning(c, first, early, buyers);
}

bool crmvi_check_ledger(const crmvi_checking *c) {
    for (int32_t i = 0; i < c->model->lifetime_count; i++) {
        if (!check_spend(c, &c->model->lifetimes[i])) {
            return false;
        }
    }
    for (int32_t i = 0; i < c->model->metric_count; i++) {
        if (!check_supply(c, &c->model->metrics[i])) {
            return false;
        }
    }
    return check_signs(c) && check_beginning(c);
}
