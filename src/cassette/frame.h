/* SPDX-License-Identifier: MIT */
/* What a cassette is made of, as plain C values. The bytes of each are told in cassettes/README.md,
 * which is the law; encode.c writes them, decode.c reads them, and nothing else knows them.
 *
 * Slices are borrowed: from whoever encodes, or from the text that was decoded. */
#ifndef FE_CASSETTE_FRAME_H
#define FE_CASSETTE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message/headers.h"
#include "util/slice.h"

enum {
    FE_CASSETTE_FORMAT = 1,         /* what this program writes */
    FE_CASSETTE_READER = 1,         /* the oldest reader that can read that */
    FE_FRAME_BODY_BYTES = 64 << 10, /* of a body, in one frame */
    FE_FRAME_BYTES_MAX = 16 << 20   /* of one whole frame: no reader takes more */
};

enum fe_frame_kind {
    FE_FRAME_SESSION, /* opens a recording; all that follows belongs to it, until the next one */
    FE_FRAME_REQUEST,
    FE_FRAME_REQUEST_BODY,
    FE_FRAME_INTERIM, /* a 1xx answer */
    FE_FRAME_RESPONSE,
    FE_FRAME_RESPONSE_BODY,
    FE_FRAME_END,   /* of an exchange: without one, it is not whole */
    FE_FRAME_SEAL,  /* of a session: it was closed in order */
    FE_FRAME_INDEX, /* of a session, before its seal: where its exchanges are, and their keys */
    FE_FRAME_KINDS
};

/* "session", "request_body" and so on; static text. */
struct fe_slice fe_frame_kind_text(enum fe_frame_kind kind);
/* -EINVAL for any other word. */
int fe_frame_kind_parse(struct fe_slice text, enum fe_frame_kind *kind_out);

/* How an exchange with the upstream ended. */
enum fe_recorded_outcome {
    FE_RECORDED_OK,
    FE_RECORDED_REFUSED,     /* no connection: refused, unreachable, no such host */
    FE_RECORDED_RESET,       /* the connection broke, or what came was not HTTP */
    FE_RECORDED_TIMEOUT,     /* no byte for too long */
    FE_RECORDED_TLS,         /* no handshake, or a certificate that does not hold */
    FE_RECORDED_TRUNCATED,   /* the body ended before its end */
    FE_RECORDED_CLIENT_ABORT /* the client left before it had everything */
};

/* "ok", "refused" and so on; static text. */
struct fe_slice fe_recorded_outcome_text(enum fe_recorded_outcome outcome);
/* -EINVAL for any other word. */
int fe_recorded_outcome_parse(struct fe_slice text, enum fe_recorded_outcome *outcome_out);

/* How a message said where its body ends. */
enum fe_recorded_framing {
    FE_RECORDED_NONE, /* no body */
    FE_RECORDED_LENGTH,
    FE_RECORDED_CHUNKED,
    FE_RECORDED_CLOSE
};
struct fe_slice fe_recorded_framing_text(enum fe_recorded_framing framing);
int fe_recorded_framing_parse(struct fe_slice text, enum fe_recorded_framing *framing_out);

struct fe_names {
    struct fe_slice *items;
    size_t count;
};

/* How secrets were kept out of a session: the same rules are applied to live requests at replay. */
struct fe_frame_redaction {
    uint64_t version;     /* of the built-in list of names */
    bool secrets_kept;    /* --keep-secrets */
    bool pii;             /* --redact-pii */
    struct fe_names also; /* --redact */
    struct fe_names keep; /* --keep */
};

struct fe_frame_session {
    uint64_t format;
    uint64_t reader;
    struct fe_slice recorder; /* "foundry-emulator/0.1.0" */
    struct fe_slice upstream; /* "https://stack.example" */
    struct fe_slice time;     /* "2026-01-31T12:00:00.000Z": all t_us count from here */
    struct fe_frame_redaction redaction;
    struct fe_slice match_profile; /* "strict" */
};

/* A request, an answer, or an interim answer: what is not its own is 0 or empty. */
struct fe_frame_head {
    uint64_t exchange; /* from 1 within its session */
    int64_t t_us;
    struct fe_slice method;
    struct fe_slice target;
    int status;
    struct fe_slice reason;
    int minor_version; /* HTTP/1.minor_version */
    struct fe_headers headers;
    enum fe_recorded_framing framing;
};

/* From byte `at` of its frame on, the bytes came at t_us. */
struct fe_pace {
    int64_t t_us;
    uint64_t at;
};

struct fe_frame_body {
    uint64_t exchange;
    uint64_t at; /* of its first byte, in the body as it is stored */
    /* Where chunks of the wire ended, line end and all, within the frame: 1 to bytes.len,
     * ascending. */
    const uint64_t *cuts;
    size_t cut_count;
    const struct fe_pace *pace;
    size_t pace_count;
    struct fe_slice bytes;
};

/* A chunk that had begun, and had not ended when its body broke off. */
struct fe_frame_open_chunk {
    bool is_open;  /* there is one */
    uint64_t size; /* that it had announced; 0: the last one, which trailers may follow */
    uint64_t came; /* of these, behind the last cut */
};

/* One body as a whole. */
struct fe_frame_body_end {
    uint64_t bytes;      /* as stored */
    uint64_t wire_bytes; /* as they crossed the wire, framing taken off */
    /* Content codings that were taken off to strike out secrets, as in Content-Encoding; empty: the
     * body is stored with whatever coding it has. */
    struct fe_slice decoded;
    /* What could not be read, and so was not kept: "coding", "limit"; empty: all is there. */
    struct fe_slice dropped;
    struct fe_headers trailers;
    struct fe_frame_open_chunk open;
};

struct fe_frame_end {
    uint64_t exchange;
    int64_t t_us;
    enum fe_recorded_outcome outcome;
    struct fe_slice note; /* what went wrong, in a sentence; empty */
    struct fe_frame_body_end request;
    struct fe_frame_body_end response;
};

struct fe_frame_seal {
    uint64_t frames; /* of this session, its first one too, without the seal */
    uint64_t exchanges;
    uint64_t index_bytes; /* of the index frames right before it; 0: there are none */
};

struct fe_frame_index {
    uint64_t canonical; /* the rules by which the keys were made: FE_CANONICAL_VERSION */
    uint64_t covers;    /* how many bytes stand before the first index frame of the session */
    uint64_t crc;       /* CRC-32C of these bytes */
    struct fe_slice rows;
};

struct fe_frame {
    uint64_t kind; /* enum fe_frame_kind, or one that this version does not know */
    union {
        struct fe_frame_session session;
        struct fe_frame_head head; /* REQUEST, INTERIM, RESPONSE */
        struct fe_frame_body body; /* REQUEST_BODY, RESPONSE_BODY */
        struct fe_frame_end end;
        struct fe_frame_seal seal;
        struct fe_frame_index index;
    };
};

#endif
