/* SPDX-License-Identifier: MIT */
#include "util/utf8.h"

static bool continues(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* The range of a second byte depends on the first (RFC 3629 §4). */
static bool second_ok(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0 && second <= 0xbf;
    case 0xed:
        return second >= 0x80 && second <= 0x9f;
    case 0xf0:
        return second >= 0x90 && second <= 0xbf;
    case 0xf4:
        return second >= 0x80 && second <= 0x8f;
    default:
        return continues(second);
    }
}

static size_t expected_length(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        return 2;
    }
    if (first >= 0xe0 && first <= 0xef) {
        return 3;
    }
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

size_t fe_utf8_length(struct fe_slice s)
{
    if (s.len == 0) {
        return 0;
    }
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t length = expected_length(p[0]);
    if (length == 0 || length > s.len || (length > 1 && !second_ok(p[0], p[1]))) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if (!continues(p[i])) {
            return 0;
        }
    }
    return length;
}

static uint64_t word_at(const char *at)
{
    uint64_t word = 0;
    memcpy(&word, at, sizeof(word));
    return word;
}

/* ASCII, eight bytes at a time; the last eight may be looked at twice. */
static bool is_plain(struct fe_slice s)
{
    const size_t step = sizeof(uint64_t);
    uint64_t bits = 0;
    if (s.len < step) {
        for (size_t i = 0; i < s.len; i++) {
            bits |= (unsigned char)s.ptr[i];
        }
        return bits < 0x80;
    }
    for (size_t at = 0; at + step < s.len; at += step) {
        bits |= word_at(s.ptr + at);
    }
    bits |= word_at(s.ptr + s.len - step);
    return (bits & UINT64_C(0x8080808080808080)) == 0;
}

bool fe_utf8_valid(struct fe_slice s)
{
    if (is_plain(s)) {
        return true;
    }
    while (s.len > 0) {
        size_t length = fe_utf8_length(s);
        if (length == 0) {
            return false;
        }
        s = fe_slice_from(s, length);
    }
    return true;
}

size_t fe_utf8_encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 63));
        out[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (char)(0xf0 | (c >> 18));
    out[1] = (char)(0x80 | ((c >> 12) & 63));
    out[2] = (char)(0x80 | ((c >> 6) & 63));
    out[3] = (char)(0x80 | (c & 63));
    return 4;
}
