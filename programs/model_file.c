#include "model_file.h"

#include "figures.h"
#include "file_text.h"
#include "names.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_MODEL = 64 * 1024 * 1024 };

/* Writes what was found over the request that it was found for, as if somebody had written it down by hand. */
static bool settle_request(json_t *holder, json_t *asking) {
    json_t *fitted = json_object_get(asking, "fitted");
    return !json_is_object(fitted) || json_object_update(holder, fitted) == 0;
}

/* Scales, tiers and segments hold numbers beside the request, indexes in its place. */
static bool settle_requests(const json_t *text) {
    const char *name;
    json_t *part;
    json_t *tiers = json_object_get(text, "tiers");
    bool done = settle_request(tiers, tiers);
    json_object_foreach(json_object_get(text, "metrics"), name, part) {
        json_t *scale = json_object_get(part, "scale");
        done = done && settle_request(scale, scale);
    }
    json_object_foreach(json_object_get(text, "indexes"), name, part) {
        done = done && settle_request(part, json_object_get(part, "weights"));
    }
    json_object_foreach(json_object_get(text, "segments"), name, part) {
        done = done && settle_request(part, part);
    }
    return done;
}

/* The model's own JSON: the library has checked it, so that it is only walked here. Whole numbers as doubles, as they
 * may be longer than 64 bits in the author's own keys. */
static bool read_json(model_file *scorecard, failure *why) {
    int64_t length = 0;
    int32_t status = crmv_model_print(scorecard->model, NULL, 0, &length);
    char *text = status == CRMV_BUFFER_TOO_SMALL ? malloc((size_t)length + 1) : NULL;
    if (!text || crmv_model_print(scorecard->model, text, length + 1, &length) != CRMV_OK) {
        free(text);
        return failure_memory(why);
    }
    scorecard->text = json_loadb(text, (size_t)length, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
    free(text);
    return (scorecard->text && settle_requests(scorecard->text)) || failure_memory(why);
}

bool model_file_read(model_file *scorecard, const char *path, failure *why) {
    char *text;
    size_t length;
    crmv_error error = {.struct_size = sizeof error};
    *scorecard = (model_file){0};
    if (!file_text(path, LARGEST_MODEL, &text, &length, why)) {
        return false;
    }
    int32_t status = crmv_model_parse(text, (int64_t)length, &scorecard->model, &error);
    free(text);
    if (status != CRMV_OK) {
        return failure_library(why, path_name(path), 0, &error);
    }
    return read_json(scorecard, why);
}

void model_file_clear(model_file *scorecard) {
    json_decref(scorecard->text);
    crmv_model_free(scorecard->outcomes);
    crmv_model_free(scorecard->model);
    *scorecard = (model_file){0};
}

/* ---- Outcomes ---------------------------------------------------------------------------------------------------- */

static const json_t *outcome_cards(const model_file *scorecard) {
    return json_object_get(json_object_get(scorecard->text, "outcomes"), "metrics");
}

bool model_file_want_outcomes(model_file *scorecard, failure *why) {
    enum { SOME_DAY = 0 }; /* their columns are the same as of any day */
    crmv_error error = {.struct_size = sizeof error};
    return !outcome_cards(scorecard) ||
           crmv_model_outcomes(scorecard->model, SOME_DAY, &scorecard->outcomes, NULL, &error) == CRMV_OK ||
           failure_library(why, NULL, 0, &error);
}

static bool is_of_table(const json_t *card) {
    static const char *const operators[] = {"attribute", "since", "share", "ratio", "difference"};
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (json_object_get(card, operators[i])) {
            return true;
        }
    }
    return false;
}

bool model_outcomes_in_table(const model_file *scorecard) {
    const char *name;
    const json_t *card;
    bool all = true;
    json_object_foreach((json_t *)(uintptr_t)outcome_cards(scorecard), name, card) {
        all = all && (!json_is_object(card) || is_of_table(card));
    }
    return all;
}

/* ---- What the text says ------------------------------------------------------------------------------------------ */

int64_t model_points(const json_t *number) {
    double millionths = json_number_value(number) * 1e6;
    return (int64_t)(millionths < 0 ? millionths - 0.5 : millionths + 0.5);
}

bool model_maps(const model_file *scorecard, const char *feed) {
    return json_object_get(json_object_get(scorecard->text, "input"), feed) != NULL;
}

static bool says_integer(const json_t *reading) {
    const char *keys = json_string_value(json_object_get(reading, "keys"));
    return keys && strcmp(keys, "integer") == 0;
}

bool model_has_integer_keys(const model_file *scorecard) {
    json_t *input = json_object_get(scorecard->text, "input");
    const char *feed;
    const json_t *reading;
    bool found = says_integer(input);
    json_object_foreach(input, feed, reading) {
        found = found || says_integer(reading);
    }
    return found;
}

bool model_means_missing(const model_file *scorecard, const char *feed, const char *text) {
    const json_t *input = json_object_get(scorecard->text, "input");
    const json_t *own = json_object_get(json_object_get(input, feed), "missing");
    const json_t *texts = own ? own : json_object_get(input, "missing");
    const json_t *one;
    size_t i;
    json_array_foreach((json_t *)(uintptr_t)texts, i, one) {
        if (strcmp(json_string_value(one), text) == 0) {
            return true;
        }
    }
    return !texts && text[0] == '\0';
}

bool model_scores_table_only(const model_file *scorecard) {
    const char *population = json_string_value(json_object_get(scorecard->text, "population"));
    return population && strcmp(population, "customers") == 0;
}

static bool segments_treat(const json_t *segments) {
    const char *name;
    const json_t *segment, *one;
    size_t i;
    json_object_foreach((json_t *)(uintptr_t)segments, name, segment) {
        json_array_foreach(json_object_get(segment, "cases"), i, one) {
            if (json_object_get(one, "treatment")) {
                return true;
            }
        }
    }
    return false;
}

bool model_treats(const model_file *scorecard) {
    const json_t *rule;
    size_t i;
    json_array_foreach(json_object_get(scorecard->text, "rules"), i, rule) {
        if (json_object_get(json_object_get(rule, "then"), "treatment")) {
            return true;
        }
    }
    return segments_treat(json_object_get(scorecard->text, "segments"));
}

bool model_flags(const model_file *scorecard) {
    const json_t *rule;
    size_t i;
    json_array_foreach(json_object_get(scorecard->text, "rules"), i, rule) {
        if (json_is_true(json_object_get(json_object_get(rule, "then"), "flag"))) {
            return true;
        }
    }
    return false;
}

int64_t model_tier_cut(const model_file *scorecard, int32_t tier) {
    const json_t *cuts = json_object_get(json_object_get(scorecard->text, "tiers"), "cuts");
    const json_t *cut = tier >= 0 ? json_array_get(json_array_get(cuts, (size_t)tier), 1) : NULL;
    return json_is_number(cut) ? model_points(cut) : CRMV_MISSING_POINTS;
}

/* The place among cards that names a column; false where none does. */
static bool place_in(const json_t *cards, const char *section, const char *column, char *place, size_t size) {
    static const char *const keys[] = {"attribute", "since"};
    char name[SHOWN_BYTES];
    const char *metric;
    const json_t *card;
    json_object_foreach((json_t *)(uintptr_t)cards, metric, card) {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            const char *value = json_string_value(json_object_get(card, keys[i]));
            if (value && strcmp(value, column) == 0) {
                snprintf(place, size, "%s.%s.%s", section, shown(metric, name), keys[i]);
                return true;
            }
        }
    }
    return false;
}

void model_attribute_place(const model_file *scorecard, const char *column, char *place, size_t size) {
    if (!place_in(json_object_get(scorecard->text, "metrics"), "metrics", column, place, size) &&
        !place_in(outcome_cards(scorecard), "outcomes.metrics", column, place, size)) {
        snprintf(place, size, "metrics");
    }
}

void model_window(const model_file *scorecard, char *text, size_t size) {
    static const struct {
        const char *key, *name;
    } units[] = {{"days", "day"},
                 {"months", "month"},
                 {"years", "year"},
                 {"fiscal_years", "fiscal year"},
                 {"fiscal_quarters", "fiscal quarter"},
                 {"fiscal_periods", "fiscal period"}};
    const json_t *window = json_object_get(scorecard->text, "window");
    const char *from = json_string_value(json_object_get(window, "from"));
    const char *to = json_string_value(json_object_get(window, "to"));
    const char *to_date = json_is_true(json_object_get(window, "to_date")) ? ", to date" : "";
    snprintf(text, size, "of all history");
    if (from && to) {
        snprintf(text, size, "from %s to %s", from, to);
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const int64_t length = (int64_t)json_number_value(json_object_get(window, units[i].key));
        if (length == 1) {
            snprintf(text, size, "of the last %s%s", units[i].name, to_date);
        } else if (length > 1) {
            snprintf(text, size, "of the last %lld %ss%s", (long long)length, units[i].name, to_date);
        }
    }
}

static const json_t *card_of(const model_file *scorecard, const char *metric) {
    return json_object_get(json_object_get(scorecard->text, "metrics"), metric);
}

const char *model_metric_label(const model_file *scorecard, const char *metric, char buffer[SHOWN_BYTES]) {
    const char *label = json_string_value(json_object_get(card_of(scorecard, metric), "label"));
    if (label) {
        return label;
    }
    shown(metric, buffer);
    for (char *at = buffer; *at; at++) {
        *at = *at == '_' ? ' ' : *at;
    }
    return buffer;
}

/* The measure of a card that adds up measures, or the first of several; they are all money or all quantities. */
static const char *measure_of(const json_t *card) {
    static const char *const operators[] = {"sum", "mean", "minimum", "maximum"};
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        const json_t *measures = json_object_get(card, operators[i]);
        if (measures) {
            return json_string_value(json_is_array(measures) ? json_array_get(measures, 0) : measures);
        }
    }
    return NULL;
}

bool model_metric_per_year(const model_file *scorecard, const char *metric) {
    return json_object_get(card_of(scorecard, metric), "per") != NULL;
}

/* What is overdue or open is money. */
static bool is_amount_owed(const json_t *card) {
    const char *overdue = json_string_value(json_object_get(card, "overdue"));
    const char *receivables = json_string_value(json_object_get(card, "receivables"));
    return (overdue && strcmp(overdue, "amount") == 0) || (receivables && strcmp(receivables, "open") == 0);
}

int32_t model_metric_decimals(const model_file *scorecard, const char *metric) {
    const json_t *card = card_of(scorecard, metric);
    const char *measure = measure_of(card);
    if (measure) {
        bool quantity = strcmp(measure, "quantity") == 0 || strcmp(measure, "returned_quantity") == 0;
        return quantity ? -1 : crmv_model_money_decimals(scorecard->model);
    }
    return is_amount_owed(card) ? crmv_model_money_decimals(scorecard->model) : -1;
}

/* ---- Bands ------------------------------------------------------------------------------------------------------- */

/* Where a band begins; the one without `from` is the lowest. */
static double band_from(const json_t *band) {
    const json_t *from = json_object_get(band, "from");
    return from ? json_number_value(from) : -1e300;
}

/* The band that has `position` bands below it. */
static const json_t *band_at(const json_t *bands, int32_t position) {
    const json_t *band, *other;
    size_t i, j;
    json_array_foreach((json_t *)(uintptr_t)bands, i, band) {
        int32_t below = 0;
        json_array_foreach((json_t *)(uintptr_t)bands, j, other) {
            below += band_from(other) < band_from(band);
        }
        if (below == position) {
            return band;
        }
    }
    return NULL;
}

void model_band(const model_file *scorecard, const char *metric, int32_t position, char *text, size_t size) {
    char from[FIGURE_BYTES], to[FIGURE_BYTES];
    const json_t *bands = json_object_get(json_object_get(card_of(scorecard, metric), "scale"), "bands");
    const json_t *band = position >= 0 ? band_at(bands, position) : NULL;
    text[0] = '\0';
    if (!band) {
        return;
    }
    const json_t *end = json_object_get(band, "to");
    const json_t *next = band_at(bands, position + 1);
    end = end ? end : json_object_get(next, "from");
    bool begins = json_object_get(band, "from") != NULL;
    figure_number(band_from(band), -1, from);
    figure_number(json_number_value(end), -1, to);
    if (begins && end) {
        snprintf(text, size, "%s to %s", from, to);
    } else if (begins) {
        snprintf(text, size, "from %s", from);
    } else if (end) {
        snprintf(text, size, "below %s", to);
    }
}
