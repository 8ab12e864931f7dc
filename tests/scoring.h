/* scoring.h - models and frames for the tests of scoring: a model as JSON text, ready-made metrics as columns. */
#ifndef CRMVALUE_TESTS_SCORING_H
#define CRMVALUE_TESTS_SCORING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* clang-format off: cmocka.h wants the headers above before it */
#include <cmocka.h>
/* clang-format on */

#include "crmvalue/crmvalue.h"

#include <math.h>
#include <stdlib.h>

#define MICRO INT64_C(1000000)
#define MISSING CRMV_MISSING_POINTS
#define COUNT_OF(array) ((int32_t)(sizeof(array) / sizeof *(array)))

/* A model from a text; JSON's quotes are written as ' so that C can be read. */
static inline crmv_model *model_of(const char *text) {
    size_t length = strlen(text);
    char *json = malloc(length + 1);
    assert_non_null(json);
    for (size_t i = 0; i <= length; i++) {
        json[i] = text[i] == '\'' ? '"' : text[i];
    }
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *model = NULL;
    if (crmv_model_parse(json, -1, &model, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    free(json);
    return model;
}

static inline crmv_column numbers_column(const char *name, const double *values) {
    return (crmv_column){.struct_size = sizeof(crmv_column), .type = CRMV_DOUBLE, .name = name, .data = values};
}

static inline crmv_column texts_column(const char *name, const char *const *values) {
    return (crmv_column){.struct_size = sizeof(crmv_column), .type = CRMV_STRINGS, .name = name, .data = values};
}

static inline crmv_column days_column(const char *name, const int32_t *days) {
    return (crmv_column){.struct_size = sizeof(crmv_column), .type = CRMV_INT32, .name = name, .data = days};
}

/* A frame of customers 1, 2, 3 ... with these columns: row i is row i of the columns. */
static inline crmv_frame *frame_of(const crmv_model *model, const crmv_column *columns, int32_t count, int64_t rows,
                                   int32_t as_of) {
    int64_t *keys = malloc((size_t)(rows + 1) * sizeof *keys);
    crmv_column *all = malloc((size_t)(count + 1) * sizeof *all);
    assert_true(keys && all);
    for (int64_t i = 0; i < rows; i++) {
        keys[i] = i + 1;
    }
    all[0] = (crmv_column){.struct_size = sizeof *all, .type = CRMV_INT64, .name = "customer", .data = keys};
    memcpy(all + 1, columns, (size_t)count * sizeof *all);
    crmv_error error = {.struct_size = sizeof error};
    crmv_frame *frame = NULL;
    if (crmv_frame_derive(model, NULL, all, count + 1, rows, as_of, NULL, &frame, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    assert_int_equal(crmv_frame_rows(frame), rows);
    free(keys);
    free(all);
    return frame;
}

static inline crmv_scores *scores_of(const crmv_model *model, const crmv_frame *frame) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_scores *scores = NULL;
    if (crmv_score(model, frame, NULL, &scores, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    return scores;
}

/* Scores of ready-made metrics with a model whose attributes bear these names; everything else is let go of. */
static inline crmv_scores *scored(const char *text, const crmv_column *columns, int32_t count, int64_t rows,
                                  int32_t as_of) {
    crmv_model *model = model_of(text);
    crmv_frame *frame = frame_of(model, columns, count, rows, as_of);
    crmv_scores *scores = scores_of(model, frame);
    crmv_frame_free(frame);
    crmv_model_free(model);
    return scores;
}

static inline int64_t exact(const crmv_scores *scores, const char *column, int64_t row) {
    const int64_t *values = crmv_scores_exact(scores, column);
    assert_non_null(values);
    return values[row];
}

static inline int32_t code(const crmv_scores *scores, const char *column, int64_t row) {
    const int32_t *values = crmv_scores_codes(scores, column);
    assert_non_null(values);
    return values[row];
}

#endif
