/*
 * read_ahead.h - a file's chunks, the next of which is read while the caller works on the last.
 *
 * What comes out, and which failure comes first, does not depend on whether a thread reads ahead.
 */
#ifndef CRMVALUE_PROGRAM_READ_AHEAD_H
#define CRMVALUE_PROGRAM_READ_AHEAD_H

#include "csv_reader.h"

#include <pthread.h>
#include <stdio.h>

/* Rows of a file, and how far it has been read with them, from 0 to 1; 0 for a pipe. */
typedef struct file_chunk {
    const crmv_column *columns;
    int32_t count;
    int64_t rows; /* 0 at the end */
    double part;
} file_chunk;

typedef struct read_ahead {
    reader *table;
    FILE *file;
    int64_t wanted;

    bool beside; /* on a thread of its own, which is there once the first chunk has been taken */
    bool under_way;
    pthread_t thread;
    pthread_mutex_t mutex;  /* holds the two that follow */
    pthread_cond_t changed; /* tells when one of them does */
    bool asked;             /* for the next chunk, which is not there yet */
    bool ended;             /* no more chunks will be asked for */

    file_chunk next;
    bool good;
    failure why;
} read_ahead;

/* Nothing is read before the first chunk is taken. `wanted` as for reader_chunk. */
void read_ahead_begin(read_ahead *ahead, reader *table, FILE *file, int64_t wanted, bool beside);

/* The next chunk; valid until the next is taken. Nobody else may touch the reader before read_ahead_end. */
bool read_ahead_take(read_ahead *ahead, file_chunk *out, failure *why);

/* Waits for what is being read. */
void read_ahead_end(read_ahead *ahead);

#endif
