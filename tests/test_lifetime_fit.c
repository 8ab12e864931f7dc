/* test_lifetime_fit.c - purchase processes fitted to histories that were drawn from them. */
#include "fitted.h"

static drawn histories, others;

static void set_history(int64_t row, double x, double t_x, double T) {
    histories.x[row] = x;
    histories.t_x[row] = t_x;
    histories.T[row] = T;
    histories.rows = row + 1;
}

static const double truths[][CRMV_LIFETIME_PARAMETERS] = {
    [CRMV_BG_NBD] = {.25, 4.4, .8, 2.4},
    [CRMV_MBG_NBD] = {.5, 6, .9, 1.6},
    [CRMV_PARETO_NBD] = {.6, 10, .6, 12},
    [CRMV_NBD] = {.5, 10},
};

/* ---- What is found ----------------------------------------------------------------------------------------------- */

static void parameters_come_back_within_their_standard_errors(void **state) {
    (void)state;
    for (int32_t model = CRMV_BG_NBD; model <= CRMV_NBD; model++) {
        draw_histories(&histories, 40000, model, truths[model], 27, 60, 5);
        const fitted f = fit(&histories, model);
        assert_ending(&f, CRMV_FIT_CONVERGED);
        assert_usable(&f, &histories);
        for (int32_t k = 0; k < crmv_lifetime_parameters(model); k++) {
            const double error = standard_error(&f, k);
            assert_true(error > 0 && error < .2);
            assert_near(log(f.lifetime.parameters[k]), log(truths[model][k]), 3.5 * error);
        }
        assert_int_equal(f.outcome.parameter, -1);
        assert_int_equal(f.outcome.simpler, 0);
        assert_int_equal(f.outcome.customers, 40000);
        assert_true(f.outcome.gradient < 1e-8);
        assert_true(f.outcome.starts >= 3 && f.outcome.evaluations > 0);
        assert_near(f.outcome.bic, crmv_lifetime_parameters(model) * log(40000) - 2 * f.outcome.log_likelihood,
                    1e-9 * fabs(f.outcome.bic));
    }
}

/* The likelihood for logarithms of the parameters away from where it was found. */
static double likelihood_at(const fitted *f, const drawn *of, const double *away) {
    static double values[DRAWN_MOST];
    crmv_lifetime lifetime = f->lifetime;
    double sum = 0;
    for (int32_t k = 0; k < crmv_lifetime_parameters(lifetime.model); k++) {
        lifetime.parameters[k] *= exp(away[k]);
    }
    assert_int_equal(crmv_lifetime_log_likelihood(&lifetime, of->x, of->t_x, of->T, of->rows, NULL, values, NULL),
                     CRMV_OK);
    for (int64_t i = 0; i < of->rows; i++) {
        sum += values[i];
    }
    return sum;
}

/* Covariance times the second differences of the likelihood is minus one. */
static void the_covariance_is_the_inverse_of_the_observed_information(void **state) {
    (void)state;
    const double step = 3e-3;
    draw_histories(&histories, 3000, CRMV_BG_NBD, truths[CRMV_BG_NBD], 27, 39, 11);
    const fitted f = fit(&histories, CRMV_BG_NBD);
    double information[4][4];
    for (int32_t i = 0; i < 4; i++) {
        for (int32_t j = 0; j < 4; j++) {
            double sum = 0;
            for (int32_t corner = 0; corner < 4; corner++) {
                double away[4] = {0};
                away[i] += corner & 1 ? step : -step;
                away[j] += corner & 2 ? step : -step;
                sum += (corner == 0 || corner == 3 ? 1 : -1) * likelihood_at(&f, &histories, away);
            }
            information[i][j] = -sum / (4 * step * step);
        }
    }
    for (int32_t i = 0; i < 4; i++) {
        for (int32_t j = 0; j < 4; j++) {
            double product = 0;
            for (int32_t k = 0; k < 4; k++) {
                product += f.lifetime.covariance[i * 4 + k] * information[k][j];
            }
            assert_near(product, i == j, 2e-3);
        }
    }
}

static void no_process_is_less_likely_than_the_nbd(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        const int32_t drawn_from = (int32_t)(seed % 4) + 1;
        draw_histories(&histories, (int64_t)seed * 4, drawn_from, truths[drawn_from], 5, 40, seed);
        const fitted nbd = fit(&histories, CRMV_NBD);
        for (int32_t model = CRMV_BG_NBD; model <= CRMV_PARETO_NBD; model++) {
            const fitted f = fit(&histories, model);
            assert_usable(&f, &histories);
            assert_true(f.outcome.log_likelihood >=
                        nbd.outcome.log_likelihood - 1e-8 * (1 + fabs(nbd.outcome.log_likelihood)));
        }
    }
}

/* ---- Ends of the range ------------------------------------------------------------------------------------------- */

/* Where nobody drops out a search without bounds runs off: to r = 3e74 in one program that is in use. */
static void a_wholesaler_without_drop_out_is_on_the_boundary_and_the_nbd_says_the_same(void **state) {
    (void)state;
    const double regulars[] = {8, 2, 0, 0};
    draw_histories(&histories, 800, CRMV_NBD, regulars, 20, 200, 3);
    const fitted nbd = fit(&histories, CRMV_NBD);
    assert_ending(&nbd, CRMV_FIT_CONVERGED);
    for (int32_t model = CRMV_BG_NBD; model <= CRMV_PARETO_NBD; model++) {
        const fitted f = fit(&histories, model);
        assert_ending(&f, CRMV_FIT_BOUNDARY);
        assert_usable(&f, &histories);
        assert_int_equal(f.outcome.simpler, CRMV_NBD);
        assert_int_equal(f.outcome.parameter, 2);
        assert_near(f.outcome.log_likelihood, nbd.outcome.log_likelihood, 1e-6);
        assert_near(f.lifetime.parameters[0], nbd.lifetime.parameters[0], 1e-9);
        assert_near(standard_error(&f, 0), standard_error(&nbd, 0), 1e-12);
        assert_true(isnan(standard_error(&f, 2)) && isnan(standard_error(&f, 3)));
        assert_non_null(strstr(f.outcome.remark, "NBD"));
    }
}

/* More regular than chance: who all purchase at the end of each week. */
static void set_regulars(void) {
    for (int64_t i = 0; i < 400; i++) {
        set_history(i, 30 + (double)(i % 30), 30 + (double)(i % 30), 30.25 + (double)(i % 30));
    }
}

static void customers_of_one_rate_are_on_the_boundary(void **state) {
    (void)state;
    set_regulars();
    const fitted f = fit(&histories, CRMV_NBD);
    assert_ending(&f, CRMV_FIT_BOUNDARY);
    assert_usable(&f, &histories);
    assert_int_equal(f.outcome.parameter, 0);
    assert_int_equal(f.outcome.simpler, 0);
    assert_near(f.lifetime.parameters[0] / f.lifetime.parameters[1], 1, .05);
    assert_true(isnan(standard_error(&f, 0)));
}

static void customers_who_are_alike_in_dropping_out_are_on_the_boundary(void **state) {
    (void)state;
    const double alike[] = {.5, 4, 3e5, 9e5};
    draw_histories(&histories, 3000, CRMV_BG_NBD, alike, 27, 39, 5);
    const fitted f = fit(&histories, CRMV_BG_NBD);
    const double *p = f.lifetime.parameters;
    assert_usable(&f, &histories);
    assert_ending(&f, CRMV_FIT_BOUNDARY);
    assert_int_equal(f.outcome.simpler, 0);
    assert_near(p[2] / (p[2] + p[3]), .25, .03);
}

/* ---- What nobody can tell ---------------------------------------------------------------------------------------- */

static void assert_not_identified(const char *because) {
    for (int32_t model = CRMV_BG_NBD; model <= CRMV_NBD; model++) {
        const fitted f = fit(&histories, model);
        assert_ending(&f, CRMV_FIT_NOT_IDENTIFIED);
        assert_usable(&f, &histories);
        assert_non_null(strstr(f.outcome.remark, because));
        assert_true(isnan(standard_error(&f, 0)));
        assert_int_equal(f.outcome.parameter, -1);
    }
}

static void where_nobody_repeats_nothing_is_identified(void **state) {
    (void)state;
    for (int64_t i = 0; i < 100; i++) {
        set_history(i, 0, 0, 1 + (double)i);
    }
    assert_not_identified("nobody repeats");
}

static void one_customer_or_all_alike_identify_nothing(void **state) {
    (void)state;
    set_history(0, 3, 7, 20);
    assert_not_identified("all histories are the same");
    for (int64_t i = 0; i < 50; i++) {
        set_history(i, 3, 7, 20);
    }
    assert_not_identified("all histories are the same");
    set_history(0, 10000, 9999, 10000);
    assert_not_identified("all histories are the same");
}

static void ages_of_0_say_nothing_and_are_no_number_that_fails(void **state) {
    (void)state;
    for (int64_t i = 0; i < 5; i++) {
        set_history(i, 0, 0, 0);
    }
    assert_not_identified("nobody repeats");
    set_history(5, 2, 0, 0); /* a history that can be, by the rules, and that no rate explains */
    for (int32_t model = CRMV_BG_NBD; model <= CRMV_NBD; model++) {
        const fitted f = fit(&histories, model);
        assert_usable(&f, &histories);
    }
}

static void absurd_histories_end_somehow_in_finite_numbers(void **state) {
    (void)state;
    set_history(0, 10000, 9999.5, 10000);
    set_history(1, 0, 0, 1e-6);
    set_history(2, 1, 1e11, 1e12);
    set_history(3, 1e6, 2, 1e12);
    set_history(4, 3, 1, 1);
    for (int32_t model = CRMV_BG_NBD; model <= CRMV_NBD; model++) {
        const fitted f = fit(&histories, model);
        assert_usable(&f, &histories);
    }
}

/* ---- Units, orders, threads -------------------------------------------------------------------------------------- */

/* As of `factor` units to one: x purchases are that much denser, and the likelihood by the factor to the power of x. */
static void the_unit_of_time_does_not_matter(void **state) {
    (void)state;
    static const double factors[] = {7, 604800, 7 / 365.25};
    draw_histories(&histories, 2000, CRMV_PARETO_NBD, truths[CRMV_PARETO_NBD], 27, 60, 8);
    for (int32_t model = CRMV_BG_NBD; model <= CRMV_NBD; model++) {
        const fitted weeks = fit(&histories, model);
        for (size_t u = 0; u < sizeof factors / sizeof factors[0]; u++) {
            double shift = 0;
            others = histories;
            for (int64_t i = 0; i < others.rows; i++) {
                others.t_x[i] *= factors[u];
                others.T[i] *= factors[u];
                others.t_x[i] = others.t_x[i] > others.T[i] ? others.T[i] : others.t_x[i];
                shift += others.x[i] * log(factors[u]);
            }
            const fitted f = fit(&others, model);
            assert_int_equal(f.outcome.ending, weeks.outcome.ending);
            assert_near(f.outcome.log_likelihood, weeks.outcome.log_likelihood - shift, 1e-4);
            assert_near(log(f.lifetime.parameters[1] / factors[u]), log(weeks.lifetime.parameters[1]), 1e-4);
            assert_near(log(f.lifetime.parameters[0]), log(weeks.lifetime.parameters[0]), 1e-4);
        }
    }
}

static void swap(double *column, int64_t i, int64_t j) {
    const double kept = column[i];
    column[i] = column[j];
    column[j] = kept;
}

static void neither_the_order_of_customers_nor_threads_show(void **state) {
    (void)state;
    uint64_t chance = 77;
    const crmv_options options = {.struct_size = sizeof options, .threads = 3};
    for (int32_t model = CRMV_BG_NBD; model <= CRMV_NBD; model++) {
        const int64_t rows = model == CRMV_BG_NBD ? DRAWN_MOST : 5000;
        draw_histories(&histories, rows, model, truths[model], 27, 60, 6);
        for (int64_t i = 0; i < rows; i += 3) { /* whole days, so that many are equal */
            histories.T[i] = ceil(histories.T[i]);
            histories.t_x[i] = floor(histories.t_x[i]);
        }
        const fitted f = fit(&histories, model);
        for (int64_t i = rows - 1; i > 0; i--) {
            const int64_t j = (int64_t)(chance_bits(&chance) % (uint64_t)(i + 1));
            swap(histories.x, i, j);
            swap(histories.t_x, i, j);
            swap(histories.T, i, j);
        }
        const fitted g = fit_with(&histories, model, 0, &options);
        assert_memory_equal(&f.lifetime, &g.lifetime, sizeof f.lifetime);
        assert_memory_equal(&f.outcome, &g.outcome, sizeof f.outcome);
    }
}

static void histories_with_nan_are_left_out(void **state) {
    (void)state;
    draw_histories(&histories, 1000, CRMV_NBD, truths[CRMV_NBD], 27, 60, 6);
    const fitted f = fit(&histories, CRMV_NBD);
    set_history(1000, NAN, 0, 3);
    set_history(1001, 1, NAN, 3);
    set_history(1002, 1, 1, NAN);
    const fitted g = fit(&histories, CRMV_NBD);
    assert_int_equal(g.outcome.left_out, 3);
    assert_int_equal(g.outcome.customers, 1000);
    assert_int_equal(g.outcome.distinct, f.outcome.distinct);
    assert_memory_equal(&f.lifetime, &g.lifetime, sizeof f.lifetime);
}

static void a_penalty_draws_logarithms_towards_0(void **state) {
    (void)state;
    draw_histories(&histories, 500, CRMV_NBD, truths[CRMV_NBD], 27, 60, 6);
    const fitted f = fit(&histories, CRMV_NBD);
    const fitted g = fit_with(&histories, CRMV_NBD, 50, NULL);
    assert_ending(&g, CRMV_FIT_CONVERGED);
    assert_true(fabs(log(g.lifetime.parameters[1])) < fabs(log(f.lifetime.parameters[1])));
    assert_true(g.outcome.log_likelihood < f.outcome.log_likelihood);
    assert_true(standard_error(&g, 1) < standard_error(&f, 1));
    const fitted heavy = fit_with(&histories, CRMV_BG_NBD, 1e12, NULL);
    assert_ending(&heavy, CRMV_FIT_CONVERGED);
    for (int32_t k = 0; k < 4; k++) {
        assert_near(heavy.lifetime.parameters[k], 1, 1e-6);
    }
}

/* ---- Choice ------------------------------------------------------------------------------------------------------ */

static int32_t choose(const int32_t *models, int32_t count, crmv_lifetime *lifetimes, crmv_fit_outcome *outcomes) {
    int32_t chosen = -1;
    for (int32_t i = 0; i < count; i++) {
        lifetimes[i].struct_size = sizeof lifetimes[i];
        outcomes[i].struct_size = sizeof outcomes[i];
    }
    assert_int_equal(crmv_lifetime_choose(models, count, histories.x, histories.t_x, histories.T, histories.rows, 0,
                                          NULL, lifetimes, outcomes, &chosen, NULL),
                     CRMV_OK);
    return chosen;
}

static void the_process_of_the_least_bic_is_chosen(void **state) {
    (void)state;
    const int32_t models[] = {CRMV_NBD, CRMV_PARETO_NBD, CRMV_BG_NBD, CRMV_MBG_NBD};
    crmv_lifetime lifetimes[4];
    crmv_fit_outcome outcomes[4];
    for (int32_t i = 0; i < 4; i++) {
        draw_histories(&histories, 10000, models[i], truths[models[i]], 27, 60, 21);
        assert_int_equal(choose(models, 4, lifetimes, outcomes), i);
        for (int32_t j = 0; j < 4; j++) {
            const fitted f = fit(&histories, models[j]);
            assert_memory_equal(&lifetimes[j], &f.lifetime, sizeof f.lifetime);
            assert_memory_equal(&outcomes[j], &f.outcome, sizeof f.outcome);
            assert_true(outcomes[i].bic <= outcomes[j].bic);
        }
    }
}

static void a_model_on_its_boundary_gives_way_to_the_simpler_one(void **state) {
    (void)state;
    const int32_t models[] = {CRMV_BG_NBD, CRMV_NBD, CRMV_PARETO_NBD};
    crmv_lifetime lifetimes[3];
    crmv_fit_outcome outcomes[3];
    set_regulars();
    assert_int_equal(choose(models, 3, lifetimes, outcomes), 1);
    assert_int_equal(outcomes[0].ending, CRMV_FIT_BOUNDARY);
    assert_int_equal(outcomes[1].ending, CRMV_FIT_BOUNDARY);
    assert_int_equal(choose(models, 1, lifetimes, outcomes), 0);
}

static void a_boundary_that_no_simpler_model_says_is_chosen_where_it_is_the_likelier(void **state) {
    (void)state;
    const int32_t models[] = {CRMV_NBD, CRMV_MBG_NBD};
    const double alike[] = {1, 10, 2e5, 8e5}; /* all drop out after one purchase in five */
    crmv_lifetime lifetimes[2];
    crmv_fit_outcome outcomes[2];
    draw_histories(&histories, 5000, CRMV_MBG_NBD, alike, 27, 60, 5);
    assert_int_equal(choose(models, 2, lifetimes, outcomes), 1);
    assert_int_equal(outcomes[0].ending, CRMV_FIT_CONVERGED);
    assert_int_equal(outcomes[1].ending, CRMV_FIT_BOUNDARY);
    assert_int_equal(outcomes[1].simpler, 0);
    assert_true(outcomes[1].bic < outcomes[0].bic);
}

/* ---- Refusals ---------------------------------------------------------------------------------------------------- */

static void assert_refused(const fitted *f, int32_t status, const char *place) {
    const fitted untouched = fitted_none(f->lifetime.model);
    assert_int_equal(f->status, status);
    assert_int_equal(f->error.status, status);
    assert_string_equal(f->error.place, place);
    assert_memory_equal(&f->lifetime, &untouched.lifetime, sizeof untouched.lifetime);
    assert_memory_equal(&f->outcome, &untouched.outcome, sizeof untouched.outcome);
}

static void what_cannot_be_is_refused_and_nothing_is_written(void **state) {
    (void)state;
    static const double wrong[][3] = {{-1, 0, 3}, {.5, 1, 3}, {1, 4, 3}, {0, 1, 3}, {1, -1, 3}, {1, 1, INFINITY}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        set_history(0, 1, 1, 2);
        set_history(1, NAN, 1, 2);
        set_history(2, wrong[i][0], wrong[i][1], wrong[i][2]);
        const fitted f = fit_with(&histories, CRMV_BG_NBD, 0, NULL);
        assert_refused(&f, CRMV_BAD_ARGUMENT, "x");
        assert_int_equal(f.error.row, 3);
    }
    set_history(0, NAN, 1, 2);
    fitted f = fit_with(&histories, CRMV_BG_NBD, 0, NULL);
    assert_refused(&f, CRMV_NOT_IDENTIFIED, "x");
    histories.rows = 0;
    f = fit_with(&histories, CRMV_BG_NBD, 0, NULL);
    assert_refused(&f, CRMV_NOT_IDENTIFIED, "x");
    f = fit_with(&histories, CRMV_BG_NBD, NAN, NULL);
    assert_refused(&f, CRMV_BAD_ARGUMENT, "penalty");
    f = fit_with(&histories, CRMV_BG_NBD, -1, NULL);
    assert_refused(&f, CRMV_BAD_ARGUMENT, "penalty");
    f = fit_with(&histories, 5, 0, NULL);
    assert_refused(&f, CRMV_BAD_ARGUMENT, "lifetime");
    histories.rows = -1;
    f = fit_with(&histories, CRMV_BG_NBD, 0, NULL);
    assert_refused(&f, CRMV_BAD_ARGUMENT, "rows");
}

static void a_choice_without_a_model_or_with_one_twice_is_refused(void **state) {
    (void)state;
    const int32_t twice[] = {CRMV_BG_NBD, CRMV_BG_NBD};
    const int32_t none[] = {0};
    fitted f = fitted_none(CRMV_BG_NBD);
    int32_t chosen = 7;
    set_history(0, 1, 1, 2);
    const drawn *h = &histories;
    const struct {
        const int32_t *models;
        int32_t count;
        const char *place;
    } cases[] = {
        {NULL, 1, "models"}, {twice, 2, "models"}, {none, 1, "models"}, {twice, 0, "count"}, {twice, 5, "count"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(crmv_lifetime_choose(cases[i].models, cases[i].count, h->x, h->t_x, h->T, 1, 0, NULL,
                                              &f.lifetime, &f.outcome, &chosen, &f.error),
                         CRMV_BAD_ARGUMENT);
        assert_string_equal(f.error.place, cases[i].place);
        assert_int_equal(chosen, 7);
    }
}

typedef struct watch {
    double last;
    int32_t calls, stop_at;
} watch;

static int32_t look(void *context, const char *stage, double done) {
    watch *w = context;
    assert_non_null(stage);
    assert_true(done >= 0 && done <= 1);
    assert_true(strcmp(stage, "fitting lifetimes") != 0 || done >= w->last);
    w->last = strcmp(stage, "fitting lifetimes") == 0 ? done : 0;
    return ++w->calls == w->stop_at;
}

static void a_fit_can_be_cancelled_at_any_time(void **state) {
    (void)state;
    draw_histories(&histories, 4000, CRMV_BG_NBD, truths[CRMV_BG_NBD], 27, 60, 6);
    watch w = {.stop_at = -1};
    /* One thread: how often the calling one is told of progress depends on what others take. */
    const crmv_options options = {.struct_size = sizeof options, .context = &w, .progress = look};
    const fitted whole = fit_with(&histories, CRMV_BG_NBD, 0, &options);
    assert_int_equal(whole.status, CRMV_OK);
    const int32_t calls = w.calls;
    assert_true(calls > 50);
    for (int32_t stop = 1; stop < calls; stop += 1 + calls / 23) {
        w = (watch){.stop_at = stop};
        const fitted f = fit_with(&histories, CRMV_BG_NBD, 0, &options);
        assert_refused(&f, CRMV_CANCELLED, "");
    }
}

static void endings_have_names(void **state) {
    (void)state;
    assert_string_equal(crmv_fit_ending(CRMV_FIT_CONVERGED), "converged");
    assert_string_equal(crmv_fit_ending(CRMV_FIT_BOUNDARY), "boundary");
    assert_string_equal(crmv_fit_ending(CRMV_FIT_NOT_IDENTIFIED), "not identified");
    assert_string_equal(crmv_fit_ending(CRMV_FIT_DIVERGED), "diverged");
    assert_null(crmv_fit_ending(0));
    assert_null(crmv_fit_ending(5));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_come_back_within_their_standard_errors),
        cmocka_unit_test(the_covariance_is_the_inverse_of_the_observed_information),
        cmocka_unit_test(no_process_is_less_likely_than_the_nbd),
        cmocka_unit_test(a_wholesaler_without_drop_out_is_on_the_boundary_and_the_nbd_says_the_same),
        cmocka_unit_test(customers_of_one_rate_are_on_the_boundary),
        cmocka_unit_test(customers_who_are_alike_in_dropping_out_are_on_the_boundary),
        cmocka_unit_test(where_nobody_repeats_nothing_is_identified),
        cmocka_unit_test(one_customer_or_all_alike_identify_nothing),
        cmocka_unit_test(ages_of_0_say_nothing_and_are_no_number_that_fails),
        cmocka_unit_test(absurd_histories_end_somehow_in_finite_numbers),
        cmocka_unit_test(the_unit_of_time_does_not_matter),
        cmocka_unit_test(neither_the_order_of_customers_nor_threads_show),
        cmocka_unit_test(histories_with_nan_are_left_out),
        cmocka_unit_test(a_penalty_draws_logarithms_towards_0),
        cmocka_unit_test(the_process_of_the_least_bic_is_chosen),
        cmocka_unit_test(a_model_on_its_boundary_gives_way_to_the_simpler_one),
        cmocka_unit_test(a_boundary_that_no_simpler_model_says_is_chosen_where_it_is_the_likelier),
        cmocka_unit_test(what_cannot_be_is_refused_and_nothing_is_written),
        cmocka_unit_test(a_choice_without_a_model_or_with_one_twice_is_refused),
        cmocka_unit_test(a_fit_can_be_cancelled_at_any_time),
        cmocka_unit_test(endings_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
