/* SPDX-License-Identifier: MIT */
/* What lint_view.c and lint_pairs.c share: one view of a text. */
#ifndef FE_TOOL_LINT_VIEW_PRIVATE_H
#define FE_TOOL_LINT_VIEW_PRIVATE_H

#include "foundry-cassette/lint_view.h"

enum {
    FE_LINT_NAME_BYTES_MAX = 128
};

/* at[i] is where in the text byte i of the view comes from; at[len] is its end. */
struct fe_lint_layer {
    const struct fe_lint_view *lint;
    struct fe_slice text;
    const uint32_t *at; /* NULL: it is the text */
    unsigned depth;
    unsigned flags;
    struct fe_slice name; /* of the field */
};

static inline size_t fe_lint_place_of(const struct fe_lint_layer *view, size_t i)
{
    return view->at ? view->at[i] : i;
}

void fe_lint_tell(const struct fe_lint_layer *view, size_t start, size_t end, const char *rule,
                  struct fe_slice name);

/* `"name": "value"`, seen from the colon; `name=value`, from the equals sign. */
void fe_lint_check_member(const struct fe_lint_layer *view, size_t colon);
void fe_lint_check_parameter(const struct fe_lint_layer *view, size_t equals);

bool fe_lint_is_name_char(char c);

/* Each takes one character off the front, escapes resolved, and says how many bytes it was. */
size_t fe_lint_percent_char(struct fe_slice text, char *out);
size_t fe_lint_json_char(struct fe_slice text, char *out);

#endif
