#include "asks.h"

#include <string.h>

/* ---- Members of a card ------------------------------------------------------------------------------------------- */

bool crmvi_read_per(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    bool *is_yearly = field;
    *is_yearly = strcmp(json_string_value(spot->value), "year") == 0;
    return *is_yearly || crmvi_refuse_value(parser, spot, "\"year\"");
}

bool crmvi_read_better(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {[CRMVI_HIGHER - 1] = "higher", [CRMVI_LOWER - 1] = "lower"};
    int32_t *better = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "direction", names, 2, &chosen)) {
        return false;
    }
    *better = chosen + 1;
    return true;
}

/* Comes behind the scale, whose lowest points it may take. */
bool crmvi_read_missing(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"renormalise", "worst", "refuse"};
    static const int32_t policies[] = {CRMVI_RENORMALISE, CRMVI_WORST, CRMVI_REFUSE};
    crmvi_metric *metric = field;
    int32_t chosen = 0;
    if (json_is_object(spot->value)) {
        metric->missing = CRMVI_FIXED_POINTS;
        if (!crmvi_read_object(parser, spot, &crmvi_missing_vocabulary, metric)) {
            return false;
        }
    } else if (crmvi_choose(parser, spot, "way to treat what is missing", names, 3, &chosen)) {
        metric->missing = policies[chosen];
    } else {
        return false;
    }
    const bool earns_points = metric->missing == CRMVI_FIXED_POINTS || metric->missing == CRMVI_WORST;
    if (earns_points && metric->scale.kind == CRMVI_NO_SCALE) {
        return crmvi_refuse(parser, spot, "a metric without `scale` earns no points");
    }
    if (metric->missing == CRMVI_WORST) {
        metric->missing_points = metric->scale.lowest;
    }
    return true;
}

/* ---- Cards ------------------------------------------------------------------------------------------------------- */

/* The one operator of a card. */
static bool find_operator(crmvi_parser *parser, const crmvi_spot *card, crmvi_metric *metric) {
    crmvi_spot last;
    const int32_t given = crmvi_count_given(card, crmvi_operator_names, CRMVI_OPERATORS, &last);
    if (given == 0) {
        return crmvi_refuse(parser, card, "a metric needs an operator, such as `sum`, `count`, `recency`, `attribute`");
    }
    for (int32_t i = 0; i < CRMVI_OPERATORS; i++) {
        if (json_object_get(card->value, crmvi_operator_names[i]) != NULL) {
            metric->operation = i;
            break;
        }
    }
    return given == 1 || crmvi_refuse(parser, &last, "a metric has one operator, found `%s` and `%s`",
                                      crmvi_operator_names[metric->operation], last.key);
}

/* The word that says what is measured: the operator, or of receivables, events and lifetimes what of them. */
static const char *word_of(const crmvi_metric *metric) {
    switch (metric->operation) {
    case CRMVI_RECEIVABLE:
        return crmvi_receivable_names[metric->detail];
    case CRMVI_EVENT:
        return crmvi_event_detail_names[metric->detail];
    case CRMVI_LIFETIME:
        return crmvi_lifetime_detail_names[metric->detail];
    default:
        return crmvi_operator_names[metric->operation];
    }
}

/* Refuses a key that the card's operator does not take. */
static bool check_key(crmvi_parser *parser, const crmvi_spot *card, const crmvi_metric *metric, const char *key,
                      bool is_taken) {
    const crmvi_spot member = crmvi_member_of(card, key);
    return is_taken || member.value == NULL ||
           crmvi_refuse(parser, &member, "`%s` takes no `%s`", word_of(metric), key);
}

/* Interest runs over the days of a window, so that it has none on purchase days alone. */
static bool check_finance_cost(crmvi_parser *parser, const crmvi_spot *card, const crmvi_metric *metric) {
    if ((metric->measures >> CRMVI_FINANCE_COST & 1) == 0) {
        return true;
    }
    const char *name = crmvi_operator_names[metric->operation];
    const crmvi_spot operation = crmvi_member_of(card, name);
    if (parser->model->finance_cost.periods == NULL) {
        return crmvi_refuse(parser, &operation,
                            "finance_cost needs the model's `finance_cost`, which says what a year of waiting costs");
    }
    return metric->operation == CRMVI_SUM || metric->operation == CRMVI_GROWTH ||
           crmvi_refuse(parser, &operation,
                        "`%s` is of purchase days, and finance_cost has none: it goes with `sum` and "
                        "`growth`",
                        name);
}

static bool check_keys(crmvi_parser *parser, const crmvi_spot *card, const crmvi_metric *metric) {
    const uint32_t needing_cost =
        UINT32_C(1) << CRMVI_COST | UINT32_C(1) << CRMVI_GROSS_PROFIT | UINT32_C(1) << CRMVI_CONTRIBUTION;
    const crmvi_operator *allowed = crmvi_card_operator(metric);
    if (!check_key(parser, card, metric, "window", allowed->windowed) ||
        !check_key(parser, card, metric, "per", allowed->per) ||
        !check_key(parser, card, metric, "in", metric->operation == CRMVI_SINCE)) {
        return false;
    }
    const crmvi_spot coverage = crmvi_member_of(card, "minimum_coverage");
    if (coverage.value != NULL && (metric->measures & needing_cost) == 0) {
        return crmvi_refuse(parser, &coverage, "`minimum_coverage` goes with cost, gross_profit and contribution");
    }
    if (metric->operation == CRMVI_SINCE && json_object_get(card->value, "in") == NULL) {
        return crmvi_refuse(parser, card, "`since` needs a unit of time: `\"in\": \"years\"`");
    }
    return check_finance_cost(parser, card, metric);
}

static bool finish_window(crmvi_parser *parser, const crmvi_spot *card, crmvi_metric *metric) {
    const crmvi_spot window = crmvi_member_of(card, "window");
    const crmvi_operator *allowed = crmvi_card_operator(metric);
    if (window.value == NULL && allowed->models_window) {
        metric->window = parser->model->window;
    }
    if (!allowed->bounded || metric->window.kind != CRMVI_ALL_HISTORY) {
        return true;
    }
    return crmvi_refuse(parser, window.value != NULL ? &window : card, "`%s` needs a window, %s", word_of(metric),
                        metric->operation == CRMVI_GROWTH ? "to compare it with the one before"
                                                          : "whose days it counts");
}

static bool set_label(crmvi_parser *parser, crmvi_metric *metric) {
    if (metric->label != NULL) {
        return true;
    }
    const size_t length = strlen(metric->name);
    char *label = crmvi_parser_memory(parser, (int64_t)length + 1, 1);
    if (label == NULL) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        label[i] = (char)(metric->name[i] == '_' ? ' ' : metric->name[i]);
    }
    metric->label = label;
    return true;
}

/* Whether the metric's values may be texts, and so be categories. */
static bool gives_texts(const crmvi_metric *metric) {
    return metric->operation == CRMVI_ATTRIBUTE ||
           (metric->operation == CRMVI_EVENT && metric->detail == CRMVI_EVENT_LAST);
}

static bool read_card(crmvi_parser *parser, const crmvi_spot *spot, crmvi_metric *metric) {
    metric->name = spot->key;
    metric->minimum_coverage = 50 * CRMVI_ONE;
    metric->operands[0] = -1;
    metric->operands[1] = -1;
    if (!crmvi_check_object(parser, spot, &crmvi_card_vocabulary) || !find_operator(parser, spot, metric) ||
        !crmvi_fill_object(parser, spot, &crmvi_card_vocabulary, metric)) {
        return false;
    }
    const crmvi_spot scale = crmvi_member_of(spot, "scale");
    if (metric->scale.kind == CRMVI_CATEGORIES && !gives_texts(metric)) {
        return crmvi_refuse(parser, &scale, "`categories` are for attributes and the last event; `%s` gives numbers",
                            word_of(metric));
    }
    metric->is_better_given = metric->better != CRMVI_UNSAID;
    return check_keys(parser, spot, metric) && crmvi_finish_foretold(parser, spot, metric, word_of(metric)) &&
           finish_window(parser, spot, metric) && set_label(parser, metric) &&
           crmvi_read_scale_ask(parser, spot, (int32_t)(metric - parser->model->metrics));
}

/* ---- Between cards ----------------------------------------------------------------------------------------------- */

/* Share, ratio and difference compute with numbers. */
static bool check_operands(crmvi_parser *parser, const crmvi_spot *spot) {
    const crmv_model *model = parser->model;
    for (int32_t i = 0; i < model->metric_count; i++) {
        const crmvi_metric *metric = &model->metrics[i];
        for (int32_t j = 0; j < 2 && metric->operands[j] >= 0; j++) {
            const crmvi_metric *operand = &model->metrics[metric->operands[j]];
            if (crmvi_is_category(operand)) {
                const crmvi_spot card = crmvi_member_of(spot, metric->name);
                const crmvi_spot operation = crmvi_member_of(&card, crmvi_operator_names[metric->operation]);
                const crmvi_spot item = crmvi_item_of(&operation, j);
                char quoted[CRMVI_QUOTED_SIZE];
                return crmvi_refuse(parser, &item, "the metric %s is a category, not a number",
                                    crmvi_quoted(operand->name, quoted));
            }
        }
    }
    return true;
}

/* Where a metric's card names its column. */
typedef struct column_spot {
    crmvi_spot card, column;
} column_spot;

static const crmvi_spot *spot_of_column(const crmvi_spot *metrics, const crmvi_metric *metric, column_spot *out) {
    out->card = crmvi_member_of(metrics, metric->name);
    out->column = crmvi_member_of(&out->card, crmvi_operator_names[metric->operation]);
    return &out->column;
}

static bool refuse_clash(crmvi_parser *parser, const crmvi_spot *metrics, const crmvi_metric *metric) {
    column_spot spot;
    char quoted[CRMVI_QUOTED_SIZE];
    return crmvi_refuse(parser, spot_of_column(metrics, metric, &spot),
                        "the column %s cannot be both a date and an attribute",
                        crmvi_quoted(metric->attribute, quoted));
}

/* A role's name stands for the column that `input` maps to it, so an attribute cannot be called so as well; and the
 * column of `since` holds dates. */
static bool check_roles(crmvi_parser *parser, const crmvi_spot *metrics, const crmvi_metric *metric) {
    const crmvi_table *table = &parser->model->table;
    const char *since = table->columns[CRMVI_TABLE_SINCE];
    for (int32_t i = 0; i < CRMVI_TABLE_ROLES; i++) {
        const char *column = table->columns[i];
        if (column != NULL && strcmp(crmvi_table_role_names[i], metric->attribute) == 0 &&
            strcmp(column, metric->attribute) != 0) {
            column_spot spot;
            char quoted[CRMVI_QUOTED_SIZE];
            return crmvi_refuse(parser, spot_of_column(metrics, metric, &spot),
                                "\"%s\" is a role of input.customers, which maps it to the column %s",
                                crmvi_table_role_names[i], crmvi_quoted(column, quoted));
        }
    }
    if (metric->operation == CRMVI_ATTRIBUTE && since != NULL && strcmp(since, metric->attribute) == 0) {
        return refuse_clash(parser, metrics, metric);
    }
    return true;
}

/* Takes in the column of an attribute; one that is read as a date cannot be read as a number or category too. */
static bool add_attribute(crmvi_parser *parser, const crmvi_spot *metrics, const crmvi_metric *metric,
                          bool *are_dates) {
    crmv_model *model = parser->model;
    const int64_t number = crmvi_count_name(parser, metric->attribute);
    if (number < 0) {
        return false;
    }
    const bool is_date = metric->operation == CRMVI_SINCE;
    if (number == model->attribute_count) {
        model->attributes[model->attribute_count++] = metric->attribute;
        are_dates[number] = is_date;
    }
    return are_dates[number] == is_date || refuse_clash(parser, metrics, metric);
}

static bool gather_attributes(crmvi_parser *parser, const crmvi_spot *spot) {
    crmv_model *model = parser->model;
    model->attributes = crmvi_parser_memory(parser, model->metric_count, sizeof *model->attributes);
    bool *are_dates = crmvi_parser_memory(parser, model->metric_count, sizeof *are_dates);
    if (model->attributes == NULL || are_dates == NULL) {
        return false;
    }
    crmvi_names_clear(&parser->scratch);
    for (int32_t i = 0; i < model->metric_count; i++) {
        const crmvi_metric *metric = &model->metrics[i];
        const bool is_column = metric->operation == CRMVI_ATTRIBUTE || metric->operation == CRMVI_SINCE;
        if (is_column && (!check_roles(parser, spot, metric) || !add_attribute(parser, spot, metric, are_dates))) {
            return false;
        }
    }
    return true;
}

static const char *metric_name(const crmv_model *model, int32_t node) {
    return model->metrics[node].name;
}

static int32_t next_operand(const crmv_model *model, int32_t node, crmvi_cursor *cursor) {
    return cursor->inner < 2 ? model->metrics[node].operands[cursor->inner++] : -1;
}

bool crmvi_read_metrics(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmv_model *model = field;
    model->metrics = crmvi_parser_memory(parser, model->metric_count, sizeof *model->metrics);
    parser->asking.of_metrics = crmvi_parser_memory(parser, model->metric_count, sizeof(*parser->asking.of_metrics));
    if (model->metrics == NULL || parser->asking.of_metrics == NULL) {
        return false;
    }
    for (int32_t i = 0; i < model->metric_count; i++) {
        const crmvi_spot card = crmvi_member_of(spot, parser->names[i]);
        if (!read_card(parser, &card, &model->metrics[i])) {
            return false;
        }
    }
    const crmvi_graph graph = {model->metric_count, spot, metric_name, next_operand};
    return check_operands(parser, spot) && gather_attributes(parser, spot) &&
           crmvi_order(parser, &graph, &model->derive_order) && crmvi_settle_scales(parser, spot);
}
