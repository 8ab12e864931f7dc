/* Ledgers saved, loaded and extended: they come back as they were, whatever way they went. */
#include "ledger_books.h"

static crmv_error an_error(void) {
    return (crmv_error){.struct_size = sizeof(crmv_error)};
}

static const book_style plain = {
    .customers = 50, .rows = 300, .items = 40, .events = 30, .first_day = 19000, .days = 60, .greatest = 100000};

/* Books of every kind by chance. */
static book_style style_by_chance(uint64_t seed) {
    uint64_t state = seed + 100;
    return (book_style){.texts = seed % 2 == 1,
                        .customers = 1 + (int32_t)chance_below(&state, seed % 3 == 0 ? 20000 : 40),
                        .rows = (int32_t)chance_below(&state, seed % 4 == 0 ? MOST_ROWS : 200),
                        .items = (int32_t)chance_below(&state, 300) - 100,
                        .events = (int32_t)chance_below(&state, 300) - 100,
                        .first_day = seed % 5 == 0 ? -719162 : 15000,
                        .days = 1 + (int32_t)chance_below(&state, 700),
                        .greatest = INT64_C(1) << (8 + chance_below(&state, 42))};
}

/* ---- There and back ---------------------------------------------------------------------------------------------- */

static void a_saved_and_loaded_ledger_is_the_same_to_the_byte(void **state) {
    book_folder at;
    (void)state;
    make_folder(&at);
    for (uint64_t seed = 0; seed < 24; seed++) {
        crmv_ledger *ledger = new_book(1 + (int32_t)(seed % 3));
        for (uint64_t batch = 0; batch < 1 + seed % 4; batch++) {
            char name[16];
            snprintf(name, sizeof name, "batch %d", (int)batch);
            book_style style = style_by_chance(seed * 16 + batch);
            style.texts = seed % 2 == 1;
            take_book(ledger, name, &style, seed * 16 + batch);
        }
        save_book(ledger, at.file);
        crmv_ledger *loaded = load_book(at.file, 1 + (int32_t)(seed % 4));
        assert_same_ledgers(ledger, loaded);
        save_book(loaded, at.other);
        assert_same_bytes(at.file, at.other);
        crmv_ledger_free(loaded);
        crmv_ledger_free(ledger);
    }
    remove_folder(&at);
}

static void an_empty_ledger_and_batches_without_facts_come_back(void **state) {
    static const char *const nothing[] = {"?"};
    const crmv_column columns[] = {strings("customer", nothing), strings("date", nothing)};
    book_folder at;
    (void)state;
    make_folder(&at);
    crmv_ledger *ledger = new_book(1);
    for (int32_t i = 0; i < 3; i++) {
        save_book(ledger, at.file);
        crmv_ledger *loaded = load_book(at.file, 2);
        assert_same_ledgers(ledger, loaded);
        save_book(loaded, at.other);
        assert_same_bytes(at.file, at.other);
        crmv_ledger_free(loaded);
        if (i == 0) {
            take_in(ledger, "only rows that cannot be used", columns, COUNT(columns), 1);
        } else {
            take_in(ledger, i == 1 ? "no rows at all" : "no rows again", columns, COUNT(columns), 0);
        }
    }
    crmv_ledger_free(ledger);
    remove_folder(&at);
}

static void what_led_to_the_batches_does_not_show_in_the_bytes(void **state) {
    const book_style wide = {
        .customers = 50, .rows = 300, .items = 40, .events = 30, .first_day = 18000, .days = 9, .greatest = 1LL << 50};
    book_folder at;
    crmv_error error = an_error();
    (void)state;
    make_folder(&at);
    crmv_ledger *straight = new_book(1);
    take_book(straight, "one", &plain, 1);
    take_book(straight, "two", &plain, 2);
    save_book(straight, at.file);

    crmv_ledger *crooked = new_book(3);
    take_book(crooked, "one", &plain, 1);
    take_book(crooked, "wrong", &wide, 3);
    take_book(crooked, "two", &plain, 2);
    book_must(crmv_ledger_withdraw(crooked, "wrong", &error), &error);
    fill_book(crooked, "open", &wide, 5); /* an open batch is not saved */
    save_book(crooked, at.other);
    assert_same_bytes(at.file, at.other);

    crmv_ledger_free(crooked);
    crmv_ledger_free(straight);
    remove_folder(&at);
}

static void a_loaded_ledger_goes_on_as_the_first_would(void **state) {
    book_folder at;
    (void)state;
    make_folder(&at);
    crmv_ledger *ledger = new_book(1);
    take_day(ledger, true, 1);
    take_day(ledger, true, 2);
    save_book(ledger, at.file);
    crmv_ledger *loaded = load_book(at.file, 1);
    crmv_error error = an_error();
    assert_int_equal(crmv_ledger_begin(loaded, "day 2", &error), CRMV_DUPLICATE);
    take_day(ledger, true, 3);
    give_rate(loaded);
    take_day(loaded, true, 3);
    assert_same_ledgers(ledger, loaded);
    crmv_ledger_free(loaded);
    crmv_ledger_free(ledger);
    remove_folder(&at);
}

/* ---- Extending --------------------------------------------------------------------------------------------------- */

static void extend_by_days(const char *path, bool texts, int32_t first, int32_t last) {
    for (int32_t day = first; day <= last; day++) {
        crmv_error error = an_error();
        crmv_ledger *one = new_book(1);
        take_day(one, texts, day);
        book_must(crmv_ledger_extend(path, one, &error), &error);
        crmv_ledger_free(one);
    }
}

static void a_file_extended_day_by_day_is_the_ledger_of_all_days(void **state) {
    book_folder at;
    (void)state;
    for (int32_t texts = 0; texts < 2; texts++) {
        make_folder(&at);
        crmv_ledger *all = new_book(1);
        for (int32_t day = 0; day < 40; day++) {
            take_day(all, texts == 1, day);
        }
        extend_by_days(at.file, texts == 1, 0, 39);
        crmv_ledger *loaded = load_book(at.file, 2);
        assert_same_ledgers(all, loaded);
        save_book(all, at.other);
        save_book(loaded, at.file);
        assert_same_bytes(at.file, at.other);
        crmv_ledger_free(loaded);
        crmv_ledger_free(all);
        remove_folder(&at);
    }
}

static void several_batches_extend_a_saved_file_at_once(void **state) {
    book_folder at;
    crmv_error error = an_error();
    (void)state;
    make_folder(&at);
    crmv_ledger *all = new_book(1);
    crmv_ledger *late = new_book(1);
    for (int32_t day = 0; day < 12; day++) {
        take_day(all, false, day);
        if (day == 5) {
            save_book(all, at.file);
        }
        if (day > 5) {
            take_day(late, false, day);
        }
    }
    book_must(crmv_ledger_extend(at.file, late, &error), &error);
    crmv_ledger *loaded = load_book(at.file, 1);
    assert_same_ledgers(all, loaded);
    crmv_ledger_free(loaded);
    crmv_ledger_free(late);
    crmv_ledger_free(all);
    remove_folder(&at);
}

/* An extension that must be refused, and leaves the file to the byte. */
static void refuse_extension(const char *path, const crmv_ledger *ledger, int32_t status, const char *place) {
    crmv_error error = an_error();
    file_bytes before = read_bytes(path);
    assert_int_equal(crmv_ledger_extend(path, ledger, &error), status);
    assert_int_equal(error.status, status);
    assert_string_equal(error.place, place);
    file_bytes after = read_bytes(path);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.bytes, after.bytes, after.length);
    free(before.bytes);
    free(after.bytes);
}

static void what_cannot_extend_a_file_leaves_it_untouched(void **state) {
    book_folder at;
    (void)state;
    make_folder(&at);
    extend_by_days(at.file, false, 0, 5);

    crmv_ledger *again = new_book(1);
    take_day(again, false, 9);
    take_day(again, false, 3);
    refuse_extension(at.file, again, CRMV_DUPLICATE, "day 3");
    crmv_ledger_free(again);

    crmv_ledger *texts = new_book(1);
    take_day(texts, true, 8);
    refuse_extension(at.file, texts, CRMV_BAD_COLUMN, "customer");
    crmv_ledger_free(texts);

    crmv_ledger *other_money = new_ledger(PLAIN);
    refuse_extension(at.file, other_money, CRMV_BAD_ARGUMENT, "money");
    crmv_ledger_free(other_money);
    remove_folder(&at);
}

static void take_amount(crmv_ledger *ledger, const char *batch, int64_t amount, int32_t rows) {
    static int64_t customer[4096], revenue[4096];
    static int32_t day[4096];
    for (int32_t i = 0; i < rows; i++) {
        customer[i] = 1;
        revenue[i] = amount;
        day[i] = 19000;
    }
    const crmv_column columns[] = {wholes("customer", customer), days("date", day), minors("revenue", revenue)};
    take_in(ledger, batch, columns, COUNT(columns), rows);
}

static void an_extension_that_could_pass_64_bits_is_refused(void **state) {
    const int64_t most = (INT64_C(1) << 53) - 1;
    book_folder at;
    crmv_error error = an_error();
    (void)state;
    make_folder(&at);
    crmv_ledger *half = new_book(1);
    take_amount(half, "half", most, 512);
    save_book(half, at.file);
    crmv_ledger *rest = new_book(1);
    take_amount(rest, "the other half, with returns", -most, 513);
    refuse_extension(at.file, rest, CRMV_OVERFLOW, "revenue");
    crmv_ledger *fits = new_book(1);
    take_amount(fits, "what still fits", -most, 512);
    book_must(crmv_ledger_extend(at.file, fits, &error), &error);
    crmv_ledger *loaded = load_book(at.file, 1);
    assert_int_equal(total_of(loaded, "revenue"), 0);
    crmv_ledger *more = new_book(1);
    take_amount(more, "no cent more", 2048, 1);
    refuse_extension(at.file, more, CRMV_OVERFLOW, "revenue");
    crmv_ledger_free(more);
    crmv_ledger_free(loaded);
    crmv_ledger_free(fits);
    crmv_ledger_free(rest);
    crmv_ledger_free(half);
    remove_folder(&at);
}

static void extending_by_nothing_changes_nothing_but_makes_a_file(void **state) {
    book_folder at;
    crmv_error error = an_error();
    (void)state;
    make_folder(&at);
    crmv_ledger *nothing = new_book(1);
    book_must(crmv_ledger_extend(at.file, nothing, &error), &error);
    save_book(nothing, at.other);
    assert_same_bytes(at.file, at.other);
    book_must(crmv_ledger_extend(at.file, nothing, &error), &error);
    assert_same_bytes(at.file, at.other);
    extend_by_days(at.file, true, 1, 1);
    crmv_ledger *loaded = load_book(at.file, 1);
    assert_int_equal(crmv_ledger_batches(loaded), 1);
    crmv_ledger_free(loaded);
    crmv_ledger_free(nothing);
    remove_folder(&at);
}

static void bytes_behind_the_end_are_ignored_and_written_over(void **state) {
    book_folder at;
    (void)state;
    make_folder(&at);
    extend_by_days(at.file, true, 0, 2);
    file_bytes was = read_bytes(at.file);
    crmv_ledger *before = load_book(at.file, 1);
    FILE *file = fopen(at.file, "ab");
    assert_non_null(file);
    for (int32_t i = 0; i < 100000; i++) {
        fputc(i % 251, file);
    }
    fclose(file);
    crmv_ledger *loaded = load_book(at.file, 1);
    assert_same_ledgers(before, loaded);
    extend_by_days(at.file, true, 3, 4);
    file_bytes now = read_bytes(at.file);
    assert_true(now.length < was.length + 100000);
    write_bytes(at.other, was.bytes, was.length);
    extend_by_days(at.other, true, 3, 4);
    assert_same_bytes(at.file, at.other);
    free(was.bytes);
    free(now.bytes);
    crmv_ledger_free(loaded);
    crmv_ledger_free(before);
    remove_folder(&at);
}

/* ---- Some customers ---------------------------------------------------------------------------------------------- */

static crmv_ledger *load_some(const char *path, const char *const *keys, int64_t count) {
    crmv_error error = an_error();
    crmv_model *model = model_of(EUROS);
    crmv_ledger *out = NULL;
    book_must(crmv_ledger_load_customers(path, model, keys, count, NULL, &out, &error), &error);
    crmv_model_free(model);
    return out;
}

/* What is loaded for some keys is what is extracted for them from the whole, to the byte. */
static void compare_extract(const book_folder *at, const crmv_ledger *whole, const char *const *keys, int64_t count) {
    crmv_error error = an_error();
    crmv_ledger *extract = NULL;
    book_must(crmv_ledger_extract(whole, keys, count, &extract, &error), &error);
    crmv_ledger *loaded = load_some(at->file, keys, count);
    assert_same_ledgers(extract, loaded);
    crmv_ledger_free(loaded);
    crmv_ledger_free(extract);
}

static void customers_loaded_alone_are_an_extract_of_the_whole(void **state) {
    book_folder at;
    (void)state;
    for (int32_t texts = 0; texts < 2; texts++) {
        make_folder(&at);
        extend_by_days(at.file, texts == 1, 0, 11);
        crmv_ledger *whole = load_book(at.file, 1);
        const crmvi_facts *facts = crmvi_ledger_facts(whole);
        const char *keys[64];
        char written[64][24];
        assert_in_range(facts->customers, 30, 60);
        for (int64_t i = 0; i < facts->customers; i++) {
            if (texts == 1) {
                snprintf(written[i], sizeof written[i], "%s", crmvi_texts_get(&facts->texts, i));
            } else {
                snprintf(written[i], sizeof written[i], "%lld", (long long)facts->numbers[i]);
            }
            keys[facts->customers - 1 - i] = written[i];
            const char *const one[] = {written[i], written[i], "123456", "nobody"};
            compare_extract(&at, whole, one, 4);
        }
        compare_extract(&at, whole, keys, facts->customers);
        compare_extract(&at, whole, keys, 7);
        compare_extract(&at, whole, keys, 0);
        crmv_ledger_free(whole);
        remove_folder(&at);
    }
}

/* A cancellation on another day than its sale's takes back a line of unknown cost that its day does not have. */
static void a_cancellation_that_stands_alone_comes_back(void **state) {
    static const char *const keys[] = {"Bold & Co", "Zeta", "Zeta"};
    static const char *const kinds[] = {"cancellation", "sale", "cancellation"};
    static const int32_t days_of_lines[] = {19000, 19000, 19010};
    static const int64_t revenues[] = {500, 700, 700};
    const crmv_column columns[] = {strings("customer", keys), days("date", days_of_lines), minors("revenue", revenues),
                                   strings("kind", kinds)};
    book_folder at;
    int64_t unknown;
    (void)state;
    make_folder(&at);
    crmv_ledger *ledger = new_ledger(EUROS);
    take_in(ledger, "lines", columns, COUNT(columns), 3);
    assert_int_equal(crmv_ledger_total(ledger, "unknown_cost_lines", &unknown), CRMV_OK);
    assert_int_equal(unknown, -1);
    save_book(ledger, at.file);
    crmv_ledger *loaded = load_book(at.file, 1);
    assert_same_ledgers(ledger, loaded);
    compare_extract(&at, ledger, keys, 2);
    crmv_ledger_free(loaded);
    crmv_ledger_free(ledger);
    remove_folder(&at);
}

static void customers_of_a_large_batch_are_found_through_its_blocks(void **state) {
    const book_style large = {.texts = true,
                              .customers = 9000,
                              .rows = MOST_ROWS,
                              .items = 500,
                              .events = 3000,
                              .first_day = 19000,
                              .days = 300,
                              .greatest = 100000};
    book_folder at;
    (void)state;
    make_folder(&at);
    crmv_ledger *whole = new_book(2);
    take_book(whole, "large", &large, 77);
    save_book(whole, at.file);
    const crmvi_facts *facts = crmvi_ledger_facts(whole);
    for (int64_t i = 0; i < facts->customers; i += 97) {
        const char *const key[] = {crmvi_texts_get(&facts->texts, i)};
        compare_extract(&at, whole, key, 1);
    }
    const char *const ends[] = {crmvi_texts_get(&facts->texts, facts->customers - 1),
                                crmvi_texts_get(&facts->texts, 0)};
    compare_extract(&at, whole, ends, 2);
    crmv_ledger_free(whole);
    remove_folder(&at);
}

/* ---- Arguments ----------------------------------------------------------------------------------------------------
 */

static int32_t stop_at_once(void *context, const char *stage, double done) {
    (void)stage;
    (void)done;
    ++*(int32_t *)context;
    return 1;
}

static void loading_can_be_cancelled(void **state) {
    book_folder at;
    int32_t calls = 0;
    const crmv_options options = {.struct_size = sizeof options, .context = &calls, .progress = stop_at_once};
    crmv_ledger *out = NULL;
    crmv_error error = an_error();
    crmv_model *model = model_of(EUROS);
    (void)state;
    make_folder(&at);
    extend_by_days(at.file, true, 1, 2);
    assert_int_equal(crmv_ledger_load(at.file, model, &options, &out, &error), CRMV_CANCELLED);
    assert_null(out);
    assert_int_equal(calls, 1);
    crmv_model_free(model);
    remove_folder(&at);
}

static double told;

static int32_t take_down(void *context, const char *stage, double done) {
    (void)context;
    if (strcmp(stage, "loading") == 0) {
        assert_true(done >= told && done <= 1);
        told = done;
    }
    return 0;
}

static void progress_of_loading_ascends_over_all_batches(void **state) {
    book_folder at;
    const crmv_options options = {.struct_size = sizeof options, .progress = take_down};
    crmv_ledger *out = NULL;
    crmv_model *model = model_of(EUROS);
    (void)state;
    make_folder(&at);
    extend_by_days(at.file, true, 1, 9);
    told = 0;
    assert_int_equal(crmv_ledger_load(at.file, model, &options, &out, NULL), CRMV_OK);
    assert_true(told > 0.5);
    crmv_ledger_free(out);
    crmv_model_free(model);
    remove_folder(&at);
}

static void arguments_are_checked(void **state) {
    static const char *const null_key[] = {NULL};
    crmv_error error = an_error();
    crmv_ledger *out = NULL;
    crmv_model *model = model_of(EUROS);
    crmv_ledger *ledger = new_book(1);
    const crmv_options bad = {.struct_size = sizeof bad, .threads = -1};
    book_folder at;
    (void)state;
    make_folder(&at);
    save_book(ledger, at.file);
    assert_int_equal(crmv_ledger_save(NULL, at.file, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_save(ledger, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_extend(NULL, ledger, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_extend(at.file, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_load(NULL, model, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_load(at.file, NULL, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_load(at.file, model, NULL, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_load(at.file, model, &bad, &out, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_open(at.file, model, &bad, &out, &error), CRMV_BAD_ARGUMENT);
    assert_false(is_there(at.lock));
    assert_int_equal(crmv_ledger_open(NULL, model, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_load_customers(at.file, model, NULL, 1, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_load_customers(at.file, model, null_key, 1, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_load_customers(at.file, model, null_key, -1, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_load_customers(at.file, model, null_key, 0, &bad, &out, &error), CRMV_BAD_ARGUMENT);
    assert_null(out);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
    remove_folder(&at);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_saved_and_loaded_ledger_is_the_same_to_the_byte),
        cmocka_unit_test(an_empty_ledger_and_batches_without_facts_come_back),
        cmocka_unit_test(what_led_to_the_batches_does_not_show_in_the_bytes),
        cmocka_unit_test(a_loaded_ledger_goes_on_as_the_first_would),
        cmocka_unit_test(a_file_extended_day_by_day_is_the_ledger_of_all_days),
        cmocka_unit_test(several_batches_extend_a_saved_file_at_once),
        cmocka_unit_test(what_cannot_extend_a_file_leaves_it_untouched),
        cmocka_unit_test(an_extension_that_could_pass_64_bits_is_refused),
        cmocka_unit_test(extending_by_nothing_changes_nothing_but_makes_a_file),
        cmocka_unit_test(bytes_behind_the_end_are_ignored_and_written_over),
        cmocka_unit_test(customers_loaded_alone_are_an_extract_of_the_whole),
        cmocka_unit_test(a_cancellation_that_stands_alone_comes_back),
        cmocka_unit_test(customers_of_a_large_batch_are_found_through_its_blocks),
        cmocka_unit_test(loading_can_be_cancelled),
        cmocka_unit_test(progress_of_loading_ascends_over_all_batches),
        cmocka_unit_test(arguments_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
