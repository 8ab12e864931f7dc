#include "asks.h"
#include "base/guest.h"
#include "block.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* ---- Names ------------------------------------------------------------------------------------------------------- */

int32_t crmvi_number_of(const crmvi_parser *parser, const char *name) {
    return (int32_t)crmvi_names_find(&parser->numbers, name, (int64_t)strlen(name));
}

int64_t crmvi_count_name(crmvi_parser *parser, const char *name) {
    const int64_t number = crmvi_names_add(&parser->scratch, name, (int64_t)strlen(name));
    if (number < 0) {
        crmvi_refuse_memory(parser);
    }
    return number;
}

/* Takes in the name of a metric, index or segment: columns of the result are called so, so each stands once. */
static bool add_name(crmvi_parser *parser, const crmvi_spot *spot, bool is_index) {
    char quoted[CRMVI_QUOTED_SIZE];
    if (spot->key[0] == '\0') {
        return crmvi_refuse(parser, spot, "a name cannot be empty");
    }
    if (crmvi_is_reserved(spot->key)) {
        return crmvi_refuse(parser, spot, "%s is the name of a column of the result; choose another",
                            crmvi_quoted(spot->key, quoted));
    }
    if (strcmp(spot->key, CRMVI_ROOT) == 0 && !is_index) {
        return crmvi_refuse(parser, spot, "\"" CRMVI_ROOT "\" is the name of an index; choose another");
    }
    const int64_t before = parser->numbers.texts.count;
    const int64_t number = crmvi_names_add(&parser->numbers, spot->key, (int64_t)strlen(spot->key));
    if (number < 0) {
        return crmvi_refuse_memory(parser);
    }
    if (number < before) {
        return crmvi_refuse(parser, spot, "a metric, an index and a segment cannot share the name %s",
                            crmvi_quoted(spot->key, quoted));
    }
    parser->names[number] = spot->key;
    return true;
}

static bool add_names(crmvi_parser *parser, const crmvi_spot *section, bool are_indexes) {
    const char *name;
    json_t *value;
    json_object_foreach(section->value, name, value) {
        const crmvi_spot spot = {.above = section, .key = name, .value = value};
        if (!crmvi_is_note(name) && !add_name(parser, &spot, are_indexes)) {
            return false;
        }
    }
    return true;
}

bool crmvi_name_metrics(crmvi_parser *parser, const crmvi_spot *metrics) {
    parser->model->metric_count = crmvi_count_members(metrics->value);
    parser->names = crmvi_parser_memory(parser, parser->model->metric_count, sizeof *parser->names);
    return parser->names != NULL && add_names(parser, metrics, false);
}

/* All names are known before anything that refers to them is read. */
static bool gather_names(crmvi_parser *parser, const crmvi_spot *top) {
    crmv_model *model = parser->model;
    const crmvi_spot metrics = crmvi_member_of(top, "metrics");
    const crmvi_spot indexes = crmvi_member_of(top, "indexes");
    const crmvi_spot segments = crmvi_member_of(top, "segments");
    model->metric_count = crmvi_count_members(metrics.value);
    model->index_count = crmvi_count_members(indexes.value);
    model->segment_count = crmvi_count_members(segments.value);
    const int64_t count = (int64_t)model->metric_count + model->index_count + model->segment_count;
    parser->names = crmvi_parser_memory(parser, count + 2, sizeof *parser->names);
    if (parser->names == NULL) {
        return false;
    }
    parser->names[count] = CRMVI_COVERAGE;
    parser->names[count + 1] = CRMVI_TIER;
    return add_names(parser, &metrics, false) && add_names(parser, &indexes, true) &&
           add_names(parser, &segments, false);
}

/* ---- The top ----------------------------------------------------------------------------------------------------- */

bool crmvi_read_version(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    (void)field;
    const int64_t version = json_integer_value(spot->value);
    return version == 1 || crmvi_refuse(parser, spot, "this library reads version 1 of the format, found version %lld",
                                        (long long)version);
}

bool crmvi_read_population(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"all", "customers"};
    bool *only_table = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "population", names, 2, &chosen)) {
        return false;
    }
    *only_table = chosen == 1;
    return true;
}

static bool read_model(crmvi_parser *parser) {
    crmv_model *model = parser->model;
    const crmvi_spot top = {.above = NULL, .value = model->text};
    model->name = "";
    model->root = -1;
    model->money = (crmvi_money){.decimals = 2, .price_decimals = 4, .quantity_decimals = 3};
    return crmvi_default_feeds(parser) && crmvi_check_object(parser, &top, &crmvi_model_vocabulary) &&
           gather_names(parser, &top) && crmvi_fill_object(parser, &top, &crmvi_model_vocabulary, model) &&
           crmvi_finish_asks(parser);
}

int32_t crmvi_model_of_tree(json_t *text, bool seals, crmv_model **out, crmv_error *error) {
    crmv_model *model = crmvi_zeroed(1, sizeof *model);
    if (model == NULL) {
        json_decref(text);
        return crmvi_no_memory(error);
    }
    atomic_init(&model->holders, 1);
    model->text = text;
    crmvi_parser parser = {.model = model, .error = error, .status = CRMV_OK, .asking = {.seals = seals}};
    read_model(&parser);
    crmvi_names_clear(&parser.numbers);
    crmvi_names_clear(&parser.scratch);
    if (parser.status != CRMV_OK) {
        crmvi_model_destroy(model);
        return parser.status;
    }
    *out = model;
    return CRMV_OK;
}

static int32_t parse(const char *json, int64_t length, crmv_model **out, crmv_error *error) {
    json_t *text = NULL;
    const int32_t status = crmvi_text_read(json, length, &text, error);
    return status == CRMV_OK ? crmvi_model_of_tree(text, false, out, error) : status;
}

int32_t crmv_model_parse(const char *json, int64_t length, crmv_model **out, crmv_error *error) {
    if (json == NULL) {
        return crmvi_bad_argument(error, "json", "is NULL");
    }
    if (out == NULL) {
        return crmvi_bad_argument(error, "out", "is NULL");
    }
    if (length < -1) {
        return crmvi_bad_argument(error, "length", "is negative");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = parse(json, length < 0 ? (int64_t)strlen(json) : length, out, error);
    crmvi_leave(&host);
    return status;
}
