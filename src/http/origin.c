/* SPDX-License-Identifier: MIT */
#include "http/origin.h"

#include <errno.h>

#include "http/authority.h"

enum {
    HTTP_PORT = 80,
    HTTPS_PORT = 443
};

static int default_port(bool tls)
{
    return tls ? HTTPS_PORT : HTTP_PORT;
}

static bool take_nocase(struct fe_slice *text, struct fe_slice prefix)
{
    struct fe_slice front = {text->ptr, prefix.len};
    if (text->len < prefix.len || !fe_slice_eq_nocase(front, prefix)) {
        return false;
    }
    *text = fe_slice_from(*text, prefix.len);
    return true;
}

static int take_scheme(struct fe_slice *url, const struct fe_origin *base, bool *tls_out)
{
    if (take_nocase(url, FE_SLICE("https://"))) {
        *tls_out = true;
        return 0;
    }
    if (take_nocase(url, FE_SLICE("http://"))) {
        *tls_out = false;
        return 0;
    }
    if (base == NULL || !take_nocase(url, FE_SLICE("//"))) {
        return -EINVAL;
    }
    *tls_out = base->tls;
    return 0;
}

int fe_origin_take(struct fe_slice *url, const struct fe_origin *base, struct fe_origin *origin_out)
{
    struct fe_slice rest = *url;
    struct fe_authority authority;
    bool tls = false;
    if (take_scheme(&rest, base, &tls) < 0) {
        return -EINVAL;
    }
    size_t len = 0;
    while (len < rest.len && fe_slice_index(FE_SLICE("/?#"), rest.ptr[len]) < 0) {
        len++;
    }
    if (fe_authority_parse((struct fe_slice){rest.ptr, len}, &authority) < 0 ||
        authority.port == 0) {
        return -EINVAL;
    }
    *origin_out = (struct fe_origin){tls, authority.ipv6, authority.host,
                                     authority.port > 0 ? authority.port : default_port(tls)};
    *url = fe_slice_from(rest, len);
    return 0;
}

bool fe_origin_eq(const struct fe_origin *a, const struct fe_origin *b)
{
    return a->tls == b->tls && a->port == b->port && fe_slice_eq_nocase(a->host, b->host);
}

struct fe_slice fe_origin_authority(const struct fe_origin *origin, struct fe_arena *arena)
{
    const char *open = origin->ipv6 ? "[" : "";
    const char *close = origin->ipv6 ? "]" : "";
    if (origin->port == default_port(origin->tls)) {
        return fe_arena_printf(arena, "%s" FE_PRI "%s", open, FE_ARG(origin->host), close);
    }
    return fe_arena_printf(arena, "%s" FE_PRI "%s:%d", open, FE_ARG(origin->host), close,
                           origin->port);
}

struct fe_slice fe_origin_text(const struct fe_origin *origin, struct fe_arena *arena)
{
    struct fe_slice authority = fe_origin_authority(origin, arena);
    return fe_arena_printf(arena, "%s://" FE_PRI, origin->tls ? "https" : "http",
                           FE_ARG(authority));
}
