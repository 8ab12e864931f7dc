#include "ledger/file_hold.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char suffix[] = ".lock";

static bool name_lock(crmvi_file_hold *hold) {
    const size_t size = strlen(hold->path) + sizeof suffix;
    hold->lock_path = crmvi_array((int64_t)size, 1);
    if (hold->lock_path != NULL) {
        snprintf(hold->lock_path, size, "%s%s", hold->path, suffix);
    }
    return hold->lock_path != NULL;
}

static int32_t take(crmvi_file_hold *hold, const char *path, crmv_error *error) {
    int32_t status = crmvi_disk_resolve(path, &hold->path, error);
    if (status == CRMV_OK && !name_lock(hold)) {
        status = crmvi_no_memory(error);
    }
    return status == CRMV_OK ? crmvi_disk_lock(hold->lock_path, &hold->lock, error) : status;
}

int32_t crmvi_file_hold_make(const char *path, crmvi_file_hold **out, crmv_error *error) {
    crmvi_file_hold *hold = crmvi_zeroed(1, sizeof *hold);
    if (hold == NULL) {
        return crmvi_no_memory(error);
    }
    hold->lock = -1;
    if (pthread_mutex_init(&hold->writing, NULL) != 0) {
        free(hold);
        return crmvi_no_memory(error);
    }
    const int32_t status = take(hold, path, error);
    if (status == CRMV_OK) {
        *out = hold;
    } else {
        crmvi_file_hold_free(hold);
    }
    return status;
}

void crmvi_file_hold_free(crmvi_file_hold *hold) {
    if (hold == NULL) {
        return;
    }
    if (hold->lock >= 0) {
        crmvi_disk_unlock(hold->lock_path, hold->lock);
    }
    pthread_mutex_destroy(&hold->writing);
    free(hold->lock_path);
    free(hold->path);
    free(hold);
}

bool crmvi_file_hold_is(const crmvi_file_hold *hold, const char *path) {
    char *whole = NULL;
    if (hold == NULL || crmvi_disk_resolve(path, &whole, NULL) != CRMV_OK) {
        return false;
    }
    const bool is_same = strcmp(hold->path, whole) == 0;
    free(whole);
    return is_same;
}
