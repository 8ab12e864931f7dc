#include "columns.h"

#include "pages.h"

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

static crmv_column summary_column(const char *name, int32_t type, const void *data) {
    return (crmv_column){.struct_size = sizeof(crmv_column), .type = type, .name = name, .data = data};
}

bool columns_read_summary(const char *folder, const crmv_model *model, summary *out) {
    int32_t metrics = crmv_model_count(model, CRMV_METRICS);
    int64_t rows = count_values(folder, "summary_customer.i64", sizeof(int64_t));
    memset(out, 0, sizeof *out);
    if (rows < 1 || metrics >= MOST_SUMMARY_COLUMNS) {
        return false;
    }
    size_t each = (size_t)rows * sizeof(double);
    *out = (summary){.rows = rows, .count = metrics + 1, .bytes = each * ((size_t)metrics + 1)};
    char *at = out->memory = pages_get(out->bytes);
    bool done = at && read_file(folder, "summary_customer.i64", at, sizeof(int64_t), (size_t)rows);
    out->columns[0] = summary_column("customer", CRMV_INT64, at);
    for (int32_t i = 0; done && i < metrics; i++) {
        char name[128];
        const char *metric = crmv_model_item(model, CRMV_METRICS, i);
        snprintf(name, sizeof name, "summary_%.100s.f64", metric);
        at += each;
        done = read_file(folder, name, at, sizeof(double), (size_t)rows);
        out->columns[i + 1] = summary_column(metric, CRMV_DOUBLE, at);
    }
    return done;
}

void columns_clear_summary(summary *out) {
    pages_free(out->memory, out->bytes);
    memset(out, 0, sizeof *out);
}
