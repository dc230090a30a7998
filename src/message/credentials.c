/* SPDX-License-Identifier: MIT */
#include "message/credentials.h"

#include <errno.h>

#include "message/percent.h"
#include "util/buf.h"
#include "util/secret.h"
#include "util/utf8.h"

/* What follows the scheme in the one Authorization field. */
static int find(const struct fe_headers *headers, struct fe_slice scheme,
                struct fe_slice *credentials_out)
{
    const struct fe_slice name = FE_SLICE("Authorization");
    if (fe_headers_count(headers, name) > 1) {
        return -EINVAL;
    }
    struct fe_slice rest = {NULL, 0};
    struct fe_slice word = {NULL, 0};
    if (!fe_headers_get(headers, name, &rest)) {
        return -ENOENT;
    }
    rest = fe_slice_trim(rest);
    if (!fe_slice_split(&rest, ' ', &word) || !fe_slice_eq_nocase(word, scheme)) {
        return -ENOENT;
    }
    *credentials_out = fe_slice_trim(rest);
    return 0;
}

static bool is_b64token(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == '+' || c == '/';
}

int fe_credentials_bearer(const struct fe_headers *headers, struct fe_slice *token_out)
{
    struct fe_slice token = {NULL, 0};
    int r = find(headers, FE_SLICE("Bearer"), &token);
    if (r < 0) {
        return r;
    }
    size_t at = 0;
    while (at < token.len && is_b64token(token.ptr[at])) {
        at++;
    }
    bool empty = at == 0;
    while (at < token.len && token.ptr[at] == '=') {
        at++;
    }
    if (empty || at < token.len) {
        return -EINVAL;
    }
    *token_out = token;
    return 0;
}

static int decode_part(struct fe_slice part, struct fe_arena *arena, struct fe_slice *decoded_out)
{
    int r = fe_percent_decode(part, true, arena, decoded_out);
    return r == 0 && !fe_utf8_valid(*decoded_out) ? -EINVAL : r;
}

/* A client encodes both parts, or neither. */
static void decode_both(struct fe_basic *basic, struct fe_arena *arena)
{
    if (decode_part(basic->raw_user, arena, &basic->user) < 0 ||
        decode_part(basic->raw_password, arena, &basic->password) < 0) {
        basic->user = basic->raw_user;
        basic->password = basic->raw_password;
    }
}

int fe_credentials_basic(const struct fe_headers *headers, struct fe_arena *arena,
                         struct fe_basic *basic_out)
{
    struct fe_slice encoded = {NULL, 0};
    int r = find(headers, FE_SLICE("Basic"), &encoded);
    if (r < 0) {
        return r;
    }
    struct fe_buf decoded;
    fe_buf_init(&decoded, encoded.len);
    r = fe_base64_decode(encoded, &decoded);
    struct fe_slice pair = fe_arena_copy(arena, fe_buf_slice(&decoded));
    fe_buf_done(&decoded);
    if (r < 0) {
        return r;
    }
    ptrdiff_t colon = fe_slice_index(pair, ':');
    if (colon < 0 || !fe_utf8_valid(pair)) {
        return -EINVAL;
    }
    *basic_out = (struct fe_basic){.raw_user = {pair.ptr, (size_t)colon},
                                   .raw_password = fe_slice_from(pair, (size_t)colon + 1)};
    decode_both(basic_out, arena);
    return 0;
}
