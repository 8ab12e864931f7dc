/*
 * outcome.h - weights by what happened afterwards: who they are found from, and what is found.
 *
 * A customer counts who is in the population, has points of every member and an outcome. Those that are held out are
 * not used for finding; with them it is seen whether what was found holds.
 */
#ifndef CRMVI_FIT_OUTCOME_H
#define CRMVI_FIT_OUTCOME_H

#include "base/parallel.h"
#include "fit/answer.h"

/* Rows of a sample (sample.h) that grow. */
typedef struct crmvi_rows {
    int64_t *cells;
    int64_t count;    /* rows */
    int64_t capacity; /* cells */
} crmvi_rows;

/* What is gathered for one request. */
typedef struct crmvi_study {
    crmvi_weighing weighing;
    int32_t *order; /* position in weighing.of of each member in the order of names: rows hold them in that order */
    char *place;    /* of the request */
    bool less;      /* less of the outcome is better: it is taken as what is below 0 by as much */
    crmvi_rows training, held_out;
    int64_t *with_points; /* per member, in the order of names: customers with an outcome who have points of it */
    int64_t incomplete;   /* customers with an outcome who lack a member's points: left out */
    int64_t unknown;      /* customers without an outcome: left out */
    int64_t too_new;      /* customers of the frames who are in no population */
} crmvi_study;

/* A study that has gathered nothing. False where memory is short. */
bool crmvi_study_new(const crmv_request *request, crmvi_study *out);
void crmvi_study_clear(crmvi_study *study);

/*
 * Adds a frame's customers to a study that has gathered nothing. Errors: CRMV_BAD_ARGUMENT (no outcome, or one without
 * this metric or with keys of another kind), CRMV_OVERFLOW (an outcome of 4.6e12 or more, with the customer), those of
 * crmv_model_points. On failure the study is to be cleared.
 */
int32_t crmvi_study_gather(crmvi_study *study, const crmv_model *model, const crmv_frame *population,
                           const crmv_frame *outcome, const crmv_options *options, crmv_error *error);

/* Adding what `from` gathered: first the room, which may fail and leaves `into` as it was (false), then the rows. */
bool crmvi_study_reserve(crmvi_study *into, const crmvi_study *from);
void crmvi_study_add(crmvi_study *into, const crmvi_study *from);

/* Answers the request: `*model` becomes the model with the answer. `as_of`: the population's day. Errors:
 * CRMV_NOT_IDENTIFIED, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. */
int32_t crmvi_answer_outcome(crmv_model **model, const crmvi_study *study, int32_t as_of, const crmvi_runner *runner,
                             crmv_error *error);

#endif
