#include "ledger/waiting.h"

#include "base/memory.h"

#include <stdlib.h>

/* A piece holds a chunk at least; the first one, which may be the only, no more unless that is small. */
enum { LEAST_ROWS = 64, PART_OF_ALL = 4 };

static int64_t capacity_of(const crmvi_waiting *waiting, int64_t rows) {
    const int64_t part = waiting->rows / PART_OF_ALL;
    const int64_t least = part > LEAST_ROWS ? part : LEAST_ROWS;
    return rows > least ? rows : least;
}

static crmvi_waiting_piece *add_piece(crmvi_waiting *waiting, int64_t rows) {
    if (!crmvi_grow(&waiting->pieces, &waiting->piece_capacity, waiting->piece_count + 1, sizeof *waiting->pieces)) {
        return NULL;
    }
    const int64_t capacity = capacity_of(waiting, rows);
    char *memory = crmvi_large_array(capacity, waiting->row_bytes);
    if (memory == NULL) {
        return NULL;
    }
    crmvi_waiting_piece *piece = &waiting->pieces[waiting->piece_count++];
    *piece = (crmvi_waiting_piece){.rows = memory, .capacity = capacity};
    return piece;
}

void *crmvi_waiting_room(crmvi_waiting *waiting, int64_t rows) {
    crmvi_waiting_piece *piece = waiting->piece_count > 0 ? &waiting->pieces[waiting->piece_count - 1] : NULL;
    if (piece == NULL || piece->capacity - piece->count < rows) {
        piece = add_piece(waiting, rows);
    }
    if (piece == NULL) {
        return NULL;
    }
    const int64_t end = piece->count + rows;
    piece->written = end > piece->written ? end : piece->written;
    return piece->rows + (size_t)piece->count * waiting->row_bytes;
}

void crmvi_waiting_keep(crmvi_waiting *waiting, int64_t rows) {
    if (rows > 0) {
        waiting->pieces[waiting->piece_count - 1].count += rows;
        waiting->rows += rows;
    }
}

void crmvi_waiting_clear(crmvi_waiting *waiting) {
    for (int64_t i = 0; i < waiting->piece_count; i++) {
        crmvi_discard(waiting->pieces[i].rows, waiting->pieces[i].written, waiting->row_bytes);
    }
    free(waiting->pieces);
    *waiting = (crmvi_waiting){.row_bytes = waiting->row_bytes};
}

crmvi_sheet *crmvi_waiting_sheets(const crmvi_waiting *waiting, int64_t most_rows, int64_t *count) {
    const int64_t most = waiting->rows / most_rows + waiting->piece_count;
    crmvi_sheet *sheets = crmvi_array(most, sizeof *sheets);
    *count = 0;
    for (int64_t i = 0; sheets != NULL && i < waiting->piece_count; i++) {
        const crmvi_waiting_piece *piece = &waiting->pieces[i];
        for (int64_t row = 0; row < piece->count; row += most_rows) {
            const int64_t rest = piece->count - row;
            sheets[(*count)++] =
                (crmvi_sheet){piece->rows + (size_t)row * waiting->row_bytes, rest < most_rows ? rest : most_rows};
        }
    }
    return sheets;
}
