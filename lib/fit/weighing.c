#include "fit/weighing.h"

#include "base/memory.h"
#include "crmvalue/fit.h"
#include "fit/json_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct choice {
    const char *name;
    int32_t number;
} choice;

/* The first one stands where the request says nothing. */
static const choice methods[] = {{"eigenvector", CRMV_AHP_EIGENVECTOR},
                                 {"geometric_mean", CRMV_AHP_GEOMETRIC_MEAN},
                                 {"column_mean", CRMV_AHP_COLUMN_MEAN}};
static const choice random_indexes[] = {{"saaty", CRMV_RANDOM_SAATY},
                                        {"donegan_dodd", CRMV_RANDOM_DONEGAN_DODD},
                                        {"alonso_lamata", CRMV_RANDOM_ALONSO_LAMATA}};
enum { CHOICES = 3 };

static const double HELD_OUT_UNLESS_SAID = 30; /* percent */

static int32_t read_choice(const char *value, const choice *choices) {
    for (int32_t i = 0; value != NULL && i < CHOICES; i++) {
        if (crmvi_json_is(value, choices[i].name)) {
            return choices[i].number;
        }
    }
    return choices[0].number;
}

static bool read_names(const char *array, crmvi_weighing *out) {
    const int32_t count = array == NULL ? 0 : crmvi_json_count(array);
    out->of = crmvi_zeroed(count, sizeof *out->of);
    if (out->of == NULL) {
        return false;
    }
    const char *item = array == NULL ? NULL : crmvi_json_first(array);
    for (; item != NULL; item = crmvi_json_next(item)) {
        char *name = crmvi_json_string(item);
        if (name == NULL) {
            return false;
        }
        out->of[out->count++] = name;
    }
    return true;
}

/* The position of the member that the string at `value` names, -1 where it is none; false where memory is short. */
static bool read_member(const crmvi_weighing *weighing, const char *value, int32_t *position) {
    char *name = crmvi_json_string(value);
    *position = -1;
    for (int32_t i = 0; name != NULL && i < weighing->count; i++) {
        if (strcmp(weighing->of[i], name) == 0) {
            *position = i;
        }
    }
    free(name);
    return name != NULL;
}

/* [a, b, x]: a matters x times as much as b. */
static bool read_judgement(const char *item, crmvi_weighing *out) {
    const char *first = crmvi_json_first(item);
    const char *second = first == NULL ? NULL : crmvi_json_next(first);
    const char *times = second == NULL ? NULL : crmvi_json_next(second);
    int32_t a;
    int32_t b;
    if (times == NULL) {
        return true;
    }
    if (!read_member(out, first, &a) || !read_member(out, second, &b)) {
        return false;
    }
    const double x = crmvi_json_number(times);
    if (a >= 0 && b >= 0 && a != b) {
        out->written[(int64_t)a * out->count + b] = x;
        const bool is_upper = a < b;
        out->judgements[is_upper ? (int64_t)a * out->count + b : (int64_t)b * out->count + a] = is_upper ? x : 1 / x;
    }
    return true;
}

static bool read_judgements(const char *array, crmvi_weighing *out) {
    const int64_t cells = (int64_t)out->count * out->count;
    out->judgements = crmvi_array(cells, sizeof *out->judgements);
    out->written = crmvi_array(cells, sizeof *out->written);
    if (out->judgements == NULL || out->written == NULL) {
        return false;
    }
    for (int64_t i = 0; i < cells; i++) {
        out->judgements[i] = out->written[i] = NAN;
    }
    const char *item = array == NULL ? NULL : crmvi_json_first(array);
    for (; item != NULL; item = crmvi_json_next(item)) {
        if (!read_judgement(item, out)) {
            return false;
        }
    }
    return true;
}

static bool read_ahp(const char *body, crmvi_weighing *out) {
    out->method = read_choice(crmvi_json_member(body, "method"), methods);
    out->random_index = read_choice(crmvi_json_member(body, "random_index"), random_indexes);
    return read_judgements(crmvi_json_member(body, "judgements"), out);
}

static bool read_outcome(const char *body, crmvi_weighing *out) {
    const char *by = crmvi_json_member(body, "by");
    const char *held_out = crmvi_json_member(body, "held_out");
    const char *explain = crmvi_json_member(body, "explain");
    out->by_rank = by != NULL && crmvi_json_is(by, "rank_correlation");
    out->held_out = held_out == NULL ? HELD_OUT_UNLESS_SAID : crmvi_json_number(held_out);
    out->explain = crmvi_json_string(explain == NULL ? "\"\"" : explain);
    return out->explain != NULL;
}

bool crmvi_weighing_read(const char *text, const char *operation, crmvi_weighing *out) {
    *out = (crmvi_weighing){0};
    const char *body = crmvi_json_member(text, operation);
    body = body == NULL ? "{}" : body;
    bool done = read_names(crmvi_json_member(body, "of"), out);
    if (done) {
        done = strcmp(operation, "ahp") == 0 ? read_ahp(body, out) : read_outcome(body, out);
    }
    if (!done) {
        crmvi_weighing_clear(out);
    }
    return done;
}

void crmvi_weighing_clear(crmvi_weighing *weighing) {
    for (int32_t i = 0; i < weighing->count; i++) {
        free(weighing->of[i]);
    }
    free((void *)weighing->of);
    free(weighing->judgements);
    free(weighing->written);
    free(weighing->explain);
    *weighing = (crmvi_weighing){0};
}
