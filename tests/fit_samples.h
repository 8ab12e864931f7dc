/* fit_samples.h - samples by chance for the tests of weights by outcome, as Python makes them too. */
#ifndef TESTS_FIT_SAMPLES_H
#define TESTS_FIT_SAMPLES_H

#include "chance.h"
#include "fit/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off: cmocka.h wants the headers above before it */
#include <cmocka.h>
/* clang-format on */

#define COUNT(array) ((int32_t)(sizeof(array) / sizeof((array)[0])))

enum { ROWS_LIMIT = 20000, CELLS_LIMIT = ROWS_LIMIT * 9 };

/* Row by row, from chance_bits: points of 0 to 100 for each member, then noise of 0 to 20, as the outcome. */
static inline int64_t *chance_cells(uint64_t seed, int64_t rows, int32_t members) {
    static int64_t cells[CELLS_LIMIT];
    uint64_t state = seed;
    assert_true(rows * (1 + members) <= CELLS_LIMIT);
    for (int64_t i = 0; i < rows; i++) {
        int64_t *row = cells + i * (1 + members);
        for (int32_t j = 1; j <= members; j++) {
            row[j] = (int64_t)(chance_bits(&state) % UINT64_C(100000001));
        }
        row[0] = (int64_t)(chance_bits(&state) % UINT64_C(20000001));
    }
    return cells;
}

/* The noise, times `noise`, and each member's points times its coefficient become the outcome. */
static inline void mix_outcome(int64_t *cells, int64_t rows, int32_t members, const int64_t *coefficients,
                               int64_t noise) {
    for (int64_t i = 0; i < rows; i++) {
        int64_t *row = cells + i * (1 + members);
        row[0] *= noise;
        for (int32_t j = 0; j < members; j++) {
            row[0] += coefficients[j] * row[1 + j];
        }
    }
}

#endif
