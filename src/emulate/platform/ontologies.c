/* SPDX-License-Identifier: MIT */
#include "emulate/platform/ontologies.h"

#include "emulate/platform/object_types.h"
#include "emulate/state/json_body.h"
#include "http/reply.h"

static void put_ontology(struct fe_json_writer *writer, const struct fe_ontology *ontology)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "apiName", ontology->api_name);
    fe_json_member_string(writer, "displayName", ontology->display_name);
    fe_json_member_string(writer, "description", ontology->description);
    fe_json_member_string(writer, "rid", ontology->rid);
    fe_json_end_object(writer);
}

int fe_ontologies_list(void *self, struct fe_exchange *x)
{
    const struct fe_platform *platform = self;
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "data");
    fe_json_begin_array(&writer);
    for (const struct fe_ontology *one = platform->ontologies; one; one = one->next) {
        put_ontology(&writer, one);
    }
    fe_json_end_array(&writer);
    fe_json_end_object(&writer);
    return 200;
}

const struct fe_ontology *fe_ontology_find(const struct fe_platform *platform,
                                           struct fe_exchange *x, int *status_out)
{
    static const struct fe_api_error error = {404, "NOT_FOUND", "OntologyNotFound",
                                              "There is no such ontology."};
    struct fe_slice name = fe_exchange_param(x, "ontology");
    const struct fe_ontology *ontology = platform->ontologies;
    while (ontology && !fe_slice_eq(ontology->rid, name) &&
           !fe_slice_eq(ontology->api_name, name)) {
        ontology = ontology->next;
    }
    if (ontology == NULL) {
        bool is_rid = fe_slice_starts(name, FE_SLICE("ri."));
        *status_out = fe_reply_error(x, &error, is_rid ? "ontologyRid" : "apiName",
                                     fe_arena_copy(fe_exchange_arena(x), name).ptr, NULL);
    }
    return ontology;
}

int fe_reply_object_type_not_found(struct fe_exchange *x, struct fe_slice api_name)
{
    static const struct fe_api_error error = {404, "NOT_FOUND", "ObjectTypeNotFound",
                                              "The ontology has no such object type."};
    return fe_reply_error(x, &error, "objectType",
                          fe_arena_copy(fe_exchange_arena(x), api_name).ptr, NULL);
}

int fe_ontologies_get(void *self, struct fe_exchange *x)
{
    int status = 0;
    const struct fe_ontology *ontology = fe_ontology_find(self, x, &status);
    if (ontology == NULL) {
        return status;
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    put_ontology(&writer, ontology);
    return 200;
}

/* Of queries a seed does not say what they take and give, and of anything but object types it says
 * nothing: that is not described. */
int fe_ontologies_get_full_metadata(void *self, struct fe_exchange *x)
{
    static const char *const kinds[] = {"actionTypes", "queryTypes", "interfaceTypes",
                                        "sharedPropertyTypes", "valueTypes"};
    int status = 0;
    const struct fe_ontology *ontology = fe_ontology_find(self, x, &status);
    if (ontology == NULL) {
        return status;
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "ontology");
    put_ontology(&writer, ontology);
    fe_json_key(&writer, "objectTypes");
    fe_json_begin_object(&writer);
    for (const struct fe_object_type *type = ontology->object_types; type; type = type->next) {
        fe_json_key_slice(&writer, type->api_name);
        fe_object_type_put_full(type, &writer);
    }
    fe_json_end_object(&writer);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        fe_json_key(&writer, kinds[i]);
        fe_json_begin_object(&writer);
        fe_json_end_object(&writer);
    }
    fe_json_end_object(&writer);
    return 200;
}

static const struct fe_ontology_query *find_query(const struct fe_ontology *ontology,
                                                  struct fe_exchange *x, int *status_out)
{
    static const struct fe_api_error error = {404, "NOT_FOUND", "QueryNotFound",
                                              "The ontology has no such query."};
    struct fe_slice name = fe_exchange_param(x, "query");
    const struct fe_ontology_query *query = ontology->queries;
    while (query && !fe_slice_eq(query->api_name, name)) {
        query = query->next;
    }
    if (query == NULL) {
        *status_out =
            fe_reply_error(x, &error, "query", fe_arena_copy(fe_exchange_arena(x), name).ptr, NULL);
    }
    return query;
}

/* In the reference emulator's files a result is the whole answer, {"value": …}; anything else is
 * the value itself. */
static bool is_whole_answer(struct fe_slice result)
{
    struct fe_json json;
    struct fe_json value;
    struct fe_json_cursor cursor = {0};
    return fe_json_parse(result, &json, NULL) == 0 && fe_json_member(&json, "value", &value) &&
           fe_json_next(&json, &cursor, NULL, &value) &&
           !fe_json_next(&json, &cursor, NULL, &value);
}

/* The answer is the seed's, whatever the parameters are. */
int fe_ontologies_execute_query(void *self, struct fe_exchange *x)
{
    int status = 0;
    struct fe_json_body body;
    struct fe_json_writer writer;
    const struct fe_ontology *ontology = fe_ontology_find(self, x, &status);
    const struct fe_ontology_query *query = ontology ? find_query(ontology, x, &status) : NULL;
    if (query == NULL) {
        return status;
    }
    fe_json_body_open(&body, x);
    if (body.problem) {
        return fe_reply_invalid_argument(x, body.problem);
    }
    fe_reply_json_begin(x, &writer);
    if (is_whole_answer(query->result)) {
        fe_json_put_raw(&writer, query->result);
        return 200;
    }
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "value");
    fe_json_put_raw(&writer, query->result);
    fe_json_end_object(&writer);
    return 200;
}
