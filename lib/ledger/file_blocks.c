#include "ledger/file_blocks.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>

crmvi_tree crmvi_tree_of(int64_t length) {
    crmvi_tree tree = {.levels = 1, .lengths = {length}, .whole = length};
    while (tree.lengths[tree.levels - 1] > CRMVI_BLOCK) {
        const int64_t blocks = (tree.lengths[tree.levels - 1] + CRMVI_BLOCK - 1) / CRMVI_BLOCK;
        tree.begins[tree.levels] = tree.whole;
        tree.lengths[tree.levels] = blocks * 8;
        tree.whole += blocks * 8;
        tree.levels++;
    }
    return tree;
}

static int64_t block_size(const crmvi_tree *tree, int32_t level, int64_t block) {
    const int64_t left = tree->lengths[level] - block * CRMVI_BLOCK;
    return left < CRMVI_BLOCK ? left : CRMVI_BLOCK;
}

/* Where the checksum of a block stands among those of the levels above; the only block of the top level has none. */
static int64_t place_of_sum(const crmvi_tree *tree, int32_t level, int64_t block) {
    return tree->begins[level + 1] - tree->lengths[0] + block * 8;
}

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

enum { BUFFER = 64 * CRMVI_BLOCK };

int32_t crmvi_block_writer_begin(crmvi_block_writer *writer, const crmvi_disk *disk, int64_t at, int64_t length,
                                 crmv_error *error) {
    *writer = (crmvi_block_writer){.disk = disk, .at = at, .tree = crmvi_tree_of(length), .error = error};
    writer->sums = crmvi_array(writer->tree.whole - length, 1);
    writer->buffer = crmvi_array(BUFFER, 1);
    if (writer->sums == NULL || writer->buffer == NULL) {
        crmvi_block_writer_clear(writer);
        return crmvi_no_memory(error);
    }
    return CRMV_OK;
}

/* Notes the checksums of the blocks of a level that stand in `bytes`, the first of which is `block`. */
static void note_sums(crmvi_block_writer *writer, int32_t level, int64_t block, const unsigned char *bytes,
                      int64_t count) {
    for (int64_t done = 0; done < count; done += CRMVI_BLOCK, block++) {
        const int64_t size = count - done < CRMVI_BLOCK ? count - done : CRMVI_BLOCK;
        const uint64_t sum = crmvi_hash_of(bytes + done, (size_t)size);
        if (level == writer->tree.levels - 1) {
            writer->root = sum;
        } else {
            crmvi_put_u64(writer->sums + place_of_sum(&writer->tree, level, block), sum);
        }
    }
}

static int32_t flush(crmvi_block_writer *writer) {
    note_sums(writer, 0, writer->written / CRMVI_BLOCK, writer->buffer, writer->filled);
    const int32_t status =
        crmvi_disk_write(writer->disk, writer->at + writer->written, writer->buffer, writer->filled, writer->error);
    writer->written += writer->filled;
    writer->filled = 0;
    return status;
}

int32_t crmvi_block_writer_put(crmvi_block_writer *writer, const void *bytes, int64_t count) {
    const unsigned char *from = bytes;
    while (count > 0) {
        const int64_t room = BUFFER - writer->filled;
        const int64_t portion = count < room ? count : room;
        memcpy(writer->buffer + writer->filled, from, (size_t)portion);
        writer->filled += portion;
        from += portion;
        count -= portion;
        if (writer->filled == BUFFER) {
            const int32_t status = flush(writer);
            if (status != CRMV_OK) {
                return status;
            }
        }
    }
    return CRMV_OK;
}

int32_t crmvi_block_writer_end(crmvi_block_writer *writer) {
    const crmvi_tree *tree = &writer->tree;
    if (writer->filled > 0) {
        const int32_t status = flush(writer);
        if (status != CRMV_OK) {
            return status;
        }
    }
    for (int32_t level = 1; level < tree->levels; level++) {
        note_sums(writer, level, 0, writer->sums + tree->begins[level] - tree->lengths[0], tree->lengths[level]);
    }
    return crmvi_disk_write(writer->disk, writer->at + tree->lengths[0], writer->sums, tree->whole - tree->lengths[0],
                            writer->error);
}

void crmvi_block_writer_clear(crmvi_block_writer *writer) {
    free(writer->sums);
    crmvi_discard(writer->buffer, BUFFER, 1);
    writer->sums = NULL;
    writer->buffer = NULL;
}

/* ---- Reading all of it ------------------------------------------------------------------------------------------- */

static int32_t fail_block(const crmvi_file_site *site, int64_t at) {
    char shown[200];
    char batch[96];
    crmvi_disk_path_text(site->path, shown, sizeof shown);
    crmvi_disk_path_text(site->batch, batch, sizeof batch);
    return crmvi_fail(site->error, CRMV_BAD_FILE, batch,
                      "%s is damaged: the block at byte %lld, of batch `%s`, has another checksum than it must", shown,
                      (long long)at, batch);
}

/* Reads bytes of a level that begin with a block, and compares each block's checksum. */
static int32_t get_blocks(const crmvi_block_reader *reader, int32_t level, int64_t block, int64_t count,
                          unsigned char *out, const crmvi_file_site *site) {
    const crmvi_tree *tree = &reader->tree;
    const int64_t at = reader->at + tree->begins[level] + block * CRMVI_BLOCK;
    const int32_t status = crmvi_disk_read(reader->disk, at, out, count, site->error);
    if (status != CRMV_OK) {
        return status;
    }
    for (int64_t done = 0; done < count; done += CRMVI_BLOCK, block++) {
        const uint64_t expected =
            level == tree->levels - 1 ? reader->root : crmvi_get_u64(reader->sums + place_of_sum(tree, level, block));
        if (crmvi_hash_of(out + done, (size_t)block_size(tree, level, block)) != expected) {
            return fail_block(site, at + done);
        }
    }
    return CRMV_OK;
}

int32_t crmvi_block_reader_begin(crmvi_block_reader *reader, const crmvi_disk *disk, int64_t at, int64_t length,
                                 uint64_t root, const crmvi_file_site *site) {
    *reader = (crmvi_block_reader){.disk = disk, .at = at, .tree = crmvi_tree_of(length), .root = root};
    const crmvi_tree *tree = &reader->tree;
    reader->sums = crmvi_array(tree->whole - length, 1);
    if (reader->sums == NULL) {
        return crmvi_no_memory(site->error);
    }
    for (int32_t level = tree->levels - 1; level > 0; level--) {
        const int32_t status = get_blocks(reader, level, 0, tree->lengths[level],
                                          reader->sums + tree->begins[level] - tree->lengths[0], site);
        if (status != CRMV_OK) {
            crmvi_block_reader_clear(reader);
            return status;
        }
    }
    return CRMV_OK;
}

int32_t crmvi_block_reader_get(const crmvi_block_reader *reader, int64_t block, int64_t count, unsigned char *out,
                               const crmvi_file_site *site) {
    return get_blocks(reader, 0, block, count, out, site);
}

void crmvi_block_reader_clear(crmvi_block_reader *reader) {
    free(reader->sums);
    reader->sums = NULL;
}

/* ---- Reading here and there -------------------------------------------------------------------------------------- */

bool crmvi_block_finder_make(crmvi_block_finder *finder, const crmvi_disk *disk) {
    *finder = (crmvi_block_finder){.disk = disk};
    finder->blocks = crmvi_array(CRMVI_KEPT_BLOCKS, CRMVI_BLOCK);
    return finder->blocks != NULL;
}

void crmvi_block_finder_clear(crmvi_block_finder *finder) {
    crmvi_discard(finder->blocks, CRMVI_KEPT_BLOCKS, CRMVI_BLOCK);
    finder->blocks = NULL;
}

void crmvi_block_finder_turn(crmvi_block_finder *finder, int64_t at, int64_t length, uint64_t root,
                             const crmvi_file_site *site) {
    finder->at = at;
    finder->tree = crmvi_tree_of(length);
    finder->root = root;
    finder->site = site;
    for (int32_t i = 0; i < CRMVI_KEPT_BLOCKS; i++) {
        finder->kept[i].level = -1;
    }
}

/* A block of a level, whose checksum the level above gave; NULL where it fails. Blocks of checksums and of bytes have
 * places of their own, so that a run of bytes does not push out the checksums that it needs. */
static const unsigned char *checked_block(crmvi_block_finder *finder, int32_t level, int64_t block, uint64_t expected,
                                          int32_t *status) {
    enum { FOR_SUMS = CRMVI_KEPT_BLOCKS / 4 };
    const int32_t place = level > 0 ? (int32_t)((level * 5 + block) % FOR_SUMS)
                                    : FOR_SUMS + (int32_t)(block % (CRMVI_KEPT_BLOCKS - FOR_SUMS));
    unsigned char *bytes = finder->blocks + (size_t)place * CRMVI_BLOCK;
    if (finder->kept[place].level == level && finder->kept[place].block == block) {
        return bytes;
    }
    const int64_t at = finder->at + finder->tree.begins[level] + block * CRMVI_BLOCK;
    const int64_t size = block_size(&finder->tree, level, block);
    finder->kept[place].level = -1;
    *status = crmvi_disk_read(finder->disk, at, bytes, size, finder->site->error);
    if (*status == CRMV_OK && crmvi_hash_of(bytes, (size_t)size) != expected) {
        *status = fail_block(finder->site, at);
    }
    if (*status != CRMV_OK) {
        return NULL;
    }
    finder->kept[place].level = level;
    finder->kept[place].block = block;
    return bytes;
}

/* A block of the bytes, from the root down: each block of checksums tells that of the next. */
static const unsigned char *block_at(crmvi_block_finder *finder, int64_t block, int32_t *status) {
    uint64_t expected = finder->root;
    int64_t divisor = 1;
    for (int32_t level = 1; level < finder->tree.levels; level++) {
        divisor *= CRMVI_BLOCK_SUMS;
    }
    for (int32_t level = finder->tree.levels - 1; level > 0; level--) {
        const unsigned char *sums = checked_block(finder, level, block / divisor, expected, status);
        if (sums == NULL) {
            return NULL;
        }
        divisor /= CRMVI_BLOCK_SUMS;
        expected = crmvi_get_u64(sums + block / divisor % CRMVI_BLOCK_SUMS * 8);
    }
    return checked_block(finder, 0, block, expected, status);
}

int32_t crmvi_block_finder_get(crmvi_block_finder *finder, int64_t from, int64_t count, void *out) {
    unsigned char *to = out;
    while (count > 0) {
        int32_t status = CRMV_OK;
        const unsigned char *bytes = block_at(finder, from / CRMVI_BLOCK, &status);
        if (bytes == NULL) {
            return status;
        }
        const int64_t within = from % CRMVI_BLOCK;
        const int64_t portion = CRMVI_BLOCK - within < count ? CRMVI_BLOCK - within : count;
        memcpy(to, bytes + within, (size_t)portion);
        to += portion;
        from += portion;
        count -= portion;
    }
    return CRMV_OK;
}
