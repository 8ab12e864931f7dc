/* report_page.c - the report for people, made of its tree alone: what stands here stands there too. */
#include "base/decimal.h"
#include "base/exact.h"
#include "base/page.h"
#include "calibrate/comparison.h"
#include "calibrate/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Cells ------------------------------------------------------------------------------------------------------- */

static const char *text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static int64_t count_at(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

/* A count with its thousands apart. */
static crmvi_ratio grouped(int64_t count) {
    crmvi_ratio text;
    crmvi_amount_text(count, 0, 0, true, text.text);
    return text;
}

static void cell_text(crmvi_grid *grid, const json_t *object, const char *key) {
    crmvi_grid_cell(grid, text_at(object, key));
}

static void cell_count(crmvi_grid *grid, const json_t *object, const char *key) {
    crmvi_grid_cell(grid, grouped(count_at(object, key)).text);
}

/* A number with so many decimals; what is null is a dash. */
static void cell_number(crmvi_grid *grid, const json_t *number, int32_t decimals) {
    crmvi_grid_cell(grid, json_is_number(number) ? crmvi_ratio_of(json_number_value(number), decimals).text : "-");
}

static void cell_member(crmvi_grid *grid, const json_t *object, const char *key, int32_t decimals) {
    cell_number(grid, json_object_get(object, key), decimals);
}

/* A sum of money, which the tree holds as a text of digits, with its thousands apart. */
static void cell_money(crmvi_grid *grid, const json_t *object, const char *key) {
    const char *text = text_at(object, key);
    const int64_t whole = (int64_t)strcspn(text, ".");
    crmvi_writing cell = {0};
    for (int64_t i = 0; i < whole; i++) {
        crmvi_write(&cell, "%s%c", i > 0 && text[i - 1] != '-' && (whole - i) % 3 == 0 ? "," : "", text[i]);
    }
    crmvi_write(&cell, "%s", text + whole);
    grid->failed = grid->failed || cell.failed;
    crmvi_grid_cell(grid, cell.bytes != NULL ? cell.bytes : "");
    free(cell.bytes);
}

static void cells(crmvi_grid *grid, const char *const *texts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        crmvi_grid_cell(grid, texts[i]);
    }
}

static void heading(crmvi_writing *page, const char *text) {
    crmvi_write_bytes(page, "\n", 1);
    crmvi_page_paragraph(page, 0, 0, text);
}

/* A paragraph that was put together; lets go of it. */
static void paragraph(crmvi_writing *page, int32_t indent, int32_t hanging, crmvi_writing *text) {
    page->failed = page->failed || text->failed;
    if (!text->failed) {
        crmvi_page_paragraph(page, indent, hanging, text->bytes != NULL ? text->bytes : "");
    }
    free(text->bytes);
}

/* ---- What it is about -------------------------------------------------------------------------------------------- */

/* The verdict's lines, each a paragraph. */
static void page_verdict(crmvi_writing *page, const json_t *tree) {
    const char *at = text_at(tree, "verdict");
    while (*at != '\0') {
        const char *end = strchr(at, '\n');
        crmvi_writing line = {0};
        crmvi_write_bytes(&line, at, end != NULL ? (int64_t)(end - at) : (int64_t)strlen(at));
        paragraph(page, 0, 0, &line);
        at = end != NULL ? end + 1 : at + strlen(at);
    }
}

static void page_source(crmvi_writing *page, const json_t *tree) {
    const json_t *model = json_object_get(tree, "model");
    const char *name = text_at(model, "name"), *as_of = text_at(tree, "as_of"), *input = text_at(tree, "input");
    crmvi_writing text = {0};
    crmvi_write_bytes(page, "\n", 1);
    crmvi_write(&text, "Model      %s%s%s", name, name[0] != '\0' ? ", " : "", text_at(model, "hash"));
    paragraph(page, 0, 11, &text);
    text = (crmvi_writing){0};
    crmvi_write(&text, "As of      %s%s%s; crmvalue %s", as_of[0] != '\0' ? as_of : "no date",
                input[0] != '\0' ? ", input " : "", input, text_at(tree, "version"));
    paragraph(page, 0, 11, &text);
}

/* Why customers have no tier, or are in no population. */
static void page_customers(crmvi_writing *page, const json_t *tree) {
    static const struct {
        const char *key, *text;
    } reasons[] = {{"too_new", "too new"},
                   {"too_little_coverage", "too little coverage"},
                   {"metric_refused", "without a metric that must be there"},
                   {"nothing_known", "nothing known"}};
    const json_t *customers = json_object_get(tree, "customers");
    crmvi_writing text = {0};
    crmvi_write(&text, "Customers  %s, %s in the population, %s rated", grouped(count_at(customers, "in_frame")).text,
                grouped(count_at(customers, "in_population")).text, grouped(count_at(customers, "rated")).text);
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (count_at(customers, reasons[i].key) > 0) {
            crmvi_write(&text, "; %s %s", grouped(count_at(customers, reasons[i].key)).text, reasons[i].text);
        }
    }
    paragraph(page, 0, 11, &text);
}

static void page_warnings(crmvi_writing *page, const json_t *tree) {
    const json_t *warnings = json_object_get(tree, "warnings");
    size_t i;
    const json_t *one;
    if (json_array_size(warnings) > 0) {
        heading(page, "Warnings");
    }
    json_array_foreach(warnings, i, one) {
        crmvi_writing text = {0};
        crmvi_write(&text, "%s: %s", text_at(one, "place"), text_at(one, "message"));
        paragraph(page, 2, 4, &text);
    }
}

/* ---- What was found ---------------------------------------------------------------------------------------------- */

static void page_requests(crmvi_writing *page, const json_t *tree) {
    size_t i;
    const json_t *one;
    if (json_array_size(json_object_get(tree, "requests")) > 0) {
        heading(page, "Found");
    }
    json_array_foreach(json_object_get(tree, "requests"), i, one) {
        const json_t *fitted = json_object_get(one, "fitted"), *customers = json_object_get(fitted, "customers");
        crmvi_writing text = {0};
        crmvi_write(&text, "%s (%s", text_at(one, "place"), text_at(one, "operation"));
        if (json_is_integer(customers)) {
            crmvi_write(&text, ", from %s customer%s", grouped(json_integer_value(customers)).text,
                        json_integer_value(customers) == 1 ? "" : "s");
        }
        crmvi_write(&text, "): ");
        crmvi_write_answer(&text, fitted);
        paragraph(page, 2, 4, &text);
    }
}

/* ---- Points ------------------------------------------------------------------------------------------------------ */

static void page_points(crmvi_writing *page, const json_t *tree) {
    static const char *const heads[] = {"",         "customers", "missing", "lowest", "quarter", "median",
                                        "three q.", "highest",   "mean",    "% low",  "% high"};
    static const char *const keys[] = {"lowest", "quarter", "median", "three_quarters", "highest", "mean"};
    crmvi_grid grid = {.sides = "lrrrrrrrrrr"};
    const char *name;
    json_t *one;
    heading(page, "Points (% low, % high: customers at the ends of what can be earned)");
    cells(&grid, heads, sizeof heads / sizeof *heads);
    json_object_foreach(json_object_get(tree, "points"), name, one) {
        crmvi_grid_cell(&grid, name);
        cell_count(&grid, one, "customers");
        cell_count(&grid, one, "missing");
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            cell_member(&grid, one, keys[i], 1);
        }
        cell_member(&grid, one, "percent_at_lowest", 1);
        cell_member(&grid, one, "percent_at_highest", 1);
    }
    crmvi_page_grid(page, &grid);
}

/* ---- Correlations ------------------------------------------------------------------------------------------------ */

enum { MATRIX_COLUMNS = 12 };

/* The columns [from, to) of the matrix; they are numbered as its rows are. */
static void page_part(crmvi_writing *page, const json_t *names, const json_t *matrix, size_t from, size_t to) {
    char sides[MATRIX_COLUMNS + 3] = "rl";
    memset(sides + 2, 'r', to - from);
    crmvi_grid grid = {.sides = sides};
    crmvi_grid_cell(&grid, "");
    crmvi_grid_cell(&grid, "");
    for (size_t column = from; column < to; column++) {
        crmvi_grid_cell(&grid, grouped((int64_t)column + 1).text);
    }
    for (size_t row = from; row < json_array_size(names); row++) {
        crmvi_grid_cell(&grid, grouped((int64_t)row + 1).text);
        crmvi_grid_cell(&grid, json_string_value(json_array_get(names, row)));
        for (size_t column = from; column < to; column++) {
            if (column < row) {
                cell_number(&grid, json_array_get(json_array_get(matrix, row), column), 2);
            } else {
                crmvi_grid_cell(&grid, "");
            }
        }
    }
    crmvi_page_grid(page, &grid);
}

static void page_correlations(crmvi_writing *page, const json_t *tree) {
    const json_t *section = json_object_get(tree, "correlations");
    const json_t *names = json_object_get(section, "names");
    const size_t count = json_array_size(names);
    if (count < 2) {
        return;
    }
    heading(page, "Correlations of points");
    for (size_t from = 0; from + 1 < count; from += MATRIX_COLUMNS) {
        const size_t to = from + MATRIX_COLUMNS < count - 1 ? from + MATRIX_COLUMNS : count - 1;
        page_part(page, names, json_object_get(section, "pearson"), from, to);
    }
}

/* ---- Tiers ------------------------------------------------------------------------------------------------------- */

/* A member's heading, or none where no tier has it. */
static const char *head_if(bool shown, const char *head) {
    return shown ? head : "";
}

/* Whether rules cap anybody. */
static bool has_caps(const json_t *classes) {
    size_t i;
    const json_t *one;
    json_array_foreach(classes, i, one) {
        if (count_at(one, "customers") != count_at(one, "after_caps")) {
            return true;
        }
    }
    return false;
}

/* Two decimals, or all six of points where in two of them a cut would look like the one before, or as if it were
 * reached though nobody does. */
static int32_t cut_decimals(const json_t *classes) {
    size_t i;
    const json_t *one, *before = NULL;
    json_array_foreach(classes, i, one) {
        const json_t *cut = json_object_get(one, "cut");
        const crmvi_ratio shown = crmvi_ratio_of(json_number_value(cut), 2);
        const bool is_alike = json_is_number(before) && json_is_number(cut) &&
                              strcmp(crmvi_ratio_of(json_number_value(before), 2).text, shown.text) == 0;
        if (is_alike || (json_is_number(cut) && count_at(one, "customers") == 0)) {
            return 6;
        }
        before = cut;
    }
    return 2;
}

static void tier_rows(crmvi_grid *grid, const json_t *classes) {
    const json_t *best = json_array_get(classes, 0);
    const bool caps = has_caps(classes);
    const int32_t decimals = cut_decimals(classes);
    const char *const heads[] = {"",
                                 "from",
                                 "customers",
                                 "%",
                                 "mean score",
                                 head_if(json_object_get(best, "revenue") != NULL, "revenue"),
                                 head_if(json_object_get(best, "contribution") != NULL, "contribution"),
                                 head_if(caps, "after caps")};
    size_t i;
    const json_t *one;
    cells(grid, heads, sizeof heads / sizeof *heads);
    json_array_foreach(classes, i, one) {
        cell_text(grid, one, "name");
        cell_member(grid, one, "cut", decimals);
        cell_count(grid, one, "customers");
        cell_member(grid, one, "percent", 1);
        cell_member(grid, one, "mean_score", 1);
        cell_money(grid, one, "revenue");
        cell_money(grid, one, "contribution");
        crmvi_grid_cell(grid, caps ? grouped(count_at(one, "after_caps")).text : "");
    }
}

static void page_tiers(crmvi_writing *page, const json_t *tree) {
    const json_t *section = json_object_get(tree, "tiers"), *fit = json_object_get(section, "variance_fit");
    const char *currency = text_at(tree, "currency");
    crmvi_grid grid = {.sides = "lrrrrrrr"};
    crmvi_writing text = {0};
    if (section == NULL) {
        return;
    }
    crmvi_write(&text, "Tiers");
    if (json_is_number(fit)) {
        crmvi_write(&text, ", goodness of variance fit %s", crmvi_ratio_of(json_number_value(fit), 3).text);
    }
    crmvi_write(&text, "%s%s", currency[0] != '\0' ? "; money in " : "", currency);
    crmvi_write_bytes(page, "\n", 1);
    paragraph(page, 0, 0, &text);
    tier_rows(&grid, json_object_get(section, "classes"));
    crmvi_page_grid(page, &grid);
}

/* ---- Robustness -------------------------------------------------------------------------------------------------- */

/* Ways in which a weight is changed, in the tree and as the first heading of their columns. */
static const struct {
    const char *key, *head;
} changes[] = {{"less", "less: up"}, {"more", "more: up"}, {"without", "without: up"}};
enum { CHANGES = sizeof changes / sizeof *changes };

/* Whether any weight, changed in that way, gives a tier to customers or takes it. */
static bool has_unrated(const json_t *list, const char *key) {
    size_t i;
    const json_t *one;
    json_array_foreach(list, i, one) {
        if (count_at(json_object_get(one, key), "unrated") > 0) {
            return true;
        }
    }
    return false;
}

static void cells_moves(crmvi_grid *grid, const json_t *one, const char *key) {
    const json_t *moves = json_object_get(one, key);
    const int64_t unrated = count_at(moves, "unrated");
    cell_count(grid, moves, "up");
    cell_count(grid, moves, "down");
    crmvi_grid_cell(grid, unrated > 0 ? grouped(unrated).text : "");
}

static void robustness_heads(crmvi_grid *grid, const json_t *list) {
    crmvi_grid_cell(grid, "");
    crmvi_grid_cell(grid, "weight");
    for (size_t i = 0; i < CHANGES; i++) {
        crmvi_grid_cell(grid, changes[i].head);
        crmvi_grid_cell(grid, "down");
        crmvi_grid_cell(grid, head_if(has_unrated(list, changes[i].key), "unrated"));
    }
}

static void page_robustness(crmvi_writing *page, const json_t *tree) {
    const json_t *section = json_object_get(tree, "robustness"), *list = json_object_get(section, "weights");
    crmvi_grid grid = {.sides = "lrrrrrrrrrr"};
    size_t i;
    const json_t *one;
    if (json_array_size(list) == 0) {
        return;
    }
    crmvi_writing text = {0};
    crmvi_write(&text, "Customers who would change tier with one weight %s %% less, %s %% more, or 0",
                crmvi_ratio_of(json_number_value(json_object_get(section, "change_percent")), 0).text,
                crmvi_ratio_of(json_number_value(json_object_get(section, "change_percent")), 0).text);
    crmvi_write_bytes(page, "\n", 1);
    paragraph(page, 0, 0, &text);
    robustness_heads(&grid, list);
    json_array_foreach(list, i, one) {
        crmvi_writing name = {0};
        crmvi_write(&name, "%s: %s", text_at(one, "index"), text_at(one, "member"));
        grid.failed = grid.failed || name.failed;
        crmvi_grid_cell(&grid, name.bytes != NULL ? name.bytes : "");
        free(name.bytes);
        cell_member(&grid, one, "weight", 2);
        for (size_t k = 0; k < CHANGES; k++) {
            cells_moves(&grid, one, changes[k].key);
        }
    }
    crmvi_page_grid(page, &grid);
}

/* ---- Prediction -------------------------------------------------------------------------------------------------- */

enum { TENTHS = 10 };

/* The heads of columns; fewer customers than ten are shown one by one. */
static void prediction_heads(crmvi_grid *grid) {
    static const char *const heads[] = {"",    "Spearman", "Gini", "1st", "2nd", "3rd", "4th",
                                        "5th", "6th",      "7th",  "8th", "9th", "10th"};
    cells(grid, heads, sizeof heads / sizeof *heads);
}

/* A part that some of the customers do not have was measured on the others: how many these are stands behind it. */
static void prediction_row(crmvi_grid *grid, const json_t *one, int64_t customers) {
    const char *is = text_at(one, "is");
    crmvi_writing name = {0};
    const bool is_part = strcmp(is, "metric") == 0 || strcmp(is, "index") == 0;
    crmvi_write(&name, "%s%s%s", is_part ? is : "", is_part ? " " : "", text_at(one, "name"));
    if (count_at(one, "customers") != customers) {
        crmvi_write(&name, " (%s)", grouped(count_at(one, "customers")).text);
    }
    grid->failed = grid->failed || name.failed;
    crmvi_grid_cell(grid, name.bytes != NULL ? name.bytes : "");
    free(name.bytes);
    cell_member(grid, one, "spearman", 3);
    cell_member(grid, one, "gini", 3);
    const json_t *lift = json_object_get(one, "lift");
    for (size_t tenth = 0; tenth < TENTHS; tenth++) {
        const json_t *value = json_array_get(lift, tenth);
        if (value != NULL) {
            cell_number(grid, value, 1);
        } else {
            crmvi_grid_cell(grid, "");
        }
    }
}

static void page_prediction(crmvi_writing *page, const json_t *tree) {
    size_t i, k;
    const json_t *one, *row;
    json_array_foreach(json_object_get(tree, "prediction"), i, one) {
        const json_t *held_out = json_object_get(one, "held_out");
        crmvi_writing text = {0};
        const char *until = text_at(one, "until");
        crmvi_write(&text, "How %s%s%s is ordered, on %s customer%s", text_at(one, "outcome"),
                    until[0] != '\0' ? " until " : "", until, grouped(count_at(one, "customers")).text,
                    count_at(one, "customers") == 1 ? "" : "s");
        if (json_number_value(held_out) > 0) {
            crmvi_write(&text, " held out (");
            crmvi_write_number(&text, held_out);
            crmvi_write(&text, " %%)");
        }
        const bool less = strcmp(text_at(one, "better"), "lower") == 0;
        crmvi_write(&text, "; lift: mean of each tenth by the mean of all%s",
                    less ? "; less is better, so the first tenths should have little" : "");
        crmvi_write_bytes(page, "\n", 1);
        paragraph(page, 0, 0, &text);
        crmvi_grid grid = {.sides = "lrrrrrrrrrrrr"};
        prediction_heads(&grid);
        json_array_foreach(json_object_get(one, "rows"), k, row) {
            prediction_row(&grid, row, count_at(one, "customers"));
        }
        crmvi_page_grid(page, &grid);
    }
}

/* ---- The page ---------------------------------------------------------------------------------------------------- */

char *crmvi_report_page(const json_t *tree) {
    static void (*const parts[])(crmvi_writing * page, const json_t *tree) = {
        page_verdict,  page_source, page_customers,    page_warnings, page_prediction,
        page_requests, page_points, page_correlations, page_tiers,    page_robustness,
    };
    crmvi_writing page = {0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        parts[i](&page, tree);
    }
    return crmvi_writing_take(&page);
}
