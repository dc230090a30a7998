/* SPDX-License-Identifier: MIT */
/* Reads object_types of one ontology in a seed file. */
#ifndef FE_EMULATE_PLATFORM_OBJECT_TYPES_SEED_H
#define FE_EMULATE_PLATFORM_OBJECT_TYPES_SEED_H

#include "config/fields.h"
#include "emulate/platform/object_types.h"

/* In the order of the file; NULL: none. RIDs are derived from the ontology's. */
const struct fe_object_type *fe_object_types_seed(struct fe_arena *arena,
                                                  struct fe_fields *ontology,
                                                  struct fe_slice ontology_rid);

#endif
