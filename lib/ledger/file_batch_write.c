/* file_batch_write.c - writing a batch's sections, each number at the narrowest width that holds all of its section. */
#include "base/error.h"
#include "base/memory.h"
#include "ledger/fact_column.h"
#include "ledger/file_batch.h"
#include "ledger/sparse.h"

#include <stdlib.h>

/* Numbers that are widened or narrowed together. */
enum { PORTION = 512 };

/* Where a section's numbers come from; the records and texts have ways of their own. */
typedef struct sources {
    const crmvi_facts *facts;
    crmvi_fact_column numbers[CRMVI_SECTION_COLUMNS]; /* but for those of facts */
} sources;

static void read_numbers(const sources *from, int32_t id, int64_t begin, int64_t count, int64_t *out) {
    if (id < CRMVI_SECTION_COLUMNS) {
        crmvi_fact_column_read(&from->numbers[id], begin, count, out);
    } else {
        crmvi_facts_read(from->facts, id - CRMVI_SECTION_COLUMNS, begin, count, out);
    }
}

/* ---- What there is ----------------------------------------------------------------------------------------------- */

/* What a portion comes to: all bits that some value has, a negative one's turned round, and the sum of magnitudes. */
typedef struct extent {
    uint64_t any, bits;
    crmvi_uwide magnitude;
} extent;

static void add_portion(extent *e, const int64_t *values, int64_t count) {
    uint64_t any = 0;
    uint64_t bits = 0;
    for (int64_t i = 0; i < count; i++) {
        any |= (uint64_t)values[i];
        bits |= (uint64_t)(values[i] < 0 ? ~values[i] : values[i]);
    }
    e->any |= any;
    e->bits |= bits;
    if (bits < (uint64_t)INT64_MAX / PORTION) {
        uint64_t sum = 0;
        for (int64_t i = 0; i < count; i++) {
            sum += (uint64_t)(values[i] < 0 ? -values[i] : values[i]);
        }
        e->magnitude += sum;
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        const uint64_t magnitude = values[i] < 0 ? 0 - (uint64_t)values[i] : (uint64_t)values[i];
        e->magnitude += magnitude;
    }
}

static extent extent_of(const crmvi_fact_column *column, int64_t count) {
    extent e = {0};
    for (int64_t done = 0; column->width > 0 && done < count; done += PORTION) {
        int64_t values[PORTION];
        const int64_t portion = count - done < PORTION ? count - done : PORTION;
        crmvi_fact_column_read(column, done, portion, values);
        add_portion(&e, values, portion);
    }
    return e;
}

/* `bits` has the highest bit of the greatest magnitude, so that it is as wide as that. */
static int32_t width_of(const extent *e) {
    const int32_t width = crmvi_fact_width((int64_t)e->bits);
    return width == 0 && e->any != 0 ? 1 : width;
}

static void note_numbers(crmvi_file_head *head, sources *from, int32_t id, void *values, int32_t width, int64_t count) {
    from->numbers[id] = (crmvi_fact_column){values, width};
    const extent e = extent_of(&from->numbers[id], count);
    const int32_t narrow = width_of(&e);
    head->sections[id] = (crmvi_file_section){.count = count, .width = narrow == 0 ? 1 : narrow};
}

static void note_texts(crmvi_file_head *head, sources *from, int32_t starts, const crmvi_texts *texts) {
    if (texts->count > 0) {
        note_numbers(head, from, starts, texts->starts, 8, texts->count + 1);
        head->sections[starts + 1] = (crmvi_file_section){.count = texts->used, .width = 1};
    }
}

static void note_facts(crmvi_file_head *head, sources *from, const crmvi_facts *facts,
                       crmvi_uwide magnitudes[CRMVI_FACTS]) {
    if (facts->customers == 0) {
        return;
    }
    if (facts->key_kind == CRMVI_KEYS_NUMBERS) {
        note_numbers(head, from, CRMVI_SECTION_NUMBERS, facts->numbers, 8, facts->customers);
    } else {
        note_texts(head, from, CRMVI_SECTION_KEY_STARTS, &facts->texts);
    }
    note_numbers(head, from, CRMVI_SECTION_OFFSETS, facts->offsets, 8, facts->customers + 1);
    note_numbers(head, from, CRMVI_SECTION_DAYS, facts->days, 4, facts->count);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        const int32_t id = CRMVI_SECTION_COLUMNS + i;
        const extent e = extent_of(&facts->columns[i], crmvi_fact_values(facts, i));
        const int32_t width = width_of(&e);
        head->sections[id] = (crmvi_file_section){.count = width > 0 ? facts->count : 0, .width = width};
        magnitudes[i] += e.magnitude;
    }
}

static void note_events(crmvi_file_head *head, sources *from, const crmvi_facts *facts) {
    const crmvi_events *events = &facts->events;
    if (events->count > 0) {
        note_numbers(head, from, CRMVI_SECTION_EVENT_BEGINS, events->begins, 8, facts->customers + 1);
        head->sections[CRMVI_SECTION_EVENTS] =
            (crmvi_file_section){.count = events->count, .width = CRMVI_EVENT_RECORD};
        note_texts(head, from, CRMVI_SECTION_NAME_STARTS, &events->names);
        note_texts(head, from, CRMVI_SECTION_TEXT_STARTS, &events->texts);
    }
}

/* Lays the sections end to end behind the directory. */
static void place_sections(crmvi_file_head *head) {
    head->length = CRMVI_BATCH_HEAD;
    for (int32_t id = 0; id < CRMVI_SECTION_IDS; id++) {
        head->length += head->sections[id].count > 0 ? CRMVI_DIRECTORY_ENTRY : 0;
    }
    for (int32_t id = 0; id < CRMVI_SECTION_IDS; id++) {
        crmvi_file_section *section = &head->sections[id];
        section->at = head->length;
        head->length += crmvi_file_padded(section->count * section->width);
    }
}

/* A batch without facts has no keys, whatever kind those of the ledger are. */
static void note_batch(crmvi_file_head *head, sources *from, const crmvi_posting *posting,
                       crmvi_uwide magnitudes[CRMVI_FACTS]) {
    *head = (crmvi_file_head){.key_kind = posting->facts.customers > 0 ? posting->facts.key_kind : CRMVI_KEYS_UNKNOWN,
                              .negative = posting->negative,
                              .rounded = posting->rounded,
                              .first_day = posting->first_day,
                              .last_day = posting->last_day};
    memcpy(head->rows, posting->rows, sizeof head->rows);
    memcpy(head->accepted, posting->accepted, sizeof head->accepted);
    memcpy(head->fed, posting->fed, sizeof head->fed);
    note_facts(head, from, &posting->facts, magnitudes);
    note_events(head, from, &posting->facts);
    head->sections[CRMVI_SECTION_ASIDES] =
        (crmvi_file_section){.count = posting->asides.count, .width = CRMVI_ASIDE_RECORD};
    head->sections[CRMVI_SECTION_CONVERSIONS] =
        (crmvi_file_section){.count = posting->conversions.count, .width = CRMVI_CONVERSION_RECORD};
    place_sections(head);
}

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

static int64_t put_head(const crmvi_file_head *head, unsigned char out[CRMVI_HEAD_MOST]) {
    uint32_t sections = 0;
    unsigned char *at = out + CRMVI_BATCH_HEAD;
    memset(out, 0, CRMVI_HEAD_MOST);
    for (int32_t id = 0; id < CRMVI_SECTION_IDS; id++) {
        const crmvi_file_section *section = &head->sections[id];
        if (section->count > 0) {
            crmvi_put_u32(at, (uint32_t)id);
            crmvi_put_u32(at + 4, (uint32_t)section->width);
            crmvi_put_u64(at + 8, (uint64_t)section->count);
            at += CRMVI_DIRECTORY_ENTRY;
            sections++;
        }
    }
    crmvi_put_u32(out, (uint32_t)head->key_kind);
    crmvi_put_u32(out + 4, sections);
    for (int32_t feed = 0; feed < CRMVI_FEEDS; feed++) {
        crmvi_put_u64(out + 8 + (size_t)feed * 8, (uint64_t)head->rows[feed]);
        crmvi_put_u64(out + 32 + (size_t)feed * 8, (uint64_t)head->accepted[feed]);
        crmvi_put_u32(out + 72 + (size_t)feed * 4, head->fed[feed]);
    }
    crmvi_put_u64(out + 56, (uint64_t)head->negative);
    crmvi_put_u64(out + 64, (uint64_t)head->rounded);
    crmvi_put_u32(out + 84, (uint32_t)head->first_day);
    crmvi_put_u32(out + 88, (uint32_t)head->last_day);
    return at - out;
}

static int32_t put_numbers(crmvi_block_writer *writer, const sources *from, int32_t id,
                           const crmvi_file_section *section) {
    int64_t values[PORTION];
    const crmvi_fact_column narrow = {values, section->width};
    int32_t status = CRMV_OK;
    for (int64_t done = 0; done < section->count && status == CRMV_OK; done += PORTION) {
        const int64_t portion = section->count - done < PORTION ? section->count - done : PORTION;
        int64_t wide[PORTION];
        read_numbers(from, id, done, portion, wide);
        crmvi_fact_column_store(&narrow, 0, portion, wide);
        crmvi_file_order(values, portion, section->width);
        status = crmvi_block_writer_put(writer, values, portion * section->width);
    }
    return status;
}

static int32_t put_events(crmvi_block_writer *writer, const crmvi_events *events) {
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < events->count && status == CRMV_OK; i++) {
        unsigned char record[CRMVI_EVENT_RECORD];
        crmvi_file_put_event(&events->items[i], record);
        status = crmvi_block_writer_put(writer, record, sizeof record);
    }
    return status;
}

static int32_t put_asides(crmvi_block_writer *writer, const crmvi_asides *asides) {
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < asides->count && status == CRMV_OK; i++) {
        unsigned char record[CRMVI_ASIDE_RECORD];
        crmvi_file_put_aside(&asides->items[i], record);
        status = crmvi_block_writer_put(writer, record, sizeof record);
    }
    return status;
}

static int32_t put_conversions(crmvi_block_writer *writer, const crmvi_conversions *conversions) {
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < conversions->count && status == CRMV_OK; i++) {
        unsigned char record[CRMVI_CONVERSION_RECORD];
        crmvi_file_put_conversion(&conversions->items[i], record);
        status = crmvi_block_writer_put(writer, record, sizeof record);
    }
    return status;
}

static int32_t put_section(crmvi_block_writer *writer, int32_t id, const crmvi_file_section *section,
                           const crmvi_posting *posting, const sources *from) {
    switch (id) {
    case CRMVI_SECTION_KEY_BYTES:
        return crmvi_block_writer_put(writer, posting->facts.texts.bytes, section->count);
    case CRMVI_SECTION_NAME_BYTES:
        return crmvi_block_writer_put(writer, posting->facts.events.names.bytes, section->count);
    case CRMVI_SECTION_TEXT_BYTES:
        return crmvi_block_writer_put(writer, posting->facts.events.texts.bytes, section->count);
    case CRMVI_SECTION_EVENTS:
        return put_events(writer, &posting->facts.events);
    case CRMVI_SECTION_ASIDES:
        return put_asides(writer, &posting->asides);
    case CRMVI_SECTION_CONVERSIONS:
        return put_conversions(writer, &posting->conversions);
    default:
        return put_numbers(writer, from, id, section);
    }
}

static int32_t put_batch(crmvi_block_writer *writer, const crmvi_file_head *head, const crmvi_posting *posting,
                         const sources *from) {
    static const unsigned char padding[8];
    unsigned char bytes[CRMVI_HEAD_MOST];
    int32_t status = crmvi_block_writer_put(writer, bytes, put_head(head, bytes));
    for (int32_t id = 0; id < CRMVI_SECTION_IDS && status == CRMV_OK; id++) {
        const crmvi_file_section *section = &head->sections[id];
        const int64_t length = section->count * section->width;
        if (length > 0) {
            status = put_section(writer, id, section, posting, from);
        }
        if (status == CRMV_OK) {
            status = crmvi_block_writer_put(writer, padding, crmvi_file_padded(length) - length);
        }
    }
    return status == CRMV_OK ? crmvi_block_writer_end(writer) : status;
}

int32_t crmvi_file_batch_write(const crmvi_disk *disk, int64_t at, const crmvi_posting *posting,
                               crmvi_file_entry *entry, crmvi_uwide magnitudes[CRMVI_FACTS], crmv_error *error) {
    crmvi_file_head head;
    sources from = {.facts = &posting->facts};
    crmvi_block_writer writer;
    note_batch(&head, &from, posting, magnitudes);
    int32_t status = crmvi_block_writer_begin(&writer, disk, at, head.length, error);
    if (status == CRMV_OK) {
        status = put_batch(&writer, &head, posting, &from);
        crmvi_block_writer_clear(&writer);
    }
    entry->at = at;
    entry->length = head.length;
    entry->root = writer.root;
    return status;
}
