/* SPDX-License-Identifier: MIT */
#include "record/body_rewrite.h"
#include "rewrite_fixture.h"

#define CLIENT "http://localhost:4000"

static void rewrite_in_runs(const char *upstream, struct fe_slice text, size_t run,
                            struct fe_buf *out)
{
    struct fe_arena arena = {NULL};
    struct fe_body_rewrite body;
    const struct fe_rewrite rewrite = rewrite_between(upstream, CLIENT, &arena);
    fe_body_rewrite_init(&body, &rewrite, &arena);
    while (text.len > 0) {
        size_t len = text.len < run ? text.len : run;
        assert_int_equal(fe_body_rewrite_feed(&body, (struct fe_slice){text.ptr, len}, false, out),
                         0);
        text = fe_slice_from(text, len);
    }
    assert_int_equal(fe_body_rewrite_feed(&body, FE_SLICE(""), true, out), 0);
    fe_body_rewrite_done(&body);
    fe_arena_done(&arena);
}

/* However it is cut. */
static void expect_body(const char *upstream, const char *from, const char *to)
{
    struct fe_slice text = fe_slice_cstr(from);
    for (size_t run = 1; run <= text.len; run++) {
        struct fe_buf out;
        fe_buf_init(&out, 10000);
        rewrite_in_runs(upstream, text, run, &out);
        EXPECT_SLICE(fe_buf_slice(&out), to);
        fe_buf_done(&out);
    }
}

#define STACK "https://stack.example"

static void whole_origins_become_ours(void **state)
{
    (void)state;
    expect_body(STACK, "{\"a\":\"https://stack.example/x\",\"b\":\"https://stack.example\"}",
                "{\"a\":\"" CLIENT "/x\",\"b\":\"" CLIENT "\"}");
    expect_body(STACK, "https://stack.example", CLIENT);
    expect_body(STACK, "hhttps://STACK.example:443?hhttps://stack.example", "h" CLIENT "?h" CLIENT);
    expect_body(STACK, "\"https:\\/\\/stack.example\\/a\"", "\"http:\\/\\/localhost:4000\\/a\"");
    expect_body("http://[::1]:81", "<a href=http://[::1]:81/>", "<a href=" CLIENT "/>");
}

static void other_origins_stay(void **state)
{
    static const char *const texts[] = {
        "https://stack.example.org/",
        "https://stack.example:8443/",
        "https://stack.examples/",
        "http://stack.example/",
        "https://stack.exampl",
        "https://stack.example:4433",
        "https://stack.example@evil",
        "https:/stack.example",
        "hhhh",
        "https:\\/\\/stack.examplehttps",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        expect_body(STACK, texts[i], texts[i]);
    }
    expect_body("https://stack.example:81", "https://stack.example/", "https://stack.example/");
}

static bool applies(int status, const char *type, const char *coding)
{
    struct fe_arena arena = {NULL};
    struct fe_headers headers = {NULL, 0, 0};
    (void)fe_headers_add(&headers, &arena, FE_SLICE("content-type"), fe_slice_cstr(type));
    if (coding) {
        (void)fe_headers_add(&headers, &arena, FE_SLICE("Content-Encoding"), fe_slice_cstr(coding));
    }
    bool r = fe_body_rewrite_applies(status, &headers);
    fe_arena_done(&arena);
    return r;
}

static void only_json_and_html_are_read(void **state)
{
    const struct fe_headers none = {NULL, 0, 0};
    (void)state;
    assert_true(applies(200, "application/json", NULL));
    assert_true(applies(404, "Text/HTML; charset=utf-8", "identity"));
    assert_true(applies(400, "application/problem+json", NULL));
    assert_false(applies(200, "application/javascript", NULL));
    assert_false(applies(200, "application/json", "gzip"));
    assert_false(applies(206, "application/json", NULL));
    assert_false(fe_body_rewrite_applies(200, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_origins_become_ours),
        cmocka_unit_test(other_origins_stay),
        cmocka_unit_test(only_json_and_html_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
