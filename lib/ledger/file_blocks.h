/*
 * file_blocks.h - bytes in a file with a checksum for each 4 KiB, so that a few of them can be believed without the
 * rest.
 *
 * Behind the bytes stand the checksums of their blocks, 512 to a block, behind these the checksums of those blocks, and
 * so on until one block holds all that are left; the checksum of that one, the root, is kept elsewhere. What one block
 * holds has no checksums behind it: its own is the root.
 */
#ifndef CRMVI_LEDGER_FILE_BLOCKS_H
#define CRMVI_LEDGER_FILE_BLOCKS_H

#include "base/disk.h"
#include "ledger/file_format.h"

enum { CRMVI_BLOCK = 4096, CRMVI_BLOCK_SUMS = CRMVI_BLOCK / 8, CRMVI_BLOCK_LEVELS = 8 };

/* Where things stand, by the length of the bytes alone. Level 0 is the bytes. */
typedef struct crmvi_tree {
    int32_t levels;
    int64_t begins[CRMVI_BLOCK_LEVELS], lengths[CRMVI_BLOCK_LEVELS];
    int64_t whole; /* all levels */
} crmvi_tree;

crmvi_tree crmvi_tree_of(int64_t length);

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

typedef struct crmvi_block_writer {
    const crmvi_disk *disk;
    int64_t at; /* in the file */
    crmvi_tree tree;
    unsigned char *sums; /* the levels above the bytes, as the file has them */
    unsigned char *buffer;
    int64_t filled, written;
    uint64_t root;
    crmv_error *error;
} crmvi_block_writer;

/* Begins writing so many bytes at a place. Errors: CRMV_OUT_OF_MEMORY. */
int32_t crmvi_block_writer_begin(crmvi_block_writer *writer, const crmvi_disk *disk, int64_t at, int64_t length,
                                 crmv_error *error);

/* The next bytes. Errors: CRMV_IO. */
int32_t crmvi_block_writer_put(crmvi_block_writer *writer, const void *bytes, int64_t count);

/* Writes the checksums; then writer->root is known. All bytes must have been put. Errors: CRMV_IO. */
int32_t crmvi_block_writer_end(crmvi_block_writer *writer);
void crmvi_block_writer_clear(crmvi_block_writer *writer);

/* ---- Reading all of it ------------------------------------------------------------------------------------------- */

typedef struct crmvi_block_reader {
    const crmvi_disk *disk;
    int64_t at;
    crmvi_tree tree;
    uint64_t root;
    unsigned char *sums;
} crmvi_block_reader;

/* Reads and checks the checksums. Errors: CRMV_IO, CRMV_BAD_FILE, CRMV_OUT_OF_MEMORY. */
int32_t crmvi_block_reader_begin(crmvi_block_reader *reader, const crmvi_disk *disk, int64_t at, int64_t length,
                                 uint64_t root, const crmvi_file_site *site);

/* Whole blocks from `block` on, `count` bytes of them (fewer only at the end), checked. Any number of threads. */
int32_t crmvi_block_reader_get(const crmvi_block_reader *reader, int64_t block, int64_t count, unsigned char *out,
                               const crmvi_file_site *site);
void crmvi_block_reader_clear(crmvi_block_reader *reader);

/* ---- Reading here and there -------------------------------------------------------------------------------------- */

enum { CRMVI_KEPT_BLOCKS = 64 };

/* Keeps some of the blocks that it has checked. */
typedef struct crmvi_block_finder {
    const crmvi_disk *disk;
    int64_t at;
    crmvi_tree tree;
    uint64_t root;
    const crmvi_file_site *site;
    unsigned char *blocks;
    struct {
        int32_t level; /* -1: none */
        int64_t block;
    } kept[CRMVI_KEPT_BLOCKS];
} crmvi_block_finder;

bool crmvi_block_finder_make(crmvi_block_finder *finder, const crmvi_disk *disk); /* false where memory is short */
void crmvi_block_finder_clear(crmvi_block_finder *finder);

/* Turns to other bytes. */
void crmvi_block_finder_turn(crmvi_block_finder *finder, int64_t at, int64_t length, uint64_t root,
                             const crmvi_file_site *site);

/* Bytes [from, from + count), which the caller knows to be there. Errors: CRMV_IO, CRMV_BAD_FILE. */
int32_t crmvi_block_finder_get(crmvi_block_finder *finder, int64_t from, int64_t count, void *out);

#endif
