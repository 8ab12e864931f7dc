#include "feed.h"

#include "names.h"

#include <stdlib.h>
#include <string.h>

/* A feed's file, and the fields of its header that have been chosen so far. */
typedef struct choice {
    const model_file *scorecard;
    const char *feed;
    const char *file;
    const reader *table;
    int32_t *fields;
    int32_t count;
    failure *why;
} choice;

/* The first field behind `after` that bears a name, or -1. */
static int32_t field_named(const reader *table, const char *name, int32_t after) {
    for (int32_t i = after + 1; i < reader_header_count(table); i++) {
        if (strcmp(reader_header(table, i), name) == 0) {
            return i;
        }
    }
    return -1;
}

static bool choose(choice *chosen, int32_t field) {
    const char *name = reader_header(chosen->table, field);
    char text[SHOWN_BYTES];
    int32_t again = field_named(chosen->table, name, field);
    if (again >= 0) {
        return failure_data(chosen->why,
                            "%s: line %lld: the column \"%s\" stands twice in the header, as field %d and "
                            "field %d; expected it once",
                            chosen->file, (long long)reader_header_line(chosen->table), shown(name, text), field + 1,
                            again + 1);
    }
    for (int32_t i = 0; i < chosen->count; i++) {
        if (chosen->fields[i] == field) {
            return true;
        }
    }
    chosen->fields[chosen->count++] = field;
    return true;
}

/* What a header of one column tells that is really a row of another delimiter. */
static const char *delimiter_hint(const reader *table) {
    static const struct {
        char delimiter;
        const char *hint;
    } others[] = {{';', "; is the delimiter \";\" (the model's input.delimiter)?"},
                  {'\t', "; is the delimiter a tab (\"\\t\" as the model's input.delimiter)?"},
                  {',', "; is the delimiter \",\" (the model's input.delimiter)?"},
                  {'|', "; is the delimiter \"|\" (the model's input.delimiter)?"}};
    for (size_t i = 0; reader_header_count(table) == 1 && i < sizeof others / sizeof others[0]; i++) {
        if (strchr(reader_header(table, 0), others[i].delimiter)) {
            return others[i].hint;
        }
    }
    return "";
}

static bool is_attribute(const char *feed, const char *role) {
    static const char *const roles[] = {"customer", "name", "since", "parent", "alias_of", "dealer", "dealer_share"};
    bool attribute = strcmp(feed, "customers") == 0;
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        attribute = attribute && strcmp(role, roles[i]) != 0;
    }
    return attribute;
}

/* The place of the model that wants a column. */
static void wanted_by(const choice *chosen, const char *role, const char *column, char *place, size_t size) {
    if (is_attribute(chosen->feed, role)) {
        model_attribute_place(chosen->scorecard, column, place, size);
    } else if (model_maps(chosen->scorecard, chosen->feed)) {
        snprintf(place, size, "input.%s.%s", chosen->feed, role);
    } else {
        snprintf(place, size, "a model without input.%s", chosen->feed);
    }
}

/* The header's column that was probably meant, and the columns that there are, if they are few or none is near. */
static void describe_header(const choice *chosen, const char *wanted, const char **names, char *text, size_t size) {
    enum { FEW = 8 };
    char name[SHOWN_BYTES];
    int32_t count = reader_header_count(chosen->table);
    for (int32_t i = 0; i < count; i++) {
        names[i] = reader_header(chosen->table, i);
    }
    const char *nearest = nearest_name(wanted, names, count);
    size_t used = 0;
    text[0] = '\0';
    if (nearest) {
        used += (size_t)snprintf(text, size, "; the nearest is \"%s\"", shown(nearest, name));
    }
    if (nearest && count > FEW) {
        return;
    }
    used += (size_t)snprintf(text + used, size - used, "; there are");
    for (int32_t i = 0; i < count && i < FEW; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s \"%s\"", i > 0 ? "," : "", shown(names[i], name));
    }
    snprintf(text + used, size - used, "%s", count > FEW ? " ..." : "");
}

static bool column_missing(const choice *chosen, const char *role, const char *column) {
    char wanted[SHOWN_BYTES], found[11 * SHOWN_BYTES], place[2 * SHOWN_BYTES];
    const char **names = malloc((size_t)reader_header_count(chosen->table) * sizeof *names);
    if (!names) {
        return failure_memory(chosen->why);
    }
    describe_header(chosen, column, names, found, sizeof found);
    free((void *)names);
    wanted_by(chosen, role, column, place, sizeof place);
    return failure_data(chosen->why,
                        "%s: line %lld: no column \"%s\" in the header; expected by %s for the role %s%s%s",
                        chosen->file, (long long)reader_header_line(chosen->table), shown(column, wanted), place,
                        is_attribute(chosen->feed, role) ? "attribute" : role, found, delimiter_hint(chosen->table));
}

/* Chooses the columns that the model's roles stand for. A mapped column must be there; so must the key, and attributes.
 */
static bool choose_roles_of(choice *chosen, const crmv_model *model) {
    bool maps = model_maps(chosen->scorecard, chosen->feed);
    const char *role;
    for (int32_t i = 0; (role = crmv_model_role(model, chosen->feed, i)) != NULL; i++) {
        const char *column = crmv_model_column(model, chosen->feed, role);
        if (!column) {
            continue;
        }
        int32_t field = field_named(chosen->table, column, -1);
        bool needed = maps || strcmp(role, "customer") == 0 || is_attribute(chosen->feed, role);
        if (field < 0 && needed) {
            return column_missing(chosen, role, column);
        }
        if (field >= 0 && !choose(chosen, field)) {
            return false;
        }
    }
    return true;
}

/* What outcomes read of the customer table is read where they are wanted. */
static bool choose_roles(choice *chosen) {
    const crmv_model *outcomes = strcmp(chosen->feed, "customers") == 0 ? chosen->scorecard->outcomes : NULL;
    return choose_roles_of(chosen, chosen->scorecard->model) && (!outcomes || choose_roles_of(chosen, outcomes));
}

/* What a feed that is not mapped must have at least. */
static const struct {
    const char *feed;
    const char *columns[4];
} required[] = {{"transactions", {"customer", "date", NULL}},
                {"receivables", {"customer", "amount", "due", NULL}},
                {"events", {"customer", "date", "event", NULL}},
                {"rates", {"currency", "date", "rate", NULL}}};
enum { WHOLE_FEEDS = sizeof required / sizeof required[0] };

static const char *const *required_of(const char *feed) {
    for (size_t i = 0; i < WHOLE_FEEDS; i++) {
        if (strcmp(required[i].feed, feed) == 0) {
            return required[i].columns;
        }
    }
    return NULL;
}

/* Feeds of a ledger that are not mapped go on whole, so that the library tells which column it does not know. */
static bool choose_all(choice *chosen, const char *const *columns) {
    for (size_t i = 0; columns[i]; i++) {
        if (field_named(chosen->table, columns[i], -1) < 0) {
            return column_missing(chosen, columns[i], columns[i]);
        }
    }
    for (int32_t i = 0; i < reader_header_count(chosen->table); i++) {
        if (!choose(chosen, i)) {
            return false;
        }
    }
    return true;
}

static bool choose_fields(choice *chosen, reader *table) {
    const char *const *columns = model_maps(chosen->scorecard, chosen->feed) ? NULL : required_of(chosen->feed);
    chosen->fields = malloc((size_t)reader_header_count(table) * sizeof *chosen->fields);
    if (!chosen->fields) {
        return failure_memory(chosen->why);
    }
    bool done = (columns ? choose_all(chosen, columns) : choose_roles(chosen)) &&
                reader_keep(table, chosen->fields, chosen->count, chosen->why);
    free(chosen->fields);
    return done;
}

bool feed_open(const model_file *scorecard, const char *feed, const char *path, FILE *file, reader **table,
               failure *why) {
    source from = {.file = file,
                   .name = path_name(path),
                   .encoding = crmv_model_setting(scorecard->model, feed, "encoding"),
                   .delimiter = crmv_model_setting(scorecard->model, feed, "delimiter")[0]};
    if (!reader_open(&from, table, why)) {
        return false;
    }
    choice chosen = {.scorecard = scorecard, .feed = feed, .file = from.name, .table = *table, .why = why};
    if (!choose_fields(&chosen, *table)) {
        reader_close(*table);
        *table = NULL;
        return false;
    }
    return true;
}
