/* examine_asks.c - what can be said of requests before anything is found. */
#include "examine.h"

#include <string.h>

static crmvi_path path_of_ask(const crmvi_ask *ask) {
    crmvi_path path = {.length = 0};
    crmvi_path_text(&path, ask->place);
    crmvi_path_key(&path, crmvi_ask_names[ask->kind]);
    return path;
}

static bool examine_state(const crmvi_ask *ask, crmv_findings *findings) {
    const char *name = crmvi_ask_names[ask->kind];
    switch (ask->state) {
    case CRMV_REQUEST_OPEN:
        return crmvi_findings_add(findings, CRMV_FINDING_WARNING, ask->place,
                                  "`%s` is still to be found, so the model cannot score yet: run `crmvalue fit`", name);
    case CRMV_REQUEST_STALE:
        return crmvi_findings_add(findings, CRMV_FINDING_WARNING, ask->place,
                                  "`%s`, or what it was found from, has changed since, so that what stands in `fitted` "
                                  "does not count: run `crmvalue fit` again",
                                  name);
    default:
        return true;
    }
}

/* Numbers that were put in by hand count, but are not what was found. */
static bool examine_answer(const crmvi_ask *ask, crmv_findings *findings) {
    if (ask->state != CRMV_REQUEST_FITTED || !ask->edited) {
        return true;
    }
    crmvi_path path = {.length = 0};
    crmvi_path_text(&path, ask->place);
    crmvi_path_key(&path, "fitted");
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                              "was changed after it was fitted: what stands here counts, and is not what was found");
}

/* The first place where the points that a scale is asked for run against what the card says is better. */
static bool examine_points(const crmv_model *model, const crmvi_ask *ask, crmv_findings *findings) {
    const int32_t better = model->metrics[ask->position].better;
    for (int32_t i = 1; i < ask->point_count && better != CRMVI_UNSAID; i++) {
        const crmvi_micro rise = ask->points[i] - ask->points[i - 1];
        if (better == CRMVI_HIGHER ? rise >= 0 : rise <= 0) {
            continue;
        }
        crmvi_path path = path_of_ask(ask);
        crmvi_path_key(&path, "points");
        crmvi_path_item(&path, i);
        const bool is_given = model->metrics[ask->position].is_better_given;
        return crmvi_findings_add(findings, is_given ? CRMV_FINDING_ERROR : CRMV_FINDING_WARNING, path.text,
                                  "%s is better, yet a higher value earns %s points and a lower one %s%s",
                                  better == CRMVI_HIGHER ? "higher" : "lower", crmvi_points_of(ask->points[i]).text,
                                  crmvi_points_of(ask->points[i - 1]).text,
                                  is_given ? "" : "; where that is meant, `better` says so");
    }
    return true;
}

/* More classes than customers can be dealt to. */
static bool examine_shares(const crmvi_ask *ask, crmv_findings *findings) {
    if ((crmvi_wide)ask->minimum_share * ask->classes <= 100 * CRMVI_ONE) {
        return true;
    }
    crmvi_path path = path_of_ask(ask);
    crmvi_path_key(&path, "minimum_share");
    return crmvi_findings_add(findings, CRMV_FINDING_WARNING, path.text,
                              "%d classes of at least %s percent are more than all customers; fewer will be found",
                              (int)ask->classes, crmvi_points_of(ask->minimum_share).text);
}

static bool examine_scale_ask(const crmv_model *model, const crmvi_ask *ask, crmv_findings *findings) {
    return examine_points(model, ask, findings) && examine_shares(ask, findings);
}

static bool examine_ask(const crmv_model *model, const crmvi_ask *ask, crmv_findings *findings) {
    return examine_state(ask, findings) && examine_answer(ask, findings) &&
           (ask->target != CRMVI_ASK_FOR_SCALE || examine_scale_ask(model, ask, findings));
}

bool crmvi_examine_asks(const crmv_model *model, crmv_findings *findings) {
    for (int32_t i = 0; i < model->asks.count; i++) {
        if (!examine_ask(model, &model->asks.items[i], findings)) {
            return false;
        }
    }
    return true;
}
