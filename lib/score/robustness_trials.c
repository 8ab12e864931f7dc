/* robustness_trials.c - the tiers of all customers with one weight changed, and how many they are not. */
#include "base/memory.h"
#include "score/robustness.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Customers that a thread takes at a time: their points stay in its cache while all trials go through them. And trials
 * that are ready at once, which bounds their memory. */
enum { BLOCK = 2 * CRMVI_SHEET, MOST_TRIALS = 48 };

/* How customers get their tiers. */
typedef struct way {
    const crmvi_tree *tree;
    crmvi_scheme *scheme; /* NULL: customer by customer */
    crmvi_request request;
} way;

/* One change of one weight. */
typedef struct trial {
    crmvi_variant variant;
    way by;
    int64_t *found; /* where the counts go in the end */
    _Atomic int64_t moved[CRMVI_MOVES];
} trial;

/* What the blocks of one call do: they keep the tiers that one way gives, or count whom each trial moves. */
typedef struct trials {
    const crmv_robustness *robustness;
    const way *only;
    int32_t *out;
    trial *items;
    int32_t count;
} trials;

/* ---- A trial ----------------------------------------------------------------------------------------------------- */

static void clear_way(way *w) {
    crmvi_request_clear(&w->request);
    crmvi_scheme_free(w->scheme);
}

/* False where memory is short; then there is nothing to clear. */
static bool make_way(const crmv_robustness *r, const crmvi_tree *tree, way *out) {
    const crmv_frame view = {.rows = r->frame->rows, .missing = r->missing};
    *out = (way){.tree = tree};
    if (!crmvi_scheme_make(tree, &view, &out->scheme) || !crmvi_request_new(tree, &out->request)) {
        crmvi_scheme_free(out->scheme);
        return false;
    }
    out->request.tier = true;
    crmvi_request_complete(tree, out->scheme, &out->request);
    return true;
}

static void clear_trial(trial *t) {
    clear_way(&t->by);
    crmvi_variant_clear(&t->variant);
}

/* Completes a trial with its variant, which `fits` or not. On failure there is nothing to clear. */
static int32_t complete_trial(const crmv_robustness *r, bool fits, trial *out) {
    if (!fits || !make_way(r, &out->variant.tree, &out->by)) {
        crmvi_variant_clear(&out->variant);
        return fits ? CRMV_OUT_OF_MEMORY : CRMV_OVERFLOW;
    }
    for (int32_t i = 0; i < CRMVI_MOVES; i++) {
        atomic_init(&out->moved[i], 0);
    }
    return CRMV_OK;
}

/* On failure there is nothing to clear. */
static int32_t make_trial(const crmv_robustness *r, const crmvi_weight *weight, int32_t change, trial *out) {
    if (!crmvi_variant_new(&r->tree, weight->index, weight->member, &out->variant)) {
        return CRMV_OUT_OF_MEMORY;
    }
    return complete_trial(r, crmvi_variant_weigh(&out->variant, crmvi_changed_weight(r, weight, change)), out);
}

/* ---- A block of customers ---------------------------------------------------------------------------------------- */

/* The points of a block, as the columns of a frame. */
typedef struct block {
    crmv_frame frame;
    double *points;
    int32_t *tiers; /* of a trial */
} block;

static bool has_scale(const crmv_model *model, int32_t metric) {
    return model->metrics[metric].scale.kind != CRMVI_NO_SCALE;
}

static bool allocate_block(const crmv_model *model, block *b) {
    int64_t scaled = 0;
    for (int32_t i = 0; i < model->metric_count; i++) {
        scaled += has_scale(model, i);
    }
    b->points = crmvi_array(scaled * BLOCK, sizeof *b->points);
    b->frame.metrics = crmvi_zeroed(model->metric_count, sizeof(double *));
    b->tiers = crmvi_array(BLOCK, sizeof *b->tiers);
    return b->points && b->frame.metrics && b->tiers;
}

static void free_block(block *b) {
    free(b->points);
    free(b->frame.metrics);
    free(b->tiers);
}

/* Looks the customers [begin, end) up on the scales. */
static void fill_block(const crmv_robustness *r, int64_t begin, int64_t end, block *b) {
    const crmv_frame *frame = r->frame;
    double *next = b->points;
    b->frame.as_of = frame->as_of;
    b->frame.rows = end - begin;
    b->frame.starts = frame->starts ? frame->starts + begin : NULL;
    b->frame.missing = r->missing;
    for (int32_t i = 0; i < r->model->metric_count; i++) {
        if (has_scale(r->model, i)) {
            crmvi_scale_all(&r->model->metrics[i].scale, frame->metrics[i] + begin, (int32_t)(end - begin), next);
            b->frame.metrics[i] = next;
            next += BLOCK;
        }
    }
}

static int32_t find_tiers(const way *by, const block *b, int32_t *out) {
    crmvi_request own = by->request;
    own.tier_home = out;
    return crmvi_request_fill(&own, by->tree, by->scheme, &b->frame, 0, b->frame.rows);
}

void crmvi_count_moves(const int32_t *present, const int32_t *changed, int64_t rows, int64_t moved[CRMVI_MOVES]) {
    for (int64_t i = 0; i < rows; i++) {
        const int32_t from = present[i], to = changed[i];
        const bool both = (from >= 0) & (to >= 0);
        moved[CRMVI_UP] += both & (to < from);
        moved[CRMVI_DOWN] += both & (to > from);
        moved[CRMVI_UNRATED] += (from < 0) != (to < 0);
    }
}

static void count_moved(const int32_t *present, const block *b, trial *t) {
    int64_t moved[CRMVI_MOVES] = {0};
    crmvi_count_moves(present, b->tiers, b->frame.rows, moved);
    for (int32_t i = 0; i < CRMVI_MOVES; i++) {
        atomic_fetch_add_explicit(&t->moved[i], moved[i], memory_order_relaxed);
    }
}

static int32_t try_all(const trials *all, const int32_t *present, const block *b) {
    int32_t status = CRMV_OK;
    for (int32_t i = 0; status == CRMV_OK && i < all->count; i++) {
        trial *t = &all->items[i];
        status = find_tiers(&t->by, b, b->tiers);
        if (status == CRMV_OK) {
            count_moved(present, b, t);
        }
    }
    return status;
}

static int32_t try_block(void *context, int64_t begin, int64_t end) {
    const trials *all = context;
    const crmv_robustness *r = all->robustness;
    block b = {.points = NULL};
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (allocate_block(r->model, &b)) {
        fill_block(r, begin, end, &b);
        status = all->only ? find_tiers(all->only, &b, all->out + begin) : try_all(all, r->tiers + begin, &b);
    }
    free_block(&b);
    return status;
}

static int32_t run(trials *all) {
    const crmv_robustness *r = all->robustness;
    return crmvi_parallel(&r->runner, "robustness", r->frame->rows, BLOCK, try_block, all);
}

/* ---- All weights ------------------------------------------------------------------------------------------------- */

/* Adds a weight's trials; a change that rounds to the weight as it is moves nobody. */
static int32_t add_trials(const crmv_robustness *r, crmvi_weight *weight, trials *all) {
    for (int32_t change = CRMV_WEIGHT_LESS; change <= CRMV_WEIGHT_WITHOUT; change++) {
        if (crmvi_changed_weight(r, weight, change) == weight->weight) {
            continue;
        }
        trial *t = &all->items[all->count];
        const int32_t status = make_trial(r, weight, change, t);
        if (status != CRMV_OK) {
            return status;
        }
        t->found = weight->moved[change - 1];
        all->count++;
    }
    return CRMV_OK;
}

/* Takes what was counted, and lets go of the trials. */
static void finish(trials *all) {
    for (int32_t i = 0; i < all->count; i++) {
        trial *t = &all->items[i];
        for (int32_t k = 0; k < CRMVI_MOVES; k++) {
            t->found[k] = atomic_load_explicit(&t->moved[k], memory_order_relaxed);
        }
        clear_trial(t);
    }
    all->count = 0;
}

static int32_t run_trials(crmv_robustness *r, trials *all) {
    int32_t status = CRMV_OK;
    for (int32_t i = 0; status == CRMV_OK && i < r->count; i++) {
        status = add_trials(r, &r->weights[i], all);
        if (status == CRMV_OK && (all->count + CRMVI_CHANGES > MOST_TRIALS || i == r->count - 1)) {
            status = run(all);
            finish(all);
        }
    }
    finish(all); /* those that were not run */
    return status;
}

/* The tiers of all customers by one way. */
static int32_t keep_tiers(const crmv_robustness *r, const way *by, int32_t *out) {
    trials only = {.robustness = r, .only = by, .out = out};
    return run(&only);
}

int32_t crmvi_try_weights(crmv_robustness *robustness) {
    way present;
    if (!make_way(robustness, &robustness->tree, &present)) {
        return CRMV_OUT_OF_MEMORY;
    }
    int32_t status = keep_tiers(robustness, &present, robustness->tiers);
    clear_way(&present);
    if (status == CRMV_OK) {
        trials all = {.robustness = robustness, .items = crmvi_zeroed(MOST_TRIALS, sizeof *all.items)};
        status = all.items ? run_trials(robustness, &all) : CRMV_OUT_OF_MEMORY;
        free(all.items);
    }
    return status;
}

int32_t crmvi_try_weight(const crmv_robustness *robustness, const crmvi_weight *weight, int32_t change, int32_t *out) {
    trial only;
    int32_t status = make_trial(robustness, weight, change, &only);
    if (status == CRMV_OK) {
        status = keep_tiers(robustness, &only.by, out);
        clear_trial(&only);
    }
    return status;
}

int32_t crmvi_try_without(const crmv_robustness *robustness, int32_t metric, int32_t *out) {
    trial only;
    if (!crmvi_variant_without(&robustness->tree, metric, &only.variant)) {
        return CRMV_OUT_OF_MEMORY;
    }
    int32_t status = complete_trial(robustness, crmvi_variant_settle(&only.variant), &only);
    if (status == CRMV_OK) {
        status = keep_tiers(robustness, &only.by, out);
        clear_trial(&only);
    }
    return status;
}
