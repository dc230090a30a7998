/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "transfer_rig.h"
#include "util/alloc.h"

/* ── what is passed on ── */

static void passes_on_a_chunked_answer_as_it_came(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    rig_say(f, OK "x-A: 1\r\nTransfer-Encoding: chunked\r\nConnection: X-Mine\r\nX-Mine: 1\r\n\r\n"
                  "3;e=f\r\nabc\r\n");
    rig_say(f, "0\r\nT: u\r\n\r\n");
    rig_expect_answer(f, 200, "3;e=f\r\nabc\r\n0\r\nT: u\r\n\r\n");
    EXPECT_SLICE(fe_loopback_header(f->client, "X-A"), "1");
    EXPECT_SLICE(fe_loopback_header(f->client, "Transfer-Encoding"), "chunked");
    EXPECT_SLICE(fe_loopback_header(f->client, "X-Mine"), "");
}

static void passes_on_an_answer_byte_by_byte(void **state)
{
    static const char answer[] = "HTTP/1.1 102 Wait\r\n\r\n" OK "Content-Length: 2\r\n\r\nab";
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    for (size_t i = 0; i < sizeof(answer) - 1; i++) {
        rig_say(f, (const char[]){answer[i], '\0'});
        fe_loop_turn(f->loop);
    }
    rig_expect_answer(f, 200, "ab");
}

static void passes_on_a_body(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_POST, "/", "hello");
    rig_accept(f);
    rig_expect_heard(f, "POST / HTTP/1.1\r\nHost: @\r\nX-b: 1\r\nContent-Length: 5\r\n\r\nhello");
    rig_say(f, "HTTP/1.1 204 \r\n\r\n");
    rig_expect_answer(f, 204, "");
}

static void a_large_body_follows_its_head(void **state)
{
    enum {
        BODY_BYTES = 128 << 10 /* what an engine reads in one go */
    };
    struct transfer_rig *f = *state;
    char *body = fe_xalloc(BODY_BYTES + 1);
    char *heard = fe_xalloc(BODY_BYTES);
    memset(body, 'x', BODY_BYTES);
    rig_ask(f, FE_PUT, "/", body);
    rig_accept(f);
    rig_expect_heard(f, "PUT / HTTP/1.1\r\nHost: @\r\nX-b: 1\r\nContent-Length: 131072\r\n\r\n");
    assert_int_equal(rig_hear(f, heard, BODY_BYTES), BODY_BYTES);
    assert_memory_equal(heard, body, BODY_BYTES);
    rig_say(f, OK "Content-Length: 0\r\n\r\n");
    rig_expect_answer(f, 200, "");
    free(body);
    free(heard);
}

static void the_end_of_the_connection_ends_a_body_without_length(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    rig_say(f, "HTTP/1.0 200 OK\r\n\r\nabc");
    rig_hang_up(f);
    rig_expect_answer(f, 200, "abc");
}

static void rewrites_bodies_if_asked_to(void **state)
{
    struct transfer_rig *f = *state;
    char answer[TEXT_BYTES];
    rig_start_record(f, PATIENCE_MS, true);
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    (void)snprintf(answer, sizeof(answer),
                   OK "Content-Type: application/json\r\nContent-Length: %zu\r\n"
                      "Location: %s/x\r\n\r\n\"%s\"",
                   strlen(f->url) + 2, f->url, f->url);
    rig_say(f, answer);
    rig_expect_answer(f, 200, "17\r\n\"http://localhost:4000\"\r\n0\r\n\r\n");
    EXPECT_SLICE(fe_loopback_header(f->client, "Location"), "http://localhost:4000/x");
    EXPECT_SLICE(fe_loopback_header(f->client, "Content-Length"), "");
}

/* ── connections ── */

static void a_connection_is_used_again(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    rig_say(f, OK "Content-Length: 1\r\n\r\na");
    rig_expect_answer(f, 200, "a");
    rig_ask(f, FE_POST, "/", NULL);
    rig_expect_heard(f, "POST / HTTP/1.1\r\nHost: @\r\nX-b: 1\r\n\r\n");
    rig_say(f, OK "Content-Length: 1\r\n\r\nb");
    rig_expect_answer(f, 200, "b");
    assert_int_equal(accept(f->listener, NULL, NULL), -1);
}

static void bytes_that_nobody_asked_for_end_a_connection(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    rig_say(f, OK "Content-Length: 1\r\n\r\nab");
    rig_expect_answer(f, 200, "a");
    rig_expect_end(f);
}

/* The server has hung up behind its answer, and nobody has looked since. */
static void hang_up_behind_an_answer(struct transfer_rig *f)
{
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    rig_say(f, OK "Content-Length: 1\r\n\r\na");
    rig_expect_answer(f, 200, "a");
    rig_hang_up(f);
}

static void what_can_be_repeated_is_sent_once_more(void **state)
{
    struct transfer_rig *f = *state;
    hang_up_behind_an_answer(f);
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    rig_say(f, OK "Content-Length: 1\r\n\r\nb");
    rig_expect_answer(f, 200, "b");
}

static void what_cannot_be_repeated_is_not_risked(void **state)
{
    struct transfer_rig *f = *state;
    hang_up_behind_an_answer(f);
    rig_ask(f, FE_POST, "/", "x");
    rig_accept(f);
    rig_expect_heard(f, "POST / HTTP/1.1\r\nHost: @\r\nX-b: 1\r\nContent-Length: 1\r\n\r\nx");
    rig_say(f, OK "Content-Length: 1\r\n\r\nb");
    rig_expect_answer(f, 200, "b");
}

static void a_fresh_connection_is_not_tried_twice(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    rig_hang_up(f);
    rig_expect_error(f, 502, "Emulator:UpstreamReset");
    assert_int_equal(accept(f->listener, NULL, NULL), -1);
}

static void a_client_that_leaves_ends_it(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    fe_loopback_hang_up(f->client);
    rig_expect_end(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(passes_on_a_chunked_answer_as_it_came),
        TEST(passes_on_an_answer_byte_by_byte),
        TEST(passes_on_a_body),
        TEST(a_large_body_follows_its_head),
        TEST(the_end_of_the_connection_ends_a_body_without_length),
        TEST(rewrites_bodies_if_asked_to),
        TEST(a_connection_is_used_again),
        TEST(bytes_that_nobody_asked_for_end_a_connection),
        TEST(what_can_be_repeated_is_sent_once_more),
        TEST(what_cannot_be_repeated_is_not_risked),
        TEST(a_fresh_connection_is_not_tried_twice),
        TEST(a_client_that_leaves_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
