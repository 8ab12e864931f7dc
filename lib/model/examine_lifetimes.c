/* examine_lifetimes.c - what can be said of lifetimes, and of the metrics that they foretell, without data. */
#include "examine.h"

#include <math.h>
#include <string.h>

static crmvi_path path_of_spend(const crmvi_lifetime_card *card, const char *key) {
    crmvi_path path = crmvi_path_of("lifetimes", card->name);
    crmvi_path_key(&path, "spend");
    crmvi_path_key(&path, key);
    return path;
}

/* ---- What is to be fitted ---------------------------------------------------------------------------------------- */

/* Profit of a purchase can be a loss. */
static bool examine_sign(const crmvi_lifetime_card *card, crmv_findings *findings) {
    const uint32_t profits = UINT32_C(1) << CRMVI_GROSS_PROFIT | UINT32_C(1) << CRMVI_CONTRIBUTION;
    if (card->spend.model != CRMV_GAMMA_GAMMA || (card->spend.measures & profits) == 0) {
        return true;
    }
    const crmvi_path path = path_of_spend(card, "model");
    return crmvi_findings_add(
        findings, CRMV_FINDING_WARNING, path.text,
        "`gamma_gamma` takes amounts above 0, and a profit can be a loss: customers whose mean is "
        "not above 0 have no spend; `normal_normal` takes amounts of any sign");
}

/* Contribution of a purchase is without interest. */
static bool examine_spend(const crmv_model *model, const crmvi_lifetime_card *card, crmv_findings *findings) {
    const crmvi_path path = path_of_spend(card, "of");
    return card->spend.model == 0 || (crmvi_examine_measures(model, &path, card->spend.measures, false, findings) &&
                                      examine_sign(card, findings));
}

static bool examine_use(const crmv_model *model, const crmvi_lifetime_card *card, crmv_findings *findings) {
    for (int32_t i = 0; i < model->metric_count; i++) {
        if (model->metrics[i].lifetime == card) {
            return true;
        }
    }
    const crmvi_path path = crmvi_path_of("lifetimes", card->name);
    return crmvi_findings_add(findings, CRMV_FINDING_NOTE, path.text, "no metric uses this lifetime");
}

/* ---- What was fitted --------------------------------------------------------------------------------------------- */

/* How a fit ended is told beside its numbers, by whoever found them: `found`, an object at the path. */
static bool examine_ending(const json_t *found, crmvi_path path, crmv_findings *findings) {
    const char *ending = json_string_value(json_object_get(found, "ending"));
    const char *remark = json_string_value(json_object_get(found, "remark"));
    if (ending == NULL || strcmp(ending, "converged") == 0) {
        return true;
    }
    char quoted[CRMVI_QUOTED_SIZE];
    crmvi_path said = {.length = 0};
    if (remark != NULL && remark[0] != '\0') {
        crmvi_path_text(&said, ": ");
        crmvi_path_text(&said, remark);
    }
    crmvi_path_key(&path, "ending");
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text, "the fit did not converge; it ended as %s%s",
                              crmvi_quoted(ending, quoted), said.text);
}

static bool examine_endings(const crmvi_lifetime_card *card, crmv_findings *findings) {
    const json_t *found = json_object_get(json_object_get(card->ask->holder, "fitted"), "found");
    crmvi_path path = crmvi_path_of("lifetimes", card->name);
    crmvi_path_key(&path, "fitted");
    crmvi_path_key(&path, "found");
    crmvi_path of_spend = path;
    crmvi_path_key(&of_spend, "spend");
    return examine_ending(found, path, findings) && examine_ending(json_object_get(found, "spend"), of_spend, findings);
}

/* The mean over customers of what they spend is finite only for q above 1 (Fader & Hardie 2013). */
static bool examine_mean(const crmvi_lifetime_card *card, crmv_findings *findings) {
    enum { Q = 1 };
    const crmv_spend *spend = &card->spend.fitted;
    if (spend->model != CRMV_GAMMA_GAMMA || spend->parameters[Q] > 1) {
        return true;
    }
    crmvi_path path = crmvi_path_of("lifetimes", card->name);
    crmvi_path_text(&path, ".fitted.spend.parameters.q");
    return crmvi_findings_add(
        findings, CRMV_FINDING_WARNING, path.text,
        "with q of 1 or less the mean spend of all customers is infinite, so customers of whom no "
        "amount counts have none");
}

static bool examine_lifetime(const crmv_model *model, const crmvi_lifetime_card *card, crmv_findings *findings) {
    const bool is_fitted = crmvi_is_foretold(card);
    return examine_spend(model, card, findings) && examine_use(model, card, findings) &&
           (!is_fitted || (examine_endings(card, findings) && examine_mean(card, findings)));
}

bool crmvi_examine_lifetimes(const crmv_model *model, crmv_findings *findings) {
    for (int32_t i = 0; i < model->lifetime_count; i++) {
        if (!examine_lifetime(model, &model->lifetimes[i], findings)) {
            return false;
        }
    }
    return true;
}

/* ---- What is foretold -------------------------------------------------------------------------------------------- */

/* A rate is a part of 1; whoever means percent writes a hundred times as much. */
static bool examine_discount(const crmvi_metric *metric, crmv_findings *findings) {
    const double given = metric->yearly_discount;
    if (given <= 1) {
        return true;
    }
    crmvi_path path = crmvi_path_of("metrics", metric->name);
    crmvi_path_key(&path, "discount");
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text, "%g means %g %%; is %g meant?", given,
                              given * 100, given / 100);
}

/* Whether no other model was, or can be, chosen. */
static bool is_without_end(const crmvi_lifetime_card *card) {
    return crmvi_is_foretold(card) ? card->fitted.model == CRMV_NBD
                                   : card->candidate_count == 1 && card->candidates[0] == CRMV_NBD;
}

static bool examine_end(const crmvi_metric *metric, crmv_findings *findings) {
    const bool is_churn = metric->detail == CRMVI_LIFETIME_CHURN;
    if ((metric->detail != CRMVI_LIFETIME_P_ALIVE && !is_churn) || !is_without_end(metric->lifetime)) {
        return true;
    }
    const crmvi_path path = crmvi_path_of("metrics", metric->name);
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                              "nobody ever drops out under `nbd`, so this is %d for everybody%s", is_churn ? 0 : 1,
                              metric->standard_error ? ", without an error" : "");
}

/* Whether any of `count` parameters has a variance; a row of the covariance has `stride` numbers. */
static bool has_variance(const double *covariance, int32_t count, int32_t stride) {
    bool has = false;
    for (int32_t i = 0; i < count; i++) {
        has = has || !isnan(covariance[i * (stride + 1)]);
    }
    return has;
}

/* Whether the covariances are there that a metric's standard error follows from. */
static bool has_covariance(const crmvi_metric *metric) {
    const crmvi_lifetime_card *card = metric->lifetime;
    const bool is_of_spend = metric->detail == CRMVI_LIFETIME_SPEND || metric->detail == CRMVI_LIFETIME_VALUE;
    const bool is_of_purchases = metric->detail != CRMVI_LIFETIME_SPEND;
    const int32_t count = crmvi_process_words[card->fitted.model].count;
    return (!is_of_purchases || has_variance(card->fitted.covariance, count, CRMV_LIFETIME_PARAMETERS)) &&
           (!is_of_spend || has_variance(card->spend.fitted.covariance, CRMV_SPEND_PARAMETERS, CRMV_SPEND_PARAMETERS));
}

static bool examine_error(const crmvi_metric *metric, crmv_findings *findings) {
    if (!metric->standard_error || !crmvi_is_foretold(metric->lifetime) || has_covariance(metric)) {
        return true;
    }
    crmvi_path path = crmvi_path_of("metrics", metric->name);
    crmvi_path_key(&path, "standard_error");
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                              "the covariance of the lifetime's parameters is not known, so this is missing");
}

bool crmvi_examine_foretold(const crmvi_metric *metric, crmv_findings *findings) {
    return metric->lifetime == NULL ||
           (examine_discount(metric, findings) && examine_end(metric, findings) && examine_error(metric, findings));
}
