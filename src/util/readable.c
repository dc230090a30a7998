/* SPDX-License-Identifier: MIT */
#include "util/readable.h"

#include "util/utf8.h"

/* How many bytes at the front of `text` may be shown as they are; 0: the first may not. C1 controls
 * (U+0080 to U+009F) move the cursor of some terminals, too. */
static size_t harmless(struct fe_slice text)
{
    size_t length = fe_utf8_length(text);
    unsigned char first = (unsigned char)text.ptr[0];
    if (length == 1) {
        return first >= 0x20 && first != 0x7f;
    }
    return length == 2 && first == 0xc2 && (unsigned char)text.ptr[1] < 0xa0 ? 0 : length;
}

static size_t harmless_run(struct fe_slice text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t length = harmless(fe_slice_from(text, at));
        if (length == 0) {
            break;
        }
        at += length;
    }
    return at;
}

void fe_readable_append(struct fe_slice text, struct fe_buf *out)
{
    for (size_t at = 0; at < text.len;) {
        size_t run = harmless_run(fe_slice_from(text, at));
        (void)fe_buf_append(out, text.ptr + at, run);
        at += run;
        if (at < text.len) {
            (void)fe_buf_printf(out, "\\x%02x", (unsigned char)text.ptr[at++]);
        }
    }
}

struct fe_slice fe_readable(struct fe_slice text, struct fe_arena *arena)
{
    if (harmless_run(text) == text.len) {
        return text;
    }
    struct fe_buf buf;
    fe_buf_init(&buf, text.len * 4);
    fe_readable_append(text, &buf);
    struct fe_slice readable = fe_arena_copy(arena, fe_buf_slice(&buf));
    fe_buf_done(&buf);
    return readable;
}

void fe_readable_lines_append(struct fe_slice text, struct fe_buf *out)
{
    size_t begin = 0;
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        bool ends = c == '\r' && at + 1 < text.len && text.ptr[at + 1] == '\n';
        if (c == '\n' || c == '\t' || ends) {
            struct fe_slice run = {text.ptr + begin, at - begin};
            fe_readable_append(run, out);
            (void)fe_buf_append(out, &c, ends ? 0 : 1);
            begin = at + 1;
        }
    }
    fe_readable_append(fe_slice_from(text, begin), out);
}
