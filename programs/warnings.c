#include "warnings.h"

#include <stdarg.h>
#include <stdio.h>

enum { LONGEST = 1024 };

/* Names of files need not be UTF-8, and a JSON text must be: then what is not ASCII is a question mark. */
static json_t *as_json(char *text) {
    json_t *made = json_string(text);
    for (char *at = text; !made && *at; at++) {
        *at = (unsigned char)*at < 0x80 ? *at : '?';
    }
    return made ? made : json_string(text);
}

static void tell(const char *text) {
    fprintf(stderr, "warning: %s\n", text);
}

void warnings_add(warnings *all, const char *format, ...) {
    char text[LONGEST];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (!all->held) {
        tell(text);
    }
    all->texts = all->texts ? all->texts : json_array();
    if (json_array_append_new(all->texts, as_json(text)) != 0) {
        all->failed = true;
        if (all->held) {
            tell(text);
        }
    } else if (!all->held) {
        all->told = json_array_size(all->texts);
    }
}

void warnings_tell(warnings *all) {
    for (; all->told < json_array_size(all->texts); all->told++) {
        tell(json_string_value(json_array_get(all->texts, all->told)));
    }
    all->held = false;
}

json_t *warnings_array(const warnings *all) {
    return all->failed ? NULL : all->texts ? json_copy(all->texts) : json_array();
}

void warnings_clear(warnings *all) {
    json_decref(all->texts);
    *all = (warnings){0};
}
