/* SPDX-License-Identifier: MIT */
/* A result that goes through: a module that posts in pieces, and a caller whose execute waits. Both
 * are engines of this file's own, so that each piece and each pause can be seen. */
#include "compute_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "http/exchange_engine.h"
#include "util/alloc.h"
#include "util/limits.h"
#include "util/spool.h"

/* The end of a connection: what has left through it, and what was asked of it. */
struct peer {
    struct fe_exchange *x;
    struct fe_buf sent;
    size_t waiting; /* bytes that it does not take */
    uint64_t sent_bytes;
    int64_t length;
    bool begun;
    bool finished;
    bool aborted;
    unsigned resumed;
};

static struct peer *peer_of(struct fe_exchange *x)
{
    return x->connection;
}

static void on_answer(struct fe_exchange *x)
{
    (void)fe_buf_put(&peer_of(x)->sent, fe_buf_slice(&x->response.out));
    peer_of(x)->finished = true;
}

static void on_begin(struct fe_exchange *x)
{
    peer_of(x)->begun = true;
    peer_of(x)->length = x->response.length;
}

static size_t on_write(struct fe_exchange *x, struct fe_slice data)
{
    struct peer *peer = peer_of(x);
    peer->sent_bytes += data.len;
    (void)fe_buf_put(&peer->sent, data);
    return peer->waiting;
}

static void on_finish(struct fe_exchange *x)
{
    peer_of(x)->finished = true;
}

static void on_abort(struct fe_exchange *x)
{
    peer_of(x)->aborted = true;
}

static void on_resume(struct fe_exchange *x)
{
    peer_of(x)->resumed++;
}

static const struct fe_engine_ops ops = {.answer = on_answer,
                                         .begin = on_begin,
                                         .write = on_write,
                                         .finish = on_finish,
                                         .abort = on_abort,
                                         .resume = on_resume};

static void start(struct fixture *f, struct peer *peer, const char *path, const char *name,
                  const char *value)
{
    fe_buf_init(&peer->sent, 4096);
    peer->x = fe_exchange_new(&ops, peer, &f->app, &f->env, f->loop);
    peer->x->request.method = FE_POST;
    peer->x->request.path = fe_arena_copy(&peer->x->arena, fe_slice_cstr(path));
    assert_int_equal(fe_headers_add(&peer->x->request.headers, &peer->x->arena, fe_slice_cstr(name),
                                    fe_slice_cstr(value)),
                     0);
}

static void end(struct peer *peer, enum fe_outcome outcome)
{
    if (peer->x) {
        fe_exchange_end(peer->x, outcome);
        peer->x = NULL;
    }
    fe_buf_done(&peer->sent);
}

/* An execute, whose job is in progress when this returns. */
static void call(struct fixture *f, struct peer *caller, char id[FE_UUID_TEXT_BYTES])
{
    start(f, caller, EXECUTE, "Authorization", "Bearer jane");
    fe_exchange_start(caller->x);
    fe_exchange_feed(caller->x, FE_SLICE("{\"deployedAppRid\":\"ri.app\",\"queryType\":\"f\"}"));
    fe_exchange_feed_end(caller->x);
    struct fe_loopback *poll = POLL(f);
    settle(f);
    struct fe_slice quoted = json_at(fe_loopback_body(poll), "computeModuleJobV1.jobId");
    assert_int_equal(quoted.len, FE_UUID_TEXT_BYTES + 1);
    memcpy(id, quoted.ptr + 1, FE_UUID_TEXT_BYTES - 1);
    id[FE_UUID_TEXT_BYTES - 1] = '\0';
    fe_loopback_free(poll);
}

/* `length` is what the module announces; NULL: it posts in chunks. */
static void begin_post(struct fixture *f, struct peer *module, const char *id, const char *length)
{
    char path[128];
    (void)snprintf(path, sizeof(path), RUNTIMES "/rt/results/%s", id);
    start(f, module, path, "Module-Auth-Token", "secret");
    if (length) {
        assert_int_equal(fe_headers_add(&module->x->request.headers, &module->x->arena,
                                        FE_SLICE("Content-Length"), fe_slice_cstr(length)),
                         0);
    }
    fe_exchange_start(module->x);
}

static void post(struct peer *module, const char *text)
{
    fe_exchange_feed(module->x, fe_slice_cstr(text));
}

static void end_post(struct peer *module)
{
    fe_exchange_feed_end(module->x);
    assert_int_equal(fe_exchange_status(module->x), 204);
    end(module, FE_SENT);
}

static void assert_sent(const struct peer *peer, const char *text)
{
    assert_slice(fe_buf_slice(&peer->sent), text);
}

static struct fe_job *job_of(struct fixture *f, const char *id)
{
    return fe_jobs_find(f->state->jobs, fe_slice_cstr(id));
}

/* ── tests ── */

static void each_piece_leaves_in_the_call_that_brings_it(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {0};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, NULL);
    assert_false(caller.begun);
    post(&module, "one");
    assert_true(caller.begun);
    assert_int_equal(caller.length, -1);
    assert_int_equal(fe_exchange_status(caller.x), 200);
    assert_sent(&caller, "one");
    post(&module, "two");
    assert_sent(&caller, "onetwo");
    assert_false(caller.finished);
    end_post(&module);
    assert_true(caller.finished);
    assert_int_equal(job_of(f, id)->state, FE_JOB_SUCCEEDED);
    assert_slice(fe_spool_bytes(job_of(f, id)->result), "onetwo");
    end(&caller, FE_SENT);
}

static void a_length_that_is_announced_is_passed_on(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {0};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, "6");
    post(&module, "one");
    assert_int_equal(caller.length, 6);
    post(&module, "two");
    end_post(&module);
    assert_sent(&caller, "onetwo");
    end(&caller, FE_SENT);
}

static void a_result_in_one_piece_is_one_answer(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {0};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, "3");
    post(&module, "one");
    assert_false(caller.begun);
    end_post(&module);
    assert_true(caller.finished);
    assert_false(caller.begun);
    assert_sent(&caller, "one");
    end(&caller, FE_SENT);
}

static void a_caller_who_cannot_keep_up_holds_the_module(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {.waiting = FE_LIMIT_OUTPUT_HIGH_BYTES};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, NULL);
    assert_true(fe_exchange_takes_body(module.x));
    post(&module, "one");
    assert_false(fe_exchange_takes_body(module.x));
    caller.waiting = 0;
    fe_exchange_drained(caller.x);
    assert_true(fe_exchange_takes_body(module.x));
    assert_int_equal(module.resumed, 1);
    post(&module, "two");
    assert_true(fe_exchange_takes_body(module.x));
    end_post(&module);
    assert_sent(&caller, "onetwo");
    end(&caller, FE_SENT);
}

static void a_caller_who_hangs_up_lets_the_module_go_on(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {.waiting = FE_LIMIT_OUTPUT_HIGH_BYTES};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, NULL);
    post(&module, "one");
    assert_false(fe_exchange_takes_body(module.x));
    end(&caller, FE_GONE);
    assert_true(fe_exchange_takes_body(module.x));
    post(&module, "two");
    end_post(&module);
    assert_slice(fe_spool_bytes(job_of(f, id)->result), "onetwo");
}

static void a_module_that_dies_cuts_the_caller_off_and_may_post_again(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {0};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, NULL);
    post(&module, "half of ");
    end(&module, FE_GONE);
    assert_true(caller.aborted);
    assert_false(caller.finished);
    assert_int_equal(job_of(f, id)->state, FE_JOB_IN_PROGRESS);
    post_result(f, id, "whole");
    assert_sent(&caller, "half of ");
    assert_slice(fe_spool_bytes(job_of(f, id)->result), "whole");
    end(&caller, FE_GONE);
}

static void a_module_that_dies_before_its_first_byte_loses_nothing(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {0};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, NULL);
    end(&module, FE_GONE);
    assert_false(caller.aborted);
    post_result(f, id, "whole");
    assert_sent(&caller, "whole");
    end(&caller, FE_SENT);
}

static void two_results_are_never_mixed(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {0};
    struct peer first = {0};
    struct peer second = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &first, id, NULL);
    begin_post(f, &second, id, NULL);
    post(&first, "a1");
    post(&second, "b1");
    end_post(&second);
    assert_false(caller.finished);
    post(&first, "a2");
    end_post(&first);
    assert_true(caller.finished);
    assert_sent(&caller, "a1a2");
    assert_slice(fe_spool_bytes(job_of(f, id)->result), "b1");
    end(&caller, FE_SENT);
}

static void a_job_that_is_canceled_half_way_cuts_its_caller_off(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {.waiting = FE_LIMIT_OUTPUT_HIGH_BYTES};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, NULL);
    post(&module, "half of ");
    fe_queue_reset(&f->runtime->queue);
    assert_true(caller.aborted);
    assert_true(fe_exchange_takes_body(module.x));
    post(&module, "whole");
    end_post(&module);
    assert_sent(&caller, "half of ");
    end(&caller, FE_GONE);
}

/* ── results past what is kept ── */

enum {
    PIECE_BYTES = 32 << 20
};

static void post_too_much(struct peer *module)
{
    char *bytes = fe_xalloc(PIECE_BYTES);
    for (int64_t at = 0; at <= FE_LIMIT_RESULT_BYTES; at += PIECE_BYTES) {
        fe_exchange_feed(module->x, (struct fe_slice){bytes, PIECE_BYTES});
    }
    free(bytes);
}

static void no_stream_fails_for_its_size(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {0};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, NULL);
    post_too_much(&module);
    post(&module, "the end");
    assert_int_equal(job_of(f, id)->state, FE_JOB_IN_PROGRESS);
    end_post(&module);
    assert_true(caller.finished);
    assert_true(caller.sent_bytes ==
                (uint64_t)FE_LIMIT_RESULT_BYTES + PIECE_BYTES + sizeof("the end") - 1);
    assert_int_equal(job_of(f, id)->state, FE_JOB_SUCCEEDED);
    char body[64];
    (void)snprintf(body, sizeof(body), "{\"id\":\"%s\"}", id);
    assert_error(ask(f, FE_PUT, RESULT, "jane", body), 404, "Default:NotFound");
    end(&caller, FE_SENT);
}

static void what_is_too_large_is_lost_when_its_caller_leaves(void **state)
{
    struct fixture *f = *state;
    struct peer caller = {0};
    struct peer module = {0};
    char id[FE_UUID_TEXT_BYTES];
    call(f, &caller, id);
    begin_post(f, &module, id, NULL);
    post_too_much(&module);
    end(&caller, FE_GONE);
    end_post(&module);
    assert_int_equal(job_of(f, id)->state, FE_JOB_FAILED);
    assert_int_equal(job_of(f, id)->reason, FE_JOB_RESULT_TOO_LARGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_piece_leaves_in_the_call_that_brings_it),
        TEST(a_length_that_is_announced_is_passed_on),
        TEST(a_result_in_one_piece_is_one_answer),
        TEST(a_caller_who_cannot_keep_up_holds_the_module),
        TEST(a_caller_who_hangs_up_lets_the_module_go_on),
        TEST(a_module_that_dies_cuts_the_caller_off_and_may_post_again),
        TEST(a_module_that_dies_before_its_first_byte_loses_nothing),
        TEST(two_results_are_never_mixed),
        TEST(a_job_that_is_canceled_half_way_cuts_its_caller_off),
        TEST(no_stream_fails_for_its_size),
        TEST(what_is_too_large_is_lost_when_its_caller_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
