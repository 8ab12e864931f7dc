/* fitted_lifetimes.c - what was fitted for a lifetime: the process that was chosen, parameters and covariances. */
#include "asks.h"

#include <math.h>
#include <string.h>

/* Parameters that belong together, of a process or of spend, and where they go. */
typedef struct parameter_set {
    const crmvi_fitted_words *words;
    int32_t across; /* columns of the covariance */
    double *parameters, *covariance;
} parameter_set;

/* ---- Parameters -------------------------------------------------------------------------------------------------- */

static bool is_among(const parameter_set *set, const char *name) {
    for (int32_t i = 0; i < set->words->count; i++) {
        if (strcmp(set->words->parameters[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool check_names(crmvi_parser *parser, const crmvi_spot *spot, const parameter_set *set) {
    const char *name;
    json_t *value;
    json_object_foreach(spot->value, name, value) {
        const crmvi_spot member = {.above = spot, .key = name, .value = value};
        if (!crmvi_is_note(name) && !is_among(set, name)) {
            return crmvi_refuse_name(parser, &member, "parameter", name, set->words->parameters, set->words->count);
        }
    }
    return true;
}

static bool read_parameter(crmvi_parser *parser, const crmvi_spot *spot, const parameter_set *set, int32_t position) {
    const crmvi_spot member = crmvi_member_of(spot, set->words->parameters[position]);
    double *parameter = &set->parameters[position];
    if (member.value == NULL) {
        return crmvi_refuse(parser, spot, "`%s` has the parameter \"%s\", which is not given", set->words->name,
                            set->words->parameters[position]);
    }
    if (!crmvi_read_real(parser, &member, parameter)) {
        return false;
    }
    return *parameter > 0 || position == set->words->of_any_sign ||
           crmvi_refuse_value(parser, &member, "a number above 0");
}

static bool read_parameters(crmvi_parser *parser, const crmvi_spot *spot, const parameter_set *set) {
    for (int32_t i = 0; i < set->words->count; i++) {
        if (!read_parameter(parser, spot, set, i)) {
            return false;
        }
    }
    return check_names(parser, spot, set);
}

/* ---- Covariances ------------------------------------------------------------------------------------------------- */

/* Null is what is not known; of a variance, what is below 0 is an error. */
static bool read_covariance_of(crmvi_parser *parser, const crmvi_spot *item, bool is_variance, double *covariance) {
    if (json_is_null(item->value)) {
        return true;
    }
    if (!crmvi_expect(parser, item, CRMVI_TAKES_NUMBER | CRMVI_TAKES_NULL)) {
        return false;
    }
    *covariance = crmvi_number(item);
    return !is_variance || *covariance >= 0 || crmvi_refuse_value(parser, item, "a variance, at least 0");
}

static bool check_length(crmvi_parser *parser, const crmvi_spot *spot, const parameter_set *set, const char *what) {
    const int64_t length = (int64_t)json_array_size(spot->value);
    return length == set->words->count ||
           crmvi_refuse(parser, spot, "expected %d %s, one for each parameter, found %lld", (int)set->words->count,
                        what, (long long)length);
}

static bool read_covariance_row(crmvi_parser *parser, const crmvi_spot *spot, const parameter_set *set, int32_t row) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_ARRAY) || !check_length(parser, spot, set, "numbers")) {
        return false;
    }
    for (int32_t i = 0; i < set->words->count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_covariance_of(parser, &item, i == row, &set->covariance[row * set->across + i])) {
            return false;
        }
    }
    return true;
}

static bool read_covariance(crmvi_parser *parser, const crmvi_spot *spot, const parameter_set *set) {
    for (int32_t i = 0; i < set->across * set->across; i++) {
        set->covariance[i] = NAN;
    }
    if (spot->value == NULL) {
        return true;
    }
    if (!check_length(parser, spot, set, "rows")) {
        return false;
    }
    for (int32_t i = 0; i < set->words->count; i++) {
        const crmvi_spot row = crmvi_item_of(spot, i);
        if (!read_covariance_row(parser, &row, set, i)) {
            return false;
        }
    }
    return true;
}

/* The members `parameters` and `covariance` of an object. */
static bool read_set(crmvi_parser *parser, const crmvi_spot *spot, const parameter_set *set) {
    const crmvi_spot parameters = crmvi_member_of(spot, "parameters");
    const crmvi_spot covariance = crmvi_member_of(spot, "covariance");
    return read_parameters(parser, &parameters, set) && read_covariance(parser, &covariance, set);
}

/* ---- The process and spend --------------------------------------------------------------------------------------- */

/* Which of the candidates was chosen. */
static bool read_chosen(crmvi_parser *parser, const crmvi_spot *fitted, const crmvi_lifetime_card *card,
                        int32_t *model) {
    const crmvi_spot spot = crmvi_member_of(fitted, "model");
    const char *names[CRMVI_CANDIDATES];
    int32_t chosen = 0;
    for (int32_t i = 0; i < card->candidate_count; i++) {
        names[i] = crmvi_process_words[card->candidates[i]].name;
    }
    if (!crmvi_choose(parser, &spot, "candidate", names, card->candidate_count, &chosen)) {
        return false;
    }
    *model = card->candidates[chosen];
    return true;
}

static bool read_process(crmvi_parser *parser, const crmvi_spot *fitted, crmvi_lifetime_card *card) {
    crmv_lifetime *process = &card->fitted;
    int32_t model = 0;
    if (!read_chosen(parser, fitted, card, &model)) {
        return false;
    }
    const parameter_set set = {.words = &crmvi_process_words[model],
                               .across = CRMV_LIFETIME_PARAMETERS,
                               .parameters = process->parameters,
                               .covariance = process->covariance};
    process->struct_size = sizeof *process;
    process->model = model;
    return read_set(parser, fitted, &set);
}

static bool read_spend(crmvi_parser *parser, const crmvi_spot *fitted, crmvi_spend_card *card) {
    const crmvi_spot spot = crmvi_member_of(fitted, "spend");
    crmv_spend *spend = &card->fitted;
    const parameter_set set = {.words = &crmvi_spend_words[card->model],
                               .across = CRMV_SPEND_PARAMETERS,
                               .parameters = spend->parameters,
                               .covariance = spend->covariance};
    spend->struct_size = sizeof *spend;
    spend->model = card->model;
    return crmvi_check_object(parser, &spot, &crmvi_fitted_spend_vocabulary) && read_set(parser, &spot, &set);
}

/* What the request asks for is there, and nothing that it does not ask for. */
static bool check_parts(crmvi_parser *parser, const crmvi_spot *fitted, const crmvi_lifetime_card *card) {
    const char *const needed[] = {"model", "parameters", card->spend.model != 0 ? "spend" : "parameters"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (json_object_get(fitted->value, needed[i]) == NULL) {
            return crmvi_refuse(parser, fitted, "the key \"%s\" is required", needed[i]);
        }
    }
    const crmvi_spot spend = crmvi_member_of(fitted, "spend");
    return card->spend.model != 0 || spend.value == NULL ||
           crmvi_refuse(parser, &spend, "the lifetime asks for no `spend`");
}

bool crmvi_read_fitted_lifetime(crmvi_parser *parser, const crmvi_spot *holder, crmvi_lifetime_card *card) {
    const crmvi_spot fitted = crmvi_member_of(holder, "fitted");
    return check_parts(parser, &fitted, card) && read_process(parser, &fitted, card) &&
           (card->spend.model == 0 || read_spend(parser, &fitted, &card->spend));
}
