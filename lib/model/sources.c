/* sources.c - what requests are found from, as hashes: how metrics are derived, and what earns points how. */
#include "asks.h"
#include "tree.h"

#include <string.h>

/* ---- Objects that are hashed ------------------------------------------------------------------------------------- */

/* Each adds a member and is false where memory is short; what there is not in the model, there is not in the hash. */
static bool put_new(json_t *object, const char *key, json_t *value) {
    return json_object_set_new_nocheck(object, key, value) == 0;
}

static bool put_shared(json_t *object, const char *key, json_t *value) {
    return value == NULL || json_object_set_nocheck(object, key, value) == 0;
}

/* Hashes an object and lets it go; false where it could not be made. */
static bool close_hash(crmvi_parser *parser, json_t *object, bool made, char hash[33]) {
    const bool done = made && crmvi_tree_hash(object, hash);
    json_decref(object);
    return done || crmvi_refuse_memory(parser);
}

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

static json_t *card_of(const crmvi_parser *parser, const crmvi_metric *metric) {
    return json_object_get(json_object_get(parser->model->text, "metrics"), metric->name);
}

/* The hashes of the metrics that a metric is derived from. */
static json_t *operands_of(const crmvi_parser *parser, const crmvi_metric *metric) {
    json_t *operands = json_array();
    for (int32_t i = 0; i < 2 && metric->operands[i] >= 0; i++) {
        if (json_array_append_new(operands, json_string(parser->asking.metrics[metric->operands[i]].value)) != 0) {
            json_decref(operands);
            return NULL;
        }
    }
    return operands;
}

/* What of a lifetime its metrics depend on: the unit, what spend is of, and parameters; not how they were searched. */
static json_t *plain_lifetime(const crmvi_parser *parser, const crmvi_lifetime_card *lifetime) {
    static const char *const numbers[] = {"model", "parameters", "covariance", "spend"};
    static const char *const searched[] = {"penalty"};
    const json_t *card = json_object_get(json_object_get(parser->model->text, "lifetimes"), lifetime->name);
    const json_t *fitted = json_object_get(card, "fitted");
    json_t *spend = json_object_get(card, "spend");
    json_t *plain = json_object();
    bool made = put_shared(plain, "time_unit", json_object_get(card, "time_unit"));
    made = made && (spend == NULL || put_new(plain, "spend", crmvi_tree_without(spend, searched, 1)));
    json_t *found = json_object();
    for (int32_t i = 0; i < 4; i++) {
        made = made && put_shared(found, numbers[i], json_object_get(fitted, numbers[i]));
    }
    made = put_new(plain, "fitted", found) && made;
    if (!made) {
        json_decref(plain);
        return NULL;
    }
    return plain;
}

/* A metric's value is there once the parameters are that it, or an operand, is foretold from. */
static void know_value(crmvi_parser *parser, int32_t position) {
    const crmvi_metric *metric = &parser->model->metrics[position];
    crmvi_source *source = &parser->asking.metrics[position];
    source->value_found = metric->lifetime == NULL || crmvi_is_foretold(metric->lifetime);
    source->value_round = metric->lifetime != NULL ? 1 : 0;
    for (int32_t i = 0; i < 2 && metric->operands[i] >= 0; i++) {
        const crmvi_source *operand = &parser->asking.metrics[metric->operands[i]];
        source->value_found = source->value_found && operand->value_found;
        source->value_round = source->value_round < operand->value_round ? operand->value_round : source->value_round;
    }
}

/* How the metric is derived: its card, its operands, its lifetime, and what of the model cards mean silently. */
static bool hash_value(crmvi_parser *parser, int32_t position) {
    static const char *const silent[] = {"window", "calendar", "finance_cost", "money"};
    static const char *const not_derived[] = {"scale", "missing", "better", "label"};
    const crmvi_metric *metric = &parser->model->metrics[position];
    json_t *object = json_object();
    bool made = put_new(object, "card", crmvi_tree_without(card_of(parser, metric), not_derived, 4));
    made = made && (metric->operands[0] < 0 || put_new(object, "operands", operands_of(parser, metric)));
    made = made && (metric->lifetime == NULL || put_new(object, "lifetime", plain_lifetime(parser, metric->lifetime)));
    for (int32_t i = 0; i < 4; i++) {
        made = made && put_shared(object, silent[i], json_object_get(parser->model->text, silent[i]));
    }
    return close_hash(parser, object, made, parser->asking.metrics[position].value);
}

/* A scale's plain numbers: those that were found, if any, else the request. */
static json_t *plain_scale(json_t *scale, bool requested) {
    static const char *const beside[] = {"fitted"};
    static const char *const forms[] = {"line", "bands"};
    const json_t *fitted = json_object_get(scale, "fitted");
    for (int32_t i = 0; i < 2 && requested; i++) {
        json_t *form = json_object_get(fitted, forms[i]);
        if (form != NULL) {
            json_t *plain = json_object();
            if (!put_shared(plain, forms[i], form)) {
                json_decref(plain);
                return NULL;
            }
            return plain;
        }
    }
    return requested ? crmvi_tree_without(scale, beside, 1) : json_incref(scale);
}

static bool hash_points(crmvi_parser *parser, int32_t position) {
    crmvi_source *source = &parser->asking.metrics[position];
    const json_t *card = card_of(parser, &parser->model->metrics[position]);
    json_t *scale = json_object_get(card, "scale");
    const bool requested = parser->asking.of_metrics[position] != NULL;
    json_t *object = json_object();
    bool made = put_new(object, "value", json_string(source->value));
    made = made && (scale == NULL || put_new(object, "scale", plain_scale(scale, requested)));
    made = made && put_shared(object, "missing", json_object_get(card, "missing"));
    source->found = source->value_found && !requested;
    source->round = source->value_round + (requested ? 1 : 0);
    return close_hash(parser, object, made, source->points);
}

bool crmvi_know_metrics(crmvi_parser *parser) {
    const crmv_model *model = parser->model;
    if (parser->asking.metrics != NULL) {
        return true;
    }
    parser->asking.metrics = crmvi_parser_memory(parser, model->metric_count, sizeof *parser->asking.metrics);
    bool known = parser->asking.metrics != NULL;
    for (int32_t i = 0; i < model->metric_count && known; i++) {
        know_value(parser, model->derive_order[i]);
        known = hash_value(parser, model->derive_order[i]);
    }
    for (int32_t i = 0; i < model->metric_count; i++) {
        known = known && hash_points(parser, i);
    }
    return known;
}

/* ---- Indexes ----------------------------------------------------------------------------------------------------- */

const char *crmvi_member_name(const crmv_model *model, const crmvi_member *member) {
    return member->is_index ? model->indexes[member->position].name : model->metrics[member->position].name;
}

const crmvi_source *crmvi_member_source(const crmvi_parser *parser, const crmvi_member *member) {
    return member->is_index ? &parser->asking.indexes[member->position] : &parser->asking.metrics[member->position];
}

json_t *crmvi_member_hashes(const crmvi_parser *parser, const crmvi_index *index) {
    json_t *hashes = json_object();
    for (int32_t i = 0; i < index->count; i++) {
        const crmvi_member *member = &index->members[i];
        if (!put_new(hashes, crmvi_member_name(parser->model, member),
                     json_string(crmvi_member_source(parser, member)->points))) {
            json_decref(hashes);
            return NULL;
        }
    }
    return hashes;
}

/* Likewise of weights. */
static json_t *plain_weights(json_t *weights, bool requested) {
    static const char *const beside[] = {"fitted"};
    json_t *found = json_object_get(json_object_get(weights, "fitted"), "weights");
    return !requested      ? json_incref(weights)
           : found != NULL ? json_incref(found)
                           : crmvi_tree_without(weights, beside, 1);
}

static bool hash_index(crmvi_parser *parser, int32_t position) {
    const crmvi_index *index = &parser->model->indexes[position];
    const json_t *card = json_object_get(json_object_get(parser->model->text, "indexes"), index->name);
    json_t *weights = json_object_get(card, "weights");
    const bool requested = parser->asking.of_indexes[position] != NULL;
    json_t *object = json_object();
    bool made = put_new(object, "members", crmvi_member_hashes(parser, index));
    made = made && put_shared(object, "add", json_object_get(card, "add"));
    made = made && (weights == NULL || put_new(object, "weights", plain_weights(weights, requested)));
    return close_hash(parser, object, made, parser->asking.indexes[position].points);
}

/* An index is found once its members are, and its weights, if they were requested. */
static void gather_members(crmvi_parser *parser, int32_t position) {
    const crmvi_index *index = &parser->model->indexes[position];
    crmvi_source *source = &parser->asking.indexes[position];
    source->found = true;
    source->round = 0;
    for (int32_t i = 0; i < index->count; i++) {
        const crmvi_source *member = crmvi_member_source(parser, &index->members[i]);
        source->found = source->found && member->found;
        source->round = source->round < member->round ? member->round : source->round;
    }
}

bool crmvi_know_indexes(crmvi_parser *parser) {
    const crmv_model *model = parser->model;
    if (parser->asking.indexes != NULL) {
        return true;
    }
    if (!crmvi_know_metrics(parser)) {
        return false;
    }
    parser->asking.indexes = crmvi_parser_memory(parser, model->index_count, sizeof *parser->asking.indexes);
    bool known = parser->asking.indexes != NULL;
    for (int32_t i = 0; i < model->index_count && known; i++) {
        const int32_t position = model->score_order[i];
        gather_members(parser, position);
        known = hash_index(parser, position) && crmvi_settle_weights(parser, position);
    }
    return known;
}
