/* SPDX-License-Identifier: MIT */
#include "compute_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "emulate/compute/compute.h"
#include "emulate/compute/polls.h"
#include "util/limits.h"

#define JOB_ID "computeModuleJobV1.jobId"
#define QUERY_TYPE "computeModuleJobV1.queryType"

/* Frees a poll that must have been given the job called `query_type`. */
static void assert_given(struct fe_loopback *poll, const char *query_type)
{
    assert_int_equal(fe_loopback_status(poll), 200);
    ASSERT_MEMBER(poll, QUERY_TYPE, query_type);
    fe_loopback_free(poll);
}

static enum fe_job_state state_of(struct fixture *f, const char *id)
{
    return fe_jobs_find(f->state->jobs, fe_slice_cstr(id))->state;
}

static void a_waiting_job_is_given_at_once(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_job(f, "f", id);
    struct fe_loopback *poll = POLL(f);
    assert_slice(fe_loopback_header(poll, "Content-Type"), "application/json");
    ASSERT_MEMBER(poll, "type", "\"computeModuleJobV1\"");
    assert_memory_equal(json_at(fe_loopback_body(poll), JOB_ID).ptr + 1, id, 36);
    assert_given(poll, "\"f\"");
    assert_int_equal(state_of(f, id), FE_JOB_IN_PROGRESS);
}

static void an_arriving_job_wakes_the_poll_in_the_same_call(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *poll = POLL(f);
    assert_false(fe_loopback_done(poll));
    submit_job(f, "f", id);
    assert_true(fe_loopback_done(poll));
    assert_int_equal(state_of(f, id), FE_JOB_LEASED);
    settle(f);
    assert_int_equal(state_of(f, id), FE_JOB_IN_PROGRESS);
    assert_given(poll, "\"f\"");
}

static void jobs_and_polls_meet_in_their_orders(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *first = POLL(f);
    struct fe_loopback *second = POLL(f);
    assert_int_equal(fe_polls_waiting(f->runtime), 2);
    submit_job(f, "a", id);
    assert_true(fe_loopback_done(first));
    assert_false(fe_loopback_done(second));
    submit_job(f, "b", id);
    submit_job(f, "c", id);
    submit_job(f, "d", id);
    assert_int_equal(fe_polls_waiting(f->runtime), 0);
    settle(f);
    assert_given(first, "\"a\"");
    assert_given(second, "\"b\"");
    assert_given(POLL(f), "\"c\"");
    assert_given(POLL(f), "\"d\"");
}

static void a_thousand_replicas_get_a_job_each(void **state)
{
    enum {
        REPLICAS = 1000
    };
    struct fixture *f = *state;
    static struct fe_loopback *polls[REPLICAS];
    char name[32];
    char id[FE_UUID_TEXT_BYTES];
    for (int i = 0; i < REPLICAS; i++) {
        polls[i] = POLL(f);
    }
    for (int i = 0; i < REPLICAS; i++) {
        (void)snprintf(name, sizeof(name), "job-%d", i);
        submit_job(f, name, id);
    }
    settle(f);
    for (int i = 0; i < REPLICAS; i++) {
        (void)snprintf(name, sizeof(name), "\"job-%d\"", i);
        assert_given(polls[i], name);
    }
}

/* The one too many is told to come back, and the first is still the first. */
static void only_so_many_polls_wait_for_one_runtime(void **state)
{
    struct fixture *f = *state;
    static struct fe_loopback *polls[FE_LIMIT_PARKED_POLLS];
    char id[FE_UUID_TEXT_BYTES];
    f->runtime->poll_timeout_ms = 3600000;
    for (size_t i = 0; i < FE_LIMIT_PARKED_POLLS; i++) {
        polls[i] = POLL(f);
    }
    assert_false(fe_loopback_done(polls[FE_LIMIT_PARKED_POLLS - 1]));
    assert_error(POLL(f), 429, "Default:TooManyRequests");
    submit_job(f, "f", id);
    settle(f);
    assert_given(polls[0], "\"f\"");
    polls[0] = POLL(f);
    assert_false(fe_loopback_done(polls[0]));
    for (size_t i = 0; i < FE_LIMIT_PARKED_POLLS; i++) {
        fe_loopback_free(polls[i]);
    }
}

static void the_query_arrives_byte_for_byte(void **state)
{
    static const char query[] =
        "{\"z\" : 12345678901234567890,\"a\":1e400, \"one\":1.0,\n\"s\":\"\\u00e9\",\"a\":-0}";
    struct fixture *f = *state;
    char body[256];
    (void)snprintf(body, sizeof(body), "{\"query\": %s ,\"queryType\":\"f\"}", query);
    fe_loopback_free(ask(f, FE_POST, RUNTIMES "/rt/jobs", NULL, body));
    struct fe_loopback *poll = POLL(f);
    ASSERT_MEMBER(poll, "computeModuleJobV1.query", query);
    assert_given(poll, "\"f\"");
}

static void the_envelope_names_user_and_credentials(void **state)
{
    struct fixture *f = *state;
    fe_loopback_free(
        ask(f, FE_POST, SUBMIT, "jane", "{\"deployedAppRid\":\"ri.app\",\"queryType\":\"f\"}"));
    struct fe_loopback *poll = POLL(f);
    ASSERT_MEMBER(poll, "computeModuleJobV1.userId", "\"jane\"");
    ASSERT_MEMBER(poll, "computeModuleJobV1.query", "{}");
    ASSERT_MEMBER(poll, "computeModuleJobV1.authHeader", "");
    struct fe_slice token =
        json_at(fe_loopback_body(poll), "computeModuleJobV1.temporaryCredentialsAuthToken");
    assert_int_equal(token.len, f->runtime->credentials_token.len + 2);
    fe_loopback_free(poll);
    char id[FE_UUID_TEXT_BYTES];
    submit_job(f, "nobodys", id);
    poll = POLL(f);
    ASSERT_MEMBER(poll, "computeModuleJobV1.userId", "");
    fe_loopback_free(poll);
}

static void an_idle_poll_is_answered_204_in_time(void **state)
{
    struct fixture *f = *state;
    f->state->settings.poll_timeout_ms = 1;
    struct fe_loopback *first = POLL(f);
    struct fe_loopback *second = POLL(f);
    assert_false(fe_loopback_done(first));
    wait_for(f, first);
    wait_for(f, second);
    assert_int_equal(fe_polls_waiting(f->runtime), 0);
    assert_empty(first, 204);
    assert_empty(second, 204);
    struct fe_loopback *third = POLL(f);
    wait_for(f, third);
    assert_empty(third, 204);
}

static void a_runtime_may_have_a_time_of_its_own(void **state)
{
    struct fixture *f = *state;
    f->runtime->poll_timeout_ms = 0;
    assert_empty(POLL(f), 204);
    f->runtime->poll_timeout_ms = 1;
    struct fe_loopback *poll = POLL(f);
    wait_for(f, poll);
    assert_empty(poll, 204);
}

static void a_later_poll_outlives_the_timer_of_an_earlier_one(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    f->state->settings.poll_timeout_ms = 1;
    struct fe_loopback *first = POLL(f);
    f->state->settings.poll_timeout_ms = 60000;
    struct fe_loopback *second = POLL(f);
    wait_for(f, first);
    assert_false(fe_loopback_done(second));
    submit_job(f, "f", id);
    settle(f);
    assert_empty(first, 204);
    assert_given(second, "\"f\"");
}

static void each_poll_is_answered_when_its_own_time_is_up(void **state)
{
    struct fixture *f = *state;
    f->state->settings.poll_timeout_ms = 1;
    struct fe_loopback *first = POLL(f);
    f->state->settings.poll_timeout_ms = 10;
    struct fe_loopback *second = POLL(f);
    wait_for(f, first);
    wait_for(f, second);
    assert_empty(first, 204);
    assert_empty(second, 204);
}

static void who_hangs_up_while_waiting_takes_no_job(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *gone = POLL(f);
    struct fe_loopback *next = POLL(f);
    fe_loopback_hang_up(gone);
    assert_int_equal(fe_polls_waiting(f->runtime), 1);
    submit_job(f, "f", id);
    assert_int_equal(fe_loopback_status(gone), 0);
    fe_loopback_free(gone);
    settle(f);
    assert_given(next, "\"f\"");
}

static void a_job_that_did_not_arrive_goes_to_the_poll_that_waits(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *gone = POLL(f);
    struct fe_loopback *next = POLL(f);
    submit_job(f, "f", id);
    assert_true(fe_loopback_done(gone));
    fe_loopback_hang_up(gone);
    assert_true(fe_loopback_done(next));
    assert_int_equal(state_of(f, id), FE_JOB_LEASED);
    settle(f);
    assert_int_equal(state_of(f, id), FE_JOB_IN_PROGRESS);
    fe_loopback_free(gone);
    assert_given(next, "\"f\"");
}

static void jobs_that_did_not_arrive_keep_their_order(void **state)
{
    struct fixture *f = *state;
    char a[FE_UUID_TEXT_BYTES];
    char b[FE_UUID_TEXT_BYTES];
    char c[FE_UUID_TEXT_BYTES];
    struct fe_loopback *first = POLL(f);
    struct fe_loopback *second = POLL(f);
    submit_job(f, "a", a);
    submit_job(f, "b", b);
    submit_job(f, "c", c);
    fe_loopback_hang_up(first);
    fe_loopback_hang_up(second);
    assert_int_equal(state_of(f, a), FE_JOB_QUEUED);
    assert_int_equal(state_of(f, b), FE_JOB_QUEUED);
    assert_given(POLL(f), "\"a\"");
    assert_given(POLL(f), "\"b\"");
    assert_given(POLL(f), "\"c\"");
    fe_loopback_free(first);
    fe_loopback_free(second);
}

static void a_result_may_be_faster_than_the_news_of_delivery(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *poll = POLL(f);
    submit_job(f, "f", id);
    assert_int_equal(state_of(f, id), FE_JOB_LEASED);
    post_result(f, id, "fast");
    assert_int_equal(state_of(f, id), FE_JOB_SUCCEEDED);
    fe_loopback_hang_up(poll);
    assert_int_equal(state_of(f, id), FE_JOB_SUCCEEDED);
    assert_null(fe_queue_lease(&f->runtime->queue));
    fe_loopback_free(poll);
}

static void head_takes_no_job(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_job(f, "f", id);
    assert_empty(ask_as_module(f, FE_HEAD, "/job", FE_SLICE("")), 204);
    assert_int_equal(state_of(f, id), FE_JOB_QUEUED);
    assert_int_equal(f->runtime->queue.asked_ns, 0);
}

static void polls_of_another_runtime_get_nothing(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    const struct fe_runtime_request request = {
        .id = FE_SLICE("other"), .auth_token = FE_SLICE("t"), .poll_timeout_ms = -1};
    const struct fe_job_request job_request = {.query = FE_SLICE("{}")};
    struct fe_runtime *other = NULL;
    struct fe_job *job = NULL;
    assert_int_equal(fe_runtimes_open(f->state->runtimes, &request, &other), 0);
    struct fe_loopback *poll = POLL(f);
    assert_int_equal(fe_queue_submit(&other->queue, &job_request, &job), 0);
    assert_false(fe_loopback_done(poll));
    submit_job(f, "mine", id);
    settle(f);
    assert_given(poll, "\"mine\"");
}

static void a_reset_answers_the_polls(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *first = POLL(f);
    struct fe_loopback *second = POLL(f);
    fe_loopback_free(
        ask(f, FE_POST, RUNTIMES, NULL, "{\"runtimeId\":\"rt\",\"moduleAuthToken\":\"secret\"}"));
    settle(f);
    assert_empty(first, 204);
    assert_empty(second, 204);
    struct fe_loopback *again = POLL(f);
    assert_int_equal(fe_polls_waiting(f->runtime), 1);
    fe_loopback_free(again);
}

static void a_removal_answers_the_polls(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *leased = POLL(f);
    submit_job(f, "f", id);
    struct fe_loopback *waiting = POLL(f);
    assert_empty(ask(f, FE_DELETE, RUNTIMES "/rt", NULL, ""), 204);
    settle(f);
    assert_empty(waiting, 204);
    assert_int_equal(state_of(f, id), FE_JOB_CANCELED);
    fe_loopback_free(leased);
    assert_error(POLL(f), 404, "ComputeModules:RuntimeNotFound");
}

static void a_reset_of_the_stack_answers_the_polls_in_either_order(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *poll = POLL(f);
    fe_compute_feature.reset(f->compute);
    settle(f);
    assert_empty(poll, 204);
    poll = POLL(f);
    fe_state_reset(f->state);
    fe_compute_feature.reset(f->compute);
    settle(f);
    assert_empty(poll, 204);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_waiting_job_is_given_at_once),
        TEST(an_arriving_job_wakes_the_poll_in_the_same_call),
        TEST(jobs_and_polls_meet_in_their_orders),
        TEST(a_thousand_replicas_get_a_job_each),
        TEST(only_so_many_polls_wait_for_one_runtime),
        TEST(the_query_arrives_byte_for_byte),
        TEST(the_envelope_names_user_and_credentials),
        TEST(an_idle_poll_is_answered_204_in_time),
        TEST(a_runtime_may_have_a_time_of_its_own),
        TEST(a_later_poll_outlives_the_timer_of_an_earlier_one),
        TEST(each_poll_is_answered_when_its_own_time_is_up),
        TEST(who_hangs_up_while_waiting_takes_no_job),
        TEST(a_job_that_did_not_arrive_goes_to_the_poll_that_waits),
        TEST(jobs_that_did_not_arrive_keep_their_order),
        TEST(a_result_may_be_faster_than_the_news_of_delivery),
        TEST(head_takes_no_job),
        TEST(polls_of_another_runtime_get_nothing),
        TEST(a_reset_answers_the_polls),
        TEST(a_removal_answers_the_polls),
        TEST(a_reset_of_the_stack_answers_the_polls_in_either_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
