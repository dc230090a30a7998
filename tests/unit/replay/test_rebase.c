/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <string.h>

#include "replay/rebase.h"
#include "util/time_text.h"

/* A day, a second and a half. */
#define BY_NS (86401500 * FE_NS_PER_MS)

static int set_up(void **state)
{
    static struct fe_arena arena;
    *state = &arena;
    return 0;
}

static int tear_down(void **state)
{
    fe_arena_done(*state);
    return 0;
}

struct field_case {
    const char *name;
    const char *value;
    const char *moved; /* NULL: as it is */
};

static void expect_field(const struct field_case *c, int64_t by_ns, struct fe_arena *arena)
{
    struct fe_header field = {fe_slice_cstr(c->name), fe_slice_cstr(c->value)};
    struct fe_slice moved = fe_rebase_field(&field, by_ns, arena);
    EXPECT_SLICE(moved, c->moved ? c->moved : c->value);
    assert_true((moved.ptr == c->value) == (c->moved == NULL));
}

static void moves_the_fields_that_tell_an_instant(void **state)
{
    static const struct field_case cases[] = {
        {"Date", "Sat, 31 Jan 2026 12:00:00 GMT", "Sun, 01 Feb 2026 12:00:01 GMT"},
        {"EXPIRES", "Sat, 31 Jan 2026 12:00:00 GMT", "Sun, 01 Feb 2026 12:00:01 GMT"},
        {"last-modified", " Sat, 31 Jan 2026 12:00:00 GMT\t", " Sun, 01 Feb 2026 12:00:01 GMT\t"},
        {"Expires", "Saturday, 31-Jan-26 12:00:00 GMT", "Sun, 01 Feb 2026 12:00:01 GMT"},
        {"Expires", "Sat Jan 31 12:00:00 2026", "Sun, 01 Feb 2026 12:00:01 GMT"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_field(&cases[i], BY_NS, *state);
    }
}

static void leaves_other_fields_and_what_is_no_date(void **state)
{
    static const struct field_case cases[] = {
        {"Expires", "0", NULL},
        {"Expires", "-1", NULL},
        {"Expires", "", NULL},
        {"Expires", "Thu, 01 Jan 1970 00:00:00 GMT", NULL},
        {"Date", "yesterday", NULL},
        {"Date", "2026-01-31T12:00:00Z", NULL},
        {"Retry-After", "Sat, 31 Jan 2026 12:00:00 GMT", NULL},
        {"Cache-Control", "max-age=3600", NULL},
        {"Age", "12", NULL},
        {"X-Date", "Sat, 31 Jan 2026 12:00:00 GMT", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_field(&cases[i], BY_NS, *state);
    }
}

static void moves_when_a_cookie_expires_and_nothing_else_of_it(void **state)
{
    static const struct field_case cases[] = {
        {"Set-Cookie", "a=b; Expires=Sat, 31 Jan 2026 12:00:00 GMT; Path=/; Max-Age=60",
         "a=b; Expires=Sun, 01 Feb 2026 12:00:01 GMT; Path=/; Max-Age=60"},
        {"set-cookie", "a=b;expires = Sat, 31-Jan-2026 12:00:00 GMT ;Secure",
         "a=b;expires = Sun, 01 Feb 2026 12:00:01 GMT ;Secure"},
        {"Set-Cookie",
         "a=; expires=Sat, 31 Jan 2026 12:00:00 GMT; expires=Sat, 31 Jan 2026 13:00:00 GMT",
         "a=; expires=Sun, 01 Feb 2026 12:00:01 GMT; expires=Sun, 01 Feb 2026 13:00:01 GMT"},
        {"Set-Cookie", "Expires=Sat, 31 Jan 2026 12:00:00 GMT", NULL},
        {"Set-Cookie", "a=; Expires=Thu, 01-Jan-1970 00:00:00 GMT", NULL},
        {"Set-Cookie", "a=b; Expires", NULL},
        {"Set-Cookie", "a=b; Expires=never; Max-Age=60", NULL},
        {"Set-Cookie", "a=b; Last-Expires=Sat, 31 Jan 2026 12:00:00 GMT", NULL},
        {"Set-Cookie", ";=;;", NULL},
        {"Cookie", "a=b; Expires=Sat, 31 Jan 2026 12:00:00 GMT", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_field(&cases[i], BY_NS, *state);
    }
}

struct json_case {
    const char *pointers; /* with a comma between them */
    const char *body;
    const char *moved; /* NULL: as it is */
};

static void expect_json(const struct json_case *c, int64_t by_ns, struct fe_arena *arena)
{
    struct fe_slice items[8];
    struct fe_names pointers = {items, 0};
    struct fe_slice rest = fe_slice_cstr(c->pointers);
    while (fe_slice_split(&rest, ',', &items[pointers.count])) {
        pointers.count++;
    }
    struct fe_slice moved = fe_rebase_json(fe_slice_cstr(c->body), &pointers, by_ns, arena);
    EXPECT_SLICE(moved, c->moved ? c->moved : c->body);
    assert_true((moved.ptr == c->body) == (c->moved == NULL));
}

static void moves_into_the_past_as_well(void **state)
{
    static const struct field_case date = {"Date", "Sun, 01 Feb 2026 12:00:01 GMT",
                                           "Sat, 31 Jan 2026 11:59:59 GMT"};
    static const struct json_case seconds = {"/a,/b",
                                             "{\"a\":1769947201,\"b\":\"2026-02-01T12:00:01Z\"}",
                                             "{\"a\":1769860799,\"b\":\"2026-01-31T11:59:59Z\"}"};
    static const struct field_case beyond = {"Date", "Thu, 01 Jan 2026 00:00:00 GMT", NULL};
    expect_field(&date, -BY_NS, *state);
    expect_field(&beyond, INT64_MAX, *state);
    expect_json(&seconds, -BY_NS, *state);
}

static void expect_all(const struct json_case *cases, size_t count, struct fe_arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        expect_json(&cases[i], BY_NS, arena);
    }
}

static void moves_texts_as_they_are_written(void **state)
{
    static const struct json_case cases[] = {
        {"/t", "{\"t\":\"2026-01-31T12:00:00Z\"}", "{\"t\":\"2026-02-01T12:00:01Z\"}"},
        {"/t", "{ \"t\" : \"2026-01-31T12:00:00.000+01:00\" , \"u\" : 1e3 }",
         "{ \"t\" : \"2026-02-01T12:00:01.500+01:00\" , \"u\" : 1e3 }"},
        {"/t", "{\"t\":\"2026-01-31 23:59:59.000000-05:30\"}",
         "{\"t\":\"2026-02-02 00:00:00.500000-05:30\"}"},
        {"/t", "{\"t\":\"2026-01-31T12\\u003a00:00Z\"}", "{\"t\":\"2026-02-01T12:00:01Z\"}"},
        {"/t", "{\"t\":\"1970-01-01T00:00:00Z\"}", NULL},
        {"/t", "{\"t\":\"9999-12-31T23:59:59Z\"}", NULL},
        {"/t", "{\"t\":\"2026-01-31T12:00:00\"}", NULL},
        {"/t", "{\"t\":\"2026-01-31\"}", NULL},
        {"/t", "{\"t\":\"1769860800\"}", NULL},
        {"/t", "{\"t\":\"\\ud800\"}", NULL},
    };
    expect_all(cases, COUNT_OF(cases), *state);
}

static void moves_whole_seconds_and_milliseconds(void **state)
{
    static const struct json_case cases[] = {
        {"/t", "{\"t\":1769860800}", "{\"t\":1769947201}"},
        {"/t", "{\"t\":1769860800123}", "{\"t\":1769947201623}"},
        {"/t", "{\"t\":1000000000}", "{\"t\":1000086401}"},
        {"/t", "{\"t\":99999999999}", "{\"t\":100000086400}"},
        {"/t", "{\"t\":100000000000}", "{\"t\":100086401500}"},
        {"/t", "{\"t\":99999999999999}", "{\"t\":100000086401499}"},
        {"/t", "{\"t\":999999999}", NULL},
        {"/t", "{\"t\":100000000000000}", NULL},
        {"/t", "{\"t\":99999999999999999999}", NULL},
        {"/t", "{\"t\":3600}", NULL},
        {"/t", "{\"t\":-1769860800}", NULL},
        {"/t", "{\"t\":1769860800.5}", NULL},
        {"/t", "{\"t\":1.7698608e9}", NULL},
        {"/t", "{\"t\":true}", NULL},
        {"/t", "{\"t\":null}", NULL},
    };
    expect_all(cases, COUNT_OF(cases), *state);
}

static void moves_what_the_pointers_name_and_nothing_else(void **state)
{
    static const struct json_case cases[] = {
        {"/a/b", "{\"b\":1769860800,\"a\":{\"b\":1769860800,\"c\":1769860800}}",
         "{\"b\":1769860800,\"a\":{\"b\":1769947201,\"c\":1769860800}}"},
        {"/a/1", "{\"a\":[1769860800,1769860800]}", "{\"a\":[1769860800,1769947201]}"},
        {"/a,/b,/a", "{\"a\":1769860800,\"b\":1769860800}", "{\"a\":1769947201,\"b\":1769947201}"},
        {"/b,/a", "{\"a\":1769860800,\"b\":1769860800}", "{\"a\":1769947201,\"b\":1769947201}"},
        {"/a~1b,/c~0d,/~01", "{\"a/b\":1769860800,\"c~d\":1769860800,\"~1\":1769860800}",
         "{\"a/b\":1769947201,\"c~d\":1769947201,\"~1\":1769947201}"},
        {"/", "{\"\":1769860800}", "{\"\":1769947201}"},
        {"/a\"b", "{\"a\\u0022b\":1769860800}", "{\"a\\u0022b\":1769947201}"},
        {"/a", "{\"a\":{\"b\":1769860800}}", NULL},
        {"/a/b", "{\"a\":1769860800}", NULL},
        {"/a/01", "{\"a\":[1769860800,1769860800]}", NULL},
        {"/a/-", "{\"a\":[1769860800]}", NULL},
        {"/ab", "{\"a\":1769860800,\"abc\":1769860800}", NULL},
        {"/a/", "{\"a\":1769860800}", NULL},
        {"a", "{\"a\":1769860800}", NULL},
        {"", "{\"a\":1769860800}", NULL},
    };
    expect_all(cases, COUNT_OF(cases), *state);
}

static void moves_the_whole_document_if_it_is_one_time(void **state)
{
    struct fe_slice whole = FE_SLICE("");
    struct fe_names pointers = {&whole, 1};
    EXPECT_SLICE(fe_rebase_json(FE_SLICE(" 1769860800\n"), &pointers, BY_NS, *state),
                 " 1769947201\n");
}

static void takes_a_star_for_every_element_and_member(void **state)
{
    static const struct json_case cases[] = {
        {"/data/*/t",
         "{\"data\":[{\"t\":1769860800},{\"u\":1769860800},{\"t\":1769860800}],\"t\":1}",
         "{\"data\":[{\"t\":1769947201},{\"u\":1769860800},{\"t\":1769947201}],\"t\":1}"},
        {"/*", "{\"a\":1769860800,\"b\":[1769860800]}", "{\"a\":1769947201,\"b\":[1769860800]}"},
        {"/*/*", "{\"a\":1769860800,\"b\":[1769860800]}", "{\"a\":1769860800,\"b\":[1769947201]}"},
        {"/*,/b/0,/*/0", "{\"a\":1769860800,\"b\":[1769860800]}",
         "{\"a\":1769947201,\"b\":[1769947201]}"},
        {"/a*", "{\"ab\":1769860800}", NULL},
    };
    expect_all(cases, COUNT_OF(cases), *state);
}

static void leaves_a_body_that_is_no_json(void **state)
{
    static const struct json_case cases[] = {
        {"/t", "", NULL},
        {"/t", "{\"t\":1769860800", NULL},
        {"/t", "{\"t\":1769860800}{\"t\":1769860800}", NULL},
        {"/t", "t=1769860800", NULL},
    };
    expect_all(cases, COUNT_OF(cases), *state);
}

static void follows_a_pointer_as_deep_as_json_goes(void **state)
{
    enum {
        DEPTH = 500
    };
    char pointer[DEPTH * 2 + 1];
    char opened[DEPTH];
    char closed[DEPTH];
    for (size_t i = 0; i < DEPTH; i++) {
        memcpy(pointer + i * 2, "/0", 3);
        opened[i] = '[';
        closed[i] = ']';
    }
    struct fe_slice open = {opened, sizeof(opened)};
    struct fe_slice close = {closed, sizeof(closed)};
    const struct json_case deep = {
        pointer,
        fe_arena_printf(*state, FE_PRI "1769860800" FE_PRI, FE_ARG(open), FE_ARG(close)).ptr,
        fe_arena_printf(*state, FE_PRI "1769947201" FE_PRI, FE_ARG(open), FE_ARG(close)).ptr,
    };
    expect_json(&deep, BY_NS, *state);
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(moves_the_fields_that_tell_an_instant),
        WITH_ARENA(leaves_other_fields_and_what_is_no_date),
        WITH_ARENA(moves_when_a_cookie_expires_and_nothing_else_of_it),
        WITH_ARENA(moves_into_the_past_as_well),
        WITH_ARENA(moves_texts_as_they_are_written),
        WITH_ARENA(moves_whole_seconds_and_milliseconds),
        WITH_ARENA(moves_what_the_pointers_name_and_nothing_else),
        WITH_ARENA(moves_the_whole_document_if_it_is_one_time),
        WITH_ARENA(takes_a_star_for_every_element_and_member),
        WITH_ARENA(leaves_a_body_that_is_no_json),
        WITH_ARENA(follows_a_pointer_as_deep_as_json_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
