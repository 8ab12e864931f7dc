/* Damaged and forged files of ledgers: every byte is looked at, and nothing that is wrong is believed. */
#include "ledger_books.h"
#include "ledger_reseal.h"

static crmv_error an_error(void) {
    return (crmv_error){.struct_size = sizeof(crmv_error)};
}

/* A file in memory, the ledger that it holds, and where its bytes are written to be loaded. */
typedef struct scene {
    book_folder at;
    crmv_model *model;
    crmv_ledger *ledger;
    file_bytes file;
    char key[24]; /* of one customer */
} scene;

/* Small: two batches with everything in them, the second one behind the first one's list. */
static void set_up(scene *s, bool texts) {
    const book_style style = {.texts = texts,
                              .customers = 5,
                              .rows = 12,
                              .items = 4,
                              .events = 6,
                              .first_day = 19000,
                              .days = 9,
                              .greatest = 100000};
    crmv_error error = an_error();
    make_folder(&s->at);
    s->model = model_of(EUROS);
    for (uint64_t i = 0; i < 2; i++) {
        crmv_ledger *one = new_book(1);
        take_book(one, i == 0 ? "first" : "second", &style, 900 + i);
        book_must(crmv_ledger_extend(s->at.file, one, &error), &error);
        crmv_ledger_free(one);
    }
    s->file = read_bytes(s->at.file);
    s->ledger = load_book(s->at.file, 1);
    const crmvi_facts *facts = crmvi_ledger_facts(s->ledger);
    if (texts) {
        snprintf(s->key, sizeof s->key, "%s", crmvi_texts_get(&facts->texts, 1));
    } else {
        snprintf(s->key, sizeof s->key, "%lld", (long long)facts->numbers[1]);
    }
}

static void tear_down(scene *s) {
    crmv_ledger_free(s->ledger);
    crmv_model_free(s->model);
    free(s->file.bytes);
    remove_folder(&s->at);
}

static int32_t load_changed(const scene *s, crmv_ledger **out, crmv_error *error) {
    const crmv_options options = {.struct_size = sizeof options, .threads = 2};
    *out = NULL;
    return crmv_ledger_load(s->at.other, s->model, &options, out, error);
}

static int32_t load_one_changed(const scene *s, crmv_ledger **out, crmv_error *error) {
    const char *const keys[] = {s->key};
    *out = NULL;
    return crmv_ledger_load_customers(s->at.other, s->model, keys, 1, NULL, out, error);
}

static void check_refused(const scene *s, int64_t at) {
    crmv_error error = an_error();
    crmv_ledger *out;
    const int32_t status = load_changed(s, &out, &error);
    if (status != CRMV_BAD_FILE || out != NULL || error.place[0] == '\0' || error.message[0] == '\0') {
        fail_msg("byte %lld: %s: %s", (long long)at, crmv_status_text(status), error.message);
    }
}

/* Some customers may be loaded without the damage being met: then they are what they were. */
static void check_one(const scene *s, const crmv_ledger *expected, int64_t at) {
    crmv_error error = an_error();
    crmv_ledger *out;
    const int32_t status = load_one_changed(s, &out, &error);
    if (status == CRMV_OK) {
        assert_same_ledgers(out, expected);
        crmv_ledger_free(out);
    } else if (status != CRMV_BAD_FILE) {
        fail_msg("byte %lld: %s: %s", (long long)at, crmv_status_text(status), error.message);
    }
}

/* ---- Damage -------------------------------------------------------------------------------------------------------
 */

/* One byte of the file on disk. */
static void put_byte(FILE *file, size_t at, unsigned char byte) {
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    assert_int_equal(fputc(byte, file), byte);
    assert_int_equal(fflush(file), 0);
}

/* Most of the header page is zeros, where the bits of a byte are as good as those of any other. */
static bool is_worth_all_bits(size_t at) {
    return at < 128 || (at >= 512 && at < 1152) || at >= CRMVI_FILE_HEADER;
}

static void no_byte_can_change_without_being_noticed(void **state) {
    scene s;
    (void)state;
    set_up(&s, true);
    crmv_error error = an_error();
    const char *const keys[] = {s.key};
    crmv_ledger *expected = NULL;
    book_must(crmv_ledger_extract(s.ledger, keys, 1, &expected, &error), &error);
    write_bytes(s.at.other, s.file.bytes, s.file.length);
    FILE *file = fopen(s.at.other, "r+b");
    assert_non_null(file);
    for (size_t at = 0; at < s.file.length; at++) {
        const unsigned char was = s.file.bytes[at];
        const unsigned char others[] = {0x00, 0xFF, (unsigned char)(was ^ 0x01), (unsigned char)(was ^ 0x80),
                                        (unsigned char)(was ^ 0x10)};
        for (size_t i = is_worth_all_bits(at) ? 0 : 4; i < sizeof others; i++) {
            if (others[i] != was) {
                put_byte(file, at, others[i]);
                check_refused(&s, (int64_t)at);
            }
        }
        check_one(&s, expected, (int64_t)at);
        put_byte(file, at, was);
    }
    fclose(file);
    crmv_ledger_free(expected);
    tear_down(&s);
}

static void a_file_cut_off_anywhere_is_refused(void **state) {
    scene s;
    (void)state;
    set_up(&s, false);
    write_bytes(s.at.other, s.file.bytes, s.file.length);
    for (size_t length = s.file.length; length-- > 0;) {
        assert_int_equal(truncate(s.at.other, (off_t)length), 0);
        check_refused(&s, (int64_t)length);
        if (length < CRMVI_FILE_HEADER) {
            length = length > 40 ? length - 40 : length;
        }
    }
    tear_down(&s);
}

static void parts_that_change_places_are_noticed(void **state) {
    scene s;
    (void)state;
    set_up(&s, true);
    const size_t half = (s.file.length - CRMVI_FILE_HEADER) / 2;
    unsigned char *bytes = malloc(s.file.length);
    assert_non_null(bytes);
    memcpy(bytes, s.file.bytes, CRMVI_FILE_HEADER);
    memcpy(bytes + CRMVI_FILE_HEADER, s.file.bytes + s.file.length - half, half);
    memcpy(bytes + CRMVI_FILE_HEADER + half, s.file.bytes + CRMVI_FILE_HEADER,
           s.file.length - CRMVI_FILE_HEADER - half);
    write_bytes(s.at.other, bytes, s.file.length);
    check_refused(&s, 0);
    free(bytes);
    tear_down(&s);
}

/* ---- Commit records -----------------------------------------------------------------------------------------------
 */

enum { FIRST_COMMIT = 512, SECOND_COMMIT = 1024, COMMIT_BYTES = 64 };

/* The file as it was before its last extension, by its commit records. */
static void read_older_commit(const scene *s, unsigned char out[COMMIT_BYTES]) {
    const book_style style = {.texts = true,
                              .customers = 5,
                              .rows = 12,
                              .items = 4,
                              .events = 6,
                              .first_day = 19000,
                              .days = 9,
                              .greatest = 100000};
    crmv_ledger *one = new_book(1);
    take_book(one, "first", &style, 900);
    save_book(one, s->at.other);
    file_bytes older = read_bytes(s->at.other);
    assert_memory_equal(older.bytes + FIRST_COMMIT, older.bytes + SECOND_COMMIT, COMMIT_BYTES);
    memcpy(out, older.bytes + FIRST_COMMIT, COMMIT_BYTES);
    free(older.bytes);
    crmv_ledger_free(one);
}

static void a_writer_killed_between_the_two_records_has_committed(void **state) {
    scene s;
    unsigned char older[COMMIT_BYTES];
    (void)state;
    set_up(&s, true);
    read_older_commit(&s, older);
    for (int32_t which = 0; which < 2; which++) {
        unsigned char *record = s.file.bytes + FIRST_COMMIT + which * (SECOND_COMMIT - FIRST_COMMIT);
        unsigned char newer[COMMIT_BYTES];
        memcpy(newer, record, COMMIT_BYTES);
        memcpy(record, older, COMMIT_BYTES);
        write_bytes(s.at.other, s.file.bytes, s.file.length);
        crmv_ledger *loaded = load_book(s.at.other, 1);
        assert_same_ledgers(loaded, s.ledger);
        /* the next writer goes on from there, and makes the two the same again */
        crmv_error error = an_error();
        crmv_ledger *day = new_book(1);
        take_day(day, true, 3);
        book_must(crmv_ledger_extend(s.at.other, day, &error), &error);
        file_bytes extended = read_bytes(s.at.other);
        assert_memory_equal(extended.bytes + FIRST_COMMIT, extended.bytes + SECOND_COMMIT, COMMIT_BYTES);
        free(extended.bytes);
        crmv_ledger_free(day);
        crmv_ledger_free(loaded);
        memcpy(record, newer, COMMIT_BYTES);
    }
    tear_down(&s);
}

static void a_damaged_record_never_brings_older_contents_back(void **state) {
    scene s;
    unsigned char older[COMMIT_BYTES];
    (void)state;
    set_up(&s, true);
    read_older_commit(&s, older);
    for (int32_t which = 0; which < 2; which++) {
        const int32_t at = FIRST_COMMIT + which * (SECOND_COMMIT - FIRST_COMMIT);
        const int32_t other = FIRST_COMMIT + SECOND_COMMIT - at;
        unsigned char *bytes = malloc(s.file.length);
        assert_non_null(bytes);
        memcpy(bytes, s.file.bytes, s.file.length);
        memset(bytes + at, 0, COMMIT_BYTES); /* a sector that was lost, beside the record before it */
        memcpy(bytes + other, older, COMMIT_BYTES);
        write_bytes(s.at.other, bytes, s.file.length);
        check_refused(&s, at);
        memset(bytes + at, 0xFF, COMMIT_BYTES / 2);
        write_bytes(s.at.other, bytes, s.file.length);
        check_refused(&s, at);
        memcpy(bytes + other, s.file.bytes + other, COMMIT_BYTES);
        write_bytes(s.at.other, bytes, s.file.length);
        check_refused(&s, at);
        free(bytes);
    }
    tear_down(&s);
}

/* ---- Versions -----------------------------------------------------------------------------------------------------
 */

static void a_later_version_is_refused_by_its_number(void **state) {
    scene s;
    crmv_error error = an_error();
    crmv_ledger *out;
    (void)state;
    set_up(&s, true);
    crmvi_put_u32(s.file.bytes + 8, 2);
    reseal(s.file.bytes, (int64_t)s.file.length);
    write_bytes(s.at.other, s.file.bytes, s.file.length);
    assert_int_equal(load_changed(&s, &out, &error), CRMV_BAD_FILE);
    assert_string_equal(error.place, "version");
    assert_non_null(strstr(error.message, "of version 2"));
    assert_non_null(strstr(error.message, "reads version 1"));
    assert_int_equal(load_one_changed(&s, &out, &error), CRMV_BAD_FILE);
    assert_int_equal(crmv_ledger_extend(s.at.other, s.ledger, &error), CRMV_BAD_FILE);
    assert_string_equal(error.place, "version");
    tear_down(&s);
}

static void what_is_no_ledger_is_told_so(void **state) {
    static const char text[] = "customer,date,revenue\n1,2024-01-01,5\n";
    scene s;
    crmv_error error = an_error();
    crmv_ledger *out;
    unsigned char zeros[8192] = {0};
    (void)state;
    set_up(&s, true);
    write_bytes(s.at.other, zeros, 0);
    assert_int_equal(load_changed(&s, &out, &error), CRMV_BAD_FILE);
    assert_string_equal(error.place, "header");
    write_bytes(s.at.other, (const unsigned char *)text, sizeof text);
    assert_int_equal(load_changed(&s, &out, &error), CRMV_BAD_FILE);
    write_bytes(s.at.other, zeros, sizeof zeros);
    assert_int_equal(load_changed(&s, &out, &error), CRMV_BAD_FILE);
    assert_string_equal(error.place, "header");
    tear_down(&s);
}

static void a_file_of_another_money_is_refused(void **state) {
    crmv_error error = an_error();
    crmv_ledger *out = NULL;
    crmv_model *model = model_of(PLAIN);
    crmv_ledger *ledger = new_book(1);
    book_folder at;
    (void)state;
    make_folder(&at);
    save_book(ledger, at.file);
    assert_int_equal(crmv_ledger_load(at.file, model, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "money");
    assert_int_equal(crmv_ledger_load_customers(at.file, model, NULL, 0, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_open(at.file, model, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_null(out);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
    remove_folder(&at);
}

/* ---- Forgeries ----------------------------------------------------------------------------------------------------
 */

/* Whatever is loaded can be asked, saved and loaded again; whatever is not is refused in words. */
static bool take_forgery(const scene *s) {
    crmv_error error = an_error();
    crmv_ledger *out;
    const int32_t status = load_changed(s, &out, &error);
    if (status == CRMV_OK) {
        char hash[33];
        assert_int_equal(crmv_ledger_hash(out, hash), CRMV_OK);
        save_book(out, s->at.other);
        crmv_ledger *again = load_book(s->at.other, 1);
        assert_same_hash(out, again);
        crmv_ledger_free(again);
        crmv_ledger_free(out);
        return true;
    }
    if (status != CRMV_BAD_FILE && status != CRMV_OVERFLOW && status != CRMV_BAD_ARGUMENT) {
        fail_msg("%s: %s", crmv_status_text(status), error.message);
    }
    assert_true(error.message[0] != '\0');
    return false;
}

static void take_forgery_of_one(const scene *s) {
    crmv_error error = an_error();
    crmv_ledger *out;
    const int32_t status = load_one_changed(s, &out, &error);
    if (status != CRMV_OK && status != CRMV_BAD_FILE && status != CRMV_OVERFLOW && status != CRMV_BAD_ARGUMENT) {
        fail_msg("%s: %s", crmv_status_text(status), error.message);
    }
    crmv_ledger_free(out);
}

static void forged_bytes_with_good_checksums_do_no_harm(void **state) {
    int64_t taken = 0;
    int64_t refused = 0;
    (void)state;
    for (int32_t texts = 0; texts < 2; texts++) {
        scene s;
        set_up(&s, texts == 1);
        unsigned char *bytes = malloc(s.file.length);
        assert_non_null(bytes);
        for (size_t at = 0; at < s.file.length; at = at == 127 ? 512 : at == 1151 ? CRMVI_FILE_HEADER : at + 1) {
            static const unsigned char flips[] = {0x01, 0x80, 0xFF, 0x7F};
            memcpy(bytes, s.file.bytes, s.file.length);
            bytes[at] ^= flips[at % sizeof flips];
            reseal(bytes, (int64_t)s.file.length);
            write_bytes(s.at.other, bytes, s.file.length);
            take_forgery_of_one(&s);
            *(take_forgery(&s) ? &taken : &refused) += 1;
        }
        free(bytes);
        tear_down(&s);
    }
    assert_true(taken > 100);
    assert_true(refused > 1000);
}

/* Whole numbers at aligned places, which is where counts, places and widths stand. */
static void forged_numbers_with_good_checksums_do_no_harm(void **state) {
    static const uint64_t numbers[] = {0,
                                       1,
                                       0xFF,
                                       0x7FFFFFFF,
                                       0x80000000,
                                       0xFFFFFFFF,
                                       UINT64_C(0x7FFFFFFFFFFFFFFF),
                                       UINT64_MAX,
                                       UINT64_C(1) << 63,
                                       UINT64_C(1) << 60,
                                       UINT64_C(1) << 40};
    scene s;
    (void)state;
    set_up(&s, true);
    unsigned char *bytes = malloc(s.file.length);
    assert_non_null(bytes);
    for (size_t at = CRMVI_FILE_HEADER; at + 8 <= s.file.length; at += 8) {
        memcpy(bytes, s.file.bytes, s.file.length);
        crmvi_put_u64(bytes + at, numbers[at / 8 % (sizeof numbers / sizeof numbers[0])]);
        reseal(bytes, (int64_t)s.file.length);
        write_bytes(s.at.other, bytes, s.file.length);
        take_forgery_of_one(&s);
        take_forgery(&s);
    }
    free(bytes);
    tear_down(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_byte_can_change_without_being_noticed),
        cmocka_unit_test(a_file_cut_off_anywhere_is_refused),
        cmocka_unit_test(parts_that_change_places_are_noticed),
        cmocka_unit_test(a_writer_killed_between_the_two_records_has_committed),
        cmocka_unit_test(a_damaged_record_never_brings_older_contents_back),
        cmocka_unit_test(a_later_version_is_refused_by_its_number),
        cmocka_unit_test(what_is_no_ledger_is_told_so),
        cmocka_unit_test(a_file_of_another_money_is_refused),
        cmocka_unit_test(forged_bytes_with_good_checksums_do_no_harm),
        cmocka_unit_test(forged_numbers_with_good_checksums_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
