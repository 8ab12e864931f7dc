#include "ledger/facts.h"

#include "base/error.h"
#include "ledger/fact_column.h"
#include "ledger/sorted_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void crmvi_facts_clear(crmvi_facts *facts) {
    free(facts->numbers);
    crmvi_texts_clear(&facts->texts);
    free(facts->offsets);
    free(facts->days);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        crmvi_fact_column_clear(&facts->columns[i]);
    }
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

/* ---- From lines to facts ----------------------------------------------------------------------------------------- */

/* From which amounts and flags of its lines a column of a fact comes. */
static const struct {
    int32_t amount; /* CRMVI_LINE_..., or -1: counts lines */
    int32_t flag;   /* only lines with this flag; 0: all */
} sources[CRMVI_FACTS] = {
    [CRMVI_FACT_SALE_LINES] = {-1, CRMVI_LINE_SALE},
    [CRMVI_FACT_CANCELLED_LINES] = {-1, CRMVI_LINE_CANCELLED},
    [CRMVI_FACT_RETURN_LINES] = {-1, CRMVI_LINE_RETURN},
    [CRMVI_FACT_UNKNOWN_COST_LINES] = {-1, CRMVI_LINE_UNKNOWN_COST},
    [CRMVI_FACT_DOCUMENTS] = {-1, CRMVI_LINE_DOCUMENT},
    [CRMVI_FACT_QUANTITY] = {CRMVI_LINE_QUANTITY, 0},
    [CRMVI_FACT_REVENUE] = {CRMVI_LINE_REVENUE, 0},
    [CRMVI_FACT_COST] = {CRMVI_LINE_COST, 0},
    [CRMVI_FACT_DISCOUNT] = {CRMVI_LINE_DISCOUNT, 0},
    [CRMVI_FACT_COST_TO_SERVE] = {CRMVI_LINE_COST_TO_SERVE, 0},
    [CRMVI_FACT_RETURNED_QUANTITY] = {CRMVI_LINE_QUANTITY, CRMVI_LINE_RETURN},
    [CRMVI_FACT_RETURNED_REVENUE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_RETURN},
    [CRMVI_FACT_RETURNED_COST] = {CRMVI_LINE_COST, CRMVI_LINE_RETURN},
    [CRMVI_FACT_RETURNED_DISCOUNT] = {CRMVI_LINE_DISCOUNT, CRMVI_LINE_RETURN},
    [CRMVI_FACT_OTHER_QUANTITY] = {CRMVI_LINE_QUANTITY, CRMVI_LINE_OTHER},
    [CRMVI_FACT_OTHER_REVENUE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_OTHER},
    [CRMVI_FACT_NEGATIVE_REVENUE] = {CRMVI_LINE_REVENUE, 0},
    [CRMVI_FACT_UNKNOWN_REVENUE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_UNKNOWN_COST},
    [CRMVI_FACT_UNKNOWN_MAGNITUDE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_UNKNOWN_COST},
};

/* Amounts are below 2^53, so that sums of so many lines fit into 64 bits whatever they are. */
enum { SAFE_LINES = 1000 };

/* What lines that are no plain sales add beside it. */
static void add_special_line(const crmvi_row *row, int64_t negative, int64_t *sums) {
    const int64_t *amounts = row->amounts;
    const int64_t revenue = amounts[CRMVI_LINE_REVENUE];
    const bool is_cancelled = (row->flags & CRMVI_LINE_CANCELLED) != 0;
    sums[CRMVI_FACT_CANCELLED_LINES] += is_cancelled;
    if ((row->flags & CRMVI_LINE_RETURN) != 0) {
        sums[CRMVI_FACT_RETURN_LINES]++;
        sums[CRMVI_FACT_RETURNED_QUANTITY] -= amounts[CRMVI_LINE_QUANTITY];
        sums[CRMVI_FACT_RETURNED_REVENUE] -= revenue;
        sums[CRMVI_FACT_RETURNED_COST] -= amounts[CRMVI_LINE_COST];
        sums[CRMVI_FACT_RETURNED_DISCOUNT] -= amounts[CRMVI_LINE_DISCOUNT];
    }
    if ((row->flags & CRMVI_LINE_OTHER) != 0) {
        sums[CRMVI_FACT_OTHER_QUANTITY] += amounts[CRMVI_LINE_QUANTITY];
        sums[CRMVI_FACT_OTHER_REVENUE] += revenue;
    }
    if ((row->flags & CRMVI_LINE_UNKNOWN_COST) != 0) {
        sums[CRMVI_FACT_UNKNOWN_COST_LINES] += is_cancelled ? -1 : 1;
        sums[CRMVI_FACT_UNKNOWN_REVENUE] += revenue;
        sums[CRMVI_FACT_UNKNOWN_MAGNITUDE] += revenue + 2 * negative;
    }
}

/* Adds what a line has to the sums of its fact. */
static void add_line(const crmvi_row *row, int64_t *sums) {
    const int64_t *amounts = row->amounts;
    const int64_t revenue = amounts[CRMVI_LINE_REVENUE];
    const int64_t negative = revenue < 0 && (row->flags & CRMVI_LINE_CANCELLED) == 0 ? -revenue : 0;
    sums[CRMVI_FACT_SALE_LINES] += (row->flags & CRMVI_LINE_SALE) != 0;
    sums[CRMVI_FACT_QUANTITY] += amounts[CRMVI_LINE_QUANTITY];
    sums[CRMVI_FACT_REVENUE] += revenue;
    sums[CRMVI_FACT_COST] += amounts[CRMVI_LINE_COST];
    sums[CRMVI_FACT_DISCOUNT] += amounts[CRMVI_LINE_DISCOUNT];
    sums[CRMVI_FACT_COST_TO_SERVE] += amounts[CRMVI_LINE_COST_TO_SERVE];
    sums[CRMVI_FACT_NEGATIVE_REVENUE] += negative;
    if ((row->flags & ~(CRMVI_LINE_SALE | CRMVI_LINE_DOCUMENT)) != 0) {
        add_special_line(row, negative, sums);
    }
}

/* The sums over the lines of a customer-day; false where one does not fit. Many lines are added up in portions that
 * cannot overflow, and the portions in 128 bits. */
static bool sum_lines(const crmvi_row *rows, const crmvi_entry *entries, int64_t count, int64_t *sums) {
    memset(sums, 0, CRMVI_FACTS * sizeof *sums);
    if (count <= SAFE_LINES) {
        for (int64_t i = 0; i < count; i++) {
            add_line(&rows[entries[i].row], sums);
        }
        return true;
    }
    crmvi_wide totals[CRMVI_FACTS] = {0};
    for (int64_t begin = 0; begin < count; begin += SAFE_LINES) {
        const int64_t portion = count - begin < SAFE_LINES ? count - begin : SAFE_LINES;
        sum_lines(rows, entries + begin, portion, sums);
        for (int32_t column = 0; column < CRMVI_FACTS; column++) {
            totals[column] += sums[column];
        }
    }
    bool fits = true;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        fits = crmvi_narrow(totals[column], &sums[column]) && fits;
    }
    return fits;
}

/* What the workers share. */
typedef struct building {
    const crmvi_batch *batch;
    const crmvi_sorted_lines *sorted;
    crmvi_facts *facts;
    int64_t *customers_before; /* partitions + 1 */
    int64_t *facts_before;     /* partitions + 1 */
    int64_t *overflows;        /* per partition: the row whose customer-day did not fit, -1 */
} building;

static int32_t count_partition(void *context, int64_t begin, int64_t end) {
    building *b = context;
    for (int64_t p = begin; p < end; p++) {
        int64_t customers = 0;
        int64_t facts = 0;
        for (int64_t i = b->sorted->starts[p]; i < b->sorted->starts[p + 1]; i++) {
            const crmvi_entry *entry = &b->sorted->entries[i];
            const bool is_first = i == b->sorted->starts[p];
            const bool new_customer = is_first || entry->key != entry[-1].key;
            customers += new_customer;
            facts += new_customer || entry->day != entry[-1].day;
        }
        b->customers_before[p + 1] = customers;
        b->facts_before[p + 1] = facts;
    }
    return CRMV_OK;
}

/* A document of a customer-day and whether its line counts up or down. */
typedef struct document {
    int64_t number;
    int32_t step;
} document;

static int compare_documents(const void *left, const void *right) {
    const document *a = left;
    const document *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

/* Documents among the lines of a customer-day that have more sale lines than cancelled ones. -1: memory is short. */
static int64_t count_documents(const crmvi_row *rows, const crmvi_entry *entries, int64_t count) {
    document few[64];
    document *documents = count <= 64 ? few : crmvi_array(count, sizeof *documents);
    if (documents == NULL) {
        return -1;
    }
    int64_t found = 0;
    for (int64_t i = 0; i < count; i++) {
        const crmvi_row *row = &rows[entries[i].row];
        const int32_t step = ((row->flags & CRMVI_LINE_SALE) != 0) - ((row->flags & CRMVI_LINE_CANCELLED) != 0);
        if ((row->flags & CRMVI_LINE_DOCUMENT) != 0 && step != 0) {
            documents[found++] = (document){row->document, step};
        }
    }
    if (found > 1) {
        qsort(documents, (size_t)found, sizeof *documents, compare_documents);
    }
    int64_t distinct = 0;
    for (int64_t i = 0; i < found;) {
        int64_t balance = 0;
        const int64_t number = documents[i].number;
        for (; i < found && documents[i].number == number; i++) {
            balance += documents[i].step;
        }
        distinct += balance > 0;
    }
    if (documents != few) {
        free(documents);
    }
    return distinct;
}

static int32_t fill_fact(const building *b, int64_t fact, const crmvi_entry *entries, int64_t count) {
    crmvi_facts *facts = b->facts;
    int64_t sums[CRMVI_FACTS];
    facts->days[fact] = entries[0].day;
    if (!sum_lines(b->sorted->rows, entries, count, sums)) {
        return CRMV_OVERFLOW;
    }
    if (facts->columns[CRMVI_FACT_DOCUMENTS].width != 0) {
        sums[CRMVI_FACT_DOCUMENTS] = count_documents(b->sorted->rows, entries, count);
        if (sums[CRMVI_FACT_DOCUMENTS] < 0) {
            return CRMV_OUT_OF_MEMORY;
        }
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        crmvi_fact_column_put(&facts->columns[column], fact, sums[column]);
    }
    return CRMV_OK;
}

static void fill_key(const building *b, int64_t customer, uint64_t key) {
    if (b->facts->key_kind == CRMVI_KEYS_NUMBERS) {
        b->facts->numbers[customer] = crmvi_number_of_key(key);
    } else {
        b->facts->numbers[customer] = b->sorted->by_rank[key];
    }
}

/* Rows stand in memory as they were dealt; the one that comes a little later is asked for now. */
static void prefetch_rows(const crmvi_row *rows, const crmvi_entry *entries, int64_t left) {
    enum { AHEAD = 16 };
    __builtin_prefetch(&rows[entries[left > AHEAD ? AHEAD : 0].row]);
}

static int32_t fill_partition(void *context, int64_t begin, int64_t end) {
    building *b = context;
    for (int64_t p = begin; p < end; p++) {
        int64_t customer = b->customers_before[p];
        int64_t fact = b->facts_before[p];
        const int64_t stop = b->sorted->starts[p + 1];
        for (int64_t i = b->sorted->starts[p]; i < stop;) {
            const crmvi_entry *entries = &b->sorted->entries[i];
            if (i == b->sorted->starts[p] || entries->key != entries[-1].key) {
                fill_key(b, customer, entries->key);
                b->facts->offsets[customer++] = fact;
            }
            int64_t count = 1;
            while (i + count < stop && entries[count].key == entries->key && entries[count].day == entries->day) {
                count++;
            }
            prefetch_rows(b->sorted->rows, entries, stop - i);
            const int32_t status = fill_fact(b, fact++, entries, count);
            if (status != CRMV_OK) {
                b->overflows[p] = entries->row;
                return status;
            }
            i += count;
        }
    }
    return CRMV_OK;
}

/* Whether a column can hold anything but zeros. */
static bool is_used(const crmvi_batch *batch, int32_t column) {
    const bool has_lines = sources[column].flag == 0 || (batch->any_flags & sources[column].flag) != 0;
    return has_lines && (sources[column].amount < 0 || batch->amounts[sources[column].amount] != NULL);
}

static bool allocate(const crmvi_batch *batch, int64_t customers, int64_t count, crmvi_facts *facts) {
    facts->key_kind = batch->key_kind;
    facts->customers = customers;
    facts->count = count;
    facts->numbers = crmvi_large_array(customers, sizeof *facts->numbers);
    facts->offsets = crmvi_large_array(customers + 1, sizeof *facts->offsets);
    facts->days = crmvi_large_array(count, sizeof *facts->days);
    bool made = facts->numbers != NULL && facts->offsets != NULL && facts->days != NULL;
    for (int32_t i = 0; i < CRMVI_FACTS && made; i++) {
        made = crmvi_fact_column_make(&facts->columns[i], count, is_used(batch, i) ? 8 : 0);
    }
    return made;
}

/* Columns that turned out to hold zeros only are let go. */
static void drop_empty_columns(crmvi_facts *facts) {
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        int64_t fact = 0;
        while (fact < facts->count && crmvi_fact(facts, i, fact) == 0) {
            fact++;
        }
        if (fact == facts->count) {
            crmvi_fact_column_clear(&facts->columns[i]);
        }
    }
}

/* Text keys were filled in as numbers of names; here they become the texts themselves. */
static bool write_texts(const crmvi_batch *batch, crmvi_facts *facts) {
    if (facts->key_kind != CRMVI_KEYS_TEXTS) {
        return true;
    }
    const crmvi_texts *names = &batch->names.texts;
    for (int64_t i = 0; i < facts->customers; i++) {
        const int64_t number = facts->numbers[i];
        if (!crmvi_texts_add(&facts->texts, crmvi_texts_get(names, number), crmvi_texts_length(names, number))) {
            return false;
        }
    }
    free(facts->numbers);
    facts->numbers = NULL;
    return true;
}

static int32_t fail_overflow(const building *b, crmv_error *error) {
    int64_t p = 0;
    while (b->overflows[p] < 0) {
        p++;
    }
    const crmvi_row *row = &b->sorted->rows[b->overflows[p]];
    char date[16];
    crmvi_date_text(row->day, date);
    if (b->batch->key_kind == CRMVI_KEYS_TEXTS) {
        const char *name = crmvi_texts_get(&b->batch->names.texts, b->sorted->by_rank[row->key]);
        return crmvi_fail(error, CRMV_OVERFLOW, NULL,
                          "a sum of customer %.200s on %s does not fit into 64 bits of minor units", name, date);
    }
    return crmvi_fail(error, CRMV_OVERFLOW, NULL,
                      "a sum of customer %lld on %s does not fit into 64 bits of minor units",
                      (long long)crmvi_number_of_key(row->key), date);
}

static int32_t build(building *b, const crmvi_runner *runner, crmv_error *error) {
    const int64_t partitions = b->sorted->partitions;
    int32_t status = crmvi_parallel(runner, "counting days", partitions, 1, count_partition, b);
    if (status != CRMV_OK) {
        return crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
    }
    for (int64_t p = 0; p < partitions; p++) {
        b->customers_before[p + 1] += b->customers_before[p];
        b->facts_before[p + 1] += b->facts_before[p];
        b->overflows[p] = -1;
    }
    if (!allocate(b->batch, b->customers_before[partitions], b->facts_before[partitions], b->facts)) {
        return crmvi_no_memory(error);
    }
    b->facts->offsets[b->facts->customers] = b->facts->count;
    status = crmvi_parallel(runner, "summing", partitions, 1, fill_partition, b);
    if (status == CRMV_OVERFLOW) {
        return fail_overflow(b, error);
    }
    if (status == CRMV_OK && !write_texts(b->batch, b->facts)) {
        status = CRMV_OUT_OF_MEMORY;
    }
    if (status != CRMV_OK) {
        return crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
    }
    drop_empty_columns(b->facts);
    return CRMV_OK;
}

int32_t crmvi_facts_of_batch(const crmvi_batch *batch, const crmvi_runner *runner, crmvi_facts *out,
                             crmv_error *error) {
    crmvi_sorted_lines sorted;
    *out = (crmvi_facts){0};
    int32_t status = crmvi_sort_lines(batch, runner, &sorted);
    if (status != CRMV_OK) {
        return crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
    }
    building b = {.batch = batch, .sorted = &sorted, .facts = out};
    b.customers_before = crmvi_zeroed(sorted.partitions + 1, sizeof *b.customers_before);
    b.facts_before = crmvi_zeroed(sorted.partitions + 1, sizeof *b.facts_before);
    b.overflows = crmvi_zeroed(sorted.partitions, sizeof *b.overflows);
    if (b.customers_before == NULL || b.facts_before == NULL || b.overflows == NULL) {
        status = crmvi_no_memory(error);
    } else {
        status = build(&b, runner, error);
    }
    free(b.customers_before);
    free(b.facts_before);
    free(b.overflows);
    crmvi_sorted_lines_clear(&sorted);
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
    }
    return status;
}
