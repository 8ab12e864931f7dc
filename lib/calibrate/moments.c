#include "calibrate/run.h"

#include <math.h>

/* Sums that go on side by side, since each addition waits for the one before in its own. */
enum { LANES = 4 };

/* A sum of many doubles in lanes, with what its roundings left out: Knuth, The Art of Computer Programming 2, 4.2.2,
 * theorem B. */
typedef struct total {
    double sum[LANES], rest[LANES];
} total;

static inline void add(total *t, int64_t lane, double x) {
    const double sum = t->sum[lane] + x;
    const double added = sum - t->sum[lane];
    t->rest[lane] += (t->sum[lane] - (sum - added)) + (x - added);
    t->sum[lane] = sum;
}

static double sum_of(const total *t) {
    total all = {0};
    for (int64_t lane = 0; lane < LANES; lane++) {
        add(&all, 0, t->sum[lane]);
        all.rest[0] += t->rest[lane];
    }
    return all.sum[0] + all.rest[0];
}

/* The power of two that brings the greatest magnitude near 1, but for what even a power of two cannot. */
static double scale_of(const crmvi_run *run) {
    const int limit = 1000;
    const double greatest = fmax(fabs(run->values[0]), fabs(run->values[run->distinct - 1]));
    int exponent;
    frexp(greatest, &exponent);
    exponent = exponent > limit ? limit : exponent < -limit ? -limit : exponent;
    return ldexp(1, -exponent);
}

static void add_values(const crmvi_run *run, double scale, int64_t i, int64_t lanes, total *values) {
    for (int64_t lane = 0; lane < lanes; lane++) {
        add(values, lane, (double)run->counts[i + lane] * (run->values[i + lane] * scale));
    }
}

static double sum_of_values(const crmvi_run *run, double scale) {
    total values = {0};
    int64_t i = 0;
    for (; i + LANES <= run->distinct; i += LANES) {
        add_values(run, scale, i, LANES, &values);
    }
    add_values(run, scale, i, run->distinct - i, &values);
    return sum_of(&values);
}

static void add_squares(const crmvi_run *run, double scale, double middle, int64_t i, int64_t lanes, total *squares,
                        total *differences) {
    for (int64_t lane = 0; lane < lanes; lane++) {
        const double count = (double)run->counts[i + lane];
        const double difference = run->values[i + lane] * scale - middle;
        add(squares, lane, count * (difference * difference));
        add(differences, lane, count * difference);
    }
}

/* About the middle, less what the middle's own rounding adds to them. */
static double sum_of_squares(const crmvi_run *run, double scale, double middle) {
    total squares = {0};
    total differences = {0};
    int64_t i = 0;
    for (; i + LANES <= run->distinct; i += LANES) {
        add_squares(run, scale, middle, i, LANES, &squares, &differences);
    }
    add_squares(run, scale, middle, i, run->distinct - i, &squares, &differences);
    const double left = sum_of(&differences);
    return sum_of(&squares) - left * left / (double)run->total;
}

/* Two passes: the mean first, then the squares about it. */
void crmvi_run_moments(const crmvi_run *run, double *mean, double *deviation) {
    if (run->distinct < 2) {
        *mean = run->distinct == 0 ? (double)NAN : run->values[0];
        *deviation = run->distinct == 0 ? (double)NAN : 0;
        return;
    }
    const double scale = scale_of(run);
    const double customers = (double)run->total;
    const double middle = sum_of_values(run, scale) / customers;
    const double about_mean = sum_of_squares(run, scale, middle);
    *mean = middle / scale;
    *deviation = sqrt(about_mean / (customers - 1)) / scale;
}
