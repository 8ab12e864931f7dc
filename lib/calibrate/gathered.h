/* gathered.h - what was gathered for each ask: exact, and the same in whatever order customers come. */
#ifndef CRMVI_CALIBRATE_GATHERED_H
#define CRMVI_CALIBRATE_GATHERED_H

#include "calibrate/calibration.h"
#include "crmvalue/calibrate.h"

#include <stdatomic.h>

/* Customers: those of the frames, those of them in the population, and those who would have a tier, where that was
 * asked for. */
typedef struct crmvi_attendance {
    int64_t customers, in_population, rated;
    bool by_rating; /* only the rated count */
} crmvi_attendance;

/* For one ask. */
typedef struct crmvi_gathered {
    crmvi_run *runs; /* scale, tiers and classes: one, of values or points; entropy: one of each member's points */
    int32_t run_count;
    crmvi_pair *pairs; /* standard_deviation: one of each member with itself; critic: as crmvi_pair_position says */
    int32_t pair_count;
    int64_t customers; /* of the population; for weights those with points of at least one member */
    crmvi_attendance attendance;
    bool is_view; /* the runs are another's */
} crmvi_gathered;

/* What one frame gave, ask by ask. Immutable once made, and counted: calibrations that merge share it. */
typedef struct crmvi_portion {
    atomic_int holders;
    int32_t ask_count;
    crmvi_gathered *asks; /* per ask of the model; empty for those that were not gathered for */
} crmvi_portion;

struct crmv_calibration {
    const crmv_model *model; /* held */
    crmvi_runner runner;
    crmvi_portion **portions;
    int64_t count, capacity;
    int32_t as_of; /* of the frames; without any of them nothing */
};

/* Where the pair of members i <= j stands among the pairs of `count` members: (0, 0), (0, 1) ... (1, 1), (1, 2) ... */
static inline int32_t crmvi_pair_position(int32_t i, int32_t j, int32_t count) {
    return i * count - i * (i - 1) / 2 + j - i;
}

/* Whether a calibration answers this ask: it is ready, not fitted, and not of libcrmvalue-fit. */
bool crmvi_is_wanted(const crmvi_ask *ask);

/* Whether an ask is found from the points of a metric or an index; if not, it is from values or from nothing. */
bool crmvi_needs_points(const crmv_model *model, const crmvi_ask *ask);

/* What a frame gives. Errors: those of crmv_calibration_gather. */
int32_t crmvi_portion_make(const crmv_calibration *calibration, const crmv_frame *population, const crmv_frame *outcome,
                           crmvi_portion **out, crmv_error *error);
void crmvi_portion_free(crmvi_portion *portion);

/* Room for an ask's runs and pairs, as many as its kind has, all empty. False where memory is short. */
bool crmvi_gathered_new(const crmvi_ask *ask, crmvi_gathered *out);
void crmvi_gathered_clear(crmvi_gathered *gathered);

/* All portions of a calibration for one ask together; of a single one a view, as long as it lives. Errors:
 * CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY. On failure there is nothing to clear. */
int32_t crmvi_gathered_together(const crmv_calibration *calibration, int32_t ask, crmvi_gathered *out,
                                crmv_error *error);

#endif
