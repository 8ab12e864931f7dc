/* quotient.h - products of whole numbers over products of whole numbers, rounded once. */
#ifndef CRMVI_BASE_QUOTIENT_H
#define CRMVI_BASE_QUOTIENT_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers of 256 bits hold what a converted line comes to: quantity (53 bits) x price (63) x rate (63), and what a
 * discount rate (30) and powers of ten make of it. */
enum { CRMVI_QUOTIENT_LIMBS = 4 };

typedef struct crmvi_quotient {
    uint64_t above[CRMVI_QUOTIENT_LIMBS]; /* magnitudes, the lowest limb first; below 2^256 */
    uint64_t below[CRMVI_QUOTIENT_LIMBS]; /* 1 to 2^255 */
    bool is_negative;
} crmvi_quotient;

crmvi_quotient crmvi_quotient_of(int64_t number);

/* The caller sees to it that the products stay within the limits above. */
void crmvi_quotient_multiply(crmvi_quotient *quotient, int64_t factor);
void crmvi_quotient_divide(crmvi_quotient *quotient, int64_t divisor); /* > 0 */

/* Rounded half to even; false where the magnitude then is `limit` (1 to 2^62) or more. */
bool crmvi_quotient_round(const crmvi_quotient *quotient, int64_t limit, int64_t *out);

#endif
