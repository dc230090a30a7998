/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/redirect_uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void takes_absolute_uris_only(void **state)
{
    (void)state;
    static const char *const good[] = {"http://localhost:3000/callback",
                                       "https://a.b/?x=1&y",
                                       "com.example.app:/done",
                                       "http://[::1]:8/",
                                       "Web+App-2.0://done",
                                       "http://a?x"};
    static const char *const bad[] = {"",
                                      "/callback",
                                      "callback",
                                      "http:",
                                      "1http://a",
                                      "http://a/#f",
                                      "http://a b",
                                      "http://a/\r\nX: y",
                                      "http://a/\"",
                                      "ht tp://a",
                                      "http://a/\xc3\xa9",
                                      ":x",
                                      "ht_tp://a",
                                      "http://a/{b}",
                                      "http://a/b|c",
                                      "http://a\x7f"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(fe_redirect_uri_valid(fe_slice_cstr(good[i])));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(fe_redirect_uri_valid(fe_slice_cstr(bad[i])));
    }
}

static bool matches(const char *uri, const char *registered)
{
    return fe_redirect_uri_matches(fe_slice_cstr(uri), fe_slice_cstr(registered));
}

static void matches_byte_for_byte(void **state)
{
    (void)state;
    assert_true(matches("https://a.b/c?d", "https://a.b/c?d"));
    assert_false(matches("https://a.b/c/", "https://a.b/c"));
    assert_false(matches("https://A.b/c", "https://a.b/c"));
    assert_false(matches("https://a.b:443/c", "https://a.b/c"));
    assert_false(matches("https://a.b/c?d", "https://a.b/c"));
}

static void a_loopback_uri_without_a_port_takes_any(void **state)
{
    (void)state;
    assert_true(matches("http://127.0.0.1:5123/cb", "http://127.0.0.1/cb"));
    assert_true(matches("http://[::1]:5123/cb", "http://[::1]/cb"));
    assert_true(matches("http://localhost:65535/cb?x", "http://localhost/cb?x"));
    assert_true(matches("http://localhost:1", "http://localhost"));
    assert_true(matches("http://localhost:1?x", "http://localhost?x"));
    assert_false(matches("http://localhost:0/cb", "http://localhost/cb"));
    assert_false(matches("http://localhost:5123/other", "http://localhost/cb"));
    assert_false(matches("http://localhost:5123/cb", "http://127.0.0.1/cb"));
    assert_false(matches("http://localhost.evil:80/cb", "http://localhost/cb"));
    assert_false(matches("http://localhost:80@evil/cb", "http://localhost/cb"));
    assert_false(matches("http://localhost:65536/cb", "http://localhost/cb"));
    assert_false(matches("http://localhost:/cb", "http://localhost/cb"));
    assert_false(matches("https://localhost:1/cb", "https://localhost/cb"));
    assert_false(matches("http://example.com:1/cb", "http://example.com/cb"));
}

static void a_loopback_uri_with_a_port_takes_that_one(void **state)
{
    (void)state;
    assert_false(matches("http://localhost:4000/cb", "http://localhost:3000/cb"));
    assert_false(matches("http://localhost/cb", "http://localhost:3000/cb"));
}

static void names_the_place_for_a_policy(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"http://localhost:3000/cb?x", "http://localhost:3000"},
        {"https://a.b", "https://a.b"},
        {"https://A-b.c:80?x=/y", "https://A-b.c:80"},
        {"http:///nowhere", "http:"},
        {"http:nowhere", "http:"},
        {"http://[::1]:3000/cb", "http:"},
        {"http://user@a.b/", "http:"},
        {"http://a;script-src/", "http:"},
        {"com.example.app:/done", "com.example.app:"},
    };
    struct fe_arena arena = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(fe_redirect_uri_source(fe_slice_cstr(cases[i][0]), &arena).ptr,
                            cases[i][1]);
    }
    fe_arena_done(&arena);
}

static void adds_parameters_and_encodes_them(void **state)
{
    (void)state;
    static const struct fe_redirect_parameter parameters[] = {
        {"code", FE_SLICE_INIT("c-1")},
        {"nothing", {NULL, 0}},
        {"state", FE_SLICE_INIT("a&b=+ \xc3\xa9")}};
    static const char *const cases[][2] = {
        {"http://a/cb", "http://a/cb?code=c-1&state=a%26b%3D%2B%20%C3%A9"},
        {"http://a/cb?x=1", "http://a/cb?x=1&code=c-1&state=a%26b%3D%2B%20%C3%A9"},
        {"http://a/cb?", "http://a/cb?code=c-1&state=a%26b%3D%2B%20%C3%A9"},
    };
    struct fe_arena arena = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(
            fe_redirect_uri_with(fe_slice_cstr(cases[i][0]), parameters, 3, &arena).ptr,
            cases[i][1]);
    }
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_absolute_uris_only),
        cmocka_unit_test(matches_byte_for_byte),
        cmocka_unit_test(a_loopback_uri_without_a_port_takes_any),
        cmocka_unit_test(a_loopback_uri_with_a_port_takes_that_one),
        cmocka_unit_test(names_the_place_for_a_policy),
        cmocka_unit_test(adds_parameters_and_encodes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
