/* `crmvalue explain`: one customer's page. */
#include "commands.h"
#include "explanation.h"
#include "figures.h"
#include "findings.h"
#include "intake.h"
#include "names.h"
#include "output.h"
#include "scored.h"

#include <string.h>

enum { KEY_BYTES = 1025 };

static bool unknown_customer(const inputs *taken, failure *why) {
    char key[KEY_BYTES], nearest[KEY_BYTES] = "", asked[SHOWN_BYTES], meant[SHOWN_BYTES], count[FIGURE_BYTES];
    size_t least = SIZE_MAX;
    int64_t rows = crmv_frame_rows(taken->frame);
    for (int64_t row = 0; row < rows; row++) {
        crmv_frame_key(taken->frame, row, key, sizeof key, NULL);
        size_t apart = name_distance(taken->asked->customer, key);
        if (apart < least && name_near(taken->asked->customer, key, apart)) {
            least = apart;
            memcpy(nearest, key, sizeof nearest);
        }
    }
    shown(taken->asked->customer, asked);
    figure_count(rows, count);
    return nearest[0] ? failure_data(why, "no customer \"%s\" among %s; the nearest is \"%s\"", asked, count,
                                     shown(nearest, meant))
                      : failure_data(why, "no customer \"%s\" among %s", asked, count);
}

static bool write_page(const inputs *taken, const crmv_scores *scores, int64_t row, failure *why) {
    output written = {0};
    return output_open(&written, NULL, why) && explanation_write(taken, scores, row, written.file, why) &&
           output_finish(&written, why);
}

/* A customer who is nowhere near is looked for among all of them, so that the nearest can be told. */
static bool find(inputs *taken, int64_t *row, failure *why) {
    if (crmv_frame_find(taken->frame, taken->asked->customer, row) == CRMV_OK) {
        return true;
    }
    if (taken->part && (!inputs_complete(taken, why) || !inputs_derive(taken, why))) {
        return false;
    }
    return crmv_frame_find(taken->frame, taken->asked->customer, row) == CRMV_OK || unknown_customer(taken, why);
}

static bool explain(inputs *taken, failure *why) {
    int64_t row;
    if (!findings_allow(taken, stderr, why) || !intake_derive(taken, why) || !find(taken, &row, why)) {
        return false;
    }
    crmv_scores *scores = scored(taken, false, why);
    if (!scores) {
        return false;
    }
    progress_clear(&taken->progress);
    bool done = write_page(taken, scores, row, why);
    crmv_scores_free(scores);
    return done;
}

bool command_explain(const options *asked, int *status, failure *why) {
    inputs taken;
    bool done = intake_read(&taken, asked, why) && explain(&taken, why);
    inputs_clear(&taken);
    *status = EXIT_DONE;
    return done;
}
