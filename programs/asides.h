/* asides.h - rows set aside, with the files and lines where they stand, and amounts that were converted. */
#ifndef CRMVALUE_PROGRAM_ASIDES_H
#define CRMVALUE_PROGRAM_ASIDES_H

#include "figures.h"
#include "inputs.h"

/* Rows set aside for one reason in one currency. */
typedef struct aside {
    crmv_set_aside counted;
    const char *table;     /* the customer table's file, for rows of it */
    const line_map *lines; /* likewise */
} aside;

/* The next of a feed from a position in the ledger's list on, which is moved behind it; false where there is no more.
 * `of_files`: only rows of the files of this run. */
bool aside_next(const inputs *taken, int32_t feed, bool of_files, int64_t *position, aside *rows);

/* The same, those of batches that were in the ledger before taken together by reason and currency. */
bool aside_next_merged(const inputs *taken, int32_t feed, bool of_files, int64_t *position, aside *rows);

/* Those of the customer table; false past the last. Customers that the table does not know have no row in it, and so
 * are not among its rows: they are told by aside_unknown, false where there are none. */
bool aside_of_table(const inputs *taken, int64_t position, aside *rows);
bool aside_unknown(const inputs *taken, aside *customers);

/* Where a listed row stands: its file and line; false for a row that was in the ledger before. */
bool aside_place(const inputs *taken, const aside *rows, int32_t listed, const char **file, int64_t *line);

/* The revenue that rows set aside had, in minor units. */
wide aside_revenue(const aside *rows);

/* Whether a batch was filled by files of this run. */
bool batch_is_fed(const inputs *taken, int64_t batch);

/* Rows of a feed that came in and those used: of the files of this run, or of the whole ledger. */
void feed_rows(const inputs *taken, int32_t feed, bool of_files, int64_t *rows, int64_t *used);

/* Sale lines and revenue of the days after the one to look back from. */
typedef struct later {
    int64_t sale_lines;
    int64_t revenue;
} later;

/* False where there is nothing after it. */
bool later_of(const inputs *taken, later *rest);

#endif
