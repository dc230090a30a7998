/* SPDX-License-Identifier: MIT */
#include "http/rewrite.h"

#include <stdbool.h>

#include "util/buf.h"

/* ── addresses ── */

struct fe_slice fe_rewrite_location(const struct fe_rewrite *rewrite, struct fe_slice value,
                                    struct fe_arena *arena)
{
    struct fe_slice rest = value;
    struct fe_origin origin;
    if (fe_origin_take(&rest, &rewrite->upstream, &origin) < 0 ||
        !fe_origin_eq(&origin, &rewrite->upstream)) {
        return value;
    }
    struct fe_slice client = rewrite->client;
    if (fe_slice_starts(value, FE_SLICE("//"))) {
        client = fe_slice_from(client, (size_t)fe_slice_index(client, '/'));
    }
    return fe_arena_printf(arena, FE_PRI FE_PRI, FE_ARG(client), FE_ARG(rest));
}

struct fe_slice fe_rewrite_to_upstream(const struct fe_rewrite *rewrite, struct fe_slice value,
                                       struct fe_arena *arena)
{
    struct fe_slice rest = value;
    struct fe_slice client = rewrite->client;
    struct fe_origin named;
    struct fe_origin ours;
    if (fe_origin_take(&rest, NULL, &named) < 0 || fe_origin_take(&client, NULL, &ours) < 0 ||
        !fe_origin_eq(&named, &ours)) {
        return value;
    }
    return fe_arena_printf(arena, FE_PRI FE_PRI, FE_ARG(rewrite->upstream_text), FE_ARG(rest));
}

/* ── cookies ── */

struct attribute {
    struct fe_slice name;
    struct fe_slice value;
};

static struct attribute parse_attribute(struct fe_slice text)
{
    struct attribute attribute = {{NULL, 0}, text};
    ptrdiff_t equals = fe_slice_index(text, '=');
    if (equals < 0) {
        return (struct attribute){fe_slice_trim(text), FE_SLICE("")};
    }
    attribute.name = fe_slice_trim((struct fe_slice){text.ptr, (size_t)equals});
    attribute.value = fe_slice_trim(fe_slice_from(text, (size_t)equals + 1));
    return attribute;
}

static bool is(const struct attribute *attribute, struct fe_slice name)
{
    return fe_slice_eq_nocase(attribute->name, name);
}

static bool starts_nocase(struct fe_slice text, struct fe_slice prefix)
{
    return text.len >= prefix.len &&
           fe_slice_eq_nocase((struct fe_slice){text.ptr, prefix.len}, prefix);
}

/* RFC 6265 §5.1.3, with the dot in front that §5.2.3 ignores. */
static bool covers(struct fe_slice domain, struct fe_slice host)
{
    if (domain.len > 0 && domain.ptr[0] == '.') {
        domain = fe_slice_from(domain, 1);
    }
    if (domain.len == 0 || domain.len > host.len) {
        return false;
    }
    size_t front = host.len - domain.len;
    return fe_slice_eq_nocase(fe_slice_from(host, front), domain) &&
           (front == 0 || host.ptr[front - 1] == '.');
}

static bool has_secure(struct fe_slice attributes)
{
    struct fe_slice part = {NULL, 0};
    while (fe_slice_split(&attributes, ';', &part)) {
        const struct attribute attribute = parse_attribute(part);
        if (is(&attribute, FE_SLICE("Secure"))) {
            return true;
        }
    }
    return false;
}

static bool needs_secure(struct fe_slice name)
{
    return starts_nocase(name, FE_SLICE("__Secure-")) || starts_nocase(name, FE_SLICE("__Host-"));
}

/* Appends the attribute `part` as it is, changed, or not at all. Whether it is as it was. */
static bool put_attribute(const struct fe_rewrite *rewrite, struct fe_slice part, bool drop_secure,
                          struct fe_buf *out)
{
    const struct attribute attribute = parse_attribute(part);
    bool drop =
        is(&attribute, FE_SLICE("Domain")) && covers(attribute.value, rewrite->upstream.host);
    drop = drop || (drop_secure && (is(&attribute, FE_SLICE("Secure")) ||
                                    is(&attribute, FE_SLICE("Partitioned"))));
    if (drop) {
        return false;
    }
    bool relax = drop_secure && is(&attribute, FE_SLICE("SameSite")) &&
                 fe_slice_eq_nocase(attribute.value, FE_SLICE("None"));
    (void)fe_buf_putc(out, ';');
    (void)fe_buf_put(out, relax ? FE_SLICE(" SameSite=Lax") : part);
    return !relax;
}

struct fe_slice fe_rewrite_set_cookie(const struct fe_rewrite *rewrite, struct fe_slice value,
                                      struct fe_arena *arena)
{
    struct fe_slice attributes = value;
    struct fe_slice part = {NULL, 0};
    struct fe_buf out;
    bool same = true;
    if (!fe_slice_split(&attributes, ';', &part) || attributes.len == 0) {
        return value;
    }
    bool drop_secure =
        !rewrite->client_tls && has_secure(attributes) && !needs_secure(fe_slice_trim(part));
    fe_buf_init_firm(&out, value.len + sizeof("SameSite=Lax"));
    (void)fe_buf_put(&out, part);
    while (fe_slice_split(&attributes, ';', &part)) {
        same = put_attribute(rewrite, part, drop_secure, &out) && same;
    }
    struct fe_slice rewritten = same ? value : fe_arena_copy(arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return rewritten;
}
