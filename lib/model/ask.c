#include "ask.h"

#include "base/error.h"
#include "model.h"

#include <stddef.h>

const char *const crmvi_ask_names[CRMVI_ASKS] = {
    [CRMVI_ASK_NOTHING] = "",
    [CRMVI_ASK_PERCENTILE] = "percentile",
    [CRMVI_ASK_MIN_MAX] = "min_max",
    [CRMVI_ASK_Z_SCORE] = "z_score",
    [CRMVI_ASK_LOGARITHM] = "logarithm",
    [CRMVI_ASK_QUANTILE_BANDS] = "quantile_bands",
    [CRMVI_ASK_OPTIMAL_BANDS] = "optimal_bands",
    [CRMVI_ASK_SHARES] = "shares",
    [CRMVI_ASK_QUANTILES] = "quantiles",
    [CRMVI_ASK_ABC] = "abc",
    [CRMVI_ASK_NATURAL_BREAKS] = "natural_breaks",
    [CRMVI_ASK_K_MEANS] = "k_means",
    [CRMVI_ASK_EQUAL] = "equal",
    [CRMVI_ASK_CENTROID] = "rank_order_centroid",
    [CRMVI_ASK_ENTROPY] = "entropy",
    [CRMVI_ASK_CRITIC] = "critic",
    [CRMVI_ASK_DEVIATION] = "standard_deviation",
    [CRMVI_ASK_AHP] = "ahp",
    [CRMVI_ASK_OUTCOME] = "outcome",
    [CRMVI_ASK_LIFETIME] = "lifetime",
};

int32_t crmvi_require_fitted(const crmv_model *model, crmv_error *error) {
    for (int32_t i = 0; i < model->asks.count; i++) {
        const crmvi_ask *ask = &model->asks.items[i];
        if (ask->state != CRMV_REQUEST_FITTED) {
            return crmvi_fail(error, CRMV_NOT_FITTED, ask->place, "`%s` is still to be found%s: fit the model first",
                              crmvi_ask_names[ask->kind],
                              ask->state == CRMV_REQUEST_STALE ? " anew, as it or what it was found from has changed"
                                                               : "");
        }
    }
    return CRMV_OK;
}

int32_t crmv_model_requests(const crmv_model *model) {
    return model != NULL ? model->asks.count : 0;
}

/* Whether it is found from the model alone. */
static bool needs_no_frame(int32_t kind) {
    return kind == CRMVI_ASK_EQUAL || kind == CRMVI_ASK_CENTROID || kind == CRMVI_ASK_AHP;
}

int32_t crmv_model_request(const crmv_model *model, int32_t position, crmv_request *out) {
    if (model == NULL || out == NULL || out->struct_size < sizeof *out || position < 0 ||
        position >= model->asks.count) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_ask *ask = &model->asks.items[position];
    out->state = ask->state;
    out->by = crmvi_is_by_fit(ask) ? CRMV_BY_FIT : CRMV_BY_CALIBRATION;
    out->ready = ask->ready ? 1 : 0;
    out->needs_frame = needs_no_frame(ask->kind) ? 0 : 1;
    out->needs_outcome = ask->outcome >= 0 ? 1 : 0;
    out->operation = crmvi_ask_names[ask->kind];
    out->place = ask->place;
    out->text = ask->text;
    out->less_is_better = ask->less ? 1 : 0;
    return CRMV_OK;
}
