#include "csv_writer.h"

#include <string.h>

void csv_writer_field(csv_writer *rows, const char *text) {
    if (rows->within) {
        putc(',', rows->file);
    }
    rows->within = true;
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, rows->file);
        return;
    }
    putc('"', rows->file);
    for (; *text; text++) {
        if (*text == '"') {
            putc('"', rows->file);
        }
        putc(*text, rows->file);
    }
    putc('"', rows->file);
}

void csv_writer_end(csv_writer *rows) {
    putc('\n', rows->file);
    rows->within = false;
}
