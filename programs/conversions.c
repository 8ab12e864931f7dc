#include "conversions.h"

#include <string.h>

bool conversion_at(const inputs *taken, int64_t position, conversion *out) {
    *out = (conversion){.counted = {.struct_size = sizeof out->counted}};
    if (crmv_ledger_conversion(taken->ledger, position, &out->counted) != CRMV_OK) {
        return false;
    }
    out->before = figure_wide(out->counted.before_high, out->counted.before_low);
    out->after = figure_wide(out->counted.after_high, out->counted.after_low);
    return true;
}

static bool same_currency(const conversion *one, const conversion *other) {
    return strcmp(one->counted.currency, other->counted.currency) == 0;
}

static bool counts(const inputs *taken, bool of_files, const conversion *one) {
    return !of_files || batch_is_fed(taken, one->counted.batch);
}

/* Whether an entry is the first of its currency. */
static bool is_first(const inputs *taken, bool of_files, int64_t position, const conversion *one) {
    conversion earlier;
    for (int64_t i = 0; i < position && conversion_at(taken, i, &earlier); i++) {
        if (counts(taken, of_files, &earlier) && same_currency(&earlier, one)) {
            return false;
        }
    }
    return true;
}

static void add(conversion *sum, const conversion *more) {
    crmv_conversion *to = &sum->counted;
    const crmv_conversion *from = &more->counted;
    to->rows += from->rows;
    to->first_rate_day = from->first_rate_day < to->first_rate_day ? from->first_rate_day : to->first_rate_day;
    to->last_rate_day = from->last_rate_day > to->last_rate_day ? from->last_rate_day : to->last_rate_day;
    to->oldest_rate = from->oldest_rate > to->oldest_rate ? from->oldest_rate : to->oldest_rate;
    sum->before += more->before;
    sum->after += more->after;
}

bool conversion_of_currency(const inputs *taken, bool of_files, int32_t position, conversion *out) {
    conversion more;
    int64_t at = 0;
    for (int32_t left = position; conversion_at(taken, at, out); at++) {
        if (counts(taken, of_files, out) && is_first(taken, of_files, at, out) && left-- == 0) {
            break;
        }
    }
    if (!conversion_at(taken, at, out)) {
        return false;
    }
    while (conversion_at(taken, ++at, &more)) {
        if (counts(taken, of_files, &more) && same_currency(out, &more)) {
            add(out, &more);
        }
    }
    return true;
}

void conversion_text(const inputs *taken, const conversion *one, char *text, size_t size) {
    char before[FIGURE_BYTES], after[FIGURE_BYTES], rows[FIGURE_BYTES], first[FIGURE_BYTES], last[FIGURE_BYTES],
        age[FIGURE_BYTES];
    const crmv_model *model = taken->scorecard.model;
    const int32_t decimals = crmv_model_money_decimals(model);
    const crmv_conversion *c = &one->counted;
    const bool one_day = c->first_rate_day == c->last_rate_day;
    snprintf(text, size, "%s %s in %s row%s are %s %s, at %s of %s%s%s, at most %s day%s old", c->currency,
             figure_amount(one->before, decimals, true, before), figure_count(c->rows, rows), c->rows == 1 ? "" : "s",
             figure_amount(one->after, decimals, true, after), crmv_model_currency(model),
             one_day ? "the rate" : "rates", figure_date(c->first_rate_day, first), one_day ? "" : " to ",
             one_day ? "" : figure_date(c->last_rate_day, last), figure_count(c->oldest_rate, age),
             c->oldest_rate == 1 ? "" : "s");
}
