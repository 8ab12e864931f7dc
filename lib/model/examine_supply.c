#include "examine.h"

static crmvi_path path_of_metric(const crmvi_metric *metric) {
    return crmvi_path_of("metrics", metric->name);
}

static bool examine_measure(const crmvi_metric *metric, int32_t measure, uint32_t roles, crmv_findings *findings) {
    const crmvi_path path = path_of_metric(metric);
    if (!crmvi_measure_supplied(measure, roles)) {
        return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                                  "the columns that input.transactions maps do not supply %s",
                                  crmvi_measure_names[measure]);
    }
    if (measure == CRMVI_CONTRIBUTION && !crmvi_measure_supplied(CRMVI_COST_TO_SERVE, roles)) {
        return crmvi_findings_add(findings, CRMV_FINDING_NOTE, path.text,
                                  "input.transactions maps no cost_to_serve, so contribution counts it as 0");
    }
    return true;
}

static bool examine_documents(const crmvi_metric *metric, uint32_t roles, crmv_findings *findings) {
    const bool counts_documents = metric->operation == CRMVI_COUNT && metric->detail == CRMVI_DOCUMENTS;
    if (!counts_documents || (roles >> CRMVI_ROLE_DOCUMENT & 1) != 0) {
        return true;
    }
    const crmvi_path path = path_of_metric(metric);
    return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                              "input.transactions maps no document, so there are none to count");
}

bool crmvi_examine_supply(const crmv_model *model, const crmvi_metric *metric, crmv_findings *findings) {
    const uint32_t roles = crmvi_layout_roles(&model->layout);
    const uint32_t measures = crmvi_metric_measures(metric);
    for (int32_t i = 0; i < CRMVI_MEASURES; i++) {
        if ((measures >> i & 1) != 0 && !examine_measure(metric, i, roles, findings)) {
            return false;
        }
    }
    return examine_documents(metric, roles, findings);
}
