/*
 * test_derive.c - random facts of every width, put under a ledger as they stand there: each metric, amount and reason
 * why a value is missing, against sums in 128 bits that go fact by fact.
 */
#include "book.h"
#include "chance.h"
#include "ledger/fact_column.h"

#include <stdio.h>

enum { MOST_CUSTOMERS = 1700, MOST_FACTS = 60000, AS_OF = 20000 };

/* ---- Random facts ------------------------------------------------------------------------------------------------ */

static int64_t below(uint64_t *state, int64_t limit) {
    return (int64_t)(chance_bits(state) % (uint64_t)limit);
}

/* What kind of ledger is drawn. */
typedef struct kind {
    const char *says;
    int32_t customers;
    int32_t shortest;
    int32_t longest; /* history of one in twenty; the others have up to ten facts */
    int32_t bits;    /* of the values of columns of 8 bytes; now and then */
    int32_t now_and_then;
    bool all_columns; /* otherwise some are empty */
} kind;

static const kind kinds[] = {
    {"short histories", MOST_CUSTOMERS, 1, 10, 40, 1, false},
    {"every column", 900, 1, 30, 40, 1, true},
    {"long histories", 300, 1, 400, 40, 1, false},
    {"one too long for a slice", 40, 1, 9500, 44, 1, true},
    {"large values here and there", MOST_CUSTOMERS, 1, 10, 49, 3000, true},
    {"large values everywhere", 200, 1, 30, 49, 1, false},
    {"one customer", 1, 1, 3, 20, 1, true},
};

static int32_t draw_length(const kind *of, uint64_t *state) {
    const int32_t most = below(state, 20) == 0 || of->longest < 10 ? of->longest : 10;
    return of->shortest + (int32_t)below(state, most - of->shortest + 1);
}

static int64_t draw_value(const kind *of, int32_t column, int32_t width, uint64_t *state) {
    const bool count = column <= CRMVI_FACT_DOCUMENTS;
    const bool large = below(state, of->now_and_then) == 0;
    const int32_t bits = width < 8 ? 8 * width - 1 : large ? of->bits : 30;
    const int64_t value = below(state, INT64_C(1) << bits);
    return count ? below(state, 3) : below(state, 5) == 0 ? -value - 1 : value;
}

static void fill_column(const kind *of, crmvi_facts *facts, int32_t column, uint64_t *state) {
    static const int32_t widths[] = {1, 2, 4, 8, 0};
    const int32_t width = widths[below(state, of->all_columns || column == CRMVI_FACT_SALE_LINES ? 4 : 5)];
    assert_true(crmvi_fact_column_make(&facts->columns[column], facts->count, width));
    for (int64_t i = 0; width > 0 && i < facts->count; i++) {
        crmvi_fact_column_put(&facts->columns[column], i, draw_value(of, column, width, state));
    }
}

/* Days end around the as-of date; some customers begin after it. */
static void fill_days(crmvi_facts *facts, int64_t customer, uint64_t *state) {
    const int64_t begin = facts->offsets[customer];
    const int64_t end = facts->offsets[customer + 1];
    int32_t day = AS_OF + 40 - (int32_t)below(state, 700);
    for (int64_t i = end - 1; i >= begin; i--) {
        facts->days[i] = day;
        day -= 1 + (int32_t)below(state, 60);
    }
}

static crmv_ledger *ledger_of_kind(const crmv_model *model, const kind *of, uint64_t seed) {
    uint64_t state = seed;
    crmv_ledger *ledger = NULL;
    assert_int_equal(crmv_ledger_new(model, NULL, &ledger, NULL), CRMV_OK);
    crmvi_facts *facts = (crmvi_facts *)crmvi_ledger_facts(ledger);
    facts->key_kind = CRMVI_KEYS_NUMBERS;
    facts->customers = of->customers;
    facts->numbers = malloc((size_t)of->customers * sizeof *facts->numbers);
    facts->offsets = malloc((size_t)(of->customers + 1) * sizeof *facts->offsets);
    assert_true(facts->numbers && facts->offsets);
    facts->offsets[0] = 0;
    for (int64_t i = 0; i < of->customers; i++) {
        facts->numbers[i] = 3 * i - 100;
        facts->offsets[i + 1] = facts->offsets[i] + draw_length(of, &state);
    }
    facts->count = facts->offsets[of->customers];
    assert_true(facts->count <= MOST_FACTS);
    facts->days = malloc((size_t)facts->count * sizeof *facts->days);
    assert_non_null(facts->days);
    for (int64_t i = 0; i < of->customers; i++) {
        fill_days(facts, i, &state);
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        fill_column(of, facts, column, &state);
    }
    return ledger;
}

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

enum operation { SUM, MEAN, LEAST, MOST, DAYS, REPEATS, RECENCY, TENURE, GROWTH, RETURNS };
enum window { ALL, LAST_100, LAST_365, STRETCH, FUTURE };

static const struct {
    const char *text;
    int32_t first, last, first_before, last_before;
} windows[] = {
    [ALL] = {"'all'", CRMV_NO_DATE, AS_OF, 1, 0},
    [LAST_100] = {"{'days': 100}", AS_OF - 99, AS_OF, AS_OF - 199, AS_OF - 100},
    [LAST_365] = {"{'days': 365}", AS_OF - 364, AS_OF, AS_OF - 729, AS_OF - 365},
    /* AS_OF is 2024-10-04 */
    [STRETCH] = {"{'from': '2024-07-06', 'to': '2024-08-25'}", AS_OF - 90, AS_OF - 40, AS_OF - 141, AS_OF - 91},
    [FUTURE] = {"{'from': '2025-01-01', 'to': '2025-01-31'}", 1, 0, 1, 0},
};

typedef struct metric {
    const char *name, *card;
    enum operation operation;
    enum window window;
    bool needs_cost;
    double unit;
    crmvi_term terms[6]; /* sign 0 ends them */
} metric;

#define REVENUE                                                                                                        \
    { CRMVI_FACT_REVENUE, 1 }
#define PROFIT                                                                                                         \
    REVENUE, {CRMVI_FACT_UNKNOWN_REVENUE, -1}, {                                                                       \
        CRMVI_FACT_COST, -1                                                                                            \
    }

static const metric metrics[] = {
    {"r_all", "'sum': 'revenue'", SUM, ALL, false, 100, {REVENUE}},
    {"r_100", "'sum': 'revenue'", SUM, LAST_100, false, 100, {REVENUE}},
    {"r_none", "'sum': 'revenue'", SUM, FUTURE, false, 100, {REVENUE}},
    {"q_365", "'sum': 'quantity'", SUM, LAST_365, false, 1, {{CRMVI_FACT_QUANTITY, 1}}},
    {"d_all",
     "'sum': ['discount', 'cost_to_serve']",
     SUM,
     ALL,
     false,
     100,
     {{CRMVI_FACT_DISCOUNT, 1}, {CRMVI_FACT_COST_TO_SERVE, 1}}},
    {"g_all", "'sum': 'gross_profit'", SUM, ALL, true, 100, {PROFIT}},
    {"g_100", "'sum': 'gross_profit'", SUM, LAST_100, true, 100, {PROFIT}},
    {"c_365",
     "'sum': ['contribution', 'revenue']",
     SUM,
     LAST_365,
     true,
     100,
     {{CRMVI_FACT_REVENUE, 2},
      {CRMVI_FACT_UNKNOWN_REVENUE, -1},
      {CRMVI_FACT_COST, -1},
      {CRMVI_FACT_COST_TO_SERVE, -1}}},
    {"sales", "'count': 'sale_lines'", SUM, ALL, false, 1, {{CRMVI_FACT_SALE_LINES, 1}}},
    {"lines",
     "'count': 'lines'",
     SUM,
     STRETCH,
     false,
     1,
     {{CRMVI_FACT_SALE_LINES, 1}, {CRMVI_FACT_CANCELLED_LINES, -1}}},
    {"m_all", "'mean': 'revenue'", MEAN, ALL, false, 100, {REVENUE}},
    {"m_365", "'mean': 'gross_profit'", MEAN, LAST_365, true, 100, {PROFIT}},
    {"least", "'minimum': 'revenue'", LEAST, LAST_365, false, 100, {REVENUE}},
    {"most", "'maximum': 'revenue'", MOST, ALL, false, 100, {REVENUE}},
    {"days", "'count': 'purchase_days'", DAYS, ALL, false, 1, {{0, 0}}},
    {"days_100", "'count': 'purchase_days'", DAYS, LAST_100, false, 1, {{0, 0}}},
    {"repeats", "'count': 'repeat_days'", REPEATS, LAST_365, false, 1, {{0, 0}}},
    {"recency", "'recency': 'days'", RECENCY, ALL, false, 1, {{0, 0}}},
    {"recency_w", "'recency': 'weeks'", RECENCY, STRETCH, false, 7, {{0, 0}}},
    {"tenure", "'tenure': 'days'", TENURE, ALL, false, 1, {{0, 0}}},
    {"tenure_365", "'tenure': 'weeks'", TENURE, LAST_365, false, 7, {{0, 0}}},
    {"growth", "'growth': 'revenue'", GROWTH, LAST_365, false, 1, {REVENUE}},
    {"growth_g", "'growth': 'gross_profit'", GROWTH, STRETCH, true, 1, {PROFIT}},
    {"back",
     "'return_rate': 'revenue'",
     RETURNS,
     ALL,
     false,
     1,
     {REVENUE, {CRMVI_FACT_RETURNED_REVENUE, 1}, {CRMVI_FACT_OTHER_REVENUE, -1}}},
    {"back_q",
     "'return_rate': 'quantity'",
     RETURNS,
     LAST_100,
     false,
     1,
     {{CRMVI_FACT_QUANTITY, 1}, {CRMVI_FACT_RETURNED_QUANTITY, 1}, {CRMVI_FACT_OTHER_QUANTITY, -1}}},
};
enum { METRICS = sizeof metrics / sizeof *metrics };

static const struct {
    const char *name;
    crmvi_term terms[6];
} amounts[] = {
    {"revenue", {REVENUE}},
    {"gross_profit", {PROFIT}},
    {"contribution", {PROFIT, {CRMVI_FACT_COST_TO_SERVE, -1}}},
    {"unknown_cost_revenue", {{CRMVI_FACT_UNKNOWN_REVENUE, 1}}},
};

static crmv_model *metrics_model(const char *more) {
    static char text[8192];
    size_t used = (size_t)snprintf(text, sizeof text,
                                   "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, %s"
                                   "'window': {'days': 365}, 'metrics': {",
                                   more);
    for (int32_t i = 0; i < METRICS; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s'%s': {%s, 'window': %s}", i > 0 ? ", " : "",
                                 metrics[i].name, metrics[i].card, windows[metrics[i].window].text);
    }
    snprintf(text + used, sizeof text - used, "}}");
    return model_of(text);
}

/* ---- The reference ----------------------------------------------------------------------------------------------- */

/* A customer's facts on days first to last. */
typedef struct stretch {
    const crmvi_facts *facts;
    int64_t customer;
    int32_t first, last;
} stretch;

static bool is_within(const stretch *of, int64_t fact) {
    return of->facts->days[fact] >= of->first && of->facts->days[fact] <= of->last && of->facts->days[fact] <= AS_OF;
}

static bool bought(const stretch *of, int64_t fact) {
    return is_within(of, fact) &&
           crmvi_fact(of->facts, CRMVI_FACT_SALE_LINES, fact) > crmvi_fact(of->facts, CRMVI_FACT_CANCELLED_LINES, fact);
}

static crmvi_wide on_day(const stretch *of, int64_t fact, const crmvi_term *terms) {
    crmvi_wide sum = 0;
    for (; terms->sign != 0; terms++) {
        sum += (crmvi_wide)crmvi_fact(of->facts, terms->column, fact) * terms->sign;
    }
    return sum;
}

/* What there is to know of a stretch. */
typedef struct found {
    int64_t facts, days;
    int32_t first_day, last_day; /* of purchases */
    crmvi_wide sum, bought, least, most, magnitude, unknown;
} found;

static found look(const stretch *of, const crmvi_term *terms) {
    static const crmvi_term magnitude[] = {{CRMVI_FACT_REVENUE, 1}, {CRMVI_FACT_NEGATIVE_REVENUE, 2}, {0, 0}};
    static const crmvi_term unknown[] = {{CRMVI_FACT_UNKNOWN_MAGNITUDE, 1}, {0, 0}};
    found all = {0};
    for (int64_t i = of->facts->offsets[of->customer]; i < of->facts->offsets[of->customer + 1]; i++) {
        if (!is_within(of, i)) {
            continue;
        }
        const crmvi_wide amount = on_day(of, i, terms);
        all.facts++;
        all.sum += amount;
        all.magnitude += on_day(of, i, magnitude);
        all.unknown += on_day(of, i, unknown);
        if (bought(of, i)) {
            all.bought += amount;
            all.least = all.days == 0 || amount < all.least ? amount : all.least;
            all.most = all.days == 0 || amount > all.most ? amount : all.most;
            all.first_day = all.days == 0 ? of->facts->days[i] : all.first_day;
            all.last_day = of->facts->days[i];
            all.days++;
        }
    }
    return all;
}

/* At least half of the revenue has a known cost. */
static bool is_covered(const metric *m, const found *in) {
    return !m->needs_cost || in->magnitude <= 0 ||
           (in->magnitude > in->unknown && 2 * (in->magnitude - in->unknown) >= in->magnitude);
}

/* Which of the counts of crmv_missing goes up; THERE: none. */
enum reason { THERE, NO_HISTORY, UNDEFINED, COST_UNKNOWN, REASONS };

static enum reason ratio(crmvi_wide above, crmvi_wide below_it, double *value) {
    if (below_it <= 0) {
        return UNDEFINED;
    }
    *value = (double)above / (double)below_it;
    return THERE;
}

static enum reason reference(const crmvi_facts *facts, int64_t customer, const metric *m, double *value) {
    const stretch within = {facts, customer, windows[m->window].first, windows[m->window].last};
    const stretch before = {facts, customer, windows[m->window].first_before, windows[m->window].last_before};
    const stretch always = {facts, customer, CRMV_NO_DATE, AS_OF};
    const found in = look(&within, m->terms);
    const found ago = look(&before, m->terms);
    const found ever = look(&always, m->terms);
    switch (m->operation) {
    case SUM:
        *value = (double)in.sum / m->unit;
        return is_covered(m, &in) ? THERE : COST_UNKNOWN;
    case MEAN:
    case LEAST:
    case MOST:
        if (in.days == 0) {
            return NO_HISTORY;
        }
        *value = m->operation == MEAN    ? (double)in.bought / ((double)in.days * m->unit)
                 : m->operation == LEAST ? (double)in.least / m->unit
                                         : (double)in.most / m->unit;
        return is_covered(m, &in) ? THERE : COST_UNKNOWN;
    case DAYS:
        *value = (double)in.days;
        return THERE;
    case REPEATS:
        *value = (double)(in.days - (in.days > 0 && in.first_day == ever.first_day));
        return THERE;
    case RECENCY:
        *value = (AS_OF - in.last_day) / m->unit;
        return in.days > 0 ? THERE : NO_HISTORY;
    case TENURE:
        *value = (AS_OF - in.first_day) / m->unit;
        return in.days > 0 ? THERE : NO_HISTORY;
    case GROWTH:
        return !is_covered(m, &in) || !is_covered(m, &ago) ? COST_UNKNOWN : ratio(in.sum - ago.sum, ago.sum, value);
    default: {
        const crmvi_term returned[] = {m->terms[1], {0, 0}};
        const found back = look(&within, returned);
        return ratio(back.sum, in.sum, value);
    }
    }
}

/* ---- Comparing --------------------------------------------------------------------------------------------------- */

static bool is_seen(const crmvi_facts *facts, int64_t customer) {
    return facts->days[facts->offsets[customer]] <= AS_OF;
}

static void compare_row(const crmv_frame *frame, int64_t row, const crmvi_facts *facts, int64_t customer,
                        int64_t counts[METRICS][REASONS]) {
    for (int32_t i = 0; i < METRICS; i++) {
        double wanted = (double)NAN;
        const double value = crmv_frame_metric(frame, metrics[i].name)[row];
        const enum reason reason = reference(facts, customer, &metrics[i], &wanted);
        counts[i][reason]++;
        if (reason == THERE ? memcmp(&value, &wanted, sizeof value) != 0 : !isnan(value)) {
            fail_msg("%s of customer %lld is %.17g, not %.17g (%d)", metrics[i].name, (long long)customer, value,
                     wanted, (int)reason);
        }
    }
    const stretch within = {facts, customer, AS_OF - 364, AS_OF};
    for (int64_t i = 0; i < LENGTH_OF(amounts); i++) {
        assert_true(crmv_frame_amount(frame, amounts[i].name)[row] == look(&within, amounts[i].terms).sum);
    }
}

static void compare_counts(const crmv_frame *frame, int64_t counts[METRICS][REASONS]) {
    for (int32_t i = 0; i < METRICS; i++) {
        crmv_missing missing = {.struct_size = sizeof missing};
        assert_int_equal(crmv_frame_missing(frame, metrics[i].name, &missing), CRMV_OK);
        assert_int_equal(missing.no_history, counts[i][NO_HISTORY]);
        assert_int_equal(missing.undefined, counts[i][UNDEFINED]);
        assert_int_equal(missing.cost_unknown, counts[i][COST_UNKNOWN]);
        assert_int_equal(missing.missing, crmv_frame_rows(frame) - counts[i][THERE]);
    }
}

static void compare_frame(const crmv_frame *frame, const crmvi_facts *facts) {
    static int64_t counts[METRICS][REASONS];
    memset(counts, 0, sizeof counts);
    int64_t row = 0;
    for (int64_t customer = 0; customer < facts->customers; customer++) {
        if (is_seen(facts, customer)) {
            assert_int_equal(crmv_frame_numbers(frame)[row], facts->numbers[customer]);
            compare_row(frame, row, facts, customer, counts);
            row++;
        }
    }
    assert_int_equal(crmv_frame_rows(frame), row);
    compare_counts(frame, counts);
}

static int32_t derive(const crmv_model *model, const crmv_ledger *ledger, const int64_t *keys, int64_t rows,
                      int32_t threads, crmv_frame **frame, crmv_error *error) {
    const crmv_column column = ARRAY_COLUMN("customer", CRMV_INT64, keys);
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    return crmv_frame_derive(model, ledger, rows > 0 ? &column : NULL, rows > 0, rows, AS_OF, &options, frame, error);
}

static void facts_of_every_width_give_what_128_bits_give(void **unused) {
    (void)unused;
    crmv_model *model = metrics_model("");
    for (int64_t i = 0; i < 3 * LENGTH_OF(kinds); i++) {
        const kind *of = &kinds[i % LENGTH_OF(kinds)];
        crmv_ledger *ledger = ledger_of_kind(model, of, (uint64_t)(1000 + i));
        crmv_frame *frame = NULL;
        crmv_error error = an_error();
        must(derive(model, ledger, NULL, 0, 1 + (int32_t)(i % 3), &frame, &error), &error);
        compare_frame(frame, crmvi_ledger_facts(ledger));
        crmv_frame_free(frame);
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
}

/* Who is in the table: every customer, nearly every one, a few; in disorder, and with keys that the ledger lacks. */
static int64_t draw_keys(const crmvi_facts *facts, int64_t one_in, uint64_t seed, int64_t *keys) {
    uint64_t state = seed;
    int64_t rows = 0;
    for (int64_t i = 0; i < facts->customers; i++) {
        if (one_in > 0 ? below(&state, one_in) == 0 : below(&state, -one_in) != 0) {
            keys[rows++] = facts->numbers[i] + (below(&state, 20) == 0);
        }
    }
    keys[rows++] = INT64_MAX - 1;
    for (int64_t i = rows - 1; i > 0 && seed % 2 == 0; i--) {
        const int64_t other = below(&state, i + 1);
        const int64_t key = keys[i];
        keys[i] = keys[other];
        keys[other] = key;
    }
    return rows;
}

/* The rows of a joined frame hold what those of the ledger alone hold. */
static void compare_joined(const crmv_frame *joined_one, const crmv_frame *alone) {
    int64_t both = 0;
    for (int64_t row = 0; row < crmv_frame_rows(joined_one); row++) {
        char key[32];
        int64_t other;
        snprintf(key, sizeof key, "%lld", (long long)crmv_frame_numbers(joined_one)[row]);
        if (crmv_frame_find(alone, key, &other) != CRMV_OK) {
            assert_true(isnan(crmv_frame_metric(joined_one, "recency")[row]));
            assert_int_equal(crmv_frame_amount(joined_one, "revenue")[row], 0);
            continue;
        }
        both++;
        for (int32_t i = 0; i < METRICS; i++) {
            assert_memory_equal(&crmv_frame_metric(joined_one, metrics[i].name)[row],
                                &crmv_frame_metric(alone, metrics[i].name)[other], sizeof(double));
        }
        for (int64_t i = 0; i < LENGTH_OF(amounts); i++) {
            assert_int_equal(crmv_frame_amount(joined_one, amounts[i].name)[row],
                             crmv_frame_amount(alone, amounts[i].name)[other]);
        }
    }
    assert_true(both > 0);
}

static void a_customer_has_the_same_values_in_whichever_table_it_stands(void **unused) {
    (void)unused;
    static const int64_t dense[] = {1, -30, -3, 3, 40};
    static int64_t keys[MOST_CUSTOMERS + 1];
    crmv_model *model = metrics_model("");
    crmv_model *strict = metrics_model("'population': 'customers', ");
    for (int64_t i = 0; i < 2 * LENGTH_OF(dense); i++) {
        crmv_ledger *ledger = ledger_of_kind(model, &kinds[i % 3], (uint64_t)(77 + i));
        const crmvi_facts *facts = crmvi_ledger_facts(ledger);
        const int64_t rows = draw_keys(facts, dense[i % LENGTH_OF(dense)], (uint64_t)i, keys);
        crmv_frame *alone = NULL;
        crmv_frame *wide = NULL;
        crmv_frame *narrow = NULL;
        crmv_error error = an_error();
        must(derive(model, ledger, NULL, 0, 1, &alone, &error), &error);
        must(derive(model, ledger, keys, rows, 2, &wide, &error), &error);
        must(derive(strict, ledger, keys, rows, 3, &narrow, &error), &error);
        assert_int_equal(crmv_frame_rows(narrow), rows);
        assert_true(crmv_frame_rows(wide) >= crmv_frame_rows(alone));
        compare_joined(wide, alone);
        compare_joined(narrow, alone);
        crmv_frame_free(alone);
        crmv_frame_free(wide);
        crmv_frame_free(narrow);
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
    crmv_model_free(strict);
}

/* Two facts on the last days of a customer that no 64 bits hold together. */
static void make_too_large(crmvi_facts *facts, int64_t customer, int32_t column) {
    const int64_t last = facts->offsets[customer + 1] - 1;
    for (int64_t i = last - 1; i <= last; i++) {
        facts->days[i] = AS_OF - (int32_t)(last - i);
        ((int64_t *)facts->columns[column].values)[i] = INT64_MAX / 3 * 2;
    }
}

static void a_sum_that_does_not_fit_is_named_the_same_at_any_number_of_threads(void **unused) {
    (void)unused;
    static const kind even = {"two facts and more", MOST_CUSTOMERS, 2, 10, 30, 1, true};
    static const struct {
        int64_t customer;
        int32_t column;
        const char *says;
    } places[] = {
        /* of rows 1536 and following: the amounts come before any metric */
        {1580, CRMVI_FACT_REVENUE, "the amounts of customer `4640` do not fit into 64 bits"},
        {1560, CRMVI_FACT_QUANTITY, "the amounts of customer `4640` do not fit into 64 bits"},
        /* of rows 1024 to 1535: the metric that is derived first, of the first customer */
        {1400, CRMVI_FACT_DISCOUNT, "metric `d_all`: a sum of customer `4100` does not fit into 64 bits"},
        {1500, CRMVI_FACT_DISCOUNT, "metric `d_all`: a sum of customer `4100` does not fit into 64 bits"},
        {3, CRMVI_FACT_REVENUE, "the amounts of customer `-91` do not fit into 64 bits"},
    };
    crmv_model *model = metrics_model("");
    crmv_ledger *ledger = ledger_of_kind(model, &even, 4);
    crmvi_facts *facts = (crmvi_facts *)crmvi_ledger_facts(ledger);
    for (int64_t i = 0; i < facts->count; i++) {
        facts->days[i] -= 100; /* everyone is seen, and not lately */
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        crmvi_fact_column_clear(&facts->columns[column], facts->count);
        assert_true(crmvi_fact_column_make(&facts->columns[column], facts->count, 8));
        memset(facts->columns[column].values, 0, (size_t)facts->count * sizeof(int64_t));
    }
    for (int64_t i = 0; i < LENGTH_OF(places); i++) {
        make_too_large(facts, places[i].customer, places[i].column);
        for (int32_t threads = 1; threads <= 8; threads++) {
            crmv_frame *frame = NULL;
            crmv_error error = an_error();
            assert_int_equal(derive(model, ledger, NULL, 0, threads, &frame, &error), CRMV_OVERFLOW);
            assert_null(frame);
            assert_string_equal(error.message, places[i].says);
        }
    }
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_of_every_width_give_what_128_bits_give),
        cmocka_unit_test(a_customer_has_the_same_values_in_whichever_table_it_stands),
        cmocka_unit_test(a_sum_that_does_not_fit_is_named_the_same_at_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
