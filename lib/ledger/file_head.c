/* file_head.c - a batch's head and directory: what is where, checked before anything is made of it. */
#include "ledger/file_batch.h"

/* How a section's numbers may look. */
typedef struct rule {
    const char *name;
    int32_t record; /* the width of its records; 0: numbers of 1, 2, 4 or 8 bytes, days of at most 4 */
} rule;

static const rule rules[CRMVI_SECTION_COLUMNS] = {
    [CRMVI_SECTION_NUMBERS] = {"keys", 0},
    [CRMVI_SECTION_KEY_STARTS] = {"starts of keys", 0},
    [CRMVI_SECTION_KEY_BYTES] = {"keys", 1},
    [CRMVI_SECTION_OFFSETS] = {"offsets", 0},
    [CRMVI_SECTION_DAYS] = {"days", 0},
    [CRMVI_SECTION_EVENT_BEGINS] = {"beginnings of events", 0},
    [CRMVI_SECTION_EVENTS] = {"events", CRMVI_EVENT_RECORD},
    [CRMVI_SECTION_NAME_STARTS] = {"starts of event names", 0},
    [CRMVI_SECTION_NAME_BYTES] = {"event names", 1},
    [CRMVI_SECTION_TEXT_STARTS] = {"starts of event texts", 0},
    [CRMVI_SECTION_TEXT_BYTES] = {"event texts", 1},
    [CRMVI_SECTION_ASIDES] = {"rows set aside", CRMVI_ASIDE_RECORD},
    [CRMVI_SECTION_CONVERSIONS] = {"conversions", CRMVI_CONVERSION_RECORD},
};

static const char *const column_names[CRMVI_FACTS] = {
    [CRMVI_FACT_SALE_LINES] = "sale lines",
    [CRMVI_FACT_CANCELLED_LINES] = "cancelled lines",
    [CRMVI_FACT_RETURN_LINES] = "return lines",
    [CRMVI_FACT_UNKNOWN_COST_LINES] = "unknown cost lines",
    [CRMVI_FACT_DOCUMENTS] = "documents",
    [CRMVI_FACT_QUANTITY] = "quantity",
    [CRMVI_FACT_REVENUE] = "revenue",
    [CRMVI_FACT_COST] = "cost",
    [CRMVI_FACT_DISCOUNT] = "discount",
    [CRMVI_FACT_COST_TO_SERVE] = "cost to serve",
    [CRMVI_FACT_RETURNED_QUANTITY] = "returned quantity",
    [CRMVI_FACT_RETURNED_REVENUE] = "returned revenue",
    [CRMVI_FACT_RETURNED_COST] = "returned cost",
    [CRMVI_FACT_RETURNED_DISCOUNT] = "returned discount",
    [CRMVI_FACT_OTHER_QUANTITY] = "other quantity",
    [CRMVI_FACT_OTHER_REVENUE] = "other revenue",
    [CRMVI_FACT_NEGATIVE_REVENUE] = "negative revenue",
    [CRMVI_FACT_UNKNOWN_REVENUE] = "unknown revenue",
    [CRMVI_FACT_UNKNOWN_MAGNITUDE] = "unknown magnitude",
    [CRMVI_FACT_INVOICED] = "invoiced",
    [CRMVI_FACT_COLLECTED] = "collected",
    [CRMVI_FACT_DUE] = "due",
    [CRMVI_FACT_SETTLED] = "settled",
    [CRMVI_FACT_PAID] = "paid",
    [CRMVI_FACT_PAID_LATE] = "paid late",
    [CRMVI_FACT_EVENTS] = "counts of events",
};

const char *crmvi_file_section_name(int32_t id) {
    return id >= CRMVI_SECTION_COLUMNS ? column_names[id - CRMVI_SECTION_COLUMNS] : rules[id].name;
}

/* ---- The directory ----------------------------------------------------------------------------------------------- */

static bool is_known(int32_t id) {
    return id < CRMVI_SECTION_IDS && (id >= CRMVI_SECTION_COLUMNS || rules[id].name != NULL);
}

static bool is_width(int32_t id, int64_t width) {
    const int32_t record = id < CRMVI_SECTION_COLUMNS ? rules[id].record : 0;
    const int64_t most = id == CRMVI_SECTION_DAYS ? 4 : 8;
    return record > 0 ? width == record : width <= most && (width == 1 || width == 2 || width == 4 || width == 8);
}

/* Sections stand in ascending order, each of them once, and fill the batch. */
static int32_t read_directory(const unsigned char *bytes, uint32_t sections, crmvi_file_head *out,
                              const crmvi_file_site *site) {
    int64_t at = CRMVI_BATCH_HEAD + (int64_t)sections * CRMVI_DIRECTORY_ENTRY;
    int32_t before = 0;
    for (uint32_t i = 0; i < sections; i++) {
        const unsigned char *entry = bytes + CRMVI_BATCH_HEAD + (size_t)i * CRMVI_DIRECTORY_ENTRY;
        const uint32_t number = crmvi_get_u32(entry);
        const int32_t id = number < CRMVI_SECTION_IDS ? (int32_t)number : CRMVI_SECTION_IDS;
        const int64_t width = crmvi_get_u32(entry + 4);
        const uint64_t count = crmvi_get_u64(entry + 8);
        if (id <= before || !is_known(id) || !is_width(id, width) || count == 0 ||
            count > (uint64_t)(out->length - at) / (uint64_t)width) {
            return crmvi_file_bad(site, "directory", "it names a section that cannot be");
        }
        out->sections[id] = (crmvi_file_section){.count = (int64_t)count, .at = at, .width = (int32_t)width};
        at += crmvi_file_padded((int64_t)count * width);
        before = id;
        if (at > out->length) {
            return crmvi_file_bad(site, "directory", "its sections are longer than the batch");
        }
    }
    return at == out->length ? CRMV_OK : crmvi_file_bad(site, "directory", "its sections do not fill the batch");
}

/* ---- What the sections say of each other --------------------------------------------------------------------------
 */

/* Starts and bytes are there together; how many texts they are. */
static bool count_texts(const crmvi_file_head *head, int32_t starts, int64_t *out) {
    const int64_t count = head->sections[starts].count;
    *out = count > 0 ? count - 1 : 0;
    return (count == 0) == (head->sections[starts + 1].count == 0) && count != 1;
}

static bool count_customers(crmvi_file_head *head) {
    int64_t texts;
    const int64_t numbers = head->sections[CRMVI_SECTION_NUMBERS].count;
    if (!count_texts(head, CRMVI_SECTION_KEY_STARTS, &texts) || (numbers > 0 && texts > 0)) {
        return false;
    }
    head->customers = numbers > 0 ? numbers : texts;
    return head->key_kind == (numbers > 0 ? CRMVI_KEYS_NUMBERS : texts > 0 ? CRMVI_KEYS_TEXTS : CRMVI_KEYS_UNKNOWN);
}

/* A customer has at least one fact, and a fact has a customer. */
static bool count_facts(crmvi_file_head *head) {
    const crmvi_file_section *sections = head->sections;
    head->facts = sections[CRMVI_SECTION_DAYS].count;
    bool is_good = sections[CRMVI_SECTION_OFFSETS].count == (head->customers > 0 ? head->customers + 1 : 0) &&
                   head->facts >= head->customers && (head->facts == 0) == (head->customers == 0);
    for (int32_t id = CRMVI_SECTION_COLUMNS; id < CRMVI_SECTION_IDS; id++) {
        is_good = is_good && (sections[id].count == 0 || sections[id].count == head->facts);
    }
    return is_good;
}

static bool count_events(crmvi_file_head *head) {
    const crmvi_file_section *sections = head->sections;
    int64_t names;
    int64_t texts;
    head->events = sections[CRMVI_SECTION_EVENTS].count;
    return count_texts(head, CRMVI_SECTION_NAME_STARTS, &names) &&
           count_texts(head, CRMVI_SECTION_TEXT_STARTS, &texts) && names <= INT32_MAX && texts <= INT32_MAX &&
           names <= head->events && texts <= head->events && (head->events == 0) == (names == 0) &&
           sections[CRMVI_SECTION_EVENT_BEGINS].count == (head->events > 0 ? head->customers + 1 : 0) &&
           (head->events == 0 || head->customers > 0);
}

/* ---- The head ---------------------------------------------------------------------------------------------------- */

/* So many rows in all batches together that no sum of counts wraps. */
static bool is_count(int64_t value) {
    return value >= 0 && value < CRMVI_FILE_MOST;
}

static bool is_day(int32_t day) {
    return day >= CRMVI_FIRST_DAY && day <= CRMVI_LAST_DAY;
}

static bool read_counts(const unsigned char *bytes, crmvi_file_head *out) {
    static const int32_t roles[CRMVI_FEEDS] = {CRMVI_ROLES, CRMVI_RECEIVABLE_ROLES, CRMVI_EVENT_ROLES};
    bool is_good = true;
    for (int32_t feed = 0; feed < CRMVI_FEEDS; feed++) {
        out->rows[feed] = (int64_t)crmvi_get_u64(bytes + 8 + (size_t)feed * 8);
        out->accepted[feed] = (int64_t)crmvi_get_u64(bytes + 32 + (size_t)feed * 8);
        out->fed[feed] = crmvi_get_u32(bytes + 72 + (size_t)feed * 4);
        is_good = is_good && is_count(out->rows[feed]) && is_count(out->accepted[feed]) &&
                  out->accepted[feed] <= out->rows[feed] && out->fed[feed] >> roles[feed] == 0;
    }
    out->negative = (int64_t)crmvi_get_u64(bytes + 56);
    out->rounded = (int64_t)crmvi_get_u64(bytes + 64);
    out->first_day = (int32_t)crmvi_get_u32(bytes + 84);
    out->last_day = (int32_t)crmvi_get_u32(bytes + 88);
    const bool has_days = out->first_day != CRMV_NO_DATE || out->last_day != CRMV_NO_DATE;
    return is_good && is_count(out->negative) && is_count(out->rounded) &&
           (!has_days || (is_day(out->first_day) && is_day(out->last_day) && out->first_day <= out->last_day));
}

int32_t crmvi_file_head_read(const unsigned char *bytes, int64_t length, const crmvi_file_entry *entry,
                             crmvi_file_head *out, const crmvi_file_site *site) {
    *out = (crmvi_file_head){.length = entry->length};
    if (length < CRMVI_BATCH_HEAD) {
        return crmvi_file_bad(site, "head", "it is cut off");
    }
    const uint32_t sections = crmvi_get_u32(bytes + 4);
    const uint32_t kind = crmvi_get_u32(bytes);
    if (sections > CRMVI_SECTION_IDS || kind > CRMVI_KEYS_TEXTS ||
        length - CRMVI_BATCH_HEAD < (int64_t)sections * CRMVI_DIRECTORY_ENTRY) {
        return crmvi_file_bad(site, "head", "it names more sections than there can be, or another kind of keys");
    }
    out->key_kind = (int32_t)kind;
    if (!read_counts(bytes, out)) {
        return crmvi_file_bad(site, "head", "its counts or days cannot be");
    }
    const int32_t status = read_directory(bytes, sections, out, site);
    if (status != CRMV_OK) {
        return status;
    }
    const bool is_whole = count_customers(out) && count_facts(out) && count_events(out);
    return is_whole ? CRMV_OK : crmvi_file_bad(site, "directory", "its sections do not fit together");
}

void crmvi_file_head_give(const crmvi_file_head *head, crmvi_posting *posting) {
    memcpy(posting->rows, head->rows, sizeof posting->rows);
    memcpy(posting->accepted, head->accepted, sizeof posting->accepted);
    memcpy(posting->fed, head->fed, sizeof posting->fed);
    posting->negative = head->negative;
    posting->rounded = head->rounded;
    posting->first_day = head->first_day;
    posting->last_day = head->last_day;
}
