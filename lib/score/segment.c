/* segment.c - classes of customers beside the tiers: grids and cases. */
#include "score/sheet.h"

#include <math.h>

/* How many cuts of a side lie at or below a number; -1 where that is missing. */
static int32_t step_of_number(const crmvi_side *side, double value) {
    int32_t step = 0;
    while (step < side->count && value >= side->cuts[step].value) {
        step++;
    }
    return isnan(value) ? -1 : step;
}

static int32_t step_of_points(const crmvi_side *side, crmvi_micro points) {
    int32_t step = 0;
    while (step < side->count && points >= side->cuts[step].micro) {
        step++;
    }
    return points == CRMV_MISSING_POINTS ? -1 : step;
}

static int32_t step_of(const crmvi_sheet *sheet, const crmvi_side *side, int32_t row) {
    return side->on == CRMVI_ON_METRIC
               ? step_of_number(side, crmvi_sheet_values(sheet, side->position)[row])
               : step_of_points(side, sheet->numbers[sheet->tree->model->metric_count + side->position][row]);
}

static void find_cells(const crmvi_sheet *sheet, const crmvi_segment *segment, int32_t *codes) {
    for (int32_t row = 0; row < sheet->count; row++) {
        const int32_t up = step_of(sheet, &segment->rows, row), across = step_of(sheet, &segment->columns, row);
        codes[row] = up < 0 || across < 0 ? -1 : segment->cells[up * (segment->columns.count + 1) + across];
    }
}

/* The first case that holds wins, so it is looked at last. */
static void find_cases(const crmvi_sheet *sheet, const crmvi_segment *segment, int32_t *codes, int32_t *cases) {
    for (int32_t row = 0; row < sheet->count; row++) {
        codes[row] = -1;
    }
    for (int32_t row = 0; cases && row < sheet->count; row++) {
        cases[row] = -1;
    }
    for (int32_t i = segment->case_count - 1; i >= 0; i--) {
        const int32_t code = segment->cases[i].code;
        crmvi_when_results(sheet, &segment->cases[i].when, sheet->results);
        for (int32_t row = 0; row < sheet->count; row++) {
            codes[row] = sheet->results[row] == CRMVI_HOLDS ? code : codes[row];
        }
        for (int32_t row = 0; cases && row < sheet->count; row++) {
            cases[row] = sheet->results[row] == CRMVI_HOLDS ? i : cases[row];
        }
    }
}

void crmvi_classify(const crmvi_sheet *sheet, int32_t segment, int32_t *cases) {
    const crmvi_segment *card = &sheet->tree->model->segments[segment];
    if (card->is_grid) {
        find_cells(sheet, card, sheet->codes[segment]);
    } else {
        find_cases(sheet, card, sheet->codes[segment], cases);
    }
}
