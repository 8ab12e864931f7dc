#include "fit/answer.h"

#include "base/calendar.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void crmvi_json_put(json_t **object, const char *key, json_t *value) {
    if (*object == NULL) {
        json_decref(value);
    } else if (json_object_set_new(*object, key, value) != 0) {
        json_decref(*object);
        *object = NULL;
    }
}

void crmvi_json_append(json_t **array, json_t *value) {
    if (*array == NULL) {
        json_decref(value);
    } else if (json_array_append_new(*array, value) != 0) {
        json_decref(*array);
        *array = NULL;
    }
}

json_t *crmvi_json_rounded(double value) {
    if (isnan(value) || isinf(value) != 0) {
        return json_null();
    }
    /* A larger number has no six decimals to round to. */
    return json_real(fabs(value) < 1e9 ? nearbyint(value * 1e6) / 1e6 + 0.0 : value);
}

json_t *crmvi_json_day(int32_t day) {
    char text[11];
    crmvi_date_text(day, text);
    return json_string(text);
}

json_t *crmvi_json_weights(const crmvi_weighing *weighing, const crmvi_micro *weights) {
    json_t *object = json_object();
    for (int32_t i = 0; i < weighing->count; i++) {
        crmvi_json_put(&object, weighing->of[i], json_real((double)weights[i] / 1e6));
    }
    return object;
}

static int32_t position_of(const crmv_model *model, const char *place) {
    crmv_request request = {.struct_size = sizeof request};
    const int32_t count = crmv_model_requests(model);
    for (int32_t i = 0; i < count; i++) {
        if (crmv_model_request(model, i, &request) == CRMV_OK && strcmp(request.place, place) == 0) {
            return i;
        }
    }
    return -1;
}

/* The JSON as text, to be freed; NULL where memory is short. It is written into a buffer of the size it needs: into one
 * of Jansson's that grows, keys would be lost where it cannot. */
static char *text_of(const json_t *value) {
    /* 17 digits read back as the same number, and the model prints the shortest that do; the decimal point is
     * Jansson's, in every locale. */
    const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(17);
    const size_t length = json_dumpb(value, NULL, 0, flags);
    char *text = length == 0 ? NULL : crmvi_zeroed((int64_t)length + 1, 1);
    if (text != NULL && json_dumpb(value, text, length, flags) != length) {
        free(text);
        return NULL;
    }
    return text;
}

int32_t crmvi_put_answer(crmv_model **model, const char *place, json_t *fitted, crmv_error *error) {
    char *text = fitted == NULL ? NULL : text_of(fitted);
    json_decref(fitted);
    if (text == NULL) {
        return crmvi_no_memory(error);
    }
    crmv_model *answered = NULL;
    const int32_t status = crmv_model_answer(*model, position_of(*model, place), text, -1, &answered, error);
    free(text);
    if (status == CRMV_OK) {
        crmv_model_free(*model);
        *model = answered;
    }
    return status;
}
