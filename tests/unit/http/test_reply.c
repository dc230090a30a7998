/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/loopback.h"
#include "http/reply.h"

struct subject {
    int (*reply)(struct fe_exchange *x);
};

static void on_request(void *self, struct fe_exchange *x)
{
    const struct subject *subject = self;
    fe_exchange_answer(x, subject->reply(x));
}

/* What a client gets from an app that replies so. Free it. */
static struct fe_loopback *answer_of(int (*reply)(struct fe_exchange *x))
{
    struct subject subject = {reply};
    const struct fe_app app = {.self = &subject, .on_request = on_request};
    const struct fe_loopback_request request = {FE_GET, "/some/path?q", NULL, FE_SLICE_INIT("")};
    struct fe_env env = {.random = {.deterministic = true}};
    fe_clock_init(&env.clock);
    struct fe_loopback *client = fe_loopback_send(&app, &env, NULL, &request);
    assert_true(fe_loopback_done(client));
    return client;
}

static void assert_text(struct fe_slice slice, const char *text)
{
    assert_int_equal(slice.len, strlen(text));
    assert_memory_equal(slice.ptr, text, slice.len);
}

/* The body but for the instance id, which is random. */
static void assert_error(struct fe_loopback *client, const char *before, const char *behind)
{
    enum {
        ID_BYTES = 36
    };
    struct fe_slice body = fe_loopback_body(client);
    size_t before_len = strlen(before);
    assert_text(fe_loopback_header(client, "Content-Type"), "application/json");
    assert_true(body.len > before_len + ID_BYTES);
    assert_memory_equal(body.ptr, before, before_len);
    assert_int_equal(body.ptr[before_len + 14], '4'); /* a random UUID */
    assert_text(fe_slice_from(body, before_len + ID_BYTES), behind);
}

static int reply_json(struct fe_exchange *x)
{
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_int(&writer, "a", 1);
    fe_json_end_object(&writer);
    return 200;
}

static void replies_with_json(void **state)
{
    (void)state;
    struct fe_loopback *client = answer_of(reply_json);
    assert_text(fe_loopback_header(client, "content-type"), "application/json");
    assert_text(fe_loopback_body(client), "{\"a\":1}");
    fe_loopback_free(client);
}

static int reply_redirect(struct fe_exchange *x)
{
    return fe_reply_redirect(x, FE_SLICE("https://h/?code=x"));
}

static void redirects_without_being_stored(void **state)
{
    (void)state;
    struct fe_loopback *client = answer_of(reply_redirect);
    assert_int_equal(fe_loopback_status(client), 302);
    assert_text(fe_loopback_header(client, "Location"), "https://h/?code=x");
    assert_text(fe_loopback_header(client, "Cache-Control"), "no-store");
    assert_int_equal(fe_loopback_body(client).len, 0);
    fe_loopback_free(client);
}

static int reply_bytes(struct fe_exchange *x)
{
    return fe_reply_bytes(x, 200, FE_SLICE("application/octet-stream"), FE_SLICE("\0\x01"));
}

static void replies_with_bytes(void **state)
{
    (void)state;
    struct fe_loopback *client = answer_of(reply_bytes);
    assert_text(fe_loopback_header(client, "Content-Type"), "application/octet-stream");
    assert_int_equal(fe_loopback_body(client).len, 2);
    fe_loopback_free(client);
}

static int reply_empty(struct fe_exchange *x)
{
    return fe_reply_empty(x, 204);
}

static void replies_with_nothing(void **state)
{
    (void)state;
    struct fe_loopback *client = answer_of(reply_empty);
    assert_int_equal(fe_loopback_status(client), 204);
    assert_int_equal(fe_loopback_header(client, "Content-Type").len, 0);
    assert_int_equal(fe_loopback_body(client).len, 0);
    fe_loopback_free(client);
}

static int reply_error(struct fe_exchange *x)
{
    static const struct fe_api_error error = {409, "CONFLICT", "A:B", "It \"is\" so."};
    return fe_reply_error(x, &error, "a", "1", "b", "\xff", NULL);
}

static void tells_all_of_an_error(void **state)
{
    (void)state;
    struct fe_loopback *client = answer_of(reply_error);
    assert_int_equal(fe_loopback_status(client), 409);
    assert_error(client,
                 "{\"errorCode\":\"CONFLICT\",\"errorName\":\"A:B\",\"errorDescription\":"
                 "\"It \\\"is\\\" so.\",\"errorInstanceId\":\"",
                 "\",\"parameters\":{\"a\":\"1\",\"b\":\"\xef\xbf\xbd\"}}");
    fe_loopback_free(client);
}

static int reply_invalid(struct fe_exchange *x)
{
    return fe_reply_invalid_argument(x, "No.");
}

static int reply_not_found(struct fe_exchange *x)
{
    return fe_reply_not_found(x, "Jobs:JobNotFound", FE_SLICE("j-1"));
}

static void has_the_commonest_errors_ready(void **state)
{
    (void)state;
    struct fe_loopback *client = answer_of(reply_invalid);
    assert_int_equal(fe_loopback_status(client), 400);
    assert_error(client,
                 "{\"errorCode\":\"INVALID_ARGUMENT\",\"errorName\":\"Default:InvalidArgument\","
                 "\"errorInstanceId\":\"",
                 "\",\"parameters\":{\"reason\":\"No.\"}}");
    fe_loopback_free(client);
    client = answer_of(reply_not_found);
    assert_int_equal(fe_loopback_status(client), 404);
    assert_error(client,
                 "{\"errorCode\":\"NOT_FOUND\",\"errorName\":\"Jobs:JobNotFound\","
                 "\"errorInstanceId\":\"",
                 "\",\"parameters\":{\"id\":\"j-1\"}}");
    fe_loopback_free(client);
    client = answer_of(fe_reply_route_not_mounted);
    assert_int_equal(fe_loopback_status(client), 404);
    assert_error(client,
                 "{\"errorCode\":\"NOT_FOUND\",\"errorName\":\"Route:RouteNotMounted\","
                 "\"errorInstanceId\":\"",
                 "\",\"parameters\":{\"path\":\"/some/path\"}}");
    fe_loopback_free(client);
}

static int reply_not_allowed(struct fe_exchange *x)
{
    return fe_reply_method_not_allowed(x, 1u << FE_GET | 1u << FE_DELETE);
}

static void tells_the_methods_that_are_allowed(void **state)
{
    (void)state;
    struct fe_loopback *client = answer_of(reply_not_allowed);
    struct fe_slice allow = fe_loopback_header(client, "Allow");
    assert_int_equal(fe_loopback_status(client), 405);
    assert_non_null(strstr(allow.ptr, "GET"));
    assert_non_null(strstr(allow.ptr, "DELETE"));
    assert_null(strstr(allow.ptr, "POST"));
    fe_loopback_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_with_json),
        cmocka_unit_test(redirects_without_being_stored),
        cmocka_unit_test(replies_with_bytes),
        cmocka_unit_test(replies_with_nothing),
        cmocka_unit_test(tells_all_of_an_error),
        cmocka_unit_test(has_the_commonest_errors_ready),
        cmocka_unit_test(tells_the_methods_that_are_allowed),
    };
    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
