/* SPDX-License-Identifier: MIT */
#include "../expect.h"
#include "http/hop.h"
#include "util/buf.h"

#define FIELD(name, value)                                                                         \
    {                                                                                              \
        FE_SLICE_INIT(name), FE_SLICE_INIT(value)                                                  \
    }
#define FIELDS(array) ((struct fe_headers){array, sizeof(array) / sizeof((array)[0]), 0})

static void lists_say_what_is_for_one_hop(void **state)
{
    struct fe_header items[] = {FIELD("connection", "x-MINE , close"),
                                FIELD("Connection", "Content-Length, Host, Transfer-Encoding")};
    const struct fe_headers headers = FIELDS(items);
    (void)state;
    assert_true(fe_is_for_one_hop(&headers, FE_SLICE("Connection")));
    assert_true(fe_is_for_one_hop(&headers, FE_SLICE("keep-alive")));
    assert_true(fe_is_for_one_hop(&headers, FE_SLICE("Upgrade")));
    assert_true(fe_is_for_one_hop(&headers, FE_SLICE("X-Mine")));
    assert_false(fe_is_for_one_hop(&headers, FE_SLICE("X-Yours")));
    assert_false(fe_is_for_one_hop(&headers, FE_SLICE("content-length")));
    assert_false(fe_is_for_one_hop(&headers, FE_SLICE("Transfer-Encoding")));
    assert_false(fe_is_for_one_hop(&headers, FE_SLICE("Host")));
}

static void expect(const struct fe_headers *fields, const char *text)
{
    struct fe_buf out;
    fe_buf_init(&out, 4096);
    for (size_t i = 0; i < fields->count; i++) {
        (void)fe_buf_printf(&out, FE_PRI ": " FE_PRI "\n", FE_ARG(fields->items[i].name),
                            FE_ARG(fields->items[i].value));
    }
    assert_string_equal(out.ptr, text);
    fe_buf_done(&out);
}

static void answers_lose_what_is_not_for_the_client(void **state)
{
    struct fe_header items[] = {FIELD("x-B", "2"),
                                FIELD("Content-Length", "5, 5"),
                                FIELD("Connection", "X-Mine"),
                                FIELD("Trailer", "X-Sum"),
                                FIELD("X-Mine", "1"),
                                FIELD("content-length", "5"),
                                FIELD("X-Foundry-Emulator", "record"),
                                FIELD("Location", "https://stack.example/a"),
                                FIELD("x-b", "1")};
    const struct fe_headers headers = FIELDS(items);
    struct fe_arena arena = {NULL};
    (void)state;
    struct fe_headers fields = fe_relay_fields(&headers, NULL, false, &arena);
    expect(&fields, "x-B: 2\nContent-Length: 5\nTrailer: X-Sum\n"
                    "Location: https://stack.example/a\nx-b: 1\n");
    fields = fe_relay_fields(&headers, NULL, true, &arena);
    expect(&fields, "x-B: 2\nLocation: https://stack.example/a\nx-b: 1\n");
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_say_what_is_for_one_hop),
        cmocka_unit_test(answers_lose_what_is_not_for_the_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
