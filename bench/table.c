#include "table.h"

#include "follows.h"

#include <inttypes.h>
#include <stdio.h>

static const double mebibyte = 1024.0 * 1024;

/* A count with commas between thousands. */
static const char *grouped(int64_t count, char buffer[32]) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, count);
    int at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            buffer[at++] = ',';
        }
        buffer[at++] = digits[i];
    }
    buffer[at] = '\0';
    return buffer;
}

void table_machine(const machine_limits limits[MOST_THREADS]) {
    printf("%-38s %10s %10s\n", "this machine at most", "1 thread", "2 threads");
    printf("%-38s %10.2f %10.2f\n", "  sequential read, GB/s", limits[0].read / 1e9, limits[1].read / 1e9);
    printf("%-38s %10.2f %10.2f\n", "  copy, GB/s", limits[0].copy / 1e9, limits[1].copy / 1e9);
    printf("%-38s %10.2f %10.2f\n", "  random update, million/s", limits[0].updates / 1e6, limits[1].updates / 1e6);
    printf("%-38s %10.2f %10.2f\n\n", "  first touch of memory, GB/s", limits[0].touch / 1e9, limits[1].touch / 1e9);
}

void table_head(void) {
    printf("%-19s %-10s %7s %9s %9s %10s %9s %9s  %6s %6s %6s %6s\n", "", "", "", "first", "warm", "million", "ns",
           "peak", "read", "copy", "update", "touch");
    printf("%-19s %-10s %7s %9s %9s %10s %9s %9s  %6s %6s %6s %6s\n", "stage", "item", "threads", "s", "s", "items/s",
           "an item", "MiB", "%", "%", "%", "%");
}

limit_shares table_shares(const stage_figures *figures, const machine_limits *limits) {
    double warm = figures->warm / 100, first = figures->first / 100;
    return (limit_shares){
        .read = (double)figures->input_bytes / limits->read / warm,
        .copy = (double)figures->input_bytes / limits->copy / warm,
        .updates = (double)figures->items / limits->updates / warm,
        .touch = (double)figures->touched_bytes / limits->touch / first,
    };
}

static void print_stage(stage which, int32_t threads, const stage_figures *figures, const machine_limits *limits) {
    limit_shares shares = table_shares(figures, limits);
    printf("%-19s %-10s %7d %9.4f %9.4f %10.2f %9.1f %9.1f  %6.1f %6.1f %6.1f %6.1f\n", stage_infos[which].name,
           stage_infos[which].unit, threads, figures->first, figures->warm,
           (double)figures->items / figures->warm / 1e6, figures->warm * 1e9 / (double)figures->items,
           (double)figures->peak_bytes / mebibyte, shares.read, shares.copy, shares.updates, shares.touch);
}

void table_case(const case_plan *plan, const case_figures figures[MOST_THREADS],
                const machine_limits limits[MOST_THREADS]) {
    char lines[32], customers[32], facts[32];
    printf("\n%s lines of %s customers, %s: %s facts\n", grouped(figures->rows, lines),
           grouped(figures->customers, customers), plan->feed.name, grouped(figures->facts, facts));
    for (stage which = 0; which < STAGES; which++) {
        for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
            const stage_figures *of = &figures[threads - 1].stages[which];
            if (of->items > 0) {
                print_stage(which, threads, of, &limits[threads - 1]);
            }
        }
    }
}

void table_left_out(const case_plan *plan, int64_t needed, int64_t available) {
    char lines[32];
    printf("\n%s lines, %s: left out; they would take about %.1f GiB, and there are %.1f\n",
           grouped(plan->feed.rows, lines), plan->feed.name, (double)needed / mebibyte / 1024,
           (double)available / mebibyte / 1024);
}

static void print_value(const follow *one, int32_t threads) {
    char text[40] = "";
    double low = one->low[threads - 1], high = one->high[threads - 1];
    bool times = one->unit[0] == 'x';
    if (high > low) {
        snprintf(text, sizeof text, "%.0f..%.0f %s", low, high, one->unit);
    } else if (high > 0) {
        snprintf(text, sizeof text, times ? "%.2f%s" : "%.1f %s", high, one->unit);
    }
    printf(" %14s", text);
}

void table_follows(const follow *found, int32_t count) {
    char lines[32], from[32];
    printf("\n%-56s %14s %14s  at lines\n", "what follows", "1 thread", "2 threads");
    for (int32_t i = 0; i < count; i++) {
        printf("%-56s", found[i].what);
        for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
            print_value(&found[i], threads);
        }
        bool span = found[i].from_rows < found[i].rows;
        printf("  %s%s%s\n", span ? grouped(found[i].from_rows, from) : "", span ? " to " : "",
               grouped(found[i].rows, lines));
    }
}

void table_legend(void) {
    puts(
        "\nfirst: in a new process, whose memory is fresh. warm: median of later runs, in memory that the process has\n"
        "used before. peak: the most memory during the first run, without the caller's columns; for the command, all\n"
        "of its own. read, copy, update: how much of the warm time this machine would need to read the stage's input\n"
        "once, to copy it, to update one cell at random for each item; over 100 %: the stage is faster than that.\n"
        "touch: how much of the first run it would need for the first touch of the stage's memory. Reasons are asked\n"
        "of the first 50,000 customers at most, score one of 20,000, and one customer of 500. save, and 1 % more,\n"
        "extended: until the file is synced to the device. In what follows, the sizes of a feed that a range covers\n"
        "stand beside it; the less the better, but for two threads. Figures of a busy machine are noise.");
}
