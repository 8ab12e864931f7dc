#include "report_inputs.h"

#include "conversions.h"
#include "groups.h"
#include "names.h"

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

/* The first rows, and, where they are of a file of this run, its name and lines. Of rows in several files those in the
 * first one have their lines told. */
static int set_places(const inputs *taken, const aside *rows, json_t *object) {
    json_t *lines = json_array(), *numbers = json_array();
    const char *first = NULL, *file;
    int64_t line;
    int failed = lines == NULL || numbers == NULL;
    for (int32_t i = 0; i < rows->counted.listed; i++) {
        const bool placed = aside_place(taken, rows, i, &file, &line);
        first = i == 0 && placed ? file : first;
        if (placed && file == first) {
            failed |= json_array_append_new(lines, json_integer(line));
        }
        failed |= json_array_append_new(numbers, json_integer(rows->counted.first_rows[i]));
    }
    failed |= json_object_set_new(object, "file", json_file_name(first ? first : rows->table));
    failed |= json_object_set_new(object, "lines", lines);
    failed |= json_object_set_new(object, "first_rows", numbers);
    return failed;
}

static json_t *aside_object(const inputs *taken, const aside *rows) {
    const crmv_set_aside *counted = &rows->counted;
    json_t *object = json_object();
    int failed = json_object_set_new(object, "reason", json_string(crmv_reason_text(counted->reason)));
    failed |= json_object_set_new(object, "rows", json_integer(counted->rows));
    failed |= json_object_set_new(object, "currency", json_text_or_null(counted->currency));
    failed |= json_object_set_new(object, "amounts", json_integer(counted->amounts));
    failed |= json_object_set_new(object, "revenue",
                                  counted->amounts > 0 ? json_amount(taken->scorecard.model, aside_revenue(rows))
                                                       : json_null());
    failed |= json_object_set_new(object, "column", json_text_or_null(counted->column));
    failed |= json_object_set_new(object, "text", counted->column[0] ? json_string(counted->text) : json_null());
    failed |= json_object_set_new(
        object, "batch", json_file_name(rows->table ? NULL : crmv_ledger_batch(taken->ledger, counted->batch)));
    failed |= set_places(taken, rows, object);
    return json_kept(object, failed);
}

static json_t *asides_of_feed(const inputs *taken, int32_t feed, bool of_files) {
    json_t *array = json_array();
    int failed = array == NULL;
    aside rows;
    for (int64_t i = 0; aside_next(taken, feed, of_files, &i, &rows);) {
        failed |= json_array_append_new(array, aside_object(taken, &rows));
    }
    return json_kept(array, failed);
}

static json_t *asides_of_table(const inputs *taken) {
    json_t *array = json_array();
    int failed = array == NULL;
    aside rows;
    for (int64_t i = 0; aside_of_table(taken, i, &rows); i++) {
        failed |= json_array_append_new(array, aside_object(taken, &rows));
    }
    return json_kept(array, failed);
}

/* ---- Feeds ------------------------------------------------------------------------------------------------------- */

static json_t *files_array(const inputs *taken, int32_t feed) {
    json_t *array = json_array();
    int failed = array == NULL;
    for (int32_t i = 0; i < taken->file_count; i++) {
        if (taken->files[i].feed == feed) {
            json_t *file = json_object();
            failed |= json_object_set_new(file, "name", json_file_name(taken->files[i].name));
            failed |= json_object_set_new(file, "rows", json_integer(taken->files[i].lines.rows));
            failed |= json_array_append_new(array, file);
        }
    }
    return json_kept(array, failed);
}

/* A feed's files, rows and rows set aside. */
static int set_rows(const inputs *taken, int32_t feed, bool of_files, json_t *object) {
    int64_t rows, used;
    feed_rows(taken, feed, of_files, &rows, &used);
    int failed = json_object_set_new(object, "files", files_array(taken, feed));
    failed |= json_object_set_new(object, "rows", json_integer(rows));
    failed |= json_object_set_new(object, "accepted", json_integer(used));
    failed |= json_object_set_new(object, "set_aside", asides_of_feed(taken, feed, of_files));
    return failed;
}

/* Totals of these names; those of measures only where they are supplied. */
static int set_amounts(const inputs *taken, const char *const *names, size_t count, bool measures, json_t *object) {
    int failed = 0;
    int64_t total;
    for (size_t i = 0; i < count; i++) {
        if ((!measures || crmv_ledger_supplies(taken->ledger, names[i])) &&
            crmv_ledger_total(taken->ledger, names[i], &total) == CRMV_OK) {
            failed |= json_object_set_new(object, names[i], json_amount(taken->scorecard.model, total));
        }
    }
    return failed;
}

/* The totals that the feed supplies, and how many lines, documents and days they come from. */
static json_t *totals_object(const inputs *taken) {
    static const char *const measures[] = {
        "revenue",      "cost",          "gross_profit",      "discount",         "cost_to_serve",
        "contribution", "returned_cost", "returned_discount", "returned_revenue", "unknown_cost_revenue",
    };
    static const char *const counts[] = {
        "lines", "sale_lines", "cancelled_lines", "return_lines", "unknown_cost_lines", "documents", "purchase_days"};
    json_t *object = json_object();
    int failed = object == NULL || set_amounts(taken, measures, sizeof measures / sizeof measures[0], true, object);
    int64_t total;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (crmv_ledger_total(taken->ledger, counts[i], &total) == CRMV_OK) {
            failed |= json_object_set_new(object, counts[i], json_integer(total));
        }
    }
    return json_kept(object, failed);
}

/* What the days after the one to look back from hold. */
static json_t *later_object(const inputs *taken) {
    later rest;
    if (!later_of(taken, &rest)) {
        return json_null();
    }
    bool has_revenue = crmv_ledger_supplies(taken->ledger, "revenue");
    json_t *object = json_object();
    int failed = json_object_set_new(object, "sale_lines", json_integer(rest.sale_lines));
    failed |= json_object_set_new(object, "revenue",
                                  has_revenue ? json_amount(taken->scorecard.model, rest.revenue) : json_null());
    return json_kept(object, failed);
}

json_t *report_transactions(const inputs *taken, bool of_files) {
    const crmv_ledger *ledger = taken->ledger;
    char hash[33] = "";
    if (!ledger) {
        return json_null();
    }
    crmv_ledger_hash(ledger, hash);
    json_t *object = json_object();
    int failed = object == NULL || set_rows(taken, FEED_TRANSACTIONS, of_files, object);
    failed |= json_object_set_new(object, "rounded", json_integer(crmv_ledger_rounded(ledger)));
    failed |= json_object_set_new(object, "after_as_of", later_object(taken));
    failed |= json_object_set_new(object, "customers", json_integer(crmv_ledger_customers(ledger)));
    failed |= json_object_set_new(object, "customer_days", json_integer(crmv_ledger_facts(ledger)));
    failed |= json_object_set_new(object, "first_day", json_date(crmv_ledger_first_day(ledger)));
    failed |= json_object_set_new(object, "last_day", json_date(crmv_ledger_last_day(ledger)));
    failed |= json_object_set_new(object, "totals", totals_object(taken));
    failed |= json_object_set_new(object, "hash", json_string(hash));
    return json_kept(object, failed);
}

/* Whether rows of a feed came in, now or before. */
static bool is_fed(const inputs *taken, int32_t feed) {
    int64_t rows = 0, used;
    if (taken->ledger) {
        feed_rows(taken, feed, false, &rows, &used);
    }
    return rows > 0 || taken->asked->feeds[feed].count > 0;
}

json_t *report_receivables(const inputs *taken, bool of_files) {
    static const char *const totals[] = {"invoiced", "collected", "due", "settled"};
    if (!is_fed(taken, FEED_RECEIVABLES)) {
        return json_null();
    }
    json_t *object = json_object(), *amounts = json_object();
    int failed = object == NULL || set_rows(taken, FEED_RECEIVABLES, of_files, object);
    failed |= amounts == NULL || set_amounts(taken, totals, sizeof totals / sizeof totals[0], false, amounts);
    failed |= json_object_set_new(object, "totals", amounts);
    return json_kept(object, failed);
}

json_t *report_events(const inputs *taken, bool of_files) {
    if (!is_fed(taken, FEED_EVENTS)) {
        return json_null();
    }
    json_t *object = json_object();
    return json_kept(object, object == NULL || set_rows(taken, FEED_EVENTS, of_files, object));
}

/* ---- Conversions ------------------------------------------------------------------------------------------------- */

static json_t *conversion_object(const inputs *taken, const conversion *one) {
    const crmv_model *model = taken->scorecard.model;
    const crmv_conversion *counted = &one->counted;
    json_t *object = json_object();
    int failed = json_object_set_new(object, "batch", json_file_name(crmv_ledger_batch(taken->ledger, counted->batch)));
    failed |= json_object_set_new(object, "currency", json_string(counted->currency));
    failed |= json_object_set_new(object, "rows", json_integer(counted->rows));
    failed |= json_object_set_new(object, "before", json_amount(model, one->before));
    failed |= json_object_set_new(object, "after", json_amount(model, one->after));
    failed |= json_object_set_new(object, "first_rate", json_date(counted->first_rate_day));
    failed |= json_object_set_new(object, "last_rate", json_date(counted->last_rate_day));
    failed |= json_object_set_new(object, "oldest_rate_days", json_integer(counted->oldest_rate));
    return json_kept(object, failed);
}

json_t *report_conversions(const inputs *taken, bool of_files) {
    json_t *array = json_array();
    int failed = array == NULL;
    conversion one;
    for (int64_t i = 0; taken->ledger && conversion_at(taken, i, &one); i++) {
        if (!of_files || batch_is_fed(taken, one.counted.batch)) {
            failed |= json_array_append_new(array, conversion_object(taken, &one));
        }
    }
    return json_kept(array, failed);
}

/* ---- The ledger's file ------------------------------------------------------------------------------------------- */

json_t *report_batch(const inputs *taken, int64_t position) {
    crmv_batch batch = {.struct_size = sizeof batch};
    crmv_ledger_batch_get(taken->ledger, position, &batch);
    json_t *object = json_object();
    int failed = json_object_set_new(object, "name", json_file_name(crmv_ledger_batch(taken->ledger, position)));
    failed |= json_object_set_new(object, "rows", json_integer(batch.rows));
    failed |= json_object_set_new(object, "accepted", json_integer(batch.accepted));
    failed |= json_object_set_new(object, "customers", json_integer(batch.customers));
    failed |= json_object_set_new(object, "customer_days", json_integer(batch.facts));
    failed |= json_object_set_new(object, "first_day", json_date(batch.first_day));
    failed |= json_object_set_new(object, "last_day", json_date(batch.last_day));
    return json_kept(object, failed);
}

json_t *report_ledger(const inputs *taken) {
    const char *file = taken->asked->ledger ? taken->asked->ledger : taken->asked->out;
    if (!taken->asked->ledger && taken->asked->command != COMMAND_MERGE) {
        return json_null();
    }
    json_t *object = json_object(), *batches = json_array();
    int failed = batches == NULL;
    for (int64_t i = 0; i < crmv_ledger_batches(taken->ledger); i++) {
        if (taken->asked->command != COMMAND_APPEND || batch_is_fed(taken, i)) {
            failed |= json_array_append_new(batches, report_batch(taken, i));
        }
    }
    failed |= json_object_set_new(object, "file", json_file_name(file));
    failed |= json_object_set_new(object, "batches", batches);
    return json_kept(object, failed);
}

/* ---- The model and the customer table ---------------------------------------------------------------------------- */

json_t *report_model(const inputs *taken) {
    const crmv_model *model = taken->scorecard.model;
    char hash[33] = "";
    crmv_model_hash(model, hash);
    json_t *object = json_object();
    int failed = json_object_set_new(object, "name", json_text_or_null(crmv_model_name(model)));
    failed |= json_object_set_new(object, "hash", json_string(hash));
    failed |= json_object_set_new(object, "currency", json_text_or_null(crmv_model_currency(model)));
    return json_kept(object, failed);
}

/* Customers of the transactions whom the table does not know, and whether they are scored all the same. */
static json_t *without_row_object(const inputs *taken) {
    aside unknown;
    bool left_out = aside_unknown(taken, &unknown);
    int64_t without = customers_without_row(taken);
    json_t *object = json_object();
    int failed = json_object_set_new(object, "customers", json_integer(left_out ? unknown.counted.rows : without));
    failed |= json_object_set_new(object, "scored", json_boolean(!left_out));
    failed |= json_object_set_new(
        object, "revenue", left_out ? json_amount(taken->scorecard.model, aside_revenue(&unknown)) : json_null());
    return json_kept(object, failed);
}

json_t *report_table(const inputs *taken) {
    json_t *object = json_object();
    int failed = json_object_set_new(object, "file",
                                     json_file_name(taken->customers ? path_name(taken->asked->customers) : NULL));
    failed |= json_object_set_new(object, "rows", json_integer(crmv_frame_table_rows(taken->frame)));
    failed |= json_object_set_new(object, "accepted", json_integer(crmv_frame_table_accepted(taken->frame)));
    failed |= json_object_set_new(object, "set_aside", asides_of_table(taken));
    failed |= json_object_set_new(object, "rolled_up", json_integer(table_rows_rolled_up(taken)));
    failed |= json_object_set_new(object, "customers_without_row", without_row_object(taken));
    return json_kept(object, failed);
}

bool report_dump(json_t *report, FILE *file, failure *why) {
    if (!report) {
        return failure_memory(why);
    }
    bool dumped = json_dumpf(report, file, JSON_INDENT(2)) == 0 || ferror(file);
    fputc('\n', file);
    json_decref(report);
    return dumped || failure_memory(why);
}
