#include "reasons.h"

#include "machine.h"

#include <pthread.h>

enum { MOST_REASONS = 16 };

/* A part of the customers, and who asks for them. */
typedef struct asker {
    pthread_t thread;
    const crmv_scores *scores;
    int64_t begin, end;
    uint64_t sum;
    int32_t status;
} asker;

static void *ask(void *context) {
    asker *self = context;
    crmv_reason reasons[MOST_REASONS];
    for (int64_t row = self->begin; row < self->end && !self->status; row++) {
        int32_t count = 0;
        reasons[0].struct_size = sizeof reasons[0];
        self->status = crmv_scores_reasons(self->scores, row, reasons, MOST_REASONS, &count);
        for (int32_t i = 0; i < count; i++) {
            /* a sum, so that it does not matter who asked */
            self->sum += (uint64_t)reasons[i].contribution * (uint64_t)(row * MOST_REASONS + i + 1);
        }
    }
    return NULL;
}

bool reasons_ask(const crmv_model *model, const crmv_scores *scores, int64_t rows, int32_t threads, digest *found) {
    asker askers[MOST_THREADS] = {0};
    bool done = threads <= MOST_THREADS && crmv_model_count(model, CRMV_METRICS) <= MOST_REASONS;
    int32_t started = 0;
    for (; done && started < threads; started++) {
        askers[started].scores = scores;
        askers[started].begin = rows * started / threads;
        askers[started].end = rows * (started + 1) / threads;
        if (pthread_create(&askers[started].thread, NULL, ask, &askers[started])) {
            break;
        }
    }
    done = done && started == threads;
    *found = 0;
    for (int32_t i = 0; i < started; i++) {
        pthread_join(askers[i].thread, NULL);
        done = done && !askers[i].status;
        *found += askers[i].sum;
    }
    return done;
}
