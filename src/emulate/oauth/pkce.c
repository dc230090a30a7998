/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/pkce.h"

#include "util/buf.h"
#include "util/secret.h"

enum {
    CHALLENGE_BYTES = 43,
    VERIFIER_BYTES_MIN = 43,
    VERIFIER_BYTES_MAX = 128
};

static bool has_only(struct fe_slice text, const char *punctuation)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_alphanumeric =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_alphanumeric && (c == '\0' || strchr(punctuation, c) == NULL)) {
            return false;
        }
    }
    return true;
}

bool fe_pkce_challenge_valid(struct fe_slice challenge)
{
    return challenge.len == CHALLENGE_BYTES && has_only(challenge, "-_");
}

bool fe_pkce_verifies(struct fe_slice verifier, struct fe_slice challenge)
{
    if (verifier.len < VERIFIER_BYTES_MIN || verifier.len > VERIFIER_BYTES_MAX ||
        !has_only(verifier, "-._~")) {
        return false;
    }
    unsigned char digest[FE_SHA256_BYTES];
    fe_sha256(verifier, digest);
    struct fe_buf expected;
    fe_buf_init(&expected, CHALLENGE_BYTES);
    (void)fe_base64url_encode((struct fe_slice){(const char *)digest, sizeof(digest)}, &expected);
    bool is_right = fe_secret_eq(fe_buf_slice(&expected), challenge);
    fe_buf_done(&expected);
    return is_right;
}
