/* SPDX-License-Identifier: MIT */
#include "emulate/functions/function_names.h"

#include "util/json.h"

static bool reports(const struct fe_runtime *runtime, struct fe_slice name, struct fe_arena *arena)
{
    struct fe_json schemas;
    struct fe_json schema;
    struct fe_json member;
    struct fe_json_cursor cursor = {0};
    if (fe_json_parse(fe_buf_slice(&runtime->schemas), &schemas, NULL) < 0) {
        return false; /* nothing has been posted yet */
    }
    while (schemas.kind == FE_JSON_ARRAY && fe_json_next(&schemas, &cursor, NULL, &schema)) {
        struct fe_slice text = FE_SLICE("");
        if (fe_json_member(&schema, "functionName", &member) &&
            fe_json_string(&member, arena, &text) == 0 && fe_slice_eq(text, name)) {
            return true;
        }
    }
    return false;
}

static struct fe_runtime *find_reporter(const struct fe_runtimes *runtimes, struct fe_slice name,
                                        struct fe_arena *arena)
{
    struct fe_runtime *runtime = fe_runtimes_first(runtimes);
    while (runtime && !reports(runtime, name, arena)) {
        runtime = TAILQ_NEXT(runtime, link);
    }
    return runtime;
}

/* The NAME of com.NAMESPACE.computemodules.NAME; empty if it is not such a name. */
static struct fe_slice local_name(struct fe_slice api_name)
{
    struct fe_slice prefix = FE_SLICE("com.");
    struct fe_slice infix = FE_SLICE(".computemodules.");
    if (!fe_slice_starts(api_name, prefix)) {
        return FE_SLICE("");
    }
    struct fe_slice rest = fe_slice_from(api_name, prefix.len);
    while (rest.len > 0 && !fe_slice_starts(rest, infix)) {
        rest = fe_slice_from(rest, 1);
    }
    return rest.len > 0 ? fe_slice_from(rest, infix.len) : rest;
}

struct fe_runtime *fe_function_find(const struct fe_runtimes *runtimes, struct fe_slice api_name,
                                    struct fe_arena *arena, struct fe_slice *name_out)
{
    struct fe_runtime *runtime = find_reporter(runtimes, api_name, arena);
    struct fe_slice name = api_name;
    if (runtime == NULL) {
        name = local_name(api_name);
        runtime = name.len > 0 ? find_reporter(runtimes, name, arena) : NULL;
    }
    *name_out = name;
    return runtime;
}
