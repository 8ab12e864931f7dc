/* hash.h - XXH3 with 128 bits: one value for the same bytes on every CPU. */
#ifndef CRMVI_BASE_HASH_H
#define CRMVI_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct crmvi_hash crmvi_hash; /* a running hash */

crmvi_hash *crmvi_hash_new(void); /* NULL where memory is short */
void crmvi_hash_free(crmvi_hash *hash);
void crmvi_hash_bytes(crmvi_hash *hash, const void *bytes, size_t length);

/* Numbers enter in little-endian order. */
void crmvi_hash_numbers(crmvi_hash *hash, const int64_t *numbers, int64_t count);
void crmvi_hash_number(crmvi_hash *hash, int64_t number);

/* 32 hexadecimal digits and NUL: the canonical (big-endian) form. */
void crmvi_hash_text(const crmvi_hash *hash, char out[33]);

/* 64 bits of a byte string, for tables. */
uint64_t crmvi_hash_of(const void *bytes, size_t length);

#endif
