/*
 * test_fit_adventureworks.c - weights by outcome on real invoices: two years of AdventureWorks' reseller sales, and
 * what the following ten months brought. The expected figures were worked out from the same file in Python, with
 * decimals and scipy.optimize.nnls 1.10.1; those of rank correlation are what 4,000 mixtures by chance reach.
 */
#include "fit_people.h"
#include "nearness.h"

#define SALES "adventureworks_FactResellerSales.csv"

enum { LINES = 57851, FIELDS = 11, RESELLERS = 428 };

static int64_t customers[LINES];
static int32_t dates[LINES];
static const char *quantities[LINES], *revenues[LINES], *costs[LINES];

#define OF "'of': ['revenue', 'gross_profit', 'recency', 'quantity']"

static const char metrics_text[] =
    "'revenue': {'sum': 'revenue', 'scale': {'line': [[0, 0], [800000, 100]]}}, "
    "'gross_profit': {'sum': 'gross_profit', 'scale': {'line': [[-20000, 0], [20000, 100]]}}, "
    "'recency': {'recency': 'days', 'scale': {'line': [[0, 100], [730, 0]]}}, "
    "'quantity': {'sum': 'quantity', 'scale': {'line': [[0, 0], [2500, 100]]}}";
static const char outcomes_text[] = "'later_profit': {'sum': 'gross_profit'}, 'later_sales': {'sum': 'revenue'}";
static const char indexes_text[] =
    "'profit': {'weights': {'outcome': {'explain': 'later_profit', 'held_out': 0, " OF "}}}, "
    "'sales': {'weights': {'outcome': {'explain': 'later_sales', 'held_out': 0, " OF "}}}, "
    "'order': {'weights': {'outcome': {'explain': 'later_sales', 'by': 'rank_correlation', 'held_out': 0, " OF "}}}, "
    "'score': {'weights': {'outcome': {'explain': 'later_sales', 'by': 'rank_correlation', " OF "}}}";

static crmv_model *model_of_sales(void) {
    char text[4096];
    snprintf(
        text, sizeof text,
        "{'crmvalue': 1, 'outcomes': {'after': {'months': 10}, 'metrics': {%s}}, 'metrics': {%s}, 'indexes': {%s}}",
        outcomes_text, metrics_text, indexes_text);
    return model_of_text(text);
}

/* The file's text, to be freed; NULL where there is none. */
static char *read_sales(void) {
    const char *folder = getenv("CRMVALUE_DATA");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "" : folder, SALES);
    FILE *file = folder == NULL ? NULL : fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    text[size] = '\0';
    fclose(file);
    return text;
}

/* The fields of the line at `at`, none of which is quoted; what lies behind it. */
static char *split_line(char *at, const char *fields[FIELDS]) {
    char *end = at + strcspn(at, "\r\n");
    char *next = end + strspn(end, "\r\n");
    *end = '\0';
    for (int32_t i = 0; i < FIELDS; i++) {
        fields[i] = at;
        at += strcspn(at, ",");
        if (*at == ',') {
            *at++ = '\0';
        }
    }
    return next;
}

static void take_line(int32_t line, const char *fields[FIELDS]) {
    int year, month, day;
    assert_int_equal(sscanf(fields[1], "%4d-%2d-%2d", &year, &month, &day), 3);
    dates[line] = crmv_day(year, month, day);
    customers[line] = strtoll(fields[3], NULL, 10);
    quantities[line] = fields[6];
    revenues[line] = fields[9];
    costs[line] = fields[10];
}

static crmv_ledger *ledger_of_sales(const crmv_model *model, char *text) {
    const char *fields[FIELDS];
    char *at = split_line(text, fields);
    for (int32_t line = 0; line < LINES; line++) {
        at = split_line(at, fields);
        take_line(line, fields);
    }
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), strings("quantity", quantities),
                                   strings("revenue", revenues), strings("unit_cost", costs)};
    crmv_ledger *ledger = ledger_of(model, 2);
    take_in(ledger, "sales", columns, COUNT(columns), LINES);
    assert_int_equal(total_of(ledger, "revenue"), INT64_C(7754857020));
    return ledger;
}

static frames frames_of_sales(const crmv_model *model, const crmv_ledger *ledger) {
    const int32_t as_of = crmv_day(2019, 6, 30);
    crmv_model *outcomes;
    int32_t until;
    frames f;
    assert_int_equal(crmv_model_outcomes(model, as_of, &outcomes, &until, NULL), CRMV_OK);
    assert_int_equal(until, crmv_day(2020, 4, 30));
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, as_of, NULL, &f.population, NULL), CRMV_OK);
    assert_int_equal(crmv_frame_derive(outcomes, ledger, NULL, 0, 0, until, NULL, &f.outcome, NULL), CRMV_OK);
    crmv_model_free(outcomes);
    return f;
}

static void check_profit(const crmv_model *fitted) {
    json_t *answer = fitted_weights(fitted, "profit");
    assert_near(number_at(answer, "weights", "gross_profit"), 100, 0);
    assert_near(number_at(answer, "customers", NULL), RESELLERS, 0);
    const json_t *found = json_object_get(answer, "found");
    assert_near(number_at(found, "training", "r_squared"), 0.416258, 1e-6);
    assert_near(number_at(found, "training", "spearman"), 0.628003, 1e-6);
    assert_near(number_at(found, "training", "spearman_of_equal_weights"), 0.108164, 2e-5);
    json_decref(answer);
}

static void check_sales(const crmv_model *fitted) {
    json_t *answer = fitted_weights(fitted, "sales");
    assert_near(number_at(answer, "weights", "revenue"), 22.790705852, 2e-6);
    assert_near(number_at(answer, "weights", "gross_profit"), 11.138369898, 2e-6);
    assert_near(number_at(answer, "weights", "recency"), 10.643735977, 2e-6);
    assert_near(number_at(answer, "weights", "quantity"), 55.427188273, 2e-6);
    const json_t *found = json_object_get(answer, "found");
    assert_near(number_at(found, "training", "r_squared"), 0.465287958, 1e-6);
    assert_near(number_at(found, "training", "spearman"), 0.558395, 2e-5);
    json_decref(answer);
}

static void check_order(const crmv_model *fitted) {
    json_t *answer = fitted_weights(fitted, "order");
    assert_true(number_at(json_object_get(answer, "found"), "training", "spearman") > 0.6302);
    json_decref(answer);
    answer = fitted_weights(fitted, "score");
    const json_t *found = json_object_get(answer, "found");
    const double used = number_at(found, "training", "customers");
    const double held_out = number_at(found, "held_out", "customers");
    assert_near(used + held_out, RESELLERS, 0);
    assert_true(number_at(found, "held_out", "spearman") > 0.5);
    print_message("%g resellers: %g; %g held out: %g, with equal weights %g\n", used,
                  number_at(found, "training", "spearman"), held_out, number_at(found, "held_out", "spearman"),
                  number_at(found, "held_out", "spearman_of_equal_weights"));
    json_decref(answer);
}

static void what_ten_months_brought_is_explained_as_by_an_independent_solver(void **state) {
    (void)state;
    char *text = read_sales();
    if (text == NULL) {
        print_message("CRMVALUE_DATA names no folder with %s\n", SALES);
        skip();
    }
    crmv_model *model = model_of_sales();
    crmv_ledger *ledger = ledger_of_sales(model, text);
    frames f = frames_of_sales(model, ledger);
    assert_int_equal(crmv_frame_rows(f.population), RESELLERS);
    crmv_model *fitted = fitted_with(model, &f, 2);
    check_profit(fitted);
    check_sales(fitted);
    check_order(fitted);
    crmv_model_free(fitted);
    free_frames(&f);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ten_months_brought_is_explained_as_by_an_independent_solver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
