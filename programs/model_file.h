/*
 * model_file.h - the model that --model names, and what its text says that only people need.
 */
#ifndef CRMVALUE_PROGRAM_MODEL_FILE_H
#define CRMVALUE_PROGRAM_MODEL_FILE_H

#include "failure.h"

#include <jansson.h>

typedef struct model_file {
    crmv_model *model;
    json_t *text;         /* its JSON */
    crmv_model *outcomes; /* its outcomes, of some day, where they are wanted: for their columns */
} model_file;

bool model_file_read(model_file *scorecard, const char *path, failure *why);
void model_file_clear(model_file *scorecard);

/* Makes `outcomes`, where the model has any. */
bool model_file_want_outcomes(model_file *scorecard, failure *why);

/* Whether all outcomes are read from the customer table, and none from transactions, receivables or events. */
bool model_outcomes_in_table(const model_file *scorecard);

/* Points or percents of the model's JSON in units of 1e-6: exact, as they hold no more decimals. */
int64_t model_points(const json_t *number);

/* Whether the model's `input` maps the columns of a feed. */
bool model_maps(const model_file *scorecard, const char *feed);

/* Whether text keys are read as whole numbers in some feed, and so in the ledger. */
bool model_has_integer_keys(const model_file *scorecard);

/* Whether a text of a feed means that there is nothing: "", unless the model says otherwise. */
bool model_means_missing(const model_file *scorecard, const char *feed, const char *text);

/* Whether the model's population are the customers of the table only. */
bool model_scores_table_only(const model_file *scorecard);

/* Whether a rule or a case of a segment names a treatment. */
bool model_treats(const model_file *scorecard);

/* The JSON path of the place that names an attribute's column ("metrics.position.attribute", or one of `outcomes`), cut
 * where it is long. */
void model_attribute_place(const model_file *scorecard, const char *column, char *place, size_t size);

/* Whether a rule sets a flag. */
bool model_flags(const model_file *scorecard);

/* The score from which a tier (0: the best) is given, in units of 1e-6; CRMV_MISSING_POINTS for the last one. */
int64_t model_tier_cut(const model_file *scorecard, int32_t tier);

/* Whether a metric's values are scaled to a year. */
bool model_metric_per_year(const model_file *scorecard, const char *metric);

/* Which days the model's own window takes in, in words: "of the last 12 months", "of the last fiscal year, to
 * date", "from 2024-01-01 to 2024-12-31", "of all history". */
void model_window(const model_file *scorecard, char *text, size_t size);

/* A metric's name for people. The buffer is used where it has to be made from its key. */
const char *model_metric_label(const model_file *scorecard, const char *metric, char buffer[SHOWN_BYTES]);

/* How many decimals a metric's values are shown with; -1: as many as they need. */
int32_t model_metric_decimals(const model_file *scorecard, const char *metric);

/* The band, knots or category of a metric's scale that `position` (in ascending order) stands for, in words. */
void model_band(const model_file *scorecard, const char *metric, int32_t position, char *text, size_t size);

#endif
