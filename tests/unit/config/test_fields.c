/* SPDX-License-Identifier: MIT */
#include "parsed.h"

#include "config/fields.h"
#include "util/clock.h"

/* Fields of the root of a text. */
struct reading {
    struct parsed parsed;
    struct fe_fields fields;
};

static void begin(struct reading *reading, const char *text)
{
    parse(&reading->parsed, text);
    assert_int_equal(reading->parsed.r, 0);
    fe_fields_init(&reading->fields, &reading->parsed.config, reading->parsed.config.root,
                   &reading->parsed.errors);
}

static void end(struct reading *reading, const char *errors)
{
    EXPECT_SLICE(fe_buf_slice(&reading->parsed.errors.text), errors);
    parsed_done(&reading->parsed);
}

static void reads_every_type(void **state)
{
    (void)state;
    static const char *const words[] = {"human", "service", NULL};
    struct reading r;
    struct fe_slice text = {NULL, 0};
    struct fe_slice empty = FE_SLICE("before");
    bool flag = false;
    int64_t number = 0;
    int64_t duration_ns = 0;
    size_t word = 9;
    begin(&r, "{t: x, e: '', b: true, i: -5, d: 30s, w: service, s: [1], m: {k: 1}, a: ''}");
    assert_true(fe_fields_text(&r.fields, "t", FE_REQUIRED, &text));
    assert_true(fe_fields_text_or_empty(&r.fields, "e", FE_REQUIRED, &empty));
    assert_true(fe_fields_bool(&r.fields, "b", &flag));
    assert_true(fe_fields_int(&r.fields, "i", -10, 10, &number));
    assert_true(fe_fields_duration(&r.fields, "d", &duration_ns));
    assert_true(fe_fields_word(&r.fields, "w", words, &word));
    assert_int_equal(fe_fields_sequence(&r.fields, "s")->kind, FE_NODE_SEQUENCE);
    assert_int_equal(fe_fields_mapping(&r.fields, "m")->kind, FE_NODE_MAPPING);
    EXPECT_SLICE(fe_fields_any(&r.fields, "a", FE_REQUIRED)->text, "");
    EXPECT_SLICE(text, "x");
    EXPECT_SLICE(empty, "");
    assert_true(flag);
    assert_int_equal(number, -5);
    assert_true(duration_ns == 30 * FE_NS_PER_S);
    assert_int_equal(word, 1);
    fe_fields_done(&r.fields);
    end(&r, "");
}

static void takes_any_scalar_where_text_is_asked_for(void **state)
{
    (void)state;
    static const char *const keys[] = {"a", "b", "c", "d"};
    static const char *const texts[] = {"4000", "true", "1.50", "null"};
    struct reading r;
    begin(&r, "{a: 4000, b: true, c: 1.50, d: 'null'}");
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        struct fe_slice text = {NULL, 0};
        assert_true(fe_fields_text(&r.fields, keys[i], FE_OPTIONAL, &text));
        EXPECT_SLICE(text, texts[i]);
    }
    end(&r, "");
}

static void leaves_defaults_alone_when_absent_or_null(void **state)
{
    (void)state;
    static const char *const words[] = {"x", NULL};
    struct reading r;
    struct fe_slice text = FE_SLICE("default");
    struct fe_texts texts = {NULL, 7};
    bool flag = true;
    int64_t number = 7;
    size_t word = 7;
    begin(&r, "{t: , b: null, i: ~}");
    assert_false(fe_fields_text(&r.fields, "t", FE_OPTIONAL, &text));
    assert_false(fe_fields_text(&r.fields, "absent", FE_OPTIONAL, &text));
    assert_false(fe_fields_bool(&r.fields, "b", &flag));
    assert_false(fe_fields_int(&r.fields, "i", 0, 1, &number));
    assert_false(fe_fields_duration(&r.fields, "d", &number));
    assert_false(fe_fields_word(&r.fields, "w", words, &word));
    assert_false(fe_fields_texts(&r.fields, "l", &texts));
    assert_null(fe_fields_sequence(&r.fields, "s"));
    assert_null(fe_fields_mapping(&r.fields, "m"));
    assert_null(fe_fields_any(&r.fields, "a", FE_OPTIONAL));
    EXPECT_SLICE(text, "default");
    assert_true(flag && number == 7 && word == 7 && texts.count == 7);
    fe_fields_done(&r.fields);
    end(&r, "");
}

static void reports_every_member_of_the_wrong_type(void **state)
{
    (void)state;
    static const char *const words[] = {"human", "service", NULL};
    struct reading r;
    struct fe_slice text = FE_SLICE("default");
    bool flag = false;
    int64_t number = 7;
    size_t word = 7;
    begin(&r, "t1: []\nt2: ''\nb: 'true'\ni1: 11\ni2: '5'\ni3: 99999999999999999999\nd: 30\n"
              "w: robot\ns: {}\nm: []\n");
    assert_false(fe_fields_text(&r.fields, "t1", FE_OPTIONAL, &text));
    assert_false(fe_fields_text(&r.fields, "t2", FE_OPTIONAL, &text));
    assert_false(fe_fields_bool(&r.fields, "b", &flag));
    assert_false(fe_fields_int(&r.fields, "i1", 0, 10, &number));
    assert_false(fe_fields_int(&r.fields, "i2", 0, 10, &number));
    assert_false(fe_fields_int(&r.fields, "i3", INT64_MIN, INT64_MAX, &number));
    assert_false(fe_fields_duration(&r.fields, "d", &number));
    assert_false(fe_fields_word(&r.fields, "w", words, &word));
    assert_null(fe_fields_sequence(&r.fields, "s"));
    assert_null(fe_fields_mapping(&r.fields, "m"));
    EXPECT_SLICE(text, "default");
    assert_true(!flag && number == 7 && word == 7);
    end(&r,
        "s.yaml:1: t1: expected text that is not empty, found a sequence\n"
        "s.yaml:2: t2: expected text that is not empty, found \"\"\n"
        "s.yaml:3: b: expected true or false, found the text true\n"
        "s.yaml:4: i1: expected a whole number from 0 to 10, found 11\n"
        "s.yaml:5: i2: expected a whole number from 0 to 10, found the text 5\n"
        "s.yaml:6: i3: expected a whole number from -9223372036854775808 to 9223372036854775807, "
        "found 99999999999999999999\n"
        "s.yaml:7: d: expected a duration such as 500ms, 30s, 5m or 1h, found 30\n"
        "s.yaml:8: w: expected one of human, service, found robot\n"
        "s.yaml:9: s: expected a sequence, found a mapping\n"
        "s.yaml:10: m: expected a mapping, found a sequence\n");
}

static void reports_what_is_required_and_missing(void **state)
{
    (void)state;
    struct reading r;
    struct fe_slice text = {NULL, 0};
    begin(&r, "a:\n  x: 1\nn: ~\n");
    struct fe_fields inner;
    const struct fe_node *a = fe_fields_mapping(&r.fields, "a");
    fe_fields_init(&inner, &r.parsed.config, a, &r.parsed.errors);
    assert_false(fe_fields_text(&inner, "name", FE_REQUIRED, &text));
    assert_false(fe_fields_text_or_empty(&r.fields, "n", FE_REQUIRED, &text));
    assert_null(fe_fields_any(&r.fields, "v", FE_REQUIRED));
    end(&r, "s.yaml:1: a.name: is missing, expected text that is not empty\n"
            "s.yaml:3: n: is missing, expected text\n"
            "s.yaml:1: v: is missing, expected a value\n");
}

static void reads_a_sequence_of_texts(void **state)
{
    (void)state;
    struct reading r;
    struct fe_texts texts = {NULL, 0};
    begin(&r, "x: &x [a, 2, true]\ny: []\nz: *x\n");
    assert_true(fe_fields_texts(&r.fields, "z", &texts));
    assert_int_equal(texts.count, 3);
    EXPECT_SLICE(texts.items[0], "a");
    EXPECT_SLICE(texts.items[1], "2");
    EXPECT_SLICE(texts.items[2], "true");
    assert_true(fe_fields_texts(&r.fields, "y", &texts));
    assert_int_equal(texts.count, 0);
    end(&r, "");
}

static void reports_every_element_that_is_no_text(void **state)
{
    (void)state;
    struct reading r;
    struct fe_texts texts = {NULL, 7};
    begin(&r, "x: [a, [], ~, '', {}]\ny: a\n");
    assert_false(fe_fields_texts(&r.fields, "x", &texts));
    assert_false(fe_fields_texts(&r.fields, "y", &texts));
    assert_int_equal(texts.count, 7);
    end(&r, "s.yaml:1: x[1]: expected text that is not empty, found a sequence\n"
            "s.yaml:1: x[2]: expected text that is not empty, found null\n"
            "s.yaml:1: x[3]: expected text that is not empty, found \"\"\n"
            "s.yaml:1: x[4]: expected text that is not empty, found a mapping\n"
            "s.yaml:2: y: expected a sequence of texts, found a\n");
}

static void reports_unknown_keys_with_the_nearest_name(void **state)
{
    (void)state;
    struct reading r;
    struct fe_slice text = {NULL, 0};
    begin(&r, "user_name: a\nemail: b\nsomething: c\n");
    (void)fe_fields_text(&r.fields, "username", FE_OPTIONAL, &text);
    (void)fe_fields_text(&r.fields, "email", FE_OPTIONAL, &text);
    (void)fe_fields_text(&r.fields, "email", FE_OPTIONAL, &text);
    fe_fields_done(&r.fields);
    end(&r, "s.yaml:1: user_name: is an unknown key, did you mean username?\n"
            "s.yaml:3: something: is an unknown key, expected one of username, email\n");
}

static void expects_no_key_when_none_was_asked_for(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "a: 1\n");
    fe_fields_done(&r.fields);
    end(&r, "s.yaml:1: a: is an unknown key, expected none\n");
}

static void finds_nothing_and_adds_no_errors_without_a_mapping(void **state)
{
    (void)state;
    struct reading r;
    struct fe_slice text = FE_SLICE("default");
    begin(&r, "- a\n");
    assert_false(fe_fields_text(&r.fields, "x", FE_REQUIRED, &text));
    assert_null(fe_fields_any(&r.fields, "y", FE_REQUIRED));
    assert_null(fe_fields_node(&r.fields, "x"));
    fe_fields_error(&r.fields, "x", "is odd");
    fe_fields_done(&r.fields);
    EXPECT_SLICE(text, "default");
    end(&r, "s.yaml:1: expected a mapping, found a sequence\n");
}

static void reports_errors_of_its_callers_where_they_belong(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "a: 1\nb: 2\n");
    EXPECT_SLICE(fe_fields_node(&r.fields, "b")->text, "2");
    fe_fields_error(&r.fields, "b", "is %s, expected an even one", "odd");
    fe_fields_error(&r.fields, "c", "is needed beside b");
    end(&r, "s.yaml:2: b: is odd, expected an even one\ns.yaml:1: c: is needed beside b\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_type),
        cmocka_unit_test(takes_any_scalar_where_text_is_asked_for),
        cmocka_unit_test(leaves_defaults_alone_when_absent_or_null),
        cmocka_unit_test(reports_every_member_of_the_wrong_type),
        cmocka_unit_test(reports_what_is_required_and_missing),
        cmocka_unit_test(reads_a_sequence_of_texts),
        cmocka_unit_test(reports_every_element_that_is_no_text),
        cmocka_unit_test(reports_unknown_keys_with_the_nearest_name),
        cmocka_unit_test(expects_no_key_when_none_was_asked_for),
        cmocka_unit_test(finds_nothing_and_adds_no_errors_without_a_mapping),
        cmocka_unit_test(reports_errors_of_its_callers_where_they_belong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
