/* SPDX-License-Identifier: MIT */
#include "library_rig.h"

#define POLL "GET /job"

static bool is_poll(const char *asked)
{
    struct fe_frame_head head = {.exchange = 0};
    struct fe_slice body;
    put_asked(asked, &head, &body);
    return fe_library_is_poll(&head);
}

static void polls_are_known_by_their_paths(void **state)
{
    (void)state;
    assert_true(is_poll("GET /job"));
    assert_true(is_poll("GET /job?wait=1"));
    assert_true(is_poll("GET /internal-query/job"));
    assert_true(is_poll("GET /a/b/internal-query/job"));
    assert_true(is_poll("GET /api/runtimes/r-1/job"));
    assert_false(is_poll("POST /job"));
    assert_false(is_poll("HEAD /job"));
    assert_false(is_poll("GET /a/job"));
    assert_false(is_poll("GET /job/"));
    assert_false(is_poll("GET /jobs"));
    assert_false(is_poll("GET /runtimes/job"));
    assert_false(is_poll("GET /runtimes//job"));
    assert_false(is_poll("GET /runtimes/a/b/job"));
    assert_false(is_poll("GET /myinternal-query/job"));
    assert_false(is_poll("GET /a?b=/internal-query/job"));
    assert_false(is_poll("GET job"));
}

static void expect_idle(struct rig *rig, uint64_t seq, bool repeated)
{
    assert_int_equal(ask(rig, POLL), FE_FOUND_IDLE);
    assert_int_equal(rig->take.seq, seq);
    assert_int_equal(rig->take.repeated, repeated);
}

static void a_thousand_idle_answers_are_one(void **state)
{
    struct rig *rig = *state;
    struct fe_library_facts facts;
    begin_session(rig, 1, NULL);
    for (int i = 0; i < 1000; i++) {
        record(rig, POLL, 204, NULL);
    }
    record(rig, POLL, 200, "job 1");
    record(rig, POLL, 204, NULL);
    record(rig, POLL, 204, NULL);
    record(rig, POLL, 200, "job 2");
    load(rig);
    expect_idle(rig, 1, false);
    fe_library_facts(rig->library, 0, &facts);
    assert_int_equal(facts.exchanges, 1004);
    assert_int_equal(facts.used, 1000);
    EXPECT_NEW(rig, POLL, 1001);
    expect_idle(rig, 1002, false);
    EXPECT_NEW(rig, POLL, 1004);
    fe_library_facts(rig->library, 0, &facts);
    assert_int_equal(facts.used, 1004);
    expect_idle(rig, 1003, true);
    expect_idle(rig, 1003, true);
}

static void an_answer_that_says_the_same_again_is_idle(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, POLL, 200, "none");
    record(rig, POLL, 200, "none");
    record(rig, POLL, 200, "none");
    record(rig, POLL, 200, "job1");
    record(rig, POLL, 200, "job2");
    load(rig);
    EXPECT_NEW(rig, POLL, 1);
    expect_idle(rig, 2, false);
    EXPECT_NEW(rig, POLL, 4);
    EXPECT_NEW(rig, POLL, 5);
    expect_idle(rig, 3, true);
}

static void a_204_is_the_better_idle_answer(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, POLL, 204, NULL);
    record(rig, POLL, 200, "job");
    record(rig, POLL, 200, "job");
    load(rig);
    expect_idle(rig, 1, false);
    EXPECT_NEW(rig, POLL, 2);
    expect_idle(rig, 3, false);
    expect_idle(rig, 1, true);
}

static void without_a_recorded_idle_answer_there_is_none_to_give(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, POLL, 200, "job");
    load(rig);
    EXPECT_NEW(rig, POLL, 1);
    EXPECT_MISS(rig, POLL, FE_FOUND_IDLE);
    EXPECT_MISS(rig, "GET /runtimes/a/job", FE_MISS_UNKNOWN);
}

static void a_poll_stays_idle_until_the_write_has_come(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, POLL, 204, NULL);
    record(rig, "POST /job", 200, "");
    record(rig, POLL, 200, "job");
    load(rig);
    expect_idle(rig, 1, false);
    expect_idle(rig, 1, true);
    EXPECT_NEW(rig, "POST /job", 2);
    EXPECT_NEW(rig, POLL, 3);
}

/* What a poll brings is handed out once, whatever has been written meanwhile. */
static void no_job_is_passed_over(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, POLL, 200, "job 1");
    record(rig, POLL, 200, "job 2");
    record(rig, "POST /job", 200, "");
    record(rig, POLL, 200, "job 3");
    load(rig);
    EXPECT_NEW(rig, "POST /job", 3);
    EXPECT_NEW(rig, POLL, 1);
    EXPECT_NEW(rig, POLL, 2);
    EXPECT_NEW(rig, POLL, 4);
}

/* Other reads are not polls: each of their answers counts. */
static void equal_answers_to_a_read_are_not_idle(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 204, NULL);
    record(rig, "GET /a", 204, NULL);
    record(rig, "GET /a", 200, "");
    load(rig);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_NEW(rig, "GET /a", 2);
    EXPECT_NEW(rig, "GET /a", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polls_are_known_by_their_paths),
        RIG_TEST(a_thousand_idle_answers_are_one),
        RIG_TEST(an_answer_that_says_the_same_again_is_idle),
        RIG_TEST(a_204_is_the_better_idle_answer),
        RIG_TEST(without_a_recorded_idle_answer_there_is_none_to_give),
        RIG_TEST(a_poll_stays_idle_until_the_write_has_come),
        RIG_TEST(no_job_is_passed_over),
        RIG_TEST(equal_answers_to_a_read_are_not_idle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
