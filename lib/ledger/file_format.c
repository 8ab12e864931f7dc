#include "ledger/file_format.h"

#include "base/error.h"

#include <stdio.h>

void crmvi_file_order(void *numbers, int64_t count, int32_t width) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    (void)numbers;
    (void)count;
    (void)width;
#else
    unsigned char *bytes = numbers;
    for (int64_t i = 0; i < count; i++, bytes += width) {
        for (int32_t k = 0; k < width / 2; k++) {
            const unsigned char byte = bytes[k];
            bytes[k] = bytes[width - 1 - k];
            bytes[width - 1 - k] = byte;
        }
    }
#endif
}

int32_t crmvi_file_bad(const crmvi_file_site *site, const char *part, const char *problem) {
    char shown[200];
    char place[160];
    crmvi_disk_path_text(site->path, shown, sizeof shown);
    if (site->batch != NULL) {
        char batch[96];
        crmvi_disk_path_text(site->batch, batch, sizeof batch);
        snprintf(place, sizeof place, "%s of batch `%s`", part, batch);
    } else {
        snprintf(place, sizeof place, "%s", part);
    }
    return crmvi_fail(site->error, CRMV_BAD_FILE, place, "%s is no sound ledger's file: %s: %s", shown, place, problem);
}
