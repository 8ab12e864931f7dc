/* validation_json.c - a validation as JSON, for programs and for keeping. */
#include "base/calendar.h"
#include "base/memory.h"
#include "fit/json_text.h"
#include "fit/json_writing.h"
#include "fit/validation_report.h"

#include <stdlib.h>

const char *const crmvi_forecast_names[CRMVI_FORECASTS] = {"purchases", "amount"};
const char *const crmvi_forecaster_names[CRMVI_FORECASTERS] = {"lifetime", "rate", "last_period"};

typedef struct member {
    const char *key;
    double value;
} member;

static void write_members(crmvi_writing *to, const member *members, size_t count, bool is_first) {
    for (size_t i = 0; i < count; i++) {
        crmvi_json_write_key(to, members[i].key, is_first && i == 0);
        crmvi_json_write_number(to, members[i].value);
    }
}

static void write_numbers(crmvi_writing *to, const double *numbers, int32_t count) {
    crmvi_write(to, "[");
    for (int32_t i = 0; i < count; i++) {
        crmvi_write(to, "%s", i > 0 ? ", " : "");
        crmvi_json_write_number(to, numbers[i]);
    }
    crmvi_write(to, "]");
}

static void write_day(crmvi_writing *to, int32_t day) {
    char text[11];
    crmvi_date_text(day, text);
    crmvi_write(to, "\"%s\"", text);
}

static void write_forecast(crmvi_writing *to, const crmv_forecast *forecast) {
    const member members[] = {{"customers", (double)forecast->customers},
                              {"forecast", forecast->forecast},
                              {"actual", forecast->actual},
                              {"bias", forecast->bias},
                              {"mean_absolute_error", forecast->mean_absolute_error},
                              {"root_mean_square_error", forecast->root_mean_square_error},
                              {"spearman", forecast->spearman},
                              {"gini", forecast->gini}};
    crmvi_write(to, "{");
    write_members(to, members, sizeof members / sizeof members[0], true);
    crmvi_json_write_key(to, "lift", false);
    write_numbers(to, forecast->lift, forecast->customers < 10 ? (int32_t)forecast->customers : 10);
    crmvi_write(to, "}");
}

static void write_forecasts(crmvi_writing *to, const crmvi_tested *tested) {
    for (int32_t what = 0; what < CRMVI_FORECASTS; what++) {
        if (tested->columns[what][0] == NULL) {
            continue;
        }
        crmvi_json_write_key(to, crmvi_forecast_names[what], false);
        crmvi_write(to, "{");
        for (int32_t by = 0; by < CRMVI_FORECASTERS; by++) {
            crmvi_json_write_key(to, crmvi_forecaster_names[by], by == 0);
            write_forecast(to, &tested->forecasts[what][by]);
        }
        crmvi_write(to, "}");
    }
}

static void write_groups(crmvi_writing *to, const crmvi_tested *tested) {
    crmvi_json_write_key(to, "by_p_alive", false);
    crmvi_write(to, "[");
    for (int32_t i = 0; i < tested->group_count; i++) {
        const crmvi_alive_group *group = &tested->groups[i];
        const member members[] = {{"customers", (double)group->customers},
                                  {"p_alive", group->p_alive},
                                  {"purchased", group->purchased},
                                  {"forecast", group->forecast},
                                  {"actual", group->actual}};
        crmvi_write(to, "%s{", i > 0 ? ", " : "");
        write_members(to, members, sizeof members / sizeof members[0], true);
        crmvi_write(to, "}");
    }
    crmvi_write(to, "]");
}

/* What was fitted, as the model's own text has it. */
static void write_fitted(crmvi_writing *to, const char *model, const char *name) {
    const char *lifetimes = crmvi_json_member(model, "lifetimes");
    const char *lifetime = lifetimes != NULL ? crmvi_json_member(lifetimes, name) : NULL;
    const char *fitted = lifetime != NULL ? crmvi_json_member(lifetime, "fitted") : NULL;
    if (fitted != NULL) {
        crmvi_json_write_key(to, "fitted", true);
        crmvi_write_bytes(to, fitted, crmvi_json_length(fitted));
    }
}

static void write_lifetimes(crmvi_writing *to, const crmv_validation *validation, const char *model) {
    crmvi_json_write_key(to, "lifetimes", false);
    crmvi_write(to, "{");
    for (int32_t i = 0; i < validation->count; i++) {
        const crmvi_tested *tested = &validation->lifetimes[i];
        crmvi_write(to, "%s\n  ", i > 0 ? "," : "");
        crmvi_json_write_text(to, tested->card.name);
        crmvi_write(to, ": {");
        write_fitted(to, model, tested->card.name);
        write_forecasts(to, tested);
        write_groups(to, tested);
        crmvi_json_write_key(to, "expected", false);
        write_numbers(to, tested->expected, validation->tracking.count);
        crmvi_write(to, "}");
    }
    crmvi_write(to, "}");
}

static void write_tracking(crmvi_writing *to, const crmvi_tracking *tracking) {
    crmvi_json_write_key(to, "tracking", false);
    crmvi_write(to, "{\"days\": [");
    for (int32_t i = 0; i < tracking->count; i++) {
        crmvi_write(to, "%s", i > 0 ? ", " : "");
        write_day(to, tracking->days[i]);
    }
    crmvi_write(to, "], \"actual\": ");
    write_numbers(to, tracking->actual, tracking->count);
    crmvi_write(to, "}");
}

char *crmvi_validation_json(const crmv_validation *validation, const char *model) {
    crmvi_writing to = {0};
    char hash[33] = "";
    crmv_model_hash(validation->model, hash);
    crmvi_write(&to, "{");
    crmvi_json_write_key(&to, "version", true);
    crmvi_json_write_text(&to, crmv_version());
    crmvi_json_write_key(&to, "model", false);
    crmvi_json_write_text(&to, hash);
    crmvi_json_write_key(&to, "split", false);
    write_day(&to, validation->split);
    crmvi_json_write_key(&to, "until", false);
    write_day(&to, validation->until);
    crmvi_json_write_key(&to, "customers", false);
    crmvi_write(&to, "%lld", (long long)validation->customers);
    crmvi_write(&to, ",\n  \"verdict\": ");
    crmvi_json_write_text(&to, validation->verdict);
    write_lifetimes(&to, validation, model);
    write_tracking(&to, &validation->tracking);
    crmvi_write(&to, "}\n");
    return crmvi_writing_take(&to);
}
