/* SPDX-License-Identifier: MIT */
/* One entry of an HTTP archive as what may have crossed the wire. */
#ifndef FE_TOOL_HAR_READ_H
#define FE_TOOL_HAR_READ_H

#include "cassette/frame.h"
#include "util/json.h"

/* What an entry did not say, or said in a way that a cassette does not have. */
enum fe_har_loss {
    FE_HAR_SKIPPED, /* no HTTP: the entry is left out */
    FE_HAR_NO_TIME,
    FE_HAR_NO_TIMINGS,
    FE_HAR_HTTP2,
    FE_HAR_PSEUDO,
    FE_HAR_NO_HOST,
    FE_HAR_BAD_FIELD,
    FE_HAR_SPLIT_FIELD,
    FE_HAR_NO_LENGTH,
    FE_HAR_DECODED,
    FE_HAR_BASE64,
    FE_HAR_BAD_BODY,
    FE_HAR_NO_BODY,
    FE_HAR_PARAMETERS,
    FE_HAR_CHARSET,
    FE_HAR_NO_ANSWER,
    FE_HAR_LOSSES
};

/* "responses without a body, of which there was one"; static text. */
const char *fe_har_loss_text(enum fe_har_loss loss);

struct fe_har_message {
    struct fe_frame_head head; /* without number and time */
    struct fe_headers plain;   /* the fields that describe `body`: without content codings */
    struct fe_slice body;      /* codings taken off */
    uint64_t wire_bytes;
    struct fe_slice decoded; /* the codings */
    struct fe_slice dropped; /* why there is no body; empty: there is */
};

struct fe_har_entry {
    struct fe_slice origin; /* "https://stack.example" */
    int64_t time_ns;
    bool has_time;
    int64_t send_us;
    int64_t wait_us;
    int64_t receive_us;
    struct fe_har_message request;
    bool answered;
    struct fe_har_message response;
    enum fe_recorded_outcome outcome;
    struct fe_slice note;
};

/* Lists and texts are in the arena, or in the archive. `losses` counts FE_HAR_LOSSES of them.
 * False: it is no exchange over HTTP. */
bool fe_har_read(const struct fe_json *entry, struct fe_arena *arena, uint64_t *losses,
                 struct fe_har_entry *entry_out);

#endif
