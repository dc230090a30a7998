/* SPDX-License-Identifier: MIT */
#include "cassette/redact/redactor_private.h"

enum {
    JWT_BYTES_MIN = 20,
    JWT_PARTS_MIN = 3
};

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_token_char(char c)
{
    return is_alnum(c) || c == '-' || c == '_';
}

/* RFC 7519 §3: three parts of base64url, or five when it is encrypted (RFC 7516 §3.1); the first is
 * an object, and so begins with "eyJ". */
static void learn_tokens(struct fe_secrets *secrets, struct fe_slice text)
{
    while (text.len >= JWT_BYTES_MIN) {
        const char *found = memchr(text.ptr + 2, 'J', text.len - 2); /* the rarest of the three */
        text = found ? fe_slice_from(text, (size_t)(found - 2 - text.ptr)) : FE_SLICE("");
        if (!fe_slice_starts(text, FE_SLICE("eyJ"))) {
            text = fe_slice_from(text, text.len > 0);
            continue;
        }
        size_t len = 0;
        size_t parts = 1;
        while (len < text.len && (is_token_char(text.ptr[len]) || text.ptr[len] == '.')) {
            parts += text.ptr[len++] == '.';
        }
        struct fe_slice token = {text.ptr, len};
        while (token.len > 0 && token.ptr[token.len - 1] == '.') {
            token.len--;
        }
        if (parts >= JWT_PARTS_MIN && token.len >= JWT_BYTES_MIN) {
            (void)fe_secrets_learn(secrets, FE_SLICE("jwt"), token);
        }
        text = fe_slice_from(text, len);
    }
}

/* ── private keys ── */

static ptrdiff_t find(struct fe_slice text, struct fe_slice part)
{
    for (size_t at = 0; at + part.len <= text.len; at++) {
        const char *found = memchr(text.ptr + at, part.ptr[0], text.len - part.len + 1 - at);
        if (found == NULL) {
            break;
        }
        at = (size_t)(found - text.ptr);
        if (memcmp(found, part.ptr, part.len) == 0) {
            return (ptrdiff_t)at;
        }
    }
    return -1;
}

static bool is_base64_char(char c)
{
    return is_alnum(c) || c == '+' || c == '/' || c == '=';
}

/* The lines of a key one by one, for it depends on what is around them how they are divided; of
 * what divides them, escapes of JSON and of URLs are known. */
static void learn_key_lines(struct fe_secrets *secrets, struct fe_slice body)
{
    while (body.len > 0) {
        size_t len = 0;
        while (len < body.len && is_base64_char(body.ptr[len])) {
            len++;
        }
        if (len > 0) {
            (void)fe_secrets_learn(secrets, FE_SLICE("private_key"),
                                   (struct fe_slice){body.ptr, len});
        }
        body = fe_slice_from(body, len);
        size_t skip = body.len > 1 && body.ptr[0] == '\\' ? 2 : body.len > 0;
        body = fe_slice_from(body, skip);
    }
}

/* RFC 7468 §10 and its older relatives. */
static void learn_keys(struct fe_secrets *secrets, struct fe_slice text)
{
    const struct fe_slice begin = FE_SLICE("PRIVATE KEY-----");
    const struct fe_slice end = FE_SLICE("-----END");
    for (ptrdiff_t at = find(text, begin); at >= 0; at = find(text, begin)) {
        text = fe_slice_from(text, (size_t)at + begin.len);
        ptrdiff_t len = find(text, end);
        size_t most = text.len < FE_SECRET_BYTES_MAX ? text.len : FE_SECRET_BYTES_MAX;
        if (len >= 0 && (size_t)len <= most) {
            learn_key_lines(secrets, (struct fe_slice){text.ptr, (size_t)len});
            text = fe_slice_from(text, (size_t)len + end.len);
            ptrdiff_t tail =
                find((struct fe_slice){text.ptr, text.len < 64 ? text.len : 64}, begin);
            text = fe_slice_from(text, tail >= 0 ? (size_t)tail + begin.len : 0);
        }
    }
}

/* ── e-mail ── */

static bool is_local_char(char c)
{
    return is_token_char(c) || c == '.' || c == '+';
}

static void learn_email(struct fe_secrets *secrets, struct fe_slice text, size_t sign)
{
    size_t from = sign;
    size_t to = sign + 1;
    bool dot = false;
    while (from > 0 && is_local_char(text.ptr[from - 1])) {
        from--;
    }
    while (to < text.len &&
           (is_alnum(text.ptr[to]) || text.ptr[to] == '-' ||
            (text.ptr[to] == '.' && to + 1 < text.len && is_alnum(text.ptr[to + 1])))) {
        dot = dot || text.ptr[to] == '.';
        to++;
    }
    if (from < sign && dot) {
        (void)fe_secrets_learn(secrets, FE_SLICE("email"),
                               (struct fe_slice){text.ptr + from, to - from});
    }
}

void fe_secrets_learn_shapes(struct fe_secrets *secrets, struct fe_slice text, bool pii)
{
    learn_tokens(secrets, text);
    learn_keys(secrets, text);
    for (size_t at = 0; pii && at < text.len; at++) {
        const char *found = memchr(text.ptr + at, '@', text.len - at);
        if (found == NULL) {
            break;
        }
        at = (size_t)(found - text.ptr);
        learn_email(secrets, text, at);
    }
}
