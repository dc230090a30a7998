/* SPDX-License-Identifier: MIT */
/* The routes of ontologies: what there is, and queries with the answers that the seed gives. */
#ifndef FE_EMULATE_PLATFORM_ONTOLOGIES_H
#define FE_EMULATE_PLATFORM_ONTOLOGIES_H

#include "http/exchange.h"

/* Handlers; each one's self is the struct fe_platform. */
int fe_ontologies_list(void *self, struct fe_exchange *x);
int fe_ontologies_get(void *self, struct fe_exchange *x);
int fe_ontologies_get_full_metadata(void *self, struct fe_exchange *x);
int fe_ontologies_execute_query(void *self, struct fe_exchange *x);

#endif
