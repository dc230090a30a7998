/* SPDX-License-Identifier: MIT */
/* A frame as a line of JSON (cassettes/README.md, "The JSON twin"), and back.
 *
 * What JSON cannot say stands in a map of one key: {"base64": "…"} for bytes, {"float": "…"} for a
 * float's bits in hexadecimal, {"ext": [type, "…"]}, and {"map": [[key, value]]} for a map that
 * would look like one of these. */
#ifndef FE_CASSETTE_JSON_TWIN_PRIVATE_H
#define FE_CASSETTE_JSON_TWIN_PRIVATE_H

#include "util/buf.h"

/* Whether a map of one key, this one, stands for something else. */
static inline bool fe_json_twin_is_special(struct fe_slice key)
{
    return fe_slice_eq(key, FE_SLICE("base64")) || fe_slice_eq(key, FE_SLICE("float")) ||
           fe_slice_eq(key, FE_SLICE("ext")) || fe_slice_eq(key, FE_SLICE("map"));
}

/* Replaces what is in *frame_out by the frame's bytes. -EBADMSG as fe_frame_from_json(). */
int fe_json_twin_read(struct fe_slice line, struct fe_buf *frame_out, const char **why_out);

#endif
