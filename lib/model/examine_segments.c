#include "examine.h"

/* ---- Conditions -------------------------------------------------------------------------------------------------- */

/* Whether no number is at least as large as the lower limits and at most as large as the upper ones. */
static bool is_empty_range(const crmvi_condition *condition) {
    const crmvi_limit *lower[] = {&condition->at_least, &condition->above};
    const crmvi_limit *upper[] = {&condition->below, &condition->at_most};
    for (int32_t i = 0; i < 2; i++) {
        for (int32_t j = 0; j < 2; j++) {
            if (!lower[i]->set || !upper[j]->set) {
                continue;
            }
            const bool takes_both_ends = i == 0 && j == 1;
            if (lower[i]->value > upper[j]->value || (lower[i]->value == upper[j]->value && !takes_both_ends)) {
                return true;
            }
        }
    }
    return false;
}

static bool can_hold(const crmvi_condition *condition) {
    const bool tests_value = condition->at_least.set || condition->above.set || condition->below.set ||
                             condition->at_most.set || condition->codes != NULL;
    return !is_empty_range(condition) && !(condition->missing == 1 && tests_value);
}

static const char *name_of_operand(const crmv_model *model, const crmvi_condition *condition) {
    switch (condition->on) {
    case CRMVI_ON_METRIC:
        return model->metrics[condition->position].name;
    case CRMVI_ON_INDEX:
        return model->indexes[condition->position].name;
    case CRMVI_ON_SEGMENT:
        return model->segments[condition->position].name;
    case CRMVI_ON_TIER:
        return "tier";
    default:
        return "coverage";
    }
}

static bool examine_when(const crmv_model *model, const crmvi_when *when, const crmvi_path *place,
                         crmv_findings *findings) {
    for (int32_t i = 0; i < when->count; i++) {
        if (can_hold(&when->conditions[i])) {
            continue;
        }
        crmvi_path path = *place;
        crmvi_path_key(&path, "when");
        crmvi_path_key(&path, name_of_operand(model, &when->conditions[i]));
        if (!crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                                "no value can pass all of these tests, so the condition never holds")) {
            return false;
        }
    }
    return true;
}

/* ---- Segments ---------------------------------------------------------------------------------------------------- */

static bool examine_cases(const crmv_model *model, const crmvi_segment *segment, crmv_findings *findings) {
    int32_t always = -1; /* the case behind which none is reached */
    for (int32_t i = 0; i < segment->case_count; i++) {
        const crmvi_when *when = &segment->cases[i].when;
        crmvi_path path = crmvi_path_of("segments", segment->name);
        crmvi_path_key(&path, "cases");
        crmvi_path_item(&path, i);
        if (always >= 0 && !crmvi_findings_add(findings, CRMV_FINDING_ERROR, path.text,
                                               "this case is never reached, as cases[%d] has no condition and takes "
                                               "all that come to it",
                                               (int)always)) {
            return false;
        }
        if (!examine_when(model, when, &path, findings)) {
            return false;
        }
        if (always < 0 && when->count == 0) {
            always = i;
        }
    }
    return true;
}

static bool examine_segment(const crmv_model *model, const crmvi_segment *segment, crmv_findings *findings) {
    if (segment->name_count == 1) {
        const crmvi_path path = crmvi_path_of("segments", segment->name);
        char quoted[CRMVI_QUOTED_SIZE];
        if (!crmvi_findings_add(findings, CRMV_FINDING_NOTE, path.text, "the only name of this segment is %s",
                                crmvi_quoted(segment->names[0], quoted))) {
            return false;
        }
    }
    return examine_cases(model, segment, findings);
}

bool crmvi_examine_segments(const crmv_model *model, crmv_findings *findings) {
    for (int32_t i = 0; i < model->segment_count; i++) {
        if (!examine_segment(model, &model->segments[i], findings)) {
            return false;
        }
    }
    return true;
}

/* ---- Rules ------------------------------------------------------------------------------------------------------- */

bool crmvi_examine_rules(const crmv_model *model, crmv_findings *findings) {
    for (int32_t i = 0; i < model->rule_count; i++) {
        crmvi_path path = {.length = 0};
        crmvi_path_key(&path, "rules");
        crmvi_path_item(&path, i);
        if (!examine_when(model, &model->rules[i].when, &path, findings)) {
            return false;
        }
        if (model->rules[i].cap != 0) {
            continue;
        }
        crmvi_path_key(&path, "then");
        crmvi_path_key(&path, "cap");
        char quoted[CRMVI_QUOTED_SIZE];
        if (!crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                                "%s is the best tier, so this cap has no effect",
                                crmvi_quoted(model->tiers[0].name, quoted))) {
            return false;
        }
    }
    return true;
}
