/*
 * histories.h - lifetimes of a model: the histories that they are fitted to, and what is found.
 *
 * All customers count who ever purchased, those who are too new to be scored too: how long a customer is known is part
 * of the history.
 */
#ifndef CRMVI_FIT_HISTORIES_H
#define CRMVI_FIT_HISTORIES_H

#include "base/parallel.h"
#include "crmvalue/lifetime_fit.h"
#include "fit/answer.h"

enum { CRMVI_HISTORY_COLUMNS = CRMV_HISTORY_SQUARES + 1 };

/* What is gathered for one lifetime. */
typedef struct crmvi_histories_study {
    char *name, *place; /* of the lifetime and of its request */
    int32_t last;       /* the last of the columns CRMV_HISTORY_REPEATS ... that it looks at */
    double *columns[CRMVI_HISTORY_COLUMNS];
    int64_t capacities[CRMVI_HISTORY_COLUMNS];
    int64_t rows;
    int64_t without; /* customers without a purchase day */
} crmvi_histories_study;

/* A study of the lifetime that a request asks for, which has gathered nothing. False where memory is short. */
bool crmvi_histories_new(const crmv_request *request, const crmv_lifetime_card *card, crmvi_histories_study *out);
void crmvi_histories_clear(crmvi_histories_study *study);

/* Adds a frame's customers to a study that has gathered nothing. Errors: CRMV_BAD_ARGUMENT (the frame was derived
 * without transactions), CRMV_OUT_OF_MEMORY. On failure the study is to be cleared. */
int32_t crmvi_histories_gather(crmvi_histories_study *study, const crmv_frame *population, crmv_error *error);

/* Adding what `from` gathered: first the room, which may fail and leaves `into` as it was (false), then the rows. */
bool crmvi_histories_reserve(crmvi_histories_study *into, const crmvi_histories_study *from);
void crmvi_histories_add(crmvi_histories_study *into, const crmvi_histories_study *from);

/* fitted_lifetime.c: answers the request: `*model` becomes the model with the answer. `as_of`: the population's day.
 * Errors: CRMV_NOT_IDENTIFIED (nobody ever purchased, or the fit ended without a maximum that can be told),
 * CRMV_BAD_ARGUMENT, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. */
int32_t crmvi_answer_lifetime(crmv_model **model, const crmvi_histories_study *study, int32_t as_of,
                              const crmvi_runner *runner, crmv_error *error);

#endif
