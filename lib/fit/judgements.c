#include "fit/judgements.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

static const double USUAL_RATIO = 0.1; /* Saaty 1977: judgements that contradict each other more should be revised */

/* The judgement that agrees least with the others, and what would agree. Null where all agree. */
static json_t *worst_of(const crmvi_weighing *weighing, const crmv_ahp *ahp) {
    if (ahp->worst_row < 0) {
        return json_null();
    }
    json_t *judgement = json_array();
    crmvi_json_append(&judgement, json_string(weighing->of[ahp->worst_row]));
    crmvi_json_append(&judgement, json_string(weighing->of[ahp->worst_column]));
    crmvi_json_append(&judgement, crmvi_json_rounded(ahp->worst_given));
    json_t *worst = json_object();
    crmvi_json_put(&worst, "judgement", judgement);
    crmvi_json_put(&worst, "would_agree", crmvi_json_rounded(ahp->worst_mended));
    crmvi_json_put(&worst, "consistency_ratio", crmvi_json_rounded(ahp->mended_ratio));
    return worst;
}

/* What to look at first; the judgements contradict each other, so that one of them is the worst. */
static json_t *remark_of(const crmvi_weighing *weighing, const crmv_ahp *ahp) {
    return json_sprintf("the judgements contradict each other: the consistency ratio is 0.1 or more; look first at how "
                        "%s was compared with %s",
                        weighing->of[ahp->worst_row], weighing->of[ahp->worst_column]);
}

static json_t *found_of(const crmvi_weighing *weighing, const crmv_ahp *ahp) {
    json_t *found = json_object();
    crmvi_json_put(&found, "lambda_max", crmvi_json_rounded(ahp->lambda_max));
    crmvi_json_put(&found, "consistency_index", crmvi_json_rounded(ahp->consistency_index));
    crmvi_json_put(&found, "consistency_ratio", crmvi_json_rounded(ahp->consistency_ratio));
    crmvi_json_put(&found, "random_index", crmvi_json_rounded(ahp->random_value));
    crmvi_json_put(&found, "missing_judgements", json_integer(ahp->missing));
    crmvi_json_put(&found, "worst", worst_of(weighing, ahp));
    if (ahp->consistency_ratio >= USUAL_RATIO && ahp->worst_row >= 0) {
        crmvi_json_put(&found, "remark", remark_of(weighing, ahp));
    }
    return found;
}

static json_t *fitted_of(const crmvi_weighing *weighing, const crmv_ahp *ahp, const crmvi_micro *weights) {
    json_t *fitted = json_object();
    crmvi_json_put(&fitted, "weights", crmvi_json_weights(weighing, weights));
    crmvi_json_put(&fitted, "found", found_of(weighing, ahp));
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
    } else if (!crmvi_weights_of_shares(shares, weighing->count, weights)) {
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
