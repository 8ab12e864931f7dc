/*
 * Fuzz target: the command's CSV reader. The first byte chooses encoding, delimiter and chunk; the rest is the file.
 *
 * Whatever the bytes: no fault, and what comes out hangs together: texts are well-formed UTF-8 within the limit, lines
 * ascend, and the same file read in chunks of another size gives the same texts and lines.
 */
#include "../../programs/csv_reader.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const encodings[] = {"UTF-8", "windows-1252", "GB18030", "UTF-16", "SHIFT_JIS", "ISO-2022-JP"};
static const char delimiters[] = {',', ';', '\t', '|'};

/* What reading came to: a sum over all texts and lines, and the message where it failed. */
typedef struct outcome {
    bool good;
    int64_t rows;
    uint64_t sum;
    failure why;
} outcome;

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static uint64_t mixed(uint64_t sum, const void *bytes, size_t length) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) {
        sum = (sum ^ at[i]) * UINT64_C(1099511628211);
    }
    return sum;
}

static void take_text(const crmv_column *column, int64_t row, outcome *result) {
    const int64_t *offsets = column->offsets;
    require(offsets[row] >= 0 && offsets[row] <= offsets[row + 1]);
    size_t length = (size_t)(offsets[row + 1] - offsets[row]);
    const char *text = (const char *)column->data + offsets[row];
    require(length <= LONGEST_FIELD && !memchr(text, '\0', length));
    result->sum = mixed(result->sum, text, length);
    result->sum = mixed(result->sum, &length, sizeof length);
}

static void take_rows(const reader *table, int64_t rows, outcome *result) {
    int32_t count;
    const crmv_column *columns = reader_columns(table, &count);
    for (int64_t row = 0; row < rows; row++) {
        int64_t number = ++result->rows;
        int64_t line = line_map_line(reader_lines(table), number);
        require(line > (number > 1 ? line_map_line(reader_lines(table), number - 1) : reader_header_line(table)));
        result->sum = mixed(result->sum, &line, sizeof line);
        for (int32_t i = 0; i < count; i++) {
            take_text(&columns[i], row, result);
        }
    }
}

static bool keep_all(reader *table, failure *why) {
    int32_t count = reader_header_count(table);
    int32_t *fields = malloc((size_t)count * sizeof *fields);
    require(fields != NULL);
    for (int32_t i = 0; i < count; i++) {
        fields[i] = i;
    }
    bool kept = reader_keep(table, fields, count, why);
    free(fields);
    return kept;
}

static outcome read_file(const source *from, int64_t chunk) {
    outcome result = {0};
    reader *table = NULL;
    int64_t rows = 0;
    result.good = reader_open(from, &table, &result.why) && keep_all(table, &result.why);
    while (result.good && (result.good = reader_chunk(table, chunk, &rows, &result.why)) && rows > 0) {
        take_rows(table, rows, &result);
    }
    reader_close(table);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) {
        return 0;
    }
    FILE *file = fmemopen((void *)(uintptr_t)(data + 1), size - 1, "rb");
    if (!file) {
        return 0;
    }
    source from = {file, "f.csv", encodings[data[0] % 6], delimiters[data[0] / 6 % 4]};
    outcome whole = read_file(&from, INT64_MAX);
    rewind(file);
    outcome parts = read_file(&from, 1);
    fclose(file);
    require(whole.good == parts.good);
    require(whole.good ? whole.rows == parts.rows && whole.sum == parts.sum
                       : whole.why.status == EXIT_DATA && strcmp(whole.why.message, parts.why.message) == 0);
    require(whole.good || strstr(whole.why.message, "f.csv: "));
    return 0;
}
