/* SPDX-License-Identifier: MIT */
/* An answer that is being played; for play*.c. It lives in its exchange's arena. */
#ifndef FE_REPLAY_PLAY_PRIVATE_H
#define FE_REPLAY_PLAY_PRIVATE_H

#include "http/relay.h"
#include "http/rewrite.h"
#include "replay/play.h"

struct fe_timer;

struct fe_player {
    struct fe_exchange *x;
    struct fe_play_source source;
    struct fe_pace_options pace;
    struct fe_play_hooks hooks;
    struct fe_rewrite rewrite;
    bool rewrites;
    struct fe_frame_end end;
    uint64_t end_kind; /* not FE_FRAME_END if somebody has written to the file */

    size_t next; /* of the recording's frames */
    bool loaded; /* there is one in `frame` */
    struct fe_frame frame;
    struct fe_arena frame_arena; /* of its lists */
    uint64_t offset;             /* in a body's frame: what is before it was sent */

    enum fe_relay_framing framing; /* once it has begun */
    uint64_t chunk_size;           /* as the line says of the one that was begun */
    uint64_t chunk_left;           /* of its bytes, to be sent */
    bool chunk_open;               /* it is the one that never ended */
    struct fe_buf gathered;        /* a body of more than one frame, for the hook */
    bool replaced;                 /* by the hook */
    bool resized;                  /* and not by one of the same length */
    struct fe_slice body;          /* in place of the recorded one */

    struct fe_timer *timer;
    size_t turn_bytes; /* written in this turn of the loop */
    bool settled;      /* the client has had time to read, before a reset */
    bool choked;       /* the client does not keep up */
    bool over;         /* nothing is left to do */
};

/* ── play_head.c ── */

/* Leaves in the list what the client gets, as it gets it, but for the fields of the framing. */
void fe_play_fields(struct fe_player *p, struct fe_headers *fields);

/* Decides p->framing. The body has been through its hook. */
void fe_play_head_make(struct fe_player *p, const struct fe_frame_head *head,
                       struct fe_relay_head *relay_out);

/* The reason as it may be sent. */
struct fe_slice fe_play_reason(struct fe_slice reason);

/* Whether the client gets a body at all. */
bool fe_play_has_body(const struct fe_player *p, const struct fe_frame_head *head);

/* ── play_body.c ── */

/* Gives the body to its hook, if there is one. -ENOMEM. */
int fe_play_body_hook(struct fe_player *p, const struct fe_frame_head *head);

/* Whether all of the frame's body has been sent. */
bool fe_play_body_at_end(const struct fe_player *p);

/* When the bytes at p->offset came; INT64_MIN if that is not known. */
int64_t fe_play_body_time(const struct fe_player *p);

/* Sends what is of one chunk, one time, and not too long; moves p->offset behind it. */
void fe_play_body_piece(struct fe_player *p);

/* Whether something is to be sent behind the last frame of the body: of one that has taken the
 * place of one of another length, or the line of a chunk of which nothing more had come. */
bool fe_play_body_is_left(const struct fe_player *p);
/* Sends a piece of it. */
void fe_play_body_rest(struct fe_player *p);

/* Sends what stands behind the last chunk, if there are chunks. */
void fe_play_body_end(struct fe_player *p);

void fe_play_body_done(struct fe_player *p);

#endif
