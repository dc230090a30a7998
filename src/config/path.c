/* SPDX-License-Identifier: MIT */
#include "config/path.h"

#include "util/buf.h"
#include "util/json_writer.h"

enum {
    SHOWN_BYTES_MAX = 64,
    PARENT_BYTES_MAX = 192
};

static bool is_word(struct fe_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~' || text.ptr[i] == '"') {
            return false;
        }
    }
    return text.len > 0;
}

struct fe_slice fe_path_show(struct fe_arena *arena, struct fe_slice text)
{
    bool cut = text.len > SHOWN_BYTES_MAX;
    if (cut) {
        text.len = SHOWN_BYTES_MAX;
    } else if (is_word(text)) {
        return text;
    }
    struct fe_buf quoted;
    struct fe_json_writer writer;
    fe_buf_init(&quoted, (size_t)8 * SHOWN_BYTES_MAX);
    fe_json_writer_init(&writer, &quoted);
    fe_json_put_string(&writer, text);
    (void)fe_buf_puts(&quoted, cut ? "..." : "");
    struct fe_slice shown = fe_arena_copy(arena, fe_buf_slice(&quoted));
    fe_buf_done(&quoted);
    return shown;
}

struct fe_slice fe_path_of(struct fe_arena *arena, const struct fe_node *parent,
                           struct fe_slice key, size_t index)
{
    struct fe_slice path = parent->path;
    if (path.len > PARENT_BYTES_MAX) {
        return path;
    }
    if (parent->kind == FE_NODE_SEQUENCE) {
        return fe_arena_printf(arena, FE_PRI "[%zu]", FE_ARG(path), index);
    }
    struct fe_slice shown = fe_path_show(arena, key);
    return fe_arena_printf(arena, FE_PRI "%s" FE_PRI, FE_ARG(path), path.len > 0 ? "." : "",
                           FE_ARG(shown));
}
