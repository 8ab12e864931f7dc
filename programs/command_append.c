/* `crmvalue ledger append`: files become batches of a ledger on disk. */
#include "asides.h"
#include "batches.h"
#include "commands.h"
#include "intake.h"
#include "ledger_change.h"
#include "names.h"
#include "output.h"

/* Adds the batches to the file, of which no more is read than its list of batches. */
static bool extend(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    return crmv_ledger_extend(taken->asked->ledger, taken->ledger, &error) == CRMV_OK ||
           ledger_change_refused(taken, &error, why);
}

/* What is to be replaced must be taken out of the sums, which takes the whole ledger; what is new does not. */
static bool open_for(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    if (taken->asked->replace) {
        return ledger_change_open(taken, why);
    }
    return crmv_ledger_new(taken->scorecard.model, &taken->running, &taken->ledger, &error) == CRMV_OK ||
           failure_library(why, path_name(taken->asked->model), 0, &error);
}

static bool tell(const inputs *taken, failure *why) {
    output written = {0};
    if (!output_open(&written, NULL, why)) {
        return false;
    }
    char ledger[SHOWN_BYTES], name[SHOWN_BYTES], text[512];
    for (int64_t i = 0; i < crmv_ledger_batches(taken->ledger); i++) {
        if (batch_is_fed(taken, i)) {
            batch_text(taken->ledger, i, text, sizeof text);
            fprintf(written.file, "%s: batch \"%s\" %s: %s\n", shown(taken->asked->ledger, ledger),
                    shown(crmv_ledger_batch(taken->ledger, i), name), taken->asked->replace ? "replaced" : "added",
                    text);
        }
    }
    return output_finish(&written, why);
}

static bool append(inputs *taken, failure *why) {
    if (!open_for(taken, why) || !batches_read(taken, why)) {
        return false;
    }
    progress_clear(&taken->progress);
    return intake_tell_files(taken, true, why) &&
           ledger_change_finish(taken, taken->asked->replace ? ledger_change_save : extend, NULL, NULL, why) &&
           tell(taken, why);
}

bool command_append(const options *asked, int *status, failure *why) {
    inputs taken;
    const bool done = inputs_begin(&taken, asked, why) && append(&taken, why);
    inputs_clear(&taken);
    *status = EXIT_DONE;
    return done;
}
