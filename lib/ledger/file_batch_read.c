/*
 * file_batch_read.c - reading a whole batch.
 *
 * The bytes come in pieces of 256 KiB, dealt out to all workers: each piece is compared with its checksums and its
 * numbers are written where they will stay, wider where memory wants them so.
 */
#include "base/error.h"
#include "base/memory.h"
#include "ledger/fact_column.h"
#include "ledger/file_batch.h"
#include "ledger/sparse.h"

#include <pthread.h>
#include <stdlib.h>

enum { PIECE_BLOCKS = 64, PIECE = PIECE_BLOCKS * CRMVI_BLOCK };

/* Where a section's numbers go: as wide as in the file, or as int64_t. */
typedef struct target {
    crmvi_file_section section;
    crmvi_fact_column to; /* width 0: nowhere */
} target;

/* A batch on its way in. */
typedef struct reading {
    crmvi_block_reader blocks;
    crmvi_file_head head;
    target targets[CRMVI_SECTION_IDS];
    unsigned char *asides, *conversions;
    crmvi_posting posting;
    const crmvi_file_site *site;
    /* The failure of the lowest piece, told when all workers are done. */
    pthread_mutex_t mutex;
    int64_t failed_piece;
    crmv_error failure;
} reading;

/* ---- Room -------------------------------------------------------------------------------------------------------- */

/* Room for a section that memory has as int64_t. */
static bool make_wide(reading *r, int32_t id, int64_t **out) {
    const crmvi_file_section *section = &r->head.sections[id];
    if (section->count == 0) {
        return true;
    }
    *out = crmvi_large_array(section->count, sizeof **out);
    r->targets[id] = (target){*section, {*out, 8}};
    return *out != NULL;
}

/* Room for a section that memory has as the file has it. */
static bool make_same(reading *r, int32_t id, crmvi_fact_column *out) {
    const crmvi_file_section *section = &r->head.sections[id];
    *out = (crmvi_fact_column){0};
    if (section->count == 0) {
        return true;
    }
    *out = (crmvi_fact_column){crmvi_large_array(section->count, (size_t)section->width), section->width};
    r->targets[id] = (target){*section, *out};
    return out->values != NULL;
}

/* Bytes are numbers of width 1; records are as many bytes. */
static bool make_bytes(reading *r, int32_t id, unsigned char **out) {
    const crmvi_file_section *section = &r->head.sections[id];
    if (section->count == 0) {
        return true;
    }
    const crmvi_file_section bytes = {.count = section->count * section->width, .at = section->at, .width = 1};
    *out = crmvi_large_array(bytes.count, 1);
    r->targets[id] = (target){bytes, {*out, 1}};
    return *out != NULL;
}

static bool make_texts(reading *r, int32_t starts, crmvi_texts *texts) {
    unsigned char *bytes = NULL;
    const bool made = make_wide(r, starts, &texts->starts) && make_bytes(r, starts + 1, &bytes);
    texts->bytes = (char *)bytes;
    if (made && r->head.sections[starts].count > 0) {
        texts->starts_capacity = r->head.sections[starts].count;
        texts->count = texts->starts_capacity - 1;
        texts->used = r->head.sections[starts + 1].count;
        texts->capacity = texts->used;
    }
    return made;
}

static bool make_events(reading *r, crmvi_events *events) {
    unsigned char *items = NULL;
    const bool made = make_wide(r, CRMVI_SECTION_EVENT_BEGINS, &events->begins) &&
                      make_bytes(r, CRMVI_SECTION_EVENTS, &items) &&
                      make_texts(r, CRMVI_SECTION_NAME_STARTS, &events->names) &&
                      make_texts(r, CRMVI_SECTION_TEXT_STARTS, &events->texts);
    events->items = (crmvi_event *)(void *)items;
    events->count = r->head.events;
    return made;
}

static bool make_room(reading *r) {
    crmvi_facts *facts = &r->posting.facts;
    facts->key_kind = r->head.key_kind;
    facts->customers = r->head.customers;
    facts->count = r->head.facts;
    facts->days = r->head.facts > 0 ? crmvi_large_array(r->head.facts, sizeof *facts->days) : NULL;
    bool made = (facts->days != NULL || r->head.facts == 0) && make_wide(r, CRMVI_SECTION_NUMBERS, &facts->numbers) &&
                make_texts(r, CRMVI_SECTION_KEY_STARTS, &facts->texts) &&
                make_wide(r, CRMVI_SECTION_OFFSETS, &facts->offsets) &&
                make_bytes(r, CRMVI_SECTION_ASIDES, &r->asides) &&
                make_bytes(r, CRMVI_SECTION_CONVERSIONS, &r->conversions) && make_events(r, &facts->events);
    r->targets[CRMVI_SECTION_DAYS] = (target){r->head.sections[CRMVI_SECTION_DAYS], {facts->days, 4}};
    for (int32_t i = 0; i < CRMVI_FACTS && made; i++) {
        made = make_same(r, CRMVI_SECTION_COLUMNS + i, &facts->columns[i]);
    }
    return made;
}

/* ---- Pieces ------------------------------------------------------------------------------------------------------ */

/* Writes the part of a section that lies in a piece, [at, at + length) of the batch, to its target. Widths divide where
 * pieces and sections begin, so that no number lies across two pieces. */
static void place_section(const target *t, unsigned char *piece, int64_t at, int64_t length) {
    const crmvi_file_section *section = &t->section;
    const int64_t begin = section->at > at ? section->at : at;
    const int64_t end_of_section = section->at + section->count * section->width;
    const int64_t end = end_of_section < at + length ? end_of_section : at + length;
    if (begin >= end || t->to.width == 0) {
        return;
    }
    const int64_t count = (end - begin) / section->width;
    const crmvi_fact_column from = {piece + (begin - at), section->width};
    crmvi_file_order(from.values, count, section->width);
    crmvi_fact_column_copy(&from, 0, count, &t->to, (begin - section->at) / section->width);
}

static void note_failure(reading *r, int64_t piece, const crmv_error *failure) {
    pthread_mutex_lock(&r->mutex);
    if (piece < r->failed_piece) {
        r->failed_piece = piece;
        r->failure = *failure;
    }
    pthread_mutex_unlock(&r->mutex);
}

static int32_t read_piece(reading *r, int64_t piece, unsigned char *buffer) {
    const int64_t at = piece * PIECE;
    const int64_t left = r->head.length - at;
    const int64_t length = left < PIECE ? left : PIECE;
    crmv_error failure = {.struct_size = sizeof failure};
    const crmvi_file_site site = {r->site->path, r->site->batch, &failure};
    const int32_t status = crmvi_block_reader_get(&r->blocks, piece * PIECE_BLOCKS, length, buffer, &site);
    if (status != CRMV_OK) {
        note_failure(r, piece, &failure);
        return status;
    }
    for (int32_t id = 0; id < CRMVI_SECTION_IDS; id++) {
        place_section(&r->targets[id], buffer, at, length);
    }
    return CRMV_OK;
}

static int32_t read_pieces(void *context, int64_t begin, int64_t end) {
    reading *r = context;
    unsigned char *buffer = crmvi_array(r->head.length < PIECE ? r->head.length : PIECE, 1);
    int32_t status = buffer != NULL ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    for (int64_t piece = begin; piece < end && status == CRMV_OK; piece++) {
        status = read_piece(r, piece, buffer);
    }
    crmvi_discard(buffer, r->head.length < PIECE ? r->head.length : PIECE, 1);
    return status;
}

static int32_t read_sections(reading *r, const crmvi_runner *runner) {
    const int64_t pieces = (r->head.length + PIECE - 1) / PIECE;
    r->failed_piece = pieces;
    if (pthread_mutex_init(&r->mutex, NULL) != 0) {
        return crmvi_no_memory(r->site->error);
    }
    const int32_t status = crmvi_parallel(runner, "loading", pieces, 1, read_pieces, r);
    pthread_mutex_destroy(&r->mutex);
    if (status == CRMV_OK) {
        return status;
    }
    if (r->failed_piece < pieces && r->failure.status == status) {
        return crmvi_fail(r->site->error, status, r->failure.place, "%s", r->failure.message);
    }
    return crmvi_fail(r->site->error, status, NULL, "%s", crmv_status_text(status));
}

/* ---- Records ----------------------------------------------------------------------------------------------------- */

/* Records were read where the structures go, which are as long. */
static void settle_events(crmvi_events *events) {
    _Static_assert(sizeof(crmvi_event) == CRMVI_EVENT_RECORD, "events are read in place");
    for (int64_t i = 0; i < events->count; i++) {
        unsigned char record[CRMVI_EVENT_RECORD];
        memcpy(record, &events->items[i], sizeof record);
        crmvi_file_get_event(record, &events->items[i]);
    }
}

static int32_t settle_asides(reading *r) {
    crmvi_asides *asides = &r->posting.asides;
    const int64_t count = r->head.sections[CRMVI_SECTION_ASIDES].count;
    if (!crmvi_grow(&asides->items, &asides->capacity, count, sizeof *asides->items)) {
        return crmvi_no_memory(r->site->error);
    }
    for (asides->count = 0; asides->count < count; asides->count++) {
        if (!crmvi_file_get_aside(r->asides + asides->count * CRMVI_ASIDE_RECORD, &asides->items[asides->count])) {
            return crmvi_file_bad(r->site, "rows set aside", "a record cannot be one");
        }
    }
    return CRMV_OK;
}

static int32_t settle_conversions(reading *r) {
    crmvi_conversions *list = &r->posting.conversions;
    const int64_t count = r->head.sections[CRMVI_SECTION_CONVERSIONS].count;
    if (!crmvi_grow(&list->items, &list->capacity, count, sizeof *list->items)) {
        return crmvi_no_memory(r->site->error);
    }
    for (list->count = 0; list->count < count; list->count++) {
        if (!crmvi_file_get_conversion(r->conversions + list->count * CRMVI_CONVERSION_RECORD,
                                       &list->items[list->count])) {
            return crmvi_file_bad(r->site, "conversions", "a record cannot be one");
        }
    }
    return CRMV_OK;
}

static int32_t settle(reading *r, const crmvi_runner *runner) {
    settle_events(&r->posting.facts.events);
    int32_t status = settle_asides(r);
    if (status == CRMV_OK) {
        status = settle_conversions(r);
    }
    if (status == CRMV_OK) {
        status = crmvi_file_check_facts(&r->posting.facts, r->site);
    }
    if (status == CRMV_OK) {
        status = crmvi_file_check_lists(&r->posting, r->site);
    }
    if (status == CRMV_OK && crmvi_sparse_list(&r->posting.facts, runner) != CRMV_OK) {
        status = crmvi_no_memory(r->site->error);
    }
    return status;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

/* The head lies in the first block, which is checked before it is believed. */
static int32_t read_head(reading *r, const crmvi_file_entry *entry) {
    unsigned char bytes[CRMVI_BLOCK];
    _Static_assert((int)CRMVI_HEAD_MOST <= (int)CRMVI_BLOCK, "the head lies in the first block");
    const int64_t length = entry->length < CRMVI_BLOCK ? entry->length : CRMVI_BLOCK;
    const int32_t status = crmvi_block_reader_get(&r->blocks, 0, length, bytes, r->site);
    const int32_t read = status == CRMV_OK ? crmvi_file_head_read(bytes, length, entry, &r->head, r->site) : status;
    crmvi_wipe(bytes, sizeof bytes); /* behind the head there may be keys */
    return read;
}

static int32_t read_batch(reading *r, const crmvi_file_entry *entry, const crmvi_runner *runner) {
    int32_t status = read_head(r, entry);
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_file_head_give(&r->head, &r->posting);
    r->posting.name = crmvi_copy_text(entry->name, (int64_t)strlen(entry->name));
    if (r->posting.name == NULL || !make_room(r)) {
        return crmvi_no_memory(r->site->error);
    }
    status = read_sections(r, runner);
    return status == CRMV_OK ? settle(r, runner) : status;
}

int32_t crmvi_file_batch_read(const crmvi_disk *disk, const crmvi_file_entry *entry, const crmvi_runner *runner,
                              crmvi_posting *out, const crmvi_file_site *site) {
    reading *r = crmvi_zeroed(1, sizeof *r);
    if (r == NULL) {
        return crmvi_no_memory(site->error);
    }
    r->site = site;
    int32_t status = crmvi_block_reader_begin(&r->blocks, disk, entry->at, entry->length, entry->root, site);
    if (status == CRMV_OK) {
        status = read_batch(r, entry, runner);
        crmvi_block_reader_clear(&r->blocks);
    }
    crmvi_discard(r->asides, r->head.sections[CRMVI_SECTION_ASIDES].count, CRMVI_ASIDE_RECORD);
    free(r->conversions);
    if (status == CRMV_OK) {
        *out = r->posting;
    } else {
        crmvi_posting_clear(&r->posting);
    }
    free(r);
    return status;
}
