/* SPDX-License-Identifier: MIT */
/* Record mode: stands in front of an upstream, passes everything on in both directions as it comes,
 * and tells a recording of it (cassette/recording.h). */
#ifndef FE_RECORD_RECORD_H
#define FE_RECORD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "util/env.h"
#include "util/errors.h"
#include "util/slice.h"

struct fe_exchange;
struct fe_loop;
struct fe_record;
struct fe_recording;

struct fe_record_options {
    const char *upstream; /* "https://stack.example": checked by fe_record_check_upstream() */
    int64_t timeout_ms;   /* without a byte from the upstream: 504 */
    const char *ca_file;  /* NULL: the system's */
    bool insecure;        /* the upstream's certificate is not verified */
    bool rewrite_bodies;  /* the upstream's origin in JSON and HTML becomes ours */
};

/* NULL, or what was expected: "https://HOST[:PORT]", nothing behind it. */
const char *fe_record_check_upstream(struct fe_slice url);

/* Whether the CA file can be read, and the upstream's name is known here, unless a proxy may know
 * better: -EINVAL and a line each. Waits for the resolver: for the start. */
int fe_record_check(const struct fe_record_options *options, struct fe_errors *errors);

/* Options are copied, the rest is borrowed; `recording` outlives it. Opens libcurl. -ENOENT and an
 * error line when libcurl is not there. */
int fe_record_new(const struct fe_record_options *options, struct fe_env *env, struct fe_loop *loop,
                  struct fe_recording *recording, struct fe_record **record_out,
                  struct fe_errors *errors);

/* After the server has ended every exchange. NULL is fine. */
void fe_record_free(struct fe_record *record);

/* Takes an exchange: answers it when the upstream has, or says why it could not (502, 504). */
void fe_record_handle(struct fe_record *record, struct fe_exchange *x);

/* The process ends: what waits for the upstream's first byte is answered 503; transfers under way
 * go on, and the server's drain cuts them when its time is up. */
void fe_record_stop(struct fe_record *record);

#endif
