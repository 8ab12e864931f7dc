/*
 * test_pareto_nbd_data.c - the Pareto/NBD's published log-likelihoods, at the published parameters, on the data that
 * they were found from: CDNOW's sample (Fader & Hardie 2005) and CLVTools' apparel retailer. Times are in weeks.
 */
#include "base/calendar.h"
#include "base/guest.h"
#include "clv/process.h"
#include "nearness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_CUSTOMERS = 2400, LINE = 256 };

typedef struct published {
    const char *file, *line; /* customer, year, month, day; lines by customer and day */
    int32_t end[3];          /* the last day that counts */
    double parameters[4];
    int64_t customers;
    double repeat_purchases, log_likelihood;
} published;

static const published sample = {.file = "CDNOW_sample.txt",
                                 .line = "%*d %d %4d%2d%2d",
                                 .end = {1997, 9, 30},
                                 .parameters = {.55315, 10.57633, .60625, 11.67150},
                                 .customers = 2357,
                                 .repeat_purchases = 2457,
                                 .log_likelihood = -9594.976};
static const published apparel = {.file = "clvtools_apparelTrans.csv",
                                  .line = "%d,%d-%d-%d",
                                  .end = {2006, 12, 31},
                                  .parameters = {1.448977, 48.63608, .561260, 46.88436},
                                  .customers = 600,
                                  .repeat_purchases = 1266,
                                  .log_likelihood = -5848.0978};

static int32_t day_of(int32_t year, int32_t month, int32_t day) {
    int32_t number = 0;
    assert_true(crmvi_day_of(year, month, day, &number));
    return number;
}

typedef struct customers {
    double x[MOST_CUSTOMERS], t_x[MOST_CUSTOMERS], T[MOST_CUSTOMERS];
    int64_t count;
} customers;

static void read_customers(FILE *file, const published *what, customers *all) {
    const int32_t end = day_of(what->end[0], what->end[1], what->end[2]);
    char text[LINE];
    int32_t customer_before = -1;
    int32_t first = 0;
    int32_t last = 0;
    all->count = 0;
    while (fgets(text, sizeof text, file) != NULL) {
        int customer;
        int year;
        int month;
        int day;
        if (sscanf(text, what->line, &customer, &year, &month, &day) != 4 || day_of(year, month, day) > end) {
            continue;
        }
        const int32_t now = day_of(year, month, day);
        if (customer != customer_before) {
            assert_true(all->count < MOST_CUSTOMERS);
            first = now;
            all->x[all->count] = 0;
            all->T[all->count] = (end - first) / 7.0;
            all->count++;
        } else {
            all->x[all->count - 1] += now > last;
        }
        all->t_x[all->count - 1] = (now - first) / 7.0;
        customer_before = customer;
        last = now;
    }
}

static void compare(const published *what) {
    static customers all;
    const char *folder = getenv("CRMVALUE_DATA");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "" : folder, what->file);
    FILE *file = folder == NULL ? NULL : fopen(path, "rb");
    if (file == NULL) {
        print_message("no data: CRMVALUE_DATA names no folder with %s\n", what->file);
        skip();
    }
    read_customers(file, what, &all);
    fclose(file);
    assert_int_equal(all.count, what->customers);
    double purchases = 0;
    double log_likelihood = 0;
    for (int64_t i = 0; i < all.count; i++) {
        const crmvi_histories history = {&all.x[i], &all.t_x[i], &all.T[i], 1};
        double value;
        crmvi_processes[CRMV_PARETO_NBD].log_likelihood(what->parameters, &history, &value, NULL);
        log_likelihood += value;
        purchases += all.x[i];
    }
    assert_near(purchases, what->repeat_purchases, 0);
    assert_near(log_likelihood, what->log_likelihood, 1e-3);
}

static void the_sample_of_cdnow_is_as_likely_as_published(void **state) {
    (void)state;
    compare(&sample);
}

static void the_apparel_retailer_is_as_likely_as_published(void **state) {
    (void)state;
    compare(&apparel);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_of_cdnow_is_as_likely_as_published),
        cmocka_unit_test(the_apparel_retailer_is_as_likely_as_published),
    };
    crmvi_guest host;
    crmvi_enter(&host);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crmvi_leave(&host);
    return failed;
}
