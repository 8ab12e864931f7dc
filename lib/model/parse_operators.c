#include "parse.h"

#include <string.h>

/* ---- Measures ---------------------------------------------------------------------------------------------------- */

static bool add_measure(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    uint32_t *measures = field;
    int32_t measure = 0;
    if (!crmvi_choose(parser, spot, "measure", crmvi_measure_names, CRMVI_MEASURES, &measure)) {
        return false;
    }
    if ((*measures >> measure & 1) != 0) {
        return crmvi_refuse(parser, spot, "the measure \"%s\" is given twice", crmvi_measure_names[measure]);
    }
    *measures |= UINT32_C(1) << measure;
    return true;
}

bool crmvi_each_text(crmvi_parser *parser, const crmvi_spot *spot, crmvi_read *read, void *field) {
    if (json_is_string(spot->value)) {
        return read(parser, spot, field);
    }
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (count == 0) {
        return crmvi_refuse(parser, spot, "expected at least one text, found an empty array");
    }
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!crmvi_expect(parser, &item, CRMVI_TAKES_TEXT) || !read(parser, &item, field)) {
            return false;
        }
    }
    return true;
}

bool crmvi_read_measures(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const uint32_t quantities = UINT32_C(1) << CRMVI_QUANTITY | UINT32_C(1) << CRMVI_RETURNED_QUANTITY;
    uint32_t *measures = field;
    *measures = 0;
    if (!crmvi_each_text(parser, spot, add_measure, measures)) {
        return false;
    }
    const bool is_mixed = (*measures & quantities) != 0 && (*measures & ~quantities) != 0;
    return !is_mixed || crmvi_refuse(parser, spot, "money and quantities cannot be added up");
}

/* ---- Counts, time and returns ------------------------------------------------------------------------------------ */

bool crmvi_read_count(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_choose(parser, spot, "count", crmvi_count_names, CRMVI_COUNTS, field);
}

bool crmvi_read_time_unit(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_choose(parser, spot, "unit of time", crmvi_time_unit_names, CRMVI_TIME_UNITS, field);
}

bool crmvi_read_gap(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_choose(parser, spot, "gap", crmvi_gap_names, CRMVI_GAPS, field);
}

bool crmvi_read_return_rate(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"revenue", "quantity"};
    static const int32_t measures[] = {CRMVI_REVENUE, CRMVI_QUANTITY};
    int32_t *detail = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "return rate", names, 2, &chosen)) {
        return false;
    }
    *detail = measures[chosen];
    return true;
}

/* ---- Receivables ------------------------------------------------------------------------------------------------- */

bool crmvi_read_overdue(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_choose(parser, spot, "detail of what is overdue", crmvi_overdue_names, CRMVI_OVERDUES, field);
}

bool crmvi_read_receivable(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_choose(parser, spot, "detail of receivables", crmvi_receivable_names, CRMVI_RECEIVABLE_DETAILS, field);
}

/* ---- Other metrics ----------------------------------------------------------------------------------------------- */

static bool read_operand(crmvi_parser *parser, const crmvi_spot *spot, int32_t *operand) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_TEXT)) {
        return false;
    }
    const crmv_model *model = parser->model;
    const char *name = json_string_value(spot->value);
    *operand = crmvi_number_of(parser, name);
    if (*operand >= 0 && *operand < model->metric_count) {
        return true;
    }
    return crmvi_refuse_name(parser, spot, "metric", name, parser->names, model->metric_count);
}

bool crmvi_read_operands(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    int32_t *operands = field;
    if (json_array_size(spot->value) != 2) {
        return crmvi_refuse(parser, spot, "expected two metrics, found %lld items",
                            (long long)json_array_size(spot->value));
    }
    const crmvi_spot first = crmvi_item_of(spot, 0);
    const crmvi_spot second = crmvi_item_of(spot, 1);
    return read_operand(parser, &first, &operands[0]) && read_operand(parser, &second, &operands[1]);
}
