/* SPDX-License-Identifier: MIT */
#include "http/hop.h"

static bool is_one_of(struct fe_slice name, const struct fe_slice *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fe_slice_eq_nocase(name, names[i])) {
            return true;
        }
    }
    return false;
}

bool fe_is_for_one_hop(const struct fe_headers *headers, struct fe_slice name)
{
    static const struct fe_slice always[] = {
        FE_SLICE_INIT("Connection"),
        FE_SLICE_INIT("Keep-Alive"),
        FE_SLICE_INIT("Proxy-Connection"),
        FE_SLICE_INIT("Proxy-Authenticate"),
        FE_SLICE_INIT("Proxy-Authorization"),
        FE_SLICE_INIT("TE"),
        FE_SLICE_INIT("Upgrade"),
    };
    static const struct fe_slice never[] = {
        FE_SLICE_INIT("Content-Length"),
        FE_SLICE_INIT("Transfer-Encoding"),
        FE_SLICE_INIT("Host"),
    };
    if (is_one_of(name, never, sizeof(never) / sizeof(never[0]))) {
        return false;
    }
    return is_one_of(name, always, sizeof(always) / sizeof(always[0])) ||
           fe_headers_has_token(headers, FE_SLICE("Connection"), name);
}

static bool is(const struct fe_header *field, struct fe_slice name)
{
    return fe_slice_eq_nocase(field->name, name);
}

/* One length said twice is said once: clients differ in what they make of two. */
static struct fe_slice first_length(struct fe_slice list)
{
    struct fe_slice first = {NULL, 0};
    (void)fe_slice_split(&list, ',', &first);
    return fe_slice_trim(first);
}

static bool is_framing(const struct fe_header *field)
{
    return is(field, FE_SLICE("Content-Length")) || is(field, FE_SLICE("Transfer-Encoding")) ||
           is(field, FE_SLICE("Trailer"));
}

static struct fe_slice value_of(const struct fe_header *field, const struct fe_rewrite *rewrite,
                                struct fe_arena *arena)
{
    if (rewrite && (is(field, FE_SLICE("Location")) || is(field, FE_SLICE("Content-Location")))) {
        return fe_rewrite_location(rewrite, field->value, arena);
    }
    if (rewrite && is(field, FE_SLICE("Set-Cookie"))) {
        return fe_rewrite_set_cookie(rewrite, field->value, arena);
    }
    return is(field, FE_SLICE("Content-Length")) ? first_length(field->value) : field->value;
}

struct fe_headers fe_relay_fields(const struct fe_headers *from, const struct fe_rewrite *rewrite,
                                  bool reframed, struct fe_arena *arena)
{
    struct fe_headers fields = {NULL, 0, 0};
    bool has_length = false;
    for (size_t i = 0; i < from->count; i++) {
        const struct fe_header *field = &from->items[i];
        bool is_length = is(field, FE_SLICE("Content-Length"));
        if (fe_is_for_one_hop(from, field->name) || (reframed && is_framing(field)) ||
            (is_length && has_length) || is(field, FE_SLICE("X-Foundry-Emulator"))) {
            continue;
        }
        has_length |= is_length;
        (void)fe_headers_add(&fields, arena, field->name, value_of(field, rewrite, arena));
    }
    return fields;
}
