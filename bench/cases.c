#include "cases.h"

#include <stddef.h>

enum { LINES_OF_A_CUSTOMER = 10, SMALL_RUNS = 9, RUNS = 3, FIRST_SIZE = 100000, MILLION = 1000000 };

/* Sizes in lines: what the default ends with, and --large. */
static const int64_t default_size = MILLION, largest_size = 100 * MILLION;

/* The command is run on files of up to so many lines. */
static const int64_t default_csv_size = FIRST_SIZE, largest_csv_size = 10 * MILLION;

/* Receivables and lifetimes come with feeds of up to so many lines; of more there would be no room for them. */
static const int64_t largest_with_more = 10 * MILLION;

/* Seconds after which a case begins no further run, at one number of threads. */
static const double default_patience = 3.5, large_patience = 60;

/* The kinds of feeds, each with the sizes that it is run at. */
typedef struct kind {
    int64_t from, to;
    feed_plan feed;
    bool only_ledger;
    bool closely;   /* with its file, and customers one by one */
    bool with_more; /* with receivables and lifetimes */
} kind;

static const kind kinds[FEED_KINDS] = {
    [FEED_UNIFORM] = {.from = FIRST_SIZE,
                      .to = 100 * MILLION,
                      .feed = {.name = "uniform numbers, shuffled"},
                      .closely = true,
                      .with_more = true},
    [FEED_ASCENDING] = {.from = MILLION,
                        .to = 10 * MILLION,
                        .feed = {.name = "uniform numbers, ascending dates", .ascending = true}},
    [FEED_ZIPF] = {.from = MILLION,
                   .to = 10 * MILLION,
                   .feed = {.name = "uniform numbers, Zipf activity", .zipf = true}},
    [FEED_CLUSTERED] = {.from = MILLION,
                        .to = 10 * MILLION,
                        .feed = {.name = "clustered numbers, shuffled", .numbers = NUMBERED_CLUSTERED}},
    [FEED_SEQUENTIAL] = {.from = MILLION,
                         .to = 10 * MILLION,
                         .feed = {.name = "sequential numbers, shuffled", .numbers = NUMBERED_SEQUENTIAL}},
    [FEED_TEXTS] = {.from = FIRST_SIZE,
                    .to = 10 * MILLION,
                    .feed = {.name = "text keys, shuffled", .texts = true},
                    .closely = true},
    [FEED_DOUBLES] = {.from = MILLION,
                      .to = 10 * MILLION,
                      .feed = {.name = "uniform numbers, amounts as doubles", .doubles = true},
                      .only_ledger = true},
    [FEED_DOCUMENTS] = {.from = MILLION,
                        .to = 10 * MILLION,
                        .feed = {.name = "documents of 3 lines", .document_lines = 3}},
};

/* Whether the crmvalue command was built, too. */
static const bool with_command = sizeof BENCH_PROGRAM > 1;

static case_plan plan_of(feed_kind which, int64_t rows, const cases_wanted *wanted) {
    int64_t csv_size = wanted->large ? largest_csv_size : default_csv_size;
    case_plan plan = {.kind = which,
                      .feed = kinds[which].feed,
                      .only_ledger = kinds[which].only_ledger,
                      .singles = kinds[which].closely,
                      .receivables = kinds[which].with_more && rows <= largest_with_more,
                      .lifetimes = kinds[which].with_more && rows <= largest_with_more,
                      .ledger_folder = kinds[which].closely ? BENCH_FOLDER : NULL,
                      .warm_runs = rows < MILLION ? SMALL_RUNS : RUNS,
                      .patience = wanted->large ? large_patience : default_patience};
    plan.feed.rows = rows;
    plan.feed.customers = rows / LINES_OF_A_CUSTOMER;
    plan.feed.seed = wanted->seed;
    plan.feed.return_percent = 3;
    plan.feed.unknown_cost_percent = 2;
    plan.csv_folder = with_command && plan.feed.texts && rows <= csv_size ? BENCH_FOLDER : NULL;
    return plan;
}

int32_t cases_list(const cases_wanted *wanted, case_plan plans[MOST_CASES]) {
    int64_t size = wanted->large ? largest_size : default_size;
    int32_t count = 0;
    for (int64_t rows = FIRST_SIZE; wanted->rows == 0 && rows <= size; rows *= 10) {
        for (feed_kind which = 0; which < FEED_KINDS; which++) {
            if (rows >= kinds[which].from && rows <= kinds[which].to) {
                plans[count++] = plan_of(which, rows, wanted);
            }
        }
    }
    for (feed_kind which = 0; wanted->rows > 0 && which < FEED_KINDS; which++) {
        plans[count++] = plan_of(which, wanted->rows, wanted);
    }
    return count;
}
