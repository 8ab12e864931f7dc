#include "validator.h"

#include "fitter.h"

bool validator_open(validator *opened, failure *why) {
    const struct {
        const char *name;
        void *function;
    } functions[] = {{"crmv_validate", &opened->validate},          {"crmv_validation_free", &opened->free},
                     {"crmv_validation_frame", &opened->frame},     {"crmv_validation_numbers", &opened->numbers},
                     {"crmv_validation_p_alive", &opened->p_alive}, {"crmv_validation_json", &opened->json},
                     {"crmv_validation_table", &opened->table}};
    opened->library = fitter_open("lifetimes are validated by libcrmvalue-fit", why);
    bool found = opened->library != NULL;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0] && found; i++) {
        found = fitter_function(opened->library, functions[i].name, functions[i].function, why);
    }
    return found;
}

void validator_close(validator *opened) {
    fitter_close(opened->library);
    opened->library = NULL;
}
