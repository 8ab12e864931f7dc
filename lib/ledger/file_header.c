/* file_header.c - the header page of a ledger's file, and the commit records in it. */
#include "base/error.h"
#include "base/hash.h"
#include "ledger/file_format.h"

#include <time.h>

/* The first byte is no ASCII, the line ends break where a file goes through a translation of texts, and 0x1A ends a
 * text on a terminal. */
static const unsigned char magic[8] = {0x89, 'c', 'r', 'm', 'v', '\r', '\n', 0x1A};

/* Where things stand in the page. The identity's layout is the same in every version, so that a later one can be told
 * from damage. */
enum {
    VERSION_AT = 8,
    HEADER_SIZE_AT = 12,
    CURRENCY_AT = 16,
    DECIMALS_AT = 32,
    PRICE_DECIMALS_AT = 36,
    QUANTITY_DECIMALS_AT = 40,
    IDENTITY = 56, /* bytes that the checksum behind them covers */

    COMMITS = 2,
    COMMIT = 56, /* likewise */
    COMMIT_WHOLE = COMMIT + 8,
    LIST_AT = 8,
    LIST_LENGTH_AT = 16,
    LIST_CHECKSUM_AT = 24
};

enum { DECIMALS_LIMIT = 9 };

static bool is_zero(const unsigned char *bytes, int64_t count) {
    unsigned char any = 0;
    for (int64_t i = 0; i < count; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

static void seal(unsigned char *bytes, int32_t length) {
    crmvi_put_u64(bytes + length, crmvi_hash_of(bytes, (size_t)length));
}

static bool is_sealed(const unsigned char *bytes, int32_t length) {
    return crmvi_get_u64(bytes + length) == crmvi_hash_of(bytes, (size_t)length);
}

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

static void put_commit(unsigned char *out, const crmvi_file_commit *commit) {
    memset(out, 0, COMMIT_WHOLE);
    crmvi_put_u64(out, commit->sequence);
    crmvi_put_u64(out + LIST_AT, (uint64_t)commit->at);
    crmvi_put_u64(out + LIST_LENGTH_AT, (uint64_t)commit->length);
    crmvi_put_u64(out + LIST_CHECKSUM_AT, commit->checksum);
    seal(out, COMMIT);
}

void crmvi_file_header_make(const crmvi_money *money, const crmvi_file_commit *commit,
                            unsigned char page[CRMVI_FILE_HEADER]) {
    memset(page, 0, CRMVI_FILE_HEADER);
    memcpy(page, magic, sizeof magic);
    crmvi_put_u32(page + VERSION_AT, CRMVI_FILE_VERSION);
    crmvi_put_u32(page + HEADER_SIZE_AT, CRMVI_FILE_HEADER);
    memcpy(page + CURRENCY_AT, money->currency, strlen(money->currency));
    crmvi_put_u32(page + DECIMALS_AT, (uint32_t)money->decimals);
    crmvi_put_u32(page + PRICE_DECIMALS_AT, (uint32_t)money->price_decimals);
    crmvi_put_u32(page + QUANTITY_DECIMALS_AT, (uint32_t)money->quantity_decimals);
    seal(page, IDENTITY);
    for (int32_t i = 0; i < COMMITS; i++) {
        put_commit(page + CRMVI_FILE_COMMIT_AT + i * CRMVI_FILE_COMMIT_STEP, commit);
    }
}

int32_t crmvi_file_commit_write(const crmvi_disk *disk, int32_t which, const crmvi_file_commit *commit,
                                crmv_error *error) {
    unsigned char bytes[COMMIT_WHOLE];
    put_commit(bytes, commit);
    return crmvi_disk_write(disk, CRMVI_FILE_COMMIT_AT + which * CRMVI_FILE_COMMIT_STEP, bytes, sizeof bytes, error);
}

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

static int32_t read_identity(const unsigned char *page, crmvi_money *money, const crmvi_file_site *site) {
    if (memcmp(page, magic, sizeof magic) != 0) {
        return crmvi_file_bad(site, "header", "it does not begin as a ledger's file does");
    }
    if (!is_sealed(page, IDENTITY)) {
        return crmvi_file_bad(site, "header", "its checksum is wrong");
    }
    const uint32_t version = crmvi_get_u32(page + VERSION_AT);
    if (version != CRMVI_FILE_VERSION) {
        char shown[200];
        crmvi_disk_path_text(site->path, shown, sizeof shown);
        return crmvi_fail(site->error, CRMV_BAD_FILE, "version",
                          "%s is a ledger's file of version %lu; this library reads version %d", shown,
                          (unsigned long)version, (int)CRMVI_FILE_VERSION);
    }
    memcpy(money->currency, page + CURRENCY_AT, sizeof money->currency);
    money->decimals = (int32_t)crmvi_get_u32(page + DECIMALS_AT);
    money->price_decimals = (int32_t)crmvi_get_u32(page + PRICE_DECIMALS_AT);
    money->quantity_decimals = (int32_t)crmvi_get_u32(page + QUANTITY_DECIMALS_AT);
    const int64_t length = (int64_t)strnlen(money->currency, sizeof money->currency);
    const bool is_good = crmvi_get_u32(page + HEADER_SIZE_AT) == CRMVI_FILE_HEADER && length < 16 &&
                         is_zero(page + CURRENCY_AT + length, 16 - length) && money->decimals >= 0 &&
                         money->decimals <= DECIMALS_LIMIT && money->price_decimals >= 0 &&
                         money->price_decimals <= DECIMALS_LIMIT && money->quantity_decimals >= 0 &&
                         money->quantity_decimals <= DECIMALS_LIMIT;
    return is_good ? CRMV_OK : crmvi_file_bad(site, "header", "it names no money");
}

static bool read_commit(const unsigned char *page, int32_t which, crmvi_file_commit *out) {
    const unsigned char *bytes = page + CRMVI_FILE_COMMIT_AT + which * CRMVI_FILE_COMMIT_STEP;
    if (!is_sealed(bytes, COMMIT)) {
        return false;
    }
    *out = (crmvi_file_commit){.sequence = crmvi_get_u64(bytes),
                               .at = (int64_t)crmvi_get_u64(bytes + LIST_AT),
                               .length = (int64_t)crmvi_get_u64(bytes + LIST_LENGTH_AT),
                               .checksum = crmvi_get_u64(bytes + LIST_CHECKSUM_AT)};
    return out->at >= CRMVI_FILE_HEADER && out->at < CRMVI_FILE_MOST && out->length > 0 &&
           out->length < CRMVI_FILE_MOST;
}

/* Whatever is neither identity nor commit record is zero. */
static bool rest_is_zero(const unsigned char *page) {
    int64_t from = IDENTITY + 8;
    for (int32_t i = 0; i < COMMITS; i++) {
        const int64_t commit = CRMVI_FILE_COMMIT_AT + (int64_t)i * CRMVI_FILE_COMMIT_STEP;
        if (!is_zero(page + from, commit - from)) {
            return false;
        }
        from = commit + COMMIT_WHOLE;
    }
    return is_zero(page + from, CRMVI_FILE_HEADER - from);
}

/*
 * Both records are whole at every moment, and say the same, or the newer one is one ahead because its writer was killed
 * before it wrote the other. Anything else is damage, and then neither is believed: the one that is left may be old.
 */
static bool choose_commit(const unsigned char *page, crmvi_file_header *out) {
    crmvi_file_commit commits[COMMITS];
    if (!read_commit(page, 0, &commits[0]) || !read_commit(page, 1, &commits[1])) {
        return false;
    }
    const int32_t newer = commits[1].sequence > commits[0].sequence ? 1 : 0;
    const crmvi_file_commit *a = &commits[newer];
    const crmvi_file_commit *b = &commits[1 - newer];
    out->commit = *a;
    out->older = 1 - newer;
    if (a->sequence == b->sequence) {
        return a->at == b->at && a->length == b->length && a->checksum == b->checksum;
    }
    return a->sequence - b->sequence == 1 && a->at >= b->at + b->length;
}

int32_t crmvi_file_header_read(crmvi_disk *disk, crmvi_file_header *out, const crmvi_file_site *site) {
    enum { TRIES = 10 };
    unsigned char page[CRMVI_FILE_HEADER];
    if (disk->size < CRMVI_FILE_HEADER) {
        return crmvi_file_bad(site, "header", "it is shorter than a ledger's file can be");
    }
    *out = (crmvi_file_header){0};
    for (int32_t i = 0; i < TRIES; i++) {
        int32_t status = crmvi_disk_read(disk, 0, page, sizeof page, site->error);
        if (status == CRMV_OK) {
            status = read_identity(page, &out->money, site);
        }
        if (status != CRMV_OK) {
            return status;
        }
        if (choose_commit(page, out)) {
            /* A writer may have made the file longer since it was opened. */
            return rest_is_zero(page) ? crmvi_disk_measure(disk, site->error)
                                      : crmvi_file_bad(site, "header", "it has bytes that must be zero");
        }
        /* A writer may be in the middle of its 64 bytes: look again after a twentieth of a millisecond. */
        nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
    }
    return crmvi_file_bad(site, "commit records", "one of them is damaged, so that the newest contents are not known");
}
