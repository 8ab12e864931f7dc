/* `crmvalue check`: what the model cannot mean, or probably does not, and with data what does not fit them. */
#include "commands.h"
#include "figures.h"
#include "output.h"
#include "summary.h"

/* The words for the three severities, and how many findings there were of each. */
static const char *const severities[] = {"", "error", "warning", "note"};
enum { SEVERITIES = 4 };

static void count_words(int64_t count, const char *word, FILE *file) {
    fprintf(file, "%lld %s%s", (long long)count, word, count == 1 ? "" : "s");
}

static void write_verdict(const int64_t counts[SEVERITIES], FILE *file) {
    fputs(counts[CRMV_FINDING_ERROR] > 0 ? "the model cannot be used as it is: " : "the model can be used: ", file);
    for (int32_t i = CRMV_FINDING_ERROR; i < SEVERITIES; i++) {
        count_words(counts[i], severities[i], file);
        fputs(i + 1 < SEVERITIES ? ", " : "\n", file);
    }
}

static void write_findings(const crmv_findings *findings, int64_t counts[SEVERITIES], FILE *file) {
    crmv_finding finding = {.struct_size = sizeof finding};
    for (int64_t i = 0; crmv_findings_get(findings, i, &finding) == CRMV_OK; i++) {
        bool known = finding.severity > 0 && finding.severity < SEVERITIES;
        int32_t severity = known ? finding.severity : CRMV_FINDING_NOTE;
        counts[severity]++;
        bool placed = finding.place && finding.place[0];
        fprintf(file, "%s: %s%s%s\n", severities[severity], placed ? finding.place : "", placed ? ": " : "",
                finding.message);
    }
}

/* With data at hand, the findings know of them. */
static bool derive(inputs *taken, failure *why) {
    char date[FIGURE_BYTES];
    if (!taken->ledger && !taken->customers) {
        return true;
    }
    if (!inputs_derive(taken, why)) {
        return false;
    }
    progress_clear(&taken->progress);
    if (!taken->asked->quiet) {
        summary_of_customers(taken, stderr);
        fprintf(stderr, "as of %s\n", figure_date(taken->as_of, date));
    }
    return true;
}

static bool check(inputs *taken, int *status, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_findings *findings = NULL;
    int64_t counts[SEVERITIES] = {0};
    output written = {0};
    if (!derive(taken, why)) {
        return false;
    }
    if (crmv_model_check(taken->scorecard.model, taken->ledger, taken->frame, &findings, &error) != CRMV_OK) {
        return failure_library(why, NULL, 0, &error);
    }
    bool done = output_open(&written, NULL, why);
    write_findings(findings, counts, written.file);
    write_verdict(counts, written.file);
    crmv_findings_free(findings);
    *status = counts[CRMV_FINDING_ERROR] > 0 ? EXIT_DATA : EXIT_DONE;
    return done && output_finish(&written, why);
}

bool command_check(const options *asked, int *status, failure *why) {
    inputs taken;
    bool done = inputs_read(&taken, asked, why);
    progress_clear(&taken.progress);
    if (done && !asked->quiet) {
        summary_of_transactions(&taken, stderr);
    }
    done = done && check(&taken, status, why);
    inputs_clear(&taken);
    return done;
}
