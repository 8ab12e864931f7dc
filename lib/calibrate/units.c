#include "calibrate/units.h"

#include <math.h>

/* Powers of ten that are doubles. */
static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

static const double very_far = 0x1p-1000; /* a factor that no other unit has */

enum { COARSE_BITS = 20 };
static const double coarse = 1 << COARSE_BITS; /* units of which a range must have more */
static const double least_decimal = 1e-6;      /* ranges below are not of decimals that people write */
static const double whole = 0x1p50;            /* up to here rounding finds the decimal again */

/* 2^power as a product of two doubles, as a range may be as low as the least double. */
static crmvi_unit binary_unit(double lowest, double range, int32_t bits) {
    int exponent;
    frexp(range, &exponent); /* range < 2^exponent */
    const int power = bits - 1 - exponent;
    const int part = power / 2;
    return (crmvi_unit){.first = lowest, .factor = ldexp(1, part), .more = ldexp(1, power - part)};
}

crmvi_unit crmvi_unit_for(double lowest, double highest, int32_t bits) {
    const double limit = ldexp(1, bits) - 1;
    if (highest / 2 - lowest / 2 > 0x1p1000) { /* their difference may be no double */
        return (crmvi_unit){.first = lowest, .factor = very_far, .more = ldexp(1, bits - 26)};
    }
    const double range = highest - lowest;
    const double magnitude = fmax(fabs(lowest), fabs(highest));
    for (int32_t i = sizeof tens / sizeof *tens - 1; i >= 0 && range >= least_decimal; i--) {
        if (range * tens[i] <= limit && magnitude * tens[i] < whole) {
            if (range * tens[i] < coarse && bits > COARSE_BITS) {
                break;
            }
            return (crmvi_unit){.first = lowest, .factor = tens[i], .more = 1};
        }
    }
    return binary_unit(lowest, range, bits);
}

int64_t crmvi_units(const crmvi_unit *unit, double value) {
    if (unit->factor == very_far) {
        return (int64_t)nearbyint((value * unit->factor - unit->first * unit->factor) * unit->more);
    }
    return (int64_t)nearbyint((value - unit->first) * unit->factor * unit->more);
}
