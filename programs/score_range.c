#include "score_range.h"

#include "figures.h"

#include <stdlib.h>
#include <string.h>

/* Points from the lowest to the highest. */
typedef struct range {
    double low, high;
    bool known;
} range;

/* The model's indexes, whose ranges are found once each: several indexes may have one member. */
typedef struct ranges {
    const model_file *scorecard;
    const json_t *indexes;
    range *found; /* by position in the model */
} ranges;

static void take_in(range *whole, const json_t *number) {
    double points = json_number_value(number);
    if (json_is_number(number)) {
        whole->low = !whole->known || points < whole->low ? points : whole->low;
        whole->high = !whole->known || points > whole->high ? points : whole->high;
        whole->known = true;
    }
}

/* What a metric can earn: on its scale, or for being missing. */
static range range_of_metric(const model_file *scorecard, const char *metric) {
    const json_t *card = json_object_get(json_object_get(scorecard->text, "metrics"), metric);
    json_t *scale = json_object_get(card, "scale");
    const json_t *part;
    const char *name;
    size_t i;
    range whole = {0};
    json_array_foreach(json_object_get(scale, "bands"), i, part) {
        take_in(&whole, json_object_get(part, "points"));
    }
    json_array_foreach(json_object_get(scale, "line"), i, part) {
        take_in(&whole, json_array_get(part, 1));
    }
    json_object_foreach(json_object_get(scale, "categories"), name, part) {
        take_in(&whole, part);
    }
    take_in(&whole, json_object_get(scale, "other"));
    take_in(&whole, json_object_get(json_object_get(card, "missing"), "points"));
    return whole;
}

static int32_t index_named(const ranges *all, const char *name) {
    const char *item;
    for (int32_t i = 0; (item = crmv_model_item(all->scorecard->model, CRMV_INDEXES, i)) != NULL; i++) {
        if (strcmp(item, name) == 0) {
            return i;
        }
    }
    return -1;
}

static range range_of(ranges *all, const char *name);

/* A mean lies between its members, however many of them are missing and hand their weight on. */
static range range_of_mean(ranges *all, json_t *weights) {
    const json_t *weight;
    const char *name;
    range whole = {.known = true};
    bool first = true;
    json_object_foreach(weights, name, weight) {
        range member = range_of(all, name);
        if (json_number_value(weight) > 0) {
            whole.low = first || member.low < whole.low ? member.low : whole.low;
            whole.high = first || member.high > whole.high ? member.high : whole.high;
            first = false;
        }
    }
    return whole;
}

static range range_of_sum(ranges *all, const json_t *members) {
    const json_t *member;
    size_t i;
    range whole = {.known = true};
    json_array_foreach((json_t *)(uintptr_t)members, i, member) {
        range one = range_of(all, json_string_value(member));
        whole.low += one.low;
        whole.high += one.high;
    }
    return whole;
}

/* Of a metric or an index. The library has seen to it that no index is a member of itself. */
static range range_of(ranges *all, const char *name) {
    int32_t position = index_named(all, name);
    if (position < 0) {
        return range_of_metric(all->scorecard, name);
    }
    if (!all->found[position].known) {
        const json_t *index = json_object_get(all->indexes, name);
        json_t *weights = json_object_get(index, "weights");
        all->found[position] = weights ? range_of_mean(all, weights) : range_of_sum(all, json_object_get(index, "add"));
    }
    return all->found[position];
}

void score_range_text(const model_file *scorecard, char *text, size_t size) {
    char low[FIGURE_BYTES], high[FIGURE_BYTES];
    ranges all = {.scorecard = scorecard, .indexes = json_object_get(scorecard->text, "indexes")};
    text[0] = '\0';
    all.found = calloc((size_t)crmv_model_count(scorecard->model, CRMV_INDEXES) + 1, sizeof *all.found);
    if (!all.found || index_named(&all, "score") < 0) {
        free(all.found);
        return;
    }
    range score = range_of(&all, "score");
    free(all.found);
    snprintf(text, size, " (%s to %s)", figure_number(score.low, -1, low), figure_number(score.high, -1, high));
}
