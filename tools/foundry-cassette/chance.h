/* SPDX-License-Identifier: MIT */
/* Tells what chance has made from what people have. */
#ifndef FE_TOOL_CHANCE_H
#define FE_TOOL_CHANCE_H

#include <stdbool.h>

#include "util/slice.h"

/* Whether a run of A-Z a-z 0-9 + / = _ - is one that chance has made: long, of several classes of
 * characters that change as often as they do by chance, and not the base64 of a text. Numbers in
 * hexadecimal (hashes, UUIDs) are not meant. */
bool fe_chance_is_random(struct fe_slice run);

/* The bytes that `run` is the base64 of, either alphabet, without its first `skip` characters: how
 * many there are. At most run.len. */
size_t fe_chance_base64(struct fe_slice run, size_t skip, char *out);

#endif
