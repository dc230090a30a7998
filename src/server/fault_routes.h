/* SPDX-License-Identifier: MIT */
/* The control routes about faults: /_emulate/faults. */
#ifndef FE_SERVER_FAULT_ROUTES_H
#define FE_SERVER_FAULT_ROUTES_H

#include "http/router.h"

/* The rows; their self is the faults. */
extern const struct fe_route fe_fault_routes[];
extern const size_t fe_fault_route_count;

#endif
