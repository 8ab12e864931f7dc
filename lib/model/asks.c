/* asks.c - requests while a model is read: where they stand, whether they were found, in which order they can be. */
#include "asks.h"

#include "tree.h"
#include "writer.h"

#include <stdlib.h>
#include <string.h>

const crmvi_ask_span crmvi_scale_asks = {CRMVI_ASK_PERCENTILE, CRMVI_ASK_OPTIMAL_BANDS + 1};
const crmvi_ask_span crmvi_class_asks = {CRMVI_ASK_SHARES, CRMVI_ASK_K_MEANS + 1};
const crmvi_ask_span crmvi_weight_asks = {CRMVI_ASK_EQUAL, CRMVI_ASK_OUTCOME + 1};

/* ---- Where they stand -------------------------------------------------------------------------------------------- */

int32_t crmvi_ask_in(const json_t *holder, const crmvi_ask_span *span) {
    for (int32_t kind = span->first; kind < span->end; kind++) {
        if (json_object_get(holder, crmvi_ask_names[kind]) != NULL) {
            return kind;
        }
    }
    return CRMVI_ASK_NOTHING;
}

/* "`bands`, `line`, `percentile`" */
static void list_forms(const char *const *names, int32_t count, crmvi_path *list) {
    for (int32_t i = 0; i < count; i++) {
        crmvi_path_text(list, list->length == 0 ? "`" : ", `");
        crmvi_path_text(list, names[i]);
        crmvi_path_text(list, "`");
    }
}

bool crmvi_check_ask_forms(crmvi_parser *parser, const crmvi_spot *spot, const char *const *plain, int32_t count,
                           const crmvi_ask_span *span) {
    const char *const *requests = crmvi_ask_names + span->first;
    const int32_t request_count = span->end - span->first;
    crmvi_spot last = *spot;
    const int32_t plain_given = crmvi_count_given(spot, plain, count, &last);
    const int32_t requested = crmvi_count_given(spot, requests, request_count, &last);
    const crmvi_spot fitted = crmvi_member_of(spot, "fitted");
    if (plain_given + requested != 1) {
        crmvi_path forms = {.length = 0};
        list_forms(plain, count, &forms);
        list_forms(requests, request_count, &forms);
        const bool none = plain_given + requested == 0;
        return crmvi_refuse(parser, none ? spot : &last, "expected one of %s, found %s", forms.text,
                            none ? "none of them" : "two of them");
    }
    return requested == 1 || fitted.value == NULL ||
           crmvi_refuse(parser, &fitted, "`fitted` goes with a request, such as `%s`", requests[0]);
}

crmvi_spot crmvi_ask_spot(const crmvi_spot *holder, const crmvi_ask *ask) {
    return crmvi_member_of(holder, crmvi_ask_names[ask->kind]);
}

/* ---- A new one --------------------------------------------------------------------------------------------------- */

static void count_bytes(void *context, const char *bytes, int64_t length) {
    int64_t *counted = context;
    (void)bytes;
    *counted += length;
}

static void append_bytes(void *context, const char *bytes, int64_t length) {
    char **at = context;
    memcpy(*at, bytes, (size_t)length);
    *at += length;
}

/* The sorted text of a value, as long as the model lives. */
static const char *text_of(crmvi_parser *parser, const json_t *value) {
    int64_t length = 0;
    if (!crmvi_write_sorted(value, count_bytes, &length)) {
        crmvi_refuse_memory(parser);
        return NULL;
    }
    char *text = crmvi_parser_memory(parser, length + 1, 1);
    char *at = text;
    if (text != NULL && !crmvi_write_sorted(value, append_bytes, &at)) {
        crmvi_refuse_memory(parser);
        return NULL;
    }
    return text;
}

/* {"percentile": {...}}, of the same values. */
static json_t *own_words(const crmvi_spot *holder, const crmvi_ask *ask) {
    static const char *const beside[] = {"fitted"};
    const char *name = crmvi_ask_names[ask->kind];
    json_t *words = json_object();
    json_t *value = ask->target == CRMVI_ASK_FOR_LIFETIME ? crmvi_tree_without(holder->value, beside, 1)
                                                          : json_incref(json_object_get(holder->value, name));
    if (json_object_set_new_nocheck(words, name, value) != 0) {
        json_decref(words);
        return NULL;
    }
    return words;
}

static bool write_text(crmvi_parser *parser, const crmvi_spot *holder, crmvi_ask *ask) {
    json_t *words = own_words(holder, ask);
    if (words == NULL) {
        return crmvi_refuse_memory(parser);
    }
    ask->text = text_of(parser, words);
    json_decref(words);
    return ask->text != NULL;
}

static bool write_place(crmvi_parser *parser, const crmvi_spot *holder, crmvi_ask *ask) {
    crmvi_path path;
    crmvi_spot_path(holder, &path);
    char *place = crmvi_parser_memory(parser, path.length + 1, 1);
    if (place == NULL) {
        return false;
    }
    memcpy(place, path.text, (size_t)path.length);
    ask->place = place;
    return true;
}

crmvi_asked *crmvi_add_ask(crmvi_parser *parser, const crmvi_spot *holder, int32_t kind, int32_t target,
                           int32_t position) {
    crmvi_asking *asking = &parser->asking;
    crmvi_asked *asked = crmvi_parser_memory(parser, 1, sizeof *asked);
    if (asked == NULL) {
        return NULL;
    }
    asked->number = asking->count++;
    asked->ask = (crmvi_ask){.kind = kind,
                             .target = target,
                             .position = position,
                             .state = CRMV_REQUEST_OPEN,
                             .holder = holder->value,
                             .outcome = -1};
    *(asking->last != NULL ? &asking->last->next : &asking->first) = asked;
    asking->last = asked;
    return write_place(parser, holder, &asked->ask) && write_text(parser, holder, &asked->ask) ? asked : NULL;
}

/* ---- Whether they were found ------------------------------------------------------------------------------------- */

bool crmvi_read_customers(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_whole(parser, spot, 0, INT64_MAX, field);
}

/* The hash of {"request": ..., "from": ...}. Takes `from`. */
static bool write_hash(crmvi_parser *parser, const crmvi_spot *holder, crmvi_ask *ask, json_t *from) {
    json_t *whole = json_object();
    const bool based = json_object_set_new_nocheck(whole, "from", from) == 0;
    const bool done = based && json_object_set_new_nocheck(whole, "request", own_words(holder, ask)) == 0 &&
                      crmvi_tree_hash(whole, ask->hash);
    json_decref(whole);
    return done || crmvi_refuse_memory(parser);
}

/* Writes the right hash where it was left to the parser. */
static bool seal(crmvi_parser *parser, const crmvi_spot *fitted, const crmvi_spot *request, const crmvi_ask *ask) {
    if (!parser->asking.seals || json_string_length(request->value) != 0) {
        return true;
    }
    return json_object_set_new_nocheck(fitted->value, "request", json_string(ask->hash)) == 0 ||
           crmvi_refuse_memory(parser);
}

static bool is_hash(const char *key) {
    return strcmp(key, "request") == 0 || strcmp(key, "answer") == 0;
}

bool crmvi_answer_hash(const json_t *fitted, char hash[33]) {
    json_t *numbers = json_object();
    const char *key;
    json_t *value;
    bool made = numbers != NULL;
    json_object_foreach((json_t *)fitted, key, value) {
        made = made && (is_hash(key) || json_object_set_nocheck(numbers, key, value) == 0);
    }
    made = made && crmvi_tree_hash(numbers, hash);
    json_decref(numbers);
    return made;
}

/* Whether what stands in `fitted` is what was written there; where it does not say, nobody knows better. */
static bool look_for_edits(crmvi_parser *parser, const crmvi_spot *fitted, crmvi_ask *ask) {
    const char *given = json_string_value(json_object_get(fitted->value, "answer"));
    char hash[33];
    if (given == NULL) {
        return true;
    }
    if (!crmvi_answer_hash(fitted->value, hash)) {
        return crmvi_refuse_memory(parser);
    }
    ask->edited = strcmp(given, hash) != 0;
    return true;
}

bool crmvi_settle_ask(crmvi_parser *parser, const crmvi_spot *holder, crmvi_asked *asked, json_t *from, bool found,
                      int32_t round) {
    crmvi_ask *ask = &asked->ask;
    asked->round = round;
    ask->ready = found;
    if (!write_hash(parser, holder, ask, from)) {
        return false;
    }
    const crmvi_spot fitted = crmvi_member_of(holder, "fitted");
    crmvi_fitted told = {0};
    if (fitted.value == NULL) {
        return true;
    }
    const bool is_lifetime = ask->target == CRMVI_ASK_FOR_LIFETIME;
    if (!crmvi_read_object(parser, &fitted, is_lifetime ? &crmvi_fitted_lifetime_vocabulary : &crmvi_fitted_vocabulary,
                           &told)) {
        return false;
    }
    const crmvi_spot given = crmvi_member_of(&fitted, "request");
    if (!seal(parser, &fitted, &given, ask) || !look_for_edits(parser, &fitted, ask)) {
        return false;
    }
    const char *hash = json_string_value(json_object_get(fitted.value, "request"));
    ask->state = found && strcmp(hash, ask->hash) == 0 ? CRMV_REQUEST_FITTED : CRMV_REQUEST_STALE;
    return true;
}

bool crmvi_fitted_form(crmvi_parser *parser, const crmvi_spot *holder, const crmvi_ask *ask, const char *form,
                       crmvi_spot *fitted, crmvi_spot *out) {
    static const char *const forms[] = {"line", "bands", "weights", "cuts"};
    *fitted = crmvi_member_of(holder, "fitted");
    *out = crmvi_member_of(fitted, form);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const crmvi_spot member = crmvi_member_of(fitted, forms[i]);
        if (member.value != NULL && strcmp(forms[i], form) != 0) {
            return crmvi_refuse(parser, &member, "`%s` finds `%s`, not `%s`", crmvi_ask_names[ask->kind], form,
                                forms[i]);
        }
    }
    return out->value != NULL ||
           crmvi_refuse(parser, fitted, "`%s` finds `%s`, found none", crmvi_ask_names[ask->kind], form);
}

/* ---- In which order ---------------------------------------------------------------------------------------------- */

static int by_round(const void *left, const void *right) {
    const crmvi_asked *a = *(const crmvi_asked *const *)left;
    const crmvi_asked *b = *(const crmvi_asked *const *)right;
    return a->round != b->round ? (a->round < b->round ? -1 : 1) : a->number < b->number ? -1 : 1;
}

/* Where the numbers stand that a request is for, it is told. */
static void attach(crmv_model *model, const crmvi_ask *ask) {
    switch (ask->target) {
    case CRMVI_ASK_FOR_SCALE:
        model->metrics[ask->position].scale.ask = ask;
        break;
    case CRMVI_ASK_FOR_WEIGHTS:
        model->indexes[ask->position].ask = ask;
        break;
    case CRMVI_ASK_FOR_TIERS:
        model->tiers_ask = ask;
        break;
    case CRMVI_ASK_FOR_LIFETIME:
        model->lifetimes[ask->position].ask = ask;
        break;
    default:
        model->segments[ask->position].ask = ask;
        break;
    }
}

bool crmvi_finish_asks(crmvi_parser *parser) {
    crmvi_asks *asks = &parser->model->asks;
    const int32_t count = parser->asking.count;
    asks->items = crmvi_parser_memory(parser, count, sizeof *asks->items);
    const crmvi_asked **sorted = crmvi_array(count, sizeof *sorted);
    if (sorted == NULL || asks->items == NULL) {
        free(sorted);
        return crmvi_refuse_memory(parser);
    }
    for (const crmvi_asked *asked = parser->asking.first; asked != NULL; asked = asked->next) {
        sorted[asked->number] = asked;
    }
    qsort(sorted, (size_t)count, sizeof *sorted, by_round);
    for (int32_t i = 0; i < count; i++) {
        asks->items[i] = sorted[i]->ask;
        asks->items[i].less = sorted[i]->ask.outcome >= 0 && parser->model->outcomes.less[sorted[i]->ask.outcome];
        attach(parser->model, &asks->items[i]);
    }
    asks->count = count;
    free(sorted);
    return true;
}
