/* SPDX-License-Identifier: MIT */
/* Writes JSON by appending to a buffer. Commas and quotes are its business; nesting is the
 * caller's, and asserted. Errors gather in the buffer. */
#ifndef FE_UTIL_JSON_WRITER_H
#define FE_UTIL_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/slice.h"

struct fe_json_writer {
    struct fe_buf *out;
    unsigned depth;
    uint64_t has_items; /* bit n: the container at depth n+1 has an item; 64 levels at most */
    uint64_t is_object; /* bit n: the container at depth n+1 is an object */
    bool after_key;
};

void fe_json_writer_init(struct fe_json_writer *writer, struct fe_buf *out);

void fe_json_begin_object(struct fe_json_writer *writer);
void fe_json_end_object(struct fe_json_writer *writer);
void fe_json_begin_array(struct fe_json_writer *writer);
void fe_json_end_array(struct fe_json_writer *writer);

void fe_json_key(struct fe_json_writer *writer, const char *name);
void fe_json_key_slice(struct fe_json_writer *writer, struct fe_slice name);

/* Values: after a key in an object, anywhere in an array or at the top. Text must be UTF-8; bytes
 * that are not become U+FFFD. */
void fe_json_put_string(struct fe_json_writer *writer, struct fe_slice text);
void fe_json_put_int(struct fe_json_writer *writer, int64_t number);
void fe_json_put_bool(struct fe_json_writer *writer, bool value);
void fe_json_put_null(struct fe_json_writer *writer);
/* Text that is JSON already goes through byte for byte. */
void fe_json_put_raw(struct fe_json_writer *writer, struct fe_slice json);

/* Members, at least one, that are JSON already, with their commas: for an object that is open. */
void fe_json_put_members(struct fe_json_writer *writer, struct fe_slice members);

/* The commonest pairs in one call. */
void fe_json_member_string(struct fe_json_writer *writer, const char *name, struct fe_slice text);
void fe_json_member_int(struct fe_json_writer *writer, const char *name, int64_t number);
void fe_json_member_bool(struct fe_json_writer *writer, const char *name, bool value);

#endif
