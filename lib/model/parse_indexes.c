#include "asks.h"
#include "bounds.h"

#include <stdlib.h>
#include <string.h>

/* No index can reach more; beyond that its exact arithmetic would need more than 64 bits. */
static const crmvi_micro INDEX_LIMIT = 1000000000 * CRMVI_ONE;

/* ---- Members ----------------------------------------------------------------------------------------------------- */

/* A metric that has a scale, or an index. */
static bool find_member(crmvi_parser *parser, const crmvi_spot *spot, const char *name, crmvi_member *member) {
    const crmv_model *model = parser->model;
    const int32_t number = crmvi_number_of(parser, name);
    if (number < 0 || number >= model->metric_count + model->index_count) {
        return crmvi_refuse_name(parser, spot, "metric or index", name, parser->names,
                                 model->metric_count + model->index_count);
    }
    member->is_index = number >= model->metric_count;
    member->position = member->is_index ? number - model->metric_count : number;
    if (!member->is_index && model->metrics[number].scale.kind == CRMVI_NO_SCALE) {
        char quoted[CRMVI_QUOTED_SIZE];
        return crmvi_refuse(parser, spot, "the metric %s has no scale, so it earns no points",
                            crmvi_quoted(name, quoted));
    }
    return true;
}

static bool make_members(crmvi_parser *parser, const crmvi_spot *spot, crmvi_index *index, int64_t count) {
    if (count == 0) {
        return crmvi_refuse(parser, spot, "an index needs at least one member");
    }
    index->count = 0;
    index->members = crmvi_parser_memory(parser, count, sizeof *index->members);
    return index->members != NULL;
}

bool crmvi_read_weights(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_index *index = field;
    if (crmvi_asks_weights(spot->value)) {
        return crmvi_read_weights_ask(parser, spot, index);
    }
    if (!make_members(parser, spot, index, crmvi_count_members(spot->value))) {
        return false;
    }
    const char *name;
    json_t *value;
    json_object_foreach(spot->value, name, value) {
        if (crmvi_is_note(name)) {
            continue;
        }
        const crmvi_spot member = {.above = spot, .key = name, .value = value};
        crmvi_member *into = &index->members[index->count++];
        if (!find_member(parser, &member, name, into) ||
            !crmvi_micro_number(parser, &member, 0, CRMVI_POINTS_LIMIT, &into->weight)) {
            return false;
        }
    }
    return true;
}

bool crmvi_read_members(crmvi_parser *parser, const crmvi_spot *spot, crmvi_index *index, crmvi_micro weight,
                        const char *how) {
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (!make_members(parser, spot, index, count)) {
        return false;
    }
    crmvi_names_clear(&parser->scratch);
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!crmvi_expect(parser, &item, CRMVI_TAKES_TEXT)) {
            return false;
        }
        const char *name = json_string_value(item.value);
        crmvi_member *into = &index->members[index->count++];
        into->weight = weight;
        if (!find_member(parser, &item, name, into)) {
            return false;
        }
        const int64_t number = crmvi_count_name(parser, name);
        if (number != i) {
            char quoted[CRMVI_QUOTED_SIZE];
            return number >= 0 && crmvi_refuse(parser, &item, "%s is %s twice", crmvi_quoted(name, quoted), how);
        }
    }
    return true;
}

bool crmvi_read_add(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_index *index = field;
    index->additive = true;
    return crmvi_read_members(parser, spot, index, CRMVI_ONE, "added");
}

/* A member with its name, for sorting. */
typedef struct named_member {
    const char *name;
    crmvi_member member;
} named_member;

static int by_name(const void *left, const void *right) {
    const named_member *a = left;
    const named_member *b = right;
    return strcmp(a->name, b->name);
}

/* Nothing may depend on the order of keys, so members stand in the order of their names. */
static bool sort_members(crmvi_parser *parser, crmvi_index *index) {
    named_member *named = crmvi_array(index->count, sizeof *named);
    if (named == NULL) {
        return crmvi_refuse_memory(parser);
    }
    for (int32_t i = 0; i < index->count; i++) {
        const crmvi_member *member = &index->members[i];
        const int32_t number = member->position + (member->is_index ? parser->model->metric_count : 0);
        named[i] = (named_member){.name = parser->names[number], .member = *member};
    }
    qsort(named, (size_t)index->count, sizeof *named, by_name);
    for (int32_t i = 0; i < index->count; i++) {
        index->members[i] = named[i].member;
    }
    free(named);
    return true;
}

/* ---- What an index can be ---------------------------------------------------------------------------------------- */

/* The lowest and the highest that the index can be with all metrics present; its members' are known. */
static bool set_bounds(crmvi_parser *parser, const crmvi_spot *spot, crmvi_index *index) {
    crmvi_wide lowest, highest;
    if (!crmvi_index_bounds(parser->model, index, &lowest, &highest)) {
        return true;
    }
    if (lowest < -INDEX_LIMIT || highest > INDEX_LIMIT) {
        const crmvi_spot member = crmvi_member_of(spot, index->name);
        return crmvi_refuse(parser, &member, "the index can pass 1,000,000,000 points in magnitude");
    }
    index->lowest = (crmvi_micro)lowest;
    index->highest = (crmvi_micro)highest;
    return true;
}

/* ---- Indexes ----------------------------------------------------------------------------------------------------- */

static const char *index_name(const crmv_model *model, int32_t node) {
    return model->indexes[node].name;
}

static int32_t next_member(const crmv_model *model, int32_t node, crmvi_cursor *cursor) {
    const crmvi_index *index = &model->indexes[node];
    while (cursor->inner < index->count) {
        const crmvi_member *member = &index->members[cursor->inner++];
        if (member->is_index) {
            return member->position;
        }
    }
    return -1;
}

static bool read_index(crmvi_parser *parser, const crmvi_spot *spot, crmvi_index *index) {
    if (!crmvi_check_object(parser, spot, &crmvi_index_vocabulary)) {
        return false;
    }
    const crmvi_spot weights = crmvi_member_of(spot, "weights");
    const crmvi_spot add = crmvi_member_of(spot, "add");
    if ((weights.value != NULL) == (add.value != NULL)) {
        return crmvi_refuse(parser, spot, "an index has either `weights` or `add`, found %s",
                            add.value != NULL ? "both" : "neither");
    }
    return crmvi_fill_object(parser, spot, &crmvi_index_vocabulary, index) && sort_members(parser, index) &&
           crmvi_place_members(parser, &weights, index);
}

bool crmvi_read_indexes(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmv_model *model = field;
    model->indexes = crmvi_parser_memory(parser, model->index_count, sizeof *model->indexes);
    parser->asking.of_indexes = crmvi_parser_memory(parser, model->index_count, sizeof(*parser->asking.of_indexes));
    if (model->indexes == NULL || parser->asking.of_indexes == NULL) {
        return false;
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        model->indexes[i].name = parser->names[model->metric_count + i]; /* members may be read before they are */
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        const crmvi_spot index = crmvi_member_of(spot, parser->names[model->metric_count + i]);
        if (!read_index(parser, &index, &model->indexes[i])) {
            return false;
        }
        if (strcmp(model->indexes[i].name, CRMVI_ROOT) == 0) {
            model->root = i;
        }
    }
    const crmvi_graph graph = {model->index_count, spot, index_name, next_member};
    if (!crmvi_order(parser, &graph, &model->score_order) ||
        (parser->asking.count > 0 && !crmvi_know_indexes(parser))) {
        return false;
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        if (!set_bounds(parser, spot, &model->indexes[model->score_order[i]])) {
            return false;
        }
        crmvi_bound_open(parser, model->score_order[i]);
    }
    return true;
}
