/* SPDX-License-Identifier: MIT */
/* What a plain scalar means under YAML 1.2's core schema (§10.3.2). */
#ifndef FE_CONFIG_SCALAR_H
#define FE_CONFIG_SCALAR_H

#include <stdint.h>

#include "config/node.h"
#include "util/buf.h"
#include "util/slice.h"

enum fe_scalar_type fe_scalar_type_of(struct fe_slice text);

/* The value of a scalar of type FE_SCALAR_INT: decimal with a sign or none, 0x, 0o. -ERANGE. */
int fe_scalar_int64(struct fe_slice text, int64_t *number_out);

/* Appends an FE_SCALAR_INT or FE_SCALAR_FLOAT as a JSON number, digit for digit. -ERANGE, and
 * nothing appended: JSON has no such number (.inf, .nan), or it is hexadecimal or octal past 64
 * bits. Else 0 or the buffer's error. */
int fe_scalar_to_json(struct fe_slice text, struct fe_buf *out);

#endif
