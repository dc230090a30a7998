/* SPDX-License-Identifier: MIT */
/* Who the emulator is to TLS clients when it has no certificate of the user's: a certification
 * authority of its own and a leaf that it signed, in a directory that outlives the process. Clients
 * trust the authority once; the leaf is renewed beneath it. Private keys are readable by their
 * owner only, and no certificate is ever shipped. */
#ifndef FE_HTTP_TLS_IDENTITY_H
#define FE_HTTP_TLS_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "util/clock.h"

struct fe_tls_identity {
    char *ca_file;   /* PEM, for clients */
    char *cert_file; /* PEM: the leaf, and the authority behind it */
    char *key_file;  /* PEM, mode 0600 */
    int lock;        /* while it is held, the files stay as they are */
};

/* Whether a certificate can name it: a host name, without wildcards, or an IP literal. */
bool fe_tls_is_name(const char *name);

/* Finds or makes both in `directory`, which is made if need be (mode 0700). What is there is used
 * while it is good for more than a day and, for the leaf, names all that is wanted: localhost,
 * 127.0.0.1, ::1, this machine's name, and `names` (see above; ended by NULL). Processes that
 * share the directory take turns, until fe_tls_identity_done(). 0; or -errno, and `why` says what
 * failed, and there is nothing to be done with. */
int fe_tls_identity_open(const char *directory, const char *const *names,
                         const struct fe_clock *clock, struct fe_tls_identity *identity_out,
                         char *why, size_t why_size);
void fe_tls_identity_done(struct fe_tls_identity *identity);

#endif
