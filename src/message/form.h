/* SPDX-License-Identifier: MIT */
/* application/x-www-form-urlencoded, as queries and OAuth's bodies have it (WHATWG URL §5.1): an
 * ordered list of decoded pairs. */
#ifndef FE_MESSAGE_FORM_H
#define FE_MESSAGE_FORM_H

#include "util/arena.h"
#include "util/slice.h"

struct fe_form_pair {
    struct fe_slice name;
    struct fe_slice value;
};

struct fe_form {
    struct fe_form_pair *pairs; /* in the arena given */
    size_t count;
};

/* -EINVAL: a bad escape, a zero byte, escaped or not, or bytes that are not UTF-8; -E2BIG: over
 * FE_LIMIT_FORM_PAIRS. */
int fe_form_parse(struct fe_slice text, struct fe_arena *arena, struct fe_form *form_out);

/* How often `name` occurs; *value_out is the first one's value, untouched if there is none. */
size_t fe_form_get(const struct fe_form *form, const char *name, struct fe_slice *value_out);

#endif
