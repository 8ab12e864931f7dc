/*
 * file_batch.h - one batch in a ledger's file: a head, a directory of sections, and the sections.
 *
 * A section is a run of numbers of one width or of fixed records. One that would hold nothing is not there. Each begins
 * behind the one before it, padded to 8 bytes.
 */
#ifndef CRMVI_LEDGER_FILE_BATCH_H
#define CRMVI_LEDGER_FILE_BATCH_H

#include "base/parallel.h"
#include "ledger/file_blocks.h"
#include "ledger/posting.h"

/* Sections, in the order in which they stand; fact column i is CRMVI_SECTION_COLUMNS + i. */
enum {
    CRMVI_SECTION_NUMBERS = 1,      /* keys that are whole numbers */
    CRMVI_SECTION_KEY_STARTS = 2,   /* where each text key begins; one more: where the last ends */
    CRMVI_SECTION_KEY_BYTES = 3,    /* each with a NUL behind it */
    CRMVI_SECTION_OFFSETS = 4,      /* customers + 1: where each customer's facts begin */
    CRMVI_SECTION_DAYS = 5,         /* one a fact */
    CRMVI_SECTION_EVENT_BEGINS = 6, /* customers + 1 */
    CRMVI_SECTION_EVENTS = 7,       /* records */
    CRMVI_SECTION_NAME_STARTS = 8,  /* of events, as the keys' */
    CRMVI_SECTION_NAME_BYTES = 9,
    CRMVI_SECTION_TEXT_STARTS = 10,
    CRMVI_SECTION_TEXT_BYTES = 11,
    CRMVI_SECTION_ASIDES = 12,      /* records */
    CRMVI_SECTION_CONVERSIONS = 13, /* records */
    CRMVI_SECTION_COLUMNS = 32,
    CRMVI_SECTION_IDS = CRMVI_SECTION_COLUMNS + CRMVI_FACTS
};

enum {
    CRMVI_BATCH_HEAD = 96, /* what comes before the directory */
    CRMVI_DIRECTORY_ENTRY = 16,
    CRMVI_EVENT_RECORD = 24,
    CRMVI_ASIDE_RECORD = 256,
    CRMVI_CONVERSION_RECORD = 80
};

typedef struct crmvi_file_section {
    int64_t count; /* numbers or records; 0: the section is not there */
    int64_t at;    /* from the batch's beginning */
    int32_t width; /* bytes of each */
} crmvi_file_section;

/* What a batch's head says: all of the posting but what is in sections, and these. */
typedef struct crmvi_file_head {
    int32_t key_kind;
    int64_t rows[CRMVI_FEEDS], accepted[CRMVI_FEEDS];
    int64_t negative, rounded;
    uint32_t fed[CRMVI_FEEDS];
    int32_t first_day, last_day;
    int64_t customers, facts, events; /* they follow from the sections */
    crmvi_file_section sections[CRMVI_SECTION_IDS];
    int64_t length; /* of everything */
} crmvi_file_head;

/* "days" and the like; "revenue" for a fact column. */
const char *crmvi_file_section_name(int32_t id);

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

/* Writes a posting at a place: fills the entry but for its name, and adds the magnitudes of its columns. Errors:
 * CRMV_IO, CRMV_OUT_OF_MEMORY. */
int32_t crmvi_file_batch_write(const crmvi_disk *disk, int64_t at, const crmvi_posting *posting,
                               crmvi_file_entry *entry, crmvi_uwide magnitudes[CRMVI_FACTS], crmv_error *error);

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

/* The longest head with its directory. */
enum { CRMVI_HEAD_MOST = CRMVI_BATCH_HEAD + CRMVI_SECTION_IDS * CRMVI_DIRECTORY_ENTRY };

/* Reads a head and directory from the first bytes of a batch (all of it, or CRMVI_HEAD_MOST): what it says of widths,
 * counts and places holds together, whoever wrote it. Errors: CRMV_BAD_FILE. */
int32_t crmvi_file_head_read(const unsigned char *bytes, int64_t length, const crmvi_file_entry *entry,
                             crmvi_file_head *out, const crmvi_file_site *site);

/* What the head says into a posting that has neither name nor sections yet. */
void crmvi_file_head_give(const crmvi_file_head *head, crmvi_posting *posting);

/* Reads a whole batch; `out` is written on success only. Errors: also CRMV_CANCELLED. */
int32_t crmvi_file_batch_read(const crmvi_disk *disk, const crmvi_file_entry *entry, const crmvi_runner *runner,
                              crmvi_posting *out, const crmvi_file_site *site);

/* ---- Records ----------------------------------------------------------------------------------------------------- */

void crmvi_file_put_aside(const crmvi_aside *aside, unsigned char out[CRMVI_ASIDE_RECORD]);
void crmvi_file_put_conversion(const crmvi_conversion *conversion, unsigned char out[CRMVI_CONVERSION_RECORD]);
void crmvi_file_put_event(const crmvi_event *event, unsigned char out[CRMVI_EVENT_RECORD]);
void crmvi_file_get_event(const unsigned char *from, crmvi_event *out);

/* False where the record cannot be one. */
bool crmvi_file_get_aside(const unsigned char *from, crmvi_aside *out);
bool crmvi_file_get_conversion(const unsigned char *from, crmvi_conversion *out);

/* ---- Checking ---------------------------------------------------------------------------------------------------- */

/* Whether facts are what the rooms above may rely on: every order, place, count and text. Errors: CRMV_BAD_FILE,
 * CRMV_OUT_OF_MEMORY. */
int32_t crmvi_file_check_facts(const crmvi_facts *facts, const crmvi_file_site *site);

/* The same of what was set aside and converted. Errors: CRMV_BAD_FILE. */
int32_t crmvi_file_check_lists(const crmvi_posting *posting, const crmvi_file_site *site);

#endif
