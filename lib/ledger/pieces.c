#include "ledger/pieces.h"

#include <string.h>

bool crmvi_pieces_add(crmvi_pieces *pieces, crmvi_piece piece) {
    if (pieces->count > 0) {
        crmvi_piece *last = &pieces->items[pieces->count - 1];
        const int64_t a = last->a < 0 ? -1 : last->a + last->count;
        const int64_t b = last->b < 0 ? -1 : last->b + last->count;
        if (a == piece.a && b == piece.b) {
            last->count += piece.count;
            return true;
        }
    }
    if (pieces->count == CRMVI_PIECES) {
        return false;
    }
    pieces->items[pieces->count++] = piece;
    return true;
}

/* ---- Portions: so many values as stay in the nearest cache ------------------------------------------------------- */

enum { PORTION = 512 };

/* A function call takes longer than the few values that most pieces of two runs have. */
static inline void load(const crmvi_fact_column *column, int64_t begin, int64_t count, int64_t *out) {
    enum { FEW = 4 };
    if (count > FEW) {
        crmvi_fact_column_read(column, begin, count, out);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        out[i] = crmvi_fact_column_at(column, begin + i);
    }
}

static int64_t portion_of(int64_t left) {
    return left < PORTION ? left : PORTION;
}

/* ---- Measuring --------------------------------------------------------------------------------------------------- */

/* The sums of a portion, cut off to 64 bits; the result is the first one that this does harm to, or `count`. *bits gets
 * those in which any of them differs from its sign. */
static int64_t add_checked(const int64_t *a, const int64_t *b, int64_t count, int64_t *bits) {
    int64_t wrapped = 0;
    int64_t differing = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t sum = (int64_t)((uint64_t)a[i] + (uint64_t)b[i]);
        wrapped |= (a[i] ^ sum) & (b[i] ^ sum);
        differing |= sum ^ (sum < 0 ? -1 : 0);
    }
    *bits |= differing;
    int64_t first = wrapped < 0 ? 0 : count;
    for (int64_t sum; first < count && crmvi_add(a[first], b[first], &sum);) {
        first++;
    }
    return first;
}

/* The first fact of `a` whose sum does not fit, or INT64_MAX. */
static int64_t measure_piece(const crmvi_piece *piece, const crmvi_fact_column *a, const crmvi_fact_column *b,
                             int64_t *bits) {
    int64_t left[PORTION];
    int64_t right[PORTION];
    for (int64_t i = 0; i < piece->count; i += PORTION) {
        const int64_t count = portion_of(piece->count - i);
        load(a, piece->a + i, count, left);
        load(b, piece->b + i, count, right);
        const int64_t first = add_checked(left, right, count, bits);
        if (first < count) {
            return piece->a + i + first;
        }
    }
    return INT64_MAX;
}

int64_t crmvi_pieces_measure(const crmvi_pieces *pieces, const crmvi_fact_column *a, const crmvi_fact_column *b,
                             int32_t *width) {
    if (a->width == 0 || b->width == 0) {
        return INT64_MAX; /* sums with zeros are what is there already */
    }
    int64_t overflow = INT64_MAX;
    int64_t bits = 0;
    for (int32_t i = 0; i < pieces->count && overflow == INT64_MAX; i++) {
        if (pieces->items[i].a >= 0 && pieces->items[i].b >= 0) {
            overflow = measure_piece(&pieces->items[i], a, b, &bits);
        }
    }
    const int32_t needed = crmvi_fact_width(bits);
    *width = needed > *width ? needed : *width;
    return overflow;
}

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

static void add_values(const crmvi_piece *piece, const crmvi_fact_column *a, const crmvi_fact_column *b,
                       const crmvi_fact_column *out, int64_t at) {
    int64_t sums[PORTION];
    int64_t right[PORTION];
    for (int64_t i = 0; i < piece->count; i += PORTION) {
        const int64_t portion = portion_of(piece->count - i);
        load(a, piece->a + i, portion, sums);
        load(b, piece->b + i, portion, right);
        for (int64_t k = 0; k < portion; k++) {
            sums[k] += right[k];
        }
        crmvi_fact_column_store(out, at + i, portion, sums);
    }
}

void crmvi_pieces_write(const crmvi_pieces *pieces, const crmvi_fact_column *a, const crmvi_fact_column *b,
                        const crmvi_fact_column *out, int64_t at) {
    for (int32_t i = 0; i < pieces->count && out->width > 0; i++) {
        const crmvi_piece *piece = &pieces->items[i];
        if (piece->b < 0) {
            crmvi_fact_column_copy(a, piece->a, piece->count, out, at);
        } else if (piece->a < 0) {
            crmvi_fact_column_copy(b, piece->b, piece->count, out, at);
        } else {
            add_values(piece, a, b, out, at);
        }
        at += piece->count;
    }
}

void crmvi_pieces_write_days(const crmvi_pieces *pieces, const int32_t *a, const int32_t *b, int32_t *out) {
    for (int32_t i = 0; i < pieces->count; i++) {
        const crmvi_piece *piece = &pieces->items[i];
        memcpy(out, piece->a >= 0 ? a + piece->a : b + piece->b, (size_t)piece->count * sizeof *out);
        out += piece->count;
    }
}
