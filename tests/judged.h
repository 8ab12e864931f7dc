/* judged.h - judgements for tests of the analytic hierarchy process. */
#ifndef TESTS_JUDGED_H
#define TESTS_JUDGED_H

#include "crmvalue/fit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { JUDGED_MOST = 64 };

/* What was judged, and what came of it. */
typedef struct judged {
    int32_t n;
    double judgements[JUDGED_MOST * JUDGED_MOST];
    crmv_ahp ahp;
    double weights[JUDGED_MOST];
    crmv_error error;
} judged;

/* n things, none of them compared with another yet. */
static inline judged judged_none(int32_t n) {
    judged j = {.n = n, .ahp = {.struct_size = sizeof(crmv_ahp)}, .error = {.struct_size = sizeof(crmv_error)}};
    j.ahp.method = CRMV_AHP_EIGENVECTOR;
    j.ahp.random_index = n <= 15 ? CRMV_RANDOM_SAATY : CRMV_RANDOM_ALONSO_LAMATA;
    for (int32_t i = 0; i < n * n; i++) {
        j.judgements[i] = NAN;
    }
    return j;
}

static inline void judge(judged *j, int32_t row, int32_t column, double times) {
    if (row < column) {
        j->judgements[row * j->n + column] = times;
    } else {
        j->judgements[column * j->n + row] = 1 / times;
    }
}

/* All judgements, the upper triangle row by row. */
static inline judged judged_all(int32_t n, const double *upper) {
    judged j = judged_none(n);
    for (int32_t row = 0; row < n; row++) {
        for (int32_t column = row + 1; column < n; column++) {
            judge(&j, row, column, *upper++);
        }
    }
    return j;
}

static inline int32_t weigh(judged *j, int32_t method) {
    j->ahp.method = method;
    return crmv_ahp_weights(j->judgements, j->n, &j->ahp, j->weights, &j->error);
}

static inline void assert_near(double got, double wanted, double most) {
    if (!(fabs(got - wanted) <= most)) {
        fail_msg("%.17g is not %.17g", got, wanted);
    }
}

/* Criteria of a holiday. */
static inline judged holiday(void) {
    const double upper[] = {1.0 / 3, 0.5, 3, 2, 2, 5, 4, 4, 3, 0.5};
    return judged_all(5, upper);
}

/* Saaty 2008, drinks in the USA: coffee, wine, tea, beer, soda, milk, water. */
static inline judged drinks(void) {
    const double upper[] = {9,       5,       2,       1,       1,       1.0 / 2, 1.0 / 3,
                            1.0 / 9, 1.0 / 9, 1.0 / 9, 1.0 / 9, 1.0 / 3, 1.0 / 4, 1.0 / 3,
                            1.0 / 9, 1.0 / 2, 1,       1.0 / 3, 2,       1.0 / 2, 1.0 / 3};
    return judged_all(7, upper);
}

#endif
