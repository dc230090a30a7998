/* SPDX-License-Identifier: MIT */
/* --rewrite-bodies: the upstream's origin in a body becomes the emulator's, as the bytes come; also
 * where JSON has escaped its slashes ("https:\/\/…"), in any case, and with the scheme's own port
 * said. Only whole origins: what goes on as a longer host name or with another port is another
 * one. */
#ifndef FE_RECORD_BODY_REWRITE_H
#define FE_RECORD_BODY_REWRITE_H

#include <stdbool.h>

#include "http/rewrite.h"
#include "message/headers.h"
#include "util/buf.h"

enum {
    FE_BODY_REWRITE_PATTERNS = 4
};

struct fe_body_rewrite {
    struct {
        struct fe_slice from;
        struct fe_slice to;
    } patterns[FE_BODY_REWRITE_PATTERNS];
    size_t pattern_count;
    struct fe_buf held; /* the beginning of what may become an origin */
};

/* Whether such a body is rewritten: JSON or HTML, no coding on it, and not a part of something
 * larger, whose offsets would no longer fit. */
bool fe_body_rewrite_applies(int status, const struct fe_headers *headers);

/* Texts are made in the arena. */
void fe_body_rewrite_init(struct fe_body_rewrite *body, const struct fe_rewrite *rewrite,
                          struct fe_arena *arena);
void fe_body_rewrite_done(struct fe_body_rewrite *body);

/* Appends to `out` what `data` becomes, but for an end that is not clear yet: less than an origin's
 * length. `last`: nothing follows, so it is. -ENOMEM. */
int fe_body_rewrite_feed(struct fe_body_rewrite *body, struct fe_slice data, bool last,
                         struct fe_buf *out);

#endif
