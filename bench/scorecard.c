#include "scorecard.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

char *scorecard_text(const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    if (file && !fseek(file, 0, SEEK_END)) {
        long length = ftell(file);
        text = length < 0 ? NULL : malloc((size_t)length + 1);
        rewind(file);
        if (text) {
            text[fread(text, 1, (size_t)length, file)] = '\0';
        }
    }
    if (file) {
        fclose(file);
    }
    return text;
}

char *scorecard_of_attributes(const char *text) {
    json_t *card = json_loads(text, 0, NULL), *metric = NULL;
    const char *name = NULL;
    json_object_del(card, "window");
    json_object_foreach(json_object_get(card, "metrics"), name, metric) {
        static const char *const derived[] = {"sum", "recency", "growth", "count", "window"};
        for (size_t i = 0; i < sizeof derived / sizeof *derived; i++) {
            json_object_del(metric, derived[i]);
        }
        json_object_set_new(metric, "attribute", json_string(name));
    }
    char *changed = json_dumps(card, 0);
    json_decref(card);
    return changed;
}

static void ask_for_fifths(json_t *card) {
    json_object_set_new(card, "tiers",
                        json_pack("{s:[s,s,s,s,s]}", "quantiles", "first", "second", "third", "fourth", "fifth"));
}

char *scorecard_of_fifths(const char *text) {
    json_t *card = json_loads(text, 0, NULL);
    ask_for_fifths(card);
    char *changed = json_dumps(card, 0);
    json_decref(card);
    return changed;
}

char *scorecard_of_percentiles(const char *text) {
    json_t *card = json_loads(text, 0, NULL), *metric = NULL;
    json_t *weights = json_object();
    const char *name = NULL;
    json_object_foreach(json_object_get(card, "metrics"), name, metric) {
        json_object_set_new(metric, "scale", json_pack("{s:{}}", "percentile"));
        json_object_del(metric, "missing");
        json_object_set_new(weights, name, json_integer(1));
    }
    json_object_set_new(card, "indexes", json_pack("{s:{s:o}}", "score", "weights", weights));
    ask_for_fifths(card);
    char *changed = json_dumps(card, 0);
    json_decref(card);
    return changed;
}

char *scorecard_of_entropy(const char *text) {
    static const char *const ratios[][2] = {{"gross_profit", "quantity"},      {"discount", "quantity"},
                                            {"gross_profit", "purchase_days"}, {"quantity", "purchase_days"},
                                            {"discount", "purchase_days"},     {"recency", "purchase_days"}};
    char *percentiles = scorecard_of_percentiles(text), name[64];
    json_t *card = percentiles ? json_loads(percentiles, 0, NULL) : NULL, *metrics = json_object_get(card, "metrics");
    json_t *of = json_array();
    const char *key = NULL;
    json_t *metric = NULL;
    for (size_t i = 0; i < sizeof ratios / sizeof ratios[0]; i++) {
        snprintf(name, sizeof name, "%s_each_%s", ratios[i][0], ratios[i][1]);
        json_object_set_new(
            metrics, name, json_pack("{s:[s,s],s:{s:{}}}", "ratio", ratios[i][0], ratios[i][1], "scale", "percentile"));
    }
    json_object_foreach(metrics, key, metric) {
        json_array_append_new(of, json_string(key));
    }
    json_object_set_new(card, "indexes", json_pack("{s:{s:{s:{s:o}}}}", "score", "weights", "entropy", "of", of));
    json_object_set_new(card, "tiers",
                        json_pack("{s:[s,s,s,s,s]}", "natural_breaks", "first", "second", "third", "fourth", "fifth"));
    char *changed = json_dumps(card, 0);
    json_decref(card);
    free(percentiles);
    return changed;
}

char *scorecard_of_receivables(const char *text) {
    json_t *card = json_loads(text, 0, NULL), *metrics = json_object_get(card, "metrics");
    json_object_set_new(card, "finance_cost", json_pack("{s:f}", "yearly_rate", 0.06));
    json_object_set_new(metrics, "finance_cost", json_pack("{s:s}", "sum", "finance_cost"));
    json_object_set_new(metrics, "overdue_days", json_pack("{s:s}", "overdue", "days"));
    char *changed = json_dumps(card, 0);
    json_decref(card);
    return changed;
}

char *scorecard_of_lifetimes(const char *text) {
    static const char *const foretold[] = {"p_alive", "purchases", "spend", "value"};
    json_t *card = json_loads(text, 0, NULL), *metrics = json_object_get(card, "metrics");
    json_object_set_new(card, "lifetimes",
                        json_pack("{s:{s:s,s:s,s:{s:s,s:s}}}", "buying", "model", "bg_nbd", "time_unit", "week",
                                  "spend", "model", "gamma_gamma", "of", "revenue"));
    for (size_t i = 0; i < sizeof foretold / sizeof foretold[0]; i++) {
        json_t *metric = json_pack("{s:[s,s]}", "lifetime", "buying", foretold[i]);
        if (i % 2 == 1) {
            json_object_set_new(metric, "horizon", json_pack("{s:i}", "months", 12));
        }
        json_object_set_new(metrics, foretold[i], metric);
    }
    char *changed = json_dumps(card, 0);
    json_decref(card);
    return changed;
}

crmv_model *scorecard_parse(const char *text) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *model = NULL;
    if (crmv_model_parse(text, -1, &model, &error)) {
        fprintf(stderr, "bench: %s: %s\n", error.place, error.message);
    }
    return model;
}

static crmv_model *parse_as(const char *text, char *(*change)(const char *text)) {
    char *changed = change(text);
    crmv_model *model = changed ? scorecard_parse(changed) : NULL;
    free(changed);
    return model;
}

crmv_model *scorecard_read_as(const char *path, char *(*change)(const char *text)) {
    char *text = scorecard_text(path);
    if (!text) {
        fprintf(stderr, "bench: cannot read %s\n", path);
        return NULL;
    }
    crmv_model *model = change ? parse_as(text, change) : scorecard_parse(text);
    free(text);
    return model;
}

crmv_model *scorecard_read(const char *path) {
    return scorecard_read_as(path, NULL);
}
