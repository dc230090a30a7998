/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/match_rules.h"
#include "server/mode_table.h"
#include "util/buf.h"

static const char *read_table(const char *text, struct fe_arena *arena, struct fe_mode_table *table)
{
    struct fe_json body;
    assert_int_equal(fe_json_parse(fe_slice_cstr(text), &body, NULL), 0);
    return fe_mode_table_read(&body, arena, table);
}

static void assert_written(const struct fe_mode_table *table, const char *expected)
{
    struct fe_buf out;
    struct fe_json_writer writer;
    fe_buf_init(&out, 4096);
    fe_json_writer_init(&writer, &out);
    fe_mode_table_write(table, &writer);
    assert_string_equal(out.ptr, expected);
    fe_buf_done(&out);
}

static void takes_what_it_is_told_and_keeps_the_rest(void **state)
{
    struct fe_arena arena = {NULL};
    struct fe_mode_table table = {.kind = FE_MODE_EMULATE};
    (void)state;
    assert_null(
        read_table("{\"routes\":[{\"path\":\"/a/**\",\"mode\":\"replay\"}]}", &arena, &table));
    assert_null(read_table("{\"mode\":\"record\"}", &arena, &table));
    assert_written(&table,
                   "{\"mode\":\"record\",\"routes\":[{\"path\":\"/a/**\",\"mode\":\"replay\"}]}");
    assert_null(read_table("{\"mode\":\"emulate\",\"routes\":[]}", &arena, &table));
    assert_written(&table, "{\"mode\":\"emulate\",\"routes\":[]}");
    fe_arena_done(&arena);
}

static void refuses_anything_else_and_changes_nothing(void **state)
{
    static const char *const wrong[] = {
        "[]",
        "{}",
        "\"replay\"",
        "{\"mode\":\"reply\"}",
        "{\"mode\":1}",
        "{\"mode\":\"replay\",\"more\":1}",
        "{\"mode\":\"replay\",\"mode\":\"record\"}",
        "{\"routes\":{}}",
        "{\"routes\":[{}]}",
        "{\"routes\":[{\"path\":\"/a\"}]}",
        "{\"routes\":[{\"path\":\"a\",\"mode\":\"replay\"}]}",
        "{\"routes\":[{\"path\":\"/a\",\"mode\":\"replay\",\"x\":1}]}",
        "{\"mode\":\"replay\",\"routes\":[{\"path\":\"/a\",\"mode\":\"fly\"}]}",
    };
    struct fe_arena arena = {NULL};
    struct fe_mode_table table = {.kind = FE_MODE_EMULATE};
    (void)state;
    assert_null(read_table("{\"routes\":[{\"path\":\"/b\",\"mode\":\"record\"}]}", &arena, &table));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_non_null(read_table(wrong[i], &arena, &table));
        assert_written(&table,
                       "{\"mode\":\"emulate\",\"routes\":[{\"path\":\"/b\",\"mode\":\"record\"}]}");
    }
    fe_arena_done(&arena);
}

static void finds_the_first_pattern_that_matches(void **state)
{
    struct fe_arena arena = {NULL};
    struct fe_mode_table table = {.kind = FE_MODE_RECORD};
    (void)state;
    assert_null(read_table("{\"routes\":[{\"path\":\"/multipass/**\",\"mode\":\"emulate\"},"
                           "{\"path\":\"/**\",\"mode\":\"replay\"}]}",
                           &arena, &table));
    assert_int_equal(fe_mode_table_find(&table, FE_SLICE("/multipass/api/me")), FE_MODE_EMULATE);
    assert_int_equal(fe_mode_table_find(&table, FE_SLICE("/api/v2")), FE_MODE_REPLAY);
    table.route_count = 1;
    assert_int_equal(fe_mode_table_find(&table, FE_SLICE("/api/v2")), FE_MODE_RECORD);
    assert_true(fe_mode_table_has(&table, FE_MODE_EMULATE));
    assert_false(fe_mode_table_has(&table, FE_MODE_REPLAY));
    fe_arena_done(&arena);
}

/* ── seed files ── */

struct seeded {
    struct fe_config config;
    struct fe_errors errors;
    struct fe_arena arena;
    struct fe_mode_table table;
    struct fe_match_rules rules;
};

static void seed(struct seeded *seeded, const char *yaml)
{
    *seeded = (struct seeded){.arena = {NULL}};
    fe_errors_init(&seeded->errors);
    (void)fe_config_parse(&seeded->config, "f", fe_slice_cstr(yaml), &seeded->errors);
    const struct fe_node *routes = fe_node_get(seeded->config.root, "routes");
    const struct fe_node *rules = fe_node_get(seeded->config.root, "rules");
    if (routes) {
        fe_mode_table_seed(&seeded->config, routes, &seeded->arena, &seeded->table,
                           &seeded->errors);
    }
    if (rules) {
        fe_match_rules_seed(&seeded->config, rules, &seeded->arena, &seeded->rules,
                            &seeded->errors);
    }
}

static void done(struct seeded *seeded)
{
    fe_errors_done(&seeded->errors);
    fe_config_done(&seeded->config);
    fe_arena_done(&seeded->arena);
}

static void reads_the_same_from_a_seed_file(void **state)
{
    struct seeded seeded;
    (void)state;
    seed(&seeded, "routes:\n  - {path: /a/*, mode: replay}\n  - {path: /b, mode: record}\n");
    assert_int_equal(seeded.errors.count, 0);
    assert_written(&seeded.table,
                   "{\"mode\":\"emulate\",\"routes\":[{\"path\":\"/a/*\",\"mode\":\"replay\"},"
                   "{\"path\":\"/b\",\"mode\":\"record\"}]}");
    done(&seeded);
}

static void reads_what_is_different_for_some_paths(void **state)
{
    struct seeded seeded;
    (void)state;
    seed(&seeded, "rules:\n"
                  "  - path: /api/**\n"
                  "    ignore_headers: [Accept]\n"
                  "    ignore_query: [ts, nonce]\n"
                  "    ignore_body: [/requestId]\n"
                  "    match_headers: [X-Tenant]\n"
                  "    rebase: [/expiresAt]\n"
                  "  - path: /other\n");
    assert_int_equal(seeded.errors.count, 0);
    assert_int_equal(seeded.rules.count, 2);
    const struct fe_match_rule *rule = &seeded.rules.items[0];
    assert_true(fe_slice_eq(rule->path, FE_SLICE("/api/**")));
    assert_true(fe_slice_eq(rule->ignore_fields.items[0], FE_SLICE("Accept")));
    assert_int_equal(rule->ignore_query.count, 2);
    assert_true(fe_slice_eq(rule->ignore_pointers.items[0], FE_SLICE("/requestId")));
    assert_true(fe_slice_eq(rule->match_fields.items[0], FE_SLICE("X-Tenant")));
    assert_true(fe_slice_eq(rule->rebase.items[0], FE_SLICE("/expiresAt")));
    assert_int_equal(seeded.rules.items[1].ignore_query.count, 0);
    done(&seeded);
}

static void says_where_a_mistake_is(void **state)
{
    static const struct {
        const char *yaml;
        const char *said;
    } cases[] = {
        {"routes:\n  - {path: a, mode: replay}\n", "f:2: routes[0].path: "},
        {"routes:\n  - {path: /a, mode: reply}\n", "f:2: routes[0].mode: "},
        {"routes:\n  - {path: /a}\n", "f:2: routes[0].mode: "},
        {"routes:\n  - {path: /a, mode: replay, also: 1}\n", "f:2: routes[0].also: "},
        {"rules:\n  - {path: a}\n", "f:2: rules[0].path: "},
        {"rules:\n  - {ignore_query: [a]}\n", "f:2: rules[0].path: "},
        {"rules:\n  - {path: /a, ignore_body: [requestId]}\n", "f:2: rules[0].ignore_body[0]: "},
        {"rules:\n  - {path: /a, rebase: [/a, /b~2]}\n", "f:2: rules[0].rebase[1]: "},
        {"rules:\n  - {path: /a, ignore_fields: [a]}\n", "f:2: rules[0].ignore_fields: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct seeded seeded;
        seed(&seeded, cases[i].yaml);
        assert_int_equal(seeded.errors.count, 1);
        assert_non_null(strstr(seeded.errors.text.ptr, cases[i].said));
        done(&seeded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_it_is_told_and_keeps_the_rest),
        cmocka_unit_test(refuses_anything_else_and_changes_nothing),
        cmocka_unit_test(finds_the_first_pattern_that_matches),
        cmocka_unit_test(reads_the_same_from_a_seed_file),
        cmocka_unit_test(reads_what_is_different_for_some_paths),
        cmocka_unit_test(says_where_a_mistake_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
