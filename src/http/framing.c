/* SPDX-License-Identifier: MIT */
/* Chunk extensions are skipped and trailers dropped, as RFC 9112 §7.1 asks of a recipient that
 * knows none of them; both are bounded, and neither may hold what would end a line elsewhere. */
#include "http/framing.h"

#include <errno.h>

#include "util/limits.h"

enum {
    SIZE_LINE_BYTES_MAX = 256, /* with extensions */
    SIZE_BITS_MAX = 60         /* more cannot be meant, and shifting stays defined */
};

/* ── the decision ── */

static int decide_length(const struct fe_headers *headers, struct fe_framing *framing_out,
                         const char **why_out)
{
    struct fe_slice text = {NULL, 0};
    if (!fe_headers_get(headers, FE_SLICE("Content-Length"), &text)) {
        return 0;
    }
    if (fe_headers_count(headers, FE_SLICE("Content-Length")) > 1) {
        *why_out = "There is more than one Content-Length.";
        return 400;
    }
    int r = fe_slice_u64(text, &framing_out->length);
    if (r == -ERANGE) {
        *why_out = "The Content-Length is too large.";
        return 413;
    }
    if (r < 0) {
        *why_out = "The Content-Length is not a number.";
        return 400;
    }
    framing_out->kind = framing_out->length > 0 ? FE_FRAMING_LENGTH : FE_FRAMING_NONE;
    return 0;
}

int fe_framing_decide(const struct fe_request *request, struct fe_framing *framing_out,
                      const char **why_out)
{
    const struct fe_headers *headers = &request->headers;
    struct fe_slice coding = {NULL, 0};
    *framing_out = (struct fe_framing){.kind = FE_FRAMING_NONE};
    if (!fe_headers_get(headers, FE_SLICE("Transfer-Encoding"), &coding)) {
        return decide_length(headers, framing_out, why_out);
    }
    if (request->minor_version == 0) {
        *why_out = "HTTP/1.0 knows no Transfer-Encoding.";
        return 400;
    }
    if (fe_headers_count(headers, FE_SLICE("Content-Length")) > 0) {
        *why_out = "Content-Length and Transfer-Encoding exclude each other.";
        return 400;
    }
    if (fe_headers_count(headers, FE_SLICE("Transfer-Encoding")) > 1 ||
        !fe_slice_eq(coding, FE_SLICE("chunked"))) {
        *why_out = "The only Transfer-Encoding understood is \"chunked\".";
        return 501;
    }
    framing_out->kind = FE_FRAMING_CHUNKED;
    return 0;
}

/* ── the decoder ── */

void fe_body_decoder_init(struct fe_body_decoder *decoder, const struct fe_framing *framing)
{
    static const enum fe_body_step first[] = {
        [FE_FRAMING_NONE] = FE_BODY_DONE,
        [FE_FRAMING_LENGTH] = FE_BODY_DATA,
        [FE_FRAMING_CHUNKED] = FE_BODY_SIZE,
    };
    *decoder = (struct fe_body_decoder){
        .step = first[framing->kind],
        .chunked = framing->kind == FE_FRAMING_CHUNKED,
        .left = framing->length,
    };
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Text within a line: no control characters but tab, so no CR and LF of its own. */
static bool is_line_char(char c)
{
    return c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f);
}

static int read_size(struct fe_body_decoder *d, char c)
{
    int digit = hex_digit(c);
    if (digit >= 0) {
        if (d->left >> (SIZE_BITS_MAX - 4) != 0) {
            return -EBADMSG;
        }
        d->left = d->left << 4 | (uint64_t)digit;
        d->digits++;
        return 0;
    }
    if (d->digits == 0) {
        return -EBADMSG;
    }
    if (c == '\r') {
        d->step = FE_BODY_SIZE_LF;
        return 0;
    }
    if (c != ';') {
        return -EBADMSG;
    }
    d->step = FE_BODY_EXTENSION;
    return 0;
}

static int read_extension(struct fe_body_decoder *d, char c)
{
    if (c == '\r') {
        d->step = FE_BODY_SIZE_LF;
        return 0;
    }
    return is_line_char(c) ? 0 : -EBADMSG;
}

static void begin_size(struct fe_body_decoder *d)
{
    d->step = FE_BODY_SIZE;
    d->left = 0;
    d->digits = 0;
    d->line_bytes = 0;
}

static void end_size(struct fe_body_decoder *d)
{
    d->step = d->left > 0 ? FE_BODY_DATA : FE_BODY_TRAILER;
    d->line_bytes = 0;
}

static int read_trailer(struct fe_body_decoder *d, char c)
{
    if (c == '\r') {
        d->step = d->step == FE_BODY_TRAILER ? FE_BODY_END_LF : FE_BODY_TRAILER_LF;
        return 0;
    }
    bool folded = d->step == FE_BODY_TRAILER && (c == ' ' || c == '\t');
    if (!is_line_char(c) || folded) {
        return -EBADMSG;
    }
    d->step = FE_BODY_TRAILER_LINE;
    return 0;
}

/* The one byte that may come at this step; 0 where there are several. */
static char only_byte(enum fe_body_step step)
{
    switch (step) {
    case FE_BODY_DATA_CR:
        return '\r';
    case FE_BODY_SIZE_LF:
    case FE_BODY_DATA_LF:
    case FE_BODY_TRAILER_LF:
    case FE_BODY_END_LF:
        return '\n';
    default:
        return '\0';
    }
}

/* One byte of what frames the data. */
static int read_frame(struct fe_body_decoder *d, char c)
{
    char only = only_byte(d->step);
    d->line_bytes++;
    if (only && c != only) {
        return -EBADMSG;
    }
    switch (d->step) {
    case FE_BODY_SIZE:
        return d->line_bytes <= SIZE_LINE_BYTES_MAX ? read_size(d, c) : -EBADMSG;
    case FE_BODY_EXTENSION:
        return d->line_bytes <= SIZE_LINE_BYTES_MAX ? read_extension(d, c) : -EBADMSG;
    case FE_BODY_SIZE_LF:
        end_size(d);
        return 0;
    case FE_BODY_DATA_CR:
        d->step = FE_BODY_DATA_LF;
        return 0;
    case FE_BODY_DATA_LF:
        begin_size(d);
        return 0;
    case FE_BODY_TRAILER:
    case FE_BODY_TRAILER_LINE:
        return d->line_bytes <= FE_LIMIT_HEAD_BYTES ? read_trailer(d, c) : -EBADMSG;
    case FE_BODY_TRAILER_LF:
        d->step = FE_BODY_TRAILER;
        return 0;
    case FE_BODY_END_LF:
        d->step = FE_BODY_DONE;
        return 0;
    case FE_BODY_DATA:
    case FE_BODY_DONE:
        break;
    }
    return -EBADMSG;
}

static void read_data(struct fe_body_decoder *d, struct fe_slice *input, struct fe_slice *data_out)
{
    size_t len = input->len < d->left ? input->len : (size_t)d->left;
    *data_out = (struct fe_slice){input->ptr, len};
    *input = fe_slice_from(*input, len);
    d->left -= len;
    if (d->left == 0) {
        d->step = d->chunked ? FE_BODY_DATA_CR : FE_BODY_DONE;
    }
}

int fe_body_decode(struct fe_body_decoder *decoder, struct fe_slice *input,
                   struct fe_slice *data_out)
{
    *data_out = (struct fe_slice){input->ptr, 0};
    while (input->len > 0 && !fe_body_done(decoder)) {
        if (decoder->step == FE_BODY_DATA) {
            read_data(decoder, input, data_out);
            return 0;
        }
        char c = input->ptr[0];
        *input = fe_slice_from(*input, 1);
        int r = read_frame(decoder, c);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}
