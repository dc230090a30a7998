/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>
#include <stdlib.h>

#include "cassette/copy.h"
#include "cassette/decode.h"
#include "cassette/encode.h"
#include "cassette/safe.h"
#include "sample.h"
#include "util/random.h"

struct twin {
    struct fe_safe_frame *frame;
    struct fe_buf json;
    const char *why;
};

static int begin(void **state)
{
    struct twin *twin = calloc(1, sizeof(*twin));
    twin->frame = fe_safe_frame_new();
    fe_buf_init(&twin->json, 128 << 20);
    *state = twin;
    return 0;
}

static int end(void **state)
{
    struct twin *twin = *state;
    fe_safe_frame_free(twin->frame);
    fe_buf_done(&twin->json);
    free(twin);
    return 0;
}

/* There and back again. */
static void expect_lossless(struct twin *twin, struct fe_slice frame)
{
    fe_buf_clear(&twin->json);
    fe_frame_to_json(frame, &twin->json);
    assert_int_equal(twin->json.error, 0);
    assert_null(memchr(twin->json.ptr, '\n', twin->json.len));
    assert_int_equal(fe_frame_from_json(fe_buf_slice(&twin->json), twin->frame, &twin->why), 0);
    assert_true(fe_slice_eq(fe_buf_slice(&twin->frame->encoded), frame));
}

static void every_frame_of_the_sample_comes_back(void **state)
{
    struct twin *twin = *state;
    struct fe_buf sample;
    int frames = 0;
    fe_buf_init(&sample, 1 << 20);
    sample_put(&sample);
    sample_put_since(&sample);
    for (struct fe_slice rest = fe_buf_slice(&sample); rest.len > 0; frames++) {
        ptrdiff_t length = fe_frame_length(rest, NULL, &twin->why);
        assert_true(length > 0);
        expect_lossless(twin, (struct fe_slice){rest.ptr, (size_t)length});
        rest = fe_slice_from(rest, (size_t)length);
    }
    assert_int_equal(frames, SAMPLE_FRAMES + SAMPLE_SINCE_FRAMES);
    fe_buf_done(&sample);
}

static void expect_line(struct twin *twin, const char *line)
{
    assert_int_equal(fe_frame_from_json(fe_slice_cstr(line), twin->frame, &twin->why), 0);
    fe_buf_clear(&twin->json);
    fe_frame_to_json(fe_buf_slice(&twin->frame->encoded), &twin->json);
    EXPECT_SLICE(fe_buf_slice(&twin->json), line);
}

static void a_line_comes_back_as_it_was(void **state)
{
    struct twin *twin = *state;
    static const char *const lines[] = {
        "{\"kind\":\"seal\",\"frames\":1,\"exchanges\":0}",
        "{\"kind\":\"seal\",\"frames\":1,\"exchanges\":0,\"later\":[{\"a\":{}},[]]}",
        "{\"kind\":9}",
        "{\"kind\":127,\"bytes\":\"\"}",
        "{\"kind\":9,\"m\":{\"base64\":\"AA==\",\"x\":1}}",
        "{\"kind\":9,\"m\":{\"map\":[[\"map\",[]]]}}",
        "{\"kind\":9,\"m\":{\"map\":[[\"ext\",{\"map\":[[\"map\",[{}]]]}]]}}",
        "{\"kind\":9,\"f\":[{\"float\":\"7fc00000\"},{\"float\":\"fff0000000000000\"}]}",
        "{\"kind\":9,\"e\":{\"ext\":[127,\"AAA=\"]}}",
        "{\"kind\":9,\"n\":[0,127,128,-32,-9223372036854775808,9223372036854775807]}",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        expect_line(twin, lines[i]);
    }
    expect_line(twin, "{\"kind\":\"interim\",\"x\":1,\"t\":-1,\"status\":103,\"reason\":\"\","
                      "\"version\":\"1.1\",\"headers\":[[\"Link\",{\"base64\":\"/w==\"}]]}");
}

#define END(request, response)                                                                     \
    "{\"kind\":\"end\",\"x\":1,\"t\":9,\"outcome\":\"reset\",\"request\":{\"bytes\":0,\"wire\":"   \
    "0" request "},\"response\":{\"bytes\":0,\"wire\":0" response "}}"

static void a_chunk_that_broke_off_comes_back(void **state)
{
    expect_line(*state, END("", ",\"open\":[0,0]"));
    expect_line(*state, END(",\"open\":[18446744073709551615,7]", ",\"open\":[2,2]"));
    expect_line(*state, END(",\"trailers\":[[\"A\",\"b\"]],\"open\":[0,0]", ""));
}

static void a_divided_character_leaves_the_rest_readable(void **state)
{
    struct twin *twin = *state;
    expect_line(twin, "{\"kind\":9,\"bytes\":[{\"base64\":\"vA==\"},\"text\",{\"base64\":"
                      "\"8J+Y\"}]}");
    expect_line(twin, "{\"kind\":9,\"bytes\":{\"base64\":\"vPA=\"}}");
    expect_line(twin, "{\"kind\":9,\"bytes\":{\"base64\":\"YcJi\"}}");
    expect_line(twin, "{\"kind\":9,\"bytes\":\"a\\u0000\\n\\\"\xc3\xbc\"}");
}

/* Lengths on both sides of where a form of msgpack ends. */
static void bytes_of_any_length_come_back(void **state)
{
    struct twin *twin = *state;
    static const size_t lengths[] = {0, 1, 31, 32, 255, 256, 65535, 65536, 65537, 1 << 20};
    struct fe_random random;
    struct fe_pace pace = {1, 0};
    char *bytes = calloc(1, 1 << 20);
    fe_random_init_deterministic(&random, 5);
    fe_random_bytes(&random, bytes, 1 << 20);
    struct fe_safe_frame *frame = fe_safe_frame_new();
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct fe_frame_body body = {.exchange = 1, .pace = &pace, .pace_count = lengths[i] > 0};
        fe_encode_body(FE_FRAME_RESPONSE_BODY, &body, &(struct fe_safe_bytes){{bytes, lengths[i]}},
                       frame);
        expect_lossless(twin, fe_buf_slice(&frame->encoded));
    }
    fe_safe_frame_free(frame);
    free(bytes);
}

static void says_why_a_line_is_no_frame(void **state)
{
    struct twin *twin = *state;
    static const struct {
        const char *line;
        const char *why;
    } cases[] = {
        {"", "the line is no JSON object"},
        {"[]", "the line is no JSON object"},
        {"{\"kind\":9", "the line is no JSON object"},
        {"{}", "a frame has one \"kind\", and \"bytes\" at most once"},
        {"{\"kind\":9,\"kind\":9}", "a frame has one \"kind\", and \"bytes\" at most once"},
        {"{\"kind\":128}", "a kind is a number below 128"},
        {"{\"kind\":\"reply\"}", "the kind is unknown"},
        {"{\"kind\":true}", "a text is expected"},
        {"{\"kind\":9,\"a\":1.5}", "a number is not whole, or too big"},
        {"{\"kind\":9,\"a\":18446744073709551616}", "a number is not whole, or too big"},
        {"{\"kind\":9,\"a\":\"\\ud800\"}", "a text with half a surrogate pair"},
        {"{\"kind\":9,\"a\":{\"base64\":\"A\"}}", "the base64 is none"},
        {"{\"kind\":9,\"a\":{\"float\":\"00\"}}", "a float has 8 or 16 hexadecimal digits"},
        {"{\"kind\":9,\"a\":{\"float\":\"0000000g\"}}", "a float has 8 or 16 hexadecimal digits"},
        {"{\"kind\":9,\"a\":{\"ext\":[1]}}", "a list of two is expected"},
        {"{\"kind\":9,\"a\":{\"ext\":[128,\"\"]}}", "an ext's type is a number from -128 to 127"},
        {"{\"kind\":9,\"a\":{\"map\":{}}}", "a map's pairs are a list"},
        {"{\"kind\":9,\"a\":{\"map\":[[1]]}}", "a list of two is expected"},
        {"{\"kind\":9,\"a\":{\"map\":[[1,2]]}}", "a key is no text"},
        {"{\"kind\":9,\"\\u006bind\":1}", "a key is none that a frame may have"},
        {"{\"kind\":9,\"bytes\":1}", "a text is expected"},
        {"{\"kind\":\"seal\",\"frames\":1}", "\"exchanges\" is missing"},
        {"{\"kind\":\"seal\",\"frames\":\"1\",\"exchanges\":0}",
         "\"frames\" is there twice, or not as it should be"},
        {"{\"kind\":\"seal\",\"frames\":1,\"exchanges\":0,\"bytes\":\"\"}",
         "bytes that belong to no body"},
        {END("", ",\"open\":[4,5]"), "\"open\" is there twice, or not as it should be"},
        {END("", ",\"open\":[4]"), "\"open\" is there twice, or not as it should be"},
        {END("", ",\"open\":[4,-1]"), "\"open\" is there twice, or not as it should be"},
        {END(",\"open\":4", ""), "\"open\" is there twice, or not as it should be"},
        {END(",\"open\":[0,0],\"open\":[0,0]", ""),
         "\"open\" is there twice, or not as it should be"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fe_slice line = fe_slice_cstr(cases[i].line);
        assert_int_equal(fe_frame_from_json(line, twin->frame, &twin->why), -EBADMSG);
        assert_string_equal(twin->why, cases[i].why);
    }
}

static void refuses_what_is_nested_too_deep(void **state)
{
    struct twin *twin = *state;
    for (size_t depth = 16; depth <= 17; depth++) {
        char line[128] = "{\"kind\":9,\"a\":";
        size_t len = strlen(line);
        memset(line + len, '[', depth);
        memset(line + len + depth, ']', depth);
        line[len + 2 * depth] = '}';
        int r = fe_frame_from_json(fe_slice_cstr(line), twin->frame, &twin->why);
        assert_int_equal(r, depth == 16 ? 0 : -EBADMSG);
    }
    assert_string_equal(twin->why, "values are nested too deep");
}

static void a_frame_is_copied_as_it_is(void **state)
{
    struct twin *twin = *state;
    struct fe_safe_frame *seal = fe_safe_frame_new();
    fe_encode_seal(&(struct fe_frame_seal){1, 0, 0}, seal);
    fe_copy_frame(fe_buf_slice(&seal->encoded), twin->frame);
    assert_true(fe_slice_eq(fe_buf_slice(&twin->frame->encoded), fe_buf_slice(&seal->encoded)));
    fe_safe_frame_free(seal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_frame_of_the_sample_comes_back, begin, end),
        cmocka_unit_test_setup_teardown(a_line_comes_back_as_it_was, begin, end),
        cmocka_unit_test_setup_teardown(a_chunk_that_broke_off_comes_back, begin, end),
        cmocka_unit_test_setup_teardown(a_divided_character_leaves_the_rest_readable, begin, end),
        cmocka_unit_test_setup_teardown(bytes_of_any_length_come_back, begin, end),
        cmocka_unit_test_setup_teardown(says_why_a_line_is_no_frame, begin, end),
        cmocka_unit_test_setup_teardown(refuses_what_is_nested_too_deep, begin, end),
        cmocka_unit_test_setup_teardown(a_frame_is_copied_as_it_is, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
