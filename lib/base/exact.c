#include "base/exact.h"

crmvi_wide crmvi_floor(crmvi_wide numerator, crmvi_wide denominator) {
    const crmvi_wide quotient = numerator / denominator;
    return numerator % denominator < 0 ? quotient - 1 : quotient;
}

crmvi_wide crmvi_divide(crmvi_wide numerator, crmvi_wide denominator) {
    const crmvi_wide below = crmvi_floor(numerator, denominator);
    const crmvi_wide rest = numerator - below * denominator; /* 0 <= rest < denominator */
    const crmvi_wide complement = denominator - rest;
    if (rest > complement || (rest == complement && below % 2 != 0)) {
        return below + 1;
    }
    return below;
}

int64_t crmvi_power_of_ten(int32_t n) {
    int64_t power = 1;
    for (int32_t i = 0; i < n; i++) {
        power *= 10;
    }
    return power;
}
