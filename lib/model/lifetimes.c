/* lifetimes.c - the lifetimes of a model, for the rooms above and for callers. */
#include "base/memory.h"
#include "model.h"

#include <string.h>

/* ---- For the rooms above ----------------------------------------------------------------------------------------- */

int32_t crmvi_stretch_days(const crmvi_stretch *ahead, int32_t as_of) {
    return ahead->in_months ? crmvi_months_after(as_of, ahead->length) - as_of : ahead->length;
}

bool crmvi_same_histories(const crmvi_lifetime_card *a, const crmvi_lifetime_card *b) {
    if (a->unit != b->unit || (a->spend.model != 0) != (b->spend.model != 0)) {
        return false;
    }
    return a->spend.model == 0 ||
           (a->spend.measures == b->spend.measures && a->spend.first_purchase == b->spend.first_purchase);
}

/* Bit by bit, so that covariances that are not known are the same. */
bool crmvi_same_lifetime(const crmvi_lifetime_card *a, const crmvi_lifetime_card *b) {
    return crmvi_same_histories(a, b) && memcmp(&a->fitted, &b->fitted, sizeof a->fitted) == 0 &&
           memcmp(&a->spend.fitted, &b->spend.fitted, sizeof a->spend.fitted) == 0;
}

int32_t crmvi_model_find_lifetime(const crmv_model *model, const char *name) {
    for (int32_t i = 0; i < model->lifetime_count; i++) {
        if (strcmp(model->lifetimes[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* ---- For callers ------------------------------------------------------------------------------------------------- */

int32_t crmv_model_lifetimes(const crmv_model *model) {
    return model != NULL ? model->lifetime_count : 0;
}

int32_t crmv_model_lifetime(const crmv_model *model, int32_t position, crmv_lifetime_card *out) {
    if (model == NULL || out == NULL || out->struct_size < sizeof *out || position < 0 ||
        position >= model->lifetime_count) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_lifetime_card *card = &model->lifetimes[position];
    const uint32_t struct_size = out->struct_size;
    *out = (crmv_lifetime_card){.struct_size = struct_size,
                                .request = (int32_t)(card->ask - model->asks.items),
                                .state = card->ask->state,
                                .candidates = card->candidate_count,
                                .spend_model = card->spend.model,
                                .first_purchase = card->spend.first_purchase ? 1 : 0,
                                .unit_days = card->unit_days,
                                .penalty = card->penalty,
                                .spend_penalty = card->spend.penalty,
                                .name = card->name,
                                .lifetime = card->fitted,
                                .spend = card->spend.fitted};
    memcpy(out->models, card->candidates, sizeof card->candidates);
    return CRMV_OK;
}
