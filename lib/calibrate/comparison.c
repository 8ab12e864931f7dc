#include "calibrate/comparison.h"

#include "base/decimal.h"
#include "base/exact.h"
#include "base/logarithm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const crmvi_predictor_kinds[CRMVI_PREDICTOR_KINDS] = {"score", "baseline", "index", "metric"};

/* ---- Numbers ----------------------------------------------------------------------------------------------------- */

/* Two-sided, at five percent. */
static const double CHANCE = 1.96;

/* Fisher's z of a correlation: its error hardly depends on the correlation. */
static double fisher_z(double correlation) {
    return 0.5 * (crmvi_log(1 + correlation) - crmvi_log(1 - correlation));
}

double crmvi_correlations_apart(double score, double baseline, double between, int64_t customers) {
    if (customers < 4 || isnan(score) || isnan(baseline) || isnan(between)) {
        return NAN;
    }
    if (fabs(score) >= 1 || fabs(baseline) >= 1 || between >= 1) {
        return NAN;
    }
    const double mean_square = (score * score + baseline * baseline) / 2;
    const double f = fmin(1, (1 - between) / (2 * (1 - mean_square)));
    const double h = (1 - f * mean_square) / (1 - mean_square);
    return (fisher_z(score) - fisher_z(baseline)) * sqrt((double)(customers - 3) / (2 * (1 - between) * h));
}

/* ---- Who orders best --------------------------------------------------------------------------------------------- */

static double spearman_of(const crmvi_predictor *predictor) {
    return predictor->measured.spearman;
}

static double gini_of(const crmvi_predictor *predictor) {
    return predictor->measured.gini;
}

static const crmvi_predictor *best_by(const crmvi_comparison *c, double (*measure)(const crmvi_predictor *predictor)) {
    const crmvi_predictor *best = NULL;
    for (int32_t i = 0; i < c->count; i++) {
        const crmvi_predictor *one = &c->predictors[i];
        const bool takes_part = one->is == CRMVI_IS_SCORE || one->is == CRMVI_IS_BASELINE;
        if (takes_part && !isnan(measure(one)) && (best == NULL || measure(one) > measure(best))) {
            best = one;
        }
    }
    return best;
}

const crmvi_predictor *crmvi_best_by_spearman(const crmvi_comparison *comparison) {
    return best_by(comparison, spearman_of);
}

const crmvi_predictor *crmvi_best_by_gini(const crmvi_comparison *comparison) {
    return best_by(comparison, gini_of);
}

bool crmvi_baseline_wins(const crmvi_comparison *comparison) {
    const crmvi_predictor *best = crmvi_best_by_spearman(comparison);
    return best != NULL && best->is == CRMVI_IS_BASELINE && !isnan(comparison->predictors[0].measured.spearman);
}

bool crmvi_orders_wrong_way(const crmvi_comparison *comparison) {
    return spearman_of(&comparison->predictors[0]) < 0; /* what is not a number is not below 0 */
}

/* ---- Words ------------------------------------------------------------------------------------------------------- */

static const char *written(const crmvi_writing *writing) {
    return writing->bytes != NULL ? writing->bytes : "";
}

/* On whom it was measured. */
static void write_sample(crmvi_writing *to, const crmvi_comparison *c) {
    crmvi_writing count = {0};
    char text[64];
    crmvi_amount_text(c->customers, 0, 0, true, text);
    crmvi_write(&count, "%s customer%s", text, c->customers == 1 ? "" : "s");
    if (c->held_out > 0) {
        crmvi_write(to, ", on %s held out.", written(&count));
    } else if (c->fitted) {
        crmvi_write(to, ", on %s: the sample that the model was found on, so expect less of others.", written(&count));
    } else if (c->found_from_them) {
        crmvi_write(to,
                    ", on %s: what was found comes from the same customers, but nothing was fitted to this outcome.",
                    written(&count));
    } else {
        crmvi_write(to, ", on %s.", written(&count));
    }
    to->failed = to->failed || count.failed;
    free(count.bytes);
}

/* 1 where the score orders better than a predictor, -1 where worse, 0 where as well or where nothing is known. */
static int32_t side_of(const crmvi_comparison *c, const crmvi_predictor *one) {
    const double score = c->predictors[0].measured.spearman;
    const double other = one->measured.spearman;
    return isnan(score) || isnan(other) ? 0 : (score > other) - (score < other);
}

/* The decimals in which the score does not look the same as baselines on a side of it. */
static int32_t telling_decimals(const crmvi_comparison *c, int32_t side) {
    const crmvi_ratio score = crmvi_ratio_of(c->predictors[0].measured.spearman, 3);
    int32_t decimals = 3;
    for (int32_t i = 1; i < c->count && side != 0; i++) {
        const crmvi_predictor *one = &c->predictors[i];
        if (one->is == CRMVI_IS_BASELINE && side_of(c, one) == side &&
            strcmp(crmvi_ratio_of(one->measured.spearman, 3).text, score.text) == 0) {
            decimals = 6;
        }
    }
    return decimals;
}

/* The baselines that the score orders better (1), as well (0) or worse (-1) than: their names and correlations, joined
 * by "and". How many. */
static int32_t write_baselines(const crmvi_comparison *c, int32_t side, crmvi_writing *names, crmvi_writing *numbers,
                               const char *before) {
    const int32_t decimals = telling_decimals(c, side);
    int32_t count = 0;
    for (int32_t i = 1; i < c->count; i++) {
        const crmvi_predictor *one = &c->predictors[i];
        const double other = one->measured.spearman;
        if (one->is == CRMVI_IS_BASELINE && !isnan(other) && side_of(c, one) == side) {
            crmvi_write(names, "%s%s%s", count > 0 ? " and " : "", before, one->name);
            crmvi_write(numbers, "%s%s", count > 0 ? " and " : "", crmvi_ratio_of(other, decimals).text);
            count++;
        }
    }
    return count;
}

/* How far the score's own correlation lies from none, in standard errors of Fisher's z: 1 / sqrt(n - 3). NaN where that
 * cannot be said. */
static double standard_errors(const crmvi_comparison *c) {
    const double correlation = spearman_of(&c->predictors[0]);
    return c->customers < 4 || fabs(correlation) >= 1 ? (double)NAN
                                                      : fabs(fisher_z(correlation)) * sqrt((double)(c->customers - 3));
}

/* Baselines are no comfort to such a score: only one that does better is told. */
static void write_wrong_way(crmvi_writing *to, const crmvi_comparison *c, crmvi_writing *names,
                            crmvi_writing *numbers) {
    const double errors = standard_errors(c);
    crmvi_write(to, "The score orders %s the wrong way round: Spearman %s", c->outcome,
                crmvi_ratio_of(spearman_of(&c->predictors[0]), telling_decimals(c, -1)).text);
    write_sample(to, c);
    if (errors < CHANCE) {
        crmvi_write(to, " It may be chance: it is %s standard errors below 0.", crmvi_ratio_of(errors, 1).text);
    }
    crmvi_write(to,
                c->less ? " If more of %s is better, its card among the outcomes wants no \"better\": \"lower\"; "
                          "otherwise the scales want turning."
                        : " If less of %s is better, its card among the outcomes wants \"better\": \"lower\"; "
                          "otherwise the scales want turning.",
                c->outcome);
    if (write_baselines(c, -1, names, numbers, "") > 0) {
        crmvi_write(to, " A baseline orders it better: %s, Spearman %s.", written(names), written(numbers));
    }
}

static void write_wins(crmvi_writing *to, const crmvi_comparison *c, crmvi_writing *names, crmvi_writing *numbers) {
    const double correlation = c->predictors[0].measured.spearman;
    crmvi_ratio score = crmvi_ratio_of(correlation, 3);
    if (write_baselines(c, -1, names, numbers, "") > 0) {
        score = crmvi_ratio_of(correlation, telling_decimals(c, -1));
        crmvi_write(to, "A baseline orders %s better than the score: %s, Spearman %s against %s", c->outcome,
                    written(names), written(numbers), score.text);
    } else if (write_baselines(c, 0, names, numbers, "") > 0) {
        crmvi_write(to, "The score orders %s no better than %s: Spearman %s against %s", c->outcome, written(names),
                    score.text, written(numbers));
    } else if (write_baselines(c, 1, names, numbers, "than ") > 0) {
        score = crmvi_ratio_of(correlation, telling_decimals(c, 1));
        crmvi_write(to, "The score orders %s better %s: Spearman %s against %s", c->outcome, written(names), score.text,
                    written(numbers));
    } else {
        crmvi_write(to, "The score orders %s with a Spearman correlation of %s, and there is no baseline beside it",
                    c->outcome, score.text);
    }
}

/* Whether a baseline's difference from the score, on the side that the first sentence is about, is one that chance
 * makes. */
static bool may_be_chance(const crmvi_comparison *c, const crmvi_predictor *one) {
    return one->is == CRMVI_IS_BASELINE && !isnan(one->z) && fabs(one->z) < CHANCE &&
           side_of(c, one) == (crmvi_baseline_wins(c) || crmvi_orders_wrong_way(c) ? -1 : 1);
}

static void write_chance(crmvi_writing *to, const crmvi_comparison *c) {
    crmvi_writing names = {0}, widths = {0};
    int32_t count = 0;
    for (int32_t i = 1; i < c->count; i++) {
        const crmvi_predictor *one = &c->predictors[i];
        if (may_be_chance(c, one)) {
            crmvi_write(&names, "%s%s", count > 0 ? " and " : "", one->name);
            crmvi_write(&widths, "%s%s", count > 0 ? " and " : "", crmvi_ratio_of(fabs(one->z), 1).text);
            count++;
        }
    }
    if (count > 0) {
        crmvi_write(to, " The difference%s from %s may be chance: %s %s standard errors wide.", count > 1 ? "s" : "",
                    written(&names), count > 1 ? "they are" : "it is", written(&widths));
    }
    to->failed = to->failed || names.failed || widths.failed;
    free(names.bytes);
    free(widths.bytes);
}

static const char *told_name(const crmvi_predictor *predictor) {
    return predictor->is == CRMVI_IS_SCORE ? "the score" : predictor->name;
}

static void write_gini(crmvi_writing *to, const crmvi_comparison *c) {
    const crmvi_predictor *by_rank = crmvi_best_by_spearman(c), *by_gini = crmvi_best_by_gini(c);
    if (by_rank != NULL && by_gini != NULL && by_rank != by_gini && by_gini->measured.gini > by_rank->measured.gini) {
        crmvi_write(to, " By Gini it is otherwise: %s for %s against %s for %s.",
                    crmvi_ratio_of(by_gini->measured.gini, 3).text, told_name(by_gini),
                    crmvi_ratio_of(by_rank->measured.gini, 3).text, told_name(by_rank));
    }
}

/* A part of the score that orders the same customers better alone than the whole, and the right way round. */
static void write_part(crmvi_writing *to, const crmvi_comparison *c) {
    const crmvi_predictor *best = &c->predictors[0];
    for (int32_t i = 1; i < c->count; i++) {
        const crmvi_predictor *one = &c->predictors[i];
        if (one->is != CRMVI_IS_BASELINE && one->measured.customers == c->customers && one->measured.spearman > 0 &&
            one->measured.spearman > best->measured.spearman) {
            best = one;
        }
    }
    if (best != &c->predictors[0]) {
        crmvi_write(to, " The %s %s alone orders it better than the score: %s.", crmvi_predictor_kinds[best->is],
                    best->name, crmvi_ratio_of(best->measured.spearman, 3).text);
    }
}

/* Why too few customers have both. */
static void write_few(crmvi_writing *to, const crmvi_comparison *c) {
    char held[64], all[64];
    crmvi_amount_text(c->held_out_customers, 0, 0, true, held);
    crmvi_amount_text(c->population, 0, 0, true, all);
    const bool some = c->held_out > 0 && c->population > 0;
    if (some && c->held_out_customers == 0) {
        crmvi_write(to, "none of %s customer%s is held out.", all, c->population == 1 ? "" : "s");
    } else if (some && c->held_out_customers == 1) {
        const char *plural = c->population == 1 ? "" : "s";
        crmvi_write(to,
                    c->customers == 0 ? "the only one of %s customer%s who is held out does not have both."
                                      : "only one of %s customer%s is held out.",
                    all, plural);
    } else if (some) {
        crmvi_write(to, "%s of the %s held out has both.", c->customers == 0 ? "none" : "only one", held);
    } else {
        crmvi_write(to, "%s both.", c->customers == 0 ? "no customer has" : "only one customer has");
    }
}

/* Why nothing can be said. */
static void write_nothing(crmvi_writing *to, const crmvi_comparison *c) {
    crmvi_write(to, "How the score orders %s cannot be told", c->outcome);
    if (c->customers < 2) {
        crmvi_write(to, ": ");
        write_few(to, c);
    } else {
        const bool both = c->even_score && c->even_outcome;
        crmvi_write(to, ", since %s the same for all",
                    both              ? "both are"
                    : c->even_outcome ? "the outcome is"
                                      : "the score is");
        write_sample(to, c);
    }
}

void crmvi_write_comparison(crmvi_writing *to, const crmvi_comparison *comparison) {
    crmvi_writing names = {0}, numbers = {0};
    if (isnan(comparison->predictors[0].measured.spearman)) {
        write_nothing(to, comparison);
    } else {
        if (crmvi_orders_wrong_way(comparison)) {
            write_wrong_way(to, comparison, &names, &numbers);
        } else {
            write_wins(to, comparison, &names, &numbers);
            write_sample(to, comparison);
        }
        write_chance(to, comparison);
        write_gini(to, comparison);
        write_part(to, comparison);
    }
    to->failed = to->failed || names.failed || numbers.failed;
    free(names.bytes);
    free(numbers.bytes);
}
