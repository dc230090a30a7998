/* SPDX-License-Identifier: MIT */
#include "cassette/index/row.h"

#include <errno.h>

#include "cassette/index/recorded_read.h"
#include "message/method.h"
#include "util/secret.h"

enum {
    SCRATCH_BYTES_MAX = 256 << 10
};

/* ── what a request is ── */

static struct fe_slice target_path(struct fe_slice target)
{
    for (size_t i = 0; i < target.len; i++) {
        if (target.ptr[i] == '?' || target.ptr[i] == '#') {
            target.len = i;
        }
    }
    return target;
}

/* Takes the segment behind the last slash off *path. */
static struct fe_slice last_segment(struct fe_slice *path)
{
    size_t begin = path->len;
    while (begin > 0 && path->ptr[begin - 1] != '/') {
        begin--;
    }
    struct fe_slice segment = fe_slice_from(*path, begin);
    path->len = begin > 0 ? begin - 1 : 0;
    return segment;
}

/* Of a GET. */
static bool is_poll(struct fe_slice target)
{
    struct fe_slice path = target_path(target);
    if (fe_slice_eq(path, FE_SLICE("/job"))) {
        return true;
    }
    if (!fe_slice_eq(last_segment(&path), FE_SLICE("job"))) {
        return false;
    }
    struct fe_slice parent = last_segment(&path);
    return fe_slice_eq(parent, FE_SLICE("internal-query")) ||
           (parent.len > 0 && fe_slice_eq(last_segment(&path), FE_SLICE("runtimes")));
}

enum fe_row_class fe_row_class_of(const struct fe_frame_head *head)
{
    switch (fe_method_parse(head->method)) {
    case FE_GET:
        return is_poll(head->target) ? FE_ROW_POLL : FE_ROW_READ;
    case FE_HEAD:
    case FE_OPTIONS:
        return FE_ROW_READ;
    default:
        return FE_ROW_WRITE;
    }
}

struct fe_slice fe_row_path_of(const struct fe_canonical *canonical)
{
    for (size_t i = 0; i < canonical->count; i++) {
        if (canonical->parts[i].kind == FE_PART_PATH) {
            return canonical->parts[i].value;
        }
    }
    return FE_SLICE("");
}

/* ── whether it can be played ── */

/* The client left: maybe with the whole answer, if that said its length. */
static bool is_answer_whole(const struct fe_frame_head *answer, const struct fe_frame_end *end)
{
    struct fe_slice value = {NULL, 0};
    uint64_t length = 0;
    if (answer->framing == FE_RECORDED_NONE) {
        return true;
    }
    return answer->framing == FE_RECORDED_LENGTH &&
           fe_headers_get(&answer->headers, FE_SLICE("Content-Length"), &value) &&
           fe_slice_u64(value, &length) == 0 && length == end->response.wire_bytes;
}

static bool is_playable(struct fe_row_maker *maker, const struct fe_recorded *recorded,
                        const struct fe_frame_end *end)
{
    struct fe_frame answer;
    if (end->request.dropped.len > 0 && maker->options->profile != FE_MATCH_METHOD_PATH) {
        return false;
    }
    if (end->outcome != FE_RECORDED_CLIENT_ABORT || recorded->response == UINT64_MAX) {
        return end->outcome != FE_RECORDED_CLIENT_ABORT;
    }
    fe_reader_frame_at(maker->reader, recorded->response, &maker->scratch, &answer);
    return is_answer_whole(&answer.head, end);
}

/* A playable one whose client left has its whole answer. */
static bool is_complete(const struct fe_frame_end *end)
{
    return end->outcome == FE_RECORDED_OK || end->outcome == FE_RECORDED_CLIENT_ABORT;
}

/* ── its row ── */

void fe_row_maker_init(struct fe_row_maker *maker, const struct fe_reader *reader,
                       const struct fe_match_options *options, size_t body_bytes_max)
{
    *maker = (struct fe_row_maker){.reader = reader, .options = options, .hasher = fe_hasher_new()};
    fe_buf_init(&maker->joined, body_bytes_max);
}

void fe_row_maker_done(struct fe_row_maker *maker)
{
    fe_hasher_free(maker->hasher);
    fe_buf_done(&maker->joined);
    fe_arena_done(&maker->scratch);
}

/* FNV-1a of 64 bits, the highest byte first. Paths that fall together would wait for one another's
 * writes, and nothing worse. */
void fe_row_hash_path(struct fe_slice path, unsigned char hash_out[FE_ROW_PATH_BYTES])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < path.len; i++) {
        hash = (hash ^ (unsigned char)path.ptr[i]) * UINT64_C(0x100000001b3);
    }
    for (size_t i = FE_ROW_PATH_BYTES; i > 0; i--) {
        hash_out[i - 1] = (unsigned char)(hash & 0xff);
        hash >>= 8;
    }
}

static int digest_answer(struct fe_row_maker *maker, const struct fe_recorded_ends *ends,
                         struct fe_row *row)
{
    unsigned char digest[FE_SHA256_BYTES];
    struct fe_slice body;
    int r = fe_recorded_body(ends->reader, ends->recorded, FE_FRAME_RESPONSE_BODY,
                             ends->end.response.bytes, &maker->joined, &body);
    if (r == 0) {
        fe_sha256(body, digest);
        memcpy(row->answer, digest, sizeof(row->answer));
    }
    return r;
}

static int fill(struct fe_row_maker *maker, const struct fe_recorded_ends *ends, struct fe_row *row)
{
    struct fe_canonical canonical;
    int r =
        fe_recorded_canonical(ends, maker->options, &maker->scratch, &maker->joined, &canonical);
    if (r < 0) {
        return r;
    }
    row->class = fe_row_class_of(&ends->head);
    fe_canonical_key(&canonical, maker->hasher, row->key);
    fe_row_hash_path(fe_row_path_of(&canonical), row->path);
    return row->class == FE_ROW_POLL && row->status == 200 ? digest_answer(maker, ends, row) : 0;
}

int fe_row_make(struct fe_row_maker *maker, const struct fe_recorded *recorded,
                struct fe_row *row_out)
{
    struct fe_recorded_ends ends;
    *row_out = (struct fe_row){.status = 0};
    if (!recorded->ended) {
        return -ENOENT;
    }
    if (fe_arena_bytes(&maker->scratch) > SCRATCH_BYTES_MAX) {
        fe_arena_done(&maker->scratch);
    }
    fe_recorded_ends(maker->reader, recorded, &maker->scratch, &ends);
    if (!is_playable(maker, recorded, &ends.end)) {
        return -ENOENT;
    }
    if (is_complete(&ends.end)) {
        row_out->status = recorded->status;
    }
    return fill(maker, &ends, row_out);
}
