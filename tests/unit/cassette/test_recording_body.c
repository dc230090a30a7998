/* SPDX-License-Identifier: MIT */
/* Bodies on their way into a cassette: what is stored of them, and what is kept of their framing.
 */
#include "recording_fixture.h"

#include <zlib.h>

enum {
    BIG = 1 << 20
};

/* The text in pieces of `piece` bytes, a cut behind every `chunk` bytes. */
static void answer_body(struct fixture *f, uint64_t x, struct fe_slice text, size_t piece,
                        size_t chunk)
{
    for (size_t at = 0; at < text.len;) {
        size_t to_cut = chunk - at % chunk;
        size_t len = piece < to_cut ? piece : to_cut;
        len = len < text.len - at ? len : text.len - at;
        at += len;
        struct fe_slice bytes = {text.ptr + at - len, len};
        fe_recording_response_body(f->recording, x, bytes, at % chunk == 0 || at == text.len);
    }
}

/* Lines that are told apart by their numbers, and every thousandth has a secret in it. */
static struct fe_buf big_text(void)
{
    struct fe_buf text;
    fe_buf_init(&text, (size_t)2 * BIG);
    for (unsigned i = 0; text.len < BIG; i++) {
        assert_int_equal(fe_buf_printf(&text, "line %u %s\n", i, i % 1000 == 7 ? SECRET : "-"), 0);
    }
    return text;
}

static struct fe_slice field_of(const struct fe_frame *frame, const char *name)
{
    struct fe_slice value = {NULL, 0};
    assert_true(fe_headers_get(&frame->head.headers, fe_slice_cstr(name), &value));
    return value;
}

static void says_how_long_a_body_is_as_it_is_stored(void **state)
{
    struct fixture *f = *state;
    const struct fe_slice text = FE_SLICE("it is " SECRET ", is it?");
    char length[24];
    (void)snprintf(length, sizeof(length), "%zu", text.len);
    begin(f);
    uint64_t x = bare_request(f);
    respond(f, x, FE_RECORDED_LENGTH, "content-length", length);
    fe_recording_response_body(f->recording, x, text, false);
    finish(f, x, FE_RECORDED_OK);
    x = bare_request(f);
    respond(f, x, FE_RECORDED_LENGTH, "content-length", "1000");
    fe_recording_response_body(f->recording, x, text, false);
    finish(f, x, FE_RECORDED_TRUNCATED);
    struct frames *frames = end(f);
    const struct fe_frame_body *body = &frame_of(frames, FE_FRAME_RESPONSE_BODY, 0)->body;
    char stored[24];
    (void)snprintf(stored, sizeof(stored), "%zu", body->bytes.len);
    EXPECT_SLICE(field_of(frame_of(frames, FE_FRAME_RESPONSE, 0), "Content-Length"), stored);
    assert_true(body->bytes.len != text.len);
    const struct fe_frame_end *ended = &frame_of(frames, FE_FRAME_END, 0)->end;
    assert_true(ended->response.bytes == body->bytes.len);
    assert_true(ended->response.wire_bytes == text.len);
    EXPECT_SLICE(field_of(frame_of(frames, FE_FRAME_RESPONSE, 1), "Content-Length"), "1000");
    assert_false(has(fe_buf_slice(&frames->text), SECRET));
    frames_free(frames);
}

static struct fe_buf record_big(struct fixture *f, struct fe_slice text, size_t piece)
{
    fe_random_init_deterministic(&f->env.random, 4);
    begin(f);
    uint64_t x = bare_request(f);
    respond(f, x, FE_RECORDED_CHUNKED, "Transfer-Encoding", "chunked");
    answer_body(f, x, text, piece, 5000);
    finish(f, x, FE_RECORDED_OK);
    frames_free(end(f));
    struct fe_buf bytes = file_read(f->folder.file);
    assert_int_equal(unlink(f->folder.file), 0);
    return bytes;
}

static void writes_the_same_bytes_whatever_the_pieces(void **state)
{
    struct fixture *f = *state;
    static const size_t pieces[] = {7, 1000, 4096, 5000};
    struct fe_buf text = big_text();
    struct fe_buf first = record_big(f, fe_buf_slice(&text), BIG);
    assert_false(has(fe_buf_slice(&first), SECRET));
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        struct fe_buf bytes = record_big(f, fe_buf_slice(&text), pieces[i]);
        assert_true(fe_slice_eq(fe_buf_slice(&bytes), fe_buf_slice(&first)));
        fe_buf_done(&bytes);
    }
    fe_buf_done(&first);
    fe_buf_done(&text);
}

/* In the text there is nothing to replace, so every cut stays where it was. */
static void keeps_cuts_and_divides_into_frames(void **state)
{
    struct fixture *f = *state;
    struct fe_buf text;
    fe_buf_init(&text, (size_t)2 * BIG);
    for (unsigned i = 0; text.len < BIG; i++) {
        assert_int_equal(fe_buf_printf(&text, "%u\n", i), 0);
    }
    begin(f);
    uint64_t x = request(f, FE_RECORDED_NONE, "A", "b");
    respond(f, x, FE_RECORDED_CHUNKED, "Transfer-Encoding", "chunked");
    answer_body(f, x, fe_buf_slice(&text), 3000, 5000);
    finish(f, x, FE_RECORDED_OK);
    struct frames *frames = end(f);
    size_t count = frames_of(frames, FE_FRAME_RESPONSE_BODY);
    uint64_t at = 0;
    uint64_t cut = 5000;
    for (size_t i = 0; i < count; i++) {
        const struct fe_frame_body *body = &frame_of(frames, FE_FRAME_RESPONSE_BODY, i)->body;
        assert_true(body->at == at);
        assert_true(i + 1 == count || body->bytes.len == FE_FRAME_BODY_BYTES);
        assert_memory_equal(body->bytes.ptr, text.ptr + at, body->bytes.len);
        for (size_t c = 0; c < body->cut_count; c++) {
            assert_true(at + body->cuts[c] == cut);
            cut += cut + 5000 <= text.len || cut == text.len ? 5000 : text.len - cut;
        }
        assert_int_equal(body->pace_count, 1);
        assert_true(body->pace[0].at == 0);
        at += body->bytes.len;
    }
    assert_true(at == text.len);
    assert_true(cut > text.len);
    frames_free(frames);
    fe_buf_done(&text);
}

static void keeps_when_bytes_came(void **state)
{
    struct fixture *f = *state;
    begin(f);
    uint64_t x = bare_request(f);
    respond(f, x, FE_RECORDED_CHUNKED, "Transfer-Encoding", "chunked");
    for (int i = 0; i < 4; i++) {
        fe_clock_advance(&f->env.clock, 3 * FE_NS_PER_MS);
        fe_recording_response_body(f->recording, x, FE_SLICE("12345"), false);
        fe_recording_response_body(f->recording, x, FE_SLICE(""), i == 2);
    }
    finish(f, x, FE_RECORDED_OK);
    struct frames *frames = end(f);
    const struct fe_frame_body *body = &frame_of(frames, FE_FRAME_RESPONSE_BODY, 0)->body;
    assert_int_equal(body->pace_count, 2);
    assert_true(body->pace[0].at == 0 && body->pace[0].t_us == 3000);
    assert_true(body->pace[1].at == 10 && body->pace[1].t_us == 9000);
    assert_int_equal(body->cut_count, 1);
    assert_true(body->cuts[0] == 15);
    frames_free(frames);
}

static void moves_marks_with_what_is_replaced(void **state)
{
    struct fixture *f = *state;
    begin(f);
    uint64_t x = bare_request(f);
    respond(f, x, FE_RECORDED_CHUNKED, "Transfer-Encoding", "chunked");
    fe_recording_response_body(f->recording, x, FE_SLICE("it is " SECRET " and"), true);
    fe_clock_advance(&f->env.clock, 10 * FE_NS_PER_MS);
    fe_recording_response_body(f->recording, x, FE_SLICE("more"), true);
    finish(f, x, FE_RECORDED_OK);
    struct frames *frames = end(f);
    const struct fe_frame_body *body = &frame_of(frames, FE_FRAME_RESPONSE_BODY, 0)->body;
    uint64_t len = body->bytes.len;
    assert_true(len > strlen("it is " SECRET " andmore"));
    assert_int_equal(body->cut_count, 2);
    assert_true(body->cuts[0] == len - 4 && body->cuts[1] == len);
    assert_int_equal(body->pace_count, 2);
    assert_true(body->pace[1].at == len - 4 && body->pace[1].t_us == 10000);
    frames_free(frames);
}

/* Of the chunk the wire's own numbers are kept, as of the whole body. */
static void keeps_where_chunks_broke_off(void **state)
{
    struct fixture *f = *state;
    struct fe_header sum = {FE_SLICE("X-Sum"), FE_SLICE("1")};
    const struct fe_slice text = FE_SLICE("it is " SECRET);
    const struct fe_recording_end broken = {
        .outcome = FE_RECORDED_TRUNCATED,
        .request = {.trailers = {&sum, 1, 1}, .open = {.is_open = true}},
        .response = {.open = {true, 1000, text.len}}};
    begin(f);
    (void)bare_request(f);
    uint64_t x = request(f, FE_RECORDED_CHUNKED, "Transfer-Encoding", "chunked");
    respond(f, x, FE_RECORDED_CHUNKED, "Transfer-Encoding", "chunked");
    fe_recording_response_body(f->recording, x, text, false);
    fe_recording_end(f->recording, x, &broken);
    struct frames *frames = end(f);
    const struct fe_frame_end *ended = &frame_of(frames, FE_FRAME_END, 0)->end;
    EXPECT_SLICE(ended->request.trailers.items[0].name, "X-Sum");
    assert_true(ended->request.open.is_open && ended->request.open.size == 0);
    assert_true(ended->response.bytes != text.len);
    assert_true(ended->response.open.is_open && ended->response.open.size == 1000);
    assert_true(ended->response.open.came == text.len);
    frames_free(frames);
}

static struct fe_buf gzipped(struct fe_slice text)
{
    struct fe_buf out;
    char *room = NULL;
    z_stream z = {0};
    unsigned char in[64];
    assert_in_range(text.len, 1, sizeof(in));
    memcpy(in, text.ptr, text.len);
    fe_buf_init(&out, 1024);
    assert_int_equal(fe_buf_reserve(&out, 512, &room), 0);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = in;
    z.avail_in = (uInt)text.len;
    z.next_out = (unsigned char *)room;
    z.avail_out = 512;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.len = z.total_out;
    assert_int_equal(deflateEnd(&z), Z_OK);
    return out;
}

/* One that is stored as it came keeps its chunks; of one whose coding had to be taken off they
 * would mean nothing. */
static void stores_coded_bodies_as_they_came_if_it_can(void **state)
{
    struct fixture *f = *state;
    struct fe_buf clean = gzipped(FE_SLICE("nothing of interest, twice: nothing of interest"));
    struct fe_buf telling = gzipped(FE_SLICE("it is " SECRET "!"));
    begin(f);
    for (int i = 0; i < 2; i++) {
        uint64_t x = bare_request(f);
        respond(f, x, FE_RECORDED_CHUNKED, "Content-Encoding", "gzip");
        answer_body(f, x, fe_buf_slice(i == 0 ? &clean : &telling), 3, 10);
        finish(f, x, FE_RECORDED_OK);
    }
    struct frames *frames = end(f);
    const struct fe_frame_body *as_it_came = &frame_of(frames, FE_FRAME_RESPONSE_BODY, 0)->body;
    const struct fe_frame_body *taken_off = &frame_of(frames, FE_FRAME_RESPONSE_BODY, 1)->body;
    assert_true(fe_slice_eq(as_it_came->bytes, fe_buf_slice(&clean)));
    assert_int_equal(as_it_came->cut_count, (clean.len + 9) / 10);
    assert_true(as_it_came->cuts[0] == 10 && as_it_came->cuts[1] == 20);
    assert_true(fe_slice_starts(taken_off->bytes, FE_SLICE("it is fe~")));
    assert_int_equal(taken_off->cut_count, 0);
    assert_int_equal(frame_of(frames, FE_FRAME_END, 0)->end.response.decoded.len, 0);
    EXPECT_SLICE(frame_of(frames, FE_FRAME_END, 1)->end.response.decoded, "gzip");
    assert_true(frame_of(frames, FE_FRAME_END, 1)->end.response.wire_bytes == telling.len);
    frames_free(frames);
    fe_buf_done(&clean);
    fe_buf_done(&telling);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(says_how_long_a_body_is_as_it_is_stored),
        TEST(writes_the_same_bytes_whatever_the_pieces),
        TEST(keeps_cuts_and_divides_into_frames),
        TEST(keeps_when_bytes_came),
        TEST(moves_marks_with_what_is_replaced),
        TEST(keeps_where_chunks_broke_off),
        TEST(stores_coded_bodies_as_they_came_if_it_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
