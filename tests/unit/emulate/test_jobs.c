/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "jobs_fixture.h"
#include "util/limits.h"

static void keeps_every_byte_of_what_was_asked(void **state)
{
    struct fixture *f = *state;
    char query[] = "{\"n\": 12345678901234567890, \"x\":1e400,\"one\":1.0,\"s\":\"\\u00e9\"}";
    const struct fe_job_request request = {.app_rid = FE_SLICE("ri.app"),
                                           .app_branch = FE_SLICE("master"),
                                           .query_type = FE_SLICE("f"),
                                           .query = fe_slice_cstr(query),
                                           .user_id = FE_SLICE("jane")};
    struct fe_job *job = NULL;
    assert_int_equal(fe_queue_submit(&f->queue, &request, &job), 0);
    char copy[sizeof(query)];
    memcpy(copy, query, sizeof(query));
    memset(query, '#', sizeof(query));
    assert_true(fe_slice_eq(job->request.query, fe_slice_cstr(copy)));
    assert_true(fe_slice_eq(job->request.app_rid, FE_SLICE("ri.app")));
    assert_true(fe_slice_eq(job->request.app_branch, FE_SLICE("master")));
    assert_true(fe_slice_eq(job->request.query_type, FE_SLICE("f")));
    assert_true(fe_slice_eq(job->request.user_id, FE_SLICE("jane")));
    assert_int_equal(job->state, FE_JOB_QUEUED);
    assert_int_equal(job->submitted_ns, INT64_C(1700000000000000000));
    assert_int_equal(job->dispatched_ns, 0);
}

static void finds_jobs_by_an_id_that_no_other_has(void **state)
{
    struct fixture *f = *state;
    struct fe_job *a = submit(f);
    struct fe_job *b = submit(f);
    assert_int_equal(strlen(a->id), 36);
    assert_string_not_equal(a->id, b->id);
    assert_ptr_equal(fe_jobs_find(f->jobs, fe_slice_cstr(a->id)), a);
    assert_ptr_equal(fe_jobs_find(f->jobs, fe_slice_cstr(b->id)), b);
    assert_null(fe_jobs_find(f->jobs, FE_SLICE("nobody")));
    assert_null(fe_jobs_find(f->jobs, FE_SLICE("")));
}

static void leases_in_the_order_of_submission(void **state)
{
    struct fixture *f = *state;
    struct fe_job *a = submit(f);
    struct fe_job *b = submit(f);
    assert_int_equal(f->queue.waiting_count, 2);
    fe_clock_advance(&f->env.clock, FE_NS_PER_S);
    assert_ptr_equal(fe_queue_lease(&f->queue), a);
    assert_ptr_equal(fe_queue_lease(&f->queue), b);
    assert_null(fe_queue_lease(&f->queue));
    assert_int_equal(a->state, FE_JOB_LEASED);
    assert_int_equal(a->dispatched_ns - a->submitted_ns, FE_NS_PER_S);
    fe_job_delivered(a);
    assert_int_equal(a->state, FE_JOB_IN_PROGRESS);
    assert_int_equal(f->queue.waiting_count, 0);
}

static void returned_jobs_keep_their_place(void **state)
{
    struct fixture *f = *state;
    struct fe_job *jobs[4];
    for (size_t i = 0; i < 4; i++) {
        jobs[i] = submit(f);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_ptr_equal(fe_queue_lease(&f->queue), jobs[i]);
    }
    fe_job_returned(jobs[0]);
    fe_job_returned(jobs[2]);
    fe_job_returned(jobs[1]);
    assert_int_equal(f->queue.waiting_count, 4);
    assert_int_equal(jobs[1]->dispatched_ns, 0);
    for (size_t i = 0; i < 4; i++) {
        assert_ptr_equal(fe_queue_lease(&f->queue), jobs[i]);
    }
}

static void a_returned_job_joins_an_empty_line(void **state)
{
    struct fixture *f = *state;
    struct fe_job *a = submit(f);
    assert_ptr_equal(fe_queue_lease(&f->queue), a);
    fe_job_returned(a);
    assert_ptr_equal(fe_queue_lease(&f->queue), a);
}

static void what_has_finished_stays_finished(void **state)
{
    struct fixture *f = *state;
    struct fe_job *leased = submit(f);
    assert_ptr_equal(fe_queue_lease(&f->queue), leased);
    succeed(leased, "early");
    fe_job_delivered(leased);
    assert_int_equal(leased->state, FE_JOB_SUCCEEDED);
    fe_job_returned(leased);
    assert_int_equal(leased->state, FE_JOB_SUCCEEDED);
    assert_null(fe_queue_lease(&f->queue));
    assert_true(fe_slice_eq(fe_spool_bytes(leased->result), FE_SLICE("early")));
}

static void a_delivered_job_cannot_be_returned(void **state)
{
    struct fixture *f = *state;
    struct fe_job *job = submit(f);
    assert_ptr_equal(fe_queue_lease(&f->queue), job);
    fe_job_delivered(job);
    fe_job_returned(job);
    assert_int_equal(job->state, FE_JOB_IN_PROGRESS);
    assert_null(fe_queue_lease(&f->queue));
}

static void a_result_takes_a_waiting_job_out_of_the_line(void **state)
{
    struct fixture *f = *state;
    struct fe_job *a = submit(f);
    struct fe_job *b = submit(f);
    succeed(a, "");
    assert_int_equal(f->queue.waiting_count, 1);
    assert_ptr_equal(fe_queue_lease(&f->queue), b);
}

static void a_full_queue_takes_no_more(void **state)
{
    struct fixture *f = *state;
    const struct fe_job_request request = {.query = FE_SLICE("{}")};
    struct fe_job *job = NULL;
    for (size_t i = 0; i < FE_LIMIT_QUEUED_JOBS; i++) {
        (void)submit(f);
    }
    assert_int_equal(fe_queue_submit(&f->queue, &request, &job), -ENOBUFS);
    assert_null(job);
    assert_non_null(fe_queue_lease(&f->queue));
    assert_int_equal(fe_queue_submit(&f->queue, &request, &job), 0);
}

static void unfinished_jobs_have_a_limit_of_memory(void **state)
{
    struct fixture *f = *state;
    struct fe_job *job = NULL;
    /* Refused by its length: nobody reads the bytes, which are not there. */
    const struct fe_job_request request = {.query = {"{}", FE_LIMIT_JOBS_PENDING_BYTES}};
    assert_int_equal(fe_queue_submit(&f->queue, &request, &job), -ENOBUFS);
    assert_null(job);
}

static void forgets_finished_jobs_after_an_hour_of_its_clock(void **state)
{
    struct fixture *f = *state;
    struct fe_job *finished = submit(f);
    struct fe_job *waiting = submit(f);
    struct fe_slice id = fe_slice_cstr(finished->id);
    char copy[FE_UUID_TEXT_BYTES];
    memcpy(copy, finished->id, sizeof(copy));
    succeed(finished, "x");
    fe_clock_advance(&f->env.clock, FE_LIMIT_JOB_KEPT_MS * FE_NS_PER_MS - 1);
    assert_ptr_equal(fe_jobs_find(f->jobs, id), finished);
    fe_clock_advance(&f->env.clock, 1);
    assert_null(fe_jobs_find(f->jobs, fe_slice_cstr(copy)));
    assert_ptr_equal(fe_jobs_find(f->jobs, fe_slice_cstr(waiting->id)), waiting);
    assert_ptr_equal(TAILQ_FIRST(&f->queue.all), waiting);
}

static void keeps_so_many_finished_jobs_and_the_newest_ones(void **state)
{
    struct fixture *f = *state;
    char first[FE_UUID_TEXT_BYTES];
    char second[FE_UUID_TEXT_BYTES];
    for (size_t i = 0; i < FE_LIMIT_JOBS_KEPT + 1; i++) {
        struct fe_job *job = submit(f);
        if (i < 2) {
            memcpy(i == 0 ? first : second, job->id, sizeof(first));
        }
        succeed(job, "x");
    }
    assert_null(fe_jobs_find(f->jobs, fe_slice_cstr(first)));
    assert_non_null(fe_jobs_find(f->jobs, fe_slice_cstr(second)));
}

static void keeps_so_many_bytes_of_finished_jobs(void **state)
{
    struct fixture *f = *state;
    char first[FE_UUID_TEXT_BYTES];
    struct fe_job *second = NULL;
    for (size_t i = 0; i < 3; i++) {
        struct fe_job *job = submit(f);
        if (i == 0) {
            memcpy(first, job->id, sizeof(first));
        }
        second = i == 1 ? job : second;
        /* Stands for 400 MiB of query that the test need not allocate. */
        job->bytes = 400 << 20;
        succeed(job, "x");
    }
    assert_null(fe_jobs_find(f->jobs, fe_slice_cstr(first)));
    assert_ptr_equal(fe_jobs_find(f->jobs, fe_slice_cstr(second->id)), second);
}

/* ── takers ── */

struct test_taker {
    struct fe_taker taker;
    struct fe_queue *queue;
    struct fe_job *leased;
    int offers;
    int closes;
};

static void on_job(struct fe_taker *taker)
{
    struct test_taker *t = (struct test_taker *)(void *)taker;
    t->offers++;
    t->leased = fe_queue_lease(t->queue);
}

static void on_close(struct fe_taker *taker)
{
    struct test_taker *t = (struct test_taker *)(void *)taker;
    assert_null(t->queue->taker);
    t->closes++;
}

static void a_taker_is_offered_what_comes_and_what_comes_back(void **state)
{
    struct fixture *f = *state;
    struct test_taker t = {.taker = {on_job, on_close, 1}, .queue = &f->queue};
    f->queue.taker = &t.taker;
    struct fe_job *job = submit(f);
    assert_ptr_equal(t.leased, job);
    assert_int_equal(job->state, FE_JOB_LEASED);
    t.leased = NULL;
    fe_job_returned(job);
    assert_ptr_equal(t.leased, job);
    assert_int_equal(t.offers, 2);
    fe_queue_reset(&f->queue);
    assert_int_equal(t.closes, 1);
    assert_null(f->queue.taker);
    assert_int_equal(job->state, FE_JOB_CANCELED);
}

/* ── resets ── */

static void a_reset_cancels_what_is_unfinished_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    struct fe_job *succeeded = submit(f);
    struct fe_job *in_progress = submit(f);
    struct fe_job *leased = submit(f);
    struct fe_job *queued = submit(f);
    succeed(succeeded, "x");
    assert_ptr_equal(fe_queue_lease(&f->queue), in_progress);
    fe_job_delivered(in_progress);
    assert_ptr_equal(fe_queue_lease(&f->queue), leased);
    fe_queue_reset(&f->queue);
    assert_int_equal(succeeded->state, FE_JOB_SUCCEEDED);
    assert_int_equal(in_progress->state, FE_JOB_CANCELED);
    assert_int_equal(leased->state, FE_JOB_CANCELED);
    assert_int_equal(queued->state, FE_JOB_CANCELED);
    assert_int_equal(queued->reason, FE_JOB_RUNTIME_RESET);
    assert_int_equal(f->queue.waiting_count, 0);
    assert_int_equal(f->queue.asked_ns, 0);
    fe_job_returned(leased);
    assert_null(fe_queue_lease(&f->queue));
}

static void finished_jobs_outlive_their_queue(void **state)
{
    struct fixture *f = *state;
    struct fe_queue other;
    struct fe_job *job = NULL;
    const struct fe_job_request request = {.query = FE_SLICE("{}")};
    fe_queue_init(&other, f->jobs);
    assert_int_equal(fe_queue_submit(&other, &request, &job), 0);
    succeed(job, "kept");
    fe_queue_done(&other);
    assert_null(job->queue);
    assert_ptr_equal(fe_jobs_find(f->jobs, fe_slice_cstr(job->id)), job);
    fe_clock_advance(&f->env.clock, FE_LIMIT_JOB_KEPT_MS * FE_NS_PER_MS);
    assert_null(fe_jobs_find(f->jobs, FE_SLICE("x")));
}

/* ── watchers ── */

struct test_watcher {
    struct fe_watcher watcher;
    int told;
    enum fe_job_state state;
    bool again;               /* takes up the watch once more */
    struct fe_watcher *other; /* stopped when told */
};

static void on_change(struct fe_watcher *watcher, struct fe_job *job)
{
    struct test_watcher *w = (struct test_watcher *)(void *)watcher;
    w->told++;
    w->state = job->state;
    if (w->again && !fe_job_finished(job)) {
        fe_job_watch(job, watcher);
    }
    if (w->other) {
        fe_watcher_stop(w->other);
    }
}

static void watchers_are_told_once(void **state)
{
    struct fixture *f = *state;
    struct test_watcher a = {.watcher.on_change = on_change};
    struct test_watcher b = {.watcher.on_change = on_change};
    struct fe_job *job = submit(f);
    fe_job_watch(job, &a.watcher);
    fe_job_watch(job, &b.watcher);
    assert_ptr_equal(fe_queue_lease(&f->queue), job);
    assert_int_equal(a.told + b.told, 0);
    fe_job_delivered(job);
    assert_int_equal(a.told, 1);
    assert_int_equal(b.told, 1);
    assert_int_equal(a.state, FE_JOB_IN_PROGRESS);
    succeed(job, "");
    assert_int_equal(a.told + b.told, 2);
}

static void a_returned_job_is_no_change(void **state)
{
    struct fixture *f = *state;
    struct test_watcher a = {.watcher.on_change = on_change};
    struct fe_job *job = submit(f);
    fe_job_watch(job, &a.watcher);
    assert_ptr_equal(fe_queue_lease(&f->queue), job);
    fe_job_returned(job);
    assert_int_equal(a.told, 0);
    fe_watcher_stop(&a.watcher);
}

static void a_watch_may_be_taken_up_again_while_being_told(void **state)
{
    struct fixture *f = *state;
    struct test_watcher a = {.watcher.on_change = on_change, .again = true};
    struct test_watcher b = {.watcher.on_change = on_change, .again = true};
    struct fe_job *job = submit(f);
    fe_job_watch(job, &a.watcher);
    fe_job_watch(job, &b.watcher);
    assert_ptr_equal(fe_queue_lease(&f->queue), job);
    fe_job_delivered(job);
    assert_int_equal(a.told, 1);
    assert_int_equal(b.told, 1);
    fe_job_fail(job, FE_JOB_RESULT_TOO_LARGE);
    assert_int_equal(a.told, 2);
    assert_int_equal(b.told, 2);
    assert_int_equal(b.state, FE_JOB_FAILED);
}

static void a_watcher_stopped_by_another_is_not_told(void **state)
{
    struct fixture *f = *state;
    struct test_watcher a = {.watcher.on_change = on_change};
    struct test_watcher b = {.watcher.on_change = on_change, .other = &a.watcher};
    struct test_watcher c = {.watcher.on_change = on_change};
    struct fe_job *job = submit(f);
    a.other = &b.watcher;
    fe_job_watch(job, &a.watcher);
    fe_job_watch(job, &b.watcher);
    fe_job_watch(job, &c.watcher);
    succeed(job, "");
    assert_int_equal(a.told + b.told, 1);
    assert_int_equal(c.told, 1);
    fe_watcher_stop(&a.watcher);
    fe_watcher_stop(&c.watcher);
}

static void states_have_foundrys_names(void **state)
{
    (void)state;
    assert_string_equal(fe_job_state_name(FE_JOB_QUEUED), "queued");
    assert_string_equal(fe_job_state_name(FE_JOB_LEASED), "queued");
    assert_string_equal(fe_job_state_name(FE_JOB_IN_PROGRESS), "inProgress");
    assert_string_equal(fe_job_state_name(FE_JOB_SUCCEEDED), "succeeded");
    assert_string_equal(fe_job_state_name(FE_JOB_FAILED), "failed");
    assert_string_equal(fe_job_state_name(FE_JOB_CANCELED), "canceled");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_every_byte_of_what_was_asked),
        TEST(finds_jobs_by_an_id_that_no_other_has),
        TEST(leases_in_the_order_of_submission),
        TEST(returned_jobs_keep_their_place),
        TEST(a_returned_job_joins_an_empty_line),
        TEST(what_has_finished_stays_finished),
        TEST(a_delivered_job_cannot_be_returned),
        TEST(a_result_takes_a_waiting_job_out_of_the_line),
        TEST(a_full_queue_takes_no_more),
        TEST(unfinished_jobs_have_a_limit_of_memory),
        TEST(forgets_finished_jobs_after_an_hour_of_its_clock),
        TEST(keeps_so_many_finished_jobs_and_the_newest_ones),
        TEST(keeps_so_many_bytes_of_finished_jobs),
        TEST(a_taker_is_offered_what_comes_and_what_comes_back),
        TEST(a_reset_cancels_what_is_unfinished_and_nothing_else),
        TEST(finished_jobs_outlive_their_queue),
        TEST(watchers_are_told_once),
        TEST(a_returned_job_is_no_change),
        TEST(a_watch_may_be_taken_up_again_while_being_told),
        TEST(a_watcher_stopped_by_another_is_not_told),
        TEST(states_have_foundrys_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
