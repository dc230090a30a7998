/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/router.h"

static const struct fe_route rows[] = {
    {.method = FE_GET, .pattern = "/"},
    {.method = FE_GET, .pattern = "/jobs"},
    {.method = FE_POST, .pattern = "/jobs"},
    {.method = FE_GET, .pattern = "/jobs/:id"},
    {.method = FE_GET, .pattern = "/jobs/last"},
    {.method = FE_DELETE, .pattern = "/jobs/:id"},
    {.method = FE_GET, .pattern = "/jobs/:id/status"},
    {.method = FE_GET, .pattern = "/jobs/last/results/:a/:b"},
    {.method = FE_GET, .pattern = "/slash/"},
};

static int setup(void **state)
{
    struct fe_router *router = fe_router_new();
    fe_router_add(router, rows, sizeof(rows) / sizeof(rows[0]), router);
    *state = router;
    return 0;
}

static int teardown(void **state)
{
    fe_router_free(*state);
    return 0;
}

static struct fe_route_match find(void **state, enum fe_method method, const char *path)
{
    struct fe_route_match match = {.route = NULL};
    assert_int_equal(fe_router_find(*state, method, fe_slice_cstr(path), &match), 0);
    assert_ptr_equal(match.self, *state);
    return match;
}

static void assert_param(struct fe_slice param, const char *text)
{
    assert_int_equal(param.len, strlen(text));
    assert_memory_equal(param.ptr, text, param.len);
}

static void finds_the_row_of_a_path(void **state)
{
    assert_ptr_equal(find(state, FE_GET, "/").route, &rows[0]);
    assert_ptr_equal(find(state, FE_GET, "/jobs").route, &rows[1]);
    assert_ptr_equal(find(state, FE_POST, "/jobs").route, &rows[2]);
    assert_ptr_equal(find(state, FE_GET, "/slash/").route, &rows[8]);
}

static void takes_parameters_undecoded(void **state)
{
    struct fe_route_match match = find(state, FE_GET, "/jobs/a%2Fb/status");
    assert_ptr_equal(match.route, &rows[6]);
    assert_param(match.params[0], "a%2Fb");
    assert_null(match.params[1].ptr);
}

static void prefers_what_is_written_out(void **state)
{
    assert_ptr_equal(find(state, FE_GET, "/jobs/last").route, &rows[4]);
    assert_ptr_equal(find(state, FE_GET, "/jobs/lasT").route, &rows[3]);
}

/* "/jobs/last" leads nowhere from here, so "last" is an id after all. */
static void goes_back_where_what_is_written_out_leads_nowhere(void **state)
{
    struct fe_route_match match = find(state, FE_GET, "/jobs/last/status");
    assert_ptr_equal(match.route, &rows[6]);
    assert_param(match.params[0], "last");
    match = find(state, FE_GET, "/jobs/last/results/x/y");
    assert_param(match.params[0], "x");
    assert_param(match.params[1], "y");
}

static void finds_get_for_head(void **state)
{
    assert_ptr_equal(find(state, FE_HEAD, "/jobs").route, &rows[1]);
}

static void knows_no_other_path(void **state)
{
    static const char *const paths[] = {
        "",       "*",  "/job",  "/jobs/", "/jobs//status", "/jobs?",  "/jobs/a/b/c",
        "/slash", "//", "/Jobs", "jobs",   "/jobs/a/",      "/slash//"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct fe_route_match match;
        assert_int_equal(fe_router_find(*state, FE_GET, fe_slice_cstr(paths[i]), &match), -ENOENT);
    }
}

static void tells_what_a_path_would_take(void **state)
{
    struct fe_route_match match = {.allowed = 0};
    assert_int_equal(fe_router_find(*state, FE_PUT, FE_SLICE("/jobs"), &match), -EACCES);
    assert_int_equal(match.allowed, 1u << FE_GET | 1u << FE_POST);
}

static void lists_its_rows_in_order(void **state)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_ptr_equal(fe_router_row(*state, i), &rows[i]);
    }
    assert_null(fe_router_row(*state, sizeof(rows) / sizeof(rows[0])));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finds_the_row_of_a_path),      TEST(takes_parameters_undecoded),
        TEST(prefers_what_is_written_out),  TEST(goes_back_where_what_is_written_out_leads_nowhere),
        TEST(finds_get_for_head),           TEST(knows_no_other_path),
        TEST(tells_what_a_path_would_take), TEST(lists_its_rows_in_order),
    };
    return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
