/* join.c - what happened afterwards, beside the customers of a population. */
#include "base/error.h"
#include "calibrate/calibration.h"
#include "crmvalue/score.h"

#include <math.h>
#include <string.h>

/* Outcomes stay below 2^62 units of 1e-6, so that the squares of two of them can be added in 128 bits. */
#define OUTCOME_LIMIT 0x1p62

/* < 0, 0 or > 0, as the key of one frame's row lies before, at or behind that of the other's. */
static int32_t compare_keys(const crmv_frame *a, int64_t row, const crmv_frame *b, int64_t other) {
    if (crmv_frame_numbers(a) == NULL) {
        return strcmp(crmvi_texts_get(&a->texts, row), crmvi_texts_get(&b->texts, other)); /* keys hold no NUL */
    }
    return (a->numbers[row] > b->numbers[other]) - (a->numbers[row] < b->numbers[other]);
}

/* False where the outcome does not fit. */
static bool to_micros(double value, int64_t *out) {
    *out = CRMV_MISSING_POINTS;
    if (isnan(value)) {
        return true;
    }
    const double scaled = nearbyint(value * (double)CRMVI_ONE);
    if (!(fabs(scaled) < OUTCOME_LIMIT)) {
        return false;
    }
    *out = (int64_t)scaled;
    return true;
}

static int32_t refuse(const crmv_frame *population, const crmv_frame *outcome, int64_t row, int32_t metric,
                      crmv_error *error) {
    const char *name = outcome->model->metrics[metric].name;
    char key[128];
    if (crmv_frame_key(population, row, key, sizeof key, NULL) != CRMV_OK) {
        return crmvi_fail_row(error, CRMV_OVERFLOW, row + 1, name,
                              "an outcome %.100s is too large: its magnitude must lie below 4.6e12", name);
    }
    return crmvi_fail_row(error, CRMV_OVERFLOW, row + 1, name,
                          "the outcome %.100s of customer %s is too large: its magnitude must lie below 4.6e12", name,
                          key);
}

/* Both frames hold their customers in ascending order of keys. */
static int32_t join(const crmv_frame *population, const crmv_frame *outcome, int32_t metric, int64_t *out,
                    crmv_error *error) {
    const double *values = outcome->metrics[metric];
    int64_t other = 0;
    for (int64_t row = 0; row < population->rows; row++) {
        int32_t order = 1;
        while (other < outcome->rows && (order = compare_keys(population, row, outcome, other)) > 0) {
            other++;
        }
        out[row] = CRMV_MISSING_POINTS;
        if (other < outcome->rows && order == 0 && !to_micros(values[other], &out[row])) {
            return refuse(population, outcome, row, metric, error);
        }
    }
    return CRMV_OK;
}

int32_t crmvi_join_outcome(const crmv_frame *population, const crmv_frame *outcome, int32_t metric, int64_t *out,
                           crmv_error *error) {
    const bool some = population->rows > 0 && outcome->rows > 0;
    if (some && population->key_kind != outcome->key_kind) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "outcome",
                          "the customers of one frame have whole numbers as keys, those of the other texts");
    }
    return join(population, outcome, metric, out, error);
}
