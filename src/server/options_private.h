/* SPDX-License-Identifier: MIT */
/* A row of the option table; for options*.c. */
#ifndef FE_SERVER_OPTIONS_PRIVATE_H
#define FE_SERVER_OPTIONS_PRIVATE_H

#include "server/options.h"

struct fe_option_row {
    struct fe_option_info info;
    const char *(*check)(struct fe_slice value); /* NULL, or what was expected */
};

extern const struct fe_option_row fe_option_rows[FE_OPTION_COUNT];

#endif
