#include "cases.h"

#include <stddef.h>

enum { LINES_OF_A_CUSTOMER = 10, SMALL_RUNS = 9, RUNS = 3 };

/* The kinds of feeds, and the sizes that they are run at: uniform ones at all, the others where it tells. */
typedef struct kind {
    feed_plan feed;
    int64_t from, to; /* rows */
    int64_t csv_to;   /* rows up to which the command is run */
} kind;

/* Sizes in rows; the default ends at a million. */
#define ANY_SIZE INT64_C(100000000)
#define TEN_MILLION INT64_C(10000000)
#define MILLION INT64_C(1000000)

static const kind kinds[] = {
    {{.name = "uniform numbers, shuffled", .numbers = NUMBERED_UNIFORM}, 0, ANY_SIZE, 0},
    {{.name = "uniform numbers, ascending dates", .numbers = NUMBERED_UNIFORM, .ascending = true},
     MILLION,
     ANY_SIZE,
     0},
    {{.name = "uniform numbers, Zipf activity", .numbers = NUMBERED_UNIFORM, .zipf = true}, MILLION, ANY_SIZE, 0},
    {{.name = "clustered numbers, shuffled", .numbers = NUMBERED_CLUSTERED}, MILLION, ANY_SIZE, 0},
    {{.name = "sequential numbers, shuffled", .numbers = NUMBERED_SEQUENTIAL}, MILLION, ANY_SIZE, 0},
    {{.name = "text keys, shuffled", .numbers = NUMBERED_UNIFORM, .texts = true}, MILLION, TEN_MILLION, TEN_MILLION},
    {{.name = "documents of 3 lines", .numbers = NUMBERED_UNIFORM, .document_lines = 3}, MILLION, TEN_MILLION, 0},
};

/* Whether the crmvalue command was built, too. */
static const bool with_command = sizeof BENCH_PROGRAM > 1;

static void add_size(int64_t rows, uint64_t seed, case_plan *plans, int32_t *count) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (rows < kinds[i].from || rows > kinds[i].to) {
            continue;
        }
        case_plan *plan = &plans[(*count)++];
        *plan = (case_plan){.feed = kinds[i].feed, .warm_runs = rows < MILLION ? SMALL_RUNS : RUNS};
        plan->feed.rows = rows;
        plan->feed.customers = rows / LINES_OF_A_CUSTOMER;
        plan->feed.seed = seed;
        plan->feed.return_percent = 3;
        plan->feed.unknown_cost_percent = 2;
        plan->csv_folder = with_command && rows <= kinds[i].csv_to ? BENCH_FOLDER : NULL;
    }
}

int32_t cases_list(bool large, uint64_t seed, case_plan plans[MOST_CASES]) {
    int32_t count = 0;
    for (int64_t rows = 100000; rows <= (large ? ANY_SIZE : MILLION); rows *= 10) {
        add_size(rows, seed, plans, &count);
    }
    return count;
}
