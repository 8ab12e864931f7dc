/* lifetimes.c - customers' histories: when they purchased, and what each purchase came to. */
#include "frame/lifetimes.h"

#include "frame/history.h"

#include <math.h>
#include <string.h>

/* ---- When -------------------------------------------------------------------------------------------------------- */

/* A customer's purchase days: how many there are, the first and the last. */
typedef struct purchase_days {
    int64_t count;
    int32_t first, last;
} purchase_days;

static purchase_days find_purchases(const crmvi_facts *facts, const crmvi_range *range) {
    return (purchase_days){.count = crmvi_purchase_days(facts, range),
                           .first = crmvi_first_purchase(facts, range),
                           .last = crmvi_last_purchase(facts, range)};
}

/* Writes x, t_x and T of a row; those without a purchase day have none. */
static void write_times(const crmvi_life *life, const purchase_days *found, int32_t as_of, double *const *columns,
                        int64_t row) {
    const bool any = found->count > 0;
    const double first = found->first;
    columns[CRMV_HISTORY_REPEATS][row] = any ? (double)(found->count - 1) : (double)NAN;
    columns[CRMV_HISTORY_LAST][row] = any ? ((double)found->last - first) / life->unit_days : (double)NAN;
    columns[CRMV_HISTORY_AGE][row] = any ? ((double)as_of - first) / life->unit_days : (double)NAN;
}

static void derive_times(const crmvi_slice *slice, const crmvi_life *life, double *const *columns) {
    const crmvi_derivation *whole = slice->whole;
    for (int64_t row = slice->begin; row < slice->end; row++) {
        purchase_days found;
        if (slice->plain) {
            const int64_t i = row - slice->begin;
            found = (purchase_days){.count = crmvi_days_bought(slice, CRMVI_SPAN_ALL)[i],
                                    .first = crmvi_first_days(slice, CRMVI_SPAN_ALL)[i],
                                    .last = crmvi_last_days(slice, CRMVI_SPAN_ALL)[i]};
        } else {
            const crmvi_range range = crmvi_facts_within(slice, CRMVI_SPAN_ALL, row);
            found = find_purchases(whole->facts, &range);
        }
        write_times(life, &found, whole->as_of, columns, row);
    }
}

/* ---- How much ---------------------------------------------------------------------------------------------------- */

/* Amounts of purchases in minor units, added up. There are fewer than 2^22 days, so that where the squares stay below
 * 2^104, their number times them and, by Cauchy and Schwarz, the square of the sum stay below 2^126. */
typedef struct amounts {
    int64_t count;
    crmvi_wide sum, squares;
    bool fits; /* the squares do; otherwise they are not added up to the end */
} amounts;

#define AMOUNT_LIMIT ((crmvi_wide)1 << 52)
#define SQUARES_LIMIT ((crmvi_wide)1 << 104)

static void add_amount(amounts *all, crmvi_wide amount) {
    all->count++;
    all->sum += amount;
    all->fits = all->fits && amount < AMOUNT_LIMIT && amount > -AMOUNT_LIMIT;
    if (all->fits) {
        all->squares += amount * amount;
        all->fits = all->squares < SQUARES_LIMIT;
    }
}

/* The nearest double; a number that fits into 64 bits is converted by one instruction. */
static double nearest(crmvi_wide value) {
    int64_t narrow;
    return crmvi_narrow(value, &narrow) ? (double)narrow : (double)value;
}

/* The sum of squared differences from the mean, times the count: exact, and rounded once. */
static double exact_differences(const amounts *all) {
    return nearest((crmvi_wide)all->count * all->squares - all->sum * all->sum);
}

/* Amounts of a customer, one after the other: what the facts of [at, end) from one purchase day up to the next come to.
 */
typedef struct purchases {
    const crmvi_facts *facts;
    const crmvi_life *life;
    crmvi_range range; /* what is still to be looked at: it begins with a purchase day */
} purchases;

static int64_t next_purchase(const crmvi_facts *facts, int64_t from, int64_t end) {
    while (from < end && !crmvi_is_purchase(facts, from)) {
        from++;
    }
    return from;
}

/* From the first purchase on that counts. */
static purchases first_purchase(const crmvi_facts *facts, const crmvi_life *life, const crmvi_range *range) {
    int64_t first = next_purchase(facts, range->begin, range->end);
    if (!life->first_purchase && first < range->end) {
        first = next_purchase(facts, first + 1, range->end);
    }
    return (purchases){facts, life, {first, range->end}};
}

/* Lines of unknown cost, or revenue of such: what a dealer gets a share of has no lines. Sales that were cancelled
 * later are neither. */
static bool is_cost_known(const purchases *all, const crmvi_range *of) {
    static const crmvi_term unknown[] = {{CRMVI_FACT_UNKNOWN_COST_LINES, 1}, {CRMVI_FACT_UNKNOWN_MAGNITUDE, 1}};
    return !all->life->needs_cost ||
           (crmvi_sum_of(all->facts, &unknown[0], 1, of) == 0 && crmvi_sum_of(all->facts, &unknown[1], 1, of) == 0);
}

/* The next amount whose cost is known as far as it matters; false behind the last. */
static bool next_amount(purchases *all, crmvi_wide *amount) {
    while (all->range.begin < all->range.end) {
        const int64_t next = next_purchase(all->facts, all->range.begin + 1, all->range.end);
        const crmvi_range of = {all->range.begin, next};
        all->range.begin = next;
        if (is_cost_known(all, &of)) {
            *amount = crmvi_sum_of(all->facts, all->life->terms, all->life->term_count, &of);
            return true;
        }
    }
    return false;
}

/* The same in doubles, where exact squares do not fit. */
static double rough_differences(purchases all, const amounts *sums) {
    const double mean = (double)sums->sum / (double)sums->count;
    double squares = 0;
    crmvi_wide amount;
    while (next_amount(&all, &amount)) {
        const double difference = (double)amount - mean;
        squares += difference * difference;
    }
    return squares * (double)sums->count;
}

/* Sums and differences are in minor units. The mean's divisor is exact: fewer than 4e6 days, at most 1e9 minor units in
 * a major one. */
static void write_spend(const crmvi_life *life, const amounts *sums, double differences, double *const *columns,
                        int64_t row) {
    const bool any = sums->count > 0;
    const double count = any ? (double)sums->count : 1;
    columns[CRMV_HISTORY_SPENDS][row] = (double)sums->count;
    columns[CRMV_HISTORY_SPEND][row] = any ? nearest(sums->sum) / (count * life->unit) : (double)NAN;
    columns[CRMV_HISTORY_SQUARES][row] = differences / (count * (life->unit * life->unit));
}

static void write_no_spend(double *const *columns, int64_t row) {
    for (int32_t which = CRMV_HISTORY_SPENDS; which <= CRMV_HISTORY_SQUARES; which++) {
        columns[which][row] = (double)NAN;
    }
}

static void derive_spend(const crmvi_slice *slice, const crmvi_life *life, double *const *columns, int64_t row) {
    const crmvi_range range = crmvi_facts_within(slice, CRMVI_SPAN_ALL, row);
    const purchases all = first_purchase(slice->whole->facts, life, &range);
    purchases rest = all;
    amounts sums = {.fits = true};
    crmvi_wide amount;
    while (next_amount(&rest, &amount)) {
        add_amount(&sums, amount);
    }
    write_spend(life, &sums, sums.fits ? exact_differences(&sums) : rough_differences(all, &sums), columns, row);
}

/* ---- How much, of all rows of a plain slice ---------------------------------------------------------------------- */

/* What each purchase of the slice follows upon: the running sum of amounts before purchase k becomes before[k]. One
 * loop without branches, since each fact writes, and the last of those that have seen k purchases is the purchase. */
static void note_purchases(const int64_t *running, const int32_t *counted, int32_t facts, int64_t *before) {
    for (int32_t i = 0; i < facts; i++) {
        before[counted[i]] = running[i];
    }
}

/* Purchases [begin, end) of a plain slice, which all are one customer's, the last one up to `until`. */
static amounts add_purchases(const int64_t *before, int32_t begin, int32_t end, int64_t until) {
    amounts sums = {.count = end - begin, .fits = true};
    for (int32_t k = begin; k < end; k++) {
        const crmvi_wide amount = (k + 1 < end ? before[k + 1] : until) - before[k];
        sums.squares += amount * amount; /* all amounts of a plain slice together are below 2^61 */
    }
    sums.sum = begin < end ? until - before[begin] : 0;
    sums.fits = sums.squares < SQUARES_LIMIT;
    return sums;
}

static void derive_plain_spends(const crmvi_slice *slice, const crmvi_life *life, double *const *columns) {
    const crmvi_workspace *space = slice->space;
    const crmvi_span *all = &slice->whole->plan.spans[CRMVI_SPAN_ALL];
    const int32_t *begins = space->places[all->begin];
    const int32_t *ends = space->places[all->end];
    note_purchases(space->amounts, space->counted, slice->facts, space->before);
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        const int32_t bought = space->counted[begins[i]];
        const int32_t until = space->counted[ends[i]];
        const int32_t first = life->first_purchase || bought == until ? bought : bought + 1;
        const amounts sums = add_purchases(space->before, first, until, space->amounts[ends[i]]);
        if (sums.fits) {
            write_spend(life, &sums, exact_differences(&sums), columns, slice->begin + i);
        } else {
            derive_spend(slice, life, columns, slice->begin + i);
        }
    }
}

/* Adds a term to the running sums of amounts; the first one begins them. */
static bool run_term(const crmvi_slice *slice, const crmvi_term *term, bool is_first) {
    const crmvi_fact_column column = crmvi_slice_column(slice, term->column);
    int64_t *amounts_before = slice->space->amounts;
    if (is_first && term->sign == 1) {
        return crmvi_running_sums(&column, 0, slice->facts, amounts_before);
    }
    const int64_t *added = slice->space->added;
    const bool plain = crmvi_running_sums(&column, 0, slice->facts, slice->space->added);
    for (int32_t i = 0; i <= slice->facts; i++) {
        amounts_before[i] = (is_first ? 0 : amounts_before[i]) + term->sign * added[i];
    }
    return plain;
}

/* Running sums of the amounts of all facts; false where they cannot be told from them, or are not plain. */
static bool run_amounts(const crmvi_slice *slice, const crmvi_life *life) {
    const crmvi_fact_column *columns = slice->whole->facts->columns;
    const bool some_unknown =
        columns[CRMVI_FACT_UNKNOWN_COST_LINES].width != 0 || columns[CRMVI_FACT_UNKNOWN_MAGNITUDE].width != 0;
    bool plain = slice->plain && !(life->needs_cost && some_unknown);
    bool is_first = true;
    for (int32_t i = 0; i < life->term_count && plain; i++) {
        if (columns[life->terms[i].column].width != 0) {
            plain = run_term(slice, &life->terms[i], is_first);
            is_first = false;
        }
    }
    if (plain && is_first) { /* nothing was ever fed of it */
        memset(slice->space->amounts, 0, (size_t)(slice->facts + 1) * sizeof *slice->space->amounts);
    }
    return plain;
}

static void derive_spends(const crmvi_slice *slice, const crmvi_life *life, double *const *columns) {
    if (run_amounts(slice, life)) {
        derive_plain_spends(slice, life, columns);
    } else {
        for (int64_t row = slice->begin; row < slice->end; row++) {
            derive_spend(slice, life, columns, row);
        }
    }
    for (int64_t row = slice->begin; row < slice->end; row++) {
        if (isnan(columns[CRMV_HISTORY_REPEATS][row])) {
            write_no_spend(columns, row);
        }
    }
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

bool crmvi_histories_start(const crmvi_derivation *whole) {
    crmv_frame *frame = whole->frame;
    const int32_t count = whole->model->lifetime_count;
    if (count == 0 || whole->facts == NULL) {
        return true;
    }
    frame->histories = crmvi_zeroed(count, sizeof *frame->histories);
    bool made = frame->histories != NULL;
    for (int32_t i = 0; made && i < count; i++) {
        const int32_t last = whole->plan.lives[i].has_spend ? CRMV_HISTORY_SQUARES : CRMV_HISTORY_AGE;
        for (int32_t which = CRMV_HISTORY_REPEATS; made && which <= last; which++) {
            double **column = &frame->histories[i].columns[which];
            *column = crmvi_large_array(frame->rows, sizeof **column);
            made = *column != NULL;
        }
    }
    return made;
}

void crmvi_histories_derive(const crmvi_slice *slice) {
    const crmv_frame *frame = slice->whole->frame;
    for (int32_t i = 0; frame->histories != NULL && i < slice->whole->model->lifetime_count; i++) {
        const crmvi_life *life = &slice->whole->plan.lives[i];
        double *const *columns = frame->histories[i].columns;
        derive_times(slice, life, columns);
        if (life->has_spend) {
            derive_spends(slice, life, columns);
        }
    }
}
