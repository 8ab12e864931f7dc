/* run.c - a sorted run of facts: its life, its keys, its memory. */
#include "ledger/events.h"
#include "ledger/fact_column.h"
#include "ledger/facts.h"
#include "ledger/sparse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void crmvi_facts_clear(crmvi_facts *facts) {
    crmvi_discard(facts->numbers, facts->customers, sizeof *facts->numbers);
    crmvi_texts_clear(&facts->texts);
    free(facts->offsets);
    crmvi_discard(facts->days, facts->count, sizeof *facts->days);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        crmvi_fact_column_clear(&facts->columns[i], crmvi_fact_values(facts, i));
    }
    crmvi_sparse_clear(&facts->sparse);
    crmvi_events_clear(&facts->events);
    *facts = (crmvi_facts){0};
}

void crmvi_facts_key_text(const crmvi_facts *facts, int64_t customer, char *out, size_t size) {
    if (facts->key_kind == CRMVI_KEYS_TEXTS) {
        snprintf(out, size, "%s", crmvi_texts_get(&facts->texts, customer));
    } else {
        snprintf(out, size, "%lld", (long long)facts->numbers[customer]);
    }
}

int32_t crmvi_facts_compare(const crmvi_facts *a, int64_t i, const crmvi_facts *b, int64_t j) {
    if (a->key_kind == CRMVI_KEYS_TEXTS) {
        /* No key holds a NUL byte, so strcmp's order is that of the bytes. */
        return strcmp(crmvi_texts_get(&a->texts, i), crmvi_texts_get(&b->texts, j));
    }
    return (a->numbers[i] > b->numbers[j]) - (a->numbers[i] < b->numbers[j]);
}

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

/* Gives back what the run does not use of an array with room for so many. A failure to shrink leaves the larger piece,
 * which is as good, and where next to nothing is to be had it stays as it is. A small piece is copied, since an
 * allocator may do so too, and would leave the old one as it was; a large one is shrunk where it is by those of the C
 * libraries, and what is cut off was never written. */
static void shrink(void *array_pointer, int64_t count, int64_t room, size_t size) {
    enum { LARGE = 1 << 20 };
    void *old;
    memcpy(&old, array_pointer, sizeof old);
    if (old == NULL || count == 0 || size == 0 || count >= room - room / 8) {
        return;
    }
    if ((size_t)count * size < LARGE) {
        crmvi_move(array_pointer, count, count, size);
        return;
    }
    void *smaller = realloc(old, (size_t)count * size);
    old = smaller != NULL ? smaller : old;
    memcpy(array_pointer, &old, sizeof old);
}

static void shrink_texts(crmvi_texts *texts) {
    if (texts->starts != NULL) {
        shrink(&texts->bytes, texts->used, texts->capacity, 1);
        shrink(&texts->starts, texts->count + 1, texts->starts_capacity, sizeof *texts->starts);
        texts->capacity = texts->used;
        texts->starts_capacity = texts->count + 1;
    }
}

void crmvi_facts_shrink(crmvi_facts *facts, int64_t customers, int64_t room, int64_t sparse) {
    shrink(&facts->numbers, facts->customers, customers, sizeof *facts->numbers);
    shrink(&facts->offsets, facts->customers + 1, customers + 1, sizeof *facts->offsets);
    shrink(&facts->days, facts->count, room, sizeof *facts->days);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        shrink(&facts->columns[i].values, crmvi_fact_values(facts, i), crmvi_fact_is_sparse(i) ? sparse : room,
               (size_t)facts->columns[i].width);
    }
    shrink(&facts->sparse.facts, facts->sparse.count, sparse, sizeof *facts->sparse.facts);
    shrink_texts(&facts->texts);
}

/* ---- Text keys --------------------------------------------------------------------------------------------------- */

/* What the workers share. */
typedef struct writing {
    crmvi_facts *facts;
    const crmvi_ranking *ranking;
    int64_t *ends; /* per block: where its texts end */
} writing;

enum { TEXTS_AT_A_TIME = 4096 };

/* Lengths first: how much each block of customers takes. */
static int32_t measure_texts(void *context, int64_t begin, int64_t end) {
    const writing *w = context;
    int64_t bytes = 0;
    for (int64_t i = begin; i < end; i++) {
        int64_t length;
        crmvi_ranked_text(w->ranking, w->facts->numbers[i], &length);
        bytes += length + 1;
    }
    w->ends[begin / TEXTS_AT_A_TIME] = bytes;
    return CRMV_OK;
}

static int32_t copy_texts(void *context, int64_t begin, int64_t end) {
    const writing *w = context;
    crmvi_texts *texts = &w->facts->texts;
    int64_t at = begin == 0 ? 0 : w->ends[begin / TEXTS_AT_A_TIME - 1];
    for (int64_t i = begin; i < end; i++) {
        int64_t length;
        const char *text = crmvi_ranked_text(w->ranking, w->facts->numbers[i], &length);
        texts->starts[i] = at;
        memcpy(texts->bytes + at, text, (size_t)length);
        texts->bytes[at + length] = '\0';
        at += length + 1;
    }
    return CRMV_OK;
}

static bool make_texts(crmvi_facts *facts, int64_t bytes) {
    crmvi_texts *texts = &facts->texts;
    texts->bytes = crmvi_large_array(bytes, 1);
    texts->starts = crmvi_large_array(facts->customers + 1, sizeof *texts->starts);
    if (texts->bytes == NULL || texts->starts == NULL) {
        return false;
    }
    texts->used = bytes;
    texts->capacity = bytes;
    texts->count = facts->customers;
    texts->starts_capacity = facts->customers + 1;
    texts->starts[facts->customers] = bytes;
    return true;
}

int32_t crmvi_facts_write_texts(crmvi_facts *facts, const crmvi_ranking *ranking, const crmvi_runner *runner) {
    const int64_t blocks = facts->customers / TEXTS_AT_A_TIME + 1;
    writing w = {facts, ranking, crmvi_zeroed(blocks, sizeof *w.ends)};
    if (w.ends == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    int32_t status = crmvi_parallel(runner, "writing keys", facts->customers, TEXTS_AT_A_TIME, measure_texts, &w);
    for (int64_t i = 1; i < blocks; i++) {
        w.ends[i] += w.ends[i - 1];
    }
    if (status == CRMV_OK && !make_texts(facts, w.ends[blocks - 1])) {
        status = CRMV_OUT_OF_MEMORY;
    }
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "writing keys", facts->customers, TEXTS_AT_A_TIME, copy_texts, &w);
    }
    free(w.ends);
    free(facts->numbers);
    facts->numbers = NULL;
    return status;
}
