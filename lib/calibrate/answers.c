#include "calibrate/answers.h"

#include "base/calendar.h"
#include "base/error.h"
#include "crmvalue/frame.h"

#include <math.h>

/* Magnitudes that a number of a model's text has, but for 0; what is nearer to 0 is read as 0. */
#define LARGEST 1e300
#define SMALLEST 1e-300

/* ---- Objects that are built member by member --------------------------------------------------------------------- */

/* Once a member could not be added the object is NULL. Functions that add take what they add. */
static void put(json_t **object, const char *key, json_t *value) {
    if (*object == NULL) {
        json_decref(value);
    } else if (json_object_set_new(*object, key, value) != 0) {
        json_decref(*object);
        *object = NULL;
    }
}

static void append(json_t **array, json_t *value) {
    if (*array == NULL) {
        json_decref(value);
    } else if (json_array_append_new(*array, value) != 0) {
        json_decref(*array);
        *array = NULL;
    }
}

/* Points and weights as decimals. */
static json_t *micros(crmvi_micro number) {
    return number % CRMVI_ONE == 0 ? json_integer(number / CRMVI_ONE) : json_real((double)number / (double)CRMVI_ONE);
}

/* A number that reads back as it is; past the largest there is none. */
static json_t *number_of(double number) {
    return fabs(number) <= LARGEST ? json_real(fabs(number) < SMALLEST ? 0 : number) : json_null();
}

/* A number where there is one. */
static void put_number(json_t **object, const char *key, double number) {
    if (fabs(number) <= LARGEST) {
        put(object, key, number_of(number));
    }
}

static void put_text(json_t **object, const char *key, const char *text) {
    if (text != NULL) {
        put(object, key, json_string(text));
    }
}

static void put_counts(json_t **object, const char *key, const int64_t *counts, int32_t count) {
    json_t *array = json_array();
    for (int32_t i = 0; i < count; i++) {
        append(&array, json_integer(counts[i]));
    }
    put(object, key, array);
}

static void put_numbers(json_t **object, const char *key, const double *numbers, int32_t count) {
    json_t *array = json_array();
    for (int32_t i = 0; i < count; i++) {
        append(&array, number_of(numbers[i]));
    }
    put(object, key, array);
}

static json_t *pair_of(json_t *first, json_t *second) {
    json_t *pair = json_array();
    append(&pair, first);
    append(&pair, second);
    return pair;
}

/* An answer that says from whom it is. */
static json_t *begin_answer(crmvi_found_from from) {
    json_t *answer = json_object();
    char date[11];
    if (from.customers >= 0) {
        if (from.as_of != CRMV_NO_DATE) {
            crmvi_date_text(from.as_of, date);
            put(&answer, "as_of", json_string(date));
        }
        put(&answer, "customers", json_integer(from.customers));
    }
    return answer;
}

static int32_t end_answer(json_t *answer, json_t **out, crmv_error *error) {
    if (answer == NULL) {
        return crmvi_no_memory(error);
    }
    *out = answer;
    return CRMV_OK;
}

/* Whether the values from which something holds can stand in a model. */
static int32_t check_values(const crmvi_ask *ask, const double *values, int32_t count, crmv_error *error) {
    for (int32_t i = 0; i < count; i++) {
        const double magnitude = fabs(values[i]);
        if (isfinite(values[i]) && values[i] != 0 && (magnitude > LARGEST || magnitude < SMALLEST)) {
            return crmvi_fail(
                error, CRMV_NOT_IDENTIFIED, ask->place,
                "values past 1e300 or nearer to 0 than 1e-300 are found, which a model's text cannot hold");
        }
    }
    return CRMV_OK;
}

/* ---- Scales ------------------------------------------------------------------------------------------------------ */

static json_t *line_of(const crmvi_found_scale *found) {
    json_t *line = json_array();
    for (int32_t i = 0; i < found->count; i++) {
        append(&line, pair_of(json_real(found->from[i]), micros(found->points[i])));
    }
    return line;
}

static json_t *bands_of(const crmvi_found_scale *found) {
    json_t *bands = json_array();
    for (int32_t i = 0; i < found->count; i++) {
        json_t *band = json_object();
        if (isfinite(found->from[i])) {
            put(&band, "from", json_real(found->from[i]));
        }
        put(&band, "points", micros(found->points[i]));
        append(&bands, band);
    }
    return bands;
}

static json_t *found_of_scale(const crmvi_ask *ask, const crmvi_found_scale *found) {
    json_t *about = json_object();
    put_number(&about, "low", found->low);
    put_number(&about, "high", found->high);
    put_number(&about, "mean", found->mean);
    put_number(&about, "deviation", found->deviation);
    put_number(&about, "largest_error", found->largest_error);
    if (ask->winsorised || ask->kind == CRMVI_ASK_LOGARITHM) {
        put(&about, "beyond", json_integer(found->beyond));
    }
    if (!found->is_line) {
        put(&about, "classes_wanted", json_integer(found->wanted));
        put(&about, "classes", json_integer(found->count));
        put_counts(&about, "customers", found->customers, found->count);
    }
    if (found->means != NULL) {
        put_numbers(&about, "means", found->means, found->count);
        put(&about, "rises", json_boolean(found->rises));
    }
    put_text(&about, "remark", found->remark);
    return about;
}

int32_t crmvi_answer_scale(const crmvi_ask *ask, const crmvi_found_scale *found, crmvi_found_from from, json_t **out,
                           crmv_error *error) {
    const int32_t status = check_values(ask, found->from, found->count, error);
    if (status != CRMV_OK) {
        return status;
    }
    json_t *answer = begin_answer(from);
    put(&answer, found->is_line ? "line" : "bands", found->is_line ? line_of(found) : bands_of(found));
    put(&answer, "found", found_of_scale(ask, found));
    return end_answer(answer, out, error);
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

static const char *member_name(const crmvi_ask *ask, const crmv_model *model, int32_t member) {
    const crmvi_member *m = &model->indexes[ask->position].members[ask->of[member]];
    return m->is_index ? model->indexes[m->position].name : model->metrics[m->position].name;
}

static json_t *found_of_member(const crmvi_found_weight *found) {
    json_t *about = json_object();
    put(&about, "customers", json_integer(found->customers));
    put_number(&about, "entropy", found->entropy);
    put_number(&about, "deviation", found->deviation);
    put_number(&about, "conflict", found->conflict);
    put_text(&about, "remark", found->remark);
    return about;
}

int32_t crmvi_answer_weights(const crmvi_ask *ask, const crmv_model *model, const crmvi_found_weight *found,
                             crmvi_found_from from, json_t **out, crmv_error *error) {
    json_t *answer = begin_answer(from);
    json_t *weights = json_object();
    for (int32_t i = 0; i < ask->of_count; i++) {
        put(&weights, member_name(ask, model, i), micros(found[i].weight));
    }
    put(&answer, "weights", weights);
    if (from.customers >= 0) {
        json_t *about = json_object();
        for (int32_t i = 0; i < ask->of_count; i++) {
            put(&about, member_name(ask, model, i), found_of_member(&found[i]));
        }
        put(&answer, "found", about);
    }
    return end_answer(answer, out, error);
}

/* ---- Tiers and classes ------------------------------------------------------------------------------------------- */

/* The last class takes whatever is left. */
static json_t *cuts_of(const crmvi_ask *ask, const crmvi_found_classes *found, bool whole) {
    json_t *cuts = json_array();
    for (int32_t i = 0; i < found->count; i++) {
        json_t *cut = i == found->count - 1 ? json_null()
                      : whole               ? micros((crmvi_micro)found->cuts[i])
                                            : json_real(found->cuts[i]);
        append(&cuts, pair_of(json_string(ask->names[i]), cut));
    }
    return cuts;
}

int32_t crmvi_answer_classes(const crmvi_ask *ask, const crmvi_found_classes *found, bool whole, crmvi_found_from from,
                             json_t **out, crmv_error *error) {
    const int32_t status = whole ? CRMV_OK : check_values(ask, found->cuts, found->count - 1, error);
    if (status != CRMV_OK) {
        return status;
    }
    json_t *answer = begin_answer(from);
    put(&answer, "cuts", cuts_of(ask, found, whole));
    json_t *about = json_object();
    put_counts(&about, "customers", found->customers, found->count);
    put_number(&about, "variance_fit", found->fit);
    put_text(&about, "remark", found->remark[0] != '\0' ? found->remark : NULL);
    put(&answer, "found", about);
    return end_answer(answer, out, error);
}
