/* SPDX-License-Identifier: MIT */
/* A request's head: where it ends, and what it says (RFC 9112 §2 to §6). Strict: whatever two
 * parsers could understand differently is refused, and so is what no client of good will sends.
 * Pure functions over bytes: no sockets, no libraries; unit tests and fuzzers come in here.
 *
 * Refusals are an HTTP status and a sentence of static text. */
#ifndef FE_HTTP_HEAD_H
#define FE_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "http/framing.h"
#include "message/request.h"
#include "util/arena.h"
#include "util/slice.h"

/* How far a head that is still coming has been looked at. Start with a zeroed one. */
struct fe_head_scan {
    size_t offset; /* bytes looked at */
    size_t line;   /* where the current line starts */
    size_t lines;  /* complete ones */
};

/* Looks for the end of the head at the front of `text`, which is the same text as in the last call
 * and maybe more. The length of the head, empty line and all; 0: more is needed; or a status,
 * negated: 400 for a byte that may not be (bare CR or LF, control characters, a folded line), 414
 * and 431 as soon as a limit is passed. */
ptrdiff_t fe_head_scan(struct fe_head_scan *scan, struct fe_slice text, const char **why_out);

struct fe_head {
    struct fe_request request; /* without tls and peer; slices in the arena */
    struct fe_framing framing;
    bool keep_alive;
    bool expects_continue;
};

/* Reads a head that fe_head_scan() has delimited; `lines` is scan.lines. The text is copied into
 * the arena once. 0, or the status to refuse with. */
int fe_head_parse(struct fe_slice text, size_t lines, struct fe_arena *arena,
                  struct fe_head *head_out, const char **why_out);

#endif
