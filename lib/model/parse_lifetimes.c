/* parse_lifetimes.c - lifetimes: how customers purchase until they drop out, and what they spend. */
#include "asks.h"
#include "tree.h"

#include <string.h>

/* ---- Names of models --------------------------------------------------------------------------------------------- */

/* One of `count` models, which are numbered from 1. */
static bool choose_model(crmvi_parser *parser, const crmvi_spot *spot, const char *what,
                         const crmvi_fitted_words *models, int32_t count, int32_t *model) {
    const char *names[CRMVI_CANDIDATES];
    int32_t chosen = 0;
    for (int32_t i = 0; i < count; i++) {
        names[i] = models[i + 1].name;
    }
    if (!crmvi_choose(parser, spot, what, names, count, &chosen)) {
        return false;
    }
    *model = chosen + 1;
    return true;
}

static bool add_candidate(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_lifetime_card *card = field;
    int32_t model = 0;
    if (!choose_model(parser, spot, "lifetime model", crmvi_process_words, CRMVI_CANDIDATES, &model)) {
        return false;
    }
    for (int32_t i = 0; i < card->candidate_count; i++) {
        if (card->candidates[i] == model) {
            return crmvi_refuse(parser, spot, "the model \"%s\" is given twice", crmvi_process_words[model].name);
        }
    }
    card->candidates[card->candidate_count++] = model;
    return true;
}

bool crmvi_read_processes(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_each_text(parser, spot, add_candidate, field);
}

bool crmvi_read_spend_model(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return choose_model(parser, spot, "spend model", crmvi_spend_words, CRMVI_SPEND_MODELS, field);
}

/* ---- Members of a lifetime --------------------------------------------------------------------------------------- */

bool crmvi_read_lifetime_unit(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    if (strncmp(json_string_value(spot->value), "month", strlen("month")) == 0) {
        return crmvi_refuse(
            parser, spot,
            "a month has no fixed length: time runs in a \"day\", a \"week\" or a \"year\" (horizons can "
            "be in months all the same)");
    }
    return crmvi_choose(parser, spot, "unit of time", crmvi_lifetime_unit_names, CRMVI_LIFETIME_UNITS, field);
}

bool crmvi_read_penalty(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const double most = 1e6;
    double *penalty = field;
    *penalty = crmvi_number(spot);
    return (*penalty >= 0 && *penalty <= most) || crmvi_refuse_value(parser, spot, "a number from 0 to 1000000");
}

/* A purchase has an amount on its days, and interest has none. */
bool crmvi_read_spend_measures(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const uint32_t *measures = field;
    if (!crmvi_read_measures(parser, spot, field)) {
        return false;
    }
    return (*measures >> CRMVI_FINANCE_COST & 1) == 0 ||
           crmvi_refuse(parser, spot, "spend is of purchases, and finance_cost has none: it runs over days");
}

bool crmvi_read_spend(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_read_object(parser, spot, &crmvi_spend_vocabulary, field);
}

/* ---- Lifetimes --------------------------------------------------------------------------------------------------- */

/* What else histories are made by. */
static json_t *from_of(const crmv_model *model) {
    json_t *from = json_object();
    json_t *money = json_object_get(model->text, "money");
    if (money != NULL && json_object_set_nocheck(from, "money", money) != 0) {
        json_decref(from);
        return NULL;
    }
    return from;
}

static bool read_card(crmvi_parser *parser, const crmvi_spot *spot, crmvi_lifetime_card *card) {
    card->name = spot->key;
    card->unit = CRMVI_UNIT_WEEK;
    if (spot->key[0] == '\0') {
        return crmvi_refuse(parser, spot, "a name cannot be empty");
    }
    if (!crmvi_read_object(parser, spot, &crmvi_lifetime_vocabulary, card)) {
        return false;
    }
    card->unit_days = crmvi_lifetime_unit_days[card->unit];
    crmvi_asked *asked = crmvi_add_ask(parser, spot, CRMVI_ASK_LIFETIME, CRMVI_ASK_FOR_LIFETIME, card->position);
    if (asked == NULL || !crmvi_settle_ask(parser, spot, asked, from_of(parser->model), true, 0)) {
        return false;
    }
    return asked->ask.state != CRMV_REQUEST_FITTED || crmvi_read_fitted_lifetime(parser, spot, card);
}

bool crmvi_read_lifetimes(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmv_model *model = field;
    const char *name;
    json_t *value;
    model->lifetimes = crmvi_parser_memory(parser, crmvi_count_members(spot->value), sizeof *model->lifetimes);
    if (model->lifetimes == NULL) {
        return false;
    }
    json_object_foreach(spot->value, name, value) {
        if (crmvi_is_note(name)) {
            continue;
        }
        const crmvi_spot member = {.above = spot, .key = name, .value = value};
        crmvi_lifetime_card *card = &model->lifetimes[model->lifetime_count];
        card->position = model->lifetime_count;
        if (!read_card(parser, &member, card)) {
            return false;
        }
        model->lifetime_count++;
    }
    return true;
}
