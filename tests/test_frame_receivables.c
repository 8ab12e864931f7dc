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

/* ---- By hand ----------------------------------------------------------------------------------------------------- */

#define HEAD "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, "
#define SIX_PERCENT "'finance_cost': {'yearly_rate': 0.06, 'days_in_year': 360}, "
#define OVERDUE "'days': {'overdue': 'days'}, 'amount': {'overdue': 'amount'}"

static book items_only(const char *model, const book_item *items, int64_t count, int32_t as_of) {
    const feeds from = {.items = items, .item_count = count};
    return book_with(model, &from, as_of);
}

static void an_item_costs_the_days_from_its_due_day_to_its_payment(void **state) {
    (void)state;
    /* 1,000.00 for 30 days at 6% of a year of 360 days: 5.00; one that is paid on its due day, or before, costs
     * nothing. */
    const book_item items[] = {{1, 100000, on(2025, 3, 1), on(2025, 3, 31), on(2025, 2, 1)},
                               {2, 100000, on(2025, 3, 1), on(2025, 3, 1), on(2025, 2, 1)},
                               {3, 100000, on(2025, 3, 1), on(2025, 2, 15), on(2025, 2, 1)}};
    book b =
        items_only(HEAD SIX_PERCENT "'metrics': {'interest': {'sum': 'finance_cost'}}}", items, 3, on(2025, 12, 31));
    assert_value(b.frame, "1", "interest", 5.0);
    assert_value(b.frame, "2", "interest", 0.0);
    assert_value(b.frame, "3", "interest", 0.0);
    assert_int_equal(crmv_frame_amount(b.frame, "contribution")[0], -500);
    assert_int_equal(crmv_frame_amount(b.frame, "gross_profit")[0], 0);
    close_book(&b);
}

static void an_open_item_costs_up_to_the_as_of_date_and_windows_share_the_days(void **state) {
    (void)state;
    const book_item item = {1, 36000000, on(2025, 3, 10), CRMV_NO_DATE, CRMV_NO_DATE};
    static const char *const model =
        HEAD SIX_PERCENT "'metrics': {'all': {'sum': 'finance_cost'},"
                         "'march': {'sum': 'finance_cost', 'window': {'from': '2025-03-01', 'to': '2025-03-31'}},"
                         "'april': {'sum': 'finance_cost', 'window': {'from': '2025-04-01', 'to': '2025-04-30'}},"
                         "'growth': {'growth': 'finance_cost', 'window': {'days': 5}}}}";
    /* 60.00 a day: 21 days in March, since the due day itself is free, and 10 in April. */
    book b = items_only(model, &item, 1, on(2025, 4, 10));
    assert_value(b.frame, "1", "all", 31 * 60.0);
    assert_value(b.frame, "1", "march", 21 * 60.0);
    assert_value(b.frame, "1", "april", 10 * 60.0);
    assert_value(b.frame, "1", "growth", 0.0);
    close_book(&b);
    b = items_only(model, &item, 1, on(2025, 3, 10));
    assert_value(b.frame, "1", "all", 0.0);
    close_book(&b);
    b = items_only(model, &item, 1, on(2025, 3, 11));
    assert_value(b.frame, "1", "all", 60.0);
    close_book(&b);
    b = items_only(model, &item, 1, on(2025, 3, 17)); /* 5 days against 2 */
    assert_value(b.frame, "1", "growth", (30000.0 - 12000.0) / 12000.0);
    close_book(&b);
}

static void each_day_bears_the_rate_that_holds_on_it(void **state) {
    (void)state;
    /* Due on 30 June: July bears 12%, but for its first 10 days, which still bear 6%. */
    const book_item item = {1, 36000000, on(2025, 6, 30), on(2025, 7, 31), CRMV_NO_DATE};
    static const char *const model =
        HEAD "'finance_cost': {'yearly_rate': [{'rate': 0.06}, {'from': '2025-07-11', 'rate': 0.12}], 'days_in_year':"
             " 360}, 'metrics': {'interest': {'sum': 'finance_cost'}}}";
    book b = items_only(model, &item, 1, on(2025, 12, 31));
    assert_value(b.frame, "1", "interest", 10 * 60.0 + 21 * 120.0);
    close_book(&b);
}

static void interest_is_rounded_once_half_to_even(void **state) {
    (void)state;
    /* One day at 36% of 360 is a thousandth: 0.50 of a cent from 5.00 is 0, 1.50 from 15.00 is 2; a credit likewise.
     * Two items of 5.00 are one cent, not none. */
    const book_item items[] = {{1, 500, 20000, 20001, CRMV_NO_DATE},  {2, 1500, 20000, 20001, CRMV_NO_DATE},
                               {3, -500, 20000, 20001, CRMV_NO_DATE}, {4, -1500, 20000, 20001, CRMV_NO_DATE},
                               {5, 500, 20000, 20001, CRMV_NO_DATE},  {5, 500, 20100, 20101, CRMV_NO_DATE}};
    book b = items_only(HEAD "'finance_cost': {'yearly_rate': 0.36, 'days_in_year': 360},"
                             "'metrics': {'interest': {'sum': 'finance_cost'}}}",
                        items, LENGTH_OF(items), 20200);
    assert_value(b.frame, "1", "interest", 0.0);
    assert_value(b.frame, "2", "interest", 0.02);
    assert_value(b.frame, "3", "interest", 0.0);
    assert_value(b.frame, "4", "interest", -0.02);
    assert_value(b.frame, "5", "interest", 0.01);
    close_book(&b);
}

static void an_item_is_overdue_from_the_day_after_it_was_due_to_the_day_before_it_is_paid(void **state) {
    (void)state;
    const book_item item = {1, 12345, 20000, 20010, 19970};
    static const struct {
        int32_t as_of;
        double days, amount;
    } cases[] = {{19999, 0, 0}, {20000, 0, 0}, {20001, 1, 123.45}, {20009, 9, 123.45}, {20010, 0, 0}, {20500, 0, 0}};
    for (int64_t i = 0; i < LENGTH_OF(cases); i++) {
        book b = items_only(HEAD "'metrics': {" OVERDUE "}}", &item, 1, cases[i].as_of);
        assert_value(b.frame, "1", "days", cases[i].days);
        assert_value(b.frame, "1", "amount", cases[i].amount);
        close_book(&b);
    }
}

static void instalments_and_part_payments_are_overdue_one_by_one(void **state) {
    (void)state;
    /* 300.00 in three instalments: the first is paid in time, of the second 60.00 were paid late and 40.00 are open,
     * and the third is not due yet. */
    const book_item items[] = {{1, 10000, 20000, 19990, 19970},
                               {1, 6000, 20030, 20045, 19970},
                               {1, 4000, 20030, CRMV_NO_DATE, 19970},
                               {1, 10000, 20060, CRMV_NO_DATE, 19970}};
    static const char *const model = HEAD "'metrics': {" OVERDUE ", 'open': {'receivables': 'open'},"
                                          "'late': {'receivables': 'days_late'}}}";
    book b = items_only(model, items, LENGTH_OF(items), 20040);
    assert_value(b.frame, "1", "days", 10.0);
    assert_value(b.frame, "1", "amount", 100.0);
    assert_value(b.frame, "1", "open", 200.0);
    assert_value(b.frame, "1", "late", 0.0);
    close_book(&b);
    b = items_only(model, items, LENGTH_OF(items), 20050);
    assert_value(b.frame, "1", "days", 20.0);
    assert_value(b.frame, "1", "amount", 40.0);
    assert_value(b.frame, "1", "open", 140.0);
    assert_value(b.frame, "1", "late", 6000.0 * 15 / 16000);
    close_book(&b);
}

static void a_credit_note_that_is_set_off_ends_what_is_overdue(void **state) {
    (void)state;
    /* An invoice of 100.00, and a credit note over 100.00 due twenty days later; both are cleared at the end of the
     * quarter. Between, the balance is 0. Then another invoice begins to be overdue on its own. */
    const book_item items[] = {
        {1, 10000, 20000, 20090, 19970}, {1, -10000, 20020, 20090, 20020}, {1, 5000, 20050, CRMV_NO_DATE, 20020}};
    static const char *const model = HEAD SIX_PERCENT "'metrics': {" OVERDUE ", 'interest': {'sum': 'finance_cost'}}}";
    static const struct {
        int32_t as_of;
        double days, amount, interest;
    } cases[] = {{20010, 10, 100, 0.17}, {20021, 0, 0, 0.33},   {20040, 0, 0, 0.33},
                 {20061, 11, 50, 0.42},  {20090, 40, 50, 0.67}, {20091, 41, 50, 0.68}};
    for (int64_t i = 0; i < LENGTH_OF(cases); i++) {
        book b = items_only(model, items, LENGTH_OF(items), cases[i].as_of);
        assert_value(b.frame, "1", "days", cases[i].days);
        assert_value(b.frame, "1", "amount", cases[i].amount);
        assert_value(b.frame, "1", "interest", cases[i].interest);
        close_book(&b);
    }
}

static void a_payment_on_account_leaves_nothing_overdue_and_earns_interest(void **state) {
    (void)state;
    const book_item items[] = {{1, -36000000, 20000, CRMV_NO_DATE, 20000}, {1, 12000000, 20010, CRMV_NO_DATE, 19980}};
    book b =
        items_only(HEAD SIX_PERCENT "'metrics': {" OVERDUE ", 'interest': {'sum': 'finance_cost'}}}", items, 2, 20020);
    assert_value(b.frame, "1", "days", 0.0);
    assert_value(b.frame, "1", "amount", 0.0);
    assert_value(b.frame, "1", "interest", -60.0 * 20 + 20.0 * 10);
    close_book(&b);
}

static void days_sales_outstanding_are_the_open_amount_in_days_of_revenue(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 20000, .revenue = 90000}, {.customer = 2, .day = 20000}};
    const book_item items[] = {{1, 30000, 20080, CRMV_NO_DATE, 20050}, {2, 30000, 20080, CRMV_NO_DATE, 20050}};
    const feeds from = {.lines = lines, .line_count = 2, .items = items, .item_count = 2};
    book b = book_with(HEAD "'metrics': {'dso': {'receivables': 'days_sales_outstanding', 'window': {'days': 90}},"
                            "'old': {'receivables': 'days_sales_outstanding', 'window': {'from': '2024-09-01', 'to':"
                            " '2024-10-31'}}}}",
                       &from, 20070);
    assert_value(b.frame, "1", "dso", 30.0);
    assert_value(b.frame, "1", "old", 0.0); /* 20,027 is the last of October: not invoiced yet */
    assert_missing(b.frame, "2", "dso");    /* no revenue to count in */
    assert_missing_only(b.frame, "dso", undefined, 1);
    close_book(&b);
}

static void contribution_of_purchase_days_is_without_interest(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000, .cost = 6000, .cost_to_serve = 500};
    const book_item item = {1, 36000, 20010, 20040, 20000}; /* 1.80 */
    const feeds from = {.lines = &line, .line_count = 1, .items = &item, .item_count = 1};
    book b = book_with(HEAD SIX_PERCENT "'metrics': {'sum': {'sum': 'contribution'}, 'mean': {'mean': 'contribution'},"
                                        "'least': {'minimum': 'contribution'}, 'most': {'maximum': 'contribution'}}}",
                       &from, 20100);
    assert_value(b.frame, "1", "sum", (10000 - 6000 - 500 - 180) / 100.0);
    assert_value(b.frame, "1", "mean", 35.0);
    assert_value(b.frame, "1", "least", 35.0);
    assert_value(b.frame, "1", "most", 35.0);
    assert_int_equal(crmv_frame_amount(b.frame, "contribution")[0], 3320);
    close_book(&b);
}

static void without_rates_contribution_is_what_it_was(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000, .cost = 6000};
    const book_item item = {1, 36000, 20010, 20040, 20000};
    const feeds from = {.lines = &line, .line_count = 1, .items = &item, .item_count = 1};
    book b = book_with(HEAD "'metrics': {'sum': {'sum': 'contribution'}}}", &from, 20100);
    assert_value(b.frame, "1", "sum", 40.0);
    assert_int_equal(crmv_frame_amount(b.frame, "contribution")[0], 4000);
    close_book(&b);
}

/* ---- What is missing --------------------------------------------------------------------------------------------- */

#define ALL_DETAILS                                                                                                    \
    OVERDUE ", 'open': {'receivables': 'open'}, 'late': {'receivables': 'days_late'},"                                 \
            "'dso': {'receivables': 'days_sales_outstanding', 'window': {'days': 90}}"

static void a_ledger_without_receivables_knows_nothing_of_them(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    static const char *const names[] = {"days", "amount", "open", "late", "dso"};
    book b = {.model = model_of(HEAD SIX_PERCENT "'metrics': {" ALL_DETAILS ", 'cost': {'sum': 'finance_cost'}}}")};
    b.ledger = ledger_of(b.model, &line, 1);
    b.frame = frame_of(b.model, b.ledger, 20010);
    for (int64_t i = 0; i < LENGTH_OF(names); i++) {
        assert_missing_only(b.frame, names[i], no_history, 1);
    }
    assert_value(b.frame, "1", "cost", 0.0);
    close_book(&b);
}

static void customers_without_receivables_owe_nothing(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 20000, .revenue = 10000}, {.customer = 2, .day = 20000}};
    const book_item item = {2, 100, 19990, CRMV_NO_DATE, 19980};
    const feeds from = {.lines = lines, .line_count = 2, .items = &item, .item_count = 1};
    book b = book_with(HEAD "'metrics': {" ALL_DETAILS "}}", &from, 20010);
    assert_value(b.frame, "1", "days", 0.0);
    assert_value(b.frame, "1", "amount", 0.0);
    assert_value(b.frame, "1", "open", 0.0);
    assert_value(b.frame, "1", "dso", 0.0);
    assert_missing_only(b.frame, "late", no_history, 2);
    close_book(&b);
}

static void without_invoice_days_there_is_no_open_amount(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    const book_item item = {1, 100, 19990, 20005, CRMV_NO_DATE};
    const feeds from = {.lines = &line, .line_count = 1, .items = &item, .item_count = 1};
    book b = book_with(HEAD "'metrics': {" ALL_DETAILS "}}", &from, 20010);
    assert_missing_only(b.frame, "open", no_history, 1);
    assert_missing_only(b.frame, "dso", no_history, 1);
    assert_value(b.frame, "1", "late", 15.0);
    close_book(&b);
}

/* One who only owes has no history of sales that could grow, but interest that can. */
static void owing_is_no_history_of_sales(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    const book_item items[] = {{1, 100, 20020, CRMV_NO_DATE, 20000}, {2, 36000000, 19980, CRMV_NO_DATE, 19950}};
    const feeds from = {.lines = &line, .line_count = 1, .items = items, .item_count = 2};
    book b = book_with(HEAD SIX_PERCENT "'metrics': {'sales': {'growth': 'revenue', 'window': {'days': 30}},"
                                        "'interest': {'growth': 'finance_cost', 'window': {'days': 20}},"
                                        "'returns': {'return_rate': 'revenue', 'window': {'days': 30}},"
                                        "'tenure': {'tenure': 'days'}, 'days': {'count': 'purchase_days'}}}",
                       &from, 20010);
    crmv_missing missing = {.struct_size = sizeof missing};
    assert_int_equal(crmv_frame_missing(b.frame, "sales", &missing), CRMV_OK);
    assert_int_equal(missing.no_history, 1);
    assert_int_equal(missing.undefined, 1);
    assert_missing_only(b.frame, "returns", no_history, 1);
    assert_missing_only(b.frame, "tenure", no_history, 1);
    assert_value(b.frame, "2", "interest", 1.0); /* 20 days against 10 */
    assert_missing_only(b.frame, "interest", undefined, 1);
    assert_value(b.frame, "2", "days", 0.0);
    close_book(&b);
}

static void one_whose_items_all_lie_after_the_as_of_date_is_not_known_yet(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 10000};
    const book_item items[] = {{1, 100, 20500, CRMV_NO_DATE, 20000}, {2, 100, 20500, CRMV_NO_DATE, 20400}};
    const feeds from = {.lines = &line, .line_count = 1, .items = items, .item_count = 2};
    book b = book_with(HEAD "'metrics': {" OVERDUE "}}", &from, 20010);
    assert_int_equal(crmv_frame_rows(b.frame), 1);
    assert_int_equal(crmv_frame_numbers(b.frame)[0], 1);
    close_book(&b);
}

static void rows_of_the_table_without_any_fact_owe_nothing(void **state) {
    (void)state;
    static const int64_t keys[] = {1, 7};
    const crmv_column column = ARRAY_COLUMN("customer", CRMV_INT64, keys);
    const book_item item = {1, 36000000, 20000, CRMV_NO_DATE, 19980};
    const feeds from = {.items = &item, .item_count = 1};
    book b = {.model = model_of(HEAD SIX_PERCENT "'metrics': {" OVERDUE ", 'interest': {'sum': 'finance_cost'}}}")};
    b.ledger = ledger_with(b.model, &from);
    b.frame = joined(b.model, b.ledger, &column, 1, 2, 20010);
    assert_value(b.frame, "1", "interest", 600.0);
    assert_value(b.frame, "7", "interest", 0.0);
    assert_value(b.frame, "7", "days", 0.0);
    assert_int_equal(crmv_frame_amount(b.frame, "contribution")[1], 0);
    close_book(&b);
}

/* ---- Too large --------------------------------------------------------------------------------------------------- */

static void interest_beyond_64_bits_names_metric_and_customer(void **state) {
    (void)state;
    const book_item items[] = {{1, 100, on(1900, 1, 1), CRMV_NO_DATE, CRMV_NO_DATE},
                               {2, (INT64_C(1) << 53) - 1, on(1900, 1, 1), CRMV_NO_DATE, CRMV_NO_DATE}};
    const feeds from = {.items = items, .item_count = 2};
    crmv_model *model = model_of(HEAD "'finance_cost': {'yearly_rate': 10}, 'window': {'days': 1}, 'metrics': {"
                                      "'fine': {'overdue': 'amount'},"
                                      "'interest': {'sum': 'finance_cost', 'window': 'all'}}}");
    crmv_ledger *ledger = ledger_with(model, &from);
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, on(9999, 1, 1), NULL, &frame, &error), CRMV_OVERFLOW);
    assert_null(frame);
    assert_string_equal(error.place, "interest");
    assert_contains(error.message, "`2`");
    frame = frame_of(model, ledger, on(1950, 1, 1)); /* 18,262 days: 500 times the amount still fits */
    assert_value(frame, "1", "interest", 500.33);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_random_book_agrees_with_a_look_at_every_item_on_every_day),
        cmocka_unit_test(receivables_are_no_purchases),
        cmocka_unit_test(an_item_costs_the_days_from_its_due_day_to_its_payment),
        cmocka_unit_test(an_open_item_costs_up_to_the_as_of_date_and_windows_share_the_days),
        cmocka_unit_test(each_day_bears_the_rate_that_holds_on_it),
        cmocka_unit_test(interest_is_rounded_once_half_to_even),
        cmocka_unit_test(an_item_is_overdue_from_the_day_after_it_was_due_to_the_day_before_it_is_paid),
        cmocka_unit_test(instalments_and_part_payments_are_overdue_one_by_one),
        cmocka_unit_test(a_credit_note_that_is_set_off_ends_what_is_overdue),
        cmocka_unit_test(a_payment_on_account_leaves_nothing_overdue_and_earns_interest),
        cmocka_unit_test(days_sales_outstanding_are_the_open_amount_in_days_of_revenue),
        cmocka_unit_test(contribution_of_purchase_days_is_without_interest),
        cmocka_unit_test(without_rates_contribution_is_what_it_was),
        cmocka_unit_test(a_ledger_without_receivables_knows_nothing_of_them),
        cmocka_unit_test(customers_without_receivables_owe_nothing),
        cmocka_unit_test(without_invoice_days_there_is_no_open_amount),
        cmocka_unit_test(owing_is_no_history_of_sales),
        cmocka_unit_test(one_whose_items_all_lie_after_the_as_of_date_is_not_known_yet),
        cmocka_unit_test(rows_of_the_table_without_any_fact_owe_nothing),
        cmocka_unit_test(interest_beyond_64_bits_names_metric_and_customer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
