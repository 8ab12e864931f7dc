#include "unfinished.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* A command writes two files at most: its result and its report. */
enum { MOST_FILES = 2 };

static const int watched[] = {SIGINT, SIGHUP, SIGTERM};
enum { WATCHED = sizeof watched / sizeof watched[0] };

/* What the handler reads is never freed; a path is complete while its file is known. */
static struct {
    atomic_bool known;
    char path[PATH_MAX];
} files[MOST_FILES];

/* Of what a handler may call: unlink, signal and raise. The signal is raised once more so that whoever started the
 * command sees what ended it; it is held back until the handler returns. */
static void clear_up(int number) {
    for (size_t i = 0; i < MOST_FILES; i++) {
        if (atomic_load(&files[i].known)) {
            unlink(files[i].path);
        }
    }
    signal(number, SIG_DFL);
    raise(number);
}

void unfinished_watch(void) {
    for (size_t i = 0; i < WATCHED; i++) {
        struct sigaction now;
        if (sigaction(watched[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN) {
            struct sigaction ours = {.sa_handler = clear_up};
            sigfillset(&ours.sa_mask);
            sigaction(watched[i], &ours, NULL);
        }
    }
}

static void remember(const char *path) {
    const size_t length = strlen(path);
    for (size_t i = 0; i < MOST_FILES && length < PATH_MAX; i++) {
        if (!atomic_load(&files[i].known)) {
            memcpy(files[i].path, path, length + 1);
            atomic_store(&files[i].known, true);
            return;
        }
    }
}

int unfinished_make(char *path) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    const int descriptor = mkstemp(path);
    const int reason = errno;
    if (descriptor >= 0) {
        remember(path);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = reason;
    return descriptor;
}

void unfinished_forget(const char *path) {
    for (size_t i = 0; i < MOST_FILES; i++) {
        if (atomic_load(&files[i].known) && strcmp(files[i].path, path) == 0) {
            atomic_store(&files[i].known, false);
        }
    }
}
