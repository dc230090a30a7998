/* SPDX-License-Identifier: MIT */
/* Answers of the rig's app that are somebody else's. By path:
 *   /relay/length      a Content-Length, odd spellings, a reason of its own, its own Date
 *   /relay/framed      chunks, an extension and a trailer; decoded and closed for HTTP/1.0
 *   /relay/close       ended by closing
 *   /relay/none        204
 *   /relay/truncated   half of what was announced
 *   /relay/early       413 with the request's body still to come; /relay/early-closes
 *   /relay/hints       103 before 200
 *   /relay/echo        the request's body, framing and all, in an answer framed like it; parked in
 *                      `parked` first if the client waits to be told to go on */
#ifndef FE_TESTS_HTTP_RIG_RELAY_H
#define FE_TESTS_HTTP_RIG_RELAY_H

#include "http/relay.h"

int rig_relay(void *self, struct fe_exchange *x);

#endif
