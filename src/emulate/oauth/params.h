/* SPDX-License-Identifier: MIT */
/* The parameters of an OAuth request: form-encoded, none twice, an empty one as good as absent (RFC
 * 6749 §3.1, §3.2). */
#ifndef FE_EMULATE_OAUTH_PARAMS_H
#define FE_EMULATE_OAUTH_PARAMS_H

#include "http/exchange.h"
#include "message/form.h"

/* From a query or body. -EINVAL: *problem_out says in a sentence what is wrong. */
int fe_params_parse(struct fe_slice text, struct fe_arena *arena, struct fe_form *form_out,
                    struct fe_slice *problem_out);

/* From a body that must say it is form-encoded. The same. */
int fe_params_read_body(struct fe_exchange *x, struct fe_form *form_out,
                        struct fe_slice *problem_out);

/* The value; empty if it is absent. */
struct fe_slice fe_params_get(const struct fe_form *form, const char *name);

#endif
