/*
 * fitter.h - fitting a model: by libcrmvalue alone where it can answer all requests, else with libcrmvalue-fit.
 *
 * That library is opened when it is needed and not before, so that a command that only scores has nothing to do with
 * it, nor with the licence of what it links.
 */
#ifndef CRMVALUE_PROGRAM_FITTER_H
#define CRMVALUE_PROGRAM_FITTER_H

#include "failure.h"

/* The model with all its requests answered. `population` may be NULL where no request needs one, `outcome` likewise. */
bool fitter_fit(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                const crmv_options *running, crmv_model **fitted, failure *why);

/* libcrmvalue-fit of this version; NULL where there is none, of which the message begins with `what_for`. */
void *fitter_open(const char *what_for, failure *why);
void fitter_close(void *library);

/* Puts the address of a function of the library where `function`, a pointer to a pointer to a function, points. */
bool fitter_function(void *library, const char *name, void *function, failure *why);

#endif
