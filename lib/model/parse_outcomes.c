/* parse_outcomes.c - what happens afterwards: metrics with names of their own, over the days behind the as-of date. */
#include "asks.h"
#include "block.h"

bool crmvi_read_after(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_outcomes *outcomes = field;
    crmvi_window span = {0};
    if (!crmvi_read_span(parser, spot, &span)) {
        return false;
    }
    outcomes->in_days = span.kind == CRMVI_LAST_DAYS;
    outcomes->length = span.length;
    return true;
}

/* An outcome earns no points, though less of it may be better; and over which days, `after` says for all of them. */
static bool check_card(crmvi_parser *parser, const crmvi_spot *card) {
    static const char *const never[] = {"scale", "missing"};
    crmvi_spot member;
    if (!crmvi_expect(parser, card, CRMVI_TAKES_OBJECT)) {
        return false;
    }
    if (crmvi_count_given(card, never, 2, &member) > 0) {
        return crmvi_refuse(parser, &member, "an outcome earns no points, so it has no `%s`", member.key);
    }
    member = crmvi_member_of(card, crmvi_operator_names[CRMVI_LIFETIME]);
    if (member.value != NULL) {
        return crmvi_refuse(parser, &member,
                            "an outcome is what happened, and a lifetime foretells; take a sum or count");
    }
    member = crmvi_member_of(card, "window");
    return member.value == NULL ||
           crmvi_refuse(parser, &member, "an outcome has no `window`: `outcomes.after` says which days count");
}

static bool check_cards(crmvi_parser *parser, const crmvi_spot *metrics) {
    const char *name;
    json_t *value;
    json_object_foreach(metrics->value, name, value) {
        const crmvi_spot card = {.above = metrics, .key = name, .value = value};
        if (!crmvi_is_note(name) && !check_card(parser, &card)) {
            return false;
        }
    }
    return true;
}

static bool set_names(crmvi_parser *parser, crmvi_outcomes *outcomes, const crmv_model *inner) {
    outcomes->names = crmvi_parser_memory(parser, inner->metric_count, sizeof *outcomes->names);
    outcomes->less = crmvi_parser_memory(parser, inner->metric_count, sizeof *outcomes->less);
    if (outcomes->names == NULL || outcomes->less == NULL) {
        return false;
    }
    for (int32_t i = 0; i < inner->metric_count; i++) {
        outcomes->names[i] = inner->metrics[i].name;
        outcomes->less[i] = inner->metrics[i].better == CRMVI_LOWER;
    }
    outcomes->count = inner->metric_count;
    return true;
}

/* The cards are read as those of a model of their own, which lives in the same memory and is as good as that of
 * crmv_model_outcomes, but that its days are not known yet. */
static bool read_cards(crmvi_parser *parser, const crmvi_spot *metrics, crmvi_outcomes *outcomes) {
    crmv_model *model = parser->model;
    crmv_model inner = {.text = model->text, .blocks = model->blocks, .money = model->money, .root = -1};
    inner.table = model->table;
    inner.fiscal = model->fiscal;
    inner.finance_cost = model->finance_cost;
    inner.window = (crmvi_window){.kind = CRMVI_FROM_TO, .from = 0, .to = 0};
    crmvi_parser own = {.model = &inner, .error = parser->error, .status = CRMV_OK};
    const bool read = crmvi_name_metrics(&own, metrics) && crmvi_read_metrics(&own, metrics, &inner);
    model->blocks = inner.blocks;
    parser->status = own.status;
    crmvi_names_clear(&own.numbers);
    crmvi_names_clear(&own.scratch);
    return read && set_names(parser, outcomes, &inner);
}

bool crmvi_read_outcomes(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmv_model *model = field;
    crmvi_outcomes *outcomes = &model->outcomes;
    const crmvi_spot metrics = crmvi_member_of(spot, "metrics");
    if (!crmvi_read_object(parser, spot, &crmvi_outcomes_vocabulary, outcomes) || !check_cards(parser, &metrics)) {
        return false;
    }
    if (crmvi_count_members(metrics.value) == 0) {
        return crmvi_refuse(parser, &metrics, "expected at least one outcome, found none");
    }
    return read_cards(parser, &metrics, outcomes);
}
