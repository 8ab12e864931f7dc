/* `crmvalue ledger info`: what a ledger on disk holds. */
#include "commands.h"
#include "ledger_change.h"
#include "output.h"
#include "summary.h"
#include "text_table.h"

static void add_count(text_table *table, int64_t count) {
    char figure[FIGURE_BYTES];
    text_table_add(table, figure_count(count, figure));
}

static void add_day(text_table *table, int32_t day) {
    char figure[FIGURE_BYTES];
    text_table_add(table, day == CRMV_NO_DATE ? "" : figure_date(day, figure));
}

/* Rows are those that came in; what a batch holds can be less, after erasures. */
static bool write_batches(const crmv_ledger *ledger, FILE *file) {
    static const char *const head[] = {"batch", "rows", "used", "customers", "customer-days", "from", "to"};
    text_table table = text_table_new("lrrrrll");
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        text_table_add(&table, head[i]);
    }
    for (int64_t i = 0; i < crmv_ledger_batches(ledger); i++) {
        crmv_batch batch = {.struct_size = sizeof batch};
        crmv_ledger_batch_get(ledger, i, &batch);
        text_table_add(&table, crmv_ledger_batch(ledger, i));
        add_count(&table, batch.rows);
        add_count(&table, batch.accepted);
        add_count(&table, batch.customers);
        add_count(&table, batch.facts);
        add_day(&table, batch.first_day);
        add_day(&table, batch.last_day);
    }
    return text_table_write(&table, "  ", file);
}

static void add_amount(text_table *table, const inputs *taken, const char *label, const char *measure) {
    char figure[FIGURE_BYTES];
    const crmv_model *model = taken->scorecard.model;
    int64_t total;
    if (crmv_ledger_total(taken->ledger, measure, &total) == CRMV_OK) {
        text_table_add(table, label);
        text_table_add(table, figure_amount(total, crmv_model_money_decimals(model), true, figure));
        text_table_add(table, crmv_model_currency(model));
    }
}

static bool write_totals(const inputs *taken, FILE *file) {
    static const struct {
        const char *measure, *label;
    } measures[] = {{"revenue", "revenue"},           {"cost", "cost"},
                    {"gross_profit", "gross profit"}, {"unknown_cost_revenue", "revenue of unknown cost"},
                    {"discount", "discount"},         {"cost_to_serve", "cost to serve"},
                    {"returned_revenue", "returned"}};
    static const struct {
        const char *measure, *label;
    } items[] = {{"invoiced", "invoiced"},
                 {"collected", "collected"},
                 {"due", "due and not paid by then"},
                 {"settled", "of it paid since"}};
    text_table table = text_table_new("lrl");
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++) {
        if (crmv_ledger_supplies(taken->ledger, measures[i].measure)) {
            add_amount(&table, taken, measures[i].label, measures[i].measure);
        }
    }
    for (size_t i = 0;
         crmv_ledger_feed_accepted(taken->ledger, CRMV_RECEIVABLES) > 0 && i < sizeof items / sizeof items[0]; i++) {
        add_amount(&table, taken, items[i].label, items[i].measure);
    }
    fputs(table.count > 0 ? "totals:\n" : "", file);
    return text_table_write(&table, "  ", file);
}

static void write_extent(const crmv_ledger *ledger, FILE *file) {
    char customers[FIGURE_BYTES], facts[FIGURE_BYTES], first[FIGURE_BYTES], last[FIGURE_BYTES], hash[33] = "";
    fprintf(file, "%s customer%s, %s customer-day%s", figure_count(crmv_ledger_customers(ledger), customers),
            crmv_ledger_customers(ledger) == 1 ? "" : "s", figure_count(crmv_ledger_facts(ledger), facts),
            crmv_ledger_facts(ledger) == 1 ? "" : "s");
    if (crmv_ledger_last_day(ledger) != CRMV_NO_DATE) {
        fprintf(file, ", transactions of %s to %s", figure_date(crmv_ledger_first_day(ledger), first),
                figure_date(crmv_ledger_last_day(ledger), last));
    }
    crmv_ledger_hash(ledger, hash);
    fprintf(file, "\nledger %s; crmvalue %s\n", hash, crmv_version());
}

static bool nothing_to_write(inputs *taken, failure *why) {
    (void)taken;
    (void)why;
    return true;
}

static bool tell(inputs *taken, failure *why) {
    output written = {0};
    if (!output_open(&written, NULL, why)) {
        return false;
    }
    summary_of_feeds(taken, false, written.file);
    const bool whole = write_batches(taken->ledger, written.file) && write_totals(taken, written.file);
    write_extent(taken->ledger, written.file);
    return (whole || failure_memory(why)) && output_finish(&written, why);
}

static bool info(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    const char *path = taken->asked->ledger;
    if (crmv_ledger_load(path, taken->scorecard.model, &taken->running, &taken->ledger, &error) != CRMV_OK) {
        return failure_library(why, path, 0, &error);
    }
    taken->standing = crmv_ledger_batches(taken->ledger);
    return ledger_change_finish(taken, nothing_to_write, NULL, NULL, why) && tell(taken, why);
}

bool command_info(const options *asked, int *status, failure *why) {
    inputs taken;
    const bool done = inputs_begin(&taken, asked, why) && info(&taken, why);
    inputs_clear(&taken);
    *status = EXIT_DONE;
    return done;
}
