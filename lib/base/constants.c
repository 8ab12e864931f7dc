#include "crmvalue/crmvalue.h"

#include <string.h>

/* Every constant of the public headers; a test compares the two. */
#define CONSTANT(name)                                                                                                 \
    { #name, name }
static const struct {
    const char *name;
    int64_t value;
} constants[] = {
    CONSTANT(CRMV_OK),
    CONSTANT(CRMV_OUT_OF_MEMORY),
    CONSTANT(CRMV_BAD_ARGUMENT),
    CONSTANT(CRMV_BAD_SYNTAX),
    CONSTANT(CRMV_BAD_MODEL),
    CONSTANT(CRMV_BAD_COLUMN),
    CONSTANT(CRMV_BAD_STATE),
    CONSTANT(CRMV_DUPLICATE),
    CONSTANT(CRMV_OVERFLOW),
    CONSTANT(CRMV_NOT_FOUND),
    CONSTANT(CRMV_CANCELLED),
    CONSTANT(CRMV_BUFFER_TOO_SMALL),
    CONSTANT(CRMV_TOO_LARGE),
    CONSTANT(CRMV_INT32),
    CONSTANT(CRMV_INT64),
    CONSTANT(CRMV_MINOR),
    CONSTANT(CRMV_DOUBLE),
    CONSTANT(CRMV_TEXT),
    CONSTANT(CRMV_TEXT64),
    CONSTANT(CRMV_STRINGS),
    CONSTANT(CRMV_NO_DATE),
    CONSTANT(CRMV_METRICS),
    CONSTANT(CRMV_INDEXES),
    CONSTANT(CRMV_TIERS),
    CONSTANT(CRMV_SEGMENTS),
    CONSTANT(CRMV_RULES),
    CONSTANT(CRMV_FINDING_ERROR),
    CONSTANT(CRMV_FINDING_WARNING),
    CONSTANT(CRMV_FINDING_NOTE),
    CONSTANT(CRMV_NO_CUSTOMER),
    CONSTANT(CRMV_BAD_CUSTOMER),
    CONSTANT(CRMV_BAD_CURRENCY),
    CONSTANT(CRMV_NO_DATE_GIVEN),
    CONSTANT(CRMV_BAD_DATE),
    CONSTANT(CRMV_UNKNOWN_KIND),
    CONSTANT(CRMV_BAD_AMOUNT),
    CONSTANT(CRMV_AMOUNT_TOO_LARGE),
    CONSTANT(CRMV_BAD_RATE),
    CONSTANT(CRMV_NO_AMOUNT),
    CONSTANT(CRMV_OTHER_CURRENCY),
    CONSTANT(CRMV_REPEATED_CUSTOMER),
    CONSTANT(CRMV_UNKNOWN_CUSTOMER),
    CONSTANT(CRMV_MISSING_POINTS),
    CONSTANT(CRMV_RATED),
    CONSTANT(CRMV_TOO_NEW),
    CONSTANT(CRMV_TOO_LITTLE_COVERAGE),
    CONSTANT(CRMV_METRIC_REFUSED),
    CONSTANT(CRMV_NOTHING_KNOWN),
};
#undef CONSTANT

int32_t crmv_constant(const char *name, int64_t *value) {
    if (name == NULL || value == NULL) {
        return CRMV_BAD_ARGUMENT;
    }
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (strcmp(constants[i].name, name) == 0) {
            *value = constants[i].value;
            return CRMV_OK;
        }
    }
    return CRMV_NOT_FOUND;
}
