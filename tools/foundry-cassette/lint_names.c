/* SPDX-License-Identifier: MIT */
#include <ctype.h>

#include "foundry-cassette/lint_view.h"

/* In small letters, without "-", "_" and "."; "*" stands for anything in front. */
static const struct fe_slice harmless[] = {
    FE_SLICE_INIT("*id"),
    FE_SLICE_INIT("*ids"),
    FE_SLICE_INIT("*rid"),
    FE_SLICE_INIT("*rids"),
    FE_SLICE_INIT("*uuid"),
    FE_SLICE_INIT("*guid"),
    FE_SLICE_INIT("*hash"),
    FE_SLICE_INIT("*digest"),
    FE_SLICE_INIT("*checksum"),
    FE_SLICE_INIT("*fingerprint"),
    FE_SLICE_INIT("*md5"),
    FE_SLICE_INIT("*sha1"),
    FE_SLICE_INIT("*sha256"),
    FE_SLICE_INIT("*sha512"),
    FE_SLICE_INIT("*etag"),
    FE_SLICE_INIT("*match"),
    FE_SLICE_INIT("*cursor"),
    FE_SLICE_INIT("*nonce"),
    FE_SLICE_INIT("*challenge"),
    FE_SLICE_INIT("*boundary"),
    FE_SLICE_INIT("*version"),
    FE_SLICE_INIT("*revision"),
    FE_SLICE_INIT("*useragent"),
    FE_SLICE_INIT("*integrity"),
    FE_SLICE_INIT("state"),
    FE_SLICE_INIT("b3"),
    FE_SLICE_INIT("nel"),
    FE_SLICE_INIT("reportto"),
    FE_SLICE_INIT("via"),
    FE_SLICE_INIT("cfray"),
    FE_SLICE_INIT("xamzid2"),
    FE_SLICE_INIT("secwebsocketkey"),
    FE_SLICE_INIT("secwebsocketaccept"),
    FE_SLICE_INIT("contentsecuritypolicy"),
    FE_SLICE_INIT("contenttype"),
    FE_SLICE_INIT("tracestate"),
    FE_SLICE_INIT("jti"),
    /* public keys and certificates */
    FE_SLICE_INIT("kid"),
    FE_SLICE_INIT("*publickey"),
    FE_SLICE_INIT("n"),
    FE_SLICE_INIT("x"),
    FE_SLICE_INIT("y"),
    FE_SLICE_INIT("x5c"),
    FE_SLICE_INIT("x5t"),
    FE_SLICE_INIT("x5t#s256"),
};

enum {
    NAME_BYTES_MAX = 128
};

bool fe_lint_is_harmless(const struct fe_rules *rules, struct fe_slice name)
{
    char plain[NAME_BYTES_MAX];
    size_t len = 0;
    for (size_t i = 0; i < name.len && len < sizeof(plain); i++) {
        if (!strchr("-_.", name.ptr[i])) {
            plain[len++] = (char)tolower((unsigned char)name.ptr[i]);
        }
    }
    for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
        struct fe_slice pattern = harmless[i];
        bool open = pattern.ptr[0] == '*';
        pattern = fe_slice_from(pattern, open);
        size_t front = len >= pattern.len ? len - pattern.len : 0;
        if ((open || front == 0) &&
            fe_slice_eq((struct fe_slice){plain + front, len - front}, pattern)) {
            return true;
        }
    }
    return len > 0 && fe_rules_describes(rules, name);
}
