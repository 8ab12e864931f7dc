#include "fit/judgements.h"

#include "base/decimal.h"
#include "base/error.h"
#include "base/exact.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

static const double USUAL_RATIO = 0.1; /* Saaty 1977: judgements that contradict each other more should be revised */

/* The judgement that agrees least with the others, as it was written, and what would agree. */
typedef struct worst_judgement {
    const char *first, *second;
    double given, would_agree;
} worst_judgement;

static worst_judgement worst_of(const crmvi_weighing *weighing, const crmv_ahp *ahp) {
    const int32_t row = ahp->worst_row;
    const int32_t column = ahp->worst_column;
    const double as_is = weighing->written[(int64_t)row * weighing->count + column];
    const double turned = weighing->written[(int64_t)column * weighing->count + row];
    if (isnan(as_is)) {
        return (worst_judgement){weighing->of[column], weighing->of[row], turned, 1 / ahp->worst_mended};
    }
    return (worst_judgement){weighing->of[row], weighing->of[column], as_is, ahp->worst_mended};
}

/* A number above 0 to so many significant digits, at most 15: judgements reach from 1e-300 to 1e300, where decimals
 * behind the point would leave nothing of it. Up to 22 places from the point the double is the nearest to that decimal,
 * since both it and the power of ten are exact. */
static double significant(double number, int32_t digits) {
    enum { EXACT_POWER = 22 };
    const double most = (double)crmvi_power_of_ten(digits);
    int32_t exponent = 0;
    double scaled = fmin(fmax(number, 1e-300), 1e300); /* a model's text has no numbers beyond */
    for (; scaled < most / 10; exponent--) {
        scaled *= 10;
    }
    for (; scaled >= most; exponent++) {
        scaled /= 10;
    }
    double rounded = nearbyint(scaled);
    while (exponent != 0) {
        const int32_t places = exponent < 0 ? -exponent : exponent;
        const int32_t step = places < EXACT_POWER ? places : EXACT_POWER;
        double power = 1;
        for (int32_t i = 0; i < step; i++) {
            power *= 10;
        }
        rounded = exponent < 0 ? rounded / power : rounded * power;
        exponent += exponent < 0 ? step : -step;
    }
    return rounded;
}

/* Null where all agree. */
static json_t *json_of_worst(const crmvi_weighing *weighing, const crmv_ahp *ahp) {
    if (ahp->worst_row < 0) {
        return json_null();
    }
    const worst_judgement of = worst_of(weighing, ahp);
    json_t *judgement = json_array();
    crmvi_json_append(&judgement, json_string(of.first));
    crmvi_json_append(&judgement, json_string(of.second));
    crmvi_json_append(&judgement, json_real(of.given));
    json_t *worst = json_object();
    crmvi_json_put(&worst, "judgement", judgement);
    crmvi_json_put(&worst, "would_agree", json_real(significant(of.would_agree, 6)));
    crmvi_json_put(&worst, "consistency_ratio", crmvi_json_rounded(ahp->mended_ratio));
    return worst;
}

/* A number above 0 to four digits, or to a whole number. */
static void write_shortly(double number, char out[32]) {
    crmvi_shortest(number < 1e3 ? significant(number, 4) : nearbyint(number), out);
}

/* What to look at first; the judgements contradict each other, so that one of them is the worst. */
static json_t *remark_of(const crmvi_weighing *weighing, const crmv_ahp *ahp) {
    const worst_judgement of = worst_of(weighing, ahp);
    char given[32], would_agree[32];
    crmvi_shortest(of.given, given);
    write_shortly(of.would_agree, would_agree);
    return json_sprintf("the judgements contradict each other: the consistency ratio is 0.1 or more; look first at "
                        "[\"%s\", \"%s\", %s], where %s would agree with the others",
                        of.first, of.second, given, would_agree);
}

/* Members that were judged to matter, and come to nothing. */
static json_t *json_of_members(const crmvi_weighing *weighing, const crmvi_micro *weights) {
    json_t *members = json_object();
    for (int32_t i = 0; i < weighing->count; i++) {
        if (weights[i] == 0) {
            json_t *member = json_object();
            crmvi_json_put(&member, "remark", json_string("it weighs less than can be written, and so nothing"));
            crmvi_json_put(&members, weighing->of[i], member);
        }
    }
    return members;
}

static json_t *found_of(const crmvi_weighing *weighing, const crmv_ahp *ahp, const crmvi_micro *weights) {
    json_t *found = json_object();
    crmvi_json_put(&found, "lambda_max", crmvi_json_rounded(ahp->lambda_max));
    crmvi_json_put(&found, "consistency_index", crmvi_json_rounded(ahp->consistency_index));
    crmvi_json_put(&found, "consistency_ratio", crmvi_json_rounded(ahp->consistency_ratio));
    crmvi_json_put(&found, "random_index", crmvi_json_rounded(ahp->random_value));
    crmvi_json_put(&found, "missing_judgements", json_integer(ahp->missing));
    crmvi_json_put(&found, "worst", json_of_worst(weighing, ahp));
    crmvi_json_put(&found, "members", json_of_members(weighing, weights));
    if (ahp->consistency_ratio >= USUAL_RATIO && ahp->worst_row >= 0) {
        crmvi_json_put(&found, "remark", remark_of(weighing, ahp));
    }
    return found;
}

static json_t *fitted_of(const crmvi_weighing *weighing, const crmv_ahp *ahp, const crmvi_micro *weights) {
    json_t *fitted = json_object();
    crmvi_json_put(&fitted, "weights", crmvi_json_weights(weighing, weights));
    crmvi_json_put(&fitted, "found", found_of(weighing, ahp, weights));
    return fitted;
}

/* What crmv_ahp_weights refuses is about a judgement of this request. */
static int32_t refuse(const crmv_error *reason, const char *place, crmv_error *error) {
    return crmvi_fail(error, reason->status, place, "%s", reason->message);
}

static int32_t weigh(const crmvi_weighing *weighing, const char *place, crmv_ahp *ahp, crmvi_micro *weights,
                     crmv_error *error) {
    crmv_error reason = {.struct_size = sizeof reason};
    double *shares = crmvi_array(weighing->count, sizeof *shares);
    if (shares == NULL) {
        return crmvi_no_memory(error);
    }
    int32_t status = crmv_ahp_weights(weighing->judgements, weighing->count, ahp, shares, &reason);
    if (status != CRMV_OK) {
        status = refuse(&reason, place, error);
    } else if (!crmvi_hundred(shares, weighing->count, weights)) {
        status = crmvi_fail(error, CRMV_NOT_IDENTIFIED, place, "the judgements give no weights that are finite");
    }
    free(shares);
    return status;
}

int32_t crmvi_answer_judgements(crmv_model **model, const crmv_request *request, crmv_error *error) {
    crmvi_weighing weighing;
    if (!crmvi_weighing_read(request->text, request->operation, &weighing)) {
        return crmvi_no_memory(error);
    }
    crmv_ahp ahp = {.struct_size = sizeof ahp, .method = weighing.method, .random_index = weighing.random_index};
    crmvi_micro *weights = crmvi_array(weighing.count, sizeof *weights);
    int32_t status = weights == NULL ? crmvi_no_memory(error) : weigh(&weighing, request->place, &ahp, weights, error);
    if (status == CRMV_OK) {
        status = crmvi_put_answer(model, request->place, fitted_of(&weighing, &ahp, weights), error);
    }
    free(weights);
    crmvi_weighing_clear(&weighing);
    return status;
}
