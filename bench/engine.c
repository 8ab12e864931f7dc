/*
 * crmvalue as one of the engines that are compared, and the writer of the columns that all of them read.
 *
 *     engine write FOLDER ROWS CUSTOMERS SEED KEYS WHAT
 *     engine serve FOLDER THREADS WHAT
 *
 * KEYS: uniform, sequential, clustered or zipf. WHAT: what the questions begin with, with commas between: "lines",
 * "summary", and with it "twelve", the metrics of Q6. Served, it loads its columns, says "ready NAME VERSION EMPTY
 * TABLES", bytes that the process took before and that its columns take, and then for each line that it reads one that
 * begins with "done": "run Q" answers in memory that it keeps, "fresh Q" in memory that it has to ask the system for
 * (each tells its seconds), "write Q PATH" writes the last answer, to the question Q.
 */
#include "clock.h"
#include "columns.h"
#include "machine.h"
#include "questions.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    return 1;
}

/* Without returns and unknown costs: they would cost the others more than us. */
static int write_columns(const char *folder, char **arguments) {
    feed_plan plan = {.rows = strtoll(arguments[0], NULL, 10),
                      .customers = strtoll(arguments[1], NULL, 10),
                      .seed = strtoull(arguments[2], NULL, 10)};
    plan.zipf = strcmp(arguments[3], "zipf") == 0;
    plan.numbers = strcmp(arguments[3], "sequential") == 0  ? NUMBERED_SEQUENTIAL
                   : strcmp(arguments[3], "clustered") == 0 ? NUMBERED_CLUSTERED
                                                            : NUMBERED_UNIFORM;
    feed lines;
    if (!feed_make(&lines, &plan)) {
        return fail("no memory for the lines");
    }
    answerer *self = answerer_new(&lines, MOST_THREADS);
    bool done = self && columns_write_feed(folder, &lines) &&
                (!strstr(arguments[4], "summary") || answerer_write_summary(self, folder));
    answerer_free(self);
    feed_clear(&lines);
    return done ? 0 : fail("the columns cannot be written");
}

/* Whether freed memory stays with the process, to be found again by the next run. */
static void keep_memory(bool keep) {
    enum { USUAL_MAPPINGS = 65536 };
    mallopt(M_TRIM_THRESHOLD, -1);
    mallopt(M_MMAP_MAX, keep ? 0 : USUAL_MAPPINGS);
    if (!keep) {
        malloc_trim(0);
        clock_forget_peak(); /* of what was just given back */
    }
}

static bool run(answerer *self, const char *question, bool fresh) {
    answerer_forget(self);
    keep_memory(!fresh);
    double begin = clock_now();
    bool done = answerer_ask(self, question);
    printf("%s %.6f\n", done ? "done" : "failed", clock_now() - begin);
    return done;
}

static bool obey(answerer *self, const char *line) {
    char word[16] = "", question[16] = "", path[1024] = "";
    sscanf(line, "%15s %15s %1023s", word, question, path);
    if (strcmp(word, "write") == 0) {
        bool done = answerer_write(self, question, path);
        puts(done ? "done" : "failed");
        return done;
    }
    return run(self, question, strcmp(word, "fresh") == 0);
}

/* Loads what is wanted; gives the bytes that it takes, or -1 where that fails. */
static int64_t load(const char *folder, const char *what, feed *lines, answerer *self) {
    int64_t bytes = 0;
    if (strstr(what, "lines")) {
        if (!columns_read_feed(folder, lines)) {
            return -1;
        }
        bytes = (int64_t)lines->bytes;
    }
    if (strstr(what, "summary")) {
        int64_t more = answerer_read_summary(self, folder, strstr(what, "twelve") != NULL);
        bytes = more < 0 ? -1 : bytes + more;
    }
    return bytes;
}

static int serve(const char *folder, int32_t threads, const char *what) {
    char line[2048];
    feed lines = {0};
    answerer *self = answerer_new(&lines, threads);
    int64_t empty = clock_resident(), bytes = self ? load(folder, what, &lines, self) : -1;
    if (bytes < 0) {
        return fail("the columns cannot be read");
    }
    printf("ready crmvalue %s %" PRId64 " %" PRId64 "\n", crmv_version(), empty, bytes);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) && obey(self, line)) {
        fflush(stdout);
    }
    answerer_free(self);
    feed_clear(&lines);
    return 0;
}

int main(int count, char **words) {
    if (count == 8 && strcmp(words[1], "write") == 0) {
        return write_columns(words[2], words + 3);
    }
    if (count == 5 && strcmp(words[1], "serve") == 0) {
        return serve(words[2], (int32_t)strtol(words[3], NULL, 10), words[4]);
    }
    fputs("usage: engine write FOLDER ROWS CUSTOMERS SEED KEYS WHAT | serve FOLDER THREADS WHAT\n", stderr);
    return 2;
}
