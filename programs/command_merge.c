/* `crmvalue ledger merge`: several ledgers, or the shards of one, become one file. */
#include "commands.h"
#include "figures.h"
#include "ledger_change.h"
#include "output.h"

static bool merge_one(inputs *taken, const char *path, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *part = NULL;
    int32_t status = crmv_ledger_load(path, taken->scorecard.model, &taken->running, &part, &error);
    if (status == CRMV_OK && !taken->ledger) {
        taken->ledger = part;
        return true;
    }
    if (status == CRMV_OK) {
        status = crmv_ledger_merge(taken->ledger, part, &error);
    }
    crmv_ledger_free(part);
    return status == CRMV_OK || failure_library(why, path, 0, &error);
}

static bool save(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    return crmv_ledger_save(taken->ledger, taken->asked->out, &error) == CRMV_OK ||
           failure_library(why, taken->asked->out, 0, &error);
}

static bool tell(const inputs *taken, failure *why) {
    output written = {0};
    char name[SHOWN_BYTES], parts[FIGURE_BYTES], batches[FIGURE_BYTES], customers[FIGURE_BYTES], hash[33] = "";
    const int64_t batch_count = crmv_ledger_batches(taken->ledger);
    const int64_t customer_count = crmv_ledger_customers(taken->ledger);
    crmv_ledger_hash(taken->ledger, hash);
    if (!output_open(&written, NULL, why)) {
        return false;
    }
    fprintf(written.file, "%s: %s ledgers merged: %s batch%s, %s customer%s; ledger %s\n",
            shown(taken->asked->out, name), figure_count(taken->asked->parts.count, parts),
            figure_count(batch_count, batches), batch_count == 1 ? "" : "es", figure_count(customer_count, customers),
            customer_count == 1 ? "" : "s", hash);
    return output_finish(&written, why);
}

static bool merge(inputs *taken, failure *why) {
    for (int32_t i = 0; i < taken->asked->parts.count; i++) {
        if (!merge_one(taken, taken->asked->parts.items[i], why)) {
            return false;
        }
    }
    taken->standing = crmv_ledger_batches(taken->ledger);
    return ledger_change_finish(taken, save, NULL, NULL, why) && tell(taken, why);
}

bool command_merge(const options *asked, int *status, failure *why) {
    inputs taken;
    const bool done = inputs_begin(&taken, asked, why) && merge(&taken, why);
    inputs_clear(&taken);
    *status = EXIT_DONE;
    return done;
}
