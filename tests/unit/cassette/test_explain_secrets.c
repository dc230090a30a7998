/* SPDX-License-Identifier: MIT */
/* A secret that one place of a request names is struck out of all of them. */
#include "explain_rig.h"

#define SECRET "s3cret-Value/with+chars"
#define ENCODED "s3cret-Value%2Fwith%2Bchars"

static void expect_hidden(struct rig *rig, const struct missed *missed, const char *secret)
{
    struct explained told;
    explain(rig, missed, &told);
    assert_false(has_text(fe_buf_slice(&told.json), secret));
    assert_false(has_text(fe_buf_slice(&told.text), secret));
    assert_true(has_text(fe_buf_slice(&told.json), "fe~"));
    assert_true(told.explanation.near_count > 0);
    forget(&told);
}

static void load_some(struct rig *rig)
{
    begin_session(rig, 1, NULL);
    record(rig, "POST /users/x/things?q=1 {\"note\":\"n\",\"id\":1}", 200, "");
    load(rig);
}

static void of_a_head_in_the_path(void **state)
{
    struct rig *rig = *state;
    load_some(rig);
    expect_hidden(rig,
                  &(struct missed){.asked = "POST /users/" ENCODED "/things",
                                   .headers = {{"Authorization", "Bearer " SECRET}}},
                  "s3cret-Value");
}

static void of_a_form_in_the_query(void **state)
{
    struct rig *rig = *state;
    load_some(rig);
    expect_hidden(rig,
                  &(struct missed){
                      .asked = "POST /users/x/things?q=" ENCODED " client_secret=" ENCODED "&a=b",
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                  },
                  "s3cret-Value");
}

static void of_json_in_json(void **state)
{
    struct rig *rig = *state;
    load_some(rig);
    expect_hidden(rig,
                  &(struct missed){.asked = "POST /users/x/things?q=1 {\"note\":\"it is " SECRET
                                            "!\",\"access_token\":\"" SECRET "\",\"id\":1}"},
                  "s3cret-Value");
}

/* One that is too short to be searched for is known by the name that stands beside it. */
static void of_json_in_a_string_of_json(void **state)
{
    struct rig *rig = *state;
    load_some(rig);
    expect_hidden(rig,
                  &(struct missed){.asked = "POST /users/x/things?q=1 "
                                            "{\"note\":\"{\\\"password\\\":\\\"pa55\\\"}\"}"},
                  "pa55");
}

static void of_json_and_urls_in_a_query(void **state)
{
    struct rig *rig = *state;
    load_some(rig);
    expect_hidden(
        rig, &(struct missed){.asked = "POST /users/x/things?q=%7B%22password%22:%22pa55%22%7D"},
        "pa55");
    expect_hidden(rig,
                  &(struct missed){.asked = "POST /users/x/things?q=https://a/b%3Fcode%3Dpa55%26d"},
                  "pa55");
}

static void of_text_that_is_not_json(void **state)
{
    struct rig *rig = *state;
    load_some(rig);
    expect_hidden(rig,
                  &(struct missed){.asked = "POST /users/x/things?q=1 {\"password\":\"pa55\",",
                                   .headers = {{"Content-Type", "application/json"}}},
                  "pa55");
}

/* The name is of no use then, and the rule could not be written down. */
static void in_a_name(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    const struct missed missed = {
        .asked = "POST /users/x/things?q=1 {\"note\":\"n\",\"id\":1,\"by-" SECRET "\":1}",
        .headers = {{"Authorization", "Bearer " SECRET}},
    };
    load_some(rig);
    expect_hidden(rig, &missed, "s3cret-Value");
    explain(rig, &missed, &told);
    assert_null(told.explanation.rule.ptr);
    forget(&told);
}

static void a_rule_has_a_star_where_the_path_has_one(void **state)
{
    struct rig *rig = *state;
    struct explained told;
    begin_session(rig, 1, NULL);
    record(rig, "GET /users/" ENCODED "/things?q=1", 200, "");
    load(rig);
    explain(rig,
            &(struct missed){.asked = "GET /users/" ENCODED "/things?q=2",
                             .headers = {{"Authorization", "Bearer " SECRET}}},
            &told);
    EXPECT_SLICE(told.explanation.rule,
                 "server:\n  rules:\n    - path: /users/*/things\n      ignore_query: [q]\n");
    forget(&told);
}

static void of_a_cassette_that_kept_its_secrets(void **state)
{
    struct rig *rig = *state;
    begin_session_that_keeps(rig);
    record(rig, "POST /a?q=" ENCODED " {\"access_token\":\"" SECRET "\"}", 200, "");
    load(rig);
    expect_hidden(rig, &(struct missed){.asked = "POST /a?q=1 {\"access_token\":\"other-Value\"}"},
                  "s3cret-Value");
    expect_hidden(rig, &(struct missed){.asked = "POST /a?q=1 {\"access_token\":\"other-Value\"}"},
                  "other-Value");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(of_a_head_in_the_path),
        RIG_TEST(of_a_form_in_the_query),
        RIG_TEST(of_json_in_json),
        RIG_TEST(of_json_in_a_string_of_json),
        RIG_TEST(of_json_and_urls_in_a_query),
        RIG_TEST(of_text_that_is_not_json),
        RIG_TEST(in_a_name),
        RIG_TEST(a_rule_has_a_star_where_the_path_has_one),
        RIG_TEST(of_a_cassette_that_kept_its_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
