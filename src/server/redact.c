/* SPDX-License-Identifier: MIT */
#include "server/redact.h"

#include "cassette/redact/rules.h"
#include "message/percent.h"
#include "util/buf.h"
#include "util/limits.h"

static bool is_secret(struct fe_slice name, const struct fe_rules *rules, struct fe_arena *arena)
{
    struct fe_slice decoded = name;
    if (fe_percent_decode(name, true, arena, &decoded) < 0) {
        return true; /* what cannot be read is not shown */
    }
    struct fe_slice kind = FE_SLICE("");
    return fe_rules_find(rules, FE_NAME_QUERY, decoded, &kind);
}

struct fe_slice fe_redact_target(const struct fe_request *request, const struct fe_rules *rules,
                                 struct fe_arena *arena)
{
    if (request->query.len == 0) {
        return request->target;
    }
    struct fe_slice rest = request->query;
    struct fe_slice pair = {NULL, 0};
    struct fe_buf out;
    fe_buf_init_firm(&out, (size_t)4 * FE_LIMIT_TARGET_BYTES);
    (void)fe_buf_put(&out, request->path);
    char separator = '?';
    while (fe_slice_split(&rest, '&', &pair)) {
        ptrdiff_t equals = fe_slice_index(pair, '=');
        struct fe_slice name = {pair.ptr, equals < 0 ? pair.len : (size_t)equals};
        (void)fe_buf_putc(&out, separator);
        if (equals >= 0 && is_secret(name, rules, arena)) {
            (void)fe_buf_put(&out, name);
            (void)fe_buf_puts(&out, "=***");
        } else {
            (void)fe_buf_put(&out, pair);
        }
        separator = '&';
    }
    struct fe_slice redacted = fe_arena_copy(arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return redacted;
}
