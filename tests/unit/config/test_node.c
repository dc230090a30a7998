/* SPDX-License-Identifier: MIT */
#include "parsed.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/limits.h"

static void remembers_line_path_and_key(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "foundry:\n"
                   "  users:\n"
                   "    - username: a\n"
                   "      email: >\n"
                   "        folded\n"
                   "    -\n"
                   "      username: b\n");
    const struct fe_node *foundry = fe_node_get(parsed.config.root, "foundry");
    const struct fe_node *users = fe_node_get(foundry, "users");
    const struct fe_node *email = fe_node_get(users->first, "email");
    const struct fe_node *second = users->first->next;
    assert_int_equal(parsed.config.root->line, 1);
    assert_int_equal(foundry->line, 1);
    assert_int_equal(users->line, 2);
    assert_int_equal(email->line, 4);
    assert_int_equal(second->line, 7);
    EXPECT_SLICE(parsed.config.root->path, "");
    EXPECT_SLICE(email->path, "foundry.users[0].email");
    EXPECT_SLICE(second->path, "foundry.users[1]");
    EXPECT_SLICE(email->key, "email");
    assert_null(second->next);
    parsed_done(&parsed);
}

static void gives_aliases_their_own_path_and_the_targets_line(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "a: &x\n  k: [1]\nb:\n  - *x\n");
    const struct fe_node *b = fe_node_get(parsed.config.root, "b");
    const struct fe_node *k = fe_node_get(b->first, "k");
    EXPECT_SLICE(b->first->path, "b[0]");
    EXPECT_SLICE(k->path, "b[0].k");
    EXPECT_SLICE(k->first->path, "b[0].k[0]");
    assert_int_equal(k->line, 2);
    parsed_done(&parsed);
}

static void gives_merged_members_the_path_where_they_are_now(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "a: &x {k: 1}\nb: {<<: *x}\n");
    const struct fe_node *b = fe_node_get(parsed.config.root, "b");
    EXPECT_SLICE(fe_node_get(b, "k")->path, "b.k");
    assert_int_equal(fe_node_get(b, "k")->line, 1);
    parsed_done(&parsed);
}

static void finds_no_member_in_what_is_no_mapping(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "- a\n- {'': 1}\n");
    assert_null(fe_node_get(parsed.config.root, ""));
    assert_null(fe_node_get(parsed.config.root->first, ""));
    assert_non_null(fe_node_get(parsed.config.root->first->next, ""));
    assert_null(fe_node_get(parsed.config.root->first->next, "a"));
    parsed_done(&parsed);
}

static void gives_text_as_written_and_ends_it_with_nul(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "{a: 0x10, b: \"q\\u00e9\", c: }");
    assert_string_equal(fe_node_get(parsed.config.root, "a")->text.ptr, "0x10");
    assert_string_equal(fe_node_get(parsed.config.root, "b")->text.ptr, "q\xc3\xa9");
    assert_string_equal(fe_node_get(parsed.config.root, "c")->text.ptr, "");
    parsed_done(&parsed);
}

static void writes_numbers_that_json_lacks_as_text(void **state)
{
    (void)state;
    expect_json("[.inf, -.Inf, .nan, 0x10000000000000000, .5, 0o17, +1, 1e400, 'x\"']",
                "[\".inf\",\"-.Inf\",\".nan\",\"0x10000000000000000\",0.5,15,1,1e400,\"x\\\"\"]");
}

static void reports_with_file_line_and_path(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, "a:\n  b c: 1\n");
    const struct fe_node *node = fe_node_get(fe_node_get(parsed.config.root, "a"), "b c");
    fe_node_error(&parsed.config, node, &parsed.errors, "is %d too few", 2);
    fe_node_error(&parsed.config, parsed.config.root, &parsed.errors, "is small");
    EXPECT_SLICE(fe_buf_slice(&parsed.errors.text),
                 "s.yaml:2: a.\"b c\": is 2 too few\ns.yaml:1: is small\n");
    parsed_done(&parsed);
}

/* A file of `len` times `c`, whose name is written to `name`. */
static void make_file(char name[32], char c, size_t len)
{
    (void)snprintf(name, 32, "/tmp/fe-test-node-XXXXXX");
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    for (size_t i = 0; i < len; i++) {
        assert_int_equal(fputc(c, file), c);
    }
    assert_int_equal(fclose(file), 0);
}

static void loads_a_file_up_to_its_limit(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        int r;
    } cases[] = {{0, 0},
                 {FE_LIMIT_SEED_BYTES, 0},
                 {FE_LIMIT_SEED_BYTES + 1, -EINVAL},
                 {FE_LIMIT_SEED_BYTES + 100, -EINVAL}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char name[32];
        struct fe_config config;
        struct fe_errors errors;
        make_file(name, '#', cases[i].len);
        fe_errors_init(&errors);
        assert_int_equal(fe_config_load(&config, name, &errors), cases[i].r);
        assert_int_equal(errors.count, cases[i].r == 0 ? 0 : 1);
        fe_config_done(&config);
        fe_errors_done(&errors);
        assert_int_equal(unlink(name), 0);
    }
}

static void keeps_what_it_loaded_when_the_file_is_gone(void **state)
{
    (void)state;
    char name[32];
    struct fe_config config;
    struct fe_errors errors;
    make_file(name, 'x', 3);
    fe_errors_init(&errors);
    assert_int_equal(fe_config_load(&config, name, &errors), 0);
    assert_int_equal(unlink(name), 0);
    EXPECT_SLICE(config.root->text, "xxx");
    fe_config_done(&config);
    fe_errors_done(&errors);
}

static void reports_files_that_cannot_be_read(void **state)
{
    (void)state;
    struct fe_config config;
    struct fe_errors errors;
    fe_errors_init(&errors);
    assert_int_equal(fe_config_load(&config, "/nonexistent/s.yaml", &errors), -ENOENT);
    fe_config_done(&config);
    assert_int_equal(fe_config_load(&config, "/tmp", &errors), -EISDIR);
    fe_config_done(&config);
    EXPECT_SLICE(fe_buf_slice(&errors.text),
                 "/nonexistent/s.yaml: cannot be read: No such file or directory\n"
                 "/tmp: cannot be read: Is a directory\n");
    fe_errors_done(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remembers_line_path_and_key),
        cmocka_unit_test(gives_aliases_their_own_path_and_the_targets_line),
        cmocka_unit_test(gives_merged_members_the_path_where_they_are_now),
        cmocka_unit_test(finds_no_member_in_what_is_no_mapping),
        cmocka_unit_test(gives_text_as_written_and_ends_it_with_nul),
        cmocka_unit_test(writes_numbers_that_json_lacks_as_text),
        cmocka_unit_test(reports_with_file_line_and_path),
        cmocka_unit_test(loads_a_file_up_to_its_limit),
        cmocka_unit_test(keeps_what_it_loaded_when_the_file_is_gone),
        cmocka_unit_test(reports_files_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
