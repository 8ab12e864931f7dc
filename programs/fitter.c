#include "fitter.h"

#include <dlfcn.h>
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

/* POSIX lets a function's address be an object's; C does not, so it is copied. */
static bool find_function(void *library, const char *name, void *function, size_t size) {
    void *found = dlsym(library, name);
    memcpy(function, &found, size);
    return found != NULL;
}

static bool fit_beyond(void *library, const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                       const crmv_options *running, crmv_model **fitted, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    fit_function *fit = NULL;
    version_function *version = NULL;
    if (!find_function(library, "crmv_fit_model", &fit, sizeof fit) ||
        !find_function(library, "crmv_fit_version", &version, sizeof version)) {
        return failure_data(why, FIT_LIBRARY " is not the library that was expected: a function is missing");
    }
    if (strcmp(version(), crmv_version()) != 0) {
        return failure_data(why, FIT_LIBRARY " has version %s, and this is %s; expected the same", version(),
                            crmv_version());
    }
    return fit(model, population, outcome, running, fitted, &error) == CRMV_OK || failure_library(why, NULL, 0, &error);
}

bool fitter_fit(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                const crmv_options *running, crmv_model **fitted, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_request request;
    if (!beyond_calibration(model, &request)) {
        return crmv_model_calibrate(model, population, outcome, running, fitted, &error) == CRMV_OK ||
               failure_library(why, NULL, 0, &error);
    }
    void *library = dlopen(FIT_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        return failure_data(why, "%s: \"%s\" is answered by libcrmvalue-fit, which is not installed here (%s)",
                            request.place, request.operation, dlerror());
    }
    const bool done = fit_beyond(library, model, population, outcome, running, fitted, why);
    dlclose(library);
    return done;
}
