/* SPDX-License-Identifier: MIT */
/* Gives a recorded answer to an exchange: head and body as they were, chunk by chunk, as fast as
 * told. Failures are played as what they were: a reset is a reset, half a body is half a body. */
#ifndef FE_REPLAY_PLAY_H
#define FE_REPLAY_PLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "cassette/reader.h"
#include "http/exchange.h"
#include "replay/pace.h"

/* What is played; all of it outlives the exchange. */
struct fe_play_source {
    const struct fe_reader *reader;
    const struct fe_recorded *recorded; /* whole: it has its end */
    const struct fe_frame *request;     /* its first frame, decoded */
    /* Its session's: "https://stack.example". Addresses there become the emulator's in Location,
     * Content-Location and Set-Cookie, as they did when it was recorded. Empty: they stay. */
    struct fe_slice upstream;
};

/* What may be changed on the way to the client. */
struct fe_play_hooks {
    /* Fields of the answer, of interim answers before it, and trailers: may replace a value, in the
     * arena; or drop the field by returning false. NULL: they pass. */
    bool (*on_field)(void *arg, struct fe_header *field, struct fe_arena *arena);
    /* The whole body, its content codings taken off. If it gives back the same, the body is sent as
     * it was; else what it gives is sent, without coding, in the chunks and at the pace of old if
     * it has the same length, or as one chunk when the recording had ended. NULL, or a body past
     * FE_PLAY_HOOKED_BYTES: passes as it was, from the file. */
    struct fe_slice (*on_body)(void *arg, const struct fe_frame_head *head, struct fe_slice body,
                               struct fe_arena *arena);
    void *arg;
};

enum {
    FE_PLAY_HOOKED_BYTES = 64 << 20
};

/* Answers `x`, now or over time; x must not have been answered. Sets x's on_end and on_drain.
 * `hooks` may be NULL; they are copied.
 *
 * Fields for one hop are left out (RFC 9110 §7.6.1), and those that tell where the body ends fit
 * what is sent: its own length; chunks for a client of HTTP/1.1, the end of the connection for one
 * of HTTP/1.0. A body whose content coding was taken off to strike secrets out is sent without it,
 * and Content-Encoding is left out; one that was dropped is answered 502, saying so.
 *
 * "100 Continue" is not said again to a client that has waited for it: that is for whoever reads
 * the request's body. A client with a body still to send may go on sending it. */
void fe_play(struct fe_exchange *x, const struct fe_play_source *source,
             const struct fe_pace_options *pace, const struct fe_play_hooks *hooks);

/* How long its client waited for the answer's head, or for the end where there was none. */
struct fe_take;
int64_t fe_play_latency_us(const struct fe_take *take);

#endif
