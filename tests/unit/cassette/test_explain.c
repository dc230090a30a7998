/* SPDX-License-Identifier: MIT */
#include "explain_rig.h"

/* Of a difference, or a part of it: NULL is absent. */
static void expect_text(struct fe_slice actual, const char *expected)
{
    if (expected == NULL) {
        assert_null(actual.ptr);
    } else {
        assert_non_null(actual.ptr);
        EXPECT_SLICE(actual, expected);
    }
}

static void expect_difference(const struct fe_explained_difference *difference, const char *part,
                              const char *name, const char *asked, const char *recorded)
{
    expect_text(difference->part, part);
    expect_text(difference->name, name);
    expect_text(difference->asked, asked);
    expect_text(difference->recorded, recorded);
}

/* `command` without its cassette. */
static void expect_told(struct rig *rig, const char *asked, const char *reason, const char *command)
{
    struct explained told;
    explain(rig, &(struct missed){.asked = asked}, &told);
    EXPECT_SLICE(told.explanation.reason, reason);
    assert_null(told.explanation.rule.ptr);
    EXPECT_SLICE(told.explanation.command,
                 fe_arena_printf(&told.arena, "%s --cassette %s", command, rig->files[0].path).ptr);
    forget(&told);
}

#define RECORD_IT "foundry-emulator --mode replay --on-miss record --upstream http://stack.example"

static void what_is_not_there_is_to_be_recorded(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a/b", 200, "");
    load(rig);
    expect_told(rig, "GET /a/c", "No recording has this path.", RECORD_IT);
    expect_told(rig, "PUT /a/b", "This path was recorded, but never with PUT.", RECORD_IT);
}

static void a_path_is_one_word_of_a_command(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    struct cassette_file *file = &rig->files[0];
    char plain[sizeof(file->path) - sizeof(" it's")];
    begin_session(rig, 1, NULL);
    record(rig, "GET /a/b", 200, "");
    finish(rig);
    assert_true(strlen(file->path) < sizeof(plain));
    memcpy(plain, file->path, strlen(file->path) + 1);
    memcpy(file->path + strlen(plain), " it's", sizeof(" it's"));
    assert_int_equal(rename(plain, file->path), 0);
    load(rig);
    explain(rig, &(struct missed){.asked = "GET /a/c"}, &told);
    EXPECT_SLICE(told.explanation.command,
                 fe_arena_printf(&told.arena, RECORD_IT " --cassette '%s it'\\''s'", plain).ptr);
    forget(&told);
}

static void nothing_is_near_an_empty_library(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    assert_int_equal(try_to_load(rig, FE_MATCH_STRICT), 0);
    explain(rig, &(struct missed){.asked = "GET /a"}, &told);
    EXPECT_SLICE(told.explanation.reason, "Nothing was recorded.");
    EXPECT_SLICE(told.explanation.command,
                 "foundry-emulator --mode replay --on-miss record --upstream URL");
    forget(&told);
}

static void the_nearest_are_told_part_by_part(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    begin_session(rig, 1, NULL);
    record(rig, "POST /a?x=1&y= {\"p\":[1,{}],\"q\":\"s\"}", 200, "");
    record(rig, "POST /a text", 200, "");
    load(rig);
    explain(rig,
            &(struct missed){.asked = "POST /a?x=2&y=3 {\"p\":[1,[]],\"r\":null}",
                             .headers = {{"ACCEPT", "text/html"}, {"X-Other", "1"}}},
            &told);
    const struct fe_explained_recording *near = told.explanation.near;
    assert_int_equal(told.explanation.near_count, 2);
    assert_int_equal(near[0].seq, 1);
    EXPECT_SLICE(near[0].cassette, rig->files[0].path);
    EXPECT_SLICE(near[0].method, "POST");
    EXPECT_SLICE(near[0].target, "/a?x=1&y=");
    assert_int_equal(near[0].difference_count, 6);
    expect_difference(&near[0].differences[0], "query", "x", "2", "1");
    expect_difference(&near[0].differences[1], "query", "y", "3", "");
    expect_difference(&near[0].differences[2], "header", "accept", "text/html", NULL);
    expect_difference(&near[0].differences[3], "body", "/p/1", "[]", "{}");
    expect_difference(&near[0].differences[4], "body", "/q", NULL, "\"s\"");
    expect_difference(&near[0].differences[5], "body", "/r", "null", NULL);
    assert_int_equal(near[1].seq, 2);
    expect_difference(&near[1].differences[3], "body_form", NULL, "json", "bytes");
    expect_difference(&near[1].differences[4], "body", NULL, "{}", "text");
    EXPECT_SLICE(told.explanation.reason, "6 things differ from recording 1.");
    forget(&told);
}

static void a_body_that_is_not_there_has_no_form(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    begin_session(rig, 1, NULL);
    record(rig, "POST /a 1", 200, "");
    load(rig);
    explain(rig, &(struct missed){.asked = "POST /a"}, &told);
    expect_difference(&told.explanation.near[0].differences[0], "body_form", NULL, NULL, "bytes");
    forget(&told);
}

static void a_body_that_was_not_read_is_not_compared(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    begin_session(rig, 1, NULL);
    record(rig, "POST /a?x=1 {\"p\":1,\"q\":2,\"r\":3}", 200, "");
    record(rig, "POST /a?x=2 {\"p\":1}", 200, "");
    load(rig);
    explain(rig, &(struct missed){.asked = "POST /a?x=1", .unread = true}, &told);
    EXPECT_SLICE(told.explanation.reason, "Its body was not read, and cannot be compared.");
    assert_int_equal(told.explanation.near[0].seq, 1);
    assert_int_equal(told.explanation.near[0].difference_count, 0);
    expect_difference(&told.explanation.near[1].differences[0], "query", "x", "1", "2");
    assert_int_equal(told.explanation.near[1].difference_count, 1);
    assert_non_null(told.explanation.command.ptr);
    forget(&told);
}

static void long_texts_are_cut_between_characters(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    char asked[600] = "GET /a?x=";
    size_t len = strlen(asked);
    begin_session(rig, 1, NULL);
    record(rig, "GET /a?x=1", 200, "");
    load(rig);
    while (len < sizeof(asked) - 3) {
        memcpy(asked + len, "ä", 3);
        len += 2;
    }
    explain(rig, &(struct missed){.asked = asked}, &told);
    struct fe_slice shown = told.explanation.near[0].differences[0].asked;
    assert_int_equal(shown.len, 255); /* 252 of them, and three of the "…" */
    EXPECT_SLICE(fe_slice_from(shown, shown.len - 5), "ä…");
    forget(&told);
}

static void what_was_played_can_be_repeated(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "POST /a x", 200, "");
    record(rig, "POST /b x", 200, "");
    record(rig, "POST /b x", 200, "");
    load(rig);
    EXPECT_NEW(rig, "POST /a x", 1);
    EXPECT_NEW(rig, "POST /b x", 2);
    EXPECT_NEW(rig, "POST /b x", 3);
    expect_told(rig, "POST /a x", "It was recorded once, and that has been played.",
                "foundry-emulator --mode replay --at-end writes=repeat");
    expect_told(rig, "POST /b x", "It was recorded 2 times, and all of them have been played.",
                "foundry-emulator --mode replay --at-end writes=repeat");
}

static void what_comes_too_early_names_the_write(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "POST /a?first=1", 200, "");
    record(rig, "DELETE /a?then=1", 200, "");
    record(rig, "GET /a", 200, "");
    load(rig);
    EXPECT_NEW(rig, "POST /a?first=1", 1);
    expect_told(rig, "GET /a",
                "It was recorded behind DELETE /a?then=1 (recording 2), which has not been played.",
                "foundry-emulator --mode record --overwrite --upstream http://stack.example");
}

static void rules_of_two_sessions_count_a_recording_once(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, "pin");
    record(rig, "POST /a", 200, "");
    begin_session(rig, 1, NULL);
    record(rig, "POST /a", 200, "");
    load(rig);
    EXPECT_NEW(rig, "POST /a", 1);
    EXPECT_NEW(rig, "POST /a", 2);
    expect_told(rig, "POST /a", "It was recorded 2 times, and all of them have been played.",
                "foundry-emulator --mode replay --at-end writes=repeat");
}

static void members_of_json(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a?x=1", 200, "");
    load(rig);
    explain(rig, &(struct missed){.asked = "GET /a"}, &told);
    EXPECT_SLICE(
        fe_buf_slice(&told.json),
        fe_arena_printf(
            &told.arena,
            "{\"why\":\"unknown\",\"reason\":\"One thing differs from recording 1.\","
            "\"nearest\":[{\"seq\":1,\"cassette\":\"%s\",\"method\":\"GET\",\"target\":\"/a?x=1\","
            "\"differences\":[{\"part\":\"query\",\"name\":\"x\",\"recorded\":\"1\"}],"
            "\"differenceCount\":1}],"
            "\"advice\":\"Ignore that: with this rule in a seed file, recording 1 answers it.\","
            "\"rule\":\"server:\\n  rules:\\n    - path: /a\\n      ignore_query: [x]\\n\"}",
            rig->files[0].path)
            .ptr);
    forget(&told);
}

static void lines_for_a_terminal(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a?x=", 200, "");
    load(rig);
    explain(rig, &(struct missed){.asked = "GET /a?x=\033[2J"}, &told);
    EXPECT_SLICE(
        fe_buf_slice(&told.text),
        fe_arena_printf(&told.arena,
                        "One thing differs from recording 1.\n"
                        "Nearest:\n"
                        "  1  GET /a?x=  in %s\n"
                        "      query x: asked \\x1b[2J, recorded (empty)\n"
                        "Ignore that: with this rule in a seed file, recording 1 answers it.\n"
                        "  server:\n"
                        "    rules:\n"
                        "      - path: /a\n"
                        "        ignore_query: [x]\n",
                        rig->files[0].path)
            .ptr);
    forget(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(what_is_not_there_is_to_be_recorded),
        RIG_TEST(a_path_is_one_word_of_a_command),
        RIG_TEST(nothing_is_near_an_empty_library),
        RIG_TEST(the_nearest_are_told_part_by_part),
        RIG_TEST(a_body_that_is_not_there_has_no_form),
        RIG_TEST(a_body_that_was_not_read_is_not_compared),
        RIG_TEST(long_texts_are_cut_between_characters),
        RIG_TEST(what_was_played_can_be_repeated),
        RIG_TEST(what_comes_too_early_names_the_write),
        RIG_TEST(rules_of_two_sessions_count_a_recording_once),
        RIG_TEST(members_of_json),
        RIG_TEST(lines_for_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
