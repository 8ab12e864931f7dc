#include "examine.h"

#include <string.h>

static crmvi_path path_of_metric(const crmvi_metric *metric) {
    return crmvi_path_of("metrics", metric->name);
}

/* ---- Transactions ------------------------------------------------------------------------------------------------ */

/* Unless the model maps receivables, their columns can still bear the roles' own names. */
static bool examine_interest(const crmv_model *model, const crmvi_path *path, int32_t measure,
                             crmv_findings *findings) {
    if (!model->layout.mapped || model->items[CRMVI_RECEIVABLES].mapped) {
        return true;
    }
    if (measure == CRMVI_FINANCE_COST) {
        return crmvi_findings_add(findings, CRMV_FINDING_NOTE, path->text,
                                  "input maps no receivables, so finance_cost is 0 unless they are given under the "
                                  "roles' own names");
    }
    return crmvi_findings_add(findings, CRMV_FINDING_NOTE, path->text,
                              "input maps no receivables, so contribution counts no finance_cost unless they are given "
                              "under the roles' own names");
}

static bool examine_measure(const crmv_model *model, const crmvi_path *path, int32_t measure, bool bears_interest,
                            crmv_findings *findings) {
    const uint32_t roles = crmvi_layout_roles(&model->layout);
    if (measure == CRMVI_FINANCE_COST) {
        return examine_interest(model, path, measure, findings);
    }
    if (!crmvi_measure_supplied(measure, roles)) {
        return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path->text,
                                  "the columns that input.transactions maps do not supply %s",
                                  crmvi_measure_names[measure]);
    }
    if (measure != CRMVI_CONTRIBUTION) {
        return true;
    }
    if (!crmvi_measure_supplied(CRMVI_COST_TO_SERVE, roles) &&
        !crmvi_findings_add(findings, CRMV_FINDING_NOTE, path->text,
                            "input.transactions maps no cost_to_serve, so contribution counts it as 0")) {
        return false;
    }
    return !bears_interest || examine_interest(model, path, measure, findings);
}

bool crmvi_examine_measures(const crmv_model *model, const crmvi_path *path, uint32_t measures, bool bears_interest,
                            crmv_findings *findings) {
    for (int32_t i = 0; i < CRMVI_MEASURES; i++) {
        if ((measures >> i & 1) != 0 && !examine_measure(model, path, i, bears_interest, findings)) {
            return false;
        }
    }
    return true;
}

static bool examine_documents(const crmv_model *model, const crmvi_metric *metric, crmv_findings *findings) {
    const bool counts_documents = metric->operation == CRMVI_COUNT && metric->detail == CRMVI_DOCUMENTS;
    if (!counts_documents || model->layout.columns[CRMVI_ROLE_DOCUMENT] != NULL) {
        return true;
    }
    const crmvi_path path = path_of_metric(metric);
    return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                              "input.transactions maps no document, so there are none to count");
}

/* ---- Receivables ------------------------------------------------------------------------------------------------- */

static bool examine_receivables(const crmv_model *model, const crmvi_metric *metric, crmv_findings *findings) {
    const crmvi_item_layout *layout = &model->items[CRMVI_RECEIVABLES];
    const crmvi_path path = path_of_metric(metric);
    if (!layout->mapped) {
        return !model->layout.mapped ||
               crmvi_findings_add(
                   findings, CRMV_FINDING_NOTE, path.text,
                   "input maps no receivables, so this is of none unless they are given under the roles' "
                   "own names");
    }
    const bool is_open = metric->operation == CRMVI_RECEIVABLE && metric->detail != CRMVI_DAYS_LATE;
    if (is_open && layout->columns[CRMVI_RECEIVABLE_DATE] == NULL) {
        return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                                  "input.receivables maps no date of the invoices, so nothing is known to be open");
    }
    if (layout->columns[CRMVI_RECEIVABLE_PAID] != NULL) {
        return true;
    }
    if (metric->operation == CRMVI_RECEIVABLE && metric->detail == CRMVI_DAYS_LATE) {
        return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                                  "input.receivables maps no day of payment (paid), so nothing was ever paid");
    }
    return crmvi_findings_add(findings, CRMV_FINDING_NOTE, path.text,
                              "input.receivables maps no day of payment (paid), so all of its items count as open");
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

static bool is_named(const crmvi_item_layout *layout, const char *event) {
    bool found = layout->kinds == NULL;
    for (int32_t i = 0; i < layout->kind_count && !found; i++) {
        found = strcmp(layout->kinds[i].name, event) == 0;
    }
    return found;
}

static const char *nearest_kind(const crmvi_item_layout *layout, const char *event) {
    enum { MOST = 64 };
    const char *names[MOST];
    int32_t count = 0;
    for (; count < layout->kind_count && count < MOST; count++) {
        names[count] = layout->kinds[count].name;
    }
    return crmvi_nearest(event, names, count);
}

static bool tell_unnamed(const crmvi_item_layout *layout, const crmvi_metric *metric, crmv_findings *findings) {
    char event[CRMVI_QUOTED_SIZE];
    char near[CRMVI_QUOTED_SIZE];
    const char *nearest = nearest_kind(layout, metric->attribute);
    crmvi_path path = path_of_metric(metric);
    crmvi_path_key(&path, "event");
    crmvi_path_item(&path, 0);
    return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                              "none of the kinds of input.events is called %s%s%s%s",
                              crmvi_quoted(metric->attribute, event), nearest != NULL ? "; did you mean " : "",
                              nearest != NULL ? crmvi_quoted(nearest, near) : "", nearest != NULL ? "?" : "");
}

/* The role that a detail of events is read from; -1 where each event is enough. */
static int32_t role_of_detail(const crmvi_metric *metric) {
    switch (metric->detail) {
    case CRMVI_EVENT_SUM:
    case CRMVI_EVENT_MEAN:
        return CRMVI_EVENT_VALUE;
    case CRMVI_EVENT_LAST:
        return crmvi_is_category(metric) ? CRMVI_EVENT_TEXT : CRMVI_EVENT_VALUE;
    default:
        return -1;
    }
}

static bool examine_events(const crmv_model *model, const crmvi_metric *metric, crmv_findings *findings) {
    const crmvi_item_layout *layout = &model->items[CRMVI_EVENTS];
    const int32_t role = role_of_detail(metric);
    if (!layout->mapped) {
        return true;
    }
    if (!is_named(layout, metric->attribute)) {
        return tell_unnamed(layout, metric, findings);
    }
    if (role < 0 || layout->columns[role] != NULL) {
        return true;
    }
    const crmvi_path path = path_of_metric(metric);
    return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                              "input.events maps no %s, which this is read from",
                              crmvi_item_role_names[CRMVI_EVENTS][role]);
}

/* ---- All --------------------------------------------------------------------------------------------------------- */

bool crmvi_examine_supply(const crmv_model *model, const crmvi_metric *metric, crmv_findings *findings) {
    const crmvi_path path = path_of_metric(metric);
    if (!crmvi_examine_measures(model, &path, crmvi_metric_measures(metric), model->finance_cost.periods != NULL,
                                findings)) {
        return false;
    }
    switch (metric->operation) {
    case CRMVI_COUNT:
        return examine_documents(model, metric, findings);
    case CRMVI_OVERDUE:
    case CRMVI_RECEIVABLE:
        return examine_receivables(model, metric, findings);
    case CRMVI_EVENT:
        return examine_events(model, metric, findings);
    default:
        return true;
    }
}
