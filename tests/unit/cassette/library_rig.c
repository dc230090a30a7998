/* SPDX-License-Identifier: MIT */
#include "library_rig.h"

#include "cassette/crc32c.h"
#include "cassette/decode.h"
#include "cassette/encode.h"
#include "cassette/index/session_rows.h"
#include "cassette/safe.h"
#include "util/alloc.h"

int rig_begin(void **state)
{
    struct rig *rig = fe_xalloc(sizeof(*rig));
    for (size_t i = 0; i < RIG_FILES; i++) {
        cassette_file_init(&rig->files[i]);
    }
    fe_buf_init(&rig->bytes, 64 << 20);
    rig->frame = fe_safe_frame_new();
    fe_random_init_deterministic(&rig->random, 1);
    fe_errors_init(&rig->errors);
    *state = rig;
    return 0;
}

int rig_begin_indexed(void **state)
{
    int r = rig_begin(state);
    struct rig *rig = *state;
    rig->indexed = true;
    return r;
}

int rig_end(void **state)
{
    struct rig *rig = *state;
    fe_library_free(rig->library);
    fe_errors_done(&rig->errors);
    fe_safe_frame_free(rig->frame);
    fe_buf_done(&rig->bytes);
    for (size_t i = 0; i < RIG_FILES; i++) {
        cassette_file_done(&rig->files[i]);
    }
    free(rig);
    return 0;
}

/* ── recording ── */

static void put_frame(struct rig *rig)
{
    assert_int_equal(fe_buf_put(&rig->bytes, fe_buf_slice(&rig->frame->encoded)), 0);
}

static struct fe_slice session_bytes(const struct rig *rig)
{
    return fe_slice_from(fe_buf_slice(&rig->bytes), rig->session_begin);
}

static void put_index(struct rig *rig)
{
    struct fe_frame_index index = {
        .canonical = FE_CANONICAL_VERSION,
        .covers = session_bytes(rig).len,
        .crc = fe_crc32c(0, session_bytes(rig)),
    };
    struct fe_buf rows;
    fe_buf_init(&rows, 64 << 20);
    assert_int_equal(fe_session_rows(session_bytes(rig), &rows), 0);
    struct fe_slice rest = fe_buf_slice(&rows);
    do {
        index.rows = fe_session_rows_of_frame(&rest);
        fe_encode_index(&index, rig->frame);
        put_frame(rig);
    } while (rest.len > 0);
    fe_buf_done(&rows);
}

/* How many frames of that kind there are in the session; of any, for FE_FRAME_KINDS. */
static uint64_t count_frames(const struct rig *rig, uint64_t kind)
{
    struct fe_slice rest = session_bytes(rig);
    const char *why = NULL;
    uint64_t count = 0;
    while (rest.len > 0) {
        uint64_t found = 0;
        ptrdiff_t length = fe_frame_length(rest, &found, &why);
        assert_true(length > 0);
        count += kind == FE_FRAME_KINDS || kind == found;
        rest = fe_slice_from(rest, (size_t)length);
    }
    return count;
}

void seal(struct rig *rig)
{
    size_t begin = rig->bytes.len;
    put_index(rig);
    const struct fe_frame_seal seal = {
        .frames = count_frames(rig, FE_FRAME_KINDS),
        .exchanges = count_frames(rig, FE_FRAME_REQUEST),
        .index_bytes = rig->bytes.len - begin,
    };
    fe_encode_seal(&seal, rig->frame);
    put_frame(rig);
}

static void end_session(struct rig *rig)
{
    if (rig->indexed && rig->bytes.len > 0) {
        seal(rig);
    }
}

static void put_session(struct rig *rig, uint64_t reader,
                        const struct fe_frame_redaction *redaction)
{
    end_session(rig);
    const struct fe_frame_session session = {
        .format = reader,
        .reader = reader,
        .recorder = FE_SLICE("test"),
        .upstream = FE_SLICE("http://stack.example"),
        .time = FE_SLICE("2026-01-31T12:00:00.000Z"),
        .redaction = *redaction,
        .match_profile = fe_slice_cstr(rig->profile ? rig->profile : "strict"),
    };
    rig->x = 0;
    rig->session_begin = rig->bytes.len;
    fe_encode_session(&session, rig->frame);
    put_frame(rig);
}

void begin_session(struct rig *rig, uint64_t reader, const char *also)
{
    struct fe_slice name = fe_slice_cstr(also);
    put_session(rig, reader,
                &(struct fe_frame_redaction){.version = 1, .also = {&name, also != NULL}});
}

void begin_session_that_keeps(struct rig *rig)
{
    put_session(rig, 1, &(struct fe_frame_redaction){.version = 1, .secrets_kept = true});
}

void put_asked(const char *asked, struct fe_frame_head *head, struct fe_slice *body)
{
    struct fe_slice rest = fe_slice_cstr(asked);
    *body = FE_SLICE("");
    assert_true(fe_slice_split(&rest, ' ', &head->method));
    assert_true(fe_slice_split(&rest, ' ', &head->target));
    if (rest.len > 0) {
        *body = rest;
    }
    head->minor_version = 1;
    head->framing = body->len > 0 ? FE_RECORDED_LENGTH : FE_RECORDED_NONE;
}

static void put_body(struct rig *rig, enum fe_frame_kind kind, struct fe_slice bytes)
{
    uint64_t at = 0;
    while (at < bytes.len) {
        struct fe_slice rest = fe_slice_from(bytes, (size_t)at);
        struct fe_safe_bytes safe = {{rest.ptr, rest.len}};
        if (rest.len > FE_FRAME_BODY_BYTES) {
            safe.bytes.len = FE_FRAME_BODY_BYTES;
        }
        struct fe_frame_body body = {.exchange = rig->x, .at = at};
        fe_encode_body(kind, &body, &safe, rig->frame);
        put_frame(rig);
        at += safe.bytes.len;
    }
}

static void put_request(struct rig *rig, const struct said *said, struct fe_slice *body)
{
    struct fe_safe_head safe = {.head = {.exchange = rig->x}};
    struct fe_header coding = {FE_SLICE("Content-Encoding"), fe_slice_cstr(said->decoded)};
    put_asked(said->asked, &safe.head, body);
    safe.head.headers = (struct fe_headers){&coding, said->decoded != NULL, 1};
    fe_encode_head(FE_FRAME_REQUEST, &safe, rig->frame);
    put_frame(rig);
    put_body(rig, FE_FRAME_REQUEST_BODY, *body);
}

static void put_answer(struct rig *rig, const struct said *said)
{
    struct fe_header length = {FE_SLICE("Content-Length"), fe_slice_cstr(said->length)};
    struct fe_safe_head safe = {.head = {
                                    .exchange = rig->x,
                                    .status = said->status,
                                    .minor_version = 1,
                                    .headers = {&length, said->length != NULL, 1},
                                    .framing = FE_RECORDED_CHUNKED,
                                }};
    if (said->length || said->status == 204) {
        safe.head.framing = said->length ? FE_RECORDED_LENGTH : FE_RECORDED_NONE;
    }
    fe_encode_head(FE_FRAME_RESPONSE, &safe, rig->frame);
    put_frame(rig);
    put_body(rig, FE_FRAME_RESPONSE_BODY, fe_slice_cstr(said->answer));
}

void record_said(struct rig *rig, const struct said *said)
{
    struct fe_slice body;
    rig->x++;
    put_request(rig, said, &body);
    if (said->status != 0) {
        put_answer(rig, said);
    }
    size_t answer_len = fe_slice_cstr(said->answer).len;
    struct fe_safe_end end = {.end = {
                                  .exchange = rig->x,
                                  .outcome = said->outcome,
                                  .request = {.bytes = body.len, .wire_bytes = body.len},
                                  .response = {.bytes = answer_len, .wire_bytes = answer_len},
                              }};
    end.end.request.dropped = fe_slice_cstr(said->dropped);
    end.end.request.decoded = fe_slice_cstr(said->decoded);
    if (!said->cut_off) {
        fe_encode_end(&end, rig->frame);
        put_frame(rig);
    }
}

void record(struct rig *rig, const char *asked, int status, const char *answer)
{
    record_said(rig, &(struct said){.asked = asked, .status = status, .answer = answer});
}

void finish(struct rig *rig)
{
    assert_true(rig->count < RIG_FILES);
    end_session(rig);
    cassette_file_set(&rig->files[rig->count++], fe_buf_slice(&rig->bytes));
    fe_buf_clear(&rig->bytes);
}

/* ── replaying ── */

int try_to_load(struct rig *rig, enum fe_match_profile profile)
{
    const char *paths[RIG_FILES];
    for (size_t i = 0; i < rig->count; i++) {
        paths[i] = rig->files[i].path;
    }
    const struct fe_library_options options = {
        .paths = paths,
        .path_count = rig->count,
        .profile_given = true,
        .profile = profile,
    };
    return fe_library_open(&options, &rig->random, &rig->library, &rig->errors);
}

void load(struct rig *rig)
{
    if (rig->bytes.len > 0) {
        finish(rig);
    }
    assert_int_equal(try_to_load(rig, FE_MATCH_STRICT), 0);
    assert_int_equal(rig->errors.count, 0);
}

enum fe_find ask(struct rig *rig, const char *asked)
{
    struct fe_frame_head head = {.exchange = 0};
    struct fe_slice body;
    put_asked(asked, &head, &body);
    return fe_library_take(rig->library, &head, body, &rig->take);
}

void expect_taken(struct rig *rig, const char *asked, uint64_t seq, bool repeated, int line)
{
    enum fe_find find = ask(rig, asked);
    if (find != FE_FOUND || rig->take.seq != seq || rig->take.repeated != repeated) {
        print_error("%s: found %d, seq %llu%s\n", asked, (int)find,
                    (unsigned long long)rig->take.seq, rig->take.repeated ? ", again" : "");
        _fail(__FILE__, line);
    }
}

void expect_no_take(struct rig *rig, const char *asked, enum fe_find miss, int line)
{
    enum fe_find find = ask(rig, asked);
    if (find != miss || rig->take.reader != NULL) {
        print_error("%s: found %d, seq %llu\n", asked, (int)find,
                    (unsigned long long)rig->take.seq);
        _fail(__FILE__, line);
    }
}
