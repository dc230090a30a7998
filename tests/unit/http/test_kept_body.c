/* SPDX-License-Identifier: MIT */
/* Bodies that are kept before it is decided who reads them. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/loop.h"
#include "util/alloc.h"
#include "util/limits.h"

#define POST(target, rest) "POST " target " HTTP/1.1\r\nHost: h\r\n" rest
#define CHUNKED "Transfer-Encoding: chunked\r\n"

static void gives_a_whole_body_to_who_wants_it_whole(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, POST("/kept/any", "Content-Length: 5\r\n\r\nhello"));
    client_expect(&client, 200, "POST /kept/any hello");
    client_send(&client, POST("/kept/any", "\r\n"));
    client_expect(&client, 200, "POST /kept/any ");
    client_send(&client,
                POST("/kept/any", CHUNKED "\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n"));
    client_expect(&client, 200, "POST /kept/any hello");
    assert_int_equal(rig->kept_bytes, 5);
    assert_int_equal(rig->sent, 3);
    client_close(&client);
}

static void gives_chunks_as_they_were_to_who_wants_them_so(void **state)
{
    static const char framed[] = "2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n";
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, POST("/kept/pipe?framed", CHUNKED "\r\n"));
    client_send(&client, framed);
    client_expect(&client, 200, framed);
    assert_int_equal(rig->kept_bytes, 5);
    client_send(&client, POST("/kept/pipe", CHUNKED "\r\n"));
    client_send(&client, framed);
    client_expect(&client, 200, "hello");
    client_send(&client, POST("/kept/pipe?framed", "Content-Length: 5\r\n\r\nhello"));
    client_expect(&client, 200, "hello");
    client_close(&client);
}

/* The client is told to send, once. */
static void asks_for_a_body_that_waits_to_be_asked_for(void **state)
{
    static const char *const framings[] = {"Content-Length: 2\r\n", CHUNKED};
    static const char *const bodies[] = {"hi", "2\r\nhi\r\n0\r\n\r\n"};
    struct client client;
    client_open(&client, *state);
    for (size_t i = 0; i < 2; i++) {
        client_send(&client, POST("/kept/any", "Expect: 100-continue\r\n"));
        client_send(&client, framings[i]);
        client_send(&client, "\r\n");
        WAIT_FOR(&client, client.in.len > 0);
        client_settle(&client);
        assert_string_equal(client.in.ptr, "HTTP/1.1 100 Continue\r\n\r\n");
        fe_buf_clear(&client.in);
        client_send(&client, bodies[i]);
        client_expect(&client, 200, "POST /kept/any hi");
    }
    client_close(&client);
}

static void refuses_what_is_too_large_to_keep_or_for_its_route(void **state)
{
    struct rig *rig = *state;
    struct client client;
    char head[128];
    client_open(&client, rig);
    (void)snprintf(head, sizeof(head), POST("/kept/any", "Content-Length: %d\r\n\r\n"),
                   RIG_KEPT_BYTES_MAX + 1);
    client_send(&client, head);
    struct answer answer = client_take(&client, false);
    assert_int_equal(answer.status, 413);
    fe_buf_done(&answer.body);
    client_close(&client);

    size_t len = RIG_BODY_BYTES_MAX + 1;
    char *body = fe_xalloc(len);
    memset(body, 'b', len);
    client_open(&client, rig);
    (void)snprintf(head, sizeof(head), POST("/kept/any", "Content-Length: %zu\r\n\r\n"), len);
    client_send(&client, head);
    client_send_bytes(&client, body, len);
    answer = client_take(&client, false);
    assert_int_equal(answer.status, 413);
    assert_int_equal(rig->kept_bytes, len);
    fe_buf_done(&answer.body);
    free(body);
    client_close(&client);
}

/* One that is in a file, to a reader that pauses whenever its client does not keep up. */
static void gives_a_large_body_at_the_pace_of_its_reader(void **state)
{
    struct rig *rig = *state;
    struct client client;
    char head[128];
    size_t len = 12 << 20;
    char *body = fe_xalloc(len);
    for (size_t i = 0; i < len; i++) {
        body[i] = (char)(i * 7 + i / 251);
    }
    client_open(&client, rig);
    (void)snprintf(head, sizeof(head), POST("/kept/pipe", "Content-Length: %zu\r\n\r\n"), len);
    client_send(&client, head);
    client_send_bytes(&client, body, len);
    for (int i = 0; i < 200 && rig->kept_bytes == 0; i++) {
        fe_loop_turn(rig->loop);
    }
    assert_int_equal(rig->kept_bytes, len);
    assert_true(rig->sunk_bytes < len); /* it has been told to wait */
    struct answer answer = client_take(&client, false);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.body.len, len);
    assert_memory_equal(answer.body.ptr, body, len);
    fe_buf_done(&answer.body);
    client_close(&client);
    free(body);
}

static void gives_no_more_to_who_has_answered(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, POST("/kept/early", "Content-Length: 5\r\n\r\nhello"));
    struct answer answer = client_take(&client, false);
    assert_int_equal(answer.status, 403);
    fe_buf_done(&answer.body);
    rig->aborts = true;
    client_send(&client, POST("/kept/sink", "Content-Length: 5\r\n\r\nhello"));
    WAIT_FOR(&client, client.reset || client.eof);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

/* Also in chunks, which are kept twice: as they were, and decoded. */
static void says_at_once_that_there_is_no_room(void **state)
{
    static const char *const framings[] = {"Content-Length: 1048576\r\n\r\n",
                                           CHUNKED "\r\n100000\r\n"};
    static const char half[512 << 10];
    struct rig *rig = *state;
    for (size_t i = 0; i < 2; i++) {
        struct client client;
        rig->env.spill.bytes = FE_LIMIT_SPILLED_BYTES - (100 << 10);
        client_open(&client, rig);
        client_send(&client, POST("/kept/any", ""));
        client_send(&client, framings[i]);
        client_send_bytes(&client, half, sizeof(half));
        client_expect(&client, 503, NULL);
        WAIT_FOR(&client, rig->env.spill.bytes == FE_LIMIT_SPILLED_BYTES - (100 << 10));
        rig->env.spill.bytes = 0;
        client_send_bytes(&client, half, sizeof(half));
        client_send(&client, i == 0 ? "" : "\r\n0\r\n\r\n");
        client_send(&client, POST("/kept/any", "Content-Length: 2\r\n\r\nhi"));
        client_expect(&client, 200, "POST /kept/any hi");
        client_close(&client);
    }
    assert_non_null(strstr(rig->log.ptr, "no room to keep a request's body"));
}

static void forgets_a_body_whose_client_leaves(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, POST("/kept/any", "Content-Length: 5\r\n\r\nhel"));
    client_settle(&client);
    client_reset(&client);
    for (int i = 0; i < 200 && rig->gone == 0; i++) {
        fe_loop_turn(rig->loop);
    }
    assert_int_equal(rig->gone, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gives_a_whole_body_to_who_wants_it_whole),
        TEST(gives_chunks_as_they_were_to_who_wants_them_so),
        TEST(asks_for_a_body_that_waits_to_be_asked_for),
        TEST(refuses_what_is_too_large_to_keep_or_for_its_route),
        TEST(gives_a_large_body_at_the_pace_of_its_reader),
        TEST(gives_no_more_to_who_has_answered),
        TEST(says_at_once_that_there_is_no_room),
        TEST(forgets_a_body_whose_client_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
