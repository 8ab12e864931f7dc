/* outcomes.c - what happens afterwards, as a model of its own, and its days. */
#include "base/error.h"
#include "base/guest.h"
#include "parse.h"
#include "tree.h"

/* ---- Days -------------------------------------------------------------------------------------------------------- */

static bool is_day(int64_t day) {
    return day >= CRMVI_FIRST_DAY && day <= CRMVI_LAST_DAY;
}

/* The last day of outcomes as of a day; past the calendar's last day it is some day there. */
static int64_t last_day(const crmvi_outcomes *outcomes, int32_t as_of) {
    return outcomes->in_days ? (int64_t)as_of + outcomes->length : crmvi_months_after(as_of, outcomes->length);
}

int32_t crmv_model_outcome_day(const crmv_model *model, int32_t last) {
    enum { MOST_CLAMPED = 3 }; /* days by which two months differ at most */
    if (model == NULL || model->outcomes.count == 0 || !is_day(last)) {
        return CRMV_NO_DATE;
    }
    const crmvi_outcomes *outcomes = &model->outcomes;
    if (outcomes->in_days) {
        return is_day((int64_t)last - outcomes->length) ? last - outcomes->length : CRMV_NO_DATE;
    }
    const int32_t near = crmvi_months_before(last, outcomes->length);
    for (int32_t day = near + MOST_CLAMPED; day >= near - MOST_CLAMPED; day--) {
        if (is_day(day) && last_day(outcomes, day) <= last) {
            return day;
        }
    }
    return CRMV_NO_DATE;
}

/* ---- A model of their own ---------------------------------------------------------------------------------------- */

/* {"from": ..., "to": ...} */
static json_t *window_of(int32_t first, int32_t last) {
    char from[11];
    char to[11];
    crmvi_date_text(first, from);
    crmvi_date_text(last, to);
    json_t *window = json_object();
    if (json_object_set_new_nocheck(window, "from", json_string(from)) != 0 ||
        json_object_set_new_nocheck(window, "to", json_string(to)) != 0) {
        json_decref(window);
        return NULL;
    }
    return window;
}

/* What the outcomes' model has in common with the model, and the cards, over the days from `first` to `last`, or, where
 * that is CRMV_NO_DATE, of no days. */
static json_t *text_of(const crmv_model *model, int32_t first, int32_t last) {
    static const char *const common[] = {"crmvalue", "money", "input", "calendar", "finance_cost", "population"};
    json_t *text = json_object();
    bool made = text != NULL;
    for (size_t i = 0; i < sizeof common / sizeof common[0] && made; i++) {
        const json_t *part = json_object_get(model->text, common[i]);
        made = part == NULL || json_object_set_new_nocheck(text, common[i], crmvi_tree_copy(part)) == 0;
    }
    const json_t *cards = json_object_get(json_object_get(model->text, "outcomes"), "metrics");
    made = made && json_object_set_new_nocheck(text, "metrics", crmvi_tree_copy(cards)) == 0;
    if (made && last != CRMV_NO_DATE) {
        made = json_object_set_new_nocheck(text, "window", window_of(first, last)) == 0;
    }
    if (!made) {
        json_decref(text);
        return NULL;
    }
    return text;
}

static int32_t make_outcomes(const crmv_model *model, int32_t as_of, int32_t last, crmv_model **out,
                             crmv_error *error) {
    json_t *text = text_of(model, last != CRMV_NO_DATE ? as_of + 1 : CRMV_NO_DATE, last);
    return text != NULL ? crmvi_model_of_tree(text, false, out, error) : crmvi_no_memory(error);
}

/* An attribute is what it is whatever the day; so is what is made of several. */
static bool has_days(const crmvi_metric *metric) {
    switch (metric->operation) {
    case CRMVI_ATTRIBUTE:
    case CRMVI_SHARE:
    case CRMVI_RATIO:
    case CRMVI_DIFFERENCE:
        return false;
    default:
        return true;
    }
}

/* Outcomes of a population of no day. */
static int32_t make_dayless(const crmv_model *model, crmv_model **out, crmv_error *error) {
    crmv_model *made = NULL;
    const int32_t status = make_outcomes(model, CRMV_NO_DATE, CRMV_NO_DATE, &made, error);
    for (int32_t i = 0; status == CRMV_OK && i < made->metric_count; i++) {
        if (has_days(&made->metrics[i])) {
            crmvi_fail(error, CRMV_BAD_ARGUMENT, "as_of", "is no day, and the outcome `%s` is of days",
                       made->metrics[i].name);
            crmv_model_free(made);
            return CRMV_BAD_ARGUMENT;
        }
    }
    *out = status == CRMV_OK ? made : *out;
    return status;
}

int32_t crmv_model_outcomes(const crmv_model *model, int32_t as_of, crmv_model **out, int32_t *until,
                            crmv_error *error) {
    if (model == NULL) {
        return crmvi_bad_argument(error, "model", "is NULL");
    }
    if (out == NULL) {
        return crmvi_bad_argument(error, "out", "is NULL");
    }
    const bool is_dayless = as_of == CRMV_NO_DATE;
    if (!is_dayless && !is_day(as_of)) {
        return crmvi_bad_argument(error, "as_of", "is outside the years 1 to 9999");
    }
    if (model->outcomes.count == 0) {
        return crmvi_fail(error, CRMV_NOT_FOUND, "outcomes", "the model has no `outcomes`");
    }
    const int64_t last = is_dayless ? CRMV_NO_DATE : last_day(&model->outcomes, as_of);
    if (!is_dayless && !is_day(last)) {
        return crmvi_bad_argument(error, "as_of", "puts the outcomes' last day outside the years 1 to 9999");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status =
        is_dayless ? make_dayless(model, out, error) : make_outcomes(model, as_of, (int32_t)last, out, error);
    crmvi_leave(&host);
    if (status == CRMV_OK && until != NULL) {
        *until = (int32_t)last;
    }
    return status;
}
