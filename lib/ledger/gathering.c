#include "ledger/gathering.h"

void crmvi_gather_begin(crmvi_gathering *g, const crmvi_facts *a, int64_t first_of_a, const crmvi_facts *b,
                        int64_t first_of_b) {
    g->a = a;
    g->b = b;
    g->a_rows = crmvi_sparse_rows_of(a);
    g->b_rows = crmvi_sparse_rows_of(b);
    g->a_row = crmvi_sparse_find(&g->a_rows, first_of_a);
    g->b_row = crmvi_sparse_find(&g->b_rows, first_of_b);
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

static void take_rows(crmvi_gathering *g) {
    g->take_rows(g->context, g);
    g->taken_rows = g->rows;
    g->row_pieces.count = 0;
}

static void add_rows(crmvi_gathering *g, int64_t a, int64_t b, int64_t count) {
    const crmvi_piece piece = {a, b, count};
    if (!crmvi_pieces_add(&g->row_pieces, piece)) {
        take_rows(g);
        crmvi_pieces_add(&g->row_pieces, piece);
    }
    g->rows += count;
}

/* Lists the facts of rows [begin, end), which go `shift` further than they come from. */
static void list_facts(const crmvi_gathering *g, const crmvi_sparse_rows *rows, int64_t begin, int64_t end,
                       int64_t shift) {
    int64_t *list = g->list + g->row + g->rows;
    for (int64_t row = begin; row < end; row++) {
        *list++ = crmvi_sparse_fact(rows, row) + shift;
    }
}

/* The rows of `count` facts of `a`, the first of which goes to place `at`. */
static void add_rows_of_a(crmvi_gathering *g, int64_t first, int64_t count, int64_t at) {
    const int64_t end = crmvi_sparse_next(&g->a_rows, g->a_row, first + count);
    if (end > g->a_row) {
        if (g->list != NULL) {
            list_facts(g, &g->a_rows, g->a_row, end, at - first);
        }
        add_rows(g, g->a_row, -1, end - g->a_row);
        g->a_row = end;
    }
}

static void add_rows_of_b(crmvi_gathering *g, int64_t first, int64_t count, int64_t at) {
    const int64_t end = crmvi_sparse_next(&g->b_rows, g->b_row, first + count);
    if (end > g->b_row) {
        if (g->list != NULL) {
            list_facts(g, &g->b_rows, g->b_row, end, at - first);
        }
        add_rows(g, -1, g->b_row, end - g->b_row);
        g->b_row = end;
    }
}

/* The same of facts that both have. */
static void add_rows_of_both(crmvi_gathering *g, int64_t a, int64_t b, int64_t count, int64_t at) {
    const int64_t a_end = crmvi_sparse_next(&g->a_rows, g->a_row, a + count);
    const int64_t b_end = crmvi_sparse_next(&g->b_rows, g->b_row, b + count);
    while (g->a_row < a_end || g->b_row < b_end) {
        const int64_t of_a = g->a_row < a_end ? crmvi_sparse_fact(&g->a_rows, g->a_row) - a : count;
        const int64_t of_b = g->b_row < b_end ? crmvi_sparse_fact(&g->b_rows, g->b_row) - b : count;
        const int64_t first = of_a < of_b ? of_a : of_b;
        if (g->list != NULL) {
            g->list[g->row + g->rows] = at + first;
        }
        add_rows(g, of_a == first ? g->a_row : -1, of_b == first ? g->b_row : -1, 1);
        g->a_row += of_a == first;
        g->b_row += of_b == first;
    }
}

/* ---- Facts ------------------------------------------------------------------------------------------------------- */

static void take_facts(crmvi_gathering *g) {
    g->take_facts(g->context, g);
    g->taken_facts = g->facts - g->last.count;
    g->pieces.count = 0;
}

/* Puts the last facts, which do not go on, beside those before them. */
static void add_last(crmvi_gathering *g) {
    const crmvi_piece last = g->last;
    if (last.count == 0) {
        return;
    }
    if (!crmvi_pieces_add(&g->pieces, last)) {
        take_facts(g);
        crmvi_pieces_add(&g->pieces, last);
    }
    const int64_t at = g->fact + g->facts - last.count;
    g->last.count = 0;
    if (last.b < 0) {
        add_rows_of_a(g, last.a, last.count, at);
    } else if (last.a < 0) {
        add_rows_of_b(g, last.b, last.count, at);
    } else {
        add_rows_of_both(g, last.a, last.b, last.count, at);
    }
}

void crmvi_gather(crmvi_gathering *g, int64_t a, int64_t b, int64_t count) {
    crmvi_piece *last = &g->last;
    const int64_t next_a = last->a < 0 ? -1 : last->a + last->count;
    const int64_t next_b = last->b < 0 ? -1 : last->b + last->count;
    if (a != next_a || b != next_b) {
        add_last(g);
        *last = (crmvi_piece){a, b, 0};
    }
    last->count += count;
    g->facts += count;
}

void crmvi_gather_end(crmvi_gathering *g) {
    add_last(g);
    take_facts(g);
    take_rows(g);
}
