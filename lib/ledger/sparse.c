#include "ledger/sparse.h"

#include "base/seats.h"
#include "ledger/fact_column.h"
#include "ledger/facts.h"

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

/* Each row is behind the step that follows its fact's; a step without facts that are listed is where the one before it
 * is. */
void crmvi_sparse_begin_again(crmvi_facts *facts) {
    crmvi_sparse_rows *rows = &facts->sparse;
    if (rows->begins == NULL) {
        return;
    }
    const int64_t steps = steps_of(facts);
    memset(rows->begins, 0, (size_t)(steps + 1) * sizeof *rows->begins);
    for (int64_t row = 0; row < rows->count; row++) {
        rows->begins[rows->facts[row] / CRMVI_SPARSE_STEP + 1] = row + 1;
    }
    int64_t behind = 0;
    for (int64_t step = 0; step <= steps; step++) {
        behind = rows->begins[step] > behind ? rows->begins[step] : behind;
        rows->begins[step] = behind;
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

static void spread_1(const int64_t *facts, int64_t rows, int64_t shift, const int8_t *from, int8_t *out) {
    for (int64_t i = 0; i < rows; i++) {
        out[facts[i] + shift] = from[i];
    }
}

static void spread_2(const int64_t *facts, int64_t rows, int64_t shift, const int16_t *from, int16_t *out) {
    for (int64_t i = 0; i < rows; i++) {
        out[facts[i] + shift] = from[i];
    }
}

static void spread_4(const int64_t *facts, int64_t rows, int64_t shift, const int32_t *from, int32_t *out) {
    for (int64_t i = 0; i < rows; i++) {
        out[facts[i] + shift] = from[i];
    }
}

static void spread_8(const int64_t *facts, int64_t rows, int64_t shift, const int64_t *from, int64_t *out) {
    for (int64_t i = 0; i < rows; i++) {
        out[facts[i] + shift] = from[i];
    }
}

void crmvi_sparse_spread(const crmvi_sparse_rows *rows, const crmvi_fact_column *from, int64_t first, int64_t count,
                         const crmvi_fact_column *into, int64_t at) {
    const int64_t row = crmvi_sparse_find(rows, first);
    const int64_t found = crmvi_sparse_find(rows, first + count) - row;
    const int64_t *facts = rows->facts + row;
    switch (from->width) {
    case 1:
        spread_1(facts, found, at - first, (const int8_t *)from->values + row, into->values);
        break;
    case 2:
        spread_2(facts, found, at - first, (const int16_t *)from->values + row, into->values);
        break;
    case 4:
        spread_4(facts, found, at - first, (const int32_t *)from->values + row, into->values);
        break;
    default:
        spread_8(facts, found, at - first, (const int64_t *)from->values + row, into->values);
        break;
    }
}

/* ---- Listing ----------------------------------------------------------------------------------------------------- */

/* Facts that a worker takes at a time: what they have in sparse columns stays in the processor's caches. */
enum { BLOCK = 8192 };

typedef struct listing {
    crmvi_facts *facts;
    crmvi_turns turns;
    crmvi_sparse_rows rows; /* their count goes up as blocks take their turns */
    crmvi_fact_column columns[CRMVI_FACTS];
} listing;

static void mark_1(const int8_t *values, int64_t count, uint8_t *marks) {
    for (int64_t i = 0; i < count; i++) {
        marks[i] |= values[i] != 0;
    }
}

static void mark_4(const int32_t *values, int64_t count, uint8_t *marks) {
    for (int64_t i = 0; i < count; i++) {
        marks[i] |= values[i] != 0;
    }
}

static void mark(const crmvi_fact_column *column, int64_t begin, int64_t count, uint8_t *marks) {
    if (column->width == 1) {
        mark_1((const int8_t *)column->values + begin, count, marks);
    } else if (column->width == 4) {
        mark_4((const int32_t *)column->values + begin, count, marks);
    } else {
        for (int64_t i = 0; i < count; i++) {
            marks[i] |= crmvi_fact_column_at(column, begin + i) != 0;
        }
    }
}

/* Writes which of facts [begin, end) have something in a sparse column; returns how many. */
static int64_t find_facts(const crmvi_facts *facts, int64_t begin, int64_t end, int32_t *found) {
    enum { WORD = sizeof(uint64_t) };
    uint8_t marks[BLOCK] = {0};
    int64_t count = 0;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        if (crmvi_fact_is_sparse(column) && facts->columns[column].width != 0) {
            mark(&facts->columns[column], begin, end - begin, marks);
        }
    }
    for (int64_t word = 0; word < end - begin; word += WORD) {
        uint64_t any;
        memcpy(&any, marks + word, sizeof any);
        for (int64_t i = word; any != 0 && i < word + WORD; i++) {
            found[count] = (int32_t)i;
            count += marks[i];
        }
    }
    return count;
}

static int32_t list_facts(void *context, int64_t begin, int64_t end) {
    listing *l = context;
    int32_t found[BLOCK + 1]; /* the place after the last is written, too */
    const int64_t count = find_facts(l->facts, begin, end, found);
    crmvi_turn_wait(&l->turns, begin / BLOCK);
    const int64_t first = l->rows.count;
    l->rows.count += count;
    crmvi_turn_pass(&l->turns);
    for (int64_t i = 0; i < count; i++) {
        l->rows.facts[first + i] = begin + found[i];
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        const crmvi_fact_column *from = &l->facts->columns[column];
        for (int64_t i = 0; i < count && l->columns[column].width != 0; i++) {
            crmvi_fact_column_put(&l->columns[column], first + i, crmvi_fact_column_at(from, begin + found[i]));
        }
        crmvi_fact_column_zero(from, begin, l->columns[column].width != 0 ? end - begin : 0);
    }
    return CRMV_OK;
}

static bool make_rows(listing *l) {
    const int64_t room = l->facts->count;
    l->rows.facts = crmvi_large_array(room, sizeof *l->rows.facts);
    bool made = l->rows.facts != NULL;
    for (int32_t column = 0; column < CRMVI_FACTS && made; column++) {
        const int32_t width = crmvi_fact_is_sparse(column) ? l->facts->columns[column].width : 0;
        made = crmvi_fact_column_make(&l->columns[column], room, width);
    }
    return made;
}

/* The rows take the place of columns with values of every fact, which are zeros by now. */
static void take_rows(listing *l) {
    crmvi_facts *facts = l->facts;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        if (crmvi_fact_is_sparse(column)) {
            free(facts->columns[column].values);
            facts->columns[column] = l->columns[column];
            l->columns[column] = (crmvi_fact_column){0};
        }
    }
    facts->sparse = l->rows;
    l->rows = (crmvi_sparse_rows){0};
    crmvi_facts_shrink(facts, facts->customers, facts->count, facts->count);
}

static int32_t list_all(listing *l, const crmvi_runner *runner) {
    if (!make_rows(l)) {
        return CRMV_OUT_OF_MEMORY;
    }
    const int32_t status = crmvi_parallel(runner, NULL, l->facts->count, BLOCK, list_facts, l);
    if (status != CRMV_OK) {
        return status;
    }
    take_rows(l);
    return crmvi_sparse_settle(l->facts) ? CRMV_OK : CRMV_OUT_OF_MEMORY;
}

int32_t crmvi_sparse_list(crmvi_facts *facts, const crmvi_runner *runner) {
    const crmvi_runner quiet = {.threads = runner->threads};
    listing l = {.facts = facts};
    if (!has_sparse(facts)) {
        return CRMV_OK;
    }
    if (!crmvi_turns_make(&l.turns)) {
        return CRMV_OUT_OF_MEMORY;
    }
    const int32_t status = list_all(&l, &quiet);
    crmvi_turns_clear(&l.turns);
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        free(l.columns[column].values);
    }
    crmvi_sparse_clear(&l.rows);
    return status;
}
