/* SPDX-License-Identifier: MIT */
#include "emulate/users/users_directory.h"

#include <string.h>

#include "identity.h"
#include "util/limits.h"

#define USERS "/api/v2/admin/users"

static const char seed[] =
    "tokens: {admin: {login: jane, scopes: [\"api:admin-read\"]}, other: {login: jane,\n"
    "  scopes: [\"api:read-data\"]}}\n"
    "foundry:\n"
    "  users:\n"
    "    - {username: jane, id: u1, given_name: Jane, family_name: Doe}\n"
    "    - {username: john, id: u2, family_name: Janssen}\n"
    "    - {username: gone, id: u3, given_name: Jan, active: false}\n"
    "    - {username: mei, id: u4}\n"
    "    - {username: admin, id: u5}\n";

static int open_seeded(void **state)
{
    static struct identity identity;
    identity_open(&identity);
    assert_int_equal(identity_seed(&identity, seed, NULL), 0);
    *state = &identity;
    return 0;
}

static int close_seeded(void **state)
{
    identity_close(*state);
    return 0;
}

static const char *get(struct identity *identity, const char *target, int status)
{
    return identity_take(identity, identity_get(identity, target, "Bearer admin"), status);
}

static const char *post(struct identity *identity, const char *target, const char *body, int status)
{
    return identity_take(identity, identity_post(identity, target, "Bearer admin", body), status);
}

static void expect_error(struct identity *identity, const char *body, const char *name,
                         const char *parameters)
{
    assert_string_equal(identity_member(identity, body, "errorName"), name);
    assert_string_equal(identity_member(identity, body, "parameters"), parameters);
}

/* The ids in order, and whether there is another page. */
static const char *ids(struct identity *identity, const char *body)
{
    struct fe_buf out;
    fe_buf_init(&out, 4096);
    for (const char *at = strstr(body, "\"id\":\""); at; at = strstr(at + 1, "\"id\":\"")) {
        (void)fe_buf_append(&out, at + 6, 2);
        (void)fe_buf_putc(&out, ' ');
    }
    (void)fe_buf_puts(&out, strstr(body, "nextPageToken") ? "+" : "");
    const char *text = fe_arena_copy(&identity->arena, fe_buf_slice(&out)).ptr;
    fe_buf_done(&out);
    return text;
}

static void shows_one_user(void **state)
{
    const char *body = get(*state, USERS "/u2", 200);
    assert_string_equal(identity_member(*state, body, "username"), "john");
    assert_string_equal(identity_member(*state, body, "status"), "ACTIVE");
    body = get(*state, USERS "/u3?status=DELETED", 200);
    assert_string_equal(identity_member(*state, body, "status"), "DELETED");
}

static void tells_why_there_is_no_such_user(void **state)
{
    expect_error(*state, get(*state, USERS "/nobody", 404), "UserNotFound",
                 "{\"userId\":\"nobody\"}");
    expect_error(*state, get(*state, USERS "/u1?status=DELETED", 404), "UserNotFound",
                 "{\"userId\":\"u1\"}");
    expect_error(*state, get(*state, USERS "/u3", 400), "UserDeleted", "{\"principalId\":\"u3\"}");
    (void)get(*state, USERS "/u1?status=ASLEEP", 400);
    (void)get(*state, USERS "/u1?status=%ZZ", 400);
}

static void wants_the_scope(void **state)
{
    static const char *const targets[] = {USERS, USERS "/u1"};
    for (size_t i = 0; i < 2; i++) {
        struct fe_loopback *client = identity_get(*state, targets[i], "Bearer other");
        expect_error(*state, identity_take(*state, client, 403), "ApiUsageDenied",
                     "{\"missingScope\":\"api:admin-read\"}");
    }
}

static void shows_several_users_and_leaves_out_who_is_not_there(void **state)
{
    const char *body = post(*state, USERS "/getBatch",
                            "[{\"userId\":\"u4\"},{\"userId\":\"no\"},{\"userId\":\"u3\"},"
                            "{\"userId\":\"u1\",\"status\":\"ACTIVE\"}]",
                            200);
    assert_string_equal(ids(*state, body), "u4 u1 ");
    assert_non_null(strstr(body, "{\"data\":{\"u4\":{\"id\":\"u4\""));
}

static void refuses_batches_that_are_none(void **state)
{
    struct identity *identity = *state;
    expect_error(identity, post(identity, USERS "/getBatch", "[]", 400), "MissingBatchRequest",
                 "{}");
    expect_error(identity, post(identity, USERS "/getBatch", "[{}]", 400),
                 "Default:InvalidArgument", "{\"reason\":\"userId is required.\"}");
    (void)post(identity, USERS "/getBatch", "{}", 400);
    (void)post(identity, USERS "/getBatch", "[1", 400);
    struct fe_buf many;
    fe_buf_init(&many, 1 << 20);
    for (unsigned i = 0; i <= FE_LIMIT_BATCH_ITEMS; i++) {
        (void)fe_buf_puts(&many, i == 0 ? "[{}" : ",{}");
    }
    (void)fe_buf_putc(&many, ']');
    expect_error(identity, post(identity, USERS "/getBatch", many.ptr, 400),
                 "BatchRequestSizeExceededLimit",
                 "{\"maximumBatchSize\":\"500\",\"providedBatchSize\":\"501\"}");
    fe_buf_done(&many);
}

static void lists_who_is_active(void **state)
{
    assert_string_equal(ids(*state, get(*state, USERS, 200)), "u1 u2 u4 u5 ");
    assert_string_equal(ids(*state, get(*state, USERS "?include=ACTIVE", 200)), "u1 u2 u4 u5 ");
    assert_string_equal(ids(*state, get(*state, USERS "?include=DELETED", 200)), "u1 u2 u3 u4 u5 ");
    (void)get(*state, USERS "?include=ALL", 400);
}

static const char *next_page(struct identity *identity, const char *body, const char *query)
{
    const char *token = identity_member(identity, body, "nextPageToken");
    assert_true(strlen(token) > 0);
    return get(identity, IDENTITY_FORMAT(identity, USERS "?%s&pageToken=%s", query, token), 200);
}

static void leads_from_page_to_page(void **state)
{
    const char *body = get(*state, USERS "?pageSize=2", 200);
    assert_string_equal(ids(*state, body), "u1 u2 +");
    body = next_page(*state, body, "pageSize=1");
    assert_string_equal(ids(*state, body), "u4 +");
    body = next_page(*state, body, "pageSize=1");
    assert_string_equal(ids(*state, body), "u5 ");
    assert_string_equal(ids(*state, get(*state, USERS "?pageSize=999999999999", 200)),
                        "u1 u2 u4 u5 ");
}

static void refuses_page_tokens_that_it_did_not_give(void **state)
{
    struct identity *identity = *state;
    const char *body = get(identity, USERS "?pageSize=1", 200);
    const char *token = identity_member(identity, body, "nextPageToken");
    const char *wrong[] = {"x",
                           "1.",
                           ".x",
                           "1",
                           "0.AAAAAAAAAAAAAAAAAAAAAA",
                           IDENTITY_FORMAT(identity, "%sA", token),
                           IDENTITY_FORMAT(identity, "2%s", token + 1)};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const char *target = IDENTITY_FORMAT(identity, USERS "?pageToken=%s", wrong[i]);
        expect_error(identity, get(identity, target, 400), "InvalidPageToken",
                     IDENTITY_FORMAT(identity, "{\"pageToken\":\"%s\"}", wrong[i]));
    }
    /* nor for another list */
    const char *target = IDENTITY_FORMAT(identity, USERS "?include=DELETED&pageToken=%s", token);
    (void)get(identity, target, 400);
}

static void refuses_page_sizes_that_are_none(void **state)
{
    expect_error(*state, get(*state, USERS "?pageSize=0", 400), "InvalidPageSize",
                 "{\"pageSize\":\"0\"}");
    expect_error(*state, get(*state, USERS "?pageSize=-3", 400), "InvalidPageSize",
                 "{\"pageSize\":\"-3\"}");
    expect_error(*state, get(*state, USERS "?pageSize=two", 400), "Default:InvalidArgument",
                 "{\"reason\":\"pageSize must be a whole number.\"}");
}

static void finds_users_by_how_their_names_begin(void **state)
{
    assert_string_equal(
        ids(*state, post(*state, USERS "/search",
                         "{\"where\":{\"type\":\"queryString\",\"value\":\"JAN\"}}", 200)),
        "u1 u2 ");
    const char *body =
        post(*state, USERS "/search",
             "{\"where\":{\"type\":\"queryString\",\"value\":\"ja\"},\"pageSize\":1}", 200);
    assert_string_equal(ids(*state, body), "u1 +");
    body = post(*state, USERS "/search",
                IDENTITY_FORMAT((struct identity *)*state,
                                "{\"where\":{\"type\":\"queryString\",\"value\":\"ja\"},"
                                "\"pageToken\":\"%s\"}",
                                identity_member(*state, body, "nextPageToken")),
                200);
    assert_string_equal(ids(*state, body), "u2 ");
}

static void refuses_searches_that_it_does_not_understand(void **state)
{
    static const char *const bodies[] = {
        "",
        "{}",
        "{\"where\":1}",
        "{\"where\":{\"type\":\"regex\",\"value\":\"x\"}}",
        "{\"where\":{\"type\":\"queryString\",\"value\":1}}",
        "{\"where\":{\"type\":\"queryString\",\"value\":\"x\"},\"pageSize\":\"1\"}",
        "{\"where\":{\"type\":\"queryString\",\"value\":\"x\"},\"pageSize\":0}",
        "{\"where\":{\"type\":\"queryString\",\"value\":\"x\"},\"pageToken\":\"x\"}",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        (void)post(*state, USERS "/search", bodies[i], 400);
    }
}

static void nobody_is_in_a_group(void **state)
{
    struct fe_loopback *client = identity_get(*state, "/multipass/api/me/groups", "Bearer other");
    assert_string_equal(identity_take(*state, client, 200), "[]");
}

#define SEEDED(test) cmocka_unit_test_setup_teardown(test, open_seeded, close_seeded)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED(shows_one_user),
        SEEDED(tells_why_there_is_no_such_user),
        SEEDED(wants_the_scope),
        SEEDED(shows_several_users_and_leaves_out_who_is_not_there),
        SEEDED(refuses_batches_that_are_none),
        SEEDED(lists_who_is_active),
        SEEDED(leads_from_page_to_page),
        SEEDED(refuses_page_tokens_that_it_did_not_give),
        SEEDED(refuses_page_sizes_that_are_none),
        SEEDED(finds_users_by_how_their_names_begin),
        SEEDED(refuses_searches_that_it_does_not_understand),
        SEEDED(nobody_is_in_a_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
