/* SPDX-License-Identifier: MIT */
/* What the options come to, VCR's names understood: which mode serves what, and what it needs. */
#ifndef FE_SERVER_PLAN_H
#define FE_SERVER_PLAN_H

#include "cassette/writer.h"
#include "server/mode_table.h"
#include "server/options.h"
#include "util/errors.h"

enum fe_on_miss {
    FE_ON_MISS_EMULATE,
    FE_ON_MISS_FAIL,
    FE_ON_MISS_UPSTREAM,
    FE_ON_MISS_RECORD
};

/* "emulate", "fail", "upstream", "record"; static. */
const char *fe_on_miss_name(enum fe_on_miss on_miss);

struct fe_plan {
    enum fe_mode_kind kind;
    enum fe_on_miss on_miss;
    enum fe_writer_mode writer; /* of what is recorded */
};

/* By --mode and --on-miss; whether there is a cassette already decides of some. Mistakes are
 * reported. */
void fe_plan_make(const struct fe_options *options, struct fe_plan *plan_out,
                  struct fe_errors *errors);

/* What has to be open for a table to be served. */
struct fe_needs {
    bool record;
    bool upstream;
    bool replay;
};
struct fe_needs fe_plan_needs(const struct fe_plan *plan, const struct fe_mode_table *table);

/* Whether the options that these need are there, and go together; each mistake a line. */
void fe_plan_check(const struct fe_plan *plan, const struct fe_needs *needs,
                   const struct fe_options *options, struct fe_errors *errors);

#endif
