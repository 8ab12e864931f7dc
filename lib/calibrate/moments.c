#include "calibrate/run.h"

#include <math.h>

/* A sum of many doubles with what its roundings left out (Neumaier 1974). */
typedef struct total {
    double sum, rest;
} total;

static void add(total *t, double x) {
    const double sum = t->sum + x;
    t->rest += fabs(t->sum) >= fabs(x) ? (t->sum - sum) + x : (x - sum) + t->sum;
    t->sum = sum;
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

/* Two passes: the mean first, then the squares about it, less what the mean's own rounding adds to them. */
void crmvi_run_moments(const crmvi_run *run, double *mean, double *deviation) {
    if (run->distinct < 2) {
        *mean = run->distinct == 0 ? (double)NAN : run->values[0];
        *deviation = run->distinct == 0 ? (double)NAN : 0;
        return;
    }
    const double scale = scale_of(run);
    const double customers = (double)run->total;
    total values = {0};
    for (int64_t i = 0; i < run->distinct; i++) {
        add(&values, (double)run->counts[i] * (run->values[i] * scale));
    }
    const double middle = (values.sum + values.rest) / customers;
    total squares = {0};
    total differences = {0};
    for (int64_t i = 0; i < run->distinct; i++) {
        const double count = (double)run->counts[i];
        const double difference = run->values[i] * scale - middle;
        add(&squares, count * (difference * difference));
        add(&differences, count * difference);
    }
    const double left = differences.sum + differences.rest;
    const double about_mean = (squares.sum + squares.rest) - left * left / customers;
    *mean = middle / scale;
    *deviation = sqrt(about_mean / (customers - 1)) / scale;
}
