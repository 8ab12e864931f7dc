/*
 * test_frame_receivables.c - what customers owe: random books against a slow reference that looks at every item on
 * every day, and cases worked by hand.
 */
#include "chance.h"
#include "items.h"

#include <stdio.h>

__extension__ typedef __int128 wide;

enum { CUSTOMERS = 6, MOST_LINES = 24, MOST_ITEMS = 30, MOST_RATES = 4, BOOKS = 1500 };
enum { FIRST_DAY = 19600 /* 2023-08-31 */, DAYS = 420, BEGINNING = FIRST_DAY - 900 };

/* ---- A random book ----------------------------------------------------------------------------------------------- */

static int64_t below(uint64_t *state, int64_t limit) {
    return (int64_t)(chance_bits(state) % (uint64_t)limit);
}

/* Days of a window, as the reference and as the model have it. */
typedef struct window {
    int32_t kind; /* 0 all history, 1 the last days, 2 from one day to another */
    int32_t length, from, to;
} window;

enum { WINDOWS = 5 /* the model's is 0; the last two have an end on both sides */, TEXT_SIZE = 4096 };

typedef struct random_book {
    book_line lines[MOST_LINES];
    book_item items[MOST_ITEMS];
    int64_t line_count, item_count;
    int32_t rate_days[MOST_RATES]; /* the first one's does not count */
    int64_t rates[MOST_RATES];     /* in 1e-6 */
    int32_t rate_count, days_in_year;
    window windows[WINDOWS];
    int32_t as_of;
} random_book;

static window random_window(uint64_t *state, bool bounded) {
    window w = {.kind = (int32_t)(bounded ? 1 + below(state, 2) : below(state, 3))};
    w.length = (int32_t)(1 + below(state, 300));
    w.from = (int32_t)(FIRST_DAY - 30 + below(state, DAYS));
    w.to = w.from + (int32_t)below(state, 200);
    return w;
}

/* Some books have amounts whose sums are taken in 128 bits. */
static void fill_items(random_book *b, uint64_t *state) {
    const int64_t limit = below(state, 4) == 0 ? INT64_C(1) << 44 : 200000;
    b->item_count = below(state, MOST_ITEMS + 1);
    for (int64_t i = 0; i < b->item_count; i++) {
        book_item *item = &b->items[i];
        item->customer = 1 + below(state, CUSTOMERS);
        item->amount = below(state, limit) - (below(state, 4) == 0 ? limit : 0);
        item->due = (int32_t)(FIRST_DAY + below(state, DAYS));
        item->date = below(state, 3) == 0 ? CRMV_NO_DATE : item->due - (int32_t)below(state, 60);
        item->paid = below(state, 4) == 0 ? CRMV_NO_DATE : item->due - 40 + (int32_t)below(state, 160);
        if (below(state, 10) == 0) {
            item->paid = item->due;
        }
    }
}

static void fill_lines(random_book *b, uint64_t *state) {
    b->line_count = below(state, MOST_LINES + 1);
    for (int64_t i = 0; i < b->line_count; i++) {
        const bool is_cost = below(state, 5) == 0;
        book_line *line = &b->lines[i];
        *line = (book_line){.customer = 1 + below(state, CUSTOMERS), .kind = is_cost ? "cost" : "sale"};
        line->day = (int32_t)(FIRST_DAY - 20 + below(state, DAYS));
        line->cost_to_serve = below(state, 9000);
        if (!is_cost) {
            line->revenue = below(state, 500000);
            line->cost = below(state, 300000);
            line->discount = below(state, 5000);
        }
    }
}

static void fill_book(random_book *b, uint64_t seed) {
    static const int32_t years[] = {360, 365, 366};
    uint64_t state = seed * 7919 + 1;
    *b = (random_book){.days_in_year = years[below(&state, 3)], .rate_count = (int32_t)(1 + below(&state, MOST_RATES))};
    fill_items(b, &state);
    fill_lines(b, &state);
    int32_t day = FIRST_DAY - 50;
    for (int32_t i = 0; i < b->rate_count; i++) {
        day += 1 + (int32_t)below(&state, 150);
        b->rate_days[i] = day;
        b->rates[i] = below(&state, 300000);
    }
    for (int32_t i = 0; i < WINDOWS; i++) {
        b->windows[i] = random_window(&state, i >= 3);
    }
    b->as_of = (int32_t)(FIRST_DAY - 10 + below(&state, DAYS + 100));
}

/* ---- Its model --------------------------------------------------------------------------------------------------- */

/* Writes on at the end of a text. */
static void put(char *text, const char *format, ...) {
    const size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    const int written = vsnprintf(text + length, TEXT_SIZE - length, format, arguments);
    va_end(arguments);
    assert_true(written >= 0 && length + (size_t)written < TEXT_SIZE);
}

static void put_day(char *text, const char *key, int32_t days) {
    int32_t year;
    int32_t month;
    int32_t day;
    assert_int_equal(crmv_date(days, &year, &month, &day), CRMV_OK);
    put(text, "'%s': '%04d-%02d-%02d'", key, (int)year, (int)month, (int)day);
}

static void put_window(char *text, const window *w) {
    put(text, "'window': ");
    if (w->kind == 0) {
        put(text, "'all'");
    } else if (w->kind == 1) {
        put(text, "{'days': %d}", (int)w->length);
    } else {
        put(text, "{");
        put_day(text, "from", w->from);
        put(text, ", ");
        put_day(text, "to", w->to);
        put(text, "}");
    }
}

static void put_rates(char *text, const random_book *b) {
    put(text, "'finance_cost': {'days_in_year': %d, 'yearly_rate': [", (int)b->days_in_year);
    for (int32_t i = 0; i < b->rate_count; i++) {
        put(text, "%s{'rate': 0.%06d", i == 0 ? "" : ", ", (int)b->rates[i]);
        if (i > 0) {
            put(text, ", ");
            put_day(text, "from", b->rate_days[i]);
        }
        put(text, "}");
    }
    put(text, "]}");
}

/* A metric of the random books: its card, and which of the windows it takes; -1: none of its own. */
typedef struct card {
    const char *name, *card;
    int32_t window;
} card;

static const card cards[] = {
    {"interest", "'sum': 'finance_cost'", 1},
    {"marketing", "'sum': ['discount', 'finance_cost']", 2},
    {"net", "'sum': 'contribution'", 1},
    {"models_net", "'sum': 'contribution'", -1},
    {"gross", "'sum': ['contribution', 'finance_cost']", 2},
    {"yearly", "'sum': 'finance_cost', 'per': 'year'", 2},
    {"mean_net", "'mean': 'contribution'", -1},
    {"growing", "'growth': 'finance_cost'", 3},
    {"net_growing", "'growth': 'contribution'", 4},
    {"sales_growing", "'growth': 'revenue'", 3},
    {"overdue_days", "'overdue': 'days'", -1},
    {"overdue", "'overdue': 'amount'", -1},
    {"open", "'receivables': 'open'", -1},
    {"late", "'receivables': 'days_late'", 1},
    {"outstanding", "'receivables': 'days_sales_outstanding'", 4},
    /* What receivables must not change. */
    {"purchases", "'count': 'purchase_days'", 2},
    {"repeats", "'count': 'repeat_days'", -1},
    {"recency", "'recency': 'days'", -1},
    {"tenure", "'tenure': 'days'", -1},
    {"gap", "'gap': 'mean'", -1},
    {"sales", "'sum': 'revenue', 'per': 'year'", -1},
    {"least", "'minimum': 'revenue'", -1},
};
enum { ITEM_CARDS = 15 };

static crmv_model *model_of_book(const random_book *b, int64_t first_card) {
    static char text[TEXT_SIZE];
    text[0] = '\0';
    put(text, "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, ");
    put_window(text, &b->windows[0]);
    put(text, ", ");
    put_rates(text, b);
    put(text, ", 'metrics': {");
    for (int64_t i = first_card; i < LENGTH_OF(cards); i++) {
        put(text, "%s'%s': {%s", i == first_card ? "" : ", ", cards[i].name, cards[i].card);
        if (cards[i].window >= 0) {
            put(text, ", ");
            put_window(text, &b->windows[cards[i].window]);
        }
        put(text, "}");
    }
    put(text, "}}");
    return model_of(text);
}

/* ---- The reference: items on days -------------------------------------------------------------------------------- */

typedef struct days {
    int32_t first, last; /* both included; none where first > last */
} days;

static days days_of(const random_book *b, const window *w, bool before) {
    days d = {BEGINNING, b->as_of};
    if (w->kind == 1) {
        d.last = before ? b->as_of - w->length : b->as_of;
        d.first = d.last - w->length + 1;
    } else if (w->kind == 2) {
        const int32_t shift = before ? w->to - w->from + 1 : 0;
        d.first = w->from - shift;
        d.last = w->to - shift < b->as_of ? w->to - shift : b->as_of;
    }
    return d;
}

static bool is_paid_by(const book_item *item, int32_t day) {
    return item->paid != CRMV_NO_DATE && item->paid <= day;
}

/* What is past its due day and not paid at the end of a day, as interest has it: from the due day on. */
static wide balance_at(const random_book *b, int64_t customer, int32_t day) {
    wide sum = 0;
    for (int64_t i = 0; i < b->item_count; i++) {
        const book_item *item = &b->items[i];
        const bool counts = item->customer == customer && item->due <= day && !is_paid_by(item, day);
        sum += counts ? item->amount : 0;
    }
    return sum;
}

static int64_t rate_on(const random_book *b, int32_t day) {
    int64_t rate = b->rates[0];
    for (int32_t i = 1; i < b->rate_count; i++) {
        rate = b->rate_days[i] <= day ? b->rates[i] : rate;
    }
    return rate;
}

/* Half to even, by trying the two whole numbers around. */
static int64_t rounded(wide numerator, wide denominator) {
    wide quotient = numerator / denominator;
    quotient -= quotient * denominator > numerator;
    const wide twice = 2 * (numerator - quotient * denominator);
    const bool up = twice > denominator || (twice == denominator && quotient % 2 != 0);
    return (int64_t)(quotient + up);
}

static int64_t interest_over(const random_book *b, int64_t customer, days within) {
    wide sum = 0;
    for (int32_t day = within.first; day <= within.last; day++) {
        sum += balance_at(b, customer, day - 1) * rate_on(b, day);
    }
    return rounded(sum, (wide)b->days_in_year * 1000000);
}

static int64_t overdue_amount(const random_book *b, int64_t customer) {
    wide sum = 0;
    for (int64_t i = 0; i < b->item_count; i++) {
        const book_item *item = &b->items[i];
        /* One that is paid by its due day is never overdue. */
        const bool counts = item->customer == customer && item->due < b->as_of && !is_paid_by(item, b->as_of);
        sum += counts ? item->amount : 0;
    }
    return sum > 0 ? (int64_t)sum : 0;
}

static int32_t overdue_days(const random_book *b, int64_t customer) {
    int32_t day = b->as_of;
    while (overdue_amount(b, customer) > 0 && balance_at(b, customer, day - 1) > 0) {
        day--;
    }
    return b->as_of - day;
}

static wide open_at(const random_book *b, int64_t customer, int32_t day) {
    wide sum = 0;
    for (int64_t i = 0; i < b->item_count; i++) {
        const book_item *item = &b->items[i];
        const bool is_invoiced = item->date != CRMV_NO_DATE && item->date <= day;
        sum += item->customer == customer && is_invoiced && !is_paid_by(item, day) ? item->amount : 0;
    }
    return sum;
}

static double days_late(const random_book *b, int64_t customer, days within) {
    wide paid = 0;
    wide late = 0;
    for (int64_t i = 0; i < b->item_count; i++) {
        const book_item *item = &b->items[i];
        const bool is_within = item->paid != CRMV_NO_DATE && item->paid >= within.first && item->paid <= within.last;
        if (item->customer == customer && is_within && item->amount > 0) {
            paid += item->amount;
            late += item->paid > item->due ? (wide)item->amount * (item->paid - item->due) : 0;
        }
    }
    return paid == 0 ? (double)NAN : (double)late / (double)paid;
}

/* ---- The reference: lines ---------------------------------------------------------------------------------------- */

typedef struct sums {
    int64_t lines, revenue, gross_profit, contribution, discount;
} sums;

static sums sums_over(const random_book *b, int64_t customer, days within) {
    sums s = {0};
    for (int64_t i = 0; i < b->line_count; i++) {
        const book_line *line = &b->lines[i];
        if (line->customer == customer && line->day >= within.first && line->day <= within.last) {
            s.lines++;
            s.revenue += line->revenue;
            s.gross_profit += line->revenue - line->cost;
            s.contribution += line->revenue - line->cost - line->cost_to_serve;
            s.discount += line->discount;
        }
    }
    return s;
}

static bool is_sale(const book_line *line, int64_t customer) {
    return line->customer == customer && strcmp(line->kind, "sale") == 0;
}

static int32_t first_sale(const random_book *b, int64_t customer) {
    int32_t first = CRMV_NO_DATE;
    for (int64_t i = 0; i < b->line_count; i++) {
        const book_line *line = &b->lines[i];
        const bool counts = is_sale(line, customer) && line->day <= b->as_of;
        first = counts && (first == CRMV_NO_DATE || line->day < first) ? line->day : first;
    }
    return first;
}

static int32_t last_of_month(int32_t year, int32_t month) {
    int32_t day = 31;
    while (crmv_day(year, month, day) == CRMV_NO_DATE) {
        day--;
    }
    return day;
}

/* How many days the year has that ends with a day. */
static int32_t year_until(int32_t days_until) {
    int32_t year;
    int32_t month;
    int32_t day;
    assert_int_equal(crmv_date(days_until, &year, &month, &day), CRMV_OK);
    const int32_t last = last_of_month(year - 1, month);
    const bool is_last = day == last_of_month(year, month);
    return days_until - crmv_day(year - 1, month, is_last || day > last ? last : day);
}

static double per_year(const random_book *b, int64_t customer, days within, double value) {
    const int32_t start = first_sale(b, customer);
    if (value == 0) {
        return 0;
    }
    if (start == CRMV_NO_DATE || start > within.last || within.first > within.last) {
        return (double)NAN;
    }
    const int32_t observed = within.last - (start > within.first ? start : within.first) + 1;
    const int32_t year = year_until(within.last);
    return observed == year ? value : value * ((double)year / observed);
}

/* Contribution on purchase days: all lines of a day with a sale. */
static double mean_contribution(const random_book *b, int64_t customer, days within) {
    int64_t sum = 0;
    int64_t count = 0;
    for (int32_t day = within.first; day <= within.last; day++) {
        bool bought = false;
        for (int64_t i = 0; i < b->line_count; i++) {
            bought = bought || (is_sale(&b->lines[i], customer) && b->lines[i].day == day);
        }
        if (bought) {
            sum += sums_over(b, customer, (days){day, day}).contribution;
            count++;
        }
    }
    return count == 0 ? (double)NAN : (double)sum / ((double)count * 100);
}

static double growth(int64_t now, int64_t before) {
    return before <= 0 ? (double)NAN : (double)((wide)now - before) / (double)before;
}

/* ---- The comparison ---------------------------------------------------------------------------------------------- */

static void assert_same(uint64_t seed, const crmv_frame *frame, int64_t row, const char *metric, double wanted) {
    const double found = crmv_frame_metric(frame, metric)[row];
    if (!(isnan(found) && isnan(wanted)) && memcmp(&found, &wanted, sizeof found) != 0) {
        fail_msg("book %d: %s of row %d is %.17g, not %.17g", (int)seed, metric, (int)row, found, wanted);
    }
}

static void compare_interest(uint64_t seed, const random_book *b, const crmv_frame *f, int64_t row, int64_t customer) {
    days within[WINDOWS];
    days before[WINDOWS];
    int64_t interest[WINDOWS];
    sums of[WINDOWS];
    for (int32_t i = 0; i < WINDOWS; i++) {
        within[i] = days_of(b, &b->windows[i], false);
        before[i] = days_of(b, &b->windows[i], true);
        interest[i] = interest_over(b, customer, within[i]);
        of[i] = sums_over(b, customer, within[i]);
    }
    const int64_t net = of[0].contribution - interest[0];
    assert_same(seed, f, row, "interest", (double)interest[1] / 100);
    assert_same(seed, f, row, "marketing", (double)(of[2].discount + interest[2]) / 100);
    assert_same(seed, f, row, "net", (double)(of[1].contribution - interest[1]) / 100);
    assert_same(seed, f, row, "models_net", (double)net / 100);
    assert_same(seed, f, row, "gross", (double)of[2].contribution / 100);
    assert_same(seed, f, row, "yearly", per_year(b, customer, within[2], (double)interest[2] / 100));
    assert_same(seed, f, row, "mean_net", mean_contribution(b, customer, within[0]));
    assert_same(seed, f, row, "growing", growth(interest[3], interest_over(b, customer, before[3])));
    const int64_t net_before = sums_over(b, customer, before[4]).contribution - interest_over(b, customer, before[4]);
    const bool traded = sums_over(b, customer, (days){BEGINNING, b->as_of}).lines > 0;
    assert_same(seed, f, row, "net_growing",
                traded ? growth(of[4].contribution - interest[4], net_before) : (double)NAN);
    assert_same(seed, f, row, "sales_growing", growth(of[3].revenue, sums_over(b, customer, before[3]).revenue));
    assert_int_equal(crmv_frame_amount(f, "contribution")[row], net);
    assert_int_equal(crmv_frame_amount(f, "gross_profit")[row], of[0].gross_profit);
    assert_int_equal(crmv_frame_amount(f, "revenue")[row], of[0].revenue);
}

static void compare_receivables(uint64_t seed, const random_book *b, const crmv_frame *f, int64_t row,
                                int64_t customer) {
    const days within = days_of(b, &b->windows[4], false);
    const int64_t revenue = sums_over(b, customer, within).revenue;
    const int32_t length = within.last - within.first + 1;
    const bool has_dates = b->item_count > 0;
    assert_same(seed, f, row, "overdue_days", has_dates ? overdue_days(b, customer) : (double)NAN);
    assert_same(seed, f, row, "overdue", has_dates ? (double)overdue_amount(b, customer) / 100 : (double)NAN);
    assert_same(seed, f, row, "late", days_late(b, customer, days_of(b, &b->windows[1], false)));
    bool any_date = false;
    for (int64_t i = 0; i < b->item_count; i++) {
        any_date = any_date || b->items[i].date != CRMV_NO_DATE;
    }
    assert_same(seed, f, row, "open", any_date ? (double)open_at(b, customer, b->as_of) / 100 : (double)NAN);
    const bool has_days = any_date && revenue > 0;
    assert_same(seed, f, row, "outstanding",
                has_days ? (double)(open_at(b, customer, within.last) * length) / (double)revenue : (double)NAN);
}

static feeds feeds_of(const random_book *b) {
    return (feeds){b->lines, b->line_count, b->items, b->item_count, NULL, 0};
}

static void every_random_book_agrees_with_a_look_at_every_item_on_every_day(void **state) {
    (void)state;
    static random_book b;
    int64_t compared = 0;
    for (uint64_t seed = 0; seed < BOOKS; seed++) {
        fill_book(&b, seed);
        crmv_model *model = model_of_book(&b, 0);
        const feeds from = feeds_of(&b);
        crmv_ledger *ledger = ledger_with(model, &from);
        crmv_frame *frame = frame_of(model, ledger, b.as_of);
        for (int64_t row = 0; row < crmv_frame_rows(frame); row++) {
            const int64_t customer = crmv_frame_numbers(frame)[row];
            compare_interest(seed, &b, frame, row, customer);
            compare_receivables(seed, &b, frame, row, customer);
            compared++;
        }
        crmv_frame_free(frame);
        crmv_ledger_free(ledger);
        crmv_model_free(model);
    }
    assert_true(compared > 3 * BOOKS);
}

/* Customers who are in both frames have the same bits, and the others have no purchase. */
static void receivables_are_no_purchases(void **state) {
    (void)state;
    static random_book b;
    for (uint64_t seed = 0; seed < BOOKS; seed += 5) {
        fill_book(&b, seed);
        crmv_model *model = model_of_book(&b, ITEM_CARDS);
        const feeds from = feeds_of(&b);
        crmv_ledger *ledger = ledger_with(model, &from);
        crmv_ledger *bare = ledger_of(model, b.lines, b.line_count);
        crmv_frame *frame = frame_of(model, ledger, b.as_of);
        crmv_frame *bare_frame = frame_of(model, bare, b.as_of);
        for (int64_t row = 0; row < crmv_frame_rows(frame); row++) {
            char key[32];
            int64_t other = -1;
            assert_int_equal(crmv_frame_key(frame, row, key, sizeof key, NULL), CRMV_OK);
            const bool in_both = crmv_frame_find(bare_frame, key, &other) == CRMV_OK;
            for (int64_t i = ITEM_CARDS; i < LENGTH_OF(cards); i++) {
                const char *name = cards[i].name;
                const bool is_count = i < ITEM_CARDS + 2 || strcmp(name, "sales") == 0;
                const double alone = is_count ? 0 : (double)NAN;
                assert_same(seed, frame, row, name, in_both ? crmv_frame_metric(bare_frame, name)[other] : alone);
            }
            assert_int_equal(crmv_frame_amount(frame, "revenue")[row],
                             in_both ? crmv_frame_amount(bare_frame, "revenue")[other] : 0);
        }
        crmv_frame_free(bare_frame);
        crmv_frame_free(frame);
        crmv_ledger_free(bare);
        crmv_ledger_free(ledger);
        crmv_model_free(model);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_random_book_agrees_with_a_look_at_every_item_on_every_day),
        cmocka_unit_test(receivables_are_no_purchases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
