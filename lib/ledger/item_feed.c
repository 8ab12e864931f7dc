#include "ledger/item_feed.h"

#include "base/error.h"

#include <string.h>

/* Column types that a role can take, as bits. */
#define TYPE(type) (1u << (type))
#define TEXTS (TYPE(CRMV_TEXT) | TYPE(CRMV_TEXT64) | TYPE(CRMV_STRINGS))
#define WHOLE (TYPE(CRMV_INT32) | TYPE(CRMV_INT64))
#define NUMBER (WHOLE | TYPE(CRMV_DOUBLE) | TEXTS)
#define AMOUNT (NUMBER | TYPE(CRMV_MINOR))

static const uint32_t types[CRMVI_ITEM_FEEDS][CRMVI_ITEM_ROLES] = {
    [CRMVI_RECEIVABLES] = {[CRMVI_RECEIVABLE_CUSTOMER] = WHOLE | TEXTS,
                           [CRMVI_RECEIVABLE_AMOUNT] = AMOUNT,
                           [CRMVI_RECEIVABLE_DUE] = WHOLE | TEXTS,
                           [CRMVI_RECEIVABLE_PAID] = WHOLE | TEXTS,
                           [CRMVI_RECEIVABLE_DATE] = WHOLE | TEXTS,
                           [CRMVI_RECEIVABLE_CURRENCY] = TEXTS},
    [CRMVI_EVENTS] = {[CRMVI_EVENT_CUSTOMER] = WHOLE | TEXTS,
                      [CRMVI_EVENT_DATE] = WHOLE | TEXTS,
                      [CRMVI_EVENT_EVENT] = TEXTS,
                      [CRMVI_EVENT_VALUE] = NUMBER,
                      [CRMVI_EVENT_TEXT] = TEXTS},
    [CRMVI_RATES] = {[CRMVI_RATE_CURRENCY] = TEXTS, [CRMVI_RATE_DATE] = WHOLE | TEXTS, [CRMVI_RATE_RATE] = NUMBER},
};

static const char *const type_names[] = {
    [CRMV_INT32] = "int32", [CRMV_INT64] = "int64",       [CRMV_MINOR] = "minor units", [CRMV_DOUBLE] = "double",
    [CRMV_TEXT] = "text",   [CRMV_TEXT64] = "large text", [CRMV_STRINGS] = "strings",
};

static const char *role_name(int32_t which, int32_t role) {
    return crmvi_item_role_names[which][role];
}

static int32_t check_names(const crmvi_item_feed *feed, int32_t which, const crmv_column *columns, int32_t count,
                           crmv_error *error) {
    for (int32_t i = 0; i < count && !feed->layout->mapped; i++) {
        const crmv_column *column = crmvi_column_at(columns, i);
        bool is_role = false;
        for (int32_t role = 0; role < CRMVI_ITEM_ROLES; role++) {
            is_role = is_role || feed->roles[role] == column;
        }
        if (!is_role) {
            const char *nearest = crmvi_nearest(column->name, crmvi_item_role_names[which], CRMVI_ITEM_ROLES);
            return crmvi_fail(error, CRMV_BAD_COLUMN, column->name,
                              "column `%s` is no role of %s%s%s%s; without input.%s columns bear the roles' names",
                              column->name, crmvi_item_feed_names[which], nearest ? "; did you mean `" : "",
                              nearest ? nearest : "", nearest ? "`" : "", crmvi_item_feed_names[which]);
        }
    }
    return CRMV_OK;
}

/* Whether a column's name is that of some role, and so no misspelling of another one. */
static bool is_role_name(const crmvi_item_layout *layout, const char *name) {
    bool is_name = false;
    for (int32_t role = 0; role < CRMVI_ITEM_ROLES; role++) {
        is_name = is_name || (layout->columns[role] != NULL && strcmp(layout->columns[role], name) == 0);
    }
    return is_name;
}

static int32_t fail_missing(const crmvi_item_layout *layout, const char *name, const char *role,
                            const crmv_column *columns, int32_t count, crmv_error *error) {
    const char *nearest = NULL;
    for (int32_t i = 0; i < count && nearest == NULL; i++) {
        const char *given = crmvi_column_at(columns, i)->name;
        nearest = is_role_name(layout, given) ? NULL : crmvi_nearest(name, &given, 1) != NULL ? given : NULL;
    }
    return crmvi_fail(error, CRMV_BAD_COLUMN, name, "there is no column `%s` (%s)%s%s%s", name, role,
                      nearest ? "; did you mean `" : "", nearest ? nearest : "", nearest ? "`" : "");
}

static int32_t bind_role(crmvi_item_feed *feed, int32_t which, int32_t role, const crmv_column *columns, int32_t count,
                         crmv_error *error) {
    const char *name = feed->layout->columns[role];
    const crmv_column *column = name == NULL ? NULL : crmvi_columns_find(columns, count, name);
    feed->roles[role] = column;
    if (column == NULL) {
        const bool is_wanted = crmvi_item_role_required[which][role] || (feed->layout->mapped && name != NULL);
        const char *wanted = name != NULL ? name : role_name(which, role);
        return is_wanted ? fail_missing(feed->layout, wanted, role_name(which, role), columns, count, error) : CRMV_OK;
    }
    if ((types[which][role] & TYPE(column->type)) == 0) {
        return crmvi_fail(error, CRMV_BAD_COLUMN, column->name, "column `%s` (%s) cannot be of type %s", column->name,
                          role_name(which, role), type_names[column->type]);
    }
    return CRMV_OK;
}

int32_t crmvi_item_feed_bind(crmvi_item_feed *feed, int32_t which, const crmv_model *model, const crmv_column *columns,
                             int32_t count, int64_t rows, crmv_error *error) {
    *feed = (crmvi_item_feed){.layout = &model->items[which], .money = &model->money, .rows = rows};
    int32_t status = crmvi_columns_check(columns, count, rows, error);
    for (int32_t role = 0; role < CRMVI_ITEM_ROLES && role_name(which, role) != NULL && status == CRMV_OK; role++) {
        status = bind_role(feed, which, role, columns, count, error);
    }
    if (status == CRMV_OK) {
        status = check_names(feed, which, columns, count, error);
    }
    const crmv_column *currency = which == CRMVI_RECEIVABLES ? feed->roles[CRMVI_RECEIVABLE_CURRENCY] : NULL;
    if (status == CRMV_OK && currency != NULL && model->money.currency[0] == '\0') {
        status = crmvi_fail(error, CRMV_BAD_COLUMN, currency->name,
                            "column `%s`: the model's `money` names no currency", currency->name);
    }
    if (status == CRMV_OK && which != CRMVI_RATES) {
        static const int32_t customers[] = {
            [CRMVI_RECEIVABLES] = CRMVI_RECEIVABLE_CUSTOMER, [CRMVI_EVENTS] = CRMVI_EVENT_CUSTOMER};
        feed->whole_keys = feed->layout->reading.integer_keys || !crmvi_column_is_text(feed->roles[customers[which]]);
    }
    return status;
}
