#include "summary.h"

#include "score_range.h"
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

static const char *in_currency(const char *currency, const char *model_currency, char text[FIGURE_BYTES]) {
    const char *named = currency[0] ? currency : model_currency;
    snprintf(text, FIGURE_BYTES, "%s%s", named[0] ? " " : "", named);
    return text;
}

/* The revenue of rows set aside, in their currency; only where it could be read. */
static void revenue_text(const inputs *taken, const aside *rows, char *text, size_t size) {
    char amount[FIGURE_BYTES], count[FIGURE_BYTES], currency[FIGURE_BYTES];
    const crmv_model *model = taken->scorecard.model;
    text[0] = '\0';
    if (rows->counted.amounts == 0) {
        return;
    }
    figure_amount(aside_revenue(rows), crmv_model_money_decimals(model), true, amount);
    int used = snprintf(text, size, "revenue %s%s", amount,
                        in_currency(rows->counted.currency, crmv_model_currency(model), currency));
    if (rows->counted.amounts < rows->counted.rows && used > 0) {
        snprintf(text + used, size - (size_t)used, " (readable in %s)", figure_count(rows->counted.amounts, count));
    }
}

/* What the first row failed at: DocType "RE". */
static void culprit_text(const aside *rows, char *text, size_t size) {
    char column[SHOWN_BYTES], value[SHOWN_BYTES];
    text[0] = '\0';
    if (rows->counted.column[0]) {
        snprintf(text, size, "%s \"%s\"", shown(rows->counted.column, column), shown(rows->counted.text, value));
    }
}

static void add_aside(text_table *table, const inputs *taken, const aside *rows) {
    char text[1024], count[FIGURE_BYTES];
    text_table_add(table, crmv_reason_text(rows->counted.reason));
    text_table_add(table, figure_count(rows->counted.rows, count));
    text_table_add(table, rows->counted.rows == 1 ? "row" : "rows");
    revenue_text(taken, rows, text, sizeof text);
    text_table_add(table, text);
    culprit_text(rows, text, sizeof text);
    text_table_add(table, text);
    lines_text(rows, text, sizeof text);
    text_table_add(table, text);
}

static void write_asides(const inputs *taken, bool (*at)(const inputs *, int64_t, aside *), FILE *file) {
    aside rows;
    text_table table = text_table_new("lrllll");
    for (int64_t i = 0; at(taken, i, &rows); i++) {
        add_aside(&table, taken, &rows);
    }
    text_table_write(&table, "  ", file);
}

static void write_rows(const char *what, int64_t in, int64_t used, FILE *file) {
    char first[FIGURE_BYTES], second[FIGURE_BYTES], third[FIGURE_BYTES];
    fprintf(file, "%-13s %s row%s in, %s used, %s set aside", what, figure_count(in, first), in == 1 ? "" : "s",
            figure_count(used, second), figure_count(in - used, third));
}

/* An amount of the ledger's money with its currency. */
static void write_revenue(const inputs *taken, wide minor, FILE *file) {
    char amount[FIGURE_BYTES], currency[FIGURE_BYTES];
    const crmv_model *model = taken->scorecard.model;
    fprintf(file, "%s%s", figure_amount(minor, crmv_model_money_decimals(model), true, amount),
            in_currency("", crmv_model_currency(model), currency));
}

static void write_rounded(const inputs *taken, FILE *file) {
    char count[FIGURE_BYTES];
    int64_t rounded = crmv_ledger_rounded(taken->ledger);
    if (rounded > 0) {
        fprintf(file, "  %s amount%s more decimals than the model's money or quantity and %s rounded\n",
                figure_count(rounded, count), rounded == 1 ? " has" : "s have", rounded == 1 ? "was" : "were");
    }
}

static void write_later(const inputs *taken, FILE *file) {
    char date[FIGURE_BYTES], count[FIGURE_BYTES];
    later rest;
    if (!later_of(taken, &rest)) {
        return;
    }
    fprintf(file, "  after %s, not looked at: %s sale line%s", figure_date(taken->as_of, date),
            figure_count(rest.sale_lines, count), rest.sale_lines == 1 ? "" : "s");
    if (crmv_ledger_supplies(taken->ledger, "revenue")) {
        fputs(", revenue ", file);
        write_revenue(taken, rest.revenue, file);
    }
    fputc('\n', file);
}

void summary_of_transactions(const inputs *taken, FILE *file) {
    int64_t total = 0;
    if (!taken->ledger) {
        return;
    }
    write_rows("transactions:", crmv_ledger_rows(taken->ledger), crmv_ledger_accepted(taken->ledger), file);
    if (crmv_ledger_supplies(taken->ledger, "revenue") &&
        crmv_ledger_total(taken->ledger, "revenue", &total) == CRMV_OK) {
        fputs("; revenue used ", file);
        write_revenue(taken, total, file);
    }
    fputc('\n', file);
    write_asides(taken, aside_of_ledger, file);
    write_rounded(taken, file);
    write_later(taken, file);
}

/* Customers whom the transactions know and the table does not: left out, or scored without what it would say. */
static void write_strangers(const inputs *taken, FILE *file) {
    char count[FIGURE_BYTES], revenue[1024];
    aside unknown;
    int64_t without = crmv_frame_rows(taken->frame) - crmv_frame_table_accepted(taken->frame);
    if (aside_unknown(taken, &unknown)) {
        revenue_text(taken, &unknown, revenue, sizeof revenue);
        fprintf(file, "  %s customer%s of the transactions without a row in the table, not scored: %s\n",
                figure_count(unknown.counted.rows, count), unknown.counted.rows == 1 ? "" : "s", revenue);
    } else if (without > 0) {
        fprintf(file, "  %s customer%s of the transactions without a row in the table\n", figure_count(without, count),
                without == 1 ? "" : "s");
    }
}

void summary_of_customers(const inputs *taken, FILE *file) {
    if (!taken->customers) {
        return;
    }
    write_rows("customers:", crmv_frame_table_rows(taken->frame), crmv_frame_table_accepted(taken->frame), file);
    fputc('\n', file);
    write_asides(taken, aside_of_table, file);
    write_strangers(taken, file);
}

static void write_date(const inputs *taken, FILE *file) {
    char date[FIGURE_BYTES];
    fprintf(file, "as of %s%s", figure_date(taken->as_of, date),
            inputs_end_at_last_day(taken) ? ", the last day of the transactions" : "");
}

void summary_of_date(const inputs *taken, FILE *file) {
    write_date(taken, file);
    fputc('\n', file);
}

/* ---- Groups ------------------------------------------------------------------------------------------------------ */

/* The columns of a table of groups. What there is nothing for stays empty, and an empty column is not written. */
enum {
    GROUP_NAME,
    GROUP_FROM,
    GROUP_CUSTOMERS,
    GROUP_REVENUE,
    GROUP_PROFIT,
    GROUP_UNKNOWN,
    GROUP_SCORE,
    GROUP_COLUMNS
};

static void add_amount(text_table *table, const overview *whole, bool has, wide minor) {
    char figure[FIGURE_BYTES];
    int32_t decimals = crmv_model_money_decimals(whole->taken->scorecard.model);
    text_table_add(table, has ? figure_amount(minor, decimals, true, figure) : "");
}

static void add_group(text_table *table, const overview *whole, const group *one, const char *name, const char *from) {
    char figure[FIGURE_BYTES];
    int64_t mean = group_mean(one);
    text_table_add(table, name);
    text_table_add(table, from);
    text_table_add(table, figure_count(one->customers, figure));
    add_amount(table, whole, whole->has_revenue, one->revenue);
    add_amount(table, whole, whole->has_gross_profit, one->gross_profit);
    add_amount(table, whole, whole->has_unknown_cost, one->unknown_cost);
    bool scored = mean != CRMV_MISSING_POINTS;
    text_table_add(table, !whole->has_scores ? ""
                          : scored           ? figure_amount(figure_quotient(mean, 10000), 2, true, figure)
                                             : "-");
}

static void add_head(text_table *table, const overview *whole, const char *name) {
    char range[2 * FIGURE_BYTES], score[3 * FIGURE_BYTES];
    score_range_text(&whole->taken->scorecard, range, sizeof range);
    snprintf(score, sizeof score, "mean score%s", range);
    const char *const head[GROUP_COLUMNS] = {
        [GROUP_NAME] = name,
        [GROUP_FROM] = "",
        [GROUP_CUSTOMERS] = "customers",
        [GROUP_REVENUE] = whole->has_revenue ? "revenue" : "",
        [GROUP_PROFIT] = whole->has_gross_profit ? "gross profit" : "",
        [GROUP_UNKNOWN] = whole->has_unknown_cost ? "cost unknown" : "",
        [GROUP_SCORE] = whole->has_scores ? score : "",
    };
    for (int32_t i = 0; i < GROUP_COLUMNS; i++) {
        text_table_add(table, head[i]);
    }
}

/* The score from which a tier is given: "from 75". */
static void limit_text(const overview *whole, const grouping *groups, int32_t position, char *text, size_t size) {
    char figure[FIGURE_BYTES];
    int64_t cut = groups == &whole->tiers ? model_tier_cut(&whole->taken->scorecard, position) : CRMV_MISSING_POINTS;
    text[0] = '\0';
    if (cut != CRMV_MISSING_POINTS) {
        snprintf(text, size, "from %s", figure_points(cut, figure));
    }
}

static void write_groups(const overview *whole, const grouping *groups, const char *without, FILE *file) {
    char limit[2 * FIGURE_BYTES];
    text_table table = text_table_new("llrrrrr");
    add_head(&table, whole, groups->name);
    for (int32_t i = 0; i < groups->count; i++) {
        const group *one = &groups->groups[i];
        if (one->name || one->customers > 0) {
            limit_text(whole, groups, i, limit, sizeof limit);
            add_group(&table, whole, one, one->name ? one->name : without, limit);
        }
    }
    add_group(&table, whole, &whole->all, "all", "");
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
    char model_hash[33] = "", ledger_hash[33] = "", name[SHOWN_BYTES];
    const crmv_model *model = whole->taken->scorecard.model;
    const char *called = crmv_model_name(model);
    crmv_model_hash(model, model_hash);
    write_date(whole->taken, file);
    fprintf(file, called[0] ? "; model \"%s\" %s; " : "; model %s %s; ", called[0] ? shown(called, name) : "(unnamed)",
            model_hash);
    if (whole->taken->ledger && crmv_ledger_hash(whole->taken->ledger, ledger_hash) == CRMV_OK) {
        fprintf(file, "ledger %s; ", ledger_hash);
    }
    fprintf(file, "crmvalue %s\n", crmv_version());
}

void summary_of_scores(const overview *whole, FILE *file) {
    write_window(whole, file);
    if (whole->tiers.count > 0) {
        write_groups(whole, &whole->tiers, "(unrated)", file);
    } else if (whole->segment_count == 0) {
        write_groups(whole, &(grouping){.name = "no tiers"}, "", file);
    }
    write_unrated(whole, file);
    for (int32_t i = 0; i < whole->segment_count; i++) {
        write_groups(whole, &whole->segments[i], "(none)", file);
    }
    fputc('\n', file);
    write_rules(whole, file);
    write_missing(whole, file);
    write_origin(whole, file);
}
