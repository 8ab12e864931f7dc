#include "ledger/fact_sums.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Amounts are below 2^53, so that sums of so many lines fit into 64 bits whatever they are. */
enum { SAFE_LINES = 1000 };

/* What lines that are no plain sales add beside it. */
static void add_special_line(const crmvi_wide_row *row, int64_t negative, int64_t *sums) {
    const int64_t *amounts = row->amounts;
    const uint8_t flags = crmvi_row_flags(row->when);
    const int64_t revenue = amounts[CRMVI_LINE_REVENUE];
    const bool is_cancelled = (flags & CRMVI_LINE_CANCELLED) != 0;
    sums[CRMVI_FACT_CANCELLED_LINES] += is_cancelled;
    if ((flags & CRMVI_LINE_RETURN) != 0) {
        sums[CRMVI_FACT_RETURN_LINES]++;
        sums[CRMVI_FACT_RETURNED_QUANTITY] -= amounts[CRMVI_LINE_QUANTITY];
        sums[CRMVI_FACT_RETURNED_REVENUE] -= revenue;
        sums[CRMVI_FACT_RETURNED_COST] -= amounts[CRMVI_LINE_COST];
        sums[CRMVI_FACT_RETURNED_DISCOUNT] -= amounts[CRMVI_LINE_DISCOUNT];
    }
    if ((flags & CRMVI_LINE_OTHER) != 0) {
        sums[CRMVI_FACT_OTHER_QUANTITY] += amounts[CRMVI_LINE_QUANTITY];
        sums[CRMVI_FACT_OTHER_REVENUE] += revenue;
    }
    if ((flags & CRMVI_LINE_UNKNOWN_COST) != 0) {
        sums[CRMVI_FACT_UNKNOWN_COST_LINES] += is_cancelled ? -1 : 1;
        sums[CRMVI_FACT_UNKNOWN_REVENUE] += revenue;
        sums[CRMVI_FACT_UNKNOWN_MAGNITUDE] += revenue + 2 * negative;
    }
}

/* Adds what a line has to the sums of its fact. */
static void add_line(const crmvi_wide_row *row, int64_t *sums) {
    const int64_t *amounts = row->amounts;
    const uint8_t flags = crmvi_row_flags(row->when);
    const int64_t revenue = amounts[CRMVI_LINE_REVENUE];
    const int64_t negative = revenue < 0 && (flags & CRMVI_LINE_CANCELLED) == 0 ? -revenue : 0;
    sums[CRMVI_FACT_SALE_LINES] += (flags & CRMVI_LINE_SALE) != 0;
    sums[CRMVI_FACT_QUANTITY] += amounts[CRMVI_LINE_QUANTITY];
    sums[CRMVI_FACT_REVENUE] += revenue;
    sums[CRMVI_FACT_COST] += amounts[CRMVI_LINE_COST];
    sums[CRMVI_FACT_DISCOUNT] += amounts[CRMVI_LINE_DISCOUNT];
    sums[CRMVI_FACT_COST_TO_SERVE] += amounts[CRMVI_LINE_COST_TO_SERVE];
    sums[CRMVI_FACT_NEGATIVE_REVENUE] += negative;
    if ((flags & ~(CRMVI_LINE_SALE | CRMVI_LINE_DOCUMENT)) != 0) {
        add_special_line(row, negative, sums);
    }
}

crmvi_wide_row crmvi_wide_at(const crmvi_ordering *o, int64_t position) {
    const uint32_t place = crmvi_entry_place(o->order[position]);
    if (!crmvi_place_is_narrow(&o->places, place)) {
        return *(const crmvi_wide_row *)crmvi_row_at(&o->places, place);
    }
    const crmvi_row *row = crmvi_row_at(&o->places, place);
    crmvi_wide_row wide = {.key = row->key, .when = row->when};
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        wide.amounts[a] = row->amounts[a];
    }
    return wide;
}

/* Many lines are added up in portions that cannot overflow, and the portions in 128 bits. */
bool crmvi_sum_lines(const crmvi_ordering *o, int64_t begin, int64_t end, int64_t *sums) {
    memset(sums, 0, CRMVI_TRANSACTION_FACTS * sizeof *sums);
    if (end - begin <= SAFE_LINES) {
        for (int64_t i = begin; i < end; i++) {
            const crmvi_wide_row row = crmvi_wide_at(o, i);
            add_line(&row, sums);
        }
        return true;
    }
    crmvi_wide totals[CRMVI_TRANSACTION_FACTS] = {0};
    for (int64_t at = begin; at < end; at += SAFE_LINES) {
        crmvi_sum_lines(o, at, end - at < SAFE_LINES ? end : at + SAFE_LINES, sums);
        for (int32_t column = 0; column < CRMVI_TRANSACTION_FACTS; column++) {
            totals[column] += sums[column];
        }
    }
    bool fits = true;
    for (int32_t column = 0; column < CRMVI_TRANSACTION_FACTS; column++) {
        fits = crmvi_narrow(totals[column], &sums[column]) && fits;
    }
    return fits;
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

/* Whether the line has a document, and how it counts. */
static bool take_document(const crmvi_wide_row *row, document *out) {
    const uint8_t flags = crmvi_row_flags(row->when);
    *out = (document){row->document, ((flags & CRMVI_LINE_SALE) != 0) - ((flags & CRMVI_LINE_CANCELLED) != 0)};
    return (flags & CRMVI_LINE_DOCUMENT) != 0 && out->step != 0;
}

int64_t crmvi_count_documents(const crmvi_ordering *o, int64_t begin, int64_t end) {
    enum { FEW = 64 };
    document few[FEW];
    document *documents = end - begin <= FEW ? few : crmvi_array(end - begin, sizeof *documents);
    if (documents == NULL) {
        return -1;
    }
    int64_t found = 0;
    bool is_sorted = true;
    for (int64_t i = begin; i < end; i++) {
        const crmvi_wide_row row = crmvi_wide_at(o, i);
        found += take_document(&row, &documents[found]);
        is_sorted = is_sorted && (found < 2 || documents[found - 2].number <= documents[found - 1].number);
    }
    if (!is_sorted) {
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
