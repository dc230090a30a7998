/* SPDX-License-Identifier: MIT */
#include "server/changed_paths.h"

#include "cassette/match/canonical.h"
#include "util/limits.h"

void fe_changed_paths_init(struct fe_changed_paths *paths, struct fe_random *random)
{
    *paths = (struct fe_changed_paths){.arena = {NULL}};
    fe_map_init(&paths->added_to, random);
    fe_map_init(&paths->changed, random);
}

void fe_changed_paths_done(struct fe_changed_paths *paths)
{
    fe_map_done(&paths->added_to);
    fe_map_done(&paths->changed);
    fe_arena_done(&paths->arena);
}

void fe_changed_paths_add(struct fe_changed_paths *paths, const struct fe_request *write)
{
    struct fe_map *map = write->method == FE_POST ? &paths->added_to : &paths->changed;
    struct fe_arena scratch = {NULL};
    struct fe_slice path = fe_canonical_path(write->path, &scratch);
    if (map->count < FE_LIMIT_BINDINGS && fe_map_get(map, path) == NULL) {
        struct fe_slice *kept = fe_arena_alloc(&paths->arena, sizeof(*kept));
        *kept = fe_arena_copy(&paths->arena, path);
        (void)fe_map_put(map, *kept, kept);
    }
    fe_arena_done(&scratch);
}

/* Whether it, or anything above it, is there. */
static bool has_above(const struct fe_map *map, struct fe_slice path)
{
    bool found = false;
    while (path.len > 0 && !found) {
        found = fe_map_get(map, path) != NULL;
        do {
            path.len--;
        } while (path.len > 0 && path.ptr[path.len] != '/');
    }
    return found;
}

bool fe_changed_paths_has(const struct fe_changed_paths *paths, const struct fe_request *request)
{
    struct fe_arena scratch = {NULL};
    bool has = false;
    if (paths->added_to.count + paths->changed.count > 0) {
        struct fe_slice path = fe_canonical_path(request->path, &scratch);
        bool reads = !fe_method_is_write(request->method);
        has = (reads && fe_map_get(&paths->added_to, path)) || has_above(&paths->changed, path);
    }
    fe_arena_done(&scratch);
    return has;
}
