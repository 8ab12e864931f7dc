#include "crmvalue/status.h"

#include <stddef.h>

static const char *const status_texts[] = {
    [CRMV_OK] = "ok",
    [CRMV_OUT_OF_MEMORY] = "out of memory",
    [CRMV_BAD_ARGUMENT] = "bad argument",
    [CRMV_BAD_SYNTAX] = "bad syntax",
    [CRMV_BAD_MODEL] = "bad model",
    [CRMV_BAD_COLUMN] = "bad column",
    [CRMV_BAD_STATE] = "bad state",
    [CRMV_DUPLICATE] = "duplicate",
    [CRMV_OVERFLOW] = "overflow",
    [CRMV_NOT_FOUND] = "not found",
    [CRMV_CANCELLED] = "cancelled",
    [CRMV_BUFFER_TOO_SMALL] = "buffer too small",
    [CRMV_TOO_LARGE] = "too large",
    [CRMV_IO] = "input or output failed",
    [CRMV_BAD_FILE] = "bad file",
    [CRMV_BUSY] = "busy",
    [CRMV_NOT_FITTED] = "not fitted",
    [CRMV_NOT_IDENTIFIED] = "not identified",
};

const char *crmv_version(void) {
    return CRMVALUE_VERSION;
}

const char *crmv_status_text(int32_t status) {
    const int32_t known = (int32_t)(sizeof status_texts / sizeof status_texts[0]);
    return status >= 0 && status < known ? status_texts[status] : "unknown status";
}
