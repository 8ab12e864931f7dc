/*
 * An erased customer is nowhere in memory any more: neither in what the ledger holds, nor in what it gave back while it
 * erased.
 *
 * The program brings its own malloc, which knows all blocks, and looks through them for the customer's key, for an
 * amount that only this customer has, and for the name and the text of an event that nobody else has. Blocks are
 * overwritten when they are freed, so that nothing is found that earlier calls left behind.
 */
#include "own_malloc.h"
#include "tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- Blocks ------------------------------------------------------------------------------------------------------ */

/* What is looked for, as bytes. */
typedef struct trace {
    const void *bytes;
    size_t length;
} trace;

static const char erased_key[] = "Maria Huber, Graz";
static const char erased_event[] = "went to the ombudsman";
static const char erased_text[] = "a cause of her own";
static const int64_t erased_amount = INT64_C(0x0012345678ABCDEF);
static const int32_t erased_day = 0x3D9F1; /* of her events alone */

static const trace traces[] = {{erased_key, sizeof erased_key - 1},
                               {erased_event, sizeof erased_event - 1},
                               {erased_text, sizeof erased_text - 1},
                               {&erased_amount, sizeof erased_amount},
                               {&erased_day, sizeof erased_day}};

enum { MOST_BLOCKS = 1 << 16 };

typedef struct block {
    unsigned char *memory;
    size_t size;
} block;

static block blocks[MOST_BLOCKS];
static int32_t block_count;
static bool watches_frees;
static int64_t freed_traces; /* found in blocks that were freed meanwhile */

static int64_t count_in(const unsigned char *memory, size_t size, const trace *t) {
    int64_t found = 0;
    for (size_t i = 0; i + t->length <= size; i++) {
        found += memcmp(memory + i, t->bytes, t->length) == 0;
    }
    return found;
}

/* How often each of the traces is there, in all blocks. */
static int64_t count_traces(int64_t *each) {
    int64_t all = 0;
    for (int32_t t = 0; t < COUNT(traces); t++) {
        each[t] = 0;
        for (int32_t i = 0; i < block_count; i++) {
            each[t] += count_in(blocks[i].memory, blocks[i].size, &traces[t]);
        }
        all += each[t];
    }
    return all;
}

#if OWN_MALLOC
static void *keep(void *memory, size_t size) {
    if (memory != NULL && block_count < MOST_BLOCKS) {
        blocks[block_count++] = (block){memory, size};
    }
    return memory;
}

/* Its size; 0 where it is not known. */
static size_t forget(const void *memory) {
    for (int32_t i = block_count - 1; i >= 0; i--) {
        if (blocks[i].memory == memory) {
            const size_t size = blocks[i].size;
            blocks[i] = blocks[--block_count];
            return size;
        }
    }
    return 0;
}

/* All of a block is looked through, also what was never written, so that it begins as something. */
static void *filled(void *memory, size_t size) {
    return memory == NULL ? NULL : memset(memory, 0xA5, size);
}

void *malloc(size_t size) {
    return keep(filled(__libc_malloc(size), size), size);
}

void *calloc(size_t count, size_t size) {
    return keep(__libc_calloc(count, size), count * size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return keep(filled(__libc_memalign(alignment, size), size), size);
}

void free(void *memory) {
    const size_t size = memory != NULL ? forget(memory) : 0;
    for (int32_t t = 0; t < COUNT(traces) && watches_frees; t++) {
        freed_traces += count_in(memory, size, &traces[t]);
    }
    for (size_t i = 0; i < size; i++) {
        ((volatile unsigned char *)memory)[i] = 0xA5;
    }
    __libc_free(memory);
}

void *realloc(void *old, size_t size) {
    void *memory = malloc(size);
    for (int32_t i = 0; memory != NULL && old != NULL && i < block_count; i++) {
        if (blocks[i].memory == old) {
            memcpy(memory, old, blocks[i].size < size ? blocks[i].size : size);
        }
    }
    if (memory != NULL) {
        free(old);
    }
    return memory;
}
#endif

/* ---- The ledger -------------------------------------------------------------------------------------------------- */

static void append(crmv_ledger *ledger, int32_t batch) {
    static const char *const keys[][3] = {
        {"Anna", erased_key, "Zita"}, {erased_key, "Berta", "Zita"}, {"Zita", "", ""}};
    static const int32_t dates[] = {19000, 19001, 19002};
    static const int64_t amounts[][3] = {{5, erased_amount, 7}, {erased_amount, 6, 7}, {8, 0, 0}};
    static const char *const event_keys[] = {erased_key, "Anna", "Zita"};
    static const int32_t event_days[] = {erased_day, 19000, 19005};
    static const char *const events[] = {erased_event, "visit", "visit"};
    static const char *const texts[] = {erased_text, "a text", ""};
    const crmv_column lines[] = {strings("customer", keys[batch]), days("date", dates),
                                 minors("revenue", amounts[batch])};
    const crmv_column items[] = {strings("customer", keys[batch]), days("due", dates),
                                 minors("amount", amounts[batch])};
    const crmv_column happened[] = {strings("customer", event_keys), days("date", event_days), strings("event", events),
                                    strings("text", texts)};
    const int64_t rows = batch == 2 ? 1 : 3;
    assert_int_equal(crmv_ledger_append(ledger, lines, COUNT(lines), rows, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_receivables(ledger, items, COUNT(items), rows, NULL), CRMV_OK);
    if (batch == 0) {
        assert_int_equal(crmv_ledger_append_events(ledger, happened, COUNT(happened), 3, NULL), CRMV_OK);
    }
}

static crmv_ledger *ledger_of_batches(int32_t count) {
    static const char *const names[] = {"first", "second", "third"};
    crmv_ledger *ledger = new_ledger(EUROS);
    for (int32_t batch = 0; batch < count; batch++) {
        assert_int_equal(crmv_ledger_begin(ledger, names[batch], NULL), CRMV_OK);
        append(ledger, batch);
        assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    }
    return ledger;
}

/* ---- Tests ------------------------------------------------------------------------------------------------------- */

static void nothing_of_an_erased_customer_is_left_in_memory(void **state) {
    (void)state;
    for (int32_t batches = 1; batches <= 3; batches++) {
        int64_t each[COUNT(traces)];
        crmv_ledger *ledger = ledger_of_batches(batches);
        if (count_traces(each) == 0) {
            print_message("memory cannot be looked at: another malloc is in the place of this program's\n");
            crmv_ledger_free(ledger);
            skip();
        }
        for (int32_t t = 0; t < COUNT(traces); t++) {
            assert_true(each[t] > 0);
        }
        freed_traces = 0;
        watches_frees = true;
        assert_int_equal(crmv_ledger_erase(ledger, erased_key, NULL), CRMV_OK);
        watches_frees = false;
        assert_int_equal(freed_traces, 0);
        assert_int_equal(count_traces(each), 0);
        assert_int_equal(crmv_ledger_erase(ledger, erased_key, NULL), CRMV_NOT_FOUND);
        crmv_ledger_free(ledger);
    }
}

/* What others have in common with her stays. */
static void an_erasure_leaves_the_others_as_they_were(void **state) {
    (void)state;
    crmv_ledger *ledger = ledger_of_batches(3);
    assert_int_equal(crmv_ledger_erase(ledger, erased_key, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_customers(ledger), 3);
    assert_int_equal(total_of(ledger, "revenue"), 5 + 7 + 6 + 7 + 8);
    assert_int_equal(total_of(ledger, "events"), 2);
    assert_int_equal(crmv_ledger_rows(ledger), 3 + 3 + 3 + 3 + 3 + 1 + 1);
    assert_int_equal(crmv_ledger_first_day(ledger), 19000);
    assert_int_equal(crmv_ledger_last_day(ledger), 19002);
    crmv_ledger_free(ledger);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_an_erased_customer_is_left_in_memory),
        cmocka_unit_test(an_erasure_leaves_the_others_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
