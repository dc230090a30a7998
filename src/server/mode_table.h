/* SPDX-License-Identifier: MIT */
/* Which mode serves which path: one for everything, and patterns that have one of their own, of
 * which the first that matches counts. */
#ifndef FE_SERVER_MODE_TABLE_H
#define FE_SERVER_MODE_TABLE_H

#include <stdbool.h>

#include "config/node.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/json_writer.h"

enum fe_mode_kind {
    FE_MODE_EMULATE,
    FE_MODE_RECORD,
    FE_MODE_REPLAY,
    FE_MODE_KINDS
};

struct fe_mode_route {
    struct fe_slice path; /* a pattern, as rules have it (cassette/match/canonical.h) */
    enum fe_mode_kind kind;
};

struct fe_mode_table {
    enum fe_mode_kind kind; /* where no pattern matches */
    const struct fe_mode_route *routes;
    size_t route_count; /* at most FE_LIMIT_ROUTE_MODES */
};

/* "emulate", "record", "replay"; static. */
const char *fe_mode_kind_name(enum fe_mode_kind kind);
/* -EINVAL for any other word. */
int fe_mode_kind_parse(struct fe_slice name, enum fe_mode_kind *kind_out);

enum fe_mode_kind fe_mode_table_find(const struct fe_mode_table *table, struct fe_slice path);

/* Whether anything may be served by that mode. */
bool fe_mode_table_has(const struct fe_mode_table *table, enum fe_mode_kind kind);

/* {"mode": …, "routes": [{"path": …, "mode": …}]}, either of which may be missing: what it says
 * replaces that in *table, with texts in `arena`. NULL, or what was expected; then *table is as it
 * was. */
const char *fe_mode_table_read(const struct fe_json *body, struct fe_arena *arena,
                               struct fe_mode_table *table);
void fe_mode_table_write(const struct fe_mode_table *table, struct fe_json_writer *writer);

/* The same list in a seed file: appended to the table's. Mistakes are reported where they are. */
void fe_mode_table_seed(const struct fe_config *config, const struct fe_node *routes,
                        struct fe_arena *arena, struct fe_mode_table *table,
                        struct fe_errors *errors);

#endif
