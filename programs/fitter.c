#include "fitter.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* The library's file, as the linker of programs looks for it. */
#define FIT_LIBRARY "libcrmvalue-fit.so.0"

typedef int32_t fit_function(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                             const crmv_options *options, crmv_model **out, crmv_error *error);
typedef const char *version_function(void);

/* The first request that libcrmvalue does not answer itself; false where there is none. */
static bool beyond_calibration(const crmv_model *model, crmv_request *request) {
    const int32_t count = crmv_model_requests(model);
    for (int32_t i = 0; i < count; i++) {
        *request = (crmv_request){.struct_size = sizeof *request};
        if (crmv_model_request(model, i, request) == CRMV_OK && request->by == CRMV_BY_FIT) {
            return true;
        }
    }
    return false;
}

/* ---- The library ------------------------------------------------------------------------------------------------- */

/* POSIX lets a function's address be an object's; C does not, so it is copied. */
bool fitter_function(void *library, const char *name, void *function, failure *why) {
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found || failure_data(why, FIT_LIBRARY " is not the library that was expected: %s is missing", name);
}

static bool has_our_version(void *library, failure *why) {
    version_function *version = NULL;
    if (!fitter_function(library, "crmv_fit_version", &version, why)) {
        return false;
    }
    return strcmp(version(), crmv_version()) == 0 ||
           failure_data(why, FIT_LIBRARY " has version %s, and this is %s; expected the same", version(),
                        crmv_version());
}

void *fitter_open(const char *what_for, failure *why) {
    void *library = dlopen(FIT_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        failure_data(why, "%s, which is not installed here (%s)", what_for, dlerror());
        return NULL;
    }
    if (!has_our_version(library, why)) {
        dlclose(library);
        return NULL;
    }
    return library;
}

void fitter_close(void *library) {
    if (library) {
        dlclose(library);
    }
}

/* ---- Fitting ----------------------------------------------------------------------------------------------------- */

bool fitter_fit(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                const crmv_options *running, crmv_model **fitted, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_request request;
    char what_for[256];
    if (!beyond_calibration(model, &request)) {
        return crmv_model_calibrate(model, population, outcome, running, fitted, &error) == CRMV_OK ||
               failure_library(why, NULL, 0, &error);
    }
    snprintf(what_for, sizeof what_for, "%.150s: \"%.50s\" is answered by libcrmvalue-fit", request.place,
             request.operation);
    void *library = fitter_open(what_for, why);
    fit_function *fit = NULL;
    const bool done =
        library && fitter_function(library, "crmv_fit_model", &fit, why) &&
        (fit(model, population, outcome, running, fitted, &error) == CRMV_OK || failure_library(why, NULL, 0, &error));
    fitter_close(library);
    return done;
}
