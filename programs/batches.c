#include "batches.h"

#include "feed.h"
#include "file_text.h"
#include "heap.h"
#include "names.h"
#include "paths.h"
#include "read_ahead.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Rows that are handed to the ledger at once: while one thread cuts the next ones out of the file, and few enough to
 * stay in its cache until the other takes them in. More threads take in more. */
enum { CHUNK_ROWS = 8192, CHUNK_ROWS_A_THREAD = 16384 };

static int64_t chunk_rows(int32_t threads) {
    return threads > 2 ? (int64_t)threads * CHUNK_ROWS_A_THREAD : CHUNK_ROWS;
}

typedef int32_t (*append_function)(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                                   crmv_error *error);
static const append_function append[FEEDS] = {[FEED_TRANSACTIONS] = crmv_ledger_append,
                                              [FEED_RECEIVABLES] = crmv_ledger_append_receivables,
                                              [FEED_EVENTS] = crmv_ledger_append_events};

/* A file of a feed, at a position in what the command line gives. */
typedef struct fed_file {
    int32_t feed;
    const char *path;
} fed_file;

static bool file_at(const options *asked, int32_t position, fed_file *out) {
    for (int32_t feed = 0; feed < FEEDS; feed++) {
        if (position < asked->feeds[feed].count) {
            *out = (fed_file){feed, asked->feeds[feed].items[position]};
            return true;
        }
        position -= asked->feeds[feed].count;
    }
    return false;
}

const char *batch_of_file(const options *asked, const char *path) {
    if (asked->batch) {
        return asked->batch;
    }
    /* A ledger outlives the directory that somebody stood in. */
    const char *slash = asked->ledger ? strrchr(path, '/') : NULL;
    return slash && slash[1] != '\0' ? slash + 1 : path_name(path);
}

static bool same_batch(const options *asked, const char *one, const char *other) {
    return asked->batch || path_same(one, false, other, false);
}

/* ---- A file ------------------------------------------------------------------------------------------------------ */

/* Rows of the batch's feed that other files have brought. */
static int64_t rows_before(const inputs *taken, int64_t batch, int32_t feed) {
    int64_t rows = 0;
    for (int32_t i = 0; i < taken->file_count; i++) {
        const batch_file *file = &taken->files[i];
        rows += file->batch == batch && file->feed == feed ? file->lines.rows : 0;
    }
    return rows;
}

/* Appends a file chunk by chunk, while the next chunk is read. A file of no rows is appended too, so that its columns
 * are looked at. */
static bool append_rows(inputs *taken, const fed_file *fed, int64_t before, FILE *file, reader *table, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    int32_t status = CRMV_OK;
    bool first = true, ended = false;
    read_ahead ahead;
    file_chunk chunk;
    taken->progress.held = true;
    read_ahead_begin(&ahead, table, file, chunk_rows(taken->asked->threads), taken->asked->threads > 1);
    while (!ended && status == CRMV_OK && read_ahead_take(&ahead, &chunk, why)) {
        ended = chunk.rows == 0 && !first;
        if (!ended) {
            inputs_show_reading(taken, fed->path, chunk.part);
            status = append[fed->feed](taken->ledger, chunk.columns, chunk.count, chunk.rows, &error);
            first = false;
        }
    }
    read_ahead_end(&ahead);
    if (status != CRMV_OK) {
        return failure_library(why, path_name(fed->path), line_map_line(reader_lines(table), error.row - before),
                               &error);
    }
    taken->progress.held = !ended;
    return ended;
}

static bool read_opened(inputs *taken, const fed_file *fed, int64_t batch, FILE *file, failure *why) {
    const int64_t before = rows_before(taken, batch, fed->feed);
    reader *table;
    if (!feed_open(&taken->scorecard, feed_name(fed->feed), fed->path, file, &table, why)) {
        return false;
    }
    const bool done = append_rows(taken, fed, before, file, table, why);
    if (done) {
        taken->files[taken->file_count++] =
            (batch_file){path_name(fed->path), fed->feed, batch, before, reader_take_lines(table)};
    }
    reader_close(table);
    return done;
}

static bool read_file(inputs *taken, const fed_file *fed, int64_t batch, failure *why) {
    FILE *file;
    if (!file_open(fed->path, &file, why)) {
        return false;
    }
    const bool done = read_opened(taken, fed, batch, file, why);
    file_close(file);
    return done;
}

/* ---- A batch ----------------------------------------------------------------------------------------------------- */

const char *batch_nearest(const crmv_ledger *ledger, const char *name) {
    const int64_t count = crmv_ledger_batches(ledger);
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    for (int64_t i = 0; i < count; i++) {
        const char *known = crmv_ledger_batch(ledger, i);
        const size_t apart = name_distance(name, known);
        if (apart < least && name_near(name, known, apart)) {
            least = apart;
            nearest = known;
        }
    }
    return nearest;
}

int64_t batch_position(const crmv_ledger *ledger, const char *name) {
    for (int64_t i = 0; i < crmv_ledger_batches(ledger); i++) {
        if (strcmp(crmv_ledger_batch(ledger, i), name) == 0) {
            return i;
        }
    }
    return -1;
}

static bool no_such_batch(const inputs *taken, const char *name, failure *why) {
    char ledger[SHOWN_BYTES], asked[SHOWN_BYTES], near[SHOWN_BYTES];
    const char *nearest = batch_nearest(taken->ledger, name);
    shown(path_name(taken->asked->ledger), ledger);
    shown(name, asked);
    return nearest ? failure_data(why, "%s: no batch \"%s\" to replace; the nearest is \"%s\"", ledger, asked,
                                  shown(nearest, near))
                   : failure_data(why, "%s: no batch \"%s\" to replace", ledger, asked);
}

/* Begins the batch and tells its position: behind the others, or that of the one that it replaces. */
static bool begin(inputs *taken, const char *path, int64_t *position, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    const char *name = batch_of_file(taken->asked, path);
    *position = crmv_ledger_batches(taken->ledger);
    if (!taken->asked->replace) {
        return crmv_ledger_begin(taken->ledger, name, &error) == CRMV_OK ||
               failure_library(why, path_name(path), 0, &error);
    }
    *position = batch_position(taken->ledger, name);
    const int32_t status = crmv_ledger_begin_replacement(taken->ledger, name, &error);
    return status == CRMV_OK || (status == CRMV_NOT_FOUND ? no_such_batch(taken, name, why)
                                                          : failure_library(why, path_name(path), 0, &error));
}

/* Reads the batch that begins with a file: that one, and those behind it that belong to the same batch. */
static bool read_batch(inputs *taken, int32_t first, bool *read, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    fed_file head = {0}, fed;
    int64_t batch;
    (void)file_at(taken->asked, first, &head);
    if (!begin(taken, head.path, &batch, why)) {
        return false;
    }
    for (int32_t i = first; file_at(taken->asked, i, &fed); i++) {
        if (read[i] || (i > first && !same_batch(taken->asked, head.path, fed.path))) {
            continue;
        }
        if (!read_file(taken, &fed, batch, why)) {
            return false;
        }
        read[i] = true;
    }
    return crmv_ledger_end(taken->ledger, &error) == CRMV_OK || failure_library(why, path_name(head.path), 0, &error);
}

/* ---- Rates ------------------------------------------------------------------------------------------------------- */

static bool read_rates_of(inputs *taken, const char *path, FILE *file, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    reader *table;
    int64_t rows;
    int32_t count;
    if (!feed_open(&taken->scorecard, "rates", path, file, &table, why)) {
        return false;
    }
    bool done = reader_chunk(table, INT64_MAX, &rows, why);
    if (done) {
        const crmv_column *columns = reader_columns(table, &count);
        done = crmv_ledger_rates(taken->ledger, columns, count, rows, &error) == CRMV_OK ||
               failure_library(why, path_name(path), line_map_line(reader_lines(table), error.row), &error);
    }
    reader_close(table);
    return done;
}

static bool read_rates(inputs *taken, failure *why) {
    bool done = true;
    for (int32_t i = 0; done && i < taken->asked->rates.count; i++) {
        const char *path = taken->asked->rates.items[i];
        FILE *file;
        if (!file_open(path, &file, why)) {
            return false;
        }
        inputs_show_reading(taken, path, 0);
        done = read_rates_of(taken, path, file, why);
        file_close(file);
    }
    return done;
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

/* Bytes of the files, as far as they have a size. */
static int64_t size_of_files(const options *asked) {
    int64_t bytes = 0;
    fed_file fed;
    for (int32_t i = 0; file_at(asked, i, &fed); i++) {
        struct stat about;
        bytes += stat(fed.path, &about) == 0 ? (int64_t)about.st_size : 0;
    }
    return bytes;
}

bool batches_read(inputs *taken, failure *why) {
    const int32_t count = options_feed_files(taken->asked);
    heap_expect(size_of_files(taken->asked));
    bool *read = calloc((size_t)count + 1, sizeof *read);
    taken->files = calloc((size_t)count + 1, sizeof *taken->files);
    if (!read || !taken->files) {
        free(read);
        return failure_memory(why);
    }
    bool done = read_rates(taken, why);
    for (int32_t i = 0; done && i < count; i++) {
        done = read[i] || read_batch(taken, i, read, why);
    }
    free(read);
    return done;
}

void batches_clear(inputs *taken) {
    for (int32_t i = 0; i < taken->file_count; i++) {
        line_map_clear(&taken->files[i].lines);
    }
    free(taken->files);
    taken->files = NULL;
    taken->file_count = 0;
}

const batch_file *batch_file_of_row(const inputs *taken, int64_t batch, int32_t feed, int64_t row,
                                    int64_t *row_of_file) {
    for (int32_t i = 0; i < taken->file_count; i++) {
        const batch_file *file = &taken->files[i];
        if (file->batch == batch && file->feed == feed && row > file->before &&
            row <= file->before + file->lines.rows) {
            *row_of_file = row - file->before;
            return file;
        }
    }
    return NULL;
}
