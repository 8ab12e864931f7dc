#include "summary.h"

#include "text_table.h"

#include <string.h>

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

/* The first lines of rows set aside: "sales.csv lines 3, 9, 12 ...". */
static void lines_text(const aside *rows, char *text, size_t size) {
    char name[SHOWN_BYTES];
    text[0] = '\0';
    if (!rows->lines || rows->counted.listed == 0) {
        return;
    }
    size_t used =
        (size_t)snprintf(text, size, "%s %s", shown(rows->file, name), rows->counted.rows == 1 ? "line" : "lines");
    for (int32_t i = 0; i < rows->counted.listed && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s %lld", i > 0 ? "," : "",
                                 (long long)line_map_line(rows->lines, rows->counted.first_rows[i]));
    }
    if (rows->counted.listed < rows->counted.rows && used < size) {
        snprintf(text + used, size - used, " ...");
    }
}

/* The revenue of rows set aside, in their currency; only where it could be read. */
static void revenue_text(const inputs *taken, const aside *rows, char *text, size_t size) {
    char amount[FIGURE_BYTES], count[FIGURE_BYTES];
    const crmv_model *model = taken->scorecard.model;
    text[0] = '\0';
    if (rows->counted.amounts == 0) {
        return;
    }
    const char *currency = rows->counted.currency[0] ? rows->counted.currency : crmv_model_currency(model);
    figure_amount(aside_revenue(rows), crmv_model_money_decimals(model), true, amount);
    int used = snprintf(text, size, "revenue %s%s%s", amount, currency[0] ? " " : "", currency);
    if (rows->counted.amounts < rows->counted.rows && used > 0) {
        snprintf(text + used, size - (size_t)used, " (readable in %s)", figure_count(rows->counted.amounts, count));
    }
}

static void add_aside(text_table *table, const inputs *taken, const aside *rows) {
    char text[1024], count[FIGURE_BYTES];
    bool customers = rows->counted.reason == CRMV_UNKNOWN_CUSTOMER;
    text_table_add(table, crmv_reason_text(rows->counted.reason));
    text_table_add(table, figure_count(rows->counted.rows, count));
    text_table_add(table, customers ? (rows->counted.rows == 1 ? "customer" : "customers")
                                    : (rows->counted.rows == 1 ? "row" : "rows"));
    revenue_text(taken, rows, text, sizeof text);
    text_table_add(table, text);
    lines_text(rows, text, sizeof text);
    text_table_add(table, text);
}

static void write_rows(const char *what, int64_t in, int64_t used, FILE *file) {
    char first[FIGURE_BYTES], second[FIGURE_BYTES], third[FIGURE_BYTES];
    fprintf(file, "%-13s %s rows in, %s used, %s set aside", what, figure_count(in, first), figure_count(used, second),
            figure_count(in - used, third));
}

void summary_of_transactions(const inputs *taken, FILE *file) {
    char amount[FIGURE_BYTES];
    int64_t total = 0;
    const crmv_model *model = taken->scorecard.model;
    if (!taken->ledger) {
        return;
    }
    write_rows("transactions:", crmv_ledger_rows(taken->ledger), crmv_ledger_accepted(taken->ledger), file);
    if (crmv_ledger_supplies(taken->ledger, "revenue") &&
        crmv_ledger_total(taken->ledger, "revenue", &total) == CRMV_OK) {
        const char *currency = crmv_model_currency(model);
        fprintf(file, "; revenue used %s%s%s", figure_amount(total, crmv_model_money_decimals(model), true, amount),
                currency[0] ? " " : "", currency);
    }
    fputc('\n', file);
    text_table table = text_table_new("lrlll");
    for (int64_t i = 0; i < crmv_ledger_set_aside_count(taken->ledger); i++) {
        aside rows = aside_of_ledger(taken, i);
        add_aside(&table, taken, &rows);
    }
    text_table_write(&table, "  ", file);
}

void summary_of_customers(const inputs *taken, FILE *file) {
    if (taken->customers) {
        write_rows("customers:", crmv_frame_table_rows(taken->frame), crmv_frame_table_accepted(taken->frame), file);
        fputc('\n', file);
    }
    text_table table = text_table_new("lrlll");
    for (int64_t i = 0; i < crmv_frame_set_aside_count(taken->frame); i++) {
        aside rows = aside_of_table(taken, i);
        add_aside(&table, taken, &rows);
    }
    text_table_write(&table, "  ", file);
}

/* ---- Groups ------------------------------------------------------------------------------------------------------ */

static void add_group(text_table *table, const overview *whole, const group *one, const char *name) {
    char figure[FIGURE_BYTES];
    int32_t decimals = crmv_model_money_decimals(whole->taken->scorecard.model);
    text_table_add(table, name);
    text_table_add(table, figure_count(one->customers, figure));
    if (whole->has_revenue) {
        text_table_add(table, figure_amount(one->revenue, decimals, true, figure));
    }
    if (whole->has_gross_profit) {
        text_table_add(table, figure_amount(one->gross_profit, decimals, true, figure));
    }
    if (whole->has_scores) {
        int64_t mean = group_mean(one);
        bool scored = mean != CRMV_MISSING_POINTS;
        text_table_add(table, scored ? figure_amount(figure_quotient(mean, 10000), 2, true, figure) : "-");
    }
}

static void write_groups(const overview *whole, const grouping *groups, const char *without, FILE *file) {
    char sides[TABLE_COLUMNS + 1] = "lr";
    strcat(sides, whole->has_revenue ? "r" : "");
    strcat(sides, whole->has_gross_profit ? "r" : "");
    strcat(sides, whole->has_scores ? "r" : "");
    text_table table = text_table_new(sides);
    text_table_add(&table, groups->name);
    text_table_add(&table, "customers");
    if (whole->has_revenue) {
        text_table_add(&table, "revenue");
    }
    if (whole->has_gross_profit) {
        text_table_add(&table, "gross profit");
    }
    if (whole->has_scores) {
        text_table_add(&table, "mean score");
    }
    for (int32_t i = 0; i < groups->count; i++) {
        const group *one = &groups->groups[i];
        if (one->name || one->customers > 0) {
            add_group(&table, whole, one, one->name ? one->name : without);
        }
    }
    add_group(&table, whole, &whole->all, "all");
    fputc('\n', file);
    text_table_write(&table, "  ", file);
}

/* Tiers and segments have the money of the model's window, which need not be all that came in. */
static void write_window(const overview *whole, FILE *file) {
    char window[SHOWN_BYTES];
    if (whole->has_revenue) {
        model_window(&whole->taken->scorecard, window, sizeof window);
        fprintf(file, "\nRevenue%s %s\n", whole->has_gross_profit ? " and gross profit" : "", window);
    }
}

/* ---- Why not, and what else -------------------------------------------------------------------------------------- */

static void write_unrated(const overview *whole, FILE *file) {
    char count[FIGURE_BYTES];
    const char *before = "unrated: ";
    for (int32_t reason = CRMV_RATED + 1; reason < UNRATED_REASONS; reason++) {
        if (whole->unrated[reason] > 0) {
            fprintf(file, "%s%s %s", before, figure_count(whole->unrated[reason], count), crmv_unrated_text(reason));
            before = ", ";
        }
    }
    fputs(before[0] == ',' ? "\n" : "", file);
}

static void write_rules(const overview *whole, FILE *file) {
    char count[FIGURE_BYTES];
    crmv_rule rule = {.struct_size = sizeof rule};
    text_table table = text_table_new("lrl");
    for (int32_t i = 0; crmv_scores_rule_get(whole->scores, i, &rule) == CRMV_OK; i++) {
        char undecided[FIGURE_BYTES + 64] = "";
        if (rule.undecided > 0) {
            snprintf(undecided, sizeof undecided, "undecided for %s, where a value is missing",
                     figure_count(rule.undecided, count));
        }
        text_table_add(&table, rule.name);
        text_table_add(&table, figure_count(rule.holds, count));
        text_table_add(&table, undecided);
    }
    fputs(table.count > 0 ? "rules that hold:\n" : "", file);
    text_table_write(&table, "  ", file);
}

/* Why values of a metric are missing, with the numbers that are not 0. */
static void missing_text(const crmv_missing *missing, char *text, size_t size) {
    const struct {
        int64_t count;
        const char *text;
    } reasons[] = {{missing->not_given, "not given"},       {missing->no_history, "no history"},
                   {missing->undefined, "undefined"},       {missing->cost_unknown, "cost unknown"},
                   {missing->unlisted, "not in the scale"}, {missing->operand, "an operand missing"}};
    char count[FIGURE_BYTES];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0] && used < size; i++) {
        if (reasons[i].count > 0) {
            used += (size_t)snprintf(text + used, size - used, "%s%s %s", used > 0 ? ", " : "",
                                     figure_count(reasons[i].count, count), reasons[i].text);
        }
    }
}

static void write_missing(const overview *whole, FILE *file) {
    char text[512], count[FIGURE_BYTES], label[SHOWN_BYTES];
    const model_file *scorecard = &whole->taken->scorecard;
    text_table table = text_table_new("lrl");
    const char *metric;
    for (int32_t i = 0; (metric = crmv_model_item(scorecard->model, CRMV_METRICS, i)) != NULL; i++) {
        crmv_missing missing = {.struct_size = sizeof missing};
        if (crmv_frame_missing(whole->taken->frame, metric, &missing) != CRMV_OK || missing.missing == 0) {
            continue;
        }
        missing_text(&missing, text, sizeof text);
        text_table_add(&table, model_metric_label(scorecard, metric, label));
        text_table_add(&table, figure_count(missing.missing, count));
        text_table_add(&table, text);
    }
    fputs(table.count > 0 ? "missing values:\n" : "", file);
    text_table_write(&table, "  ", file);
}

static void write_origin(const overview *whole, FILE *file) {
    char model_hash[33] = "", ledger_hash[33] = "", name[SHOWN_BYTES], date[FIGURE_BYTES];
    const crmv_model *model = whole->taken->scorecard.model;
    crmv_model_hash(model, model_hash);
    fprintf(file, "as of %s; model \"%s\" %s; ", figure_date(whole->taken->as_of, date),
            shown(crmv_model_name(model), name), model_hash);
    if (whole->taken->ledger && crmv_ledger_hash(whole->taken->ledger, ledger_hash) == CRMV_OK) {
        fprintf(file, "ledger %s; ", ledger_hash);
    }
    fprintf(file, "crmvalue %s\n", crmv_version());
}

void summary_of_scores(const overview *whole, FILE *file) {
    write_window(whole, file);
    if (whole->tiers.count > 0) {
        write_groups(whole, &whole->tiers, "(unrated)", file);
    }
    for (int32_t i = 0; i < whole->segment_count; i++) {
        write_groups(whole, &whole->segments[i], "(none)", file);
    }
    if (whole->tiers.count == 0 && whole->segment_count == 0) {
        write_groups(whole, &(grouping){.name = ""}, "", file);
    }
    fputc('\n', file);
    write_unrated(whole, file);
    write_rules(whole, file);
    write_missing(whole, file);
    write_origin(whole, file);
}
