#include "progress.h"

#include <stdio.h>
#include <unistd.h>

static char at[64];

void progress_at(const char *where) {
    snprintf(at, sizeof at, "%s", where);
}

void progress_doing(const char *what) {
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%.60s: %-16.16s", at, what);
    }
}

void progress_clear(void) {
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%-79s\r", "");
    }
}
