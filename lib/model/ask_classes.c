/* ask_classes.c - cuts that are to be found: of tiers, and of a segment's classes. */
#include "asks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_CLASSES = 2, MOST_CLASSES = 1000 };

/* ---- Names ------------------------------------------------------------------------------------------------------- */

static bool make_names(crmvi_parser *parser, const crmvi_spot *spot, crmvi_ask *ask) {
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (count < LEAST_CLASSES || count > MOST_CLASSES) {
        return crmvi_refuse(parser, spot, "expected %d to %d classes, found %lld", (int)LEAST_CLASSES,
                            (int)MOST_CLASSES, (long long)count);
    }
    ask->classes = (int32_t)count;
    ask->names = crmvi_parser_memory(parser, count, sizeof *ask->names);
    ask->shares = crmvi_parser_memory(parser, count, sizeof *ask->shares);
    crmvi_names_clear(&parser->scratch);
    return ask->names != NULL && ask->shares != NULL;
}

static bool read_name(crmvi_parser *parser, const crmvi_spot *spot, crmvi_ask *ask, int32_t position) {
    if (!crmvi_read_text(parser, spot, &ask->names[position])) {
        return false;
    }
    const int64_t number = crmvi_count_name(parser, ask->names[position]);
    char quoted[CRMVI_QUOTED_SIZE];
    return number == position || (number >= 0 && crmvi_refuse(parser, spot, "two classes are called %s",
                                                              crmvi_quoted(ask->names[position], quoted)));
}

/* ["a", "b", "c"], best first. */
static bool read_names(crmvi_parser *parser, const crmvi_spot *spot, crmvi_ask *ask) {
    if (!make_names(parser, spot, ask)) {
        return false;
    }
    for (int32_t i = 0; i < ask->classes; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_name(parser, &item, ask, i)) {
            return false;
        }
    }
    return true;
}

/* ---- Names with percents ----------------------------------------------------------------------------------------- */

/* A percent above 0 and below 100; of the last class null, as it takes whatever is left. */
static bool read_part(crmvi_parser *parser, const crmvi_spot *spot, crmvi_ask *ask, int32_t position) {
    if (position == ask->classes - 1) {
        return json_is_null(spot->value) ||
               crmvi_refuse_value(parser, spot, "null, as the last class takes whatever is left");
    }
    crmvi_micro *part = &ask->shares[position];
    if (!crmvi_read_percent(parser, spot, part)) {
        return false;
    }
    return (*part > 0 && *part < 100 * CRMVI_ONE) ||
           crmvi_refuse_value(parser, spot, "a percent above 0 and below 100");
}

/* [["A", 80], ["B", 95], ["C", null]] */
static bool read_parts(crmvi_parser *parser, const crmvi_spot *spot, crmvi_ask *ask) {
    if (!make_names(parser, spot, ask)) {
        return false;
    }
    for (int32_t i = 0; i < ask->classes; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!crmvi_expect(parser, &item, CRMVI_TAKES_ARRAY)) {
            return false;
        }
        if (json_array_size(item.value) != 2) {
            return crmvi_refuse(parser, &item, "expected a class [name, percent], found %lld items",
                                (long long)json_array_size(item.value));
        }
        const crmvi_spot name = crmvi_item_of(&item, 0);
        const crmvi_spot part = crmvi_item_of(&item, 1);
        if (!read_name(parser, &name, ask, i) || !read_part(parser, &part, ask, i)) {
            return false;
        }
    }
    return true;
}

/* Shares leave something for the last class. */
static bool read_shares(crmvi_parser *parser, const crmvi_spot *spot, crmvi_ask *ask) {
    if (!read_parts(parser, spot, ask)) {
        return false;
    }
    crmvi_micro sum = 0;
    for (int32_t i = 0; i < ask->classes - 1; i++) {
        sum += ask->shares[i];
        if (sum >= 100 * CRMVI_ONE) {
            const crmvi_spot item = crmvi_item_of(spot, i);
            char text[32];
            crmvi_shortest((double)sum / 1e6, text);
            return crmvi_refuse(parser, &item, "up to here the shares add up to %s percent; nothing is left below",
                                text);
        }
    }
    return true;
}

/* Cumulated percents rise from class to class. */
bool crmvi_read_abc_names(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_ask *ask = field;
    if (!read_parts(parser, spot, ask)) {
        return false;
    }
    for (int32_t i = 1; i < ask->classes - 1; i++) {
        if (ask->shares[i] <= ask->shares[i - 1]) {
            const crmvi_spot item = crmvi_item_of(spot, i);
            const crmvi_spot part = crmvi_item_of(&item, 1);
            char text[32];
            crmvi_shortest((double)ask->shares[i - 1] / 1e6, text);
            return crmvi_refuse(parser, &part, "percents are cumulated: this one must lie above %s", text);
        }
    }
    return true;
}

bool crmvi_read_side(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"before", "including"};
    bool *including = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "side", names, 2, &chosen)) {
        return false;
    }
    *including = chosen == 1;
    return true;
}

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

crmvi_asked *crmvi_read_class_ask(crmvi_parser *parser, const crmvi_spot *holder, int32_t target, int32_t position) {
    const int32_t kind = crmvi_ask_in(holder->value, &crmvi_class_asks);
    crmvi_asked *asked = crmvi_add_ask(parser, holder, kind, target, position);
    if (asked == NULL) {
        return NULL;
    }
    crmvi_ask *ask = &asked->ask;
    const crmvi_spot own = crmvi_ask_spot(holder, ask);
    const bool done = kind == CRMVI_ASK_ABC ? crmvi_read_object(parser, &own, &crmvi_ask_vocabularies[kind], ask)
                                            : (kind == CRMVI_ASK_SHARES ? read_shares : read_names)(parser, &own, ask);
    return done ? asked : NULL;
}

/* ---- What was found ---------------------------------------------------------------------------------------------- */

/* Those who are rated, by whatever decides that, and the number that is cut. */
static json_t *from_of(const crmvi_parser *parser, const crmvi_side *by) {
    const crmv_model *model = parser->model;
    const crmvi_asking *asking = &parser->asking;
    json_t *from = json_object();
    json_t *unrated = json_object_get(model->text, "unrated");
    const char *number = by == NULL                  ? NULL
                         : by->on == CRMVI_ON_METRIC ? asking->metrics[by->position].value
                                                     : asking->indexes[by->position].points;
    if ((number != NULL && json_object_set_new_nocheck(from, "by", json_string(number)) != 0) ||
        (model->root >= 0 &&
         json_object_set_new_nocheck(from, "score", json_string(asking->indexes[model->root].points)) != 0) ||
        (unrated != NULL && json_object_set_nocheck(from, "unrated", unrated) != 0)) {
        json_decref(from);
        return NULL;
    }
    return from;
}

/* Whether the number that is cut can be had, and from which round on; tiers cut the score alone. */
static crmvi_source number_of(const crmvi_parser *parser, const crmvi_side *by) {
    if (by == NULL) {
        return (crmvi_source){.found = true};
    }
    if (by->on == CRMVI_ON_INDEX) {
        return parser->asking.indexes[by->position];
    }
    const crmvi_source *metric = &parser->asking.metrics[by->position];
    return (crmvi_source){.found = metric->value_found, .round = metric->value_round};
}

bool crmvi_settle_classes(crmvi_parser *parser, const crmvi_spot *holder, crmvi_asked *asked, const crmvi_side *by) {
    static const crmvi_source nothing = {.found = true};
    if (!crmvi_know_indexes(parser)) {
        return false;
    }
    const int32_t root = parser->model->root;
    const crmvi_source *score = root >= 0 ? &parser->asking.indexes[root] : &nothing;
    const crmvi_source number = number_of(parser, by);
    return crmvi_settle_ask(parser, holder, asked, from_of(parser, by), score->found && number.found,
                            score->round > number.round ? score->round : number.round);
}

/* ---- Cuts -------------------------------------------------------------------------------------------------------- */

static bool read_cut(crmvi_parser *parser, const crmvi_spot *spot, int32_t on, const char *what, bool is_last,
                     crmvi_class *into) {
    if (is_last) {
        char expected[64];
        snprintf(expected, sizeof expected, "null, as the last %s takes whatever is left", what);
        return json_is_null(spot->value) || crmvi_refuse_value(parser, spot, expected);
    }
    return crmvi_read_limit(parser, spot, on, &into->cut);
}

static bool read_class(crmvi_parser *parser, const crmvi_spot *spot, int32_t on, const char *what, int32_t count,
                       crmvi_class *classes) {
    const int32_t position = (int32_t)spot->item;
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_ARRAY)) {
        return false;
    }
    if (json_array_size(spot->value) != 2) {
        return crmvi_refuse(parser, spot, "expected a %s [name, cut], found %lld items", what,
                            (long long)json_array_size(spot->value));
    }
    crmvi_class *into = &classes[position];
    const crmvi_spot name = crmvi_item_of(spot, 0);
    const crmvi_spot cut = crmvi_item_of(spot, 1);
    const bool is_last = position == count - 1;
    if (!crmvi_read_text(parser, &name, &into->name) || !read_cut(parser, &cut, on, what, is_last, into)) {
        return false;
    }
    if (position > 0 && !is_last && !(into->cut.value < classes[position - 1].cut.value)) {
        char above[32];
        crmvi_shortest(classes[position - 1].cut.value, above);
        return crmvi_refuse(parser, &cut, "cuts must descend: this one must lie below %s", above);
    }
    const int64_t number = crmvi_count_name(parser, into->name);
    char quoted[CRMVI_QUOTED_SIZE];
    return number == position || (number >= 0 && crmvi_refuse(parser, &name, "two %s are called %s",
                                                              strcmp(what, "tier") == 0 ? "tiers" : "classes",
                                                              crmvi_quoted(into->name, quoted)));
}

bool crmvi_read_class_cuts(crmvi_parser *parser, const crmvi_spot *spot, int32_t on, const char *what,
                           crmvi_class **out, int32_t *count) {
    const int64_t given = (int64_t)json_array_size(spot->value);
    if (given == 0) {
        return crmvi_refuse(parser, spot, "expected at least one %s, found none", what);
    }
    crmvi_class *classes = crmvi_parser_memory(parser, given, sizeof *classes);
    if (classes == NULL) {
        return false;
    }
    crmvi_names_clear(&parser->scratch);
    for (int64_t i = 0; i < given; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_class(parser, &item, on, what, (int32_t)given, classes)) {
            return false;
        }
    }
    *out = classes;
    *count = (int32_t)given;
    return true;
}

/* The names are those that were asked for, in their order. */
static bool check_names(crmvi_parser *parser, const crmvi_spot *cuts, const crmvi_ask *ask, const crmvi_class *classes,
                        int32_t count) {
    if (count != ask->classes) {
        return crmvi_refuse(parser, cuts, "the request names %d classes, these are %d", (int)ask->classes, (int)count);
    }
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(classes[i].name, ask->names[i]) != 0) {
            const crmvi_spot item = crmvi_item_of(cuts, i);
            const crmvi_spot name = crmvi_item_of(&item, 0);
            char quoted[CRMVI_QUOTED_SIZE];
            return crmvi_refuse_value(parser, &name, crmvi_quoted(ask->names[i], quoted));
        }
    }
    return true;
}

static bool found_classes(crmvi_parser *parser, const crmvi_spot *holder, const crmvi_ask *ask, int32_t on,
                          const char *what, crmvi_class **out) {
    crmvi_spot fitted;
    crmvi_spot cuts;
    int32_t count = 0;
    return crmvi_fitted_form(parser, holder, ask, "cuts", &fitted, &cuts) &&
           crmvi_read_class_cuts(parser, &cuts, on, what, out, &count) && check_names(parser, &cuts, ask, *out, count);
}

static bool open_classes(crmvi_parser *parser, const crmvi_ask *ask, crmvi_class **out) {
    crmvi_class *classes = crmvi_parser_memory(parser, ask->classes, sizeof *classes);
    if (classes == NULL) {
        return false;
    }
    for (int32_t i = 0; i < ask->classes; i++) {
        classes[i] = (crmvi_class){.name = ask->names[i], .cut = {true, (double)INFINITY, INT64_MAX}};
    }
    *out = classes;
    return true;
}

bool crmvi_asked_classes(crmvi_parser *parser, const crmvi_spot *holder, const crmvi_ask *ask, int32_t on,
                         const char *what, crmvi_class **out) {
    return ask->state == CRMV_REQUEST_FITTED ? found_classes(parser, holder, ask, on, what, out)
                                             : open_classes(parser, ask, out);
}
