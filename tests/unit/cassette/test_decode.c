/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>
#include <stdio.h>

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

static void expect_refused_as(uint64_t kind, bool with_bytes, struct fe_slice rest,
                              const char *expected)
{
    struct fe_buf frame;
    struct fe_arena arena = {NULL};
    struct fe_frame value;
    const char *why = NULL;
    fe_buf_init(&frame, 1 << 20);
    fe_pack_begin(&frame, kind, with_bytes);
    (void)fe_buf_put(&frame, rest);
    fe_pack_end(&frame);
    assert_int_equal(fe_frame_decode(fe_buf_slice(&frame), &arena, &value, &why), -EBADMSG);
    assert_string_equal(why, expected);
    fe_arena_done(&arena);
    fe_buf_done(&frame);
}

static void expect_refused(uint64_t kind, struct fe_slice rest, const char *expected)
{
    expect_refused_as(kind, false, rest, expected);
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

/* A meta of one pair, its key one that frames of that kind have. */
struct wrong {
    enum fe_frame_kind kind;
    const char *key;
    struct fe_slice value; /* in msgpack */
};

static void expect_wrong(const struct wrong *wrong)
{
    bool is_body = wrong->kind == FE_FRAME_REQUEST_BODY;
    struct fe_buf meta;
    char expected[80];
    fe_buf_init(&meta, 1 << 20);
    fe_pack_map(&meta, 1);
    fe_pack_str(&meta, fe_slice_cstr(wrong->key));
    (void)fe_buf_put(&meta, wrong->value);
    if (is_body) {
        fe_pack_bin(&meta, FE_SLICE("bytes"));
    }
    (void)snprintf(expected, sizeof(expected), "\"%s\" is there twice, or not as it should be",
                   wrong->key);
    expect_refused_as(wrong->kind, is_body, fe_buf_slice(&meta), expected);
    fe_buf_done(&meta);
}

#define WRONG(kind, key, value)                                                                    \
    {                                                                                              \
        kind, key, FE_SLICE_INIT(value)                                                            \
    }

static void a_value_of_another_type_is_wrong(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        WRONG(FE_FRAME_SEAL, "frames", "\xa0"),
        WRONG(FE_FRAME_SEAL, "frames", "\xff"),
        WRONG(FE_FRAME_REQUEST, "t", "\xa0"),
        WRONG(FE_FRAME_REQUEST, "t", "\xcf\x80\0\0\0\0\0\0\0"), /* past INT64_MAX */
        WRONG(FE_FRAME_REQUEST, "method", "\x01"),
        WRONG(FE_FRAME_REQUEST, "version", "\x01"),
        WRONG(FE_FRAME_REQUEST, "version",
              "\xa2"
              "1."),
        WRONG(FE_FRAME_REQUEST, "version",
              "\xa3"
              "2.0"),
        WRONG(FE_FRAME_REQUEST, "version",
              "\xa3"
              "1./"),
        WRONG(FE_FRAME_REQUEST, "version",
              "\xa3"
              "1.:"),
        WRONG(FE_FRAME_REQUEST, "framing", "\xa4gzip"),
        WRONG(FE_FRAME_REQUEST, "headers", "\x80"),
        WRONG(FE_FRAME_REQUEST, "headers", "\x91\x01"),
        WRONG(FE_FRAME_REQUEST, "headers", "\x91\x91\xa1g"),
        WRONG(FE_FRAME_REQUEST, "headers", "\x91\x92\x01\xa1g"),
        WRONG(FE_FRAME_REQUEST, "headers", "\x91\x92\xa1g\x01"),
        WRONG(FE_FRAME_RESPONSE, "status",
              "\xa3"
              "200"),
        WRONG(FE_FRAME_RESPONSE, "status", "\x63"),         /* 99 */
        WRONG(FE_FRAME_RESPONSE, "status", "\xcd\x03\xe8"), /* 1000 */
        WRONG(FE_FRAME_END, "outcome", "\xa4good"),
        WRONG(FE_FRAME_REQUEST_BODY, "pace", "\x01"),
        WRONG(FE_FRAME_REQUEST_BODY, "pace", "\x91\x91\x01"),
        WRONG(FE_FRAME_REQUEST_BODY, "pace", "\x91\x92\xa0\x01"),
        WRONG(FE_FRAME_REQUEST_BODY, "pace", "\x91\x92\x01\xa0"),
        WRONG(FE_FRAME_REQUEST_BODY, "pace", "\x92\x92\x01\x02\x92\x01\x02"), /* no way on */
        WRONG(FE_FRAME_REQUEST_BODY, "cuts", "\x01"),
        WRONG(FE_FRAME_REQUEST_BODY, "cuts", "\x91\xa0"),
        WRONG(FE_FRAME_REQUEST_BODY, "cuts", "\x91\x00"),
        WRONG(FE_FRAME_REQUEST_BODY, "cuts", "\x92\x02\x02"),
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_wrong(&cases[i]);
    }
}

static void what_is_within_a_value_may_be_wrong_too(void **state)
{
    (void)state;
#define SESSION                                                                                    \
    "\x84\xa6"                                                                                     \
    "format\x01\xa6"                                                                               \
    "reader\x01\xa8"                                                                               \
    "recorder\xa0\xa9"                                                                             \
    "redaction"
    expect_refused(FE_FRAME_SESSION,
                   FE_SLICE(SESSION "\x81\xa4"
                                    "also\x01"),
                   "\"also\" is there twice, or not as it should be");
    expect_refused(FE_FRAME_SESSION, FE_SLICE(SESSION "\x81\xa4keep\x91\x01"),
                   "\"keep\" is there twice, or not as it should be");
    expect_refused(FE_FRAME_SESSION, FE_SLICE(SESSION "\x81\xa3pii\x01"),
                   "\"pii\" is there twice, or not as it should be");
    expect_refused(FE_FRAME_SESSION, FE_SLICE(SESSION "\x81\xa7secrets\xa4gone"),
                   "\"secrets\" is there twice, or not as it should be");
    expect_refused(FE_FRAME_SESSION, FE_SLICE(SESSION "\x01"),
                   "\"redaction\" is there twice, or not as it should be");
#undef SESSION
    expect_refused(FE_FRAME_END, FE_SLICE("\x81\xa8response\x81\xa4open\x92\x01\x02"),
                   "\"open\" is there twice, or not as it should be");
}

static void marks_are_within_their_bytes(void **state)
{
    (void)state;
#define BODY                                                                                       \
    "\xa1x\x01\xa2"                                                                                \
    "at\x00"
    expect_refused_as(FE_FRAME_REQUEST_BODY, true,
                      FE_SLICE("\x84" BODY "\xa4pace\x90\xa4"
                               "cuts\x91\x03\xc4\x02zz"),
                      "a cut that is not within the bytes");
    expect_refused_as(FE_FRAME_REQUEST_BODY, true,
                      FE_SLICE("\x83" BODY "\xa4pace\x91\x92\x01\x02\xc4\x02zz"),
                      "a pace that is not within the bytes");
#undef BODY
    expect_refused_as(FE_FRAME_SEAL, true, FE_SLICE("\x80\xc4\x02zz"),
                      "bytes that belong to no body");
    expect_refused(FE_FRAME_INDEX, FE_SLICE("\x80"), "an index without its rows");
}

/* A body of as many bytes with a cut behind each of them. */
static void put_cuts(struct fe_buf *frame, size_t count, bool has_future_key)
{
    fe_pack_begin(frame, FE_FRAME_RESPONSE_BODY, true);
    fe_pack_map(frame, has_future_key ? 5 : 4);
    fe_pack_str(frame, FE_SLICE("x"));
    fe_pack_uint(frame, 1);
    fe_pack_str(frame, FE_SLICE("at"));
    fe_pack_uint(frame, 0);
    fe_pack_str(frame, FE_SLICE("pace"));
    fe_pack_array(frame, 0);
    fe_pack_str(frame, FE_SLICE("cuts"));
    fe_pack_array(frame, count);
    for (size_t i = 1; i <= count; i++) {
        fe_pack_uint(frame, i);
    }
    if (has_future_key) {
        fe_pack_str(frame, FE_SLICE("weather"));
        fe_pack_array(frame, 0);
    }
    struct fe_buf bytes;
    fe_buf_init(&bytes, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        (void)fe_buf_putc(&bytes, 'z');
    }
    fe_pack_bin(frame, fe_buf_slice(&bytes));
    fe_pack_end(frame);
    fe_buf_done(&bytes);
}

static void expect_cuts(size_t count, bool has_future_key)
{
    struct fe_buf frame;
    struct fe_arena arena = {NULL};
    struct fe_frame value;
    const char *why = NULL;
    fe_buf_init(&frame, 1 << 20);
    put_cuts(&frame, count, has_future_key);
    struct fe_slice text = fe_buf_slice(&frame);
    assert_int_equal(fe_frame_decode(text, &arena, &value, &why), text.len);
    assert_int_equal(value.body.cut_count, count);
    assert_int_equal(value.body.cuts[count - 1], count);
    assert_int_equal(value.body.bytes.len, count);
    frame.ptr[frame.len - 1] ^= 1;
    assert_int_equal(fe_frame_decode(text, &arena, &value, &why), -EBADMSG);
    assert_string_equal(why, "the checksum is wrong");
    text.len--;
    assert_int_equal(fe_frame_decode(text, &arena, &value, &why), 0);
    fe_arena_done(&arena);
    fe_buf_done(&frame);
}

static void what_is_long_or_unknown_is_taken_as_well(void **state)
{
    (void)state;
    expect_cuts(1, false);
    expect_cuts(1024, false);
    expect_cuts(1025, false);
    expect_cuts(5000, false);
    expect_cuts(1, true);
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
        cmocka_unit_test(a_value_of_another_type_is_wrong),
        cmocka_unit_test(what_is_within_a_value_may_be_wrong_too),
        cmocka_unit_test(marks_are_within_their_bytes),
        cmocka_unit_test(what_is_long_or_unknown_is_taken_as_well),
        cmocka_unit_test(a_promise_costs_nothing),
        cmocka_unit_test(every_beginning_of_a_frame_wants_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
