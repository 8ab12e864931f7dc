/* Each allocation of saving, extending and loading fails once: the call says so, nothing leaks, and the file is as it
 * was or whole. */
#include "failing_memory.h"
#include "ledger_books.h"

typedef struct scene {
    book_folder at;
    crmv_model *model;
    crmv_ledger *ledger, *more;
    char key[24];
    file_bytes before;
} scene;

static void set_up(scene *s, bool texts) {
    make_folder(&s->at);
    s->model = model_of(EUROS);
    s->ledger = new_book(1);
    take_day(s->ledger, texts, 1);
    take_day(s->ledger, texts, 9);
    s->more = new_book(1);
    take_day(s->more, texts, 33);
    save_book(s->ledger, s->at.file);
    s->before = read_bytes(s->at.file);
    const crmvi_facts *facts = crmvi_ledger_facts(s->ledger);
    if (texts) {
        snprintf(s->key, sizeof s->key, "%s", crmvi_texts_get(&facts->texts, 2));
    } else {
        snprintf(s->key, sizeof s->key, "%lld", (long long)facts->numbers[2]);
    }
}

static void tear_down(scene *s) {
    crmv_ledger_free(s->more);
    crmv_ledger_free(s->ledger);
    crmv_model_free(s->model);
    free(s->before.bytes);
    remove_folder(&s->at);
}

/* The file has the bytes that it had. */
static void check_untouched(const scene *s) {
    file_bytes now = read_bytes(s->at.file);
    assert_int_equal(now.length, s->before.length);
    assert_memory_equal(now.bytes, s->before.bytes, now.length);
    free(now.bytes);
    assert_false(is_there(s->at.aside));
    assert_false(is_there(s->at.lock));
}

typedef int32_t (*operation)(scene *s, crmv_error *error);

static int32_t save(scene *s, crmv_error *error) {
    const int32_t status = crmv_ledger_save(s->more, s->at.file, error);
    armed = false;
    if (status != CRMV_OK) {
        check_untouched(s);
    }
    return status;
}

static int32_t extend(scene *s, crmv_error *error) {
    const int32_t status = crmv_ledger_extend(s->at.file, s->more, error);
    armed = false;
    if (status != CRMV_OK) {
        check_untouched(s);
        return status;
    }
    crmv_ledger *loaded = load_book(s->at.file, 1);
    assert_int_equal(crmv_ledger_batches(loaded), 3);
    crmv_ledger_free(loaded);
    return status;
}

static int32_t take(scene *s, int32_t status, crmv_ledger *out) {
    armed = false;
    assert_true((status == CRMV_OK) == (out != NULL));
    if (out != NULL) {
        assert_same_hash(out, s->ledger);
    }
    crmv_ledger_free(out);
    check_untouched(s);
    return status;
}

static int32_t load(scene *s, crmv_error *error) {
    crmv_ledger *out = NULL;
    const int32_t status = crmv_ledger_load(s->at.file, s->model, NULL, &out, error);
    return take(s, status, out);
}

static int32_t open_held(scene *s, crmv_error *error) {
    crmv_ledger *out = NULL;
    const int32_t status = crmv_ledger_open(s->at.file, s->model, NULL, &out, error);
    return take(s, status, out);
}

static int32_t open_new(scene *s, crmv_error *error) {
    crmv_ledger *out = NULL;
    const int32_t status = crmv_ledger_open(s->at.other, s->model, NULL, &out, error);
    armed = false;
    assert_true((status == CRMV_OK) == (out != NULL));
    crmv_ledger_free(out);
    return status;
}

static int32_t load_one(scene *s, crmv_error *error) {
    const char *const keys[] = {s->key, "-"};
    crmv_ledger *out = NULL;
    const int32_t status = crmv_ledger_load_customers(s->at.file, s->model, keys, 2, NULL, &out, error);
    armed = false;
    assert_true((status == CRMV_OK) == (out != NULL));
    if (out != NULL) {
        assert_int_equal(crmv_ledger_customers(out), 1);
    }
    crmv_ledger_free(out);
    return status;
}

static void fail_each(operation call, bool texts) {
    int64_t failures = 0;
    for (long nth = 0;; nth++) {
        scene s;
        crmv_error error = {.struct_size = sizeof error};
        const long before = standing;
        set_up(&s, texts);
        has_failed = false;
        until_failure = nth;
        armed = true;
        const int32_t status = call(&s, &error);
        armed = false;
        tear_down(&s);
        assert_int_equal(standing, before);
        failures += status != CRMV_OK;
        if (status != CRMV_OK && status != CRMV_OUT_OF_MEMORY) {
            fail_msg("allocation %ld: status %d, %s", nth, (int)status, error.message);
        }
        if (!has_failed) {
            assert_int_equal(status, CRMV_OK);
            break;
        }
    }
    assert_true(failures > 5);
}

static void survive(void **state) {
    const operation *call = *state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    fail_each(*call, false);
    fail_each(*call, true);
}

int main(void) {
    static operation calls[] = {save, extend, load, open_held, open_new, load_one};
    const struct CMUnitTest tests[] = {
        {"saving_survives_each_failing_allocation", survive, NULL, NULL, &calls[0]},
        {"extending_survives_each_failing_allocation", survive, NULL, NULL, &calls[1]},
        {"loading_survives_each_failing_allocation", survive, NULL, NULL, &calls[2]},
        {"opening_survives_each_failing_allocation", survive, NULL, NULL, &calls[3]},
        {"opening_what_is_not_there_survives_each_failing_allocation", survive, NULL, NULL, &calls[4]},
        {"loading_some_customers_survives_each_failing_allocation", survive, NULL, NULL, &calls[5]},
    };
    /* What the C library allocates once for all, such as a stream's buffer, is not to be counted. */
    crmv_ledger_free(new_book(1));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
