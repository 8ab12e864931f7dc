#include "ledger/facts.h"

#include "base/error.h"
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
        free(facts->columns[i]);
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

/* What a line adds to each column of its fact. `sign` -1 stands for the magnitude of what a return took off. */
static const struct {
    int32_t amount; /* CRMVI_LINE_..., or -1: counts lines */
    int32_t flag;   /* only lines with this flag; 0: all */
    int32_t sign;   /* 1 or -1; 2: the magnitude, 3: the magnitude of what is negative */
} sources[CRMVI_FACTS] = {
    [CRMVI_FACT_SALE_LINES] = {-1, CRMVI_LINE_SALE, 1},
    [CRMVI_FACT_CANCELLED_LINES] = {-1, CRMVI_LINE_CANCELLED, 1},
    [CRMVI_FACT_RETURN_LINES] = {-1, CRMVI_LINE_RETURN, 1},
    [CRMVI_FACT_UNKNOWN_COST_LINES] = {-1, CRMVI_LINE_UNKNOWN_COST, 1},
    [CRMVI_FACT_DOCUMENTS] = {-1, CRMVI_LINE_DOCUMENT, 0},
    [CRMVI_FACT_QUANTITY] = {CRMVI_LINE_QUANTITY, 0, 1},
    [CRMVI_FACT_REVENUE] = {CRMVI_LINE_REVENUE, 0, 1},
    [CRMVI_FACT_COST] = {CRMVI_LINE_COST, 0, 1},
    [CRMVI_FACT_DISCOUNT] = {CRMVI_LINE_DISCOUNT, 0, 1},
    [CRMVI_FACT_COST_TO_SERVE] = {CRMVI_LINE_COST_TO_SERVE, 0, 1},
    [CRMVI_FACT_RETURNED_QUANTITY] = {CRMVI_LINE_QUANTITY, CRMVI_LINE_RETURN, -1},
    [CRMVI_FACT_RETURNED_REVENUE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_RETURN, -1},
    [CRMVI_FACT_RETURNED_COST] = {CRMVI_LINE_COST, CRMVI_LINE_RETURN, -1},
    [CRMVI_FACT_RETURNED_DISCOUNT] = {CRMVI_LINE_DISCOUNT, CRMVI_LINE_RETURN, -1},
    [CRMVI_FACT_NEGATIVE_REVENUE] = {CRMVI_LINE_REVENUE, 0, 3},
    [CRMVI_FACT_UNKNOWN_REVENUE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_UNKNOWN_COST, 1},
    [CRMVI_FACT_UNKNOWN_MAGNITUDE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_UNKNOWN_COST, 2},
};

static int64_t apply_sign(int64_t value, int32_t sign) {
    switch (sign) {
    case -1:
        return -value;
    case 2:
        return value < 0 ? -value : value;
    case 3:
        return value < 0 ? -value : 0;
    default:
        return value;
    }
}

/* What the workers share. */
typedef struct building {
    const crmvi_batch *batch;
    const crmvi_sorted_lines *sorted;
    crmvi_facts *facts;
    int64_t *customers_before; /* partitions + 1 */
    int64_t *facts_before;     /* partitions + 1 */
    int64_t *overflows;        /* per partition: the customer whose sum did not fit, -1 */
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
static int64_t count_documents(const crmvi_batch *batch, const crmvi_entry *entries, int64_t count) {
    document few[64];
    document *documents = count <= 64 ? few : crmvi_array(count, sizeof *documents);
    if (documents == NULL) {
        return -1;
    }
    int64_t found = 0;
    for (int64_t i = 0; i < count; i++) {
        const int32_t flags = batch->flags[entries[i].line];
        const int32_t step = ((flags & CRMVI_LINE_SALE) != 0) - ((flags & CRMVI_LINE_CANCELLED) != 0);
        if ((flags & CRMVI_LINE_DOCUMENT) != 0 && step != 0) {
            documents[found++] = (document){batch->documents[entries[i].line], step};
        }
    }
    qsort(documents, (size_t)found, sizeof *documents, compare_documents);
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

/* The sum of one column over the lines of a customer-day. */
static crmvi_wide sum_lines(const crmvi_batch *batch, int32_t column, const crmvi_entry *entries, int64_t count) {
    const int64_t *amounts = sources[column].amount < 0 ? NULL : batch->amounts[sources[column].amount];
    const int32_t flag = sources[column].flag;
    const int32_t sign = sources[column].sign;
    crmvi_wide sum = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t line = entries[i].line;
        if (flag == 0 || (batch->flags[line] & flag) != 0) {
            sum += amounts == NULL ? 1 : apply_sign(amounts[line], sign);
        }
    }
    return sum;
}

static int32_t fill_fact(const building *b, int64_t fact, const crmvi_entry *entries, int64_t count) {
    crmvi_facts *facts = b->facts;
    facts->days[fact] = entries[0].day;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        if (facts->columns[column] == NULL) {
            continue;
        }
        const bool counts_documents = column == CRMVI_FACT_DOCUMENTS;
        const crmvi_wide sum =
            counts_documents ? count_documents(b->batch, entries, count) : sum_lines(b->batch, column, entries, count);
        if (counts_documents && sum < 0) {
            return CRMV_OUT_OF_MEMORY;
        }
        if (!crmvi_narrow(sum, &facts->columns[column][fact])) {
            return CRMV_OVERFLOW;
        }
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
            const int32_t status = fill_fact(b, fact++, entries, count);
            if (status != CRMV_OK) {
                b->overflows[p] = entries->line;
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
    facts->numbers = crmvi_array(customers, sizeof *facts->numbers);
    facts->offsets = crmvi_array(customers + 1, sizeof *facts->offsets);
    facts->days = crmvi_array(count, sizeof *facts->days);
    bool made = facts->numbers != NULL && facts->offsets != NULL && facts->days != NULL;
    for (int32_t i = 0; i < CRMVI_FACTS && made; i++) {
        if (is_used(batch, i)) {
            facts->columns[i] = crmvi_array(count, sizeof *facts->columns[i]);
            made = facts->columns[i] != NULL;
        }
    }
    return made;
}

/* Columns that turned out to hold zeros only are let go. */
static void drop_empty_columns(crmvi_facts *facts) {
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        int64_t *column = facts->columns[i];
        int64_t fact = 0;
        while (column != NULL && fact < facts->count && column[fact] == 0) {
            fact++;
        }
        if (column != NULL && fact == facts->count) {
            free(column);
            facts->columns[i] = NULL;
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
    for (int64_t p = 0; p < b->sorted->partitions; p++) {
        if (b->overflows[p] >= 0) {
            const int64_t line = b->overflows[p];
            char date[16];
            crmvi_date_text(b->batch->days[line], date);
            return crmvi_fail_row(error, CRMV_OVERFLOW, line + 1, NULL,
                                  "a sum of that row's customer on %s does not fit into 64 bits of minor units", date);
        }
    }
    return crmvi_fail(error, CRMV_OVERFLOW, NULL, "a sum does not fit into 64 bits of minor units");
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
