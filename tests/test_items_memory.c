/*
 * test_items_memory.c - each allocation of what derives and checks receivables and events fails once: the call says so,
 * its out-pointer is untouched, the handles that it was given answer as before, and nothing leaks.
 */
#include "failing_memory.h"
#include "items.h"

static const char *const model_text =
    "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, 'finance_cost': {'yearly_rate': [{'rate': 0.06},"
    "{'from': '2024-11-01', 'rate': 0.08}]}, 'metrics': {'overdue': {'overdue': 'days'}, 'open': {'receivables':"
    " 'open'}, 'net': {'sum': 'contribution'}, 'visits': {'event': ['vist', 'count']}, 'cause': {'event': ['lost',"
    " 'last'], 'scale': {'categories': {'price': 1, 'service': 2}}}, 'place': {'event': ['visit', 'last'], 'scale':"
    " {'categories': {'home': 1}, 'other': 0}}}}";

typedef struct scene {
    crmv_model *model;
    crmv_ledger *ledger;
    crmv_frame *frame;
} scene;

static void set_up(scene *s) {
    const book_line lines[] = {{.customer = 1, .day = 20000, .revenue = 1000, .cost = 500},
                               {.customer = 2, .day = 20200, .revenue = 1000, .cost = 500}};
    const book_item items[] = {{1, 5000, 20030, 20090, 20000}, {3, 7000, 20030, CRMV_NO_DATE, 20000}};
    const book_event events[] = {{1, 20010, "visit", 1000000, "home"},
                                 {2, 20010, "visit", NO_VALUE, "fair"},
                                 {3, 20020, "lost", NO_VALUE, "Price"},
                                 {4, 20020, "lost", NO_VALUE, "moved"},
                                 {5, 20400, "visit", NO_VALUE, NULL}};
    const feeds from = {lines, LENGTH_OF(lines), items, LENGTH_OF(items), events, LENGTH_OF(events)};
    s->model = model_of(model_text);
    s->ledger = ledger_with(s->model, &from);
    s->frame = frame_of(s->model, s->ledger, 20300);
}

static void tear_down(scene *s) {
    crmv_frame_free(s->frame);
    crmv_ledger_free(s->ledger);
    crmv_model_free(s->model);
}

typedef int32_t (*operation)(const scene *s, crmv_error *error);

static int32_t derive(const scene *s, crmv_error *error) {
    crmv_frame *out = NULL;
    const int32_t status = crmv_frame_derive(s->model, s->ledger, NULL, 0, 0, 20300, NULL, &out, error);
    assert_true((status == CRMV_OK) == (out != NULL));
    crmv_frame_free(out);
    return status;
}

static int32_t join(const scene *s, crmv_error *error) {
    static const int64_t keys[] = {4, 2, 9};
    const crmv_column column = ARRAY_COLUMN("customer", CRMV_INT64, keys);
    crmv_frame *out = NULL;
    const int32_t status = crmv_frame_derive(s->model, s->ledger, &column, 1, 3, 20300, NULL, &out, error);
    assert_true((status == CRMV_OK) == (out != NULL));
    crmv_frame_free(out);
    return status;
}

static int32_t check(const scene *s, crmv_error *error) {
    crmv_findings *out = NULL;
    const int32_t status = crmv_model_check(s->model, s->ledger, s->frame, &out, error);
    assert_true((status == CRMV_OK) == (out != NULL));
    crmv_findings_free(out);
    return status;
}

static void fail_each(void **state) {
    const operation *call = *state;
    if (!OWN_MALLOC) {
        print_message("the address sanitizer has a malloc of its own\n");
        skip();
    }
    int64_t failures = 0;
    for (long nth = 0;; nth++) {
        scene s;
        crmv_error error = {.struct_size = sizeof error};
        const long before = standing;
        set_up(&s);
        has_failed = false;
        until_failure = nth;
        armed = true;
        const int32_t status = (*call)(&s, &error);
        armed = false;
        assert_int_equal((*call)(&s, &error), CRMV_OK);
        tear_down(&s);
        assert_int_equal(standing, before);
        if (!has_failed) {
            assert_int_equal(status, CRMV_OK);
            break;
        }
        failures += status != CRMV_OK;
        if (status != CRMV_OK && status != CRMV_OUT_OF_MEMORY) {
            fail_msg("allocation %ld: status %d, %s", nth, (int)status, error.message);
        }
    }
    assert_true(failures > 0);
}

int main(void) {
    static operation calls[] = {derive, join, check};
    const struct CMUnitTest tests[] = {
        {"deriving_from_items_survives_each_failing_allocation", fail_each, NULL, NULL, &calls[0]},
        {"deriving_from_items_with_a_table_survives_each_failing_allocation", fail_each, NULL, NULL, &calls[1]},
        {"checking_against_items_survives_each_failing_allocation", fail_each, NULL, NULL, &calls[2]},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
