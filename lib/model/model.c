#include "model.h"

#include "base/memory.h"
#include "block.h"
#include "crmvalue/column.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

/* Blocks hang together in a list; small pieces share one. */
typedef struct crmvi_block {
    struct crmvi_block *next;
    size_t used, size;
    max_align_t bytes[];
} crmvi_block;

enum { BLOCK_SIZE = 4096 };

static crmvi_block *add_block(crmv_model *model, size_t size) {
    crmvi_block *block = crmvi_zeroed(1, sizeof *block + size);
    if (block != NULL) {
        block->size = size;
        block->next = model->blocks;
        model->blocks = block;
    }
    return block;
}

void *crmvi_model_memory(crmv_model *model, int64_t count, size_t size) {
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((uint64_t)count, size, &bytes) || bytes > PTRDIFF_MAX / 2) {
        return NULL;
    }
    const size_t unit = _Alignof(max_align_t);
    bytes = bytes == 0 ? unit : (bytes + unit - 1) / unit * unit;
    crmvi_block *block = model->blocks;
    if (block == NULL || block->size - block->used < bytes) {
        block = add_block(model, bytes > BLOCK_SIZE ? bytes : BLOCK_SIZE);
    }
    if (block == NULL) {
        return NULL;
    }
    void *memory = (char *)block->bytes + block->used;
    block->used += bytes;
    return memory;
}

void crmvi_model_destroy(crmv_model *model) {
    while (model->blocks != NULL) {
        crmvi_block *block = model->blocks;
        model->blocks = block->next;
        free(block);
    }
    json_decref(model->text);
    free(model);
}

const crmv_model *crmvi_model_hold(const crmv_model *model) {
    atomic_fetch_add_explicit(&((crmv_model *)model)->holders, 1, memory_order_relaxed);
    return model;
}

void crmv_model_free(crmv_model *model) {
    if (model != NULL && atomic_fetch_sub_explicit(&model->holders, 1, memory_order_acq_rel) == 1) {
        crmvi_model_destroy(model);
    }
}

/* ---- Names ------------------------------------------------------------------------------------------------------- */

const char *crmv_model_name(const crmv_model *model) {
    return model != NULL ? model->name : "";
}

int32_t crmv_model_count(const crmv_model *model, int32_t list) {
    if (model == NULL) {
        return 0;
    }
    switch (list) {
    case CRMV_METRICS:
        return model->metric_count;
    case CRMV_INDEXES:
        return model->index_count;
    case CRMV_TIERS:
        return model->tier_count;
    case CRMV_SEGMENTS:
        return model->segment_count;
    case CRMV_RULES:
        return model->rule_count;
    default:
        return 0;
    }
}

const char *crmv_model_item(const crmv_model *model, int32_t list, int32_t position) {
    if (position < 0 || position >= crmv_model_count(model, list)) {
        return NULL;
    }
    switch (list) {
    case CRMV_METRICS:
        return model->metrics[position].name;
    case CRMV_INDEXES:
        return model->indexes[position].name;
    case CRMV_TIERS:
        return model->tiers[position].name;
    case CRMV_SEGMENTS:
        return model->segments[position].name;
    default:
        return model->rules[position].name;
    }
}

static const char *label_at(const char *const *labels, int32_t count, int32_t code) {
    return code >= 0 && code < count ? labels[code] : NULL;
}

const char *crmv_model_metric_label(const crmv_model *model, int32_t position) {
    const bool is_there = model != NULL && position >= 0 && position < model->metric_count;
    return is_there ? model->metrics[position].label : NULL;
}

const char *crmv_model_label(const crmv_model *model, int32_t list, int32_t item, int32_t code) {
    if (list == CRMV_TIERS) {
        return crmv_model_item(model, CRMV_TIERS, code);
    }
    if (item < 0 || item >= crmv_model_count(model, list)) {
        return NULL;
    }
    if (list == CRMV_METRICS && crmvi_is_category(&model->metrics[item])) {
        return label_at(model->metrics[item].scale.labels, model->metrics[item].scale.count, code);
    }
    if (list == CRMV_SEGMENTS) {
        return label_at(model->segments[item].names, model->segments[item].name_count, code);
    }
    return NULL;
}

static int32_t find(const crmv_model *model, int32_t list, const char *name) {
    const int32_t count = crmv_model_count(model, list);
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(crmv_model_item(model, list, i), name) == 0) {
            return i;
        }
    }
    return -1;
}

int32_t crmvi_model_metric(const crmv_model *model, const char *name) {
    return find(model, CRMV_METRICS, name);
}

int32_t crmvi_model_index(const crmv_model *model, const char *name) {
    return find(model, CRMV_INDEXES, name);
}

int32_t crmvi_model_segment(const crmv_model *model, const char *name) {
    return find(model, CRMV_SEGMENTS, name);
}

/* ---- Feeds ------------------------------------------------------------------------------------------------------- */

/* A feed by its name: roles, the columns that play them, and how these are read. */
typedef struct feed {
    const char *const *roles;
    const char *const *columns;
    int32_t count;
    const crmvi_reading *reading; /* NULL: there is no such feed */
    bool is_table;                /* attributes of metrics are roles too */
} feed;

static int32_t count_item_roles(int32_t items) {
    int32_t count = 0;
    while (count < CRMVI_ITEM_ROLES && crmvi_item_role_names[items][count] != NULL) {
        count++;
    }
    return count;
}

static feed find_feed(const crmv_model *model, const char *name) {
    if (model == NULL || name == NULL) {
        return (feed){0};
    }
    if (strcmp(name, "transactions") == 0) {
        return (feed){crmvi_role_names, model->layout.columns, CRMVI_ROLES, &model->layout.reading, false};
    }
    if (strcmp(name, "customers") == 0) {
        return (feed){crmvi_table_role_names, model->table.columns, CRMVI_TABLE_ROLES, &model->table.reading, true};
    }
    for (int32_t i = 0; i < CRMVI_ITEM_FEEDS; i++) {
        if (strcmp(name, crmvi_item_feed_names[i]) == 0) {
            return (feed){crmvi_item_role_names[i], model->items[i].columns, count_item_roles(i),
                          &model->items[i].reading, false};
        }
    }
    return (feed){0};
}

/* Whether an attribute's column is that of a role of the same name, and so is listed already. */
static bool is_role_too(const crmv_model *model, const char *attribute) {
    for (int32_t i = 0; i < CRMVI_TABLE_ROLES; i++) {
        if (model->table.columns[i] != NULL && strcmp(crmvi_table_role_names[i], attribute) == 0) {
            return true;
        }
    }
    return false;
}

/* The attribute at a position among those that are no roles as well. */
static const char *attribute_at(const crmv_model *model, int32_t position) {
    for (int32_t i = 0; i < model->attribute_count; i++) {
        if (!is_role_too(model, model->attributes[i]) && position-- == 0) {
            return model->attributes[i];
        }
    }
    return NULL;
}

const char *crmv_model_role(const crmv_model *model, const char *feed_name, int32_t position) {
    const feed found = find_feed(model, feed_name);
    if (found.reading == NULL || position < 0) {
        return NULL;
    }
    if (position < found.count) {
        return found.roles[position];
    }
    return found.is_table ? attribute_at(model, position - found.count) : NULL;
}

/* The column of a role among a feed's; NULL where there is none. */
static const char *column_of(const char *const *roles, const char *const *columns, int32_t count, const char *role) {
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(roles[i], role) == 0) {
            return columns[i];
        }
    }
    return NULL;
}

const char *crmv_model_column(const crmv_model *model, const char *feed_name, const char *role) {
    const feed found = find_feed(model, feed_name);
    if (found.reading == NULL || role == NULL) {
        return NULL;
    }
    const char *column = column_of(found.roles, found.columns, found.count, role);
    return column != NULL || !found.is_table
               ? column
               : column_of(model->attributes, model->attributes, model->attribute_count, role);
}

const char *crmv_model_setting(const crmv_model *model, const char *feed_name, const char *setting) {
    const feed found = find_feed(model, feed_name);
    if (found.reading == NULL || setting == NULL) {
        return NULL;
    }
    if (strcmp(setting, "encoding") == 0) {
        return found.reading->encoding;
    }
    return strcmp(setting, "delimiter") == 0 ? found.reading->delimiter : NULL;
}

/* ---- Money and dates --------------------------------------------------------------------------------------------- */

int32_t crmv_model_money_decimals(const crmv_model *model) {
    return model != NULL ? model->money.decimals : 0;
}

int32_t crmv_model_price_decimals(const crmv_model *model) {
    return model != NULL ? model->money.price_decimals : 0;
}

int32_t crmv_model_quantity_decimals(const crmv_model *model) {
    return model != NULL ? model->money.quantity_decimals : 0;
}

const char *crmv_model_currency(const crmv_model *model) {
    return model != NULL ? model->money.currency : "";
}

/* Whether which days a window holds depends on the as-of date, beyond being cut there. */
static bool reaches_back(const crmvi_window *window) {
    return window->kind != CRMVI_ALL_HISTORY && window->kind != CRMVI_FROM_TO;
}

/* Interest on what is still open runs up to the end of the window, or to the as-of date. */
static bool counts_interest(const crmv_model *model, const crmvi_metric *metric) {
    const uint32_t interest = UINT32_C(1) << CRMVI_FINANCE_COST | UINT32_C(1) << CRMVI_CONTRIBUTION;
    return model->finance_cost.periods != NULL && (metric->measures & interest) != 0 &&
           (metric->operation == CRMVI_SUM || metric->operation == CRMVI_GROWTH);
}

/* Time since something is counted to the as-of date, whatever the window. */
static bool counts_time(const crmvi_metric *metric) {
    switch (metric->operation) {
    case CRMVI_RECENCY:
    case CRMVI_TENURE:
    case CRMVI_SINCE:
    case CRMVI_OVERDUE:
        return true;
    case CRMVI_GAP:
        return metric->detail == CRMVI_GAP_RELATIVE_RECENCY;
    case CRMVI_EVENT:
        return metric->detail == CRMVI_EVENT_AGE || metric->detail == CRMVI_EVENT_LAST_AGE;
    default:
        return false;
    }
}

static bool needs_date(const crmv_model *model, const crmvi_metric *metric) {
    const bool ends_at_date = metric->per_year || counts_interest(model, metric);
    return counts_time(metric) || reaches_back(&metric->window) ||
           (ends_at_date && metric->window.kind != CRMVI_FROM_TO);
}

/* Contribution over the model's window is summed up even where no metric asks for it; and histories, even where no
 * metric foretells from them, end at the as-of date. */
int32_t crmv_model_needs_date(const crmv_model *model) {
    if (model == NULL) {
        return 0;
    }
    const bool has_interest = model->finance_cost.periods != NULL && model->window.kind != CRMVI_FROM_TO;
    bool needs = reaches_back(&model->window) || model->unrated.by_tenure || has_interest || model->lifetime_count > 0;
    for (int32_t i = 0; i < model->metric_count; i++) {
        needs = needs || needs_date(model, &model->metrics[i]);
    }
    return needs ? 1 : 0;
}
