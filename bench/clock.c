#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double clock_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double clock_median(double *values, int32_t count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* A line such as "VmHWM:    1234 kB" of a file that the system keeps. */
static int64_t kept_bytes(const char *path, const char *key) {
    char line[128];
    int64_t bytes = 0;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, strlen(key)) == 0) {
            bytes = strtoll(line + strlen(key), NULL, 10) * 1024;
        }
    }
    if (file) {
        fclose(file);
    }
    return bytes;
}

int64_t clock_resident(void) {
    return kept_bytes("/proc/self/status", "VmRSS:");
}

int64_t clock_peak(void) {
    return kept_bytes("/proc/self/status", "VmHWM:");
}

int64_t clock_available(void) {
    return kept_bytes("/proc/meminfo", "MemAvailable:");
}

void clock_forget_peak(void) {
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file) {
        fputs("5", file);
        fclose(file);
    }
}
