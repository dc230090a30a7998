/* SPDX-License-Identifier: MIT */
/* The routes of connections: REST ones, which are all that the emulator has. */
#ifndef FE_EMULATE_PLATFORM_CONNECTIONS_H
#define FE_EMULATE_PLATFORM_CONNECTIONS_H

#include "http/exchange.h"

/* Handlers; each one's self is the struct fe_platform. */
int fe_connections_create(void *self, struct fe_exchange *x);
int fe_connections_get(void *self, struct fe_exchange *x);
int fe_connections_get_configuration(void *self, struct fe_exchange *x);
int fe_connections_update_secrets(void *self, struct fe_exchange *x);

#endif
