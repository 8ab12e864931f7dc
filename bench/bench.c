/*
 * bench.c - how fast lines become a ledger, a ledger a frame, and a frame scores, on one thread and on two.
 *
 * A million lines of a hundred thousand customers over three years, with a fixed seed: once as numbers, as a program
 * hands them over, and once as texts, as a CSV file holds them. Each figure is the median of five runs.
 */
#include <crmvalue/crmvalue.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 1000000, CUSTOMERS = 100000, RUNS = 5, MOST_THREADS = 2 };

static const char card[] =
    "{\"crmvalue\": 1, \"window\": {\"months\": 12},"
    " \"metrics\": {"
    "   \"gross_profit\": {\"sum\": \"gross_profit\", \"scale\": {\"line\": [[0, 0], [500, 60], [5000, 100]]}},"
    "   \"quantity\": {\"sum\": \"quantity\", \"scale\": {\"line\": [[0, 0], [100, 100]]}},"
    "   \"discount\": {\"sum\": \"discount\", \"scale\": {\"line\": [[0, 100], [500, 0]]}},"
    "   \"recency\": {\"recency\": \"days\", \"scale\": {\"bands\": [{\"points\": 100}, {\"from\": 90, \"points\": 50},"
    "                                                            {\"from\": 365, \"points\": 0}]}},"
    "   \"growth\": {\"growth\": \"revenue\", \"scale\": {\"line\": [[-1, 0], [1, 100]]}},"
    "   \"tenure\": {\"tenure\": \"years\", \"scale\": {\"line\": [[0, 0], [3, 100]]}}},"
    " \"indexes\": {\"current\": {\"weights\": {\"gross_profit\": 50, \"quantity\": 30, \"discount\": 20}},"
    "              \"future\": {\"weights\": {\"recency\": 40, \"growth\": 40, \"tenure\": 20}},"
    "              \"score\": {\"weights\": {\"current\": 60, \"future\": 40}}},"
    " \"tiers\": {\"cuts\": [[\"platinum\", 80], [\"gold\", 65], [\"silver\", 50], [\"basic\", null]]}}";

/* ---- The lines --------------------------------------------------------------------------------------------------- */

static uint64_t state = 1;

/* The next number of Vigna's splitmix64, below a bound. */
static int64_t below(int64_t bound) {
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return (int64_t)(((z >> 32) * (uint64_t)bound) >> 32);
}

/* A line as a program has it, and the same as a CSV file has it. */
struct line {
    int64_t customer, document, quantity, revenue, cost, discount;
    int32_t date;
};
struct text {
    char customer[12], document[12], quantity[12], revenue[24], cost[24], discount[24], date[12];
};

static struct line lines[ROWS];
static struct text texts[ROWS];
static const char *strings[7][ROWS];

static void write_money(char *out, size_t size, int64_t cents) {
    snprintf(out, size, "%" PRId64 ".%02" PRId64, cents / 100, cents % 100);
}

static void write_text(struct text *text, const struct line *line) {
    int32_t year = 0, month = 0, day = 0;
    crmv_date(line->date, &year, &month, &day);
    snprintf(text->customer, sizeof text->customer, "C%06d", (int)line->customer);
    snprintf(text->document, sizeof text->document, "%d", (int)line->document);
    snprintf(text->quantity, sizeof text->quantity, "%d", (int)line->quantity);
    snprintf(text->date, sizeof text->date, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
             (unsigned)day % 100);
    write_money(text->revenue, sizeof text->revenue, line->revenue);
    write_money(text->cost, sizeof text->cost, line->cost);
    write_money(text->discount, sizeof text->discount, line->discount);
}

static void invent_lines(void) {
    for (int64_t i = 0; i < ROWS; i++) {
        struct line *line = &lines[i];
        line->customer = below(CUSTOMERS);
        line->date = crmv_day(2023, 1, 1) + (int32_t)below(3 * 365);
        line->document = i / 3;
        line->quantity = 1 + below(12);
        int64_t list = line->quantity * (100 + below(9900));
        line->discount = list * below(20) / 100;
        line->revenue = list - line->discount;
        line->cost = list * (50 + below(40)) / 100;
        struct text *text = &texts[i];
        write_text(text, line);
        const char *fields[] = {text->customer, text->date, text->document, text->quantity,
                                text->revenue,  text->cost, text->discount};
        for (size_t field = 0; field < sizeof fields / sizeof *fields; field++)
            strings[field][i] = fields[field];
    }
}

#define NUMBERS(kind, field)                                                                                           \
    {                                                                                                                  \
        .struct_size = sizeof(crmv_column), .type = (kind), .name = #field, .data = &lines[0].field,                   \
        .stride = sizeof(struct line)                                                                                  \
    }
#define TEXTS(position, field)                                                                                         \
    { .struct_size = sizeof(crmv_column), .type = CRMV_STRINGS, .name = #field, .data = strings[position] }

enum { COLUMNS = 7 };
static const crmv_column as_numbers[COLUMNS] = {NUMBERS(CRMV_INT64, customer), NUMBERS(CRMV_INT32, date),
                                                NUMBERS(CRMV_INT64, document), NUMBERS(CRMV_INT64, quantity),
                                                NUMBERS(CRMV_MINOR, revenue),  NUMBERS(CRMV_MINOR, cost),
                                                NUMBERS(CRMV_MINOR, discount)};
static const crmv_column as_texts[COLUMNS] = {TEXTS(0, customer), TEXTS(1, date),    TEXTS(2, document),
                                              TEXTS(3, quantity), TEXTS(4, revenue), TEXTS(5, cost),
                                              TEXTS(6, discount)};

/* ---- The clock --------------------------------------------------------------------------------------------------- */

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values) {
    qsort(values, RUNS, sizeof *values, ascending);
    return values[RUNS / 2];
}

/* ---- What is measured -------------------------------------------------------------------------------------------- */

static crmv_error error = {.struct_size = sizeof error};

static void must(int32_t status) {
    if (status) {
        fprintf(stderr, "bench: %s: %s: %s\n", crmv_status_text(status), error.place, error.message);
        exit(1);
    }
}

static crmv_ledger *fill(const crmv_model *model, const crmv_column *columns, const crmv_options *options) {
    crmv_ledger *ledger = NULL;
    must(crmv_ledger_new(model, options, &ledger, &error));
    must(crmv_ledger_begin(ledger, "bench", &error));
    must(crmv_ledger_append(ledger, columns, COLUMNS, ROWS, &error));
    must(crmv_ledger_end(ledger, &error));
    return ledger;
}

/* Seconds of each step. */
struct seconds {
    double texts, numbers, derive, score;
};

static struct seconds measure(const crmv_model *model, int32_t threads) {
    crmv_options options = {.struct_size = sizeof options, .threads = threads};
    double texts_in[RUNS], numbers_in[RUNS], derive[RUNS], score[RUNS];
    for (int run = 0; run < RUNS; run++) {
        crmv_frame *frame = NULL;
        crmv_scores *scores = NULL;
        double start = now();
        crmv_ledger *ledger = fill(model, as_texts, &options);
        texts_in[run] = now() - start;
        crmv_ledger_free(ledger);

        start = now();
        ledger = fill(model, as_numbers, &options);
        numbers_in[run] = now() - start;

        start = now();
        must(crmv_frame_derive(model, ledger, NULL, 0, 0, crmv_day(2025, 12, 31), &options, &frame, &error));
        derive[run] = now() - start;

        start = now();
        must(crmv_score(model, frame, &options, &scores, &error));
        score[run] = now() - start;

        crmv_scores_free(scores);
        crmv_frame_free(frame);
        crmv_ledger_free(ledger);
    }
    return (struct seconds){median(texts_in), median(numbers_in), median(derive), median(score)};
}

static void print_row(const char *step, double count, const char *unit, double one, double two) {
    printf("%-26s %8.2f million %-11s %8.2f million %s\n", step, count / one / 1e6, unit, count / two / 1e6, unit);
}

int main(void) {
    crmv_model *model = NULL;
    must(crmv_model_parse(card, -1, &model, &error));
    invent_lines();
    struct seconds of[MOST_THREADS];
    for (int32_t threads = 1; threads <= MOST_THREADS; threads++)
        of[threads - 1] = measure(model, threads);
    printf("crmvalue %s: %d lines of %d customers, six metrics; medians of %d runs\n\n", crmv_version(), ROWS,
           CUSTOMERS, RUNS);
    printf("%-26s %-28s %s\n", "", "        1 thread", "        2 threads");
    print_row("append and end, numbers", ROWS, "rows/s", of[0].numbers, of[1].numbers);
    print_row("append and end, texts", ROWS, "rows/s", of[0].texts, of[1].texts);
    print_row("derive", CUSTOMERS, "customers/s", of[0].derive, of[1].derive);
    print_row("score", CUSTOMERS, "customers/s", of[0].score, of[1].score);
    crmv_model_free(model);
    return 0;
}
