/* SPDX-License-Identifier: MIT */
/* Any bytes as a cassette: read frame by frame, indexed, opened to be played, appended to, and
 * repaired. What was read lies within the file and verifies each time; a frame is the same behind
 * its JSON twin; what has been repaired, or could be appended to, has no fault any more; a request
 * that was recorded finds a recording.
 *
 * The input is a byte of flags, and the file. With MENDED, checksums in it are made right first, so
 * that more than they is looked at. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cassette/copy.h"
#include "cassette/crc32c.h"
#include "cassette/decode.h"
#include "cassette/encode.h"
#include "cassette/index/sealed.h"
#include "cassette/index/session_rows.h"
#include "cassette/library/library.h"
#include "cassette/pack_private.h"
#include "cassette/safe.h"
#include "cassette/writer.h"
#include "foundry-cassette/input.h"
#include "scratch.h"

enum flags {
    MENDED = 1,
    REPAIRED = 2,
    APPENDED = 4
};

enum {
    TWINS_MAX = 64,
    TAKES_MAX = 64,
    BODY_BYTES_MAX = 1 << 20
};

/* ── checksums ── */

static void put_crc(char *at, uint32_t crc)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (char)(unsigned char)(crc >> (24 - 8 * i));
    }
}

/* The checksum that an index has of what it covers. */
static void mend_index(char *frame, size_t length, struct fe_slice covered)
{
    static const char key[] = "\xa3"
                              "crc\xce";
    const size_t key_len = sizeof(key) - 1;
    for (size_t at = 0; at + key_len + 4 <= length; at++) {
        if (memcmp(frame + at, key, key_len) == 0) {
            put_crc(frame + at + key_len, fe_crc32c(0, covered));
            return;
        }
    }
}

static void mend(char *bytes, size_t len)
{
    size_t session = 0;
    size_t index = 0; /* where the first one of the session is */
    for (size_t at = 0; at < len;) {
        const char *why = NULL;
        struct fe_slice rest = {bytes + at, len - at};
        ptrdiff_t extent = fe_frame_extent(rest, &why);
        size_t length = extent > 0 ? (size_t)extent : 1;
        if (extent > 0) {
            uint64_t kind = (unsigned char)bytes[at + 1];
            session = kind == FE_FRAME_SESSION ? at : session;
            index = kind == FE_FRAME_SESSION ? 0 : index;
            if (kind == FE_FRAME_INDEX) {
                index = index > 0 ? index : at;
                mend_index(bytes + at, length, (struct fe_slice){bytes + session, index - session});
            }
            put_crc(bytes + at + FE_PACK_CRC_AT,
                    fe_frame_crc((struct fe_slice){bytes + at, length}));
        }
        at += length;
    }
}

/* ── frames ── */

static void twin_is_the_same(struct fe_slice frame, struct fe_safe_frame *other)
{
    struct fe_buf line;
    const char *why = NULL;
    fe_buf_init(&line, 64 << 20);
    fe_frame_to_json(frame, &line);
    int r = fe_frame_from_json(fe_buf_slice(&line), other, &why);
    assert(r == 0 && fe_slice_eq(fe_buf_slice(&other->encoded), frame));
    fe_buf_done(&line);
}

/* Of bytes that have no room behind them, so that reading past them shows. */
static void walk(struct fe_slice bytes)
{
    struct fe_safe_frame *other = fe_safe_frame_new();
    size_t twins = 0;
    for (size_t at = 0; at < bytes.len;) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        struct fe_frame_front front;
        const char *why = NULL;
        struct fe_slice rest = fe_slice_from(bytes, at);
        ptrdiff_t length = fe_frame_length(rest, NULL, &why);
        ptrdiff_t decoded = fe_frame_decode(rest, &arena, &frame, &why);
        assert(length <= (ptrdiff_t)rest.len && (decoded == length || decoded == -EBADMSG));
        (void)fe_frame_peek(rest, &front);
        if (length > 0 && decoded > 0 && twins++ < TWINS_MAX) {
            twin_is_the_same((struct fe_slice){rest.ptr, (size_t)length}, other);
        }
        at += length > 0 ? (size_t)length : 1;
        fe_arena_done(&arena);
    }
    fe_safe_frame_free(other);
}

/* ── files ── */

static void check_exchange(const struct fe_reader *reader, const struct fe_recorded *recorded)
{
    uint64_t size = fe_reader_bytes(reader).len;
    uint64_t before = 0;
    for (size_t i = 0; i < recorded->frame_count; i++) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        assert(recorded->frames[i] < size && (i == 0 || recorded->frames[i] > before));
        before = recorded->frames[i];
        fe_reader_frame_at(reader, before, &arena, &frame);
        assert(frame.kind < FE_FRAME_KINDS);
        fe_arena_done(&arena);
    }
}

static void check_damages(const struct fe_index *index, uint64_t size)
{
    uint64_t end = 0;
    for (size_t i = 0; i < index->damage_count; i++) {
        const struct fe_damage *damage = &index->damages[i];
        assert(damage->offset >= end && damage->bytes > 0);
        end = damage->offset + damage->bytes;
        assert(end <= size && (!damage->torn || end == size));
    }
}

static void check_sealed(const struct fe_reader *reader, const struct fe_index *index)
{
    struct fe_arena arena = {0};
    struct fe_sealed_session *sessions = NULL;
    size_t count = 0;
    if (fe_sealed_read(reader, true, &arena, &sessions) == 0) {
        for (; sessions; sessions = sessions->next) {
            assert(sessions->offset < fe_reader_bytes(reader).len);
            count++;
        }
        assert(index->damage_count > 0 || count == index->session_count);
    }
    fe_arena_done(&arena);
}

static bool indices_hold(const struct fe_reader *reader, const struct fe_index *index)
{
    for (size_t i = 0; i < index->session_count; i++) {
        if (index->session_indices[i] > 0 &&
            !fe_session_rows_hold(reader, index->session_offsets[i], index->session_indices[i])) {
            return false;
        }
    }
    return true;
}

struct verdict {
    size_t damages;
    bool torn;  /* the last one is a torn tail */
    bool sound; /* there are none, and indices say what is there */
};

/* Whether the file can be read. */
static bool read_file(const char *path, struct verdict *verdict_out)
{
    struct fe_reader *reader = NULL;
    struct fe_arena arena = {0};
    struct fe_index index;
    char why[FE_WRITER_WHY_BYTES] = "";
    int r = fe_reader_open(path, &reader, why, sizeof(why));
    if (r < 0) {
        assert(why[0] != '\0');
        return false;
    }
    r = fe_index_build(reader, &arena, &index);
    assert(r == 0);
    for (size_t i = 0; i < index.count; i++) {
        check_exchange(reader, &index.exchanges[i]);
    }
    check_damages(&index, fe_reader_bytes(reader).len);
    check_sealed(reader, &index);
    size_t damages = index.damage_count;
    verdict_out->damages = damages;
    verdict_out->torn = damages > 0 && index.damages[damages - 1].torn;
    verdict_out->sound = damages == 0 && indices_hold(reader, &index);
    fe_arena_done(&arena);
    fe_reader_free(reader);
    return true;
}

/* ── playing ── */

static void take(struct fe_library *library, const struct fe_take *recorded, bool sound)
{
    struct fe_arena arena = {0};
    struct fe_frame_head head;
    struct fe_frame_head answer;
    struct fe_slice body = FE_SLICE("");
    struct fe_slice answer_body;
    struct fe_take taken;
    struct fe_near near[2];
    struct fe_standing standing;
    (void)fe_take_answer(recorded, BODY_BYTES_MAX, &arena, &answer, &answer_body);
    (void)fe_take_status(recorded);
    if (fe_take_request(recorded, BODY_BYTES_MAX, &arena, &head, &body) == 0) {
        enum fe_find found = fe_library_take(library, &head, body, &taken);
        assert(!sound || found != FE_MISS_UNKNOWN);
        assert(!sound || fe_library_knows_path(library, head.target));
        (void)fe_library_repeat(library, &head, body, &taken);
        (void)fe_library_nearest(library, &head, &body, &arena, near, 2);
        fe_library_standing(library, &head, body, &standing);
    }
    fe_arena_done(&arena);
}

static void play(const char *path, bool sound)
{
    struct fe_env env = fuzz_env();
    struct fe_library *library = NULL;
    struct fe_errors errors;
    const struct fe_library_options options = {.paths = &path, .path_count = 1};
    fe_errors_init(&errors);
    if (fe_library_open(&options, &env.random, &library, &errors) == 0) {
        struct fe_take recorded;
        uint64_t size = fe_library_size(library);
        for (uint64_t seq = 1; seq <= size && seq < TAKES_MAX; seq++) {
            if (fe_library_at(library, seq, &recorded)) {
                take(library, &recorded, sound);
            }
        }
        fe_library_rewind(library);
    } else {
        assert(errors.count > 0);
    }
    fe_library_free(library);
    fe_errors_done(&errors);
}

/* ── changing ── */

/* Only what its checksum gives away as damaged is in the way. */
static void append(const char *path, const struct verdict *before)
{
    const struct fe_writer_options options = {.path = path, .mode = FE_WRITER_APPEND};
    struct fe_writer *writer = NULL;
    char why[FE_WRITER_WHY_BYTES];
    struct verdict after;
    if (fe_writer_open(&options, &writer, why) < 0) {
        assert(why[0] != '\0');
        return;
    }
    struct fe_safe_frame *frame = fe_safe_frame_new();
    const struct fe_frame_session session = {.format = FE_CASSETTE_FORMAT,
                                             .reader = FE_CASSETTE_READER,
                                             .recorder = FE_SLICE("fuzz"),
                                             .upstream = FE_SLICE("http://h"),
                                             .time = FE_SLICE("2026-01-31T12:00:00.000Z"),
                                             .redaction = {.version = 1},
                                             .match_profile = FE_SLICE("strict")};
    fe_encode_session(&session, frame);
    bool written = fe_writer_put(writer, frame) == 0 && fe_writer_seal(writer) == 0 &&
                   fe_writer_close(writer) == 0;
    assert(written);
    fe_safe_frame_free(frame);
    bool opened = read_file(path, &after);
    assert(opened && !after.torn && after.damages == before->damages - before->torn);
}

static void repair(const char *path)
{
    const struct fe_tool *tool = scratch_tool();
    char command[] = "repair";
    char text[256];
    char *arguments[] = {command, text, NULL};
    (void)snprintf(text, sizeof(text), "%s", path);
    if (fe_command_repair(tool, 2, arguments) == FE_TOOL_OK) {
        int status = fe_command_verify(tool, 2, arguments);
        assert(status == FE_TOOL_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = scratch_path("one.cassette");
    const char *damaged = scratch_path("one.cassette.damaged");
    struct fe_slice input = fuzz_slice(data, size);
    unsigned flags = fuzz_byte(&input);
    char *bytes = malloc(input.len);
    struct verdict verdict = {.damages = 0};
    memcpy(bytes, input.ptr, input.len);
    if (flags & MENDED) {
        mend(bytes, input.len);
    }
    const struct fe_slice file = {bytes, input.len};
    walk(file);
    scratch_write(path, file);
    if (read_file(path, &verdict)) {
        play(path, verdict.sound);
    }
    if (flags & REPAIRED) {
        repair(path);
    } else if (flags & APPENDED) {
        append(path, &verdict);
    }
    scratch_remove(path);
    scratch_remove(damaged);
    free(bytes);
    return 0;
}
