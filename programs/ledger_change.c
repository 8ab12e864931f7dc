#include "ledger_change.h"

#include "figures.h"
#include "output.h"
#include "report_inputs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool ledger_change_refused(const inputs *taken, const crmv_error *error, failure *why) {
    failure_library(why, taken->asked->ledger, 0, error);
    if (error->status == CRMV_DUPLICATE) {
        failure_hint(why, "--replace puts the new one in its place, --batch NAME adds it under another name");
    } else if (error->status == CRMV_BUSY) {
        failure_hint(why, "another process is writing the ledger; try again when it has finished");
    }
    return false;
}

bool ledger_change_open(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    char name[SHOWN_BYTES];
    const char *path = taken->asked->ledger;
    /* The library takes a file that is not there for an empty ledger, of which there is nothing to change. */
    if (access(path, F_OK) != 0) {
        return failure_data(why, "%s: cannot be opened: %s", shown(path, name), strerror(errno));
    }
    if (crmv_ledger_open(path, taken->scorecard.model, &taken->running, &taken->ledger, &error) != CRMV_OK) {
        return ledger_change_refused(taken, &error, why);
    }
    taken->standing = crmv_ledger_batches(taken->ledger);
    return true;
}

bool ledger_change_save(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    return crmv_ledger_save(taken->ledger, NULL, &error) == CRMV_OK || ledger_change_refused(taken, &error, why);
}

static json_t *report_object(const inputs *taken, const char *name, json_t *done) {
    const bool of_files = taken->asked->command == COMMAND_APPEND;
    char command[SHOWN_BYTES];
    snprintf(command, sizeof command, "%s", command_name(taken->asked->command));
    json_t *object = json_object();
    int failed = json_object_set_new(object, "crmvalue", json_string(crmv_version()));
    failed |= json_object_set_new(object, "command", json_string(command));
    failed |= name && json_object_set_new(object, name, done);
    failed |= json_object_set_new(object, "model", report_model(taken));
    failed |= json_object_set_new(object, "ledger", report_ledger(taken));
    failed |= json_object_set_new(object, "transactions", report_transactions(taken, of_files));
    failed |= json_object_set_new(object, "receivables", report_receivables(taken, of_files));
    failed |= json_object_set_new(object, "events", report_events(taken, of_files));
    failed |= json_object_set_new(object, "conversions", report_conversions(taken, of_files));
    return json_kept(object, failed);
}

bool ledger_change_finish(inputs *taken, ledger_writer write, const char *name, json_t *done, failure *why) {
    output report = {0};
    const char *path = taken->asked->report;
    json_t *object = report_object(taken, name, done);
    bool finished;
    progress_clear(&taken->progress);
    if (!path) {
        json_decref(object);
        finished = write(taken, why);
    } else {
        finished = output_open(&report, path, why);
        finished = finished ? report_dump(object, report.file, why) : (json_decref(object), false);
        finished = finished && output_finish(&report, why) && write(taken, why) && output_publish(&report, why);
    }
    output_drop(&report);
    progress_clear(&taken->progress);
    return finished;
}

void batch_text(const crmv_ledger *ledger, int64_t position, char *text, size_t size) {
    crmv_batch batch = {.struct_size = sizeof batch};
    char rows[FIGURE_BYTES], used[FIGURE_BYTES], customers[FIGURE_BYTES], first[FIGURE_BYTES], last[FIGURE_BYTES];
    crmv_ledger_batch_get(ledger, position, &batch);
    const int length = snprintf(text, size, "%s row%s, %s used; %s customer%s", figure_count(batch.rows, rows),
                                batch.rows == 1 ? "" : "s", figure_count(batch.accepted, used),
                                figure_count(batch.customers, customers), batch.customers == 1 ? "" : "s");
    if (batch.first_day != CRMV_NO_DATE && length > 0 && (size_t)length < size) {
        snprintf(text + length, size - (size_t)length, ", %s to %s", figure_date(batch.first_day, first),
                 figure_date(batch.last_day, last));
    }
}
