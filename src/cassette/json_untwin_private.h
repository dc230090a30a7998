/* SPDX-License-Identifier: MIT */
/* What the two halves of reading a line of JSON share: its values, and the frame around them. */
#ifndef FE_CASSETTE_JSON_UNTWIN_PRIVATE_H
#define FE_CASSETTE_JSON_UNTWIN_PRIVATE_H

#include "util/buf.h"
#include "util/json.h"

enum {
    FE_UNTWIN_LEVELS = 64 /* a map as pairs takes two; the frame's own rule is stricter */
};

enum fe_untwin_form {
    FE_UNTWIN_LIST,
    FE_UNTWIN_OBJECT,
    FE_UNTWIN_PAIRS
};

struct fe_untwin_level {
    enum fe_untwin_form form;
    struct fe_json container;
    struct fe_json_cursor cursor;
};

struct fe_untwin {
    struct fe_buf *out;
    struct fe_arena arena;
    struct fe_untwin_level levels[FE_UNTWIN_LEVELS];
    size_t depth;
    const char *why;
};

/* All return 0 or -EBADMSG, and then `why` says so; bad() always does. */
int fe_untwin_bad(struct fe_untwin *u, const char *why);
int fe_untwin_text(struct fe_untwin *u, const struct fe_json *value, struct fe_slice *text_out);
int fe_untwin_base64(struct fe_untwin *u, const struct fe_json *value, struct fe_buf *bytes);

/* Packs a member of an object, with all that is in its value. */
int fe_untwin_member(struct fe_untwin *u, const struct fe_json *key, const struct fe_json *value);

#endif
