/* SPDX-License-Identifier: MIT */
/* What the files behind secrets.h share. */
#ifndef FE_CASSETTE_REDACT_SECRETS_PRIVATE_H
#define FE_CASSETTE_REDACT_SECRETS_PRIVATE_H

#include "cassette/redact/secret_views_private.h"
#include "cassette/redact/secrets.h"
#include "util/map.h"
#include "util/secret.h"

enum {
    FE_SECRET_MARK_BYTES = 16,
    FE_SECRET_KIND_BYTES_MAX = 40,
    FE_SECRET_WINDOW_BYTES = 8
};

/* One block of memory with the texts behind it. */
struct fe_secret {
    struct fe_slice value;
    struct fe_slice placeholder;
    char mark[FE_SECRET_MARK_BYTES]; /* the 16 characters in the placeholder */
};

/* ── the ways in which a secret is written (secret_forms.c) ────────────────────────────────── */

enum fe_secret_form {
    FE_SECRET_RAW,
    FE_SECRET_PLUS, /* spaces as "+" */
    FE_SECRET_HEX,
    FE_SECRET_HEX_UPPER,
    FE_SECRET_BASE64, /* beginning at byte 0, 1 and 2 of a group of three */
    FE_SECRET_BASE64URL = FE_SECRET_BASE64 + 3,
    FE_SECRET_FORMS = FE_SECRET_BASE64URL + 3
};

/* Characters that the secret alone decides; 0: it is not to be searched for in this form. */
size_t fe_secret_form_length(struct fe_slice value, unsigned form);
char fe_secret_form_char(struct fe_slice value, unsigned form, size_t i);
/* Whether `text`, as long as the form, is the form. */
bool fe_secret_form_is(struct fe_slice value, unsigned form, const char *text);
/* What stands for a found form: the placeholder, or digits of the same encoding, `len` of them. */
void fe_secret_form_put(const struct fe_secret *secret, unsigned form, size_t len,
                        struct fe_buf *out);

/* ── the index of all of them (secret_index.c) ─────────────────────────────────────────────── */

struct fe_secret_index {
    struct fe_secret_entry *entries; /* FE_SECRET_FORMS a slot */
    uint32_t *heads;                 /* of chains of entries: number + 1, or 0 */
    uint64_t *filter;                /* two bits for every entry, and for some that are gone */
    unsigned slot_bits;
    uint64_t multiplier;
    size_t longest; /* form ever indexed */
};

/* For slots below 1 << slot_bits. Aborts when memory is out: 200 bytes a slot. */
void fe_secret_index_init(struct fe_secret_index *index, unsigned slot_bits, uint64_t multiplier);
void fe_secret_index_done(struct fe_secret_index *index);
void fe_secret_index_add(struct fe_secret_index *index, size_t slot, struct fe_slice value);
void fe_secret_index_remove(struct fe_secret_index *index, size_t slot);

/* In `text` from `at` on, `len` characters, is a form of the secret in a slot. */
struct fe_secret_hit {
    size_t at;
    size_t len;
    size_t slot;
    unsigned form;
};
typedef void fe_secret_hit_fn(void *arg, const struct fe_secret_hit *hit);
/* `slots` has the secrets by slot. */
void fe_secret_index_search(const struct fe_secret_index *index, struct fe_secret *const *slots,
                            struct fe_slice text, fe_secret_hit_fn *fn, void *arg);

/* ── the secrets themselves (secrets.c) ────────────────────────────────────────────────────── */

struct fe_secrets {
    struct fe_map map; /* of value */
    struct fe_secret **slots;
    struct fe_secret_index index;
    uint64_t first; /* number of the oldest; its slot are the lower bits */
    uint64_t next;
    size_t forgotten; /* since the index was built */
    size_t bytes;
    unsigned char key[FE_SHA256_BYTES];
    struct fe_views views; /* one scan works at a time */
    struct fe_secrets_scan *whole;
};

#endif
