/* SPDX-License-Identifier: MIT */
/* What comes out is put before the reader's own rules at the end, so a line that somebody has
 * edited by hand makes no frame that a reader would refuse. */
#include <errno.h>

#include "cassette/decode.h"
#include "cassette/json_twin_private.h"
#include "cassette/json_untwin_private.h"
#include "cassette/pack_private.h"

struct members {
    struct fe_json kind;
    struct fe_json bytes;
    size_t kinds;
    size_t bytes_count;
    size_t count; /* of all */
};

static int find_members(struct fe_untwin *u, const struct fe_json *frame,
                        struct members *members_out)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    *members_out = (struct members){0};
    while (fe_json_next(frame, &cursor, &key, &value)) {
        if (fe_slice_eq(key.text, FE_SLICE("\"kind\""))) {
            members_out->kind = value;
            members_out->kinds++;
        } else if (fe_slice_eq(key.text, FE_SLICE("\"bytes\""))) {
            members_out->bytes = value;
            members_out->bytes_count++;
        }
        members_out->count++;
    }
    if (members_out->kinds != 1 || members_out->bytes_count > 1) {
        return fe_untwin_bad(u, "a frame has one \"kind\", and \"bytes\" at most once");
    }
    return 0;
}

static int read_kind(struct fe_untwin *u, const struct fe_json *value, uint64_t *kind_out)
{
    enum fe_frame_kind kind = FE_FRAME_KINDS;
    struct fe_slice text;
    if (value->kind == FE_JSON_NUMBER) {
        int r = fe_slice_u64(value->text, kind_out);
        return r < 0 || *kind_out >= 0x80 ? fe_untwin_bad(u, "a kind is a number below 128") : 0;
    }
    int r = fe_untwin_text(u, value, &text);
    if (r == 0 && fe_frame_kind_parse(text, &kind) < 0) {
        return fe_untwin_bad(u, "the kind is unknown");
    }
    *kind_out = kind;
    return r;
}

static int put_meta(struct fe_untwin *u, const struct fe_json *frame)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    int r = 0;
    while (r == 0 && fe_json_next(frame, &cursor, &key, &value)) {
        if (fe_slice_eq(key.text, FE_SLICE("\"kind\"")) ||
            fe_slice_eq(key.text, FE_SLICE("\"bytes\""))) {
            continue;
        }
        r = fe_untwin_member(u, &key, &value);
    }
    return r;
}

/* A text, or {"base64": …}. */
static int gather_piece(struct fe_untwin *u, const struct fe_json *piece, struct fe_buf *bytes)
{
    struct fe_json base64;
    struct fe_slice text;
    if (fe_json_member(piece, "base64", &base64)) {
        return fe_untwin_base64(u, &base64, bytes);
    }
    int r = fe_untwin_text(u, piece, &text);
    if (r == 0) {
        (void)fe_buf_put(bytes, text);
    }
    return r;
}

static int no_room(struct fe_untwin *u, int error)
{
    return fe_untwin_bad(u, error == -ENOMEM ? "not enough memory" : "longer than a frame may be");
}

static int put_bytes(struct fe_untwin *u, const struct fe_json *value)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json piece;
    struct fe_buf bytes;
    bool pieces = value->kind == FE_JSON_ARRAY;
    fe_buf_init(&bytes, FE_FRAME_BYTES_MAX);
    int r = pieces ? 0 : gather_piece(u, value, &bytes);
    while (pieces && r == 0 && fe_json_next(value, &cursor, NULL, &piece)) {
        r = gather_piece(u, &piece, &bytes);
    }
    if (r == 0 && bytes.error != 0) {
        r = no_room(u, bytes.error);
    }
    if (r == 0) {
        fe_pack_bin(u->out, fe_buf_slice(&bytes));
    }
    fe_buf_done(&bytes);
    return r;
}

static int check(struct fe_untwin *u)
{
    struct fe_frame frame;
    if (u->out->error != 0) {
        return no_room(u, u->out->error);
    }
    u->why = "no frame"; /* unless the decoder knows better */
    return fe_frame_decode(fe_buf_slice(u->out), &u->arena, &frame, &u->why) > 0 ? 0 : -EBADMSG;
}

static int put_frame(struct fe_untwin *u, struct fe_slice line)
{
    struct fe_json frame;
    struct members members;
    uint64_t kind = 0;
    if (fe_json_parse(line, &frame, NULL) < 0 || frame.kind != FE_JSON_OBJECT) {
        return fe_untwin_bad(u, "the line is no JSON object");
    }
    int r = find_members(u, &frame, &members);
    r = r < 0 ? r : read_kind(u, &members.kind, &kind);
    if (r < 0) {
        return r;
    }
    fe_pack_begin(u->out, kind, members.bytes_count > 0);
    fe_pack_map(u->out, members.count - 1 - members.bytes_count);
    r = put_meta(u, &frame);
    if (r == 0 && members.bytes_count > 0) {
        r = put_bytes(u, &members.bytes);
    }
    fe_pack_end(u->out);
    return r < 0 ? r : check(u);
}

int fe_json_twin_read(struct fe_slice line, struct fe_buf *frame_out, const char **why_out)
{
    struct fe_untwin u = {.out = frame_out};
    int r = put_frame(&u, line);
    *why_out = u.why;
    fe_arena_done(&u.arena);
    return r;
}
