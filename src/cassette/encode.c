/* SPDX-License-Identifier: MIT */
#include "cassette/encode.h"

#include <assert.h>
#include <stdlib.h>

#include "cassette/fields_private.h"
#include "cassette/pack_private.h"
#include "cassette/safe.h"
#include "util/alloc.h"

struct fe_safe_frame *fe_safe_frame_new(void)
{
    struct fe_safe_frame *frame = fe_xalloc(sizeof(*frame));
    fe_buf_init(&frame->encoded, FE_FRAME_BYTES_MAX);
    return frame;
}

void fe_safe_frame_free(struct fe_safe_frame *frame)
{
    if (frame) {
        fe_buf_done(&frame->encoded);
        free(frame);
    }
}

static void put_names(struct fe_buf *out, const struct fe_names *names)
{
    fe_pack_array(out, names->count);
    for (size_t i = 0; i < names->count; i++) {
        fe_pack_text(out, names->items[i]);
    }
}

static void put_headers(struct fe_buf *out, const struct fe_headers *headers)
{
    fe_pack_array(out, headers->count);
    for (size_t i = 0; i < headers->count; i++) {
        fe_pack_array(out, 2);
        fe_pack_text(out, headers->items[i].name);
        fe_pack_text(out, headers->items[i].value);
    }
}

static void put_pace(struct fe_buf *out, const struct fe_frame_body *body)
{
    fe_pack_array(out, body->pace_count);
    for (size_t i = 0; i < body->pace_count; i++) {
        fe_pack_array(out, 2);
        fe_pack_int(out, body->pace[i].t_us);
        fe_pack_uint(out, body->pace[i].at);
    }
}

static void put_cuts(struct fe_buf *out, const struct fe_frame_body *body)
{
    fe_pack_array(out, body->cut_count);
    for (size_t i = 0; i < body->cut_count; i++) {
        fe_pack_uint(out, body->cuts[i]);
    }
}

static void put_open(struct fe_buf *out, const struct fe_frame_open_chunk *open)
{
    fe_pack_array(out, 2);
    fe_pack_uint(out, open->size);
    fe_pack_uint(out, open->came);
}

static void put_version(struct fe_buf *out, int minor)
{
    assert(minor >= 0 && minor <= 9);
    char text[] = {'1', '.', (char)('0' + minor)};
    fe_pack_str(out, (struct fe_slice){text, sizeof(text)});
}

static void put_scalar(struct fe_buf *out, enum fe_field_type type, const void *at)
{
    switch (type) {
    case FE_FIELD_NUMBER:
        fe_pack_uint(out, *(const uint64_t *)at);
        break;
    case FE_FIELD_TIME:
        fe_pack_int(out, *(const int64_t *)at);
        break;
    case FE_FIELD_STATUS:
        fe_pack_int(out, *(const int *)at);
        break;
    case FE_FIELD_VERSION:
        put_version(out, *(const int *)at);
        break;
    case FE_FIELD_TEXT:
        fe_pack_text(out, *(const struct fe_slice *)at);
        break;
    case FE_FIELD_FLAG:
        fe_pack_bool(out, *(const bool *)at);
        break;
    case FE_FIELD_SECRETS:
        fe_pack_str(out, *(const bool *)at ? FE_SLICE("kept") : FE_SLICE("replaced"));
        break;
    case FE_FIELD_OUTCOME:
        fe_pack_str(out, fe_recorded_outcome_text(*(const enum fe_recorded_outcome *)at));
        break;
    case FE_FIELD_FRAMING:
        fe_pack_str(out, fe_recorded_framing_text(*(const enum fe_recorded_framing *)at));
        break;
    default:
        assert(false);
    }
}

static bool is_empty(enum fe_field_type type, const void *at)
{
    switch (type) {
    case FE_FIELD_NUMBER:
        return *(const uint64_t *)at == 0;
    case FE_FIELD_TEXT:
        return ((const struct fe_slice *)at)->len == 0;
    case FE_FIELD_FLAG:
        return !*(const bool *)at;
    case FE_FIELD_NAMES:
        return ((const struct fe_names *)at)->count == 0;
    case FE_FIELD_HEADERS:
        return ((const struct fe_headers *)at)->count == 0;
    case FE_FIELD_OPEN:
        return !((const struct fe_frame_open_chunk *)at)->is_open;
    case FE_FIELD_CUTS:
        return ((const struct fe_frame_body *)at)->cut_count == 0;
    default:
        return false;
    }
}

static void put_fields(struct fe_buf *out, const struct fe_fields *fields, const void *owner);

static void put_field(struct fe_buf *out, const struct fe_field *field, const void *at)
{
    fe_pack_str(out, field->key);
    switch (field->type) {
    case FE_FIELD_NAMES:
        put_names(out, at);
        break;
    case FE_FIELD_HEADERS:
        put_headers(out, at);
        break;
    case FE_FIELD_OPEN:
        put_open(out, at);
        break;
    case FE_FIELD_PACE:
        put_pace(out, at);
        break;
    case FE_FIELD_CUTS:
        put_cuts(out, at);
        break;
    case FE_FIELD_MAP:
        put_fields(out, field->inner, at);
        break;
    default:
        put_scalar(out, field->type, at);
    }
}

/* As deep as the tables of fields.c: two levels. */
static void put_fields(struct fe_buf *out, const struct fe_fields *fields, const void *owner)
{
    uint32_t left_out = 0;
    size_t count = fields->count;
    for (size_t i = 0; i < fields->count; i++) {
        const struct fe_field *field = &fields->items[i];
        if (field->optional && is_empty(field->type, (const char *)owner + field->offset)) {
            left_out |= UINT32_C(1) << i;
            count--;
        }
    }
    fe_pack_map(out, count);
    for (size_t i = 0; i < fields->count; i++) {
        if ((left_out >> i & 1) == 0) {
            const struct fe_field *field = &fields->items[i];
            put_field(out, field, (const char *)owner + field->offset);
        }
    }
}

static void encode(enum fe_frame_kind kind, const void *values, struct fe_safe_frame *frame)
{
    fe_pack_begin(&frame->encoded, kind, false);
    put_fields(&frame->encoded, fe_fields_of(kind), values);
    fe_pack_end(&frame->encoded);
}

void fe_encode_session(const struct fe_frame_session *session, struct fe_safe_frame *frame_out)
{
    encode(FE_FRAME_SESSION, session, frame_out);
}

void fe_encode_head(enum fe_frame_kind kind, const struct fe_safe_head *head,
                    struct fe_safe_frame *frame_out)
{
    assert(kind == FE_FRAME_REQUEST || kind == FE_FRAME_INTERIM || kind == FE_FRAME_RESPONSE);
    encode(kind, &head->head, frame_out);
}

static void encode_with_bytes(enum fe_frame_kind kind, const void *values, struct fe_slice bytes,
                              struct fe_safe_frame *frame)
{
    fe_pack_begin(&frame->encoded, kind, true);
    put_fields(&frame->encoded, fe_fields_of(kind), values);
    fe_pack_bin(&frame->encoded, bytes);
    fe_pack_end(&frame->encoded);
}

void fe_encode_body(enum fe_frame_kind kind, const struct fe_frame_body *body,
                    const struct fe_safe_bytes *bytes, struct fe_safe_frame *frame_out)
{
    assert(kind == FE_FRAME_REQUEST_BODY || kind == FE_FRAME_RESPONSE_BODY);
    encode_with_bytes(kind, body, bytes->bytes, frame_out);
}

void fe_encode_end(const struct fe_safe_end *end, struct fe_safe_frame *frame_out)
{
    encode(FE_FRAME_END, &end->end, frame_out);
}

void fe_encode_index(const struct fe_frame_index *index, struct fe_safe_frame *frame_out)
{
    encode_with_bytes(FE_FRAME_INDEX, index, index->rows, frame_out);
}

void fe_encode_seal(const struct fe_frame_seal *seal, struct fe_safe_frame *frame_out)
{
    encode(FE_FRAME_SEAL, seal, frame_out);
}
