/* SPDX-License-Identifier: MIT */
/* The secrets seen so far, and where they turn up again.
 *
 * A text is searched in all its views: as it is, percent-decoded, JSON's escapes resolved, and
 * these two upon one another up to three deep; in each for the secret itself, its base64 (both
 * alphabets) at each of the three offsets, and its hexadecimal digits. What is found in a view is
 * replaced in the text itself. Adding a secret is cheap, and searching takes about a nanosecond a
 * byte however many there are. */
#ifndef FE_CASSETTE_REDACT_SECRETS_H
#define FE_CASSETTE_REDACT_SECRETS_H

#include <stdbool.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/buf.h"

struct fe_random;
struct fe_secrets;

enum {
    FE_SECRET_SEARCHED_BYTES_MIN = 8, /* shorter ones are replaced in their place only */
    FE_SECRET_BYTES_MAX = 16 << 10,   /* longer ones are known in parts of that size */
    FE_SECRETS_MAX = 100000           /* known at once; the oldest are forgotten */
};

struct fe_secrets *fe_secrets_new(struct fe_random *random);
void fe_secrets_free(struct fe_secrets *secrets); /* wiped */

/* The placeholder of a secret, which is remembered and, if it is long enough, searched for from now
 * on: "fe~KIND~" and 16 characters that depend on the value and on a key that nobody knows,
 * filled up with "~" and more of them to the value's own length (at most FE_SECRET_BYTES_MAX) if
 * that is longer. Letters, digits, "_", "-" and "~" only. Equal values have equal placeholders, of
 * the kind that came first; unequal ones unequal. A value that is itself one of our placeholders is
 * given back as it is. Lives until the next call, which may forget it. */
struct fe_slice fe_secrets_learn(struct fe_secrets *secrets, struct fe_slice kind,
                                 struct fe_slice value);

/* Whether it looks like what fe_secrets_learn() gives: from this recording, or from another. */
bool fe_secrets_is_placeholder(struct fe_slice value);

/* A search through bytes that come piece by piece. */
struct fe_secrets_scan;

/* `bytes` stand for the input up to `input_end`, as in redactor.h; `found`: for a secret. */
typedef void fe_secrets_fn(void *arg, struct fe_slice bytes, uint64_t input_end, bool found);

struct fe_secrets_scan *fe_secrets_scan_new(struct fe_secrets *secrets, fe_secrets_fn *fn,
                                            void *arg);
void fe_secrets_scan_free(struct fe_secrets_scan *scan);

/* Gives on what is certainly no part of a secret, whenever enough has come; the rest waits for
 * more: at most 32 KiB, and what the longest secret takes in its longest encoding. */
void fe_secrets_scan_push(struct fe_secrets_scan *scan, struct fe_slice bytes);
/* Bytes that stand for `input_len` others and are not to be searched: a placeholder put in by name.
 */
void fe_secrets_scan_push_safe(struct fe_secrets_scan *scan, struct fe_slice bytes,
                               uint64_t input_len);
/* Gives the rest. The scan may then be used for another text. */
void fe_secrets_scan_end(struct fe_secrets_scan *scan);
/* Whether something has been found since it was made, or since the last end. */
bool fe_secrets_scan_hit(const struct fe_secrets_scan *scan);

/* The same for a text that is there whole; borrowed if nothing was found. */
struct fe_slice fe_secrets_replace(struct fe_secrets *secrets, struct fe_slice text,
                                   struct fe_arena *arena);

/* Whether there is one in it: for lint and tests. */
bool fe_secrets_found(struct fe_secrets *secrets, struct fe_slice text);

#endif
