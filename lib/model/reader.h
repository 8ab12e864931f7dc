/*
 * reader.h - walking through the JSON tree with the path at hand, and refusing what does not fit.
 *
 * Every object of the model has a vocabulary: its keys, the JSON types that each takes, and the function that reads the
 * value into a field of the structure that the object fills. Reading, the messages about unknown keys and the tests of
 * the documentation are driven by these tables (vocabulary.c).
 */
#ifndef CRMVI_MODEL_READER_H
#define CRMVI_MODEL_READER_H

#include "base/error.h"
#include "base/memory.h"
#include "model.h"
#include "path.h"

/* A value in the tree and the way to it. */
typedef struct crmvi_spot {
    const struct crmvi_spot *above; /* NULL: the model itself */
    const char *key;                /* NULL: an item of an array */
    int64_t item;
    json_t *value;
} crmvi_spot;

/* A request that was read, and in which round of finding it can be answered: 0, 1 ... */
typedef struct crmvi_asked {
    crmvi_ask ask;
    int32_t round;
    int32_t number; /* in the order of reading */
    struct crmvi_asked *next;
} crmvi_asked;

/* What a request may be found from: a metric or an index. */
typedef struct crmvi_source {
    char value[33];      /* of a metric: the hash of how it is derived */
    bool value_found;    /* of a metric: the parameters that its value needs stand there */
    int32_t value_round; /* the first round in which they do */
    char points[33];     /* the hash of all that, and of the scale or the weights in plain numbers */
    bool found;          /* all that its points need stands there in plain numbers */
    int32_t round;       /* the first round in which it does */
} crmvi_source;

typedef struct crmvi_asking {
    crmvi_asked *first, *last;
    int32_t count;
    crmvi_asked **of_metrics, **of_indexes; /* by position; NULL: no request */
    crmvi_source *metrics, *indexes;        /* by position; NULL until a request needs them */
    bool seals;                             /* an empty hash beside a request stands for the right one */
} crmvi_asking;

/* What goes on while a model is read. Functions return false once they have set `status` and filled `error`. */
typedef struct crmvi_parser {
    crmv_model *model;
    crmv_error *error;
    int32_t status;
    crmvi_names numbers; /* names of the metrics, then of the indexes, then of the segments */
    const char **names;  /* the same in the same order, then CRMVI_COVERAGE and CRMVI_TIER */
    const char **tiers;  /* names of the tiers */
    crmvi_names scratch; /* names that are counted within one object */
    bool sees_tier;      /* conditions may look at the tier: those of rules */
    crmvi_asking asking; /* what is known of requests */
} crmvi_parser;

/* JSON types, as bits. */
enum {
    CRMVI_TAKES_OBJECT = 1,
    CRMVI_TAKES_ARRAY = 2,
    CRMVI_TAKES_TEXT = 4,
    CRMVI_TAKES_WHOLE = 8,
    CRMVI_TAKES_NUMBER = 16,
    CRMVI_TAKES_TRUTH = 32,
    CRMVI_TAKES_NULL = 64
};

/* Reads the value at a spot into a field. */
typedef bool crmvi_read(crmvi_parser *parser, const crmvi_spot *spot, void *field);

typedef struct crmvi_key {
    const char *name;
    uint32_t takes;   /* bits of CRMVI_TAKES_... */
    crmvi_read *read; /* NULL: whoever reads the object does it */
    size_t offset;    /* of the field in the structure that the object fills */
    bool needed;
} crmvi_key;

typedef struct crmvi_vocabulary {
    const crmvi_key *keys;
    int32_t count;
} crmvi_vocabulary;

/* ---- Paths and refusals ------------------------------------------------------------------------------------------ */

void crmvi_spot_path(const crmvi_spot *spot, crmvi_path *path);

/* Fill the error and the status (CRMV_BAD_MODEL but for memory); always false. */
bool crmvi_refuse(crmvi_parser *parser, const crmvi_spot *spot, const char *format, ...) CRMVI_PRINTF(3, 4);
bool crmvi_refuse_memory(crmvi_parser *parser);

/* "expected EXPECTED, found what is there" */
bool crmvi_refuse_value(crmvi_parser *parser, const crmvi_spot *spot, const char *expected);

/* "unknown WHAT "name"", with the nearest of the known names, or all of them where they are few. */
bool crmvi_refuse_name(crmvi_parser *parser, const crmvi_spot *spot, const char *what, const char *name,
                       const char *const *known, int64_t count);

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

/* Zeroed memory that lives as long as the model; NULL after a refusal. */
void *crmvi_parser_memory(crmvi_parser *parser, int64_t count, size_t size);

/* ---- Values ------------------------------------------------------------------------------------------------------ */

/* Whether a key is the author's own: `notes` and what begins with "x-". */
bool crmvi_is_note(const char *key);

/* How many keys of an object are not notes. */
int32_t crmvi_count_members(const json_t *object);

/* The member of an object; its value is NULL where there is none. */
crmvi_spot crmvi_member_of(const crmvi_spot *object, const char *key);
crmvi_spot crmvi_item_of(const crmvi_spot *array, int64_t item);

/* Whether the value has one of the types; refuses it otherwise. */
bool crmvi_expect(crmvi_parser *parser, const crmvi_spot *spot, uint32_t takes);

/* Looks at the keys of an object: all known, the needed ones there, their types right. */
bool crmvi_check_object(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_vocabulary *vocabulary);

/* Reads the members of an object that was looked at, in the order of the vocabulary, into the structure. */
bool crmvi_fill_object(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_vocabulary *vocabulary,
                       void *structure);

/* Both. */
bool crmvi_read_object(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_vocabulary *vocabulary,
                       void *structure);

/* How many of the keys stand in the object; `*last` becomes the member of the last of them. */
int32_t crmvi_count_given(const crmvi_spot *object, const char *const *keys, int32_t count, crmvi_spot *last);

/* The position of a text among names; refuses it otherwise. */
bool crmvi_choose(crmvi_parser *parser, const crmvi_spot *spot, const char *what, const char *const *names,
                  int32_t count, int32_t *out);

/* A whole number within limits. */
bool crmvi_whole(crmvi_parser *parser, const crmvi_spot *spot, int64_t least, int64_t most, int64_t *out);

/* A number as it stands. */
double crmvi_number(const crmvi_spot *spot);

/* A number of at most six decimals within limits, in units of 1e-6. */
bool crmvi_micro_number(crmvi_parser *parser, const crmvi_spot *spot, crmvi_micro least, crmvi_micro most,
                        crmvi_micro *out);

/* Points, weights and percents hold at most this. */
#define CRMVI_POINTS_LIMIT (1000000 * CRMVI_ONE)

/* Readers of single values, for vocabularies: into const char *, bool, crmvi_micro. */
crmvi_read crmvi_read_text; /* at least one byte */
crmvi_read crmvi_read_truth;
crmvi_read crmvi_read_points;  /* any within the limit */
crmvi_read crmvi_read_percent; /* 0 to 100 */

#endif
