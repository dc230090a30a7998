/* SPDX-License-Identifier: MIT */
/* "HOST[:PORT]" as the Host field, absolute targets and listen addresses have it (RFC 3986 §3.2,
 * without user information). */
#ifndef FE_HTTP_AUTHORITY_H
#define FE_HTTP_AUTHORITY_H

#include <stdbool.h>

#include "util/slice.h"

struct fe_authority {
    struct fe_slice host; /* a name, an IPv4 address, or an IPv6 address without its brackets */
    bool ipv6;
    int port; /* 0 to 65535; -1: none */
};

/* -EINVAL: empty, a character that no host name has, an address that is none, a port that is not a
 * number or too big. The slices are parts of `text`. */
int fe_authority_parse(struct fe_slice text, struct fe_authority *authority_out);

/* Whether a host, without brackets, is this machine whoever asks: "localhost" and names below it
 * (RFC 6761 §6.3), 127.0.0.0/8 and ::1. */
bool fe_host_is_loopback(struct fe_slice host);

/* Whether it is an IP address: a name can be made to point anywhere, an address cannot. */
bool fe_host_is_address(struct fe_slice host);

#endif
