/*
 * Kills processes that save and extend a ledger's file, at moments by chance: afterwards the file is the old or the new
 * one whole, and the next writer is not disturbed by what was left behind.
 *
 *     ledger_kill TIMES
 */
#include "ledger_books.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static int32_t times;

typedef struct scene {
    book_folder at;
    crmv_ledger *old, *new, *added; /* `new` is `old` and `added` */
    char old_hash[33], new_hash[33];
    file_bytes file; /* of `old` */
    uint64_t chance;
    int32_t kept, taken, left_behind; /* how often the file was the old one, the new one, and something lay about */
} scene;

static void set_up(scene *s) {
    const book_style first = {.texts = true,
                              .customers = 4000,
                              .rows = MOST_ROWS,
                              .items = 900,
                              .events = 900,
                              .first_day = 18000,
                              .days = 400,
                              .greatest = 1000000};
    const book_style second = {.texts = true,
                               .customers = 4000,
                               .rows = MOST_ROWS / 2,
                               .items = 300,
                               .events = 300,
                               .first_day = 18400,
                               .days = 90,
                               .greatest = 1000000};
    *s = (scene){.chance = 4711};
    make_folder(&s->at);
    s->old = new_book(1);
    take_book(s->old, "first", &first, 1);
    save_book(s->old, s->at.file);
    s->file = read_bytes(s->at.file);
    s->new = load_book(s->at.file, 1);
    give_rate(s->new);
    take_book(s->new, "second", &second, 2);
    s->added = new_book(1);
    take_book(s->added, "second", &second, 2);
    assert_int_equal(crmv_ledger_hash(s->old, s->old_hash), CRMV_OK);
    assert_int_equal(crmv_ledger_hash(s->new, s->new_hash), CRMV_OK);
}

static void tear_down(scene *s) {
    crmv_ledger_free(s->added);
    crmv_ledger_free(s->new);
    crmv_ledger_free(s->old);
    free(s->file.bytes);
    remove_folder(&s->at);
}

typedef int32_t (*writer)(const scene *s);

static bool tell_parent(int pipe_end) {
    return write(pipe_end, "!", 1) == 1;
}

static int32_t save_new(const scene *s) {
    return crmv_ledger_save(s->new, s->at.file, NULL);
}

static int32_t extend_old(const scene *s) {
    return crmv_ledger_extend(s->at.file, s->added, NULL);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* How long the writer takes when nobody kills it, and nothing else is going on. */
static int64_t duration_of(scene *s, writer work) {
    int64_t shortest = INT64_MAX;
    for (int32_t i = 0; i < 5; i++) {
        write_bytes(s->at.file, s->file.bytes, s->file.length);
        const int64_t begin = now();
        assert_int_equal(work(s), CRMV_OK);
        const int64_t took = now() - begin;
        shortest = took < shortest ? took : shortest;
    }
    return shortest;
}

/* Starts the writer as a process, which says when it begins, and kills it so many nanoseconds later. */
static void kill_writer(const scene *s, writer work, int64_t after) {
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (tell_parent(ready[1])) {
            work(s);
        }
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    struct timespec left = {.tv_sec = (time_t)(after / 1000000000), .tv_nsec = (long)(after % 1000000000)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(ready[0]);
    close(ready[1]);
}

/* Old or new, whole: always by the hash, now and then by all that can be asked. */
static void check_file(scene *s, bool in_whole) {
    char hash[33];
    crmv_ledger *ledger = load_book(s->at.file, 1);
    assert_int_equal(crmv_ledger_hash(ledger, hash), CRMV_OK);
    const bool is_new = strcmp(hash, s->new_hash) == 0;
    if (!is_new) {
        assert_string_equal(hash, s->old_hash);
    }
    if (in_whole) {
        assert_same_ledgers(ledger, is_new ? s->new : s->old);
    }
    *(is_new ? &s->taken : &s->kept) += 1;
    crmv_ledger_free(ledger);
}

/* The next writer finds the way clear: it adds a batch to whichever file it found, and leaves nothing lying about. */
static void write_next(const scene *s) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *before = load_book(s->at.file, 1);
    crmv_ledger *day = new_book(1);
    take_day(day, true, 3);
    book_must(crmv_ledger_extend(s->at.file, day, &error), &error);
    crmv_ledger *after = load_book(s->at.file, 1);
    assert_int_equal(crmv_ledger_batches(after), crmv_ledger_batches(before) + 1);
    assert_int_equal(total_of(after, "revenue"), total_of(before, "revenue") + total_of(day, "revenue"));
    save_book(after, s->at.file);
    assert_false(is_there(s->at.lock));
    assert_false(is_there(s->at.aside));
    crmv_ledger_free(after);
    crmv_ledger_free(day);
    crmv_ledger_free(before);
}

static void kill_many(scene *s, writer work) {
    const int64_t whole = duration_of(s, work);
    for (int32_t i = 0; i < times; i++) {
        write_bytes(s->at.file, s->file.bytes, s->file.length);
        kill_writer(s, work, (int64_t)(chance_bits(&s->chance) % (uint64_t)(whole + whole / 4)));
        s->left_behind += is_there(s->at.lock) || is_there(s->at.aside);
        check_file(s, i % 10 == 0);
        if (i % 5 == 0) {
            write_next(s);
        }
    }
    printf("%d times: old %d, new %d; left behind %d times\n", (int)times, (int)s->kept, (int)s->taken,
           (int)s->left_behind);
}

static void a_killed_saving_leaves_the_old_file_or_the_new_one(void **state) {
    scene s;
    (void)state;
    set_up(&s);
    kill_many(&s, save_new);
    assert_true(s.kept > 0 && s.left_behind > 0);
    write_next(&s);
    tear_down(&s);
}

static void a_killed_extending_leaves_the_file_as_it_was_or_with_the_batches(void **state) {
    scene s;
    (void)state;
    set_up(&s);
    kill_many(&s, extend_old);
    assert_true(s.kept > 0 && s.left_behind > 0);
    write_next(&s);
    tear_down(&s);
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_saving_leaves_the_old_file_or_the_new_one),
        cmocka_unit_test(a_killed_extending_leaves_the_file_as_it_was_or_with_the_batches),
    };
    times = count > 1 ? atoi(arguments[1]) / 2 : 50;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
