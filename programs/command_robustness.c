/* `crmvalue robustness`: who would be in another tier if the weights were a little different. */
#include "commands.h"
#include "csv_writer.h"
#include "figures.h"
#include "findings.h"
#include "intake.h"
#include "names.h"
#include "output.h"
#include "text_table.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY_BYTES = 1025, CHANGES = 3 };

/* The changes of a weight, in the order of the table. */
static const struct {
    int32_t change;
    const char *name; /* in the file */
} changes[CHANGES] = {{CRMV_WEIGHT_LESS, "less"}, {CRMV_WEIGHT_MORE, "more"}, {CRMV_WEIGHT_WITHOUT, "without"}};

/* What is looked at. */
typedef struct firmness {
    const inputs *taken;
    const crmv_model *model;
    crmv_robustness *robustness;
    int32_t *base, *changed; /* tiers: as they are, and with a change */
} firmness;

static const char *member_name(const crmv_model *model, const crmv_sensitivity *weight) {
    return weight->metric >= 0 ? crmv_model_item(model, CRMV_METRICS, weight->metric)
                               : crmv_model_item(model, CRMV_INDEXES, weight->member_index);
}

static void add_weight(text_table *table, const crmv_model *model, const crmv_sensitivity *weight) {
    char figure[FIGURE_BYTES];
    text_table_add(table, crmv_model_item(model, CRMV_INDEXES, weight->index));
    text_table_add(table, member_name(model, weight));
    text_table_add(table, figure_points(weight->weight, figure));
}

/* ---- All weights ------------------------------------------------------------------------------------------------- */

static void add_moves(text_table *table, int64_t up, int64_t down, int64_t unrated) {
    char figure[FIGURE_BYTES];
    text_table_add(table, figure_count(up, figure));
    text_table_add(table, figure_count(down, figure));
    text_table_add(table, unrated > 0 ? figure_count(unrated, figure) : "");
}

/* One row a weight: how many customers rise, fall, or gain or lose having a tier. */
static bool write_weights(const firmness *firm, FILE *file) {
    char heads[2][32], percent[FIGURE_BYTES];
    const char *head[12] = {"index",  "member", "weight",  heads[0],      "down", "unrated",
                            heads[1], "down",   "unrated", "without: up", "down", "unrated"};
    text_table table = text_table_new("llrrrrrrrrrr");
    figure_number(firm->taken->asked->change, -1, percent);
    snprintf(heads[0], sizeof heads[0], "-%.10s %%: up", percent);
    snprintf(heads[1], sizeof heads[1], "+%.10s %%: up", percent);
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        text_table_add(&table, head[i]);
    }
    for (int32_t i = 0; i < crmv_robustness_count(firm->robustness); i++) {
        crmv_sensitivity weight = {.struct_size = sizeof weight};
        crmv_robustness_get(firm->robustness, i, &weight);
        add_weight(&table, firm->model, &weight);
        add_moves(&table, weight.less_up, weight.less_down, weight.less_unrated);
        add_moves(&table, weight.more_up, weight.more_down, weight.more_unrated);
        add_moves(&table, weight.without_up, weight.without_down, weight.without_unrated);
    }
    return text_table_write(&table, "  ", file);
}

/* Whether what dropping a metric comes to is not told by one of its weights; false where it is not under the score. */
static bool stands_in_several(const firmness *firm, int32_t metric, crmv_dropped_metric *dropped, int32_t *status) {
    *dropped = (crmv_dropped_metric){.struct_size = sizeof *dropped};
    const int64_t rows = crmv_frame_rows(firm->taken->frame);
    *status = crmv_robustness_without(firm->robustness, metric, dropped, firm->changed, firm->changed ? rows : 0);
    const bool is_there = *status == CRMV_OK;
    *status = *status == CRMV_NOT_FOUND ? CRMV_OK : *status;
    return is_there && (dropped->indexes > 1 || dropped->adds);
}

/* One row a metric that stands in several indexes, or in one that adds: whom dropping it everywhere moves. */
static bool write_metrics(const firmness *firm, FILE *file) {
    static const char *const head[] = {"metric", "indexes", "without: up", "down", "unrated"};
    text_table table = text_table_new("lrrrr");
    bool any = false;
    int32_t status = CRMV_OK;
    for (int32_t i = 0; status == CRMV_OK && i < crmv_model_count(firm->model, CRMV_METRICS); i++) {
        crmv_dropped_metric dropped;
        char figure[FIGURE_BYTES];
        if (!stands_in_several(firm, i, &dropped, &status)) {
            continue;
        }
        for (size_t k = 0; !any && k < sizeof head / sizeof head[0]; k++) {
            text_table_add(&table, head[k]);
        }
        any = true;
        text_table_add(&table, crmv_model_item(firm->model, CRMV_METRICS, i));
        text_table_add(&table, figure_count(dropped.indexes, figure));
        add_moves(&table, dropped.up, dropped.down, dropped.unrated);
    }
    if (any) {
        fputs("\nwithout a metric, in all indexes in which it stands:\n", file);
    }
    return text_table_write(&table, "  ", file) && status == CRMV_OK;
}

static bool tell_weights(const firmness *firm, failure *why) {
    char count[FIGURE_BYTES];
    output written = {0};
    if (!output_open(&written, NULL, why)) {
        return false;
    }
    fprintf(written.file, "customers of %s who would be in another tier, by the weight that changes:\n",
            figure_count(crmv_frame_rows(firm->taken->frame), count));
    return ((write_weights(firm, written.file) && write_metrics(firm, written.file)) || failure_memory(why)) &&
           output_finish(&written, why);
}

/* ---- Who would move ---------------------------------------------------------------------------------------------- */

static const char *tier_name(const crmv_model *model, int32_t tier) {
    const char *name = tier >= 0 ? crmv_model_item(model, CRMV_TIERS, tier) : NULL;
    return name ? name : "";
}

/* What changes: a member of an index, or of all of them ("" for the index). */
typedef struct changed_part {
    const char *index, *member, *change;
} changed_part;

static void add_move(const firmness *firm, csv_writer *rows, const changed_part *part, int64_t row) {
    char key[KEY_BYTES];
    crmv_frame_key(firm->taken->frame, row, key, sizeof key, NULL);
    csv_writer_field(rows, key);
    if (inputs_have_names(firm->taken)) {
        csv_writer_field(rows, crmv_frame_name(firm->taken->frame, row));
    }
    csv_writer_field(rows, part->index);
    csv_writer_field(rows, part->member);
    csv_writer_field(rows, part->change);
    csv_writer_field(rows, tier_name(firm->model, firm->base[row]));
    csv_writer_field(rows, tier_name(firm->model, firm->changed[row]));
    csv_writer_end(rows);
}

static void add_head(const firmness *firm, csv_writer *rows) {
    csv_writer_field(rows, "customer");
    if (inputs_have_names(firm->taken)) {
        csv_writer_field(rows, "name");
    }
    static const char *const names[] = {"index", "member", "change", "tier", "new_tier"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        csv_writer_field(rows, names[i]);
    }
    csv_writer_end(rows);
}

/* The rows of one change, whose tiers have been found. */
static bool write_part(const firmness *firm, const changed_part *part, csv_writer *rows, FILE *file) {
    const int64_t count = crmv_frame_rows(firm->taken->frame);
    for (int64_t row = 0; row < count; row++) {
        if (firm->changed[row] != firm->base[row]) {
            add_move(firm, rows, part, row);
        }
    }
    fwrite(rows->text, 1, rows->used, file);
    const bool done = !rows->failed;
    csv_writer_restart(rows);
    return done;
}

/* The rows of one change of one weight. */
static bool write_change(const firmness *firm, int32_t position, int32_t change, csv_writer *rows, FILE *file) {
    const int64_t count = crmv_frame_rows(firm->taken->frame);
    crmv_sensitivity weight = {.struct_size = sizeof weight};
    crmv_robustness_get(firm->robustness, position, &weight);
    const changed_part part = {.index = crmv_model_item(firm->model, CRMV_INDEXES, weight.index),
                               .member = member_name(firm->model, &weight),
                               .change = changes[change].name};
    return crmv_robustness_tiers(firm->robustness, position, changes[change].change, firm->changed, count) == CRMV_OK &&
           write_part(firm, &part, rows, file);
}

/* The rows without a metric that stands in several indexes. */
static bool write_without(const firmness *firm, int32_t metric, csv_writer *rows, FILE *file) {
    const changed_part part = {
        .index = "", .member = crmv_model_item(firm->model, CRMV_METRICS, metric), .change = "without"};
    crmv_dropped_metric dropped;
    int32_t status;
    return stands_in_several(firm, metric, &dropped, &status) ? write_part(firm, &part, rows, file) : status == CRMV_OK;
}

static bool write_moves(const firmness *firm, FILE *file) {
    csv_writer rows = {0};
    add_head(firm, &rows);
    bool done = true;
    for (int32_t i = 0; done && i < crmv_robustness_count(firm->robustness); i++) {
        for (int32_t change = 0; done && change < CHANGES; change++) {
            done = write_change(firm, i, change, &rows, file);
        }
    }
    for (int32_t i = 0; done && i < crmv_model_count(firm->model, CRMV_METRICS); i++) {
        done = write_without(firm, i, &rows, file);
    }
    csv_writer_clear(&rows);
    return done;
}

/* The tiers as they are, before the rules' caps, which know nothing of weights. */
static bool take_base(firmness *firm, failure *why) {
    const int64_t count = crmv_frame_rows(firm->taken->frame);
    crmv_error error = {.struct_size = sizeof error};
    crmv_scores *scores = NULL;
    firm->base = malloc((size_t)(count + 1) * sizeof *firm->base);
    firm->changed = malloc((size_t)(count + 1) * sizeof *firm->changed);
    if (!firm->base || !firm->changed) {
        return failure_memory(why);
    }
    if (crmv_score(firm->model, firm->taken->frame, &firm->taken->running, &scores, &error) != CRMV_OK) {
        return failure_library(why, NULL, 0, &error);
    }
    const int32_t *tiers = crmv_scores_codes(scores, "tier_uncapped");
    for (int64_t row = 0; row < count; row++) {
        firm->base[row] = tiers[row];
    }
    crmv_scores_free(scores);
    return true;
}

static bool list_moves(firmness *firm, failure *why) {
    output written = {0};
    const bool done = take_base(firm, why) && output_open(&written, firm->taken->asked->out, why) &&
                      (write_moves(firm, written.file) || failure_memory(why)) && output_finish(&written, why) &&
                      output_publish(&written, why);
    output_drop(&written);
    return done;
}

/* ---- One customer ------------------------------------------------------------------------------------------------ */

static bool write_tipping(const firmness *firm, int64_t row, FILE *file) {
    static const char *const head[] = {"index", "member", "weight", "better from", "worse from"};
    text_table table = text_table_new("llrrr");
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        text_table_add(&table, head[i]);
    }
    for (int32_t i = 0; i < crmv_robustness_count(firm->robustness); i++) {
        char figure[FIGURE_BYTES];
        crmv_sensitivity weight = {.struct_size = sizeof weight};
        crmv_tipping_point tipping = {.struct_size = sizeof tipping};
        crmv_robustness_get(firm->robustness, i, &weight);
        if (crmv_robustness_tipping(firm->robustness, i, row, &tipping) != CRMV_OK) {
            return false;
        }
        add_weight(&table, firm->model, &weight);
        text_table_add(&table, tipping.can_rise ? figure_points(tipping.rise_weight, figure) : "never");
        text_table_add(&table, tipping.can_fall ? figure_points(tipping.fall_weight, figure) : "never");
    }
    return text_table_write(&table, "  ", file);
}

static bool tell_customer(const firmness *firm, failure *why) {
    char key[SHOWN_BYTES];
    int64_t row;
    output written = {0};
    const char *customer = firm->taken->asked->customer;
    if (crmv_frame_find(firm->taken->frame, customer, &row) != CRMV_OK) {
        return failure_data(why, "no customer \"%s\"", shown(customer, key));
    }
    if (!output_open(&written, NULL, why)) {
        return false;
    }
    fprintf(written.file, "the nearest weight, changed alone, at which %s would be in another tier:\n",
            shown(customer, key));
    return (write_tipping(firm, row, written.file) || failure_memory(why)) && output_finish(&written, why);
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static bool look(firmness *firm, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    const options *asked = firm->taken->asked;
    if (crmv_robustness_new(firm->model, firm->taken->frame, asked->change, &firm->taken->running, &firm->robustness,
                            &error) != CRMV_OK) {
        return failure_library(why, NULL, 0, &error);
    }
    if (asked->customer) {
        return tell_customer(firm, why);
    }
    return asked->out ? list_moves(firm, why) : tell_weights(firm, why);
}

bool command_robustness(const options *asked, int *status, failure *why) {
    inputs taken;
    bool done = intake_read(&taken, asked, why) && findings_allow(&taken, stderr, why) && intake_derive(&taken, why);
    if (done) {
        firmness firm = {.taken = &taken, .model = taken.scorecard.model};
        done = look(&firm, why);
        crmv_robustness_free(firm.robustness);
        free(firm.base);
        free(firm.changed);
    }
    inputs_clear(&taken);
    *status = EXIT_DONE;
    return done;
}
