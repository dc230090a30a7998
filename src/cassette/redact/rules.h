/* SPDX-License-Identifier: MIT */
/* Which names have secrets for values. Names are compared without case, and without "-", "_" and
 * ".": client_secret, clientSecret and Client-Secret are one name. */
#ifndef FE_CASSETTE_REDACT_RULES_H
#define FE_CASSETTE_REDACT_RULES_H

#include <stdbool.h>

#include "cassette/frame.h"

enum {
    FE_RULES_VERSION = 1,
    FE_RULES_NAME_BYTES_MAX = 128 /* of longer names the end is looked at */
};

/* Where a name stands. */
enum fe_name_place {
    FE_NAME_FIELD, /* of a head */
    FE_NAME_QUERY, /* or a form, or a part of a multipart body */
    FE_NAME_JSON,
    FE_NAME_COOKIE /* every cookie is a secret, but for those that --keep names */
};

struct fe_rules;

/* Copies what it needs. "*" at either end of a name in `also` and `keep` stands for anything;
 * `keep` wins over `also`, and both over the list that is built in. */
struct fe_rules *fe_rules_new(const struct fe_frame_redaction *redaction);
void fe_rules_free(struct fe_rules *rules); /* NULL is fine */

/* Makes `all`, which begins as one without names, strike out what `more` does, too: whatever either
 * was told to keep is struck out. Its list lies in the arena, names are borrowed. */
void fe_redaction_join(struct fe_frame_redaction *all, const struct fe_frame_redaction *more,
                       struct fe_arena *arena);

/* Whether the value of `name` is a secret; *kind_out is what placeholders call it ("access_token",
 * "authorization", "cookie"; static, or as long as the rules live; letters, digits, "_" and "-").
 * Personal data (--redact-pii) counts too, with kinds of its own ("email", "name", "user",
 * "phone"). With --keep-secrets nothing but personal data does. */
bool fe_rules_find(const struct fe_rules *rules, enum fe_name_place place, struct fe_slice name,
                   struct fe_slice *kind_out);

/* Whether the value of `name` is none although it stands within something that is a secret as a
 * whole: {"token": {"token_type": "Bearer", "value": "…"}}. */
bool fe_rules_describes(const struct fe_rules *rules, struct fe_slice name);

bool fe_rules_keep_all(const struct fe_rules *rules); /* --keep-secrets */
bool fe_rules_pii(const struct fe_rules *rules);

#endif
