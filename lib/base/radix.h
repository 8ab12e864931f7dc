/* radix.h - sorting whole numbers by some of their bits. */
#ifndef CRMVI_BASE_RADIX_H
#define CRMVI_BASE_RADIX_H

#include <stdint.h>

/*
 * Sorts `count` numbers by the `bits` bits from bit `low` on, stably. `scratch` has room for as many. The result stands
 * where the function says: in `items` or in `scratch`. Cost: a pass for every 11 bits or so.
 */
uint64_t *crmvi_radix_sort(uint64_t *items, uint64_t *scratch, int64_t count, int32_t low, int32_t bits);

#endif
