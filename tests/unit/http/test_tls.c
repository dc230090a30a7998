/* SPDX-License-Identifier: MIT */
/* What is TLS's own: the handshake, its versions and protocols, records, and its word for the end.
 * What HTTP does over it is in the tests that are compiled for both. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "util/limits.h"

#define GET(target) "GET " target " HTTP/1.1\r\nHost: h\r\n\r\n"
#define NEXT GET("/next")
#define NEXT_BODY "GET /next "

/* ── a client whose bytes pass through our hands ── */

struct wire {
    struct client client; /* its socket */
    SSL *ssl;
};

static void wire_open(struct wire *wire, struct rig *rig)
{
    client_connect(&wire->client, rig);
    wire->ssl = SSL_new(rig->trust);
    assert_non_null(wire->ssl);
    SSL_set_bio(wire->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(wire->ssl);
}

/* The bytes that the client wants to send now. */
static struct fe_slice wire_flight(struct wire *wire)
{
    char *bytes = NULL;
    ERR_clear_error();
    (void)SSL_do_handshake(wire->ssl);
    long len = BIO_get_mem_data(SSL_get_wbio(wire->ssl), &bytes);
    assert_true(len > 0);
    return (struct fe_slice){bytes, (size_t)len};
}

/* Gives the client what the server has sent. */
static void wire_receive(struct wire *wire)
{
    WAIT_FOR(&wire->client, wire->client.in.len > 0);
    client_settle(&wire->client);
    int len = (int)wire->client.in.len;
    assert_int_equal(BIO_write(SSL_get_rbio(wire->ssl), wire->client.in.ptr, len), len);
    fe_buf_clear(&wire->client.in);
}

static void wire_drop(struct wire *wire, bool reset)
{
    SSL_free(wire->ssl);
    if (reset) {
        client_reset(&wire->client);
    } else {
        client_close(&wire->client);
    }
}

/* ── handshakes ── */

/* Both flights of a client, cut after every byte, by FIN and by RST. */
static void a_handshake_may_break_off_at_every_byte(void **state)
{
    struct rig *rig = *state;
    for (size_t flight = 1; flight <= 2; flight++) {
        bool more = true;
        for (size_t len = 0; more; len++) {
            struct wire wire;
            wire_open(&wire, rig);
            struct fe_slice bytes = wire_flight(&wire);
            if (flight == 2) {
                client_send_bytes(&wire.client, bytes.ptr, bytes.len);
                (void)BIO_reset(SSL_get_wbio(wire.ssl));
                wire_receive(&wire);
                bytes = wire_flight(&wire);
            }
            more = len + 1 < bytes.len;
            client_send_bytes(&wire.client, bytes.ptr, len);
            client_pump(&wire.client);
            wire_drop(&wire, len % 2 == 1);
            struct client nobody = {.rig = rig, .fd = -1};
            WAIT_FOR(&nobody, fe_http_server_connections(rig->server) == 0);
        }
    }
    assert_int_equal(rig->requests, 0);
}

static void wire_send_slowly(struct wire *wire)
{
    struct fe_slice bytes = {NULL, 0};
    char *at = NULL;
    bytes.len = (size_t)BIO_get_mem_data(SSL_get_wbio(wire->ssl), &at);
    bytes.ptr = at;
    for (size_t i = 0; i < bytes.len; i++) {
        client_send_bytes(&wire->client, bytes.ptr + i, 1);
        client_pump(&wire->client);
    }
    (void)BIO_reset(SSL_get_wbio(wire->ssl));
}

static void bytes_may_come_one_by_one(void **state)
{
    struct rig *rig = *state;
    struct wire wire;
    char answer[512] = "";
    wire_open(&wire, rig);
    (void)wire_flight(&wire);
    wire_send_slowly(&wire);
    wire_receive(&wire);
    (void)wire_flight(&wire);
    wire_send_slowly(&wire);
    assert_int_equal(SSL_write(wire.ssl, NEXT, sizeof(NEXT) - 1), sizeof(NEXT) - 1);
    wire_send_slowly(&wire);
    wire_receive(&wire);
    assert_true(SSL_read(wire.ssl, answer, sizeof(answer) - 1) > 0);
    assert_non_null(strstr(answer, NEXT_BODY));
    wire_drop(&wire, false);
}

static void a_handshake_has_a_deadline(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_connect(&client, rig);
    client_send_bytes(&client, "\x16\x03\x01", 3);
    client_settle(&client);
    rig_pass(rig, FE_LIMIT_HEAD_MS / 1000);
    client_settle(&client);
    assert_false(client.eof);
    rig_pass(rig, 1);
    client_expect_eof(&client);
    client_close(&client);
}

/* Returns whether the handshake succeeded. */
static bool shake_hands(struct client *client)
{
    WAIT_FOR(client, SSL_is_init_finished(client->ssl) || client->eof);
    client_settle(client);
    return SSL_is_init_finished(client->ssl) && !client->eof;
}

static void speaks_versions_1_2_and_1_3_only(void **state)
{
    static const int versions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
    struct rig *rig = *state;
    for (size_t i = 0; i < 4; i++) {
        struct client client;
        client_connect(&client, rig);
        client_use_tls(&client, rig->trust);
        SSL_set_security_level(client.ssl, 0);
        assert_int_equal(SSL_set_min_proto_version(client.ssl, versions[i]), 1);
        assert_int_equal(SSL_set_max_proto_version(client.ssl, versions[i]), 1);
        assert_int_equal(shake_hands(&client), i >= 2);
        if (i >= 2) {
            client_send(&client, NEXT);
            client_expect(&client, 200, NEXT_BODY);
        }
        client_close(&client);
    }
    assert_int_equal(rig->requests, 2);
    assert_non_null(strstr(rig->log.ptr, "unsupported protocol"));
}

static void agrees_on_http_1_1(void **state)
{
    static const unsigned char both[] = "\x02h2\x08http/1.1";
    static const unsigned char h2[] = "\x02h2";
    struct rig *rig = *state;
    const unsigned char *chosen = NULL;
    unsigned len = 0;
    struct client client;
    client_connect(&client, rig);
    client_use_tls(&client, rig->trust);
    assert_int_equal(SSL_set_alpn_protos(client.ssl, both, sizeof(both) - 1), 0);
    assert_true(shake_hands(&client));
    SSL_get0_alpn_selected(client.ssl, &chosen, &len);
    assert_int_equal(len, 8);
    assert_memory_equal(chosen, "http/1.1", 8);
    client_close(&client);
    client_connect(&client, rig);
    client_use_tls(&client, rig->trust);
    assert_int_equal(SSL_set_alpn_protos(client.ssl, h2, sizeof(h2) - 1), 0);
    assert_false(shake_hands(&client));
    client_close(&client);
}

static void tells_a_client_that_speaks_plain_http(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_connect(&client, rig);
    client_send(&client, NEXT);
    WAIT_FOR(&client, client.eof);
    assert_non_null(strstr(client.in.ptr, "HTTP/1.1 400 "));
    assert_non_null(strstr(client.in.ptr, "\r\nConnection: close\r\n"));
    assert_non_null(strstr(client.in.ptr, "https"));
    client_close(&client);
    assert_int_equal(rig->requests, 0);
}

static void tells_the_app_that_it_is_tls(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, NEXT);
    client_expect(&client, 200, NEXT_BODY);
    assert_true(rig->tls);
    client_close(&client);
}

static void closes_on_what_is_neither(void **state)
{
    struct client client;
    client_connect(&client, *state);
    client_send(&client, "\x01\x02\x03 neither TLS nor HTTP");
    WAIT_FOR(&client, client.eof);
    client_close(&client);
}

/* ── records ── */

static void wire_send(struct wire *wire)
{
    struct fe_slice bytes = wire_flight(wire);
    client_send_bytes(&wire->client, bytes.ptr, bytes.len);
    (void)BIO_reset(SSL_get_wbio(wire->ssl));
}

static size_t count_records(struct fe_slice bytes)
{
    size_t count = 0;
    for (size_t at = 0; at < bytes.len; count++) {
        const unsigned char *head = (const unsigned char *)bytes.ptr + at;
        at += SSL3_RT_HEADER_LENGTH + (size_t)head[3] * 256 + head[4];
    }
    return count;
}

static void a_small_answer_is_one_record(void **state)
{
    struct wire wire;
    wire_open(&wire, *state);
    wire_send(&wire);
    wire_receive(&wire);
    wire_send(&wire);
    wire_receive(&wire); /* a ticket */
    assert_int_equal(SSL_write(wire.ssl, NEXT, sizeof(NEXT) - 1), sizeof(NEXT) - 1);
    wire_send(&wire);
    WAIT_FOR(&wire.client, wire.client.in.len > 0);
    client_settle(&wire.client);
    assert_int_equal(count_records(fe_buf_slice(&wire.client.in)), 1);
    wire_drop(&wire, false);
}

/* Keys change under way, in both directions; the server has to answer within its reading. */
static void keys_may_be_updated(void **state)
{
    struct client client;
    client_open(&client, *state);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(SSL_key_update(client.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
        client_send(&client, NEXT);
        client_expect(&client, 200, NEXT_BODY);
    }
    client_close(&client);
}

static void a_session_can_be_resumed(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, NEXT);
    client_expect(&client, 200, NEXT_BODY);
    SSL_SESSION *session = SSL_get1_session(client.ssl);
    client_close(&client);
    client_connect(&client, rig);
    client_use_tls(&client, rig->trust);
    assert_int_equal(SSL_set_session(client.ssl, session), 1);
    assert_true(shake_hands(&client));
    assert_int_equal(SSL_session_reused(client.ssl), 1);
    client_close(&client);
    SSL_SESSION_free(session);
}

/* ── the end ── */

static void lets_a_parked_client_go_that_only_says_so(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/park"));
    WAIT_FOR(&client, rig->parked_count == 1);
    assert_true(SSL_shutdown(client.ssl) >= 0);
    WAIT_FOR(&client, rig->parked_count == 0);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

static void does_not_count_an_answer_to_a_client_that_has_just_said_goodbye(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/park"));
    WAIT_FOR(&client, rig->parked_count == 1);
    assert_true(SSL_shutdown(client.ssl) >= 0);
    rig_release(rig, "lost");
    WAIT_FOR(&client, rig->parked_count == 0);
    assert_int_equal(rig->gone, 1);
    assert_int_equal(rig->sent, 0);
    client_close(&client);
}

static void a_client_need_not_say_goodbye(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/park"));
    WAIT_FOR(&client, rig->parked_count == 1);
    SSL_set_quiet_shutdown(client.ssl, 1);
    client_close(&client);
    WAIT_FOR(&client, rig->gone == 1);
    assert_null(strstr(rig->log.ptr ? rig->log.ptr : "", "no TLS"));
}

static void says_goodbye_where_it_closes(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    client_expect(&client, 200, "GET /a ");
    client_expect_eof(&client);
    assert_true(client.notified);
    client_close(&client);
    client_open(&client, rig);
    client_settle(&client);
    rig_pass(rig, FE_LIMIT_IDLE_MS / 1000 + 1);
    client_expect_eof(&client);
    assert_true(client.notified);
    client_close(&client);
}

static void an_abort_says_no_goodbye(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/hold"));
    WAIT_FOR(&client, rig->parked_count == 1 && client.in.len > 0);
    fe_exchange_abort(rig->parked[0]);
    WAIT_FOR(&client, client.eof);
    assert_false(client.notified);
    client_close(&client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_handshake_may_break_off_at_every_byte),
        TEST(bytes_may_come_one_by_one),
        TEST(a_handshake_has_a_deadline),
        TEST(speaks_versions_1_2_and_1_3_only),
        TEST(agrees_on_http_1_1),
        TEST(tells_a_client_that_speaks_plain_http),
        TEST(tells_the_app_that_it_is_tls),
        TEST(closes_on_what_is_neither),
        TEST(a_small_answer_is_one_record),
        TEST(keys_may_be_updated),
        TEST(a_session_can_be_resumed),
        TEST(lets_a_parked_client_go_that_only_says_so),
        TEST(does_not_count_an_answer_to_a_client_that_has_just_said_goodbye),
        TEST(a_client_need_not_say_goodbye),
        TEST(says_goodbye_where_it_closes),
        TEST(an_abort_says_no_goodbye),
    };
    return cmocka_run_group_tests_name("tls", tests, NULL, NULL);
}
