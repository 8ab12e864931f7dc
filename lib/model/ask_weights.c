/* ask_weights.c - weights that are to be found: from judgements, from points, from what happened afterwards. */
#include "asks.h"

#include <stdlib.h>
#include <string.h>

/* Judgements are a matrix: no more members than fit into one that is looked over. */
enum { MOST_JUDGED = 64 };

/* ---- Whether they are requested ---------------------------------------------------------------------------------- */

/* One key with an object as value, beside `fitted`; or any of the known words with one, or with the bare list of
 * members, which is refused in its place. */
bool crmvi_asks_weights(const json_t *weights) {
    const char *key;
    json_t *value;
    int32_t objects = 0;
    int32_t others = 0;
    json_object_foreach((json_t *)weights, key, value) {
        if (!crmvi_is_note(key) && strcmp(key, "fitted") != 0) {
            objects += json_is_object(value) ? 1 : 0;
            others += json_is_object(value) ? 0 : 1;
        }
    }
    const int32_t kind = crmvi_ask_in(weights, &crmvi_weight_asks);
    const json_t *request = kind != CRMVI_ASK_NOTHING ? json_object_get(weights, crmvi_ask_names[kind]) : NULL;
    return (objects == 1 && others == 0) || json_is_object(request) || json_is_array(request);
}

/* ---- Judgements -------------------------------------------------------------------------------------------------- */

/* Who was compared with whom: bit j of row i. */
typedef struct comparisons {
    uint64_t with[MOST_JUDGED];
} comparisons;

/* The number of a member in `of`, whose names were counted. */
static bool find_judged(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_spot *of, int32_t *number) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_TEXT)) {
        return false;
    }
    const char *names[MOST_JUDGED];
    const int32_t count = (int32_t)json_array_size(of->value);
    for (int32_t i = 0; i < count; i++) {
        names[i] = json_string_value(json_array_get(of->value, (size_t)i));
    }
    return crmvi_choose(parser, spot, "member of `of`", names, count, number);
}

static bool read_judgement(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_spot *of, comparisons *known) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_ARRAY)) {
        return false;
    }
    if (json_array_size(spot->value) != 3) {
        return crmvi_refuse(parser, spot, "expected a judgement [a, b, times that a matters as much], found %lld items",
                            (long long)json_array_size(spot->value));
    }
    const crmvi_spot first = crmvi_item_of(spot, 0);
    const crmvi_spot second = crmvi_item_of(spot, 1);
    const crmvi_spot times = crmvi_item_of(spot, 2);
    int32_t a = 0;
    int32_t b = 0;
    if (!find_judged(parser, &first, of, &a) || !find_judged(parser, &second, of, &b) ||
        !crmvi_expect(parser, &times, CRMVI_TAKES_NUMBER)) {
        return false;
    }
    const double least = 1e-300; /* so that its reciprocal is a number too */
    if (!(crmvi_number(&times) >= least)) {
        return crmvi_refuse_value(
            parser, &times,
            "a number above 0 (what is nearer to 0 than 1e-300 is read as 0): how many times as much "
            "the first matters");
    }
    if (a == b) {
        return crmvi_refuse(parser, &second, "nothing is judged against itself");
    }
    if ((known->with[a] >> b & 1) != 0) {
        return crmvi_refuse(parser, spot, "these two are judged already; each pair stands once, in either order");
    }
    known->with[a] |= UINT64_C(1) << b;
    known->with[b] |= UINT64_C(1) << a;
    return true;
}

/* Judgements must lead from each member to every other. */
static bool check_connected(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_spot *of,
                            const comparisons *known) {
    const int32_t count = (int32_t)json_array_size(of->value);
    uint64_t reached = 1;
    uint64_t before = 0;
    while (reached != before) {
        before = reached;
        for (int32_t i = 0; i < count; i++) {
            reached |= (before >> i & 1) != 0 ? known->with[i] : 0;
        }
    }
    for (int32_t i = 0; i < count; i++) {
        if ((reached >> i & 1) == 0) {
            char first[CRMVI_QUOTED_SIZE];
            char other[CRMVI_QUOTED_SIZE];
            return crmvi_refuse(parser, spot, "no judgement leads from %s to %s, so they cannot be compared",
                                crmvi_quoted(json_string_value(json_array_get(of->value, 0)), first),
                                crmvi_quoted(json_string_value(json_array_get(of->value, (size_t)i)), other));
        }
    }
    return true;
}

bool crmvi_read_judgements(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const crmvi_spot of = crmvi_member_of(spot->above, "of");
    const int64_t members = (int64_t)json_array_size(of.value);
    const int64_t count = (int64_t)json_array_size(spot->value);
    comparisons known = {{0}};
    (void)field;
    if (members > MOST_JUDGED) {
        return crmvi_refuse(parser, &of, "judgements are for at most %d members, found %lld", (int)MOST_JUDGED,
                            (long long)members);
    }
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_judgement(parser, &item, &of, &known)) {
            return false;
        }
    }
    return check_connected(parser, spot, &of, &known);
}

bool crmvi_read_method(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"eigenvector", "geometric_mean", "column_mean"};
    int32_t *method = field;
    if (!crmvi_choose(parser, spot, "method", names, 3, method)) {
        return false;
    }
    *method += 1;
    return true;
}

bool crmvi_read_random_index(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"saaty", "donegan_dodd", "alonso_lamata"};
    int32_t *table = field;
    if (!crmvi_choose(parser, spot, "table of random indexes", names, 3, table)) {
        return false;
    }
    *table += 1;
    return true;
}

/* Random indexes are tabulated up to here, but for those that follow a formula (CRMV_RANDOM_ALONSO_LAMATA). */
enum { TABULATED = 15, BY_FORMULA = 3 };

static bool check_table(crmvi_parser *parser, const crmvi_spot *own, const crmvi_ask *ask, int32_t members) {
    const crmvi_spot table = crmvi_member_of(own, "random_index");
    return ask->kind != CRMVI_ASK_AHP || members <= TABULATED || ask->random_index == BY_FORMULA ||
           crmvi_refuse(parser, &table, "%s table ends at %d members, and there are %d; `\"alonso_lamata\"` goes on",
                        table.value != NULL ? "this" : "Saaty's", (int)TABULATED, (int)members);
}

/* ---- By outcome -------------------------------------------------------------------------------------------------- */

bool crmvi_read_by(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"least_squares", "rank_correlation"};
    bool *by_rank = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "way to explain an outcome", names, 2, &chosen)) {
        return false;
    }
    *by_rank = chosen == 1;
    return true;
}

bool crmvi_read_held_out(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_micro_number(parser, spot, 0, 90 * CRMVI_ONE, field);
}

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

static void set_defaults(crmvi_ask *ask) {
    ask->method = ask->kind == CRMVI_ASK_AHP ? 1 : 0;
    ask->random_index = ask->kind == CRMVI_ASK_AHP ? 1 : 0;
    ask->held_out = ask->kind == CRMVI_ASK_OUTCOME ? CRMVI_HELD_OUT_UNLESS_SAID * CRMVI_ONE : 0;
}

/* A request stands alone: neither a second one nor weights beside it. */
static bool check_alone(crmvi_parser *parser, const crmvi_spot *weights) {
    if (!crmvi_check_object(parser, weights, &crmvi_weights_vocabulary)) {
        return false;
    }
    return crmvi_check_ask_forms(parser, weights, NULL, 0, &crmvi_weight_asks);
}

bool crmvi_read_weights_ask(crmvi_parser *parser, const crmvi_spot *weights, crmvi_index *index) {
    const int32_t position = (int32_t)(index - parser->model->indexes);
    if (!check_alone(parser, weights)) {
        return false;
    }
    const int32_t kind = crmvi_ask_in(weights->value, &crmvi_weight_asks);
    crmvi_asked *asked = crmvi_add_ask(parser, weights, kind, CRMVI_ASK_FOR_WEIGHTS, position);
    if (asked == NULL) {
        return false;
    }
    parser->asking.of_indexes[position] = asked;
    set_defaults(&asked->ask);
    const crmvi_spot own = crmvi_ask_spot(weights, &asked->ask);
    const crmvi_spot of = crmvi_member_of(&own, "of");
    return crmvi_check_object(parser, &own, &crmvi_ask_vocabularies[kind]) &&
           crmvi_read_members(parser, &of, index, 0, "listed") &&
           crmvi_fill_object(parser, &own, &crmvi_ask_vocabularies[kind], &asked->ask) &&
           check_table(parser, &own, &asked->ask, index->count);
}

/* The member of a name, among those of an index in ascending order; -1 where there is none. */
static int32_t member_named(const crmv_model *model, const crmvi_index *index, const char *name) {
    int32_t low = 0;
    int32_t high = index->count;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        const int32_t order = strcmp(crmvi_member_name(model, &index->members[middle]), name);
        if (order == 0) {
            return middle;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return -1;
}

bool crmvi_place_members(crmvi_parser *parser, const crmvi_spot *weights, crmvi_index *index) {
    crmvi_asked *asked = parser->asking.of_indexes[index - parser->model->indexes];
    if (asked == NULL) {
        return true;
    }
    crmvi_ask *ask = &asked->ask;
    const crmvi_spot own = crmvi_ask_spot(weights, ask);
    const json_t *of = json_object_get(own.value, "of");
    ask->of = crmvi_parser_memory(parser, index->count, sizeof *ask->of);
    if (ask->of == NULL) {
        return false;
    }
    ask->of_count = index->count;
    for (int32_t i = 0; i < index->count; i++) {
        ask->of[i] = member_named(parser->model, index, json_string_value(json_array_get(of, (size_t)i)));
    }
    return true;
}

/* ---- What was found ---------------------------------------------------------------------------------------------- */

static bool read_weight(crmvi_parser *parser, const crmvi_spot *spot, crmvi_index *index, crmvi_micro *sum) {
    const int32_t member = member_named(parser->model, index, spot->key);
    if (member < 0) {
        char quoted[CRMVI_QUOTED_SIZE];
        return crmvi_refuse(parser, spot, "%s is no member of the request's `of`", crmvi_quoted(spot->key, quoted));
    }
    crmvi_micro *weight = &index->members[member].weight;
    if (!crmvi_micro_number(parser, spot, 0, 100 * CRMVI_ONE, weight)) {
        return false;
    }
    *sum += *weight;
    return true;
}

static bool check_weights(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_index *index, crmvi_micro sum) {
    for (int32_t i = 0; i < index->count; i++) {
        const char *name = crmvi_member_name(parser->model, &index->members[i]);
        if (json_object_get(spot->value, name) == NULL) {
            char quoted[CRMVI_QUOTED_SIZE];
            return crmvi_refuse(parser, spot, "no weight was found for %s", crmvi_quoted(name, quoted));
        }
    }
    char text[32];
    crmvi_shortest((double)sum / 1e6, text);
    return sum == 100 * CRMVI_ONE ||
           crmvi_refuse(parser, spot, "weights that were found add up to 100, these to %s", text);
}

static bool read_fitted(crmvi_parser *parser, const crmvi_spot *holder, const crmvi_ask *ask, crmvi_index *index) {
    crmvi_spot fitted;
    crmvi_spot weights;
    if (!crmvi_fitted_form(parser, holder, ask, "weights", &fitted, &weights)) {
        return false;
    }
    crmvi_micro sum = 0;
    const char *name;
    json_t *value;
    json_object_foreach(weights.value, name, value) {
        const crmvi_spot member = {.above = &weights, .key = name, .value = value};
        if (!crmvi_is_note(name) && !read_weight(parser, &member, index, &sum)) {
            return false;
        }
    }
    return check_weights(parser, &weights, index, sum);
}

/* Nothing but its own words, or the members' points, and for weights by outcome the outcomes. */
static bool needs_points(int32_t kind) {
    return kind != CRMVI_ASK_EQUAL && kind != CRMVI_ASK_CENTROID && kind != CRMVI_ASK_AHP;
}

static json_t *from_of(const crmvi_parser *parser, const crmvi_ask *ask, const crmvi_index *index) {
    json_t *from = json_object();
    json_t *outcomes = ask->outcome >= 0 ? json_object_get(parser->model->text, "outcomes") : NULL;
    if (needs_points(ask->kind) &&
        (json_object_set_new_nocheck(from, "members", crmvi_member_hashes(parser, index)) != 0 ||
         (outcomes != NULL && json_object_set_nocheck(from, "outcomes", outcomes) != 0))) {
        json_decref(from);
        return NULL;
    }
    return from;
}

bool crmvi_settle_weights(crmvi_parser *parser, int32_t position) {
    crmvi_asked *asked = parser->asking.of_indexes[position];
    if (asked == NULL) {
        return true;
    }
    crmvi_source *source = &parser->asking.indexes[position];
    crmvi_index *index = &parser->model->indexes[position];
    const crmvi_spot top = {.above = NULL, .value = parser->model->text};
    const crmvi_spot indexes = crmvi_member_of(&top, "indexes");
    const crmvi_spot card = crmvi_member_of(&indexes, index->name);
    const crmvi_spot holder = crmvi_member_of(&card, "weights");
    const bool alone = !needs_points(asked->ask.kind);
    if (!crmvi_settle_ask(parser, &holder, asked, from_of(parser, &asked->ask, index), alone || source->found,
                          alone ? 0 : source->round)) {
        return false;
    }
    const bool is_fitted = asked->ask.state == CRMV_REQUEST_FITTED;
    source->found = source->found && is_fitted;
    source->round = source->round > asked->round ? source->round : asked->round + 1;
    return !is_fitted || read_fitted(parser, &holder, &asked->ask, index);
}

void crmvi_bound_open(crmvi_parser *parser, int32_t position) {
    const crmv_model *model = parser->model;
    const crmvi_asked *asked = parser->asking.of_indexes[position];
    crmvi_index *index = &parser->model->indexes[position];
    if (asked == NULL || asked->ask.state == CRMV_REQUEST_FITTED) {
        return;
    }
    for (int32_t i = 0; i < index->count; i++) {
        const crmvi_member *member = &index->members[i];
        const crmvi_index *inner = member->is_index ? &model->indexes[member->position] : NULL;
        const crmvi_scale *scale = member->is_index ? NULL : &model->metrics[member->position].scale;
        const crmvi_micro lowest = inner != NULL ? inner->lowest : scale->lowest;
        const crmvi_micro highest = inner != NULL ? inner->highest : scale->highest;
        index->lowest = i == 0 || lowest < index->lowest ? lowest : index->lowest;
        index->highest = i == 0 || highest > index->highest ? highest : index->highest;
    }
}
