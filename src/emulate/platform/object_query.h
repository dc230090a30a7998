/* SPDX-License-Identifier: MIT */
/* A request about objects: of which type, which of them, and the refusal if it cannot be served.
 * Whatever a request asks for and is not served is refused: an answer is never a wrong one. */
#ifndef FE_EMULATE_PLATFORM_OBJECT_QUERY_H
#define FE_EMULATE_PLATFORM_OBJECT_QUERY_H

#include "emulate/platform/object_types.h"
#include "emulate/platform/platform.h"
#include "http/exchange.h"

struct fe_object_filter;

/* Everything lives in the exchange's arena. */
struct fe_object_query {
    struct fe_exchange *x;
    struct fe_arena *arena;
    const struct fe_ontology *ontology;
    struct fe_json body;
    const struct fe_object_type *type;
    struct fe_slice object_set;             /* as the client wrote it */
    const struct fe_object_filter *filters; /* of which all must match */
    size_t filter_count;                    /* with the values that they list */
    int status; /* 0, or the status of the refusal that is set: the query is of no use then */
};

/* Reads the body and its objectSet. */
void fe_object_query_open(struct fe_object_query *query, const struct fe_platform *platform,
                          struct fe_exchange *x);

/* The objects, in the seed's order; *objects_out is NULL if the type has none. */
size_t fe_object_query_objects(struct fe_object_query *query, struct fe_object **objects_out);

/* ── for whoever reads a part of the request; after a refusal, further ones change nothing ── */

/* 400: it is malformed, or asks for what is not served. */
void fe_object_query_refuse(struct fe_object_query *query, const char *what);

/* 404 PropertiesNotFound and NULL if the type has no such property. */
const struct fe_property *fe_object_query_property(struct fe_object_query *query,
                                                   struct fe_slice api_name);

/* The member of an object that is a string; empty if it is absent or null; else refused. */
struct fe_slice fe_object_query_text(struct fe_object_query *query, const struct fe_json *object,
                                     const char *name);

/* The member of an object that is an array. False if it is absent, null or refused. */
bool fe_object_query_array(struct fe_object_query *query, const struct fe_json *object,
                           const char *name, struct fe_json *array_out);

#endif
