#include "columns.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

/* How many values a file holds; -1 where it is not there. */
static int64_t count_values(const char *folder, const char *name, size_t size) {
    struct stat about;
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &about) == 0 ? (int64_t)about.st_size / (int64_t)size : -1;
}

static bool read_file(const char *folder, const char *name, void *data, size_t size, size_t count) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    bool done = file && fread(data, size, count, file) == count;
    if (file) {
        fclose(file);
    }
    return done;
}

bool columns_read_feed(const char *folder, feed *lines) {
    column_file files[FEED_FILES];
    feed_plan plan = {.rows = count_values(folder, "customer.i64", sizeof(int64_t))};
    bool done = plan.rows > 0 && feed_make_columns(lines, &plan);
    if (done) {
        list_files(lines, files);
    }
    for (size_t i = 0; done && i < FEED_FILES; i++) {
        done = read_file(folder, files[i].name, *files[i].data, files[i].size, (size_t)lines->rows);
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
