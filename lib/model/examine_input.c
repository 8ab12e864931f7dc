/* examine_input.c - what can be said of how the model reads its feeds. */
#include "examine.h"

#include <string.h>

/* A feed's roles and the columns that play them. */
typedef struct cast {
    const char *feed;
    const char *const *roles;
    const char *const *columns;
    int32_t count;
} cast;

/* A key is a name, too, for people who have no better one. */
static bool may_share(const cast *roles, int32_t one, int32_t other) {
    return roles->roles == crmvi_table_role_names && one == CRMVI_TABLE_CUSTOMER && other == CRMVI_TABLE_NAME;
}

/* The first role before this one that the same column plays; -1: none. */
static int32_t earlier_role(const cast *roles, int32_t role) {
    for (int32_t i = 0; i < role; i++) {
        const char *column = roles->columns[i];
        if (column != NULL && strcmp(column, roles->columns[role]) == 0 && !may_share(roles, i, role)) {
            return i;
        }
    }
    return -1;
}

static bool examine_roles(const cast *roles, crmv_findings *findings) {
    for (int32_t role = 1; role < roles->count; role++) {
        const int32_t earlier = roles->columns[role] != NULL ? earlier_role(roles, role) : -1;
        if (earlier < 0) {
            continue;
        }
        char quoted[CRMVI_QUOTED_SIZE];
        crmvi_path path = crmvi_path_of("input", roles->feed);
        crmvi_path_key(&path, roles->roles[role]);
        if (!crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                                "the column %s is read as `%s`, too; is another one meant?",
                                crmvi_quoted(roles->columns[role], quoted), roles->roles[earlier])) {
            return false;
        }
    }
    return true;
}

/* Feeds that are not mapped have a column for each role. */
bool crmvi_examine_input(const crmv_model *model, crmv_findings *findings) {
    const cast transactions = {"transactions", crmvi_role_names, model->layout.columns, CRMVI_ROLES};
    const cast table = {"customers", crmvi_table_role_names, model->table.columns, CRMVI_TABLE_ROLES};
    bool done = examine_roles(&transactions, findings) && examine_roles(&table, findings);
    for (int32_t i = 0; done && i < CRMVI_ITEM_FEEDS; i++) {
        const cast items = {crmvi_item_feed_names[i], crmvi_item_role_names[i], model->items[i].columns,
                            CRMVI_ITEM_ROLES};
        done = examine_roles(&items, findings);
    }
    return done;
}
