/* SPDX-License-Identifier: MIT */
#include "../record/rewrite_fixture.h"

#define CLIENT "http://localhost:4000"

struct pair {
    const char *from;
    const char *to; /* NULL: the same */
};

typedef struct fe_slice rewrite_fn(const struct fe_rewrite *rewrite, struct fe_slice value,
                                   struct fe_arena *arena);

static void expect_all(rewrite_fn *fn, const char *upstream, const char *client,
                       const struct pair *pairs, size_t count)
{
    struct fe_arena arena = {NULL};
    const struct fe_rewrite rewrite = rewrite_between(upstream, client, &arena);
    for (size_t i = 0; i < count; i++) {
        struct fe_slice from = fe_slice_cstr(pairs[i].from);
        struct fe_slice to = fn(&rewrite, from, &arena);
        EXPECT_SLICE(to, pairs[i].to ? pairs[i].to : pairs[i].from);
        assert_true(pairs[i].to || to.ptr == from.ptr);
    }
    fe_arena_done(&arena);
}

static void locations_at_the_upstream_are_ours(void **state)
{
    static const struct pair pairs[] = {
        {"https://stack.example/a?b#c", CLIENT "/a?b#c"},
        {"HTTPS://Stack.Example/a", CLIENT "/a"},
        {"https://stack.example:443/", CLIENT "/"},
        {"https://stack.example", CLIENT},
        {"https://stack.example?x", CLIENT "?x"},
        {"//stack.example/a", "//localhost:4000/a"},
        {"//STACK.example:443/a", "//localhost:4000/a"},
        {"/a/b", NULL},
        {"a", NULL},
        {"", NULL},
        {"http://stack.example/a", NULL},
        {"https://stack.example:8443/a", NULL},
        {"https://stack.example.org/a", NULL},
        {"https://user@stack.example/a", NULL},
        {"https://login.example/?to=https://stack.example/a", NULL},
        {"//stack.example:80/a", NULL},
        {"https:stack.example", NULL},
    };
    (void)state;
    expect_all(fe_rewrite_location, "https://stack.example", CLIENT, pairs, COUNT_OF(pairs));
}

static void ports_that_are_no_default_count(void **state)
{
    static const struct pair pairs[] = {
        {"http://[::1]:9000/a", "https://emulator/a"},
        {"//[::1]:9000/a", "//emulator/a"},
        {"http://[::1]/a", NULL},
        {"//[::1]/a", NULL},
    };
    (void)state;
    expect_all(fe_rewrite_location, "http://[::1]:9000", "https://emulator", pairs,
               COUNT_OF(pairs));
}

static void a_plain_client_keeps_its_cookies(void **state)
{
    static const struct pair pairs[] = {
        {"a=b; Domain=stack.example; Path=/", "a=b; Path=/"},
        {"a=b; domain=.Example", "a=b"},
        {"a=b; Path=/; Secure; HttpOnly", "a=b; Path=/; HttpOnly"},
        {"a=b; SameSite=None; Secure", "a=b; SameSite=Lax"},
        {"a=b;secure;samesite=NONE;Partitioned", "a=b; SameSite=Lax"},
        {"a=b; SameSite=Strict; Secure", "a=b; SameSite=Strict"},
        {"a=b; SameSite=None", NULL},
        {"a=b; Domain=ample", NULL},
        {"a=b; Domain=other.example", NULL},
        {"a=b; Domain=", NULL},
        {"a=b; Path=/;", NULL},
        {"a=b;; Path=/", NULL},
        {"Secure=Domain=stack.example", NULL},
        {"secure", NULL},
        {"__Host-a=b; Secure; Path=/; SameSite=None", NULL},
        {"__Secure-a=b; Secure; Domain=stack.example", "__Secure-a=b; Secure"},
    };
    (void)state;
    expect_all(fe_rewrite_set_cookie, "https://stack.example", CLIENT, pairs, COUNT_OF(pairs));
}

static void a_client_with_tls_keeps_secure(void **state)
{
    static const struct pair pairs[] = {
        {"a=b; Secure; SameSite=None; Partitioned", NULL},
        {"a=b; Secure; Domain=example", "a=b; Secure"},
    };
    (void)state;
    expect_all(fe_rewrite_set_cookie, "https://stack.example", "https://localhost:4000", pairs,
               COUNT_OF(pairs));
}

static void origins_of_requests_are_the_upstreams(void **state)
{
    static const struct pair pairs[] = {
        {CLIENT, "https://stack.example:8443"},
        {"http://LOCALHOST:4000/login?a", "https://stack.example:8443/login?a"},
        {"null", NULL},
        {"http://localhost:4001", NULL},
        {"https://localhost:4000", NULL},
        {"http://evil.example/" CLIENT, NULL},
    };
    (void)state;
    expect_all(fe_rewrite_to_upstream, "https://stack.example:8443", CLIENT, pairs,
               COUNT_OF(pairs));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locations_at_the_upstream_are_ours),
        cmocka_unit_test(ports_that_are_no_default_count),
        cmocka_unit_test(a_plain_client_keeps_its_cookies),
        cmocka_unit_test(a_client_with_tls_keeps_secure),
        cmocka_unit_test(origins_of_requests_are_the_upstreams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
