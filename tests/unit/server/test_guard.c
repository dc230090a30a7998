/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "server/guard.h"

static const struct fe_guard guard = {
    {FE_SLICE_INIT("http://foundry.test:4000"), FE_SLICE_INIT("http://host.docker.internal:4000")},
    {FE_SLICE_INIT("tls.test"), FE_SLICE_INIT("fe80::1")}};

/* A request with these fields, NULL being none. */
static bool admits_with(enum fe_method method, const char *host, const char *const fields[3][2])
{
    struct fe_header items[3];
    struct fe_request request = {.method = method, .host = fe_slice_cstr(host)};
    request.headers = (struct fe_headers){items, 0, 3};
    for (size_t i = 0; i < 3 && fields[i][0]; i++) {
        items[request.headers.count++] =
            (struct fe_header){fe_slice_cstr(fields[i][0]), fe_slice_cstr(fields[i][1])};
    }
    return fe_guard_admits(&guard, &request);
}

static bool admits(const char *host, const char *origin)
{
    const char *const fields[3][2] = {{origin ? "Origin" : NULL, origin}};
    return admits_with(FE_GET, host, fields);
}

static void admits_this_machine_by_any_of_its_names(void **state)
{
    (void)state;
    assert_true(admits("localhost", NULL));
    assert_true(admits("LOCALHOST:4000", NULL));
    assert_true(admits("app.localhost:4000", NULL));
    assert_true(admits("127.0.0.1:4000", NULL));
    assert_true(admits("127.9.9.9", NULL));
    assert_true(admits("[::1]:4000", NULL));
    assert_true(admits("172.17.0.1:4000", NULL));
    assert_true(admits("", NULL));
}

static void admits_the_names_it_was_told(void **state)
{
    (void)state;
    assert_true(admits("foundry.test", NULL));
    assert_true(admits("host.docker.internal:4000", NULL));
    assert_true(admits("TLS.test:4443", "https://tls.test:4443"));
}

static void refuses_names_that_could_be_rebound(void **state)
{
    (void)state;
    assert_false(admits("evil.example", NULL));
    assert_false(admits("localhost.evil.example", NULL));
    assert_false(admits("evil-localhost", NULL));
    assert_false(admits("127.0.0.1.evil.example", NULL));
    assert_false(admits("foundry.test.evil.example", NULL));
    assert_false(admits("[evil]", NULL));
    assert_false(admits("evil.example.", NULL));
    assert_false(admits("localhost.", NULL));
    assert_false(admits("localhost@evil.example", NULL));
    assert_false(admits("localhost:80.evil.example", NULL));
    assert_false(admits("127.1", NULL));
    assert_false(admits("0x7f000001", NULL));
    assert_false(admits("2130706433", NULL));
}

/* The one counts for where the request goes, and the other for who sent it. */
static void refuses_an_absolute_target_whose_host_is_another(void **state)
{
    const char *const foreign[3][2] = {{"Host", "evil.example"}};
    const char *const ours[3][2] = {{"Host", "localhost:4000"}};
    (void)state;
    assert_false(admits_with(FE_GET, "localhost:4000", foreign));
    assert_false(admits_with(FE_GET, "evil.example", ours));
    assert_true(admits_with(FE_GET, "127.0.0.1:4000", ours));
}

static void refuses_posts_from_foreign_pages(void **state)
{
    (void)state;
    assert_true(admits("localhost:4000", "http://localhost:3000"));
    assert_true(admits("localhost:4000", "http://127.0.0.1:4000"));
    assert_false(admits("localhost:4000", "https://evil.example"));
    assert_false(admits("localhost:4000", "null"));
    assert_false(admits("localhost:4000", ""));
    assert_false(admits("localhost:4000", "localhost:4000"));
    assert_false(admits("localhost:4000", "file://"));
    assert_false(admits("localhost:4000", "http://localhost.evil.example"));
    assert_false(admits("localhost:4000", "http://localhost:80.evil.example"));
    assert_false(admits("localhost:4000", "http://localhost:80@evil.example"));
    assert_false(admits("localhost:4000", "http://localhost/path"));
    assert_true(admits("localhost:4000", "https://app.localhost"));
    assert_true(admits("localhost:4000", "http://[::1]:3000"));
}

static void refuses_pages_at_the_address_of_another_machine(void **state)
{
    (void)state;
    assert_false(admits("localhost:4000", "http://203.0.113.5"));
    assert_false(admits("localhost:4000", "http://[2001:db8::5]:8080"));
    assert_false(admits("172.17.0.1:4000", "http://172.17.0.2:4000"));
    assert_true(admits("172.17.0.1:4000", "http://172.17.0.1:3000"));
    assert_true(admits("[fd00::1]:4000", "http://[fd00::1]:3000"));
    assert_true(admits("172.17.0.1:4000", "http://127.0.0.1:3000"));
}

static void refuses_two_origins(void **state)
{
    const char *const fields[3][2] = {{"Origin", "http://localhost:3000"},
                                      {"Origin", "https://evil.example"}};
    (void)state;
    assert_false(admits_with(FE_POST, "localhost:4000", fields));
}

static void refuses_what_comes_from_another_site_without_saying_from_where(void **state)
{
    const char *const post[3][2] = {{"Sec-Fetch-Site", "cross-site"},
                                    {"Sec-Fetch-Mode", "navigate"}};
    const char *const image[3][2] = {{"Sec-Fetch-Site", "cross-site"},
                                     {"Sec-Fetch-Mode", "no-cors"}};
    const char *const own[3][2] = {{"Sec-Fetch-Site", "same-origin"}};
    (void)state;
    assert_false(admits_with(FE_POST, "localhost:4000", post));
    assert_false(admits_with(FE_GET, "localhost:4000", image));
    assert_true(admits_with(FE_GET, "localhost:4000", post)); /* a link is followed */
    assert_true(admits_with(FE_POST, "localhost:4000", own));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(admits_this_machine_by_any_of_its_names),
        cmocka_unit_test(admits_the_names_it_was_told),
        cmocka_unit_test(refuses_names_that_could_be_rebound),
        cmocka_unit_test(refuses_an_absolute_target_whose_host_is_another),
        cmocka_unit_test(refuses_pages_at_the_address_of_another_machine),
        cmocka_unit_test(refuses_two_origins),
        cmocka_unit_test(refuses_what_comes_from_another_site_without_saying_from_where),
        cmocka_unit_test(refuses_posts_from_foreign_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
