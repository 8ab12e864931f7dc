#include "score_table.h"

#include "csv_writer.h"
#include "figures.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Rows are written in blocks, each on a thread. */
enum { REASONS = 3, KEY_BYTES = 1025, TEXT_BYTES = 512, BLOCK_ROWS = 4096 };

typedef struct column column;

/* Texts that are put together for a field, grown as needed. */
typedef struct joined {
    char *text;
    size_t used, capacity;
} joined;

/* What the rows are written from. */
typedef struct score_table {
    const inputs *taken;
    const crmv_model *model;
    const crmv_scores *scores;
    column *columns;
    int32_t count, capacity;
    int32_t metrics;
    failure *why;
} score_table;

/* A block of rows that is written, and what that takes. */
typedef struct block {
    const score_table *table;
    int64_t begin, end;
    crmv_reason *reasons;
    int32_t reason_count; /* of the row */
    joined text;
    csv_writer csv;
    bool done; /* otherwise memory was short */
    bool beside;
    pthread_t thread;
} block;

/* A column: its header, and how the field of a row is written; false where memory is short. */
struct column {
    char *header;
    bool (*field)(block *rows, const column *self, int64_t row);
    const int64_t *points; /* or amounts */
    const int32_t *codes;
    const double *values;
    int32_t list, item; /* what the codes' labels are found by */
};

/* ---- Texts ------------------------------------------------------------------------------------------------------- */

static bool room_for(joined *text, size_t more) {
    if (text->capacity - text->used > more) {
        return true;
    }
    size_t capacity = (text->used + more + 1) * 2;
    char *larger = realloc(text->text, capacity);
    if (!larger) {
        return false;
    }
    text->text = larger;
    text->capacity = capacity;
    return true;
}

/* Whether a text is already one of those joined. */
static bool holds(const joined *text, const char *part) {
    size_t length = strlen(part);
    const char *at = text->used > 0 ? text->text : NULL;
    while (at) {
        const char *end = strstr(at, "; ");
        size_t here = end ? (size_t)(end - at) : strlen(at);
        if (here == length && memcmp(at, part, length) == 0) {
            return true;
        }
        at = end ? end + 2 : NULL;
    }
    return false;
}

/* Joins a text behind "; ", once. */
static bool join(joined *text, const char *part) {
    size_t length = strlen(part);
    if (holds(text, part)) {
        return true;
    }
    if (!room_for(text, length + 2)) {
        return false;
    }
    if (text->used > 0) {
        memcpy(text->text + text->used, "; ", 2);
        text->used += 2;
    }
    memcpy(text->text + text->used, part, length + 1);
    text->used += length;
    return true;
}

static bool begin_text(block *rows) {
    rows->text.used = 0;
    if (!room_for(&rows->text, 0)) {
        return false;
    }
    rows->text.text[0] = '\0';
    return true;
}

/* ---- Fields ------------------------------------------------------------------------------------------------------ */

static bool key_field(block *rows, const column *self, int64_t row) {
    char key[KEY_BYTES];
    (void)self;
    crmv_frame_key(rows->table->taken->frame, row, key, sizeof key, NULL);
    csv_writer_field(&rows->csv, key);
    return true;
}

static bool name_field(block *rows, const column *self, int64_t row) {
    (void)self;
    csv_writer_field(&rows->csv, crmv_frame_name(rows->table->taken->frame, row));
    return true;
}

static bool points_field(block *rows, const column *self, int64_t row) {
    char figure[FIGURE_BYTES];
    csv_writer_field(&rows->csv, figure_points(self->points[row], figure));
    return true;
}

static bool amount_field(block *rows, const column *self, int64_t row) {
    char figure[FIGURE_BYTES];
    int32_t decimals = crmv_model_money_decimals(rows->table->model);
    csv_writer_field(&rows->csv, figure_amount(self->points[row], decimals, false, figure));
    return true;
}

/* A metric's value: a category by its label. */
static bool value_field(block *rows, const column *self, int64_t row) {
    char figure[FIGURE_BYTES];
    double value = self->values[row];
    bool category = value == value && crmv_model_label(rows->table->model, CRMV_METRICS, self->item, 0);
    csv_writer_field(&rows->csv, category
                                     ? crmv_model_label(rows->table->model, CRMV_METRICS, self->item, (int32_t)value)
                                     : figure_shortest(value, figure));
    return true;
}

static bool label_field(block *rows, const column *self, int64_t row) {
    int32_t code = self->codes[row];
    const char *label = code >= 0 ? crmv_model_label(rows->table->model, self->list, self->item, code) : NULL;
    csv_writer_field(&rows->csv, label ? label : "");
    return true;
}

static bool unrated_field(block *rows, const column *self, int64_t row) {
    csv_writer_field(&rows->csv, crmv_unrated_text(self->codes[row]));
    return true;
}

static bool flags_field(block *rows, const column *self, int64_t row) {
    crmv_rule rule = {.struct_size = sizeof rule};
    (void)self;
    if (!begin_text(rows)) {
        return false;
    }
    for (int32_t i = 0; crmv_scores_rule_get(rows->table->scores, i, &rule) == CRMV_OK; i++) {
        if (rule.flag && crmv_scores_rule(rows->table->scores, row, i) && !join(&rows->text, rule.name)) {
            return false;
        }
    }
    csv_writer_field(&rows->csv, rows->text.text);
    return true;
}

static bool treatment_field(block *rows, const column *self, int64_t row) {
    crmv_rule rule = {.struct_size = sizeof rule};
    (void)self;
    bool joins = begin_text(rows);
    for (int32_t i = 0; joins && crmv_scores_rule_get(rows->table->scores, i, &rule) == CRMV_OK; i++) {
        if (rule.treatment && crmv_scores_rule(rows->table->scores, row, i)) {
            joins = join(&rows->text, rule.treatment);
        }
    }
    const char *segment;
    for (int32_t i = 0; joins && (segment = crmv_model_item(rows->table->model, CRMV_SEGMENTS, i)) != NULL; i++) {
        const char *treatment = crmv_scores_treatment(rows->table->scores, row, segment);
        joins = !treatment || join(&rows->text, treatment);
    }
    if (!joins) {
        return false;
    }
    csv_writer_field(&rows->csv, rows->text.text);
    return true;
}

static bool reason_field(block *rows, const column *self, int64_t row) {
    (void)row;
    if (self->item == 0) {
        rows->reasons[0].struct_size = sizeof rows->reasons[0];
        if (crmv_scores_reasons(rows->table->scores, row, rows->reasons, rows->table->metrics, &rows->reason_count) !=
            CRMV_OK) {
            return false;
        }
    }
    if (!begin_text(rows) || !room_for(&rows->text, TEXT_BYTES)) {
        return false;
    }
    int64_t length = 0;
    int32_t status = CRMV_OK;
    while (self->item < rows->reason_count) {
        status = crmv_scores_reason_text(rows->table->scores, &rows->reasons[self->item], rows->text.text,
                                         (int64_t)rows->text.capacity, &length);
        if (status != CRMV_BUFFER_TOO_SMALL || !room_for(&rows->text, (size_t)length + 1)) {
            break;
        }
    }
    if (status != CRMV_OK) {
        return false;
    }
    csv_writer_field(&rows->csv, rows->text.text);
    return true;
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

/* The names that --values adds are not kept from the model's. */
static bool header_taken(const score_table *table, const char *header) {
    for (int32_t i = 0; i < table->count; i++) {
        if (strcmp(table->columns[i].header, header) == 0) {
            return true;
        }
    }
    return false;
}

static bool add_column(score_table *table, const char *prefix, const char *name, column made) {
    if (table->count == table->capacity) {
        int32_t capacity = table->capacity > 0 ? table->capacity * 2 : 32;
        column *columns = realloc(table->columns, (size_t)capacity * sizeof *columns);
        if (!columns) {
            return failure_memory(table->why);
        }
        table->columns = columns;
        table->capacity = capacity;
    }
    size_t size = strlen(prefix) + strlen(name) + 1;
    made.header = malloc(size);
    if (!made.header) {
        return failure_memory(table->why);
    }
    snprintf(made.header, size, "%s%s", prefix, name);
    bool taken = header_taken(table, made.header);
    table->columns[table->count++] = made;
    return !taken || failure_data(table->why,
                                  "two columns would be called \"%s\"; expected another name for the model's index or "
                                  "segment, or no --values",
                                  made.header);
}

/* A column of points; none where the scores do not have it. */
static bool add_points(score_table *table, const char *prefix, const char *name) {
    if (!add_column(table, prefix, name, (column){.field = points_field})) {
        return false;
    }
    column *made = &table->columns[table->count - 1];
    made->points = crmv_scores_exact(table->scores, made->header);
    if (!made->points) {
        free(made->header);
        table->count--;
    }
    return true;
}

static bool add_score_columns(score_table *table) {
    static const char *const names[] = {"score", "score_low", "score_high", "coverage"};
    if (!crmv_scores_exact(table->scores, "score")) {
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!add_points(table, "", names[i])) {
            return false;
        }
    }
    if (crmv_model_count(table->model, CRMV_TIERS) > 0 &&
        !add_column(
            table, "", "tier",
            (column){.field = label_field, .codes = crmv_scores_codes(table->scores, "tier"), .list = CRMV_TIERS})) {
        return false;
    }
    return add_column(table, "", "unrated",
                      (column){.field = unrated_field, .codes = crmv_scores_codes(table->scores, "unrated")});
}

static bool add_indexes(score_table *table) {
    const char *name;
    for (int32_t i = 0; (name = crmv_model_item(table->model, CRMV_INDEXES, i)) != NULL; i++) {
        if (strcmp(name, "score") != 0 && !add_points(table, "", name)) {
            return false;
        }
    }
    return true;
}

static bool add_segments(score_table *table) {
    const char *name;
    for (int32_t i = 0; (name = crmv_model_item(table->model, CRMV_SEGMENTS, i)) != NULL; i++) {
        column made = {
            .field = label_field, .codes = crmv_scores_codes(table->scores, name), .list = CRMV_SEGMENTS, .item = i};
        if (!add_column(table, "", name, made)) {
            return false;
        }
    }
    return true;
}

static bool add_reasons(score_table *table) {
    static const char *const names[REASONS] = {"reason_1", "reason_2", "reason_3"};
    if (!crmv_scores_exact(table->scores, "score")) {
        return true;
    }
    for (int32_t i = 0; i < REASONS; i++) {
        if (!add_column(table, "", names[i], (column){.field = reason_field, .item = i})) {
            return false;
        }
    }
    return true;
}

static bool add_metrics(score_table *table) {
    const char *name;
    for (int32_t i = 0; (name = crmv_model_item(table->model, CRMV_METRICS, i)) != NULL; i++) {
        if (!add_points(table, "points_", name)) {
            return false;
        }
    }
    return true;
}

/* What the points were made from: money that ties out with the books, and each metric's value. */
static bool add_values(score_table *table) {
    static const char *const amounts[] = {"revenue", "gross_profit"};
    const crmv_frame *frame = table->taken->frame;
    const char *name;
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        const int64_t *amount =
            crmv_ledger_supplies(table->taken->ledger, amounts[i]) ? crmv_frame_amount(frame, amounts[i]) : NULL;
        if (amount && !add_column(table, "", amounts[i], (column){.field = amount_field, .points = amount})) {
            return false;
        }
    }
    for (int32_t i = 0; (name = crmv_model_item(table->model, CRMV_METRICS, i)) != NULL; i++) {
        column made = {.field = value_field, .values = crmv_frame_metric(frame, name), .item = i};
        if (!add_column(table, "value_", name, made)) {
            return false;
        }
    }
    return true;
}

static bool add_columns(score_table *table) {
    return add_column(table, "", "customer", (column){.field = key_field}) &&
           (!inputs_have_names(table->taken) || add_column(table, "", "name", (column){.field = name_field})) &&
           add_score_columns(table) && add_indexes(table) && add_segments(table) &&
           (!model_flags(&table->taken->scorecard) || add_column(table, "", "flags", (column){.field = flags_field})) &&
           (!model_treats(&table->taken->scorecard) ||
            add_column(table, "", "treatment", (column){.field = treatment_field})) &&
           add_reasons(table) && add_metrics(table) && (!table->taken->asked->values || add_values(table));
}

/* ---- The table --------------------------------------------------------------------------------------------------- */

static void write_header(const score_table *table, csv_writer *csv) {
    for (int32_t i = 0; i < table->count; i++) {
        csv_writer_field(csv, table->columns[i].header);
    }
    csv_writer_end(csv);
}

static bool write_row(block *rows, int64_t row) {
    const score_table *table = rows->table;
    for (int32_t i = 0; i < table->count; i++) {
        if (!table->columns[i].field(rows, &table->columns[i], row)) {
            return false;
        }
    }
    csv_writer_end(&rows->csv);
    return !rows->csv.failed;
}

static void *write_block(void *context) {
    block *rows = context;
    rows->done = true;
    for (int64_t row = rows->begin; row < rows->end && rows->done; row++) {
        rows->done = write_row(rows, row);
    }
    return NULL;
}

/* Writes the blocks from a row on, the first of them on this thread; gives the row behind them. */
static int64_t write_blocks(block *blocks, int32_t count, int64_t row, int64_t end) {
    for (int32_t i = 0; i < count; i++) {
        blocks[i].begin = row;
        blocks[i].end = end - row < BLOCK_ROWS ? end : row + BLOCK_ROWS;
        row = blocks[i].end;
        blocks[i].beside =
            i > 0 && blocks[i].begin < row && pthread_create(&blocks[i].thread, NULL, write_block, &blocks[i]) == 0;
    }
    for (int32_t i = 0; i < count; i++) {
        if (!blocks[i].beside) {
            write_block(&blocks[i]);
        }
    }
    for (int32_t i = 0; i < count; i++) {
        if (blocks[i].beside) {
            pthread_join(blocks[i].thread, NULL);
        }
    }
    return row;
}

/* Brings blocks to the file, in order. */
static bool flush_blocks(block *blocks, int32_t count, FILE *file) {
    for (int32_t i = 0; i < count; i++) {
        if (!blocks[i].done) {
            return false;
        }
        if (blocks[i].csv.used > 0) {
            fwrite(blocks[i].csv.text, 1, blocks[i].csv.used, file);
        }
        csv_writer_restart(&blocks[i].csv);
    }
    return true;
}

static bool make_blocks(const score_table *table, int32_t count, block **out) {
    block *blocks = calloc((size_t)count, sizeof *blocks);
    bool made = blocks;
    for (int32_t i = 0; made && i < count; i++) {
        blocks[i].table = table;
        blocks[i].reasons = calloc((size_t)table->metrics + 1, sizeof *blocks[i].reasons);
        made = blocks[i].reasons;
    }
    *out = blocks;
    return made;
}

static void free_blocks(block *blocks, int32_t count) {
    for (int32_t i = 0; blocks && i < count; i++) {
        free(blocks[i].reasons);
        free(blocks[i].text.text);
        csv_writer_clear(&blocks[i].csv);
    }
    free(blocks);
}

static bool write_rows(const score_table *table, FILE *file) {
    const int64_t rows = crmv_scores_rows(table->scores);
    const int64_t most = rows / BLOCK_ROWS + 1;
    const int32_t count = table->taken->asked->threads < most ? table->taken->asked->threads : (int32_t)most;
    int64_t row = 0;
    block *blocks;
    bool done = make_blocks(table, count, &blocks);
    if (done) {
        write_header(table, &blocks[0].csv);
    }
    bool ended = !done;
    while (!ended) {
        row = write_blocks(blocks, count, row, rows);
        done = flush_blocks(blocks, count, file);
        ended = !done || row == rows || ferror(file);
    }
    free_blocks(blocks, count);
    return done || failure_memory(table->why);
}

bool score_table_write(const inputs *taken, const crmv_scores *scores, FILE *file, failure *why) {
    const crmv_model *model = taken->scorecard.model;
    score_table table = {.taken = taken, .model = model, .scores = scores, .why = why};
    table.metrics = crmv_model_count(model, CRMV_METRICS);
    bool done = add_columns(&table) && write_rows(&table, file);
    for (int32_t i = 0; i < table.count; i++) {
        free(table.columns[i].header);
    }
    free(table.columns);
    return done;
}
