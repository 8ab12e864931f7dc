#include "parts.h"

#include <pthread.h>
#include <unistd.h>

typedef struct worker {
    pthread_t thread;
    void (*work)(void *context, int32_t part);
    void *context;
    int32_t part;
} worker;

static void *start(void *self) {
    worker *of = self;
    of->work(of->context, of->part);
    return NULL;
}

bool parts_run(int32_t count, void (*work)(void *context, int32_t part), void *context) {
    worker workers[MOST_PARTS];
    int32_t started = 0;
    for (; started < count && started < MOST_PARTS; started++) {
        workers[started] = (worker){.work = work, .context = context, .part = started};
        if (pthread_create(&workers[started].thread, NULL, start, &workers[started])) {
            break;
        }
    }
    for (int32_t i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    return started == count;
}

int32_t parts_at_hand(void) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > MOST_PARTS ? MOST_PARTS : (int32_t)processors;
}
