/* SPDX-License-Identifier: MIT */
#include "message/percent.h"

#include <errno.h>

/* The byte that "%XX" at the front stands for; -EINVAL if it is none, or zero. */
static int decode_escape(struct fe_slice text)
{
    if (text.len < 3) {
        return -EINVAL;
    }
    int high = fe_hex_digit(text.ptr[1]);
    int low = fe_hex_digit(text.ptr[2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) {
        return -EINVAL;
    }
    return high * 16 + low;
}

int fe_percent_decode(struct fe_slice text, bool plus_is_space, struct fe_arena *arena,
                      struct fe_slice *decoded_out)
{
    if (fe_slice_index(text, '%') < 0 && !(plus_is_space && fe_slice_index(text, '+') >= 0)) {
        *decoded_out = text;
        return 0;
    }
    char *decoded = fe_arena_alloc(arena, text.len);
    size_t len = 0;
    while (text.len > 0) {
        char c = text.ptr[0];
        size_t used = 1;
        if (c == '%') {
            int byte = decode_escape(text);
            if (byte < 0) {
                return byte;
            }
            c = (char)byte;
            used = 3;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        decoded[len++] = c;
        text = fe_slice_from(text, used);
    }
    *decoded_out = (struct fe_slice){decoded, len};
    return 0;
}

static bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

int fe_percent_encode(struct fe_slice text, struct fe_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_unreserved(text.ptr[i])) {
            (void)fe_buf_putc(out, text.ptr[i]);
        } else {
            (void)fe_buf_printf(out, "%%%02X", (unsigned)(unsigned char)text.ptr[i]);
        }
    }
    return out->error;
}
