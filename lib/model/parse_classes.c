/* parse_classes.c - a segment whose classes are `by` one number: kept as a grid that has one column. */
#include "asks.h"

/* The columns look at the same number, so that it is missing for both sides or for none. */
static bool make_grid(crmvi_parser *parser, crmvi_segment *segment, int32_t classes) {
    segment->is_grid = true;
    segment->rows.count = classes - 1;
    segment->columns = (crmvi_side){.on = segment->rows.on, .position = segment->rows.position};
    segment->names = crmvi_parser_memory(parser, classes, sizeof *segment->names);
    segment->cells = crmvi_parser_memory(parser, classes, sizeof *segment->cells);
    segment->rows.cuts = crmvi_parser_memory(parser, classes, sizeof *segment->rows.cuts);
    return segment->names != NULL && segment->cells != NULL && segment->rows.cuts != NULL;
}

/* Classes are given best first; a grid's rows and their cuts ascend. Until its cuts are found nobody is in a class. */
static bool set_classes(crmvi_parser *parser, const crmvi_class *classes, int32_t count, bool is_open,
                        crmvi_segment *segment) {
    if (!make_grid(parser, segment, count)) {
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        segment->names[i] = classes[i].name;
        segment->cells[count - 1 - i] = is_open ? -1 : i;
    }
    for (int32_t i = 0; i < count - 1; i++) {
        segment->rows.cuts[count - 2 - i] = classes[i].cut;
    }
    segment->name_count = count;
    return true;
}

bool crmvi_read_classes_by(crmvi_parser *parser, const crmvi_spot *spot, crmvi_segment *segment) {
    static const char *const forms[] = {"cuts"};
    const crmvi_spot by = crmvi_member_of(spot, "by");
    const crmvi_spot cuts = crmvi_member_of(spot, "cuts");
    crmvi_side *side = &segment->rows;
    crmvi_class *classes = NULL;
    int32_t count = 0;
    if (!crmvi_check_ask_forms(parser, spot, forms, 1, &crmvi_class_asks) || !crmvi_find_side(parser, &by, side)) {
        return false;
    }
    if (cuts.value != NULL) {
        return crmvi_read_class_cuts(parser, &cuts, side->on, "class", &classes, &count) &&
               set_classes(parser, classes, count, false, segment);
    }
    const int32_t position = (int32_t)(segment - parser->model->segments);
    crmvi_asked *asked = crmvi_read_class_ask(parser, spot, CRMVI_ASK_FOR_CLASSES, position);
    return asked != NULL && crmvi_settle_classes(parser, spot, asked, side) &&
           crmvi_asked_classes(parser, spot, &asked->ask, side->on, "class", &classes) &&
           set_classes(parser, classes, asked->ask.classes, asked->ask.state != CRMV_REQUEST_FITTED, segment);
}
