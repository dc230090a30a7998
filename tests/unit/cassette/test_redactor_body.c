/* SPDX-License-Identifier: MIT */
#include "redactor_rig.h"

#include <zlib.h>

#define JWT "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"

struct got {
    struct fe_buf bytes;
    uint64_t input_end;
};

static void take(void *arg, const struct fe_safe_bytes *bytes, uint64_t input_end)
{
    struct got *got = arg;
    assert_true(input_end >= got->input_end);
    got->input_end = input_end;
    (void)fe_buf_put(&got->bytes, bytes->bytes);
}

/* The body as it is given, in pieces of `run` bytes. */
static struct fe_slice body(struct rig *rig, const char *type, const char *coding,
                            struct fe_slice input, size_t run, struct fe_body_facts *facts)
{
    struct fe_headers headers = {NULL, 0, 0};
    struct got got = {.input_end = 0};
    fe_buf_init(&got.bytes, 8 << 20);
    (void)fe_headers_add(&headers, &rig->arena, FE_SLICE("Content-Type"), fe_slice_cstr(type));
    if (coding) {
        (void)fe_headers_add(&headers, &rig->arena, FE_SLICE("Content-Encoding"),
                             fe_slice_cstr(coding));
    }
    struct fe_body_redactor *redactor =
        fe_body_redactor_new(rig->redactor, false, &headers, take, &got);
    while (input.len > 0) {
        size_t len = input.len < run ? input.len : run;
        fe_body_redactor_push(redactor, (struct fe_slice){input.ptr, len});
        input = fe_slice_from(input, len);
    }
    fe_body_redactor_end(redactor);
    fe_body_redactor_facts(redactor, facts);
    facts->decoded = fe_arena_copy(&rig->arena, facts->decoded);
    fe_body_redactor_free(redactor);
    assert_true(facts->dropped.len > 0 || got.input_end == facts->decoded_bytes);
    struct fe_slice bytes = fe_arena_copy(&rig->arena, fe_buf_slice(&got.bytes));
    fe_buf_done(&got.bytes);
    return bytes;
}

#define JSON "application/json"

static void replaces_in_json(void **state)
{
    struct rig *rig = *state;
    struct fe_body_facts facts;
    struct fe_slice input = FE_SLICE("{\"echo\":\"Tok3n\\/with+odd=chars\",\"access_token\":"
                                     "\"" TOKEN "\",\"expires_in\":3600,\"id_token\":null}");
    struct fe_slice bearer = field(rig, "Authorization", "Bearer " TOKEN);
    struct fe_slice placeholder = fe_slice_from(bearer, 7);
    for (size_t run = 1; run <= input.len; run++) {
        ASSERT_TEXT(body(rig, JSON, NULL, input, run, &facts),
                    "{\"echo\":\"" FE_PRI "\",\"access_token\":\"" FE_PRI
                    "\",\"expires_in\":3600,\"id_token\":null}",
                    FE_ARG(placeholder), FE_ARG(placeholder));
        assert_true(facts.wire_bytes == input.len && facts.decoded_bytes == input.len);
        assert_int_equal(facts.decoded.len + facts.dropped.len, 0);
    }
}

/* What is named at the end of a small body is known at its beginning. */
static void learns_a_body_before_it_writes(void **state)
{
    struct rig *rig = *state;
    struct fe_body_facts facts;
    struct fe_slice input =
        FE_SLICE("{\"a\":\"behind-the-name\",\"refresh_token\":\"behind-the-name\"}");
    assert_false(contains(body(rig, JSON, NULL, input, 7, &facts), "behind"));
    struct fe_slice form = FE_SLICE("x=form%20secret%21&client_secret=form+secret%21");
    assert_false(contains(body(rig, "application/x-www-form-urlencoded", NULL, form, 5, &facts),
                          "secret%21"));
}

/* A secret that has what its surroundings end a value with, put there as it is. */
static const struct fe_slice ungainly = FE_SLICE_INIT("one\"half&'token'=other half");

static const struct surroundings {
    const char *type;
    const char *before;
    const char *behind;
} surroundings[] = {
    {JSON, "{\"password\":\"", "\"}"},
    {JSON, "{\"a\":\"x", "\",\"b\":\"half\"}"},
    {"application/x-www-form-urlencoded", "client_secret=", "&a=b"},
    {"application/x-www-form-urlencoded", "a=b&token=of-", "&c"},
    {"application/x-www-form-urlencoded", "token=of-somebody-", "&c"},
    {"text/plain", "password = '", "' is wrong"},
    {"text/html", "<input name=\"password\" value=\"", "\">"},
};

static void learn_ungainly(struct rig *rig)
{
    struct fe_body_facts facts;
    (void)body(rig, JSON, NULL, FE_SLICE("{\"password\":\"one\\\"half&'token'=other half\"}"), 100,
               &facts);
}

static void leaves_no_half_of_a_secret_to_a_name(void **state)
{
    struct rig *rig = *state;
    struct fe_body_facts facts;
    learn_ungainly(rig);
    for (size_t i = 0; i < COUNT_OF(surroundings); i++) {
        const struct surroundings *row = &surroundings[i];
        struct fe_slice input = fe_arena_printf(&rig->arena, "%s" FE_PRI "%s", row->before,
                                                FE_ARG(ungainly), row->behind);
        for (size_t run = 1; run <= input.len; run += 7) {
            struct fe_slice made = body(rig, row->type, NULL, input, run, &facts);
            assert_false(contains(made, "half&"));
            assert_false(contains(made, "other"));
            assert_true(fe_slice_starts(made, (struct fe_slice){row->before, 5}));
            assert_true(contains(made, row->behind));
        }
    }
}

/* Far beyond what is held, wherever the pieces end in which it is looked at. */
static void leaves_no_half_when_it_streams(void **state)
{
    struct rig *rig = *state;
    struct fe_body_facts facts;
    learn_ungainly(rig);
    for (size_t i = 0; i < COUNT_OF(surroundings); i++) {
        const struct surroundings *row = &surroundings[i];
        struct fe_buf large;
        size_t count = 0;
        fe_buf_init(&large, 4 << 20);
        for (; large.len < 900 << 10; count++) {
            (void)fe_buf_printf(&large, "%s" FE_PRI "%s%*d\n\n", row->before, FE_ARG(ungainly),
                                row->behind, (int)(count * 37 % 5000), 0);
        }
        struct fe_slice made = body(rig, row->type, NULL, fe_buf_slice(&large), 10007, &facts);
        assert_false(contains(made, "half&"));
        assert_false(contains(made, "other"));
        assert_true(made.len > large.len / 2);
        fe_buf_done(&large);
    }
}

static struct fe_slice gzip(struct rig *rig, struct fe_slice input)
{
    z_stream z = {0};
    char *out = fe_arena_alloc(&rig->arena, input.len + 1000);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    char *in = fe_arena_alloc(&rig->arena, input.len + 1);
    memcpy(in, input.ptr, input.len);
    z.next_in = (Bytef *)in;
    z.avail_in = (uInt)input.len;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)input.len + 1000;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    struct fe_slice coded = {out, z.total_out};
    (void)deflateEnd(&z);
    return coded;
}

static void looks_into_codings(void **state)
{
    struct rig *rig = *state;
    struct fe_body_facts facts;
    struct fe_slice clean = gzip(rig, FE_SLICE("{\"page\":1,\"expires_in\":3600}"));
    struct fe_slice out = body(rig, JSON, "gzip", clean, 3, &facts);
    assert_true(fe_slice_eq(out, clean));
    assert_int_equal(facts.decoded.len, 0);
    assert_int_equal(facts.decoded_bytes, 28);
    struct fe_slice dirty = gzip(rig, FE_SLICE("{\"password\":\"in-the-gzip-1\"}"));
    out = body(rig, JSON, "gzip", dirty, 3, &facts);
    assert_true(fe_slice_starts(out, FE_SLICE("{\"password\":\"fe~password~")));
    ASSERT_TEXT(facts.decoded, "gzip");
    out = body(rig, "text/plain", "gzip", gzip(rig, FE_SLICE("is in-the-gzip-1?")), 100, &facts);
    assert_true(fe_slice_starts(out, FE_SLICE("is fe~password~")));
}

static void drops_what_it_cannot_read(void **state)
{
    struct rig *rig = *state;
    struct fe_body_facts facts;
    assert_int_equal(body(rig, JSON, "rot13", FE_SLICE("{\"a\":1}"), 3, &facts).len, 0);
    ASSERT_TEXT(facts.dropped, "coding");
    assert_int_equal(body(rig, JSON, "gzip", FE_SLICE("{\"a\":1}"), 3, &facts).len, 0);
    ASSERT_TEXT(facts.dropped, "coding");
    assert_true(facts.wire_bytes == 7);
    struct fe_slice coded = gzip(rig, FE_SLICE("a text of which the end is missing"));
    coded.len -= 12;
    struct fe_slice out = body(rig, "text/plain", "gzip", coded, 5, &facts);
    assert_true(fe_slice_starts(out, FE_SLICE("a text of")));
    ASSERT_TEXT(facts.decoded, "gzip");
}

/* A body far larger than what is held, with a token across every place where it may be divided. */
static void streams_what_is_large(void **state)
{
    struct rig *rig = *state;
    struct fe_body_facts facts;
    struct fe_buf large;
    fe_buf_init(&large, 4 << 20);
    while (large.len < 1 << 20) {
        (void)fe_buf_printf(&large, "%zu: a line with " JWT " and more\n", large.len);
    }
    struct fe_slice out = body(rig, "text/plain", NULL, fe_buf_slice(&large), 10007, &facts);
    assert_false(contains(out, "eyJhbGci"));
    assert_true(facts.decoded_bytes == large.len);
    struct fe_slice coded = gzip(rig, fe_buf_slice(&large));
    assert_true(fe_slice_eq(body(rig, "text/plain", "gzip", coded, 777, &facts), out));
    ASSERT_TEXT(facts.decoded, "gzip");
    fe_buf_done(&large);
}

static void drops_bombs(void **state)
{
    struct rig *rig = *state;
    struct fe_body_facts facts;
    size_t len = (size_t)80 << 20;
    char *zeros = fe_arena_alloc(&rig->arena, len);
    struct fe_slice once = gzip(rig, (struct fe_slice){zeros, len});
    struct fe_slice twice = gzip(rig, once);
    (void)body(rig, "text/plain", "gzip, gzip", twice, 100000, &facts);
    ASSERT_TEXT(facts.dropped, "limit");
}

static void keeps_everything_when_told(void **state)
{
    struct rig other;
    struct rig *rig = &other;
    struct fe_body_facts facts;
    (void)state;
    begin(rig, &(struct fe_frame_redaction){.secrets_kept = true});
    struct fe_slice input = FE_SLICE("{\"password\":\"abcdefgh\"}");
    ASSERT_TEXT(body(rig, JSON, "rot13", input, 4, &facts), FE_PRI, FE_ARG(input));
    assert_int_equal(facts.dropped.len, 0);
    end(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replaces_in_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(learns_a_body_before_it_writes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaves_no_half_of_a_secret_to_a_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaves_no_half_when_it_streams, set_up, tear_down),
        cmocka_unit_test_setup_teardown(looks_into_codings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(drops_what_it_cannot_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_what_is_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(drops_bombs, set_up, tear_down),
        cmocka_unit_test(keeps_everything_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
