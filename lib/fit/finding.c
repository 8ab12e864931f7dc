/* finding.c - weights by outcome: found from the customers of a study, and looked at with those that were held out. */
#include "base/error.h"
#include "base/memory.h"
#include "fit/least_squares.h"
#include "fit/ordering.h"
#include "fit/outcome.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How well an index orders the outcomes of customers; NaN where that is not known. */
typedef struct orders {
    double found, equal; /* with the weights that were found, and with equal ones */
} orders;

/* Members stand in the order of names. */
typedef struct finding {
    const crmvi_study *study;
    const crmvi_runner *runner;
    int32_t members;
    crmvi_sample training, held_out;
    crmvi_cross_products products;
    crmvi_least_squares squares;
    crmvi_micro *weights;
    orders training_orders, held_out_orders;
} finding;

static int32_t refuse(const finding *f, crmv_error *error, const char *sentence) {
    return crmvi_fail(error, CRMV_NOT_IDENTIFIED, f->study->place, "%s", sentence);
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

static bool is_constant(const finding *f, int32_t member) {
    return f->squares.state[member] == CRMVI_MEMBER_CONSTANT;
}

static int32_t count_constant(const finding *f) {
    int32_t count = 0;
    for (int32_t j = 0; j < f->members; j++) {
        count += is_constant(f, j) ? 1 : 0;
    }
    return count;
}

/* Equal weights of all members, or of those that vary. */
static bool equal_weights(const finding *f, bool all, crmvi_micro *weights) {
    double *shares = crmvi_array(f->members, sizeof *shares);
    if (shares == NULL) {
        return false;
    }
    for (int32_t j = 0; j < f->members; j++) {
        shares[j] = all || !is_constant(f, j) ? 1 : 0;
    }
    crmvi_hundred(shares, f->members, weights);
    free(shares);
    return true;
}

/* All weight on the one member whose points alone order best; the first of equals. */
static bool single_weights(const finding *f, const crmvi_order *order, crmvi_micro *trial, crmvi_micro *weights) {
    double most = -INFINITY;
    for (int32_t j = 0; j < f->members; j++) {
        double reached;
        memset(trial, 0, (size_t)f->members * sizeof *trial);
        trial[j] = CRMVI_WHOLE_WEIGHT;
        if (!crmvi_order_measure(order, trial, &reached)) {
            return false;
        }
        if (!is_constant(f, j) && reached > most) {
            most = reached;
            memcpy(weights, trial, (size_t)f->members * sizeof *weights);
        }
    }
    return true;
}

enum { STARTS = 3 };

/* Where a search begins: least squares' weights where there are any, the best single member, and equal weights. Of
 * equally good ends the first start's counts, so that what says nothing new tends to weigh nothing. */
static bool make_starts(const finding *f, const crmvi_order *order, crmvi_micro *starts, int32_t *count) {
    const bool has_squares = crmvi_hundred(f->squares.shares, f->members, starts);
    crmvi_micro *single = starts + (has_squares ? f->members : 0);
    crmvi_micro *equal = single + f->members;
    *count = has_squares ? STARTS : STARTS - 1;
    return single_weights(f, order, equal, single) && equal_weights(f, false, equal);
}

static int32_t search(finding *f, const crmvi_order *order, double *reached) {
    crmvi_micro *starts = crmvi_zeroed((int64_t)STARTS * f->members, sizeof *starts);
    bool *frozen = crmvi_zeroed(f->members, sizeof *frozen);
    int32_t count = 0;
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (starts != NULL && frozen != NULL && make_starts(f, order, starts, &count)) {
        for (int32_t j = 0; j < f->members; j++) {
            frozen[j] = is_constant(f, j);
        }
        status = crmvi_order_search(order, f->runner, starts, count, frozen, f->weights, reached);
    }
    free(starts);
    free(frozen);
    return status;
}

static int32_t weigh_by_rank(finding *f, crmv_error *error) {
    crmvi_order order;
    double reached = 0;
    if (!crmvi_order_make(&f->training, &order)) {
        return crmvi_no_memory(error);
    }
    const int32_t status = search(f, &order, &reached);
    crmvi_order_clear(&order);
    if (status == CRMV_OUT_OF_MEMORY) {
        return crmvi_no_memory(error);
    }
    if (status != CRMV_OK) {
        return crmvi_fail(error, status, NULL, "cancelled");
    }
    return reached > 0 ? CRMV_OK
                       : refuse(f, error, "no weights of these members order the customers as the outcome does");
}

static int32_t weigh_by_squares(finding *f, crmv_error *error) {
    return crmvi_hundred(f->squares.shares, f->members, f->weights)
               ? CRMV_OK
               : refuse(f, error,
                        "the outcome is better with more points of no member, so that none explains any of it");
}

static int32_t refuse_member(const crmvi_study *study, int64_t customers, const char *member, crmv_error *error) {
    return customers == 1 ? crmvi_fail(error, CRMV_NOT_IDENTIFIED, study->place,
                                       "the only customer with an outcome has no points of \"%.100s\"", member)
                          : crmvi_fail(error, CRMV_NOT_IDENTIFIED, study->place,
                                       "none of the %lld customers with an outcome has points of \"%.100s\"",
                                       (long long)customers, member);
}

/* A member that no customer with an outcome has is named: it is why there are too few. */
static int32_t refuse_few(const finding *f, crmv_error *error) {
    const crmvi_study *study = f->study;
    const int64_t customers = study->training.count + study->held_out.count + study->incomplete;
    if (customers + study->unknown == 0 && study->too_new > 0) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, study->place,
                          study->too_new == 1 ? "the only customer is too new" : "all %lld customers are too new",
                          (long long)study->too_new);
    }
    if (customers == 0 && study->unknown > 0) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, study->place,
                          study->unknown == 1 ? "the only customer has no outcome"
                                              : "none of the %lld customers has an "
                                                "outcome",
                          (long long)study->unknown);
    }
    for (int32_t i = 0; i < f->members; i++) {
        for (int32_t j = 0; j < f->members; j++) {
            if (study->order[j] == i && study->with_points[j] == 0 && customers > 0) {
                return refuse_member(study, customers, study->weighing.of[i], error);
            }
        }
    }
    const bool one = f->training.rows == 1;
    return crmvi_fail(error, CRMV_NOT_IDENTIFIED, study->place,
                      "%lld customer%s an outcome and points of all members and %s not held out; it takes two",
                      (long long)f->training.rows, one ? " has" : "s have", one ? "is" : "are");
}

static int32_t weigh(finding *f, crmv_error *error) {
    if (f->training.rows < 2) {
        return refuse_few(f, error);
    }
    if (!crmvi_cross_products_make(&f->training, &f->products) ||
        !crmvi_least_squares_solve(&f->products, &f->squares)) {
        return crmvi_no_memory(error);
    }
    if (!(f->products.spreads[0] > 0)) {
        return refuse(f, error, "all customers have the same outcome, in units of 1e-6, in which outcomes are taken");
    }
    if (count_constant(f) == f->members) {
        return refuse(f, error, "the points of no member differ between customers");
    }
    return f->study->weighing.by_rank ? weigh_by_rank(f, error) : weigh_by_squares(f, error);
}

/* ---- How well it orders ------------------------------------------------------------------------------------------ */

static int32_t measure(const finding *f, const crmvi_sample *sample, const crmvi_micro *weights, double *spearman,
                       crmv_error *error) {
    const crmv_options options = {.struct_size = sizeof options, .threads = f->runner->threads};
    crmv_prediction prediction = {.struct_size = sizeof prediction};
    int64_t *index = crmvi_large_array(sample->rows, sizeof *index);
    double *scores = crmvi_large_array(sample->rows, sizeof *scores);
    double *outcomes = crmvi_large_array(sample->rows, sizeof *outcomes);
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (index != NULL && scores != NULL && outcomes != NULL) {
        crmvi_index_of_rows(sample, weights, index);
        for (int64_t i = 0; i < sample->rows; i++) {
            scores[i] = (double)index[i] / 1e6;
            outcomes[i] = (double)crmvi_sample_row(sample, i)[0] / 1e6;
        }
        status = crmv_predict_measure(scores, outcomes, sample->rows, &options, &prediction, error);
    } else {
        crmvi_no_memory(error);
    }
    crmvi_discard(index, sample->rows, sizeof *index);
    crmvi_discard(scores, sample->rows, sizeof *scores);
    crmvi_discard(outcomes, sample->rows, sizeof *outcomes);
    *spearman = status == CRMV_OK ? prediction.spearman : (double)NAN;
    return status;
}

static int32_t measure_both(const finding *f, const crmvi_sample *sample, orders *out, crmv_error *error) {
    *out = (orders){(double)NAN, (double)NAN};
    crmvi_micro *equal = crmvi_array(f->members, sizeof *equal);
    if (equal == NULL || !equal_weights(f, true, equal)) {
        free(equal);
        return crmvi_no_memory(error);
    }
    int32_t status = measure(f, sample, f->weights, &out->found, error);
    if (status == CRMV_OK) {
        status = measure(f, sample, equal, &out->equal, error);
    }
    free(equal);
    return status;
}

/* ---- What is told ------------------------------------------------------------------------------------------------ */

/* Reports pass on what stands under "remark". */
static void put_remark(json_t **object, bool holds, const char *remark) {
    if (holds) {
        crmvi_json_put(object, "remark", json_string(remark));
    }
}

/* Why a member weighs nothing. */
static const char *const member_remarks[] = {
    [CRMVI_MEMBER_USED] = "it weighs less than can be written",
    [CRMVI_MEMBER_NOT_USED] = "it weighs nothing: beside the others, more of its points go with a worse outcome",
    [CRMVI_MEMBER_CONSTANT] = "it weighs nothing: all customers have the same points",
    [CRMVI_MEMBER_DEPENDENT] = "it weighs nothing: the other members say all that it says",
};

static const char *remark_of(const finding *f, int32_t member) {
    if (f->study->weighing.by_rank && !is_constant(f, member)) {
        return "it weighs nothing: no weight that was tried makes the order a better one";
    }
    return member_remarks[f->squares.state[member]];
}

/* Those that weigh nothing, in the request's order. */
static json_t *json_of_members(const finding *f) {
    json_t *members = json_object();
    for (int32_t i = 0; i < f->members; i++) {
        for (int32_t j = 0; j < f->members; j++) {
            if (f->study->order[j] == i && f->weights[j] == 0) {
                json_t *member = json_object();
                put_remark(&member, true, remark_of(f, j));
                crmvi_json_put(&members, f->study->weighing.of[i], member);
            }
        }
    }
    return members;
}

static json_t *json_of_orders(const crmvi_sample *sample, const orders *o) {
    json_t *object = json_object();
    crmvi_json_put(&object, "customers", json_integer(sample->rows));
    crmvi_json_put(&object, "spearman", crmvi_json_rounded(o->found));
    crmvi_json_put(&object, "spearman_of_equal_weights", crmvi_json_rounded(o->equal));
    return object;
}

static json_t *json_of_training(const finding *f) {
    json_t *training = json_of_orders(&f->training, &f->training_orders);
    if (!f->study->weighing.by_rank) {
        crmvi_json_put(&training, "r_squared", crmvi_json_rounded(f->squares.explained));
    }
    put_remark(&training, f->training.rows <= f->members,
               "there are not more customers than members: other weights do as well");
    return training;
}

static json_t *json_of_held_out(const finding *f) {
    json_t *held_out = json_of_orders(&f->held_out, &f->held_out_orders);
    put_remark(&held_out, f->held_out_orders.equal > f->held_out_orders.found,
               "equal weights order the customers that were held out better than these do");
    return held_out;
}

static json_t *json_of_left_out(const crmvi_study *study) {
    json_t *object = json_object();
    crmvi_json_put(&object, "without_outcome", json_integer(study->unknown));
    crmvi_json_put(&object, "without_points_of_all_members", json_integer(study->incomplete));
    return object;
}

static json_t *found_of(const finding *f) {
    json_t *found = json_object();
    crmvi_json_put(&found, "training", json_of_training(f));
    crmvi_json_put(&found, "held_out", json_of_held_out(f));
    crmvi_json_put(&found, "left_out", json_of_left_out(f->study));
    crmvi_json_put(&found, "members", json_of_members(f));
    put_remark(&found, !f->squares.settled && !f->study->weighing.by_rank,
               "the search for the least squares was ended at its limit of steps");
    return found;
}

/* The weights in the order of the request. */
static json_t *json_of_weights(const finding *f) {
    crmvi_micro *listed = crmvi_array(f->members, sizeof *listed);
    if (listed == NULL) {
        return NULL;
    }
    for (int32_t j = 0; j < f->members; j++) {
        listed[f->study->order[j]] = f->weights[j];
    }
    json_t *weights = crmvi_json_weights(&f->study->weighing, listed);
    free(listed);
    return weights;
}

static json_t *fitted_of(const finding *f, int32_t as_of) {
    json_t *fitted = json_object();
    if (as_of != CRMV_NO_DATE) {
        crmvi_json_put(&fitted, "as_of", crmvi_json_day(as_of));
    }
    crmvi_json_put(&fitted, "customers", json_integer(f->training.rows));
    crmvi_json_put(&fitted, "weights", json_of_weights(f));
    crmvi_json_put(&fitted, "found", found_of(f));
    return fitted;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static int32_t find(finding *f, crmv_error *error) {
    int32_t status = weigh(f, error);
    if (status == CRMV_OK) {
        status = measure_both(f, &f->training, &f->training_orders, error);
    }
    if (status == CRMV_OK) {
        status = measure_both(f, &f->held_out, &f->held_out_orders, error);
    }
    return status;
}

int32_t crmvi_answer_outcome(crmv_model **model, const crmvi_study *study, int32_t as_of, const crmvi_runner *runner,
                             crmv_error *error) {
    const int32_t members = study->weighing.count;
    finding f = {.study = study,
                 .runner = runner,
                 .members = members,
                 .training = crmvi_sample_of(study->training.cells, study->training.count, members),
                 .held_out = crmvi_sample_of(study->held_out.cells, study->held_out.count, members),
                 .weights = crmvi_zeroed(members, sizeof *f.weights)};
    int32_t status = f.weights == NULL ? crmvi_no_memory(error) : find(&f, error);
    if (status == CRMV_OK) {
        status = crmvi_put_answer(model, study->place, fitted_of(&f, as_of), error);
    }
    crmvi_cross_products_clear(&f.products);
    crmvi_least_squares_clear(&f.squares);
    free(f.weights);
    return status;
}
