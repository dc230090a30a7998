/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "cassette/match/canonical.h"

static void patterns_fit_paths(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *path;
        bool fits;
    } examples[] = {
        {"/a/b", "/a/b", true},
        {"/a/b", "/a/c", false},
        {"/a", "/a/", false},
        {"/a/*", "/a/b", true},
        {"/a/*", "/a/b/c", false},
        {"/a/*", "/a", false},
        {"/a/*/c", "/a/b/c", true},
        {"/a/x*y", "/a/xzy", true},
        {"/a/x*y", "/a/xz", false},
        {"/a/*b*", "/a/abab", true},
        {"/**", "/", true},
        {"/**", "/a/b/c", true},
        {"**", "/a", true},
        {"/a/**", "/a", true},
        {"/a/**", "/a/", true},
        {"/a/**", "/a/b/c", true},
        {"/a/**", "/ab", false},
        {"/**/c", "/a/b/c", true},
        {"/**/c", "/c", true},
        {"/**/c", "/a/c/b", false},
        {"/a/**/c/*", "/a/c/c/c/d", true},
        {"/a/**/c/*", "/a/b", false},
        {"/**/b/**", "/a/b/c", true},
        {"", "", true},
        {"", "/", false},
        {"/a/**/**", "/a", true},
        {"/a/b/c", "/a", false},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        if (fe_match_path(fe_slice_cstr(examples[i].pattern), fe_slice_cstr(examples[i].path)) !=
            examples[i].fits) {
            fail_msg("%s and %s", examples[i].pattern, examples[i].path);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(patterns_fit_paths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
