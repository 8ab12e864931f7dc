#include "ledger/lines.h"

#include "base/hash.h"
#include "ledger/amounts.h"

#include <stdio.h>
#include <string.h>

enum { KEY_LIMIT = 1024, CURRENCY_LIMIT = 15 };

/* Which rows of a feed are being read. */
typedef struct rows {
    const crmvi_feed *feed;
    int64_t begin;
    crmvi_lines *lines;
} rows;

/* Of several reasons the one with the lowest number stands. */
static void set_aside(crmvi_lines *lines, int64_t i, int32_t reason) {
    if (reason != 0 && (lines->reasons[i] == 0 || reason < lines->reasons[i])) {
        lines->reasons[i] = (uint8_t)reason;
    }
}

/* ---- Keys, dates, documents -------------------------------------------------------------------------------------- */

/* The text of a row's role; false where it is missing. */
static bool read_text(const crmvi_feed *feed, int32_t role, int64_t row, const char **text, int64_t *length) {
    const crmv_column *column = feed->roles[role];
    if (!crmvi_column_present(column, row)) {
        return false;
    }
    crmvi_column_text(column, row, text, length);
    return !crmvi_reading_missing(&feed->layout->reading, *text, *length);
}

static int32_t read_text_key(const rows *r, int64_t i) {
    const crmvi_feed *feed = r->feed;
    const char *key;
    int64_t length;
    if (!read_text(feed, CRMVI_ROLE_CUSTOMER, r->begin + i, &key, &length) || length == 0) {
        return CRMV_NO_CUSTOMER;
    }
    if (feed->whole_keys) {
        return crmvi_decimal_whole(key, length, &r->lines->numbers[i]) == CRMVI_NUMBER_OK ? 0 : CRMV_BAD_CUSTOMER;
    }
    if (length > KEY_LIMIT || !crmvi_utf8_valid(key, length)) {
        return CRMV_BAD_CUSTOMER;
    }
    r->lines->numbers[i] = (int64_t)crmvi_hash_of(key, (size_t)length);
    r->lines->key_texts[i] = key;
    r->lines->key_lengths[i] = (int32_t)length;
    return 0;
}

static void read_keys(const rows *r) {
    const crmv_column *column = r->feed->roles[CRMVI_ROLE_CUSTOMER];
    crmvi_lines *lines = r->lines;
    if (crmvi_column_is_text(column)) {
        for (int64_t i = 0; i < lines->count; i++) {
            lines->reasons[i] = (uint8_t)read_text_key(r, i);
        }
        return;
    }
    crmvi_column_read_whole(column, r->begin, lines->count, lines->numbers);
    memset(lines->reasons, 0, (size_t)lines->count);
    if (crmvi_column_all_valid(column, r->begin, lines->count)) {
        return;
    }
    for (int64_t i = 0; i < lines->count; i++) {
        if (!crmvi_column_present(column, r->begin + i)) {
            lines->reasons[i] = CRMV_NO_CUSTOMER;
        }
    }
}

/* The row's currency, the model's own where the row has none. */
static int32_t read_currency(const crmvi_feed *feed, int64_t row, char currency[16]) {
    const char *text;
    int64_t length;
    memcpy(currency, feed->money->currency, 16);
    if (!read_text(feed, CRMVI_ROLE_CURRENCY, row, &text, &length)) {
        return 0;
    }
    if (length > CURRENCY_LIMIT || !crmvi_utf8_valid(text, length)) {
        currency[0] = '\0';
        return CRMV_BAD_CURRENCY;
    }
    memcpy(currency, text, (size_t)length);
    currency[length] = '\0';
    return 0;
}

/* Sets rows aside whose currency cannot be read, and marks those in another one than the model's. */
static void read_currencies(const rows *r, bool *is_other) {
    memset(is_other, 0, (size_t)r->lines->count * sizeof *is_other);
    for (int64_t i = 0; i < r->lines->count && r->feed->roles[CRMVI_ROLE_CURRENCY] != NULL; i++) {
        char currency[16];
        if (read_currency(r->feed, r->begin + i, currency) != 0) {
            set_aside(r->lines, i, CRMV_BAD_CURRENCY);
        } else {
            is_other[i] = strcmp(currency, r->feed->money->currency) != 0;
        }
    }
}

static void read_text_dates(const rows *r) {
    const crmvi_date_format *format = &r->feed->layout->reading.dates;
    for (int64_t i = 0; i < r->lines->count; i++) {
        const char *text;
        int64_t length;
        if (!read_text(r->feed, CRMVI_ROLE_DATE, r->begin + i, &text, &length)) {
            set_aside(r->lines, i, CRMV_NO_DATE_GIVEN);
        } else if (!crmvi_date_read(text, length, format, &r->lines->days[i])) {
            set_aside(r->lines, i, CRMV_BAD_DATE);
        }
    }
}

/* Days of rows that all have one: most blocks hold none that is out of range. */
static bool read_plain_days(const rows *r, const crmv_column *column) {
    int64_t days[CRMVI_BLOCK_ROWS];
    bool all_good = true;
    crmvi_column_read_whole(column, r->begin, r->lines->count, days);
    for (int64_t i = 0; i < r->lines->count; i++) {
        const bool is_good = days[i] >= CRMVI_FIRST_DAY && days[i] <= CRMVI_LAST_DAY;
        all_good = all_good && is_good;
        r->lines->days[i] = (int32_t)days[i];
    }
    return all_good;
}

static void read_dates(const rows *r) {
    const crmv_column *column = r->feed->roles[CRMVI_ROLE_DATE];
    if (crmvi_column_is_text(column)) {
        read_text_dates(r);
        return;
    }
    if (crmvi_column_all_valid(column, r->begin, r->lines->count) && read_plain_days(r, column)) {
        return;
    }
    for (int64_t i = 0; i < r->lines->count; i++) {
        if (!crmvi_column_present(column, r->begin + i)) {
            set_aside(r->lines, i, CRMV_NO_DATE_GIVEN);
            continue;
        }
        const int64_t day = crmvi_column_whole(column, r->begin + i);
        if (day < CRMVI_FIRST_DAY || day > CRMVI_LAST_DAY) {
            set_aside(r->lines, i, CRMV_BAD_DATE);
        }
        r->lines->days[i] = (int32_t)day;
    }
}

static void read_documents(const rows *r) {
    const crmv_column *column = r->feed->roles[CRMVI_ROLE_DOCUMENT];
    if (column == NULL) {
        return;
    }
    memset(r->lines->documents, 0, (size_t)r->lines->count * sizeof r->lines->documents[0]);
    for (int64_t i = 0; i < r->lines->count; i++) {
        const char *text;
        int64_t length;
        if (!crmvi_column_is_text(column)) {
            if (!crmvi_column_present(column, r->begin + i)) {
                continue;
            }
            r->lines->documents[i] = crmvi_column_whole(column, r->begin + i);
        } else if (read_text(r->feed, CRMVI_ROLE_DOCUMENT, r->begin + i, &text, &length)) {
            r->lines->documents[i] = (int64_t)crmvi_hash_of(text, (size_t)length);
        } else {
            continue;
        }
        r->lines->flags[i] |= CRMVI_LINE_DOCUMENT;
        r->lines->fed |= 1u << CRMVI_ROLE_DOCUMENT;
    }
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
        return read_text(feed, CRMVI_ROLE_KIND, row, &text, &length) ? find_kind(feed->layout, text, length) : -1;
    }
    if (!crmvi_column_present(column, row)) {
        return -1;
    }
    char written[24];
    length = snprintf(written, sizeof written, "%lld", (long long)crmvi_column_whole(column, row));
    return find_kind(feed->layout, written, length);
}

static void read_kinds(const rows *r, int8_t *kinds) {
    for (int64_t i = 0; i < r->lines->count; i++) {
        kinds[i] = (int8_t)read_kind(r->feed, r->begin + i);
        if (kinds[i] < 0) {
            set_aside(r->lines, i, CRMV_UNKNOWN_KIND);
        }
    }
}

/* What a kind does: the sign of its magnitudes, the flag of the line, and which amounts it takes. */
static const struct {
    int32_t sign;
    int32_t flag;
    bool takes_goods; /* quantity, cost and discount */
} effects[CRMVI_KINDS] = {
    [CRMVI_KIND_SALE] = {1, CRMVI_LINE_SALE, true},        [CRMVI_KIND_RETURN] = {-1, CRMVI_LINE_RETURN, true},
    [CRMVI_KIND_REBATE] = {-1, CRMVI_LINE_OTHER, false},   [CRMVI_KIND_CANCELLATION] = {-1, CRMVI_LINE_CANCELLED, true},
    [CRMVI_KIND_ADJUSTMENT] = {1, CRMVI_LINE_OTHER, true}, [CRMVI_KIND_COST] = {1, 0, false},
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
    if (sign < 0 && row->values[leading] < 0) {
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

/* Row by row, whatever they hold. */
static void settle_each(const rows *r, const int8_t *kinds, const bool *is_other) {
    crmvi_lines *lines = r->lines;
    crmvi_written *written = &lines->written;
    const signs s = signs_of(r->feed);
    uint32_t all_had = 0;
    for (int64_t i = 0; i < lines->count; i++) {
        set_aside(lines, i, amount_reason(written, i));
        if (lines->reasons[i] != 0) {
            continue;
        }
        row_amounts row;
        gather_row(written, i, &row);
        const int32_t kind = s.has_kinds ? kinds[i] : kind_by_sign(&s, &row);
        uint32_t had;
        if (!settle(&s, kind, lines, i, &row, &had)) {
            set_aside(lines, i, CRMV_NO_AMOUNT);
        } else if (is_other[i]) {
            set_aside(lines, i, CRMV_OTHER_CURRENCY);
        } else {
            all_had |= had;
            lines->rounded += count_rounded(written, i);
        }
    }
    lines->fed |= roles_of(r->feed, all_had);
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        lines->amounts[a] = written->amounts[a].values;
        lines->magnitudes[a] = magnitude_of(lines, lines->amounts[a]);
    }
    for (int64_t i = 0; i < lines->count; i++) {
        const uint8_t flags = lines->reasons[i] == 0 ? lines->flags[i] : 0;
        lines->any_flags |= flags;
        lines->negative += (flags & CRMVI_LINE_NEGATIVE) != 0;
        lines->set_aside += lines->reasons[i] != 0;
        lines->takes_revenue = lines->takes_revenue || lines->amounts[CRMVI_LINE_REVENUE][i] < 0;
    }
}

/* The amount that tells the sign of every row of the block, -1 where rows differ or something needs a closer look. */
static int32_t plain_leading(const rows *r) {
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
    if (any_reason != 0 || s.has_kinds || r->feed->roles[CRMVI_ROLE_CURRENCY] != NULL ||
        (s.feeds_revenue && !revenue->all_present)) {
        return -1;
    }
    if (quantity->all_present) {
        return CRMVI_LINE_QUANTITY;
    }
    return revenue->all_present && !quantity->any_present ? CRMVI_LINE_REVENUE : -1;
}

/* The same as settle_each for rows that are all there and carry their sign. */
static void settle_plain(const rows *r, int32_t leading) {
    static const int64_t zeros[CRMVI_BLOCK_ROWS];
    crmvi_lines *lines = r->lines;
    const crmvi_written *written = &lines->written;
    const crmvi_amounts *cost = &written->amounts[CRMVI_LINE_COST];
    const int64_t *values = written->amounts[leading].values;
    uint32_t had = 0;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        const bool is_given = written->amounts[a].is_given;
        lines->amounts[a] = is_given ? written->amounts[a].values : zeros;
        lines->magnitudes[a] = is_given ? written->amounts[a].magnitude : 0;
        had |= is_given && written->amounts[a].any_present ? 1u << a : 0;
    }
    const uint8_t unknown = cost->is_given ? 0 : CRMVI_LINE_UNKNOWN_COST;
    uint8_t any_flags = 0;
    for (int64_t i = 0; i < lines->count; i++) {
        const uint8_t flag = values[i] > 0 ? CRMVI_LINE_SALE : values[i] < 0 ? CRMVI_LINE_RETURN : CRMVI_LINE_OTHER;
        lines->flags[i] |= flag | unknown;
    }
    for (int64_t i = 0; i < lines->count && cost->is_given && !cost->all_present; i++) {
        lines->flags[i] |= cost->present[i] != 0 ? 0 : CRMVI_LINE_UNKNOWN_COST;
    }
    for (int64_t i = 0; i < lines->count; i++) {
        any_flags |= lines->flags[i];
    }
    lines->any_flags = any_flags;
    lines->takes_revenue =
        written->amounts[CRMVI_LINE_REVENUE].is_given && written->amounts[CRMVI_LINE_REVENUE].any_negative;
    lines->fed |= roles_of(r->feed, had);
}

/* Amounts that the feed does not give may still come out of another one. */
static void clear_absent(crmvi_lines *lines) {
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        if (!lines->written.amounts[a].is_given) {
            memset(lines->written.amounts[a].values, 0, (size_t)lines->count * sizeof(int64_t));
        }
    }
}

/* The first and the last day of the lines. */
static void note_days(crmvi_lines *lines) {
    const int32_t *days = lines->days;
    const int64_t count = lines->count;
    int32_t first = INT32_MAX;
    int32_t last = INT32_MIN;
    if (lines->set_aside > 0) {
        for (int64_t i = 0; i < count; i++) {
            first = lines->reasons[i] == 0 && days[i] < first ? days[i] : first;
            last = lines->reasons[i] == 0 && days[i] > last ? days[i] : last;
        }
    } else {
        for (int64_t i = 0; i < count; i++) {
            first = days[i] < first ? days[i] : first;
            last = days[i] > last ? days[i] : last;
        }
    }
    lines->first_day = first;
    lines->last_day = last;
}

static void settle_rows(const rows *r) {
    const int32_t leading = plain_leading(r);
    if (leading >= 0) {
        settle_plain(r, leading);
        return;
    }
    int8_t kinds[CRMVI_BLOCK_ROWS];
    bool is_other[CRMVI_BLOCK_ROWS];
    clear_absent(r->lines);
    read_currencies(r, is_other);
    if (r->feed->roles[CRMVI_ROLE_KIND] != NULL) {
        read_kinds(r, kinds);
    }
    settle_each(r, kinds, is_other);
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

void crmvi_lines_read(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_lines *lines) {
    const rows r = {feed, begin, lines};
    lines->count = count;
    lines->set_aside = 0;
    lines->negative = 0;
    lines->rounded = 0;
    lines->fed = 0;
    lines->any_flags = 0;
    lines->takes_revenue = false;
    memset(lines->flags, 0, (size_t)count);
    read_keys(&r);
    read_dates(&r);
    crmvi_amounts_read(feed, begin, count, &lines->written);
    read_documents(&r);
    settle_rows(&r);
    note_days(lines);
}

void crmvi_look_ahead(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_ahead *ahead) {
    ahead->columns = 0;
    ahead->column = 0;
    for (int32_t role = 0; role < CRMVI_ROLES && count > 0; role++) {
        const crmv_column *column = feed->roles[role];
        if (column != NULL && !crmvi_column_is_text(column) && crmvi_column_is_dense(column)) {
            ahead->at[ahead->columns] = crmvi_value_at(column, begin);
            ahead->end[ahead->columns++] = crmvi_value_at(column, begin + count);
        }
    }
}

bool crmvi_line_number(const crmvi_feed *feed, int64_t row, int64_t *number) {
    const crmv_column *column = feed->roles[CRMVI_ROLE_CUSTOMER];
    if (!crmvi_column_is_text(column)) {
        *number = crmvi_column_present(column, row) ? crmvi_column_whole(column, row) : 0;
        return crmvi_column_present(column, row);
    }
    const char *key;
    int64_t length;
    return read_text(feed, CRMVI_ROLE_CUSTOMER, row, &key, &length) &&
           crmvi_decimal_whole(key, length, number) == CRMVI_NUMBER_OK;
}

bool crmvi_line_revenue(const crmvi_feed *feed, int64_t row, int64_t *revenue, char currency[16]) {
    currency[0] = '\0';
    if (feed->roles[CRMVI_ROLE_CURRENCY] != NULL) {
        read_currency(feed, row, currency);
    }
    if (!crmvi_amounts_revenue(feed, row, revenue)) {
        return false;
    }
    const int32_t kind = feed->roles[CRMVI_ROLE_KIND] != NULL ? read_kind(feed, row) : -1;
    const bool turns = kind >= 0 && !feed->layout->signed_amounts && effects[kind].sign < 0;
    *revenue = turns ? -*revenue : *revenue;
    return true;
}

const crmv_column *crmvi_line_culprit(const crmvi_feed *feed, int64_t row, int32_t reason) {
    static const struct {
        int32_t reason, role;
    } culprits[] = {
        {CRMV_NO_CUSTOMER, CRMVI_ROLE_CUSTOMER},  {CRMV_BAD_CUSTOMER, CRMVI_ROLE_CUSTOMER},
        {CRMV_BAD_CURRENCY, CRMVI_ROLE_CURRENCY}, {CRMV_OTHER_CURRENCY, CRMVI_ROLE_CURRENCY},
        {CRMV_NO_DATE_GIVEN, CRMVI_ROLE_DATE},    {CRMV_BAD_DATE, CRMVI_ROLE_DATE},
        {CRMV_UNKNOWN_KIND, CRMVI_ROLE_KIND},     {CRMV_NO_AMOUNT, CRMVI_ROLE_REVENUE},
    };
    for (size_t i = 0; i < sizeof culprits / sizeof culprits[0]; i++) {
        if (culprits[i].reason == reason) {
            return feed->roles[culprits[i].role];
        }
    }
    return crmvi_amounts_culprit(feed, row, reason);
}
