/* SPDX-License-Identifier: MIT */
#include "redactor_rig.h"

#include "util/secret.h"

static void keeps_the_scheme(void **state)
{
    struct rig *rig = *state;
    struct fe_slice bearer = field(rig, "authorization", "Bearer " TOKEN);
    assert_true(fe_slice_starts(bearer, FE_SLICE("Bearer fe~access_token~")));
    struct fe_slice placeholder = fe_slice_from(bearer, 7);
    ASSERT_TEXT(field(rig, "X-Echo", "<" TOKEN ">"), "<" FE_PRI ">", FE_ARG(placeholder));
    ASSERT_TEXT(field(rig, "Proxy-Authorization", "bearer  " TOKEN " "), "bearer  " FE_PRI " ",
                FE_ARG(placeholder));
    assert_true(fe_slice_starts(field(rig, "Authorization", "Digest a=\"b\", c=\"d\""),
                                FE_SLICE("Digest fe~authorization~")));
    assert_true(fe_slice_starts(field(rig, "Module-Auth-Token", "module-token-1"),
                                FE_SLICE("fe~module_auth_token~")));
    ASSERT_TEXT(field(rig, "WWW-Authenticate", "Bearer realm=\"x\", error=\"y\""),
                "Bearer realm=\"x\", error=\"y\"");
    ASSERT_TEXT(field(rig, "Authorization", "Bearer ***"), "Bearer ***");
    ASSERT_TEXT(field(rig, "Authorization", ""), "%s", "");
    struct fe_slice again = fe_arena_copy(&rig->arena, bearer);
    ASSERT_TEXT(field(rig, "Authorization", again.ptr), FE_PRI, FE_ARG(again));
}

static void keeps_basic_basic(void **state)
{
    struct rig *rig = *state;
    struct fe_buf decoded;
    struct fe_buf encoded;
    fe_buf_init(&decoded, 1000);
    fe_buf_init(&encoded, 1000);
    (void)fe_base64_encode(FE_SLICE("client-1:pass%2Fword%211"), &encoded);
    struct fe_slice value =
        fe_arena_printf(&rig->arena, "Basic " FE_PRI, FE_ARG(fe_buf_slice(&encoded)));
    struct fe_slice safe = field(rig, "Authorization", value.ptr);
    assert_true(fe_slice_starts(safe, FE_SLICE("Basic ")));
    assert_int_equal(fe_base64_decode(fe_slice_from(safe, 6), &decoded), 0);
    assert_true(fe_slice_starts(fe_buf_slice(&decoded), FE_SLICE("client-1:fe~password~")));
    struct fe_slice placeholder = fe_slice_from(fe_buf_slice(&decoded), 9);
    ASSERT_TEXT(text(rig, "it was pass/word!1"), "it was " FE_PRI, FE_ARG(placeholder));
    assert_false(contains(text(rig, "it was pass%252Fword%25211"), "%25"));
    fe_buf_done(&decoded);
    fe_buf_done(&encoded);
}

static void replaces_cookies_one_by_one(void **state)
{
    struct rig *rig = *state;
    struct fe_slice first = field(rig, "Set-Cookie", "sid=one-cookie-1; Path=/; HttpOnly");
    assert_true(fe_slice_starts(first, FE_SLICE("sid=fe~cookie~")));
    assert_true(contains(first, "; Path=/; HttpOnly"));
    struct fe_slice placeholder = {first.ptr + 4, first.len - 4 - strlen("; Path=/; HttpOnly")};
    struct fe_slice both = field(rig, "Cookie", "a=\"x\"; sid=one-cookie-1");
    assert_true(fe_slice_starts(both, FE_SLICE("a=\"fe~cookie~")));
    ASSERT_TEXT(fe_slice_from(both, both.len - placeholder.len - 4), "sid=" FE_PRI,
                FE_ARG(placeholder));
    struct fe_slice encoded = field(rig, "Set-Cookie", "t=%22quoted%22%20value");
    assert_false(contains(encoded, "quoted"));
    assert_false(contains(text(rig, "\"quoted\" value"), "quoted"));
    ASSERT_TEXT(field(rig, "Set-Cookie", "gone=; Max-Age=0"), "gone=; Max-Age=0");
}

static void replaces_by_names_in_urls(void **state)
{
    struct rig *rig = *state;
    struct fe_slice query = target(rig, "/a?x=1&code=abc%2Fdefgh&y=2#access_token=zzzz-zzzz");
    assert_true(fe_slice_starts(query, FE_SLICE("/a?x=1&code=fe~code~")));
    assert_true(contains(query, "&y=2#access_token=fe~access_token~"));
    assert_false(contains(target(rig, "/cb/abc/defgh/x"), "abc/defgh"));
    struct fe_slice location = field(rig, "Location", "https://h/cb?code=abc%2fdefgh&state=s");
    assert_false(contains(location, "defgh"));
    assert_true(fe_slice_starts(location, FE_SLICE("https://h/cb?code=fe~code~")));
    struct fe_slice user = field(rig, "Link", "<https://me:hunter2hunter2@h/?a=b>; rel=\"next\"");
    assert_true(fe_slice_starts(user, FE_SLICE("<https://me:fe~")));
    assert_true(contains(user, "@h/?a=b>; rel=\"next\""));
    ASSERT_TEXT(target(rig, "/plain?page=2&size=10;z"), "/plain?page=2&size=10;z");
    struct fe_slice nested = target(rig, "/login?to=%2Fcb%3Fcode%3Dnested-code-1%26a%3Db");
    assert_false(contains(nested, "nested-code-1"));
    assert_true(fe_slice_starts(nested, FE_SLICE("/login?to=%2Fcb%3Fcode%3Dfe~code~")));
}

/* What a field behind says is known before it. */
static void learns_a_head_before_it_writes(void **state)
{
    struct rig *rig = *state;
    struct fe_frame_head head = {.method = FE_SLICE("GET"),
                                 .target = FE_SLICE("/x/" TOKEN "/y?%54ok3n%2Fwith%2Bodd%3Dchars"),
                                 .reason = FE_SLICE("no " TOKEN)};
    (void)fe_headers_add(&head.headers, &rig->arena, FE_SLICE("A"), FE_SLICE("b" TOKEN));
    (void)fe_headers_add(&head.headers, &rig->arena, FE_SLICE("Authorization"),
                         FE_SLICE("Bearer " TOKEN));
    (void)fe_headers_add(&head.headers, &rig->arena, FE_SLICE("Content-Length"), FE_SLICE("5"));
    struct fe_safe_head *safe = fe_redactor_head(rig->redactor, &head, &rig->arena);
    assert_false(contains(safe->head.target, "odd"));
    assert_true(fe_slice_starts(safe->head.target, FE_SLICE("/x/fe~access_token~")));
    assert_false(contains(safe->head.reason, "odd"));
    assert_false(contains(safe->head.headers.items[0].value, "odd"));
    fe_safe_head_set_length(safe, 1234, &rig->arena);
    ASSERT_TEXT(safe->head.headers.items[2].value, "1234");
}

static void redacts_ends_and_lines(void **state)
{
    struct rig *rig = *state;
    struct fe_frame_end over = {.note = FE_SLICE("GET /?token=end-token-1 failed")};
    (void)fe_headers_add(&over.response.trailers, &rig->arena, FE_SLICE("X-Auth-Token"),
                         FE_SLICE("trailer-token"));
    struct fe_safe_end *safe = fe_redactor_end(rig->redactor, &over, &rig->arena);
    assert_false(contains(safe->end.note, "end-token-1"));
    assert_true(contains(safe->end.note, " failed"));
    assert_true(fe_slice_starts(safe->end.response.trailers.items[0].value, FE_SLICE("fe~")));
    struct fe_slice same = text(rig, "nothing in here");
    assert_string_equal(same.ptr, "nothing in here");
    struct fe_slice json = text(rig, "{\"target\":\"/cb?code=log-code-1\",\"status\":302}");
    assert_true(fe_slice_starts(json, FE_SLICE("{\"target\":\"/cb?code=fe~code~")));
    assert_true(contains(json, "\",\"status\":302}"));
    struct fe_slice inner =
        text(rig, "{\"msg\":\"{\\\"url\\\":\\\"\\/cb?code=inner-co\\/de\\u0026a=b\\\"}\"}");
    assert_true(
        fe_slice_starts(inner, FE_SLICE("{\"msg\":\"{\\\"url\\\":\\\"\\/cb?code=fe~code~")));
    assert_false(contains(inner, "inner-co"));
    assert_true(contains(inner, "\\\"}\"}"));
    struct fe_slice line = text(rig, "target=\"/cb?code=log-code-1&x=y\" status=302");
    assert_true(contains(line, "&x=y\" status=302"));
    assert_false(contains(line, "log-code-1"));
}

/* ── shapes ── */

#define JWT "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"

static void knows_shapes(void **state)
{
    struct rig *rig = *state;
    struct fe_slice jwt = text(rig, "got " JWT " there");
    assert_true(fe_slice_starts(jwt, FE_SLICE("got fe~jwt~")));
    assert_true(contains(jwt, " there"));
    ASSERT_TEXT(text(rig, "eyJust.not.one"), "eyJust.not.one");
    struct fe_slice key =
        text(rig, "{\"pem\":\"-----BEGIN RSA PRIVATE KEY-----\\nMIIEowIBAAKCAQEA0123\\n"
                  "9876abcdefgh+/==\\n-----END RSA PRIVATE KEY-----\\n\",\"z\":1}");
    assert_false(contains(key, "MIIE"));
    assert_false(contains(key, "9876"));
    assert_true(contains(key, "KEY-----\\nfe~private_key~"));
    assert_true(contains(key, "\\n-----END RSA PRIVATE KEY-----\\n\",\"z\":1}"));
    ASSERT_TEXT(text(rig, "someone@example.com"), "someone@example.com");
}

static void replaces_personal_data_when_told(void **state)
{
    struct rig other;
    struct rig *rig = &other;
    (void)state;
    begin(rig, &(struct fe_frame_redaction){.pii = true});
    struct fe_slice mail = text(rig, "from some.one+x@mail.example.com.");
    assert_true(fe_slice_starts(mail, FE_SLICE("from fe~email~")));
    assert_false(contains(mail, "example"));
    assert_false(contains(text(rig, "some.one%2Bx%40mail.example.com"), "mail.ex"));
    end(rig);
}

static void keeps_everything_when_told(void **state)
{
    struct rig other;
    struct rig *rig = &other;
    (void)state;
    begin(rig, &(struct fe_frame_redaction){.secrets_kept = true});
    ASSERT_TEXT(field(rig, "Authorization", "Bearer " TOKEN), "Bearer " TOKEN);
    ASSERT_TEXT(target(rig, "/?token=abcdefgh"), "/?token=abcdefgh");
    ASSERT_TEXT(text(rig, "/?token=abcdefgh"), "/?token=abcdefgh");
    end(rig);
}

static void leaves_no_half_of_a_secret_to_a_query(void **state)
{
    struct rig *rig = *state;
    (void)field(rig, "Authorization", "Bearer front half&end=other-half");
    struct fe_slice made = target(rig, "/a?x=1&code=front half&end=other-half&y=2");
    assert_true(fe_slice_starts(made, FE_SLICE("/a?x=1&code=fe~code~")));
    assert_false(contains(made, "half"));
    assert_true(contains(made, "&y=2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_the_scheme, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_basic_basic, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replaces_cookies_one_by_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replaces_by_names_in_urls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(learns_a_head_before_it_writes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(redacts_ends_and_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_shapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaves_no_half_of_a_secret_to_a_query, set_up, tear_down),
        cmocka_unit_test(replaces_personal_data_when_told),
        cmocka_unit_test(keeps_everything_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
