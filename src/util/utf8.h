/* SPDX-License-Identifier: MIT */
/* UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing past U+10FFFF. */
#ifndef FE_UTIL_UTF8_H
#define FE_UTIL_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "util/slice.h"

/* Length in bytes (1 to 4) of the valid character at the front, or 0. */
size_t fe_utf8_length(struct fe_slice s);

bool fe_utf8_valid(struct fe_slice s);

/* Writes 1 to 4 bytes; returns how many. `code_point` is a Unicode scalar value. */
size_t fe_utf8_encode(uint32_t code_point, char out[4]);

#endif
