#include "base/quotient.h"

#include "base/exact.h"

#include <string.h>

enum { LIMBS = CRMVI_QUOTIENT_LIMBS, LIMB_BITS = 64 };

static uint64_t magnitude_of(int64_t number) {
    return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

static void multiply(uint64_t limbs[LIMBS], uint64_t factor) {
    uint64_t carry = 0;
    for (int32_t i = 0; i < LIMBS; i++) {
        const crmvi_uwide product = (crmvi_uwide)limbs[i] * factor + carry;
        limbs[i] = (uint64_t)product;
        carry = (uint64_t)(product >> LIMB_BITS);
    }
}

crmvi_quotient crmvi_quotient_of(int64_t number) {
    return (crmvi_quotient){.above = {magnitude_of(number)}, .below = {1}, .is_negative = number < 0};
}

void crmvi_quotient_multiply(crmvi_quotient *quotient, int64_t factor) {
    multiply(quotient->above, magnitude_of(factor));
    quotient->is_negative = quotient->is_negative != (factor < 0);
}

void crmvi_quotient_divide(crmvi_quotient *quotient, int64_t divisor) {
    multiply(quotient->below, magnitude_of(divisor));
}

/* ---- Division ---------------------------------------------------------------------------------------------------- */

/* How the rest of a division compares to half of the divisor: < 0, 0, > 0. */
typedef struct division {
    uint64_t whole; /* at least `limit` where it is that or more */
    int32_t rest_to_half;
} division;

static int32_t compare(const uint64_t a[LIMBS], const uint64_t b[LIMBS]) {
    for (int32_t i = LIMBS - 1; i >= 0; i--) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

/* a = 2a + bit. */
static void shift_in(uint64_t a[LIMBS], uint64_t bit) {
    for (int32_t i = 0; i < LIMBS; i++) {
        const uint64_t carry = a[i] >> (LIMB_BITS - 1);
        a[i] = a[i] << 1 | bit;
        bit = carry;
    }
}

static void subtract(uint64_t a[LIMBS], const uint64_t b[LIMBS]) {
    uint64_t borrow = 0;
    for (int32_t i = 0; i < LIMBS; i++) {
        const crmvi_uwide difference = (crmvi_uwide)a[i] - b[i] - borrow;
        a[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> LIMB_BITS) & 1;
    }
}

/* Bit by bit, from the highest limb in use. The rest stays below the divisor, so twice it does not wrap. */
static division divide_long(const crmvi_quotient *q, uint64_t limit) {
    division d = {0};
    uint64_t rest[LIMBS] = {0};
    int32_t limb = LIMBS - 1;
    while (limb > 0 && q->above[limb] == 0) {
        limb--;
    }
    for (int32_t bit = (limb + 1) * LIMB_BITS - 1; bit >= 0 && d.whole < limit; bit--) {
        shift_in(rest, q->above[bit / LIMB_BITS] >> (bit % LIMB_BITS) & 1);
        const bool is_in = compare(rest, q->below) >= 0;
        d.whole = d.whole << 1 | is_in;
        if (is_in) {
            subtract(rest, q->below);
        }
    }
    shift_in(rest, 0);
    d.rest_to_half = compare(rest, q->below);
    return d;
}

static division divide_short(crmvi_uwide above, crmvi_uwide below, uint64_t limit) {
    const crmvi_uwide whole = above / below;
    const crmvi_uwide rest = above % below;
    const crmvi_uwide complement = below - rest;
    return (division){whole < limit ? (uint64_t)whole : limit, (rest > complement) - (rest < complement)};
}

static bool is_short(const uint64_t limbs[LIMBS]) {
    return (limbs[2] | limbs[3]) == 0;
}

static crmvi_uwide short_of(const uint64_t limbs[LIMBS]) {
    return (crmvi_uwide)limbs[1] << LIMB_BITS | limbs[0];
}

bool crmvi_quotient_round(const crmvi_quotient *quotient, int64_t limit, int64_t *out) {
    const bool are_short = is_short(quotient->above) && is_short(quotient->below);
    const division d = are_short ? divide_short(short_of(quotient->above), short_of(quotient->below), (uint64_t)limit)
                                 : divide_long(quotient, (uint64_t)limit);
    if (d.whole >= (uint64_t)limit) {
        return false;
    }
    const bool is_up = d.rest_to_half > 0 || (d.rest_to_half == 0 && d.whole % 2 != 0);
    const int64_t magnitude = (int64_t)d.whole + (is_up ? 1 : 0);
    *out = quotient->is_negative ? -magnitude : magnitude;
    return magnitude < limit;
}
