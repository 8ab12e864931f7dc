/*
 * tracking.c - repeat purchases of all customers, cumulated by week, and those that a lifetime expects of customers of
 * whom it knows their first purchase alone (Fader, Hardie & Lee 2005, figure 4).
 */
#include "base/error.h"
#include "base/memory.h"
#include "base/merge_sort.h"
#include "fit/past.h"
#include "fit/validation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WEEK = 7, WINDOWS_AT_ONCE = 16 };

/* ---- First purchases --------------------------------------------------------------------------------------------- */

/* The days of first purchases, ascending, and how many customers each has. */
typedef struct births {
    int32_t *days;
    int64_t *customers;
    int64_t count;
} births;

static int ascending(const void *a, const void *b) {
    const int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

/* The day of the first purchase, by the age that is a whole number of days; CRMV_NO_DATE without one. */
static int32_t first_day(double age, double unit_days, int32_t as_of) {
    return isnan(age) ? CRMV_NO_DATE : as_of - (int32_t)floor(age * unit_days + 0.5);
}

static bool find_births(const crmv_validation *validation, births *out) {
    const crmv_lifetime_card *card = &validation->lifetimes[0].card;
    const double *ages = crmv_frame_history(validation->frame, card->name, CRMV_HISTORY_AGE);
    const int64_t rows = crmv_frame_rows(validation->frame);
    *out = (births){.days = crmvi_large_array(rows, sizeof *out->days),
                    .customers = crmvi_large_array(rows, sizeof *out->customers)};
    int64_t count = 0;
    for (int64_t row = 0; row < rows && out->days && out->customers; row++) {
        const int32_t day = first_day(ages[row], card->unit_days, validation->split);
        if (day != CRMV_NO_DATE) {
            out->days[count++] = day;
        }
    }
    if (!out->days || !out->customers || !crmvi_sort(out->days, count, sizeof *out->days, ascending)) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        const bool is_new = i == 0 || out->days[i] != out->days[out->count - 1];
        out->count += is_new;
        out->days[out->count - 1] = out->days[i];
        out->customers[out->count - 1] = is_new ? 1 : out->customers[out->count - 1] + 1;
    }
    return true;
}

static int64_t born_by(const births *all, int32_t day) {
    int64_t customers = 0;
    for (int64_t i = 0; i < all->count && all->days[i] <= day; i++) {
        customers += all->customers[i];
    }
    return customers;
}

/* ---- Points in time ---------------------------------------------------------------------------------------------- */

/* Weeks before and after the split, from the first purchase on; the last point is the last day. */
static bool make_points(const crmv_validation *validation, int32_t first, crmvi_tracking *out) {
    const int32_t before = (validation->split - first) / WEEK;
    const int32_t after = (validation->until - validation->split + WEEK - 1) / WEEK;
    out->count = before + 1 + after;
    out->days = crmvi_array(out->count, sizeof *out->days);
    out->actual = crmvi_array(out->count, sizeof *out->actual);
    for (int32_t i = 0; i < out->count && out->days != NULL; i++) {
        const int32_t day = validation->split + WEEK * (i - before);
        out->days[i] = day < validation->until ? day : validation->until;
    }
    return out->days && out->actual;
}

/* ---- What happened ----------------------------------------------------------------------------------------------- */

/* Windows that end on the last day: one that holds everything, then one from behind each point but the last. */
static int32_t *make_windows(const crmv_validation *validation, int32_t first) {
    const crmvi_tracking *tracking = &validation->tracking;
    int32_t *windows = crmvi_array(tracking->count, sizeof *windows);
    for (int32_t i = 0; i < tracking->count && windows != NULL; i++) {
        windows[i] = validation->until - (i == 0 ? first - 1 : tracking->days[i - 1]);
    }
    return windows;
}

/* Which of the frame's customers had a purchase by the split; to be freed, NULL where memory is short. */
static bool *customers_of_split(const crmv_validation *validation, const crmv_frame *frame) {
    const double *ages = crmv_frame_history(validation->frame, validation->lifetimes[0].card.name, CRMV_HISTORY_AGE);
    const int64_t rows = crmv_frame_rows(frame);
    int64_t *in_split = crmvi_rows_in(frame, validation->frame);
    bool *counts = crmvi_array(rows, sizeof *counts);
    for (int64_t row = 0; row < rows && in_split && counts; row++) {
        counts[row] = in_split[row] >= 0 && !isnan(ages[in_split[row]]);
    }
    if (in_split == NULL) {
        free(counts);
        counts = NULL;
    }
    free(in_split);
    return counts;
}

/* Whole numbers: exact. */
static double total_of(const double *values, const bool *counts, int64_t rows) {
    double total = 0;
    for (int64_t row = 0; row < rows; row++) {
        total += counts[row] && !isnan(values[row]) ? values[row] : 0;
    }
    return total;
}

/* How many windows hold a day of the ledger: the first, and those that begin no later than its last one. */
static int32_t windows_with_days(const crmv_validation *validation, const crmvi_books *books, const int32_t *windows) {
    const int32_t last = crmv_ledger_last_day(books->ledger);
    int32_t count = 1;
    while (count < validation->tracking.count && validation->until - windows[count] < last) {
        count++;
    }
    return count;
}

/* Purchase days in some of the windows. `counts` is NULL at first. */
static int32_t count_windows(const crmv_validation *validation, const crmvi_books *books, const int32_t *windows,
                             int32_t count, bool **counts, double *totals, crmv_error *error) {
    crmv_model *counting = NULL;
    crmv_frame *frame = NULL;
    int32_t status = crmvi_past_counting(books->model, windows, count, &counting, error);
    if (status == CRMV_OK) {
        status = crmvi_books_derive(books, counting, validation->until, &frame, error);
    }
    if (status == CRMV_OK && *counts == NULL) {
        *counts = customers_of_split(validation, frame);
        status = *counts != NULL ? CRMV_OK : crmvi_no_memory(error);
    }
    for (int32_t i = 0; i < count && status == CRMV_OK; i++) {
        totals[i] = total_of(crmv_frame_metric(frame, crmvi_past_window(i).text), *counts, crmv_frame_rows(frame));
    }
    crmv_frame_free(frame);
    crmv_model_free(counting);
    return status;
}

static int32_t count_all_windows(const crmv_validation *validation, const crmvi_books *books, const int32_t *windows,
                                 double *totals, crmv_error *error) {
    const int32_t window_count = windows_with_days(validation, books, windows);
    bool *counts = NULL;
    for (int32_t i = window_count; i < validation->tracking.count; i++) {
        totals[i] = 0;
    }
    int32_t status = CRMV_OK;
    for (int32_t begin = 0; begin < window_count && status == CRMV_OK; begin += WINDOWS_AT_ONCE) {
        const int32_t left = window_count - begin;
        status = count_windows(validation, books, windows + begin, left < WINDOWS_AT_ONCE ? left : WINDOWS_AT_ONCE,
                               &counts, totals + begin, error);
    }
    free(counts);
    return status;
}

/* What is in the window of everything and not in that behind a point was before it; first purchases are no repeats. */
static int32_t count_actual(crmv_validation *validation, const crmvi_books *books, const births *born,
                            crmv_error *error) {
    crmvi_tracking *tracking = &validation->tracking;
    int32_t *windows = make_windows(validation, born->days[0]);
    double *totals = crmvi_array(tracking->count, sizeof *totals);
    int32_t status = windows && totals ? CRMV_OK : crmvi_no_memory(error);
    if (status == CRMV_OK) {
        status = count_all_windows(validation, books, windows, totals, error);
    }
    for (int32_t i = 0; i < tracking->count && status == CRMV_OK; i++) {
        const double after = i + 1 < tracking->count ? totals[i + 1] : 0;
        tracking->actual[i] = totals[0] - after - (double)born_by(born, tracking->days[i]);
    }
    free(windows);
    free(totals);
    return status;
}

/* ---- What was expected ------------------------------------------------------------------------------------------- */

/* Of a customer at the age of 0, 1, 2 ... days. */
static int32_t expect_by_age(const crmv_lifetime_card *card, int64_t ages, double *each, crmv_error *error) {
    double *times = crmvi_large_array(ages, sizeof *times);
    if (times == NULL) {
        return crmvi_no_memory(error);
    }
    for (int64_t age = 0; age < ages; age++) {
        times[age] = (double)age / card->unit_days;
    }
    const int32_t status = crmv_lifetime_expected(&card->lifetime, times, ages, each, error);
    free(times);
    return status;
}

static int32_t expect(const crmv_validation *validation, const births *born, crmvi_tested *tested, crmv_error *error) {
    const crmvi_tracking *tracking = &validation->tracking;
    const int64_t ages = (int64_t)validation->until - born->days[0] + 1;
    double *each = crmvi_large_array(ages, sizeof *each);
    tested->expected = crmvi_array(tracking->count, sizeof *tested->expected);
    int32_t status =
        each && tested->expected ? expect_by_age(&tested->card, ages, each, error) : crmvi_no_memory(error);
    for (int32_t i = 0; i < tracking->count && status == CRMV_OK; i++) {
        tested->expected[i] = 0;
        for (int64_t k = 0; k < born->count && born->days[k] <= tracking->days[i]; k++) {
            tested->expected[i] += each[tracking->days[i] - born->days[k]] * (double)born->customers[k];
        }
    }
    free(each);
    return status;
}

int32_t crmvi_validation_track(crmv_validation *validation, const crmvi_books *books, crmv_error *error) {
    births born;
    int32_t status = find_births(validation, &born) ? CRMV_OK : crmvi_no_memory(error);
    if (status == CRMV_OK && !make_points(validation, born.days[0], &validation->tracking)) {
        status = crmvi_no_memory(error);
    }
    if (status == CRMV_OK) {
        status = count_actual(validation, books, &born, error);
    }
    for (int32_t i = 0; i < validation->count && status == CRMV_OK; i++) {
        status = expect(validation, &born, &validation->lifetimes[i], error);
    }
    free(born.days);
    free(born.customers);
    return status;
}
