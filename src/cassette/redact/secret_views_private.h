/* SPDX-License-Identifier: MIT */
/* Views of a text: what it means once escapes in it are resolved. */
#ifndef FE_CASSETTE_REDACT_SECRET_VIEWS_PRIVATE_H
#define FE_CASSETTE_REDACT_SECRET_VIEWS_PRIVATE_H

#include <stdbool.h>

#include "util/slice.h"

enum {
    FE_SECRET_VIEW_DEPTH = 3, /* decodings one upon another: twice percent-encoded JSON, say */
    FE_SECRET_VIEWS = (1 << (FE_SECRET_VIEW_DEPTH + 1)) - 1
};

/* A run of the parent's text that means something else here: `out` bytes for `in`; none for many
 * where text too far from any escape is left out. */
struct fe_view_token {
    size_t at;
    size_t from;
    size_t in;
    size_t out;
};

struct fe_view {
    bool active;
    bool open; /* more of the text may come behind it */
    struct fe_slice text;
    char *bytes; /* its own memory, but for the root */
    size_t bytes_capacity;
    struct fe_view_token *tokens;
    size_t token_count;
    size_t token_capacity;
};

/* Number 0 is the text itself; below n are 2n+1, its percent-decoding, and 2n+2, with JSON's
 * escapes resolved. Only those are active where there is something to decode. */
struct fe_views {
    struct fe_view items[FE_SECRET_VIEWS];
};

/* `reach`: a match is no longer than that. `last`: no more text comes. */
void fe_views_build(struct fe_views *views, struct fe_slice text, size_t reach, bool last);
void fe_views_done(struct fe_views *views);
/* Where bytes [at, end) of a view are in the text. False: there is a gap between them. */
bool fe_views_locate(const struct fe_views *views, size_t view, size_t *at, size_t *end);
/* All matches that begin before this place in the text have been seen. */
size_t fe_views_certain(const struct fe_views *views, size_t reach);
/* The last place, not behind `at`, where no view is amid an escape. */
size_t fe_views_boundary(const struct fe_views *views, size_t at);

#endif
