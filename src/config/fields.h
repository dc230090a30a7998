/* SPDX-License-Identifier: MIT */
/* Reads the members of one mapping by name and type. Every mistake is reported where it stands,
 * with what was expected; what nobody asked for by fe_fields_done() is reported as unknown. The
 * getters leave *out alone when the member is absent (or null), so that defaults are set
 * beforehand. They return whether the member was there and good. */
#ifndef FE_CONFIG_FIELDS_H
#define FE_CONFIG_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "config/node.h"

enum {
    FE_FIELDS_MAX = 64
}; /* names that one mapping may be asked for */

struct fe_fields {
    const struct fe_config *config;
    const struct fe_node *mapping; /* NULL: was no mapping; every getter finds nothing */
    struct fe_errors *errors;
    const char *asked[FE_FIELDS_MAX];
    size_t asked_count;
};

enum fe_presence {
    FE_OPTIONAL,
    FE_REQUIRED
};

/* Reports if `node` is not a mapping. */
void fe_fields_init(struct fe_fields *fields, const struct fe_config *config,
                    const struct fe_node *node, struct fe_errors *errors);

/* Text: any scalar but null, as written ("4000" and true are text too where text is asked for).
 * Not empty. */
bool fe_fields_text(struct fe_fields *fields, const char *name, enum fe_presence presence,
                    struct fe_slice *out);

/* The same, and the empty string is fine. */
bool fe_fields_text_or_empty(struct fe_fields *fields, const char *name, enum fe_presence presence,
                             struct fe_slice *out);

bool fe_fields_bool(struct fe_fields *fields, const char *name, bool *out);
bool fe_fields_int(struct fe_fields *fields, const char *name, int64_t min, int64_t max,
                   int64_t *out);
bool fe_fields_duration(struct fe_fields *fields, const char *name, int64_t *ns_out);

/* One of `words`, which ends with NULL; *out is its index. */
bool fe_fields_word(struct fe_fields *fields, const char *name, const char *const *words,
                    size_t *out);

/* A sequence (or NULL), a mapping (or NULL), or any node as it is. */
const struct fe_node *fe_fields_sequence(struct fe_fields *fields, const char *name);
const struct fe_node *fe_fields_mapping(struct fe_fields *fields, const char *name);
const struct fe_node *fe_fields_any(struct fe_fields *fields, const char *name,
                                    enum fe_presence presence);

/* A sequence of texts, in the config's arena. */
struct fe_texts {
    const struct fe_slice *items;
    size_t count;
};
bool fe_fields_texts(struct fe_fields *fields, const char *name, struct fe_texts *out);

/* The node of the member last asked for by that name, for an error of the caller's own; NULL. */
const struct fe_node *fe_fields_node(const struct fe_fields *fields, const char *name);

/* Reports an error at that member (or at the mapping, when it is absent). */
void fe_fields_error(struct fe_fields *fields, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reports every member that nobody asked for, with the nearest name that was. */
void fe_fields_done(struct fe_fields *fields);

#endif
