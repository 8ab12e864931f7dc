/* events.c - what happened to a customer, counted, added up, or the last of it. */
#include "frame/events.h"

#include "frame/catalogue.h"

#include <string.h>

/* ---- The plan ---------------------------------------------------------------------------------------------------- */

/* The position of a text among texts in ascending order; -1 where it is not there. */
static int32_t find_text(const crmvi_texts *texts, const char *text) {
    const int64_t length = (int64_t)strlen(text);
    int64_t begin = 0;
    for (int64_t end = texts->count; begin < end;) {
        const int64_t middle = begin + (end - begin) / 2;
        const int64_t found = crmvi_texts_length(texts, middle);
        int32_t order = memcmp(crmvi_texts_get(texts, middle), text, (size_t)(found < length ? found : length));
        order = order != 0 ? order : (found > length) - (found < length);
        if (order == 0) {
            return (int32_t)middle;
        }
        begin = order < 0 ? middle + 1 : begin;
        end = order < 0 ? end : middle;
    }
    return -1;
}

static bool takes_texts(const crmvi_metric *card) {
    return card->operation == CRMVI_EVENT && crmvi_is_category(card);
}

static void plan_codes(const crmvi_scale *scale, const crmvi_texts *texts, int32_t *codes) {
    for (int64_t i = 0; i < texts->count; i++) {
        codes[i] = -1;
    }
    for (int32_t i = 0; i < scale->count - scale->has_other; i++) {
        const int32_t text = find_text(texts, scale->labels[i]);
        if (text >= 0) {
            codes[text] = i;
        }
    }
}

bool crmvi_events_plan(const crmv_model *model, const crmvi_events *events, crmvi_plan *plan) {
    int64_t lists = 0;
    for (int32_t i = 0; i < model->metric_count; i++) {
        lists += takes_texts(&model->metrics[i]);
    }
    plan->codes = crmvi_array(lists * events->texts.count, sizeof *plan->codes);
    if (plan->codes == NULL) {
        return false;
    }
    int32_t *codes = plan->codes;
    for (int32_t i = 0; i < model->metric_count; i++) {
        crmvi_recipe *recipe = &plan->recipes[i];
        const bool is_event = recipe->card->operation == CRMVI_EVENT;
        recipe->event = is_event ? find_text(&events->names, recipe->card->attribute) : -1;
        if (takes_texts(recipe->card)) {
            plan_codes(&recipe->card->scale, &events->texts, codes);
            recipe->codes = codes;
            codes += events->texts.count;
        }
    }
    return true;
}

/* ---- A customer's events ----------------------------------------------------------------------------------------- */

/* The first of events [begin, end) that does not lie before a day. */
static int64_t first_from(const crmvi_event *items, int64_t begin, int64_t end, int32_t day) {
    while (begin < end) {
        const int64_t middle = begin + (end - begin) / 2;
        if (items[middle].day < day) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin;
}

/* What the events of the recipe's name come to within its span. */
typedef struct gathered {
    int64_t count, valued;
    crmvi_wide sum;
    const crmvi_event *last, *last_valued, *last_text; /* NULL: none */
} gathered;

/* Events ascend by day and, of one name, by value, so that the first of a day with a value is the lowest. Texts only
 * ascend among equal values; their positions are in the order of their bytes. */
static void take_event(gathered *all, const crmvi_event *event) {
    all->count++;
    all->last = event;
    if (event->value != CRMVI_NO_VALUE) {
        all->valued++;
        all->sum += event->value;
        if (all->last_valued == NULL || all->last_valued->day < event->day) {
            all->last_valued = event;
        }
    }
    const crmvi_event *text = all->last_text;
    if (event->text >= 0 && (text == NULL || text->day < event->day || event->text < text->text)) {
        all->last_text = event;
    }
}

static gathered gather_events(const crmvi_derivation *whole, const crmvi_recipe *recipe, int64_t row) {
    const crmvi_events *events = &whole->facts->events;
    const crmvi_span *span = &whole->plan.spans[recipe->span];
    const int64_t customer = crmvi_customer_of(whole, row);
    gathered all = {0};
    if (recipe->event < 0 || customer < 0 || span->first > span->last) {
        return all;
    }
    const int64_t end = events->begins[customer + 1];
    for (int64_t i = first_from(events->items, events->begins[customer], end, span->first);
         i < end && events->items[i].day <= span->last; i++) {
        if (events->items[i].name == recipe->event) {
            take_event(&all, &events->items[i]);
        }
    }
    return all;
}

int32_t crmvi_last_event_text(const crmvi_derivation *whole, const crmvi_recipe *recipe, int64_t row) {
    const gathered all = gather_events(whole, recipe, row);
    return all.last_text == NULL ? -1 : all.last_text->text;
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

/* The sum of the values, or their mean: `parts` is 1, or how many there are, below 2^31, so that the divisor is exact.
 */
static int32_t divide_sum(const gathered *all, int64_t parts, double *value) {
    int64_t sum;
    if (!crmvi_narrow(all->sum, &sum)) {
        return CRMVI_SUM_TOO_LARGE;
    }
    *value = (double)sum / ((double)parts * (double)CRMVI_ONE);
    return CRMVI_VALUE;
}

static int32_t derive_last(const gathered *all, const crmvi_recipe *recipe, double *value) {
    if (!takes_texts(recipe->card)) {
        if (all->last_valued == NULL) {
            return CRMVI_NO_HISTORY;
        }
        *value = (double)all->last_valued->value / (double)CRMVI_ONE;
        return CRMVI_VALUE;
    }
    if (all->last_text == NULL) {
        return CRMVI_NO_HISTORY;
    }
    const crmvi_scale *scale = &recipe->card->scale;
    const int32_t code = recipe->codes[all->last_text->text];
    *value = code >= 0 ? code : scale->count - 1; /* `other` is the last one */
    return code >= 0 || scale->has_other ? CRMVI_VALUE : CRMVI_UNLISTED;
}

static int32_t derive_age(const crmvi_derivation *whole, const crmvi_event *event, double *value) {
    if (event == NULL) {
        return CRMVI_NO_HISTORY;
    }
    *value = whole->as_of - event->day;
    return CRMVI_VALUE;
}

int32_t crmvi_derive_event(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_derivation *whole = slice->whole;
    if (!crmvi_is_fed(whole, CRMVI_EVENTS, CRMVI_EVENT_EVENT)) {
        return CRMVI_NO_HISTORY;
    }
    const gathered all = gather_events(whole, recipe, row);
    int32_t outcome = CRMVI_VALUE;
    switch (recipe->card->detail) {
    case CRMVI_EVENT_COUNT:
        *value = (double)all.count;
        return crmvi_scale_to_year(slice, recipe, row, value);
    case CRMVI_EVENT_SUM:
        outcome = divide_sum(&all, 1, value);
        return outcome == CRMVI_VALUE ? crmvi_scale_to_year(slice, recipe, row, value) : outcome;
    case CRMVI_EVENT_MEAN:
        return all.valued == 0 ? CRMVI_NO_HISTORY : divide_sum(&all, all.valued, value);
    case CRMVI_EVENT_LAST:
        return derive_last(&all, recipe, value);
    case CRMVI_EVENT_LAST_AGE:
        return derive_age(whole, all.last_valued != NULL ? all.last_valued : all.last_text, value);
    default:
        return derive_age(whole, all.last, value);
    }
}
