#include "csv_reader.h"

#include "csv_rows.h"

#include <csv.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    source from;
    decoder *text;
    struct csv_parser parser;
    const char *block; /* the decoder's, read up to `at` */
    size_t at, length;
    bool ended;
    csv_piece piece; /* of the block, from `piece_at` on; none where that is SIZE_MAX */
    size_t piece_at;

    char **header;
    int32_t header_count, header_capacity;
    bool header_done;
    int64_t header_line;

    int32_t *fields_kept; /* the kept columns' fields */
    int32_t *kept_as;     /* for each field its position among the kept columns, or -1 */
    int32_t kept;
    row_texts chunks[2]; /* the last one stays while the next is read */
    row_texts *chunk;

    int64_t line;     /* line that the next field begins on */
    bool after_cr;    /* nothing but a CR stands before it */
    bool breaks;      /* fields may hold line ends: there is a quote in what is being parsed */
    int64_t row_line; /* line that the row begins on */
    int32_t fields;   /* of the row, so far */
    line_map lines;
    bool failed;
    failure *why;
};

/* ---- What libcsv calls ------------------------------------------------------------------------------------------- */

static bool add_header(reader *table, const char *text, size_t length) {
    if (table->header_count == table->header_capacity) {
        int32_t capacity = table->header_capacity > 0 ? table->header_capacity * 2 : 64;
        char **header = realloc(table->header, (size_t)capacity * sizeof *header);
        if (!header) {
            return false;
        }
        table->header = header;
        table->header_capacity = capacity;
    }
    char *name = malloc(length + 1);
    if (!name) {
        return false;
    }
    if (length > 0) {
        memcpy(name, text, length);
    }
    name[length] = '\0';
    table->header[table->header_count++] = name;
    return true;
}

static bool store_field(reader *table, const char *text, size_t length) {
    if (!table->header_done) {
        return add_header(table, text, length);
    }
    int32_t kept_as = table->fields < table->header_count ? table->kept_as[table->fields] : -1;
    return kept_as < 0 || text_column_append(&table->chunk->columns[kept_as], text, length);
}

/* A complaint about the field that is being read: its line, its number, its column, and what is wrong with it. */
static bool field_failure(const reader *table, int64_t line, const char *complaint) {
    char name[SHOWN_BYTES];
    if (table->header_done && table->fields < table->header_count) {
        return failure_data(table->why, "%s: line %lld: field %d, column \"%s\": %s", table->from.name, (long long)line,
                            table->fields + 1, shown(table->header[table->fields], name), complaint);
    }
    return failure_data(table->why, "%s: line %lld: field %d: %s", table->from.name, (long long)line, table->fields + 1,
                        complaint);
}

static bool too_long(const reader *table, int64_t line) {
    return field_failure(table, line, "longer than 1 MiB; expected a shorter field (is a closing quote missing?)");
}

static bool take_field(reader *table, const char *text, size_t length) {
    if (table->fields == 0) {
        table->row_line = table->line;
    }
    table->after_cr = false;
    if (length > LONGEST_FIELD) {
        return too_long(table, table->line);
    }
    if (table->breaks) {
        table->line += line_ends(text, length, false);
    }
    if (!table->header_done && table->fields == MOST_COLUMNS) {
        return failure_data(table->why, "%s: line %lld: the header has more than %d columns; expected fewer",
                            table->from.name, (long long)table->row_line, MOST_COLUMNS);
    }
    if (!store_field(table, text, length)) {
        return failure_memory(table->why);
    }
    table->fields += table->fields < INT32_MAX;
    return true;
}

static bool end_record(reader *table) {
    if (table->fields != table->header_count) {
        return failure_data(table->why, "%s: line %lld: the row has %d field%s; expected %d as in the header",
                            table->from.name, (long long)table->row_line, table->fields, table->fields == 1 ? "" : "s",
                            table->header_count);
    }
    row_texts *chunk = table->chunk;
    if (!row_texts_room(chunk, table->kept, 1) || !line_map_add(&table->lines, table->row_line)) {
        return failure_memory(table->why);
    }
    chunk->rows++;
    for (int32_t i = 0; i < table->kept; i++) {
        chunk->columns[i].offsets[chunk->rows] = (int64_t)chunk->columns[i].used;
    }
    return true;
}

/* A row ends at CR, LF, or with -1 at the end of the file; a blank line comes here without a field before it. */
static bool take_row(reader *table, int end) {
    bool second_half = end == '\n' && table->after_cr;
    if (end != -1 && !second_half) {
        table->line++;
    }
    table->after_cr = end == '\r';
    if (table->fields == 0) {
        return true;
    }
    if (table->header_done && !end_record(table)) {
        return false;
    }
    if (!table->header_done) {
        table->header_done = true;
        table->header_line = table->row_line;
    }
    table->fields = 0;
    return true;
}

/* libcsv cannot be stopped from within: after a failure the rest of what it was given passes by. */
static void on_field(void *data, size_t length, void *context) {
    reader *table = context;
    table->failed = table->failed || !take_field(table, data, length);
}

static void on_row(int end, void *context) {
    reader *table = context;
    table->failed = table->failed || !take_row(table, end);
}

/* Blanks belong to the field. */
static int no_blank(unsigned char byte) {
    (void)byte;
    return 0;
}

/* ---- Rows that are cut by their marks ---------------------------------------------------------------------------- */

static bool take_listed(reader *table, const marked_rows *listed) {
    if (!row_texts_cut(table->chunk, table->fields_kept, table->kept, listed) ||
        !line_map_add_rows(&table->lines, table->line, listed->count)) {
        return failure_memory(table->why);
    }
    table->line += listed->count;
    table->after_cr = table->block[table->piece_at + csv_piece_at(&table->piece) - 1] == '\r';
    return true;
}

/* Takes rows and blank lines off the piece, at several times libcsv's speed; what stands behind them. */
static int32_t take_rows(reader *table) {
    csv_piece_skip(&table->piece, table->at - table->piece_at);
    for (;;) {
        marked_rows listed;
        const int32_t next = csv_piece_next(&table->piece, &listed);
        table->at = table->piece_at + csv_piece_at(&table->piece);
        if (next == CSV_ROWS) {
            table->failed = !take_listed(table, &listed);
        } else if (next == CSV_BLANK) {
            table->failed = !take_row(table, table->block[table->at - 1]);
        }
        if ((next != CSV_ROWS && next != CSV_BLANK) || table->failed) {
            return next;
        }
    }
}

/* Takes rows from the block at the beginning of one: up to its end, or to a row that is left for libcsv. */
static void take_rows_of_block(reader *table) {
    int32_t next = CSV_ROWS;
    while (table->at < table->length && next != CSV_ODD && !table->failed) {
        if (next == CSV_CUT || table->piece_at == SIZE_MAX || table->at >= table->piece_at + table->piece.length) {
            table->piece_at = table->at;
            csv_piece_begin(&table->piece, table->block + table->at, table->length - table->at);
        }
        next = take_rows(table);
        next = next == CSV_CUT && table->at == table->piece_at ? CSV_ODD : next; /* too long, or the file's last */
    }
}

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

static bool parse_failure(reader *table, size_t offset) {
    if (csv_error(&table->parser) != CSV_EPARSE) {
        return failure_memory(table->why);
    }
    return field_failure(table, decoder_line(table->text, offset),
                         table->parser.quoted
                             ? "text behind a closing quote; expected the delimiter, or a quote within doubled"
                             : "a quote inside a field without quotes; expected the field in quotes, quotes doubled");
}

/* Gives libcsv the next bytes of the block. A field that was begun in quotes may end in them. */
static bool parse_any(reader *table, size_t length) {
    table->breaks = table->parser.quoted || memchr(table->block + table->at, '"', length);
    size_t done = csv_parse(&table->parser, table->block + table->at, length, on_field, on_row, table);
    if (table->failed) {
        return false;
    }
    if (done < length) {
        return parse_failure(table, table->at + done);
    }
    table->at += length;
    return table->parser.entry_pos <= LONGEST_FIELD || too_long(table, table->line);
}

/* Up to the end of the line, or of what there is. */
static size_t line_length(const char *text, size_t length) {
    const char *end = memchr(text, '\n', length);
    return end ? (size_t)(end - text) + 1 : length;
}

/* Parses the rest of the block: the short way, and what is left by it line by line. */
static bool parse(reader *table) {
    table->piece_at = SIZE_MAX;
    while (table->at < table->length) {
        if (table->fields == 0 && table->parser.entry_pos == 0 && !table->parser.quoted) {
            take_rows_of_block(table);
        }
        const char *text = table->block + table->at;
        if (table->failed ||
            (table->at < table->length && !parse_any(table, line_length(text, table->length - table->at)))) {
            return false;
        }
    }
    return true;
}

static bool finish(reader *table) {
    table->ended = true;
    if (csv_fini(&table->parser, on_field, on_row, table) != 0) {
        return csv_error(&table->parser) == CSV_EPARSE
                   ? field_failure(table, table->line,
                                   "the quote that opens here is never closed; expected a closing "
                                   "quote before the end of the file")
                   : failure_memory(table->why);
    }
    return !table->failed;
}

/* Takes the next block where the present one is used up; at the end of the file what is pending becomes a row. */
static bool next_block(reader *table) {
    if (table->at < table->length || table->ended) {
        return true;
    }
    table->at = 0;
    return decoder_read(table->text, &table->block, &table->length, table->why) && (table->length > 0 || finish(table));
}

/* The header is read line by line: which fields of the rows behind it to keep is not known before it is seen. */
static bool read_header(reader *table) {
    while (!table->header_done && !table->ended) {
        if (!next_block(table)) {
            return false;
        }
        const char *begin = table->block + table->at;
        size_t length = 0;
        while (length < table->length - table->at && begin[length] != '\n' && begin[length] != '\r') {
            length++;
        }
        length += table->at + length < table->length;
        if (length > 0 && !parse_any(table, length)) {
            return false;
        }
    }
    if (!table->header_done) {
        return failure_data(table->why, "%s: line 1: the file is empty; expected a header row", table->from.name);
    }
    return true;
}

bool reader_open(const source *from, reader **out, failure *why) {
    reader *table = calloc(1, sizeof *table);
    if (!table) {
        return failure_memory(why);
    }
    table->from = *from;
    table->why = why;
    table->line = 1;
    csv_init(&table->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
    csv_set_delim(&table->parser, (unsigned char)from->delimiter);
    csv_set_space_func(&table->parser, no_blank);
    csv_set_blk_size(&table->parser, 4096);
    if (!decoder_open(from, &table->text, why) || !read_header(table)) {
        reader_close(table);
        return false;
    }
    *out = table;
    return true;
}

static void chunk_clear(const reader *table, row_texts *chunk) {
    for (int32_t i = 0; chunk->columns && i < table->kept; i++) {
        free(chunk->columns[i].bytes);
        free(chunk->columns[i].offsets);
    }
    free(chunk->columns);
    free(chunk->views);
}

void reader_close(reader *table) {
    if (!table) {
        return;
    }
    csv_free(&table->parser);
    decoder_close(table->text);
    for (int32_t i = 0; i < table->header_count; i++) {
        free(table->header[i]);
    }
    for (int32_t i = 0; i < 2; i++) {
        chunk_clear(table, &table->chunks[i]);
    }
    free(table->header);
    free(table->kept_as);
    free(table->fields_kept);
    csv_piece_clear(&table->piece);
    line_map_clear(&table->lines);
    free(table);
}

int32_t reader_header_count(const reader *table) {
    return table->header_count;
}

const char *reader_header(const reader *table, int32_t field) {
    return table->header[field];
}

int64_t reader_header_line(const reader *table) {
    return table->header_line;
}

static bool chunk_make(const reader *table, const int32_t *fields, row_texts *chunk) {
    chunk->columns = calloc((size_t)table->kept + 1, sizeof *chunk->columns);
    chunk->views = calloc((size_t)table->kept + 1, sizeof *chunk->views);
    for (int32_t i = 0; chunk->views && i < table->kept; i++) {
        chunk->views[i].struct_size = sizeof chunk->views[i];
        chunk->views[i].type = CRMV_TEXT64;
        chunk->views[i].name = table->header[fields[i]];
    }
    return chunk->columns && chunk->views;
}

bool reader_keep(reader *table, const int32_t *fields, int32_t count, failure *why) {
    table->why = why;
    table->kept = count;
    table->chunk = &table->chunks[0];
    table->kept_as = malloc((size_t)table->header_count * sizeof *table->kept_as);
    table->fields_kept = malloc(((size_t)count + 1) * sizeof *table->fields_kept);
    table->piece_at = SIZE_MAX;
    if (!table->kept_as || !table->fields_kept ||
        !csv_piece_make(&table->piece, table->from.delimiter, table->header_count) ||
        !chunk_make(table, fields, &table->chunks[0]) || !chunk_make(table, fields, &table->chunks[1])) {
        return failure_memory(why);
    }
    for (int32_t i = 0; i < table->header_count; i++) {
        table->kept_as[i] = -1;
    }
    for (int32_t i = 0; i < count; i++) {
        table->kept_as[fields[i]] = i;
        table->fields_kept[i] = fields[i];
    }
    return true;
}

/* Turns to the other chunk, which begins with what has been read of the row behind the last one's. */
static bool turn(reader *table) {
    const row_texts *last = table->chunk;
    row_texts *next = last == &table->chunks[0] ? &table->chunks[1] : &table->chunks[0];
    next->rows = 0;
    if (!row_texts_room(next, table->kept, 1)) {
        return false;
    }
    for (int32_t i = 0; i < table->kept; i++) {
        const text_column *from = &last->columns[i];
        const size_t begin = from->offsets ? (size_t)from->offsets[last->rows] : 0;
        next->columns[i].used = 0;
        if (from->used > begin && !text_column_append(&next->columns[i], from->bytes + begin, from->used - begin)) {
            return false;
        }
    }
    table->chunk = next;
    return true;
}

bool reader_chunk(reader *table, int64_t wanted, int64_t *rows, failure *why) {
    table->why = why;
    if (!turn(table)) {
        return failure_memory(why);
    }
    row_texts *chunk = table->chunk;
    while (chunk->rows < wanted && !table->ended) {
        if (!next_block(table) || !parse(table)) {
            return false;
        }
    }
    for (int32_t i = 0; i < table->kept; i++) {
        chunk->views[i].data = chunk->columns[i].bytes ? chunk->columns[i].bytes : "";
        chunk->views[i].offsets = chunk->columns[i].offsets;
    }
    *rows = chunk->rows;
    return true;
}

const crmv_column *reader_columns(const reader *table, int32_t *count) {
    *count = table->kept;
    return table->chunk->views;
}

const line_map *reader_lines(const reader *table) {
    return &table->lines;
}

line_map reader_take_lines(reader *table) {
    line_map lines = table->lines;
    table->lines = (line_map){0};
    return lines;
}
