/* SPDX-License-Identifier: MIT */
/* Jobs that are called off, or take too long; their ids; and the replicas behind a queue. */
#include "jobs_fixture.h"
#include "util/limits.h"

/* ── canceling ── */

static void canceling_ends_a_job_wherever_it_is(void **state)
{
    struct fixture *f = *state;
    struct fe_job *in_progress = submit(f);
    struct fe_job *leased = submit(f);
    struct fe_job *queued = submit(f);
    struct fe_job *after = submit(f);
    assert_ptr_equal(fe_queue_lease(&f->queue), in_progress);
    fe_job_delivered(in_progress);
    assert_ptr_equal(fe_queue_lease(&f->queue), leased);
    fe_job_cancel(in_progress, FE_JOB_CALLED_OFF);
    fe_job_cancel(leased, FE_JOB_CALLED_OFF);
    fe_job_cancel(queued, FE_JOB_CALLED_OFF);
    assert_int_equal(in_progress->state, FE_JOB_CANCELED);
    assert_int_equal(leased->state, FE_JOB_CANCELED);
    assert_int_equal(queued->state, FE_JOB_CANCELED);
    assert_int_equal(queued->reason, FE_JOB_CALLED_OFF);
    fe_job_delivered(leased);
    assert_int_equal(leased->state, FE_JOB_CANCELED);
    assert_ptr_equal(fe_queue_lease(&f->queue), after);
    assert_null(fe_queue_lease(&f->queue));
}

/* ── ids ── */

static void takes_the_id_that_its_caller_chose(void **state)
{
    struct fixture *f = *state;
    const struct fe_job_request request = {.id = FE_SLICE("my-job_1"), .query = FE_SLICE("{}")};
    struct fe_job *job = NULL;
    assert_int_equal(fe_queue_submit(&f->queue, &request, &job), 0);
    assert_string_equal(job->id, "my-job_1");
    assert_ptr_equal(fe_jobs_find(f->jobs, FE_SLICE("my-job_1")), job);
}

static void an_id_goes_into_a_url_as_it_is(void **state)
{
    (void)state;
    static const char longest[] =
        "0123456789012345678901234567890123456789012345678901234567890123";
    assert_true(fe_job_id_valid(FE_SLICE("9a2a1e94-41d3-47d7-807f-db2f4c547b9c")));
    assert_true(fe_job_id_valid(fe_slice_cstr(longest)));
    assert_false(fe_job_id_valid(FE_SLICE("")));
    assert_false(fe_job_id_valid(FE_SLICE("01234567890123456789012345678901234567890123456789"
                                          "012345678901234")));
    assert_false(fe_job_id_valid(FE_SLICE("a/b")));
    assert_false(fe_job_id_valid(FE_SLICE("..")));
    assert_false(fe_job_id_valid(FE_SLICE("a%2fb")));
    assert_false(fe_job_id_valid(FE_SLICE("a\0b")));
    assert_false(fe_job_id_valid(FE_SLICE("\xc3\xa9")));
}

/* ── time-outs ── */

static void pass(struct fixture *f, int64_t ms)
{
    fe_clock_advance(&f->env.clock, ms * FE_NS_PER_MS);
    fe_jobs_clock_changed(f->jobs);
}

static void a_job_that_nobody_takes_is_canceled(void **state)
{
    struct fixture *f = *state;
    f->settings.queue_timeout_ms = 100;
    f->queue.queue_timeout_ms = -1;
    struct fe_job *job = submit(f);
    pass(f, 99);
    assert_int_equal(job->state, FE_JOB_QUEUED);
    pass(f, 1);
    assert_int_equal(job->state, FE_JOB_CANCELED);
    assert_int_equal(job->reason, FE_JOB_NEVER_TAKEN);
    assert_null(fe_queue_lease(&f->queue));
}

static void a_job_that_is_not_answered_fails(void **state)
{
    struct fixture *f = *state;
    f->queue.queue_timeout_ms = 50;
    f->queue.job_timeout_ms = 100;
    struct fe_job *answered = submit(f);
    struct fe_job *job = submit(f);
    pass(f, 40);
    assert_ptr_equal(fe_queue_lease(&f->queue), answered);
    assert_ptr_equal(fe_queue_lease(&f->queue), job);
    fe_job_delivered(job);
    succeed(answered, "x");
    pass(f, 99);
    assert_int_equal(job->state, FE_JOB_IN_PROGRESS);
    pass(f, 1);
    assert_int_equal(job->state, FE_JOB_FAILED);
    assert_int_equal(job->reason, FE_JOB_NEVER_ANSWERED);
    assert_int_equal(answered->state, FE_JOB_SUCCEEDED);
}

static void a_returned_job_has_waited_since_its_submission(void **state)
{
    struct fixture *f = *state;
    f->queue.queue_timeout_ms = 100;
    struct fe_job *job = submit(f);
    pass(f, 60);
    assert_ptr_equal(fe_queue_lease(&f->queue), job);
    pass(f, 30);
    fe_job_returned(job);
    pass(f, 9);
    assert_int_equal(job->state, FE_JOB_QUEUED);
    pass(f, 1);
    assert_int_equal(job->state, FE_JOB_CANCELED);
}

static void a_queue_has_times_of_its_own(void **state)
{
    struct fixture *f = *state;
    f->settings.queue_timeout_ms = 1;
    f->settings.job_timeout_ms = 1;
    struct fe_job *job = submit(f);
    pass(f, INT64_C(1000) * 3600 * 24);
    assert_int_equal(job->state, FE_JOB_QUEUED);
    assert_ptr_equal(fe_queue_lease(&f->queue), job);
    pass(f, INT64_C(1000) * 3600 * 24);
    assert_int_equal(job->state, FE_JOB_LEASED);
}

/* ── replicas ── */

static void replicas_are_what_asks_for_jobs(void **state)
{
    struct fixture *f = *state;
    struct fe_taker taker = {.waiting = 3};
    assert_int_equal(fe_queue_replicas(&f->queue).state, FE_REPLICA_STARTING);
    assert_null(fe_queue_lease(&f->queue));
    assert_int_equal(fe_queue_replicas(&f->queue).state, FE_REPLICA_RESPONSIVE);
    assert_int_equal(fe_queue_replicas(&f->queue).count, 1);
    pass(f, FE_LIMIT_REPLICA_SILENT_MS - 1);
    assert_int_equal(fe_queue_replicas(&f->queue).state, FE_REPLICA_RESPONSIVE);
    pass(f, 1);
    assert_int_equal(fe_queue_replicas(&f->queue).state, FE_REPLICA_UNRESPONSIVE);
    f->queue.taker = &taker;
    assert_int_equal(fe_queue_replicas(&f->queue).state, FE_REPLICA_RESPONSIVE);
    assert_int_equal(fe_queue_replicas(&f->queue).count, 3);
    f->queue.taker = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(canceling_ends_a_job_wherever_it_is),
        TEST(takes_the_id_that_its_caller_chose),
        TEST(an_id_goes_into_a_url_as_it_is),
        TEST(a_job_that_nobody_takes_is_canceled),
        TEST(a_job_that_is_not_answered_fails),
        TEST(a_returned_job_has_waited_since_its_submission),
        TEST(a_queue_has_times_of_its_own),
        TEST(replicas_are_what_asks_for_jobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
