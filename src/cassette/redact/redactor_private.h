/* SPDX-License-Identifier: MIT */
/* What the files behind redactor.h share. */
#ifndef FE_CASSETTE_REDACT_REDACTOR_PRIVATE_H
#define FE_CASSETTE_REDACT_REDACTOR_PRIVATE_H

#include "cassette/redact/marked_text.h"
#include "cassette/redact/redactor.h"
#include "cassette/redact/secrets.h"
#include "cassette/redact/values.h"

struct fe_redactor {
    struct fe_rules *rules;
    struct fe_secrets *secrets;
    bool keep_all;
    bool pii;
    /* For texts that are there whole. Each is gone through twice: to learn, and to write. */
    struct fe_values values;
    struct fe_text_values *urls;
    struct fe_secrets_scan *scan;
    struct fe_marked_text marked;
    struct fe_slice text; /* being written, */
    struct fe_slice rest; /* and what is not told of */
    struct fe_buf out;
    bool writing;
    bool changed; /* in a pass of either kind: something has got a stand-in */
};

/* What says nothing, and so is nothing to be struck out: nothing at all, asterisks, "null". */
bool fe_redactor_is_trivial(struct fe_slice value);

/* One text is written, put together of these, which cover it in order; while none is, they only
 * learn. A value is what it means, and `len` bytes of the text. */
void fe_redactor_begin(struct fe_redactor *redactor, struct fe_slice text);
void fe_redactor_plain(struct fe_redactor *redactor, size_t len);
void fe_redactor_value(struct fe_redactor *redactor, struct fe_slice kind, struct fe_slice value,
                       size_t len);
/* The same, and what is put there is made already. */
void fe_redactor_stand_in(struct fe_redactor *redactor, size_t len, struct fe_slice stand_in);
/* Text with URLs in it, or a URL. */
void fe_redactor_urls(struct fe_redactor *redactor, struct fe_slice text);
/* What has been written, in the arena. */
struct fe_slice fe_redactor_written(struct fe_redactor *redactor, struct fe_arena *arena);

/* Learns what URLs within percent-encoded text have, and what is a secret by its shape. */
void fe_redactor_learn_within(struct fe_redactor *redactor, struct fe_slice text,
                              struct fe_arena *arena);

/* A field's value, written or learned as fits its name (redactor_field.c). */
void fe_redactor_field(struct fe_redactor *redactor, const struct fe_header *field,
                       struct fe_arena *arena);

/* Learns what is a secret wherever it stands: JSON Web Tokens, private keys in PEM; e-mail
 * addresses if `pii` (secret_shapes.c). */
void fe_secrets_learn_shapes(struct fe_secrets *secrets, struct fe_slice text, bool pii);

#endif
