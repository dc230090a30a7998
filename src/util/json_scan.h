/* SPDX-License-Identifier: MIT */
/* The JSON grammar, for util/json.c only. One scanner does everything: parsing runs it over a whole
 * document, walking runs it over one value at a time; so no second, laxer reader exists whose idea
 * of a value could differ. */
#ifndef FE_UTIL_JSON_SCAN_H
#define FE_UTIL_JSON_SCAN_H

#include "util/json.h"
#include "util/limits.h"
#include "util/slice.h"

struct fe_json_scan {
    const char *at; /* after a failure: where the text went wrong */
    const char *end;
    size_t depth;
    char closers[FE_LIMIT_JSON_DEPTH]; /* what ends each open container: '}' or ']' */
};

void fe_json_scan_init(struct fe_json_scan *s, struct fe_slice text);

void fe_json_scan_space(struct fe_json_scan *s);

/* A value from its first byte to its last, with all that is inside. -EBADMSG, -E2BIG. */
int fe_json_scan_value(struct fe_json_scan *s, struct fe_json *value_out);

/* A string, given with its quotes, the colon, and the space around that. -EBADMSG. */
int fe_json_scan_key(struct fe_json_scan *s, struct fe_slice *key_out);

#endif
