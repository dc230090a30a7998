/* SPDX-License-Identifier: MIT */
/* Finds values by their names in a body that comes piece by piece, whatever its form: JSON, a form,
 * multipart, or text with URLs in it. Each form is a machine of its own (json_values.c,
 * form_values.c, multipart_values.c, text_values.c; values.h tells how they fit into one another);
 * which it is, the Content-Type says, and, where that says nothing or "octet-stream", the first
 * byte that is no space (modules post JSON as octet-stream). Other binary types have no names.
 *
 * Memory is bounded whatever comes: a value's beginning, a name, and at most 64 KiB of text that
 * may turn out to be a value. Input that breaks its own rules goes through as it is. */
#ifndef FE_CASSETTE_REDACT_STRUCTURE_H
#define FE_CASSETTE_REDACT_STRUCTURE_H

#include "cassette/redact/rules.h"
#include "message/headers.h"

struct fe_structure;

struct fe_structure_ops {
    /* Bytes that no name has marked. */
    void (*on_plain)(void *arg, struct fe_slice bytes);
    /* A value to be replaced: what it means once unescaped (of a long one, the first
     * FE_SECRET_BYTES_MAX bytes), and of how many bytes in the body it stands in the place (never
     * 0). What is put there needs no escaping if it is made of letters, digits, "_", "-" and "~".
     * `quoted`: it must be put between quotation marks, as it was a value of JSON that had none;
     * numbers are left alone, so that this is false. Slices are good for the call only. */
    void (*on_value)(void *arg, struct fe_slice kind, struct fe_slice value, uint64_t input_len,
                     bool quoted);
};

struct fe_structure *fe_structure_new(const struct fe_rules *rules,
                                      const struct fe_headers *headers,
                                      const struct fe_structure_ops *ops, void *arg);
/* One for the same body, from its beginning, that tells others. */
struct fe_structure *fe_structure_again(const struct fe_structure *structure,
                                        const struct fe_structure_ops *ops);
void fe_structure_free(struct fe_structure *structure); /* NULL is fine */
/* Each byte of the body is told of once, in order: in on_plain, or in some value's input_len. */
void fe_structure_push(struct fe_structure *structure, struct fe_slice bytes);
/* Whether a value may be in what comes: not in binary bodies. */
bool fe_structure_may_mark(const struct fe_structure *structure);
/* The body is over; a value that it broke off in is one. */
void fe_structure_end(struct fe_structure *structure);

#endif
