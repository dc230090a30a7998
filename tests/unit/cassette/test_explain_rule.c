/* SPDX-License-Identifier: MIT */
/* The rules that an explanation gives: as text, and that each does what it is for. */
#include "explain_rig.h"

static struct explained look(struct rig *rig, const struct missed *missed)
{
    struct explained told;
    explain(rig, missed, &told);
    return told;
}

static void expect_rule(struct rig *rig, const struct missed *missed, const char *rule)
{
    struct explained told = look(rig, missed);
    EXPECT_SLICE(told.explanation.rule, rule);
    assert_null(told.explanation.command.ptr);
    forget(&told);
}

static void expect_no_rule(struct rig *rig, const struct missed *missed)
{
    struct explained told = look(rig, missed);
    assert_null(told.explanation.rule.ptr);
    assert_non_null(told.explanation.command.ptr);
    forget(&told);
}

/* Opens the cassettes again, with that rule. */
static void load_with(struct rig *rig, const struct fe_match_rule *rule)
{
    const char *path = rig->files[0].path;
    const struct fe_library_options options = {
        .paths = &path,
        .path_count = 1,
        .rules = rule,
        .rule_count = 1,
    };
    fe_library_free(rig->library);
    assert_int_equal(fe_library_open(&options, &rig->random, &rig->library, &rig->errors), 0);
}

static void one_rule_ignores_all_that_differs(void **state)
{
    struct rig *rig = *state;
    struct fe_slice fields[] = {FE_SLICE("accept-language")};
    struct fe_slice query[] = {FE_SLICE("ts"), FE_SLICE("z")};
    struct fe_slice pointers[] = {FE_SLICE("/meta"), FE_SLICE("/requestId")};
    const struct fe_match_rule rule = {
        .path = FE_SLICE("/api/a"),
        .ignore_fields = {fields, 1},
        .ignore_query = {query, 2},
        .ignore_pointers = {pointers, 2},
    };
    const struct missed missed = {
        .asked = "POST /api/a?ts=2&b=1 {\"requestId\":\"2\",\"meta\":{\"x\":1,\"y\":[2]},\"k\":1}",
        .headers = {{"Accept-Language", "de"}},
    };
    struct explained asked = {.arena = {NULL}};
    begin_session(rig, 1, NULL);
    record(rig, "POST /api/a?ts=1&b=1&z=1 {\"requestId\":\"1\",\"k\":1}", 200, "");
    load(rig);
    expect_rule(rig, &missed,
                "server:\n"
                "  rules:\n"
                "    - path: /api/a\n"
                "      ignore_headers: [accept-language]\n"
                "      ignore_query: [ts, z]\n"
                "      ignore_body: [/meta, /requestId]\n");
    load_with(rig, &rule);
    put_missed(&missed, &asked);
    assert_int_equal(fe_library_take(rig->library, &asked.head, asked.body, &rig->take), FE_FOUND);
    fe_arena_done(&asked.arena);
}

static void what_yaml_would_misread_is_quoted(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "POST /a%20b/it's {}", 200, "");
    record(rig, "POST /a%20b/c {}", 200, "");
    load(rig);
    expect_rule(rig,
                &(struct missed){.asked = "POST /a%20b/it's?no=1&7=1&x.y=1 "
                                          "{\"k:1\":1,\"a\\\\\\\"\":2,\"\xc3\xa4\\u0000\":3}"},
                "server:\n"
                "  rules:\n"
                "    - path: \"/a%20b/it's\"\n"
                "      ignore_query: [\"7\", \"no\", x.y]\n"
                "      ignore_body: [\"/a\\\\\\\"\", \"/k:1\", \"/\\U000000e4\\U00000000\"]\n");
    expect_rule(rig, &(struct missed){.asked = "POST /a%20b/c {\"-\":1,\"*\":1}"},
                "server:\n"
                "  rules:\n"
                "    - path: /a%20b/c\n"
                "      ignore_body: [/*, /-]\n");
}

static void some_differences_no_rule_can_ignore(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "POST /a {\"p\":1}", 200, "");
    record(rig, "POST /b text", 200, "");
    record(rig, "POST /c [1]", 200, "");
    load(rig);
    expect_no_rule(rig, &(struct missed){.asked = "POST /a?x=1 text"});
    expect_no_rule(rig, &(struct missed){.asked = "POST /b other"});
    expect_no_rule(rig, &(struct missed){.asked = "POST /c {}"});
    expect_no_rule(rig, &(struct missed){.asked = "POST /a?x=1", .unread = true});
    expect_no_rule(rig, &(struct missed){.asked = "POST /a?%ff=1 {\"p\":1}"});
    expect_rule(rig, &(struct missed){.asked = "POST /c [2]"},
                "server:\n  rules:\n    - path: /c\n      ignore_body: [/0]\n");
}

static void a_rule_of_too_many_names_is_none(void **state)
{
    struct rig *rig = *state;
    char asked[800] = "GET /a?a0=1";
    size_t len = strlen(asked);
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "");
    load(rig);
    for (int i = 1; i < FE_EXPLAIN_DIFFERENCES; i++) {
        len += (size_t)snprintf(asked + len, sizeof(asked) - len, "&a%d=1&a%d=2", i, i);
    }
    struct explained told = look(rig, &(struct missed){.asked = asked});
    assert_non_null(told.explanation.rule.ptr);
    assert_int_equal(told.explanation.near[0].difference_count, 2 * FE_EXPLAIN_DIFFERENCES - 1);
    assert_true(has_text(fe_buf_slice(&told.text), "      and 24 more\n"));
    forget(&told);
    (void)snprintf(asked + len, sizeof(asked) - len, "&one=more");
    expect_no_rule(rig, &(struct missed){.asked = asked});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(one_rule_ignores_all_that_differs),
        RIG_TEST(what_yaml_would_misread_is_quoted),
        RIG_TEST(some_differences_no_rule_can_ignore),
        RIG_TEST(a_rule_of_too_many_names_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
