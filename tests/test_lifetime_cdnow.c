/*
 * test_lifetime_cdnow.c - the CDNOW sample (Fader & Hardie): published parameters have their published likelihoods, and
 * foretell what was published for the 39 weeks behind it. Times of the file are rounded to two decimals.
 */
#include "lifetimes.h"

#include <stdio.h>
#include <stdlib.h>

#define SUMMARY "cdnow_customers_summary_with_transactions.csv"

enum { CUSTOMERS = 2357 };

static double x[CUSTOMERS], t_x[CUSTOMERS], T[CUSTOMERS], mean[CUSTOMERS], found[CUSTOMERS];
static int32_t rows;

static int read_customers(void **state) {
    (void)state;
    const char *folder = getenv("CRMVALUE_DATA");
    char line[4096];
    snprintf(line, sizeof line, "%s/%s", folder == NULL ? "" : folder, SUMMARY);
    FILE *file = folder == NULL ? NULL : fopen(line, "rb");
    if (file == NULL) {
        return 0;
    }
    char *was_read = fgets(line, sizeof line, file); /* the names */
    while (was_read != NULL && rows < CUSTOMERS && fgets(line, sizeof line, file) != NULL) {
        char *at = strchr(line, ',');
        double *const columns[] = {x, t_x, T, mean};
        for (int32_t i = 0; i < 4 && at != NULL; i++) {
            columns[i][rows] = strtod(at + 1, &at);
        }
        rows++;
    }
    fclose(file);
    return 0;
}

static void need_customers(void) {
    if (rows == 0) {
        printf("CRMVALUE_DATA names no folder with %s\n", SUMMARY);
        skip();
    }
    assert_int_equal(rows, 2357);
}

static double sum_of_found(void) {
    double sum = 0;
    for (int32_t i = 0; i < rows; i++) {
        sum += found[i];
    }
    return sum;
}

/* Fader, Hardie & Lee 2005; Batislam et al. 2007; Fader & Hardie 2005. */
static const struct {
    int32_t model;
    double parameters[4], log_likelihood;
    double purchases; /* in 39 weeks, of all; 1,882 they were */
} published[] = {
    {CRMV_BG_NBD, {.2425945, 4.4136019, .7929199, 2.4258881}, -9582.429, 1653},
    {CRMV_MBG_NBD, {.525, 6.183, .891, 1.614}, -9582.13, 1577},
    {CRMV_PARETO_NBD, {.55315, 10.57633, .60625, 11.67150}, -9594.976, 1666},
};
enum { PUBLISHED = sizeof published / sizeof published[0] };

static void published_parameters_are_as_likely_as_published(void **state) {
    (void)state;
    need_customers();
    for (int32_t i = 0; i < PUBLISHED; i++) {
        const crmv_lifetime lifetime = lifetime_of(published[i].model, published[i].parameters);
        assert_int_equal(crmv_lifetime_log_likelihood(&lifetime, x, t_x, T, rows, NULL, found, NULL), CRMV_OK);
        assert_near(sum_of_found(), published[i].log_likelihood, 0.01);
    }
}

static void the_next_39_weeks_bring_what_was_published(void **state) {
    (void)state;
    need_customers();
    for (int32_t i = 0; i < PUBLISHED; i++) {
        const crmv_lifetime lifetime = lifetime_of(published[i].model, published[i].parameters);
        assert_int_equal(
            crmv_lifetime_predict(&lifetime, CRMV_PURCHASES, 39, 0, x, t_x, T, rows, NULL, found, NULL, NULL), CRMV_OK);
        assert_near(sum_of_found(), published[i].purchases, 1);
    }
}

/* Fader & Hardie 2013: 946 customers who came back. */
static void published_spend_is_as_likely_as_published(void **state) {
    (void)state;
    need_customers();
    const crmv_spend spend = {
        .struct_size = sizeof spend, .model = CRMV_GAMMA_GAMMA, .parameters = {6.249349, 3.744256, 15.444307}};
    assert_int_equal(crmv_spend_log_likelihood(&spend, x, mean, NULL, rows, NULL, found, NULL), CRMV_OK);
    assert_near(sum_of_found(), -4055.9177, 0.02);
    int32_t who_came_back = 0;
    for (int32_t i = 0; i < rows; i++) {
        who_came_back += x[i] > 0;
    }
    assert_int_equal(who_came_back, 946);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_parameters_are_as_likely_as_published),
        cmocka_unit_test(the_next_39_weeks_bring_what_was_published),
        cmocka_unit_test(published_spend_is_as_likely_as_published),
    };
    return cmocka_run_group_tests(tests, read_customers, NULL);
}
