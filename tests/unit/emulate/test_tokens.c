/* SPDX-License-Identifier: MIT */
#include "emulate/state/tokens.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/limits.h"

#define START_NS (INT64_C(1000000) * FE_NS_PER_S)

struct fixture {
    struct fe_env env;
    struct fe_tokens *tokens;
    struct fe_arena arena;
};

static const struct fe_principal jane = {
    .user_id = FE_SLICE_INIT("id-jane"),
    .username = FE_SLICE_INIT("jane"),
    .client_id = FE_SLICE_INIT("app"),
    .scopes = FE_SLICE_INIT("a b"),
};

static int open_fixture(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.arena = {0}};
    fe_clock_freeze(&fixture.env.clock, START_NS);
    fe_random_init_deterministic(&fixture.env.random, 1);
    fixture.tokens = fe_tokens_new(&fixture.env);
    *state = &fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    fe_tokens_free(f->tokens);
    fe_arena_done(&f->arena);
    return 0;
}

static int find(struct fixture *f, struct fe_slice token)
{
    const struct fe_principal *principal = NULL;
    return fe_tokens_find(f->tokens, token, &f->arena, &principal);
}

static void gives_back_whom_a_token_was_issued_for(void **state)
{
    struct fixture *f = *state;
    const struct fe_principal *found = NULL;
    struct fe_slice token = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    assert_true(fe_slice_starts(token, FE_SLICE("foundry_")));
    assert_int_equal(fe_tokens_find(f->tokens, token, &f->arena, &found), 0);
    assert_string_equal(found->user_id.ptr, "id-jane");
    assert_string_equal(found->username.ptr, "jane");
    assert_string_equal(found->client_id.ptr, "app");
    assert_true(fe_principal_has_scope(found, FE_SLICE("b")));
    assert_false(fe_principal_has_scope(found, FE_SLICE("c")));
    assert_int_equal(found->expires_ns, START_NS + 3600 * FE_NS_PER_S);
}

static void the_copy_outlives_the_token(void **state)
{
    struct fixture *f = *state;
    const struct fe_principal *found = NULL;
    struct fe_slice token = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    assert_int_equal(fe_tokens_find(f->tokens, token, &f->arena, &found), 0);
    fe_tokens_clear(f->tokens);
    assert_string_equal(found->username.ptr, "jane");
    assert_int_equal(find(f, token), -ENOENT);
}

static void does_not_know_what_it_did_not_issue(void **state)
{
    struct fixture *f = *state;
    struct fe_slice token = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    assert_int_equal(find(f, FE_SLICE("")), -ENOENT);
    assert_int_equal(find(f, FE_SLICE("nope")), -ENOENT);
    assert_int_equal(find(f, (struct fe_slice){token.ptr, token.len - 1}), -ENOENT);
}

static void expires_at_the_end_of_its_life(void **state)
{
    struct fixture *f = *state;
    fe_tokens_set_ttl_s(f->tokens, 10);
    struct fe_slice token = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    fe_clock_advance(&f->env.clock, 10 * FE_NS_PER_S - 1);
    assert_int_equal(find(f, token), 0);
    fe_clock_advance(&f->env.clock, 1);
    assert_int_equal(find(f, token), -EKEYEXPIRED);
    fe_tokens_clear(f->tokens);
    assert_int_equal(fe_tokens_ttl_s(f->tokens), FE_TOKEN_TTL_S_DEFAULT);
}

static void forgets_an_expired_token_an_hour_later(void **state)
{
    struct fixture *f = *state;
    struct fe_slice token = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    fe_clock_advance(&f->env.clock, INT64_C(7199) * FE_NS_PER_S);
    (void)fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    assert_int_equal(find(f, token), -EKEYEXPIRED);
    fe_clock_advance(&f->env.clock, FE_NS_PER_S);
    struct fe_slice later = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    assert_int_equal(find(f, token), -ENOENT);
    assert_int_equal(find(f, later), 0);
}

static void a_seeded_token_never_expires(void **state)
{
    struct fixture *f = *state;
    struct fe_slice token = FE_SLICE("fixed");
    assert_int_equal(fe_tokens_seed(f->tokens, token, &jane), 0);
    assert_int_equal(fe_tokens_seed(f->tokens, token, &jane), -EEXIST);
    fe_clock_advance(&f->env.clock, INT64_C(100000000) * FE_NS_PER_S);
    assert_int_equal(find(f, token), 0);
    fe_tokens_revoke(f->tokens, token);
    assert_int_equal(find(f, token), -ENOENT);
}

static void revokes_one_token(void **state)
{
    struct fixture *f = *state;
    struct fe_slice one = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    struct fe_slice other = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    fe_tokens_revoke(f->tokens, one);
    fe_tokens_revoke(f->tokens, one);
    assert_int_equal(find(f, one), -ENOENT);
    assert_int_equal(find(f, other), 0);
}

static void revokes_a_grant_and_no_other(void **state)
{
    struct fixture *f = *state;
    struct fe_slice one = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    struct fe_slice two = fe_tokens_issue(f->tokens, &jane, 2, &f->arena);
    struct fe_slice three = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    struct fe_slice none = fe_tokens_issue(f->tokens, &jane, 0, &f->arena);
    fe_tokens_revoke_grant(f->tokens, 1);
    assert_int_equal(find(f, one), -ENOENT);
    assert_int_equal(find(f, three), -ENOENT);
    assert_int_equal(find(f, two), 0);
    assert_int_equal(find(f, none), 0);
}

static void past_its_limit_the_oldest_goes_and_no_seeded_one(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(fe_tokens_seed(f->tokens, FE_SLICE("fixed"), &jane), 0);
    struct fe_slice oldest = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    struct fe_slice second = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    for (unsigned i = 2; i < FE_LIMIT_TOKENS; i++) {
        struct fe_arena scratch = {0};
        (void)fe_tokens_issue(f->tokens, &jane, 1, &scratch);
        fe_arena_done(&scratch);
    }
    assert_int_equal(find(f, oldest), 0);
    struct fe_slice newest = fe_tokens_issue(f->tokens, &jane, 1, &f->arena);
    assert_int_equal(find(f, oldest), -ENOENT);
    assert_int_equal(find(f, second), 0);
    assert_int_equal(find(f, newest), 0);
    assert_int_equal(find(f, FE_SLICE("fixed")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gives_back_whom_a_token_was_issued_for, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(the_copy_outlives_the_token, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(does_not_know_what_it_did_not_issue, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(expires_at_the_end_of_its_life, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(forgets_an_expired_token_an_hour_later, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(a_seeded_token_never_expires, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(revokes_one_token, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(revokes_a_grant_and_no_other, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(past_its_limit_the_oldest_goes_and_no_seeded_one,
                                        open_fixture, close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
