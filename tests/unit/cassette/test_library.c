/* SPDX-License-Identifier: MIT */
#include "library_rig.h"

#include <errno.h>

/* ── what cannot be opened ── */

static int open_paths(struct rig *rig, const char *const *paths, size_t count)
{
    const struct fe_library_options options = {.paths = paths, .path_count = count};
    fe_errors_done(&rig->errors);
    fe_errors_init(&rig->errors);
    return fe_library_open(&options, &rig->random, &rig->library, &rig->errors);
}

static void expect_refusal(struct rig *rig, const char *path, const char *why)
{
    assert_int_equal(open_paths(rig, &path, 1), -EINVAL);
    assert_null(rig->library);
    assert_int_equal(rig->errors.count, 1);
    assert_non_null(strstr(rig->errors.text.ptr, path));
    assert_non_null(strstr(rig->errors.text.ptr, why));
}

static void expect_bytes_refused(struct rig *rig, const char *why)
{
    cassette_file_set(&rig->files[0], fe_buf_slice(&rig->bytes));
    fe_buf_clear(&rig->bytes);
    expect_refusal(rig, rig->files[0].path, why);
}

static void what_is_no_cassette_is_refused_in_a_line(void **state)
{
    struct rig *rig = *state;
    expect_refusal(rig, "/nowhere/a.cassette", "No such file or directory; check the path");
    expect_refusal(rig, "/tmp", "Is a directory; name a file in it");
    expect_refusal(rig, "/dev/null", "it is no regular file; copy what it gives to one");
    expect_bytes_refused(rig, "it is empty; nothing was recorded to it: record again");
    (void)fe_buf_puts(&rig->bytes, "{\"log\":1}");
    expect_bytes_refused(rig, "`foundry-cassette import --har` makes it one");
    (void)fe_buf_puts(&rig->bytes, "any text");
    expect_bytes_refused(rig, "not a cassette: no session frame is at its front");
}

static void a_newer_cassette_is_refused(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 9, NULL);
    expect_bytes_refused(rig, "newer foundry-emulator");
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "");
    begin_session(rig, 9, NULL);
    expect_bytes_refused(rig, "session 2 needs a reader of version 9");
}

static void nothing_is_served_from_a_damaged_cassette(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "one");
    size_t middle = rig->bytes.len - 3;
    record(rig, "GET /a", 200, "two");
    rig->bytes.ptr[middle] ^= 1;
    expect_bytes_refused(rig, "foundry-cassette repair");
}

static void a_cassette_with_nothing_to_play_is_refused(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    expect_bytes_refused(rig, "nothing to replay");
    begin_session(rig, 1, NULL);
    record_said(rig, &(struct said){.asked = "GET /a", .cut_off = true});
    expect_bytes_refused(rig, "nothing to replay");
}

static void too_many_rules_of_redaction_are_refused(void **state)
{
    struct rig *rig = *state;
    char name[16];
    for (int i = 0; i <= FE_LIBRARY_REDACTIONS_MAX; i++) {
        (void)snprintf(name, sizeof(name), "name%d", i);
        begin_session(rig, 1, name);
        record(rig, "GET /a", 200, "");
    }
    expect_bytes_refused(rig, "different rules of redaction");
}

static void all_that_is_wrong_is_said_at_once(void **state)
{
    const char *const paths[] = {"/nowhere/a.cassette", "/nowhere/b.cassette"};
    struct rig *rig = *state;
    assert_int_equal(open_paths(rig, paths, 2), -EINVAL);
    assert_int_equal(rig->errors.count, 2);
}

/* ── what several must agree on ── */

static void the_same_file_twice_is_refused(void **state)
{
    struct rig *rig = *state;
    char link_path[96];
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "");
    finish(rig);
    const char *path = rig->files[0].path;
    (void)snprintf(link_path, sizeof(link_path), "%s-again", path);
    assert_int_equal(symlink(path, link_path), 0);
    const char *const paths[] = {path, link_path};
    assert_int_equal(open_paths(rig, paths, 2), -EINVAL);
    assert_int_equal(unlink(link_path), 0);
    assert_int_equal(rig->errors.count, 1);
    char line[256];
    (void)snprintf(line, sizeof(line), "%s: the same file as %s: name it once\n", link_path, path);
    assert_string_equal(rig->errors.text.ptr, line);
}

static void record_for(struct rig *rig, const char *profile)
{
    rig->profile = profile;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a?b=c", 200, "");
}

static int open_both(struct rig *rig, bool profile_given, enum fe_match_profile profile)
{
    const char *const paths[] = {rig->files[0].path, rig->files[1].path};
    const struct fe_library_options options = {
        .paths = paths,
        .path_count = rig->count,
        .profile_given = profile_given,
        .profile = profile,
    };
    return fe_library_open(&options, &rig->random, &rig->library, &rig->errors);
}

static void the_cassettes_own_profile_counts(void **state)
{
    struct rig *rig = *state;
    record_for(rig, "method-path");
    finish(rig);
    record_for(rig, "method-path");
    finish(rig);
    assert_int_equal(open_both(rig, false, FE_MATCH_STRICT), 0);
    EXPECT_NEW(rig, "GET /a?any=query", 1);
}

static void cassettes_that_ask_for_different_profiles_are_refused(void **state)
{
    struct rig *rig = *state;
    record_for(rig, "strict");
    finish(rig);
    record_for(rig, "lenient");
    finish(rig);
    assert_int_equal(open_both(rig, false, FE_MATCH_STRICT), -EINVAL);
    assert_int_equal(rig->errors.count, 1);
    char line[256];
    (void)snprintf(line, sizeof(line),
                   "%s: session 1 is to be matched by the profile lenient, but session 1 of %s by "
                   "strict: say with --match which to take\n",
                   rig->files[1].path, rig->files[0].path);
    assert_string_equal(rig->errors.text.ptr, line);
}

static void so_are_sessions_of_one_cassette(void **state)
{
    struct rig *rig = *state;
    record_for(rig, "strict");
    record_for(rig, "strict");
    record_for(rig, "method-path");
    expect_bytes_refused(rig, "session 3 is to be matched by the profile method-path, but");
}

static void a_profile_that_nobody_knows_is_refused(void **state)
{
    struct rig *rig = *state;
    record_for(rig, "fuzzy");
    expect_bytes_refused(rig, "session 1 is to be matched by the profile \"fuzzy\", which is none "
                              "of strict, lenient and method-path: say with --match");
}

static void what_a_person_says_decides(void **state)
{
    struct rig *rig = *state;
    record_for(rig, "strict");
    record_for(rig, "fuzzy");
    finish(rig);
    record_for(rig, "lenient");
    finish(rig);
    assert_int_equal(open_both(rig, true, FE_MATCH_STRICT), 0);
    EXPECT_MISS(rig, "GET /a", FE_MISS_UNKNOWN);
    EXPECT_NEW(rig, "GET /a?b=c", 1);
}

/* ── what is left out ── */

static void expect_facts(const struct rig *rig, uint64_t exchanges, uint64_t used,
                         uint64_t left_out)
{
    struct fe_library_facts facts;
    fe_library_facts(rig->library, 0, &facts);
    assert_int_equal(facts.exchanges, exchanges);
    assert_int_equal(facts.used, used);
    assert_int_equal(facts.left_out, left_out);
}

static void a_torn_tail_costs_what_had_not_ended(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "one");
    record(rig, "GET /a", 200, "two");
    rig->bytes.len -= 5;
    load(rig);
    expect_facts(rig, 1, 0, 1);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_AGAIN(rig, "GET /a", 1);
}

/* Whoever left may have had it all: a length tells. */
static void of_clients_that_left_whole_answers_count(void **state)
{
    const enum fe_recorded_outcome left = FE_RECORDED_CLIENT_ABORT;
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record_said(rig, &(struct said){.asked = "GET /a", .outcome = left});
    record_said(rig, &(struct said){"GET /a", 200, "some", left, "9", NULL, NULL, false});
    record_said(rig, &(struct said){"GET /a", 200, "some", left, NULL, NULL, NULL, false});
    record_said(rig, &(struct said){"GET /a", 200, "all", left, "3", NULL, NULL, false});
    record_said(rig, &(struct said){"GET /a", 204, NULL, left, NULL, NULL, NULL, false});
    load(rig);
    expect_facts(rig, 2, 0, 3);
    EXPECT_NEW(rig, "GET /a", 4);
    EXPECT_NEW(rig, "GET /a", 5);
}

static void what_was_asked_must_have_been_kept(void **state)
{
    const struct said said = {.asked = "POST /a", .status = 200, .dropped = "limit"};
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record_said(rig, &said);
    record(rig, "POST /a x", 200, "");
    load(rig);
    expect_facts(rig, 1, 0, 1);
    EXPECT_MISS(rig, "POST /a", FE_MISS_UNKNOWN);
}

static void the_body_is_no_matter_where_it_does_not_count(void **state)
{
    const struct said said = {.asked = "POST /a", .status = 200, .dropped = "limit"};
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record_said(rig, &said);
    finish(rig);
    assert_int_equal(try_to_load(rig, FE_MATCH_METHOD_PATH), 0);
    EXPECT_NEW(rig, "POST /a?b=c anything", 1);
}

/* The live body comes without a coding here; the recorded one had it taken off. */
static void a_coding_that_was_taken_off_does_not_count(void **state)
{
    const struct said said = {.asked = "POST /a x", .status = 200, .decoded = "gzip"};
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record_said(rig, &said);
    load(rig);
    EXPECT_NEW(rig, "POST /a x", 1);
}

/* ── what has been played ── */

static void expect_unused(const struct rig *rig, uint64_t *cursor, uint64_t seq)
{
    uint64_t found = 0;
    const struct fe_recorded *recorded = fe_library_unused(rig->library, cursor, &found);
    assert_int_equal(recorded != NULL, seq != 0);
    assert_int_equal(found, seq);
}

static void the_unused_are_listed(void **state)
{
    struct rig *rig = *state;
    uint64_t cursor = 0;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "");
    record(rig, "GET /b", 200, "");
    record_said(rig, &(struct said){.asked = "GET /c", .cut_off = true});
    finish(rig);
    begin_session(rig, 1, NULL);
    record(rig, "GET /job", 204, NULL);
    record(rig, "GET /job", 204, NULL);
    load(rig);
    assert_int_equal(fe_library_cassettes(rig->library), 2);
    assert_string_equal(fe_library_path(rig->library, 1), rig->files[1].path);
    EXPECT_NEW(rig, "GET /a", 1);
    expect_unused(rig, &cursor, 2);
    expect_unused(rig, &cursor, 4);
    expect_unused(rig, &cursor, 0);
    expect_facts(rig, 2, 1, 1);
}

static void rewound_it_begins_again(void **state)
{
    struct rig *rig = *state;
    uint64_t cursor = 0;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "");
    record(rig, "PUT /a", 200, "");
    record(rig, "GET /a", 200, "");
    load(rig);
    for (int i = 0; i < 2; i++) {
        EXPECT_NEW(rig, "GET /a", 1);
        EXPECT_AGAIN(rig, "GET /a", 1);
        EXPECT_NEW(rig, "PUT /a", 2);
        EXPECT_NEW(rig, "GET /a", 3);
        expect_facts(rig, 3, 3, 0);
        fe_library_rewind(rig->library);
        expect_facts(rig, 3, 0, 0);
    }
    expect_unused(rig, &cursor, 1);
}

static void no_cassette_knows_nothing(void **state)
{
    struct rig *rig = *state;
    assert_int_equal(try_to_load(rig, FE_MATCH_STRICT), 0);
    EXPECT_MISS(rig, "GET /a", FE_MISS_UNKNOWN);
}

/* ── many ── */

static void a_hundred_thousand_exchanges_are_found(void **state)
{
    enum {
        MANY = 100000,
        PATHS = 20000,
        STEP = 7919
    };
    struct rig *rig = *state;
    char asked[32];
    begin_session(rig, 1, NULL);
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(asked, sizeof(asked), "%s /a/%d", i % 5 ? "GET" : "POST", i % PATHS);
        record(rig, asked, 200, "answer");
    }
    load(rig);
    expect_facts(rig, MANY, 0, 0);
    for (int i = 0; i < PATHS; i++) {
        int path = (int)((int64_t)i * STEP % PATHS);
        (void)snprintf(asked, sizeof(asked), "%s /a/%d", path % 5 ? "GET" : "POST", path);
        EXPECT_NEW(rig, asked, (uint64_t)path + 1);
        EXPECT_NEW(rig, asked, (uint64_t)path + PATHS + 1);
    }
    expect_facts(rig, MANY, 2 * (uint64_t)PATHS, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(what_is_no_cassette_is_refused_in_a_line),
        RIG_TEST(a_newer_cassette_is_refused),
        RIG_TEST(nothing_is_served_from_a_damaged_cassette),
        RIG_TEST(a_cassette_with_nothing_to_play_is_refused),
        RIG_TEST(too_many_rules_of_redaction_are_refused),
        RIG_TEST(all_that_is_wrong_is_said_at_once),
        RIG_TEST(the_same_file_twice_is_refused),
        RIG_TEST(the_cassettes_own_profile_counts),
        RIG_TEST(cassettes_that_ask_for_different_profiles_are_refused),
        RIG_TEST(so_are_sessions_of_one_cassette),
        RIG_TEST(a_profile_that_nobody_knows_is_refused),
        RIG_TEST(what_a_person_says_decides),
        RIG_TEST_ONCE(a_torn_tail_costs_what_had_not_ended),
        RIG_TEST(of_clients_that_left_whole_answers_count),
        RIG_TEST(what_was_asked_must_have_been_kept),
        RIG_TEST(the_body_is_no_matter_where_it_does_not_count),
        RIG_TEST(a_coding_that_was_taken_off_does_not_count),
        RIG_TEST(the_unused_are_listed),
        RIG_TEST(rewound_it_begins_again),
        RIG_TEST(no_cassette_knows_nothing),
        RIG_TEST(a_hundred_thousand_exchanges_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
