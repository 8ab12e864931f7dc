/* validation_page.c - a validation for people. */
#include "base/calendar.h"
#include "base/decimal.h"
#include "base/memory.h"
#include "base/page.h"
#include "fit/validation_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const forecasters[CRMVI_FORECASTERS] = {"the lifetime", "the rate so far", "the last period"};
static const char *const things[CRMVI_FORECASTS] = {"purchases", "amounts"};

/* ---- The verdict ------------------------------------------------------------------------------------------------- */

/* The forecaster with the least error; the lifetime where it is as good as the best. */
static int32_t best_of(const crmv_forecast *forecasts) {
    int32_t best = 0;
    for (int32_t by = 1; by < CRMVI_FORECASTERS; by++) {
        best = forecasts[by].mean_absolute_error < forecasts[best].mean_absolute_error ? by : best;
    }
    return best;
}

/* The forecaster whose forecasts order customers best; likewise. */
static int32_t best_orderer(const crmv_forecast *forecasts) {
    int32_t best = 0;
    for (int32_t by = 1; by < CRMVI_FORECASTERS; by++) {
        best = forecasts[by].spearman > forecasts[best].spearman ? by : best;
    }
    return best;
}

/* Who forecasts each customer's number best need not order customers best. */
static void write_order(crmvi_writing *to, const crmv_forecast *forecasts) {
    const int32_t best = best_orderer(forecasts);
    const crmvi_ratio own = crmvi_ratio_of(forecasts[0].spearman, 3);
    const crmvi_ratio other = crmvi_ratio_of(forecasts[best].spearman, 3);
    if (best != 0) {
        crmvi_write(to, " Customers are ordered better by %s: Spearman %s against %s.", forecasters[best], other.text,
                    own.text);
    }
}

/* Money has two decimals, purchases three. */
static const char *error_text(crmvi_ratio *room, const crmv_forecast *forecast, int32_t what) {
    *room = crmvi_ratio_of(forecast->mean_absolute_error, what + 1 == CRMV_FORECAST_AMOUNT ? 2 : 3);
    return room->text;
}

static void write_comparison(crmvi_writing *to, const crmvi_tested *tested, int32_t what) {
    const crmv_forecast *forecasts = tested->forecasts[what];
    const int32_t best = best_of(forecasts);
    crmvi_ratio errors[CRMVI_FORECASTERS], forecast, actual;
    for (int32_t by = 0; by < CRMVI_FORECASTERS; by++) {
        error_text(&errors[by], &forecasts[by], what);
    }
    if (best == 0) {
        crmvi_write(to,
                    "%s forecasts %s best: off by %s a customer, against %s by the rate so far and %s by the last "
                    "period.",
                    tested->card.name, things[what], errors[0].text, errors[1].text, errors[2].text);
    } else {
        crmvi_write(to, "%s forecasts %s less well than %s does: off by %s a customer against %s.", tested->card.name,
                    things[what], forecasters[best], errors[0].text, errors[best].text);
    }
    forecast = crmvi_ratio_of(forecasts[0].forecast, 0);
    actual = crmvi_ratio_of(forecasts[0].actual, 0);
    crmvi_write(to, " In all %s were forecast, and %s came.", forecast.text, actual.text);
    write_order(to, forecasts);
    crmvi_write(to, "\n");
}

char *crmvi_validation_verdict(const crmv_validation *validation) {
    crmvi_writing to = {0};
    for (int32_t i = 0; i < validation->count; i++) {
        for (int32_t what = 0; what < CRMVI_FORECASTS; what++) {
            if (validation->lifetimes[i].columns[what][0] != NULL) {
                write_comparison(&to, &validation->lifetimes[i], what);
            }
        }
    }
    if (to.used > 0) {
        to.bytes[--to.used] = '\0'; /* no end of a line behind the last */
    }
    return crmvi_writing_take(&to);
}

/* ---- The page ---------------------------------------------------------------------------------------------------- */

static void heading(crmvi_writing *page, const char *format, ...) CRMVI_PRINTF(2, 3);
static void heading(crmvi_writing *page, const char *format, ...) {
    crmvi_writing text = {0};
    va_list arguments;
    va_start(arguments, format);
    crmvi_write_list(&text, format, arguments);
    va_end(arguments);
    crmvi_write(page, "\n");
    page->failed = page->failed || text.failed;
    crmvi_page_paragraph(page, 0, 0, text.failed ? "" : text.bytes);
    free(text.bytes);
}

static void page_verdict(crmvi_writing *page, const char *verdict) {
    const char *at = verdict;
    while (*at != '\0') {
        const size_t length = strcspn(at, "\n");
        crmvi_writing line = {0};
        crmvi_write_bytes(&line, at, (int64_t)length);
        page->failed = page->failed || line.failed;
        crmvi_page_paragraph(page, 0, 0, line.failed ? "" : line.bytes);
        free(line.bytes);
        at += length + (at[length] == '\n');
    }
}

static void cells(crmvi_grid *grid, const char *const *texts, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        crmvi_grid_cell(grid, texts[i]);
    }
}

static void cell_number(crmvi_grid *grid, double value, int32_t decimals) {
    crmvi_grid_cell(grid, crmvi_ratio_of(value, decimals).text);
}

static void page_forecasts(crmvi_writing *page, const crmvi_tested *tested, int32_t what) {
    static const char *const headings[] = {"",           "customers", "forecast", "actual", "bias",
                                           "mean error", "RMSE",      "Spearman", "Gini",   "1st tenth"};
    enum { COLUMNS = sizeof headings / sizeof headings[0] };
    const int32_t decimals = what + 1 == CRMV_FORECAST_AMOUNT ? 2 : 3;
    crmvi_grid grid = {.sides = "lrrrrrrrrr"};
    if (tested->columns[what][0] == NULL) {
        return;
    }
    heading(page, "How %s are forecast, bias and errors a customer; lift of the first tenth by the forecast",
            things[what]);
    cells(&grid, headings, COLUMNS);
    for (int32_t by = 0; by < CRMVI_FORECASTERS; by++) {
        const crmv_forecast *forecast = &tested->forecasts[what][by];
        crmvi_grid_cell(&grid, forecasters[by]);
        cell_number(&grid, (double)forecast->customers, 0);
        cell_number(&grid, forecast->forecast, what + 1 == CRMV_FORECAST_AMOUNT ? 0 : 1);
        cell_number(&grid, forecast->actual, 0);
        cell_number(&grid, forecast->bias, decimals);
        cell_number(&grid, forecast->mean_absolute_error, decimals);
        cell_number(&grid, forecast->root_mean_square_error, decimals);
        cell_number(&grid, forecast->spearman, 3);
        cell_number(&grid, forecast->gini, 3);
        cell_number(&grid, forecast->lift[0], 1);
    }
    crmvi_page_grid(page, &grid);
}

static void page_groups(crmvi_writing *page, const crmvi_tested *tested) {
    static const char *const headings[] = {"", "customers", "P(alive)", "purchased", "forecast", "actual"};
    crmvi_grid grid = {.sides = "lrrrrr"};
    heading(page, "Customers by P(alive): the share that purchased; purchases a customer");
    cells(&grid, headings, sizeof headings / sizeof headings[0]);
    for (int32_t i = 0; i < tested->group_count; i++) {
        const crmvi_alive_group *group = &tested->groups[i];
        crmvi_grid_cell(&grid, i == 0 ? "least" : i + 1 == tested->group_count ? "most" : "");
        cell_number(&grid, (double)group->customers, 0);
        cell_number(&grid, group->p_alive, 3);
        cell_number(&grid, group->purchased, 3);
        cell_number(&grid, group->forecast, 3);
        cell_number(&grid, group->actual, 3);
    }
    crmvi_page_grid(page, &grid);
}

/* At most so many points, spread evenly, the split and the last one among them. */
enum { POINTS_SHOWN = 20 };

static bool is_shown(const crmv_validation *validation, int32_t point) {
    const crmvi_tracking *tracking = &validation->tracking;
    const int32_t split = (validation->split - tracking->days[0]) / 7;
    const int32_t step = (tracking->count + POINTS_SHOWN - 1) / POINTS_SHOWN;
    const int32_t apart = point > split ? point - split : split - point;
    return apart % step == 0 || point + 1 == tracking->count;
}

static void page_tracking(crmvi_writing *page, const crmv_validation *validation) {
    const crmvi_tracking *tracking = &validation->tracking;
    char sides[] = "lrrrrrrrrrrrrrrr"; /* CRMVI_GRID_COLUMNS of them */
    const int32_t most = CRMVI_GRID_COLUMNS - 2;
    const int32_t lifetimes = validation->count < most ? validation->count : most;
    sides[2 + lifetimes] = '\0';
    crmvi_grid grid = {.sides = sides};
    heading(page, "Repeat purchases of these customers, cumulated: what came, and what is expected of them");
    crmvi_grid_cell(&grid, "");
    crmvi_grid_cell(&grid, "actual");
    for (int32_t i = 0; i < lifetimes; i++) {
        crmvi_grid_cell(&grid, validation->lifetimes[i].card.name);
    }
    for (int32_t point = 0; point < tracking->count; point++) {
        char day[11];
        if (!is_shown(validation, point)) {
            continue;
        }
        crmvi_date_text(tracking->days[point], day);
        crmvi_grid_cell(&grid, day);
        cell_number(&grid, tracking->actual[point], 0);
        for (int32_t i = 0; i < lifetimes; i++) {
            cell_number(&grid, validation->lifetimes[i].expected[point], 0);
        }
    }
    crmvi_page_grid(page, &grid);
}

/* How its fits ended, where they did not converge, and what else is wrong with what was fitted: what check says. */
static void page_remarks(crmvi_writing *page, const crmv_findings *findings, const char *name) {
    crmvi_writing place = {0};
    crmvi_write(&place, "lifetimes.%s.fitted", name);
    page->failed = page->failed || place.failed;
    for (int64_t i = 0; !place.failed && i < crmv_findings_count(findings); i++) {
        crmv_finding finding = {.struct_size = sizeof finding};
        if (crmv_findings_get(findings, i, &finding) == CRMV_OK &&
            strncmp(finding.place, place.bytes, (size_t)place.used) == 0) {
            crmvi_page_paragraph(page, 2, 4, finding.message);
        }
    }
    free(place.bytes);
}

static void page_lifetime(crmvi_writing *page, const crmvi_tested *tested, const crmv_findings *findings) {
    const crmv_lifetime *lifetime = &tested->card.lifetime;
    crmvi_writing text = {0};
    crmvi_write(&text, "%s: %s", tested->card.name, crmv_lifetime_name(lifetime->model));
    for (int32_t i = 0; i < crmv_lifetime_parameters(lifetime->model); i++) {
        crmvi_write(&text, "%s %s %s", i > 0 ? "," : " with", crmv_lifetime_parameter(lifetime->model, i),
                    crmvi_figure_rounded(lifetime->parameters[i], 5).text);
    }
    crmvi_write(page, "\n");
    page->failed = page->failed || text.failed;
    crmvi_page_paragraph(page, 0, 2, text.failed ? "" : text.bytes);
    free(text.bytes);
    page_remarks(page, findings, tested->card.name);
    for (int32_t what = 0; what < CRMVI_FORECASTS; what++) {
        page_forecasts(page, tested, what);
    }
    page_groups(page, tested);
}

char *crmvi_validation_page(const crmv_validation *validation) {
    crmvi_writing page = {0};
    char split[11], from[11], until[11];
    crmv_findings *findings = NULL;
    page.failed = crmv_model_check(validation->model, NULL, NULL, &findings, NULL) == CRMV_OUT_OF_MEMORY;
    crmvi_date_text(validation->split, split);
    crmvi_date_text(validation->split + 1, from);
    crmvi_date_text(validation->until, until);
    page_verdict(&page, validation->verdict);
    heading(&page, "Fitted to what was known on %s, held against %s to %s; %s customer%s", split, from, until,
            crmvi_ratio_of((double)validation->customers, 0).text, validation->customers == 1 ? "" : "s");
    for (int32_t i = 0; i < validation->count; i++) {
        page_lifetime(&page, &validation->lifetimes[i], findings);
    }
    crmv_findings_free(findings);
    page_tracking(&page, validation);
    return crmvi_writing_take(&page);
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

bool crmvi_validation_write(crmv_validation *validation) {
    int64_t length = 0;
    crmv_model_print(validation->model, NULL, 0, &length);
    char *model = crmvi_array(length + 1, 1);
    if (model != NULL && crmv_model_print(validation->model, model, length + 1, NULL) == CRMV_OK) {
        validation->verdict = crmvi_validation_verdict(validation);
    }
    if (validation->verdict != NULL) {
        validation->json = crmvi_validation_json(validation, model);
        validation->table = crmvi_validation_page(validation);
    }
    free(model);
    return validation->json != NULL && validation->table != NULL;
}
