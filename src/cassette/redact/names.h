/* SPDX-License-Identifier: MIT */
/* The built-in names, as tables of patterns. */
#ifndef FE_CASSETTE_REDACT_NAMES_H
#define FE_CASSETTE_REDACT_NAMES_H

#include <stddef.h>

#include "util/slice.h"

/* A pattern is a name in small letters without "-", "_" and ".", with "*" at either end or none;
 * `places` has bit n for the fe_name_place n. */
struct fe_name_rule {
    struct fe_slice pattern;
    struct fe_slice kind;
    unsigned places;
};

struct fe_name_rules {
    const struct fe_name_rule *items;
    size_t count;
};

struct fe_name_patterns {
    const struct fe_slice *items;
    size_t count;
};

/* In each, the first that matches gives the kind. */
struct fe_name_rules fe_names_secret(void);
struct fe_name_rules fe_names_personal(void);

/* What a wildcard of fe_names_secret() catches and is no secret. */
struct fe_name_patterns fe_names_harmless(void);

/* What describes something that is secret as a whole, within it, besides the harmless ones. */
struct fe_name_patterns fe_names_describing(void);

#endif
