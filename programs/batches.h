/*
 * batches.h - the files that the command line feeds to a ledger, batch by batch.
 *
 * A batch has a name: the one of --batch, else its file's. A file that is given for two feeds is one batch.
 */
#ifndef CRMVALUE_PROGRAM_BATCHES_H
#define CRMVALUE_PROGRAM_BATCHES_H

#include "inputs.h"

/* Reads all files of the feeds, and the rates before them, into the ledger that was taken. With --replace the batch
 * takes the place of the one of its name. */
bool batches_read(inputs *taken, failure *why);
void batches_clear(inputs *taken);

/* The name of the batch that a file belongs to. */
const char *batch_of_file(const options *asked, const char *path);

/* The file of this run, and its row, where a row of a batch stands; NULL where the batch was there before. */
const batch_file *batch_file_of_row(const inputs *taken, int64_t batch, int32_t feed, int64_t row,
                                    int64_t *row_of_file);

/* The position of a batch; -1 where there is none of that name. */
int64_t batch_position(const crmv_ledger *ledger, const char *name);

/* The batch of the ledger whose name is nearest to one that it does not have; NULL where none is near. */
const char *batch_nearest(const crmv_ledger *ledger, const char *name);

#endif
