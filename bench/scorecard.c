#include "scorecard.h"

#include <stdio.h>
#include <stdlib.h>

char *scorecard_text(const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    if (file && !fseek(file, 0, SEEK_END)) {
        long length = ftell(file);
        text = length < 0 ? NULL : malloc((size_t)length + 1);
        rewind(file);
        if (text) {
            text[fread(text, 1, (size_t)length, file)] = '\0';
        }
    }
    if (file) {
        fclose(file);
    }
    return text;
}

crmv_model *scorecard_read(const char *path) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *model = NULL;
    char *text = scorecard_text(path);
    if (!text) {
        fprintf(stderr, "bench: cannot read %s\n", path);
    } else if (crmv_model_parse(text, -1, &model, &error)) {
        fprintf(stderr, "bench: %s: %s: %s\n", path, error.place, error.message);
    }
    free(text);
    return model;
}
