/* SPDX-License-Identifier: MIT */
/* Stars are tried from the shortest run on; only the last one is ever lengthened, which finds a fit
 * if there is one. So a pattern costs at most its length times the path's. */
#include "cassette/match/canonical.h"

enum {
    NO_STAR = -1
};

/* A star is any run of characters. */
static bool segment_fits(struct fe_slice pattern, struct fe_slice text)
{
    size_t p = 0;
    size_t t = 0;
    ptrdiff_t star = NO_STAR;
    size_t star_text = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = (ptrdiff_t)p++;
            star_text = t;
        } else if (p < pattern.len && pattern.ptr[p] == text.ptr[t]) {
            p++;
            t++;
        } else if (star != NO_STAR) {
            p = (size_t)star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*') {
        p++;
    }
    return p == pattern.len;
}

/* The segment that begins at `at`; one that begins behind the end is none. */
static bool segment_at(struct fe_slice path, size_t at, struct fe_slice *segment_out)
{
    if (at > path.len) {
        return false;
    }
    struct fe_slice rest = fe_slice_from(path, at);
    ptrdiff_t slash = fe_slice_index(rest, '/');
    *segment_out = (struct fe_slice){rest.ptr, slash < 0 ? rest.len : (size_t)slash};
    return true;
}

static bool is_any(struct fe_slice segment)
{
    return fe_slice_eq(segment, FE_SLICE("**"));
}

bool fe_match_path(struct fe_slice pattern, struct fe_slice path)
{
    size_t p = 0;
    size_t t = 0;
    ptrdiff_t star = NO_STAR;
    size_t star_text = 0;
    struct fe_slice wanted = {NULL, 0};
    struct fe_slice segment = {NULL, 0};
    while (segment_at(path, t, &segment)) {
        bool more = segment_at(pattern, p, &wanted);
        if (more && is_any(wanted)) {
            p += wanted.len + 1;
            star = (ptrdiff_t)p;
            star_text = t;
        } else if (more && segment_fits(wanted, segment)) {
            p += wanted.len + 1;
            t += segment.len + 1;
        } else if (star != NO_STAR && segment_at(path, star_text, &segment)) {
            p = (size_t)star;
            star_text += segment.len + 1;
            t = star_text;
        } else {
            return false;
        }
    }
    while (segment_at(pattern, p, &wanted) && is_any(wanted)) {
        p += wanted.len + 1;
    }
    return !segment_at(pattern, p, &wanted);
}
