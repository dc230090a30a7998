/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/changed_paths.h"
#include "util/random.h"

static struct fe_request request(enum fe_method method, const char *path)
{
    return (struct fe_request){.method = method, .path = fe_slice_cstr(path)};
}

static void add(struct fe_changed_paths *paths, enum fe_method method, const char *path)
{
    const struct fe_request write = request(method, path);
    fe_changed_paths_add(paths, &write);
}

static bool has(const struct fe_changed_paths *paths, enum fe_method method, const char *path)
{
    const struct fe_request asked = request(method, path);
    return fe_changed_paths_has(paths, &asked);
}

static int setup(void **state)
{
    static struct fe_changed_paths paths;
    static struct fe_random random;
    fe_random_init_deterministic(&random, 1);
    fe_changed_paths_init(&paths, &random);
    *state = &paths;
    return 0;
}

static int teardown(void **state)
{
    fe_changed_paths_done(*state);
    return 0;
}

static void a_post_is_heard_of_by_who_reads_its_path(void **state)
{
    struct fe_changed_paths *paths = *state;
    assert_false(has(paths, FE_GET, "/things"));
    add(paths, FE_POST, "/things");
    add(paths, FE_POST, "/things");
    assert_true(has(paths, FE_GET, "/things"));
    assert_true(has(paths, FE_HEAD, "/things"));
    assert_false(has(paths, FE_POST, "/things"));
    assert_false(has(paths, FE_GET, "/things/1"));
    assert_false(has(paths, FE_GET, "/thing"));
}

static void any_other_write_changes_all_below(void **state)
{
    struct fe_changed_paths *paths = *state;
    add(paths, FE_DELETE, "/things/1");
    assert_true(has(paths, FE_GET, "/things/1"));
    assert_true(has(paths, FE_POST, "/things/1"));
    assert_true(has(paths, FE_GET, "/things/1/parts/2"));
    assert_false(has(paths, FE_GET, "/things"));
    assert_false(has(paths, FE_GET, "/things/10"));
    assert_false(has(paths, FE_GET, "/"));
}

static void a_path_is_what_it_means(void **state)
{
    struct fe_changed_paths *paths = *state;
    add(paths, FE_PUT, "/a%2Db/%c3");
    assert_true(has(paths, FE_GET, "/a-b/%C3"));
    fe_changed_paths_done(paths);
    assert_false(has(paths, FE_GET, "/a-b/%C3"));
    add(paths, FE_PUT, "/again");
    assert_true(has(paths, FE_GET, "/again"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_post_is_heard_of_by_who_reads_its_path),
        TEST(any_other_write_changes_all_below),
        TEST(a_path_is_what_it_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
