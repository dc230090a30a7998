/* SPDX-License-Identifier: MIT */
/* The control routes about modes and recordings: /_emulate/mode, /misses, /cassettes. */
#ifndef FE_SERVER_MODE_ROUTES_H
#define FE_SERVER_MODE_ROUTES_H

#include "http/router.h"

/* The rows; their self is the emulator. */
extern const struct fe_route fe_mode_routes[];
extern const size_t fe_mode_route_count;

#endif
