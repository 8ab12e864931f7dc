#include "ledger/sparse.h"

#include "ledger/fact_column.h"

#include <stdlib.h>
#include <string.h>

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

static bool has_sparse(const crmvi_facts *facts) {
    bool any = false;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        any |= crmvi_fact_is_sparse(column) && facts->columns[column].width != 0;
    }
    return any;
}

crmvi_sparse_rows crmvi_sparse_rows_of(const crmvi_facts *facts) {
    if (facts->sparse.facts != NULL) {
        return facts->sparse;
    }
    return (crmvi_sparse_rows){.count = has_sparse(facts) ? facts->count : 0};
}

int64_t crmvi_sparse_find(const crmvi_sparse_rows *rows, int64_t fact) {
    if (rows->facts == NULL) {
        return fact < rows->count ? fact : rows->count;
    }
    int64_t low = rows->begins[fact / CRMVI_SPARSE_STEP];
    int64_t high = rows->begins[fact / CRMVI_SPARSE_STEP + 1];
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (rows->facts[middle] < fact) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The facts of the last step may be fewer, and the number after the last fact has a step, too. */
static int64_t steps_of(const crmvi_facts *facts) {
    return facts->count / CRMVI_SPARSE_STEP + 1;
}

void crmvi_sparse_begin_again(crmvi_facts *facts) {
    crmvi_sparse_rows *rows = &facts->sparse;
    int64_t row = 0;
    for (int64_t step = 0; rows->begins != NULL && step < steps_of(facts); step++) {
        row = crmvi_sparse_next(rows, row, step * CRMVI_SPARSE_STEP);
        rows->begins[step] = row;
    }
    if (rows->begins != NULL) {
        rows->begins[steps_of(facts)] = rows->count;
    }
}

bool crmvi_sparse_settle(crmvi_facts *facts) {
    if (facts->sparse.count == facts->count) {
        crmvi_sparse_clear(&facts->sparse);
    }
    if (facts->sparse.facts == NULL) {
        return true;
    }
    facts->sparse.begins = crmvi_array(steps_of(facts) + 1, sizeof *facts->sparse.begins);
    crmvi_sparse_begin_again(facts);
    return facts->sparse.begins != NULL;
}

void crmvi_sparse_clear(crmvi_sparse_rows *rows) {
    free(rows->facts);
    free(rows->begins);
    *rows = (crmvi_sparse_rows){0};
}

int64_t crmvi_fact_values(const crmvi_facts *facts, int32_t column) {
    return facts->sparse.facts != NULL && crmvi_fact_is_sparse(column) ? facts->sparse.count : facts->count;
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

int64_t crmvi_fact_listed(const crmvi_facts *facts, int32_t column, int64_t fact) {
    const crmvi_sparse_rows *rows = &facts->sparse;
    const int64_t row = crmvi_sparse_find(rows, fact);
    return row < rows->count && rows->facts[row] == fact ? crmvi_fact_column_at(&facts->columns[column], row) : 0;
}

void crmvi_facts_read(const crmvi_facts *facts, int32_t column, int64_t begin, int64_t count, int64_t *out) {
    const crmvi_fact_column *values = &facts->columns[column];
    const crmvi_sparse_rows *rows = &facts->sparse;
    if (rows->facts == NULL || values->width == 0 || !crmvi_fact_is_sparse(column)) {
        crmvi_fact_column_read(values, begin, count, out);
        return;
    }
    const int64_t end = crmvi_sparse_find(rows, begin + count);
    memset(out, 0, (size_t)count * sizeof *out);
    for (int64_t row = crmvi_sparse_find(rows, begin); row < end; row++) {
        out[rows->facts[row] - begin] = crmvi_fact_column_at(values, row);
    }
}

/* ---- Listing ----------------------------------------------------------------------------------------------------- */

/* Facts that a worker takes at a time. */
enum { BLOCK = 8192 };

typedef struct listing {
    crmvi_facts *facts;
    bool *is_listed; /* per fact */
    int64_t *begins; /* per block: how many it lists, then where they begin; one more */
    crmvi_sparse_rows rows;
    crmvi_fact_column columns[CRMVI_FACTS];
} listing;

static void mark_1(const int8_t *values, int64_t count, bool *marks) {
    for (int64_t i = 0; i < count; i++) {
        marks[i] |= values[i] != 0;
    }
}

static void mark_4(const int32_t *values, int64_t count, bool *marks) {
    for (int64_t i = 0; i < count; i++) {
        marks[i] |= values[i] != 0;
    }
}

static void mark(const crmvi_fact_column *column, int64_t begin, int64_t count, bool *marks) {
    enum { PORTION = 512 };
    if (column->width == 1) {
        mark_1((const int8_t *)column->values + begin, count, marks);
        return;
    }
    if (column->width == 4) {
        mark_4((const int32_t *)column->values + begin, count, marks);
        return;
    }
    for (int64_t done = 0; done < count; done += PORTION) {
        int64_t values[PORTION];
        const int64_t portion = count - done < PORTION ? count - done : PORTION;
        crmvi_fact_column_read(column, begin + done, portion, values);
        for (int64_t i = 0; i < portion; i++) {
            marks[done + i] |= values[i] != 0;
        }
    }
}

static int32_t mark_facts(void *context, int64_t begin, int64_t end) {
    const listing *l = context;
    int64_t listed = 0;
    memset(l->is_listed + begin, 0, (size_t)(end - begin));
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        const crmvi_fact_column *values = &l->facts->columns[column];
        if (crmvi_fact_is_sparse(column) && values->width != 0) {
            mark(values, begin, end - begin, l->is_listed + begin);
        }
    }
    for (int64_t fact = begin; fact < end; fact++) {
        listed += l->is_listed[fact];
    }
    l->begins[begin / BLOCK + 1] = listed;
    return CRMV_OK;
}

static int32_t list_facts(void *context, int64_t begin, int64_t end) {
    const listing *l = context;
    const int64_t first = l->begins[begin / BLOCK];
    int64_t row = first;
    for (int64_t fact = begin; fact < end; fact++) {
        if (l->is_listed[fact]) {
            l->rows.facts[row++] = fact;
        }
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        for (int64_t i = first; i < row && l->columns[column].width != 0; i++) {
            crmvi_fact_column_put(&l->columns[column], i,
                                  crmvi_fact_column_at(&l->facts->columns[column], l->rows.facts[i]));
        }
    }
    return CRMV_OK;
}

static bool make_rows(listing *l, int64_t rows) {
    l->rows.facts = crmvi_large_array(rows, sizeof *l->rows.facts);
    l->rows.count = rows;
    bool made = l->rows.facts != NULL;
    for (int32_t column = 0; column < CRMVI_FACTS && made; column++) {
        const int32_t width = crmvi_fact_is_sparse(column) ? l->facts->columns[column].width : 0;
        made = crmvi_fact_column_make(&l->columns[column], rows, width);
    }
    return made;
}

static void take_rows(listing *l) {
    crmvi_facts *facts = l->facts;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        if (crmvi_fact_is_sparse(column)) {
            crmvi_fact_column_clear(&facts->columns[column], facts->count);
            facts->columns[column] = l->columns[column];
            l->columns[column] = (crmvi_fact_column){0};
        }
    }
    facts->sparse = l->rows;
    l->rows = (crmvi_sparse_rows){0};
}

static int32_t list_all(listing *l, const crmvi_runner *runner) {
    const int64_t blocks = (l->facts->count + BLOCK - 1) / BLOCK;
    l->is_listed = crmvi_large_array(l->facts->count, sizeof *l->is_listed);
    l->begins = crmvi_zeroed(blocks + 1, sizeof *l->begins);
    int32_t status = l->is_listed != NULL && l->begins != NULL ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, NULL, l->facts->count, BLOCK, mark_facts, l);
    }
    for (int64_t i = 0; status == CRMV_OK && i < blocks; i++) {
        l->begins[i + 1] += l->begins[i];
    }
    const int64_t rows = status == CRMV_OK ? l->begins[blocks] : 0;
    const bool is_worth_it = rows <= l->facts->count / 4 * 3;
    if (status != CRMV_OK || !is_worth_it) {
        return status;
    }
    status =
        make_rows(l, rows) ? crmvi_parallel(runner, NULL, l->facts->count, BLOCK, list_facts, l) : CRMV_OUT_OF_MEMORY;
    if (status == CRMV_OK) {
        take_rows(l);
        status = crmvi_sparse_settle(l->facts) ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    }
    return status;
}

int32_t crmvi_sparse_list(crmvi_facts *facts, const crmvi_runner *runner) {
    if (!has_sparse(facts)) {
        return CRMV_OK;
    }
    const crmvi_runner quiet = {.threads = runner->threads};
    listing l = {.facts = facts};
    const int32_t status = list_all(&l, &quiet);
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        crmvi_fact_column_clear(&l.columns[column], 0);
    }
    crmvi_sparse_clear(&l.rows);
    free(l.is_listed);
    free(l.begins);
    return status;
}
