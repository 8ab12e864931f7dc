#include "crmvalue/fit.h"

const char *crmv_fit_version(void) {
    return CRMVALUE_VERSION;
}
