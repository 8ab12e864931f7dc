#include "base/column_read.h"
#include "missing.h"
#include "parse.h"

#include <string.h>

/* ---- Money ------------------------------------------------------------------------------------------------------- */

bool crmvi_read_money(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_read_object(parser, spot, &crmvi_money_vocabulary, field);
}

bool crmvi_read_currency(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    char *currency = field;
    const char *text = json_string_value(spot->value);
    const size_t length = strlen(text);
    if (length == 0 || length >= sizeof parser->model->money.currency) {
        return crmvi_refuse_value(parser, spot, "a currency of 1 to 15 bytes");
    }
    memcpy(currency, text, length + 1);
    return true;
}

bool crmvi_read_decimals(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    int32_t *decimals = field;
    int64_t number = 0;
    if (!crmvi_whole(parser, spot, 0, 9, &number)) {
        return false;
    }
    *decimals = (int32_t)number;
    return true;
}

/* ---- How texts are read ------------------------------------------------------------------------------------------ */

bool crmvi_read_delimiter(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    char *delimiter = field;
    const char *text = json_string_value(spot->value);
    const unsigned char byte = (unsigned char)text[0];
    const bool is_one = byte != '\0' && text[1] == '\0';
    if (!is_one || byte >= 0x7F || (byte < 0x20 && byte != '\t') || byte == '"') {
        return crmvi_refuse_value(parser, spot, "one ASCII character but the quote");
    }
    delimiter[0] = text[0];
    delimiter[1] = '\0';
    return true;
}

bool crmvi_read_point(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    char *point = field;
    const char *text = json_string_value(spot->value);
    if (strcmp(text, ".") != 0 && strcmp(text, ",") != 0) {
        return crmvi_refuse_value(parser, spot, "\".\" or \",\"");
    }
    *point = text[0];
    return true;
}

bool crmvi_read_thousands(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    char *thousands = field;
    const char *text = json_string_value(spot->value);
    if (text[0] != '\0' && (text[1] != '\0' || strchr(",.' ", text[0]) == NULL)) {
        return crmvi_refuse_value(parser, spot, "\",\", \".\", \"'\", \" \" or \"\"");
    }
    *thousands = text[0];
    return true;
}

bool crmvi_read_negative(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const styles[] = {
        [CRMVI_MINUS_LEADING] = "leading",
        [CRMVI_MINUS_TRAILING] = "trailing",
        [CRMVI_MINUS_PARENTHESES] = "parentheses",
    };
    return crmvi_choose(parser, spot, "sign style", styles, 3, field);
}

bool crmvi_read_dates(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_date_format_read(json_string_value(spot->value), field) ||
           crmvi_refuse_value(parser, spot, "a date format such as \"dd.mm.yyyy\"");
}

bool crmvi_read_keys(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const kinds[] = {"text", "integer"};
    bool *is_integer = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "kind of key", kinds, 2, &chosen)) {
        return false;
    }
    *is_integer = chosen == 1;
    return true;
}

bool crmvi_read_missing_texts(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_reading *reading = field;
    const int64_t count = (int64_t)json_array_size(spot->value);
    const char **texts = crmvi_parser_memory(parser, count, sizeof *texts);
    if (texts == NULL) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!crmvi_expect(parser, &item, CRMVI_TAKES_TEXT)) {
            return false;
        }
        texts[i] = json_string_value(item.value);
    }
    crmvi_reading_miss(reading, texts, (int32_t)count);
    return true;
}

bool crmvi_check_notation(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_notation *notation) {
    if (notation->thousands != notation->point) {
        return true;
    }
    return crmvi_refuse(parser, spot, "\"%c\" cannot be both the decimal point and the thousands separator",
                        notation->point);
}

/* ---- Feeds ------------------------------------------------------------------------------------------------------- */

/* A kind column without `kinds` holds the kinds' own names. */
static bool name_kinds(crmvi_parser *parser, crmvi_layout *layout) {
    layout->kinds = crmvi_parser_memory(parser, CRMVI_KINDS, sizeof *layout->kinds);
    if (layout->kinds == NULL) {
        return false;
    }
    for (int32_t i = 0; i < CRMVI_KINDS; i++) {
        layout->kinds[i] = (crmvi_kind_name){.text = crmvi_kind_names[i], .kind = i};
    }
    layout->kind_count = CRMVI_KINDS;
    return true;
}

static bool default_reading(crmvi_parser *parser, crmvi_reading *reading) {
    const char **missing = crmvi_parser_memory(parser, 1, sizeof *missing);
    if (missing == NULL) {
        return false;
    }
    missing[0] = "";
    *reading = (crmvi_reading){.notation = {.point = '.', .thousands = '\0', .minus = CRMVI_MINUS_LEADING},
                               .encoding = "UTF-8",
                               .delimiter = ","};
    crmvi_reading_miss(reading, missing, 1);
    crmvi_date_format_read("yyyy-mm-dd", &reading->dates);
    return true;
}

bool crmvi_default_feeds(crmvi_parser *parser) {
    crmvi_layout *layout = &parser->model->layout;
    crmvi_table *table = &parser->model->table;
    memcpy(layout->columns, crmvi_role_names, sizeof layout->columns);
    memcpy(table->columns, crmvi_table_role_names, sizeof table->columns);
    if (!default_reading(parser, &layout->reading)) {
        return false;
    }
    table->reading = layout->reading;
    table->dealer_share = -1;
    crmvi_default_items(parser->model, &layout->reading);
    return name_kinds(parser, layout);
}

/* The keys are texts of the data: none of them is a note. */
bool crmvi_read_kinds(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_layout *layout = field;
    const int64_t count = (int64_t)json_object_size(spot->value);
    if (count == 0) {
        return crmvi_refuse(parser, spot, "expected at least one kind, found none");
    }
    layout->kinds = crmvi_parser_memory(parser, count, sizeof *layout->kinds);
    if (layout->kinds == NULL) {
        return false;
    }
    layout->kind_count = 0;
    const char *text;
    json_t *value;
    json_object_foreach(spot->value, text, value) {
        const crmvi_spot member = {.above = spot, .key = text, .value = value};
        crmvi_kind_name *kind = &layout->kinds[layout->kind_count++];
        kind->text = text;
        if (!crmvi_choose(parser, &member, "kind", crmvi_kind_names, CRMVI_KINDS, &kind->kind)) {
            return false;
        }
    }
    return true;
}

bool crmvi_read_amounts(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const styles[] = {"magnitudes", "signed"};
    bool *are_signed = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "style of amounts", styles, 2, &chosen)) {
        return false;
    }
    *are_signed = chosen == 1;
    return true;
}

/* Roles of which a feed may have one: they would say the same twice. */
static bool check_alternatives(crmvi_parser *parser, const crmvi_spot *feed) {
    static const struct {
        const char *names[3];
        int32_t count;
    } alternatives[] = {
        {{"revenue", "unit_price"}, 2}, {{"cost", "unit_cost", "gross_profit"}, 3}, {{"discount", "discount_rate"}, 2}};
    for (size_t i = 0; i < sizeof alternatives / sizeof alternatives[0]; i++) {
        crmvi_spot last;
        if (crmvi_count_given(feed, alternatives[i].names, alternatives[i].count, &last) > 1) {
            crmvi_spot first;
            for (int32_t j = 0; crmvi_count_given(feed, alternatives[i].names, j, &first) == 0; j++) {
            }
            return crmvi_refuse(parser, &last, "a feed has `%s` or `%s`, not both", first.key, last.key);
        }
    }
    return true;
}

static bool read_transactions(crmvi_parser *parser, const crmvi_spot *spot) {
    crmvi_layout *layout = &parser->model->layout;
    layout->mapped = true;
    memset(layout->columns, 0, sizeof layout->columns);
    if (!crmvi_read_object(parser, spot, &crmvi_transactions_vocabulary, layout) || !check_alternatives(parser, spot)) {
        return false;
    }
    const crmvi_spot kinds = crmvi_member_of(spot, "kinds");
    const crmvi_spot amounts = crmvi_member_of(spot, "amounts");
    if (layout->columns[CRMVI_ROLE_KIND] != NULL) {
        return true;
    }
    if (kinds.value != NULL) {
        return crmvi_refuse(parser, &kinds, "`kinds` needs the column that holds them: `kind`");
    }
    return amounts.value == NULL || layout->signed_amounts ||
           crmvi_refuse(parser, &amounts, "without `kind` amounts carry their sign");
}

static bool read_customers(crmvi_parser *parser, const crmvi_spot *spot) {
    crmvi_table *table = &parser->model->table;
    table->mapped = true;
    memset(table->columns, 0, sizeof table->columns);
    if (!crmvi_read_object(parser, spot, &crmvi_customers_vocabulary, table)) {
        return false;
    }
    const crmvi_spot share = crmvi_member_of(spot, "dealer_share");
    const bool has_dealer = table->columns[CRMVI_TABLE_DEALER] != NULL;
    if (has_dealer && share.value == NULL) {
        return crmvi_refuse(parser, spot, "`dealer` needs `dealer_share`: a column, or the percent for all");
    }
    return has_dealer || share.value == NULL ||
           crmvi_refuse(parser, &share, "`dealer_share` needs the column that names the dealer: `dealer`");
}

/* Settings at `input` hold for all feeds unless a feed has its own. */
bool crmvi_read_input(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmv_model *model = field;
    crmvi_reading shared = model->layout.reading;
    if (!crmvi_read_object(parser, spot, &crmvi_input_vocabulary, &shared)) {
        return false;
    }
    model->layout.reading = shared;
    model->table.reading = shared;
    const crmvi_spot transactions = crmvi_member_of(spot, "transactions");
    const crmvi_spot customers = crmvi_member_of(spot, "customers");
    if (transactions.value != NULL && !read_transactions(parser, &transactions)) {
        return false;
    }
    if (customers.value != NULL && !read_customers(parser, &customers)) {
        return false;
    }
    return crmvi_check_notation(parser, transactions.value != NULL ? &transactions : spot,
                                &model->layout.reading.notation) &&
           crmvi_check_notation(parser, customers.value != NULL ? &customers : spot, &model->table.reading.notation) &&
           crmvi_read_items(parser, spot, &shared);
}
