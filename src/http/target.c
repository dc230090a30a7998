/* SPDX-License-Identifier: MIT */
#include "http/target.h"

#include <errno.h>

#include "http/authority.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* An escape of two digits, and not that of NUL: C programs behind us would cut the text there. */
static bool is_escape(struct fe_slice text, size_t at)
{
    if (text.len - at < 3) {
        return false;
    }
    int high = hex_digit(text.ptr[at + 1]);
    int low = hex_digit(text.ptr[at + 2]);
    return high >= 0 && low >= 0 && high + low > 0;
}

/* Visible ASCII. What RFC 3986 wants escaped besides ("{", "|", …) is let through, as clients send
 * it; a fragment is not, because it is never the server's. */
static const char *find_fault(struct fe_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c <= ' ' || c > '~') {
            return "The request target has a character that must be percent-encoded.";
        }
        if (c == '#') {
            return "The request target has a fragment.";
        }
        if (c == '%' && !is_escape(text, i)) {
            return "The request target has a bad percent-escape.";
        }
    }
    return NULL;
}

static size_t scheme_length(struct fe_slice text)
{
    static const struct fe_slice schemes[] = {FE_SLICE_INIT("http://"), FE_SLICE_INIT("https://")};
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        struct fe_slice front = {text.ptr, schemes[i].len};
        if (text.len >= front.len && fe_slice_eq_nocase(front, schemes[i])) {
            return front.len;
        }
    }
    return 0;
}

/* Takes scheme and authority off the front. */
static int take_authority(struct fe_slice *text, struct fe_slice *authority_out)
{
    size_t scheme = scheme_length(*text);
    if (scheme == 0) {
        return -EINVAL;
    }
    struct fe_slice rest = fe_slice_from(*text, scheme);
    size_t len = 0;
    while (len < rest.len && rest.ptr[len] != '/' && rest.ptr[len] != '?') {
        len++;
    }
    struct fe_authority parsed;
    *authority_out = (struct fe_slice){rest.ptr, len};
    *text = fe_slice_from(rest, len);
    return fe_authority_parse(*authority_out, &parsed);
}

int fe_target_parse(struct fe_slice text, struct fe_target *target_out, const char **why_out)
{
    struct fe_target target = {.query = FE_SLICE_INIT(""), .authority = FE_SLICE_INIT("")};
    *why_out = find_fault(text);
    if (*why_out) {
        return -EINVAL;
    }
    struct fe_slice rest = text;
    bool asterisk = fe_slice_eq(text, FE_SLICE("*"));
    if (!asterisk && (rest.len == 0 || rest.ptr[0] != '/') &&
        take_authority(&rest, &target.authority) < 0) {
        *why_out = "The request target is neither a path nor an http URL.";
        return -EINVAL;
    }
    ptrdiff_t mark = fe_slice_index(rest, '?');
    target.path = (struct fe_slice){rest.ptr, mark < 0 ? rest.len : (size_t)mark};
    if (mark >= 0) {
        target.query = fe_slice_from(rest, (size_t)mark + 1);
    }
    if (target.path.len == 0) {
        target.path = FE_SLICE("/");
    }
    *target_out = target;
    return 0;
}
