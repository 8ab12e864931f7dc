#include "explanation.h"

#include "figures.h"
#include "groups.h"
#include "score_range.h"
#include "text_table.h"

#include <stdlib.h>
#include <string.h>

/* What the page is written from. */
typedef struct page {
    const inputs *taken;
    const crmv_model *model;
    const crmv_scores *scores;
    int64_t row;
    crmv_reason *reasons;
    int32_t reason_count;
    FILE *file;
} page;

static int64_t points_of(const page *one, const char *column) {
    const int64_t *points = crmv_scores_exact(one->scores, column);
    return points ? points[one->row] : CRMV_MISSING_POINTS;
}

static int32_t code_of(const page *one, const char *column) {
    const int32_t *codes = crmv_scores_codes(one->scores, column);
    return codes ? codes[one->row] : -1;
}

static const char *tier_name(const page *one, int32_t code) {
    const char *name = code >= 0 ? crmv_model_label(one->model, CRMV_TIERS, 0, code) : NULL;
    return name ? name : "none";
}

/* ---- The head ---------------------------------------------------------------------------------------------------- */

/* Where the page is of more than the key that was asked for: whose it is, and how many customers it stands for. */
static void write_group(const page *one) {
    char asked[SHOWN_BYTES], count[FIGURE_BYTES];
    const char *key = one->taken->asked->customer;
    const int64_t members = crmv_frame_members(one->taken->frame, one->row);
    const bool counts_as_other = key_counts_as_other(one->taken->frame, key, one->row);
    if (counts_as_other) {
        fprintf(one->file, "asked for   %s, which counts as this customer\n", shown(key, asked));
    }
    if (counts_as_other || members > 1) {
        fprintf(one->file, "stands for  %s customer%s\n", figure_count(members, count), members == 1 ? "" : "s");
    }
}

static void write_customer(const page *one) {
    char key[1025] = "", name[SHOWN_BYTES], date[FIGURE_BYTES], shown_key[SHOWN_BYTES];
    crmv_frame_key(one->taken->frame, one->row, key, sizeof key, NULL);
    fprintf(one->file, "customer    %s", shown(key, shown_key));
    const char *called = crmv_frame_name(one->taken->frame, one->row);
    fprintf(one->file, "%s%s\n", called[0] ? "  " : "", shown(called, name));
    write_group(one);
    fprintf(one->file, "as of       %s\n", figure_date(one->taken->as_of, date));
}

static void write_score(const page *one) {
    char score[FIGURE_BYTES], low[FIGURE_BYTES], high[FIGURE_BYTES], coverage[FIGURE_BYTES], range[2 * FIGURE_BYTES];
    if (points_of(one, "score") == CRMV_MISSING_POINTS) {
        fputs("score       none: nothing of what it is made of is known\n", one->file);
        return;
    }
    score_range_text(&one->taken->scorecard, range, sizeof range);
    fprintf(one->file, "score       %s%s", figure_points(points_of(one, "score"), score), range);
    if (points_of(one, "score_low") != points_of(one, "score_high")) {
        fprintf(one->file, ", between %s and %s if nothing were missing",
                figure_points(points_of(one, "score_low"), low), figure_points(points_of(one, "score_high"), high));
    }
    fprintf(one->file, "; coverage %s %%\n", figure_points(points_of(one, "coverage"), coverage));
}

/* The names of the rules that hold and allow no better tier than this one. */
static void write_cappers(const page *one, int32_t tier) {
    crmv_rule rule = {.struct_size = sizeof rule};
    char name[SHOWN_BYTES];
    const char *before = " by ";
    for (int32_t i = 0; crmv_scores_rule_get(one->scores, i, &rule) == CRMV_OK; i++) {
        if (rule.cap == tier && crmv_scores_rule(one->scores, one->row, i)) {
            fprintf(one->file, "%s\"%s\"", before, shown(rule.name, name));
            before = ", ";
        }
    }
}

static void write_tier(const page *one) {
    char lacking[FIGURE_BYTES], name[SHOWN_BYTES];
    int32_t tier = code_of(one, "tier");
    int32_t uncapped = code_of(one, "tier_uncapped");
    int32_t unrated = code_of(one, "unrated");
    if (unrated > CRMV_RATED) {
        fprintf(one->file, "tier        none: %s\n", crmv_unrated_text(unrated));
        return;
    }
    if (crmv_model_count(one->model, CRMV_TIERS) == 0) {
        return;
    }
    fprintf(one->file, "tier        %s", shown(tier_name(one, tier), name));
    if (tier != uncapped) {
        fprintf(one->file, ", held down from %s", shown(tier_name(one, uncapped), name));
        write_cappers(one, tier);
        fputs("; points alone do not lift it\n", one->file);
        return;
    }
    int64_t lacks = crmv_scores_to_next_tier(one->scores, one->row);
    if (lacks != CRMV_MISSING_POINTS && lacks > 0 && uncapped > 0) {
        fprintf(one->file, "; %s points to %s", figure_points(lacks, lacking),
                shown(tier_name(one, uncapped - 1), name));
    }
    fputc('\n', one->file);
}

static void write_indexes(const page *one) {
    char figure[FIGURE_BYTES], shown_name[SHOWN_BYTES];
    const char *name;
    const char *before = "indexes     ";
    for (int32_t i = 0; (name = crmv_model_item(one->model, CRMV_INDEXES, i)) != NULL; i++) {
        if (strcmp(name, "score") != 0) {
            figure_points(points_of(one, name), figure);
            fprintf(one->file, "%s%s %s", before, shown(name, shown_name), figure[0] ? figure : "-");
            before = ", ";
        }
    }
    fputs(before[0] == ',' ? "\n" : "", one->file);
}

/* ---- The metrics ------------------------------------------------------------------------------------------------- */

static void value_text(const page *one, int32_t metric, char *text, size_t size) {
    char figure[FIGURE_BYTES];
    const char *name = crmv_model_item(one->model, CRMV_METRICS, metric);
    const double *values = crmv_frame_metric(one->taken->frame, name);
    double value = values ? values[one->row] : 0;
    bool category = crmv_model_label(one->model, CRMV_METRICS, metric, 0) != NULL;
    const char *label =
        category && value >= 0 ? crmv_model_label(one->model, CRMV_METRICS, metric, (int32_t)value) : NULL;
    if (value != value) {
        snprintf(text, size, "missing");
    } else if (label) {
        snprintf(text, size, "%s", label);
    } else {
        figure_number(value, model_metric_decimals(&one->taken->scorecard, name), figure);
        snprintf(text, size, "%s%s", figure, model_metric_per_year(&one->taken->scorecard, name) ? " a year" : "");
    }
}

static void points_text(const crmv_reason *reason, char *text, size_t size) {
    char points[FIGURE_BYTES], highest[FIGURE_BYTES];
    if (reason->points == CRMV_MISSING_POINTS) {
        snprintf(text, size, "-");
    } else {
        snprintf(text, size, "%s of %s", figure_points(reason->points, points),
                 figure_points(reason->highest, highest));
    }
}

static void add_reason(const page *one, const crmv_reason *reason, text_table *table) {
    char text[256], label[SHOWN_BYTES], figure[FIGURE_BYTES];
    const model_file *scorecard = &one->taken->scorecard;
    const char *metric = crmv_model_item(one->model, CRMV_METRICS, reason->metric);
    text_table_add(table, model_metric_label(scorecard, metric, label));
    value_text(one, reason->metric, text, sizeof text);
    text_table_add(table, text);
    model_band(scorecard, metric, reason->missing ? -1 : reason->band, text, sizeof text);
    text_table_add(table, text);
    points_text(reason, text, sizeof text);
    text_table_add(table, text);
    text_table_add(table, figure_points(reason->weight, figure));
    text_table_add(table, figure_points(reason->contribution, figure));
    text_table_add(table, figure_points(reason->lost, figure));
}

static bool write_reasons(const page *one) {
    static const char *const head[] = {"metric", "value", "band", "points", "weight %", "contributes", "lost"};
    enum { COLUMNS = sizeof head / sizeof head[0] };
    char figure[FIGURE_BYTES];
    int64_t contributions = 0, weights = 0, lost = 0;
    text_table table = text_table_new("lrlrrrr");
    for (int32_t i = 0; i < COLUMNS; i++) {
        text_table_add(&table, head[i]);
    }
    for (int32_t i = 0; i < one->reason_count; i++) {
        add_reason(one, &one->reasons[i], &table);
        contributions += one->reasons[i].contribution;
        weights += one->reasons[i].weight;
        lost += one->reasons[i].lost;
    }
    text_table_add(&table, "score");
    for (int32_t i = 0; i < 3; i++) {
        text_table_add(&table, "");
    }
    text_table_add(&table, figure_points(weights, figure));
    text_table_add(&table, figure_points(contributions, figure));
    text_table_add(&table, figure_points(lost, figure));
    fputc('\n', one->file);
    return text_table_write(&table, "", one->file);
}

static bool has_reason(const page *one, int32_t metric) {
    for (int32_t i = 0; i < one->reason_count; i++) {
        if (one->reasons[i].metric == metric) {
            return true;
        }
    }
    return false;
}

/* Metrics that have no part in the score: they serve segments, rules and other metrics. */
static bool write_other_metrics(const page *one) {
    char text[256], label[SHOWN_BYTES];
    text_table table = text_table_new("lr");
    const char *metric;
    for (int32_t i = 0; (metric = crmv_model_item(one->model, CRMV_METRICS, i)) != NULL; i++) {
        if (!has_reason(one, i)) {
            text_table_add(&table, model_metric_label(&one->taken->scorecard, metric, label));
            value_text(one, i, text, sizeof text);
            text_table_add(&table, text);
        }
    }
    fputs(table.count > 0 ? "\noutside the score\n" : "", one->file);
    return text_table_write(&table, "  ", one->file);
}

/* ---- What follows ------------------------------------------------------------------------------------------------ */

static bool write_segments(const page *one) {
    text_table table = text_table_new("lll");
    const char *name;
    for (int32_t i = 0; (name = crmv_model_item(one->model, CRMV_SEGMENTS, i)) != NULL; i++) {
        int32_t code = code_of(one, name);
        const char *label = code >= 0 ? crmv_model_label(one->model, CRMV_SEGMENTS, i, code) : NULL;
        const char *treatment = crmv_scores_treatment(one->scores, one->row, name);
        text_table_add(&table, name);
        text_table_add(&table, label ? label : "none");
        text_table_add(&table, treatment ? treatment : "");
    }
    fputs(table.count > 0 ? "\nsegments\n" : "", one->file);
    return text_table_write(&table, "  ", one->file);
}

static bool write_rules(const page *one) {
    char effect[SHOWN_BYTES + 64], name[SHOWN_BYTES];
    crmv_rule rule = {.struct_size = sizeof rule};
    text_table table = text_table_new("lll");
    for (int32_t i = 0; crmv_scores_rule_get(one->scores, i, &rule) == CRMV_OK; i++) {
        if (crmv_scores_rule(one->scores, one->row, i)) {
            effect[0] = '\0';
            if (rule.cap >= 0) {
                snprintf(effect, sizeof effect, "at best %s", shown(tier_name(one, rule.cap), name));
            }
            text_table_add(&table, rule.name);
            text_table_add(&table, effect);
            text_table_add(&table, rule.treatment ? rule.treatment : "");
        }
    }
    fputs(table.count > 0 ? "\nrules that hold\n" : "", one->file);
    return text_table_write(&table, "  ", one->file);
}

static bool write_page(page *one, failure *why) {
    write_customer(one);
    bool scored = crmv_scores_exact(one->scores, "score") != NULL;
    if (scored) {
        write_score(one);
        write_tier(one);
    }
    write_indexes(one);
    bool whole = (!scored || write_reasons(one)) && write_other_metrics(one) && write_segments(one) && write_rules(one);
    return whole || failure_memory(why);
}

bool explanation_write(const inputs *taken, const crmv_scores *scores, int64_t row, FILE *file, failure *why) {
    page one = {.taken = taken, .model = taken->scorecard.model, .scores = scores, .row = row, .file = file};
    int32_t metrics = crmv_model_count(one.model, CRMV_METRICS);
    one.reasons = calloc((size_t)metrics + 1, sizeof *one.reasons);
    if (!one.reasons) {
        return failure_memory(why);
    }
    one.reasons[0].struct_size = sizeof one.reasons[0];
    bool scored = crmv_scores_exact(scores, "score") != NULL;
    bool done = !scored || crmv_scores_reasons(scores, row, one.reasons, metrics, &one.reason_count) == CRMV_OK;
    done = done ? write_page(&one, why) : failure_memory(why);
    free(one.reasons);
    return done;
}
