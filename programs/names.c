#include "names.h"

#include <string.h>

const char *path_name(const char *path) {
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

size_t name_distance(const char *from, const char *to) {
    enum { LONGEST = 64 };
    size_t row[LONGEST + 1];
    size_t width = strlen(to);
    if (width > LONGEST || strlen(from) > LONGEST) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i <= width; i++) {
        row[i] = i;
    }
    for (; *from; from++) {
        size_t diagonal = row[0]++;
        for (size_t i = 1; i <= width; i++) {
            size_t above = row[i];
            row[i] = smallest(above + 1, row[i - 1] + 1, diagonal + (*from != to[i - 1]));
            diagonal = above;
        }
    }
    return row[width];
}

bool name_near(const char *text, const char *name, size_t apart) {
    size_t length = strlen(name);
    size_t other = strlen(text);
    return apart <= (length < other ? length : other) / 2;
}

const char *nearest_name(const char *text, const char *const *names, int32_t count) {
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    for (int32_t i = 0; i < count; i++) {
        size_t apart = name_distance(text, names[i]);
        if (apart < least && name_near(text, names[i], apart)) {
            nearest = names[i];
            least = apart;
        }
    }
    return nearest;
}
