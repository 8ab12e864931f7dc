/* corrections.c - taking back what was taken in: a batch, or a customer out of all of them. */
#include "base/decimal.h"
#include "base/error.h"
#include "base/guest.h"
#include "ledger/facts.h"
#include "ledger/handle.h"

#include <stdlib.h>
#include <string.h>

static int32_t check_arguments(const crmv_ledger *ledger, const char *text, const char *argument, crmv_error *error) {
    if (ledger == NULL || text == NULL) {
        return crmvi_bad_argument(error, ledger == NULL ? "ledger" : argument, "is NULL");
    }
    return crmvi_ledger_closed(ledger, error);
}

/* ---- Withdrawing a batch ----------------------------------------------------------------------------------------- */

/* What the ledger comes to without the posting at a position. */
static int32_t stand_without(const crmv_ledger *ledger, int64_t position, crmvi_standing *out, crmv_error *error) {
    const int64_t count = ledger->count - 1;
    const crmvi_posting **postings = crmvi_array(count, sizeof *postings);
    const crmvi_facts **runs = crmvi_array(count, sizeof *runs);
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (postings == NULL || runs == NULL) {
        crmvi_no_memory(error);
    } else {
        for (int64_t i = 0; i < count; i++) {
            postings[i] = &ledger->postings[i < position ? i : i + 1];
            runs[i] = &postings[i]->facts;
        }
        const crmvi_facts *standing = crmvi_ledger_facts(ledger);
        const bool held_facts = ledger->postings[position].facts.customers > 0;
        status = held_facts ? crmvi_standing_make(ledger, postings, count, runs, count, out, error)
                            : crmvi_standing_make(ledger, postings, count, &standing, 1, out, error);
    }
    free(postings);
    free(runs);
    return status;
}

int32_t crmv_ledger_withdraw(crmv_ledger *ledger, const char *batch, crmv_error *error) {
    int32_t status = check_arguments(ledger, batch, "batch", error);
    if (status != CRMV_OK) {
        return status;
    }
    const int64_t position = crmvi_ledger_find(ledger, batch);
    if (position < 0) {
        return crmvi_fail(error, CRMV_NOT_FOUND, "batch", "there is no batch `%.200s`", batch);
    }
    crmvi_standing standing;
    crmvi_guest host;
    crmvi_enter(&host);
    status = stand_without(ledger, position, &standing, error);
    crmvi_leave(&host);
    if (status == CRMV_OK) {
        crmvi_posting *posting = &ledger->postings[position];
        crmvi_posting_clear(posting);
        memmove(posting, posting + 1, (size_t)(ledger->count - position - 1) * sizeof *posting);
        ledger->count--;
        crmvi_standing_take(ledger, &standing);
    }
    return status;
}

/* ---- Erasing a customer ------------------------------------------------------------------------------------------ */

/* Whether lines made a fact, or may have: one whose sums are all 0 tells nothing of where it came from. */
static bool is_of_lines(const crmvi_facts *facts, int64_t fact) {
    bool of_lines = false;
    bool of_items = false;
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        const bool is_there = crmvi_fact(facts, i, fact) != 0;
        of_lines = of_lines || (is_there && i < CRMVI_TRANSACTION_FACTS);
        of_items = of_items || (is_there && i >= CRMVI_TRANSACTION_FACTS);
    }
    return of_lines || !of_items;
}

/* The first and the last day of a posting's transactions anew, after the customer of one of them has gone. Where no
 * items were taken in, every fact is of lines. */
static void find_days(crmvi_posting *posting) {
    const crmvi_facts *facts = &posting->facts;
    const bool has_items = posting->accepted[CRMVI_FEED_RECEIVABLES] + posting->accepted[CRMVI_FEED_EVENTS] > 0;
    int32_t first = CRMV_NO_DATE;
    int32_t last = CRMV_NO_DATE;
    for (int64_t i = 0; i < facts->count; i++) {
        const int32_t day = facts->days[i];
        const bool widens = first == CRMV_NO_DATE || day < first || day > last;
        if (widens && day >= posting->first_day && day <= posting->last_day && (!has_items || is_of_lines(facts, i))) {
            first = first == CRMV_NO_DATE || day < first ? day : first;
            last = last == CRMV_NO_DATE || day > last ? day : last;
        }
    }
    posting->first_day = first;
    posting->last_day = last;
}

static bool has_outermost_day(const crmvi_posting *posting, int64_t customer) {
    const crmvi_facts *facts = &posting->facts;
    bool has = false;
    for (int64_t i = facts->offsets[customer]; i < facts->offsets[customer + 1]; i++) {
        has = has || facts->days[i] == posting->first_day || facts->days[i] == posting->last_day;
    }
    return has;
}

/* Blanks what rows set aside show where that is the key; it was shown cut to its room. */
static void blank_asides(crmvi_asides *asides, const char *key) {
    for (int64_t i = 0; i < asides->count; i++) {
        crmvi_aside *aside = &asides->items[i];
        const int64_t cut = crmvi_utf8_cut(key, (int64_t)strlen(key), (int64_t)sizeof aside->text - 1);
        if (cut > 0 && (int64_t)strlen(aside->text) == cut && memcmp(aside->text, key, (size_t)cut) == 0) {
            crmvi_wipe(aside->text, sizeof aside->text);
        }
    }
}

static void erase_from(crmvi_posting *posting, const char *key, int32_t *marks) {
    const int64_t customer = crmvi_facts_find(&posting->facts, key);
    if (customer >= 0) {
        const bool is_outermost = has_outermost_day(posting, customer);
        crmvi_facts_remove(&posting->facts, customer, marks);
        if (is_outermost) {
            find_days(posting);
        }
    }
    blank_asides(&posting->asides, key);
}

/* Room for a number for each name or text of any run's events. */
static int32_t *make_marks(const crmv_ledger *ledger) {
    const crmvi_events *events = &ledger->standing.merged.events;
    int64_t most = 0;
    for (int64_t i = 0; i <= ledger->count; i++) {
        most = events->names.count > most ? events->names.count : most;
        most = events->texts.count > most ? events->texts.count : most;
        events = i < ledger->count ? &ledger->postings[i].facts.events : events;
    }
    most = events->names.count > most ? events->names.count : most;
    most = events->texts.count > most ? events->texts.count : most;
    return crmvi_array(most, sizeof(int32_t));
}

/* Facts that only one posting has left are its own. */
static void settle_standing(crmv_ledger *ledger) {
    int64_t holders = 0;
    int64_t last = -1;
    for (int64_t i = 0; i < ledger->count; i++) {
        if (ledger->postings[i].facts.customers > 0) {
            holders++;
            last = i;
        }
    }
    ledger->standing.alone = holders == 1 ? last : -1;
    if (holders <= 1) {
        crmvi_facts_clear(&ledger->standing.merged);
    }
}

static int32_t check_key(const crmv_ledger *ledger, const char *key, crmv_error *error) {
    int64_t number = 0;
    const crmvi_facts *facts = crmvi_ledger_facts(ledger);
    const bool is_key = facts->key_kind != CRMVI_KEYS_NUMBERS ||
                        crmvi_decimal_whole(key, (int64_t)strlen(key), &number) == CRMVI_NUMBER_OK;
    crmvi_wipe(&number, sizeof number);
    if (!is_key) {
        return crmvi_bad_argument(error, "key", "is no whole number, as the ledger's keys are");
    }
    return crmvi_facts_find(facts, key) >= 0
               ? CRMV_OK
               : crmvi_fail(error, CRMV_NOT_FOUND, "key", "the ledger has no customer of that key");
}

int32_t crmv_ledger_erase(crmv_ledger *ledger, const char *key, crmv_error *error) {
    int32_t status = check_arguments(ledger, key, "key", error);
    if (status == CRMV_OK) {
        status = check_key(ledger, key, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    int32_t *marks = make_marks(ledger);
    if (marks == NULL) {
        return crmvi_no_memory(error);
    }
    for (int64_t i = 0; i < ledger->count; i++) {
        erase_from(&ledger->postings[i], key, marks);
    }
    const int64_t customer = crmvi_facts_find(&ledger->standing.merged, key);
    if (customer >= 0) {
        crmvi_facts_remove(&ledger->standing.merged, customer, marks);
    }
    free(marks);
    settle_standing(ledger);
    crmvi_wipe_stack();
    return CRMV_OK;
}
