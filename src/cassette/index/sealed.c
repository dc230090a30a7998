/* SPDX-License-Identifier: MIT */
/* Backwards from session to session: a seal says how long the index before it is, and an index how
 * much it covers. What that is made of is proved by one checksum over all of it, which costs a
 * fraction of going from frame to frame. */
#include "cassette/index/sealed.h"

#include <errno.h>

#include "cassette/crc32c.h"
#include "cassette/decode.h"

enum {
    SEAL_BYTES_MIN = 16,
    SEAL_BYTES_MAX = 256,  /* a later version may say more in it */
    PIECE_BYTES = 1 << 20, /* between two thoughts of what is resident */
};

struct finding {
    const struct fe_reader *reader;
    struct fe_arena *arena;
    bool verify;
};

/* A frame of that kind that ends at `end` or before; the offset behind it, or 0. */
static uint64_t read_frame(struct finding *finding, uint64_t offset, uint64_t end,
                           enum fe_frame_kind kind, struct fe_frame *frame)
{
    const char *why = NULL;
    struct fe_slice text = fe_slice_from(fe_reader_bytes(finding->reader), (size_t)offset);
    text.len = (size_t)(end - offset);
    ptrdiff_t length = fe_frame_decode(text, finding->arena, frame, &why);
    return length > 0 && frame->kind == kind ? offset + (uint64_t)length : 0;
}

/* The one that ends at `end`: its offset, or 0. */
static uint64_t find_seal(struct finding *finding, uint64_t end, struct fe_frame_seal *seal_out)
{
    const char *bytes = fe_reader_bytes(finding->reader).ptr;
    uint64_t least = end > SEAL_BYTES_MAX ? end - SEAL_BYTES_MAX : 1;
    for (uint64_t at = end - SEAL_BYTES_MIN; end > SEAL_BYTES_MIN && at >= least; at--) {
        struct fe_frame frame;
        if (bytes[at] == '\x93' && bytes[at + 1] == FE_FRAME_SEAL &&
            read_frame(finding, at, end, FE_FRAME_SEAL, &frame) == end) {
            *seal_out = frame.seal;
            return at;
        }
    }
    return 0;
}

/* ── what an index says ── */

/* Whether all of them are rows, of frames that are covered. */
static bool count_rows(const struct fe_frame_index *index, uint64_t *count)
{
    struct fe_slice rest = index->rows;
    struct fe_packed_row packed;
    while (rest.len > 0) {
        if (fe_row_unpack(&rest, &packed) < 0 || packed.last >= index->covers) {
            return false;
        }
        (*count)++;
    }
    return true;
}

static bool read_indices(struct finding *finding, uint64_t begin, uint64_t end,
                         struct fe_sealed_session *session, struct fe_frame_index *first)
{
    struct fe_sealed_rows **last = &session->rows;
    uint64_t at = begin;
    while (at < end) {
        struct fe_frame frame;
        at = read_frame(finding, at, end, FE_FRAME_INDEX, &frame);
        if (at == 0) {
            return false;
        }
        if (session->rows == NULL) {
            *first = frame.index;
        }
        if (frame.index.covers != first->covers || frame.index.crc != first->crc ||
            !count_rows(&frame.index, &session->exchanges)) {
            return false;
        }
        *last = fe_arena_alloc(finding->arena, sizeof(**last));
        (*last)->rows = frame.index.rows;
        (*last)->keys_hold = frame.index.canonical == FE_CANONICAL_VERSION;
        last = &(*last)->next;
    }
    return true;
}

/* ── what it covers ── */

static bool has_crc(const struct finding *finding, uint64_t begin, uint64_t end, uint64_t crc)
{
    struct fe_slice all = fe_reader_bytes(finding->reader);
    uint64_t released = begin;
    uint32_t found = 0;
    while (begin < end) {
        uint64_t len = end - begin < PIECE_BYTES ? end - begin : PIECE_BYTES;
        found = fe_crc32c(found, (struct fe_slice){all.ptr + begin, (size_t)len});
        begin += len;
        fe_reader_release(finding->reader, &released, begin);
    }
    return found == crc;
}

/* The session that ends at `end`; NULL if it has no index that fits. */
static struct fe_sealed_session *read_session(struct finding *finding, uint64_t end)
{
    struct fe_sealed_session *session = fe_arena_alloc(finding->arena, sizeof(*session));
    struct fe_frame_seal seal = {0};
    struct fe_frame_index index = {0};
    struct fe_frame frame;
    uint64_t seal_at = find_seal(finding, end, &seal);
    if (seal_at == 0 || seal.index_bytes == 0 || seal.index_bytes > seal_at) {
        return NULL;
    }
    uint64_t index_at = seal_at - seal.index_bytes;
    if (!read_indices(finding, index_at, seal_at, session, &index) || index.covers > index_at ||
        session->exchanges != seal.exchanges) {
        return NULL;
    }
    session->offset = index_at - index.covers;
    if (read_frame(finding, session->offset, index_at, FE_FRAME_SESSION, &frame) == 0 ||
        frame.session.reader > FE_CASSETTE_READER ||
        (finding->verify && !has_crc(finding, session->offset, index_at, index.crc))) {
        return NULL;
    }
    session->session = frame.session;
    return session;
}

int fe_sealed_read(const struct fe_reader *reader, bool verify, struct fe_arena *arena,
                   struct fe_sealed_session **sessions_out)
{
    struct finding finding = {.reader = reader, .arena = arena, .verify = verify};
    uint64_t end = fe_reader_bytes(reader).len;
    *sessions_out = NULL;
    while (end > 0) {
        struct fe_sealed_session *session = read_session(&finding, end);
        if (session == NULL) {
            return -ENOENT;
        }
        session->next = *sessions_out;
        *sessions_out = session;
        end = session->offset;
    }
    return 0;
}
