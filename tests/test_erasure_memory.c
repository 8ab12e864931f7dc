/*
 * An erased customer's key is nowhere in the process any more: neither in what is still held, nor in what earlier calls
 * gave back to the allocator, on whichever way the key went before.
 *
 * The program looks through its own memory as the system lists it. So that it finds no copy of its own, the key stands
 * masked in it, is put together only where the library reads it, and is overwritten there afterwards.
 */
#include "base/memory.h"
#include "own_malloc.h"
#include "tables.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- The key ----------------------------------------------------------------------------------------------------- */

enum { MASK = 0x5A, KEY_BYTES = 19, NUMBER_BYTES = 7, DECIMALS = 19, CELL = 24 };

static const unsigned char masked_text[KEY_BYTES] = {'M' ^ MASK, 'a' ^ MASK, 'r' ^ MASK, 'i' ^ MASK, 'a' ^ MASK,
                                                     ' ' ^ MASK, 'M' ^ MASK, 'a' ^ MASK, 'g' ^ MASK, 'd' ^ MASK,
                                                     'a' ^ MASK, 'l' ^ MASK, 'e' ^ MASK, 'n' ^ MASK, 'a' ^ MASK,
                                                     ',' ^ MASK, 'E' ^ MASK, 'l' ^ MASK, 'z' ^ MASK};

/* 5021834706139874263, in decimal and as it is. */
static const unsigned char masked_decimal[DECIMALS] = {'5' ^ MASK, '0' ^ MASK, '2' ^ MASK, '1' ^ MASK, '8' ^ MASK,
                                                       '3' ^ MASK, '4' ^ MASK, '7' ^ MASK, '0' ^ MASK, '6' ^ MASK,
                                                       '1' ^ MASK, '3' ^ MASK, '9' ^ MASK, '8' ^ MASK, '7' ^ MASK,
                                                       '4' ^ MASK, '2' ^ MASK, '6' ^ MASK, '3' ^ MASK};

static const volatile uint64_t masked_number = UINT64_C(2300070936871197069);
static const uint64_t number_mask = UINT64_C(0x5A5A5A5A5A5A5A5A);

/* Where the library reads the key, which is to be wiped when it has. */
static void unmask(char *out, bool is_text) {
    const unsigned char *masked = is_text ? masked_text : masked_decimal;
    const int32_t length = is_text ? KEY_BYTES : DECIMALS;
    for (int32_t i = 0; i < length; i++) {
        ((volatile char *)out)[i] = (char)(masked[i] ^ MASK);
    }
    out[length] = '\0';
}

static void put_number(volatile int64_t *out) {
    *out = (int64_t)(masked_number ^ number_mask);
}

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

/* What is looked for, masked. */
typedef struct trace {
    unsigned char masked[KEY_BYTES];
    int32_t length;
} trace;

/* Of a number all bytes but the highest, which is another where numbers are made to ascend as unsigned ones. */
static trace trace_of(bool is_text) {
    trace t = {.length = is_text ? KEY_BYTES : NUMBER_BYTES};
    const uint64_t number = masked_number;
    memcpy(t.masked, is_text ? (const void *)masked_text : &number, (size_t)t.length);
    return t;
}

static unsigned char window[1 << 16];

static int64_t count_in(const trace *t, int64_t size) {
    int64_t found = 0;
    for (int64_t i = 0; i + t->length <= size; i++) {
        int32_t same = 0;
        while (same < t->length && (window[i + same] ^ MASK) == t->masked[same]) {
            same++;
        }
        found += same == t->length;
    }
    return found;
}

/* What the window shows is passed over. */
static int64_t count_between(int memory, const trace *t, uint64_t begin, uint64_t end) {
    const uint64_t own = (uint64_t)(uintptr_t)window;
    int64_t found = 0;
    for (uint64_t at = begin; at < end; at += sizeof window - KEY_BYTES) {
        if (at + sizeof window > own && at < own + sizeof window) {
            continue;
        }
        const size_t size = end - at < sizeof window ? (size_t)(end - at) : sizeof window;
        const ssize_t got = pread(memory, window, size, (off_t)at);
        found += count_in(t, got);
    }
    crmvi_wipe(window, sizeof window);
    return found;
}

/* How often the key is in memory that is the process's own and can be written; -1 where it cannot be told. */
static int64_t count_traces(const trace *t) {
    FILE *maps = fopen("/proc/self/maps", "r");
    const int memory = open("/proc/self/mem", O_RDONLY);
    int64_t found = maps != NULL && memory >= 0 && OWN_MALLOC ? 0 : -1;
    char line[512];
    while (found >= 0 && fgets(line, sizeof line, maps) != NULL) {
        unsigned long long begin;
        unsigned long long end;
        char rights[8];
        if (strstr(line, "vgpreload") != NULL) {
            found = -1; /* valgrind keeps copies for itself */
        } else if (sscanf(line, "%llx-%llx %7s", &begin, &end, rights) == 3 && strncmp(rights, "rw-p", 4) == 0) {
            const int64_t here = count_between(memory, t, begin, end);
            if (here > 0 && getenv("CRMVALUE_TRACES") != NULL) {
                print_message("%d in %s", (int)here, line);
            }
            found += here;
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    if (memory >= 0) {
        close(memory);
    }
    return found;
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

/* A column of keys in descending order, one of them the customer's who will be erased. */
typedef struct keys {
    bool is_text;
    int64_t rows;
    int64_t *numbers;
    char (*cells)[CELL];
    const char **texts;
} keys;

static keys make_keys(bool is_text, int64_t rows, int64_t customer) {
    keys k = {is_text, rows, calloc((size_t)rows, sizeof *k.numbers), calloc((size_t)rows, sizeof *k.cells),
              calloc((size_t)rows, sizeof *k.texts)};
    assert_true(k.numbers != NULL && k.cells != NULL && k.texts != NULL);
    for (int64_t i = 0; i < rows; i++) {
        k.numbers[i] = INT64_C(4000000000000000000) + (rows - i) * INT64_C(1000000000000);
        snprintf(k.cells[i], CELL, "K%09d", (int)(rows - i));
        k.texts[i] = k.cells[i];
    }
    if (customer >= 0) {
        put_number(&k.numbers[customer]);
        unmask(k.cells[customer], true);
    }
    return k;
}

static crmv_column column_of(const char *name, const keys *k) {
    return k->is_text ? strings(name, k->texts) : wholes(name, k->numbers);
}

static void drop_keys(keys *k) {
    crmvi_wipe(k->numbers, (size_t)k->rows * sizeof *k->numbers);
    crmvi_wipe(k->cells, (size_t)k->rows * sizeof *k->cells);
    free(k->numbers);
    free(k->cells);
    free(k->texts);
}

enum { MOST_ROWS = 140000, FEW_ROWS = 3000 };

static int32_t row_days[MOST_ROWS];
static int64_t amounts[MOST_ROWS];
static int64_t documents[MOST_ROWS];

static void append_lines(crmv_ledger *ledger, bool is_text, int64_t rows, int64_t customer, bool has_documents) {
    keys k = make_keys(is_text, rows, customer);
    for (int64_t i = 0; i < rows; i++) {
        row_days[i] = 19000 + (int32_t)(i % 50);
        amounts[i] = i % 700 == 0 ? INT64_C(1) << 40 : i;
        documents[i] = i / 3;
    }
    amounts[customer] = INT64_C(1) << 41;
    const crmv_column columns[] = {column_of("customer", &k), days("date", row_days), minors("revenue", amounts),
                                   wholes("document", documents)};
    assert_int_equal(crmv_ledger_append(ledger, columns, has_documents ? 4 : 3, rows, NULL), CRMV_OK);
    drop_keys(&k);
}

static void append_items(crmv_ledger *ledger, bool is_text, int64_t rows, int64_t customer) {
    keys k = make_keys(is_text, rows, customer);
    const char **events = calloc((size_t)rows, sizeof *events);
    for (int64_t i = 0; i < rows; i++) {
        events[i] = i % 3 == 0 ? "visit" : "complaint";
    }
    const crmv_column items[] = {column_of("customer", &k), days("due", row_days), minors("amount", amounts)};
    const crmv_column happened[] = {column_of("customer", &k), days("date", row_days), strings("event", events)};
    assert_int_equal(crmv_ledger_append_receivables(ledger, items, 3, rows, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_events(ledger, happened, 3, rows, NULL), CRMV_OK);
    free(events);
    drop_keys(&k);
}

/* A batch whose rows come in chunks that are dealt at once, that wait, and that have documents. */
static void take_batch(crmv_ledger *ledger, const char *name, bool is_text, bool is_large) {
    assert_int_equal(crmv_ledger_begin(ledger, name, NULL), CRMV_OK);
    if (is_large) {
        append_lines(ledger, is_text, MOST_ROWS, 70001, false);
    }
    append_lines(ledger, is_text, FEW_ROWS, 17, false);
    append_lines(ledger, is_text, 2 * FEW_ROWS, 4000, false);
    append_lines(ledger, is_text, FEW_ROWS, 2999, true);
    append_items(ledger, is_text, FEW_ROWS, 5);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
}

/* A scorecard, and what its customer table has beside the key. */
#define MODEL(roles)                                                                                                   \
    "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"}, "                                                           \
    "\"input\": {\"customers\": {" roles "\"customer\": \"customer\"}}, "                                              \
    "\"metrics\": {\"r\": {\"sum\": \"revenue\", \"scale\": {\"line\": [[0, 0], [1, 100]]}}}, "                        \
    "\"indexes\": {\"score\": {\"add\": [\"r\"]}}}"

/* ---- Ways of a key ----------------------------------------------------------------------------------------------- */

typedef struct way {
    crmv_model *model, *groups;
    crmv_options options;
    bool is_text;
    char path[64];
} way;

static void erase(crmv_ledger *ledger, const way *w) {
    char key[32];
    unmask(key, w->is_text);
    assert_int_equal(crmv_ledger_erase(ledger, key, NULL), CRMV_OK);
    crmvi_wipe(key, sizeof key);
}

static void add_other_ledgers(crmv_ledger *ledger, const way *w) {
    crmv_ledger *other = NULL;
    assert_int_equal(crmv_ledger_new(w->model, &w->options, &other, NULL), CRMV_OK);
    take_batch(other, "of another", w->is_text, false);
    assert_int_equal(crmv_ledger_merge(ledger, other, NULL), CRMV_OK);
    crmv_ledger_free(other);
}

static void choose_customers(const crmv_ledger *ledger, const way *w) {
    char key[32];
    const char *asked[] = {key, w->is_text ? "K000000005" : "4000005000000000000"};
    crmv_ledger *chosen = NULL;
    unmask(key, w->is_text);
    assert_int_equal(crmv_ledger_extract(ledger, asked, 2, &chosen, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_customers(chosen), 2);
    crmv_ledger_free(chosen);
    assert_int_equal(crmv_ledger_load_customers(w->path, w->model, asked, 2, &w->options, &chosen, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_customers(chosen), 2);
    crmv_ledger_free(chosen);
    crmvi_wipe(key, sizeof key);
}

static void derive(const crmv_ledger *ledger, const way *w, const crmv_model *model, const crmv_column *customers,
                   int32_t count, int64_t rows) {
    crmv_frame *frame = NULL;
    crmv_scores *scores = NULL;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_frame_derive(model, ledger, customers, count, rows, 19030, &w->options, &frame, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    assert_int_equal(crmv_score(model, frame, &w->options, &scores, NULL), CRMV_OK);
    crmv_frame_free(frame);
    crmv_scores_free(scores);
}

/* All keys from the one behind `top` on are other numbers of its customer. */
static void roll_up(const crmv_ledger *ledger, const way *w, const keys *k, int64_t top) {
    keys tops = make_keys(w->is_text, FEW_ROWS, -1);
    const int64_t rows = FEW_ROWS - top - 1;
    for (int64_t i = 0; i < rows; i++) {
        tops.texts[i] = k->texts[top];
        tops.numbers[i] = k->numbers[top];
    }
    const keys others = {k->is_text, rows, k->numbers + top + 1, k->cells + top + 1, k->texts + top + 1};
    const crmv_column table[] = {column_of("customer", &others), column_of("alias_of", &tops)};
    derive(ledger, w, w->groups, table, 2, rows);
    drop_keys(&tops);
}

/* Frames without a customer table, with one, and of groups. */
static void derive_frames(const crmv_ledger *ledger, const way *w) {
    enum { ERASED = 40 };
    keys k = make_keys(w->is_text, FEW_ROWS, ERASED);
    const crmv_column table[] = {column_of("customer", &k)};
    derive(ledger, w, w->model, NULL, 0, 0);
    derive(ledger, w, w->model, table, 1, FEW_ROWS);
    roll_up(ledger, w, &k, 0);
    roll_up(ledger, w, &k, ERASED);
    drop_keys(&k);
}

static crmv_ledger *load_extended(const way *w) {
    crmv_ledger *day = NULL;
    assert_int_equal(crmv_ledger_new(w->model, &w->options, &day, NULL), CRMV_OK);
    take_batch(day, "of a day", w->is_text, false);
    assert_int_equal(crmv_ledger_extend(w->path, day, NULL), CRMV_OK);
    crmv_ledger_free(day);
    crmv_ledger *loaded = NULL;
    assert_int_equal(crmv_ledger_load(w->path, w->model, &w->options, &loaded, NULL), CRMV_OK);
    return loaded;
}

static void go_all_ways(const way *w, const trace *t) {
    crmv_ledger *ledger = NULL;
    assert_int_equal(crmv_ledger_new(w->model, &w->options, &ledger, NULL), CRMV_OK);
    take_batch(ledger, "first", w->is_text, true);
    take_batch(ledger, "second", w->is_text, false);
    add_other_ledgers(ledger, w);
    assert_int_equal(crmv_ledger_save(ledger, w->path, NULL), CRMV_OK);
    crmv_ledger *loaded = load_extended(w);
    choose_customers(loaded, w);
    derive_frames(ledger, w);
    assert_int_equal(crmv_ledger_withdraw(ledger, "second", NULL), CRMV_OK);
    assert_true(count_traces(t) > 0);
    erase(loaded, w);
    erase(ledger, w);
    assert_int_equal(count_traces(t), 0);
    crmv_ledger_free(loaded);
    crmv_ledger_free(ledger);
}

static void check_ways(bool is_text, int32_t threads) {
    const trace t = trace_of(is_text);
    if (count_traces(&t) < 0) {
        print_message("memory cannot be looked at: it is not the process's own alone\n");
        skip();
    }
    assert_int_equal(count_traces(&t), 0);
    way w = {.model = model_of(MODEL("")),
             .groups = model_of(MODEL("\"alias_of\": \"alias_of\", ")),
             .options = {.struct_size = sizeof w.options, .threads = threads},
             .is_text = is_text,
             .path = "/tmp/crmvalue-XXXXXX"};
    const int file = mkstemp(w.path);
    assert_true(file >= 0);
    close(file);
    go_all_ways(&w, &t);
    unlink(w.path);
    crmv_model_free(w.model);
    crmv_model_free(w.groups);
}

/* ---- Tests ------------------------------------------------------------------------------------------------------- */

static void no_copy_of_an_erased_text_is_left_by_one_thread(void **state) {
    (void)state;
    check_ways(true, 1);
}

static void no_copy_of_an_erased_text_is_left_by_two_threads(void **state) {
    (void)state;
    check_ways(true, 2);
}

static void no_copy_of_an_erased_number_is_left_by_one_thread(void **state) {
    (void)state;
    check_ways(false, 1);
}

static void no_copy_of_an_erased_number_is_left_by_two_threads(void **state) {
    (void)state;
    check_ways(false, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_copy_of_an_erased_text_is_left_by_one_thread),
        cmocka_unit_test(no_copy_of_an_erased_text_is_left_by_two_threads),
        cmocka_unit_test(no_copy_of_an_erased_number_is_left_by_one_thread),
        cmocka_unit_test(no_copy_of_an_erased_number_is_left_by_two_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
