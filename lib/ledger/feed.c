#include "ledger/feed.h"

#include "base/error.h"

#include <string.h>

/* Column types that a role can take, as bits. */
#define TYPE(type) (1u << (type))
#define TEXTS (TYPE(CRMV_TEXT) | TYPE(CRMV_TEXT64) | TYPE(CRMV_STRINGS))
#define WHOLE (TYPE(CRMV_INT32) | TYPE(CRMV_INT64))
#define AMOUNT (WHOLE | TYPE(CRMV_MINOR) | TYPE(CRMV_DOUBLE) | TEXTS)

static const struct {
    uint32_t types;
    bool required;
} roles[CRMVI_ROLES] = {
    [CRMVI_ROLE_CUSTOMER] = {WHOLE | TEXTS, true},
    [CRMVI_ROLE_DATE] = {WHOLE | TEXTS, true},
    [CRMVI_ROLE_QUANTITY] = {AMOUNT, false},
    [CRMVI_ROLE_REVENUE] = {AMOUNT, false},
    [CRMVI_ROLE_UNIT_PRICE] = {AMOUNT, false},
    [CRMVI_ROLE_COST] = {AMOUNT, false},
    [CRMVI_ROLE_UNIT_COST] = {AMOUNT, false},
    [CRMVI_ROLE_GROSS_PROFIT] = {AMOUNT, false},
    [CRMVI_ROLE_DISCOUNT] = {AMOUNT, false},
    [CRMVI_ROLE_DISCOUNT_RATE] = {WHOLE | TYPE(CRMV_DOUBLE) | TEXTS, false},
    [CRMVI_ROLE_COST_TO_SERVE] = {AMOUNT, false},
    [CRMVI_ROLE_DOCUMENT] = {WHOLE | TEXTS, false},
    [CRMVI_ROLE_KIND] = {WHOLE | TEXTS, false},
    [CRMVI_ROLE_CURRENCY] = {TEXTS, false},
};

static const char *const type_names[] = {
    [CRMV_INT32] = "int32", [CRMV_INT64] = "int64",       [CRMV_MINOR] = "minor units", [CRMV_DOUBLE] = "double",
    [CRMV_TEXT] = "text",   [CRMV_TEXT64] = "large text", [CRMV_STRINGS] = "strings",
};

/* Roles that say the same thing: a chunk may have one of each group. */
static const int32_t alternatives[][3] = {
    {CRMVI_ROLE_REVENUE, CRMVI_ROLE_UNIT_PRICE, -1},
    {CRMVI_ROLE_COST, CRMVI_ROLE_UNIT_COST, CRMVI_ROLE_GROSS_PROFIT},
    {CRMVI_ROLE_DISCOUNT, CRMVI_ROLE_DISCOUNT_RATE, -1},
};

/* Roles that mean nothing without another one. */
static const struct {
    int32_t role, needs;
} dependencies[] = {
    {CRMVI_ROLE_UNIT_PRICE, CRMVI_ROLE_QUANTITY},
    {CRMVI_ROLE_UNIT_COST, CRMVI_ROLE_QUANTITY},
};

static int32_t check_names(const crmvi_feed *feed, const crmv_column *columns, int32_t count, crmv_error *error) {
    for (int32_t i = 0; i < count && !feed->layout->mapped; i++) {
        const crmv_column *column = crmvi_column_at(columns, i);
        bool is_role = false;
        for (int32_t role = 0; role < CRMVI_ROLES; role++) {
            is_role = is_role || feed->roles[role] == column;
        }
        if (!is_role) {
            const char *nearest = crmvi_nearest(column->name, crmvi_role_names, CRMVI_ROLES);
            return crmvi_fail(error, CRMV_BAD_COLUMN, column->name,
                              "column `%s` is no role%s%s%s; without input.transactions columns bear the roles' names",
                              column->name, nearest ? "; did you mean `" : "", nearest ? nearest : "",
                              nearest ? "`" : "");
        }
    }
    return CRMV_OK;
}

static int32_t fail_missing(int32_t role, const crmvi_layout *layout, const crmv_column *columns, int32_t count,
                            crmv_error *error) {
    const char *name = layout->columns[role];
    const char *nearest = NULL;
    for (int32_t i = 0; i < count && nearest == NULL; i++) {
        nearest = crmvi_nearest(name, &crmvi_column_at(columns, i)->name, 1);
    }
    return crmvi_fail(error, CRMV_BAD_COLUMN, name, "there is no column `%s` (%s)%s%s%s", name, crmvi_role_names[role],
                      nearest ? "; did you mean `" : "", nearest ? nearest : "", nearest ? "`" : "");
}

static int32_t check_type(int32_t role, const crmv_column *column, crmv_error *error) {
    if ((roles[role].types & TYPE(column->type)) == 0) {
        return crmvi_fail(error, CRMV_BAD_COLUMN, column->name, "column `%s` (%s) cannot be of type %s", column->name,
                          crmvi_role_names[role], type_names[column->type]);
    }
    return CRMV_OK;
}

static int32_t check_alternatives(const crmvi_feed *feed, crmv_error *error) {
    for (size_t i = 0; i < sizeof alternatives / sizeof alternatives[0]; i++) {
        const crmv_column *first = NULL;
        for (int32_t j = 0; j < 3; j++) {
            const crmv_column *column = alternatives[i][j] < 0 ? NULL : feed->roles[alternatives[i][j]];
            if (column != NULL && first != NULL) {
                return crmvi_fail(error, CRMV_BAD_COLUMN, column->name,
                                  "columns `%s` and `%s` say the same thing; give one of them", first->name,
                                  column->name);
            }
            first = column != NULL ? column : first;
        }
    }
    for (size_t i = 0; i < sizeof dependencies / sizeof dependencies[0]; i++) {
        const crmv_column *column = feed->roles[dependencies[i].role];
        if (column != NULL && feed->roles[dependencies[i].needs] == NULL) {
            return crmvi_fail(error, CRMV_BAD_COLUMN, column->name, "column `%s` (%s) needs a column for %s",
                              column->name, crmvi_role_names[dependencies[i].role],
                              crmvi_role_names[dependencies[i].needs]);
        }
    }
    return CRMV_OK;
}

int32_t crmvi_feed_bind(crmvi_feed *feed, const crmvi_layout *layout, const crmvi_money *money,
                        const crmvi_rates *rates, const crmv_column *columns, int32_t count, int64_t rows,
                        crmv_error *error) {
    *feed = (crmvi_feed){.layout = layout, .money = money, .rates = rates, .rows = rows};
    int32_t status = crmvi_columns_check(columns, count, rows, error);
    for (int32_t role = 0; role < CRMVI_ROLES && status == CRMV_OK; role++) {
        const char *name = layout->columns[role];
        feed->roles[role] = name == NULL ? NULL : crmvi_columns_find(columns, count, name);
        if (feed->roles[role] != NULL) {
            status = check_type(role, feed->roles[role], error);
        } else if (roles[role].required || (layout->mapped && name != NULL)) {
            status = fail_missing(role, layout, columns, count, error);
        }
    }
    if (status == CRMV_OK) {
        status = check_names(feed, columns, count, error);
    }
    if (status == CRMV_OK) {
        status = check_alternatives(feed, error);
    }
    if (status == CRMV_OK && feed->roles[CRMVI_ROLE_CURRENCY] != NULL && money->currency[0] == '\0') {
        const char *name = feed->roles[CRMVI_ROLE_CURRENCY]->name;
        status = crmvi_fail(error, CRMV_BAD_COLUMN, name, "column `%s`: the model's `money` names no currency", name);
    }
    if (status == CRMV_OK) {
        feed->whole_keys = layout->reading.integer_keys || !crmvi_column_is_text(feed->roles[CRMVI_ROLE_CUSTOMER]);
    }
    return status;
}
