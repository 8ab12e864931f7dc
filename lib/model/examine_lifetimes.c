/* examine_lifetimes.c - what can be said of lifetimes, and of the metrics that they foretell, without data. */
#include "base/decimal.h"
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
    const bool on_boundary = strcmp(ending, "boundary") == 0;
    char quoted[CRMVI_QUOTED_SIZE];
    crmvi_path said = {.length = 0};
    if (remark != NULL && remark[0] != '\0') {
        crmvi_path_text(&said, ": ");
        crmvi_path_text(&said, remark);
    }
    crmvi_path_key(&path, "ending");
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text, "the fit %s%s%s",
                              on_boundary ? "ended on the boundary" : "did not converge; it ended as ",
                              on_boundary ? "" : crmvi_quoted(ending, quoted), said.text);
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

/* ---- Parameters -------------------------------------------------------------------------------------------------- */

/* Beyond their range nothing can be foretold: whoever asks is refused. */
static bool examine_range(const crmvi_fitted_words *words, const double *parameters, crmvi_path path,
                          crmv_findings *findings) {
    char least[32], highest[32], given[32];
    crmvi_path_text(&path, ".parameters");
    crmvi_shortest(words->highest, highest);
    for (int32_t i = 0; i < words->count; i++) {
        const double lowest = i == words->of_any_sign ? -words->highest : CRMVI_LEAST_FITTED;
        crmvi_path member = path;
        crmvi_path_key(&member, words->parameters[i]);
        crmvi_shortest(lowest, least);
        crmvi_shortest(parameters[i], given);
        if ((parameters[i] < lowest || parameters[i] > words->highest) &&
            !crmvi_findings_add(findings, CRMV_FINDING_ERROR, member.text,
                                "nothing can be foretold from %s; a number from %s to %s is expected", given, least,
                                highest)) {
            return false;
        }
    }
    return true;
}

static bool examine_parameters(const crmvi_lifetime_card *card, crmv_findings *findings) {
    crmvi_path path = crmvi_path_of("lifetimes", card->name);
    crmvi_path_text(&path, ".fitted");
    crmvi_path of_spend = path;
    crmvi_path_text(&of_spend, ".spend");
    return examine_range(&crmvi_process_words[card->fitted.model], card->fitted.parameters, path, findings) &&
           examine_range(&crmvi_spend_words[card->spend.fitted.model], card->spend.fitted.parameters, of_spend,
                         findings);
}

/* ---- Covariances ------------------------------------------------------------------------------------------------- */

enum { MOST_PARAMETERS = CRMV_LIFETIME_PARAMETERS };

/* What rounding, of the fit or of whoever typed a published matrix, may leave of symmetry and of an eigenvalue of 0: in
 * units of the standard deviations. */
static const double ROUNDING = 1e-6;

/* A covariance in the model: `stride` numbers to a row, NaN where nothing is known. */
typedef struct matrix {
    const double *numbers;
    int32_t count, stride;
    crmvi_path path;
} matrix;

static double covariance_at(const matrix *of, int32_t row, int32_t column) {
    return of->numbers[row * of->stride + column];
}

/* A parameter without a variance is held, or nothing is known of it: no error follows from its row. */
static bool is_estimated(const matrix *of, int32_t parameter) {
    return !isnan(covariance_at(of, parameter, parameter));
}

static bool are_alike(const matrix *of, int32_t i, int32_t j) {
    const double one = covariance_at(of, i, j), other = covariance_at(of, j, i);
    if (isnan(one) || isnan(other)) {
        return isnan(one) && isnan(other);
    }
    const double most = ROUNDING * sqrt(covariance_at(of, i, i)) * sqrt(covariance_at(of, j, j));
    return fabs(one - other) <= most;
}

static bool examine_symmetry(const matrix *of, bool *symmetric, crmv_findings *findings) {
    for (int32_t i = 0; i < of->count; i++) {
        for (int32_t j = 0; j < i; j++) {
            if (is_estimated(of, i) && is_estimated(of, j) && !are_alike(of, i, j)) {
                crmvi_path path = of->path;
                crmvi_path_item(&path, i);
                crmvi_path_item(&path, j);
                *symmetric = false;
                return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                                          "a covariance is the same both ways, and [%d][%d] is another: a symmetric "
                                          "matrix is expected, as it was fitted",
                                          (int)j, (int)i);
            }
        }
    }
    return true;
}

/* The correlations of the parameters that have a variance above 0, and how many there are: -1 where one is not known,
 * so that nothing can be said. One without variance has a covariance of 0 with all others; otherwise `sound` is false.
 */
static int32_t correlations_of(const matrix *of, double out[MOST_PARAMETERS][MOST_PARAMETERS], bool *sound) {
    int32_t taken[MOST_PARAMETERS], count = 0;
    for (int32_t i = 0; i < of->count; i++) {
        if (is_estimated(of, i)) {
            taken[count++] = i;
        }
    }
    for (int32_t k = 0; k < count; k++) {
        for (int32_t l = 0; l < count; l++) {
            const double value = covariance_at(of, taken[k], taken[l]);
            const double scale =
                sqrt(covariance_at(of, taken[k], taken[k])) * sqrt(covariance_at(of, taken[l], taken[l]));
            if (isnan(value)) {
                return -1;
            }
            *sound = *sound && (scale > 0 || value == 0);
            out[k][l] = k == l ? 1 : scale > 0 ? value / scale : 0;
        }
    }
    return count;
}

/* Whether no eigenvalue lies below 0 by more than rounding: with that added to all of them, the matrix has a Cholesky
 * decomposition (Golub & Van Loan, Matrix Computations, 4.2). */
static bool has_no_negative_variance(double of[MOST_PARAMETERS][MOST_PARAMETERS], int32_t count) {
    for (int32_t k = 0; k < count; k++) {
        const double pivot = of[k][k] + ROUNDING;
        if (!(pivot > 0)) {
            return false;
        }
        for (int32_t i = k + 1; i < count; i++) {
            for (int32_t j = k + 1; j < count; j++) {
                of[i][j] -= of[i][k] * of[k][j] / pivot;
            }
        }
    }
    return true;
}

static bool examine_covariance(const matrix *of, crmv_findings *findings) {
    double correlations[MOST_PARAMETERS][MOST_PARAMETERS];
    bool is_sound = true;
    const bool told = examine_symmetry(of, &is_sound, findings);
    if (!told || !is_sound) {
        return told;
    }
    const int32_t count = correlations_of(of, correlations, &is_sound);
    return count < 0 || (is_sound && has_no_negative_variance(correlations, count)) ||
           crmvi_findings_add(findings, CRMV_FINDING_ERROR, of->path.text,
                              "this is no covariance: some combination of the parameters would have a variance below 0 "
                              "(the matrix is not positive semi-definite); put back what was fitted, or leave it out");
}

static bool examine_covariances(const crmvi_lifetime_card *card, crmv_findings *findings) {
    matrix process = {.numbers = card->fitted.covariance,
                      .count = crmvi_process_words[card->fitted.model].count,
                      .stride = CRMV_LIFETIME_PARAMETERS,
                      .path = crmvi_path_of("lifetimes", card->name)};
    matrix spend = {.numbers = card->spend.fitted.covariance,
                    .count = crmvi_spend_words[card->spend.fitted.model].count,
                    .stride = CRMV_SPEND_PARAMETERS,
                    .path = process.path};
    crmvi_path_text(&process.path, ".fitted.covariance");
    crmvi_path_text(&spend.path, ".fitted.spend.covariance");
    return examine_covariance(&process, findings) && examine_covariance(&spend, findings);
}

static bool examine_lifetime(const crmv_model *model, const crmvi_lifetime_card *card, crmv_findings *findings) {
    const bool is_fitted = crmvi_is_foretold(card);
    return examine_spend(model, card, findings) && examine_use(model, card, findings) &&
           (!is_fitted || (examine_endings(card, findings) && examine_mean(card, findings) &&
                           examine_parameters(card, findings) && examine_covariances(card, findings)));
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
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text, "%s means %s %%; is %s meant?",
                              crmvi_figure_of(given).text, crmvi_figure_rounded(given * 100, 6).text,
                              crmvi_figure_rounded(given / 100, 6).text);
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
