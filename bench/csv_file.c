#include "csv_file.h"

#include "clock.h"

#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* ---- The file ---------------------------------------------------------------------------------------------------- */

static void write_money(FILE *file, int64_t minor) {
    int64_t size = minor < 0 ? -minor : minor;
    fprintf(file, ",%s%" PRId64 ".%02" PRId64, minor < 0 ? "-" : "", size / 100, size % 100);
}

static void write_line(FILE *file, const feed *lines, int64_t i) {
    int32_t year = 0, month = 0, day = 0;
    crmv_date(lines->date[i], &year, &month, &day);
    fprintf(file, "%.*s,%04d-%02d-%02d,%d", TEXT_KEY_BYTES, lines->text + i * TEXT_KEY_BYTES, year, month, day,
            lines->quantity[i]);
    write_money(file, lines->revenue[i]);
    if (!lines->cost_known || (lines->cost_known[i / 8] >> (i % 8) & 1)) {
        write_money(file, lines->cost[i]);
    } else {
        fputc(',', file);
    }
    write_money(file, lines->discount[i]);
    write_money(file, lines->cost_to_serve[i]);
    fputc('\n', file);
}

int64_t csv_file_write(const char *path, const feed *lines, int64_t rows) {
    FILE *file = fopen(path, "w");
    if (!file) {
        return -1;
    }
    fputs("customer,date,quantity,revenue,cost,discount,cost_to_serve\n", file);
    for (int64_t i = 0; i < rows; i++) {
        write_line(file, lines, i);
    }
    int64_t bytes = ferror(file) ? -1 : (int64_t)ftell(file);
    return fclose(file) ? -1 : bytes;
}

/* ---- The command ------------------------------------------------------------------------------------------------- */

/* The most memory that a running process had so far; 0 once it has ended. */
static int64_t peak_of(pid_t process) {
    char path[64], line[128];
    int64_t kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kilobytes = strtoll(line + 6, NULL, 10);
        }
    }
    if (file) {
        fclose(file);
    }
    return kilobytes * 1024;
}

/* Waits for a process and looks at its memory every other millisecond: what the system adds up over children counts
 * the parent's, too. */
static bool wait_for(pid_t process, int64_t *peak) {
    const struct timespec pause = {.tv_nsec = 2000000};
    int status = 0;
    *peak = 0;
    while (waitpid(process, &status, WNOHANG) == 0) {
        int64_t bytes = peak_of(process);
        *peak = bytes > *peak ? bytes : *peak;
        nanosleep(&pause, NULL);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run(char *const *arguments, command_figures *took) {
    posix_spawn_file_actions_t actions;
    pid_t process = 0;
    double begin = clock_now();
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    bool done = posix_spawn(&process, BENCH_PROGRAM, &actions, NULL, arguments, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    done = done && wait_for(process, &took->peak_bytes);
    took->seconds = clock_now() - begin;
    return done;
}

static void as_of_text(char text[16]) {
    int32_t year = 0, month = 0, day = 0;
    crmv_date(feed_last_day(), &year, &month, &day);
    snprintf(text, 16, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
}

bool csv_file_explain(const char *path, const char *customer, int32_t threads, command_figures *took) {
    char as_of[16], workers[16];
    as_of_text(as_of);
    snprintf(workers, sizeof workers, "%d", threads);
    const char *arguments[] = {BENCH_PROGRAM,    "explain",    "--quiet", "--model", BENCH_SCORECARD,
                               "--transactions", path,         "--as-of", as_of,     "--threads",
                               workers,          "--customer", customer,  NULL};
    return run((char *const *)(uintptr_t)arguments, took);
}

bool csv_file_score(const char *path, const char *out, int32_t threads, command_figures *took) {
    char as_of[16], workers[16];
    as_of_text(as_of);
    snprintf(workers, sizeof workers, "%d", threads);
    const char *arguments[] = {BENCH_PROGRAM,    "score", "--quiet", "--model", BENCH_SCORECARD,
                               "--transactions", path,    "--as-of", as_of,     "--threads",
                               workers,          "--out", out,       NULL};
    return run((char *const *)(uintptr_t)arguments, took);
}
