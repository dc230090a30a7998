/* SPDX-License-Identifier: MIT */
#include "library_rig.h"

enum {
    MAX = 3
};

struct found {
    struct fe_arena arena;
    struct fe_near items[MAX];
    size_t count;
};

static void look(struct rig *rig, const char *asked, size_t max, struct found *found)
{
    struct fe_frame_head head = {.exchange = 0};
    struct fe_slice body;
    put_asked(asked, &head, &body);
    *found = (struct found){.count = 0};
    found->count = fe_library_nearest(rig->library, &head, &body, &found->arena, found->items, max);
}

static void expect_near(struct rig *rig, const char *asked, const uint64_t seqs[MAX])
{
    struct found found;
    look(rig, asked, MAX, &found);
    for (size_t i = 0; i < MAX; i++) {
        assert_int_equal(i < found.count ? found.items[i].seq : 0, seqs[i]);
    }
    fe_arena_done(&found.arena);
}

static void the_likest_path_then_the_method_then_the_differences(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /x/y", 200, "");
    record(rig, "POST /a/7/c", 200, "");
    record(rig, "GET /a/7/c?p=1&q=1", 200, "");
    record(rig, "GET /a/7/c?p=2&q=1", 200, "");
    record(rig, "GET /a/8/c?p=2&q=2", 200, "");
    load(rig);
    expect_near(rig, "GET /a/7/c?p=2&q=2", (const uint64_t[MAX]){4, 3, 2});
    expect_near(rig, "GET /a/8/c?p=1&q=1", (const uint64_t[MAX]){5, 3, 4});
    expect_near(rig, "PUT /x/y/z", (const uint64_t[MAX]){1, 2, 3});
}

static void equal_requests_count_as_one(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    for (int i = 0; i < MAX + 1; i++) {
        record(rig, "GET /a?p=1", 200, "");
    }
    record(rig, "GET /b", 200, "");
    load(rig);
    expect_near(rig, "GET /a?p=2", (const uint64_t[MAX]){1, 5, 0});
}

static void what_was_used_up_is_near_without_a_difference(void **state)
{
    struct rig *rig = *state;
    struct found found;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a/b", 200, "");
    record(rig, "POST /a one", 200, "");
    record(rig, "POST /a two", 200, "");
    load(rig);
    EXPECT_NEW(rig, "POST /a two", 3);
    look(rig, "POST /a two", 2, &found);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.items[0].seq, 3);
    assert_int_equal(found.items[0].differences, 0);
    assert_ptr_equal(found.items[0].recorded, rig->take.recorded);
    assert_ptr_equal(found.items[0].reader, rig->take.reader);
    assert_true(found.items[0].canonical.count > 1);
    EXPECT_SLICE(found.items[0].canonical.parts[0].value, "POST");
    EXPECT_SLICE(found.items[0].canonical.parts[1].value, "/a");
    assert_int_equal(found.items[1].seq, 2);
    assert_true(found.items[1].differences > 0);
    fe_arena_done(&found.arena);
}

/* Each recording is compared by the rules of its own session. */
static void a_secret_is_no_difference(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, "pin");
    record(rig, "GET /a?pin=fe~pin~k3j9w2m5x7q1r8t4&b=1", 200, "");
    begin_session(rig, 1, NULL);
    record(rig, "GET /a?pin=1234&b=1", 200, "");
    load(rig);
    expect_near(rig, "GET /a?pin=9999&b=2", (const uint64_t[MAX]){1, 2, 0});
}

static void of_too_many_on_one_path_the_first_are_compared(void **state)
{
    struct rig *rig = *state;
    struct found found;
    char asked[32];
    begin_session(rig, 1, NULL);
    for (int i = 0; i < 2 * FE_LIBRARY_COMPARED_MAX; i++) {
        (void)snprintf(asked, sizeof(asked), "POST /a %d", i);
        record(rig, asked, 200, "");
    }
    load(rig);
    look(rig, "POST /a x", MAX, &found);
    assert_int_equal(found.count, MAX);
    assert_int_equal(found.items[0].seq, 1);
    fe_arena_done(&found.arena);
}

static void nothing_is_near_where_nothing_is(void **state)
{
    struct rig *rig = *state;
    assert_int_equal(try_to_load(rig, FE_MATCH_STRICT), 0);
    expect_near(rig, "GET /a", (const uint64_t[MAX]){0, 0, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(the_likest_path_then_the_method_then_the_differences),
        RIG_TEST(equal_requests_count_as_one),
        RIG_TEST(what_was_used_up_is_near_without_a_difference),
        RIG_TEST(a_secret_is_no_difference),
        RIG_TEST(of_too_many_on_one_path_the_first_are_compared),
        RIG_TEST(nothing_is_near_where_nothing_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
