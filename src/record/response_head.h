/* SPDX-License-Identifier: MIT */
/* The head of an upstream's answer (RFC 9112 §4, §5, §6.3). Fair: what servers in use send is read,
 * such as a missing reason, lines that end with a bare LF, and folded fields, because the client
 * gets it written anew. Strict: nothing that leaves in doubt where the answer ends. Pure functions.
 */
#ifndef FE_RECORD_RESPONSE_HEAD_H
#define FE_RECORD_RESPONSE_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "cassette/frame.h"
#include "util/arena.h"
#include "util/slice.h"

/* How far a head that is still coming has been looked at. Start with a zeroed one. */
struct fe_response_scan {
    size_t offset; /* where the current line starts, or bytes looked at in it */
    size_t line;
};

/* Looks for the end of the head at the front of `text`, which is the same text as in the last call
 * and maybe more. Its length, empty line and all; 0: more is needed; -EBADMSG: this is no HTTP;
 * -EMSGSIZE: longer than FE_LIMIT_UPSTREAM_HEAD_BYTES. */
ptrdiff_t fe_response_head_scan(struct fe_response_scan *scan, struct fe_slice text);

struct fe_response_head {
    struct fe_frame_head head; /* status, reason, version, headers, framing: as they came */
    uint64_t length;           /* for FE_RECORDED_LENGTH */
    bool keeps_alive;          /* the connection may be used again when the body has come */
};

/* Reads a head that fe_response_head_scan() has delimited; `to_head`: it answers a HEAD, so has no
 * body whatever it says. The text is copied into the arena once. 0, or -EBADMSG with a sentence why
 * (static text): malformed, or a body whose end could be understood in two ways: an answer with
 * both Content-Length and Transfer-Encoding, with two lengths, with a transfer coding besides
 * "chunked" (which nobody asked for, as TE is not passed on). */
int fe_response_head_parse(struct fe_slice text, bool to_head, struct fe_arena *arena,
                           struct fe_response_head *head_out, const char **why_out);

#endif
