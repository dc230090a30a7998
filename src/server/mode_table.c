/* SPDX-License-Identifier: MIT */
#include "server/mode_table.h"

#include <errno.h>
#include <stdlib.h>

#include "cassette/match/canonical.h"
#include "config/fields.h"
#include "util/limits.h"

static const char *const names[FE_MODE_KINDS + 1] = {"emulate", "record", "replay", NULL};

const char *fe_mode_kind_name(enum fe_mode_kind kind)
{
    return names[kind];
}

int fe_mode_kind_parse(struct fe_slice name, enum fe_mode_kind *kind_out)
{
    for (size_t i = 0; i < FE_MODE_KINDS; i++) {
        if (fe_slice_eq(name, fe_slice_cstr(names[i]))) {
            *kind_out = (enum fe_mode_kind)i;
            return 0;
        }
    }
    return -EINVAL;
}

enum fe_mode_kind fe_mode_table_find(const struct fe_mode_table *table, struct fe_slice path)
{
    for (size_t i = 0; i < table->route_count; i++) {
        if (fe_match_path(table->routes[i].path, path)) {
            return table->routes[i].kind;
        }
    }
    return table->kind;
}

bool fe_mode_table_has(const struct fe_mode_table *table, enum fe_mode_kind kind)
{
    bool has = table->kind == kind;
    for (size_t i = 0; i < table->route_count; i++) {
        has = has || table->routes[i].kind == kind;
    }
    return has;
}

static bool is_pattern(struct fe_slice path)
{
    return path.len > 0 && path.ptr[0] == '/';
}

/* ── JSON ── */

static int kind_member(const struct fe_json *object, struct fe_arena *arena,
                       enum fe_mode_kind *kind_out)
{
    struct fe_json value;
    struct fe_slice name;
    if (!fe_json_member(object, "mode", &value) || fe_json_string(&value, arena, &name) < 0) {
        return -EINVAL;
    }
    return fe_mode_kind_parse(name, kind_out);
}

static size_t member_count(const struct fe_json *container)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json value;
    size_t count = 0;
    while (fe_json_next(container, &cursor, NULL, &value)) {
        count++;
    }
    return count;
}

static int read_route(const struct fe_json *row, struct fe_arena *arena,
                      struct fe_mode_route *route_out)
{
    struct fe_json path;
    if (row->kind != FE_JSON_OBJECT || member_count(row) != 2 ||
        !fe_json_member(row, "path", &path) || fe_json_string(&path, arena, &route_out->path) < 0 ||
        !is_pattern(route_out->path)) {
        return -EINVAL;
    }
    route_out->path = fe_arena_copy(arena, route_out->path);
    return kind_member(row, arena, &route_out->kind);
}

static int read_routes(const struct fe_json *list, struct fe_arena *arena,
                       struct fe_mode_table *table)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json row;
    size_t count = list->kind == FE_JSON_ARRAY ? member_count(list) : SIZE_MAX;
    if (count > FE_LIMIT_ROUTE_MODES) {
        return -EINVAL;
    }
    struct fe_mode_route *routes = fe_arena_alloc(arena, (count + 1) * sizeof(*routes));
    for (size_t i = 0; fe_json_next(list, &cursor, NULL, &row); i++) {
        if (read_route(&row, arena, &routes[i]) < 0) {
            return -EINVAL;
        }
    }
    table->routes = routes;
    table->route_count = count;
    return 0;
}

const char *fe_mode_table_read(const struct fe_json *body, struct fe_arena *arena,
                               struct fe_mode_table *table)
{
    static const char expected[] = "expected {\"mode\": MODE, \"routes\": [{\"path\": \"/a/**\", "
                                   "\"mode\": MODE}]}, one of the "
                                   "two or both, with emulate, record or replay for MODE.";
    struct fe_mode_table wanted = *table;
    struct fe_json value;
    if (body->kind != FE_JSON_OBJECT) {
        return expected;
    }
    bool has_mode = fe_json_member(body, "mode", &value);
    if (has_mode && kind_member(body, arena, &wanted.kind) < 0) {
        return expected;
    }
    bool has_routes = fe_json_member(body, "routes", &value);
    if (has_routes && read_routes(&value, arena, &wanted) < 0) {
        return expected;
    }
    if (member_count(body) != (size_t)has_mode + has_routes || member_count(body) == 0) {
        return expected;
    }
    *table = wanted;
    return NULL;
}

void fe_mode_table_write(const struct fe_mode_table *table, struct fe_json_writer *writer)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "mode", fe_slice_cstr(names[table->kind]));
    fe_json_key(writer, "routes");
    fe_json_begin_array(writer);
    for (size_t i = 0; i < table->route_count; i++) {
        fe_json_begin_object(writer);
        fe_json_member_string(writer, "path", table->routes[i].path);
        fe_json_member_string(writer, "mode", fe_slice_cstr(names[table->routes[i].kind]));
        fe_json_end_object(writer);
    }
    fe_json_end_array(writer);
    fe_json_end_object(writer);
}

/* ── YAML ── */

static void seed_route(const struct fe_config *config, const struct fe_node *node,
                       struct fe_mode_route *route_out, struct fe_errors *errors)
{
    struct fe_fields fields;
    size_t kind = 0;
    fe_fields_init(&fields, config, node, errors);
    if (fe_fields_text(&fields, "path", FE_REQUIRED, &route_out->path) &&
        !is_pattern(route_out->path)) {
        fe_fields_error(&fields, "path",
                        "expected a pattern that begins with \"/\", such as /api/**");
    }
    if (!fe_fields_word(&fields, "mode", names, &kind) && fe_fields_node(&fields, "mode") == NULL) {
        fe_fields_error(&fields, "mode", "expected emulate, record or replay");
    }
    route_out->kind = (enum fe_mode_kind)kind;
    fe_fields_done(&fields);
}

void fe_mode_table_seed(const struct fe_config *config, const struct fe_node *routes,
                        struct fe_arena *arena, struct fe_mode_table *table,
                        struct fe_errors *errors)
{
    struct fe_mode_route *all = fe_arena_alloc(arena, FE_LIMIT_ROUTE_MODES * sizeof(*all));
    size_t count = table->route_count;
    if (count > 0) {
        memcpy(all, table->routes, count * sizeof(*all));
    }
    for (const struct fe_node *node = routes->first; node; node = node->next) {
        if (count == FE_LIMIT_ROUTE_MODES) {
            fe_node_error(config, node, errors, "expected %d patterns at most",
                          FE_LIMIT_ROUTE_MODES);
            break;
        }
        seed_route(config, node, &all[count++], errors);
    }
    table->routes = all;
    table->route_count = count;
}
