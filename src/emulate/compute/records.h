/* SPDX-License-Identifier: MIT */
/* Runtimes and jobs as JSON, for whoever inspects the emulator. Members are named as the reference
 * emulator names them, so that tests written against it read on; times are milliseconds since
 * 1970, null for what has not happened. */
#ifndef FE_EMULATE_COMPUTE_RECORDS_H
#define FE_EMULATE_COMPUTE_RECORDS_H

#include "emulate/state/runtimes.h"
#include "util/json_writer.h"

void fe_put_runtime(struct fe_json_writer *writer, const struct fe_runtime *runtime);

/* What the module posted, as it posted it; [] before it has. */
void fe_put_schemas(struct fe_json_writer *writer, const struct fe_runtime *runtime);

/* A line of a list: without the query, and with the result's length in the place of the result. */
void fe_put_job_line(struct fe_json_writer *writer, const struct fe_job *job);

/* All of it; the result as text if it is UTF-8 and short enough to be in memory, else null. */
void fe_put_job(struct fe_json_writer *writer, const struct fe_job *job);

#endif
