/* SPDX-License-Identifier: MIT */
/* Parts between boundaries (RFC 2046 §5.1.1, RFC 7578). Each gives three of ours, so that they
 * cannot be confused: its content, its file's name and its type, called "NAME", "NAME; filename"
 * and "NAME; type". */
#include <errno.h>

#include "cassette/match/canonical_private.h"
#include "message/media_type.h"
#include "util/buf.h"

enum {
    BOUNDARY_BYTES_MAX = 70 /* RFC 2046 §5.1.1 */
};

/* "NAME; word", where no name can look like that of another. */
static struct fe_slice part_name(struct fe_slice name, const char *word, struct fe_arena *arena)
{
    struct fe_buf text;
    fe_buf_init_firm(&text, name.len * 3 + 16);
    for (size_t i = 0; i < name.len; i++) {
        bool plain = name.ptr[i] != ';' && name.ptr[i] != '%';
        (void)fe_buf_put(&text, plain                ? (struct fe_slice){name.ptr + i, 1}
                                : name.ptr[i] == ';' ? FE_SLICE("%3B")
                                                     : FE_SLICE("%25"));
    }
    (void)fe_buf_puts(&text, word);
    struct fe_slice copy = fe_arena_copy(arena, fe_buf_slice(&text));
    fe_buf_done(&text);
    return copy;
}

static int add_part(struct fe_canonical_parts *parts, struct fe_slice part)
{
    struct fe_slice head = part;
    size_t head_end = 0;
    /* A head without any field is an empty line alone. */
    bool bare = fe_slice_starts(part, FE_SLICE("\r\n"));
    for (; !bare && head_end + 4 <= part.len; head_end++) {
        if (memcmp(part.ptr + head_end, "\r\n\r\n", 4) == 0) {
            break;
        }
    }
    if (!bare && head_end + 4 > part.len) {
        return -EBADMSG;
    }
    head.len = head_end;
    struct fe_slice content = fe_slice_from(part, bare ? 2 : head_end + 4);
    struct fe_slice disposition = fe_part_field(head, FE_SLICE("Content-Disposition"));
    struct fe_slice name = fe_media_parameter(disposition, FE_SLICE("name"));
    struct fe_arena *arena = parts->arena;
    fe_canonical_add(parts, FE_PART_BODY, part_name(name, "", arena),
                     fe_canonical_value(parts, FE_NAME_QUERY, name, content));
    fe_canonical_add(parts, FE_PART_BODY, part_name(name, "; filename", arena),
                     fe_media_parameter(disposition, FE_SLICE("filename")));
    fe_canonical_add(parts, FE_PART_BODY, part_name(name, "; type", arena),
                     fe_part_field(head, FE_SLICE("Content-Type")));
    return 0;
}

/* Where the next boundary begins, with the line's end before it; the end of the text: nowhere. */
static size_t find_boundary(struct fe_slice text, struct fe_slice mark)
{
    for (size_t at = 0; at < text.len; at++) {
        const char *found = memchr(text.ptr + at, '\r', text.len - at);
        if (found == NULL) {
            break;
        }
        at = (size_t)(found - text.ptr);
        if (fe_slice_starts(fe_slice_from(text, at), mark)) {
            return at;
        }
    }
    return text.len;
}

/* Behind a boundary: the rest of its line. -EBADMSG: it is no boundary's line; 1: it is the last.
 */
static int end_line(struct fe_slice *rest)
{
    if (fe_slice_starts(*rest, FE_SLICE("--"))) {
        return 1;
    }
    while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t')) {
        *rest = fe_slice_from(*rest, 1);
    }
    if (!fe_slice_starts(*rest, FE_SLICE("\r\n"))) {
        return -EBADMSG;
    }
    *rest = fe_slice_from(*rest, 2);
    return 0;
}

static int add_parts(struct fe_canonical_parts *parts, struct fe_slice text, struct fe_slice mark)
{
    struct fe_slice dashes = fe_slice_from(mark, 2);
    size_t first = parts->count;
    /* The first boundary needs no line's end before it. */
    size_t at = fe_slice_starts(text, dashes) ? 0 : find_boundary(text, mark);
    if (at == text.len) {
        return -EBADMSG;
    }
    text = fe_slice_from(text,
                         at + (at == 0 && fe_slice_starts(text, dashes) ? dashes.len : mark.len));
    int r = end_line(&text);
    while (r == 0) {
        size_t end = find_boundary(text, mark);
        if (end == text.len) {
            return -EBADMSG;
        }
        if (parts->count - first > FE_CANONICAL_PARTS) {
            return -E2BIG;
        }
        r = add_part(parts, (struct fe_slice){text.ptr, end});
        if (r == 0) {
            text = fe_slice_from(text, end + mark.len);
            r = end_line(&text);
        }
    }
    return r < 0 ? r : 0;
}

int fe_canonical_multipart(struct fe_canonical_parts *parts, struct fe_slice content_type,
                           struct fe_slice text)
{
    struct fe_slice boundary = fe_media_parameter(content_type, FE_SLICE("boundary"));
    size_t first = parts->count;
    if (boundary.len == 0 || boundary.len > BOUNDARY_BYTES_MAX) {
        return -EBADMSG;
    }
    struct fe_slice mark = fe_arena_printf(parts->arena, "\r\n--" FE_PRI, FE_ARG(boundary));
    int r = add_parts(parts, text, mark);
    if (r < 0) {
        parts->count = first;
        return r;
    }
    fe_canonical_sort(parts, first);
    return 0;
}
