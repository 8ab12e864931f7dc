/* Files of ledgers and the system: locks, links, permissions, disks that are full, readers beside a writer. */
#include "ledger_books.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static crmv_error an_error(void) {
    return (crmv_error){.struct_size = sizeof(crmv_error)};
}

static void assert_contains(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text, part);
    }
}

static crmv_ledger *day_of(int32_t day) {
    crmv_ledger *ledger = new_book(1);
    take_day(ledger, true, day);
    return ledger;
}

static void extend_book(const char *path, const crmv_ledger *ledger) {
    crmv_error error = an_error();
    book_must(crmv_ledger_extend(path, ledger, &error), &error);
}

static crmv_ledger *open_book(const char *path) {
    crmv_error error = an_error();
    crmv_model *model = model_of(EUROS);
    crmv_ledger *ledger = NULL;
    book_must(crmv_ledger_open(path, model, NULL, &ledger, &error), &error);
    crmv_model_free(model);
    return ledger;
}

static int32_t try_to_open(const char *path, crmv_error *error) {
    crmv_model *model = model_of(EUROS);
    crmv_ledger *ledger = NULL;
    const int32_t status = crmv_ledger_open(path, model, NULL, &ledger, error);
    assert_true((status == CRMV_OK) == (ledger != NULL));
    crmv_ledger_free(ledger);
    crmv_model_free(model);
    return status;
}

static int32_t try_to_load(const char *path, crmv_error *error) {
    crmv_model *model = model_of(EUROS);
    crmv_ledger *ledger = NULL;
    const int32_t status = crmv_ledger_load(path, model, NULL, &ledger, error);
    assert_true((status == CRMV_OK) == (ledger != NULL));
    crmv_ledger_free(ledger);
    crmv_model_free(model);
    return status;
}

/* ---- One writer at a time ---------------------------------------------------------------------------------------- */

static void a_file_that_is_open_is_busy_for_writers_and_free_for_readers(void **state) {
    book_folder at;
    crmv_error error = an_error();
    (void)state;
    make_folder(&at);
    crmv_ledger *day = day_of(1);
    crmv_ledger *held = open_book(at.file);
    assert_int_equal(crmv_ledger_batches(held), 0);
    assert_int_equal(crmv_ledger_save(day, at.file, &error), CRMV_BUSY);
    assert_contains(error.message, at.lock);
    assert_int_equal(crmv_ledger_extend(at.file, day, &error), CRMV_BUSY);
    assert_int_equal(try_to_open(at.file, &error), CRMV_BUSY);
    give_rate(held);
    take_day(held, true, 2);
    book_must(crmv_ledger_save(held, NULL, &error), &error);
    assert_int_equal(try_to_load(at.file, &error), CRMV_OK);
    take_day(held, true, 3);
    save_book(held, at.file); /* by its path, which it holds itself */
    assert_int_equal(crmv_ledger_extend(at.file, day, &error), CRMV_BUSY);
    crmv_ledger_free(held);
    assert_false(is_there(at.lock));

    extend_book(at.file, day);
    crmv_ledger *loaded = load_book(at.file, 1);
    assert_int_equal(crmv_ledger_batches(loaded), 3);
    crmv_ledger_free(loaded);
    crmv_ledger_free(day);
    remove_folder(&at);
}

static void a_ledger_opened_from_one_file_may_be_saved_to_another(void **state) {
    book_folder at;
    crmv_error error = an_error();
    (void)state;
    make_folder(&at);
    crmv_ledger *held = open_book(at.file);
    save_book(held, at.other);
    extend_book(at.file, held);
    assert_same_bytes(at.file, at.other);
    crmv_ledger *second = open_book(at.other);
    assert_int_equal(crmv_ledger_save(held, at.other, &error), CRMV_BUSY);
    crmv_ledger_free(second);
    crmv_ledger_free(held);
    remove_folder(&at);
}

static void a_writer_in_another_process_is_heard_of_until_it_is_gone(void **state) {
    book_folder at;
    crmv_error error = an_error();
    int ready[2];
    char byte;
    (void)state;
    make_folder(&at);
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        crmv_ledger *held = open_book(at.file);
        (void)!write(ready[1], held != NULL ? "!" : "?", 1);
        pause();
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(try_to_open(at.file, &error), CRMV_BUSY);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_true(is_there(at.lock)); /* it was left behind, */
    assert_int_equal(try_to_open(at.file, &error), CRMV_OK);
    assert_false(is_there(at.lock)); /* and the next one cleared it away */
    close(ready[0]);
    close(ready[1]);
    remove_folder(&at);
}

static void a_path_stays_the_same_file_when_the_host_changes_its_directory(void **state) {
    char before[512];
    book_folder at;
    (void)state;
    make_folder(&at);
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(at.path), 0);
    crmv_ledger *held = open_book("ledger");
    assert_int_equal(chdir("/"), 0);
    save_book(held, NULL);
    assert_true(is_there(at.file));
    crmv_ledger_free(held);
    assert_false(is_there(at.lock));
    assert_int_equal(chdir(before), 0);
    remove_folder(&at);
}

/* ---- Threads ------------------------------------------------------------------------------------------------------
 */

/* A reader that loads again and again while another thread extends and saves. */
typedef struct watching {
    const char *path;
    atomic_bool stopped;
    atomic_int loads;
    int32_t failed;
    char message[384];
} watching;

static void *watch(void *context) {
    watching *w = context;
    crmv_model *model = model_of(EUROS);
    int64_t batches = 0;
    while (!w->stopped && w->failed == 0) {
        crmv_error error = an_error();
        crmv_ledger *ledger = NULL;
        w->failed = crmv_ledger_load(w->path, model, NULL, &ledger, &error);
        if (w->failed != CRMV_OK) {
            memcpy(w->message, error.message, sizeof w->message);
        } else if (crmv_ledger_batches(ledger) < batches) {
            w->failed = -1;
            strcpy(w->message, "a batch was gone");
        } else {
            batches = crmv_ledger_batches(ledger);
            w->loads++;
        }
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
    return NULL;
}

static void readers_beside_a_writer_see_the_file_before_or_after(void **state) {
    book_folder at;
    pthread_t threads[2];
    watching watchers[2];
    (void)state;
    make_folder(&at);
    crmv_ledger *first = day_of(0);
    save_book(first, at.file);
    crmv_ledger_free(first);
    for (int32_t i = 0; i < 2; i++) {
        watchers[i] = (watching){.path = at.file};
        assert_int_equal(pthread_create(&threads[i], NULL, watch, &watchers[i]), 0);
    }
    for (int32_t day = 1; day < 60; day++) {
        crmv_ledger *one = day_of(day);
        extend_book(at.file, one);
        crmv_ledger_free(one);
        if (day % 20 == 0) {
            crmv_ledger *all = load_book(at.file, 1);
            save_book(all, at.file);
            crmv_ledger_free(all);
        }
    }
    for (int32_t i = 0; i < 2; i++) {
        watchers[i].stopped = true;
        pthread_join(threads[i], NULL);
        if (watchers[i].failed != CRMV_OK) {
            fail_msg("a reader: %d: %s", (int)watchers[i].failed, watchers[i].message);
        }
    }
    assert_true(watchers[0].loads + watchers[1].loads > 0);
    remove_folder(&at);
}

static void *save_again(void *context) {
    const crmv_ledger *held = context;
    for (int32_t i = 0; i < 5; i++) {
        if (crmv_ledger_save(held, NULL, NULL) != CRMV_OK) {
            return context;
        }
    }
    return NULL;
}

static void threads_that_save_one_ledger_take_turns(void **state) {
    book_folder at;
    pthread_t threads[3];
    (void)state;
    make_folder(&at);
    crmv_ledger *held = open_book(at.file);
    give_rate(held);
    take_day(held, true, 1);
    for (int32_t i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, save_again, held), 0);
    }
    for (int32_t i = 0; i < 3; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    crmv_ledger *loaded = load_book(at.file, 1);
    assert_same_ledgers(held, loaded);
    crmv_ledger_free(loaded);
    crmv_ledger_free(held);
    remove_folder(&at);
}

/* ---- Places where no file can be ----------------------------------------------------------------------------------
 */

static void check_refusal(int32_t status, const crmv_error *error, const char *path, const char *words) {
    assert_int_equal(status, CRMV_IO);
    assert_int_equal(error->status, CRMV_IO);
    assert_contains(error->message, path);
    assert_contains(error->message, words);
}

static void a_directory_that_is_not_there_is_told_with_its_path(void **state) {
    static const char path[] = "/tmp/crmvalue-is-not-here/ledger";
    crmv_error error = an_error();
    crmv_ledger *day = day_of(1);
    (void)state;
    check_refusal(crmv_ledger_save(day, path, &error), &error, path, "No such file");
    check_refusal(crmv_ledger_extend(path, day, &error), &error, path, "No such file");
    check_refusal(try_to_open(path, &error), &error, path, "No such file");
    check_refusal(try_to_load(path, &error), &error, path, "No such file");
    check_refusal(crmv_ledger_save(day, "", &error), &error, "", "No such file");
    check_refusal(crmv_ledger_save(day, "/tmp/crmvalue-is-not-here/", &error), &error, "crmvalue-is-not-here",
                  "directory");
    crmv_ledger_free(day);
}

static void a_file_that_is_not_there_can_be_opened_but_not_loaded(void **state) {
    book_folder at;
    crmv_error error = an_error();
    (void)state;
    make_folder(&at);
    check_refusal(try_to_load(at.file, &error), &error, at.file, "No such file");
    assert_int_equal(try_to_open(at.file, &error), CRMV_OK);
    assert_false(is_there(at.file));
    remove_folder(&at);
}

static void directories_pipes_and_devices_are_no_files(void **state) {
    book_folder at;
    crmv_error error = an_error();
    crmv_ledger *day = day_of(1);
    (void)state;
    make_folder(&at);
    check_refusal(try_to_load(at.path, &error), &error, at.path, "regular file");
    check_refusal(crmv_ledger_save(day, at.path, &error), &error, at.path, "regular file");
    check_refusal(crmv_ledger_extend(at.path, day, &error), &error, at.path, "directory");
    assert_int_equal(mkfifo(at.other, 0600), 0);
    check_refusal(try_to_load(at.other, &error), &error, at.other, "regular file");
    check_refusal(crmv_ledger_save(day, at.other, &error), &error, at.other, "regular file");
    check_refusal(crmv_ledger_extend(at.other, day, &error), &error, at.other, "regular file");
    check_refusal(try_to_load("/dev/full", &error), &error, "/dev/full", "regular file");
    check_refusal(try_to_load("/dev/zero", &error), &error, "/dev/zero", "regular file");
    crmv_ledger_free(day);
    remove_folder(&at);
}

/* Runs as somebody who owns nothing, if the test may do that, or else as who it is. */
static int run_as_nobody(void (*body)(const book_folder *), const book_folder *at) {
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0) {
            _exit(77);
        }
        body(at);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define CHILD_REQUIRES(holds)                                                                                          \
    do {                                                                                                               \
        if (!(holds)) {                                                                                                \
            fprintf(stderr, "%s does not hold\n", #holds);                                                             \
            _exit(1);                                                                                                  \
        }                                                                                                              \
    } while (0)

static void write_into_read_only(const book_folder *at) {
    crmv_error error = an_error();
    crmv_ledger *day = day_of(2);
    CHILD_REQUIRES(crmv_ledger_save(day, at->file, &error) == CRMV_IO);
    CHILD_REQUIRES(strstr(error.message, "Permission denied") != NULL);
    CHILD_REQUIRES(crmv_ledger_extend(at->file, day, &error) == CRMV_IO);
    CHILD_REQUIRES(try_to_open(at->file, &error) == CRMV_IO);
    CHILD_REQUIRES(try_to_load(at->file, &error) == CRMV_OK);
    crmv_ledger_free(day);
}

static void a_directory_that_may_only_be_read_serves_readers_alone(void **state) {
    book_folder at;
    (void)state;
    make_folder(&at);
    crmv_ledger *day = day_of(1);
    save_book(day, at.file);
    crmv_ledger_free(day); /* the other process would have it, and no way to free it */
    assert_int_equal(chmod(at.path, 0555), 0);
    assert_int_equal(chmod(at.file, 0444), 0);
    const int code = run_as_nobody(write_into_read_only, &at);
    assert_int_equal(chmod(at.path, 0755), 0);
    remove_folder(&at);
    if (code == 77) {
        print_message("this user may not become another one\n");
        skip();
    }
    assert_int_equal(code, 0);
}

/* ---- Full disks ---------------------------------------------------------------------------------------------------
 */

/* Writing ends at a size, as on a disk that is full; the host ignores the signal, as hosts that can be full do. */
static void limit_files(rlim_t size) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_leaves_the_old_file_and_nothing_else(void **state) {
    book_folder at;
    crmv_error error = an_error();
    (void)state;
    make_folder(&at);
    crmv_ledger *small = day_of(1);
    crmv_ledger *large = new_book(1);
    const book_style style = {
        .customers = 3000, .rows = MOST_ROWS, .first_day = 19000, .days = 90, .greatest = 1000000};
    take_book(large, "large", &style, 1);
    save_book(small, at.file);
    save_book(small, at.other);
    save_book(large, at.file);
    file_bytes whole = read_bytes(at.file);
    save_book(small, at.file);
    crmv_ledger *also_texts = day_of(5);
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    for (rlim_t size = 100; size < whole.length; size += whole.length / 9) {
        limit_files(size);
        const int32_t status = crmv_ledger_save(large, at.file, &error);
        limit_files(RLIM_INFINITY);
        check_refusal(status, &error, at.aside, "cannot write");
        assert_false(is_there(at.aside));
        assert_false(is_there(at.lock));
        assert_same_bytes(at.file, at.other);
    }
    for (rlim_t size = 6000; size < 8000; size += 700) {
        limit_files(size);
        const int32_t status = crmv_ledger_extend(at.file, also_texts, &error);
        limit_files(RLIM_INFINITY);
        check_refusal(status, &error, at.file, "cannot write");
        assert_same_bytes(at.file, at.other);
    }
    signal(SIGXFSZ, before);
    free(whole.bytes);
    crmv_ledger_free(also_texts);
    crmv_ledger_free(large);
    crmv_ledger_free(small);
    remove_folder(&at);
}

/* ---- What a file is called and whose it is ------------------------------------------------------------------------
 */

static void a_link_is_followed_and_stays_a_link(void **state) {
    book_folder at;
    struct stat found;
    crmv_error error = an_error();
    (void)state;
    make_folder(&at);
    crmv_ledger *day = day_of(1);
    save_book(day, at.file);
    assert_int_equal(symlink("ledger", at.other), 0);
    crmv_ledger *held = open_book(at.file);
    assert_int_equal(crmv_ledger_save(day, at.other, &error), CRMV_BUSY);
    crmv_ledger_free(held);
    crmv_ledger *later = day_of(2);
    save_book(later, at.other);
    assert_int_equal(lstat(at.other, &found), 0);
    assert_true(S_ISLNK(found.st_mode));
    crmv_ledger *loaded = load_book(at.file, 1);
    assert_string_equal(crmv_ledger_batch(loaded, 0), "day 2");
    crmv_ledger_free(loaded);
    crmv_ledger_free(later);
    crmv_ledger_free(day);
    remove_folder(&at);
}

static void a_saved_file_keeps_its_permissions(void **state) {
    book_folder at;
    struct stat found;
    (void)state;
    make_folder(&at);
    crmv_ledger *day = day_of(1);
    const mode_t mask = umask(027);
    save_book(day, at.file);
    umask(mask);
    assert_int_equal(stat(at.file, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0640);
    assert_int_equal(chmod(at.file, 0604), 0);
    save_book(day, at.file);
    assert_int_equal(stat(at.file, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0604);
    crmv_ledger_free(day);
    remove_folder(&at);
}

static void what_a_killed_writer_left_aside_is_thrown_away(void **state) {
    book_folder at;
    (void)state;
    make_folder(&at);
    crmv_ledger *day = day_of(1);
    write_bytes(at.aside, (const unsigned char *)"half", 4);
    save_book(day, at.file);
    assert_false(is_there(at.aside));
    assert_int_equal(symlink(at.other, at.aside), 0); /* nor is a link followed to somebody else's file */
    save_book(day, at.file);
    assert_false(is_there(at.other));
    crmv_ledger_free(load_book(at.file, 1));
    crmv_ledger_free(day);
    remove_folder(&at);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_open_is_busy_for_writers_and_free_for_readers),
        cmocka_unit_test(a_ledger_opened_from_one_file_may_be_saved_to_another),
        cmocka_unit_test(a_writer_in_another_process_is_heard_of_until_it_is_gone),
        cmocka_unit_test(a_path_stays_the_same_file_when_the_host_changes_its_directory),
        cmocka_unit_test(readers_beside_a_writer_see_the_file_before_or_after),
        cmocka_unit_test(threads_that_save_one_ledger_take_turns),
        cmocka_unit_test(a_directory_that_is_not_there_is_told_with_its_path),
        cmocka_unit_test(a_file_that_is_not_there_can_be_opened_but_not_loaded),
        cmocka_unit_test(directories_pipes_and_devices_are_no_files),
        cmocka_unit_test(a_directory_that_may_only_be_read_serves_readers_alone),
        cmocka_unit_test(a_full_disk_leaves_the_old_file_and_nothing_else),
        cmocka_unit_test(a_link_is_followed_and_stays_a_link),
        cmocka_unit_test(a_saved_file_keeps_its_permissions),
        cmocka_unit_test(what_a_killed_writer_left_aside_is_thrown_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
