/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/scope_words.h"

#include "emulate/oauth/scope.h"

static const struct {
    struct fe_slice scope;
    struct fe_slice words;
} known[] = {
    {FE_SLICE_INIT(FE_SCOPE_OFFLINE), FE_SLICE_INIT("Stay signed in while you are away")},
    {FE_SLICE_INIT("api:admin-read"), FE_SLICE_INIT("See users, groups and who you are")},
    {FE_SLICE_INIT("api:use-admin-read"), FE_SLICE_INIT("See users, groups and who you are")},
    {FE_SLICE_INIT("api:admin-write"), FE_SLICE_INIT("Change users and groups")},
    {FE_SLICE_INIT("api:read-data"), FE_SLICE_INIT("Read data")},
    {FE_SLICE_INIT("api:write-data"), FE_SLICE_INIT("Write data")},
};

static const struct {
    struct fe_slice suffix;
    const char *verb;
} verbs[] = {
    {FE_SLICE_INIT("-read"), "Read"},
    {FE_SLICE_INIT("-write"), "Change"},
    {FE_SLICE_INIT("-execute"), "Run"},
    {FE_SLICE_INIT("-delete"), "Delete"},
};

static bool ends_with(struct fe_slice text, struct fe_slice suffix)
{
    return text.len > suffix.len && fe_slice_eq(fe_slice_from(text, text.len - suffix.len), suffix);
}

static struct fe_slice strip(struct fe_slice text, struct fe_slice prefix)
{
    return fe_slice_starts(text, prefix) ? fe_slice_from(text, prefix.len) : text;
}

static struct fe_slice verb_and_things(const char *verb, struct fe_slice things,
                                       struct fe_arena *arena)
{
    struct fe_slice text = fe_arena_printf(arena, "%s ", verb);
    char *room = fe_arena_alloc(arena, text.len + things.len);
    memcpy(room, text.ptr, text.len);
    for (size_t i = 0; i < things.len; i++) {
        room[text.len + i] = things.ptr[i];
        if (things.ptr[i] == '-') {
            room[text.len + i] = ' ';
        }
    }
    return (struct fe_slice){room, text.len + things.len};
}

struct fe_slice fe_scope_describe(struct fe_slice scope, struct fe_arena *arena)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (fe_slice_eq(scope, known[i].scope)) {
            return known[i].words;
        }
    }
    struct fe_slice things = strip(strip(scope, FE_SLICE("api:")), FE_SLICE("use-"));
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (things.len < scope.len && ends_with(things, verbs[i].suffix)) {
            things.len -= verbs[i].suffix.len;
            return verb_and_things(verbs[i].verb, things, arena);
        }
    }
    return FE_SLICE("A right of this name");
}
