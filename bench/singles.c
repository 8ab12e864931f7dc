#include "singles.h"

#include "machine.h"
#include "parts.h"

#include <stddef.h>

enum { MOST_METRICS = 16, MOST_KEY_BYTES = 1025 };

/* What the threads share. */
typedef struct asking {
    const whole_base *whole;
    const int64_t *points;               /* of all customers */
    const int32_t *tiers;                /* of all customers */
    const double *columns[MOST_METRICS]; /* of the frame */
    int32_t metrics, threads;
    int64_t customers;
    bool (*work)(const struct asking *job, int64_t customer);
    bool done[MOST_THREADS];
} asking;

/* ---- One customer ------------------------------------------------------------------------------------------------ */

static bool as_among_all(const asking *job, int64_t row, const crmv_scores *scores) {
    return crmv_scores_rows(scores) == 1 && crmv_scores_exact(scores, "score")[0] == job->points[row] &&
           crmv_scores_codes(scores, "tier")[0] == job->tiers[row];
}

static bool extract_one(const asking *job, int64_t customer) {
    const crmv_options options = {.struct_size = sizeof options, .threads = 1};
    char key[MOST_KEY_BYTES];
    const char *keys[] = {key};
    const whole_base *whole = job->whole;
    int64_t row = customer * crmv_frame_rows(whole->frame) / job->customers;
    crmv_ledger *ledger = NULL;
    crmv_frame *frame = NULL;
    crmv_scores *scores = NULL;
    bool done =
        !crmv_frame_key(whole->frame, row, key, sizeof key, NULL) &&
        !crmv_ledger_extract(whole->ledger, keys, 1, &ledger, NULL) &&
        !crmv_frame_derive(whole->model, ledger, NULL, 0, 0, crmv_frame_as_of(whole->frame), &options, &frame, NULL) &&
        !crmv_score(whole->model, frame, &options, &scores, NULL) && as_among_all(job, row, scores);
    crmv_scores_free(scores);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    return done;
}

static bool score_one(const asking *job, int64_t row) {
    double metrics[MOST_METRICS];
    crmv_single_score found = {.struct_size = sizeof found};
    const whole_base *whole = job->whole;
    for (int32_t i = 0; i < job->metrics; i++) {
        metrics[i] = job->columns[i][row];
    }
    return !crmv_score_one(whole->model, metrics, job->metrics, crmv_frame_as_of(whole->frame),
                           crmv_frame_start(whole->frame, row), &found, NULL) &&
           found.score == job->points[row] && found.tier == job->tiers[row];
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static void ask(void *context, int32_t part) {
    asking *job = context;
    int64_t end = job->customers * (part + 1) / job->threads;
    bool done = true;
    for (int64_t i = job->customers * part / job->threads; done && i < end; i++) {
        done = job->work(job, i);
    }
    job->done[part] = done;
}

static bool ask_all(const whole_base *whole, int64_t customers, int32_t threads,
                    bool (*work)(const asking *job, int64_t customer)) {
    asking job = {.whole = whole,
                  .points = crmv_scores_exact(whole->scores, "score"),
                  .tiers = crmv_scores_codes(whole->scores, "tier"),
                  .metrics = crmv_model_count(whole->model, CRMV_METRICS),
                  .threads = threads,
                  .customers = customers,
                  .work = work};
    if (threads > MOST_THREADS || job.metrics > MOST_METRICS || !job.points || !job.tiers) {
        return false;
    }
    for (int32_t i = 0; i < job.metrics; i++) {
        job.columns[i] = crmv_frame_metric(whole->frame, crmv_model_item(whole->model, CRMV_METRICS, i));
    }
    bool done = parts_run(threads, ask, &job);
    for (int32_t i = 0; i < threads; i++) {
        done = done && job.done[i];
    }
    return done;
}

bool singles_extract(const whole_base *whole, int64_t customers, int32_t threads) {
    return ask_all(whole, customers, threads, extract_one);
}

bool singles_score(const whole_base *whole, int64_t customers, int32_t threads) {
    return ask_all(whole, customers, threads, score_one);
}
