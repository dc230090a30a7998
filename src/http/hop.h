/* SPDX-License-Identifier: MIT */
/* What of a head goes on to the next one who gets it, and how: for whoever passes messages on. */
#ifndef FE_HTTP_HOP_H
#define FE_HTTP_HOP_H

#include <stdbool.h>

#include "http/rewrite.h"
#include "message/headers.h"
#include "util/arena.h"

/* Whether a field is for one hop only: by itself, or because the message's Connection field names
 * it (RFC 9110 §7.6.1). Content-Length, Transfer-Encoding and Host never are: where a message ends
 * and whom it is for are not for a list to say. */
bool fe_is_for_one_hop(const struct fe_headers *headers, struct fe_slice name);

/* The fields of an answer, final or interim, as the client gets them: in order and spelling, less
 * what was meant for us alone, and with the emulator's address for the upstream's; `rewrite` NULL:
 * addresses stay. Without those that tell where its body ends, if `reframed`. In the arena, or
 * borrowed from `from`. */
struct fe_headers fe_relay_fields(const struct fe_headers *from, const struct fe_rewrite *rewrite,
                                  bool reframed, struct fe_arena *arena);

#endif
