#include "report.h"

#include "report_inputs.h"

/* ---- What came out ----------------------------------------------------------------------------------------------- */

static json_t *amount_if(const overview *whole, bool has, wide minor) {
    return has ? json_amount(whole->taken->scorecard.model, minor) : json_null();
}

static json_t *group_object(const overview *whole, const crmv_group *one) {
    const bool profit = whole->has_gross_profit;
    json_t *object = json_object();
    int failed = json_object_set_new(object, "name", one->name ? json_string(one->name) : json_null());
    failed |= json_object_set_new(object, "customers", json_integer(one->customers));
    failed |= json_object_set_new(object, "unrated", json_integer(group_unrated(one)));
    failed |= json_object_set_new(object, "revenue", amount_if(whole, whole->has_revenue, group_revenue(one)));
    failed |= json_object_set_new(object, "gross_profit", amount_if(whole, profit, group_gross_profit(one)));
    failed |= json_object_set_new(object, "contribution", amount_if(whole, profit, group_contribution(one)));
    failed |= json_object_set_new(object, "unknown_cost_revenue", amount_if(whole, profit, group_unknown_cost(one)));
    failed |= json_object_set_new(object, "mean_score", json_points(one->mean_score));
    failed |= json_object_set_new(object, "mean_coverage", json_points(one->mean_coverage));
    return json_kept(object, failed);
}

static json_t *groups_array(const overview *whole, const grouping *groups) {
    json_t *array = json_array();
    int failed = array == NULL;
    for (int32_t i = 0; i < groups->count; i++) {
        failed |= json_array_append_new(array, group_object(whole, &groups->groups[i]));
    }
    return json_kept(array, failed);
}

/* The tiers, and the score from which each is given. */
static json_t *tiers_array(const overview *whole) {
    json_t *array = groups_array(whole, &whole->tiers);
    int failed = array == NULL;
    for (int32_t i = 0; i < whole->tiers.count; i++) {
        json_t *from = json_points(model_tier_cut(&whole->taken->scorecard, i));
        failed |= json_object_set_new(json_array_get(array, (size_t)i), "from", from);
    }
    return json_kept(array, failed);
}

static json_t *segments_object(const overview *whole) {
    json_t *object = json_object();
    int failed = object == NULL;
    for (int32_t i = 0; i < whole->segment_count; i++) {
        failed |= json_object_set_new(object, whole->segments[i].name, groups_array(whole, &whole->segments[i]));
    }
    return json_kept(object, failed);
}

static json_t *unrated_array(const overview *whole) {
    json_t *array = json_array();
    int failed = array == NULL;
    for (int32_t reason = CRMV_RATED + 1; reason <= CRMV_NOTHING_KNOWN; reason++) {
        const int64_t customers = group_unrated_for(&whole->all, reason);
        if (customers > 0) {
            json_t *one = json_object();
            failed |= json_object_set_new(one, "reason", json_string(crmv_unrated_text(reason)));
            failed |= json_object_set_new(one, "customers", json_integer(customers));
            failed |= json_array_append_new(array, one);
        }
    }
    return json_kept(array, failed);
}

static json_t *rules_array(const overview *whole) {
    const crmv_model *model = whole->taken->scorecard.model;
    crmv_rule rule = {.struct_size = sizeof rule};
    json_t *array = json_array();
    int failed = array == NULL;
    for (int32_t i = 0; crmv_scores_rule_get(whole->scores, i, &rule) == CRMV_OK; i++) {
        json_t *one = json_object();
        failed |= json_object_set_new(one, "name", json_string(rule.name));
        failed |= json_object_set_new(one, "holds", json_integer(rule.holds));
        failed |= json_object_set_new(one, "undecided", json_integer(rule.undecided));
        failed |= json_object_set_new(one, "flag", json_boolean(rule.flag));
        failed |= json_object_set_new(one, "cap", json_text_or_null(crmv_model_label(model, CRMV_TIERS, 0, rule.cap)));
        failed |= json_object_set_new(one, "treatment", json_text_or_null(rule.treatment));
        failed |= json_array_append_new(array, one);
    }
    return json_kept(array, failed);
}

static json_t *unlisted_array(const overview *whole, const char *metric) {
    json_t *array = json_array();
    int failed = array == NULL;
    const char *text;
    int64_t customers;
    for (int64_t i = 0; crmv_frame_unlisted(whole->taken->frame, metric, i, &text, &customers) == CRMV_OK; i++) {
        json_t *one = json_object();
        failed |= json_object_set_new(one, "category", json_string(text));
        failed |= json_object_set_new(one, "customers", json_integer(customers));
        failed |= json_array_append_new(array, one);
    }
    return json_kept(array, failed);
}

static json_t *metric_object(const overview *whole, const char *metric) {
    crmv_missing missing = {.struct_size = sizeof missing};
    crmv_frame_missing(whole->taken->frame, metric, &missing);
    json_t *object = json_object();
    int failed = json_object_set_new(object, "name", json_string(metric));
    failed |= json_object_set_new(object, "missing", json_integer(missing.missing));
    failed |= json_object_set_new(object, "not_given", json_integer(missing.not_given));
    failed |= json_object_set_new(object, "no_history", json_integer(missing.no_history));
    failed |= json_object_set_new(object, "undefined", json_integer(missing.undefined));
    failed |= json_object_set_new(object, "cost_unknown", json_integer(missing.cost_unknown));
    failed |= json_object_set_new(object, "unlisted", json_integer(missing.unlisted));
    failed |= json_object_set_new(object, "operand", json_integer(missing.operand));
    failed |= json_object_set_new(object, "unlisted_categories", unlisted_array(whole, metric));
    return json_kept(object, failed);
}

static json_t *metrics_array(const overview *whole) {
    json_t *array = json_array();
    int failed = array == NULL;
    const char *metric;
    for (int32_t i = 0; (metric = crmv_model_item(whole->taken->scorecard.model, CRMV_METRICS, i)) != NULL; i++) {
        failed |= json_array_append_new(array, metric_object(whole, metric));
    }
    return json_kept(array, failed);
}

/* The days of the money in `all`, tiers and segments. */
static json_t *window_object(const overview *whole) {
    char text[SHOWN_BYTES];
    model_window(&whole->taken->scorecard, text, sizeof text);
    json_t *object = json_object();
    return json_kept(object, json_object_set_new(object, "text", json_string(text)));
}

/* ---- The report -------------------------------------------------------------------------------------------------- */

static json_t *report_object(const overview *whole) {
    const inputs *taken = whole->taken;
    json_t *object = json_object();
    int failed = json_object_set_new(object, "crmvalue", json_string(crmv_version()));
    failed |= json_object_set_new(object, "as_of", json_date(taken->as_of));
    failed |= json_object_set_new(object, "as_of_asked", json_boolean(!inputs_end_at_last_day(taken)));
    failed |= json_object_set_new(object, "model", report_model(taken));
    failed |= json_object_set_new(object, "ledger", report_ledger(taken));
    failed |= json_object_set_new(object, "transactions", report_transactions(taken, false));
    failed |= json_object_set_new(object, "receivables", report_receivables(taken, false));
    failed |= json_object_set_new(object, "events", report_events(taken, false));
    failed |= json_object_set_new(object, "conversions", report_conversions(taken, false));
    failed |= json_object_set_new(object, "customer_table", report_table(taken));
    failed |= json_object_set_new(object, "window", window_object(whole));
    failed |= json_object_set_new(object, "all", group_object(whole, &whole->all));
    failed |= json_object_set_new(object, "tiers", tiers_array(whole));
    failed |= json_object_set_new(object, "unrated", unrated_array(whole));
    failed |= json_object_set_new(object, "segments", segments_object(whole));
    failed |= json_object_set_new(object, "rules", rules_array(whole));
    failed |= json_object_set_new(object, "metrics", metrics_array(whole));
    failed |= json_object_set_new(object, "warnings", warnings_array(&taken->warned));
    return json_kept(object, failed);
}

bool report_write(const overview *whole, FILE *file, failure *why) {
    return report_dump(report_object(whole), file, why);
}
