/* `crmvalue score`: every customer's scores as CSV, the summary for people, the report for programs. */
#include "commands.h"
#include "findings.h"
#include "intake.h"
#include "output.h"
#include "report.h"
#include "score_table.h"
#include "scored.h"
#include "summary.h"

/* Both files are brought onto the disk before either takes its name. */
static bool write_files(const overview *whole, output *table, output *report, failure *why) {
    const options *asked = whole->taken->asked;
    if (!output_open(table, asked->out, why) || (asked->report && !output_open(report, asked->report, why))) {
        return false;
    }
    if (!score_table_write(whole->taken, whole->scores, table->file, why) ||
        (asked->report && !report_write(whole, report->file, why))) {
        return false;
    }
    return output_finish(table, why) && (!asked->report || output_finish(report, why)) && output_publish(table, why) &&
           (!asked->report || output_publish(report, why));
}

static bool write_results(inputs *taken, const crmv_scores *scores, failure *why) {
    overview whole;
    output table = {0};
    output report = {0};
    bool done = overview_make(taken, scores, &whole, why) && write_files(&whole, &table, &report, why);
    output_drop(&table);
    output_drop(&report);
    if (done && !taken->asked->quiet) {
        summary_of_scores(&whole, stderr);
    }
    overview_clear(&whole);
    return done;
}

static bool score(inputs *taken, failure *why) {
    if (!findings_allow(taken, stderr, why) || !intake_derive(taken, why)) {
        return false;
    }
    crmv_scores *scores = scored(taken, true, why);
    if (!scores) {
        return false;
    }
    progress_clear(&taken->progress);
    bool done = write_results(taken, scores, why);
    crmv_scores_free(scores);
    return done;
}

bool command_score(const options *asked, int *status, failure *why) {
    inputs taken;
    bool done = intake_read(&taken, asked, why) && score(&taken, why);
    inputs_clear(&taken);
    *status = EXIT_DONE;
    return done;
}
