/* file_list.c - the lists of batches in a ledger's file: each names the one before it. */
#include "base/column_read.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "ledger/file_blocks.h"
#include "ledger/file_format.h"

#include <stdlib.h>

static const unsigned char magic[8] = {'c', 'r', 'm', 'v', 'l', 'i', 's', 't'};

enum {
    KEY_KIND_AT = 8,
    COLUMNS_AT = 12,
    COUNT_AT = 16,
    BEFORE_AT = 24,
    PREVIOUS_AT = 32,
    PREVIOUS_LENGTH_AT = 40,
    PREVIOUS_CHECKSUM_AT = 48,
    BEGIN_AT = 56,
    MAGNITUDES_AT = 64,
    ENTRIES_AT = MAGNITUDES_AT + CRMVI_FACTS * 16,

    ENTRY = 24, /* length, root, length of the name; the name follows */
    NAME_LIMIT = 1024
};

void crmvi_file_list_clear(crmvi_file_list *list) {
    for (int64_t i = 0; i < list->count; i++) {
        free(list->entries[i].name);
    }
    free(list->entries);
    *list = (crmvi_file_list){0};
}

bool crmvi_file_list_add(crmvi_file_list *list, const crmvi_file_entry *entry) {
    if (!crmvi_grow(&list->entries, &list->capacity, list->count + 1, sizeof *list->entries)) {
        return false;
    }
    char *name = crmvi_copy_text(entry->name, (int64_t)strlen(entry->name));
    if (name == NULL) {
        return false;
    }
    list->entries[list->count] = *entry;
    list->entries[list->count++].name = name;
    return true;
}

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

static int64_t entry_size(const crmvi_file_entry *entry) {
    return ENTRY + crmvi_file_padded((int64_t)strlen(entry->name));
}

static void put_list(unsigned char *out, int64_t begin, const crmvi_file_list *list, const crmvi_file_before *before) {
    memcpy(out, magic, sizeof magic);
    crmvi_put_u32(out + KEY_KIND_AT, (uint32_t)list->key_kind);
    crmvi_put_u32(out + COLUMNS_AT, CRMVI_FACTS);
    crmvi_put_u64(out + COUNT_AT, (uint64_t)list->count);
    if (before != NULL) {
        crmvi_put_u64(out + BEFORE_AT, (uint64_t)before->count);
        crmvi_put_u64(out + PREVIOUS_AT, (uint64_t)before->commit.at);
        crmvi_put_u64(out + PREVIOUS_LENGTH_AT, (uint64_t)before->commit.length);
        crmvi_put_u64(out + PREVIOUS_CHECKSUM_AT, before->commit.checksum);
    }
    crmvi_put_u64(out + BEGIN_AT, (uint64_t)begin);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        crmvi_put_wide(out + MAGNITUDES_AT + (size_t)i * 16, (crmvi_wide)list->magnitudes[i]);
    }
    unsigned char *at = out + ENTRIES_AT;
    for (int64_t i = 0; i < list->count; i++) {
        const crmvi_file_entry *entry = &list->entries[i];
        crmvi_put_u64(at, (uint64_t)entry->length);
        crmvi_put_u64(at + 8, entry->root);
        crmvi_put_u32(at + 16, (uint32_t)strlen(entry->name));
        memcpy(at + ENTRY, entry->name, strlen(entry->name));
        at += entry_size(entry);
    }
}

int32_t crmvi_file_list_write(const crmvi_disk *disk, int64_t at, int64_t begin, const crmvi_file_list *list,
                              const crmvi_file_before *before, crmvi_file_commit *commit, crmv_error *error) {
    int64_t length = ENTRIES_AT;
    for (int64_t i = 0; i < list->count; i++) {
        length += entry_size(&list->entries[i]);
    }
    unsigned char *bytes = crmvi_zeroed(length, 1);
    if (bytes == NULL) {
        return crmvi_no_memory(error);
    }
    put_list(bytes, begin, list, before);
    commit->at = at;
    commit->length = length;
    commit->checksum = crmvi_hash_of(bytes, (size_t)length);
    const int32_t status = crmvi_disk_write(disk, at, bytes, length, error);
    free(bytes);
    return status;
}

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

/* One list as it stands in the file. */
typedef struct segment {
    unsigned char *bytes;
    crmvi_file_commit place; /* sequence unused */
    int64_t count, before, begin;
} segment;

/* All of them, the newest first. */
typedef struct chain {
    segment *segments;
    int64_t count, capacity;
} chain;

static void chain_clear(chain *c) {
    for (int64_t i = 0; i < c->count; i++) {
        free(c->segments[i].bytes);
    }
    free(c->segments);
}

static bool is_count(uint64_t value) {
    return value <= INT32_MAX;
}

static int32_t check_segment(segment *s, const crmvi_file_site *site) {
    const unsigned char *bytes = s->bytes;
    if (memcmp(bytes, magic, sizeof magic) != 0 || crmvi_get_u32(bytes + COLUMNS_AT) != CRMVI_FACTS ||
        crmvi_get_u32(bytes + KEY_KIND_AT) > CRMVI_KEYS_TEXTS || !is_count(crmvi_get_u64(bytes + COUNT_AT)) ||
        !is_count(crmvi_get_u64(bytes + BEFORE_AT))) {
        return crmvi_file_bad(site, "list of batches", "it is none");
    }
    s->count = (int64_t)crmvi_get_u64(bytes + COUNT_AT);
    s->before = (int64_t)crmvi_get_u64(bytes + BEFORE_AT);
    s->begin = (int64_t)crmvi_get_u64(bytes + BEGIN_AT);
    if (s->begin < CRMVI_FILE_HEADER || s->begin > s->place.at) {
        return crmvi_file_bad(site, "list of batches", "its batches do not lie before it");
    }
    return CRMV_OK;
}

static int32_t read_segment(const crmvi_disk *disk, segment *s, const crmvi_file_site *site) {
    const crmvi_file_commit *place = &s->place;
    if (place->length < ENTRIES_AT || place->at < CRMVI_FILE_HEADER || place->at > disk->size ||
        place->length > disk->size - place->at) {
        return crmvi_file_bad(site, "length", "it is shorter than what was written to it, or its list lies nowhere");
    }
    s->bytes = crmvi_array(place->length, 1);
    if (s->bytes == NULL) {
        return crmvi_no_memory(site->error);
    }
    const int32_t status = crmvi_disk_read(disk, place->at, s->bytes, place->length, site->error);
    if (status != CRMV_OK) {
        return status;
    }
    if (crmvi_hash_of(s->bytes, (size_t)place->length) != place->checksum) {
        return crmvi_file_bad(site, "list of batches", "its checksum is wrong");
    }
    return check_segment(s, site);
}

/* Whether another list comes before this one; where the batches of this one begin, it ends. */
static int32_t find_previous(const segment *s, segment *out, bool *found, const crmvi_file_site *site) {
    *out = (segment){.place = {.at = (int64_t)crmvi_get_u64(s->bytes + PREVIOUS_AT),
                               .length = (int64_t)crmvi_get_u64(s->bytes + PREVIOUS_LENGTH_AT),
                               .checksum = crmvi_get_u64(s->bytes + PREVIOUS_CHECKSUM_AT)}};
    *found = out->place.at != 0;
    const bool is_good =
        *found ? out->place.at >= CRMVI_FILE_HEADER && out->place.at < s->begin &&
                     out->place.length == s->begin - out->place.at
               : s->before == 0 && s->begin == CRMVI_FILE_HEADER && out->place.length == 0 && out->place.checksum == 0;
    return is_good ? CRMV_OK : crmvi_file_bad(site, "list of batches", "the list before it does not end where it must");
}

/* Each list lies before the one that names it, so that the walk ends. */
static int32_t read_chain(const crmvi_disk *disk, const crmvi_file_commit *newest, chain *c,
                          const crmvi_file_site *site) {
    segment next = {.place = *newest};
    bool found = true;
    int32_t status = CRMV_OK;
    while (status == CRMV_OK && found) {
        if (!crmvi_grow(&c->segments, &c->capacity, c->count + 1, sizeof *c->segments)) {
            return crmvi_no_memory(site->error);
        }
        segment *s = &c->segments[c->count++];
        *s = next;
        status = read_segment(disk, s, site);
        if (status == CRMV_OK) {
            status = find_previous(s, &next, &found, site);
        }
    }
    return status;
}

/* Takes over one entry; `*at` moves behind it. */
static int32_t take_entry(const segment *s, int64_t *at, int64_t *place, crmvi_file_list *list,
                          const crmvi_file_site *site) {
    const int64_t left = s->place.length - *at;
    const unsigned char *bytes = s->bytes + *at;
    const int64_t name_length = left >= ENTRY ? (int64_t)crmvi_get_u32(bytes + 16) : 0;
    if (left < ENTRY || name_length > NAME_LIMIT || left - ENTRY < crmvi_file_padded(name_length)) {
        return crmvi_file_bad(site, "list of batches", "an entry is cut off");
    }
    crmvi_file_entry entry = {.at = *place, .length = (int64_t)crmvi_get_u64(bytes), .root = crmvi_get_u64(bytes + 8)};
    const char *name = (const char *)bytes + ENTRY;
    if (!crmvi_utf8_valid(name, name_length) || entry.length <= 0 || entry.length > s->place.at - *place ||
        crmvi_tree_of(entry.length).whole > s->place.at - *place) {
        return crmvi_file_bad(site, "list of batches", "an entry is no batch");
    }
    if (!crmvi_grow(&list->entries, &list->capacity, list->count + 1, sizeof *list->entries)) {
        return crmvi_no_memory(site->error);
    }
    entry.name = crmvi_copy_text(name, name_length);
    if (entry.name == NULL) {
        return crmvi_no_memory(site->error);
    }
    list->entries[list->count++] = entry;
    *place += crmvi_tree_of(entry.length).whole;
    *at += ENTRY + crmvi_file_padded(name_length);
    return CRMV_OK;
}

/* The batches of a list lie end to end from its beginning to itself. */
static int32_t take_segment(const segment *s, crmvi_file_list *list, const crmvi_file_site *site) {
    int64_t at = ENTRIES_AT;
    int64_t place = s->begin;
    if (s->before != list->count) {
        return crmvi_file_bad(site, "list of batches", "it counts other batches before it than there are");
    }
    for (int64_t i = 0; i < s->count; i++) {
        const int32_t status = take_entry(s, &at, &place, list, site);
        if (status != CRMV_OK) {
            return status;
        }
    }
    const int32_t kind = (int32_t)crmvi_get_u32(s->bytes + KEY_KIND_AT);
    if (at != s->place.length || place != s->place.at ||
        (list->key_kind != CRMVI_KEYS_UNKNOWN && kind != list->key_kind)) {
        return crmvi_file_bad(site, "list of batches", "its batches do not add up to it");
    }
    list->key_kind = kind;
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        list->magnitudes[i] = (crmvi_uwide)crmvi_get_wide(s->bytes + MAGNITUDES_AT + (size_t)i * 16);
    }
    return CRMV_OK;
}

static int32_t check_names(const crmvi_file_list *list, const crmvi_file_site *site) {
    crmvi_names names = {0};
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < list->count && status == CRMV_OK; i++) {
        const char *name = list->entries[i].name;
        const int64_t number = crmvi_names_add(&names, name, (int64_t)strlen(name));
        if (number < 0) {
            status = crmvi_no_memory(site->error);
        } else if (number < i) {
            status = crmvi_file_bad(site, "list of batches", "a name stands in it twice");
        }
    }
    crmvi_names_clear(&names);
    return status;
}

int32_t crmvi_file_list_read(const crmvi_disk *disk, const crmvi_file_commit *newest, crmvi_file_list *out,
                             const crmvi_file_site *site) {
    chain c = {0};
    *out = (crmvi_file_list){0};
    int32_t status = read_chain(disk, newest, &c, site);
    for (int64_t i = c.count - 1; i >= 0 && status == CRMV_OK; i--) {
        status = take_segment(&c.segments[i], out, site);
    }
    chain_clear(&c);
    if (status == CRMV_OK) {
        status = check_names(out, site);
    }
    if (status != CRMV_OK) {
        crmvi_file_list_clear(out);
    }
    return status;
}
