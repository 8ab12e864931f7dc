/* distinct.h - rows of three numbers, equal ones collapsed into one with a weight. */
#ifndef CRMVI_FIT_DISTINCT_H
#define CRMVI_FIT_DISTINCT_H

#include "base/parallel.h"

#include <stdbool.h>
#include <stdint.h>

enum { CRMVI_DISTINCT_COLUMNS = 3 };

/* What a row is to the collapse. */
typedef enum crmvi_row_kind { CRMVI_ROW_LEFT_OUT, CRMVI_ROW_TAKEN, CRMVI_ROW_FLAWED } crmvi_row_kind;

/* Columns as the caller has them. `kind_of` is asked by several threads. */
typedef struct crmvi_rows {
    const double *columns[CRMVI_DISTINCT_COLUMNS]; /* NULL: 0 throughout; the first one is a whole number >= 0 */
    int64_t count;
    crmvi_row_kind (*kind_of)(const struct crmvi_rows *rows, int64_t row);
} crmvi_rows;

/*
 * The different rows, in an order that the rows themselves decide: ascending by the first column as far as it is below
 * 1023, and mixed by the others. So whatever is added up in their order does not depend on that of the customers, and
 * customers at even distances are as many of each first number as there are.
 */
typedef struct crmvi_distinct {
    double *columns[CRMVI_DISTINCT_COLUMNS];
    double *weights; /* how many rows are like this one */
    int64_t count;   /* different rows */
    int64_t rows;    /* the sum of the weights */
    int64_t room;    /* of each array */
} crmvi_distinct;

/* Errors: CRMV_BAD_ARGUMENT where a row is flawed, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED; `out` is then empty. Cost: a
 * radix sort of some 33 bits a row, and a look at each row in that order. */
int32_t crmvi_distinct_make(const crmvi_rows *rows, const crmvi_runner *runner, crmvi_distinct *out);

/* A sample: of each `step` rows, counted through the order of `all`, the one in the middle. False: out of memory. */
bool crmvi_distinct_sample(const crmvi_distinct *all, int64_t step, crmvi_distinct *out);

void crmvi_distinct_clear(crmvi_distinct *distinct);

#endif
