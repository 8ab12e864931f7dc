#include "cases.h"

#include <stddef.h>

enum { LINES_OF_A_CUSTOMER = 10, SMALL_RUNS = 9, RUNS = 3, FIRST_SIZE = 100000, MILLION = 1000000 };

/* Sizes in lines: what the default ends with, and --large. */
static const int64_t default_size = MILLION, largest_size = 100 * MILLION;

/* The command is run on files of up to so many lines. */
static const int64_t default_csv_size = FIRST_SIZE, largest_csv_size = 10 * MILLION;

/* The kinds of feeds, each with the sizes that it is run at. */
typedef struct kind {
    int64_t from, to;
    feed_plan feed;
} kind;

static const kind kinds[] = {
    {FIRST_SIZE, 100 * MILLION, {.name = "uniform numbers, shuffled"}},
    {MILLION, 100 * MILLION, {.name = "uniform numbers, ascending dates", .ascending = true}},
    {MILLION, 100 * MILLION, {.name = "uniform numbers, Zipf activity", .zipf = true}},
    {MILLION, 100 * MILLION, {.name = "clustered numbers, shuffled", .numbers = NUMBERED_CLUSTERED}},
    {MILLION, 100 * MILLION, {.name = "sequential numbers, shuffled", .numbers = NUMBERED_SEQUENTIAL}},
    {FIRST_SIZE, 10 * MILLION, {.name = "text keys, shuffled", .texts = true}},
    {MILLION, 10 * MILLION, {.name = "documents of 3 lines", .document_lines = 3}},
};

/* Whether the crmvalue command was built, too. */
static const bool with_command = sizeof BENCH_PROGRAM > 1;

static case_plan plan_of(const kind *what, int64_t rows, int64_t csv_size, uint64_t seed) {
    case_plan plan = {.feed = what->feed, .warm_runs = rows < MILLION ? SMALL_RUNS : RUNS};
    plan.feed.rows = rows;
    plan.feed.customers = rows / LINES_OF_A_CUSTOMER;
    plan.feed.seed = seed;
    plan.feed.return_percent = 3;
    plan.feed.unknown_cost_percent = 2;
    plan.csv_folder = with_command && what->feed.texts && rows <= csv_size ? BENCH_FOLDER : NULL;
    return plan;
}

int32_t cases_list(bool large, uint64_t seed, case_plan plans[MOST_CASES]) {
    int64_t size = large ? largest_size : default_size, csv_size = large ? largest_csv_size : default_csv_size;
    int32_t count = 0;
    for (int64_t rows = FIRST_SIZE; rows <= size; rows *= 10) {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            if (rows >= kinds[i].from && rows <= kinds[i].to) {
                plans[count++] = plan_of(&kinds[i], rows, csv_size, seed);
            }
        }
    }
    return count;
}
