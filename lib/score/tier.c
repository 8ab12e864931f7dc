/* tier.c - from score to tier, and who gets none. */
#include "score/sheet.h"

int32_t crmvi_tier_of(const crmv_model *model, crmvi_micro score) {
    for (int32_t i = 0; i < model->tier_count; i++) {
        if (score >= model->tiers[i].cut) {
            return i;
        }
    }
    return -1;
}

/* ---- Who gets none ----------------------------------------------------------------------------------------------- */

bool crmvi_may_be_unrated(const crmvi_tree *tree) {
    const crmv_model *model = tree->model;
    bool may = model->unrated.by_tenure || model->unrated.by_coverage;
    for (int32_t i = 0; i < tree->leaf_count; i++) {
        may = may || model->metrics[tree->leaves[i]].missing == CRMVI_REFUSE;
    }
    return may;
}

static void mark_below(const crmvi_micro *coverage, crmvi_micro limit, int32_t count, int32_t *unrated) {
    for (int32_t i = 0; i < count; i++) {
        unrated[i] = coverage[i] < limit ? CRMV_TOO_LITTLE_COVERAGE : unrated[i];
    }
}

int64_t crmvi_last_start(const crmvi_window *tenure, int32_t as_of) {
    return tenure->kind == CRMVI_LAST_MONTHS ? crmvi_months_before(as_of, tenure->length)
                                             : (int64_t)as_of - tenure->length;
}

/* An unknown start is not too new. */
static void mark_new(const int32_t *starts, int64_t last, int32_t count, int32_t *unrated) {
    for (int32_t i = 0; i < count; i++) {
        unrated[i] = starts[i] != CRMV_NO_DATE && starts[i] > last ? CRMV_TOO_NEW : unrated[i];
    }
}

static void mark_missing(const crmvi_micro *points, int32_t reason, int32_t count, int32_t *unrated) {
    for (int32_t i = 0; i < count; i++) {
        unrated[i] = points[i] == CRMV_MISSING_POINTS ? reason : unrated[i];
    }
}

/* Of several reasons the last one that is marked stays. */
static void find_unrated(const crmvi_sheet *sheet) {
    const crmvi_tree *tree = sheet->tree;
    const crmv_model *model = tree->model;
    for (int32_t i = 0; i < sheet->count; i++) {
        sheet->unrated[i] = CRMV_RATED;
    }
    if (model->root < 0) {
        return;
    }
    if (model->unrated.by_coverage) {
        mark_below(sheet->numbers[tree->part_count + CRMVI_SCORE_COVERAGE], model->unrated.coverage, sheet->count,
                   sheet->unrated);
    }
    if (model->unrated.by_tenure && sheet->frame->as_of != CRMV_NO_DATE) {
        mark_new(sheet->frame->starts + sheet->begin, crmvi_last_start(&model->unrated.tenure, sheet->frame->as_of),
                 sheet->count, sheet->unrated);
    }
    for (int32_t i = 0; i < tree->leaf_count; i++) {
        const int32_t metric = tree->leaves[i];
        if (model->metrics[metric].missing == CRMVI_REFUSE) {
            mark_missing(sheet->numbers[metric], CRMV_METRIC_REFUSED, sheet->count, sheet->unrated);
        }
    }
    mark_missing(sheet->numbers[model->metric_count + model->root], CRMV_NOTHING_KNOWN, sheet->count, sheet->unrated);
}

/* ---- Tiers ------------------------------------------------------------------------------------------------------- */

static void find_tiers(const crmvi_sheet *sheet) {
    const crmv_model *model = sheet->tree->model;
    const crmvi_micro *score = model->root < 0 ? NULL : sheet->numbers[model->metric_count + model->root];
    for (int32_t i = 0; i < sheet->count; i++) {
        const bool is_there = score && score[i] != CRMV_MISSING_POINTS;
        sheet->tier[i] = is_there ? crmvi_tier_of(model, score[i]) : -1;
    }
}

void crmvi_rate(const crmvi_sheet *sheet) {
    const crmvi_request *request = sheet->request;
    if (request->unrated) {
        find_unrated(sheet);
    }
    if (request->tier && (!sheet->scheme || sheet->tree->model->root < 0)) {
        find_tiers(sheet);
    }
    for (int32_t i = 0; request->tier && request->unrated && i < sheet->count; i++) {
        sheet->tier[i] = sheet->unrated[i] == CRMV_RATED ? sheet->tier[i] : -1;
    }
}

const char *crmv_unrated_text(int32_t unrated) {
    switch (unrated) {
    case CRMV_RATED:
        return "";
    case CRMV_TOO_NEW:
        return "too new";
    case CRMV_TOO_LITTLE_COVERAGE:
        return "too little known";
    case CRMV_METRIC_REFUSED:
        return "a required metric is missing";
    case CRMV_NOTHING_KNOWN:
        return "nothing known";
    default:
        return "unknown reason";
    }
}
