/* path.h - where in the model: JSON paths such as metrics.tenure.scale.line[2][0]. */
#ifndef CRMVI_MODEL_PATH_H
#define CRMVI_MODEL_PATH_H

#include <stdbool.h>
#include <stdint.h>

enum { CRMVI_PATH_SIZE = 256 };

/* A path being written; what does not fit is left away. */
typedef struct crmvi_path {
    char text[CRMVI_PATH_SIZE];
    int32_t length;
} crmvi_path;

/* One step further down. A key with anything but letters, digits, '_' and '-' is quoted: metrics["a b"]. */
void crmvi_path_key(crmvi_path *path, const char *key);
void crmvi_path_item(crmvi_path *path, int64_t item);

/* A text behind what stands there, for lists of names in messages. */
void crmvi_path_text(crmvi_path *path, const char *text);

enum { CRMVI_QUOTED_SIZE = 96 };

/* A text of the author's as it can stand in a message: in quotes, control characters escaped, cut if long. */
const char *crmvi_quoted(const char *text, char out[CRMVI_QUOTED_SIZE]);

#endif
