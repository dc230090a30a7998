/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>

#include "transfer_rig.h"

static void nobody_there_is_refused(void **state)
{
    struct transfer_rig *f = *state;
    assert_int_equal(shutdown(f->listener, SHUT_RDWR), 0);
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_expect_error(f, 502, "Emulator:UpstreamRefused");
}

static void garbage_is_a_reset(void **state)
{
    static const char *const answers[] = {
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        OK "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    };
    struct transfer_rig *f = *state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        rig_ask(f, FE_GET, "/a?b", NULL);
        rig_accept(f);
        rig_expect_heard(f, GET);
        rig_say(f, answers[i]);
        rig_expect_error(f, 502, "Emulator:UpstreamReset");
    }
}

static void a_body_cut_short_stays_short(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    rig_say(f, OK "Content-Length: 9\r\n\r\nabc");
    rig_hang_up(f);
    rig_await_end(f);
    assert_int_equal(f->outcome, FE_GONE);
    EXPECT_SLICE(fe_loopback_body(f->client), "abc");
}

static void bad_chunks_cut_the_client_off(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    rig_say(f, OK "Transfer-Encoding: chunked\r\n\r\nx\r\n");
    rig_await_end(f);
    assert_true(fe_loopback_aborted(f->client));
    assert_int_equal(f->outcome, FE_GONE);
}

static void silence_has_an_end(void **state)
{
    struct transfer_rig *f = *state;
    rig_start_record(f, 20, false);
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_expect_error(f, 504, "Emulator:UpstreamTimeout");
}

static void who_waits_is_told_when_we_stop(void **state)
{
    struct transfer_rig *f = *state;
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_accept(f);
    rig_expect_heard(f, GET);
    fe_record_stop(f->record);
    rig_expect_error(f, 503, "Emulator:NotForwarded");
    rig_ask(f, FE_GET, "/a?b", NULL);
    rig_expect_error(f, 503, "Emulator:NotForwarded");
}

static void only_origins_are_upstreams(void **state)
{
    static const char *const bad[] = {"",           "stack.example", "ftp://a",    "https://",
                                      "https://a/", "https://a?b",   "https://u@a"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_non_null(fe_record_check_upstream(fe_slice_cstr(bad[i])));
    }
    assert_null(fe_record_check_upstream(FE_SLICE("https://stack.example:8443")));
    assert_null(fe_record_check_upstream(FE_SLICE("http://[::1]")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_there_is_refused),
        TEST(garbage_is_a_reset),
        TEST(a_body_cut_short_stays_short),
        TEST(bad_chunks_cut_the_client_off),
        TEST(silence_has_an_end),
        TEST(who_waits_is_told_when_we_stop),
        cmocka_unit_test(only_origins_are_upstreams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
