/*
 * file_check.c - whether what came from a file is what the rooms above may rely on.
 *
 * Checksums keep accidents out, not forgeries: whoever can write a file can write its checksums.
 */
#include "base/column_read.h"
#include "base/error.h"
#include "base/memory.h"
#include "ledger/file_batch.h"

#include <stdlib.h>

enum { KEY_LIMIT = 1024, NAME_LIMIT = 64, TEXT_LIMIT = 255 };

static bool is_day(int32_t day) {
    return day >= CRMVI_FIRST_DAY && day <= CRMVI_LAST_DAY;
}

/* ---- Texts ------------------------------------------------------------------------------------------------------- */

/* Starts first, since nothing may be read where they lead before they are known to be good. */
static bool are_starts(const crmvi_texts *texts, int64_t most) {
    bool is_good = texts->starts[0] == 0 && texts->starts[texts->count] == texts->used;
    for (int64_t i = 0; i < texts->count && is_good; i++) {
        /* what wraps as unsigned is too long as well */
        const uint64_t length = (uint64_t)texts->starts[i + 1] - (uint64_t)texts->starts[i];
        is_good = length >= 2 && length <= (uint64_t)most + 1 && texts->starts[i + 1] <= texts->used;
    }
    return is_good;
}

/* UTF-8 of 1 to `most` bytes each, a NUL behind each, in strictly ascending order. */
static bool are_texts(const crmvi_texts *texts, int64_t most) {
    if (texts->count == 0) {
        return true;
    }
    if (!are_starts(texts, most)) {
        return false;
    }
    for (int64_t i = 0; i < texts->count; i++) {
        const char *text = crmvi_texts_get(texts, i);
        const int64_t length = crmvi_texts_length(texts, i);
        if (text[length] != '\0' || !crmvi_utf8_valid(text, length) ||
            (i > 0 && strcmp(crmvi_texts_get(texts, i - 1), text) >= 0)) {
            return false;
        }
    }
    return true;
}

/* ---- Facts ------------------------------------------------------------------------------------------------------- */

static bool are_numbers(const crmvi_facts *facts) {
    for (int64_t i = 1; i < facts->customers; i++) {
        if (facts->numbers[i - 1] >= facts->numbers[i]) {
            return false;
        }
    }
    return true;
}

/* Every customer has a fact. */
static bool are_offsets(const crmvi_facts *facts) {
    bool is_good = facts->offsets[0] == 0 && facts->offsets[facts->customers] == facts->count;
    for (int64_t i = 0; i < facts->customers; i++) {
        is_good = is_good && facts->offsets[i] < facts->offsets[i + 1];
    }
    return is_good;
}

static bool are_days(const crmvi_facts *facts) {
    for (int64_t i = 0; i < facts->customers; i++) {
        const int64_t end = facts->offsets[i + 1];
        for (int64_t fact = facts->offsets[i]; fact < end; fact++) {
            if (!is_day(facts->days[fact]) ||
                (fact > facts->offsets[i] && facts->days[fact - 1] >= facts->days[fact])) {
                return false;
            }
        }
    }
    return true;
}

/* Columns that count something hold nothing below 0. Lines of unknown cost may: a cancellation, on its own day, takes
 * that of its sale back. */
static const int32_t counts[] = {CRMVI_FACT_SALE_LINES, CRMVI_FACT_CANCELLED_LINES, CRMVI_FACT_RETURN_LINES,
                                 CRMVI_FACT_DOCUMENTS, CRMVI_FACT_EVENTS};

static bool is_never_negative(const crmvi_fact_column *column, int64_t count) {
    enum { PORTION = 512 };
    int64_t any = 0;
    for (int64_t done = 0; column->width > 0 && done < count; done += PORTION) {
        int64_t values[PORTION];
        const int64_t portion = count - done < PORTION ? count - done : PORTION;
        crmvi_fact_column_read(column, done, portion, values);
        for (int64_t i = 0; i < portion; i++) {
            any |= values[i];
        }
    }
    return any >= 0;
}

static int32_t check_columns(const crmvi_facts *facts, const crmvi_file_site *site) {
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (!is_never_negative(&facts->columns[counts[i]], facts->count)) {
            return crmvi_file_bad(site, crmvi_file_section_name(CRMVI_SECTION_COLUMNS + counts[i]),
                                  "a count is below 0");
        }
    }
    return CRMV_OK;
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

static bool are_begins(const crmvi_facts *facts) {
    const crmvi_events *events = &facts->events;
    bool is_good = events->begins[0] == 0 && events->begins[facts->customers] == events->count;
    for (int64_t i = 0; i < facts->customers; i++) {
        is_good = is_good && events->begins[i] <= events->begins[i + 1];
    }
    return is_good;
}

static bool is_event(const crmvi_event *event, const crmvi_events *events) {
    return is_day(event->day) && event->name >= 0 && event->name < events->names.count && event->text >= -1 &&
           event->text < events->texts.count &&
           (event->value == CRMVI_NO_VALUE ||
            (event->value > -CRMVI_AMOUNT_LIMIT && event->value < CRMVI_AMOUNT_LIMIT));
}

/* Whether `b` may follow `a`: by day, name, value and text, where what is missing comes first, as it is the lowest. */
static bool may_follow(const crmvi_event *a, const crmvi_event *b) {
    if (a->day != b->day) {
        return a->day < b->day;
    }
    if (a->name != b->name) {
        return a->name < b->name;
    }
    return a->value != b->value ? a->value < b->value : a->text <= b->text;
}

/* A customer's events: each good, in order, and as many on each day as the facts say. */
static bool are_events_of(const crmvi_facts *facts, int64_t customer) {
    const crmvi_events *events = &facts->events;
    int64_t i = events->begins[customer];
    const int64_t end = events->begins[customer + 1];
    for (int64_t k = i; k < end; k++) {
        if (!is_event(&events->items[k], events) || (k > i && !may_follow(&events->items[k - 1], &events->items[k]))) {
            return false;
        }
    }
    for (int64_t fact = facts->offsets[customer]; fact < facts->offsets[customer + 1]; fact++) {
        const int64_t begin = i;
        while (i < end && events->items[i].day == facts->days[fact]) {
            i++;
        }
        if (i - begin != crmvi_fact(facts, CRMVI_FACT_EVENTS, fact)) {
            return false;
        }
    }
    return i == end;
}

/* Each name and each text is some event's. */
static int32_t check_use(const crmvi_events *events, const crmvi_file_site *site) {
    bool *used = crmvi_zeroed(events->names.count + events->texts.count, sizeof *used);
    if (used == NULL) {
        return crmvi_no_memory(site->error);
    }
    for (int64_t i = 0; i < events->count; i++) {
        used[events->items[i].name] = true;
        if (events->items[i].text >= 0) {
            used[events->names.count + events->items[i].text] = true;
        }
    }
    bool all = true;
    for (int64_t i = 0; i < events->names.count + events->texts.count; i++) {
        all = all && used[i];
    }
    free(used);
    return all ? CRMV_OK : crmvi_file_bad(site, "events", "a name or text is no event's");
}

static bool counts_events(const crmvi_facts *facts) {
    bool any = false;
    for (int64_t fact = 0; fact < facts->count && facts->columns[CRMVI_FACT_EVENTS].width > 0; fact++) {
        any = any || crmvi_fact(facts, CRMVI_FACT_EVENTS, fact) != 0;
    }
    return any;
}

static int32_t check_events(const crmvi_facts *facts, const crmvi_file_site *site) {
    const crmvi_events *events = &facts->events;
    if (events->count == 0) {
        return counts_events(facts) ? crmvi_file_bad(site, "counts of events", "there are no events") : CRMV_OK;
    }
    if (!are_texts(&events->names, NAME_LIMIT) || !are_texts(&events->texts, TEXT_LIMIT)) {
        return crmvi_file_bad(site, "event names", "a name or text is none, or out of order");
    }
    if (!are_begins(facts)) {
        return crmvi_file_bad(site, "beginnings of events", "they do not ascend from 0 to the last event");
    }
    for (int64_t i = 0; i < facts->customers; i++) {
        if (!are_events_of(facts, i)) {
            return crmvi_file_bad(site, "events", "one cannot be, is out of order, or is counted wrongly");
        }
    }
    return check_use(events, site);
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

int32_t crmvi_file_check_facts(const crmvi_facts *facts, const crmvi_file_site *site) {
    if (facts->customers == 0) {
        return CRMV_OK;
    }
    const bool are_keys =
        facts->key_kind == CRMVI_KEYS_TEXTS ? are_texts(&facts->texts, KEY_LIMIT) : are_numbers(facts);
    if (!are_keys) {
        return crmvi_file_bad(site, "keys", "one is none, or they do not ascend");
    }
    if (!are_offsets(facts)) {
        return crmvi_file_bad(site, "offsets", "they do not ascend from 0 to the last fact");
    }
    if (!are_days(facts)) {
        return crmvi_file_bad(site, "days", "one is outside the calendar, or they do not ascend");
    }
    const int32_t status = check_columns(facts, site);
    return status == CRMV_OK ? check_events(facts, site) : status;
}

static int compare_asides(const crmvi_aside *a, const crmvi_aside *b) {
    const int order = a->reason != b->reason ? a->reason - b->reason : strcmp(a->currency, b->currency);
    return order != 0 ? order : a->feed - b->feed;
}

/* Whether a sum of so many amounts, each of 64 bits, can be this: then sums over all batches fit into 128 bits too. */
static bool is_sum_of(crmvi_wide sum, int64_t amounts) {
    const crmvi_wide most = (crmvi_wide)amounts << 63;
    return sum <= most && sum >= -most;
}

/* In order, and no more rows than were not accepted. */
static bool are_asides(const crmvi_posting *posting) {
    int64_t left[CRMVI_FEEDS];
    for (int32_t feed = 0; feed < CRMVI_FEEDS; feed++) {
        left[feed] = posting->rows[feed] - posting->accepted[feed];
    }
    for (int64_t i = 0; i < posting->asides.count; i++) {
        const crmvi_aside *aside = &posting->asides.items[i];
        const int32_t feed = aside->feed - CRMV_TRANSACTIONS;
        if (aside->rows > left[feed] || !is_sum_of(aside->revenue, aside->amounts) ||
            (i > 0 && compare_asides(aside - 1, aside) >= 0)) {
            return false;
        }
        left[feed] -= aside->rows;
    }
    return true;
}

/* In order, and no more rows than were accepted. */
static bool are_conversions(const crmvi_posting *posting) {
    int64_t left = posting->accepted[CRMVI_FEED_TRANSACTIONS] + posting->accepted[CRMVI_FEED_RECEIVABLES];
    for (int64_t i = 0; i < posting->conversions.count; i++) {
        const crmvi_conversion *conversion = &posting->conversions.items[i];
        if (conversion->rows > left || !is_sum_of(conversion->before, conversion->rows) ||
            !is_sum_of(conversion->after, conversion->rows) ||
            (i > 0 && strcmp(conversion[-1].currency, conversion->currency) >= 0)) {
            return false;
        }
        left -= conversion->rows;
    }
    return true;
}

int32_t crmvi_file_check_lists(const crmvi_posting *posting, const crmvi_file_site *site) {
    if (!are_asides(posting)) {
        return crmvi_file_bad(site, "rows set aside", "they are out of order, or more than came in");
    }
    return are_conversions(posting)
               ? CRMV_OK
               : crmvi_file_bad(site, "conversions", "they are out of order, or more than were accepted");
}
