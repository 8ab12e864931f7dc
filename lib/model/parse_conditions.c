#include "parse.h"

#include <string.h>

/* ---- Operands ---------------------------------------------------------------------------------------------------- */

static bool refuse_operand(crmvi_parser *parser, const crmvi_spot *spot) {
    const crmv_model *model = parser->model;
    const int64_t count = (int64_t)model->metric_count + model->index_count + model->segment_count;
    const int64_t others = parser->sees_tier ? 2 : 1; /* coverage and tier stand behind the names */
    return crmvi_refuse_name(parser, spot, "metric, index or segment", spot->key, parser->names, count + others);
}

static bool find_coverage(crmvi_parser *parser, const crmvi_spot *spot, crmvi_condition *condition) {
    condition->on = CRMVI_ON_COVERAGE;
    return parser->model->root >= 0 ||
           crmvi_refuse(parser, spot, "`coverage` needs the index `" CRMVI_ROOT "`, and the model has none");
}

static bool find_tier(crmvi_parser *parser, const crmvi_spot *spot, crmvi_condition *condition) {
    condition->on = CRMVI_ON_TIER;
    if (!parser->sees_tier) {
        return crmvi_refuse(parser, spot, "only rules may look at `tier`");
    }
    return parser->model->tier_count > 0 || crmvi_refuse(parser, spot, "the model has no tiers");
}

static bool find_operand(crmvi_parser *parser, const crmvi_spot *spot, crmvi_condition *condition) {
    const crmv_model *model = parser->model;
    condition->position = -1;
    if (strcmp(spot->key, CRMVI_COVERAGE) == 0) {
        return find_coverage(parser, spot, condition);
    }
    if (strcmp(spot->key, CRMVI_TIER) == 0) {
        return find_tier(parser, spot, condition);
    }
    int32_t number = crmvi_number_of(parser, spot->key);
    if (number < 0) {
        return refuse_operand(parser, spot);
    }
    condition->on = CRMVI_ON_METRIC;
    if (number >= model->metric_count) {
        number -= model->metric_count;
        condition->on = CRMVI_ON_INDEX;
        if (number >= model->index_count) {
            number -= model->index_count;
            condition->on = CRMVI_ON_SEGMENT;
        }
    }
    condition->position = number;
    return true;
}

/* The labels that the operand can have. */
typedef struct labels {
    const char *const *names; /* NULL: the operand is a number */
    int32_t count;
} labels;

static labels labels_of(const crmvi_parser *parser, const crmvi_condition *condition) {
    const crmv_model *model = parser->model;
    if (condition->on == CRMVI_ON_TIER) {
        return (labels){parser->tiers, model->tier_count};
    }
    if (condition->on == CRMVI_ON_SEGMENT) {
        const crmvi_segment *segment = &model->segments[condition->position];
        return (labels){segment->names, segment->name_count};
    }
    if (condition->on == CRMVI_ON_METRIC && crmvi_is_category(&model->metrics[condition->position])) {
        const crmvi_scale *scale = &model->metrics[condition->position].scale;
        return (labels){scale->labels, scale->count};
    }
    return (labels){NULL, 0};
}

/* ---- Tests ------------------------------------------------------------------------------------------------------- */

bool crmvi_read_limit(crmvi_parser *parser, const crmvi_spot *spot, int32_t on, crmvi_limit *limit) {
    limit->set = true;
    if (on == CRMVI_ON_METRIC) {
        return crmvi_read_real(parser, spot, &limit->value);
    }
    if (!crmvi_read_points(parser, spot, &limit->micro)) {
        return false;
    }
    limit->value = (double)limit->micro / 1e6;
    return true;
}

static bool read_limits(crmvi_parser *parser, const crmvi_spot *spot, crmvi_condition *condition) {
    const struct {
        const char *key;
        crmvi_limit *limit;
    } limits[] = {{"at_least", &condition->at_least},
                  {"above", &condition->above},
                  {"below", &condition->below},
                  {"at_most", &condition->at_most}};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const crmvi_spot member = crmvi_member_of(spot, limits[i].key);
        if (member.value == NULL) {
            continue;
        }
        if (labels_of(parser, condition).names != NULL) {
            char quoted[CRMVI_QUOTED_SIZE];
            return crmvi_refuse(parser, &member, "%s is no number but a name; test it with `is`",
                                crmvi_quoted(spot->key, quoted));
        }
        if (!crmvi_read_limit(parser, &member, condition->on, limits[i].limit)) {
            return false;
        }
    }
    return true;
}

static bool read_label(crmvi_parser *parser, const crmvi_spot *spot, crmvi_condition *condition) {
    const labels known = labels_of(parser, condition);
    return crmvi_choose(parser, spot, condition->on == CRMVI_ON_TIER ? "tier" : "label", known.names, known.count,
                        &condition->codes[condition->code_count++]);
}

static bool read_labels(crmvi_parser *parser, const crmvi_spot *spot, crmvi_condition *condition) {
    const int64_t asked = json_is_array(spot->value) ? (int64_t)json_array_size(spot->value) : 1;
    if (asked == 0) {
        return crmvi_refuse(parser, spot, "expected at least one name, found none");
    }
    condition->codes = crmvi_parser_memory(parser, asked, sizeof *condition->codes);
    if (condition->codes == NULL) {
        return false;
    }
    if (!json_is_array(spot->value)) {
        return read_label(parser, spot, condition);
    }
    for (int64_t i = 0; i < asked; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_label(parser, &item, condition)) {
            return false;
        }
    }
    return true;
}

static bool read_condition(crmvi_parser *parser, const crmvi_spot *spot, crmvi_condition *condition) {
    condition->missing = -1;
    if (!find_operand(parser, spot, condition) || !crmvi_check_object(parser, spot, &crmvi_condition_vocabulary)) {
        return false;
    }
    if (crmvi_count_members(spot->value) == 0) {
        return crmvi_refuse(parser, spot, "a condition needs a test, such as `at_least`, `below`, `is`, `missing`");
    }
    const crmvi_spot is = crmvi_member_of(spot, "is");
    if (is.value != NULL && labels_of(parser, condition).names == NULL) {
        char quoted[CRMVI_QUOTED_SIZE];
        return crmvi_refuse(parser, &is, "%s is a number; test it with `at_least`, `above`, `below` or `at_most`",
                            crmvi_quoted(spot->key, quoted));
    }
    const crmvi_spot missing = crmvi_member_of(spot, "missing");
    if (missing.value != NULL) {
        condition->missing = json_is_true(missing.value) ? 1 : 0;
    }
    return read_limits(parser, spot, condition) && (is.value == NULL || read_labels(parser, &is, condition));
}

bool crmvi_read_when(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_when *when = field;
    when->conditions = crmvi_parser_memory(parser, crmvi_count_members(spot->value), sizeof *when->conditions);
    if (when->conditions == NULL) {
        return false;
    }
    const char *name;
    json_t *value;
    json_object_foreach(spot->value, name, value) {
        if (crmvi_is_note(name)) {
            continue;
        }
        const crmvi_spot member = {.above = spot, .key = name, .value = value};
        if (!read_condition(parser, &member, &when->conditions[when->count++])) {
            return false;
        }
    }
    return true;
}
