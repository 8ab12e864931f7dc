/*
 * Each allocation of each public function fails once: the call says so, its out-pointer is untouched, the handles that
 * it was given answer as before, and nothing leaks.
 *
 * The program brings its own malloc, so that allocations inside Jansson and the C library fail too.
 */
#include "tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define OWN_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OWN_MALLOC 0
#endif
#endif
#ifndef OWN_MALLOC
#define OWN_MALLOC 1
#endif

static bool armed;
static long until_failure; /* allocations that still succeed */
static bool has_failed;
static long standing; /* allocations made and not freed while armed, or freed while not */

#if OWN_MALLOC
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

/* Whether this allocation is the one that fails. */
static bool is_turn(void) {
    if (!armed || has_failed || until_failure-- > 0) {
        return false;
    }
    has_failed = true;
    return true;
}

void *malloc(size_t size) {
    if (is_turn()) {
        return NULL;
    }
    standing++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    if (is_turn()) {
        return NULL;
    }
    standing++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    if (is_turn()) {
        return NULL;
    }
    standing += old == NULL;
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    if (is_turn()) {
        return NULL;
    }
    standing++;
    return __libc_memalign(alignment, size);
}

void free(void *memory) {
    standing -= memory != NULL;
    __libc_free(memory);
}
#endif

static const char *const model_text =
    "{\"crmvalue\": 1, \"name\": \"test\", \"money\": {\"currency\": \"EUR\"}, \"window\": {\"months\": 12},"
    "\"input\": {\"missing\": [\"\", \"-\"], \"transactions\": {\"customer\": \"C\", \"date\": \"D\", \"revenue\": "
    "\"R\", \"document\": \"N\", \"kind\": \"K\", \"kinds\": {\"INV\": \"sale\", \"CRN\": \"return\"}}, "
    "\"customers\": {\"customer\": \"C\", \"name\": \"Name\", \"since\": \"Since\"}},"
    "\"metrics\": {"
    "\"revenue\": {\"sum\": \"revenue\", \"scale\": {\"bands\": [{\"points\": 0}, {\"from\": 10, \"points\": 100}]}},"
    "\"tenure\": {\"tenure\": \"years\", \"scale\": {\"line\": [[0, 0], [10, 100]]}},"
    "\"position\": {\"attribute\": \"Position\", \"scale\": {\"categories\": {\"leader\": 100, \"major\": 50}}},"
    "\"rate\": {\"ratio\": [\"revenue\", \"tenure\"]}},"
    "\"indexes\": {\"now\": {\"weights\": {\"revenue\": 1, \"tenure\": 2}}, "
    "\"score\": {\"weights\": {\"now\": 2, \"position\": 1}}},"
    "\"tiers\": {\"cuts\": [[\"A\", 80], [\"B\", null]]}, \"unrated\": {\"coverage_below\": 10},"
    "\"segments\": {\"side\": {\"grid\": {\"rows\": \"now\", \"columns\": \"tenure\", \"cuts\": [[50], [1]], "
    "\"names\": [[\"a\", \"b\"], [\"c\", \"d\"]]}}, \"loss\": {\"cases\": [{\"is\": \"yes\", \"when\": {\"revenue\": "
    "{\"below\": 0}}, \"treatment\": \"talk\"}, {\"is\": \"no\"}]}},"
    "\"rules\": [{\"name\": \"small\", \"when\": {\"tier\": {\"is\": [\"A\"]}, \"revenue\": {\"below\": 50}}, "
    "\"then\": {\"cap\": \"B\", \"flag\": true}}]}";

enum { ROWS = 200 };
static char customer_texts[ROWS][8];
static const char *customers[ROWS], *dates[ROWS], *revenues[ROWS], *documents[ROWS], *kinds[ROWS];
static const char *const table_keys[] = {"c1", "c2", "c3", "c2", "", "elsewhere"};
static const char *const table_names[] = {"One", "Two", "Three", "Two", "", "Else"};
static const char *const table_since[] = {"2020-01-01", "", "2021-05-05", "-", "", "never"};
static const char *const table_positions[] = {"leader", "Ware House", "major", "", "leader", "-"};

static void make_rows(void) {
    for (int32_t i = 0; i < ROWS; i++) {
        snprintf(customer_texts[i], sizeof customer_texts[i], "c%d", (int)(i * 7 % 40));
        customers[i] = customer_texts[i];
        dates[i] = i % 50 == 3 ? "2024-02-30" : i % 2 == 0 ? "2024-02-28" : "2024-03-01";
        revenues[i] = i % 3 == 0 ? "12.50" : "7";
        documents[i] = i % 5 == 0 ? "D1" : "D2";
        kinds[i] = i % 11 == 0 ? "CRN" : i % 60 == 7 ? "???" : "INV";
    }
}

/* The handles that a call works on, made before memory is short. */
typedef struct scene {
    crmv_model *model;
    crmv_ledger *ledger;
    crmv_frame *frame;
    crmv_column rows[5], table[4];
} scene;

static void append(scene *s, const char *batch, int64_t count) {
    assert_int_equal(crmv_ledger_begin(s->ledger, batch, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(s->ledger, s->rows, COUNT(s->rows), count, NULL), CRMV_OK);
}

static void set_up(scene *s) {
    *s = (scene){.rows = {strings("C", customers), strings("D", dates), strings("R", revenues), strings("N", documents),
                          strings("K", kinds)},
                 .table = {strings("C", table_keys), strings("Name", table_names), strings("Since", table_since),
                           strings("Position", table_positions)}};
    s->model = model_of(model_text);
    s->ledger = ledger_of(s->model, 1);
    append(s, "first", ROWS);
    assert_int_equal(crmv_ledger_end(s->ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_frame_derive(s->model, s->ledger, s->table, 4, 6, 19800, NULL, &s->frame, NULL), CRMV_OK);
}

static void tear_down(scene *s) {
    crmv_frame_free(s->frame);
    crmv_ledger_free(s->ledger);
    crmv_model_free(s->model);
}

/* ---- The calls --------------------------------------------------------------------------------------------------- */

typedef int32_t (*operation)(scene *s, crmv_error *error);

static int32_t parse(scene *s, crmv_error *error) {
    (void)s;
    crmv_model *out = NULL;
    const int32_t status = crmv_model_parse(model_text, -1, &out, error);
    assert_true((status == CRMV_OK) == (out != NULL));
    crmv_model_free(out);
    return status;
}

static int32_t hash_model(scene *s, crmv_error *error) {
    (void)error;
    char hash[33];
    return crmv_model_hash(s->model, hash);
}

static int32_t check(scene *s, crmv_error *error) {
    crmv_findings *out = NULL;
    const int32_t status = crmv_model_check(s->model, s->ledger, s->frame, &out, error);
    assert_true((status == CRMV_OK) == (out != NULL));
    crmv_findings_free(out);
    return status;
}

static int32_t make_ledger(scene *s, crmv_error *error) {
    crmv_ledger *out = NULL;
    const int32_t status = crmv_ledger_new(s->model, NULL, &out, error);
    assert_true((status == CRMV_OK) == (out != NULL));
    crmv_ledger_free(out);
    return status;
}

static int32_t begin_batch(scene *s, crmv_error *error) {
    const int32_t status = crmv_ledger_begin(s->ledger, "second", error);
    if (status == CRMV_OK) {
        crmv_ledger_cancel(s->ledger, NULL);
    }
    return status;
}

/* The batch stays open, so that a failed chunk can be tried again: the rows must have come in once. */
static int32_t append_chunk(scene *s, crmv_error *error) {
    const int32_t status = crmv_ledger_append(s->ledger, s->rows, COUNT(s->rows), ROWS, error);
    armed = false;
    if (status != CRMV_OK) {
        assert_int_equal(crmv_ledger_append(s->ledger, s->rows, COUNT(s->rows), ROWS, NULL), CRMV_OK);
    }
    const int64_t rows = crmv_ledger_rows(s->ledger);
    assert_int_equal(crmv_ledger_end(s->ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_rows(s->ledger), rows + ROWS);
    return status;
}

/* A failed end leaves the batch open and the ledger as it was; the second try takes it in. */
static int32_t end_batch(scene *s, crmv_error *error) {
    char before[33];
    char after[33];
    armed = false;
    assert_int_equal(crmv_ledger_hash(s->ledger, before), CRMV_OK);
    const int64_t asides = crmv_ledger_set_aside_count(s->ledger);
    armed = true;
    const int32_t status = crmv_ledger_end(s->ledger, error);
    armed = false;
    if (status != CRMV_OK) {
        assert_int_equal(crmv_ledger_hash(s->ledger, after), CRMV_OK);
        assert_string_equal(before, after);
        assert_int_equal(crmv_ledger_rows(s->ledger), ROWS);
        assert_int_equal(crmv_ledger_set_aside_count(s->ledger), asides);
        assert_int_equal(crmv_ledger_end(s->ledger, NULL), CRMV_OK);
    }
    assert_int_equal(crmv_ledger_rows(s->ledger), 2 * ROWS);
    return status;
}

static int32_t hash_ledger(scene *s, crmv_error *error) {
    (void)error;
    char hash[33];
    return crmv_ledger_hash(s->ledger, hash);
}

static int32_t derive(scene *s, crmv_error *error) {
    crmv_frame *out = NULL;
    const int32_t status = crmv_frame_derive(s->model, s->ledger, s->table, 4, 6, 19800, NULL, &out, error);
    assert_true((status == CRMV_OK) == (out != NULL));
    crmv_frame_free(out);
    return status;
}

static int32_t score(scene *s, crmv_error *error) {
    crmv_scores *out = NULL;
    const int32_t status = crmv_score(s->model, s->frame, NULL, &out, error);
    assert_true((status == CRMV_OK) == (out != NULL));
    crmv_scores_free(out);
    return status;
}

/* Columns that are made when they are asked for; those that failed are made when they are asked for again. */
static int32_t ask_for_columns(scene *s, crmv_error *error) {
    crmv_scores *scores = NULL;
    (void)error;
    armed = false;
    assert_int_equal(crmv_score(s->model, s->frame, NULL, &scores, NULL), CRMV_OK);
    double numbers[ROWS];
    armed = true;
    bool all = crmv_scores_exact(scores, "points_tenure") != NULL;
    all = crmv_scores_codes(scores, "unrated") && all;
    all = crmv_scores_codes(scores, "side") && all;
    const int32_t status = crmv_scores_numbers(scores, "coverage", numbers, ROWS);
    armed = false;
    assert_non_null(crmv_scores_exact(scores, "points_tenure"));
    assert_non_null(crmv_scores_exact(scores, "coverage"));
    assert_non_null(crmv_scores_codes(scores, "unrated"));
    assert_non_null(crmv_scores_codes(scores, "side"));
    crmv_scores_free(scores);
    return all ? status : CRMV_OUT_OF_MEMORY;
}

static int32_t explain(scene *s, crmv_error *error) {
    crmv_scores *scores = NULL;
    crmv_reason reasons[8];
    char text[512];
    int32_t count = 0;
    int64_t length = 0;
    reasons[0].struct_size = sizeof reasons[0];
    int32_t status = crmv_score(s->model, s->frame, NULL, &scores, error);
    if (status == CRMV_OK) {
        status = crmv_scores_reasons(scores, 0, reasons, 8, &count);
    }
    if (status == CRMV_OK) {
        status = crmv_scores_reason_text(scores, &reasons[0], text, sizeof text, &length);
    }
    crmv_scores_free(scores);
    return status;
}

/* ---- One failure after the other --------------------------------------------------------------------------------- */

/* One test: which call, and whether a batch is open, with rows in it, when the call comes. */
typedef struct trial {
    operation call;
    bool opens_batch, fills_batch;
} trial;

static void fail_each(void **state) {
    const trial *t = *state;
    if (!OWN_MALLOC) {
        print_message("the address sanitizer has a malloc of its own\n");
        skip();
    }
    scene s;
    int64_t failures = 0;
    for (long nth = 0;; nth++) {
        crmv_error error = {.struct_size = sizeof error};
        const long before = standing;
        set_up(&s);
        if (t->opens_batch) {
            append(&s, "second", t->fills_batch ? ROWS : 0);
        }
        has_failed = false;
        until_failure = nth;
        armed = true;
        const int32_t status = t->call(&s, &error);
        armed = false;
        tear_down(&s);
        assert_int_equal(standing, before);
        if (!has_failed) {
            assert_int_equal(status, CRMV_OK);
            break;
        }
        failures += status != CRMV_OK;
        if (status != CRMV_OK && status != CRMV_OUT_OF_MEMORY) {
            fail_msg("allocation %ld: status %d, %s", nth, (int)status, error.message);
        }
    }
    assert_true(failures > 0);
}

int main(void) {
    static trial trials[] = {
        {parse, false, false},       {hash_model, false, false},  {check, false, false},
        {make_ledger, false, false}, {begin_batch, false, false}, {append_chunk, true, false},
        {end_batch, true, true},     {hash_ledger, false, false}, {derive, false, false},
        {score, false, false},       {explain, false, false},     {ask_for_columns, false, false},
    };
    const struct CMUnitTest tests[] = {
        {"parsing_a_model_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[0]},
        {"hashing_a_model_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[1]},
        {"checking_a_model_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[2]},
        {"making_a_ledger_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[3]},
        {"beginning_a_batch_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[4]},
        {"appending_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[5]},
        {"ending_a_batch_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[6]},
        {"hashing_a_ledger_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[7]},
        {"deriving_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[8]},
        {"scoring_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[9]},
        {"explaining_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[10]},
        {"asking_for_columns_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[11]},
    };
    make_rows();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
