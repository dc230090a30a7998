/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "../expect.h"
#include "record/wire_body.h"

/* Data as it was handed out, "|" where a chunk ends. */
static void on_data(void *arg, struct fe_slice data, bool cut)
{
    assert_true(data.len > 0 || cut);
    (void)fe_buf_put(arg, data);
    (void)fe_buf_puts(arg, cut ? "|" : "");
}

/* Feeds `raw` in runs of `run` bytes, until the body is whole; how much was used. */
static size_t feed(struct fe_wire_body *body, struct fe_slice raw, size_t run, struct fe_buf *seen)
{
    size_t total = 0;
    while (total < raw.len && !fe_wire_body_is_whole(body)) {
        size_t used = 0;
        size_t left = raw.len - total;
        const struct fe_slice part = {raw.ptr + total, left < run ? left : run};
        assert_int_equal(fe_wire_body_feed(body, part, on_data, seen, &used), 0);
        total += used;
    }
    return total;
}

static void chunks_are_cut_and_trailers_kept(void **state)
{
    static const struct fe_slice raw = FE_SLICE_INIT(
        "3;x=y\r\nabc\r\n02\r\nde\r\n0\r\nA:  b \r\nnonsense\r\nC: d\r\n\r\nHTTP/1.1");
    (void)state;
    for (size_t run = 1; run <= raw.len; run++) {
        struct fe_wire_body body;
        struct fe_arena arena = {NULL};
        struct fe_buf seen;
        fe_buf_init(&seen, 100);
        fe_wire_body_init(&body, FE_RECORDED_CHUNKED, 0);
        assert_int_equal(feed(&body, raw, run, &seen), raw.len - 8);
        assert_true(fe_wire_body_is_whole(&body));
        EXPECT_SLICE(fe_buf_slice(&seen), "abc|de|");
        const struct fe_headers trailers = fe_wire_body_trailers(&body, &arena);
        assert_int_equal(trailers.count, 2);
        EXPECT_SLICE(trailers.items[0].name, "A");
        EXPECT_SLICE(trailers.items[0].value, "b");
        EXPECT_SLICE(trailers.items[1].value, "d");
        fe_wire_body_done(&body);
        fe_buf_done(&seen);
        fe_arena_done(&arena);
    }
}

static void a_length_ends_it(void **state)
{
    struct fe_wire_body body;
    struct fe_buf seen;
    (void)state;
    fe_buf_init(&seen, 100);
    fe_wire_body_init(&body, FE_RECORDED_LENGTH, 3);
    assert_int_equal(feed(&body, FE_SLICE("abcd"), 4, &seen), 3);
    assert_true(fe_wire_body_is_whole(&body));
    EXPECT_SLICE(fe_buf_slice(&seen), "abc");
    fe_wire_body_init(&body, FE_RECORDED_LENGTH, 3);
    assert_int_equal(feed(&body, FE_SLICE("a"), 4, &seen), 1);
    assert_false(fe_wire_body_open(&body).is_open);
    fe_wire_body_init(&body, FE_RECORDED_LENGTH, 0);
    assert_true(fe_wire_body_is_whole(&body));
    fe_buf_done(&seen);
}

static void nothing_but_the_connection_may_end_it(void **state)
{
    struct fe_wire_body body;
    struct fe_buf seen;
    (void)state;
    fe_buf_init(&seen, 100);
    fe_wire_body_init(&body, FE_RECORDED_CLOSE, 0);
    assert_int_equal(feed(&body, FE_SLICE("0\r\n\r\n"), 2, &seen), 5);
    assert_false(fe_wire_body_is_whole(&body));
    EXPECT_SLICE(fe_buf_slice(&seen), "0\r\n\r\n");
    fe_buf_done(&seen);
}

static void bad_chunks_are_refused_behind_the_good_ones(void **state)
{
    static const struct {
        const char *text;
        size_t good;
        const char *seen;
    } bodies[] = {
        {"x\r\n", 0, ""},
        {"1\r\nab\r\n", 4, "a"},
        {"1\r\na\rb", 4, "a"},
        {"1\na\r\n", 0, ""},
        {"-1\r\n", 0, ""},
        {"11111111111111111\r\n", 0, ""},
        {"2\r\nab\r\nx", 7, "ab|"},
        {"2\r\na\n\r\n12x", 7, "a\n|"},
        {"1\r\na\r\n0\r\nA: b\r\nC\x01\r\n", 15, "a|"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct fe_wire_body body;
        struct fe_buf seen;
        size_t used = 0;
        fe_buf_init(&seen, 100);
        fe_wire_body_init(&body, FE_RECORDED_CHUNKED, 0);
        assert_int_equal(
            fe_wire_body_feed(&body, fe_slice_cstr(bodies[i].text), on_data, &seen, &used),
            -EBADMSG);
        assert_int_equal(used, bodies[i].good);
        EXPECT_SLICE(fe_buf_slice(&seen), bodies[i].seen);
        fe_wire_body_done(&body);
        fe_buf_done(&seen);
    }
}

/* Whatever the pieces: the chunks that have ended, and what is told of the one that has not. */
static void tells_of_the_chunk_that_has_not_ended(void **state)
{
    static const struct {
        const char *text;
        const char *seen;
        struct fe_frame_open_chunk open;
        size_t trailers;
    } bodies[] = {
        {"", "", {false, 0, 0}, 0},
        {"4\r\npart\r\n6", "part|", {false, 0, 0}, 0},
        {"4\r\npart\r\n64\r", "part|", {false, 0, 0}, 0},
        {"4\r\npart\r\n64\r\n", "part|", {true, 100, 0}, 0},
        {"64;x=y\r\npart", "part", {true, 100, 4}, 0},
        {"4\r\npart", "part", {true, 4, 4}, 0},
        {"4\r\npart\r", "part", {true, 4, 4}, 0},
        {"4\r\npart\r\n", "part|", {false, 0, 0}, 0},
        {"1\r\na\r\n2\r\nb", "a|b", {true, 2, 1}, 0},
        {"1\r\na\r\n0\r\n", "a|", {true, 0, 0}, 0},
        {"0\r\nA: b\r\nC: d\r", "", {true, 0, 0}, 1},
        {"0\r\nA: b\r\n\r", "", {true, 0, 0}, 1},
        {"0\r\nA: b\r\n\r\n", "", {false, 0, 0}, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct fe_slice raw = fe_slice_cstr(bodies[i].text);
        for (size_t run = 1; run <= raw.len + 1; run++) {
            struct fe_wire_body body;
            struct fe_arena arena = {NULL};
            struct fe_buf seen;
            fe_buf_init(&seen, 100);
            fe_wire_body_init(&body, FE_RECORDED_CHUNKED, 0);
            assert_int_equal(feed(&body, raw, run, &seen), raw.len);
            EXPECT_SLICE(fe_buf_slice(&seen), bodies[i].seen);
            const struct fe_frame_open_chunk open = fe_wire_body_open(&body);
            assert_int_equal(open.is_open, bodies[i].open.is_open);
            assert_int_equal(open.size, bodies[i].open.size);
            assert_int_equal(open.came, bodies[i].open.came);
            assert_int_equal(fe_wire_body_trailers(&body, &arena).count, bodies[i].trailers);
            fe_wire_body_done(&body);
            fe_buf_done(&seen);
            fe_arena_done(&arena);
        }
    }
}

/* What is wrong leaves open what it came in. */
static void tells_of_the_chunk_that_went_wrong(void **state)
{
    static const struct {
        const char *text;
        struct fe_frame_open_chunk open;
    } bodies[] = {
        {"4\r\npart\r\nzz\r\n", {false, 0, 0}},
        {"64\rx", {false, 0, 0}},
        {"2\r\nmore\r\n0\r\n\r\n", {true, 2, 2}},
        {"2\r\nmo\rre", {true, 2, 2}},
        {"0\r\n\rx", {true, 0, 0}},
        {"0\r\nA: \x01\r\n", {true, 0, 0}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct fe_wire_body body;
        struct fe_buf seen;
        size_t used = 0;
        fe_buf_init(&seen, 100);
        fe_wire_body_init(&body, FE_RECORDED_CHUNKED, 0);
        assert_int_equal(
            fe_wire_body_feed(&body, fe_slice_cstr(bodies[i].text), on_data, &seen, &used),
            -EBADMSG);
        const struct fe_frame_open_chunk open = fe_wire_body_open(&body);
        assert_int_equal(open.is_open, bodies[i].open.is_open);
        assert_int_equal(open.size, bodies[i].open.size);
        assert_int_equal(open.came, bodies[i].open.came);
        fe_wire_body_done(&body);
        fe_buf_done(&seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_are_cut_and_trailers_kept),
        cmocka_unit_test(a_length_ends_it),
        cmocka_unit_test(nothing_but_the_connection_may_end_it),
        cmocka_unit_test(bad_chunks_are_refused_behind_the_good_ones),
        cmocka_unit_test(tells_of_the_chunk_that_has_not_ended),
        cmocka_unit_test(tells_of_the_chunk_that_went_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
