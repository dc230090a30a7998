/* SPDX-License-Identifier: MIT */
/* A strict JSON scanner (RFC 8259, UTF-8 only) that gives spans of the sender's own text, so that
 * numbers, key order and escapes can be passed on untouched. It never builds a tree: a document is
 * checked once, and members are then found in it by walking. Nesting past FE_LIMIT_JSON_DEPTH is
 * refused, and no recursion is used. */
#ifndef FE_UTIL_JSON_H
#define FE_UTIL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/slice.h"

enum fe_json_kind {
    FE_JSON_NULL,
    FE_JSON_FALSE,
    FE_JSON_TRUE,
    FE_JSON_NUMBER,
    FE_JSON_STRING,
    FE_JSON_ARRAY,
    FE_JSON_OBJECT
};

/* One value: its kind and its own text, without the space around it; a string with its quotes. */
struct fe_json {
    enum fe_json_kind kind;
    struct fe_slice text;
};

/* Checks the whole of `text` and gives its one value. -EBADMSG: not JSON, *offset_out (may be NULL)
 * is where; -E2BIG: nested too deep. */
int fe_json_parse(struct fe_slice text, struct fe_json *value_out, size_t *offset_out);

/* All functions below take values that fe_json_parse() has accepted. */

/* Members of an object, or elements of an array, in the sender's order. Start with a zeroed cursor.
 * False at the end. `key` (a string value, quotes and all) may be NULL. */
struct fe_json_cursor {
    size_t offset;
};
bool fe_json_next(const struct fe_json *container, struct fe_json_cursor *cursor,
                  struct fe_json *key, struct fe_json *value);

/* The member called `name`, escapes in keys understood; the last one where a key repeats, as
 * JSON.parse has it. False if there is none or `object` is not an object. */
bool fe_json_member(const struct fe_json *object, const char *name, struct fe_json *value_out);

/* The string's content, escapes resolved, in the arena; borrowed from the text when there is no
 * escape. -EINVAL if it is no string, -EILSEQ if it escapes half a surrogate pair. */
int fe_json_string(const struct fe_json *value, struct fe_arena *arena, struct fe_slice *text_out);

/* The text of the member called `name`, as above; empty if there is none, or it is no string. */
struct fe_slice fe_json_member_text(const struct fe_json *object, const char *name,
                                    struct fe_arena *arena);

/* A number without fraction or exponent that fits. -EINVAL, -ERANGE. */
int fe_json_int64(const struct fe_json *value, int64_t *number_out);

#endif
