#include "base/guest.h"
#include "calibrate/classes.h"
#include "chance.h"
#include "tables.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_CLASSES = 8 };

/* ---- Least squares ----------------------------------------------------------------------------------------------- */

enum { FEW_POINTS = 10, BRUTE_CLASSES = 5 };

/* Divisible by every weight that few points of up to four customers can have: what a split explains becomes a whole
 * number. */
#define EVERY_WEIGHT INT64_C(5342931457063200)

typedef struct brute {
    const int64_t *values, *weights;
    int64_t count, least;
    int32_t classes;
    int64_t first[BRUTE_CLASSES]; /* being tried */
    int64_t best[BRUTE_CLASSES];
    crmvi_wide most;
} brute;

static crmvi_wide explained_by(const brute *b) {
    crmvi_wide sum = 0;
    for (int32_t c = 0; c < b->classes; c++) {
        const int64_t end = c + 1 < b->classes ? b->first[c + 1] : b->count;
        int64_t total = 0;
        int64_t weight = 0;
        for (int64_t i = b->first[c]; i < end; i++) {
            total += b->values[i] * b->weights[i];
            weight += b->weights[i];
        }
        if (weight < b->least) {
            return -1;
        }
        sum += (crmvi_wide)total * total * (EVERY_WEIGHT / weight);
    }
    return sum;
}

/* All splits, the last class beginning ever later: of equal ones the first that is met stays. */
static void try_all(brute *b, int32_t c, int64_t end) {
    if (c == 0) {
        const crmvi_wide squares = explained_by(b);
        if (squares > b->most) {
            b->most = squares;
            memcpy(b->best, b->first, sizeof b->best);
        }
        return;
    }
    for (int64_t i = c; i < end; i++) {
        b->first[c] = i;
        try_all(b, c - 1, i);
    }
}

static void a_split_is_the_best_of_all_splits_and_of_equals_the_earliest(void **state) {
    (void)state;
    uint64_t chance = 17;
    for (int32_t trial = 0; trial < 3000; trial++) {
        int64_t values[FEW_POINTS];
        int64_t weights[FEW_POINTS];
        double doubles[FEW_POINTS];
        brute b = {.values = values, .weights = weights, .most = -1};
        const double unit = trial % 3 == 0 ? 1 : trial % 3 == 1 ? 100 : 0.25; /* whole, of two decimals, and binary */
        b.count = 1 + (int64_t)(chance_bits(&chance) % FEW_POINTS);
        b.classes = 1 + (int32_t)(chance_bits(&chance) % BRUTE_CLASSES);
        b.least = trial % 4 == 0 ? 1 + (int64_t)(chance_bits(&chance) % 6) : 1;
        for (int64_t i = 0, value = (int64_t)(chance_bits(&chance) % 9) - 20; i < b.count; i++) {
            value += 1 + (int64_t)(chance_bits(&chance) % (trial % 2 == 0 ? 2 : 6)); /* many ties, or few */
            values[i] = value;
            doubles[i] = (double)value / unit;
            weights[i] = 1 + (int64_t)(chance_bits(&chance) % (trial % 5 == 0 ? 4 : 1));
        }
        try_all(&b, b.classes - 1, b.count);
        int64_t first[BRUTE_CLASSES] = {0};
        bool no_memory = true;
        const bool found = crmvi_least_squares_split(doubles, weights, b.count, b.classes, b.least, first, &no_memory);
        assert_int_equal(found, b.most >= 0);
        assert_false(no_memory);
        if (found) {
            assert_memory_equal(first, b.best, (size_t)b.classes * sizeof *first);
        }
    }
}

enum { SOME_POINTS = 400 };

/* Squares within the points begin .. end - 1, about their mean. */
static double within(const double *values, int64_t begin, int64_t end) {
    double mean = 0;
    for (int64_t i = begin; i < end; i++) {
        mean += values[i] / (double)(end - begin);
    }
    double squares = 0;
    for (int64_t i = begin; i < end; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    return squares;
}

/* The plain dynamic program: every start for every end. */
static double least_within(const double *values, int64_t count, int32_t classes) {
    static double apart[SOME_POINTS][SOME_POINTS + 1];
    static double least[MOST_CLASSES + 1][SOME_POINTS + 1];
    for (int64_t begin = 0; begin < count; begin++) {
        for (int64_t end = begin + 1; end <= count; end++) {
            apart[begin][end] = within(values, begin, end);
        }
    }
    for (int64_t end = 1; end <= count; end++) {
        least[1][end] = apart[0][end];
    }
    for (int32_t c = 2; c <= classes; c++) {
        for (int64_t end = c; end <= count; end++) {
            least[c][end] = INFINITY;
            for (int64_t begin = c - 1; begin < end; begin++) {
                const double squares = least[c - 1][begin] + apart[begin][end];
                least[c][end] = squares < least[c][end] ? squares : least[c][end];
            }
        }
    }
    return least[classes][count];
}

static double spread_value(int32_t kind, uint64_t *chance) {
    const double evenly = (double)(chance_bits(chance) >> 11) * 0x1p-53;
    switch (kind) {
    case 0:
        return evenly;
    case 1:
        return 1e6 * pow(evenly, 20); /* a few large ones */
    case 2:
        return 1e15 + evenly * 1000;
    default:
        return (evenly - 0.5) * 1e-300;
    }
}

static int by_value(const void *left, const void *right) {
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static void a_split_of_many_values_leaves_the_least_squares(void **state) {
    (void)state;
    uint64_t chance = 4;
    double values[SOME_POINTS];
    double parts[SOME_POINTS]; /* of the way from the lowest to the highest */
    int64_t weights[SOME_POINTS];
    for (int32_t kind = 0; kind < 4; kind++) {
        for (int32_t i = 0; i < SOME_POINTS; i++) {
            values[i] = spread_value(kind, &chance);
            weights[i] = 1;
        }
        qsort(values, SOME_POINTS, sizeof *values, by_value);
        for (int32_t i = 0; i < SOME_POINTS; i++) {
            parts[i] = (values[i] - values[0]) / (values[SOME_POINTS - 1] - values[0]);
        }
        for (int32_t classes = 2; classes <= MOST_CLASSES; classes += 3) {
            int64_t first[MOST_CLASSES + 1];
            bool no_memory;
            assert_true(crmvi_least_squares_split(values, weights, SOME_POINTS, classes, 1, first, &no_memory));
            first[classes] = SOME_POINTS;
            double got = 0;
            for (int32_t c = 0; c < classes; c++) {
                assert_true(first[c] < first[c + 1]);
                got += within(parts, first[c], first[c + 1]);
            }
            assert_true(fabs(got / least_within(parts, SOME_POINTS, classes) - 1) < 1e-9);
        }
    }
}

static void values_that_lie_too_near_to_be_told_apart_are_divided_all_the_same(void **state) {
    (void)state;
    const double values[] = {0, 1e-300, 2e-300, 1};
    const int64_t weights[] = {1, 1, 1, 1};
    int64_t first[4];
    bool no_memory;
    assert_true(crmvi_least_squares_split(values, weights, 4, 2, 1, first, &no_memory));
    assert_int_equal(first[1], 3);
    assert_true(crmvi_least_squares_split(values, weights, 4, 4, 1, first, &no_memory));
    assert_int_equal(first[1], 1);
    assert_int_equal(first[2], 2);
    assert_int_equal(first[3], 3);
    assert_false(crmvi_least_squares_split(values, weights, 4, 5, 1, first, &no_memory));
    assert_false(no_memory);
}

static void values_at_both_ends_of_the_doubles_are_divided_between_them(void **state) {
    (void)state;
    const double values[] = {-1.7e308, -1.6e308, 0, 1.5e308, 1.7e308};
    const int64_t weights[] = {1, 1, 1, 1, 1};
    int64_t first[3];
    bool no_memory;
    assert_true(crmvi_least_squares_split(values, weights, 5, 3, 1, first, &no_memory));
    assert_int_equal(first[1], 2);
    assert_int_equal(first[2], 3);
}

/* ---- Classes ----------------------------------------------------------------------------------------------------- */

typedef struct classes_case {
    crmvi_ask ask;
    const double *values; /* of customers */
    int64_t rows;
    bool whole;
} classes_case;

static int32_t find(const classes_case *c, crmvi_found_classes *found, crmv_error *error) {
    const crmvi_runner runner = {.threads = 1};
    crmvi_run run;
    assert_int_equal(crmvi_run_make(&runner, c->values, NULL, NULL, c->rows, &run, NULL), CRMV_OK);
    crmvi_ask ask = c->ask;
    const char *names[MOST_CLASSES] = {"A", "B", "C", "D", "E", "F", "G", "H"};
    ask.place = "tiers";
    ask.names = names;
    const int32_t status = crmvi_find_classes(&ask, &run, c->whole, found, error);
    crmvi_run_clear(&run);
    return status;
}

/* Cuts descend strictly, and the customers are those who are at or above them. */
static void assert_sound(const classes_case *c, const crmvi_found_classes *found) {
    assert_int_equal(found->count, c->ask.classes);
    int64_t above = 0;
    for (int32_t i = 0; i < found->count; i++) {
        assert_true(i + 1 >= found->count || i == 0 || found->cuts[i] < found->cuts[i - 1]);
        int64_t customers = 0;
        for (int64_t row = 0; row < c->rows; row++) {
            customers += i + 1 == found->count || c->values[row] >= found->cuts[i];
        }
        assert_int_equal(found->customers[i], customers - above);
        above = customers;
    }
}

static void assert_classes(const classes_case *c, const double *cuts, const int64_t *customers) {
    crmvi_found_classes found;
    assert_int_equal(find(c, &found, NULL), CRMV_OK);
    assert_sound(c, &found);
    for (int32_t i = 0; i < found.count; i++) {
        assert_int_equal(found.customers[i], customers[i]);
        assert_true(cuts == NULL || i + 1 == found.count || found.cuts[i] == cuts[i]);
    }
    crmvi_found_classes_clear(&found);
    assert_null(found.cuts);
}

static void assert_not_identified(const classes_case *c, const char *words) {
    crmvi_found_classes found;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(find(c, &found, &error), CRMV_NOT_IDENTIFIED);
    assert_string_equal(error.place, "tiers");
    assert_non_null(strstr(error.message, words));
    assert_null(found.cuts);
}

#define PERCENT(x) (INT64_C(1000000) * (x))
#define ROWS(...)                                                                                                      \
    .values = (const double[]){__VA_ARGS__}, .rows = sizeof((const double[]){__VA_ARGS__}) / sizeof(double)

static crmvi_ask shares_of(int32_t classes, crmvi_micro *shares) {
    return (crmvi_ask){.kind = CRMVI_ASK_SHARES, .classes = classes, .shares = shares};
}

static void shares_are_cut_at_the_rank_rounded_up(void **state) {
    (void)state;
    crmvi_micro shares[] = {PERCENT(5), PERCENT(15)};
    const classes_case c = {shares_of(3, shares), ROWS(3, 1, 4, 10, 5, 9, 2, 6, 8, 7), true};
    assert_classes(&c, (double[]){10, 9}, (int64_t[]){1, 1, 8});
}

/* A tenth and two tenths of ten customers are three; as doubles they are a little more. */
static void shares_that_come_to_whole_customers_are_these(void **state) {
    (void)state;
    crmvi_micro shares[] = {PERCENT(10), PERCENT(20), PERCENT(30)};
    const classes_case c = {shares_of(4, shares), ROWS(3, 1, 4, 10, 5, 9, 2, 6, 8, 7), false};
    assert_classes(&c, (double[]){10, 8, 5}, (int64_t[]){1, 2, 3, 4});
}

static void equal_values_rise_together(void **state) {
    (void)state;
    crmvi_micro shares[] = {PERCENT(10), PERCENT(40)};
    const classes_case c = {shares_of(3, shares), ROWS(5, 5, 5, 1, 1, 1, 0, 0, 0, 0), true};
    assert_classes(&c, (double[]){5, 1}, (int64_t[]){3, 3, 4});
}

static void a_class_that_ties_leave_empty_has_a_cut_that_nobody_reaches(void **state) {
    (void)state;
    crmvi_micro shares[] = {PERCENT(10), PERCENT(10), PERCENT(10)};
    const classes_case whole = {shares_of(4, shares), ROWS(5, 5, 5, 5, 1, 1, 1, 0, 0, 0), true};
    assert_classes(&whole, (double[]){5, 4, 3}, (int64_t[]){4, 0, 0, 6});
    const classes_case about_zero = {shares_of(4, shares), ROWS(0, 0, 0, 0, 0, -1), false};
    assert_classes(&about_zero, NULL, (int64_t[]){5, 0, 0, 1});
    const classes_case all_equal = {shares_of(4, shares), ROWS(7, 7, 7), false};
    assert_classes(&all_equal, NULL, (int64_t[]){3, 0, 0, 0});
    const classes_case one = {shares_of(4, shares), ROWS(-3), true};
    assert_classes(&one, (double[]){-3, -4, -5}, (int64_t[]){1, 0, 0, 0});
    crmvi_micro none[] = {0, 0, PERCENT(50)};
    const classes_case nobody = {shares_of(4, none), ROWS(1, 2), true};
    assert_classes(&nobody, (double[]){4, 3, 2}, (int64_t[]){0, 0, 1, 1});
}

static void without_room_for_a_cut_there_are_no_classes(void **state) {
    (void)state;
    crmvi_micro shares[] = {PERCENT(10), PERCENT(10)};
    const classes_case whole = {shares_of(3, shares), ROWS(5, 5, 5, 5, 4, 1), true};
    assert_not_identified(&whole,
                          "nobody is left for class \"B\": class \"A\" begins at 0.000005, values equal to that");
    assert_not_identified(&whole, "ask for fewer classes, or a scale that tells customers apart");
    const double next = nextafter(5, 0);
    const classes_case doubles = {shares_of(3, shares), ROWS(5, 5, 5, 5, next, 1), false};
    assert_not_identified(&doubles, "nobody is left for class \"B\": class \"A\" begins at 5, values equal to that");
    crmvi_micro none[] = {0};
    const classes_case too_high = {shares_of(2, none), ROWS(1e12), true};
    assert_not_identified(&too_high, "past 1,000,000 points");
}

static void nobody_is_no_population(void **state) {
    (void)state;
    crmvi_micro shares[] = {PERCENT(10)};
    const classes_case c = {shares_of(2, shares), ROWS(NAN), true};
    assert_not_identified(&c, "nobody has a value");
}

static void the_reason_for_empty_classes_is_the_true_one(void **state) {
    (void)state;
    crmvi_micro halves[] = {PERCENT(20), PERCENT(30)};
    crmvi_micro most[] = {99999900};
    crmvi_micro tiny[] = {PERCENT(50), 1, PERCENT(10)};
    crmvi_micro abc[] = {PERCENT(80), PERCENT(95)};
    const crmvi_ask quantiles = {.kind = CRMVI_ASK_QUANTILES, .classes = 7};
    const crmvi_ask before = {.kind = CRMVI_ASK_ABC, .classes = 3, .shares = abc};
    const crmvi_ask including = {.kind = CRMVI_ASK_ABC, .classes = 3, .shares = abc, .including = true};
    const struct {
        classes_case c;
        const char *remark;
    } cases[] = {
        {{shares_of(3, halves), ROWS(10, 20, 30, 40), true}, ""},
        {{shares_of(3, halves), ROWS(4, 4, 4, 4), true}, "2 classes are empty: equal values are not divided"},
        {{shares_of(2, most), ROWS(10, 20, 30), true}, "a class is empty: a share is less than one customer"},
        {{shares_of(4, tiny), ROWS(10, 20, 30, 40), true}, "a class is empty: a share is less than one customer"},
        {{shares_of(3, halves), ROWS(10, 20), true}, "a class is empty: there are fewer customers than classes"},
        {{quantiles, ROWS(1000, 10, 10.5, 9), false}, "3 classes are empty: there are fewer customers than classes"},
        {{before, ROWS(1000, 10, 10, 9), false}, "a class is empty: the value of one customer takes up a whole share"},
        {{including, ROWS(1000, 10, 10, 9), false},
         "2 classes are empty: the value of one customer takes up a whole share"},
        {{before, ROWS(9, 9, 9, 9, 9, 9, 9, 9, 9, 9, -1), false}, "a class is empty: equal values are not divided"},
        {{including, ROWS(9, 9, 9, 9, 9, 9, 9, 9, 9, 9), false}, "2 classes are empty: equal values are not divided"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmvi_found_classes found;
        crmv_error error = {.struct_size = sizeof error};
        if (find(&cases[i].c, &found, &error) != CRMV_OK) {
            fail_msg("%s: %s", cases[i].remark, error.message);
        }
        assert_string_equal(found.remark, cases[i].remark);
        crmvi_found_classes_clear(&found);
    }
}

/* numpy.quantile of 0 .. 9 at 3/4, 1/2, 1/4: 6.75, 4.5, 2.25. */
static void quantiles_are_of_type_seven_and_whole_ones_the_next_number(void **state) {
    (void)state;
    const crmvi_ask ask = {.kind = CRMVI_ASK_QUANTILES, .classes = 4};
    const classes_case values = {ask, ROWS(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), false};
    assert_classes(&values, (double[]){6.75, 4.5, 2.25}, (int64_t[]){3, 2, 2, 3});
    const classes_case whole = {ask, ROWS(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), true};
    assert_classes(&whole, (double[]){7, 5, 3}, (int64_t[]){3, 2, 2, 3});
    const classes_case below_zero = {ask, ROWS(0, -1, -2, -3, -4, -5, -6, -7, -8, -9), true};
    assert_classes(&below_zero, (double[]){-2, -4, -6}, (int64_t[]){3, 2, 2, 3});
    const classes_case ties = {ask, ROWS(1, 1, 1, 1, 1, 1, 1, 1, 5, 9), true};
    assert_classes(&ties, NULL, (int64_t[]){10, 0, 0, 0});
}

/* ---- ABC --------------------------------------------------------------------------------------------------------- */

static crmvi_ask abc_of(bool including) {
    static crmvi_micro shares[] = {PERCENT(80), PERCENT(95)};
    return (crmvi_ask){.kind = CRMVI_ASK_ABC, .classes = 3, .shares = shares, .including = including};
}

static void the_customer_who_crosses_a_share_belongs_to_it_unless_it_is_counted_in(void **state) {
    (void)state;
    const classes_case before = {abc_of(false), ROWS(60, 25, 8, 4, 3), false};
    assert_classes(&before, (double[]){25, 4}, (int64_t[]){2, 2, 1}); /* before each: 0 60 85 93 97 */
}

static void a_class_of_abc_ends_exactly_at_its_share(void **state) {
    (void)state;
    for (int32_t including = 0; including < 2; including++) {
        const classes_case c = {abc_of(including == 1), ROWS(80, 15, 5), false};
        assert_classes(&c, (double[]){80, 15}, (int64_t[]){1, 1, 1});
        /* 0.4 + 0.3 + 0.1 is below 0.8 as doubles */
        const classes_case tenths = {abc_of(including == 1), ROWS(0.4, 0.3, 0.1, 0.09, 0.06, 0.05), false};
        assert_classes(&tenths, (double[]){0.1, 0.06}, (int64_t[]){3, 2, 1});
    }
}

static void counted_in_the_first_customer_may_be_too_large_for_the_first_class(void **state) {
    (void)state;
    const classes_case c = {abc_of(true), ROWS(90, 6, 4), true};
    assert_classes(&c, (double[]){91, 90}, (int64_t[]){0, 1, 2});
    const classes_case before = {abc_of(false), ROWS(90, 6, 4), true};
    assert_classes(&before, (double[]){90, 6}, (int64_t[]){1, 1, 1});
}

static void equal_values_are_in_the_class_of_the_first_of_them(void **state) {
    (void)state;
    const classes_case before = {abc_of(false), ROWS(50, 25, 25), true};
    assert_classes(&before, NULL, (int64_t[]){3, 0, 0});
    const classes_case including = {abc_of(true), ROWS(50, 25, 25), true};
    assert_classes(&including, NULL, (int64_t[]){3, 0, 0});
}

static void what_is_not_above_zero_comes_last_and_is_not_in_the_total(void **state) {
    (void)state;
    const classes_case c = {abc_of(false), ROWS(80, 15, 5, 0, -500), false};
    assert_classes(&c, (double[]){80, 15}, (int64_t[]){1, 1, 3});
    const classes_case at_a_loss = {abc_of(false), ROWS(0, -1), false};
    assert_not_identified(&at_a_loss, "nobody has a value above 0");
}

static void abc_of_the_largest_and_the_least_numbers(void **state) {
    (void)state;
    const classes_case largest = {abc_of(false), ROWS(8e299, 1.5e299, 0.5e299, 1), false};
    assert_classes(&largest, (double[]){8e299, 1.5e299}, (int64_t[]){1, 1, 2});
    const classes_case least = {abc_of(false), ROWS(80 * 0x1p-1070, 15 * 0x1p-1070, 5 * 0x1p-1070), false};
    assert_classes(&least, NULL, (int64_t[]){1, 1, 1});
}

/* ---- Natural breaks and k-means ---------------------------------------------------------------------------------- */

static void natural_breaks_cut_at_the_lowest_value_of_the_upper_class(void **state) {
    (void)state;
    const crmvi_ask ask = {.kind = CRMVI_ASK_NATURAL_BREAKS, .classes = 3};
    const classes_case c = {ask, ROWS(1, 2, 2, 3, 11, 12, 13, 50, 51), false};
    assert_classes(&c, (double[]){50, 11}, (int64_t[]){2, 3, 4});
}

static void k_means_cut_in_the_middle_between_means(void **state) {
    (void)state;
    const crmvi_ask ask = {.kind = CRMVI_ASK_K_MEANS, .classes = 3};
    const classes_case c = {ask, ROWS(1, 2, 2, 3, 11, 12, 13, 50, 51), false}; /* means 2, 12, 50.5 */
    assert_classes(&c, (double[]){31.25, 7}, (int64_t[]){2, 3, 4});
    const classes_case whole = {ask, ROWS(1, 2, 2, 3, 11, 12, 13, 50, 51), true};
    assert_classes(&whole, (double[]){32, 7}, (int64_t[]){2, 3, 4});
    const classes_case below_zero = {ask, ROWS(-1, -2, -2, -3, -11, -12, -13, -50, -51), true};
    assert_classes(&below_zero, (double[]){-7, -31}, (int64_t[]){4, 3, 2});
}

static void fewer_values_than_classes_are_not_divided(void **state) {
    (void)state;
    const crmvi_ask ask = {.kind = CRMVI_ASK_NATURAL_BREAKS, .classes = 3};
    const classes_case c = {ask, ROWS(1, 1, 2), true};
    assert_not_identified(&c, "3 classes need as many different values, and customers have 2: ask for fewer classes");
    const crmvi_ask means = {.kind = CRMVI_ASK_K_MEANS, .classes = 2};
    const classes_case one = {means, ROWS(4, 4), true};
    assert_not_identified(&one, "2 classes need as many different values, and customers have 1: ask for fewer classes");
}

static void values_that_no_model_can_hold_are_no_cuts(void **state) {
    (void)state;
    const crmvi_ask ask = {.kind = CRMVI_ASK_NATURAL_BREAKS, .classes = 2};
    const classes_case c = {ask, ROWS(-1e308, 1e308), false};
    assert_not_identified(&c, "a cut would lie at 1e300 or beyond");
    const crmvi_ask means = {.kind = CRMVI_ASK_K_MEANS, .classes = 3};
    const classes_case far = {means, ROWS(1e308, -1e308, 5, 6, 7), false};
    assert_not_identified(&far, "a cut would lie at 1e300 or beyond");
}

/* Of 1 2 2 3 | 11 12 13 | 50 51: squares within 2 + 2 + 0.5, about the mean 3216 8/9 (Python's fractions). */
static void the_fit_is_what_is_left_of_the_squares(void **state) {
    (void)state;
    double values[] = {1, 2, 3, 11, 12, 13, 50, 51};
    int64_t counts[] = {1, 2, 1, 1, 1, 1, 1, 1};
    const crmvi_run run = {.values = values, .counts = counts, .distinct = 8, .total = 9};
    const double fit = crmvi_variance_fit(&run, (double[]){50, 11}, 2);
    assert_true(fabs(fit - (1 - 4.5 / (28952.0 / 9))) < 1e-15);
    assert_true(fabs(crmvi_variance_fit(&run, NULL, 0)) < 1e-15);
    const crmvi_run constant = {.values = values, .counts = counts, .distinct = 1, .total = 1};
    assert_true(isnan(crmvi_variance_fit(&constant, (double[]){1}, 1)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_split_is_the_best_of_all_splits_and_of_equals_the_earliest),
        cmocka_unit_test(a_split_of_many_values_leaves_the_least_squares),
        cmocka_unit_test(values_that_lie_too_near_to_be_told_apart_are_divided_all_the_same),
        cmocka_unit_test(values_at_both_ends_of_the_doubles_are_divided_between_them),
        cmocka_unit_test(shares_are_cut_at_the_rank_rounded_up),
        cmocka_unit_test(shares_that_come_to_whole_customers_are_these),
        cmocka_unit_test(equal_values_rise_together),
        cmocka_unit_test(a_class_that_ties_leave_empty_has_a_cut_that_nobody_reaches),
        cmocka_unit_test(without_room_for_a_cut_there_are_no_classes),
        cmocka_unit_test(nobody_is_no_population),
        cmocka_unit_test(the_reason_for_empty_classes_is_the_true_one),
        cmocka_unit_test(quantiles_are_of_type_seven_and_whole_ones_the_next_number),
        cmocka_unit_test(the_customer_who_crosses_a_share_belongs_to_it_unless_it_is_counted_in),
        cmocka_unit_test(a_class_of_abc_ends_exactly_at_its_share),
        cmocka_unit_test(counted_in_the_first_customer_may_be_too_large_for_the_first_class),
        cmocka_unit_test(equal_values_are_in_the_class_of_the_first_of_them),
        cmocka_unit_test(what_is_not_above_zero_comes_last_and_is_not_in_the_total),
        cmocka_unit_test(abc_of_the_largest_and_the_least_numbers),
        cmocka_unit_test(natural_breaks_cut_at_the_lowest_value_of_the_upper_class),
        cmocka_unit_test(k_means_cut_in_the_middle_between_means),
        cmocka_unit_test(fewer_values_than_classes_are_not_divided),
        cmocka_unit_test(values_that_no_model_can_hold_are_no_cuts),
        cmocka_unit_test(the_fit_is_what_is_left_of_the_squares),
    };
    /* the public functions call these in their own floating-point environment, whatever the host's is */
    crmvi_guest host;
    crmvi_enter(&host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
