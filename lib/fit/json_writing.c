#include "fit/json_writing.h"

#include "base/decimal.h"

#include <math.h>

void crmvi_json_write_text(crmvi_writing *to, const char *text) {
    crmvi_write(to, "\"");
    for (const char *at = text; *at != '\0'; at++) {
        const unsigned char byte = (unsigned char)*at;
        if (byte < ' ' || byte == '"' || byte == '\\') {
            crmvi_write(to, "\\u%04x", (unsigned)byte);
        } else {
            crmvi_write_bytes(to, at, 1);
        }
    }
    crmvi_write(to, "\"");
}

void crmvi_json_write_number(crmvi_writing *to, double value) {
    char text[32];
    if (isnan(value) || isinf(value) != 0) {
        crmvi_write(to, "null");
        return;
    }
    /* A larger number has no six decimals to round to. */
    crmvi_shortest(fabs(value) < 1e9 ? nearbyint(value * 1e6) / 1e6 + 0.0 : value, text);
    crmvi_write(to, "%s", text);
}

void crmvi_json_write_key(crmvi_writing *to, const char *key, bool is_first) {
    crmvi_write(to, "%s\"%s\": ", is_first ? "" : ", ", key);
}
