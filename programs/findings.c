#include "findings.h"

#include "names.h"

/* The words for the three severities. */
static const char *const severities[] = {"", "error", "warning", "note"};
enum { SEVERITIES = 4 };

/* The findings know of the transactions where some could be used, and of the frame where there is one. */
static bool look(const inputs *taken, crmv_findings **findings, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    const bool used = taken->part || crmv_ledger_accepted(taken->ledger) > 0;
    const crmv_ledger *ledger = used ? taken->ledger : NULL;
    return crmv_model_check(taken->scorecard.model, ledger, taken->frame, findings, &error) == CRMV_OK ||
           failure_library(why, NULL, 0, &error);
}

/* Writes those of one severity, in their order, and counts them. */
static int64_t write_severity(const crmv_findings *findings, int32_t severity, FILE *file) {
    crmv_finding finding = {.struct_size = sizeof finding};
    int64_t count = 0;
    for (int64_t i = 0; crmv_findings_get(findings, i, &finding) == CRMV_OK; i++) {
        if (finding.severity == severity) {
            bool placed = finding.place && finding.place[0];
            fprintf(file, "%s: %s%s%s\n", severities[severity], placed ? finding.place : "", placed ? ": " : "",
                    finding.message);
            count++;
        }
    }
    return count;
}

/* Whether something that the model requests is still to be found. */
static bool is_unfitted(const crmv_model *model) {
    crmv_request request = {.struct_size = sizeof request};
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        if (crmv_model_request(model, i, &request) == CRMV_OK && request.state != CRMV_REQUEST_FITTED) {
            return true;
        }
    }
    return false;
}

static void write_verdict(const crmv_model *model, const int64_t counts[SEVERITIES], FILE *file) {
    fputs(counts[CRMV_FINDING_ERROR] > 0 ? "the model cannot be used as it is: "
          : is_unfitted(model)           ? "the model can be fitted, and scores once it is: "
                                         : "the model can be used: ",
          file);
    for (int32_t i = CRMV_FINDING_ERROR; i < SEVERITIES; i++) {
        fprintf(file, "%lld %s%s%s", (long long)counts[i], severities[i], counts[i] == 1 ? "" : "s",
                i + 1 < SEVERITIES ? ", " : "\n");
    }
}

bool findings_write(const inputs *taken, FILE *file, bool *usable, failure *why) {
    crmv_findings *findings = NULL;
    int64_t counts[SEVERITIES] = {0};
    if (!look(taken, &findings, why)) {
        return false;
    }
    for (int32_t i = CRMV_FINDING_ERROR; i < SEVERITIES; i++) {
        counts[i] = write_severity(findings, i, file);
    }
    crmv_findings_free(findings);
    write_verdict(taken->scorecard.model, counts, file);
    *usable = counts[CRMV_FINDING_ERROR] == 0;
    return true;
}

bool findings_allow(const inputs *taken, FILE *file, failure *why) {
    crmv_findings *findings = NULL;
    char name[SHOWN_BYTES];
    if (!look(taken, &findings, why)) {
        return false;
    }
    int64_t errors = write_severity(findings, CRMV_FINDING_ERROR, file);
    crmv_findings_free(findings);
    return errors == 0 || failure_data(why, "%s: the model cannot be used as it is; \"crmvalue check\" tells more",
                                       shown(path_name(taken->asked->model), name));
}

bool findings_warn(const crmv_model *model, FILE *file, failure *why) {
    crmv_findings *findings = NULL;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_model_check(model, NULL, NULL, &findings, &error) != CRMV_OK) {
        return failure_library(why, NULL, 0, &error);
    }
    write_severity(findings, CRMV_FINDING_WARNING, file);
    crmv_findings_free(findings);
    return true;
}
