#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void write_message(failure *why, int status, const char *format, va_list values) {
    why->status = status;
    vsnprintf(why->message, sizeof why->message, format, values);
}

bool failure_data(failure *why, const char *format, ...) {
    va_list values;
    va_start(values, format);
    write_message(why, EXIT_DATA, format, values);
    va_end(values);
    return false;
}

bool failure_usage(failure *why, const char *format, ...) {
    va_list values;
    va_start(values, format);
    write_message(why, EXIT_USAGE, format, values);
    va_end(values);
    return false;
}

bool failure_memory(failure *why) {
    return failure_data(why, "out of memory");
}

bool failure_library(failure *why, const char *file, int64_t line, const crmv_error *error) {
    char where[SHOWN_BYTES + 64] = "";
    char name[SHOWN_BYTES];
    int64_t at = line > 0 ? line : error->line;
    if (file && at > 0 && error->column > 0) {
        snprintf(where, sizeof where, "%s: line %lld, column %lld: ", shown(file, name), (long long)at,
                 (long long)error->column);
    } else if (file && at > 0) {
        snprintf(where, sizeof where, "%s: line %lld: ", shown(file, name), (long long)at);
    } else if (file) {
        snprintf(where, sizeof where, "%s: ", shown(file, name));
    }
    const char *message = error->message[0] ? error->message : crmv_status_text(error->status);
    const bool placed = error->place[0] && !strstr(message, error->place);
    failure_data(why, "%s%s%s%s", where, placed ? error->place : "", placed ? ": " : "", message);
    if (error->status == CRMV_NOT_FITTED) {
        failure_hint(why, "\"crmvalue fit\" does that");
    }
    return false;
}

void failure_hint(failure *why, const char *hint) {
    const size_t used = strlen(why->message);
    snprintf(why->message + used, sizeof why->message - used, "; %s", hint);
}

const char *shown_part(const char *text, size_t length, char buffer[SHOWN_BYTES]) {
    static const char ellipsis[] = "\xe2\x80\xa6";
    const size_t room = SHOWN_BYTES - sizeof ellipsis;
    size_t kept = length;
    if (kept > room) {
        kept = room;
        while (kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80) {
            kept--;
        }
    }
    for (size_t i = 0; i < kept; i++) {
        unsigned char byte = (unsigned char)text[i];
        buffer[i] = (char)(byte < 0x20 || byte == 0x7F ? '?' : byte);
    }
    memcpy(buffer + kept, ellipsis, sizeof ellipsis);
    if (kept == length) {
        buffer[kept] = '\0';
    }
    return buffer;
}

const char *shown(const char *text, char buffer[SHOWN_BYTES]) {
    return shown_part(text, strlen(text), buffer);
}
