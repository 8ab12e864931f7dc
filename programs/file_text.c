#include "file_text.h"

#include "names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool file_open(const char *path, FILE **out, failure *why) {
    char name[SHOWN_BYTES];
    *out = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    return *out || failure_data(why, "%s: cannot be opened: %s", shown(path, name), strerror(errno));
}

void file_close(FILE *file) {
    if (file && file != stdin) {
        fclose(file);
    }
}

static bool read_text(FILE *file, const char *name, size_t limit, char **text, size_t *length, failure *why) {
    size_t capacity = 0;
    *text = NULL;
    *length = 0;
    do {
        capacity = capacity > 0 ? capacity * 2 : 65536;
        char *larger = realloc(*text, capacity);
        if (!larger) {
            return failure_memory(why);
        }
        *text = larger;
        *length += fread(*text + *length, 1, capacity - *length, file);
        if (ferror(file)) {
            return failure_data(why, "%s: cannot be read: %s", name, strerror(errno));
        }
        if (*length > limit) {
            return failure_data(why, "%s: larger than %zu bytes", name, limit);
        }
    } while (!feof(file));
    return true;
}

bool file_text(const char *path, size_t limit, char **text, size_t *length, failure *why) {
    char name[SHOWN_BYTES];
    FILE *file;
    if (!file_open(path, &file, why)) {
        return false;
    }
    bool done = read_text(file, shown(path_name(path), name), limit, text, length, why);
    file_close(file);
    if (!done) {
        free(*text);
        *text = NULL;
    }
    return done;
}
