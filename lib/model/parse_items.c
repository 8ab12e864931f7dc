/* The feeds beside the transactions: receivables, events and rates of exchange; and the dealer's share. */
#include "parse.h"

#include <string.h>

/* ---- The dealer's share ------------------------------------------------------------------------------------------ */

bool crmvi_read_dealer_share(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_table *table = field;
    if (json_is_string(spot->value)) {
        return crmvi_read_text(parser, spot, &table->columns[CRMVI_TABLE_DEALER_SHARE]);
    }
    return crmvi_read_percent(parser, spot, &table->dealer_share);
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

/* An event's name is what a text of the column may be. */
static bool read_event_name(crmvi_parser *parser, const crmvi_spot *spot, const char **name) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_TEXT)) {
        return false;
    }
    *name = json_string_value(spot->value);
    const size_t length = strlen(*name);
    return (length > 0 && length <= CRMVI_EVENT_NAME_LIMIT) ||
           crmvi_refuse_value(parser, spot, "an event's name of 1 to 64 bytes");
}

/* The keys are texts of the data: none of them is a note. */
bool crmvi_read_event_kinds(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_item_layout *layout = field;
    const int64_t count = (int64_t)json_object_size(spot->value);
    if (count == 0) {
        return crmvi_refuse(parser, spot, "expected at least one kind, found none");
    }
    layout->kinds = crmvi_parser_memory(parser, count, sizeof *layout->kinds);
    if (layout->kinds == NULL) {
        return false;
    }
    const char *text;
    json_t *value;
    json_object_foreach(spot->value, text, value) {
        const crmvi_spot member = {.above = spot, .key = text, .value = value};
        crmvi_event_name *kind = &layout->kinds[layout->kind_count++];
        kind->text = text;
        if (!read_event_name(parser, &member, &kind->name)) {
            return false;
        }
    }
    return true;
}

/* A card's `[name, detail]`. */
bool crmvi_read_event(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_metric *metric = field;
    if (json_array_size(spot->value) != 2) {
        return crmvi_refuse(parser, spot,
                            "expected an event and what of it, such as [\"complaint\", \"count\"], found "
                            "%lld items",
                            (long long)json_array_size(spot->value));
    }
    const crmvi_spot name = crmvi_item_of(spot, 0);
    const crmvi_spot detail = crmvi_item_of(spot, 1);
    return read_event_name(parser, &name, &metric->attribute) &&
           crmvi_choose(parser, &detail, "detail of events", crmvi_event_detail_names, CRMVI_EVENT_DETAILS,
                        &metric->detail);
}

/* ---- Rates of exchange ------------------------------------------------------------------------------------------- */

bool crmvi_read_quoted(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const ways[] = {"home", "foreign"};
    bool *is_foreign = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "way to quote rates", ways, 2, &chosen)) {
        return false;
    }
    *is_foreign = chosen == 1;
    return true;
}

bool crmvi_read_age(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_read_object(parser, spot, &crmvi_age_vocabulary, field);
}

bool crmvi_read_age_days(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    int32_t *days = field;
    int64_t number = 0;
    if (!crmvi_whole(parser, spot, 0, CRMVI_LAST_DAY - CRMVI_FIRST_DAY, &number)) {
        return false;
    }
    *days = (int32_t)number;
    return true;
}

/* What is converted is converted into the currency of `money`. */
static bool check_home(crmvi_parser *parser, const crmvi_spot *rates) {
    return parser->model->money.currency[0] != '\0' ||
           crmvi_refuse(parser, rates, "rates need the currency to convert into: `money.currency`");
}

/* ---- The feeds --------------------------------------------------------------------------------------------------- */

void crmvi_default_items(crmv_model *model, const crmvi_reading *reading) {
    for (int32_t i = 0; i < CRMVI_ITEM_FEEDS; i++) {
        crmvi_item_layout *layout = &model->items[i];
        memcpy(layout->columns, crmvi_item_role_names[i], sizeof layout->columns);
        layout->reading = *reading;
        layout->maximum_age = -1;
    }
}

static bool read_items(crmvi_parser *parser, const crmvi_spot *spot, int32_t feed) {
    crmvi_item_layout *layout = &parser->model->items[feed];
    layout->mapped = true;
    memset(layout->columns, 0, sizeof layout->columns);
    return crmvi_read_object(parser, spot, crmvi_item_vocabularies[feed], layout) &&
           (feed != CRMVI_RATES || check_home(parser, spot));
}

bool crmvi_read_items(crmvi_parser *parser, const crmvi_spot *input, const crmvi_reading *shared) {
    for (int32_t i = 0; i < CRMVI_ITEM_FEEDS; i++) {
        crmvi_item_layout *layout = &parser->model->items[i];
        const crmvi_spot feed = crmvi_member_of(input, crmvi_item_feed_names[i]);
        layout->reading = *shared;
        if (feed.value != NULL && !read_items(parser, &feed, i)) {
            return false;
        }
        if (!crmvi_check_notation(parser, feed.value != NULL ? &feed : input, &layout->reading.notation)) {
            return false;
        }
    }
    return true;
}
