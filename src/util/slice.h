/* SPDX-License-Identifier: MIT */
/* A borrowed run of bytes: pointer and length, never owned, never NUL-terminated by promise. */
#ifndef FE_UTIL_SLICE_H
#define FE_UTIL_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct fe_slice {
    const char *ptr;
    size_t len;
};

#define FE_SLICE(literal) ((struct fe_slice){"" literal, sizeof(literal) - 1})
#define FE_SLICE_INIT(literal)                                                                     \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    } /* for static tables */
#define FE_PRI "%.*s"
#define FE_ARG(slice) (int)(slice).len, (slice).ptr

/* NULL gives the empty slice. */
static inline struct fe_slice fe_slice_cstr(const char *text)
{
    return (struct fe_slice){text, text ? strlen(text) : 0};
}

static inline bool fe_slice_eq(struct fe_slice a, struct fe_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline struct fe_slice fe_slice_from(struct fe_slice s, size_t offset)
{
    return (struct fe_slice){offset > 0 ? s.ptr + offset : s.ptr, s.len - offset};
}

/* Where its bytes end. An empty slice may have no address, to which C lets nobody add even 0. */
static inline const char *fe_slice_end(struct fe_slice s)
{
    return s.len > 0 ? s.ptr + s.len : s.ptr;
}

/* ASCII case is ignored. */
bool fe_slice_eq_nocase(struct fe_slice a, struct fe_slice b);

bool fe_slice_starts(struct fe_slice s, struct fe_slice prefix);

/* Offset of the first `c`, or -1. */
ptrdiff_t fe_slice_index(struct fe_slice s, char c);

/* Without spaces and tabs at both ends (RFC 9110 §5.6.3, OWS). */
struct fe_slice fe_slice_trim(struct fe_slice s);

/* Takes the part before the next `separator` off *rest into *part. False when *rest is used up.
 * "a,,b" gives "a", "", "b"; what is empty, at the end too, gives nothing. */
bool fe_slice_split(struct fe_slice *rest, char separator, struct fe_slice *part);

/* The value of a hexadecimal digit in either case, or -1. */
int fe_hex_digit(char c);

/* Decimal digits only, no sign. -EINVAL for anything else, -ERANGE past UINT64_MAX. */
int fe_slice_u64(struct fe_slice s, uint64_t *value_out);

/* Whether `word` is one of the words in `list`, which `separator` divides. */
bool fe_slice_has_word(struct fe_slice list, char separator, struct fe_slice word);

#endif
