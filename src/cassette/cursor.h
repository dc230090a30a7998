/* SPDX-License-Identifier: MIT */
/* Walks msgpack value by value, within bytes that may be anything. msgpack-c is not used here: a
 * few bytes can make it reserve gigabytes, it refuses values nested past what it was compiled for,
 * and it takes text that is not UTF-8. Only the shortest form of each value is taken, so that one
 * value has one form, in the file and in its JSON twin. */
#ifndef FE_CASSETTE_CURSOR_H
#define FE_CASSETTE_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "util/slice.h"

enum {
    FE_CURSOR_DEPTH_MAX = 16 /* lists and maps within one another */
};

enum fe_token_kind {
    FE_TOKEN_NIL,
    FE_TOKEN_BOOL,
    FE_TOKEN_UINT,
    FE_TOKEN_NEGATIVE,
    FE_TOKEN_FLOAT, /* its 4 or 8 bytes, big endian */
    FE_TOKEN_STR,
    FE_TOKEN_BIN,
    FE_TOKEN_EXT,
    FE_TOKEN_ARRAY,
    FE_TOKEN_MAP
};

/* A scalar, or the beginning of a list or map. What is not its kind's is not set. */
struct fe_token {
    enum fe_token_kind kind;
    uint64_t number;       /* BOOL, UINT; elements of an ARRAY, pairs of a MAP */
    int64_t negative;      /* NEGATIVE */
    struct fe_slice bytes; /* FLOAT, STR, BIN, EXT; borrowed */
    int ext_type;          /* EXT: -128 to 127 */
};

struct fe_cursor {
    const char *at;
    const char *end;
    const char *why;  /* after -EBADMSG: static text */
    bool well_formed; /* it has been walked before: text is not looked at again */
};

void fe_cursor_init(struct fe_cursor *cursor, struct fe_slice text);

/* 0; -ENODATA: the bytes end within it; -EBADMSG: it is no msgpack, not in its shortest form, or a
 * text that is not UTF-8. An ARRAY or MAP never promises more values than bytes are left. */
int fe_cursor_next(struct fe_cursor *cursor, struct fe_token *token_out);

/* Over one whole value; no recursion. As above; -EBADMSG also past FE_CURSOR_DEPTH_MAX, and for a
 * map with a key that is no text, which not every language could hold. */
int fe_cursor_skip(struct fe_cursor *cursor);

/* What is left. */
static inline struct fe_slice fe_cursor_rest(const struct fe_cursor *cursor)
{
    return (struct fe_slice){cursor->at, (size_t)(cursor->end - cursor->at)};
}

#endif
