/*
 * Files of ledgers as earlier versions of the format wrote them stay readable, and today's bytes are what they were.
 *
 *     test_ledger_versions FOLDER          compares with FOLDER/version-1
 *     test_ledger_versions FOLDER write    writes FOLDER/version-1 from the book below
 */
#include "ledger_books.h"

static const char *folder;

/* A book with everything: text keys, amounts of every width, two currencies, rows set aside, receivables, events. */
static const char *const keys[] = {"Bold & Co", "\xC3\x84rger AG", "Bold & Co", "Zeta", "Bold & Co", "", "Zeta",
                                   "Zeta"};
static const int32_t sale_days[] = {19000, 19001, 19000, 19100, 19200, 19000, 19100, 19300};
static const int64_t revenues[] = {12550, 99, -3, INT64_C(5000000000), 70000, 1, 250, 777};
static const int64_t costs[] = {8000, 50, 0, INT64_C(4000000000), 0, 0, 100, 7};
static const uint8_t known_costs[] = {0xEF};
static const int64_t quantities[] = {1, 2, 300, 4, 70000, 6, 7, 8};
static const char *const kinds[] = {"sale", "sale", "return", "sale", "sale", "sale", "cancellation", "gift"};
static const char *const currencies[] = {"EUR", "USD", "EUR", "EUR", "USD", "EUR", "EUR", "XTS"};
static const int64_t documents[] = {1, 1, 2, 3, 4, 5, 6, 7};
static const char *const rate_currencies[] = {"USD", "USD"};
static const int32_t rate_days[] = {18999, 19150};
static const double rates[] = {0.5, 0.25};

static const char *const debtors[] = {"Zeta", "Bold & Co", "Zeta", "Nobody yet"};
static const int64_t amounts[] = {10000, 250, -40, 7};
static const int32_t due_days[] = {19030, 19040, 19050, 19060};
static const int32_t paid_days[] = {19045, 19040, 19100, 0};
static const uint8_t is_paid[] = {0x07};
static const int32_t invoice_days[] = {19000, 19010, 19020, 19030};

static const char *const visited[] = {"Zeta", "Zeta", "Bold & Co", "Zeta"};
static const int32_t event_days[] = {19005, 19005, 19006, 19007};
static const char *const event_names[] = {"visit", "complaint", "survey", ""};
static const double event_values[] = {0, 0, 4.25, 0};
static const uint8_t has_value[] = {0x04};
static const char *const event_texts[] = {"", "price", "m\303\274de", "service"};

static void take_everything(crmv_ledger *ledger) {
    crmv_column sales[] = {strings("customer", keys),       days("date", sale_days),        minors("revenue", revenues),
                           minors("cost", costs),           minors("quantity", quantities), strings("kind", kinds),
                           strings("currency", currencies), wholes("document", documents)};
    crmv_column items[] = {strings("customer", debtors), minors("amount", amounts), days("due", due_days),
                           days("paid", paid_days), days("date", invoice_days)};
    crmv_column events[] = {strings("customer", visited), days("date", event_days), strings("event", event_names),
                            doubles("value", event_values), strings("text", event_texts)};
    sales[3].validity = known_costs;
    items[3].validity = is_paid;
    events[3].validity = has_value;
    crmv_error error = {.struct_size = sizeof error};
    book_must(crmv_ledger_begin(ledger, "2022-01 \xE2\x82\xAC", &error), &error);
    book_must(crmv_ledger_append(ledger, sales, COUNT(sales), 8, &error), &error);
    book_must(crmv_ledger_append_receivables(ledger, items, COUNT(items), 4, &error), &error);
    book_must(crmv_ledger_append_events(ledger, events, COUNT(events), 4, &error), &error);
    book_must(crmv_ledger_end(ledger, &error), &error);
}

static crmv_ledger *the_book(void) {
    const crmv_column table[] = {strings("currency", rate_currencies), days("date", rate_days), doubles("rate", rates)};
    const crmv_column sales[] = {strings("customer", keys), days("date", sale_days), minors("revenue", revenues)};
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger = new_ledger(EUROS);
    book_must(crmv_ledger_rates(ledger, table, COUNT(table), 2, &error), &error);
    take_everything(ledger);
    take_in(ledger, "empty", sales, COUNT(sales), 0);
    take_in(ledger, "sales alone", sales, COUNT(sales), 5);
    return ledger;
}

static void path_of_version(int32_t version, char out[512]) {
    snprintf(out, 512, "%s/version-%d", folder, (int)version);
}

static void version_1_loads_as_the_book_that_it_was_made_from(void **state) {
    char path[512];
    (void)state;
    path_of_version(1, path);
    crmv_ledger *book = the_book();
    crmv_ledger *loaded = load_book(path, 1);
    assert_same_ledgers(book, loaded);
    crmv_ledger_free(loaded);
    crmv_ledger_free(book);
}

/* What stands in it, worked out by hand: another reader may be compared with this. */
static void version_1_holds_these_numbers(void **state) {
    char path[512];
    (void)state;
    path_of_version(1, path);
    crmv_ledger *loaded = load_book(path, 1);
    assert_int_equal(crmv_ledger_batches(loaded), 3);
    assert_string_equal(crmv_ledger_batch(loaded, 0), "2022-01 \xE2\x82\xAC");
    assert_string_equal(crmv_ledger_batch(loaded, 1), "empty");
    assert_int_equal(crmv_ledger_customers(loaded), 4);
    assert_int_equal(crmv_ledger_feed_rows(loaded, CRMV_TRANSACTIONS), 8 + 5);
    assert_int_equal(crmv_ledger_feed_accepted(loaded, CRMV_TRANSACTIONS), 6 + 5);
    assert_int_equal(crmv_ledger_feed_accepted(loaded, CRMV_RECEIVABLES), 4);
    assert_int_equal(crmv_ledger_feed_accepted(loaded, CRMV_EVENTS), 3);
    assert_int_equal(total_of(loaded, "events"), 3);
    assert_int_equal(total_of(loaded, "invoiced"), 10000 + 250 - 40 + 7);
    assert_int_equal(total_of(loaded, "collected"), 10000 + 250 - 40);
    assert_int_equal(total_of(loaded, "due"), 10000 - 40 + 7);
    assert_int_equal(total_of(loaded, "settled"), 10000 - 40);
    assert_int_equal(crmv_ledger_conversions(loaded), 1);
    crmv_ledger_free(loaded);
}

static void version_1_is_written_today_as_it_was(void **state) {
    char path[512];
    book_folder at;
    (void)state;
    path_of_version(1, path);
    make_folder(&at);
    crmv_ledger *book = the_book();
    save_book(book, at.file);
    assert_same_bytes(at.file, path);
    crmv_ledger *loaded = load_book(path, 1);
    save_book(loaded, at.other);
    assert_same_bytes(at.other, path);
    crmv_ledger_free(loaded);
    crmv_ledger_free(book);
    remove_folder(&at);
}

static int write_version(void) {
    char path[512];
    path_of_version(1, path);
    crmv_ledger *book = the_book();
    save_book(book, path);
    crmv_ledger_free(book);
    printf("%s written\n", path);
    return 0;
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_1_loads_as_the_book_that_it_was_made_from),
        cmocka_unit_test(version_1_holds_these_numbers),
        cmocka_unit_test(version_1_is_written_today_as_it_was),
    };
    if (count < 2) {
        fprintf(stderr, "test_ledger_versions FOLDER [write]\n");
        return 2;
    }
    folder = arguments[1];
    return count > 2 ? write_version() : cmocka_run_group_tests(tests, NULL, NULL);
}
