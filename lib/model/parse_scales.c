#include "asks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for so many bands, knots or categories. */
static bool make_scale(crmvi_parser *parser, crmvi_scale *scale, int32_t kind, int64_t count) {
    scale->kind = kind;
    scale->count = 0;
    scale->points = crmvi_parser_memory(parser, count, sizeof *scale->points);
    if (scale->points == NULL) {
        return false;
    }
    if (kind == CRMVI_CATEGORIES) {
        scale->labels = crmvi_parser_memory(parser, count, sizeof *scale->labels);
        return scale->labels != NULL;
    }
    scale->from = crmvi_parser_memory(parser, count, sizeof *scale->from);
    if (scale->from == NULL || kind == CRMVI_LINE) {
        return scale->from != NULL;
    }
    scale->to = crmvi_parser_memory(parser, count, sizeof *scale->to);
    if (scale->to == NULL) {
        return false;
    }
    scale->given = crmvi_parser_memory(parser, count, sizeof *scale->given);
    return scale->given != NULL;
}

bool crmvi_read_real(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    double *value = field;
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_NUMBER)) {
        return false;
    }
    *value = crmvi_number(spot);
    return true;
}

/* ---- Bands ------------------------------------------------------------------------------------------------------- */

static int by_from(const void *left, const void *right) {
    const crmvi_band *a = left;
    const crmvi_band *b = right;
    if (a->from != b->from) {
        return a->from < b->from ? -1 : 1;
    }
    return a->given < b->given ? -1 : a->given > b->given;
}

/* A band without `from` begins at -infinity; one without `to` has NaN there until its neighbour is known. */
static bool read_band(crmvi_parser *parser, const crmvi_spot *spot, crmvi_band *band) {
    *band = (crmvi_band){.from = -INFINITY, .to = NAN, .given = (int32_t)spot->item};
    if (!crmvi_read_object(parser, spot, &crmvi_band_vocabulary, band)) {
        return false;
    }
    if (!isnan(band->to) && !(band->to > band->from)) {
        const crmvi_spot to = crmvi_member_of(spot, "to");
        return crmvi_refuse(parser, &to, "`to` must lie above `from`");
    }
    return true;
}

static bool refuse_same_from(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_band *band) {
    const crmvi_spot item = crmvi_item_of(spot, band->given);
    if (isinf(band->from)) {
        return crmvi_refuse(parser, &item, "only the lowest band may leave `from` out");
    }
    const crmvi_spot from = crmvi_member_of(&item, "from");
    char text[32];
    crmvi_shortest(band->from, text);
    return crmvi_refuse(parser, &from, "another band begins at %s too", text);
}

static void set_bands(crmvi_scale *scale, const crmvi_band *bands, int32_t count) {
    scale->count = count;
    for (int32_t i = 0; i < count; i++) {
        scale->from[i] = bands[i].from;
        scale->to[i] = !isnan(bands[i].to) ? bands[i].to : i + 1 < count ? bands[i + 1].from : INFINITY;
        scale->points[i] = bands[i].points;
        scale->given[i] = bands[i].given;
    }
}

bool crmvi_read_bands(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_scale *scale = field;
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (count == 0) {
        return crmvi_refuse(parser, spot, "expected at least one band, found none");
    }
    crmvi_band *bands = crmvi_parser_memory(parser, count, sizeof *bands);
    if (bands == NULL || !make_scale(parser, scale, CRMVI_BANDS, count)) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_band(parser, &item, &bands[i])) {
            return false;
        }
    }
    qsort(bands, (size_t)count, sizeof *bands, by_from);
    for (int64_t i = 1; i < count; i++) {
        if (bands[i].from == bands[i - 1].from) {
            return refuse_same_from(parser, spot, &bands[i]);
        }
    }
    set_bands(scale, bands, (int32_t)count);
    return true;
}

/* ---- Lines ------------------------------------------------------------------------------------------------------- */

static bool read_knot(crmvi_parser *parser, const crmvi_spot *spot, crmvi_scale *scale) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_ARRAY)) {
        return false;
    }
    if (json_array_size(spot->value) != 2) {
        return crmvi_refuse(parser, spot, "expected a knot [value, points], found %lld items",
                            (long long)json_array_size(spot->value));
    }
    const int32_t i = scale->count;
    const crmvi_spot value = crmvi_item_of(spot, 0);
    const crmvi_spot points = crmvi_item_of(spot, 1);
    if (!crmvi_read_real(parser, &value, &scale->from[i]) || !crmvi_read_points(parser, &points, &scale->points[i])) {
        return false;
    }
    if (i > 0 && !(scale->from[i] > scale->from[i - 1])) {
        char text[32];
        crmvi_shortest(scale->from[i - 1], text);
        return crmvi_refuse(parser, &value, "knots must be in ascending order: this one must lie above %s", text);
    }
    scale->count++;
    return true;
}

static bool prepare_line(crmvi_parser *parser, crmvi_scale *scale) {
    const int64_t size = crmvi_line_size(scale);
    if (size == 0) {
        return true;
    }
    crmvi_line *line = crmvi_parser_memory(parser, size, 1);
    if (line == NULL) {
        return false;
    }
    crmvi_line_prepare(scale, line);
    scale->line = line;
    return true;
}

bool crmvi_read_line(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_scale *scale = field;
    const int64_t count = (int64_t)json_array_size(spot->value);
    if (count < 2) {
        return crmvi_refuse(parser, spot, "a line needs at least two knots, found %lld", (long long)count);
    }
    if (!make_scale(parser, scale, CRMVI_LINE, count)) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_knot(parser, &item, scale)) {
            return false;
        }
    }
    return prepare_line(parser, scale);
}

/* ---- Categories -------------------------------------------------------------------------------------------------- */

/* The keys are texts of the data: none of them is a note. */
bool crmvi_read_categories(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_scale *scale = field;
    const int64_t count = (int64_t)json_object_size(spot->value);
    if (count == 0) {
        return crmvi_refuse(parser, spot, "expected at least one category, found none");
    }
    if (!make_scale(parser, scale, CRMVI_CATEGORIES, count + 1)) {
        return false;
    }
    const char *label;
    json_t *value;
    json_object_foreach(spot->value, label, value) {
        const crmvi_spot member = {.above = spot, .key = label, .value = value};
        if (!crmvi_read_points(parser, &member, &scale->points[scale->count])) {
            return false;
        }
        scale->labels[scale->count++] = label;
    }
    return true;
}

/* Comes behind the categories, which left room for it. */
bool crmvi_read_other(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_scale *scale = field;
    if (scale->kind != CRMVI_CATEGORIES) {
        return crmvi_refuse(parser, spot, "`other` goes with `categories`");
    }
    for (int32_t i = 0; i < scale->count; i++) {
        if (strcmp(scale->labels[i], "other") == 0) {
            return crmvi_refuse(parser, spot, "the categories name \"other\" already");
        }
    }
    scale->labels[scale->count] = "other";
    scale->has_other = true;
    return crmvi_read_points(parser, spot, &scale->points[scale->count++]);
}

/* ---- The scale --------------------------------------------------------------------------------------------------- */

void crmvi_set_extremes(crmvi_scale *scale) {
    scale->lowest = scale->points[0];
    scale->highest = scale->points[0];
    for (int32_t i = 1; i < scale->count; i++) {
        if (scale->points[i] < scale->lowest) {
            scale->lowest = scale->points[i];
        }
        if (scale->points[i] > scale->highest) {
            scale->highest = scale->points[i];
        }
    }
}

/* A scale that is requested has no band until it was found; the request is read once the whole card was. */
bool crmvi_read_scale(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const forms[] = {"bands", "line", "categories"};
    crmvi_scale *scale = field;
    if (!crmvi_check_object(parser, spot, &crmvi_scale_vocabulary) ||
        !crmvi_check_ask_forms(parser, spot, forms, 3, &crmvi_scale_asks)) {
        return false;
    }
    scale->kind = CRMVI_BANDS;
    if (!crmvi_fill_object(parser, spot, &crmvi_scale_vocabulary, scale)) {
        return false;
    }
    if (scale->count > 0) {
        crmvi_set_extremes(scale);
    }
    return true;
}
