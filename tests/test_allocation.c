/*
 * Each allocation of each public function fails once: the call says so, its out-pointer is untouched, the handles that
 * it was given answer as before, and nothing leaks.
 *
 * The program brings its own malloc, so that allocations inside Jansson and the C library fail too.
 */
#include "failing_memory.h"
#include "tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

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

/* Many rows: of whole-number keys so many that they are dealt as they come in, of text keys fewer. Some are wide. One
 * customer-day has more lines than a narrow column counts, another one so many returns that two batches have more. */
enum { MANY_ROWS = 1 << 17, MANY_TEXTS = 20000, STANDING_ROWS = 3000 };
static int64_t many_numbers[MANY_ROWS], many_revenues[MANY_ROWS];
static int32_t many_days[MANY_ROWS];
static const char *many_texts[MANY_TEXTS];
static char written_keys[MANY_TEXTS][24];

static void make_many_rows(void) {
    for (int64_t i = 0; i < MANY_ROWS; i++) {
        const bool is_crowded = i % 64 == 0;
        const bool is_returned = i < STANDING_ROWS && i % 30 == 1;
        many_numbers[i] = is_crowded ? 7 : is_returned ? 8 : i * 7919 % 4001 * 1000003;
        many_days[i] = is_crowded || is_returned ? 19000 : (int32_t)(19000 + i % 365);
        many_revenues[i] = is_returned ? -1 : i % 5000 == 3 ? INT64_C(1) << 40 : i % 1000;
    }
    for (int64_t i = 0; i < MANY_TEXTS; i++) {
        snprintf(written_keys[i], sizeof written_keys[i], "customer %lld", (long long)many_numbers[i]);
        many_texts[i] = written_keys[i];
    }
}

/* Which of the many rows a trial takes. */
enum { NO_MANY, BY_NUMBER, BY_TEXT };

/* The handles that a call works on, made before memory is short. */
typedef struct scene {
    crmv_model *model;
    crmv_ledger *ledger;
    crmv_frame *frame;
    crmv_column rows[5], table[4];
    crmv_ledger *large; /* with a batch of many rows open */
    crmv_column many[4];
    int64_t many_rows;
    char before[33]; /* its hash */
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

/* A second ledger, which has taken in some of the many rows. */
static void set_up_many(scene *s, int32_t keys) {
    s->many_rows = keys == BY_TEXT ? MANY_TEXTS : MANY_ROWS;
    s->many[0] = keys == BY_TEXT ? strings("customer", many_texts) : wholes("customer", many_numbers);
    s->many[1] = days("date", many_days);
    s->many[2] = minors("revenue", many_revenues);
    s->many[3] = minors("cost", many_revenues);
    s->large = new_ledger(PLAIN);
    take_in(s->large, "first", s->many, COUNT(s->many), STANDING_ROWS);
    assert_int_equal(crmv_ledger_hash(s->large, s->before), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(s->large, "second", NULL), CRMV_OK);
}

static void tear_down(scene *s) {
    crmv_ledger_free(s->large);
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

/* The open batch has so many rows, and the ledger is as it was before. */
static void check_large(const scene *s, int64_t expected_rows) {
    int64_t rows;
    int64_t accepted;
    char hash[33];
    assert_int_equal(crmv_ledger_pending(s->large, &rows, &accepted), CRMV_OK);
    assert_int_equal(rows, expected_rows);
    assert_int_equal(accepted, expected_rows);
    assert_int_equal(crmv_ledger_hash(s->large, hash), CRMV_OK);
    assert_string_equal(hash, s->before);
}

/* What has been taken in after all is the same whichever allocation failed. `kept` holds the hash of the first time. */
static void check_taken_in(const scene *s, int64_t expected_rows, char kept[33]) {
    char hash[33];
    assert_int_equal(crmv_ledger_rows(s->large), STANDING_ROWS + expected_rows);
    assert_int_equal(crmv_ledger_accepted(s->large), STANDING_ROWS + expected_rows);
    assert_int_equal(crmv_ledger_hash(s->large, hash), CRMV_OK);
    if (kept[0] == '\0') {
        memcpy(kept, hash, sizeof hash);
    }
    assert_string_equal(hash, kept);
}

static int32_t append_many(scene *s, crmv_error *error) {
    static char kept[2][33];
    const int32_t status = crmv_ledger_append(s->large, s->many, COUNT(s->many), s->many_rows, error);
    armed = false;
    if (status != CRMV_OK) {
        check_large(s, 0);
        assert_int_equal(crmv_ledger_append(s->large, s->many, COUNT(s->many), s->many_rows, NULL), CRMV_OK);
    }
    check_large(s, s->many_rows);
    assert_int_equal(crmv_ledger_end(s->large, NULL), CRMV_OK);
    check_taken_in(s, s->many_rows, kept[s->many_rows == MANY_ROWS]);
    return status;
}

/* A chunk that was dealt, if it is one of whole numbers, and one that waits. */
static int32_t end_many(scene *s, crmv_error *error) {
    static char kept[2][33];
    const int64_t rows = s->many_rows + STANDING_ROWS;
    armed = false;
    assert_int_equal(crmv_ledger_append(s->large, s->many, COUNT(s->many), s->many_rows, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(s->large, s->many, COUNT(s->many), STANDING_ROWS, NULL), CRMV_OK);
    armed = true;
    const int32_t status = crmv_ledger_end(s->large, error);
    armed = false;
    if (status != CRMV_OK) {
        check_large(s, rows);
        assert_int_equal(crmv_ledger_end(s->large, NULL), CRMV_OK);
    }
    check_taken_in(s, rows, kept[s->many_rows == MANY_ROWS]);
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

/* One test: which call, whether a batch is open, with rows in it, when the call comes, which of the many rows it takes,
 * and how many allocations lie between one that fails and the next (0: none). */
typedef struct trial {
    operation call;
    bool opens_batch, fills_batch;
    int32_t many;
    int32_t passed_over;
} trial;

static void fail_each(void **state) {
    const trial *t = *state;
    if (!OWN_MALLOC) {
        print_message("the address sanitizer has a malloc of its own\n");
        skip();
    }
    scene s;
    int64_t failures = 0;
    for (long nth = 0;; nth += 1 + t->passed_over) {
        crmv_error error = {.struct_size = sizeof error};
        const long before = standing;
        set_up(&s);
        if (t->opens_batch) {
            append(&s, "second", t->fills_batch ? ROWS : 0);
        }
        if (t->many != NO_MANY) {
            set_up_many(&s, t->many);
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
        {.call = parse},
        {.call = hash_model},
        {.call = check},
        {.call = make_ledger},
        {.call = begin_batch},
        {.call = append_chunk, .opens_batch = true},
        {.call = end_batch, .opens_batch = true, .fills_batch = true},
        {.call = hash_ledger},
        {.call = derive},
        {.call = score},
        {.call = explain},
        {.call = ask_for_columns},
        {.call = append_many, .many = BY_NUMBER},
        {.call = append_many, .many = BY_TEXT, .passed_over = 6},
        {.call = end_many, .many = BY_NUMBER},
        {.call = end_many, .many = BY_TEXT, .passed_over = 2},
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
        {"appending_rows_that_are_dealt_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[12]},
        {"appending_many_text_keys_survives_failing_allocations", fail_each, NULL, NULL, &trials[13]},
        {"ending_a_batch_of_dealt_rows_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[14]},
        {"ending_a_batch_of_many_text_keys_survives_failing_allocations", fail_each, NULL, NULL, &trials[15]},
    };
    make_rows();
    make_many_rows();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
