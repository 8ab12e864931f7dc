#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void progress_begin(progress *work, bool quiet) {
    *work = (progress){.shown = !quiet && isatty(STDERR_FILENO)};
}

void progress_show(progress *work, const char *stage, double done) {
    int32_t percent = done > 0 && done <= 1 ? (int32_t)(done * 100) : 0;
    if (!work->shown || (work->drawn && percent == work->percent && strcmp(stage, work->stage) == 0)) {
        return;
    }
    work->drawn = true;
    work->percent = percent;
    snprintf(work->stage, sizeof work->stage, "%s", stage);
    fprintf(stderr, "\r%s %d %%\033[K", work->stage, percent);
    fflush(stderr);
}

void progress_clear(progress *work) {
    if (work->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        work->drawn = false;
    }
}

int32_t progress_of_library(void *context, const char *stage, double done) {
    progress *work = context;
    if (!work->held) {
        progress_show(work, stage, done);
    }
    return 0;
}
