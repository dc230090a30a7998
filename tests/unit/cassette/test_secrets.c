/* SPDX-License-Identifier: MIT */
#include "secrets_rig.h"

/* ── placeholders ── */

static void makes_placeholders(void **state)
{
    struct rig *rig = *state;
    struct fe_slice one = learn(rig, "a-secret-one");
    struct fe_slice again = learn(rig, "a-secret-one");
    struct fe_slice two = learn(rig, "a-secret-two");
    assert_slice(again, one);
    assert_false(fe_slice_eq(one, two));
    assert_true(fe_slice_starts(one, FE_SLICE("fe~access_token~")));
    assert_int_equal(one.len, 3 + 12 + 1 + 16);
    assert_true(fe_secrets_is_placeholder(one));
    assert_slice(fe_secrets_learn(rig->secrets, KIND, one), one);
    assert_slice(fe_secrets_learn(rig->secrets, FE_SLICE("other"), FE_SLICE("a-secret-one")), one);
    assert_false(fe_secrets_is_placeholder(FE_SLICE("fe~access_token~short")));
    assert_false(fe_secrets_is_placeholder(FE_SLICE("fe~~abcdefghijklmnop")));
    assert_false(fe_secrets_is_placeholder(FE_SLICE("fe~x~abcdefghijklmnop!")));
}

static void makes_placeholders_as_long_as_the_value(void **state)
{
    struct rig *rig = *state;
    char value[200];
    for (size_t len = 1; len <= sizeof(value); len++) {
        memset(value, 'v', sizeof(value));
        value[0] = (char)len;
        struct fe_slice placeholder =
            fe_secrets_learn(rig->secrets, FE_SLICE("k"), (struct fe_slice){value, len});
        assert_int_equal(placeholder.len, len > 21 ? len : 21);
        assert_true(fe_secrets_is_placeholder(placeholder));
    }
}

static void cleans_kinds(void **state)
{
    struct rig *rig = *state;
    struct fe_slice odd =
        fe_secrets_learn(rig->secrets, FE_SLICE("My Key/\"~"), FE_SLICE("odd-one"));
    assert_true(fe_slice_starts(odd, FE_SLICE("fe~my_key___~")));
    struct fe_slice none = fe_secrets_learn(rig->secrets, FE_SLICE(""), FE_SLICE("no-kind"));
    assert_true(fe_slice_starts(none, FE_SLICE("fe~secret~")));
}

static void depends_on_a_key(void **state)
{
    struct rig *rig = *state;
    struct fe_slice one = learn(rig, "a-secret-one");
    struct fe_secrets *other = fe_secrets_new(&rig->random);
    assert_false(fe_slice_eq(one, fe_secrets_learn(other, KIND, FE_SLICE("a-secret-one"))));
    fe_secrets_free(other);
}

/* ── what counts ── */

static void takes_the_leftmost_then_the_longest(void **state)
{
    struct rig *rig = *state;
    struct fe_slice shorter = learn(rig, "abcdefgh");
    struct fe_slice longer = learn(rig, "abcdefghijkl");
    struct fe_slice later = learn(rig, "hijklmnopqrs");
    assert_slice(replace(rig, FE_SLICE("abcdefghijkl")), longer);
    assert_slice(replace(rig, FE_SLICE("abcdefgh")), shorter);
    assert_slice(replace(rig, FE_SLICE("hijklmnopqrs")), later);
    assert_slice(replace(rig, FE_SLICE("abcdefghijklmnopqrs")), longer);
    struct fe_slice twice =
        fe_arena_printf(&rig->arena, FE_PRI FE_PRI, FE_ARG(shorter), FE_ARG(shorter));
    assert_slice(replace(rig, FE_SLICE("abcdefghabcdefgh")), twice);
}

static void leaves_near_misses_alone(void **state)
{
    struct rig *rig = *state;
    static const char *const misses[] = {
        "",         "abcdefg",          "abcdefgi",      "bcdefgh",
        "abcdefgH", "abcd\\efgh",       "abcd%efgh",     "abcd%2defgh",
        "a b c d ", "6162636465666768", "YWJjZGVmZw==",  "abcd\\u00e9efgh",
        "%61%62%6", "\\u0061bcd\\u006", "\\\\u0061bcdef"};
    (void)learn(rig, "abcdefg?");
    (void)learn(rig, "short");
    for (size_t i = 0; i < sizeof(misses) / sizeof(misses[0]); i++) {
        struct fe_slice text = fe_slice_cstr(misses[i]);
        assert_false(fe_secrets_found(rig->secrets, text));
        assert_ptr_equal(replace(rig, text).ptr, text.ptr);
    }
    assert_false(fe_secrets_found(rig->secrets, FE_SLICE("a short text")));
    assert_true(fe_secrets_found(rig->secrets, FE_SLICE("abcdefg?")));
}

/* ── many ── */

static struct fe_slice number(char text[64], unsigned i)
{
    struct fe_buf out;
    fe_buf_init(&out, 63);
    (void)fe_buf_printf(&out, "eyJhbGciOiJSUzI1NiJ9.of-one-maker.%08u", i);
    memcpy(text, out.ptr, out.len);
    struct fe_slice value = {text, out.len};
    fe_buf_done(&out);
    return value;
}

static void knows_long_ones(void **state)
{
    struct rig *rig = *state;
    char *value = fe_arena_alloc(&rig->arena, 40000);
    for (size_t i = 0; i < 40000; i++) {
        value[i] = (char)('A' + i * i / 7 % 26);
    }
    const struct fe_slice whole = {value, 40000};
    struct fe_slice placeholder = fe_secrets_learn(rig->secrets, KIND, whole);
    assert_int_equal(placeholder.len, FE_SECRET_BYTES_MAX);
    struct fe_slice out = replace(rig, whole);
    assert_true(fe_slice_starts(out, placeholder));
    for (size_t i = 0; i < whole.len; i += 1000) {
        assert_false(contains(out, (struct fe_slice){value + i, 100}));
    }
}

static void knows_a_hundred_thousand(void **state)
{
    struct rig *rig = *state;
    char text[64];
    for (unsigned i = 0; i < FE_SECRETS_MAX; i++) {
        (void)fe_secrets_learn(rig->secrets, KIND, number(text, i));
    }
    for (unsigned i = 0; i < FE_SECRETS_MAX; i += 97) {
        assert_true(fe_secrets_found(rig->secrets, number(text, i)));
    }
    assert_false(fe_secrets_found(rig->secrets, number(text, FE_SECRETS_MAX)));
    for (unsigned i = FE_SECRETS_MAX; i < FE_SECRETS_MAX + 1000; i++) {
        (void)fe_secrets_learn(rig->secrets, KIND, number(text, i));
        assert_true(fe_secrets_found(rig->secrets, number(text, i)));
        assert_false(fe_secrets_found(rig->secrets, number(text, i - FE_SECRETS_MAX)));
    }
    assert_true(fe_secrets_found(rig->secrets, number(text, 1000)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(makes_placeholders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(makes_placeholders_as_long_as_the_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cleans_kinds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(depends_on_a_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_the_leftmost_then_the_longest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaves_near_misses_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_long_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_a_hundred_thousand, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
