/* SPDX-License-Identifier: MIT */
/* The routes of object types and of their objects. */
#ifndef FE_EMULATE_PLATFORM_OBJECTS_ROUTES_H
#define FE_EMULATE_PLATFORM_OBJECTS_ROUTES_H

#include "http/exchange.h"

/* Handlers; each one's self is the struct fe_platform. */
int fe_object_types_get_full_metadata(void *self, struct fe_exchange *x);
int fe_objects_load(void *self, struct fe_exchange *x);
int fe_objects_aggregate(void *self, struct fe_exchange *x);

#endif
