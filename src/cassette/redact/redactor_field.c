/* SPDX-License-Identifier: MIT */
/* Fields that have a grammar of their own: credentials keep their scheme, cookies their names and
 * attributes. HTTP Basic stays what it is: base64 of the user, a colon, and a placeholder. */
#include "cassette/redact/redactor_private.h"

#include "message/percent.h"
#include "util/secret.h"

static bool is_named(const struct fe_header *field, const char *name)
{
    return fe_slice_eq_nocase(field->name, fe_slice_cstr(name));
}

/* Learned as it stands and as it may be meant; the latter gives the placeholder. */
static struct fe_slice learn_password(struct fe_redactor *redactor, struct fe_slice raw,
                                      struct fe_arena *arena)
{
    struct fe_slice decoded = raw;
    struct fe_slice kind = FE_SLICE("password");
    (void)fe_secrets_learn(redactor->secrets, kind, raw);
    if (fe_percent_decode(raw, true, arena, &decoded) < 0) {
        decoded = raw;
    }
    return fe_secrets_learn(redactor->secrets, kind, decoded);
}

/* RFC 7617 §2. False: it is none. */
static bool basic(struct fe_redactor *redactor, struct fe_slice encoded, struct fe_arena *arena)
{
    struct fe_buf text;
    struct fe_buf again;
    fe_buf_init_firm(&text, FE_SECRET_BYTES_MAX);
    fe_buf_init_firm(&again, (size_t)4 * FE_SECRET_BYTES_MAX);
    int r = fe_base64_decode(encoded, &text);
    struct fe_slice both = fe_arena_copy(arena, fe_buf_slice(&text));
    ptrdiff_t colon = fe_slice_index(both, ':');
    bool usable =
        r == 0 && colon >= 0 && !fe_redactor_is_trivial(fe_slice_from(both, (size_t)colon + 1));
    if (usable) {
        struct fe_slice user = {both.ptr, (size_t)colon};
        struct fe_slice placeholder =
            learn_password(redactor, fe_slice_from(both, user.len + 1), arena);
        struct fe_slice known = fe_secrets_replace(redactor->secrets, user, arena);
        struct fe_slice meant =
            fe_arena_printf(arena, FE_PRI ":" FE_PRI, FE_ARG(known), FE_ARG(placeholder));
        (void)fe_base64_encode(meant, &again);
        fe_redactor_stand_in(redactor, encoded.len, fe_buf_slice(&again));
    }
    fe_buf_done(&text);
    fe_buf_done(&again);
    return usable;
}

static void credentials(struct fe_redactor *redactor, struct fe_slice kind, struct fe_slice value,
                        bool any_scheme, struct fe_arena *arena)
{
    struct fe_slice trimmed = fe_slice_trim(value);
    size_t scheme = fe_values_scheme(trimmed);
    ptrdiff_t space = fe_slice_index(trimmed, ' ');
    if (scheme == 0 && any_scheme && space > 0) {
        scheme = (size_t)space + 1;
    }
    struct fe_slice word = {trimmed.ptr, scheme};
    struct fe_slice rest = fe_slice_trim(fe_slice_from(trimmed, scheme));
    if (fe_slice_eq_nocase(word, FE_SLICE("Bearer "))) {
        kind = FE_SLICE("access_token");
    }
    size_t before = rest.len > 0 ? (size_t)(rest.ptr - value.ptr) : value.len;
    fe_redactor_plain(redactor, before);
    if (!fe_slice_eq_nocase(word, FE_SLICE("Basic ")) || !basic(redactor, rest, arena)) {
        fe_redactor_value(redactor, kind, rest, rest.len);
    }
    fe_redactor_plain(redactor, value.len - before - rest.len);
}

/* "name=value" with whatever space there is. */
static void cookie(struct fe_redactor *redactor, struct fe_slice pair, struct fe_arena *arena)
{
    struct fe_slice kind = {NULL, 0};
    ptrdiff_t equals = fe_slice_index(pair, '=');
    size_t at = equals < 0 ? 0 : (size_t)equals + 1;
    struct fe_slice name = fe_slice_trim((struct fe_slice){pair.ptr, at > 0 ? at - 1 : 0});
    struct fe_slice raw = fe_slice_from(pair, at);
    struct fe_slice value = fe_slice_trim(raw);
    if (!fe_rules_find(redactor->rules, FE_NAME_COOKIE, name, &kind)) {
        fe_redactor_plain(redactor, pair.len);
        return;
    }
    if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"') {
        value = (struct fe_slice){value.ptr + 1, value.len - 2};
    }
    size_t before = value.len > 0 ? (size_t)(value.ptr - pair.ptr) : pair.len;
    fe_redactor_plain(redactor, before);
    fe_redactor_value(redactor, kind, value, value.len);
    fe_redactor_plain(redactor, pair.len - before - value.len);
    struct fe_slice decoded = value;
    if (fe_percent_decode(value, false, arena, &decoded) == 0 && !fe_redactor_is_trivial(decoded)) {
        (void)fe_secrets_learn(redactor->secrets, kind, decoded);
    }
}

/* RFC 6265 §4.1.1 and §4.2.1: of Set-Cookie, only the first pair is one. */
static void cookies(struct fe_redactor *redactor, struct fe_slice value, bool only_first,
                    struct fe_arena *arena)
{
    for (bool first = true; value.len > 0; first = false) {
        ptrdiff_t semicolon = fe_slice_index(value, ';');
        struct fe_slice pair = {value.ptr, semicolon < 0 ? value.len : (size_t)semicolon};
        if (first || !only_first) {
            cookie(redactor, pair, arena);
        } else {
            fe_redactor_plain(redactor, pair.len);
        }
        value = fe_slice_from(value, pair.len);
        if (value.len > 0) {
            fe_redactor_plain(redactor, 1);
            value = fe_slice_from(value, 1);
        }
    }
}

void fe_redactor_field(struct fe_redactor *redactor, const struct fe_header *field,
                       struct fe_arena *arena)
{
    struct fe_slice kind = {NULL, 0};
    if (!fe_rules_find(redactor->rules, FE_NAME_FIELD, field->name, &kind)) {
        fe_redactor_urls(redactor, field->value);
    } else if (is_named(field, "Cookie")) {
        cookies(redactor, field->value, false, arena);
    } else if (is_named(field, "Set-Cookie")) {
        cookies(redactor, field->value, true, arena);
    } else {
        bool any_scheme =
            is_named(field, "Authorization") || is_named(field, "Proxy-Authorization");
        credentials(redactor, kind, field->value, any_scheme, arena);
    }
}
