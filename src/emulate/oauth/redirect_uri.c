/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/redirect_uri.h"

#include "message/percent.h"
#include "util/buf.h"
#include "util/limits.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of the scheme at the front, without its colon; 0 if there is none. */
static size_t scheme_length(struct fe_slice uri)
{
    ptrdiff_t colon = fe_slice_index(uri, ':');
    if (colon <= 0 || !is_letter(uri.ptr[0])) {
        return 0;
    }
    for (ptrdiff_t i = 1; i < colon; i++) {
        char c = uri.ptr[i];
        if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') {
            return 0;
        }
    }
    return (size_t)colon;
}

bool fe_redirect_uri_valid(struct fe_slice uri)
{
    for (size_t i = 0; i < uri.len; i++) {
        char c = uri.ptr[i];
        if (c <= 0x20 || c > 0x7e || strchr("\"<>\\^`{|}#", c)) {
            return false;
        }
    }
    size_t scheme = scheme_length(uri);
    return scheme > 0 && uri.len > scheme + 1;
}

/* What stands between "://" and the path, query or end. False if the URI has no such part. */
static bool split_authority(struct fe_slice uri, struct fe_slice *authority, struct fe_slice *rest)
{
    size_t scheme = scheme_length(uri);
    struct fe_slice after = fe_slice_from(uri, scheme);
    if (scheme == 0 || !fe_slice_starts(after, FE_SLICE("://"))) {
        return false;
    }
    after = fe_slice_from(after, 3);
    size_t end = 0;
    while (end < after.len && after.ptr[end] != '/' && after.ptr[end] != '?') {
        end++;
    }
    *authority = (struct fe_slice){after.ptr, end};
    *rest = fe_slice_from(after, end);
    return true;
}

/* "127.0.0.1:4711" without ":4711", if what follows the host is a port. */
static struct fe_slice without_port(struct fe_slice authority, struct fe_slice host)
{
    if (!fe_slice_starts(authority, host) || authority.len < host.len + 2 ||
        authority.ptr[host.len] != ':') {
        return authority;
    }
    uint64_t port = 0;
    bool is_port = fe_slice_u64(fe_slice_from(authority, host.len + 1), &port) == 0 && port > 0 &&
                   port <= UINT16_MAX;
    return is_port ? host : authority;
}

static bool is_loopback(struct fe_slice host)
{
    return fe_slice_eq(host, FE_SLICE("127.0.0.1")) || fe_slice_eq(host, FE_SLICE("[::1]")) ||
           fe_slice_eq(host, FE_SLICE("localhost"));
}

bool fe_redirect_uri_matches(struct fe_slice uri, struct fe_slice registered)
{
    if (fe_slice_eq(uri, registered)) {
        return true;
    }
    struct fe_slice host = {NULL, 0};
    struct fe_slice rest = {NULL, 0};
    struct fe_slice uri_authority = {NULL, 0};
    struct fe_slice uri_rest = {NULL, 0};
    return fe_slice_starts(registered, FE_SLICE("http://")) &&
           fe_slice_starts(uri, FE_SLICE("http://")) && split_authority(registered, &host, &rest) &&
           is_loopback(host) && split_authority(uri, &uri_authority, &uri_rest) &&
           fe_slice_eq(without_port(uri_authority, host), host) && fe_slice_eq(uri_rest, rest);
}

/* Letters, digits, dots, hyphens and a port: what a policy's host source can say. Anything else, an
 * IPv6 address too, could not be written there, or would end the directive. */
static bool is_policy_host(struct fe_slice authority)
{
    for (size_t i = 0; i < authority.len; i++) {
        char c = authority.ptr[i];
        if (!is_letter(c) && !is_digit(c) && c != '.' && c != '-' && c != ':') {
            return false;
        }
    }
    return authority.len > 0;
}

struct fe_slice fe_redirect_uri_source(struct fe_slice uri, struct fe_arena *arena)
{
    struct fe_slice authority = {NULL, 0};
    struct fe_slice rest = {NULL, 0};
    struct fe_slice scheme = {uri.ptr, scheme_length(uri)};
    if (split_authority(uri, &authority, &rest) && is_policy_host(authority)) {
        return fe_arena_printf(arena, FE_PRI "://" FE_PRI, FE_ARG(scheme), FE_ARG(authority));
    }
    return fe_arena_printf(arena, FE_PRI ":", FE_ARG(scheme));
}

struct fe_slice fe_redirect_uri_with(struct fe_slice uri,
                                     const struct fe_redirect_parameter *parameters, size_t count,
                                     struct fe_arena *arena)
{
    struct fe_buf text;
    fe_buf_init(&text, (size_t)4 * FE_LIMIT_FORM_BODY_BYTES);
    (void)fe_buf_put(&text, uri);
    ptrdiff_t query = fe_slice_index(uri, '?');
    bool needs_separator = query < 0 || (size_t)query + 1 < uri.len;
    char separator = query < 0 ? '?' : '&';
    for (size_t i = 0; i < count; i++) {
        if (parameters[i].value.len == 0) {
            continue;
        }
        if (needs_separator) {
            (void)fe_buf_putc(&text, separator);
        }
        (void)fe_buf_printf(&text, "%s=", parameters[i].name);
        (void)fe_percent_encode(parameters[i].value, &text);
        needs_separator = true;
        separator = '&';
    }
    struct fe_slice result = fe_arena_copy(arena, fe_buf_slice(&text));
    fe_buf_done(&text);
    return result;
}
