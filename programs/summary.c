#include "summary.h"

#include "score_range.h"
#include "text_table.h"

#include <string.h>

/* ---- Groups ------------------------------------------------------------------------------------------------------ */

/* The columns of a table of groups. What there is nothing for stays empty, and an empty column is not written. */
enum {
    GROUP_NAME,
    GROUP_FROM,
    GROUP_CUSTOMERS,
    GROUP_REVENUE,
    GROUP_PROFIT,
    GROUP_CONTRIBUTION,
    GROUP_UNKNOWN,
    GROUP_SCORE,
    GROUP_COVERAGE,
    GROUP_COLUMNS
};

static void add_amount(text_table *table, const overview *whole, bool has, wide minor) {
    char figure[FIGURE_BYTES];
    int32_t decimals = crmv_model_money_decimals(whole->taken->scorecard.model);
    text_table_add(table, has ? figure_amount(minor, decimals, true, figure) : "");
}

/* How much of the score is known, on average: a column where some of it is not, and where the table stays narrow. */
static bool has_coverage(const overview *whole) {
    enum { WHOLE = 100000000 };
    const int64_t mean = whole->all.mean_coverage;
    return whole->has_scores && mean != CRMV_MISSING_POINTS && mean < WHOLE &&
           !(whole->has_contribution && whole->has_unknown_cost);
}

static void add_coverage(text_table *table, const overview *whole, int64_t mean) {
    char figure[FIGURE_BYTES], text[FIGURE_BYTES + 2] = "";
    if (has_coverage(whole) && mean != CRMV_MISSING_POINTS) {
        snprintf(text, sizeof text, "%s %%", figure_amount(figure_quotient(mean, 100000), 1, true, figure));
    }
    text_table_add(table, text);
}

static void add_group(text_table *table, const overview *whole, const crmv_group *one, const char *name,
                      const char *from) {
    char figure[FIGURE_BYTES];
    int64_t mean = one->mean_score;
    text_table_add(table, name);
    text_table_add(table, from);
    text_table_add(table, figure_count(one->customers, figure));
    add_amount(table, whole, whole->has_revenue, group_revenue(one));
    add_amount(table, whole, whole->has_gross_profit, group_gross_profit(one));
    add_amount(table, whole, whole->has_contribution, group_contribution(one));
    add_amount(table, whole, whole->has_unknown_cost, group_unknown_cost(one));
    bool scored = mean != CRMV_MISSING_POINTS;
    text_table_add(table, !whole->has_scores ? ""
                          : scored           ? figure_amount(figure_quotient(mean, 10000), 2, true, figure)
                                             : "-");
    add_coverage(table, whole, one->mean_coverage);
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
        [GROUP_CONTRIBUTION] = whole->has_contribution ? "contribution" : "",
        [GROUP_UNKNOWN] = whole->has_unknown_cost ? "cost unknown" : "",
        [GROUP_SCORE] = whole->has_scores ? score : "",
        [GROUP_COVERAGE] = has_coverage(whole) ? "coverage" : "",
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
    text_table table = text_table_new("llrrrrrrr");
    add_head(&table, whole, groups->name);
    for (int32_t i = 0; i < groups->count; i++) {
        const crmv_group *one = &groups->groups[i];
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
        fprintf(file, "\nRevenue%s %s\n",
                whole->has_contribution   ? ", gross profit and contribution"
                : whole->has_gross_profit ? " and gross profit"
                                          : "",
                window);
    }
}

/* ---- Why not, and what else -------------------------------------------------------------------------------------- */

static void write_unrated(const overview *whole, FILE *file) {
    char count[FIGURE_BYTES];
    const char *before = "unrated: ";
    for (int32_t reason = CRMV_RATED + 1; reason <= CRMV_NOTHING_KNOWN; reason++) {
        if (group_unrated_for(&whole->all, reason) > 0) {
            fprintf(file, "%s%s %s", before, figure_count(group_unrated_for(&whole->all, reason), count),
                    crmv_unrated_text(reason));
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
    summary_write_date(whole->taken, file);
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
