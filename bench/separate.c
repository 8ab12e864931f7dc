#include "separate.h"

#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static bool write_all(int file, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written <= 0) {
            return false;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static bool read_all(int file, char *bytes, size_t size) {
    while (size > 0) {
        ssize_t got = read(file, bytes, size);
        if (got <= 0) {
            return false;
        }
        bytes += got;
        size -= (size_t)got;
    }
    return true;
}

bool separate_run(void (*work)(const void *plan, void *result), const void *plan, void *result, size_t size) {
    int ends[2];
    int status = 0;
    fflush(NULL); /* what waits to be written would be written twice */
    if (pipe(ends)) {
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        work(plan, result);
        _exit(write_all(ends[1], result, size) ? 0 : 1);
    }
    close(ends[1]);
    bool done = child > 0 && read_all(ends[0], result, size);
    close(ends[0]);
    return child > 0 && waitpid(child, &status, 0) == child && done && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
