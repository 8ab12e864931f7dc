#include "report.h"

#include "names.h"

#include <jansson.h>

/*
 * Jansson's setters take NULL for a value that could not be made, and then fail: so values are made in place, and each
 * function returns NULL where any of its own could not be set.
 */

static json_t *amount(const overview *whole, wide minor) {
    char figure[FIGURE_BYTES];
    return json_string(figure_amount(minor, crmv_model_money_decimals(whole->taken->scorecard.model), false, figure));
}

static json_t *points(int64_t value) {
    char figure[FIGURE_BYTES];
    return value == CRMV_MISSING_POINTS ? json_null() : json_string(figure_points(value, figure));
}

static json_t *date(int32_t day) {
    char figure[FIGURE_BYTES];
    return day == CRMV_NO_DATE ? json_null() : json_string(figure_date(day, figure));
}

static json_t *text_or_null(const char *text) {
    return text && text[0] ? json_string(text) : json_null();
}

/* The name of a file, which need not be UTF-8: null where JSON cannot hold it. */
static json_t *file_name(const char *name) {
    json_t *text = text_or_null(name);
    return text ? text : json_null();
}

/* The object if all its members could be set. */
static json_t *kept(json_t *object, int failed) {
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* ---- What came in ------------------------------------------------------------------------------------------------ */

static json_t *lines_of(const aside *rows) {
    json_t *lines = json_array();
    int failed = lines == NULL;
    for (int32_t i = 0; rows->lines && i < rows->counted.listed; i++) {
        failed |= json_array_append_new(lines, json_integer(line_map_line(rows->lines, rows->counted.first_rows[i])));
    }
    return kept(lines, failed);
}

static json_t *aside_object(const overview *whole, const aside *rows) {
    json_t *object = json_object();
    int failed = json_object_set_new(object, "reason", json_string(crmv_reason_text(rows->counted.reason)));
    failed |= json_object_set_new(object, "rows", json_integer(rows->counted.rows));
    failed |= json_object_set_new(object, "currency", text_or_null(rows->counted.currency));
    failed |= json_object_set_new(object, "amounts", json_integer(rows->counted.amounts));
    failed |= json_object_set_new(object, "revenue",
                                  rows->counted.amounts > 0 ? amount(whole, aside_revenue(rows)) : json_null());
    failed |= json_object_set_new(object, "column", text_or_null(rows->counted.column));
    failed |=
        json_object_set_new(object, "text", rows->counted.column[0] ? json_string(rows->counted.text) : json_null());
    failed |= json_object_set_new(object, "file", file_name(rows->file));
    failed |= json_object_set_new(object, "lines", lines_of(rows));
    return kept(object, failed);
}

static json_t *asides_array(const overview *whole, bool (*at)(const inputs *, int64_t, aside *)) {
    json_t *array = json_array();
    int failed = array == NULL;
    aside rows;
    for (int64_t i = 0; at(whole->taken, i, &rows); i++) {
        failed |= json_array_append_new(array, aside_object(whole, &rows));
    }
    return kept(array, failed);
}

static json_t *files_array(const inputs *taken) {
    json_t *array = json_array();
    int failed = array == NULL;
    for (int32_t i = 0; i < taken->batch_count; i++) {
        json_t *file = json_object();
        failed |= json_object_set_new(file, "name", file_name(taken->batches[i].name));
        failed |= json_object_set_new(file, "rows", json_integer(taken->batches[i].lines.rows));
        failed |= json_array_append_new(array, file);
    }
    return kept(array, failed);
}

/* The totals that the feed supplies, and how many lines, documents and days they come from. */
static json_t *totals_object(const overview *whole) {
    static const char *const measures[] = {
        "revenue",      "cost",          "gross_profit",      "discount",         "cost_to_serve",
        "contribution", "returned_cost", "returned_discount", "returned_revenue", "unknown_cost_revenue",
    };
    static const char *const counts[] = {
        "lines", "sale_lines", "cancelled_lines", "return_lines", "unknown_cost_lines", "documents", "purchase_days"};
    const crmv_ledger *ledger = whole->taken->ledger;
    json_t *object = json_object();
    int failed = object == NULL;
    int64_t total;
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++) {
        if (crmv_ledger_supplies(ledger, measures[i]) && crmv_ledger_total(ledger, measures[i], &total) == CRMV_OK) {
            failed |= json_object_set_new(object, measures[i], amount(whole, total));
        }
    }
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (crmv_ledger_total(ledger, counts[i], &total) == CRMV_OK) {
            failed |= json_object_set_new(object, counts[i], json_integer(total));
        }
    }
    return kept(object, failed);
}

/* What the days after the one to look back from hold. */
static json_t *later_object(const overview *whole) {
    later rest;
    if (!later_of(whole->taken, &rest)) {
        return json_null();
    }
    bool has_revenue = crmv_ledger_supplies(whole->taken->ledger, "revenue");
    json_t *object = json_object();
    int failed = json_object_set_new(object, "sale_lines", json_integer(rest.sale_lines));
    failed |= json_object_set_new(object, "revenue", has_revenue ? amount(whole, rest.revenue) : json_null());
    return kept(object, failed);
}

static json_t *transactions_object(const overview *whole) {
    const crmv_ledger *ledger = whole->taken->ledger;
    char hash[33] = "";
    if (!ledger) {
        return json_null();
    }
    crmv_ledger_hash(ledger, hash);
    json_t *object = json_object();
    int failed = json_object_set_new(object, "files", files_array(whole->taken));
    failed |= json_object_set_new(object, "rows", json_integer(crmv_ledger_rows(ledger)));
    failed |= json_object_set_new(object, "accepted", json_integer(crmv_ledger_accepted(ledger)));
    failed |= json_object_set_new(object, "set_aside", asides_array(whole, aside_of_ledger));
    failed |= json_object_set_new(object, "rounded", json_integer(crmv_ledger_rounded(ledger)));
    failed |= json_object_set_new(object, "after_as_of", later_object(whole));
    failed |= json_object_set_new(object, "customers", json_integer(crmv_ledger_customers(ledger)));
    failed |= json_object_set_new(object, "customer_days", json_integer(crmv_ledger_facts(ledger)));
    failed |= json_object_set_new(object, "first_day", date(crmv_ledger_first_day(ledger)));
    failed |= json_object_set_new(object, "last_day", date(crmv_ledger_last_day(ledger)));
    failed |= json_object_set_new(object, "totals", totals_object(whole));
    failed |= json_object_set_new(object, "hash", json_string(hash));
    return kept(object, failed);
}

/* Customers of the transactions whom the table does not know, and whether they are scored all the same. */
static json_t *without_row_object(const overview *whole) {
    const inputs *taken = whole->taken;
    aside unknown;
    bool left_out = aside_unknown(taken, &unknown);
    int64_t scored = crmv_frame_rows(taken->frame) - crmv_frame_table_accepted(taken->frame);
    json_t *object = json_object();
    int failed = json_object_set_new(object, "customers", json_integer(left_out ? unknown.counted.rows : scored));
    failed |= json_object_set_new(object, "scored", json_boolean(!left_out));
    failed |= json_object_set_new(object, "revenue", left_out ? amount(whole, aside_revenue(&unknown)) : json_null());
    return kept(object, failed);
}

static json_t *table_object(const overview *whole) {
    const inputs *taken = whole->taken;
    json_t *object = json_object();
    int failed =
        json_object_set_new(object, "file", file_name(taken->customers ? path_name(taken->asked->customers) : NULL));
    failed |= json_object_set_new(object, "rows", json_integer(crmv_frame_table_rows(taken->frame)));
    failed |= json_object_set_new(object, "accepted", json_integer(crmv_frame_table_accepted(taken->frame)));
    failed |= json_object_set_new(object, "set_aside", asides_array(whole, aside_of_table));
    failed |= json_object_set_new(object, "customers_without_row", without_row_object(whole));
    return kept(object, failed);
}

/* ---- What came out ----------------------------------------------------------------------------------------------- */

static json_t *group_object(const overview *whole, const group *one) {
    json_t *object = json_object();
    int failed = json_object_set_new(object, "name", one->name ? json_string(one->name) : json_null());
    failed |= json_object_set_new(object, "customers", json_integer(one->customers));
    failed |= json_object_set_new(object, "revenue", whole->has_revenue ? amount(whole, one->revenue) : json_null());
    failed |= json_object_set_new(object, "gross_profit",
                                  whole->has_gross_profit ? amount(whole, one->gross_profit) : json_null());
    failed |= json_object_set_new(object, "unknown_cost_revenue",
                                  whole->has_gross_profit ? amount(whole, one->unknown_cost) : json_null());
    failed |= json_object_set_new(object, "mean_score", points(group_mean(one)));
    return kept(object, failed);
}

static json_t *groups_array(const overview *whole, const grouping *groups) {
    json_t *array = json_array();
    int failed = array == NULL;
    for (int32_t i = 0; i < groups->count; i++) {
        failed |= json_array_append_new(array, group_object(whole, &groups->groups[i]));
    }
    return kept(array, failed);
}

/* The tiers, and the score from which each is given. */
static json_t *tiers_array(const overview *whole) {
    json_t *array = groups_array(whole, &whole->tiers);
    int failed = array == NULL;
    for (int32_t i = 0; i < whole->tiers.count; i++) {
        json_t *from = points(model_tier_cut(&whole->taken->scorecard, i));
        failed |= json_object_set_new(json_array_get(array, (size_t)i), "from", from);
    }
    return kept(array, failed);
}

static json_t *segments_object(const overview *whole) {
    json_t *object = json_object();
    int failed = object == NULL;
    for (int32_t i = 0; i < whole->segment_count; i++) {
        failed |= json_object_set_new(object, whole->segments[i].name, groups_array(whole, &whole->segments[i]));
    }
    return kept(object, failed);
}

static json_t *unrated_array(const overview *whole) {
    json_t *array = json_array();
    int failed = array == NULL;
    for (int32_t reason = CRMV_RATED + 1; reason < UNRATED_REASONS; reason++) {
        if (whole->unrated[reason] > 0) {
            json_t *one = json_object();
            failed |= json_object_set_new(one, "reason", json_string(crmv_unrated_text(reason)));
            failed |= json_object_set_new(one, "customers", json_integer(whole->unrated[reason]));
            failed |= json_array_append_new(array, one);
        }
    }
    return kept(array, failed);
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
        failed |= json_object_set_new(one, "cap", text_or_null(crmv_model_label(model, CRMV_TIERS, 0, rule.cap)));
        failed |= json_object_set_new(one, "treatment", text_or_null(rule.treatment));
        failed |= json_array_append_new(array, one);
    }
    return kept(array, failed);
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
    return kept(array, failed);
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
    return kept(object, failed);
}

static json_t *metrics_array(const overview *whole) {
    json_t *array = json_array();
    int failed = array == NULL;
    const char *metric;
    for (int32_t i = 0; (metric = crmv_model_item(whole->taken->scorecard.model, CRMV_METRICS, i)) != NULL; i++) {
        failed |= json_array_append_new(array, metric_object(whole, metric));
    }
    return kept(array, failed);
}

/* ---- The report -------------------------------------------------------------------------------------------------- */

static json_t *model_object(const overview *whole) {
    const crmv_model *model = whole->taken->scorecard.model;
    char hash[33] = "";
    crmv_model_hash(model, hash);
    json_t *object = json_object();
    int failed = json_object_set_new(object, "name", text_or_null(crmv_model_name(model)));
    failed |= json_object_set_new(object, "hash", json_string(hash));
    failed |= json_object_set_new(object, "currency", text_or_null(crmv_model_currency(model)));
    return kept(object, failed);
}

static json_t *report_object(const overview *whole) {
    json_t *object = json_object();
    int failed = json_object_set_new(object, "crmvalue", json_string(crmv_version()));
    failed |= json_object_set_new(object, "as_of", date(whole->taken->as_of));
    failed |= json_object_set_new(object, "as_of_asked", json_boolean(!inputs_end_at_last_day(whole->taken)));
    failed |= json_object_set_new(object, "model", model_object(whole));
    failed |= json_object_set_new(object, "transactions", transactions_object(whole));
    failed |= json_object_set_new(object, "customer_table", table_object(whole));
    failed |= json_object_set_new(object, "all", group_object(whole, &whole->all));
    failed |= json_object_set_new(object, "tiers", tiers_array(whole));
    failed |= json_object_set_new(object, "unrated", unrated_array(whole));
    failed |= json_object_set_new(object, "segments", segments_object(whole));
    failed |= json_object_set_new(object, "rules", rules_array(whole));
    failed |= json_object_set_new(object, "metrics", metrics_array(whole));
    return kept(object, failed);
}

bool report_write(const overview *whole, FILE *file, failure *why) {
    json_t *report = report_object(whole);
    if (!report) {
        return failure_memory(why);
    }
    bool dumped = json_dumpf(report, file, JSON_INDENT(2)) == 0 || ferror(file);
    fputc('\n', file);
    json_decref(report);
    return dumped || failure_memory(why);
}
