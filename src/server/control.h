/* SPDX-License-Identifier: MIT */
/* The emulator's own routes: health, reset, clock, journal (design: wire interface, 3). */
#ifndef FE_SERVER_CONTROL_H
#define FE_SERVER_CONTROL_H

#include "http/router.h"

struct fe_emulator;

/* The rows; their self is the emulator. */
extern const struct fe_route fe_control_routes[];
extern const size_t fe_control_route_count;

#endif
