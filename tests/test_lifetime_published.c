/*
 * test_lifetime_published.c - fits that were published, from the same data: the CDNOW sample and the apparel retailer
 * of CLVTools. Figures: Fader, Hardie & Lee 2005 (BG/NBD); Fader & Hardie 2005 (Pareto/NBD, with its standard errors);
 * Batislam, Denizel & Filiztekin 2007 (MBG/NBD); Fader & Hardie 2013 (Gamma-Gamma); CLVTools (apparel).
 */
#include "crmvalue/ledger.h"
#include "fitted.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINES_MOST = 7000, WEEK = 7 };

typedef struct purchase {
    int64_t customer;
    int32_t day;
    double amount;
} purchase;

static purchase purchases[LINES_MOST];
static int32_t purchase_count;

/* What the fits take: histories, and amounts of the purchase days after the first. */
static drawn histories;
static double counts[LINES_MOST], means[LINES_MOST];

/* ---- Files ------------------------------------------------------------------------------------------------------- */

static FILE *open_data(const char *name) {
    const char *folder = getenv("CRMVALUE_DATA");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "" : folder, name);
    return folder == NULL ? NULL : fopen(path, "rb");
}

static void add_purchase(int64_t customer, int32_t day, double amount) {
    assert_true(purchase_count < LINES_MOST);
    purchases[purchase_count++] = (purchase){customer, day, amount};
}

static bool read_cdnow(void) {
    FILE *file = open_data("CDNOW_sample.txt");
    if (file == NULL) {
        return false;
    }
    int customer, sample, date, pieces;
    double amount;
    purchase_count = 0;
    while (fscanf(file, "%d %d %d %d %lf", &customer, &sample, &date, &pieces, &amount) == 5) {
        add_purchase(customer, crmv_day(date / 10000, date / 100 % 100, date % 100), amount);
    }
    fclose(file);
    return true;
}

static bool read_apparel(void) {
    FILE *file = open_data("clvtools_apparelTrans.csv");
    if (file == NULL) {
        return false;
    }
    int customer, year, month, day;
    double amount;
    purchase_count = 0;
    assert_int_equal(fscanf(file, "%*[^\n]"), 0);
    while (fscanf(file, "%d,%d-%d-%d,%lf", &customer, &year, &month, &day, &amount) == 5) {
        add_purchase(customer, crmv_day(year, month, day), amount);
    }
    fclose(file);
    return true;
}

/* ---- Histories --------------------------------------------------------------------------------------------------- */

static int compare_purchases(const void *left, const void *right) {
    const purchase *a = left;
    const purchase *b = right;
    const int64_t difference = a->customer != b->customer ? a->customer - b->customer : a->day - b->day;
    return difference < 0 ? -1 : difference > 0;
}

/* The purchases [begin, end) are a customer's, in the order of days; those after `until` do not count. */
static void add_customer(int32_t begin, int32_t end, int32_t until) {
    int32_t repeats = 0;
    double sum = 0;
    int32_t last = purchases[begin].day;
    for (int32_t i = begin; i < end && purchases[i].day <= until; i++) {
        repeats += purchases[i].day != last;
        last = purchases[i].day;
        sum += last != purchases[begin].day ? purchases[i].amount : 0;
    }
    const int64_t row = histories.rows++;
    histories.x[row] = repeats;
    histories.t_x[row] = (double)(last - purchases[begin].day) / WEEK;
    histories.T[row] = (double)(until - purchases[begin].day) / WEEK;
    counts[row] = repeats;
    means[row] = repeats == 0 ? 0 : sum / repeats;
}

static void make_histories(int32_t until) {
    qsort(purchases, (size_t)purchase_count, sizeof purchases[0], compare_purchases);
    histories.rows = 0;
    for (int32_t begin = 0, end = 0; begin < purchase_count; begin = end) {
        while (end < purchase_count && purchases[end].customer == purchases[begin].customer) {
            end++;
        }
        if (purchases[begin].day <= until) {
            add_customer(begin, end, until);
        }
    }
}

static void skip_without(bool there) {
    if (!there) {
        print_message("CRMVALUE_DATA names no folder with the file\n");
        skip();
    }
}

/* ---- Fits -------------------------------------------------------------------------------------------------------- */

/* Parameters within a part of their standard errors, as far as the published search went; the likelihood is no worse.
 */
static void assert_published(int32_t model, double log_likelihood, const double *parameters) {
    const fitted f = fit(&histories, model);
    assert_ending(&f, CRMV_FIT_CONVERGED);
    assert_true(f.outcome.log_likelihood >= log_likelihood - 1e-3);
    assert_near(f.outcome.log_likelihood, log_likelihood, .01);
    for (int32_t k = 0; k < crmv_lifetime_parameters(model); k++) {
        assert_near(log(f.lifetime.parameters[k]), log(parameters[k]), .02 * standard_error(&f, k));
    }
}

static void assert_published_spend(double log_likelihood, const double *parameters, int64_t customers) {
    crmv_spend spend = {.struct_size = sizeof spend, .model = CRMV_GAMMA_GAMMA};
    crmv_fit_outcome outcome = {.struct_size = sizeof outcome};
    assert_int_equal(crmv_spend_fit(&spend, counts, means, NULL, histories.rows, 0, NULL, &outcome, NULL), CRMV_OK);
    assert_int_equal(outcome.ending, CRMV_FIT_CONVERGED);
    assert_int_equal(outcome.customers, customers);
    assert_near(outcome.log_likelihood, log_likelihood, 1e-3);
    for (int32_t k = 0; k < 3; k++) {
        assert_near(log(spend.parameters[k]), log(parameters[k]), 1e-3);
    }
}

static void take_cdnow(void) {
    skip_without(read_cdnow());
    make_histories(crmv_day(1997, 9, 30));
    assert_int_equal(histories.rows, 2357);
}

static void the_cdnow_sample_as_bg_nbd(void **state) {
    (void)state;
    take_cdnow();
    assert_published(CRMV_BG_NBD, -9582.429, (const double[]){.2425945, 4.4136019, .7929199, 2.4258881});
}

static void the_cdnow_sample_as_mbg_nbd(void **state) {
    (void)state;
    take_cdnow();
    const fitted f = fit(&histories, CRMV_MBG_NBD);
    const double published[] = {.525, 6.183, .891, 1.614};
    assert_ending(&f, CRMV_FIT_CONVERGED);
    assert_near(f.outcome.log_likelihood, -9582.13, .006); /* as it was rounded */
    for (int32_t k = 0; k < 4; k++) {
        assert_near(f.lifetime.parameters[k], published[k], 6e-4);
    }
}

static void the_cdnow_sample_as_pareto_nbd_with_its_standard_errors(void **state) {
    (void)state;
    take_cdnow();
    const double errors[] = {.0476, .8427, .1873, 6.2105};
    assert_published(CRMV_PARETO_NBD, -9594.976, (const double[]){.55315, 10.57633, .60625, 11.67150});
    const fitted f = fit(&histories, CRMV_PARETO_NBD);
    for (int32_t k = 0; k < 4; k++) {
        assert_near(f.lifetime.parameters[k] * standard_error(&f, k), errors[k], 5e-4 * errors[k] + 5e-5);
    }
}

static void the_cdnow_sample_s_repeaters_as_gamma_gamma(void **state) {
    (void)state;
    take_cdnow();
    assert_published_spend(-4055.9177, (const double[]){6.249349, 3.744256, 15.444307}, 946);
}

static void take_apparel(void) {
    skip_without(read_apparel());
    int32_t first = INT32_MAX;
    for (int32_t i = 0; i < purchase_count; i++) {
        first = purchases[i].day < first ? purchases[i].day : first;
    }
    make_histories(first + 104 * WEEK);
    assert_int_equal(histories.rows, 600);
}

static void the_apparel_retailer_as_pareto_nbd_and_gamma_gamma(void **state) {
    (void)state;
    take_apparel();
    assert_published(CRMV_PARETO_NBD, -5848.0978, (const double[]){1.448977, 48.63608, .561260, 46.88436});
    assert_published_spend(-1670.6630, (const double[]){3.099033, 5.653673, 56.504084}, 387);
}

static void a_choice_for_the_cdnow_sample_takes_the_mbg_nbd(void **state) {
    (void)state;
    take_cdnow();
    const int32_t models[] = {CRMV_BG_NBD, CRMV_MBG_NBD, CRMV_PARETO_NBD, CRMV_NBD};
    crmv_lifetime lifetimes[4] = {{.struct_size = sizeof lifetimes[0]}};
    crmv_fit_outcome outcomes[4] = {{.struct_size = sizeof outcomes[0]}};
    int32_t chosen = -1;
    assert_int_equal(crmv_lifetime_choose(models, 4, histories.x, histories.t_x, histories.T, histories.rows, 0, NULL,
                                          lifetimes, outcomes, &chosen, NULL),
                     CRMV_OK);
    assert_int_equal(chosen, 1);
    assert_near(outcomes[1].bic, 19195.33, .01);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cdnow_sample_as_bg_nbd),
        cmocka_unit_test(the_cdnow_sample_as_mbg_nbd),
        cmocka_unit_test(the_cdnow_sample_as_pareto_nbd_with_its_standard_errors),
        cmocka_unit_test(the_cdnow_sample_s_repeaters_as_gamma_gamma),
        cmocka_unit_test(the_apparel_retailer_as_pareto_nbd_and_gamma_gamma),
        cmocka_unit_test(a_choice_for_the_cdnow_sample_takes_the_mbg_nbd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
