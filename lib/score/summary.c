/* summary.c - customers and exact money per tier and per segment. */
#include "base/exact.h"
#include "score/scores.h"

#include <stdlib.h>
#include <string.h>

enum { UNRATED_REASONS = CRMV_NOTHING_KNOWN + 1 };

/* What a group comes to, on the way. */
typedef struct tally {
    int64_t customers, scored;
    int64_t unrated[UNRATED_REASONS];
    crmvi_wide amounts[CRMVI_AMOUNTS];
    crmvi_wide points, coverage;
} tally;

/* The columns that are added up, row by row. */
typedef struct addends {
    const int32_t *codes; /* NULL: nobody has one */
    int32_t code_count;
    const int32_t *unrated;
    const int64_t *score, *coverage; /* NULL for a model without the index `score` */
    int64_t *const *amounts;         /* of the frame; each may be NULL */
} addends;

/* ---- Which groups ------------------------------------------------------------------------------------------------ */

static bool is_listed(const crmv_model *model, int32_t list, int32_t item) {
    return list == 0 || list == CRMV_TIERS || (list == CRMV_SEGMENTS && item >= 0 && item < model->segment_count);
}

static int32_t codes_of(const crmv_model *model, int32_t list, int32_t item) {
    return list == CRMV_TIERS ? model->tier_count : list == CRMV_SEGMENTS ? model->segments[item].name_count : 0;
}

static const char *name_of(const crmv_model *model, int32_t list, int32_t item, int32_t code) {
    if (code >= codes_of(model, list, item)) {
        return NULL;
    }
    return list == CRMV_TIERS ? model->tiers[code].name : model->segments[item].names[code];
}

/* ---- Adding up --------------------------------------------------------------------------------------------------- */

static void count_in(const addends *columns, int64_t row, tally *one) {
    one->customers++;
    one->unrated[columns->unrated[row]]++;
    for (int32_t i = 0; i < CRMVI_AMOUNTS; i++) {
        one->amounts[i] += columns->amounts[i] ? columns->amounts[i][row] : 0;
    }
    if (columns->score && columns->score[row] != CRMV_MISSING_POINTS) {
        one->scored++;
        one->points += columns->score[row];
    }
    one->coverage += columns->coverage ? columns->coverage[row] : 0;
}

static void add_up(const addends *columns, int64_t rows, tally *tallies) {
    for (int64_t row = 0; row < rows; row++) {
        const int32_t code = columns->codes ? columns->codes[row] : -1;
        count_in(columns, row, &tallies[code >= 0 ? code : columns->code_count]);
    }
}

/* Gathers the columns, of which some may have to be made; false where memory is short. */
static bool gather(const crmv_scores *scores, int32_t list, int32_t item, addends *out) {
    const crmv_model *model = scores->model;
    *out = (addends){.code_count = codes_of(model, list, item), .amounts = scores->frame->amounts};
    out->unrated = crmvi_scores_column(scores, crmvi_unrated_column(scores));
    out->score = scores->score;
    out->coverage =
        model->root >= 0 ? crmvi_scores_column(scores, scores->tree.part_count + CRMVI_SCORE_COVERAGE) : NULL;
    if (list == CRMV_TIERS) {
        out->codes = scores->tier;
    } else if (list == CRMV_SEGMENTS) {
        out->codes = crmvi_scores_column(scores, crmvi_segment_column(scores, item));
    }
    return out->unrated && (model->root < 0 || out->coverage) && (list == 0 || out->codes);
}

/* ---- Telling ----------------------------------------------------------------------------------------------------- */

static crmvi_micro mean(crmvi_wide sum, int64_t count) {
    return count > 0 ? (crmvi_micro)crmvi_divide(sum, count) : CRMV_MISSING_POINTS;
}

static void split(crmvi_wide amount, int64_t *high, uint64_t *low) {
    *high = (int64_t)(amount >> 64);
    *low = (uint64_t)amount;
}

static crmv_group group_of(const addends *columns, const tally *one) {
    crmv_group group = {
        .has_amounts = columns->amounts[CRMVI_AMOUNT_REVENUE] != NULL,
        .customers = one->customers,
        .scored = one->scored,
        .too_new = one->unrated[CRMV_TOO_NEW],
        .too_little_coverage = one->unrated[CRMV_TOO_LITTLE_COVERAGE],
        .metric_refused = one->unrated[CRMV_METRIC_REFUSED],
        .nothing_known = one->unrated[CRMV_NOTHING_KNOWN],
        .mean_score = mean(one->points, one->scored),
        .mean_coverage = columns->coverage ? mean(one->coverage, one->customers) : CRMV_MISSING_POINTS,
    };
    split(one->amounts[CRMVI_AMOUNT_REVENUE], &group.revenue_high, &group.revenue_low);
    split(one->amounts[CRMVI_AMOUNT_GROSS_PROFIT], &group.gross_profit_high, &group.gross_profit_low);
    split(one->amounts[CRMVI_AMOUNT_CONTRIBUTION], &group.contribution_high, &group.contribution_low);
    split(one->amounts[CRMVI_AMOUNT_UNKNOWN_COST_REVENUE], &group.unknown_cost_revenue_high,
          &group.unknown_cost_revenue_low);
    return group;
}

static int32_t summarise(const crmv_scores *scores, int32_t list, int32_t item, crmv_group *groups, int32_t count) {
    const uint32_t size = groups[0].struct_size;
    addends columns;
    tally *tallies = crmvi_zeroed(count, sizeof *tallies);
    if (!tallies || !gather(scores, list, item, &columns)) {
        free(tallies);
        return CRMV_OUT_OF_MEMORY;
    }
    add_up(&columns, scores->rows, tallies);
    for (int32_t code = 0; code < count; code++) {
        crmv_group group = group_of(&columns, &tallies[code]);
        group.struct_size = size;
        group.name = name_of(scores->model, list, item, code);
        memcpy((char *)groups + (size_t)code * size, &group, sizeof group);
    }
    free(tallies);
    return CRMV_OK;
}

int32_t crmv_scores_summary(const crmv_scores *scores, int32_t list, int32_t item, crmv_group *groups, int32_t capacity,
                            int32_t *count) {
    if (!scores || !count || capacity < 0 || (capacity > 0 && !groups)) {
        return CRMV_BAD_ARGUMENT;
    }
    if (capacity > 0 && (groups[0].struct_size < sizeof *groups || groups[0].struct_size % sizeof(int64_t) != 0)) {
        return CRMV_BAD_ARGUMENT;
    }
    if (!is_listed(scores->model, list, item)) {
        return CRMV_NOT_FOUND;
    }
    *count = codes_of(scores->model, list, item) + 1;
    return capacity < *count ? CRMV_BUFFER_TOO_SMALL : summarise(scores, list, item, groups, *count);
}
