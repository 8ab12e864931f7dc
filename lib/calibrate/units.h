/* units.h - values as whole numbers, so that sums of them are exact and no order of adding shows. */
#ifndef CRMVI_CALIBRATE_UNITS_H
#define CRMVI_CALIBRATE_UNITS_H

#include <stdint.h>

/* One unit is `factor`^-1 of what values are in: a power of ten, where values are decimals whole numbers of units then
 * (0.1 is a tenth, and not the double nearest to it), or else a power of two, in two factors. */
typedef struct crmvi_unit {
    double first, factor, more;
} crmvi_unit;

/* The finest unit in which the values from `lowest` to `highest`, less the lowest, are below 2^bits (1 to 51). */
crmvi_unit crmvi_unit_for(double lowest, double highest, int32_t bits);

/* value - lowest, in units, rounded to the nearest. */
int64_t crmvi_units(const crmvi_unit *unit, double value);

#endif
