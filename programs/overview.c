#include "overview.h"

#include "names.h"

#include <stdlib.h>

/* The columns that are added up, row by row. */
typedef struct addends {
    const int64_t *revenue;
    const int64_t *gross_profit;
    const int64_t *unknown_cost;
    const int64_t *points;
} addends;

static void count_in(group *one, const addends *columns, int64_t row) {
    one->customers++;
    one->revenue += columns->revenue ? columns->revenue[row] : 0;
    one->gross_profit += columns->gross_profit ? columns->gross_profit[row] : 0;
    one->unknown_cost += columns->unknown_cost ? columns->unknown_cost[row] : 0;
    if (columns->points && columns->points[row] != CRMV_MISSING_POINTS) {
        one->scored++;
        one->points += columns->points[row];
    }
}

/* Groups the customers by a column of codes, whose labels are those of a list of the model. */
static bool group_by(const overview *whole, const addends *columns, const int32_t *codes, int32_t list, int32_t item,
                     grouping *out) {
    const crmv_model *model = whole->taken->scorecard.model;
    int32_t labels = 0;
    while (crmv_model_label(model, list, item, labels)) {
        labels++;
    }
    out->groups = calloc((size_t)labels + 1, sizeof *out->groups);
    if (!out->groups) {
        return false;
    }
    out->count = labels + 1;
    for (int32_t code = 0; code < labels; code++) {
        out->groups[code].name = crmv_model_label(model, list, item, code);
    }
    int64_t rows = crmv_scores_rows(whole->scores);
    for (int64_t row = 0; row < rows; row++) {
        int32_t code = codes && codes[row] >= 0 && codes[row] < labels ? codes[row] : labels;
        count_in(&out->groups[code], columns, row);
    }
    return true;
}

static bool group_all(overview *whole, const addends *columns) {
    const crmv_model *model = whole->taken->scorecard.model;
    int64_t rows = crmv_scores_rows(whole->scores);
    for (int64_t row = 0; row < rows; row++) {
        count_in(&whole->all, columns, row);
    }
    whole->tiers.name = "tier";
    if (crmv_model_count(model, CRMV_TIERS) > 0 &&
        !group_by(whole, columns, crmv_scores_codes(whole->scores, "tier"), CRMV_TIERS, 0, &whole->tiers)) {
        return false;
    }
    int32_t count = crmv_model_count(model, CRMV_SEGMENTS);
    whole->segments = calloc((size_t)count + 1, sizeof *whole->segments);
    if (!whole->segments) {
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        grouping *segment = &whole->segments[whole->segment_count++];
        segment->name = crmv_model_item(model, CRMV_SEGMENTS, i);
        if (!group_by(whole, columns, crmv_scores_codes(whole->scores, segment->name), CRMV_SEGMENTS, i, segment)) {
            return false;
        }
    }
    return true;
}

static bool any_other_than_0(const int64_t *column, int64_t rows) {
    for (int64_t row = 0; column && row < rows; row++) {
        if (column[row] != 0) {
            return true;
        }
    }
    return false;
}

static void count_unrated(overview *whole) {
    const int32_t *unrated = crmv_scores_codes(whole->scores, "unrated");
    int64_t rows = crmv_scores_rows(whole->scores);
    for (int64_t row = 0; unrated && row < rows; row++) {
        if (unrated[row] >= 0 && unrated[row] < UNRATED_REASONS) {
            whole->unrated[unrated[row]]++;
        }
    }
}

bool overview_make(const inputs *taken, const crmv_scores *scores, overview *whole, failure *why) {
    *whole = (overview){.taken = taken, .scores = scores};
    addends columns = {.points = crmv_scores_exact(scores, "score")};
    whole->has_scores = columns.points != NULL;
    whole->has_revenue = taken->ledger && crmv_ledger_supplies(taken->ledger, "revenue");
    whole->has_gross_profit = taken->ledger && crmv_ledger_supplies(taken->ledger, "gross_profit");
    columns.revenue = whole->has_revenue ? crmv_frame_amount(taken->frame, "revenue") : NULL;
    columns.gross_profit = whole->has_gross_profit ? crmv_frame_amount(taken->frame, "gross_profit") : NULL;
    columns.unknown_cost = whole->has_gross_profit ? crmv_frame_amount(taken->frame, "unknown_cost_revenue") : NULL;
    whole->has_unknown_cost = any_other_than_0(columns.unknown_cost, crmv_scores_rows(scores));
    count_unrated(whole);
    return group_all(whole, &columns) || failure_memory(why);
}

void overview_clear(overview *whole) {
    free(whole->tiers.groups);
    for (int32_t i = 0; i < whole->segment_count; i++) {
        free(whole->segments[i].groups);
    }
    free(whole->segments);
}

int64_t group_mean(const group *one) {
    return one->scored > 0 ? (int64_t)figure_quotient(one->points, one->scored) : CRMV_MISSING_POINTS;
}

bool aside_of_ledger(const inputs *taken, int64_t position, aside *rows) {
    *rows = (aside){.counted = {.struct_size = sizeof rows->counted}, .file = ""};
    if (crmv_ledger_set_aside(taken->ledger, position, &rows->counted) != CRMV_OK) {
        return false;
    }
    int32_t batch = rows->counted.batch;
    if (batch >= 0 && batch < taken->batch_count) {
        rows->file = taken->batches[batch].name;
        rows->lines = &taken->batches[batch].lines;
    }
    return true;
}

/* The frame's entries are those of the table and, last as it has the highest reason, that of unknown customers. */
static bool entry_of_frame(const inputs *taken, int64_t position, bool unknown, aside *rows) {
    *rows = (aside){.counted = {.struct_size = sizeof rows->counted}, .file = ""};
    return crmv_frame_set_aside(taken->frame, position, &rows->counted) == CRMV_OK &&
           (rows->counted.reason == CRMV_UNKNOWN_CUSTOMER) == unknown;
}

bool aside_of_table(const inputs *taken, int64_t position, aside *rows) {
    if (!taken->customers || !entry_of_frame(taken, position, false, rows)) {
        return false;
    }
    rows->file = path_name(taken->asked->customers);
    rows->lines = reader_lines(taken->customers);
    return true;
}

bool aside_unknown(const inputs *taken, aside *customers) {
    return entry_of_frame(taken, crmv_frame_set_aside_count(taken->frame) - 1, true, customers);
}

bool later_of(const inputs *taken, later *rest) {
    *rest = (later){0};
    int32_t last = taken->ledger ? crmv_ledger_last_day(taken->ledger) : CRMV_NO_DATE;
    if (taken->as_of == CRMV_NO_DATE || last <= taken->as_of) {
        return false;
    }
    crmv_ledger_total_between(taken->ledger, "sale_lines", taken->as_of + 1, last, &rest->sale_lines);
    crmv_ledger_total_between(taken->ledger, "revenue", taken->as_of + 1, last, &rest->revenue);
    return true;
}

wide aside_revenue(const aside *rows) {
    __extension__ typedef unsigned __int128 magnitude;
    return (wide)((magnitude)(uint64_t)rows->counted.revenue_high << 64 | rows->counted.revenue_low);
}
