/* SPDX-License-Identifier: MIT */
/* An upstream's head as the client gets it: as it came, less what was meant for us alone, with the
 * emulator's address in it, and with the framing that the body will have. */
#ifndef FE_RECORD_RELAY_HEAD_H
#define FE_RECORD_RELAY_HEAD_H

#include "http/relay.h"
#include "http/rewrite.h"
#include "record/response_head.h"

/* How the body is changed on its way, if it is. */
enum fe_body_change {
    FE_BODY_AS_IT_CAME,
    FE_BODY_UNCHUNKED, /* chunks taken off, for a client of HTTP/1.0 */
    FE_BODY_REWRITTEN  /* of a new length: in chunks of ours, or to the end of the connection */
};

/* Fills all but `closes`; the fields are in the arena too. */
void fe_relay_head_make(const struct fe_response_head *head, const struct fe_rewrite *rewrite,
                        enum fe_body_change change, int client_minor_version,
                        struct fe_arena *arena, struct fe_relay_head *relay_out);

#endif
