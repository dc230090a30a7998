/* SPDX-License-Identifier: MIT */
#include "emulate/state/query_schemas.h"

#include "util/json.h"

/* Members that Conjure requires, with what stands for one that is missing or of another kind, and
 * the issue that says so. */
static void put_schema(struct fe_json_writer *writer, const struct fe_json *schema)
{
    struct fe_json name;
    struct fe_json inputs;
    struct fe_json output;
    struct fe_json provenance;
    if (!fe_json_member(schema, "functionName", &name) || name.kind != FE_JSON_STRING) {
        return;
    }
    bool has_inputs = fe_json_member(schema, "inputs", &inputs) && inputs.kind == FE_JSON_ARRAY;
    bool has_output = fe_json_member(schema, "output", &output) && output.kind != FE_JSON_NULL;
    fe_json_begin_object(writer);
    fe_json_key(writer, "functionName");
    fe_json_put_raw(writer, name.text);
    fe_json_key(writer, "inputs");
    fe_json_put_raw(writer, has_inputs ? inputs.text : FE_SLICE("[]"));
    fe_json_key(writer, "output");
    fe_json_put_raw(writer, has_output ? output.text : FE_SLICE("{}"));
    fe_json_key(writer, "issues");
    fe_json_begin_array(writer);
    if (!has_inputs) {
        fe_json_put_string(writer, FE_SLICE("CANNOT_PARSE_INPUTS"));
    }
    if (!has_output) {
        fe_json_put_string(writer, FE_SLICE("CANNOT_PARSE_OUTPUT"));
    }
    fe_json_end_array(writer);
    if (fe_json_member(schema, "ontologyProvenance", &provenance)) {
        fe_json_key(writer, "ontologyProvenance");
        fe_json_put_raw(writer, provenance.text);
    }
    fe_json_end_object(writer);
}

void fe_put_query_schemas(struct fe_json_writer *writer, const struct fe_runtime *runtime)
{
    struct fe_json schemas;
    struct fe_json schema;
    struct fe_json_cursor cursor = {0};
    /* What is kept was checked when it was posted; nothing is kept before that. */
    if (fe_json_parse(fe_buf_slice(&runtime->schemas), &schemas, NULL) < 0) {
        fe_json_put_null(writer);
        return;
    }
    fe_json_begin_array(writer);
    while (schemas.kind == FE_JSON_ARRAY && fe_json_next(&schemas, &cursor, NULL, &schema)) {
        put_schema(writer, &schema);
    }
    fe_json_end_array(writer);
}
