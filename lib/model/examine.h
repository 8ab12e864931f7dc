/* examine.h - what the files that examine a model share. False from any of them: memory is short. */
#ifndef CRMVI_MODEL_EXAMINE_H
#define CRMVI_MODEL_EXAMINE_H

#include "findings.h"
#include "model.h"
#include "path.h"

/* Points in units of 1e-6 as people write them. */
crmvi_figure crmvi_points_of(crmvi_micro points);

/* The path of an item: "metrics" and a name. */
crmvi_path crmvi_path_of(const char *section, const char *name);

/* The path of a tier's cut, wherever it stands. */
crmvi_path crmvi_path_of_cut(const crmv_model *model, int32_t tier);

/* Whether numbers are still to be found, so that nothing can be said of them. */
static inline bool crmvi_is_open(const crmvi_ask *ask) {
    return ask != NULL && ask->state != CRMV_REQUEST_FITTED;
}

/* Whether the columns that the model maps supply these measures (bits) of what stands at the path; `bears_interest`:
 * contribution is what remains after interest. */
bool crmvi_examine_measures(const crmv_model *model, const crmvi_path *path, uint32_t measures, bool bears_interest,
                            crmv_findings *findings);

bool crmvi_examine_input(const crmv_model *model, crmv_findings *findings);
bool crmvi_examine_asks(const crmv_model *model, crmv_findings *findings);
bool crmvi_examine_scale(const crmvi_metric *metric, crmv_findings *findings);
bool crmvi_examine_lifetimes(const crmv_model *model, crmv_findings *findings);
bool crmvi_examine_foretold(const crmvi_metric *metric, crmv_findings *findings);
bool crmvi_examine_supply(const crmv_model *model, const crmvi_metric *metric, crmv_findings *findings);
bool crmvi_examine_segments(const crmv_model *model, crmv_findings *findings);
bool crmvi_examine_rules(const crmv_model *model, crmv_findings *findings);

#endif
