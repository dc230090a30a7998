/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "server/guard.h"

static bool admits(const char *host, const char *origin)
{
    const struct fe_guard guard = {{FE_SLICE_INIT("http://foundry.test:4000"),
                                    FE_SLICE_INIT("http://host.docker.internal:4000")},
                                   {FE_SLICE_INIT("tls.test"), FE_SLICE_INIT("fe80::1")}};
    struct fe_header item = {FE_SLICE_INIT("Origin"), fe_slice_cstr(origin)};
    struct fe_request request = {.method = FE_GET, .host = fe_slice_cstr(host)};
    request.headers = (struct fe_headers){&item, origin != NULL, origin != NULL};
    return fe_guard_admits(&guard, &request);
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
}

static void refuses_posts_from_foreign_pages(void **state)
{
    (void)state;
    assert_true(admits("localhost:4000", "http://localhost:3000"));
    assert_true(admits("localhost:4000", "http://127.0.0.1:4000"));
    assert_false(admits("localhost:4000", "https://evil.example"));
    assert_false(admits("localhost:4000", "null"));
    assert_false(admits("localhost:4000", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(admits_this_machine_by_any_of_its_names),
        cmocka_unit_test(admits_the_names_it_was_told),
        cmocka_unit_test(refuses_names_that_could_be_rebound),
        cmocka_unit_test(refuses_posts_from_foreign_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
