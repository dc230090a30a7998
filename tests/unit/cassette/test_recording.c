/* SPDX-License-Identifier: MIT */
#include "recording_fixture.h"

#include <poll.h>

#include "util/limits.h"

/* ── order ── */

static void writes_the_frames_of_an_exchange_in_order(void **state)
{
    struct fixture *f = *state;
    static const enum fe_frame_kind kinds[] = {
        FE_FRAME_SESSION, FE_FRAME_REQUEST,  FE_FRAME_REQUEST_BODY,
        FE_FRAME_INTERIM, FE_FRAME_RESPONSE, FE_FRAME_RESPONSE_BODY,
        FE_FRAME_END,     FE_FRAME_INDEX,    FE_FRAME_SEAL};
    struct fe_header field;
    struct fe_frame_head interim = head_with(&field, "Link", "</a>");
    interim.status = 103;
    begin(f);
    uint64_t x = request(f, FE_RECORDED_CHUNKED, "Transfer-Encoding", "chunked");
    assert_true(x == 1);
    fe_recording_interim(f->recording, x, &interim);
    fe_clock_advance(&f->env.clock, FE_NS_PER_S);
    respond(f, x, FE_RECORDED_CHUNKED, "Transfer-Encoding", "chunked");
    fe_recording_response_body(f->recording, x, FE_SLICE("an an"), false);
    fe_recording_response_body(f->recording, x, FE_SLICE("swer"), true);
    fe_recording_request_body(f->recording, x, FE_SLICE("a late question"), true);
    finish(f, x, FE_RECORDED_OK);
    struct frames *frames = end(f);
    assert_int_equal(frames->count, COUNT_OF(kinds));
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        assert_int_equal(frames->items[i].kind, kinds[i]);
    }
    EXPECT_SLICE(frames->items[0].session.time, "2026-01-31T12:00:00.000Z");
    EXPECT_SLICE(frames->items[1].head.target, "/a?b=c");
    EXPECT_SLICE(frames->items[2].body.bytes, "a late question");
    assert_int_equal(frames->items[3].head.status, 103);
    assert_true(frames->items[4].head.t_us == 1000000);
    EXPECT_SLICE(frames->items[5].body.bytes, "an answer");
    const struct fe_frame_end *ended = &frames->items[6].end;
    assert_int_equal(ended->outcome, FE_RECORDED_OK);
    assert_true(ended->request.bytes == 15 && ended->request.wire_bytes == 15);
    assert_true(ended->response.bytes == 9 && ended->response.wire_bytes == 9);
    assert_true(frames->items[8].seal.frames == 8 && frames->items[8].seal.exchanges == 1);
    frames_free(frames);
}

static void tells_exchanges_apart(void **state)
{
    struct fixture *f = *state;
    enum {
        COUNT = 50
    };
    uint64_t x[COUNT];
    begin(f);
    for (int i = 0; i < COUNT; i++) {
        x[i] = bare_request(f);
        respond(f, x[i], FE_RECORDED_CLOSE, "A", "b");
    }
    for (int i = COUNT - 1; i >= 0; i--) {
        char text[24];
        (void)snprintf(text, sizeof(text), "%d", i);
        fe_recording_response_body(f->recording, x[i], fe_slice_cstr(text), false);
    }
    for (int i = 0; i < COUNT - 1; i++) {
        finish(f, x[i], FE_RECORDED_OK);
    }
    (void)request(f, FE_RECORDED_CHUNKED, "Transfer-Encoding", "chunked");
    struct frames *frames = end(f);
    assert_int_equal(frames_of(frames, FE_FRAME_END), COUNT - 1);
    const struct fe_frame_seal *seal = &frame_of(frames, FE_FRAME_SEAL, 0)->seal;
    assert_true(seal->exchanges == frames_of(frames, FE_FRAME_REQUEST));
    assert_true(seal->frames == frames->count - 1);
    for (size_t i = 0; i < COUNT - 1; i++) {
        char text[24];
        (void)snprintf(text, sizeof(text), "%zu", i);
        const struct fe_frame *body = frame_of(frames, FE_FRAME_RESPONSE_BODY, i);
        EXPECT_SLICE(body->body.bytes, text);
        assert_true(body->body.exchange == x[i]);
        assert_true(frame_of(frames, FE_FRAME_END, i)->end.exchange == x[i]);
    }
    frames_free(frames);
}

static void records_what_never_got_an_answer(void **state)
{
    struct fixture *f = *state;
    const struct fe_recording_end refused = {.outcome = FE_RECORDED_REFUSED,
                                             .note = FE_SLICE("nobody listens")};
    begin(f);
    fe_recording_end(f->recording, bare_request(f), &refused);
    struct frames *frames = end(f);
    assert_int_equal(frames->count, 5);
    assert_int_equal(frames->items[2].end.outcome, FE_RECORDED_REFUSED);
    EXPECT_SLICE(frames->items[2].end.note, "nobody listens");
    frames_free(frames);
}

/* ── what is shown ── */

static void redacts_log_lines_behind_what_crossed_the_wire(void **state)
{
    struct fixture *f = *state;
    begin(f);
    f->env.log.sink = fe_recording_log_sink;
    f->env.log.sink_arg = f->recording;
    fe_log_printf(&f->env.log, FE_LOG_INFO, "nothing yet");
    uint64_t x = bare_request(f);
    fe_log_printf(&f->env.log, FE_LOG_INFO, "it was %s", SECRET);
    fe_log_printf(&f->env.log, FE_LOG_INFO, "GET /a?code=%s", "abcdefghijk");
    finish(f, x, FE_RECORDED_OK);
    frames_free(end(f));
    struct fe_slice log = fe_buf_slice(&f->log);
    assert_true(fe_slice_starts(log, FE_SLICE("level=info msg=\"nothing yet\"\n"
                                              "level=info msg=\"it was fe~")));
    assert_true(log.ptr[log.len - 2] == '"' && log.ptr[log.len - 1] == '\n');
    assert_false(has(log, "abcdefghijk"));
    assert_false(has(log, SECRET));
}

static void redacts_text_with_what_is_known(void **state)
{
    struct fixture *f = *state;
    struct fe_recording_facts facts = {0};
    struct fe_arena arena = {NULL};
    begin(f);
    finish(f, bare_request(f), FE_RECORDED_OK);
    while (facts.exchanges == 0) {
        fe_recording_facts(f->recording, &facts);
    }
    struct fe_slice safe = fe_recording_redact(f->recording, FE_SLICE("/x/" SECRET "/y"), &arena);
    assert_true(fe_slice_starts(safe, FE_SLICE("/x/fe~")));
    assert_false(has(safe, SECRET));
    fe_arena_done(&arena);
    frames_free(end(f));
}

/* ── back-pressure ── */

static void asks_to_wait_when_the_queue_is_full(void **state)
{
    struct fixture *f = *state;
    static const char text[256 << 10] = {'x'};
    uint64_t sent = 0;
    bool was_full = false;
    begin(f);
    uint64_t x = bare_request(f);
    respond(f, x, FE_RECORDED_CLOSE, "A", "b");
    while (sent < 20 * (uint64_t)FE_LIMIT_RECORDING_QUEUE_BYTES && !was_full) {
        fe_recording_response_body(f->recording, x, (struct fe_slice){text, sizeof(text)}, false);
        sent += sizeof(text);
        was_full = fe_recording_is_full(f->recording);
    }
    if (was_full) {
        struct pollfd fd = {fe_recording_fd(f->recording), POLLIN, 0};
        assert_int_equal(poll(&fd, 1, 20000), 1);
        fe_recording_ack(f->recording);
        assert_int_equal(poll(&fd, 1, 0), 0);
        assert_false(fe_recording_is_full(f->recording));
    }
    finish(f, x, FE_RECORDED_OK);
    struct frames *frames = end(f);
    assert_true(frame_of(frames, FE_FRAME_END, 0)->end.response.bytes == sent);
    frames_free(frames);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_the_frames_of_an_exchange_in_order),
        TEST(tells_exchanges_apart),
        TEST(records_what_never_got_an_answer),
        TEST(redacts_log_lines_behind_what_crossed_the_wire),
        TEST(redacts_text_with_what_is_known),
        TEST(asks_to_wait_when_the_queue_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
