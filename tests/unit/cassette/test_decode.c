/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "cassette/cursor.h"
#include "cassette/decode.h"
#include "cassette/pack_private.h"
#include "sample.h"

/* The frame of that number, in the sample and what was added since, decoded. */
struct decoded {
    struct fe_buf sample;
    struct fe_arena arena;
    struct fe_frame frame;
    size_t offset;
};

static void decode(struct decoded *decoded, int number)
{
    const char *why = NULL;
    *decoded = (struct decoded){.arena = {NULL}};
    fe_buf_init(&decoded->sample, 1 << 20);
    sample_put(&decoded->sample);
    sample_put_since(&decoded->sample);
    struct fe_slice rest = fe_buf_slice(&decoded->sample);
    for (int i = 0; i < number; i++) {
        rest = fe_slice_from(rest, (size_t)fe_frame_length(rest, NULL, &why));
    }
    decoded->offset = decoded->sample.len - rest.len;
    assert_true(fe_frame_decode(rest, &decoded->arena, &decoded->frame, &why) > 0);
}

static void done(struct decoded *decoded)
{
    fe_arena_done(&decoded->arena);
    fe_buf_done(&decoded->sample);
}

static void the_front_of_a_frame_says_whose_it_is(void **state)
{
    (void)state;
    for (int i = 0; i < SAMPLE_FRAMES; i++) {
        struct decoded d;
        struct fe_frame_front front;
        decode(&d, i);
        struct fe_slice rest = fe_slice_from(fe_buf_slice(&d.sample), d.offset);
        bool of_exchange = d.frame.kind >= FE_FRAME_REQUEST && d.frame.kind <= FE_FRAME_END;
        assert_int_equal(fe_frame_peek(rest, &front), of_exchange ? 0 : -EBADMSG);
        if (of_exchange) {
            assert_int_equal(front.kind, d.frame.kind);
            assert_int_equal(front.exchange, d.frame.head.exchange); /* where all have theirs */
            assert_int_equal(front.status, d.frame.kind == FE_FRAME_RESPONSE ? 200 : 0);
        }
        for (size_t len = 0; len < 8; len++) {
            rest.len = len;
            assert_int_equal(fe_frame_peek(rest, &front), -EBADMSG);
        }
        done(&d);
    }
}

static void a_session_has_its_values(void **state)
{
    (void)state;
    struct decoded d;
    decode(&d, 0);
    assert_int_equal(d.frame.kind, FE_FRAME_SESSION);
    const struct fe_frame_session *session = &d.frame.session;
    assert_int_equal(session->format, 1);
    assert_int_equal(session->reader, 1);
    EXPECT_SLICE(session->recorder, "foundry-emulator/0.1.0");
    EXPECT_SLICE(session->upstream, "https://stack.example");
    EXPECT_SLICE(session->time, "2026-01-31T12:00:00.000Z");
    EXPECT_SLICE(session->match_profile, "strict");
    assert_false(session->redaction.secrets_kept);
    assert_false(session->redaction.pii);
    assert_int_equal(session->redaction.also.count, 1);
    EXPECT_SLICE(session->redaction.also.items[0], "x-api-key");
    assert_int_equal(session->redaction.keep.count, 0);
    done(&d);
}

static void a_head_has_its_fields_in_order(void **state)
{
    (void)state;
    struct decoded d;
    decode(&d, 5);
    const struct fe_frame_head *head = &d.frame.head;
    assert_int_equal(d.frame.kind, FE_FRAME_RESPONSE);
    assert_int_equal(head->t_us, 70000);
    assert_int_equal(head->status, 200);
    EXPECT_SLICE(head->reason, "Fine");
    assert_int_equal(head->minor_version, 1);
    assert_int_equal(head->framing, FE_RECORDED_CHUNKED);
    assert_int_equal(head->headers.count, 4);
    EXPECT_SLICE(head->headers.items[1].name, "Set-Cookie");
    EXPECT_SLICE(head->headers.items[2].name, "set-cookie");
    EXPECT_SLICE(head->headers.items[2].value, "b=2");
    done(&d);
}

static void a_body_has_its_cuts_and_pace(void **state)
{
    (void)state;
    struct decoded d;
    decode(&d, 6);
    const struct fe_frame_body *body = &d.frame.body;
    EXPECT_SLICE(body->bytes, "abc\xc3");
    assert_int_equal(body->cut_count, 2);
    assert_int_equal(body->cuts[0], 1);
    assert_int_equal(body->cuts[1], 4);
    assert_int_equal(body->pace_count, 1);
    assert_int_equal(body->pace[0].t_us, 70100);
    done(&d);
}

static void an_end_tells_of_both_bodies(void **state)
{
    (void)state;
    struct decoded d;
    decode(&d, 9);
    const struct fe_frame_end *end = &d.frame.end;
    assert_int_equal(end->outcome, FE_RECORDED_OK);
    assert_int_equal(end->request.bytes, 16);
    assert_int_equal(end->response.bytes, 6);
    assert_int_equal(end->response.wire_bytes, 26);
    EXPECT_SLICE(end->response.decoded, "gzip");
    EXPECT_SLICE(end->response.trailers.items[0].value, "6");
    done(&d);
}

static void an_end_tells_of_a_chunk_that_broke_off(void **state)
{
    (void)state;
    struct decoded d;
    decode(&d, SAMPLE_FRAMES + SAMPLE_SINCE_FRAMES - 1);
    const struct fe_frame_end *end = &d.frame.end;
    assert_int_equal(end->outcome, FE_RECORDED_TRUNCATED);
    assert_false(end->request.open.is_open);
    assert_true(end->response.open.is_open);
    assert_int_equal(end->response.open.size, 300);
    assert_int_equal(end->response.open.came, 4);
    done(&d);
    decode(&d, 9);
    assert_false(d.frame.end.response.open.is_open);
    done(&d);
}

static void a_kind_from_the_future_is_its_number_alone(void **state)
{
    (void)state;
    struct decoded d;
    decode(&d, 10);
    assert_int_equal(d.frame.kind, 99);
    done(&d);
}

/* ── bytes that are no frame: a meta written by hand, with a checksum that is right ── */

static void expect_refused(uint64_t kind, struct fe_slice rest, const char *expected)
{
    struct fe_buf frame;
    struct fe_arena arena = {NULL};
    struct fe_frame value;
    const char *why = NULL;
    fe_buf_init(&frame, 1 << 20);
    fe_pack_begin(&frame, kind, false);
    (void)fe_buf_put(&frame, rest);
    fe_pack_end(&frame);
    assert_int_equal(fe_frame_decode(fe_buf_slice(&frame), &arena, &value, &why), -EBADMSG);
    assert_string_equal(why, expected);
    fe_arena_done(&arena);
    fe_buf_done(&frame);
}

static void only_the_shortest_form_is_taken(void **state)
{
    (void)state;
    static const struct fe_slice numbers[] = {
        FE_SLICE_INIT("\x81\xa1g\xcc\x7f"),
        FE_SLICE_INIT("\x81\xa1g\xcd\0\xff"),
        FE_SLICE_INIT("\x81\xa1g\xce\0\0\xff\xff"),
        FE_SLICE_INIT("\x81\xa1g\xcf\0\0\0\0\xff\xff\xff\xff"),
        FE_SLICE_INIT("\x81\xa1g\xd0\x01"),
        FE_SLICE_INIT("\x81\xa1g\xd0\xe0"),
        FE_SLICE_INIT("\x81\xa1g\xd1\xff\x80"),
        FE_SLICE_INIT("\x81\xa1g\xd2\xff\xff\x80\0"),
        FE_SLICE_INIT("\x81\xa1g\xd3\xff\xff\xff\xff\x80\0\0\0"),
        FE_SLICE_INIT("\x81\xd9\x01g\xc0"),
        FE_SLICE_INIT("\x81\xa1g\xc5\0\x01z"),
        FE_SLICE_INIT("\x81\xa1g\xdc\0\x01\xc0"),
        FE_SLICE_INIT("\xde\0\x01\xa1g\xc0"),
    };
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        expect_refused(99, numbers[i], "a number is not in its shortest form");
    }
    expect_refused(99, FE_SLICE("\x81\xa1g\xc7\x01\x05z"), "a value is not in its shortest form");
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    expect_refused(99, FE_SLICE("\x90"), "the meta is no map");
    expect_refused(99, FE_SLICE("\x81\x01\x02"), "a key is none that a frame may have");
    expect_refused(99, FE_SLICE("\x81\xa1g\x81\x01\x02"), "a key is no text");
    expect_refused(99, FE_SLICE("\x81\xa1g\xc1"), "a value is no msgpack");
    expect_refused(99, FE_SLICE("\x81\xa1g\xa1\xff"), "a text is not UTF-8");
    expect_refused(FE_FRAME_SEAL, FE_SLICE("\x80"), "\"frames\" is missing");
    expect_refused(FE_FRAME_SEAL,
                   FE_SLICE("\x82\xa6"
                            "frames\x01\xa6"
                            "frames\x01"),
                   "\"frames\" is there twice, or not as it should be");
    expect_refused(FE_FRAME_REQUEST_BODY, FE_SLICE("\x80"), "a body without its bytes");
}

/* A few bytes that promise four thousand million values. */
static void a_promise_costs_nothing(void **state)
{
    (void)state;
    static const struct fe_slice promises[] = {
        FE_SLICE_INIT("\xdd\xff\xff\xff\xff"),     FE_SLICE_INIT("\xdf\xff\xff\xff\xff"),
        FE_SLICE_INIT("\xdb\xff\xff\xff\xff"),     FE_SLICE_INIT("\xc6\xff\xff\xff\xff"),
        FE_SLICE_INIT("\xc9\xff\xff\xff\xff\x01"),
    };
    for (size_t i = 0; i < COUNT_OF(promises); i++) {
        struct fe_cursor cursor;
        fe_cursor_init(&cursor, promises[i]);
        assert_int_equal(fe_cursor_skip(&cursor), -ENODATA);
    }
}

static void every_beginning_of_a_frame_wants_more(void **state)
{
    (void)state;
    struct decoded d;
    const char *why = NULL;
    decode(&d, 0);
    struct fe_slice sample = fe_buf_slice(&d.sample);
    ptrdiff_t length = fe_frame_length(sample, NULL, &why);
    for (size_t len = 0; len < (size_t)length; len++) {
        assert_int_equal(fe_frame_length((struct fe_slice){sample.ptr, len}, NULL, &why), 0);
    }
    done(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_front_of_a_frame_says_whose_it_is),
        cmocka_unit_test(a_session_has_its_values),
        cmocka_unit_test(a_head_has_its_fields_in_order),
        cmocka_unit_test(a_body_has_its_cuts_and_pace),
        cmocka_unit_test(an_end_tells_of_both_bodies),
        cmocka_unit_test(an_end_tells_of_a_chunk_that_broke_off),
        cmocka_unit_test(a_kind_from_the_future_is_its_number_alone),
        cmocka_unit_test(only_the_shortest_form_is_taken),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(a_promise_costs_nothing),
        cmocka_unit_test(every_beginning_of_a_frame_wants_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
