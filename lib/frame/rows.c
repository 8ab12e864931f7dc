#include "frame/rows.h"

#include "base/error.h"
#include "frame/catalogue.h"
#include "frame/lifetimes.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows that a worker derives at a time, and of those the ones within which a sum that is too large is looked for metric
 * by metric. */
enum { ROWS_AT_A_TIME = 2048, ROWS_NAMED_TOGETHER = 512 };
_Static_assert(ROWS_AT_A_TIME % ROWS_NAMED_TOGETHER == 0, "each block names the same rows together");
_Static_assert(ROWS_NAMED_TOGETHER <= (int)CRMVI_SLICE_ROWS, "they fit into one slice");

/*
 * What the workers write beside the frame's columns. The failure is row * (metrics + 1) + metric of the first sum that
 * is too large, a metric past the last standing for the amounts.
 */
typedef struct work {
    const crmvi_derivation *whole;
    crmvi_workspace *spaces; /* one for each worker */
    int32_t space_count;
    atomic_llong failure;
} work;

/* ---- One slice of customers -------------------------------------------------------------------------------------- */

int32_t crmvi_derive_value(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_operator *how = &crmvi_catalogue[recipe->card->operation];
    int32_t outcome = CRMVI_NO_HISTORY;
    if (how->source != CRMVI_FROM_LEDGER || slice->whole->facts != NULL) {
        outcome = how->derive(slice, recipe, row, value);
    }
    if (outcome == CRMVI_VALUE && !isfinite(*value)) {
        outcome = CRMVI_UNDEFINED;
    }
    if (outcome != CRMVI_VALUE) {
        *value = NAN;
    } else if (*value == 0) {
        *value = 0; /* never -0 */
    }
    return outcome;
}

/* What failed in a slice: a row, and a metric or, past the last, the amounts. */
typedef struct failure {
    int64_t row;
    int32_t metric;
} failure;

static int32_t derive_metric(const crmvi_slice *slice, int32_t metric, failure *failed) {
    const crmvi_recipe *recipe = &slice->whole->plan.recipes[metric];
    const crmvi_operator *how = &crmvi_catalogue[recipe->card->operation];
    double *values = slice->whole->frame->metrics[metric];
    int64_t *outcomes = slice->space->outcomes + (int64_t)metric * CRMVI_OUTCOMES;
    if (slice->plain && how->derive_rows != NULL) {
        how->derive_rows(slice, recipe, values + slice->begin, outcomes);
        return CRMV_OK;
    }
    for (int64_t row = slice->begin; row < slice->end; row++) {
        const int32_t outcome = crmvi_derive_value(slice, recipe, row, &values[row]);
        if (outcome == CRMVI_SUM_TOO_LARGE) {
            *failed = (failure){row, metric};
            return CRMV_OVERFLOW;
        }
        outcomes[outcome]++;
    }
    return CRMV_OK;
}

static int32_t derive_slice(const crmvi_slice *slice, failure *failed) {
    const crmv_model *model = slice->whole->model;
    crmvi_starts_derive(slice);
    crmvi_histories_derive(slice);
    failed->metric = model->metric_count;
    int32_t status = crmvi_amounts_derive(slice, &failed->row);
    for (int32_t i = 0; i < model->metric_count && status == CRMV_OK; i++) {
        if (!slice->whole->plan.foretold[model->derive_order[i]]) {
            status = derive_metric(slice, model->derive_order[i], failed);
        }
    }
    return status;
}

/* ---- Blocks of them ---------------------------------------------------------------------------------------------- */

/* Keys of rows that are all customers. */
static void copy_keys(const crmvi_derivation *whole, int64_t begin, int64_t end) {
    const crmvi_facts *facts = whole->facts;
    crmv_frame *frame = whole->frame;
    if (frame->key_kind == CRMVI_KEYS_NUMBERS) {
        memcpy(frame->numbers + begin, facts->numbers + begin, (size_t)(end - begin) * sizeof *frame->numbers);
    } else {
        const int64_t *starts = facts->texts.starts;
        const int64_t shift = starts[0];
        for (int64_t i = begin; i < end; i++) {
            frame->texts.starts[i + 1] = starts[i + 1] - shift; /* the first is 0 from the beginning */
        }
        memcpy(frame->texts.bytes + starts[begin] - shift, facts->texts.bytes + starts[begin],
               (size_t)(starts[end] - starts[begin]));
    }
}

/* One of the spaces that no other worker has at the moment; there are as many as workers. */
static crmvi_workspace *take_space(work *all, int64_t block) {
    for (int64_t i = block;; i++) {
        crmvi_workspace *space = &all->spaces[i % all->space_count];
        if (!atomic_load_explicit(&space->taken, memory_order_relaxed) && !atomic_exchange(&space->taken, true)) {
            return space;
        }
    }
}

/* Blocks below a failing one always run, so that the lowest failure is the same at any number of threads. */
static void note_failure(work *all, const failure *failed) {
    const long long number = failed->row * (all->whole->model->metric_count + 1) + failed->metric;
    long long lowest = atomic_load(&all->failure);
    while (number < lowest && !atomic_compare_exchange_weak(&all->failure, &lowest, number)) {
    }
}

/* Finds out which sum it is that is too large: how rows are dealt into slices must not tell. */
static void find_failure(work *all, crmvi_workspace *space, int64_t begin, int64_t end) {
    int32_t status = CRMV_OK;
    for (int64_t row = begin; row < end && status == CRMV_OK; row += ROWS_NAMED_TOGETHER) {
        crmvi_slice slice;
        failure failed;
        const int64_t last = end - row < ROWS_NAMED_TOGETHER ? end : row + ROWS_NAMED_TOGETHER;
        crmvi_slice_take_exactly(all->whole, space, row, last, &slice);
        status = derive_slice(&slice, &failed);
        if (status == CRMV_OVERFLOW) {
            note_failure(all, &failed);
        }
    }
}

static int32_t derive_within(work *all, crmvi_workspace *space, int64_t begin, int64_t end) {
    int32_t status = CRMV_OK;
    for (int64_t row = begin; row < end && status == CRMV_OK;) {
        crmvi_slice slice;
        failure failed;
        status = crmvi_slice_take(all->whole, space, row, end, &slice);
        if (status == CRMV_OK) {
            status = derive_slice(&slice, &failed);
        }
        row = slice.end;
    }
    if (status == CRMV_OVERFLOW) {
        find_failure(all, space, begin, end);
    }
    return status;
}

static int32_t derive_block(void *context, int64_t begin, int64_t end) {
    work *all = context;
    if (all->whole->join.is_ledger) {
        copy_keys(all->whole, begin, end);
    }
    crmvi_workspace *space = take_space(all, begin / ROWS_AT_A_TIME);
    const int32_t status = derive_within(all, space, begin, end);
    atomic_store(&space->taken, false);
    return status;
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

static bool start_keys(const crmvi_derivation *whole) {
    crmv_frame *frame = whole->frame;
    if (frame->key_kind == CRMVI_KEYS_NUMBERS) {
        frame->numbers = crmvi_large_array(frame->rows, sizeof *frame->numbers);
        return frame->numbers != NULL;
    }
    if (frame->rows == 0) {
        return true;
    }
    const crmvi_texts *from = &whole->facts->texts;
    const int64_t bytes = from->starts[frame->rows] - from->starts[0];
    frame->texts = (crmvi_texts){.used = bytes, .capacity = bytes, .starts_capacity = frame->rows + 1};
    frame->texts.count = frame->rows;
    frame->texts.bytes = crmvi_large_array(bytes, 1);
    frame->texts.starts = crmvi_large_array(frame->rows + 1, sizeof *frame->texts.starts);
    if (frame->texts.starts != NULL) {
        frame->texts.starts[0] = 0;
    }
    return frame->texts.bytes != NULL && frame->texts.starts != NULL;
}

static bool start_columns(const crmvi_derivation *whole) {
    crmv_frame *frame = whole->frame;
    const int32_t metrics = whole->model->metric_count;
    frame->metrics = crmvi_zeroed(metrics, sizeof *frame->metrics);
    frame->missing = crmvi_zeroed(metrics, sizeof *frame->missing);
    frame->unlisted = crmvi_zeroed(metrics, sizeof *frame->unlisted);
    frame->starts = crmvi_large_array(frame->rows, sizeof *frame->starts);
    bool all = frame->metrics && frame->missing && frame->unlisted && frame->starts;
    for (int32_t i = 0; all && i < metrics; i++) {
        frame->metrics[i] = crmvi_large_array(frame->rows, sizeof *frame->metrics[i]);
        all = frame->metrics[i] != NULL;
    }
    return all && crmvi_histories_start(whole) && (whole->facts == NULL || crmvi_amounts_start(whole)) &&
           (!whole->join.is_ledger || start_keys(whole));
}

void crmvi_missing_write(const int64_t *outcomes, crmv_missing *missing) {
    missing->not_given = outcomes[CRMVI_NOT_GIVEN];
    missing->no_history = outcomes[CRMVI_NO_HISTORY];
    missing->undefined = outcomes[CRMVI_UNDEFINED];
    missing->cost_unknown = outcomes[CRMVI_COST_UNKNOWN];
    missing->unlisted = outcomes[CRMVI_UNLISTED];
    missing->operand = outcomes[CRMVI_OPERAND];
    missing->missing = missing->not_given + missing->no_history + missing->undefined + missing->cost_unknown +
                       missing->unlisted + missing->operand;
}

static void write_missing(const work *all) {
    for (int32_t i = 0; i < all->whole->model->metric_count; i++) {
        int64_t counts[CRMVI_OUTCOMES] = {0};
        for (int32_t space = 0; space < all->space_count; space++) {
            for (int32_t outcome = 0; outcome < CRMVI_OUTCOMES; outcome++) {
                counts[outcome] += all->spaces[space].outcomes[(int64_t)i * CRMVI_OUTCOMES + outcome];
            }
        }
        crmvi_missing_write(counts, &all->whole->frame->missing[i]);
    }
}

/* ---- All rows ---------------------------------------------------------------------------------------------------- */

/* Says which sum does not fit. */
static int32_t fail_overflow(const work *all, crmv_error *error) {
    const crmvi_derivation *whole = all->whole;
    const int32_t slots = whole->model->metric_count + 1;
    const long long failed = atomic_load(&all->failure);
    const int32_t metric = (int32_t)(failed % slots);
    char key[1025];
    crmv_frame_key(whole->frame, failed / slots, key, sizeof key, NULL);
    if (metric == whole->model->metric_count) {
        return crmvi_fail(error, CRMV_OVERFLOW, "amounts", "the amounts of customer `%.200s` do not fit into 64 bits",
                          key);
    }
    const char *name = whole->model->metrics[metric].name;
    return crmvi_fail(error, CRMV_OVERFLOW, name,
                      "metric `%.100s`: a sum of customer `%.200s` does not fit into 64 bits", name, key);
}

static int32_t derive_blocks(work *all, const crmvi_runner *runner, crmv_error *error) {
    const int64_t rows = all->whole->frame->rows;
    const int32_t status = crmvi_parallel(runner, "deriving metrics", rows, ROWS_AT_A_TIME, derive_block, all);
    if (status == CRMV_OK) {
        write_missing(all);
        return crmvi_metrics_foretell(all->whole, runner, error);
    }
    if (status == CRMVI_UNSEEN) {
        return status;
    }
    return status == CRMV_OVERFLOW ? fail_overflow(all, error)
                                   : crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

static bool make_spaces(work *all, const crmvi_runner *runner) {
    const int64_t blocks = all->whole->frame->rows / ROWS_AT_A_TIME + 1;
    const int32_t count = runner->threads < blocks ? runner->threads : (int32_t)blocks;
    all->spaces = crmvi_zeroed(count, sizeof *all->spaces);
    bool made = all->spaces != NULL;
    while (made && all->space_count < count) {
        made = crmvi_workspace_make(all->whole, &all->spaces[all->space_count++]);
    }
    return made;
}

int32_t crmvi_rows_derive(const crmvi_derivation *whole, const crmvi_runner *runner, crmv_error *error) {
    work all = {.whole = whole};
    atomic_init(&all.failure, LLONG_MAX);
    const bool ready = make_spaces(&all, runner) && start_columns(whole);
    const int32_t status = ready ? derive_blocks(&all, runner, error) : crmvi_no_memory(error);
    for (int32_t i = 0; i < all.space_count; i++) {
        crmvi_workspace_clear(whole, &all.spaces[i]);
    }
    crmvi_discard(all.spaces, all.space_count, sizeof *all.spaces);
    return status;
}
