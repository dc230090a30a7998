/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>
#include <stdbool.h>

#include "util/json.h"
#include "util/json_writer.h"

static void begin(struct fe_json_writer *writer, struct fe_buf *out)
{
    fe_buf_init(out, 1 << 20);
    fe_json_writer_init(writer, out);
}

static void puts_commas_between_and_nowhere_else(void **state)
{
    (void)state;
    struct fe_buf out;
    struct fe_json_writer w;
    begin(&w, &out);
    fe_json_begin_object(&w);
    fe_json_member_string(&w, "a", FE_SLICE("x"));
    fe_json_member_int(&w, "b", -1);
    fe_json_member_bool(&w, "c", true);
    fe_json_key(&w, "d");
    fe_json_begin_array(&w);
    fe_json_begin_object(&w);
    fe_json_end_object(&w);
    fe_json_begin_array(&w);
    fe_json_end_array(&w);
    fe_json_put_null(&w);
    fe_json_put_bool(&w, false);
    fe_json_end_array(&w);
    fe_json_key_slice(&w, FE_SLICE("e"));
    fe_json_put_raw(&w, FE_SLICE("1.0e400"));
    fe_json_end_object(&w);
    EXPECT_SLICE(fe_buf_slice(&out),
                 "{\"a\":\"x\",\"b\":-1,\"c\":true,\"d\":[{},[],null,false],\"e\":1.0e400}");
    fe_buf_done(&out);
}

static void writes_a_value_alone(void **state)
{
    (void)state;
    struct fe_buf out;
    struct fe_json_writer w;
    begin(&w, &out);
    fe_json_put_string(&w, FE_SLICE(""));
    EXPECT_SLICE(fe_buf_slice(&out), "\"\"");
    fe_buf_done(&out);
}

static void writes_every_64_bit_number(void **state)
{
    (void)state;
    struct fe_buf out;
    struct fe_json_writer w;
    begin(&w, &out);
    fe_json_begin_array(&w);
    fe_json_put_int(&w, INT64_MIN);
    fe_json_put_int(&w, 0);
    fe_json_put_int(&w, INT64_MAX);
    fe_json_end_array(&w);
    EXPECT_SLICE(fe_buf_slice(&out), "[-9223372036854775808,0,9223372036854775807]");
    fe_buf_done(&out);
}

static void escapes_what_must_be_and_nothing_more(void **state)
{
    (void)state;
    struct fe_buf out;
    struct fe_json_writer w;
    begin(&w, &out);
    fe_json_put_string(&w, FE_SLICE("\"\\/\b\t\n\v\f\r\x01\x1f\x7f\0\xc3\xa9\xf0\x9f\x98\x80"));
    EXPECT_SLICE(fe_buf_slice(&out), "\"\\\"\\\\/\\b\\t\\n\\u000b\\f\\r\\u0001\\u001f\x7f\\u0000"
                                     "\xc3\xa9\xf0\x9f\x98\x80\"");
    fe_buf_done(&out);
}

static void replaces_bytes_that_are_not_utf8(void **state)
{
    (void)state;
    struct fe_buf out;
    struct fe_json_writer w;
    begin(&w, &out);
    fe_json_put_string(&w, FE_SLICE("a\xff"
                                    "b\xc3"));
    EXPECT_SLICE(fe_buf_slice(&out), "\"a\xef\xbf\xbd"
                                     "b\xef\xbf\xbd\"");
    fe_buf_done(&out);
}

static void writes_keys_as_it_writes_strings(void **state)
{
    (void)state;
    struct fe_buf out;
    struct fe_json_writer w;
    begin(&w, &out);
    fe_json_begin_object(&w);
    fe_json_member_int(&w, "a\"\n", 1);
    fe_json_end_object(&w);
    EXPECT_SLICE(fe_buf_slice(&out), "{\"a\\\"\\n\":1}");
    fe_buf_done(&out);
}

static void what_it_writes_reads_back_the_same(void **state)
{
    (void)state;
    for (int byte = 0; byte < 128; byte++) {
        struct fe_buf out;
        struct fe_json_writer w;
        struct fe_json value;
        struct fe_arena arena = {0};
        struct fe_slice back = {NULL, 0};
        char text[3] = {'x', (char)byte, 'y'};
        begin(&w, &out);
        fe_json_put_string(&w, (struct fe_slice){text, 3});
        assert_int_equal(fe_json_parse(fe_buf_slice(&out), &value, NULL), 0);
        assert_int_equal(fe_json_string(&value, &arena, &back), 0);
        assert_true(fe_slice_eq(back, (struct fe_slice){text, 3}));
        fe_arena_done(&arena);
        fe_buf_done(&out);
    }
}

/* Strings of every length, with one character at every place that is not plain. */
static void sees_what_is_special_wherever_it_is(void **state)
{
    static const char specials[] = {'\0', '\n', 0x1f, '"', '\\'};
    (void)state;
    for (size_t len = 1; len <= 40; len++) {
        for (size_t at = 0; at < len * sizeof(specials); at++) {
            char text[40];
            struct fe_buf out;
            struct fe_json_writer w;
            struct fe_json json;
            struct fe_slice back;
            struct fe_arena arena = {NULL};
            memset(text, 'x', sizeof(text));
            text[at / sizeof(specials)] = specials[at % sizeof(specials)];
            begin(&w, &out);
            fe_json_put_string(&w, (struct fe_slice){text, len});
            assert_int_equal(fe_json_parse(fe_buf_slice(&out), &json, NULL), 0);
            assert_int_equal(fe_json_string(&json, &arena, &back), 0);
            assert_true(fe_slice_eq(back, (struct fe_slice){text, len}));
            fe_arena_done(&arena);
            fe_buf_done(&out);
        }
    }
}

static void nests_64_levels(void **state)
{
    (void)state;
    struct fe_buf out;
    struct fe_json_writer w;
    struct fe_json value;
    begin(&w, &out);
    for (int i = 0; i < 32; i++) {
        fe_json_begin_array(&w);
        fe_json_put_int(&w, i);
        fe_json_begin_object(&w);
        fe_json_member_int(&w, "i", i);
        fe_json_key(&w, "in");
    }
    fe_json_put_null(&w);
    for (int i = 0; i < 32; i++) {
        fe_json_member_bool(&w, "end", true);
        fe_json_end_object(&w);
        fe_json_put_int(&w, i);
        fe_json_end_array(&w);
    }
    assert_int_equal(fe_json_parse(fe_buf_slice(&out), &value, NULL), 0);
    fe_buf_done(&out);
}

static void leaves_its_errors_in_the_buffer(void **state)
{
    (void)state;
    struct fe_buf out;
    struct fe_json_writer w;
    fe_buf_init(&out, 8);
    fe_json_writer_init(&w, &out);
    fe_json_begin_array(&w);
    fe_json_put_string(&w, FE_SLICE("too long for it"));
    fe_json_end_array(&w);
    assert_int_equal(out.error, -E2BIG);
    fe_buf_done(&out);
}

static void takes_members_that_are_written_already(void **state)
{
    (void)state;
    struct fe_buf out;
    struct fe_json_writer writer;
    fe_buf_init(&out, 100);
    fe_json_writer_init(&writer, &out);
    fe_json_begin_object(&writer);
    fe_json_put_members(&writer, FE_SLICE("\"a\":1,\"b\":[]"));
    fe_json_member_bool(&writer, "c", true);
    fe_json_put_members(&writer, FE_SLICE("\"d\":null"));
    fe_json_end_object(&writer);
    assert_string_equal(out.ptr, "{\"a\":1,\"b\":[],\"c\":true,\"d\":null}");
    fe_buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_members_that_are_written_already),
        cmocka_unit_test(puts_commas_between_and_nowhere_else),
        cmocka_unit_test(writes_a_value_alone),
        cmocka_unit_test(writes_every_64_bit_number),
        cmocka_unit_test(escapes_what_must_be_and_nothing_more),
        cmocka_unit_test(replaces_bytes_that_are_not_utf8),
        cmocka_unit_test(writes_keys_as_it_writes_strings),
        cmocka_unit_test(what_it_writes_reads_back_the_same),
        cmocka_unit_test(sees_what_is_special_wherever_it_is),
        cmocka_unit_test(nests_64_levels),
        cmocka_unit_test(leaves_its_errors_in_the_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
