/* SPDX-License-Identifier: MIT */
/* The functions of a runtime, as Conjure's QueryRunnerSchema has them (contract §1.6). */
#ifndef FE_EMULATE_STATE_QUERY_SCHEMAS_H
#define FE_EMULATE_STATE_QUERY_SCHEMAS_H

#include "emulate/state/runtimes.h"
#include "util/json_writer.h"

/* A list; null before the module has reported. What it sent of a member goes through byte for byte;
 * what cannot be such a schema at all is left out. */
void fe_put_query_schemas(struct fe_json_writer *writer, const struct fe_runtime *runtime);

#endif
