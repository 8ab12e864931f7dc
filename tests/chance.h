/* chance.h - numbers by chance, the same on every machine; the state is the caller's. */
#ifndef CRMVALUE_TESTS_CHANCE_H
#define CRMVALUE_TESTS_CHANCE_H

#include <stdint.h>

/* 64 bits: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). */
static inline uint64_t chance_bits(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* A number below a limit, from another sequence (xorshift64*); the state must not be 0. */
static inline uint32_t chance_below(uint64_t *state, uint32_t limit) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)((*state * UINT64_C(2685821657736338717)) >> 33) % limit;
}

#endif
