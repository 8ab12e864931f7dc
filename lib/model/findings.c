#include "findings.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Severities, and for each finding two texts: place and message. */
struct crmv_findings {
    int32_t *severities;
    int64_t count, capacity;
    crmvi_texts texts;
};

crmv_findings *crmvi_findings_new(void) {
    return crmvi_zeroed(1, sizeof(crmv_findings));
}

void crmv_findings_free(crmv_findings *findings) {
    if (findings != NULL) {
        crmvi_texts_clear(&findings->texts);
        free(findings->severities);
        free(findings);
    }
}

/* A formatted text of any length; NULL where memory is short. */
static char *formatted(const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = length < 0 ? NULL : crmvi_array((int64_t)length + 1, 1);
    if (text != NULL) {
        vsnprintf(text, (size_t)length + 1, format, arguments);
    }
    return text;
}

static bool add(crmv_findings *findings, int32_t severity, const char *place, const char *message) {
    if (!crmvi_grow(&findings->severities, &findings->capacity, findings->count + 1, sizeof *findings->severities) ||
        !crmvi_texts_add(&findings->texts, place, (int64_t)strlen(place)) ||
        !crmvi_texts_add(&findings->texts, message, (int64_t)strlen(message))) {
        return false;
    }
    findings->severities[findings->count++] = severity;
    return true;
}

bool crmvi_findings_add(crmv_findings *findings, int32_t severity, const char *place, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *message = formatted(format, arguments);
    va_end(arguments);
    const bool done = message != NULL && add(findings, severity, place, message);
    free(message);
    return done;
}

int64_t crmv_findings_count(const crmv_findings *findings) {
    return findings != NULL ? findings->count : 0;
}

int32_t crmv_findings_get(const crmv_findings *findings, int64_t position, crmv_finding *out) {
    if (findings == NULL || out == NULL || out->struct_size < sizeof *out || position < 0 ||
        position >= findings->count) {
        return CRMV_BAD_ARGUMENT;
    }
    out->severity = findings->severities[position];
    out->place = crmvi_texts_get(&findings->texts, 2 * position);
    out->message = crmvi_texts_get(&findings->texts, 2 * position + 1);
    return CRMV_OK;
}
