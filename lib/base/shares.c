#include "base/shares.h"

#include <math.h>

/* A share as a part of a hundred, in units of 1e-6, not rounded yet. */
static double part_of_hundred(double share, double largest, double sum) {
    return share / largest / sum * 1e8;
}

/* Remainders closer than this are equal but for what doubles lose: 1e8 has 15 digits before 1e-7. */
#define SAME_REMAINDER 1e-6

/* The member with the largest remainder, which is negative once it has been rounded up; of several the first. */
static int32_t next_up(const double *shares, int32_t count, double largest, double sum, const crmvi_micro *weights) {
    int32_t best = 0;
    double most = -2;
    for (int32_t i = 0; i < count; i++) {
        const double remainder = part_of_hundred(shares[i], largest, sum) - (double)weights[i];
        if (shares[i] > 0 && remainder > most + SAME_REMAINDER) {
            best = i;
            most = remainder;
        }
    }
    return best;
}

/* Shares are taken by the largest first, so that their sum does not overflow. */
bool crmvi_hundred(const double *shares, int32_t count, crmvi_micro *weights) {
    double largest = 0;
    double sum = 0;
    bool finite = true;
    for (int32_t i = 0; i < count; i++) {
        finite = finite && isfinite(shares[i]) && shares[i] >= 0;
        largest = finite && shares[i] > largest ? shares[i] : largest;
    }
    if (!finite || !(largest > 0)) {
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        sum += shares[i] / largest;
    }
    crmvi_micro left = 100 * CRMVI_ONE;
    for (int32_t i = 0; i < count; i++) {
        weights[i] = (crmvi_micro)floor(part_of_hundred(shares[i], largest, sum));
        left -= weights[i];
    }
    for (; left > 0; left--) { /* fewer times than there are members */
        weights[next_up(shares, count, largest, sum, weights)]++;
    }
    return true;
}
