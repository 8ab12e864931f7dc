/* ask_scales.c - scales that are to be found: percentiles, lines between what is usual, bands. */
#include "asks.h"

#include <stdio.h>

enum { LEAST_KNOTS = 2, MOST_KNOTS = 1024, LEAST_CLASSES = 2, MOST_CLASSES = 1000 };

/* ---- Members of requests ----------------------------------------------------------------------------------------- */

static bool read_number_of(crmvi_parser *parser, const crmvi_spot *spot, int64_t least, int64_t most, int32_t *out) {
    int64_t number = 0;
    if (!crmvi_whole(parser, spot, least, most, &number)) {
        return false;
    }
    *out = (int32_t)number;
    return true;
}

bool crmvi_read_knots(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_number_of(parser, spot, LEAST_KNOTS, MOST_KNOTS, field);
}

bool crmvi_read_classes(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_number_of(parser, spot, LEAST_CLASSES, MOST_CLASSES, field);
}

/* Two percents, the lower one first. */
bool crmvi_read_winsorise(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_ask *ask = field;
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (count != 2) {
        return crmvi_refuse(parser, spot, "expected two percents [low, high], found %lld items", (long long)count);
    }
    const crmvi_spot low = crmvi_item_of(spot, 0);
    const crmvi_spot high = crmvi_item_of(spot, 1);
    crmvi_micro percents[2];
    if (!crmvi_read_percent(parser, &low, &percents[0]) || !crmvi_read_percent(parser, &high, &percents[1])) {
        return false;
    }
    if (percents[0] >= percents[1]) {
        return crmvi_refuse(parser, &high, "the upper percent must lie above the lower one");
    }
    ask->winsorised = true;
    ask->winsor_low = crmvi_number(&low);
    ask->winsor_high = crmvi_number(&high);
    return true;
}

bool crmvi_read_spread(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const double most = 1000;
    double *spread = field;
    *spread = crmvi_number(spot);
    return (*spread > 0 && *spread <= most) ||
           crmvi_refuse_value(parser, spot, "a number of standard deviations above 0, at most 1000");
}

/* Points at the lowest and the highest value, or of each class. */
bool crmvi_read_ends(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_ask *ask = field;
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (count != 2 && count != ask->classes) {
        char each[64] = "";
        if (ask->classes > 2) {
            snprintf(each, sizeof each, ", or one number for each of the %d classes", (int)ask->classes);
        }
        return crmvi_refuse(parser, spot, "expected points [at the lowest value, at the highest]%s, found %lld items",
                            each, (long long)count);
    }
    ask->points = crmvi_parser_memory(parser, count, sizeof *ask->points);
    if (ask->points == NULL) {
        return false;
    }
    ask->point_count = (int32_t)count;
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!crmvi_read_points(parser, &item, &ask->points[i])) {
            return false;
        }
    }
    return true;
}

bool crmvi_read_outcome(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const crmvi_outcomes *outcomes = &parser->model->outcomes;
    if (outcomes->count == 0) {
        return crmvi_refuse(parser, spot,
                            "the model has no `outcomes`, so nothing is known of what happens afterwards");
    }
    return crmvi_choose(parser, spot, "outcome", outcomes->names, outcomes->count, field);
}

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

static void set_defaults(crmvi_ask *ask) {
    const bool bands = ask->kind == CRMVI_ASK_QUANTILE_BANDS || ask->kind == CRMVI_ASK_OPTIMAL_BANDS;
    ask->knots = ask->kind == CRMVI_ASK_PERCENTILE ? 64 : ask->kind == CRMVI_ASK_LOGARITHM ? 16 : 0;
    ask->classes = bands ? 5 : 0;
    ask->spread = ask->kind == CRMVI_ASK_Z_SCORE ? 3 : 0;
    ask->minimum_share = ask->kind == CRMVI_ASK_OPTIMAL_BANDS ? 5 * CRMVI_ONE : 0;
}

/* 0 to 100, the 100 where the card says that it is better. */
static bool set_ends(crmvi_parser *parser, crmvi_ask *ask, int32_t better) {
    if (ask->points != NULL) {
        return true;
    }
    ask->points = crmvi_parser_memory(parser, 2, sizeof *ask->points);
    if (ask->points == NULL) {
        return false;
    }
    ask->points[better == CRMVI_LOWER ? 0 : 1] = 100 * CRMVI_ONE;
    ask->point_count = 2;
    return true;
}

/* Whatever will be found lies between the points that are asked for. */
static void set_bounds(const crmvi_ask *ask, crmvi_metric *metric) {
    crmvi_scale ends = {.count = ask->point_count, .points = ask->points};
    crmvi_set_extremes(&ends);
    metric->scale.lowest = ends.lowest;
    metric->scale.highest = ends.highest;
    metric->missing_points = metric->missing == CRMVI_WORST ? ends.lowest : metric->missing_points;
}

bool crmvi_read_scale_ask(crmvi_parser *parser, const crmvi_spot *card, int32_t position) {
    crmvi_metric *metric = &parser->model->metrics[position];
    const crmvi_spot holder = crmvi_member_of(card, "scale");
    const int32_t kind = crmvi_ask_in(holder.value, &crmvi_scale_asks);
    if (kind == CRMVI_ASK_NOTHING) {
        return true;
    }
    crmvi_asked *asked = crmvi_add_ask(parser, &holder, kind, CRMVI_ASK_FOR_SCALE, position);
    if (asked == NULL) {
        return false;
    }
    parser->asking.of_metrics[position] = asked;
    set_defaults(&asked->ask);
    const crmvi_spot own = crmvi_ask_spot(&holder, &asked->ask);
    if (!crmvi_read_object(parser, &own, &crmvi_ask_vocabularies[kind], &asked->ask) ||
        !set_ends(parser, &asked->ask, metric->better)) {
        return false;
    }
    set_bounds(&asked->ask, metric);
    return true;
}

/* ---- What was found ---------------------------------------------------------------------------------------------- */

static bool read_fitted(crmvi_parser *parser, const crmvi_spot *holder, const crmvi_ask *ask, crmvi_metric *metric) {
    const bool bands = ask->kind == CRMVI_ASK_QUANTILE_BANDS || ask->kind == CRMVI_ASK_OPTIMAL_BANDS;
    crmvi_spot fitted;
    crmvi_spot numbers;
    if (!crmvi_fitted_form(parser, holder, ask, bands ? "bands" : "line", &fitted, &numbers) ||
        !(bands ? crmvi_read_bands : crmvi_read_line)(parser, &numbers, &metric->scale)) {
        return false;
    }
    crmvi_set_extremes(&metric->scale);
    metric->missing_points = metric->missing == CRMVI_WORST ? metric->scale.lowest : metric->missing_points;
    return true;
}

/* The most percent that weights by outcome hold out, whom scales by outcome do not see either. Weights are read later,
 * so these are the model's words as they stand; wrong ones are refused there. */
static double held_out_of(const json_t *text) {
    const double unless_said = CRMVI_HELD_OUT_UNLESS_SAID;
    const char *name;
    json_t *index;
    double most = 0;
    json_object_foreach(json_object_get(text, "indexes"), name, index) {
        const json_t *outcome = json_object_get(json_object_get(index, "weights"), crmvi_ask_names[CRMVI_ASK_OUTCOME]);
        const json_t *held_out = json_object_get(outcome, "held_out");
        if (!crmvi_is_note(name) && json_is_object(outcome)) {
            const double percent = json_is_number(held_out) ? json_number_value(held_out) : unless_said;
            most = percent > most ? percent : most;
        }
    }
    return most;
}

/* How the metric is derived; and the card's direction, which says which end earns more; and the outcomes, and who is
 * held out of them. */
static json_t *from_of(const crmvi_parser *parser, const crmvi_ask *ask, const json_t *card) {
    const json_t *text = parser->model->text;
    json_t *from = json_object();
    json_t *better = json_object_get(card, "better");
    json_t *outcomes = ask->outcome >= 0 ? json_object_get(text, "outcomes") : NULL;
    const double held_out = outcomes != NULL ? held_out_of(text) : 0;
    if (json_object_set_new_nocheck(from, "value", json_string(parser->asking.metrics[ask->position].value)) != 0 ||
        (better != NULL && json_object_set_nocheck(from, "better", better) != 0) ||
        (outcomes != NULL && json_object_set_nocheck(from, "outcomes", outcomes) != 0) ||
        (held_out > 0 && json_object_set_new_nocheck(from, "held_out", json_real(held_out)) != 0)) {
        json_decref(from);
        return NULL;
    }
    return from;
}

static bool settle_scale(crmvi_parser *parser, const crmvi_spot *metrics, crmvi_asked *asked) {
    crmvi_ask *ask = &asked->ask;
    crmvi_metric *metric = &parser->model->metrics[ask->position];
    const crmvi_spot card = crmvi_member_of(metrics, metric->name);
    const crmvi_spot holder = crmvi_member_of(&card, "scale");
    const crmvi_source *source = &parser->asking.metrics[ask->position];
    if (!crmvi_settle_ask(parser, &holder, asked, from_of(parser, ask, card.value), source->value_found,
                          source->value_round)) {
        return false;
    }
    const bool is_fitted = ask->state == CRMV_REQUEST_FITTED;
    parser->asking.metrics[ask->position].found = is_fitted;
    return !is_fitted || read_fitted(parser, &holder, ask, metric);
}

bool crmvi_settle_scales(crmvi_parser *parser, const crmvi_spot *metrics) {
    if (parser->asking.first == NULL) {
        return true;
    }
    if (!crmvi_know_metrics(parser)) {
        return false;
    }
    for (crmvi_asked *asked = parser->asking.first; asked != NULL; asked = asked->next) {
        if (asked->ask.target == CRMVI_ASK_FOR_SCALE && !settle_scale(parser, metrics, asked)) {
            return false;
        }
    }
    return true;
}
