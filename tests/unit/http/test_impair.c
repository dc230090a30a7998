/* SPDX-License-Identifier: MIT */
/* Answers that do not reach their client as they were given, by way of the loopback engine. What it
 * looks like on a connection is told by the wire tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/impair.h"
#include "http/loop.h"
#include "http/loopback.h"
#include "http/relay.h"
#include "http/router.h"
#include "util/alloc.h"
#include "util/limits.h"

struct fixture {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_app app;
    struct fe_route route; /* where every request goes */
    struct fe_impairment how;
    struct fe_exchange *kept;
    size_t drained;
    enum fe_outcome outcome;
    struct fe_exchange_facts facts;
    struct fe_loopback *client;
};

static void on_request(void *self, struct fe_exchange *x)
{
    struct fixture *f = self;
    const struct fe_route_match match = {.route = &f->route, .self = f};
    fe_exchange_impair(x, &f->how);
    fe_exchange_dispatch(x, &match);
}

static void on_end(void *self, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct fixture *f = self;
    fe_exchange_facts(x, &f->facts);
    f->outcome = outcome;
}

static int setup(void **state)
{
    struct fixture *f = fe_xalloc(sizeof(*f));
    fe_clock_init(&f->env.clock);
    f->loop = fe_loop_new();
    f->app = (struct fe_app){f, "emulate", on_request, NULL, on_end};
    f->route = (struct fe_route){.method = FE_GET, .pattern = "/", .body = FE_BODY_STREAM};
    f->how.truncate_bytes = -1;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    fe_loopback_free(f->client);
    fe_loop_free(f->loop);
    free(f);
    return 0;
}

static void ask(struct fixture *f, enum fe_method method, fe_handler_fn *handler)
{
    const struct fe_loopback_request request = {method, "/", NULL, FE_SLICE_INIT("")};
    f->route.handler = handler;
    f->client = fe_loopback_send(&f->app, &f->env, f->loop, &request);
}

static void assert_got(const struct fixture *f, const char *body, enum fe_outcome outcome)
{
    struct fe_slice got = fe_loopback_body(f->client);
    assert_int_equal(got.len, strlen(body));
    assert_memory_equal(got.ptr, body, got.len);
    assert_int_equal(f->outcome, outcome);
    if (outcome == FE_SENT) {
        assert_true(fe_loopback_done(f->client));
    }
    assert_null(f->kept);
}

static int answer_ten(void *self, struct fe_exchange *x)
{
    (void)self;
    (void)fe_buf_puts(fe_exchange_out(x), "0123456789");
    return 200;
}

static void forget(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct fixture *f = arg;
    (void)x;
    (void)outcome;
    f->kept = NULL;
}

static void note_drained(void *arg, struct fe_exchange *x)
{
    struct fixture *f = arg;
    (void)x;
    f->drained++;
}

static int keep(void *self, struct fe_exchange *x)
{
    struct fixture *f = self;
    f->kept = x;
    fe_exchange_on_end(x, forget, f);
    fe_exchange_on_drain(x, note_drained, f);
    return FE_LATER;
}

static void turn_until_it_ends(struct fixture *f)
{
    while (!fe_loopback_done(f->client) && !fe_loopback_aborted(f->client)) {
        fe_loop_turn(f->loop);
    }
    while (f->kept) {
        fe_loop_turn(f->loop);
    }
}

/* ── cut short ── */

static void cuts_a_body_where_it_was_told_to(void **state)
{
    struct fixture *f = *state;
    f->how.truncate_bytes = 3;
    ask(f, FE_GET, answer_ten);
    assert_got(f, "012", FE_GONE);
    assert_int_equal(fe_loopback_status(f->client), 200);
    assert_int_equal(f->facts.response_bytes, 3);
}

static void leaves_a_body_whole_that_is_no_longer(void **state)
{
    struct fixture *f = *state;
    f->how.truncate_bytes = 10;
    ask(f, FE_GET, answer_ten);
    assert_got(f, "0123456789", FE_SENT);
    assert_int_equal(f->facts.response_bytes, 10);
}

static void leaves_an_answer_alone_that_has_no_body(void **state)
{
    struct fixture *f = *state;
    f->how = (struct fe_impairment){.truncate_bytes = 0, .drip_bytes = 1, .drip_every_ms = 1};
    ask(f, FE_HEAD, answer_ten);
    assert_int_equal(f->outcome, FE_SENT);
}

static void takes_a_stream_to_its_end_behind_the_cut(void **state)
{
    struct fixture *f = *state;
    f->how.truncate_bytes = 5;
    ask(f, FE_GET, keep);
    fe_exchange_begin(f->kept, 200, -1);
    assert_true(fe_exchange_write(f->kept, FE_SLICE("0123")));
    assert_true(fe_exchange_write(f->kept, FE_SLICE("4567")));
    assert_true(fe_exchange_write(f->kept, FE_SLICE("89")));
    fe_loop_turn(f->loop);
    assert_non_null(f->kept); /* whoever writes has not been cut off */
    fe_exchange_finish(f->kept);
    turn_until_it_ends(f);
    assert_got(f, "01234", FE_GONE);
}

static void resets_where_a_cut_would_look_like_the_end(void **state)
{
    struct fixture *f = *state;
    struct fe_headers none = {NULL, 0, 0};
    const struct fe_relay_head head = {200, FE_SLICE_INIT("OK"), &none, FE_RELAY_CLOSE, -1, false};
    f->how.truncate_bytes = 5;
    ask(f, FE_GET, keep);
    fe_exchange_relay(f->kept, &head);
    assert_true(fe_exchange_write(f->kept, FE_SLICE("0123456789")));
    assert_false(fe_loopback_aborted(f->client));
    fe_exchange_finish(f->kept);
    assert_true(fe_loopback_aborted(f->client));
    turn_until_it_ends(f);
    assert_got(f, "01234", FE_GONE);
}

static void does_not_count_the_framing_of_chunks(void **state)
{
    struct fixture *f = *state;
    struct fe_headers none = {NULL, 0, 0};
    const struct fe_relay_head head = {200, FE_SLICE_INIT("OK"), &none, FE_RELAY_FRAMED, -1, false};
    f->how.truncate_bytes = 5;
    ask(f, FE_GET, keep);
    fe_exchange_relay(f->kept, &head);
    assert_true(fe_exchange_write(f->kept, FE_SLICE("4;x=y\r\n01")));
    assert_true(fe_exchange_write(f->kept, FE_SLICE("23\r\n4\r\n4567\r\n0\r\n\r\n")));
    fe_exchange_finish(f->kept);
    turn_until_it_ends(f);
    assert_got(f, "4;x=y\r\n0123\r\n4\r\n4", FE_GONE);
}

static void leaves_chunks_whole_that_are_no_longer(void **state)
{
    struct fixture *f = *state;
    struct fe_headers none = {NULL, 0, 0};
    const struct fe_relay_head head = {200, FE_SLICE_INIT("OK"), &none, FE_RELAY_FRAMED, -1, false};
    f->how.truncate_bytes = 4;
    ask(f, FE_GET, keep);
    fe_exchange_relay(f->kept, &head);
    assert_true(fe_exchange_write(f->kept, FE_SLICE("4\r\n0123\r\n0\r\nT: 1\r\n\r\n")));
    fe_exchange_finish(f->kept);
    turn_until_it_ends(f);
    assert_got(f, "4\r\n0123\r\n0\r\nT: 1\r\n\r\n", FE_SENT);
}

static int send_file(void *self, struct fe_exchange *x)
{
    char path[] = "/tmp/fe-impair-XXXXXX";
    int fd = mkstemp(path);
    (void)self;
    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(write(fd, "0123456789", 10), 10);
    assert_int_equal(fe_exchange_send_file(x, fd, 3, 6), 0);
    assert_int_equal(close(fd), 0);
    return 200;
}

static void cuts_a_file(void **state)
{
    struct fixture *f = *state;
    f->how.truncate_bytes = 4;
    ask(f, FE_GET, send_file);
    assert_got(f, "3456", FE_GONE);
    assert_int_equal(f->facts.response_bytes, 4);
}

/* ── drop by drop ── */

static void drips_a_body_to_its_end(void **state)
{
    struct fixture *f = *state;
    f->how.drip_bytes = 4;
    f->how.drip_every_ms = 1;
    ask(f, FE_GET, answer_ten);
    assert_int_equal(fe_loopback_body(f->client).len, 4); /* the first drop is not waited for */
    assert_false(fe_loopback_done(f->client));
    turn_until_it_ends(f);
    fe_loop_turn(f->loop);
    assert_got(f, "0123456789", FE_SENT);
}

static void drips_a_file(void **state)
{
    struct fixture *f = *state;
    f->how.drip_bytes = 2;
    f->how.drip_every_ms = 1;
    ask(f, FE_GET, send_file);
    turn_until_it_ends(f);
    fe_loop_turn(f->loop);
    assert_got(f, "345678", FE_SENT);
}

static void drips_to_the_cut(void **state)
{
    struct fixture *f = *state;
    f->how = (struct fe_impairment){.truncate_bytes = 5, .drip_bytes = 2, .drip_every_ms = 1};
    ask(f, FE_GET, answer_ten);
    turn_until_it_ends(f);
    fe_loop_turn(f->loop);
    assert_got(f, "01234", FE_GONE);
}

static void makes_a_writer_wait_as_a_slow_client_does(void **state)
{
    struct fixture *f = *state;
    static const char bytes[FE_LIMIT_OUTPUT_HIGH_BYTES];
    f->how.drip_bytes = FE_LIMIT_OUTPUT_HIGH_BYTES / 2;
    f->how.drip_every_ms = 1;
    ask(f, FE_GET, keep);
    fe_exchange_begin(f->kept, 200, -1);
    assert_true(fe_exchange_write(f->kept, (struct fe_slice){bytes, sizeof(bytes)}));
    assert_false(fe_exchange_write(f->kept, (struct fe_slice){bytes, sizeof(bytes)}));
    assert_int_equal(f->drained, 0);
    while (f->drained == 0) {
        fe_loop_turn(f->loop);
    }
    assert_int_equal(fe_loopback_body(f->client).len, 2 * sizeof(bytes));
    fe_exchange_finish(f->kept);
    turn_until_it_ends(f);
    assert_int_equal(f->drained, 1);
    assert_int_equal(f->outcome, FE_SENT);
}

static void lets_go_of_who_leaves_between_two_drops(void **state)
{
    struct fixture *f = *state;
    f->how.drip_bytes = 1;
    f->how.drip_every_ms = INT64_C(3600) * 1000;
    ask(f, FE_GET, answer_ten);
    fe_loopback_hang_up(f->client);
    assert_int_equal(f->outcome, FE_GONE);
    assert_int_equal(f->facts.response_bytes, 1);
}

/* ── lost ── */

static void loses_an_answer(void **state)
{
    struct fixture *f = *state;
    f->how.lost = true;
    ask(f, FE_GET, answer_ten);
    assert_true(fe_loopback_aborted(f->client));
    assert_got(f, "", FE_GONE);
    assert_int_equal(f->facts.response_bytes, 0);
}

static void loses_a_stream_when_it_has_come_to_its_end(void **state)
{
    struct fixture *f = *state;
    f->how.lost = true;
    ask(f, FE_GET, keep);
    fe_exchange_begin(f->kept, 200, -1);
    assert_true(fe_exchange_write(f->kept, FE_SLICE("0123")));
    fe_loop_turn(f->loop);
    assert_false(fe_loopback_aborted(f->client));
    fe_exchange_finish(f->kept);
    assert_true(fe_loopback_aborted(f->client));
    turn_until_it_ends(f);
    assert_got(f, "", FE_GONE);
}

static void an_abort_is_still_an_abort(void **state)
{
    struct fixture *f = *state;
    f->how.drip_bytes = 1;
    f->how.drip_every_ms = 1;
    ask(f, FE_GET, keep);
    fe_exchange_begin(f->kept, 200, -1);
    assert_true(fe_exchange_write(f->kept, FE_SLICE("0123")));
    fe_exchange_abort(f->kept);
    turn_until_it_ends(f);
    assert_int_equal(f->outcome, FE_GONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cuts_a_body_where_it_was_told_to),
        TEST(leaves_a_body_whole_that_is_no_longer),
        TEST(leaves_an_answer_alone_that_has_no_body),
        TEST(takes_a_stream_to_its_end_behind_the_cut),
        TEST(resets_where_a_cut_would_look_like_the_end),
        TEST(does_not_count_the_framing_of_chunks),
        TEST(leaves_chunks_whole_that_are_no_longer),
        TEST(cuts_a_file),
        TEST(drips_a_body_to_its_end),
        TEST(drips_a_file),
        TEST(drips_to_the_cut),
        TEST(makes_a_writer_wait_as_a_slow_client_does),
        TEST(lets_go_of_who_leaves_between_two_drops),
        TEST(loses_an_answer),
        TEST(loses_a_stream_when_it_has_come_to_its_end),
        TEST(an_abort_is_still_an_abort),
    };
    return cmocka_run_group_tests_name("impair", tests, NULL, NULL);
}
