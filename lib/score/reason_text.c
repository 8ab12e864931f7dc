/* reason_text.c - a reason in words, for people who read no tables; the same in every locale. */
#include "base/decimal.h"
#include "base/guest.h"
#include "score/scores.h"

#include <math.h>
#include <string.h>

/* ---- Texts that are put together --------------------------------------------------------------------------------- */

/* Long enough for any number that the base room writes, and a unit behind it. */
enum { NUMBER_SIZE = 96 };

/* A text being written; counts on where there is no more room. */
typedef struct writing {
    char *buffer;
    int64_t capacity, length;
} writing;

static void put(writing *w, const char *text) {
    int64_t length = (int64_t)strlen(text);
    if (w->buffer && w->length + length <= w->capacity) {
        memcpy(w->buffer + w->length, text, (size_t)length);
    }
    w->length += length;
}

/* Takes away the zeros behind the point, and the point if nothing is left behind it. */
static void trim_zeros(char *text) {
    if (!strchr(text, '.')) {
        return;
    }
    char *end = text + strlen(text);
    while (end[-1] == '0') {
        end--;
    }
    if (end[-1] == '.') {
        end--;
    }
    *end = '\0';
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

/* How a value is written. */
typedef struct style {
    int32_t decimals; /* at most so many */
    bool fixed;       /* exactly so many */
    bool grouped;     /* digits in groups of three */
    bool percent;     /* a rate, shown in percent */
    const char *unit; /* "days"; NULL: none */
} style;

static const style plain_style = {.decimals = 3};
static const style count_style = {.decimals = 1, .grouped = true};
static const style expectation_style = {.decimals = 2, .grouped = true};
static const style day_style = {.decimals = 1, .grouped = true, .unit = "days"};
static const style rate_style = {.decimals = 1, .percent = true};

static style measure_style(const crmvi_money *money, bool quantity) {
    return (style){
        .decimals = quantity ? money->quantity_decimals : money->decimals, .fixed = !quantity, .grouped = true};
}

/* A measure's bits hold only money or only quantities. */
static bool is_quantity(uint32_t measures) {
    for (int32_t i = 0; i < CRMVI_MEASURES; i++) {
        if (measures & (UINT32_C(1) << i)) {
            return crmvi_is_quantity(i);
        }
    }
    return false;
}

/* A difference is in the unit of what it is taken from. */
static const crmvi_metric *unit_giver(const crmv_model *model, const crmvi_metric *metric) {
    while (metric->operation == CRMVI_DIFFERENCE) {
        metric = &model->metrics[metric->operands[0]];
    }
    return metric;
}

/* What the values of events measure is the feed's own affair. */
static style event_style(int32_t detail) {
    switch (detail) {
    case CRMVI_EVENT_COUNT:
        return count_style;
    case CRMVI_EVENT_AGE:
    case CRMVI_EVENT_LAST_AGE:
        return day_style;
    default:
        return plain_style;
    }
}

static style lifetime_style(const crmvi_money *money, const crmvi_metric *metric) {
    switch (metric->detail) {
    case CRMVI_LIFETIME_P_ALIVE:
    case CRMVI_LIFETIME_CHURN:
        return rate_style;
    case CRMVI_LIFETIME_SPEND:
    case CRMVI_LIFETIME_VALUE:
        return measure_style(money, is_quantity(metric->lifetime->spend.measures));
    default:
        return expectation_style;
    }
}

static style style_of(const crmv_model *model, const crmvi_metric *metric) {
    metric = unit_giver(model, metric);
    switch (metric->operation) {
    case CRMVI_SUM:
    case CRMVI_MEAN:
    case CRMVI_MINIMUM:
    case CRMVI_MAXIMUM:
        return measure_style(&model->money, is_quantity(metric->measures));
    case CRMVI_COUNT:
        return count_style;
    case CRMVI_RECENCY:
    case CRMVI_TENURE:
    case CRMVI_SINCE:
        return (style){.decimals = 1, .grouped = true, .unit = crmvi_time_unit_names[metric->detail]};
    case CRMVI_GAP:
        return metric->detail == CRMVI_GAP_RELATIVE_RECENCY ? plain_style : day_style;
    case CRMVI_GROWTH:
    case CRMVI_RETURN_RATE:
        return rate_style;
    case CRMVI_OVERDUE:
        return metric->detail == CRMVI_OVERDUE_AMOUNT ? measure_style(&model->money, false) : day_style;
    case CRMVI_RECEIVABLE:
        return metric->detail == CRMVI_OPEN_AMOUNT ? measure_style(&model->money, false) : day_style;
    case CRMVI_EVENT:
        return event_style(metric->detail);
    case CRMVI_LIFETIME:
        return lifetime_style(&model->money, metric);
    default:
        return plain_style;
    }
}

static void number_text(double value, const style *how, char *out) {
    int64_t amount;
    double shown = how->percent ? value * 100 : value;
    if (crmvi_double_amount(shown, how->decimals, &amount) == CRMVI_NUMBER_OK) {
        crmvi_amount_text(amount, how->decimals, how->decimals, how->grouped, out);
    } else if (isfinite(shown)) {
        crmvi_shortest(shown, out);
    } else {
        strcpy(out, "beyond all numbers");
    }
    if (!how->fixed) {
        trim_zeros(out);
    }
}

/* "2.4 years", "1 day" */
static void put_value(writing *w, double value, const style *how) {
    char number[NUMBER_SIZE];
    number_text(value, how, number);
    put(w, number);
    if (how->percent) {
        put(w, "%");
    }
    if (how->unit) {
        char unit[NUMBER_SIZE] = " ";
        strncat(unit, how->unit, sizeof unit - 2);
        if (strcmp(number, "1") == 0) {
            unit[strlen(unit) - 1] = '\0';
        }
        put(w, unit);
    }
}

/* ---- Points ------------------------------------------------------------------------------------------------------ */

static void points_text(crmvi_micro points, char *out) {
    crmvi_amount_text(points, 6, 1, true, out);
    trim_zeros(out);
}

static void put_points(writing *w, const crmv_reason *reason) {
    char number[NUMBER_SIZE];
    points_text(reason->points, number);
    put(w, number);
    if (reason->highest > 0) {
        points_text(reason->highest, number);
        put(w, " of ");
        put(w, number);
    }
    put(w, " points");
}

static void put_lost(writing *w, const crmv_reason *reason) {
    char number[NUMBER_SIZE];
    points_text(reason->lost, number);
    if (reason->lost > 0 && strcmp(number, "0") != 0) {
        put(w, ", ");
        put(w, number);
        put(w, " lost");
    }
}

/* ---- The sentence ------------------------------------------------------------------------------------------------ */

static void put_what_is_known(writing *w, const crmv_model *model, const crmvi_metric *metric,
                              const crmv_reason *reason) {
    put(w, metric->label);
    if (isnan(reason->value)) {
        put(w, " not known");
        return;
    }
    put(w, " ");
    if (crmvi_is_category(metric) && reason->band >= 0 && reason->band < metric->scale.count) {
        put(w, metric->scale.labels[reason->band]);
    } else {
        style how = style_of(model, metric);
        put_value(w, reason->value, &how);
    }
    if (reason->missing) {
        put(w, " lies in no band");
    }
}

static void put_sentence(writing *w, const crmv_model *model, const crmv_reason *reason) {
    const crmvi_metric *metric = &model->metrics[reason->metric];
    put_what_is_known(w, model, metric, reason);
    put(w, ": ");
    if (reason->points != CRMV_MISSING_POINTS) {
        put(w, reason->missing ? "counted as " : "");
        put_points(w, reason);
        if (!reason->missing) {
            put_lost(w, reason);
        }
    } else if (metric->missing == CRMVI_REFUSE) {
        put(w, "there is no rating without it");
    } else {
        put(w, "its weight went to the other metrics");
    }
}

int32_t crmv_scores_reason_text(const crmv_scores *scores, const crmv_reason *reason, char *buffer, int64_t capacity,
                                int64_t *length) {
    if (!scores || !reason || reason->struct_size < sizeof *reason || reason->metric < 0 ||
        reason->metric >= scores->model->metric_count || capacity < 0 || (capacity > 0 && !buffer)) {
        return CRMV_BAD_ARGUMENT;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    writing measured = {NULL, 0, 0};
    put_sentence(&measured, scores->model, reason);
    if (measured.length < capacity) {
        writing written = {buffer, capacity, 0};
        put_sentence(&written, scores->model, reason);
        buffer[measured.length] = '\0';
    }
    crmvi_leave(&host);
    if (length) {
        *length = measured.length;
    }
    return measured.length < capacity ? CRMV_OK : CRMV_BUFFER_TOO_SMALL;
}
