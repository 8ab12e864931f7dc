/* forecasts.c - what lifetimes and two plain rules forecast of each customer, and how near they come. */
#include "base/calendar.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/merge_sort.h"
#include "crmvalue/calibrate.h"
#include "fit/past.h"
#include "fit/validation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Histories --------------------------------------------------------------------------------------------------- */

/* A lifetime's histories in a frame. */
typedef struct histories {
    const double *repeats, *age, *spends, *spend;
} histories;

static histories histories_of(const crmv_frame *frame, const char *lifetime) {
    return (histories){.repeats = crmv_frame_history(frame, lifetime, CRMV_HISTORY_REPEATS),
                       .age = crmv_frame_history(frame, lifetime, CRMV_HISTORY_AGE),
                       .spends = crmv_frame_history(frame, lifetime, CRMV_HISTORY_SPENDS),
                       .spend = crmv_frame_history(frame, lifetime, CRMV_HISTORY_SPEND)};
}

/* What a customer has bought so far, in purchases or in money. None before the first purchase. */
static double so_far(const histories *of, int32_t what, int64_t row) {
    if (row < 0 || isnan(of->repeats[row])) {
        return 0;
    }
    if (what == CRMV_FORECAST_PURCHASES) {
        return of->repeats[row];
    }
    return of->spends[row] > 0 ? of->spends[row] * of->spend[row] : 0;
}

/* The difference of two amounts, which have no more than six decimals, without what doubles add to it. */
static double difference(double a, double b) {
    const double exact = nearbyint((a - b) * 1e6) / 1e6 + 0.0;
    return fabs(exact) < 1e9 ? exact : a - b;
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

/* The frames of three days, and where the customers of the split stand in the others. */
typedef struct three_days {
    crmv_frame *before; /* as long before the split as the forecast reaches behind it */
    const crmv_frame *split;
    crmv_frame *after;
    int64_t *rows_before, *rows_after;
} three_days;

static void clear_days(three_days *days) {
    crmv_frame_free(days->before);
    crmv_frame_free(days->after);
    free(days->rows_before);
    free(days->rows_after);
}

static int32_t look_at_days(const crmv_validation *validation, const crmvi_books *books, three_days *days,
                            crmv_error *error) {
    const int32_t period = validation->until - validation->split;
    const int32_t before = validation->split - CRMVI_FIRST_DAY < period ? CRMVI_FIRST_DAY : validation->split - period;
    crmv_model *open = NULL; /* so that nothing is foretold where it is not needed */
    int32_t status = crmv_model_unfitted(validation->model, &open, error);
    if (status == CRMV_OK) {
        status = crmvi_books_derive(books, open, before, &days->before, error);
    }
    if (status == CRMV_OK) {
        status = crmvi_books_derive(books, open, validation->until, &days->after, error);
    }
    crmv_model_free(open);
    if (status != CRMV_OK) {
        return status;
    }
    days->split = validation->frame;
    days->rows_before = crmvi_rows_in(days->split, days->before);
    days->rows_after = crmvi_rows_in(days->split, days->after);
    return days->rows_before && days->rows_after ? CRMV_OK : crmvi_no_memory(error);
}

/* The columns of one thing that is forecast: by the fitted metric, by the rate so far, by the last period; and what
 * happened. */
static bool make_columns(const three_days *days, const crmv_lifetime_card *card, int32_t what, const double *fitted,
                         double period, double *columns[CRMVI_FORECAST_COLUMNS]) {
    const int64_t rows = crmv_frame_rows(days->split);
    const histories before = histories_of(days->before, card->name), now = histories_of(days->split, card->name),
                    after = histories_of(days->after, card->name);
    for (int32_t by = 0; by < CRMVI_FORECAST_COLUMNS; by++) {
        columns[by] = crmvi_large_array(rows, sizeof *columns[by]);
        if (columns[by] == NULL) {
            return false;
        }
    }
    for (int64_t row = 0; row < rows; row++) {
        const bool is_customer = !isnan(now.repeats[row]);
        const double bought = so_far(&now, what, row);
        const double rate = is_customer && now.age[row] > 0 ? now.repeats[row] / now.age[row] : 0;
        const double each = what == CRMV_FORECAST_PURCHASES      ? 1
                            : is_customer && now.spends[row] > 0 ? now.spend[row]
                                                                 : 0;
        columns[CRMV_FORECAST_BY_LIFETIME - 1][row] = fitted[row];
        columns[CRMV_FORECAST_BY_RATE - 1][row] = is_customer ? rate * period * each : (double)NAN;
        columns[CRMV_FORECAST_BY_LAST_PERIOD - 1][row] =
            is_customer ? difference(bought, so_far(&before, what, days->rows_before[row])) : (double)NAN;
        columns[CRMV_FORECAST_ACTUAL - 1][row] =
            is_customer ? difference(so_far(&after, what, days->rows_after[row]), bought) : (double)NAN;
    }
    return true;
}

/* ---- How near they come ------------------------------------------------------------------------------------------ */

static void add_up(const double *forecast, const double *actual, int64_t rows, crmv_forecast *out) {
    double absolute = 0, square = 0;
    for (int64_t row = 0; row < rows; row++) {
        if (isnan(forecast[row]) || isnan(actual[row])) {
            continue;
        }
        const double off = forecast[row] - actual[row];
        out->customers++;
        out->forecast += forecast[row];
        out->actual += actual[row];
        absolute += fabs(off);
        square += off * off;
    }
    const double customers = (double)out->customers;
    const bool none = out->customers == 0;
    out->bias = none ? (double)NAN : (out->forecast - out->actual) / customers;
    out->mean_absolute_error = none ? (double)NAN : absolute / customers;
    out->root_mean_square_error = none ? (double)NAN : sqrt(square / customers);
}

static int32_t measure(const double *forecast, const double *actual, int64_t rows, const crmv_options *options,
                       crmv_forecast *out, crmv_error *error) {
    crmv_prediction ordered = {.struct_size = sizeof ordered};
    *out = (crmv_forecast){.struct_size = sizeof *out};
    add_up(forecast, actual, rows, out);
    const int32_t status = crmv_predict_measure(forecast, actual, rows, options, &ordered, error);
    out->spearman = ordered.spearman;
    out->gini = ordered.gini;
    memcpy(out->lift, ordered.lift, sizeof out->lift);
    return status;
}

/* All forecasters are held against the same customers: those of whom the lifetime foretells something. */
static int32_t measure_alike(double *const columns[CRMVI_FORECAST_COLUMNS], int64_t rows, double *actual,
                             const crmv_options *options, crmv_forecast *out, crmv_error *error) {
    int32_t status = CRMV_OK;
    for (int64_t row = 0; row < rows; row++) {
        const bool counts = !isnan(columns[CRMV_FORECAST_BY_LIFETIME - 1][row]);
        actual[row] = counts ? columns[CRMV_FORECAST_ACTUAL - 1][row] : (double)NAN;
    }
    for (int32_t by = 0; by < CRMVI_FORECASTERS && status == CRMV_OK; by++) {
        status = measure(columns[by], actual, rows, options, &out[by], error);
    }
    return status;
}

static int32_t measure_all(crmvi_tested *tested, int64_t rows, const crmv_options *options, crmv_error *error) {
    double *actual = crmvi_large_array(rows, sizeof *actual);
    int32_t status = actual != NULL ? CRMV_OK : crmvi_no_memory(error);
    for (int32_t what = 0; what < CRMVI_FORECASTS && status == CRMV_OK; what++) {
        if (tested->columns[what][0] != NULL) {
            status = measure_alike(tested->columns[what], rows, actual, options, tested->forecasts[what], error);
        }
    }
    free(actual);
    return status;
}

/* ---- Groups by P(alive) ------------------------------------------------------------------------------------------ */

typedef struct alive {
    double p_alive;
    int64_t row;
} alive;

static int by_p_alive(const void *a, const void *b) {
    const alive *left = a, *right = b;
    if (left->p_alive != right->p_alive) {
        return left->p_alive < right->p_alive ? -1 : 1;
    }
    return (left->row > right->row) - (left->row < right->row);
}

static crmvi_alive_group group_of(const crmvi_tested *tested, const alive *customers, int64_t count) {
    const double *forecast = tested->columns[CRMV_FORECAST_PURCHASES - 1][CRMV_FORECAST_BY_LIFETIME - 1];
    const double *actual = tested->columns[CRMV_FORECAST_PURCHASES - 1][CRMV_FORECAST_ACTUAL - 1];
    crmvi_alive_group group = {.customers = count};
    for (int64_t i = 0; i < count; i++) {
        group.p_alive += customers[i].p_alive;
        group.purchased += actual[customers[i].row] > 0;
        group.forecast += forecast[customers[i].row];
        group.actual += actual[customers[i].row];
    }
    group.p_alive /= (double)count;
    group.purchased /= (double)count;
    group.forecast /= (double)count;
    group.actual /= (double)count;
    return group;
}

/* Where a group ends: at its tenth of the customers, and behind all of the same P(alive). */
static int64_t end_of_group(const alive *customers, int64_t count, int64_t end) {
    while (end > 0 && end < count && customers[end].p_alive == customers[end - 1].p_alive) {
        end++;
    }
    return end;
}

/* Ten groups at most; those of the same P(alive) are in one. */
static bool make_groups(crmvi_tested *tested, int64_t rows) {
    alive *customers = crmvi_large_array(rows, sizeof *customers);
    int64_t count = 0;
    for (int64_t row = 0; row < rows && customers != NULL; row++) {
        if (!isnan(tested->p_alive[row])) {
            customers[count++] = (alive){tested->p_alive[row], row};
        }
    }
    const bool sorted = customers != NULL && crmvi_sort(customers, count, sizeof *customers, by_p_alive);
    int64_t begin = 0;
    for (int32_t i = 1; i <= CRMVI_ALIVE_GROUPS && sorted; i++) {
        const int64_t end = end_of_group(customers, count, count * i / CRMVI_ALIVE_GROUPS);
        if (end > begin) {
            tested->groups[tested->group_count++] = group_of(tested, customers + begin, end - begin);
            begin = end;
        }
    }
    free(customers);
    return sorted;
}

/* ---- All lifetimes ----------------------------------------------------------------------------------------------- */

static int32_t compare(const crmv_validation *validation, const three_days *days, int32_t position,
                       const crmv_options *options, crmv_error *error) {
    static const int32_t questions[CRMVI_FORECASTS] = {CRMVI_PAST_PURCHASES, CRMVI_PAST_VALUE};
    crmvi_tested *tested = &validation->lifetimes[position];
    const double period = (validation->until - validation->split) / tested->card.unit_days;
    for (int32_t what = 0; what < CRMVI_FORECASTS; what++) {
        const double *fitted =
            crmv_frame_metric(validation->frame, crmvi_past_forecast(questions[what], position).text);
        if (fitted != NULL && !make_columns(days, &tested->card, what + 1, fitted, period, tested->columns[what])) {
            return crmvi_no_memory(error);
        }
    }
    const int64_t rows = crmv_frame_rows(validation->frame);
    const int32_t status = measure_all(tested, rows, options, error);
    return status == CRMV_OK && !make_groups(tested, rows) ? crmvi_no_memory(error) : status;
}

static int64_t customers_of(const crmv_validation *validation) {
    const crmvi_tested *any = &validation->lifetimes[0];
    const double *repeats = crmv_frame_history(validation->frame, any->card.name, CRMV_HISTORY_REPEATS);
    int64_t customers = 0;
    for (int64_t row = 0; row < crmv_frame_rows(validation->frame); row++) {
        customers += !isnan(repeats[row]);
    }
    return customers;
}

int32_t crmvi_validation_compare(crmv_validation *validation, const crmvi_books *books, crmv_error *error) {
    three_days days = {0};
    int32_t status = look_at_days(validation, books, &days, error);
    for (int32_t i = 0; i < validation->count && status == CRMV_OK; i++) {
        status = compare(validation, &days, i, &books->options, error);
    }
    validation->customers = status == CRMV_OK ? customers_of(validation) : 0;
    clear_days(&days);
    return status;
}
