/* json_writing.h - JSON written piece by piece, where no tree of it is needed. */
#ifndef CRMVI_FIT_JSON_WRITING_H
#define CRMVI_FIT_JSON_WRITING_H

#include "base/page.h"

/* A text (UTF-8) with quotation marks. */
void crmvi_json_write_text(crmvi_writing *to, const char *text);

/* A number to six decimals, as people read it; null where it is not finite. */
void crmvi_json_write_number(crmvi_writing *to, double value);

/* `"key": `, behind a comma unless it is the first of its object. Keys are plain ASCII. */
void crmvi_json_write_key(crmvi_writing *to, const char *key, bool is_first);

#endif
