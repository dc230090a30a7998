/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <assert.h>

#include "cassette/copy.h"
#include "cassette/encode.h"
#include "cassette/safe.h"

#define HEADER(name, value)                                                                        \
    {                                                                                              \
        FE_SLICE_INIT(name), FE_SLICE_INIT(value)                                                  \
    }
#define HEADERS(array) ((struct fe_headers){array, sizeof(array) / sizeof((array)[0]), 0})

static void put_session(struct fe_safe_frame *frame)
{
    struct fe_slice also[] = {FE_SLICE("x-api-key")};
    struct fe_frame_session session = {
        .format = FE_CASSETTE_FORMAT,
        .reader = FE_CASSETTE_READER,
        .recorder = FE_SLICE("foundry-emulator/0.1.0"),
        .upstream = FE_SLICE("https://stack.example"),
        .time = FE_SLICE("2026-01-31T12:00:00.000Z"),
        .redaction = {.version = 1, .also = {also, 1}},
        .match_profile = FE_SLICE("strict"),
    };
    fe_encode_session(&session, frame);
}

static void put_request(struct fe_safe_frame *frame)
{
    struct fe_header headers[] = {
        HEADER("Host", "stack.example"),
        HEADER("authorization", "Bearer fe~access_token~k3j9w2m5x7q1r8t4"),
        HEADER("X-Latin", "caf\xe9"),
        HEADER("X-Empty", ""),
        HEADER("Content-Length", "16"),
    };
    struct fe_safe_head head = {{
        .exchange = 1,
        .t_us = 1500,
        .method = FE_SLICE("POST"),
        .target = FE_SLICE("/api/v1/things?a=1&a=2"),
        .minor_version = 1,
        .headers = HEADERS(headers),
        .framing = FE_RECORDED_LENGTH,
    }};
    fe_encode_head(FE_FRAME_REQUEST, &head, frame);
}

static void put_interim(struct fe_safe_frame *frame)
{
    struct fe_safe_head head = {{
        .exchange = 1,
        .t_us = 2000,
        .status = 100,
        .reason = FE_SLICE("Continue"),
        .minor_version = 1,
    }};
    fe_encode_head(FE_FRAME_INTERIM, &head, frame);
}

static void put_response(struct fe_safe_frame *frame)
{
    struct fe_header headers[] = {
        HEADER("Content-Type", "application/octet-stream"),
        HEADER("Set-Cookie", "a=1"),
        HEADER("set-cookie", "b=2"),
        HEADER("Transfer-Encoding", "chunked"),
    };
    struct fe_safe_head head = {{
        .exchange = 1,
        .t_us = 70000,
        .status = 200,
        .reason = FE_SLICE("Fine"),
        .minor_version = 1,
        .headers = HEADERS(headers),
        .framing = FE_RECORDED_CHUNKED,
    }};
    fe_encode_head(FE_FRAME_RESPONSE, &head, frame);
}

static void put_request_body(struct fe_safe_frame *frame)
{
    struct fe_pace pace[] = {{1600, 0}, {1700, 10}};
    struct fe_frame_body body = {.exchange = 1, .pace = pace, .pace_count = 2};
    struct fe_safe_bytes bytes = {FE_SLICE("{\"text\": \"gr\xc3\xbc\"}")};
    fe_encode_body(FE_FRAME_REQUEST_BODY, &body, &bytes, frame);
}

/* The character between the two pieces is divided. */
static void put_response_body(struct fe_safe_frame *frame, bool second)
{
    uint64_t cuts[] = {1, 4};
    struct fe_pace pace[] = {{second ? 90000 : 70100, 0}};
    struct fe_frame_body body = {
        .exchange = 1,
        .at = second ? 4 : 0,
        .cuts = cuts,
        .cut_count = second ? 0 : 2,
        .pace = pace,
        .pace_count = 1,
    };
    struct fe_safe_bytes bytes = {second ? FE_SLICE("\xbc\n") : FE_SLICE("abc\xc3")};
    fe_encode_body(FE_FRAME_RESPONSE_BODY, &body, &bytes, frame);
}

static void put_end(struct fe_safe_frame *frame)
{
    struct fe_header trailers[] = {HEADER("X-Sum", "6")};
    struct fe_safe_end end = {{
        .exchange = 1,
        .t_us = 91000,
        .request = {.bytes = 16, .wire_bytes = 16},
        .response = {.bytes = 6,
                     .wire_bytes = 26,
                     .decoded = FE_SLICE("gzip"),
                     .trailers = HEADERS(trailers)},
    }};
    fe_encode_end(&end, frame);
}

static void put_second_request(struct fe_safe_frame *frame)
{
    struct fe_safe_head head = {{
        .exchange = 2,
        .t_us = INT64_C(5000000000),
        .method = FE_SLICE("GET"),
        .target = FE_SLICE("/gone"),
    }};
    fe_encode_head(FE_FRAME_REQUEST, &head, frame);
}

static void put_second_end(struct fe_safe_frame *frame)
{
    struct fe_safe_end end = {{
        .exchange = 2,
        .t_us = INT64_C(5000000100),
        .outcome = FE_RECORDED_REFUSED,
        .note = FE_SLICE("connection refused"),
    }};
    fe_encode_end(&end, frame);
}

/* What no version knows yet, told in JSON. */
static void put_unknown(struct fe_safe_frame *frame, bool binary)
{
    const char *why = NULL;
    struct fe_slice line =
        binary ? FE_SLICE("{\"kind\":100,\"bytes\":{\"base64\":\"//79\"}}")
               : FE_SLICE("{\"kind\":99,\"future\":[null,true,false,-1,-33,-129,-32769,"
                          "-2147483649,255,256,65536,4294967296,18446744073709551615,"
                          "{\"float\":\"3fc00000\"},{\"float\":\"7ff8000000000001\"},"
                          "{\"ext\":[-1,\"AAAAAA==\"]},{\"base64\":\"\"},"
                          "{\"map\":[[\"base64\",\"text\"]]}]}");
    int r = fe_frame_from_json(line, frame, &why);
    assert(r == 0);
    (void)r;
}

void sample_put(struct fe_buf *out)
{
    struct fe_safe_frame *frame = fe_safe_frame_new();
    for (int i = 0; i < SAMPLE_FRAMES; i++) {
        switch (i) {
        case 0:
            put_session(frame);
            break;
        case 1:
            put_request(frame);
            break;
        case 2:
            put_interim(frame);
            break;
        case 3:
            put_request_body(frame);
            break;
        case 4:
            put_second_request(frame);
            break;
        case 5:
            put_response(frame);
            break;
        case 6:
        case 7:
            put_response_body(frame, i == 7);
            break;
        case 8:
            put_second_end(frame);
            break;
        case 9:
            put_end(frame);
            break;
        case 10:
        case 11:
            put_unknown(frame, i == 11);
            break;
        default:
            fe_encode_seal(&(struct fe_frame_seal){SAMPLE_FRAMES - 1, SAMPLE_EXCHANGES, 0}, frame);
        }
        (void)fe_buf_put(out, fe_buf_slice(&frame->encoded));
    }
    fe_safe_frame_free(frame);
}

static void put_broken_body(struct fe_safe_frame *frame)
{
    struct fe_pace pace[] = {{70100, 0}};
    struct fe_frame_body body = {.exchange = 1, .pace = pace, .pace_count = 1};
    struct fe_safe_bytes bytes = {FE_SLICE("part")};
    fe_encode_body(FE_FRAME_RESPONSE_BODY, &body, &bytes, frame);
}

/* Within a chunk. */
static void put_broken_end(struct fe_safe_frame *frame)
{
    struct fe_safe_end end = {{
        .exchange = 1,
        .t_us = 91000,
        .outcome = FE_RECORDED_TRUNCATED,
        .response = {.bytes = 4, .wire_bytes = 4, .open = {true, 300, 4}},
    }};
    fe_encode_end(&end, frame);
}

void sample_put_since(struct fe_buf *out)
{
    static void (*const frames[SAMPLE_SINCE_FRAMES])(struct fe_safe_frame *) = {
        put_session, put_request, put_response, put_broken_body, put_broken_end};
    struct fe_safe_frame *frame = fe_safe_frame_new();
    for (int i = 0; i < SAMPLE_SINCE_FRAMES; i++) {
        frames[i](frame);
        (void)fe_buf_put(out, fe_buf_slice(&frame->encoded));
    }
    fe_safe_frame_free(frame);
}
