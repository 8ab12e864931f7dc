#include "findings.h"

#include "names.h"
#include "own_findings.h"

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

static void write_finding(int32_t severity, const char *place, const char *message, FILE *file) {
    const bool placed = place && place[0];
    fprintf(file, "%s: %s%s%s\n", severities[severity], placed ? place : "", placed ? ": " : "", message);
}

/* Writes those of one severity, in their order, and counts them. */
static int64_t write_severity(const crmv_findings *findings, int32_t severity, FILE *file) {
    crmv_finding finding = {.struct_size = sizeof finding};
    int64_t count = 0;
    for (int64_t i = 0; crmv_findings_get(findings, i, &finding) == CRMV_OK; i++) {
        if (finding.severity == severity) {
            write_finding(severity, finding.place, finding.message, file);
            count++;
        }
    }
    return count;
}

/* Those of the command itself. */
static int64_t write_own(const json_t *own, int32_t severity, FILE *file) {
    const json_t *one;
    size_t i;
    int64_t count = 0;
    json_array_foreach((json_t *)(uintptr_t)own, i, one) {
        if (json_integer_value(json_object_get(one, "severity")) == severity) {
            write_finding(severity, json_string_value(json_object_get(one, "place")),
                          json_string_value(json_object_get(one, "message")), file);
            count++;
        }
    }
    return count;
}

/* Whether the model requests something that is in such a state. */
static bool has_request(const crmv_model *model, int32_t state) {
    crmv_request request = {.struct_size = sizeof request};
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        if (crmv_model_request(model, i, &request) == CRMV_OK && request.state == state) {
            return true;
        }
    }
    return false;
}

static const char *verdict(const crmv_model *model, bool has_errors) {
    return has_errors                               ? "the model cannot be used as it is: "
           : has_request(model, CRMV_REQUEST_OPEN)  ? "the model can be fitted, and scores once it is: "
           : has_request(model, CRMV_REQUEST_STALE) ? "the model has changed since it was fitted, and scores once it "
                                                      "is fitted again: "
                                                    : "the model can be used: ";
}

static void write_verdict(const crmv_model *model, const int64_t counts[SEVERITIES], FILE *file) {
    fputs(verdict(model, counts[CRMV_FINDING_ERROR] > 0), file);
    for (int32_t i = CRMV_FINDING_ERROR; i < SEVERITIES; i++) {
        fprintf(file, "%lld %s%s%s", (long long)counts[i], severities[i], counts[i] == 1 ? "" : "s",
                i + 1 < SEVERITIES ? ", " : "\n");
    }
}

bool findings_write(const inputs *taken, FILE *file, bool *usable, failure *why) {
    crmv_findings *findings = NULL;
    int64_t counts[SEVERITIES] = {0};
    json_t *own = own_findings(taken);
    if (!(own ? look(taken, &findings, why) : failure_memory(why))) {
        json_decref(own);
        return false;
    }
    for (int32_t i = CRMV_FINDING_ERROR; i < SEVERITIES; i++) {
        counts[i] = write_severity(findings, i, file) + write_own(own, i, file);
    }
    json_decref(own);
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
