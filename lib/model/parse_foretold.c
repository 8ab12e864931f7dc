/* parse_foretold.c - metrics that a lifetime foretells. */
#include "asks.h"
#include "base/decimal.h"

#include <stdio.h>
#include <string.h>

/* ---- How far ahead ----------------------------------------------------------------------------------------------- */

enum { MOST_YEARS = 9999, MOST_DAYS = CRMVI_LAST_DAY - CRMVI_FIRST_DAY + 1, DAYS_OF_WEEK = 7, MONTHS_OF_YEAR = 12 };

/* A whole number of units, each of so many days or months. */
static bool read_length(crmvi_parser *parser, const crmvi_spot *spot, crmvi_stretch *ahead, bool in_months,
                        int32_t unit, int32_t most) {
    int64_t length = 0;
    if (!crmvi_whole(parser, spot, 1, most / unit, &length)) {
        return false;
    }
    *ahead = (crmvi_stretch){.in_months = in_months, .length = (int32_t)length * unit};
    return true;
}

bool crmvi_read_ahead_days(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_length(parser, spot, field, false, 1, MOST_DAYS);
}

bool crmvi_read_ahead_weeks(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_length(parser, spot, field, false, DAYS_OF_WEEK, MOST_DAYS);
}

bool crmvi_read_ahead_months(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_length(parser, spot, field, true, 1, MOST_YEARS * MONTHS_OF_YEAR);
}

bool crmvi_read_ahead_years(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_length(parser, spot, field, true, MONTHS_OF_YEAR, MOST_YEARS * MONTHS_OF_YEAR);
}

bool crmvi_read_ahead(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const forms[] = {"days", "weeks", "months", "years"};
    return crmvi_read_object(parser, spot, &crmvi_stretch_vocabulary, field) &&
           crmvi_check_forms(parser, spot, forms, 4, "one of `days`, `weeks`, `months`, `years`");
}

/* ---- What is foretold -------------------------------------------------------------------------------------------- */

/* A yearly rate is at most this, as of interest: ten times the amount. */
bool crmvi_read_discount(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const double most = 10;
    double *discount = field;
    *discount = crmvi_number(spot);
    return (*discount >= 0 && *discount <= most) || crmvi_refuse_value(parser, spot, "a yearly rate from 0 to 10");
}

static bool refuse_lifetime(crmvi_parser *parser, const crmvi_spot *spot, const char *name) {
    const crmv_model *model = parser->model;
    if (model->lifetime_count == 0) {
        return crmvi_refuse(parser, spot, "the model has no `lifetimes`, which say how customers purchase");
    }
    const char **names = crmvi_parser_memory(parser, model->lifetime_count, sizeof *names);
    if (names == NULL) {
        return false;
    }
    for (int32_t i = 0; i < model->lifetime_count; i++) {
        names[i] = model->lifetimes[i].name;
    }
    return crmvi_refuse_name(parser, spot, "lifetime", name, names, model->lifetime_count);
}

static bool find_lifetime(crmvi_parser *parser, const crmvi_spot *spot, crmvi_metric *metric) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_TEXT)) {
        return false;
    }
    const char *name = json_string_value(spot->value);
    const int32_t position = crmvi_model_find_lifetime(parser->model, name);
    if (position < 0) {
        return refuse_lifetime(parser, spot, name);
    }
    metric->lifetime = &parser->model->lifetimes[position];
    return true;
}

/* ["orders", "p_alive"] */
bool crmvi_read_lifetime(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_metric *metric = field;
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (count != 2) {
        return crmvi_refuse(parser, spot,
                            "expected a lifetime and what it foretells, such as [\"orders\", \"p_alive\"], found %lld "
                            "items",
                            (long long)count);
    }
    const crmvi_spot name = crmvi_item_of(spot, 0);
    const crmvi_spot detail = crmvi_item_of(spot, 1);
    return find_lifetime(parser, &name, metric) &&
           crmvi_choose(parser, &detail, "detail of a lifetime", crmvi_lifetime_detail_names, CRMVI_LIFETIME_DETAILS,
                        &metric->detail);
}

/* ---- What goes together ------------------------------------------------------------------------------------------ */

/* What a detail takes beside the lifetime's name. */
typedef struct detail_keys {
    bool ahead, horizon, discount;
    bool needs_horizon;
    bool needs_spend;
} detail_keys;

static const detail_keys details[CRMVI_LIFETIME_DETAILS] = {
    [CRMVI_LIFETIME_P_ALIVE] = {.ahead = true},
    [CRMVI_LIFETIME_CHURN] = {.ahead = true},
    [CRMVI_LIFETIME_PURCHASES] = {.horizon = true, .needs_horizon = true},
    [CRMVI_LIFETIME_SPEND] = {.needs_spend = true},
    [CRMVI_LIFETIME_VALUE] = {.horizon = true, .discount = true, .needs_spend = true},
    [CRMVI_LIFETIME_DISCOUNTED_PURCHASES] = {.horizon = true, .discount = true},
};

/* Refuses keys that go with other details, or other operators; `word` is what the card measures. */
static bool check_taken(crmvi_parser *parser, const crmvi_spot *card, const crmvi_metric *metric, const char *word) {
    const bool is_foretold = metric->operation == CRMVI_LIFETIME;
    const detail_keys taken = is_foretold ? details[metric->detail] : (detail_keys){0};
    const struct {
        const char *key;
        bool is_taken;
    } keys[] = {{"ahead", taken.ahead},
                {"horizon", taken.horizon},
                {"discount", taken.discount},
                {"standard_error", is_foretold}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const crmvi_spot member = crmvi_member_of(card, keys[i].key);
        if (member.value != NULL && !keys[i].is_taken) {
            return crmvi_refuse(parser, &member, "`%s` takes no `%s`", word, keys[i].key);
        }
    }
    return true;
}

/* What goes on for ever is finite only where it is discounted. */
static bool check_endless(crmvi_parser *parser, const crmvi_spot *card, const crmvi_metric *metric, const char *word) {
    const crmvi_spot discount = crmvi_member_of(card, "discount");
    char least[32], expected[96];
    if (metric->yearly_discount >= CRMVI_LEAST_ENDLESS_DISCOUNT) {
        return true;
    }
    if (metric->yearly_discount > 0) {
        crmvi_shortest(CRMVI_LEAST_ENDLESS_DISCOUNT, least);
        snprintf(expected, sizeof expected, "a yearly rate of at least %s, as there is no `horizon`", least);
        return crmvi_refuse_value(parser, &discount, expected);
    }
    return crmvi_refuse(parser, card,
                        "`%s` without `horizon` goes on for ever, so it needs a yearly `discount` above 0, such as 0.1",
                        word);
}

static bool check_needed(crmvi_parser *parser, const crmvi_spot *card, const crmvi_metric *metric, const char *word) {
    const detail_keys *needs = &details[metric->detail];
    const bool is_endless = metric->ahead.length == 0;
    if (needs->needs_spend && metric->lifetime->spend.model == 0) {
        const crmvi_spot operation = crmvi_member_of(card, crmvi_operator_names[CRMVI_LIFETIME]);
        const crmvi_spot detail = crmvi_item_of(&operation, 1);
        char quoted[CRMVI_QUOTED_SIZE];
        return crmvi_refuse(parser, &detail, "the lifetime %s says nothing of `spend`",
                            crmvi_quoted(metric->lifetime->name, quoted));
    }
    if (needs->needs_horizon && is_endless) {
        return crmvi_refuse(parser, card, "`%s` needs a `horizon`, such as {\"months\": 12}", word);
    }
    return !needs->discount || !is_endless || check_endless(parser, card, metric, word);
}

/* Who drops out is worse; whether much or little is known of a customer is neither. */
static void set_direction(crmvi_metric *metric) {
    if (!metric->is_better_given && !metric->standard_error) {
        metric->better = metric->detail == CRMVI_LIFETIME_CHURN ? CRMVI_LOWER : CRMVI_HIGHER;
    }
}

bool crmvi_finish_foretold(crmvi_parser *parser, const crmvi_spot *card, crmvi_metric *metric, const char *word) {
    if (!check_taken(parser, card, metric, word)) {
        return false;
    }
    if (metric->operation != CRMVI_LIFETIME) {
        return true;
    }
    set_direction(metric);
    return check_needed(parser, card, metric, word);
}
