#include "ledger/settle.h"

#include "base/vectors.h"
#include "ledger/exchange.h"
#include "model/missing.h"

#include <stdio.h>
#include <string.h>

/* ---- Texts and currencies ---------------------------------------------------------------------------------------- */

bool crmvi_row_text(const crmvi_feed *feed, int32_t role, int64_t row, const char **text, int64_t *length) {
    const crmvi_cells cells = {feed->roles[role], &feed->layout->reading, row, 1};
    return crmvi_cell_text(&cells, row, text, length);
}

static crmvi_cells currencies_of(const crmvi_feed *feed, int64_t begin, int64_t count) {
    return (crmvi_cells){feed->roles[CRMVI_ROLE_CURRENCY], &feed->layout->reading, begin, count};
}

/* Sets rows aside whose currency cannot be read, marks those in another one than the model's, and tells whether there
 * are any. */
static bool read_currencies(const crmvi_rows *r, bool *is_other) {
    const crmvi_cells cells = currencies_of(r->feed, r->begin, r->lines->count);
    return cells.column != NULL &&
           crmvi_cells_currencies(&cells, r->feed->money->currency, is_other, r->lines->reasons);
}

/* ---- Kinds ------------------------------------------------------------------------------------------------------- */

static int32_t find_kind(const crmvi_layout *layout, const char *text, int64_t length) {
    for (int32_t i = 0; i < layout->kind_count; i++) {
        const char *known = layout->kinds[i].text;
        if (strlen(known) == (size_t)length && memcmp(known, text, (size_t)length) == 0) {
            return layout->kinds[i].kind;
        }
    }
    return -1;
}

/* The row's kind, -1 where it has none that the layout knows. */
static int32_t read_kind(const crmvi_feed *feed, int64_t row) {
    const crmv_column *column = feed->roles[CRMVI_ROLE_KIND];
    const char *text;
    int64_t length;
    if (crmvi_column_is_text(column)) {
        return crmvi_row_text(feed, CRMVI_ROLE_KIND, row, &text, &length) ? find_kind(feed->layout, text, length) : -1;
    }
    if (!crmvi_column_present(column, row)) {
        return -1;
    }
    char written[24];
    length = snprintf(written, sizeof written, "%lld", (long long)crmvi_column_whole(column, row));
    return find_kind(feed->layout, written, length);
}

/* Most rows are of the kind of the row before them. */
static void read_text_kinds(const crmvi_rows *r, const crmv_column *column, int8_t *kinds) {
    crmvi_block_texts texts;
    int64_t last = -1; /* the row whose kind was found last */
    crmvi_reading_texts(&r->feed->layout->reading, column, r->begin, r->lines->count, &texts);
    for (int64_t i = 0; i < texts.count; i++) {
        const int64_t length = texts.lengths[i];
        if (length < 0) {
            kinds[i] = -1;
        } else if (last >= 0 && length == texts.lengths[last] &&
                   memcmp(texts.at[i], texts.at[last], (size_t)length) == 0) {
            kinds[i] = kinds[last];
        } else {
            kinds[i] = (int8_t)find_kind(r->feed->layout, texts.at[i], length);
            last = i;
        }
    }
}

static void read_kinds(const crmvi_rows *r, int8_t *kinds) {
    const crmv_column *column = r->feed->roles[CRMVI_ROLE_KIND];
    const bool is_text = crmvi_column_is_text(column);
    if (is_text) {
        read_text_kinds(r, column, kinds);
    }
    for (int64_t i = 0; i < r->lines->count; i++) {
        kinds[i] = is_text ? kinds[i] : (int8_t)read_kind(r->feed, r->begin + i);
        if (kinds[i] < 0) {
            crmvi_set_aside(r->lines, i, CRMV_UNKNOWN_KIND);
        }
    }
}

/* What a kind does: the sign of its magnitudes, the flag of the line, and which amounts it takes. */
static const struct {
    int32_t sign;
    int32_t flag;
    bool takes_goods; /* quantity, cost and discount */
} effects[CRMVI_KINDS] = {
    [CRMVI_KIND_SALE] = {1, CRMVI_LINE_SALE, true},
    [CRMVI_KIND_RETURN] = {-1, CRMVI_LINE_RETURN, true},
    [CRMVI_KIND_REBATE] = {-1, CRMVI_LINE_OTHER, false},
    [CRMVI_KIND_CANCELLATION] = {-1, CRMVI_LINE_CANCELLED, true},
    [CRMVI_KIND_ADJUSTMENT] = {1, CRMVI_LINE_OTHER, true},
    [CRMVI_KIND_COST] = {1, 0, false},
    [CRMVI_KIND_VOID] = {1, 0, false},
};

/* ---- Signs ------------------------------------------------------------------------------------------------------- */

/* One row's amounts as they are written, and which of them are there. */
typedef struct row_amounts {
    int64_t values[CRMVI_LINE_AMOUNTS];
    bool present[CRMVI_LINE_AMOUNTS];
} row_amounts;

/* What accepted rows had: bits 1 << CRMVI_LINE_..., and these for what a kind makes of another amount. */
enum { HAS_COST_ALONE = 1 << CRMVI_LINE_AMOUNTS, HAS_REBATE = 2 << CRMVI_LINE_AMOUNTS };

/* What holds for all rows of a feed. */
typedef struct signs {
    bool has_kinds;
    bool carries_sign;  /* amounts bear their own sign */
    bool feeds_amounts; /* the feed has quantities or revenues */
    bool feeds_revenue; /* it has revenues, or prices */
} signs;

static signs signs_of(const crmvi_feed *feed) {
    const bool has_kinds = feed->roles[CRMVI_ROLE_KIND] != NULL;
    const bool feeds_revenue = feed->roles[CRMVI_ROLE_REVENUE] != NULL || feed->roles[CRMVI_ROLE_UNIT_PRICE] != NULL;
    return (signs){.has_kinds = has_kinds,
                   .carries_sign = !has_kinds || feed->layout->signed_amounts,
                   .feeds_amounts = feeds_revenue || feed->roles[CRMVI_ROLE_QUANTITY] != NULL,
                   .feeds_revenue = feeds_revenue};
}

/* What a kind makes of written revenue: 1, -1, or 0 where it takes none. */
static int32_t revenue_sign(const signs *s, int32_t kind) {
    return kind == CRMVI_KIND_COST ? 0 : s->carries_sign ? 1 : effects[kind].sign;
}

/* The amount that tells the sign: the quantity, else the revenue. */
static int32_t leading_amount(const row_amounts *row) {
    return row->present[CRMVI_LINE_QUANTITY] ? CRMVI_LINE_QUANTITY : CRMVI_LINE_REVENUE;
}

/* The kind of a row that carries its sign. */
static int32_t kind_by_sign(const signs *s, const row_amounts *row) {
    const int32_t leading = leading_amount(row);
    if (!row->present[leading]) {
        return s->feeds_amounts ? CRMVI_KIND_COST : CRMVI_KIND_SALE;
    }
    const int64_t value = row->values[leading];
    return value > 0 ? CRMVI_KIND_SALE : value < 0 ? CRMVI_KIND_RETURN : CRMVI_KIND_ADJUSTMENT;
}

/* What a row adds takes the place of what was written. */
static void put_amounts(crmvi_lines *lines, int64_t i, const int64_t amounts[CRMVI_LINE_AMOUNTS]) {
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        lines->written.amounts[a].values[i] = amounts[a];
    }
}

/* A cost alone is what it cost to serve. */
static bool take_cost_alone(crmvi_lines *lines, int64_t i, const row_amounts *row, uint32_t *had) {
    const int32_t taken = row->present[CRMVI_LINE_COST_TO_SERVE] ? CRMVI_LINE_COST_TO_SERVE : CRMVI_LINE_COST;
    const int64_t amounts[CRMVI_LINE_AMOUNTS] = {[CRMVI_LINE_COST_TO_SERVE] = row->values[taken]};
    put_amounts(lines, i, amounts);
    *had = HAS_COST_ALONE;
    return row->present[taken];
}

/* What a rebate takes off the revenue is a discount; nothing else of its row is read. */
static void take_rebate(crmvi_lines *lines, int64_t i, const row_amounts *row, int64_t sign, uint32_t *had) {
    const int64_t revenue = sign * row->values[CRMVI_LINE_REVENUE];
    const int64_t amounts[CRMVI_LINE_AMOUNTS] = {[CRMVI_LINE_REVENUE] = revenue, [CRMVI_LINE_DISCOUNT] = -revenue};
    put_amounts(lines, i, amounts);
    *had = HAS_REBATE | (row->present[CRMVI_LINE_REVENUE] ? 1u << CRMVI_LINE_REVENUE : 0);
}

/* Whether an amount that a kind turns round was negative already: a credit note's revenue may be, beside a quantity
 * that is not. Of a rebate only the revenue is read. */
static bool was_negative(int32_t kind, const row_amounts *row) {
    const int64_t *values = row->values;
    const bool is_cost_alone = !row->present[CRMVI_LINE_QUANTITY] && !row->present[CRMVI_LINE_REVENUE];
    const int64_t other = values[is_cost_alone ? CRMVI_LINE_COST : CRMVI_LINE_QUANTITY];
    return values[CRMVI_LINE_REVENUE] < 0 || (effects[kind].takes_goods && other < 0);
}

static void take_goods(crmvi_lines *lines, int64_t i, const row_amounts *row, int64_t sign, uint32_t *had) {
    int64_t amounts[CRMVI_LINE_AMOUNTS];
    *had = 0;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        amounts[a] = sign * row->values[a];
        *had |= row->present[a] ? 1u << a : 0;
    }
    put_amounts(lines, i, amounts);
    if (!row->present[CRMVI_LINE_COST]) {
        lines->flags[i] |= CRMVI_LINE_UNKNOWN_COST;
    }
}

/* Settles a row's signs and flags. False where it has no amount that its kind could take. */
static bool settle(const signs *s, int32_t kind, crmvi_lines *lines, int64_t i, const row_amounts *row, uint32_t *had) {
    if (kind == CRMVI_KIND_COST) {
        return take_cost_alone(lines, i, row, had);
    }
    const int32_t leading = leading_amount(row);
    const bool lacks_revenue = s->feeds_revenue && !row->present[CRMVI_LINE_REVENUE];
    if (lacks_revenue || (s->feeds_amounts && !row->present[leading])) {
        return false;
    }
    const int64_t sign = s->carries_sign ? 1 : effects[kind].sign;
    lines->flags[i] |= (uint8_t)effects[kind].flag;
    if (effects[kind].takes_goods) {
        take_goods(lines, i, row, sign, had);
    } else {
        take_rebate(lines, i, row, sign, had);
    }
    if (sign < 0 && was_negative(kind, row)) {
        lines->flags[i] |= CRMVI_LINE_NEGATIVE;
    }
    return true;
}

/* The roles behind what accepted rows had, as bits. */
static uint32_t roles_of(const crmvi_feed *feed, uint32_t had) {
    static const int32_t roles[CRMVI_LINE_AMOUNTS][3] = {
        [CRMVI_LINE_QUANTITY] = {CRMVI_ROLE_QUANTITY, CRMVI_ROLE_QUANTITY, CRMVI_ROLE_QUANTITY},
        [CRMVI_LINE_REVENUE] = {CRMVI_ROLE_REVENUE, CRMVI_ROLE_UNIT_PRICE, CRMVI_ROLE_UNIT_PRICE},
        [CRMVI_LINE_COST] = {CRMVI_ROLE_COST, CRMVI_ROLE_UNIT_COST, CRMVI_ROLE_GROSS_PROFIT},
        [CRMVI_LINE_DISCOUNT] = {CRMVI_ROLE_DISCOUNT, CRMVI_ROLE_DISCOUNT_RATE, CRMVI_ROLE_DISCOUNT_RATE},
        [CRMVI_LINE_COST_TO_SERVE] = {CRMVI_ROLE_COST_TO_SERVE, CRMVI_ROLE_COST_TO_SERVE, CRMVI_ROLE_COST_TO_SERVE},
    };
    uint32_t bits = (had & HAS_COST_ALONE) != 0 ? 1u << CRMVI_ROLE_COST_TO_SERVE : 0;
    bits |= (had & HAS_REBATE) != 0 ? 1u << CRMVI_ROLE_DISCOUNT : 0;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        for (int32_t j = 0; j < 3; j++) {
            const bool is_fed = (had & 1u << a) != 0 && feed->roles[roles[a][j]] != NULL;
            bits |= is_fed ? 1u << roles[a][j] : 0;
        }
    }
    return bits;
}

/* A bad amount comes before one that is too large, and that before a bad rate. */
static int32_t amount_reason(const crmvi_written *written, int64_t i) {
    int32_t first = 0;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        const crmvi_amounts *amounts = &written->amounts[a];
        const int32_t reason = amounts->is_given && amounts->any_reason ? amounts->reasons[i] : 0;
        first = reason != 0 && (first == 0 || reason < first) ? reason : first;
    }
    return first;
}

static void gather_row(const crmvi_written *written, int64_t i, row_amounts *row) {
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        const crmvi_amounts *amounts = &written->amounts[a];
        row->present[a] = amounts->is_given && amounts->present[i] != 0;
        row->values[a] = row->present[a] ? amounts->values[i] : 0;
    }
}

static int64_t count_rounded(const crmvi_written *written, int64_t i) {
    int64_t count = 0;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        const crmvi_amounts *amounts = &written->amounts[a];
        count += amounts->is_given && amounts->any_rounded && amounts->rounded[i] != 0;
    }
    return count;
}

/* ---- Settling a block -------------------------------------------------------------------------------------------- */

/* The bits of the magnitudes of all rows that are not set aside. */
static uint64_t magnitude_of(const crmvi_lines *lines, const int64_t *values) {
    uint64_t bits = 0;
    for (int64_t i = 0; i < lines->count; i++) {
        const int64_t value = lines->reasons[i] == 0 ? values[i] : 0;
        bits |= (uint64_t)(value < 0 ? -value : value);
    }
    return bits;
}

/* A block whose rows are settled one by one. */
typedef struct settling {
    const crmvi_rows *r;
    signs s;
    const int8_t *kinds;  /* undefined where the feed has none */
    const bool *is_other; /* NULL: no row is in another currency than the model's */
    uint32_t had;         /* what accepted rows had */
} settling;

/* Finds the rate of a row in another currency, or the reason why there is none. */
static int32_t find_rate(const crmvi_rows *r, int64_t i, crmvi_rate *rate) {
    const crmvi_feed *feed = r->feed;
    const crmvi_cells cells = currencies_of(feed, r->begin, r->lines->count);
    char currency[16];
    crmvi_cell_currency(&cells, r->begin + i, feed->money->currency, currency);
    if (crmvi_rates_find(feed->rates, currency, r->lines->days[i], rate)) {
        return 0;
    }
    return crmvi_rates_know(feed->rates, currency) ? CRMV_NO_RATE : CRMV_OTHER_CURRENCY;
}

static int32_t kind_of(const settling *b, int64_t i, const row_amounts *row) {
    return b->s.has_kinds ? b->kinds[i] : kind_by_sign(&b->s, row);
}

/* Settles a row whose amounts are in the model's currency, or would be but for the lack of a rate. */
static void settle_row(settling *b, int64_t i, int32_t kind, const row_amounts *row, int32_t lacks_rate) {
    crmvi_lines *lines = b->r->lines;
    uint32_t had;
    if (!settle(&b->s, kind, lines, i, row, &had)) {
        crmvi_set_aside(lines, i, CRMV_NO_AMOUNT);
    } else if (lacks_rate != 0) {
        crmvi_set_aside(lines, i, lacks_rate);
    } else {
        b->had |= had;
        lines->totals.rounded += count_rounded(&lines->written, i);
    }
}

/* Converts a row's amounts and settles it. What kind it is, is told by what it says, of which conversion may leave 0.
 */
static void settle_other(settling *b, int64_t i, int32_t kind, const row_amounts *said) {
    const crmvi_rows *r = b->r;
    crmvi_lines *lines = r->lines;
    const crmvi_exchange exchange = {r->feed, r->begin, lines->count, &lines->written};
    crmvi_rate rate;
    const int32_t lacks_rate = find_rate(r, i, &rate);
    row_amounts row = *said;
    if (lacks_rate == 0) {
        crmvi_exchange_line(&exchange, i, &rate);
        gather_row(&lines->written, i, &row);
        crmvi_set_aside(lines, i, amount_reason(&lines->written, i));
    }
    if (lines->reasons[i] == 0) {
        settle_row(b, i, kind, &row, lacks_rate);
    }
    if (lines->reasons[i] == 0) {
        lines->converted[lines->converted_count++] = (crmvi_converted){
            .row = (int32_t)i,
            .rate_day = rate.day,
            .before = said->values[CRMVI_LINE_REVENUE] * revenue_sign(&b->s, kind),
        };
    }
}

/* Row by row, whatever they hold. */
static void settle_each(settling *b) {
    const crmvi_rows *r = b->r;
    crmvi_lines *lines = r->lines;
    crmvi_written *written = &lines->written;
    for (int64_t i = 0; i < lines->count; i++) {
        crmvi_set_aside(lines, i, amount_reason(written, i));
        if (lines->reasons[i] == 0 && b->s.has_kinds && b->kinds[i] == CRMVI_KIND_VOID) {
            crmvi_set_aside(lines, i, CRMV_VOID_DOCUMENT);
        }
        if (lines->reasons[i] != 0) {
            continue;
        }
        row_amounts row;
        gather_row(written, i, &row);
        const int32_t kind = kind_of(b, i, &row);
        if (b->is_other != NULL && b->is_other[i]) {
            settle_other(b, i, kind, &row);
        } else {
            settle_row(b, i, kind, &row, 0);
        }
    }
    lines->totals.fed |= roles_of(r->feed, b->had);
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        lines->amounts[a] = written->amounts[a].values;
        lines->totals.magnitudes[a] = magnitude_of(lines, lines->amounts[a]);
    }
    for (int64_t i = 0; i < lines->count; i++) {
        const uint8_t flags = lines->reasons[i] == 0 ? lines->flags[i] : 0;
        lines->totals.any_flags |= flags;
        lines->totals.negative += (flags & CRMVI_LINE_NEGATIVE) != 0;
        lines->totals.set_aside += lines->reasons[i] != 0;
        lines->totals.takes_revenue = lines->totals.takes_revenue || lines->amounts[CRMVI_LINE_REVENUE][i] < 0;
    }
}

/* The amount that tells the sign of every row of the block, -1 where rows differ or something needs a closer look. */
static int32_t plain_leading(const crmvi_rows *r) {
    const crmvi_written *written = &r->lines->written;
    const crmvi_amounts *quantity = &written->amounts[CRMVI_LINE_QUANTITY];
    const crmvi_amounts *revenue = &written->amounts[CRMVI_LINE_REVENUE];
    const signs s = signs_of(r->feed);
    uint8_t any_reason = 0;
    for (int64_t i = 0; i < r->lines->count; i++) {
        any_reason |= r->lines->reasons[i];
    }
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        any_reason |= written->amounts[a].any_reason || written->amounts[a].any_rounded;
    }
    if (any_reason != 0 || s.has_kinds || (s.feeds_revenue && !revenue->all_present)) {
        return -1;
    }
    if (quantity->all_present) {
        return CRMVI_LINE_QUANTITY;
    }
    return revenue->all_present && !quantity->any_present ? CRMVI_LINE_REVENUE : -1;
}

/* Adds to the flags of lines the one that each amount's sign tells, and `more`; returns the flags of all together.
 * Vectors of 64 bits become bytes sooner by way of 32 bits. */
CRMVI_VECTORS static uint8_t flag_signs(const int64_t *amounts, int64_t count, uint8_t more, uint8_t *flags) {
    uint8_t all = 0;
    int32_t told[CRMVI_BLOCK_ROWS];
    for (int64_t i = 0; i < count; i++) {
        const int64_t other = amounts[i] == 0 ? CRMVI_LINE_OTHER : CRMVI_LINE_SALE;
        told[i] = (int32_t)(amounts[i] < 0 ? CRMVI_LINE_RETURN : other);
    }
    for (int64_t i = 0; i < count; i++) {
        flags[i] |= (uint8_t)told[i] | more;
        all |= flags[i];
    }
    return all;
}

/* The same as settle_each for rows that are all there and carry their sign. */
static void settle_plain(const crmvi_rows *r, int32_t leading) {
    static const int64_t zeros[CRMVI_BLOCK_ROWS];
    crmvi_lines *lines = r->lines;
    const crmvi_written *written = &lines->written;
    const crmvi_amounts *cost = &written->amounts[CRMVI_LINE_COST];
    uint32_t had = 0;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        const crmvi_amounts *amounts = &written->amounts[a];
        const int64_t *values = amounts->in_place != NULL ? amounts->in_place : amounts->values;
        lines->amounts[a] = amounts->is_given ? values : zeros;
        lines->totals.magnitudes[a] = amounts->is_given ? amounts->magnitude : 0;
        had |= amounts->is_given && amounts->any_present ? 1u << a : 0;
    }
    const uint8_t unknown = cost->is_given ? 0 : CRMVI_LINE_UNKNOWN_COST;
    uint8_t any_flags = flag_signs(lines->amounts[leading], lines->count, unknown, lines->flags);
    for (int64_t i = 0; i < lines->count && cost->is_given && !cost->all_present; i++) {
        const uint8_t flag = cost->present[i] != 0 ? 0 : CRMVI_LINE_UNKNOWN_COST;
        lines->flags[i] |= flag;
        any_flags |= flag;
    }
    lines->totals.any_flags = any_flags;
    lines->totals.takes_revenue =
        written->amounts[CRMVI_LINE_REVENUE].is_given && written->amounts[CRMVI_LINE_REVENUE].any_negative;
    lines->totals.fed |= roles_of(r->feed, had);
}

/* Rows that are settled one by one write to all arrays: amounts that the feed does not give may still come out of
 * another one. */
static void fetch_all(crmvi_lines *lines) {
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        crmvi_amounts_fetch(&lines->written.amounts[a], lines->count);
        if (!lines->written.amounts[a].is_given) {
            memset(lines->written.amounts[a].values, 0, (size_t)lines->count * sizeof(int64_t));
        }
    }
}

void crmvi_settle(const crmvi_rows *r) {
    bool is_other[CRMVI_BLOCK_ROWS];
    const bool any_other = read_currencies(r, is_other);
    const int32_t leading = any_other ? -1 : plain_leading(r);
    if (leading >= 0) {
        settle_plain(r, leading);
    } else {
        int8_t kinds[CRMVI_BLOCK_ROWS];
        settling b = {r, signs_of(r->feed), kinds, any_other ? is_other : NULL, 0};
        fetch_all(r->lines);
        if (b.s.has_kinds) {
            read_kinds(r, kinds);
        }
        settle_each(&b);
    }
}

/* ---- Of one row alone -------------------------------------------------------------------------------------------- */

bool crmvi_line_revenue(const crmvi_feed *feed, int64_t row, int64_t *revenue, char currency[16]) {
    currency[0] = '\0';
    if (feed->roles[CRMVI_ROLE_CURRENCY] != NULL) {
        const crmvi_cells cells = currencies_of(feed, row, 1);
        crmvi_cell_currency(&cells, row, feed->money->currency, currency);
    }
    if (!crmvi_amounts_revenue(feed, row, revenue)) {
        return false;
    }
    const int32_t kind = feed->roles[CRMVI_ROLE_KIND] != NULL ? read_kind(feed, row) : -1;
    const bool turns = kind >= 0 && !feed->layout->signed_amounts && effects[kind].sign < 0;
    *revenue = turns ? -*revenue : *revenue;
    return true;
}
