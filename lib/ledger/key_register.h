/*
 * key_register.h - text keys, each kept once and numbered, by many workers at once.
 *
 * A key's number depends on who came first; only its rank among all keys, by their bytes, is the same every time.
 */
#ifndef CRMVI_LEDGER_KEY_REGISTER_H
#define CRMVI_LEDGER_KEY_REGISTER_H

#include "base/parallel.h"
#include "ledger/cells.h"

#include <pthread.h>

enum { CRMVI_SHARD_BITS = 4, CRMVI_SHARDS = 1 << CRMVI_SHARD_BITS };

/* Keys with the same lowest bits of the hash. */
typedef struct crmvi_key_shard {
    pthread_mutex_t mutex;
    int64_t count;
    uint64_t *slots; /* a hash table, a power of two large: tag of the hash and place of the record; 0 free */
    int64_t slot_count;
    char *records; /* number, length and bytes of one key after the other, each aligned to 4 bytes */
    int64_t used, capacity;
} crmvi_key_shard;

typedef struct crmvi_key_register {
    bool is_made;
    crmvi_key_shard shards[CRMVI_SHARDS];
} crmvi_key_register;

bool crmvi_key_register_make(crmvi_key_register *keys); /* false where memory is short; made already is fine */
void crmvi_key_register_clear(crmvi_key_register *keys);

/* Puts the numbers of a block's texts in the place of their hashes, but for rows with a reason; texts that are not
 * there yet are added. False where memory is short; those that were added until then do no harm. Any number of threads.
 */
bool crmvi_key_register_number(crmvi_key_register *keys, const crmvi_keys *block, int64_t count);

/* A key of a register. */
typedef struct crmvi_ranked_key {
    uint64_t beginning; /* some of its bytes as a number, for comparing */
    const char *record;
} crmvi_ranked_key;

/* All keys of a register in the order of their bytes. */
typedef struct crmvi_ranking {
    int64_t count;
    crmvi_ranked_key *order;
    int64_t bases[CRMVI_SHARDS];
    uint32_t *ranks; /* by number: see crmvi_rank_of */
} crmvi_ranking;

/* Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. */
int32_t crmvi_ranking_make(const crmvi_key_register *keys, const crmvi_runner *runner, crmvi_ranking *out);
void crmvi_ranking_clear(crmvi_ranking *ranking);

static inline uint64_t crmvi_rank_of(const crmvi_ranking *ranking, uint64_t number) {
    return ranking->ranks[ranking->bases[number % CRMVI_SHARDS] + (int64_t)(number >> CRMVI_SHARD_BITS)];
}

/* The bytes of the key at a rank; no NUL follows them. */
const char *crmvi_ranked_text(const crmvi_ranking *ranking, int64_t rank, int64_t *length);

#endif
