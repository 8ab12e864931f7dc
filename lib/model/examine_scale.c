#include "examine.h"

#include <math.h>

/* ---- Bands ------------------------------------------------------------------------------------------------------- */

/* Of the scale's numbers, wherever they stand. */
static crmvi_path path_of_numbers(const crmvi_metric *metric, const char *form) {
    crmvi_path path = crmvi_path_of("metrics", metric->name);
    crmvi_path_key(&path, "scale");
    if (metric->scale.ask != NULL) {
        crmvi_path_key(&path, "fitted");
    }
    crmvi_path_key(&path, form);
    return path;
}

static crmvi_path path_of_band(const crmvi_metric *metric, int32_t band) {
    crmvi_path path = path_of_numbers(metric, "bands");
    crmvi_path_item(&path, metric->scale.given[band]);
    return path;
}

/* Between a band and the next: a hole, an overlap, or neither. */
static bool examine_border(const crmvi_metric *metric, int32_t band, crmv_findings *findings) {
    const double end = metric->scale.to[band];
    const double next = metric->scale.from[band + 1];
    if (end == next) {
        return true;
    }
    crmvi_path path = path_of_band(metric, band);
    crmvi_path_key(&path, "to");
    const crmvi_figure first = crmvi_figure_of(end < next ? end : next);
    const crmvi_figure last = crmvi_figure_of(end < next ? next : end);
    if (end < next) {
        return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                                  "values from %s to below %s lie in no band and count as missing", first.text,
                                  last.text);
    }
    return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                              "this band reaches up to %s, and another begins at %s already", last.text, first.text);
}

/* What lies below the lowest band and above the highest. */
static bool examine_ends(const crmvi_metric *metric, crmv_findings *findings) {
    const crmvi_scale *scale = &metric->scale;
    const int32_t last = scale->count - 1;
    if (!isinf(scale->from[0])) {
        crmvi_path path = path_of_band(metric, 0);
        crmvi_path_key(&path, "from");
        if (!crmvi_findings_add(findings, CRMV_FINDING_NOTE, path.text,
                                "values below %s lie in no band and count as missing",
                                crmvi_figure_of(scale->from[0]).text)) {
            return false;
        }
    }
    if (!isinf(scale->to[last])) {
        crmvi_path path = path_of_band(metric, last);
        crmvi_path_key(&path, "to");
        return crmvi_findings_add(findings, CRMV_FINDING_NOTE, path.text,
                                  "values of %s and above lie in no band and count as missing",
                                  crmvi_figure_of(scale->to[last]).text);
    }
    return true;
}

static bool examine_bands(const crmvi_metric *metric, crmv_findings *findings) {
    for (int32_t i = 0; i + 1 < metric->scale.count; i++) {
        if (!examine_border(metric, i, findings)) {
            return false;
        }
    }
    return examine_ends(metric, findings);
}

/* ---- Direction --------------------------------------------------------------------------------------------------- */

static crmvi_path path_of_points(const crmvi_metric *metric, int32_t position) {
    if (metric->scale.kind == CRMVI_BANDS) {
        crmvi_path path = path_of_band(metric, position);
        crmvi_path_key(&path, "points");
        return path;
    }
    crmvi_path path = path_of_numbers(metric, "line");
    crmvi_path_item(&path, position);
    return path;
}

/* "the band from 20", "the lowest band", "the knot at 3" */
static crmvi_path name_of_piece(const crmvi_scale *scale, int32_t position) {
    crmvi_path name = {.length = 0};
    if (isinf(scale->from[position])) {
        crmvi_path_text(&name, "the lowest band");
        return name;
    }
    crmvi_path_text(&name, scale->kind == CRMVI_BANDS ? "the band from " : "the knot at ");
    crmvi_path_text(&name, crmvi_figure_of(scale->from[position]).text);
    return name;
}

/* The first place where points run against what is better. Where they were found, or where the card says nothing of
 * what is better, they need not be wrong. */
static bool examine_direction(const crmvi_metric *metric, crmv_findings *findings) {
    const crmvi_scale *scale = &metric->scale;
    for (int32_t i = 0; i + 1 < scale->count; i++) {
        const crmvi_micro rise = scale->points[i + 1] - scale->points[i];
        if (metric->better == CRMVI_HIGHER ? rise >= 0 : rise <= 0) {
            continue;
        }
        const crmvi_path place = path_of_points(metric, i + 1);
        const crmvi_path lower = name_of_piece(scale, i);
        const crmvi_path upper = name_of_piece(scale, i + 1);
        return crmvi_findings_add(
            findings, scale->ask != NULL || !metric->is_better_given ? CRMV_FINDING_WARNING : CRMV_FINDING_ERROR,
            place.text, "%s is better, yet %s earns %s points and %s earns %s%s",
            metric->better == CRMVI_HIGHER ? "higher" : "lower", lower.text, crmvi_points_of(scale->points[i]).text,
            upper.text, crmvi_points_of(scale->points[i + 1]).text,
            metric->is_better_given ? "" : "; where that is meant, `better` says so");
    }
    return true;
}

static bool examine_better(const crmvi_metric *metric, crmv_findings *findings) {
    if (metric->better == CRMVI_UNSAID) {
        return true;
    }
    if (metric->scale.kind == CRMVI_BANDS || metric->scale.kind == CRMVI_LINE) {
        return examine_direction(metric, findings);
    }
    if (!metric->is_better_given) {
        return true;
    }
    crmvi_path path = crmvi_path_of("metrics", metric->name);
    crmvi_path_key(&path, "better");
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                              "`better` has no effect without a scale of bands or a line");
}

/* ---- Missing ----------------------------------------------------------------------------------------------------- */

/* Fixed points outside the scale let a missing value earn more, or less, than any value can. */
static bool examine_missing(const crmvi_metric *metric, crmv_findings *findings) {
    const crmvi_scale *scale = &metric->scale;
    if (metric->missing != CRMVI_FIXED_POINTS ||
        (metric->missing_points >= scale->lowest && metric->missing_points <= scale->highest)) {
        return true;
    }
    crmvi_path path = crmvi_path_of("metrics", metric->name);
    crmvi_path_key(&path, "missing");
    crmvi_path_key(&path, "points");
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                              "a missing value earns %s points, and the scale gives %s to %s",
                              crmvi_points_of(metric->missing_points).text, crmvi_points_of(scale->lowest).text,
                              crmvi_points_of(scale->highest).text);
}

bool crmvi_examine_scale(const crmvi_metric *metric, crmv_findings *findings) {
    const bool has_bands = metric->scale.kind == CRMVI_BANDS && !crmvi_is_open(metric->scale.ask);
    return (!has_bands || examine_bands(metric, findings)) && examine_better(metric, findings) &&
           examine_missing(metric, findings);
}
