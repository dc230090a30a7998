/* SPDX-License-Identifier: MIT */
/* What a seed says of the stack around the features: its enrollment, its connections to other
 * systems, its ontologies with the answers to their queries. Read and checked here, to be served by
 * routes over these accessors. */
#ifndef FE_EMULATE_PLATFORM_PLATFORM_SEED_H
#define FE_EMULATE_PLATFORM_PLATFORM_SEED_H

#include <stddef.h>

#include "emulate/feature.h"
#include "util/slice.h"

struct fe_enrollment {
    struct fe_slice rid;
    struct fe_slice name;
};

enum fe_uri_scheme {
    FE_URI_HTTP,
    FE_URI_HTTPS,
    FE_URI_UNSAID
};

struct fe_connection_domain {
    struct fe_slice host;
    unsigned port; /* 0: not said */
    enum fe_uri_scheme scheme;
    struct fe_slice auth; /* JSON, an object; empty: none */
    struct fe_connection_domain *next;
};

struct fe_connection {
    struct fe_slice rid; /* derived from its folder and name unless seeded */
    struct fe_slice display_name;
    struct fe_slice parent_folder_rid;
    struct fe_slice oauth2_client_rid; /* empty: none */
    const struct fe_connection_domain *domains;
    struct fe_slice defined_at; /* "FILE:LINE" */
    struct fe_connection *next;
};

struct fe_ontology_query {
    struct fe_slice api_name;
    struct fe_slice result; /* JSON */
    struct fe_ontology_query *next;
};

struct fe_ontology {
    struct fe_slice rid; /* derived from its API name unless seeded */
    struct fe_slice api_name;
    struct fe_slice display_name;
    struct fe_slice description; /* empty: none */
    const struct fe_ontology_query *queries;
    struct fe_slice defined_at;
    struct fe_ontology *next;
};

/* Its self is a struct fe_platform. No routes. */
extern const struct fe_feature fe_platform_feature;

/* Everything below lives until the next reset. Lists are in the seed's order. */
struct fe_platform;
const struct fe_enrollment *fe_platform_enrollment(const struct fe_platform *platform);
const struct fe_connection *fe_platform_connections(const struct fe_platform *platform);
const struct fe_ontology *fe_platform_ontologies(const struct fe_platform *platform);

#endif
