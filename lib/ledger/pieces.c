#include "ledger/pieces.h"

#include "base/flow.h"

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

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

static void put_values(crmvi_flow *f, int32_t width, int64_t count, const int64_t *values) {
    _Alignas(8) char narrow[PORTION * 8];
    const crmvi_fact_column column = {narrow, width};
    crmvi_fact_column_store(&column, 0, count, values);
    crmvi_flow_put(f, narrow, (size_t)count * (size_t)width);
}

/* Where few facts go into many, one stands alone time and again. */
static inline void put_one(crmvi_flow *f, const char *value, int32_t width) {
    switch (width) {
    case 1:
        crmvi_flow_put(f, value, 1);
        break;
    case 2:
        crmvi_flow_put(f, value, 2);
        break;
    case 4:
        crmvi_flow_put(f, value, 4);
        break;
    default:
        crmvi_flow_put(f, value, 8);
        break;
    }
}

static void put_copies(crmvi_flow *f, const crmvi_fact_column *from, int64_t begin, int64_t count, int32_t width) {
    if (from->width == width) {
        const char *values = (const char *)from->values + (size_t)begin * (size_t)width;
        if (count == 1) {
            put_one(f, values, width);
        } else {
            crmvi_flow_put(f, values, (size_t)count * (size_t)width);
        }
        return;
    }
    int64_t values[PORTION];
    for (int64_t i = 0; i < count; i += PORTION) {
        const int64_t portion = portion_of(count - i);
        load(from, begin + i, portion, values);
        put_values(f, width, portion, values);
    }
}

/* What the sums of a column have come to. */
typedef struct sums_found {
    int64_t bits;     /* in which any of them differs from its sign */
    int64_t overflow; /* the first place in `a` whose sum does not fit, or INT64_MAX */
} sums_found;

/* The sums of a portion, cut off to 64 bits. False where this does harm to one. */
static bool add_values(const int64_t *a, const int64_t *b, int64_t count, int64_t *sums, int64_t *bits) {
    int64_t wrapped = 0;
    int64_t differing = 0;
    for (int64_t i = 0; i < count; i++) {
        sums[i] = (int64_t)((uint64_t)a[i] + (uint64_t)b[i]);
        wrapped |= (a[i] ^ sums[i]) & (b[i] ^ sums[i]);
        differing |= sums[i] ^ (sums[i] < 0 ? -1 : 0);
    }
    *bits |= differing;
    return wrapped >= 0;
}

static int64_t first_overflow(const int64_t *a, const int64_t *b) {
    int64_t first = 0;
    for (int64_t sum; crmvi_add(a[first], b[first], &sum);) {
        first++;
    }
    return first;
}

static void put_sums(crmvi_flow *f, const crmvi_piece *piece, const crmvi_fact_column *a, const crmvi_fact_column *b,
                     int32_t width, sums_found *found) {
    int64_t left[PORTION];
    int64_t right[PORTION];
    int64_t sums[PORTION];
    for (int64_t i = 0; i < piece->count; i += PORTION) {
        const int64_t portion = portion_of(piece->count - i);
        load(a, piece->a + i, portion, left);
        load(b, piece->b + i, portion, right);
        if (!add_values(left, right, portion, sums, &found->bits) && found->overflow == INT64_MAX) {
            found->overflow = piece->a + i + first_overflow(left, right);
        }
        put_values(f, width, portion, sums);
    }
}

int64_t crmvi_pieces_write(const crmvi_pieces *pieces, const crmvi_fact_column *a, const crmvi_fact_column *b,
                           const crmvi_fact_column *out, int64_t at, int32_t *width) {
    sums_found found = {.overflow = INT64_MAX};
    if (out->width == 0) {
        return found.overflow;
    }
    crmvi_flow f;
    crmvi_flow_begin(&f, (char *)out->values + (size_t)at * (size_t)out->width);
    for (int32_t i = 0; i < pieces->count; i++) {
        const crmvi_piece *piece = &pieces->items[i];
        if (piece->b < 0) {
            put_copies(&f, a, piece->a, piece->count, out->width);
        } else if (piece->a < 0) {
            put_copies(&f, b, piece->b, piece->count, out->width);
        } else {
            put_sums(&f, piece, a, b, out->width, &found);
        }
    }
    crmvi_flow_write(&f);
    const int32_t needed = crmvi_fact_width(found.bits);
    *width = needed > *width ? needed : *width;
    return found.overflow;
}

void crmvi_pieces_write_days(const crmvi_pieces *pieces, const int32_t *a, const int32_t *b, int32_t *out) {
    crmvi_flow f;
    crmvi_flow_begin(&f, out);
    for (int32_t i = 0; i < pieces->count; i++) {
        const crmvi_piece *piece = &pieces->items[i];
        crmvi_flow_put(&f, piece->a >= 0 ? a + piece->a : b + piece->b, (size_t)piece->count * sizeof *out);
    }
    crmvi_flow_write(&f);
}
