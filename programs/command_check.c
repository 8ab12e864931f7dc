/* `crmvalue check`: what the model cannot mean, or probably does not, and with data what does not fit them. */
#include "commands.h"
#include "findings.h"
#include "intake.h"
#include "output.h"
#include "summary.h"

/* With data at hand, the findings know of them. */
static bool derive(inputs *taken, failure *why) {
    if (!taken->ledger && !taken->customers) {
        return true;
    }
    if (!intake_derive(taken, why)) {
        return false;
    }
    if (!taken->asked->quiet) {
        summary_of_date(taken, stderr);
    }
    return true;
}

static bool check(inputs *taken, int *status, failure *why) {
    output written = {0};
    bool usable;
    if (!derive(taken, why) || !output_open(&written, NULL, why) ||
        !findings_write(taken, written.file, &usable, why)) {
        return false;
    }
    *status = usable ? EXIT_DONE : EXIT_DATA;
    return output_finish(&written, why);
}

bool command_check(const options *asked, int *status, failure *why) {
    inputs taken;
    bool done = intake_read(&taken, asked, why) && check(&taken, status, why);
    inputs_clear(&taken);
    return done;
}
