#include "parse.h"

#include <string.h>

bool crmvi_read_cap(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const int32_t count = parser->model->tier_count;
    if (count == 0) {
        return crmvi_refuse(parser, spot, "a cap needs `tiers`, and the model has none");
    }
    return crmvi_choose(parser, spot, "tier", parser->tiers, count, field);
}

bool crmvi_read_then(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return (crmvi_count_members(spot->value) > 0 ||
            crmvi_refuse(parser, spot, "a rule needs an effect: `cap`, `flag` or `treatment`")) &&
           crmvi_read_object(parser, spot, &crmvi_then_vocabulary, field);
}

static bool read_rule(crmvi_parser *parser, const crmvi_spot *spot, crmvi_rule *rule) {
    rule->cap = -1;
    if (!crmvi_read_object(parser, spot, &crmvi_rule_vocabulary, rule)) {
        return false;
    }
    const int64_t number = crmvi_count_name(parser, rule->name);
    if (number != spot->item) {
        const crmvi_spot name = crmvi_member_of(spot, "name");
        char quoted[CRMVI_QUOTED_SIZE];
        return number >= 0 && crmvi_refuse(parser, &name, "two rules are called %s", crmvi_quoted(rule->name, quoted));
    }
    return true;
}

bool crmvi_read_rules(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmv_model *model = field;
    model->rule_count = (int32_t)json_array_size(spot->value);
    model->rules = crmvi_parser_memory(parser, model->rule_count, sizeof *model->rules);
    if (model->rules == NULL) {
        return false;
    }
    parser->sees_tier = true;
    crmvi_names_clear(&parser->scratch);
    for (int32_t i = 0; i < model->rule_count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_rule(parser, &item, &model->rules[i])) {
            return false;
        }
    }
    return true;
}
