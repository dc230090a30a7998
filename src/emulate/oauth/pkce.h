/* SPDX-License-Identifier: MIT */
/* Proof Key for Code Exchange (RFC 7636), with the method S256 only. */
#ifndef FE_EMULATE_OAUTH_PKCE_H
#define FE_EMULATE_OAUTH_PKCE_H

#include <stdbool.h>

#include "util/slice.h"

/* 43 characters of base64url: what a SHA-256 looks like. */
bool fe_pkce_challenge_valid(struct fe_slice challenge);

/* Whether `verifier` is well-formed and the one that `challenge` was made from. */
bool fe_pkce_verifies(struct fe_slice verifier, struct fe_slice challenge);

#endif
