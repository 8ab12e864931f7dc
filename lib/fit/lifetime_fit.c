/* lifetime_fit.c - crmv_lifetime_fit and crmv_lifetime_choose: arguments are checked, processes fitted to the same
 * histories, and one of them chosen. */
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "fit/lifetime_study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Arguments --------------------------------------------------------------------------------------------------- */

static bool is_model(int32_t model) {
    return model > 0 && model < CRMVI_PROCESSES;
}

static int32_t check_columns(const crmvi_histories *histories, double penalty, crmv_error *error) {
    if (histories->count < 0) {
        return crmvi_bad_argument(error, "rows", "is negative");
    }
    const char *missing = histories->x == NULL     ? "x"
                          : histories->t_x == NULL ? "t_x"
                          : histories->T == NULL   ? "T"
                                                   : NULL;
    if (histories->count > 0 && missing != NULL) {
        return crmvi_bad_argument(error, missing, "is NULL");
    }
    if (isnan(penalty) || penalty < 0 || penalty > CRMVI_PENALTY_MOST) {
        return crmvi_bad_argument(error, "penalty", "is not from 0 to 1e12");
    }
    return CRMV_OK;
}

static int32_t check_results(const crmv_lifetime *lifetime, const crmv_fit_outcome *outcome, crmv_error *error) {
    if (lifetime == NULL || lifetime->struct_size < sizeof *lifetime) {
        return crmvi_bad_argument(error, "lifetime",
                                  lifetime == NULL ? "is NULL" : "has a struct_size below that of crmv_lifetime");
    }
    if (outcome == NULL || outcome->struct_size < sizeof *outcome) {
        return crmvi_bad_argument(error, "outcome",
                                  outcome == NULL ? "is NULL" : "has a struct_size below that of crmv_fit_outcome");
    }
    return CRMV_OK;
}

static int32_t check_models(const int32_t *models, int32_t count, crmv_error *error) {
    if (models == NULL) {
        return crmvi_bad_argument(error, "models", "is NULL");
    }
    if (count < 1 || count >= CRMVI_PROCESSES) {
        return crmvi_bad_argument(error, "count", "is not from 1 to 4");
    }
    for (int32_t i = 0; i < count; i++) {
        if (!is_model(models[i])) {
            return crmvi_bad_argument(error, "models", "names no model; CRMV_BG_NBD and those beside it are");
        }
        for (int32_t j = 0; j < i; j++) {
            if (models[i] == models[j]) {
                return crmvi_bad_argument(error, "models", "names a model twice");
            }
        }
    }
    return CRMV_OK;
}

static int32_t told(int32_t status, crmv_error *error) {
    switch (status) {
    case CRMV_OUT_OF_MEMORY:
        return crmvi_no_memory(error);
    case CRMV_CANCELLED:
        return crmvi_fail(error, status, NULL, "the progress function asked to stop");
    default:
        return status;
    }
}

/* ---- Fitting ----------------------------------------------------------------------------------------------------- */

/* What is found is held back until all is. */
typedef struct candidates {
    crmvi_lifetime_study study;
    crmv_lifetime lifetimes[CRMVI_PROCESSES];
    crmv_fit_outcome outcomes[CRMVI_PROCESSES];
} candidates;

static int32_t fit_all(const int32_t *models, int32_t count, const crmvi_histories *histories, double penalty,
                       const crmv_options *options, candidates *all, crmv_error *error) {
    int32_t status = crmvi_lifetime_study_make(histories, penalty, options, &all->study, error);
    if (status != CRMV_OK) {
        return told(status, error);
    }
    for (int32_t i = 0; i < count && status == CRMV_OK; i++) {
        all->lifetimes[i].struct_size = sizeof all->lifetimes[i];
        all->outcomes[i].struct_size = sizeof all->outcomes[i];
        status = crmvi_lifetime_study_fit(&all->study, models[i], &all->lifetimes[i], &all->outcomes[i]);
    }
    crmvi_lifetime_study_clear(&all->study);
    return told(status, error);
}

/* The caller's structures keep the size that the caller gave the first of them, by which the others follow. */
static void hand_over(const candidates *all, int32_t i, crmv_lifetime *lifetimes, crmv_fit_outcome *outcomes) {
    const uint32_t size = lifetimes->struct_size;
    const uint32_t outcome_size = outcomes->struct_size;
    char *lifetime = (char *)lifetimes + (size_t)i * size;
    char *outcome = (char *)outcomes + (size_t)i * outcome_size;
    memcpy(lifetime, &all->lifetimes[i], sizeof all->lifetimes[i]);
    memcpy(outcome, &all->outcomes[i], sizeof all->outcomes[i]);
    memcpy(lifetime, &size, sizeof size);
    memcpy(outcome, &outcome_size, sizeof outcome_size);
}

int32_t crmv_lifetime_fit(crmv_lifetime *lifetime, const double *x, const double *t_x, const double *T, int64_t rows,
                          double penalty, const crmv_options *options, crmv_fit_outcome *outcome, crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    const crmvi_histories histories = {x, t_x, T, rows};
    int32_t status = check_results(lifetime, outcome, error);
    if (status == CRMV_OK && !is_model(lifetime->model)) {
        status = crmvi_bad_argument(error, "lifetime", "is of no model; CRMV_BG_NBD and those beside it are");
    }
    if (status == CRMV_OK) {
        status = check_columns(&histories, penalty, error);
    }
    candidates *all = status == CRMV_OK ? crmvi_zeroed(1, sizeof *all) : NULL;
    if (all != NULL) {
        status = fit_all(&lifetime->model, 1, &histories, penalty, options, all, error);
    } else if (status == CRMV_OK) {
        status = crmvi_no_memory(error);
    }
    if (status == CRMV_OK) {
        hand_over(all, 0, lifetime, outcome);
    }
    free(all);
    crmvi_leave(&host);
    return status;
}

/* ---- Choice ------------------------------------------------------------------------------------------------------ */

/* Whether what was found can be relied on; a boundary is as likely as can be, if not a point of its own. */
static bool is_found(const crmv_fit_outcome *outcome) {
    return outcome->ending == CRMV_FIT_CONVERGED || outcome->ending == CRMV_FIT_BOUNDARY;
}

static bool goes_before(const crmv_fit_outcome *a, const crmv_fit_outcome *b) {
    return is_found(a) != is_found(b) ? is_found(a) : a->bic < b->bic;
}

/* The position of the simpler model that says the same; of itself where there is none among those given. */
static int32_t simplest_like(const candidates *all, int32_t count, int32_t best) {
    for (int32_t i = 0; i < count; i++) {
        if (all->lifetimes[i].model == all->outcomes[best].simpler) {
            return i;
        }
    }
    return best;
}

static int32_t choose(const candidates *all, int32_t count) {
    int32_t best = 0;
    for (int32_t i = 1; i < count; i++) {
        if (goes_before(&all->outcomes[i], &all->outcomes[best])) {
            best = i;
        }
    }
    return simplest_like(all, count, best);
}

int32_t crmv_lifetime_choose(const int32_t *models, int32_t count, const double *x, const double *t_x, const double *T,
                             int64_t rows, double penalty, const crmv_options *options, crmv_lifetime *lifetimes,
                             crmv_fit_outcome *outcomes, int32_t *chosen, crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    const crmvi_histories histories = {x, t_x, T, rows};
    int32_t status = check_models(models, count, error);
    if (status == CRMV_OK) {
        status = check_results(lifetimes, outcomes, error);
    }
    if (status == CRMV_OK && chosen == NULL) {
        status = crmvi_bad_argument(error, "chosen", "is NULL");
    }
    if (status == CRMV_OK) {
        status = check_columns(&histories, penalty, error);
    }
    candidates *all = status == CRMV_OK ? crmvi_zeroed(1, sizeof *all) : NULL;
    if (all != NULL) {
        status = fit_all(models, count, &histories, penalty, options, all, error);
    } else if (status == CRMV_OK) {
        status = crmvi_no_memory(error);
    }
    if (status == CRMV_OK) {
        for (int32_t i = 0; i < count; i++) {
            hand_over(all, i, lifetimes, outcomes);
        }
        *chosen = choose(all, count);
    }
    free(all);
    crmvi_leave(&host);
    return status;
}
