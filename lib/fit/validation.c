/* validation.c - lifetimes fitted to what was known on a day, and held against what happened after it. */
#include "fit/validation.h"

#include "base/calendar.h"
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "crmvalue/fit.h"
#include "fit/past.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int32_t crmvi_books_derive(const crmvi_books *books, const crmv_model *model, int32_t as_of, crmv_frame **out,
                           crmv_error *error) {
    return crmv_frame_derive(model, books->ledger, books->customers, books->count, books->rows, as_of, &books->options,
                             out, error);
}

/* ---- The same customers in two frames ---------------------------------------------------------------------------- */

enum { KEY_ROOM = 1025 }; /* the longest key, and NUL */

/* A walk through a frame's keys, which ascend. */
typedef struct walk {
    const crmv_frame *frame;
    const int64_t *numbers;
    int64_t row, rows;
    char key[KEY_ROOM];
} walk;

static void look(walk *at) {
    if (at->numbers == NULL && at->row < at->rows) {
        crmv_frame_key(at->frame, at->row, at->key, sizeof at->key, NULL);
    }
}

static void start_walk(walk *at, const crmv_frame *frame) {
    at->frame = frame;
    at->numbers = crmv_frame_numbers(frame);
    at->rows = crmv_frame_rows(frame);
    at->row = 0;
    look(at);
}

static int order(const walk *a, const walk *b) {
    if (a->numbers != NULL && b->numbers != NULL) {
        const int64_t left = a->numbers[a->row], right = b->numbers[b->row];
        return (left > right) - (left < right);
    }
    return strcmp(a->key, b->key);
}

int64_t *crmvi_rows_in(const crmv_frame *from, const crmv_frame *to) {
    walk left, right;
    start_walk(&left, from);
    start_walk(&right, to);
    int64_t *rows = crmvi_large_array(left.rows, sizeof *rows);
    for (; rows != NULL && left.row < left.rows; left.row++, look(&left)) {
        while (right.row < right.rows && order(&right, &left) < 0) {
            right.row++;
            look(&right);
        }
        rows[left.row] = right.row < right.rows && order(&right, &left) == 0 ? right.row : -1;
    }
    return rows;
}

/* ---- A validation ------------------------------------------------------------------------------------------------ */

static int32_t fit_on_split(crmv_validation *validation, const crmvi_books *books, crmv_error *error) {
    crmv_model *asking = NULL;
    crmv_frame *frame = NULL;
    int32_t status = crmvi_past_forecasting(books->model, validation->until - validation->split, &asking, error);
    if (status == CRMV_OK) {
        status = crmvi_books_derive(books, asking, validation->split, &frame, error);
    }
    if (status == CRMV_OK) {
        status = crmv_fit_model(asking, frame, NULL, &books->options, &validation->model, error);
    }
    if (status == CRMV_OK) {
        status = crmv_frame_with(frame, validation->model, &books->options, &validation->frame, error);
    }
    crmv_frame_free(frame);
    crmv_model_free(asking);
    return status;
}

static bool start_lifetimes(crmv_validation *validation) {
    validation->count = crmv_model_lifetimes(validation->model);
    validation->lifetimes = crmvi_zeroed(validation->count, sizeof *validation->lifetimes);
    for (int32_t i = 0; i < validation->count && validation->lifetimes != NULL; i++) {
        crmvi_tested *tested = &validation->lifetimes[i];
        tested->card.struct_size = sizeof tested->card;
        crmv_model_lifetime(validation->model, i, &tested->card);
        tested->p_alive = crmv_frame_metric(validation->frame, crmvi_past_forecast(CRMVI_PAST_P_ALIVE, i).text);
    }
    return validation->lifetimes != NULL;
}

static int32_t fill(crmv_validation *validation, const crmvi_books *books, crmv_error *error) {
    int32_t status = fit_on_split(validation, books, error);
    if (status == CRMV_OK && !start_lifetimes(validation)) {
        status = crmvi_no_memory(error);
    }
    if (status == CRMV_OK) {
        status = crmvi_validation_compare(validation, books, error);
    }
    if (status == CRMV_OK) {
        status = crmvi_validation_track(validation, books, error);
    }
    if (status == CRMV_OK && !crmvi_validation_write(validation)) {
        status = crmvi_no_memory(error);
    }
    return status;
}

static int32_t check_days(int32_t split, int32_t until, crmv_error *error) {
    char one[11], other[11];
    if (split < CRMVI_FIRST_DAY || split > CRMVI_LAST_DAY) {
        return crmvi_bad_argument(error, "split", "is no day of the years 1 to 9999");
    }
    if (until < CRMVI_FIRST_DAY || until > CRMVI_LAST_DAY) {
        return crmvi_bad_argument(error, "until", "is no day of the years 1 to 9999");
    }
    if (until <= split) {
        crmvi_date_text(split, one);
        crmvi_date_text(until, other);
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "until", "expected a day after the split, %s, found %s", one,
                          other);
    }
    return CRMV_OK;
}

/* Before the first transaction there is nobody to fit anything to. */
static int32_t check_history(const crmv_ledger *ledger, int32_t split, crmv_error *error) {
    const int32_t first = crmv_ledger_first_day(ledger);
    char day[11], start[11];
    if (first == CRMV_NO_DATE) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, "split", "the ledger has no transactions");
    }
    if (first <= split) {
        return CRMV_OK;
    }
    crmvi_date_text(split, day);
    crmvi_date_text(first, start);
    return crmvi_fail(error, CRMV_NOT_IDENTIFIED, "split",
                      "nobody had bought by %s, the split: the first transaction is of %s; expected a later split", day,
                      start);
}

static int32_t validate(const crmvi_books *books, int32_t split, int32_t until, crmv_validation **out,
                        crmv_error *error) {
    int32_t status = check_days(split, until, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (crmv_model_lifetimes(books->model) == 0) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "lifetimes", "the model has none to validate");
    }
    status = check_history(books->ledger, split, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmv_validation *validation = crmvi_zeroed(1, sizeof *validation);
    if (validation == NULL) {
        return crmvi_no_memory(error);
    }
    validation->split = split;
    validation->until = until;
    const int32_t filled = fill(validation, books, error);
    if (filled != CRMV_OK) {
        crmv_validation_free(validation);
        return filled;
    }
    *out = validation;
    return CRMV_OK;
}

int32_t crmv_validate(const crmv_model *model, const crmv_ledger *ledger, const crmv_column *customers, int32_t count,
                      int64_t rows, int32_t split, int32_t until, const crmv_options *options, crmv_validation **out,
                      crmv_error *error) {
    if (model == NULL || ledger == NULL || out == NULL) {
        return crmvi_bad_argument(error, model == NULL ? "model" : ledger == NULL ? "ledger" : "out", "is NULL");
    }
    crmvi_runner runner;
    crmvi_guest host;
    crmvi_enter(&host);
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status == CRMV_OK) {
        const crmvi_books books = {.model = model,
                                   .ledger = ledger,
                                   .customers = customers,
                                   .count = count,
                                   .rows = rows,
                                   .options = {.struct_size = sizeof(crmv_options),
                                               .threads = runner.threads,
                                               .context = runner.context,
                                               .progress = runner.progress}};
        status = validate(&books, split, until, out, error);
    }
    crmvi_leave(&host);
    return status;
}

void crmv_validation_free(crmv_validation *validation) {
    if (validation == NULL) {
        return;
    }
    for (int32_t i = 0; i < validation->count && validation->lifetimes != NULL; i++) {
        crmvi_tested *tested = &validation->lifetimes[i];
        for (int32_t what = 0; what < CRMVI_FORECASTS; what++) {
            for (int32_t by = 0; by < CRMVI_FORECAST_COLUMNS; by++) {
                free(tested->columns[what][by]);
            }
        }
        free(tested->expected);
    }
    free(validation->lifetimes);
    free(validation->tracking.days);
    free(validation->tracking.actual);
    free(validation->verdict);
    free(validation->json);
    free(validation->table);
    crmv_frame_free(validation->frame);
    crmv_model_free(validation->model);
    free(validation);
}

/* ---- What it found ----------------------------------------------------------------------------------------------- */

static const crmvi_tested *find(const crmv_validation *validation, const char *lifetime) {
    for (int32_t i = 0; validation != NULL && lifetime != NULL && i < validation->count; i++) {
        if (strcmp(validation->lifetimes[i].card.name, lifetime) == 0) {
            return &validation->lifetimes[i];
        }
    }
    return NULL;
}

int32_t crmv_validation_forecast(const crmv_validation *validation, const char *lifetime, int32_t what, int32_t by,
                                 crmv_forecast *out) {
    const crmvi_tested *tested = find(validation, lifetime);
    if (validation == NULL || lifetime == NULL || out == NULL || out->struct_size < sizeof *out || what < 1 ||
        what > CRMVI_FORECASTS || by < 1 || by > CRMVI_FORECASTERS) {
        return CRMV_BAD_ARGUMENT;
    }
    if (tested == NULL || tested->columns[what - 1][by - 1] == NULL) {
        return CRMV_NOT_FOUND;
    }
    *out = tested->forecasts[what - 1][by - 1];
    return CRMV_OK;
}

const crmv_frame *crmv_validation_frame(const crmv_validation *validation) {
    return validation != NULL ? validation->frame : NULL;
}

const double *crmv_validation_numbers(const crmv_validation *validation, const char *lifetime, int32_t what,
                                      int32_t by) {
    const crmvi_tested *tested = find(validation, lifetime);
    const bool is_column = what >= 1 && what <= CRMVI_FORECASTS && by >= 1 && by <= CRMVI_FORECAST_COLUMNS;
    return tested != NULL && is_column ? tested->columns[what - 1][by - 1] : NULL;
}

const double *crmv_validation_p_alive(const crmv_validation *validation, const char *lifetime) {
    const crmvi_tested *tested = find(validation, lifetime);
    return tested != NULL ? tested->p_alive : NULL;
}

const char *crmv_validation_json(const crmv_validation *validation) {
    return validation != NULL ? validation->json : NULL;
}

const char *crmv_validation_table(const crmv_validation *validation) {
    return validation != NULL ? validation->table : NULL;
}

const char *crmv_validation_verdict(const crmv_validation *validation) {
    return validation != NULL ? validation->verdict : NULL;
}
