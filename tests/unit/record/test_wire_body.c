/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "../expect.h"
#include "record/wire_body.h"

/* Data as it was handed out, "|" where a chunk ends. */
static void on_data(void *arg, struct fe_slice data, bool cut)
{
    assert_true(data.len > 0);
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
    } bodies[] = {{"x\r\n", 0},  {"1\r\nab\r\n", 4},           {"1\na\r\n", 0},
                  {"-1\r\n", 0}, {"11111111111111111\r\n", 0}, {"2\r\nab\r\nx", 5}};
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
