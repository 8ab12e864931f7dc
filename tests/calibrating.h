/* calibrating.h - populations for the tests of calibration: drawn by chance, cut into shards, put together again. */
#ifndef CRMVALUE_TESTS_CALIBRATING_H
#define CRMVALUE_TESTS_CALIBRATING_H

#include "chance.h"
#include "crmvalue/calibrate.h"
#include "scoring.h"

enum { POPULATION_COLUMNS = 5, AS_OF = 15705 /* 2012-12-31 */ };

/* Customers with ready-made metrics `a` to `d`, and `later`, what happens in the days after. */
typedef struct population {
    int64_t rows;
    int64_t *keys;
    double *columns[POPULATION_COLUMNS];
    int32_t *since;
} population;

static const char *const population_names[POPULATION_COLUMNS] = {"a", "b", "c", "d", "later"};

static inline void population_make(population *p, int64_t rows) {
    p->rows = rows;
    p->keys = calloc((size_t)rows + 1, sizeof *p->keys);
    p->since = calloc((size_t)rows + 1, sizeof *p->since);
    assert_true(p->keys && p->since);
    for (int32_t i = 0; i < POPULATION_COLUMNS; i++) {
        p->columns[i] = calloc((size_t)rows + 1, sizeof *p->columns[i]);
        assert_non_null(p->columns[i]);
    }
    for (int64_t row = 0; row < rows; row++) {
        p->keys[row] = row + 1;
        p->since[row] = AS_OF - 1000;
    }
}

static inline void population_clear(population *p) {
    free(p->keys);
    free(p->since);
    for (int32_t i = 0; i < POPULATION_COLUMNS; i++) {
        free(p->columns[i]);
    }
}

/* How a column is drawn. */
enum { DRAW_EVEN, DRAW_FEW, DRAW_SKEWED, DRAW_CONSTANT, DRAW_MISSING, DRAW_FAR, DRAW_KINDS };

static inline double population_draw(uint64_t *chance, uint32_t kind) {
    const double even = (double)(chance_bits(chance) >> 11) * 0x1p-53;
    switch (kind) {
    case DRAW_EVEN:
        return even * 1000 - 100;
    case DRAW_FEW:
        return (double)(chance_bits(chance) % 7);
    case DRAW_SKEWED:
        return 1 / (even + 1e-4);
    case DRAW_CONSTANT:
        return 42;
    case DRAW_MISSING:
        return even < .3 ? (double)NAN : even * 50;
    default:
        return ldexp(even - .5, (int)(chance_bits(chance) % 1800) - 900); /* past 1e-270, below 1e270 */
    }
}

/* A frame of the rows that are a shard's: `shard_of` (NULL: all) tells each row's. */
static inline crmv_frame *population_frame(const population *p, const crmv_model *model, const int32_t *shard_of,
                                           int32_t shard, int32_t as_of) {
    population part;
    population_make(&part, p->rows);
    int64_t rows = 0;
    for (int64_t row = 0; row < p->rows; row++) {
        if (shard_of == NULL || shard_of[row] == shard) {
            part.keys[rows] = p->keys[row];
            part.since[rows] = p->since[row];
            for (int32_t i = 0; i < POPULATION_COLUMNS; i++) {
                part.columns[i][rows] = p->columns[i][row];
            }
            rows++;
        }
    }
    crmv_column columns[POPULATION_COLUMNS + 2] = {
        {.struct_size = sizeof(crmv_column), .type = CRMV_INT64, .name = "customer", .data = part.keys},
        days_column("since", part.since)};
    for (int32_t i = 0; i < POPULATION_COLUMNS; i++) {
        columns[i + 2] = numbers_column(population_names[i], part.columns[i]);
    }
    crmv_error error = {.struct_size = sizeof error};
    crmv_frame *frame = NULL;
    if (crmv_frame_derive(model, NULL, columns, COUNT_OF(columns), rows, as_of, NULL, &frame, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    population_clear(&part);
    return frame;
}

/* The same of what happened afterwards; NULL where the model has no outcomes. */
static inline crmv_frame *outcome_frame(const population *p, const crmv_model *model, const int32_t *shard_of,
                                        int32_t shard) {
    crmv_model *outcomes = NULL;
    int32_t until = 0;
    if (crmv_model_outcomes(model, AS_OF, &outcomes, &until, NULL) != CRMV_OK) {
        return NULL;
    }
    crmv_frame *frame = population_frame(p, outcomes, shard_of, shard, until);
    crmv_model_free(outcomes);
    return frame;
}

/* What the model prints, to be freed. */
static inline char *printed(const crmv_model *model) {
    int64_t length = 0;
    assert_int_equal(crmv_model_print(model, NULL, 0, &length), CRMV_BUFFER_TOO_SMALL);
    char *text = malloc((size_t)length + 1);
    assert_non_null(text);
    assert_int_equal(crmv_model_print(model, text, length + 1, NULL), CRMV_OK);
    return text;
}

/* Whether a request of this library is ready and not fitted. */
static inline bool has_ready_request(const crmv_model *model) {
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        crmv_request request = {.struct_size = sizeof request};
        assert_int_equal(crmv_model_request(model, i, &request), CRMV_OK);
        if (request.by == CRMV_BY_CALIBRATION && request.ready == 1 && request.state != CRMV_REQUEST_FITTED) {
            return true;
        }
    }
    return false;
}

#endif
