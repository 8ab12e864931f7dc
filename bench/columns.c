#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct column_file {
    const char *name;
    size_t size;
    void **data;
} column_file;

enum { FEED_FILES = 7 };

static void list_files(feed *lines, column_file files[FEED_FILES]) {
    const column_file all[FEED_FILES] = {
        {"customer.i64", sizeof(int64_t), (void **)&lines->customer},
        {"day.i32", sizeof(int32_t), (void **)&lines->date},
        {"quantity.i32", sizeof(int32_t), (void **)&lines->quantity},
        {"revenue.i64", sizeof(int64_t), (void **)&lines->revenue},
        {"cost.i64", sizeof(int64_t), (void **)&lines->cost},
        {"discount.i64", sizeof(int64_t), (void **)&lines->discount},
        {"cost_to_serve.i64", sizeof(int64_t), (void **)&lines->cost_to_serve},
    };
    memcpy(files, all, sizeof all);
}

static bool write_file(const char *folder, const char *name, const void *data, size_t size, size_t count) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    bool done = file && fwrite(data, size, count, file) == count;
    return file && !fclose(file) && done;
}

bool columns_write_feed(const char *folder, const feed *lines) {
    column_file files[FEED_FILES];
    feed columns = *lines;
    list_files(&columns, files);
    bool done = true;
    for (size_t i = 0; done && i < FEED_FILES; i++) {
        done = write_file(folder, files[i].name, *files[i].data, files[i].size, (size_t)lines->rows);
    }
    return done;
}

static bool read_file(const char *folder, const column_file *column, int64_t *rows) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, column->name);
    FILE *file = fopen(path, "rb");
    long bytes = file && !fseek(file, 0, SEEK_END) ? ftell(file) : -1;
    if (bytes > 0) {
        *rows = bytes / (long)column->size;
        *column->data = malloc((size_t)bytes);
        rewind(file);
        bytes = *column->data && fread(*column->data, 1, (size_t)bytes, file) == (size_t)bytes ? bytes : -1;
    }
    if (file) {
        fclose(file);
    }
    return bytes > 0;
}

bool columns_read_feed(const char *folder, feed *lines) {
    column_file files[FEED_FILES];
    memset(lines, 0, sizeof *lines);
    list_files(lines, files);
    bool done = true;
    for (size_t i = 0; done && i < FEED_FILES; i++) {
        int64_t rows = 0;
        done = read_file(folder, &files[i], &rows) && (i == 0 || rows == lines->rows);
        lines->rows = rows;
    }
    return done;
}

bool columns_write_summary(const char *folder, const crmv_model *model, const crmv_frame *frame) {
    size_t rows = (size_t)crmv_frame_rows(frame);
    bool done = write_file(folder, "summary_customer.i64", crmv_frame_numbers(frame), sizeof(int64_t), rows);
    for (int32_t i = 0; done && i < crmv_model_count(model, CRMV_METRICS); i++) {
        char name[128];
        const char *metric = crmv_model_item(model, CRMV_METRICS, i);
        snprintf(name, sizeof name, "summary_%.100s.f64", metric);
        done = write_file(folder, name, crmv_frame_metric(frame, metric), sizeof(double), rows);
    }
    return done;
}
