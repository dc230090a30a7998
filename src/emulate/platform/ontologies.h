/* SPDX-License-Identifier: MIT */
/* The routes of ontologies: what there is, and queries with the answers that the seed gives. */
#ifndef FE_EMULATE_PLATFORM_ONTOLOGIES_H
#define FE_EMULATE_PLATFORM_ONTOLOGIES_H

#include "emulate/platform/platform.h"
#include "http/exchange.h"

/* Handlers; each one's self is the struct fe_platform. */
int fe_ontologies_list(void *self, struct fe_exchange *x);
int fe_ontologies_get(void *self, struct fe_exchange *x);
int fe_ontologies_get_full_metadata(void *self, struct fe_exchange *x);
int fe_ontologies_execute_query(void *self, struct fe_exchange *x);

/* The route's ontology, by RID or API name. NULL: *status_out is the answer given. */
const struct fe_ontology *fe_ontology_find(const struct fe_platform *platform,
                                           struct fe_exchange *x, int *status_out);

/* 404 ObjectTypeNotFound. */
int fe_reply_object_type_not_found(struct fe_exchange *x, struct fe_slice api_name);

#endif
