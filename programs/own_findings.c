#include "own_findings.h"

#include "decoder.h"
#include "json_values.h"
#include "kin.h"
#include "names.h"

#include <string.h>

/* What was found so far. */
typedef struct finds {
    json_t *list;
    int failed; /* memory was short */
} finds;

static void add(finds *to, int32_t severity, const char *place, const char *message) {
    json_t *one = json_object();
    to->failed |= json_object_set_new(one, "severity", json_integer(severity));
    to->failed |= json_object_set_new(one, "place", json_string(place));
    to->failed |= json_object_set_new(one, "message", json_string(message));
    to->failed |= json_array_append_new(to->list, one);
}

/* ---- Encodings --------------------------------------------------------------------------------------------------- */

static void tell_encoding(finds *to, const char *place, const char *encoding) {
    char message[SHOWN_BYTES + 160], name[SHOWN_BYTES];
    snprintf(message, sizeof message,
             "\"%s\" is an encoding that iconv does not know; expected a name such as \"UTF-8\" or \"windows-1252\" "
             "(iconv -l lists them)",
             shown(encoding, name));
    add(to, CRMV_FINDING_ERROR, place, message);
}

/* That of the whole input is told once, that of a feed in its place. */
static void find_encodings(const inputs *taken, finds *to) {
    static const char *const feeds[] = {"transactions", "customers", "receivables", "events", "rates"};
    const json_t *input = json_object_get(taken->scorecard.text, "input");
    const char *shared = json_string_value(json_object_get(input, "encoding"));
    if (shared && !decoder_knows(shared)) {
        tell_encoding(to, "input.encoding", shared);
    }
    for (size_t i = 0; i < sizeof feeds / sizeof feeds[0]; i++) {
        const char *own = json_string_value(json_object_get(json_object_get(input, feeds[i]), "encoding"));
        if (own && !decoder_knows(own)) {
            char place[SHOWN_BYTES];
            snprintf(place, sizeof place, "input.%s.encoding", feeds[i]);
            tell_encoding(to, place, own);
        }
    }
}

/* ---- Customers without a row ------------------------------------------------------------------------------------- */

static void tell_rowless(finds *to, const char *role, const json_t *keys) {
    enum { NAMED = 3 };
    char message[(NAMED + 2) * SHOWN_BYTES], name[SHOWN_BYTES], place[SHOWN_BYTES], count[FIGURE_BYTES];
    const size_t all = json_object_size(keys);
    const char *key;
    json_t *value;
    size_t named = 0;
    int used = snprintf(message, sizeof message,
                        "%s customer%s named here %s no row of %s own in the table:", figure_count((int64_t)all, count),
                        all == 1 ? "" : "s", all == 1 ? "has" : "have", all == 1 ? "its" : "their");
    json_object_foreach((json_t *)(uintptr_t)keys, key, value) {
        if (named++ < NAMED) {
            used += snprintf(message + used, sizeof message - (size_t)used, "%s \"%s\"", named > 1 ? "," : "",
                             shown(key, name));
        }
    }
    snprintf(message + used, sizeof message - (size_t)used, "%s", all > NAMED ? " ..." : "");
    snprintf(place, sizeof place, "input.customers.%s", role);
    add(to, CRMV_FINDING_NOTE, place, message);
}

static void find_rowless(const inputs *taken, finds *to) {
    static const char *const roles[] = {"parent", "alias_of", "dealer"};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        json_t *keys = kin_without_row(taken, roles[i]);
        to->failed |= keys == NULL;
        if (json_object_size(keys) > 0) {
            tell_rowless(to, roles[i], keys);
        }
        json_decref(keys);
    }
}

json_t *own_findings(const inputs *taken) {
    finds all = {.list = json_array()};
    find_encodings(taken, &all);
    if (taken->customers) {
        find_rowless(taken, &all);
    }
    return json_kept(all.list, all.failed);
}
