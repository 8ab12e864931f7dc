#include "machine.h"

#include "clock.h"
#include "draws.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 192 * 1024 * 1024, UPDATES = 6000000, PAGE_BYTES = 4096, TRIES = 3 };

/* A worker has two blocks of its own. */
typedef struct worker {
    pthread_t thread;
    void (*work)(struct worker *self);
    uint64_t *from, *to;
    uint64_t sum; /* so that no compiler drops the reading */
} worker;

static void read_block(worker *self) {
    uint64_t sums[8] = {0};
    for (size_t i = 0; i < BLOCK_BYTES / sizeof *self->from; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            sums[lane] += self->from[i + lane];
        }
    }
    for (size_t lane = 0; lane < 8; lane++) {
        self->sum += sums[lane];
    }
}

static void copy_block(worker *self) {
    memcpy(self->to, self->from, BLOCK_BYTES);
}

static void update_block(worker *self) {
    draws stream = {self->sum};
    for (int64_t i = 0; i < UPDATES; i++) {
        self->to[draws_below(&stream, BLOCK_BYTES / sizeof *self->to)]++;
    }
}

static void touch_block(worker *self) {
    for (size_t i = 0; i < BLOCK_BYTES / sizeof *self->to; i += PAGE_BYTES / sizeof *self->to) {
        ((volatile uint64_t *)self->to)[i] = i;
    }
}

static void *start(void *self) {
    ((worker *)self)->work(self);
    return NULL;
}

/* Seconds that all workers take; negative where one does not start. */
static double together(worker *workers, int32_t count, void (*work)(worker *self)) {
    double begin = clock_now();
    int32_t started = 0;
    for (; started < count; started++) {
        workers[started].work = work;
        if (pthread_create(&workers[started].thread, NULL, start, &workers[started])) {
            break;
        }
    }
    for (int32_t i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    return started == count ? clock_now() - begin : -1;
}

/* The best of some tries: a limit is what the machine can do undisturbed. */
static double best(worker *workers, int32_t count, void (*work)(worker *self), double amount) {
    double rate = 0;
    for (int attempt = 0; attempt < TRIES; attempt++) {
        double seconds = together(workers, count, work);
        rate = seconds > 0 && amount / seconds > rate ? amount / seconds : rate;
    }
    return rate;
}

static bool get_blocks(worker *workers, int32_t count) {
    bool done = true;
    for (int32_t i = 0; i < count; i++) {
        workers[i] = (worker){.from = malloc(BLOCK_BYTES), .to = malloc(BLOCK_BYTES), .sum = (uint64_t)i};
        done = done && workers[i].from && workers[i].to;
    }
    return done;
}

bool machine_measure(int32_t threads, machine_limits *limits) {
    worker workers[MOST_THREADS] = {0};
    double bytes = (double)BLOCK_BYTES * threads;
    memset(limits, 0, sizeof *limits);
    bool done = threads >= 1 && threads <= MOST_THREADS && get_blocks(workers, threads);
    if (done) {
        double seconds = together(workers, threads, touch_block);
        limits->touch = seconds > 0 ? bytes / seconds : 0;
        for (int32_t i = 0; i < threads; i++) {
            memset(workers[i].from, 1, BLOCK_BYTES);
        }
        limits->copy = best(workers, threads, copy_block, bytes);
        limits->read = best(workers, threads, read_block, bytes);
        limits->updates = best(workers, threads, update_block, (double)UPDATES * threads);
    }
    for (int32_t i = 0; i < threads && i < MOST_THREADS; i++) {
        free(workers[i].from);
        free(workers[i].to);
    }
    return done && limits->touch > 0 && limits->copy > 0 && limits->read > 0 && limits->updates > 0;
}
