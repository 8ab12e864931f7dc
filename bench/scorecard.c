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

char *scorecard_of_receivables(const char *text) {
    json_t *card = json_loads(text, 0, NULL), *metrics = json_object_get(card, "metrics");
    json_object_set_new(card, "finance_cost", json_pack("{s:f}", "yearly_rate", 0.06));
    json_object_set_new(metrics, "finance_cost", json_pack("{s:s}", "sum", "finance_cost"));
    json_object_set_new(metrics, "overdue_days", json_pack("{s:s}", "overdue", "days"));
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

crmv_model *scorecard_read(const char *path) {
    char *text = scorecard_text(path);
    if (!text) {
        fprintf(stderr, "bench: cannot read %s\n", path);
    }
    crmv_model *model = text ? scorecard_parse(text) : NULL;
    free(text);
    return model;
}
