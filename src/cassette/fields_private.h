/* SPDX-License-Identifier: MIT */
/* Which keys each kind of frame has, in their order: one table, which encode.c writes by and
 * decode.c reads by. */
#ifndef FE_CASSETTE_FIELDS_PRIVATE_H
#define FE_CASSETTE_FIELDS_PRIVATE_H

#include "cassette/frame.h"

enum fe_field_type {
    FE_FIELD_NUMBER,  /* uint64_t */
    FE_FIELD_TIME,    /* int64_t */
    FE_FIELD_STATUS,  /* int, three digits */
    FE_FIELD_VERSION, /* int, "1.0" to "1.9" */
    FE_FIELD_TEXT,    /* struct fe_slice; a str, or a bin if it is not UTF-8 */
    FE_FIELD_FLAG,    /* bool */
    FE_FIELD_SECRETS, /* bool, "kept" or "replaced" */
    FE_FIELD_OUTCOME, /* enum fe_recorded_outcome */
    FE_FIELD_FRAMING, /* enum fe_recorded_framing */
    FE_FIELD_NAMES,   /* struct fe_names */
    FE_FIELD_HEADERS, /* struct fe_headers */
    FE_FIELD_OPEN,    /* struct fe_frame_open_chunk */
    FE_FIELD_PACE,    /* of the struct fe_frame_body that the offset leads to */
    FE_FIELD_CUTS,    /* the same */
    FE_FIELD_MAP      /* a struct with fields of its own */
};

struct fe_fields;

struct fe_field {
    struct fe_slice key;
    enum fe_field_type type;
    bool optional; /* left out while it is empty */
    size_t offset; /* into the struct that the fields belong to */
    const struct fe_fields *inner;
    const char *missing; /* what to say when it is not there, and when it is not as it should be */
    const char *wrong;
};

struct fe_fields {
    const struct fe_field *items;
    size_t count; /* at most 32 */
};

/* NULL for a kind that this version does not know. */
const struct fe_fields *fe_fields_of(uint64_t kind);

/* Those of a session that every reader understands, whatever the version. */
const struct fe_fields *fe_fields_of_any_session(void);

#endif
