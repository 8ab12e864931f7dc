#include "report_fit.h"

#include "report_inputs.h"

#include <stdlib.h>
#include <string.h>

/* The members that the report of crmvalue score has, too. */
static json_t *data_object(const inputs *taken) {
    json_t *object = json_object();
    int failed = json_object_set_new(object, "as_of_asked", json_boolean(taken->asked->as_of != CRMV_NO_DATE));
    failed |= json_object_set_new(object, "ledger", report_ledger(taken));
    failed |= json_object_set_new(object, "transactions", report_transactions(taken, false));
    failed |= json_object_set_new(object, "receivables", report_receivables(taken, false));
    failed |= json_object_set_new(object, "events", report_events(taken, false));
    failed |= json_object_set_new(object, "conversions", report_conversions(taken, false));
    failed |= json_object_set_new(object, "customer_table", report_table(taken));
    failed |= json_object_set_new(object, "warnings", warnings_array(&taken->warned));
    return json_kept(object, failed);
}

/* A member of an object that is indented by two blanks: no text of JSON has an end of line in it. */
static void write_member(const char *name, const char *text, FILE *file) {
    fprintf(file, ",\n  \"%s\": ", name);
    for (const char *at = text; *at; at++) {
        fputc(*at, file);
        if (*at == '\n') {
            fputs("  ", file);
        }
    }
}

/* The library's text is not read and written anew, so that its numbers keep the digits that it gave them. */
bool report_fit_write(const inputs *taken, const crmv_report *report, FILE *file, failure *why) {
    const char *text = crmv_report_json(report);
    size_t length = strrchr(text, '}') - text;
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' ')) {
        length--;
    }
    json_t *data = data_object(taken);
    char *written = data ? json_dumps(data, JSON_INDENT(2)) : NULL;
    json_decref(data);
    if (!written) {
        return failure_memory(why);
    }
    fwrite(text, 1, length, file);
    write_member("data", written, file);
    fputs("\n}\n", file);
    free(written);
    return true;
}

bool report_fit_warn(inputs *taken, const crmv_report *report, failure *why) {
    json_t *tree = json_loads(crmv_report_json(report), JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
    const json_t *outcome;
    size_t i;
    if (!tree) {
        return failure_memory(why);
    }
    json_array_foreach(json_object_get(tree, "prediction"), i, outcome) {
        if (json_is_true(json_object_get(outcome, "baseline_wins")) ||
            json_is_true(json_object_get(outcome, "wrong_way_round"))) {
            warnings_add(&taken->warned, "%s", json_string_value(json_object_get(outcome, "verdict")));
        }
    }
    json_decref(tree);
    return true;
}
