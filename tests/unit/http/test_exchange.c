/* SPDX-License-Identifier: MIT */
/* The exchange's own rules, by way of the loopback engine: no socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/exchange.h"
#include "http/loop.h"
#include "http/loopback.h"
#include "http/reply.h"
#include "http/router.h"
#include "util/alloc.h"
#include "util/limits.h"

struct fixture {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_app app;
    struct fe_route route; /* where every request goes */
    struct fe_slice param;
    struct fe_exchange *kept;
    struct fe_buf seen; /* what happened, a word each */
    enum fe_outcome outcome;
    struct fe_exchange_facts facts;
};

static void on_request(void *self, struct fe_exchange *x)
{
    struct fixture *f = self;
    const struct fe_route_match match = {&f->route, f, {f->param}, 0};
    fe_exchange_dispatch(x, &match);
}

static void on_answer(void *self, struct fe_exchange *x)
{
    struct fixture *f = self;
    fe_exchange_header(x, FE_SLICE("X-Every"), FE_SLICE("answer"));
    (void)fe_buf_puts(&f->seen, "answer ");
}

static void on_end(void *self, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct fixture *f = self;
    fe_exchange_facts(x, &f->facts);
    f->outcome = outcome;
    (void)fe_buf_puts(&f->seen, "end ");
}

static int setup(void **state)
{
    struct fixture *f = fe_xalloc(sizeof(*f));
    fe_clock_init(&f->env.clock);
    fe_random_init_deterministic(&f->env.random, 1);
    f->loop = fe_loop_new();
    f->app = (struct fe_app){f, "emulate", on_request, on_answer, on_end};
    f->route = (struct fe_route){.method = FE_POST, .pattern = "/a/:id", .body_bytes_max = 1000};
    fe_buf_init(&f->seen, 1000);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    fe_loop_free(f->loop);
    fe_buf_done(&f->seen);
    free(f);
    return 0;
}

static struct fe_loopback *send_request(struct fixture *f, const char *body)
{
    const struct fe_loopback_request request = {FE_POST, "/a/b?c", NULL, fe_slice_cstr(body)};
    return fe_loopback_send(&f->app, &f->env, f->loop, &request);
}

static void assert_text(struct fe_slice slice, const char *text)
{
    assert_int_equal(slice.len, strlen(text));
    assert_memory_equal(slice.ptr, text, slice.len);
}

static int echo(void *self, struct fe_exchange *x)
{
    struct fixture *f = self;
    (void)fe_buf_puts(&f->seen, "handler ");
    (void)fe_buf_put(fe_exchange_out(x), fe_exchange_param(x, "id"));
    (void)fe_buf_puts(fe_exchange_out(x), ":");
    (void)fe_buf_put(fe_exchange_out(x), fe_exchange_body(x));
    return 201;
}

static void answers_with_the_whole_body_in_hand(void **state)
{
    struct fixture *f = *state;
    f->route.handler = echo;
    f->param = FE_SLICE("b%20c");
    struct fe_loopback *client = send_request(f, "hello");
    assert_true(fe_loopback_done(client));
    assert_int_equal(fe_loopback_status(client), 201);
    assert_text(fe_loopback_body(client), "b c:hello");
    assert_text(fe_loopback_header(client, "x-every"), "answer");
    assert_string_equal(f->seen.ptr, "handler answer end ");
    assert_int_equal(f->outcome, FE_SENT);
    assert_int_equal(f->facts.request_bytes, 5);
    assert_int_equal(f->facts.response_bytes, 9);
    assert_string_equal(f->facts.route, "/a/:id");
    fe_loopback_free(client);
}

static void refuses_a_parameter_with_a_bad_escape(void **state)
{
    struct fixture *f = *state;
    f->route.handler = echo;
    f->param = FE_SLICE("b%2");
    struct fe_loopback *client = send_request(f, "");
    assert_int_equal(fe_loopback_status(client), 400);
    assert_null(strstr(f->seen.ptr, "handler"));
    fe_loopback_free(client);
}

static void note_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct fixture *f = arg;
    assert_ptr_equal(f->kept, x);
    f->kept = NULL;
    (void)fe_buf_puts(&f->seen, outcome == FE_SENT ? "sent " : "gone ");
}

static int keep(void *self, struct fe_exchange *x)
{
    struct fixture *f = self;
    f->kept = x;
    fe_exchange_on_end(x, note_end, f);
    return FE_LATER;
}

static void can_be_kept_and_answered_later(void **state)
{
    struct fixture *f = *state;
    f->route.handler = keep;
    struct fe_loopback *client = send_request(f, "");
    assert_false(fe_loopback_done(client));
    (void)fe_buf_puts(fe_exchange_out(f->kept), "later");
    fe_exchange_answer(f->kept, 200);
    assert_true(fe_exchange_answered(f->kept)); /* readable until it ends */
    fe_loop_turn(f->loop);
    assert_null(f->kept);
    assert_text(fe_loopback_body(client), "later");
    assert_string_equal(f->seen.ptr, "answer sent end ");
    fe_loopback_free(client);
}

static void tells_its_keeper_that_the_client_has_gone(void **state)
{
    struct fixture *f = *state;
    f->route.handler = keep;
    struct fe_loopback *client = send_request(f, "");
    fe_loopback_hang_up(client);
    assert_null(f->kept);
    assert_string_equal(f->seen.ptr, "gone end ");
    fe_loopback_free(client);
}

static void note_data(void *arg, struct fe_exchange *x, struct fe_slice data)
{
    struct fixture *f = arg;
    (void)x;
    (void)fe_buf_put(&f->seen, data);
    (void)fe_buf_puts(&f->seen, " ");
}

static void note_body_end(void *arg, struct fe_exchange *x)
{
    struct fixture *f = arg;
    (void)fe_buf_puts(&f->seen, "body-end ");
    fe_exchange_begin(x, 200, -1);
    assert_true(fe_exchange_write(x, FE_SLICE("one,")));
    assert_true(fe_exchange_write(x, FE_SLICE("two")));
    fe_exchange_finish(x);
}

static const struct fe_body_reader reader = {.on_data = note_data, .on_end = note_body_end};

static int read_body(void *self, struct fe_exchange *x)
{
    fe_exchange_read_body(x, &reader, self);
    return FE_LATER;
}

static void streams_both_ways(void **state)
{
    struct fixture *f = *state;
    f->route.handler = read_body;
    f->route.body = FE_BODY_STREAM;
    struct fe_loopback *client = send_request(f, "hello");
    assert_text(fe_loopback_body(client), "one,two");
    assert_string_equal(f->seen.ptr, "hello body-end answer end ");
    assert_int_equal(f->facts.response_bytes, 7);
    fe_loopback_free(client);
}

static int read_body_later(void *self, struct fe_exchange *x)
{
    fe_exchange_pause_body(x);
    (void)keep(self, x);
    return read_body(self, x);
}

static void takes_no_body_while_it_is_paused(void **state)
{
    struct fixture *f = *state;
    f->route.handler = read_body_later;
    f->route.body = FE_BODY_STREAM;
    struct fe_loopback *client = send_request(f, "hello");
    assert_int_equal(f->seen.len, 0);
    fe_exchange_resume_body(f->kept);
    fe_loop_turn(f->loop);
    assert_string_equal(f->seen.ptr, "hello body-end answer sent end ");
    fe_loopback_free(client);
}

static int answer_before_the_body(void *self, struct fe_exchange *x)
{
    fe_exchange_read_body(x, &reader, self);
    (void)fe_buf_puts(fe_exchange_out(x), "no");
    fe_exchange_answer(x, 403);
    return FE_LATER;
}

static void drops_a_body_behind_its_answer(void **state)
{
    struct fixture *f = *state;
    f->route.handler = answer_before_the_body;
    f->route.body = FE_BODY_STREAM;
    struct fe_loopback *client = send_request(f, "hello");
    assert_int_equal(fe_loopback_status(client), 403);
    assert_string_equal(f->seen.ptr, "answer end ");
    fe_loopback_free(client);
}

static int abort_stream(void *self, struct fe_exchange *x)
{
    (void)self;
    fe_exchange_begin(x, 200, 100);
    (void)fe_exchange_write(x, FE_SLICE("part"));
    fe_exchange_abort(x);
    fe_exchange_abort(x);
    return FE_LATER;
}

static void an_abort_is_no_answer(void **state)
{
    struct fixture *f = *state;
    f->route.handler = abort_stream;
    f->route.body = FE_BODY_STREAM;
    struct fe_loopback *client = send_request(f, "");
    assert_true(fe_loopback_aborted(client));
    assert_int_equal(f->outcome, FE_GONE);
    fe_loopback_free(client);
}

/* Whoever has had it first, and has left the body alone. */
static int leave_alone(void *self, struct fe_exchange *x)
{
    return keep(self, x);
}

static struct fe_loopback *send_to_first(struct fixture *f, const char *body)
{
    static const struct fe_route first = {
        .pattern = "", .handler = leave_alone, .body = FE_BODY_STREAM, .body_bytes_max = 10};
    const struct fe_route second = f->route;
    f->route = first;
    struct fe_loopback *client = send_request(f, body);
    f->route = second;
    assert_int_equal(f->seen.len, 0);
    return client;
}

static void dispatch_again(struct fixture *f)
{
    struct fe_exchange *x = f->kept;
    fe_exchange_on_end(x, NULL, NULL);
    on_request(f, x);
    fe_loop_turn(f->loop);
}

static void goes_with_its_body_to_who_has_it_later(void **state)
{
    static const char *const bodies[] = {"", "hello"};
    struct fixture *f = *state;
    f->param = FE_SLICE("b");
    for (size_t i = 0; i < 2; i++) {
        f->route.handler = echo;
        f->route.body = FE_BODY_WHOLE;
        struct fe_loopback *client = send_to_first(f, bodies[i]);
        dispatch_again(f);
        assert_string_equal(f->seen.ptr, "handler answer end ");
        assert_int_equal(fe_loopback_body(client).len, 2 + strlen(bodies[i]));
        fe_loopback_free(client);
        fe_buf_clear(&f->seen);

        f->route.handler = read_body;
        f->route.body = FE_BODY_STREAM;
        client = send_to_first(f, bodies[i]);
        dispatch_again(f);
        assert_string_equal(f->seen.ptr,
                            i == 0 ? "body-end answer end " : "hello body-end answer end ");
        fe_loopback_free(client);
        fe_buf_clear(&f->seen);

        f->route.handler = answer_before_the_body;
        client = send_to_first(f, bodies[i]);
        dispatch_again(f);
        assert_string_equal(f->seen.ptr, "answer end ");
        fe_loopback_free(client);
        fe_buf_clear(&f->seen);
    }
}

static int send_file(void *self, struct fe_exchange *x)
{
    char path[] = "/tmp/fe-exchange-XXXXXX";
    int fd = mkstemp(path);
    (void)self;
    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(write(fd, "0123456789", 10), 10);
    assert_int_equal(fe_exchange_send_file(x, fd, 3, 4), 0);
    assert_int_equal(close(fd), 0); /* it has its own */
    return 200;
}

static void sends_a_part_of_a_file(void **state)
{
    struct fixture *f = *state;
    f->route.handler = send_file;
    struct fe_loopback *client = send_request(f, "");
    assert_text(fe_loopback_body(client), "3456");
    assert_int_equal(f->facts.response_bytes, 4);
    fe_loopback_free(client);
}

static int tell_origin(void *self, struct fe_exchange *x)
{
    (void)self;
    (void)fe_buf_put(fe_exchange_out(x), fe_exchange_origin(x));
    return 200;
}

static void knows_the_origin_that_the_client_used(void **state)
{
    struct fixture *f = *state;
    static const char *const headers[] = {"Host", "example.org:81", NULL};
    const struct fe_loopback_request request = {FE_POST, "/", headers, FE_SLICE_INIT("")};
    f->route.handler = tell_origin;
    struct fe_loopback *client = fe_loopback_send(&f->app, &f->env, f->loop, &request);
    assert_text(fe_loopback_body(client), "http://example.org:81");
    fe_loopback_free(client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int say_done(void *self, struct fe_exchange *x)
{
    (void)self;
    return fe_reply_empty(x, 204);
}

/* Small ones find room where a large one did not, and what is held is given back. */
static void refuses_a_body_that_memory_has_no_room_for(void **state)
{
    struct fixture *f = *state;
    f->route.handler = say_done;
    f->env.body_bytes = FE_LIMIT_BODIES_BYTES - 4;
    struct fe_loopback *large = send_request(f, "hello");
    assert_int_equal(fe_loopback_status(large), 503);
    struct fe_loopback *small = send_request(f, "help");
    assert_int_equal(fe_loopback_status(small), 204);
    fe_loopback_free(large);
    fe_loopback_free(small);
    assert_int_equal(f->env.body_bytes, FE_LIMIT_BODIES_BYTES - 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answers_with_the_whole_body_in_hand),
        TEST(refuses_a_parameter_with_a_bad_escape),
        TEST(can_be_kept_and_answered_later),
        TEST(tells_its_keeper_that_the_client_has_gone),
        TEST(streams_both_ways),
        TEST(takes_no_body_while_it_is_paused),
        TEST(drops_a_body_behind_its_answer),
        TEST(an_abort_is_no_answer),
        TEST(goes_with_its_body_to_who_has_it_later),
        TEST(sends_a_part_of_a_file),
        TEST(knows_the_origin_that_the_client_used),
        TEST(refuses_a_body_that_memory_has_no_room_for),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
