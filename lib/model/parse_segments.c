#include "asks.h"

#include <string.h>

/* ---- Names ------------------------------------------------------------------------------------------------------- */

/*
 * Conditions may name the segments of one another, whichever stands first; so the names of all segments are gathered
 * before any condition is read.
 */

static bool make_names(crmvi_parser *parser, crmvi_segment *segment, int64_t most) {
    crmvi_names_clear(&parser->scratch);
    segment->names = crmvi_parser_memory(parser, most, sizeof *segment->names);
    return segment->names != NULL;
}

/* The code of a name of the segment, which may be new. */
static bool take_name(crmvi_parser *parser, const crmvi_spot *spot, crmvi_segment *segment, int32_t *code) {
    const char *name = NULL;
    if (!crmvi_read_text(parser, spot, &name)) {
        return false;
    }
    const int64_t number = crmvi_count_name(parser, name);
    if (number < 0) {
        return false;
    }
    if (number == segment->name_count) {
        segment->names[segment->name_count++] = name;
    }
    *code = (int32_t)number;
    return true;
}

/* Every row has as many names as the first. */
static bool check_rows(crmvi_parser *parser, const crmvi_spot *spot, int64_t rows, int64_t columns) {
    if (rows == 0) {
        return crmvi_refuse(parser, spot, "expected at least one row of names, found none");
    }
    for (int64_t i = 0; i < rows; i++) {
        const crmvi_spot row = crmvi_item_of(spot, i);
        if (!crmvi_expect(parser, &row, CRMVI_TAKES_ARRAY)) {
            return false;
        }
        if ((int64_t)json_array_size(row.value) != columns) {
            return crmvi_refuse(parser, &row, "the first row has %lld names, this one %lld", (long long)columns,
                                (long long)json_array_size(row.value));
        }
    }
    return true;
}

/* The cells of a grid, row by row; how many cuts each side must have follows from them. */
static bool name_cells(crmvi_parser *parser, const crmvi_spot *spot, crmvi_segment *segment) {
    const int64_t rows = (int64_t)json_array_size(spot->value);
    const int64_t columns = (int64_t)json_array_size(json_array_get(spot->value, 0));
    if (!check_rows(parser, spot, rows, columns)) {
        return false;
    }
    segment->rows.count = (int32_t)rows - 1;
    segment->columns.count = (int32_t)columns - 1;
    segment->cells = crmvi_parser_memory(parser, rows * columns, sizeof *segment->cells);
    if (segment->cells == NULL || !make_names(parser, segment, rows * columns)) {
        return false;
    }
    for (int64_t i = 0; i < rows * columns; i++) {
        const crmvi_spot row = crmvi_item_of(spot, i / columns);
        const crmvi_spot name = crmvi_item_of(&row, i % columns);
        if (!take_name(parser, &name, segment, &segment->cells[i])) {
            return false;
        }
    }
    return true;
}

static bool name_cases(crmvi_parser *parser, const crmvi_spot *spot, crmvi_segment *segment) {
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (count == 0) {
        return crmvi_refuse(parser, spot, "expected at least one case, found none");
    }
    segment->cases = crmvi_parser_memory(parser, count, sizeof *segment->cases);
    if (segment->cases == NULL || !make_names(parser, segment, count)) {
        return false;
    }
    segment->case_count = (int32_t)count;
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!crmvi_check_object(parser, &item, &crmvi_case_vocabulary)) {
            return false;
        }
        const crmvi_spot is = crmvi_member_of(&item, "is");
        if (!take_name(parser, &is, segment, &segment->cases[i].code)) {
            return false;
        }
    }
    return true;
}

static bool name_grid(crmvi_parser *parser, const crmvi_spot *spot, crmvi_segment *segment) {
    segment->is_grid = true;
    if (!crmvi_check_object(parser, spot, &crmvi_grid_vocabulary)) {
        return false;
    }
    const crmvi_spot names = crmvi_member_of(spot, "names");
    return name_cells(parser, &names, segment);
}

/* What goes with `by` alone does not stand beside a grid or cases. */
static bool check_no_cuts(crmvi_parser *parser, const crmvi_spot *spot) {
    static const char *const forms[] = {"cuts", "fitted"};
    crmvi_spot last;
    const int32_t kind = crmvi_ask_in(spot->value, &crmvi_class_asks);
    const int32_t given = crmvi_count_given(spot, &crmvi_ask_names[kind], 1, &last) +
                          crmvi_count_given(spot, forms, kind == CRMVI_ASK_NOTHING ? 2 : 0, &last);
    return given == 0 || crmvi_refuse(parser, &last, "`%s` goes with `by`, which says what is cut", last.key);
}

static bool name_segment(crmvi_parser *parser, const crmvi_spot *spot, crmvi_segment *segment) {
    static const char *const forms[] = {"grid", "cases", "by"};
    crmvi_spot form;
    segment->name = spot->key;
    if (!crmvi_check_object(parser, spot, &crmvi_segment_vocabulary)) {
        return false;
    }
    const int32_t given = crmvi_count_given(spot, forms, 3, &form);
    if (given != 1) {
        return crmvi_refuse(parser, spot, "a segment has one of `grid`, `cases`, `by`, found %s",
                            given == 0 ? "none of them" : "two of them");
    }
    if (strcmp(form.key, "by") == 0) {
        return crmvi_read_classes_by(parser, spot, segment);
    }
    return check_no_cuts(parser, spot) &&
           (strcmp(form.key, "grid") == 0 ? name_grid : name_cases)(parser, &form, segment);
}

/* ---- Grids ------------------------------------------------------------------------------------------------------- */

bool crmvi_find_side(crmvi_parser *parser, const crmvi_spot *spot, crmvi_side *side) {
    const crmv_model *model = parser->model;
    const char *name = json_string_value(spot->value);
    const int32_t number = crmvi_number_of(parser, name);
    if (number < 0 || number >= model->metric_count + model->index_count) {
        return crmvi_refuse_name(parser, spot, "metric or index", name, parser->names,
                                 model->metric_count + model->index_count);
    }
    side->on = number < model->metric_count ? CRMVI_ON_METRIC : CRMVI_ON_INDEX;
    side->position = number < model->metric_count ? number : number - model->metric_count;
    if (side->on == CRMVI_ON_METRIC && crmvi_is_category(&model->metrics[number])) {
        char quoted[CRMVI_QUOTED_SIZE];
        return crmvi_refuse(parser, spot, "the metric %s is a category, not a number", crmvi_quoted(name, quoted));
    }
    return true;
}

/* Cuts in ascending order, one less than there are names on that side. */
static bool read_side_cuts(crmvi_parser *parser, const crmvi_spot *spot, crmvi_side *side, const char *names) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_ARRAY)) {
        return false;
    }
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (count == 0) {
        return crmvi_refuse(parser, spot, "expected at least one cut, found none");
    }
    if (count != side->count) {
        return crmvi_refuse(parser, spot, "%lld cuts need %lld %s of names, found %lld", (long long)count,
                            (long long)count + 1, names, (long long)side->count + 1);
    }
    side->cuts = crmvi_parser_memory(parser, count, sizeof *side->cuts);
    if (side->cuts == NULL) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot cut = crmvi_item_of(spot, i);
        if (!crmvi_read_limit(parser, &cut, side->on, &side->cuts[i])) {
            return false;
        }
        if (i > 0 && !(side->cuts[i].value > side->cuts[i - 1].value)) {
            char text[32];
            crmvi_shortest(side->cuts[i - 1].value, text);
            return crmvi_refuse(parser, &cut, "cuts must ascend: this one must lie above %s", text);
        }
    }
    return true;
}

bool crmvi_read_grid(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_segment *segment = field;
    const crmvi_spot rows = crmvi_member_of(spot, "rows");
    const crmvi_spot columns = crmvi_member_of(spot, "columns");
    const crmvi_spot cuts = crmvi_member_of(spot, "cuts");
    if (json_array_size(cuts.value) != 2) {
        return crmvi_refuse(parser, &cuts, "expected the cuts of the rows and those of the columns, found %lld items",
                            (long long)json_array_size(cuts.value));
    }
    const crmvi_spot row_cuts = crmvi_item_of(&cuts, 0);
    const crmvi_spot column_cuts = crmvi_item_of(&cuts, 1);
    return crmvi_find_side(parser, &rows, &segment->rows) && crmvi_find_side(parser, &columns, &segment->columns) &&
           read_side_cuts(parser, &row_cuts, &segment->rows, "rows") &&
           read_side_cuts(parser, &column_cuts, &segment->columns, "columns");
}

/* ---- Cases ------------------------------------------------------------------------------------------------------- */

bool crmvi_read_cases(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_segment *segment = field;
    for (int32_t i = 0; i < segment->case_count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!crmvi_fill_object(parser, &item, &crmvi_case_vocabulary, &segment->cases[i])) {
            return false;
        }
    }
    return true;
}

/* ---- Segments ---------------------------------------------------------------------------------------------------- */

static const char *segment_name(const crmv_model *model, int32_t node) {
    return model->segments[node].name;
}

/* The cursor is at a case and one of its conditions. */
static int32_t next_segment(const crmv_model *model, int32_t node, crmvi_cursor *cursor) {
    const crmvi_segment *segment = &model->segments[node];
    for (; cursor->outer < segment->case_count; cursor->outer++, cursor->inner = 0) {
        const crmvi_when *when = &segment->cases[cursor->outer].when;
        while (cursor->inner < when->count) {
            const crmvi_condition *condition = &when->conditions[cursor->inner++];
            if (condition->on == CRMVI_ON_SEGMENT) {
                return condition->position;
            }
        }
    }
    return -1;
}

bool crmvi_read_segments(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmv_model *model = field;
    const char *const *names = parser->names + model->metric_count + model->index_count;
    model->segments = crmvi_parser_memory(parser, model->segment_count, sizeof *model->segments);
    if (model->segments == NULL) {
        return false;
    }
    for (int32_t i = 0; i < model->segment_count; i++) {
        const crmvi_spot segment = crmvi_member_of(spot, names[i]);
        if (!name_segment(parser, &segment, &model->segments[i])) {
            return false;
        }
    }
    for (int32_t i = 0; i < model->segment_count; i++) {
        const crmvi_spot segment = crmvi_member_of(spot, names[i]);
        if (!crmvi_fill_object(parser, &segment, &crmvi_segment_vocabulary, &model->segments[i])) {
            return false;
        }
    }
    const crmvi_graph graph = {model->segment_count, spot, segment_name, next_segment};
    return crmvi_order(parser, &graph, &model->segment_order);
}
