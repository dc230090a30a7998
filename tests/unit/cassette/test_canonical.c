/* SPDX-License-Identifier: MIT */
#include "canonical_rig.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/buf.h"

static const struct fe_match_options strict = {.profile = FE_MATCH_STRICT};

#define MULTIPART(b) "multipart/form-data; boundary=" b
#define PART(b, head, content)                                                                     \
    "--" b "\r\nContent-Disposition: form-data; " head "\r\n\r\n" content "\r\n"

static void what_means_the_same_is_the_same(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {{.target = "/%41%7e/b"}, {.target = "/A~/b"}},
        {{.target = "/a%2fb"}, {.target = "/a%2Fb"}},
        {{.target = "http://host:1/a?b=1"}, {.target = "/a?b=1"}},
        {{.target = "/?b=2&a=1"}, {.target = "/?a=1&b=2"}},
        {{.target = "/?a=x+y%2a"}, {.target = "/?&%61=x%20y*"}},
        {{.target = "/a?"}, {.target = "/a"}},
        {{.field = "ACCEPT", .value = " a/b "}, {.field = "accept", .value = "a/b"}},
        {{.field = "User-Agent", .value = "x"}, {.field = "Host", .value = "y"}},
        {{.type = JSON, .body = "{\"a\":1,\"b\":[2,{}]}"},
         {.type = JSON "; charset=utf-8", .body = " { \"b\" : [ 2 , { } ] , \"a\" : 1.0 } "}},
        {{.type = JSON, .body = "[1,1,100,0,-15e-1,0.00,-0,1e30]"},
         {.type = JSON, .body = "[1.0,10e-1,1E+2,0e5,-1.5,0,0,1000000000000000000000000000000]"}},
        {{.type = JSON, .body = "[0.001,123.25,123456789012345678901]"},
         {.type = JSON, .body = "[1e-3,12325e-2,123456789012345678901.0]"}},
        {{.type = JSON, .body = "{\"\\u0061\\/\":\"\\u00e9\\n\\ud83d\\ude00\"}"},
         {.type = JSON, .body = "{\"a/\":\"\xc3\xa9\\u000A\xf0\x9f\x98\x80\"}"}},
        {{.type = "application/vnd.x+json", .body = "{\"a\":1}"}, {.body = "{\"a\": 1}"}},
        {{.body = " \t\r\n[1]"}, {.type = JSON, .body = "[1]"}},
        {{.type = "application/octet-stream", .body = "[1]"}, {.type = JSON, .body = "[ 1 ]"}},
        {{.type = FORM, .body = "b=2&a=1"}, {.type = FORM, .body = "%61=1&b=2"}},
        {{.type = MULTIPART("x"),
          .body = PART("x", "name=a", "1") PART("x", "name=b", "2") "--x--"},
         {.type = MULTIPART("\"y\""),
          .body = PART("y", "name=\"b\"", "2") PART("y", "name=a", "1") "--y--\r\n"}},
        /* Before the first boundary and behind the last one stands nothing that counts; a
         * boundary's line may have spaces at its end; and a part need not have a head. */
        {{.type = MULTIPART("x"),
          .body = "preamble\r\n--x \t\r\nContent-Disposition: form-data; "
                  "name=a\r\n\r\n1\r\n--x--\r\nend"},
         {.type = MULTIPART("y"), .body = PART("y", "name=a", "1") "--y--"}},
        {{.type = MULTIPART("x"), .body = "--x\r\n\r\n\r1\r\n--x--"},
         {.type = MULTIPART("y"), .body = "--y\r\n\r\n\r1\r\n--y--"}},
        {{.type = JSON, .body = "{\"\\u0001\":\"\\u001F\\u000a\"}"},
         {.type = JSON, .body = "{\"\\u0001\":\"\\u001f\\n\"}"}},
        {{.type = JSON, .body = ""}, {.type = NULL}},
        {{.field = "Content-Encoding",
          .value = "deflate",
          .type = JSON,
          .body = "\x78\x9c\x8b\x36\xd4\x33\x88\x05\x00\x03\xd7\x01\x48",
          .body_len = 13},
         {.type = JSON, .body = "[1]"}},
        /* It was stored without its coding. */
        {{.field = "Content-Encoding", .value = "gzip", .type = JSON, .body = "[1.0]"},
         {.type = JSON, .body = "[1]"}},
    };
    expect_pairs(&strict, pairs, COUNT_OF(pairs), true);
}

static void what_differs_is_different(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {{.method = "PUT"}, {.method = "POST"}},
        {{.target = "/a"}, {.target = "/a/"}},
        {{.target = "/a%2Fb"}, {.target = "/a/b"}},
        {{.target = "/a?b=1"}, {.target = "/a?b=2"}},
        {{.target = "/?a=1&a=2"}, {.target = "/?a=2&a=1"}},
        {{.target = "/?a=1"}, {.target = "/?a=1&a=1"}},
        {{.target = "/?ab=c"}, {.target = "/?a=bc"}},
        {{.target = "/?a=1%26b=2"}, {.target = "/?a=1&b=2"}},
        {{.field = "Range", .value = "bytes=0-1"}, {.field = "Range", .value = "bytes=0-2"}},
        {{.field = "If-Match", .value = "x"}, {.field = "If-None-Match", .value = "x"}},
        {{.type = JSON, .body = "[1,2]"}, {.type = JSON, .body = "[2,1]"}},
        {{.type = JSON, .body = "[1]"}, {.type = JSON, .body = "{\"0\":1}"}},
        {{.type = JSON, .body = "[]"}, {.type = JSON, .body = "{}"}},
        {{.type = JSON, .body = "[[]]"}, {.type = JSON, .body = "[[[]]]"}},
        {{.type = JSON, .body = "1"}, {.type = JSON, .body = "\"1\""}},
        {{.type = JSON, .body = "null"}, {.type = JSON, .body = "\"null\""}},
        {{.type = JSON, .body = "{\"a\":null}"}, {.type = JSON, .body = "{}"}},
        {{.type = JSON, .body = "{\"a/b\":1}"}, {.type = JSON, .body = "{\"a\":{\"b\":1}}"}},
        {{.type = JSON, .body = "9007199254740993"}, {.type = JSON, .body = "9007199254740992"}},
        {{.type = JSON, .body = "1e400"}, {.type = JSON, .body = "1e401"}},
        {{.type = JSON, .body = "1e99999999999999999999"},
         {.type = JSON, .body = "1e99999999999999999998"}},
        {{.type = JSON, .body = "-1"}, {.type = JSON, .body = "1"}},
        {{.type = JSON, .body = "{\"a\":1,\"a\":2}"}, {.type = JSON, .body = "{\"a\":2}"}},
        {{.type = JSON, .body = "{\"a\":1"}, {.type = JSON, .body = "{\"a\": 1"}},
        {{.type = "text/plain", .body = "[1]"}, {.type = "text/plain", .body = "[ 1]"}},
        {{.type = FORM, .body = "a=1&a=2"}, {.type = FORM, .body = "a=2&a=1"}},
        {{.type = MULTIPART("x"), .body = PART("x", "name=a; filename=f", "1") "--x--"},
         {.type = MULTIPART("x"), .body = PART("x", "name=a", "1") "--x--"}},
        {{.type = MULTIPART("x"), .body = PART("x", "name=a", "1") "--x--"},
         {.type = MULTIPART("x"), .body = PART("x", "name=a", "2") "--x--"}},
        /* No name of a part can look like that of its file. */
        {{.type = MULTIPART("x"), .body = PART("x", "name=\"a; filename\"", "f") "--x--"},
         {.type = MULTIPART("x"), .body = PART("x", "name=a; filename=f", "") "--x--"}},
        {{.type = MULTIPART("x"), .body = PART("x", "name=\"a;b\"", "f") "--x--"},
         {.type = MULTIPART("x"), .body = PART("x", "name=\"a%3Bb\"", "f") "--x--"}},
        {{.type = JSON, .body = "\"\\u0001\""}, {.type = JSON, .body = "\"\\u0011\""}},
    };
    expect_pairs(&strict, pairs, COUNT_OF(pairs), false);
}

/* Each would be the same as its neighbour, were it read as what it claims to be. */
static void what_is_broken_counts_as_bytes(void **state)
{
    (void)state;
#define LONG_BOUNDARY "0123456789012345678901234567890123456789012345678901234567890123456789"
    static const struct pair pairs[] = {
        {{.type = MULTIPART("x"), .body = PART("x", "name=a", "1")},
         {.type = MULTIPART("y"), .body = PART("y", "name=a", "1")}},
        {{.type = MULTIPART("x"), .body = PART("x", "name=a", "1") "--xx--"},
         {.type = MULTIPART("y"), .body = PART("y", "name=a", "1") "--yy--"}},
        {{.type = MULTIPART("x"), .body = "--x\r\nContent-Disposition: form-data\r\n--x--"},
         {.type = MULTIPART("y"), .body = "--y\r\nContent-Disposition: form-data\r\n--y--"}},
        {{.type = MULTIPART("x"), .body = "no boundary\r\n"},
         {.type = MULTIPART("x"), .body = "none at all\r\n"}},
        {{.type = MULTIPART("x"), .body = "--x"}, {.type = MULTIPART("y"), .body = "--y"}},
        {{.type = "multipart/form-data", .body = PART("x", "name=a", "1") "--x--"},
         {.type = "multipart/form-data", .body = PART("y", "name=a", "1") "--y--"}},
        {{.type = MULTIPART(LONG_BOUNDARY "1"),
          .body = PART(LONG_BOUNDARY "1", "name=a", "1") "--" LONG_BOUNDARY "1--"},
         {.type = MULTIPART(LONG_BOUNDARY "2"),
          .body = PART(LONG_BOUNDARY "2", "name=a", "1") "--" LONG_BOUNDARY "2--"}},
        {{.type = JSON, .body = "[\"\\ud800\"]"}, {.type = JSON, .body = "[ \"\\ud800\"]"}},
    };
    expect_pairs(&strict, pairs, COUNT_OF(pairs), false);
    const struct pair longest = {
        {.type = MULTIPART(LONG_BOUNDARY),
         .body = PART(LONG_BOUNDARY, "name=a", "1") "--" LONG_BOUNDARY "--"},
        {.type = MULTIPART("x"), .body = PART("x", "name=a", "1") "--x--"}};
    expect_pairs(&strict, &longest, 1, true);
#undef LONG_BOUNDARY
}

/* `count` times `item`, between `begin` and `end`; to be freed. */
static char *repeated(const char *begin, const char *item, size_t count, const char *end)
{
    struct fe_buf text;
    fe_buf_init(&text, 64 << 20);
    assert_int_equal(fe_buf_puts(&text, begin), 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(fe_buf_puts(&text, item), 0);
    }
    assert_int_equal(fe_buf_put(&text, (struct fe_slice){end, strlen(end) + 1}), 0);
    return text.ptr;
}

/* A document with a space in front is the same, unless it counts as bytes. */
static void expect_json(char *text, bool same)
{
    const struct request a = {.type = JSON, .body = text + 1};
    const struct request b = {.type = JSON, .body = text};
    assert_int_equal(is_same(&strict, &a, &b), same);
    free(text);
}

static void what_has_too_many_parts_counts_as_bytes(void **state)
{
    (void)state;
    expect_json(repeated(" [0", ",0", FE_CANONICAL_PARTS - 2, "]"), true);
    expect_json(repeated(" [0", ",0", FE_CANONICAL_PARTS - 1, "]"), false);
    char *few = repeated("--x", "\r\n\r\n\r\n--x", 1000, "--");
    char *many = repeated("--x", "\r\n\r\n\r\n--x", FE_CANONICAL_PARTS, "--");
    const struct pair pairs[] = {
        {{.type = MULTIPART("x"), .body = few}, {.type = MULTIPART("\"x\""), .body = few}},
        {{.type = MULTIPART("x"), .body = many}, {.type = MULTIPART("x"), .body = few}},
    };
    expect_pairs(&strict, pairs, 1, true);
    expect_pairs(&strict, pairs + 1, 1, false);
    free(few);
    free(many);
}

/* Long names make long pointers, and every value below them has its own. */
static void long_pointers_are_whole_until_there_are_too_many_of_them(void **state)
{
    (void)state;
    struct fe_arena arena = {NULL};
    struct fe_difference found[1];
    char *one = repeated("{\"", "n", 1000, "\":[{\"a\":1}]}");
    char *other = repeated("{\"", "n", 1000, "\":[{\"a\":2}]}");
    struct fe_canonical ours =
        canonical_of(&strict, &(struct request){.type = JSON, .body = one}, &arena);
    struct fe_canonical theirs =
        canonical_of(&strict, &(struct request){.type = JSON, .body = other}, &arena);
    assert_int_equal(fe_canonical_compare(&ours, &theirs, found, COUNT_OF(found)), 1);
    assert_int_equal(found[0].ours->name.len, strlen("/") + 1000 + strlen("/0/a"));
    fe_arena_done(&arena);
    free(one);
    free(other);
    char *name = repeated(" {\"", "n", 100000, "\":[0");
    expect_json(repeated(name, ",0", 100, "]}"), true);
    expect_json(repeated(name, ",0", 500, "]}"), false);
    free(name);
}

static void only_the_kind_of_a_secret_counts(void **state)
{
    (void)state;
    static const struct pair same[] = {
        {{.target = "/?code=live"}, {.target = "/?code=fe~code~0123456789abcdef"}},
        {{.type = FORM, .body = "client_secret=x&a=1"},
         {.type = FORM, .body = "a=1&client_secret=fe~x~0123456789abcdef"}},
        {{.type = JSON, .body = "{\"password\":\"x\\n\"}"},
         {.type = JSON, .body = "{\"password\":\"y\"}"}},
        {{.type = JSON, .body = "{\"token\":{\"value\":[\"x\"],\"token_type\":\"Bearer\"}}"},
         {.type = JSON, .body = "{\"token\":{\"value\":[\"y\"],\"token_type\":\"Bearer\"}}"}},
        {{.type = MULTIPART("x"), .body = PART("x", "name=password", "1") "--x--"},
         {.type = MULTIPART("x"), .body = PART("x", "name=password", "2") "--x--"}},
    };
    static const struct pair different[] = {
        {{.target = "/?code="}, {.target = "/?code=x"}},
        {{.type = JSON, .body = "{\"password\":1}"}, {.type = JSON, .body = "{\"password\":2}"}},
        {{.type = JSON, .body = "{\"a\":\"fe~code~0123456789abcdef\"}"},
         {.type = JSON, .body = "{\"a\":\"x\"}"}},
        {{.type = JSON, .body = "{\"token\":{\"token_type\":\"Bearer\"}}"},
         {.type = JSON, .body = "{\"token\":{\"token_type\":\"MAC\"}}"}},
    };
    const struct fe_frame_redaction redaction = {.version = FE_RULES_VERSION};
    struct fe_rules *rules = fe_rules_new(&redaction);
    const struct fe_match_options options = {.secrets = rules};
    expect_pairs(&options, same, COUNT_OF(same), true);
    expect_pairs(&options, different, COUNT_OF(different), false);
    expect_pairs(&strict, same, COUNT_OF(same), false);
    fe_rules_free(rules);
}

static void profiles_and_rules_leave_out(void **state)
{
    (void)state;
    static const struct pair lenient[] = {
        {{.field = "Accept", .value = "a/b"}, {.field = "Accept", .value = "c/d"}},
        {{.type = JSON, .body = "{\"a\":{\"b\":null}}"}, {.type = JSON, .body = "{\"a\":{}}"}},
    };
    static const struct pair not_lenient[] = {
        {{.type = JSON, .body = "[null]"}, {.type = JSON, .body = "[]"}},
        {{.type = JSON, .body = "{\"a\":null,\"a\":1}"}, {.type = JSON, .body = "{\"a\":1}"}},
    };
    static const struct pair ruled[] = {
        {{.target = "/a/b?t=1&u=1"}, {.target = "/a/b?u=1&t=2&t=3"}},
        {{.target = "/a", .field = "Accept", .value = "x"}, {.target = "/a"}},
        {{.target = "/a", .type = JSON, .body = "{\"i\":{\"x\":[1]},\"j\":1}"},
         {.target = "/a", .type = JSON, .body = "{\"j\":1}"}},
    };
    static const struct pair not_ruled[] = {
        {{.target = "/b?t=1"}, {.target = "/b?t=2"}},
        {{.target = "/a", .field = "X-Mode", .value = "1"},
         {.target = "/a", .field = "x-mode", .value = "2"}},
    };
    static struct fe_slice fields[] = {FE_SLICE_INIT("ACCEPT")};
    static struct fe_slice query[] = {FE_SLICE_INIT("t")};
    static struct fe_slice pointers[] = {FE_SLICE_INIT("/i")};
    static struct fe_slice named[] = {FE_SLICE_INIT("X-Mode")};
    const struct fe_match_rule rule = {
        .path = FE_SLICE("/a/**"),
        .ignore_fields = {fields, 1},
        .ignore_query = {query, 1},
        .ignore_pointers = {pointers, 1},
        .match_fields = {named, 1},
    };
    struct fe_match_options options = {.profile = FE_MATCH_LENIENT};
    expect_pairs(&options, lenient, COUNT_OF(lenient), true);
    expect_pairs(&options, not_lenient, COUNT_OF(not_lenient), false);
    options = (struct fe_match_options){.rules = &rule, .rule_count = 1};
    expect_pairs(&options, ruled, COUNT_OF(ruled), true);
    expect_pairs(&options, not_ruled, COUNT_OF(not_ruled), false);
    options.profile = FE_MATCH_METHOD_PATH;
    expect_pairs(&options, not_ruled, COUNT_OF(not_ruled), true);
}

static void long_values_are_told_by_their_digest(void **state)
{
    (void)state;
    static char bodies[2][FE_CANONICAL_VALUE_BYTES + 2];
    struct fe_arena arena = {NULL};
    memset(bodies, 'x', sizeof(bodies));
    bodies[0][FE_CANONICAL_VALUE_BYTES + 1] = bodies[1][FE_CANONICAL_VALUE_BYTES + 1] = '\0';
    bodies[1][FE_CANONICAL_VALUE_BYTES] = 'y';
    const struct request a = {.body = bodies[0]};
    const struct request b = {.body = bodies[1]};
    assert_true(is_same(&strict, &a, &a));
    assert_false(is_same(&strict, &a, &b));
    struct fe_canonical made = canonical_of(&strict, &a, &arena);
    struct fe_slice digest = made.parts[made.count - 1].value;
    assert_int_equal(digest.len, strlen("sha256:") + 64 + strlen(" 4097"));
    const struct request imitation = {.body = digest.ptr};
    assert_false(is_same(&strict, &a, &imitation));
    fe_arena_done(&arena);
}

static void differences_have_their_pointers(void **state)
{
    (void)state;
    struct fe_arena arena = {NULL};
    struct fe_difference found[4];
    const struct request a = {
        .target = "/?q=1", .type = JSON, .body = "{\"a\":[1,{\"x/y\":\"s\"}],\"b\":true,\"n\":2}"};
    const struct request b = {
        .target = "/?q=2", .type = JSON, .body = "{\"a\":[1,{\"x/y\":\"t\"}],\"c\":{},\"n\":2.0}"};
    struct fe_canonical ours = canonical_of(&strict, &a, &arena);
    struct fe_canonical theirs = canonical_of(&strict, &b, &arena);
    assert_int_equal(fe_canonical_compare(&ours, &theirs, found, COUNT_OF(found)), 4);
    assert_int_equal(found[0].ours->kind, FE_PART_QUERY);
    EXPECT_SLICE(found[0].theirs->value, "2");
    EXPECT_SLICE(found[1].ours->name, "/a/1/x~1y");
    EXPECT_SLICE(found[1].ours->value, "\"s\"");
    EXPECT_SLICE(found[1].theirs->value, "\"t\"");
    EXPECT_SLICE(found[2].ours->name, "/b");
    assert_null(found[2].theirs);
    assert_null(found[3].ours);
    EXPECT_SLICE(found[3].theirs->name, "/c");
    fe_arena_done(&arena);
}

/* ── with chance ── */

enum {
    ROUNDS = 2000,
    MEMBERS = 8,
    TEXT_BYTES = 2048
};

static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

static void shuffle(uint32_t *seed, size_t order[MEMBERS])
{
    memset(order, 0, MEMBERS * sizeof(*order));
    for (size_t i = 0; i < MEMBERS; i++) {
        size_t other = draw(seed, (uint32_t)i + 1);
        order[i] = order[other];
        order[other] = i;
    }
}

/* Members m0 to m7 in some order, each [N + 1, "sN"], in some spelling; that of `odd` has another
 * or the two the other way round. */
static void write_json(uint32_t *seed, char text[TEXT_BYTES], size_t odd, bool swapped)
{
    static const char *const exponents[] = {"", ".0", "0e-1", ".000E+0"};
    static const char *const letters[] = {"s", "\\u0073", "\\u0073\\u003"};
    size_t order[MEMBERS];
    size_t len = 0;
    shuffle(seed, order);
    for (size_t i = 0; i < MEMBERS; i++) {
        size_t n = order[i];
        bool swap = n == odd && swapped;
        char number[32];
        char string[32];
        (void)snprintf(number, sizeof(number), "%zu%s", n == odd && !swapped ? n + 11 : n + 1,
                       exponents[draw(seed, COUNT_OF(exponents))]);
        (void)snprintf(string, sizeof(string), "\"%s%zu\"", letters[draw(seed, COUNT_OF(letters))],
                       n);
        len += (size_t)snprintf(text + len, TEXT_BYTES - len, "%c\"%s%zu\":[%s,%s]",
                                i == 0 ? '{' : ',', draw(seed, 2) ? "m" : "\\u006d", n,
                                swap ? string : number, swap ? number : string);
    }
    (void)snprintf(text + len, TEXT_BYTES - len, "}");
}

static void json_is_its_value(void **state)
{
    (void)state;
    uint32_t seed = 1;
    static char texts[3][TEXT_BYTES];
    for (int i = 0; i < ROUNDS; i++) {
        write_json(&seed, texts[0], MEMBERS, false);
        write_json(&seed, texts[1], MEMBERS, false);
        write_json(&seed, texts[2], draw(&seed, MEMBERS), draw(&seed, 2));
        const struct request a = {.type = JSON, .body = texts[0]};
        const struct request b = {.type = JSON, .body = texts[1]};
        const struct request c = {.type = JSON, .body = texts[2]};
        assert_true(is_same(&strict, &a, &b));
        assert_false(is_same(&strict, &a, &c));
    }
}

/* Pairs q0=v0 to q7=v7 and, in their order, twice=a and twice=b (`odd` MEMBERS + 1: the other way
 * round), with some letters escaped. */
static void write_query(uint32_t *seed, char text[TEXT_BYTES], size_t odd)
{
    size_t order[MEMBERS];
    size_t len = (size_t)snprintf(text, TEXT_BYTES, "/p?");
    bool first_twice = odd == MEMBERS + 1;
    shuffle(seed, order);
    for (size_t i = 0; i < MEMBERS; i++) {
        len += (size_t)snprintf(text + len, TEXT_BYTES - len, "%s%zu=%s%zu&",
                                draw(seed, 2) ? "q" : "%71", order[i], draw(seed, 2) ? "v" : "%76",
                                order[i] == odd ? 99 : order[i]);
        if (i == 1 || i == 5) {
            len += (size_t)snprintf(text + len, TEXT_BYTES - len, "twice=%c&",
                                    (i == 1) != first_twice ? 'a' : 'b');
        }
    }
}

static void a_query_is_its_pairs(void **state)
{
    (void)state;
    uint32_t seed = 2;
    static char texts[3][TEXT_BYTES];
    for (int i = 0; i < ROUNDS; i++) {
        size_t odd = draw(&seed, MEMBERS + 1);
        write_query(&seed, texts[0], MEMBERS);
        write_query(&seed, texts[1], MEMBERS);
        write_query(&seed, texts[2], odd == MEMBERS ? MEMBERS + 1 : odd);
        const struct request a = {.target = texts[0]};
        const struct request b = {.target = texts[1]};
        const struct request c = {.target = texts[2]};
        assert_true(is_same(&strict, &a, &b));
        assert_false(is_same(&strict, &a, &c));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_means_the_same_is_the_same),
        cmocka_unit_test(what_differs_is_different),
        cmocka_unit_test(what_is_broken_counts_as_bytes),
        cmocka_unit_test(what_has_too_many_parts_counts_as_bytes),
        cmocka_unit_test(long_pointers_are_whole_until_there_are_too_many_of_them),
        cmocka_unit_test(only_the_kind_of_a_secret_counts),
        cmocka_unit_test(profiles_and_rules_leave_out),
        cmocka_unit_test(long_values_are_told_by_their_digest),
        cmocka_unit_test(differences_have_their_pointers),
        cmocka_unit_test(json_is_its_value),
        cmocka_unit_test(a_query_is_its_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
