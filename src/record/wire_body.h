/* SPDX-License-Identifier: MIT */
/* A body on its way through: its bytes pass as they are, and this looks on. It says where the body
 * ends, refuses framing that is broken, hands out the data for the recording, and keeps the
 * trailers. */
#ifndef FE_RECORD_WIRE_BODY_H
#define FE_RECORD_WIRE_BODY_H

#include <stdbool.h>

#include "cassette/frame.h"
#include "http/framing.h"
#include "util/arena.h"
#include "util/buf.h"

struct fe_wire_body {
    struct fe_body_decoder decoder;
    bool until_close;
    struct fe_buf trailers; /* as they came, with the empty line behind them */
    unsigned trailer_bytes; /* of them seen so far */
    uint64_t chunk_bytes;   /* data of the chunk that has not ended */
};

void fe_wire_body_init(struct fe_wire_body *body, enum fe_recorded_framing framing,
                       uint64_t length);
void fe_wire_body_done(struct fe_wire_body *body);

/* Data without framing; `cut`: a chunk ends behind it, line end and all. Empty where that line end
 * came later than the data. */
typedef void fe_wire_data_fn(void *arg, struct fe_slice data, bool cut);

/* Looks at `raw`, up to the end of the body: *used_out bytes. -EBADMSG: badly chunked; the first
 * *used_out bytes, up to a line's end or among data, are good, and what is in them has been handed
 * out. */
int fe_wire_body_feed(struct fe_wire_body *body, struct fe_slice raw, fe_wire_data_fn *fn,
                      void *arg, size_t *used_out);

/* Never, where it ends with the connection. */
bool fe_wire_body_is_whole(const struct fe_wire_body *body);

/* The trailer fields, in the arena; lines that are no fields are left out. */
struct fe_headers fe_wire_body_trailers(const struct fe_wire_body *body, struct fe_arena *arena);

/* The chunk whose size has come, and its end has not; none outside of chunks. */
struct fe_frame_open_chunk fe_wire_body_open(const struct fe_wire_body *body);

#endif
