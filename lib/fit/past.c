#include "fit/past.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/page.h"
#include "crmvalue/calibrate.h"
#include "fit/json_text.h"
#include "fit/json_writing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The keys of a model that say what its books mean, and who is a customer. */
static const char *const head[] = {"crmvalue", "money", "input", "calendar", "finance_cost", "population"};

static const char *const questions[CRMVI_PAST_QUESTIONS] = {"p_alive", "purchases", "value"};

static crmvi_past_name named(const char *what, int32_t position) {
    crmvi_past_name name;
    snprintf(name.text, sizeof name.text, "%s %d", what, (int)position);
    return name;
}

crmvi_past_name crmvi_past_forecast(int32_t question, int32_t position) {
    return named(questions[question], position);
}

crmvi_past_name crmvi_past_window(int32_t position) {
    return named("days", position);
}

/* ---- Writing a model --------------------------------------------------------------------------------------------- */

static void write_member(crmvi_writing *to, const char *object, const char *key) {
    const char *value = crmvi_json_member(object, key);
    if (value != NULL) {
        crmvi_write(to, "%s\"%s\": ", to->used > 1 ? ", " : "", key);
        crmvi_write_bytes(to, value, crmvi_json_length(value));
    }
}

static void write_head(crmvi_writing *to, const char *model) {
    crmvi_write(to, "{");
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        write_member(to, model, head[i]);
    }
}

static void write_question(crmvi_writing *to, const crmv_lifetime_card *card, int32_t question, int32_t position,
                           int32_t days) {
    crmvi_write(to, "%s\"%s\": {\"lifetime\": [", position > 0 || question > 0 ? ", " : "",
                crmvi_past_forecast(question, position).text);
    crmvi_json_write_text(to, card->name);
    crmvi_write(to, ", \"%s\"]", questions[question]);
    if (question != CRMVI_PAST_P_ALIVE) {
        crmvi_write(to, ", \"horizon\": {\"days\": %d}", (int)days);
    }
    crmvi_write(to, "}");
}

static void write_questions(crmvi_writing *to, const crmv_model *model, int32_t days) {
    for (int32_t i = 0; i < crmv_model_lifetimes(model); i++) {
        crmv_lifetime_card card = {.struct_size = sizeof card};
        crmv_model_lifetime(model, i, &card);
        for (int32_t question = 0; question < CRMVI_PAST_QUESTIONS; question++) {
            if (question != CRMVI_PAST_VALUE || card.spend_model != 0) {
                write_question(to, &card, question, i, days);
            }
        }
    }
}

static void write_windows(crmvi_writing *to, const int32_t *windows, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        crmvi_write(to, "%s\"%s\": {\"count\": \"purchase_days\", \"window\": {\"days\": %d}}", i > 0 ? ", " : "",
                    crmvi_past_window(i).text, (int)windows[i]);
    }
}

/* ---- Models ------------------------------------------------------------------------------------------------------ */

/* The model's own text, to be freed; NULL where memory is short. */
static char *printed(const crmv_model *model) {
    int64_t length = 0;
    crmv_model_print(model, NULL, 0, &length);
    char *text = crmvi_array(length + 1, 1);
    if (text != NULL && crmv_model_print(model, text, length + 1, NULL) != CRMV_OK) {
        free(text);
        text = NULL;
    }
    return text;
}

static int32_t parse(crmvi_writing *text, crmv_model **out, crmv_error *error) {
    char *json = crmvi_writing_take(text);
    const int32_t status = json != NULL ? crmv_model_parse(json, -1, out, error) : crmvi_no_memory(error);
    free(json);
    return status;
}

int32_t crmvi_past_forecasting(const crmv_model *model, int32_t days, crmv_model **out, crmv_error *error) {
    crmv_model *open;
    const int32_t status = crmv_model_unfitted(model, &open, error);
    if (status != CRMV_OK) {
        return status;
    }
    char *own = printed(open);
    crmvi_writing text = {.failed = own == NULL};
    if (own != NULL) {
        write_head(&text, own);
        write_member(&text, own, "lifetimes");
    }
    crmvi_write(&text, ", \"metrics\": {");
    write_questions(&text, open, days);
    crmvi_write(&text, "}}");
    free(own);
    crmv_model_free(open);
    return parse(&text, out, error);
}

int32_t crmvi_past_counting(const crmv_model *model, const int32_t *windows, int32_t count, crmv_model **out,
                            crmv_error *error) {
    char *own = printed(model);
    crmvi_writing text = {.failed = own == NULL};
    if (own != NULL) {
        write_head(&text, own);
    }
    crmvi_write(&text, ", \"metrics\": {");
    write_windows(&text, windows, count);
    crmvi_write(&text, "}}");
    free(own);
    return parse(&text, out, error);
}
