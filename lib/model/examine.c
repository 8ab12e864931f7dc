#include "examine.h"

#include "base/memory.h"
#include "fiscal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

crmvi_figure crmvi_points_of(crmvi_micro points) {
    return crmvi_figure_of((double)points / (double)CRMVI_ONE);
}

crmvi_path crmvi_path_of(const char *section, const char *name) {
    crmvi_path path = {.length = 0};
    crmvi_path_key(&path, section);
    crmvi_path_key(&path, name);
    return path;
}

/* ---- What is used by what ---------------------------------------------------------------------------------------- */

typedef struct uses {
    bool *in_index;  /* metrics that some index weighs or adds */
    bool *elsewhere; /* metrics that other metrics, segments or rules look at */
} uses;

static void use_conditions(const crmvi_when *when, uses *u) {
    for (int32_t i = 0; i < when->count; i++) {
        if (when->conditions[i].on == CRMVI_ON_METRIC) {
            u->elsewhere[when->conditions[i].position] = true;
        }
    }
}

static void use_side(const crmvi_side *side, uses *u) {
    if (side->on == CRMVI_ON_METRIC) {
        u->elsewhere[side->position] = true;
    }
}

static void use_segment(const crmvi_segment *segment, uses *u) {
    if (segment->is_grid) {
        use_side(&segment->rows, u);
        use_side(&segment->columns, u);
    }
    for (int32_t i = 0; i < segment->case_count; i++) {
        use_conditions(&segment->cases[i].when, u);
    }
}

static void use_index(const crmvi_index *index, uses *u) {
    for (int32_t i = 0; i < index->count; i++) {
        if (!index->members[i].is_index) {
            u->in_index[index->members[i].position] = true;
        }
    }
}

static void find_uses(const crmv_model *model, uses *u) {
    for (int32_t i = 0; i < model->metric_count; i++) {
        for (int32_t j = 0; j < 2 && model->metrics[i].operands[j] >= 0; j++) {
            u->elsewhere[model->metrics[i].operands[j]] = true;
        }
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        use_index(&model->indexes[i], u);
    }
    for (int32_t i = 0; i < model->segment_count; i++) {
        use_segment(&model->segments[i], u);
    }
    for (int32_t i = 0; i < model->rule_count; i++) {
        use_conditions(&model->rules[i].when, u);
    }
}

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

static bool examine_use(const crmvi_metric *metric, bool is_in_index, bool is_elsewhere, crmv_findings *findings) {
    crmvi_path path = crmvi_path_of("metrics", metric->name);
    if (metric->scale.kind != CRMVI_NO_SCALE && !is_in_index) {
        crmvi_path_key(&path, "scale");
        return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text, "no index uses this scale");
    }
    if (!is_in_index && !is_elsewhere) {
        return crmvi_findings_add(findings, CRMV_FINDING_NOTE, path.text,
                                  "no index, segment, rule or other metric uses this metric");
    }
    return true;
}

/* What lifetimes foretell is often there to be read, and not to be scored. */
static bool is_foretold_for_itself(const crmvi_metric *metric, const uses *u, int32_t position) {
    return metric->lifetime != NULL && metric->scale.kind == CRMVI_NO_SCALE && !u->in_index[position] &&
           !u->elsewhere[position];
}

/* One note for all of these, with as many names as a line takes. */
static bool examine_foretold_uses(const crmv_model *model, const uses *u, int32_t count, crmv_findings *findings) {
    crmvi_path names = {.length = 0};
    char rest[32] = "";
    int32_t named = 0;
    for (int32_t i = 0; i < model->metric_count; i++) {
        const char *name = model->metrics[i].name;
        if (!is_foretold_for_itself(&model->metrics[i], u, i) || names.length + 2 + strlen(name) >= sizeof names.text) {
            continue;
        }
        crmvi_path_text(&names, named > 0 ? ", " : "");
        crmvi_path_text(&names, name);
        named++;
    }
    if (named < count) {
        snprintf(rest, sizeof rest, " and %d more", (int)(count - named));
    }
    return crmvi_findings_add(findings, CRMV_FINDING_NOTE, "metrics",
                              "no index, segment, rule or other metric uses what lifetimes foretell in %s%s",
                              names.text, rest);
}

static bool examine_metrics(const crmv_model *model, const uses *u, crmv_findings *findings) {
    if (model->metric_count == 0) {
        return crmvi_findings_add(findings, CRMV_FINDING_NOTE, "metrics", "the model measures nothing");
    }
    int32_t foretold = 0;
    for (int32_t i = 0; i < model->metric_count; i++) {
        foretold += is_foretold_for_itself(&model->metrics[i], u, i);
    }
    for (int32_t i = 0; i < model->metric_count; i++) {
        const crmvi_metric *metric = &model->metrics[i];
        const bool is_told_below = foretold > 1 && is_foretold_for_itself(metric, u, i);
        if (!crmvi_examine_supply(model, metric, findings) || !crmvi_examine_foretold(metric, findings) ||
            !crmvi_examine_scale(metric, findings) ||
            (!is_told_below && !examine_use(metric, u->in_index[i], u->elsewhere[i], findings))) {
            return false;
        }
    }
    return foretold < 2 || examine_foretold_uses(model, u, foretold, findings);
}

/* ---- Indexes ----------------------------------------------------------------------------------------------------- */

static crmvi_path path_of_weights(const crmvi_index *index) {
    crmvi_path path = crmvi_path_of("indexes", index->name);
    crmvi_path_key(&path, "weights");
    if (index->ask != NULL) {
        crmvi_path_key(&path, "fitted");
        crmvi_path_key(&path, "weights");
    }
    return path;
}

static bool examine_weight(const crmv_model *model, const crmvi_index *index, const crmvi_member *member,
                           crmv_findings *findings) {
    if (member->weight != 0) {
        return true;
    }
    crmvi_path path = path_of_weights(index);
    crmvi_path_key(&path,
                   member->is_index ? model->indexes[member->position].name : model->metrics[member->position].name);
    return crmvi_findings_add(findings, CRMV_FINDING_NOTE, path.text, "a weight of 0 leaves it out of the index");
}

static bool examine_index(const crmv_model *model, const crmvi_index *index, crmv_findings *findings) {
    crmvi_wide sum = 0;
    if (crmvi_is_open(index->ask)) {
        return true;
    }
    for (int32_t i = 0; i < index->count; i++) {
        sum += index->members[i].weight;
    }
    if (sum == 0) {
        const crmvi_path path = path_of_weights(index);
        return crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                                  "the weights add up to 0, so the index is always missing");
    }
    for (int32_t i = 0; i < index->count; i++) {
        if (!examine_weight(model, index, &index->members[i], findings)) {
            return false;
        }
    }
    return true;
}

static bool examine_indexes(const crmv_model *model, crmv_findings *findings) {
    for (int32_t i = 0; i < model->index_count; i++) {
        if (!examine_index(model, &model->indexes[i], findings)) {
            return false;
        }
    }
    return true;
}

/* ---- Tiers ------------------------------------------------------------------------------------------------------- */

crmvi_path crmvi_path_of_cut(const crmv_model *model, int32_t tier) {
    crmvi_path path = {.length = 0};
    crmvi_path_key(&path, "tiers");
    if (model->tiers_ask != NULL) {
        crmvi_path_key(&path, "fitted");
    }
    crmvi_path_key(&path, "cuts");
    crmvi_path_item(&path, tier);
    return path;
}

/* Missing metrics can lift or lower a score past these bounds, so they are those of customers of whom all is known. */
static bool examine_tier(const crmv_model *model, int32_t tier, crmv_findings *findings) {
    const crmvi_index *root = &model->indexes[model->root];
    const crmvi_micro cut = model->tiers[tier].cut;
    const crmvi_micro above = tier > 0 ? model->tiers[tier - 1].cut : INT64_MAX;
    const crmvi_path path = crmvi_path_of_cut(model, tier);
    if (cut > root->highest) {
        return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                                  "with all metrics known no score reaches %s: the highest is %s",
                                  crmvi_points_of(cut).text, crmvi_points_of(root->highest).text);
    }
    if (above <= root->lowest) {
        return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                                  "with all metrics known no score lies below %s: the lowest is %s",
                                  crmvi_points_of(above).text, crmvi_points_of(root->lowest).text);
    }
    return true;
}

static bool examine_tiers(const crmv_model *model, crmv_findings *findings) {
    for (int32_t i = 0; i < model->tier_count && !crmvi_is_open(model->tiers_ask); i++) {
        if (!examine_tier(model, i, findings)) {
            return false;
        }
    }
    return true;
}

/* ---- Calendar ---------------------------------------------------------------------------------------------------- */

static bool examine_calendar(const crmv_model *model, crmv_findings *findings) {
    bool is_used = model->fiscal.month == 0 || crmvi_is_fiscal(&model->window);
    for (int32_t i = 0; i < model->metric_count && !is_used; i++) {
        is_used = crmvi_is_fiscal(&model->metrics[i].window);
    }
    return is_used || crmvi_findings_add(findings, CRMV_FINDING_NOTE, "calendar",
                                         "no window counts fiscal years, quarters or periods");
}

/* ---- Interest ---------------------------------------------------------------------------------------------------- */

/* A rate is a part of 1; whoever means percent writes a hundred times as much. */
static bool examine_rate(const crmvi_finance_cost *cost, int32_t period, crmv_findings *findings) {
    const crmvi_micro rate = cost->periods[period].rate;
    if (rate <= CRMVI_ONE) {
        return true;
    }
    crmvi_path path = crmvi_path_of("finance_cost", "yearly_rate");
    if (cost->count > 1) {
        crmvi_path_item(&path, period);
    }
    const double given = (double)rate / (double)CRMVI_ONE;
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text, "%s means %s %%; is %s meant?",
                              crmvi_figure_of(given).text, crmvi_figure_rounded(given * 100, 6).text,
                              crmvi_figure_rounded(given / 100, 6).text);
}

static bool examine_interest(const crmv_model *model, crmv_findings *findings) {
    for (int32_t i = 0; i < model->finance_cost.count; i++) {
        if (!examine_rate(&model->finance_cost, i, findings)) {
            return false;
        }
    }
    return true;
}

/* ---- All --------------------------------------------------------------------------------------------------------- */

bool crmvi_model_examine(const crmv_model *model, crmv_findings *findings) {
    uses u = {.in_index = crmvi_zeroed(model->metric_count, sizeof(bool)),
              .elsewhere = crmvi_zeroed(model->metric_count, sizeof(bool))};
    bool done = u.in_index != NULL && u.elsewhere != NULL;
    if (done) {
        find_uses(model, &u);
        done = crmvi_examine_input(model, findings) && examine_calendar(model, findings) &&
               examine_interest(model, findings) && crmvi_examine_asks(model, findings) &&
               crmvi_examine_lifetimes(model, findings) && examine_metrics(model, &u, findings) &&
               examine_indexes(model, findings) && examine_tiers(model, findings) &&
               crmvi_examine_segments(model, findings) && crmvi_examine_rules(model, findings);
    }
    free(u.in_index);
    free(u.elsewhere);
    return done;
}
