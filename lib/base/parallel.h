/* parallel.h - workers that live inside one call. */
#ifndef CRMVI_BASE_PARALLEL_H
#define CRMVI_BASE_PARALLEL_H

#include "crmvalue/status.h"

#include <stdatomic.h>
#include <stdbool.h>

/* A piece of work: item numbers [begin, end) of the whole. Returns a status; the first failure by item number wins. */
typedef int32_t (*crmvi_task)(void *context, int64_t begin, int64_t end);

/* How a call runs, taken from the caller's options. */
typedef struct crmvi_runner {
    int32_t threads;
    void *context;
    int32_t (*progress)(void *context, const char *stage, double done);
} crmvi_runner;

/* Checks the options (NULL: the defaults). Errors: CRMV_BAD_ARGUMENT. */
int32_t crmvi_runner_read(const crmv_options *options, crmvi_runner *out, crmv_error *error);

/*
 * Runs `task` over items [0, count) in blocks of `block` items, on the runner's threads (the calling one included).
 * Where a thread cannot be started the others do its work. Progress is told under `stage` on the calling thread;
 * CRMV_CANCELLED where it asks to stop. The result is that of the failing block with the lowest number, so that it does
 * not depend on the number of threads.
 */
int32_t crmvi_parallel(const crmvi_runner *runner, const char *stage, int64_t count, int64_t block, crmvi_task task,
                       void *context);

#endif
