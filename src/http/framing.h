/* SPDX-License-Identifier: MIT */
/* Where a message ends (RFC 9112 §6, §7): the decision from a head's fields, and the decoder that
 * follows it. Pure functions over bytes, cut anywhere. */
#ifndef FE_HTTP_FRAMING_H
#define FE_HTTP_FRAMING_H

#include <stdint.h>

#include "message/request.h"
#include "util/slice.h"

enum fe_framing_kind {
    FE_FRAMING_NONE, /* no body */
    FE_FRAMING_LENGTH,
    FE_FRAMING_CHUNKED
};

struct fe_framing {
    enum fe_framing_kind kind;
    uint64_t length; /* for FE_FRAMING_LENGTH; not 0 */
};

/* 0, or the status to refuse the request with and why (static text): 400 for whatever two parsers
 * could understand differently, 413 past 64 bits, 501 for codings other than "chunked". */
int fe_framing_decide(const struct fe_request *request, struct fe_framing *framing_out,
                      const char **why_out);

enum fe_body_step {
    FE_BODY_SIZE,      /* the digits of a chunk's size */
    FE_BODY_EXTENSION, /* what stands behind them, skipped */
    FE_BODY_SIZE_LF,
    FE_BODY_DATA,
    FE_BODY_DATA_CR,
    FE_BODY_DATA_LF,
    FE_BODY_TRAILER, /* at the start of a line behind the last chunk */
    FE_BODY_TRAILER_LINE,
    FE_BODY_TRAILER_LF,
    FE_BODY_END_LF,
    FE_BODY_DONE
};

struct fe_body_decoder {
    enum fe_body_step step;
    bool chunked;
    uint64_t left;       /* bytes of data until the step changes */
    unsigned line_bytes; /* of the size line; of all trailers */
    unsigned digits;
};

/* Ready at once (FE_BODY_DONE) when there is no body. */
void fe_body_decoder_init(struct fe_body_decoder *decoder, const struct fe_framing *framing);

/* Reads from the front of *input, as far as it makes one run of data, and takes away what it has
 * read; *data_out is that run, a part of the input, maybe empty. Call it until the input is empty
 * or the step is FE_BODY_DONE. -EBADMSG when this is no chunked body: the bad byte is the last that
 * was read, and the step is the one that it came at. */
int fe_body_decode(struct fe_body_decoder *decoder, struct fe_slice *input,
                   struct fe_slice *data_out);

static inline bool fe_body_done(const struct fe_body_decoder *decoder)
{
    return decoder->step == FE_BODY_DONE;
}

#endif
