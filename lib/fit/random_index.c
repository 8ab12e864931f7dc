#include "fit/random_index.h"

#include "crmvalue/fit.h"

enum { TABULATED = 15, MOST = 64 };

/* Saaty, The Analytic Hierarchy Process, 1980. */
static const double saaty[TABULATED + 1] = {0,    0,    0,    0.58, 0.90, 1.12, 1.24, 1.32,
                                            1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59};

/* Donegan & Dodd, A note on Saaty's random indexes, Mathematical and Computer Modelling 15 (10), 1991. */
static const double donegan_dodd[TABULATED + 1] = {0,      0,      0,      0.4914, 0.8286, 1.0591, 1.1797, 1.2519,
                                                   1.3171, 1.3733, 1.4055, 1.4213, 1.4497, 1.4643, 1.4822, 1.4969};

/* Alonso & Lamata, Consistency in the analytic hierarchy process: a new approach, 2006: the mean of lambda max over
 * random matrices is 2.7699 n - 4.3513. */
static double alonso_lamata(int32_t n) {
    const double lambda_max = 2.7699 * n - 4.3513;
    return (lambda_max - n) / (n - 1);
}

int32_t crmvi_random_index_limit(int32_t table) {
    switch (table) {
    case CRMV_RANDOM_SAATY:
    case CRMV_RANDOM_DONEGAN_DODD:
        return TABULATED;
    case CRMV_RANDOM_ALONSO_LAMATA:
        return MOST;
    default:
        return 0;
    }
}

static double of_complete(int32_t table, int32_t n) {
    switch (table) {
    case CRMV_RANDOM_SAATY:
        return saaty[n];
    case CRMV_RANDOM_DONEGAN_DODD:
        return donegan_dodd[n];
    default:
        return alonso_lamata(n);
    }
}

/* n - 1 judgements in a tree agree with whatever they say; each one more can contradict them. Agoston & Csato,
 * Inconsistency thresholds for incomplete pairwise comparison matrices, Omega 108, 2022: the mean index falls about
 * in a line with the number of missing judgements, down to 0 where only a tree is left. */
double crmvi_random_index(int32_t table, int32_t n, int32_t missing) {
    if (n < 3) {
        return 0;
    }
    const int32_t beyond_tree = (n - 1) * (n - 2) / 2;
    return of_complete(table, n) * (beyond_tree - missing) / beyond_tree;
}
