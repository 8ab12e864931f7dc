#include "base/parallel.h"

#include "base/error.h"
#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS_LIMIT = 1024 };

int32_t crmvi_runner_read(const crmv_options *options, crmvi_runner *out, crmv_error *error) {
    *out = (crmvi_runner){.threads = 1};
    if (options == NULL) {
        return CRMV_OK;
    }
    if (options->struct_size < sizeof *options) {
        return crmvi_bad_argument(error, "options", "has a struct_size below that of crmv_options");
    }
    if (options->threads < 0 || options->threads > THREADS_LIMIT) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "options.threads", "%d threads; 1 to %d are allowed",
                          (int)options->threads, THREADS_LIMIT);
    }
    out->threads = options->threads == 0 ? 1 : options->threads;
    out->context = options->context;
    out->progress = options->progress;
    return CRMV_OK;
}

/* One run, shared by its workers. Blocks are handed out in ascending order, so every block below a failing one runs. */
typedef struct run {
    crmvi_task task;
    void *context;
    int64_t count, block, blocks;
    atomic_llong next;
    atomic_bool stopped;
    pthread_mutex_t mutex;
    int64_t failed_block;
    int32_t status;
} run;

static void note_failure(run *r, int64_t block, int32_t status) {
    pthread_mutex_lock(&r->mutex);
    if (block < r->failed_block) {
        r->failed_block = block;
        r->status = status;
    }
    pthread_mutex_unlock(&r->mutex);
    atomic_store(&r->stopped, true);
}

/* Runs the next block; false where there is none. */
static bool run_next(run *r) {
    if (atomic_load(&r->stopped)) {
        return false;
    }
    const int64_t block = atomic_fetch_add(&r->next, 1);
    if (block >= r->blocks) {
        return false;
    }
    const int64_t begin = block * r->block;
    const int64_t end = r->count - begin < r->block ? r->count : begin + r->block;
    const int32_t status = r->task(r->context, begin, end);
    if (status != CRMV_OK) {
        note_failure(r, block, status);
    }
    return true;
}

/* The stack of a thread that ended stays in the process, for the next one: nothing of a customer's is left there. */
static void *work(void *argument) {
    while (run_next(argument)) {
    }
    crmvi_wipe_stack();
    return NULL;
}

/* The calling thread works too, and tells progress between its blocks. */
static bool work_and_tell(run *r, const crmvi_runner *runner, const char *stage) {
    do {
        if (runner->progress != NULL) {
            const int64_t begun = atomic_load(&r->next);
            const double done = (double)(begun < r->blocks ? begun : r->blocks) / (double)r->blocks;
            if (runner->progress(runner->context, stage, done) != 0) {
                atomic_store(&r->stopped, true);
                return false;
            }
        }
    } while (run_next(r));
    return true;
}

int32_t crmvi_parallel(const crmvi_runner *runner, const char *stage, int64_t count, int64_t block, crmvi_task task,
                       void *context) {
    if (count <= 0) {
        return CRMV_OK;
    }
    run r = {.task = task, .context = context, .count = count, .block = block};
    r.blocks = (count - 1) / block + 1;
    r.failed_block = r.blocks;
    r.status = CRMV_OK;
    atomic_init(&r.next, 0);
    atomic_init(&r.stopped, false);
    const int64_t wanted = runner->threads < r.blocks ? runner->threads : r.blocks;
    pthread_t *workers = wanted > 1 ? calloc((size_t)wanted - 1, sizeof *workers) : NULL;
    if (pthread_mutex_init(&r.mutex, NULL) != 0) {
        free(workers);
        return CRMV_OUT_OF_MEMORY;
    }
    int64_t started = 0;
    while (workers != NULL && started < wanted - 1 && pthread_create(&workers[started], NULL, work, &r) == 0) {
        started++;
    }
    const bool finished = work_and_tell(&r, runner, stage);
    for (int64_t i = 0; i < started; i++) {
        pthread_join(workers[i], NULL);
    }
    free(workers);
    pthread_mutex_destroy(&r.mutex);
    return finished ? r.status : CRMV_CANCELLED;
}
