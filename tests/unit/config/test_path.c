/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "config/path.h"

static void names_members_by_key_and_elements_by_index(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_node root = {.kind = FE_NODE_MAPPING, .path = FE_SLICE("")};
    struct fe_node users = {.kind = FE_NODE_SEQUENCE};
    struct fe_node user = {.kind = FE_NODE_MAPPING};
    users.path = fe_path_of(&arena, &root, FE_SLICE("users"), 0);
    EXPECT_SLICE(users.path, "users");
    user.path = fe_path_of(&arena, &users, FE_SLICE(""), 3);
    EXPECT_SLICE(user.path, "users[3]");
    EXPECT_SLICE(fe_path_of(&arena, &user, FE_SLICE("email"), 9), "users[3].email");
    fe_arena_done(&arena);
}

static void quotes_what_is_not_one_plain_word(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    EXPECT_SLICE(fe_path_show(&arena, FE_SLICE("com.acme/x-1")), "com.acme/x-1");
    EXPECT_SLICE(fe_path_show(&arena, FE_SLICE("")), "\"\"");
    EXPECT_SLICE(fe_path_show(&arena, FE_SLICE("a b")), "\"a b\"");
    EXPECT_SLICE(fe_path_show(&arena, FE_SLICE("a\nb")), "\"a\\nb\"");
    EXPECT_SLICE(fe_path_show(&arena, FE_SLICE("a\"")), "\"a\\\"\"");
    EXPECT_SLICE(fe_path_show(&arena, FE_SLICE("\x1b[31m")), "\"\\u001b[31m\"");
    fe_arena_done(&arena);
}

static void cuts_what_is_long(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    char text[1000];
    memset(text, 1, sizeof(text));
    struct fe_slice shown = fe_path_show(&arena, (struct fe_slice){text, sizeof(text)});
    assert_in_range(shown.len, 64, 512);
    assert_string_equal(shown.ptr + shown.len - 4, "\"...");
    fe_arena_done(&arena);
}

static void stays_short_however_deep_it_goes(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_node node = {.kind = FE_NODE_MAPPING, .path = FE_SLICE("")};
    for (int i = 0; i < 1000; i++) {
        node.path = fe_path_of(&arena, &node, FE_SLICE("some_quite_long_key"), 0);
    }
    assert_in_range(node.path.len, 192, 512);
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_members_by_key_and_elements_by_index),
        cmocka_unit_test(quotes_what_is_not_one_plain_word),
        cmocka_unit_test(cuts_what_is_long),
        cmocka_unit_test(stays_short_however_deep_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
