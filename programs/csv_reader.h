/*
 * csv_reader.h - a CSV file as columns of text, chunk by chunk.
 *
 * The first row is the header. Rows end with LF, CRLF or CR; blank lines are skipped; fields may stand in double
 * quotes, with delimiters, line ends and doubled quotes in them; blanks belong to the field. Anything else is an error
 * that names the file and the line: a quote where none may be, a row with another number of fields than the header, a
 * field over 1 MiB, more than 16,384 columns, a NUL byte, bytes that are not in the file's encoding.
 */
#ifndef CRMVALUE_PROGRAM_CSV_READER_H
#define CRMVALUE_PROGRAM_CSV_READER_H

#include "decoder.h"
#include "failure.h"
#include "line_map.h"

enum { LONGEST_FIELD = 1024 * 1024, MOST_COLUMNS = 16384 };

typedef struct reader reader;

/* Opens a file and reads its header. Errors: an empty file, and what is said above. */
bool reader_open(const source *from, reader **out, failure *why);
void reader_close(reader *table);

/* The header's columns, as the file has them, and the line it begins on. */
int32_t reader_header_count(const reader *table);
const char *reader_header(const reader *table, int32_t field);
int64_t reader_header_line(const reader *table);

/* Says which fields to keep, in which order; each at most once. To be called once, before the first chunk. */
bool reader_keep(reader *table, const int32_t *fields, int32_t count, failure *why);

/*
 * Reads at least `wanted` rows (somewhat more: as many as a block of the file holds), or what is left; *rows is 0 at
 * the end. The columns are CRMV_TEXT64 under the header's names and valid until the next chunk but one, so that they
 * can be looked at while the next one is read.
 */
bool reader_chunk(reader *table, int64_t wanted, int64_t *rows, failure *why);
const crmv_column *reader_columns(const reader *table, int32_t *count);

/* Where the rows read so far begin. */
const line_map *reader_lines(const reader *table);

/* Hands the line map over to the caller, who clears it. */
line_map reader_take_lines(reader *table);

#endif
