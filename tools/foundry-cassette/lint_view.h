/* SPDX-License-Identifier: MIT */
/* Looks for secrets in one text, in all its views: as it is, percent-decoded, JSON's escapes
 * resolved, base64 taken off, and views of these views. */
#ifndef FE_TOOL_LINT_VIEW_H
#define FE_TOOL_LINT_VIEW_H

#include <stdbool.h>

#include "cassette/redact/rules.h"
#include "util/slice.h"

struct fe_secrets;

enum {
    FE_LINT_JSON = 1, /* it is JSON: what stands under a secret name is a secret */
    FE_LINT_FORM = 2  /* the same of a query or a form */
};

/* From `start` to `end` in the text is what `rule` says (static text), under that name, which may
 * be empty. */
struct fe_lint_hit {
    size_t start;
    size_t end;
    const char *rule;
    struct fe_slice name;
};

struct fe_lint_view {
    const struct fe_rules *rules;
    /* Values of secret names are learned here, to be found elsewhere. */
    struct fe_secrets *secrets;
    bool known_only; /* look for those alone */
    void (*on_hit)(void *arg, const struct fe_lint_hit *hit);
    void *arg;
};

enum {
    FE_LINT_TEXT_BYTES = 64 << 10 /* of one text */
};

/* `name`: of the field or cookie that the text is the value of; empty: none. The same thing may be
 * told of several times, from different views. */
void fe_lint_view_text(const struct fe_lint_view *lint, struct fe_slice text, struct fe_slice name,
                       unsigned flags);

/* The value of a secret name, as it is: a finding unless a placeholder stands there. */
void fe_lint_view_value(const struct fe_lint_view *lint, struct fe_slice name,
                        struct fe_slice value);

/* Whether random characters under that name are known to open nothing: ids, hashes, cursors. */
bool fe_lint_is_harmless(const struct fe_rules *rules, struct fe_slice name);

#endif
