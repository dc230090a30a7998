/* SPDX-License-Identifier: MIT */
#include "emulate/state/users.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "util/limits.h"

static int open_users(void **state)
{
    static struct fe_env env;
    fe_random_init_deterministic(&env.random, 1);
    *state = fe_users_new(&env);
    return 0;
}

static int close_users(void **state)
{
    fe_users_free(*state);
    return 0;
}

static void fills_in_what_is_not_said(void **state)
{
    const struct fe_user *jane = NULL;
    const struct fe_user from = {.username = FE_SLICE("jane")};
    assert_int_equal(fe_users_add(*state, &from, &jane), 0);
    assert_string_equal(jane->display_name.ptr, "jane");
    assert_string_equal(jane->realm.ptr, FE_USERS_REALM);
    assert_int_equal(jane->id.len, 36);
    assert_true(fe_slice_starts(jane->organization_rid, FE_SLICE("ri.multipass..organization.")));
    assert_int_equal(jane->email.len, 0);
}

static void gives_the_same_id_in_every_run_and_another_in_another_realm(void **state)
{
    const struct fe_user *first = NULL;
    const struct fe_user *second = NULL;
    struct fe_user from = {.username = FE_SLICE("jane")};
    assert_int_equal(fe_users_add(*state, &from, &first), 0);
    char id[64];
    (void)snprintf(id, sizeof(id), FE_PRI, FE_ARG(first->id));
    fe_users_clear(*state);
    assert_int_equal(fe_users_add(*state, &from, &first), 0);
    assert_string_equal(first->id.ptr, id);
    fe_users_clear(*state);
    from.realm = FE_SLICE("elsewhere");
    assert_int_equal(fe_users_add(*state, &from, &second), 0);
    assert_string_not_equal(second->id.ptr, id);
}

static void refuses_a_username_or_an_id_that_is_taken(void **state)
{
    const struct fe_user *other = NULL;
    const struct fe_user jane = {.id = FE_SLICE("1"), .username = FE_SLICE("jane")};
    const struct fe_user same_name = {.id = FE_SLICE("2"), .username = FE_SLICE("jane")};
    const struct fe_user same_id = {.id = FE_SLICE("1"), .username = FE_SLICE("john")};
    assert_int_equal(fe_users_add(*state, &jane, NULL), 0);
    assert_int_equal(fe_users_add(*state, &same_name, &other), -EEXIST);
    assert_string_equal(other->id.ptr, "1");
    assert_int_equal(fe_users_add(*state, &same_id, &other), -EEXIST);
    assert_string_equal(other->username.ptr, "jane");
    assert_null(fe_users_at(*state, 1));
}

static void keeps_copies_of_everything(void **state)
{
    char text[] = "jane";
    struct fe_slice values[] = {{text, 4}, {text, 2}};
    struct fe_user_attribute attribute = {{text, 4}, values, 2};
    const struct fe_user from = {
        .username = {text, 4}, .attributes = &attribute, .attribute_count = 1};
    const struct fe_user *user = NULL;
    assert_int_equal(fe_users_add(*state, &from, &user), 0);
    text[0] = 'X';
    assert_string_equal(user->username.ptr, "jane");
    assert_string_equal(user->attributes[0].name.ptr, "jane");
    assert_string_equal(user->attributes[0].values[1].ptr, "ja");
}

static void lists_in_the_order_of_coming_and_finds_by_name_and_id(void **state)
{
    for (int i = 0; i < 100; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "user%d", i);
        const struct fe_user from = {.username = fe_slice_cstr(name)};
        assert_int_equal(fe_users_add(*state, &from, NULL), 0);
    }
    const struct fe_user *user = fe_users_at(*state, 42);
    assert_string_equal(user->username.ptr, "user42");
    assert_ptr_equal(fe_users_find(*state, FE_SLICE("user42")), user);
    assert_ptr_equal(fe_users_find_id(*state, user->id), user);
    assert_null(fe_users_find(*state, FE_SLICE("nobody")));
    assert_null(fe_users_find_id(*state, FE_SLICE("nobody")));
    assert_null(fe_users_at(*state, 100));
}

static void makes_a_service_user_once(void **state)
{
    const struct fe_user *first = NULL;
    const struct fe_user *second = NULL;
    struct fe_slice id = FE_SLICE("batch");
    assert_int_equal(fe_users_ensure_service(*state, id, FE_SLICE("Nightly batch"), &first), 0);
    assert_int_equal(fe_users_ensure_service(*state, id, FE_SLICE("Nightly batch"), &second), 0);
    assert_ptr_equal(first, second);
    assert_int_equal(first->kind, FE_USER_SERVICE);
    assert_string_equal(first->username.ptr, "batch");
    assert_string_equal(first->display_name.ptr, "Nightly batch");
    assert_int_equal(first->organization_rid.len, 0);
}

static void prefers_the_service_user_that_is_tied_to_the_client(void **state)
{
    const struct fe_user *user = NULL;
    const struct fe_user from = {.username = FE_SLICE("svc-pipeline"),
                                 .kind = FE_USER_SERVICE,
                                 .oauth_client_id = FE_SLICE("pipeline")};
    assert_int_equal(fe_users_add(*state, &from, NULL), 0);
    assert_int_equal(
        fe_users_ensure_service(*state, FE_SLICE("pipeline"), FE_SLICE("Pipeline"), &user), 0);
    assert_string_equal(user->username.ptr, "svc-pipeline");
}

static void never_takes_a_person_for_a_service(void **state)
{
    const struct fe_user *user = NULL;
    const struct fe_user jane = {.username = FE_SLICE("jane")};
    assert_int_equal(fe_users_add(*state, &jane, NULL), 0);
    assert_int_equal(fe_users_ensure_service(*state, FE_SLICE("jane"), FE_SLICE("J"), &user),
                     -EEXIST);
}

static void refuses_to_pass_its_limit_of_service_users(void **state)
{
    const struct fe_user *user = NULL;
    char name[16];
    for (unsigned i = 0; i < FE_LIMIT_SERVICE_USERS; i++) {
        (void)snprintf(name, sizeof(name), "s%u", i);
        assert_int_equal(fe_users_ensure_service(*state, fe_slice_cstr(name), FE_SLICE("S"), &user),
                         0);
    }
    assert_int_equal(fe_users_ensure_service(*state, FE_SLICE("more"), FE_SLICE("S"), &user),
                     -ENOSPC);
    assert_int_equal(fe_users_ensure_service(*state, FE_SLICE("s7"), FE_SLICE("S"), &user), 0);
    fe_users_clear(*state);
    assert_int_equal(fe_users_ensure_service(*state, FE_SLICE("more"), FE_SLICE("S"), &user), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fills_in_what_is_not_said, open_users, close_users),
        cmocka_unit_test_setup_teardown(gives_the_same_id_in_every_run_and_another_in_another_realm,
                                        open_users, close_users),
        cmocka_unit_test_setup_teardown(refuses_a_username_or_an_id_that_is_taken, open_users,
                                        close_users),
        cmocka_unit_test_setup_teardown(keeps_copies_of_everything, open_users, close_users),
        cmocka_unit_test_setup_teardown(lists_in_the_order_of_coming_and_finds_by_name_and_id,
                                        open_users, close_users),
        cmocka_unit_test_setup_teardown(makes_a_service_user_once, open_users, close_users),
        cmocka_unit_test_setup_teardown(prefers_the_service_user_that_is_tied_to_the_client,
                                        open_users, close_users),
        cmocka_unit_test_setup_teardown(never_takes_a_person_for_a_service, open_users,
                                        close_users),
        cmocka_unit_test_setup_teardown(refuses_to_pass_its_limit_of_service_users, open_users,
                                        close_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
