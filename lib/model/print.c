#include "base/error.h"
#include "base/guest.h"
#include "model.h"
#include "tree.h"
#include "writer.h"

#include <string.h>

/* A buffer of the caller's that takes what fits; `length` counts all. */
typedef struct target {
    char *buffer;
    int64_t capacity, length;
} target;

static void count_bytes(void *context, const char *bytes, int64_t length) {
    target *t = context;
    (void)bytes;
    t->length += length;
}

static void copy_bytes(void *context, const char *bytes, int64_t length) {
    target *t = context;
    memcpy(t->buffer + t->length, bytes, (size_t)length);
    t->length += length;
}

static int32_t print(const crmv_model *model, target *t) {
    crmvi_write_pretty(model->text, count_bytes, t);
    if (t->length >= t->capacity) {
        return CRMV_BUFFER_TOO_SMALL;
    }
    t->length = 0;
    crmvi_write_pretty(model->text, copy_bytes, t);
    t->buffer[t->length] = '\0';
    return CRMV_OK;
}

int32_t crmv_model_print(const crmv_model *model, char *buffer, int64_t capacity, int64_t *length) {
    if (model == NULL || capacity < 0 || (buffer == NULL && capacity > 0)) {
        return CRMV_BAD_ARGUMENT;
    }
    target t = {.buffer = buffer, .capacity = capacity};
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = print(model, &t);
    crmvi_leave(&host);
    if (length != NULL) {
        *length = t.length;
    }
    return status;
}

int32_t crmv_model_hash(const crmv_model *model, char hash[33]) {
    if (model == NULL || hash == NULL) {
        return CRMV_BAD_ARGUMENT;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const bool done = crmvi_tree_hash(model->text, hash);
    crmvi_leave(&host);
    return done ? CRMV_OK : CRMV_OUT_OF_MEMORY;
}
