/* SPDX-License-Identifier: MIT */
#include "util/slice.h"

#include <errno.h>

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool fe_slice_eq_nocase(struct fe_slice a, struct fe_slice b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

bool fe_slice_starts(struct fe_slice s, struct fe_slice prefix)
{
    return s.len >= prefix.len && fe_slice_eq((struct fe_slice){s.ptr, prefix.len}, prefix);
}

ptrdiff_t fe_slice_index(struct fe_slice s, char c)
{
    const char *found = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;
    return found ? found - s.ptr : -1;
}

static bool is_ows(char c)
{
    return c == ' ' || c == '\t';
}

struct fe_slice fe_slice_trim(struct fe_slice s)
{
    while (s.len > 0 && is_ows(s.ptr[0])) {
        s = fe_slice_from(s, 1);
    }
    while (s.len > 0 && is_ows(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

bool fe_slice_split(struct fe_slice *rest, char separator, struct fe_slice *part)
{
    if (rest->len == 0) {
        return false;
    }
    ptrdiff_t at = fe_slice_index(*rest, separator);
    if (at < 0) {
        *part = *rest;
        *rest = fe_slice_from(*rest, rest->len);
        return true;
    }
    *part = (struct fe_slice){rest->ptr, (size_t)at};
    *rest = fe_slice_from(*rest, (size_t)at + 1);
    return true;
}

int fe_hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int fe_slice_u64(struct fe_slice s, uint64_t *value_out)
{
    uint64_t value = 0;
    if (s.len == 0) {
        return -EINVAL;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return -EINVAL;
        }
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return -ERANGE;
        }
        value = value * 10 + digit;
    }
    *value_out = value;
    return 0;
}

bool fe_slice_has_word(struct fe_slice list, char separator, struct fe_slice word)
{
    struct fe_slice part = {NULL, 0};
    while (fe_slice_split(&list, separator, &part)) {
        if (fe_slice_eq(part, word)) {
            return true;
        }
    }
    return false;
}
