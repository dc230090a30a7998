/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/oauth_authorize.h"

#include <stdio.h>
#include <string.h>

#include "emulate/oauth/scope_words.h"
#include "identity.h"

#define AUTHORIZE "/multipass/api/oauth2/authorize"
#define DECIDE "/multipass/api/oauth2/authorize/callback"
#define CALLBACK "/multipass/api/oauth2/callback"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define WEB "response_type=code&client_id=web&redirect_uri=http://localhost:3000/cb"

static const char seed[] =
    "foundry:\n"
    "  users:\n"
    "    - {username: jane, display_name: Jane Mary Doe, email: jane@example.com}\n"
    "    - {username: \"o'hara\", display_name: \"<Scarlett> & \\\"Co\\\"\"}\n"
    "    - {username: svc, display_name: A service, principal_type: service}\n"
    "    - {username: gone, display_name: A leaver, active: false}\n"
    "  oauth_clients:\n"
    "    - client_id: web\n"
    "      client_secret: s3cret\n"
    "      name: \"Web <b>App</b>\"\n"
    "      redirect_uris: [\"http://localhost:3000/cb\", \"https://app.example/cb?x=1\"]\n"
    "      allowed_scopes: [\"api:admin-read\", \"api:use-ontologies-write\", offline_access,\n"
    "                       \"odd<scope>\"]\n"
    "    - {client_id: spa, redirect_uris: [\"http://localhost/cb\"]}\n"
    "    - {client_id: batch, client_secret: b, grant_types: [client_credentials]}\n"
    "    - {client_id: bare, client_secret: b}\n";

static int open_identity(void **state)
{
    static struct identity identity;
    identity_open(&identity);
    *state = &identity;
    return 0;
}

static int open_seeded(void **state)
{
    (void)open_identity(state);
    assert_int_equal(identity_seed(*state, seed, NULL), 0);
    return 0;
}

static int close_identity(void **state)
{
    identity_close(*state);
    return 0;
}

static const char *keep_body(struct identity *identity, const struct fe_loopback *client)
{
    return fe_arena_copy(&identity->arena, fe_loopback_body(client)).ptr;
}

static const char *get_page(struct identity *identity, const char *target, int status)
{
    struct fe_loopback *client = identity_get(identity, target, NULL);
    const char *page = keep_body(identity, client);
    assert_int_equal(fe_loopback_status(client), status);
    assert_string_equal(fe_loopback_header(client, "content-type").ptr, "text/html; charset=utf-8");
    fe_loopback_free(client);
    return page;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        print_message("expected: %s\nin:\n%s\n", part, text);
    }
    assert_non_null(strstr(text, part));
}

static void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) {
        print_message("not expected: %s\n", part);
    }
    assert_null(strstr(text, part));
}

/* ── the picker ── */

static void shows_active_people_only(void **state)
{
    const char *page = get_page(*state, AUTHORIZE "?" WEB, 200);
    assert_has(page, "value=\"jane\" autofocus>");
    assert_has(page, "Jane Mary Doe");
    assert_has(page, "jane</span></span><span class=\"about\">jane@example.com</span>");
    assert_has(page, "aria-hidden=\"true\">JD</span>");
    assert_has(page, "value=\"admin\">");
    assert_has_not(page, "A service");
    assert_has_not(page, "A leaver");
    assert_has_not(page, "id=\"search\"");
    assert_has_not(page, "<script");
    assert_has(page, "name=\"decision\" value=\"deny\"");
}

static void escapes_whatever_it_shows(void **state)
{
    const char *page =
        get_page(*state, AUTHORIZE "?" WEB "&scope=odd%3Cscope%3E&state=%22%3E%3Cscript%3E", 200);
    assert_has(page, "Web &lt;b&gt;App&lt;/b&gt;");
    assert_has(page, "&lt;Scarlett&gt; &amp; &quot;Co&quot;");
    assert_has(page, "value=\"o&#39;hara\"");
    assert_has(page, "name=\"state\" value=\"&quot;&gt;&lt;script&gt;\"");
    assert_has(page, "<code>odd&lt;scope&gt;</code>");
    assert_has_not(page, "<script>");
    assert_has_not(page, "<b>");
}

static void names_the_scopes_in_words_too(void **state)
{
    const char *page =
        get_page(*state, AUTHORIZE "?" WEB "&scope=api:use-ontologies-write+offline_access", 200);
    assert_has(page, "Change ontologies<code>api:use-ontologies-write</code>");
    assert_has(page, "Stay signed in while you are away<code>offline_access</code>");
    assert_has_not(page, "api:admin-read");
}

static void keeps_the_request_in_the_form(void **state)
{
    const char *page =
        get_page(*state,
                 AUTHORIZE "?" WEB "&scope=api:admin-read&state=a%2Bb&code_challenge=" CHALLENGE
                           "&code_challenge_method=S256",
                 200);
    static const char *const fields[] = {
        "action=\"authorize/callback\"",
        "name=\"client_id\" value=\"web\"",
        "name=\"redirect_uri\" value=\"http://localhost:3000/cb\"",
        "name=\"scope\" value=\"api:admin-read\"",
        "name=\"state\" value=\"a+b\"",
        ("name=\"code_challenge\" value=\"" CHALLENGE "\""),
        "name=\"code_challenge_method\" value=\"S256\"",
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        assert_has(page, fields[i]);
    }
    page = get_page(*state, AUTHORIZE "?response_type=code&client_id=web", 200);
    assert_has_not(page, "name=\"redirect_uri\"");
    assert_has_not(page, "name=\"state\"");
    assert_has_not(page, "name=\"code_challenge\"");
}

static void has_a_strict_policy(void **state)
{
    struct identity *identity = *state;
    struct fe_loopback *client = identity_get(identity, AUTHORIZE "?" WEB, NULL);
    const char *policy = fe_loopback_header(client, "content-security-policy").ptr;
    assert_has(policy, "default-src 'none'; style-src 'nonce-");
    assert_has(policy, "; form-action 'self' http://localhost:3000; ");
    assert_has(policy, "base-uri 'none'; frame-ancestors 'none'");
    assert_has_not(policy, "unsafe");
    assert_has_not(policy, "script-src");
    const char *nonce = strstr(policy, "'nonce-") + strlen("'nonce-");
    assert_has(keep_body(identity, client), IDENTITY_FORMAT(identity, "<style nonce=\"%.*s\">",
                                                            (int)strcspn(nonce, "'"), nonce));
    assert_string_equal(fe_loopback_header(client, "x-content-type-options").ptr, "nosniff");
    assert_string_equal(fe_loopback_header(client, "referrer-policy").ptr, "no-referrer");
    assert_string_equal(fe_loopback_header(client, "cache-control").ptr, "no-store");
    fe_loopback_free(client);
}

static void loads_nothing_from_anywhere(void **state)
{
    const char *page = get_page(*state, AUTHORIZE "?" WEB, 200);
    assert_has_not(page, "src=");
    assert_has_not(page, "href=");
    assert_has_not(page, "url(");
    assert_has_not(page, "@import");
    assert_has_not(page, "style=");
}

static void brings_a_search_for_more_than_eight(void **state)
{
    struct identity *identity = *state;
    struct fe_buf yaml;
    fe_buf_init(&yaml, 4096);
    (void)fe_buf_puts(&yaml, "foundry:\n  users:\n");
    for (int i = 0; i < 8; i++) {
        (void)fe_buf_printf(&yaml, "    - username: user%d\n", i);
    }
    assert_int_equal(identity_seed(identity, fe_buf_slice(&yaml).ptr, NULL), 0);
    fe_buf_done(&yaml);
    const char *page = get_page(
        identity, AUTHORIZE "?response_type=code&client_id=x&redirect_uri=http://localhost/", 200);
    assert_has(page, "<label hidden>Search<input id=\"search\""); /* until the script shows it */
    assert_has(page, "<script nonce=\"");
    struct fe_loopback *client = identity_get(
        identity, AUTHORIZE "?response_type=code&client_id=x&redirect_uri=app:/cb", NULL);
    const char *policy = fe_loopback_header(client, "content-security-policy").ptr;
    assert_has(policy, "; script-src 'nonce-");
    assert_has(policy, "; form-action 'self' app:; ");
    fe_loopback_free(client);
}

static void says_so_when_there_is_nobody(void **state)
{
    struct identity *identity = *state;
    assert_int_equal(
        identity_seed(identity, "foundry: {users: [{username: admin, active: false}]}", NULL), 0);
    const char *page =
        get_page(identity, AUTHORIZE "?response_type=code&client_id=x&redirect_uri=http://a/", 200);
    assert_has(page, "No active person is seeded");
    assert_has(page, "Everything that you may do");
    assert_has(page, "value=\"deny\"");
}

/* ── what is wrong with a request ── */

static void tells_what_to_change(void **state)
{
    static const struct {
        const char *query;
        const char *error;
        const char *parameter; /* NULL: none */
        const char *part;
    } cases[] = {
        {"", "invalid_request", "client_id", "missing"},
        {"response_type=code&client_id=", "invalid_request", "client_id", "missing"},
        {"response_type=code&client_id=%3Cx%3E", "invalid_request", "client_id", "&lt;x&gt;"},
        {"response_type=code&client_id=batch", "unauthorized_client", "client_id", "grant_types"},
        {WEB "x", "invalid_request", "redirect_uri", "http://localhost:3000/cbx"},
        {"response_type=code&client_id=web&redirect_uri=/cb", "invalid_request", "redirect_uri",
         "absolute"},
        {"response_type=code&client_id=bare", "invalid_request", "redirect_uri", "missing"},
        {"response_type=code&client_id=bare&redirect_uri=http://a/", "invalid_request",
         "redirect_uri", "not registered"},
        {WEB "&scope=api:admin-write", "invalid_scope", "scope", "api:admin-write"},
        {WEB "&scope=%22", "invalid_scope", "scope", "words divided by spaces"},
        {WEB "&code_challenge=" CHALLENGE "&code_challenge_method=plain", "invalid_request",
         "code_challenge_method", "S256"},
        {WEB "&code_challenge=" CHALLENGE, "invalid_request", "code_challenge_method", "S256"},
        {WEB "&code_challenge=short&code_challenge_method=S256", "invalid_request",
         "code_challenge", "43"},
        {WEB "&code_challenge_method=S256", "invalid_request", "code_challenge", "43"},
        {"response_type=code&client_id=spa", "invalid_request", "code_challenge", "PKCE"},
        {"client_id=web", "invalid_request", "response_type", "response_type=code"},
        {"client_id=web&response_type=token", "unsupported_response_type", "response_type",
         "response_type=code"},
        {WEB "&state=1&state=2", "invalid_request", NULL, "&#39;state&#39; is given twice"},
        {WEB "&state=%FF", "invalid_request", NULL, "UTF-8"},
    };
    struct identity *identity = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *page =
            get_page(identity, IDENTITY_FORMAT(identity, AUTHORIZE "?%s", cases[i].query), 400);
        assert_has(page, IDENTITY_FORMAT(identity, "<dt>error</dt><dd><code>%s</code></dd>",
                                         cases[i].error));
        if (cases[i].parameter) {
            assert_has(page, IDENTITY_FORMAT(identity, "<dt>parameter</dt><dd><code>%s</code></dd>",
                                             cases[i].parameter));
        }
        assert_has(page, cases[i].part);
        assert_has(page, "<dt>error_description</dt><dd>");
    }
}

static void an_error_page_has_the_same_policy_and_no_form(void **state)
{
    struct fe_loopback *client = identity_get(*state, AUTHORIZE, NULL);
    const char *policy = fe_loopback_header(client, "content-security-policy").ptr;
    assert_has(policy, "default-src 'none'; style-src 'nonce-");
    assert_has(policy, "form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
    assert_string_equal(fe_loopback_header(client, "cache-control").ptr, "no-store");
    fe_loopback_free(client);
}

/* ── the decision ── */

static void expect_location(struct identity *identity, const char *form, const char *location)
{
    struct fe_loopback *client = identity_post(identity, DECIDE, NULL, form);
    assert_int_equal(fe_loopback_status(client), 302);
    assert_string_equal(fe_loopback_header(client, "location").ptr, location);
    assert_string_equal(fe_loopback_header(client, "cache-control").ptr, "no-store");
    fe_loopback_free(client);
}

static void sends_the_browser_back_with_a_code_and_the_exact_state(void **state)
{
    struct identity *identity = *state;
    struct fe_loopback *client =
        identity_post(identity, DECIDE, NULL,
                      "username=jane&client_id=web&redirect_uri=https://app.example/cb?x%3D1&scope="
                      "api:admin-read&state=%22a+b%26c%3D%C3%A9%2B%0A&code_challenge=&"
                      "code_challenge_method=");
    assert_int_equal(fe_loopback_status(client), 302);
    const char *location = fe_loopback_header(client, "location").ptr;
    static const char start[] = "https://app.example/cb?x=1&code=foundry_code_";
    assert_memory_equal(location, start, strlen(start));
    assert_string_equal(strrchr(location, '&'), "&state=%22a%20b%26c%3D%C3%A9%2B%0A");
    fe_loopback_free(client);
}

static void sends_a_denial_back(void **state)
{
    expect_location(*state,
                    "decision=deny&client_id=web&redirect_uri=http://localhost:3000/cb&state=s",
                    "http://localhost:3000/cb?error=access_denied&state=s");
    expect_location(*state, "decision=deny&client_id=web",
                    "http://localhost:3000/cb?error=access_denied");
}

static void sends_back_to_any_port_of_a_loopback_uri(void **state)
{
    expect_location(*state,
                    "decision=deny&client_id=spa&redirect_uri=http://localhost:54321/cb&"
                    "code_challenge=" CHALLENGE "&code_challenge_method=S256",
                    "http://localhost:54321/cb?error=access_denied");
}

static void trusts_nothing_that_is_posted(void **state)
{
    struct identity *identity = *state;
    static const char *const forms[] = {
        "username=jane",
        "username=jane&client_id=none",
        "username=jane&client_id=web&redirect_uri=http://evil/",
        "decision=deny&client_id=web&redirect_uri=http://evil/",
        "username=jane&client_id=web&scope=api:admin-write",
        "username=jane&client_id=spa",
        "username=jane&client_id=web&username=admin",
        "username=nobody&client_id=web",
        "username=svc&client_id=web",
        "username=gone&client_id=web",
        "client_id=web",
    };
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct fe_loopback *client = identity_post(identity, DECIDE, NULL, forms[i]);
        assert_int_equal(fe_loopback_status(client), 400);
        assert_string_equal(fe_loopback_header(client, "content-type").ptr,
                            "text/html; charset=utf-8");
        assert_int_equal(fe_loopback_header(client, "location").len, 0);
        fe_loopback_free(client);
    }
}

static void wants_the_decision_as_a_form(void **state)
{
    struct identity *identity = *state;
    const struct fe_loopback_request request = {FE_POST, DECIDE, NULL,
                                                FE_SLICE("username=jane&client_id=web")};
    struct fe_loopback *client = fe_loopback_send(&identity->app, &identity->env, NULL, &request);
    assert_int_equal(fe_loopback_status(client), 400);
    assert_has(fe_loopback_body(client).ptr, "Content-Type must be");
    fe_loopback_free(client);
}

/* ── the built-in redirect target ── */

static void shows_the_code(void **state)
{
    const char *page = get_page(*state, CALLBACK "?code=%22c&state=s", 200);
    assert_has(page, "readonly autofocus>&quot;c</textarea>");
}

static void shows_the_error(void **state)
{
    const char *page =
        get_page(*state, CALLBACK "?error=access_denied&error_description=%3Cno%3E", 200);
    assert_has(page, "<code>access_denied</code>");
    assert_has(page, "&lt;no&gt;");
}

static void is_a_redirect_target_for_every_application(void **state)
{
    const char *authorize = AUTHORIZE "?response_type=code&client_id=web&redirect_uri=";
    char target[256];
    (void)snprintf(target, sizeof(target), "%s%s", authorize, "http://localhost" CALLBACK);
    assert_has(get_page(*state, target, 200), "value=\"http://localhost" CALLBACK "\"");
    (void)snprintf(target, sizeof(target), "%s%s", authorize, "http://elsewhere" CALLBACK);
    assert_has(get_page(*state, target, 400), "not registered");
    (void)snprintf(target, sizeof(target), "%s%s", authorize, "http://localhost" CALLBACK "x");
    assert_has(get_page(*state, target, 400), "not registered");
}

static void has_nothing_to_show_without_either(void **state)
{
    assert_has(get_page(*state, CALLBACK, 400), "neither a code nor an error");
    assert_has(get_page(*state, CALLBACK "?code=1&code=2", 400), "given twice");
}

/* ── scopes in words ── */

static void describes_scopes(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"api:read-data", "Read data"},
        {"api:ontologies-read", "Read ontologies"},
        {"api:use-ontologies-write", "Change ontologies"},
        {"api:connectivity-connection-read", "Read connectivity connection"},
        {"api:functions-execute", "Run functions"},
        {"something-read", "A right of this name"},
        {"api:", "A right of this name"},
        {"-read", "A right of this name"},
    };
    struct fe_arena arena = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fe_slice words = fe_scope_describe(fe_slice_cstr(cases[i][0]), &arena);
        assert_true(fe_slice_eq(words, fe_slice_cstr(cases[i][1])));
    }
    fe_arena_done(&arena);
}

#define SEEDED(test) cmocka_unit_test_setup_teardown(test, open_seeded, close_identity)
#define UNSEEDED(test) cmocka_unit_test_setup_teardown(test, open_identity, close_identity)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED(shows_active_people_only),
        SEEDED(escapes_whatever_it_shows),
        SEEDED(names_the_scopes_in_words_too),
        SEEDED(keeps_the_request_in_the_form),
        SEEDED(has_a_strict_policy),
        SEEDED(loads_nothing_from_anywhere),
        UNSEEDED(brings_a_search_for_more_than_eight),
        UNSEEDED(says_so_when_there_is_nobody),
        SEEDED(tells_what_to_change),
        SEEDED(an_error_page_has_the_same_policy_and_no_form),
        SEEDED(sends_the_browser_back_with_a_code_and_the_exact_state),
        SEEDED(sends_a_denial_back),
        SEEDED(sends_back_to_any_port_of_a_loopback_uri),
        SEEDED(trusts_nothing_that_is_posted),
        SEEDED(wants_the_decision_as_a_form),
        SEEDED(shows_the_code),
        SEEDED(shows_the_error),
        SEEDED(is_a_redirect_target_for_every_application),
        SEEDED(has_nothing_to_show_without_either),
        cmocka_unit_test(describes_scopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
