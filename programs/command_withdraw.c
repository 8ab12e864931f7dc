/* `crmvalue ledger withdraw` and `crmvalue ledger erase`: taking a batch back, and forgetting a customer. */
#include "batches.h"
#include "commands.h"
#include "figures.h"
#include "ledger_change.h"
#include "output.h"
#include "report_inputs.h"

#include <stdlib.h>
#include <string.h>

/* ---- A batch ----------------------------------------------------------------------------------------------------- */

static bool unknown_batch(const inputs *taken, failure *why) {
    char ledger[SHOWN_BYTES], asked[SHOWN_BYTES], near[SHOWN_BYTES];
    const char *nearest = batch_nearest(taken->ledger, taken->asked->batch);
    shown(taken->asked->ledger, ledger);
    shown(taken->asked->batch, asked);
    return nearest
               ? failure_data(why, "%s: no batch \"%s\"; the nearest is \"%s\"", ledger, asked, shown(nearest, near))
               : failure_data(why, "%s: no batch \"%s\"; \"crmvalue ledger info\" lists them", ledger, asked);
}

static bool withdraw(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    char ledger[SHOWN_BYTES], name[SHOWN_BYTES], text[512];
    int64_t position = batch_position(taken->ledger, taken->asked->batch);
    if (position < 0) {
        return unknown_batch(taken, why);
    }
    batch_text(taken->ledger, position, text, sizeof text);
    json_t *batch = report_batch(taken, position);
    if (!batch) {
        return failure_memory(why);
    }
    if (crmv_ledger_withdraw(taken->ledger, taken->asked->batch, &error) != CRMV_OK) {
        json_decref(batch);
        return failure_library(why, taken->asked->ledger, 0, &error);
    }
    taken->standing = crmv_ledger_batches(taken->ledger);
    if (!ledger_change_finish(taken, ledger_change_save, "withdrawn", batch, why)) {
        return false;
    }
    output written = {0};
    if (!output_open(&written, NULL, why)) {
        return false;
    }
    fprintf(written.file, "%s: batch \"%s\" withdrawn: %s\n", shown(taken->asked->ledger, ledger),
            shown(taken->asked->batch, name), text);
    return output_finish(&written, why);
}

/* ---- A customer -------------------------------------------------------------------------------------------------- */

/* What a customer's part of the ledger comes to. */
typedef struct possession {
    int64_t customer_days, revenue, due, events;
    int32_t batches;
    bool has_revenue, has_due;
} possession;

static bool look(const inputs *taken, possession *own, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *part = NULL;
    if (crmv_ledger_extract(taken->ledger, &taken->asked->customer, 1, &part, &error) != CRMV_OK) {
        return failure_library(why, taken->asked->ledger, 0, &error);
    }
    *own = (possession){.customer_days = crmv_ledger_facts(part)};
    own->has_revenue = crmv_ledger_total(part, "revenue", &own->revenue) == CRMV_OK;
    own->has_due = crmv_ledger_feed_accepted(taken->ledger, CRMV_RECEIVABLES) > 0 &&
                   crmv_ledger_total(part, "due", &own->due) == CRMV_OK;
    (void)crmv_ledger_total(part, "events", &own->events);
    crmv_ledger_free(part);
    return true;
}

/* Customers that the batches hold, all in all: one less for each batch that held the one erased. */
static int64_t customers_of_batches(const crmv_ledger *ledger) {
    int64_t count = 0;
    for (int64_t i = 0; i < crmv_ledger_batches(ledger); i++) {
        crmv_batch batch = {.struct_size = sizeof batch};
        crmv_ledger_batch_get(ledger, i, &batch);
        count += batch.customers;
    }
    return count;
}

/* The key itself is not told: a report is kept. */
static json_t *possession_object(const inputs *taken, const possession *own) {
    const crmv_model *model = taken->scorecard.model;
    json_t *object = json_object();
    int failed = json_object_set_new(object, "customer_days", json_integer(own->customer_days));
    failed |= json_object_set_new(object, "revenue", own->has_revenue ? json_amount(model, own->revenue) : json_null());
    failed |= json_object_set_new(object, "due", own->has_due ? json_amount(model, own->due) : json_null());
    failed |= json_object_set_new(object, "events", json_integer(own->events));
    failed |= json_object_set_new(object, "batches", json_integer(own->batches));
    return json_kept(object, failed);
}

static void tell_erased(const inputs *taken, const possession *own, FILE *file) {
    char ledger[SHOWN_BYTES], key[SHOWN_BYTES], batches[FIGURE_BYTES], days[FIGURE_BYTES], figure[FIGURE_BYTES];
    const crmv_model *model = taken->scorecard.model;
    const int32_t decimals = crmv_model_money_decimals(model);
    fprintf(file, "%s: customer \"%s\" erased from %s batch%s: %s customer-day%s", shown(taken->asked->ledger, ledger),
            shown(taken->asked->customer, key), figure_count(own->batches, batches), own->batches == 1 ? "" : "es",
            figure_count(own->customer_days, days), own->customer_days == 1 ? "" : "s");
    if (own->has_revenue) {
        fprintf(file, ", revenue %s%s%s", figure_amount(own->revenue, decimals, true, figure),
                crmv_model_currency(model)[0] ? " " : "", crmv_model_currency(model));
    }
    if (own->events > 0) {
        fprintf(file, ", %s event%s", figure_count(own->events, figure), own->events == 1 ? "" : "s");
    }
    fputc('\n', file);
}

static bool erase(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    possession own;
    if (!look(taken, &own, why)) {
        return false;
    }
    const int64_t before = customers_of_batches(taken->ledger);
    const int32_t status = crmv_ledger_erase(taken->ledger, taken->asked->customer, &error);
    if (status != CRMV_OK) {
        return failure_library(why, taken->asked->ledger, 0, &error);
    }
    own.batches = (int32_t)(before - customers_of_batches(taken->ledger));
    json_t *erased = possession_object(taken, &own);
    if (!erased) {
        return failure_memory(why);
    }
    if (!ledger_change_finish(taken, ledger_change_save, "erased", erased, why)) {
        return false;
    }
    output written = {0};
    if (!output_open(&written, NULL, why)) {
        return false;
    }
    tell_erased(taken, &own, written.file);
    return output_finish(&written, why);
}

/* ---- Both -------------------------------------------------------------------------------------------------------- */

static bool change(const options *asked, bool (*how)(inputs *, failure *), int *status, failure *why) {
    inputs taken;
    const bool done = inputs_begin(&taken, asked, why) && ledger_change_open(&taken, why) && how(&taken, why);
    inputs_clear(&taken);
    *status = EXIT_DONE;
    return done;
}

bool command_withdraw(const options *asked, int *status, failure *why) {
    return change(asked, withdraw, status, why);
}

bool command_erase(const options *asked, int *status, failure *why) {
    return change(asked, erase, status, why);
}
