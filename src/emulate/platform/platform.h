/* SPDX-License-Identifier: MIT */
/* The stack around the features: its enrollment, its connections to other systems, its ontologies
 * with objects and the answers to queries. A seed says what there is; connections may be made, and
 * their secrets set, while it runs. */
#ifndef FE_EMULATE_PLATFORM_PLATFORM_H
#define FE_EMULATE_PLATFORM_PLATFORM_H

#include <stddef.h>

#include "emulate/feature.h"
#include "util/arena.h"
#include "util/slice.h"

struct fe_enrollment {
    struct fe_slice rid;
    struct fe_slice name;
    struct fe_slice defined_at; /* "FILE:LINE"; empty: the default one */
};

/* Only the names: the emulator connects to nothing, and nobody may read a secret back. */
struct fe_secret_name {
    struct fe_slice name;
    struct fe_secret_name *next;
};

struct fe_connection {
    struct fe_slice rid; /* derived from its folder and name if seeded without one */
    struct fe_slice display_name;
    struct fe_slice parent_folder_rid;
    struct fe_slice oauth2_client_rid; /* empty: none */
    struct fe_slice domains;           /* JSON, an array, as the API shows it */
    struct fe_slice worker;            /* likewise, an object */
    struct fe_secret_name *secrets;    /* sorted */
    size_t secret_count;
    struct fe_slice defined_at; /* "FILE:LINE"; empty: made by a request */
    struct fe_connection *next;
};

struct fe_ontology_query {
    struct fe_slice api_name;
    struct fe_slice result; /* JSON */
    struct fe_ontology_query *next;
};

struct fe_object_type;
struct fe_pager;

struct fe_ontology {
    struct fe_slice rid; /* derived from its API name unless seeded */
    struct fe_slice api_name;
    struct fe_slice display_name;
    struct fe_slice description; /* empty: none */
    const struct fe_ontology_query *queries;
    const struct fe_object_type *object_types; /* emulate/platform/object_types.h */
    struct fe_slice defined_at;
    struct fe_ontology *next;
};

/* Lists are in the order of the seeds, then of the requests. All texts live in the arena, which a
 * reset empties. */
struct fe_platform {
    const struct fe_pager *pager; /* borrowed */
    struct fe_arena arena;
    struct fe_enrollment enrollment;
    struct fe_connection *connections;
    size_t connections_made; /* by requests */
    struct fe_ontology *ontologies;
};

/* Its self is a struct fe_platform. */
extern const struct fe_feature fe_platform_feature;

#endif
