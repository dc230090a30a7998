/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "cassette/decode.h"
#include "cassette/index/row.h"

enum {
    ENDED = 1,
    KEYED = 2,
    TOLD = 4, /* the digest of the answer's body is there */
    CLASS_SHIFT = 3,
    CLASS_MASK = 3,
    NUMBER_BITS = 7,
    NUMBER_BYTES_MAX = 10
};

/* ── to bytes ── */

/* Seven bits a byte, the least first; the highest bit says that more follow. */
static void put_number(struct fe_buf *out, uint64_t number)
{
    while (number > 0x7f) {
        (void)fe_buf_putc(out, (char)(0x80 | (number & 0x7f)));
        number >>= NUMBER_BITS;
    }
    (void)fe_buf_putc(out, (char)number);
}

static void put_key(struct fe_buf *out, const struct fe_row *row, bool told)
{
    const char status[2] = {(char)(row->status >> 8), (char)(row->status & 0xff)};
    (void)fe_buf_append(out, status, sizeof(status));
    (void)fe_buf_append(out, row->key, sizeof(row->key));
    (void)fe_buf_append(out, row->path, sizeof(row->path));
    if (told) {
        (void)fe_buf_append(out, row->answer, sizeof(row->answer));
    }
}

static size_t response_of(const struct fe_recorded *recorded)
{
    size_t at = recorded->frame_count;
    while (at > 0 && recorded->frames[at - 1] != recorded->response) {
        at--;
    }
    return at > 0 ? at - 1 : 0;
}

void fe_row_pack(const struct fe_recorded *recorded, const struct fe_row *row, struct fe_buf *out)
{
    bool told = row && row->class == FE_ROW_POLL && row->status == 200;
    int flags = row ? KEYED | (int)row->class << CLASS_SHIFT : 0;
    uint64_t before = 0;
    flags |= (recorded->ended ? ENDED : 0) | (told ? TOLD : 0);
    (void)fe_buf_putc(out, (char)flags);
    if (row) {
        put_key(out, row, told);
    }
    put_number(out, recorded->exchange);
    put_number(out, recorded->frame_count);
    put_number(out, response_of(recorded));
    for (size_t i = 0; i < recorded->frame_count; i++) {
        put_number(out, recorded->frames[i] - before);
        before = recorded->frames[i];
    }
}

/* ── from bytes ── */

static int take_number(struct fe_slice *rest, uint64_t *number_out)
{
    uint64_t number = 0;
    for (size_t i = 0; i < NUMBER_BYTES_MAX && i < rest->len; i++) {
        unsigned char byte = (unsigned char)rest->ptr[i];
        number |= (uint64_t)(byte & 0x7f) << (NUMBER_BITS * i);
        if (byte < 0x80) {
            *rest = fe_slice_from(*rest, i + 1);
            *number_out = number;
            return 0;
        }
    }
    return -EBADMSG;
}

static int take_bytes(struct fe_slice *rest, unsigned char *bytes, size_t len)
{
    if (rest->len < len) {
        return -EBADMSG;
    }
    memcpy(bytes, rest->ptr, len);
    *rest = fe_slice_from(*rest, len);
    return 0;
}

static int take_key(struct fe_slice *rest, bool told, struct fe_row *row)
{
    unsigned char status[2] = {0};
    int r = take_bytes(rest, status, sizeof(status));
    r = r < 0 ? r : take_bytes(rest, row->key, sizeof(row->key));
    r = r < 0 ? r : take_bytes(rest, row->path, sizeof(row->path));
    row->status = status[0] << 8 | status[1];
    return r == 0 && told ? take_bytes(rest, row->answer, sizeof(row->answer)) : r;
}

/* Over the steps, which lead on and not in a circle. */
static int take_steps(struct fe_slice *rest, struct fe_packed_row *packed)
{
    int r = take_number(rest, &packed->first);
    packed->last = packed->first;
    packed->steps = *rest;
    for (size_t i = 1; r == 0 && i < packed->frame_count; i++) {
        uint64_t step = 0;
        r = take_number(rest, &step);
        if (r == 0 && (step == 0 || step > UINT64_MAX - packed->last)) {
            return -EBADMSG;
        }
        packed->last += step;
    }
    packed->steps.len -= rest->len;
    return r;
}

int fe_row_unpack(struct fe_slice *rest, struct fe_packed_row *packed_out)
{
    unsigned char flags = 0;
    uint64_t frame_count = 0;
    uint64_t response = 0;
    *packed_out = (struct fe_packed_row){.ended = false};
    int r = take_bytes(rest, &flags, sizeof(flags));
    packed_out->ended = (flags & ENDED) != 0;
    packed_out->keyed = (flags & KEYED) != 0;
    packed_out->row.class = (enum fe_row_class)(flags >> CLASS_SHIFT & CLASS_MASK);
    if (r == 0 && packed_out->keyed) {
        r = take_key(rest, (flags & TOLD) != 0, &packed_out->row);
    }
    r = r < 0 ? r : take_number(rest, &packed_out->exchange);
    r = r < 0 ? r : take_number(rest, &frame_count);
    r = r < 0 ? r : take_number(rest, &response);
    /* The first frame is the request; what has ended has its end behind the answer. */
    if (r < 0 || frame_count < 1 + (uint64_t)packed_out->ended || frame_count > rest->len ||
        response >= frame_count - packed_out->ended || packed_out->row.class > FE_ROW_POLL) {
        return -EBADMSG;
    }
    packed_out->frame_count = (size_t)frame_count;
    packed_out->response = (size_t)response;
    return take_steps(rest, packed_out);
}

/* ── to what it speaks of ── */

/* Whether a frame of such a kind may stand there. */
static bool fits(const struct fe_packed_row *packed, size_t at, uint64_t kind)
{
    bool last = at + 1 == packed->frame_count;
    if (at == 0) {
        return kind == FE_FRAME_REQUEST;
    }
    if (at == packed->response) {
        return kind == FE_FRAME_RESPONSE;
    }
    if (packed->ended && last) {
        return kind == FE_FRAME_END;
    }
    return kind == FE_FRAME_REQUEST_BODY || kind == FE_FRAME_INTERIM ||
           kind == FE_FRAME_RESPONSE_BODY;
}

static bool leads_to_frame(const struct fe_packed_row *packed, const struct fe_reader *reader,
                           size_t at, uint64_t offset, int *status)
{
    struct fe_slice bytes = fe_reader_bytes(reader);
    struct fe_frame_front front;
    if (offset >= bytes.len || fe_frame_peek(fe_slice_from(bytes, (size_t)offset), &front) < 0) {
        return false;
    }
    *status = front.status != 0 ? front.status : *status;
    return front.exchange == packed->exchange && fits(packed, at, front.kind);
}

int fe_row_recorded(const struct fe_packed_row *packed, const struct fe_reader *reader,
                    uint64_t begin, struct fe_arena *arena, struct fe_recorded *recorded_out)
{
    size_t count = packed->frame_count;
    uint64_t *frames = fe_arena_alloc(arena, count * sizeof(*frames));
    struct fe_slice steps = packed->steps;
    uint64_t offset = begin + packed->first;
    int status = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t step = 0;
        if (i > 0) {
            (void)take_number(&steps, &step);
        }
        offset += step;
        if (!leads_to_frame(packed, reader, i, offset, &status)) {
            return -EBADMSG;
        }
        frames[i] = offset;
    }
    *recorded_out = (struct fe_recorded){
        .exchange = packed->exchange,
        .ended = packed->ended,
        .status = status,
        .request = frames[0],
        .response = packed->response > 0 ? frames[packed->response] : UINT64_MAX,
        .end = packed->ended ? offset : UINT64_MAX,
        .frames = frames,
        .frame_count = count,
    };
    return 0;
}
