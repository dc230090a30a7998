/* SPDX-License-Identifier: MIT */
#include "cassette/frame.h"

#include <errno.h>

static const struct fe_slice kinds[FE_FRAME_KINDS] = {
    [FE_FRAME_SESSION] = FE_SLICE_INIT("session"),
    [FE_FRAME_REQUEST] = FE_SLICE_INIT("request"),
    [FE_FRAME_REQUEST_BODY] = FE_SLICE_INIT("request_body"),
    [FE_FRAME_INTERIM] = FE_SLICE_INIT("interim"),
    [FE_FRAME_RESPONSE] = FE_SLICE_INIT("response"),
    [FE_FRAME_RESPONSE_BODY] = FE_SLICE_INIT("response_body"),
    [FE_FRAME_END] = FE_SLICE_INIT("end"),
    [FE_FRAME_SEAL] = FE_SLICE_INIT("seal"),
    [FE_FRAME_INDEX] = FE_SLICE_INIT("index"),
};

static const struct fe_slice outcomes[] = {
    [FE_RECORDED_OK] = FE_SLICE_INIT("ok"),
    [FE_RECORDED_REFUSED] = FE_SLICE_INIT("refused"),
    [FE_RECORDED_RESET] = FE_SLICE_INIT("reset"),
    [FE_RECORDED_TIMEOUT] = FE_SLICE_INIT("timeout"),
    [FE_RECORDED_TLS] = FE_SLICE_INIT("tls"),
    [FE_RECORDED_TRUNCATED] = FE_SLICE_INIT("truncated"),
    [FE_RECORDED_CLIENT_ABORT] = FE_SLICE_INIT("client_abort"),
};

static const struct fe_slice framings[] = {
    [FE_RECORDED_NONE] = FE_SLICE_INIT("none"),
    [FE_RECORDED_LENGTH] = FE_SLICE_INIT("length"),
    [FE_RECORDED_CHUNKED] = FE_SLICE_INIT("chunked"),
    [FE_RECORDED_CLOSE] = FE_SLICE_INIT("close"),
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The index of `text`, or -EINVAL. */
static int find_word(const struct fe_slice *words, size_t count, struct fe_slice text)
{
    for (size_t i = 0; i < count; i++) {
        if (fe_slice_eq(words[i], text)) {
            return (int)i;
        }
    }
    return -EINVAL;
}

struct fe_slice fe_frame_kind_text(enum fe_frame_kind kind)
{
    return kinds[kind];
}

int fe_frame_kind_parse(struct fe_slice text, enum fe_frame_kind *kind_out)
{
    int found = find_word(kinds, COUNT_OF(kinds), text);
    if (found < 0) {
        return found;
    }
    *kind_out = (enum fe_frame_kind)found;
    return 0;
}

struct fe_slice fe_recorded_outcome_text(enum fe_recorded_outcome outcome)
{
    return outcomes[outcome];
}

int fe_recorded_outcome_parse(struct fe_slice text, enum fe_recorded_outcome *outcome_out)
{
    int found = find_word(outcomes, COUNT_OF(outcomes), text);
    if (found < 0) {
        return found;
    }
    *outcome_out = (enum fe_recorded_outcome)found;
    return 0;
}

struct fe_slice fe_recorded_framing_text(enum fe_recorded_framing framing)
{
    return framings[framing];
}

int fe_recorded_framing_parse(struct fe_slice text, enum fe_recorded_framing *framing_out)
{
    int found = find_word(framings, COUNT_OF(framings), text);
    if (found < 0) {
        return found;
    }
    *framing_out = (enum fe_recorded_framing)found;
    return 0;
}
