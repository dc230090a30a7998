/* SPDX-License-Identifier: MIT */
#include "emulate/platform/platform.h"

#include <string.h>

#include "identity.h"
#include "util/limits.h"

#define SETS "/api/v2/ontologies/health/objectSets"
#define TYPES "/api/v2/ontologies/health/objectTypes"
#define BASE "{\"type\":\"base\",\"objectType\":\"Ward\"}"

static const char seed[] =
    "tokens: {t: {login: admin}, app: {login: admin, scopes: [\"api:use-ontologies-read\"]},\n"
    "  other: {login: admin, scopes: [\"api:admin-read\"]}}\n"
    "foundry:\n"
    "  ontologies:\n"
    "    - rid: ri.o\n"
    "      api_name: health\n"
    "      display_name: Health\n"
    "      object_types:\n"
    "        - api_name: Ward\n"
    "          plural_display_name: Wards of all kinds\n"
    "          primary_key: id\n"
    "          properties: {id: string, beds: integer, budget: long, load: double, open: boolean,\n"
    "            since: date, seen: timestamp}\n"
    "          objects:\n"
    "            - {id: c, beds: 20, budget: 9007199254740993, load: 0.5, open: true,\n"
    "               since: 2020-02-29, seen: \"2026-01-31T12:00:00Z\"}\n"
    "            - {id: a, beds: 4, budget: \"7\", load: 2, open: false, since: 1999-12-31,\n"
    "               seen: 2026-01-31T12:00:00.500Z}\n"
    "            - {id: b, beds: 20, open: true}\n"
    "            - {id: 7}\n"
    "        - {api_name: Empty, primary_key: id, properties: {id: long}}\n";

static int open_seeded(void **state)
{
    static struct identity identity;
    identity_open(&identity);
    assert_int_equal(identity_seed(&identity, seed, NULL), 0);
    *state = &identity;
    return 0;
}

static int close_opened(void **state)
{
    identity_close(*state);
    return 0;
}

static const char *get(struct identity *identity, const char *target, int status)
{
    return identity_take(identity, identity_get(identity, target, "Bearer app"), status);
}

static const char *post(struct identity *identity, const char *verb, const char *body, int status)
{
    const char *target = IDENTITY_FORMAT(identity, SETS "/%s", verb);
    return identity_take(identity, identity_post(identity, target, "Bearer app", body), status);
}

static void expect_error(struct identity *identity, const char *body, const char *name,
                         const char *parameters)
{
    assert_string_equal(identity_member(identity, body, "errorName"), name);
    assert_string_equal(identity_member(identity, body, "parameters"), parameters);
}

/* Loads what a filter lets through: the primary keys, one behind the other. */
static const char *ids(struct identity *identity, const char *where, const char *order)
{
    const char *request =
        IDENTITY_FORMAT(identity,
                        "{\"objectSet\":{\"type\":\"filter\",\"objectSet\":" BASE
                        ",\"where\":%s},\"select\":[\"id\"],\"excludeRid\":true%s}",
                        where, order);
    const char *body = post(identity, "loadObjects", request, 200);
    const char *found = "";
    while ((body = strstr(body, "\"__primaryKey\":\"")) != NULL) {
        body += strlen("\"__primaryKey\":\"");
        found = IDENTITY_FORMAT(identity, "%s%c", found, body[0]);
    }
    return found;
}

static const char *refused_where(struct identity *identity, const char *where, int status)
{
    return post(identity, "loadObjects",
                IDENTITY_FORMAT(identity,
                                "{\"objectSet\":{\"type\":\"filter\",\"objectSet\":" BASE
                                ",\"where\":%s}}",
                                where),
                status);
}

/* ── types ── */

static void an_unknown_object_type_is_not_found(void **state)
{
    expect_error(*state, get(*state, TYPES "/No/fullMetadata?preview=true", 404),
                 "ObjectTypeNotFound", "{\"objectType\":\"No\"}");
    static const char no[] = "{\"objectSet\":{\"type\":\"base\",\"objectType\":\"No\"}}";
    expect_error(*state, post(*state, "loadObjects", no, 404), "ObjectTypeNotFound",
                 "{\"objectType\":\"No\"}");
    expect_error(*state, get(*state, TYPES "/Ward/fullMetadata", 400), "ApiFeaturePreviewUsageOnly",
                 "{}");
    struct fe_loopback *client =
        identity_post(*state, "/api/v2/ontologies/no/objectSets/loadObjects", "Bearer app", no);
    expect_error(*state, identity_take(*state, client, 404), "OntologyNotFound",
                 "{\"apiName\":\"no\"}");
}

static void needs_the_scope(void **state)
{
    struct fe_loopback *client =
        identity_post(*state, SETS "/loadObjects", "Bearer other", "{\"objectSet\":" BASE "}");
    expect_error(*state, identity_take(*state, client, 403), "ApiUsageDenied",
                 "{\"missingScope\":\"api:ontologies-read\"}");
}

/* ── loading ── */

static void loads_values_as_the_api_writes_them(void **state)
{
    assert_string_equal(
        post(*state, "loadObjects", "{\"objectSet\":" BASE ",\"excludeRid\":true}", 200),
        "{\"data\":["
        "{\"__primaryKey\":\"c\",\"__apiName\":\"Ward\",\"__title\":\"c\",\"id\":\"c\","
        "\"beds\":20,\"budget\":\"9007199254740993\",\"load\":0.5,\"open\":true,"
        "\"since\":\"2020-02-29\",\"seen\":\"2026-01-31T12:00:00Z\"},"
        "{\"__primaryKey\":\"a\",\"__apiName\":\"Ward\",\"__title\":\"a\",\"id\":\"a\","
        "\"beds\":4,\"budget\":\"7\",\"load\":2,\"open\":false,"
        "\"since\":\"1999-12-31\",\"seen\":\"2026-01-31T12:00:00.500Z\"},"
        "{\"__primaryKey\":\"b\",\"__apiName\":\"Ward\",\"__title\":\"b\",\"id\":\"b\","
        "\"beds\":20,\"open\":true},"
        "{\"__primaryKey\":\"7\",\"__apiName\":\"Ward\",\"__title\":\"7\",\"id\":\"7\"}],"
        "\"totalCount\":\"4\",\"propertySecurities\":[]}");
    assert_string_equal(post(*state, "loadObjects",
                             "{\"objectSet\":{\"type\":\"base\",\"objectType\":\"Empty\"}}", 200),
                        "{\"data\":[],\"totalCount\":\"0\",\"propertySecurities\":[]}");
}

static void loads_what_is_selected(void **state)
{
    static const char expected[] = "{\"data\":[{\"__primaryKey\":\"c\",\"__apiName\":\"Ward\","
                                   "\"__title\":\"c\",\"beds\":20},";
    static const char *const selects[] = {
        "\"select\":[\"beds\"]",
        "\"select\":[],\"selectV2\":[{\"type\":\"property\",\"apiName\":\"beds\"}]"};
    for (size_t i = 0; i < 2; i++) {
        const char *body =
            post(*state, "loadObjects",
                 IDENTITY_FORMAT((struct identity *)*state,
                                 "{\"objectSet\":" BASE ",\"excludeRid\":true,%s}", selects[i]),
                 200);
        assert_memory_equal(body, expected, sizeof(expected) - 1);
    }
}

static void an_object_has_the_same_rid_every_time(void **state)
{
    const char *body = post(*state, "loadObjects", "{\"objectSet\":" BASE "}", 200);
    assert_non_null(strstr(body, "{\"__rid\":\"ri.phonograph2-objects.main.object."));
    assert_string_equal(body, post(*state, "loadObjects", "{\"objectSet\":" BASE "}", 200));
}

static void loads_page_after_page(void **state)
{
    const char *first = post(*state, "loadObjects", "{\"objectSet\":" BASE ",\"pageSize\":3}", 200);
    const char *token = identity_member(*state, first, "nextPageToken");
    assert_true(token[0] != '\0');
    const char *second =
        post(*state, "loadObjects",
             IDENTITY_FORMAT((struct identity *)*state,
                             "{\"objectSet\":" BASE ",\"pageSize\":3,\"pageToken\":\"%s\"}", token),
             200);
    assert_non_null(strstr(second, "\"__primaryKey\":\"7\""));
    assert_null(strstr(second, "\"__primaryKey\":\"b\""));
    assert_string_equal(identity_member(*state, second, "nextPageToken"), "");
    const char *elsewhere =
        IDENTITY_FORMAT((struct identity *)*state,
                        "{\"objectSet\":{\"type\":\"base\",\"objectType\":\"Empty\"},"
                        "\"pageToken\":\"%s\"}",
                        token);
    const char *body = post(*state, "loadObjects", elsewhere, 400);
    assert_string_equal(identity_member(*state, body, "errorName"), "InvalidPageToken");
    body = post(*state, "loadObjects", "{\"objectSet\":" BASE ",\"pageSize\":0}", 400);
    assert_string_equal(identity_member(*state, body, "errorName"), "InvalidPageSize");
}

static void orders_with_nulls_last(void **state)
{
#define ORDER(fields) ",\"orderBy\":{\"fields\":[" fields "]}"
    static const char all[] = "{\"type\":\"and\",\"value\":[]}";
    assert_string_equal(ids(*state, all, ""), "cab7");
    assert_string_equal(ids(*state, all, ORDER("{\"field\":\"id\"}")), "7abc");
    assert_string_equal(ids(*state, all, ORDER("{\"field\":\"beds\",\"direction\":\"asc\"}")),
                        "acb7");
    assert_string_equal(ids(*state, all,
                            ORDER("{\"field\":\"beds\",\"direction\":\"desc\"},"
                                  "{\"field\":\"id\",\"direction\":\"asc\"}")),
                        "bca7");
    assert_string_equal(ids(*state, all, ORDER("{\"field\":\"seen\",\"direction\":\"desc\"}")),
                        "acb7");
}

/* ── filters ── */

static void filters_by_each_type_of_property(void **state)
{
#define IS(op, field, value) "{\"type\":\"" op "\",\"field\":\"" field "\",\"value\":" value "}"
    static const char *const cases[][2] = {
        {IS("eq", "id", "\"a\""), "a"},
        {IS("eq", "id", "\"A\""), ""},
        {IS("eq", "beds", "20"), "cb"},
        {IS("gt", "beds", "4"), "cb"},
        {IS("gte", "beds", "4"), "cab"},
        {IS("lt", "beds", "20"), "a"},
        {IS("lte", "beds", "20"), "cab"},
        {IS("eq", "budget", "\"9007199254740993\""), "c"},
        {IS("gt", "budget", "7"), "c"},
        {IS("lt", "load", "1e0"), "c"},
        {IS("eq", "open", "true"), "cb"},
        {IS("gte", "since", "\"2000-01-01\""), "c"},
        {IS("gt", "seen", "\"2026-01-31T12:00:00.250Z\""), "a"},
        {IS("eq", "seen", "\"2026-01-31T12:00:00.000Z\""), "c"},
        {IS("isNull", "load", "true"), "b7"},
        {IS("isNull", "load", "false"), "ca"},
        {IS("in", "id", "[\"a\",\"7\",\"x\"]"), "a7"},
        {IS("in", "id", "[]"), ""},
        {"{\"type\":\"eq\",\"propertyIdentifier\":{\"type\":\"property\",\"apiName\":\"id\"},"
         "\"value\":\"a\"}",
         "a"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(ids(*state, cases[i][0], ""), cases[i][1]);
    }
}

static void combines_filters(void **state)
{
#define OF(op, value) "{\"type\":\"" op "\",\"value\":" value "}"
    assert_string_equal(
        ids(*state, OF("and", "[" IS("eq", "beds", "20") "," IS("eq", "id", "\"b\"") "]"), ""),
        "b");
    assert_string_equal(
        ids(*state, OF("or", "[" IS("eq", "id", "\"7\"") "," IS("eq", "id", "\"a\"") "]"), ""),
        "a7");
    assert_string_equal(ids(*state, OF("not", IS("eq", "beds", "20")), ""), "a7");
    const char *body =
        post(*state, "loadObjects",
             "{\"objectSet\":{\"type\":\"filter\",\"objectSet\":{\"type\":"
             "\"filter\",\"objectSet\":" BASE
             ",\"where\":" IS("eq", "beds", "20") "},\"where\":" IS("eq", "id", "\"b\"") "}}",
             200);
    assert_string_equal(identity_member(*state, body, "totalCount"), "1");
}

static void says_what_is_wrong_with_a_filter(void **state)
{
    expect_error(*state, refused_where(*state, IS("startsWith", "id", "\"a\""), 400),
                 "PropertyFiltersNotSupported",
                 "{\"propertyFilters\":\"startsWith\",\"property\":\"id\"}");
    expect_error(*state, refused_where(*state, IS("eq", "no", "1"), 404), "PropertiesNotFound",
                 "{\"objectType\":\"Ward\",\"properties\":\"no\"}");
    expect_error(*state, refused_where(*state, IS("eq", "beds", "\"20\""), 400),
                 "InvalidPropertyFilterValue",
                 "{\"expectedType\":\"integer\",\"propertyFilter\":\"eq\","
                 "\"propertyFilterValue\":\"\\\"20\\\"\",\"property\":\"beds\"}");
    static const char *const invalid[] = {
        IS("eq", "beds", "2.5"),   IS("eq", "beds", "2147483648"),
        IS("eq", "load", "1e999"), IS("eq", "open", "1"),
        IS("gt", "open", "true"),  IS("eq", "since", "\"2021-02-29\""),
        IS("eq", "seen", "\"x\""), IS("eq", "id", "null"),
        IS("isNull", "id", "1"),   IS("in", "id", "\"a\""),
        IS("in", "id", "[1]"),     IS("eq", "id", "{}"),
    };
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
        const char *body = refused_where(*state, invalid[i], 400);
        assert_string_equal(identity_member(*state, body, "errorName"),
                            "InvalidPropertyFilterValue");
    }
    (void)refused_where(*state, OF("or", "[]"), 400);
    (void)refused_where(*state, OF("not", "{}"), 400);
    (void)refused_where(*state, OF("and", "{}"), 400);
    (void)refused_where(*state, "{\"type\":\"and\"}", 400);
    (void)refused_where(*state, "[]", 400);
    (void)refused_where(*state, "{\"type\":\"eq\",\"field\":\"id\"}", 400);
    (void)refused_where(*state,
                        "{\"type\":\"eq\",\"propertyIdentifier\":{\"type\":\"structField\"}}", 400);
}

static void filters_nest_only_so_deep(void **state)
{
    struct identity *identity = *state;
    const char *where = IS("eq", "id", "\"a\"");
    const char *set = BASE;
    for (int i = 0; i < 31; i++) {
        where = IDENTITY_FORMAT(identity, OF("not", "%s"), where);
        set = IDENTITY_FORMAT(
            identity, "{\"type\":\"filter\",\"objectSet\":%s,\"where\":" OF("and", "[]") "}", set);
    }
    assert_string_equal(ids(identity, where, ""), "cb7");
    (void)refused_where(identity, IDENTITY_FORMAT(identity, OF("not", "%s"), where), 400);
    static const char around[] =
        "{\"objectSet\":{\"type\":\"filter\",\"objectSet\":%s,\"where\":" OF("and", "[]") "}}";
    static const char twice[] =
        "{\"objectSet\":{\"type\":\"filter\",\"objectSet\":{\"type\":\"filter\",\"objectSet\":%s,"
        "\"where\":" OF("and", "[]") "},\"where\":" OF("and", "[]") "}}";
    (void)post(identity, "loadObjects", IDENTITY_FORMAT(identity, around, set), 200);
    (void)post(identity, "loadObjects", IDENTITY_FORMAT(identity, twice, set), 400);
}

static void lists_of_values_are_only_so_long(void **state)
{
    struct fe_buf values;
    fe_buf_init(&values, 64U << 10);
    for (unsigned i = 0; i < FE_LIMIT_OBJECT_FILTERS - 1; i++) {
        (void)fe_buf_printf(&values, "%s%u", i > 0 ? "," : "", i % 5);
    }
    assert_int_equal(values.error, 0);
    const char *where =
        IDENTITY_FORMAT((struct identity *)*state, IS("in", "beds", "[%s]"), values.ptr);
    assert_string_equal(ids(*state, where, ""), "a");
    (void)fe_buf_puts(&values, ",20");
    where = IDENTITY_FORMAT((struct identity *)*state, IS("in", "beds", "[%s]"), values.ptr);
    (void)refused_where(*state, where, 400);
    fe_buf_done(&values);
}

/* ── aggregation ── */

static void aggregates(void **state)
{
#define METRIC(kind, field)                                                                        \
    "{\"type\":\"" kind "\",\"name\":\"" field "." kind "\",\"field\":\"" field "\"}"
#define COUNT "{\"type\":\"count\",\"name\":\"count\"}"
    assert_string_equal(
        post(*state, "aggregate",
             "{\"objectSet\":" BASE ",\"groupBy\":[],\"aggregation\":[" COUNT
             "," METRIC("min", "beds") "," METRIC("max", "beds") "," METRIC(
                 "sum", "beds") "," METRIC("avg", "load") "]}",
             200),
        "{\"excludedItems\":0,\"accuracy\":\"ACCURATE\",\"data\":[{\"group\":{},\"metrics\":["
        "{\"name\":\"count\",\"value\":4},{\"name\":\"beds.min\",\"value\":4},"
        "{\"name\":\"beds.max\",\"value\":20},{\"name\":\"beds.sum\",\"value\":44},"
        "{\"name\":\"load.avg\",\"value\":1.25}]}]}");
}

static void of_nothing_there_is_only_a_count(void **state)
{
    const char *body = post(*state, "aggregate",
                            "{\"objectSet\":{\"type\":\"base\",\"objectType\":\"Empty\"},"
                            "\"aggregation\":[" COUNT "," METRIC("max", "id") "]}",
                            200);
    assert_non_null(strstr(body, "\"metrics\":[{\"name\":\"count\",\"value\":0}]"));
}

/* ── what is not served ── */

static void refuses_what_it_does_not_serve(void **state)
{
    static const char *const loads[] = {
        "",
        "[]",
        "{}",
        "{\"objectSet\":{\"type\":\"union\",\"objectSets\":[]}}",
        "{\"objectSet\":{\"type\":\"filter\"}}",
        "{\"objectSet\":{\"type\":\"base\",\"objectType\":1}}",
        "{\"objectSet\":" BASE ",\"loadPropertySecurities\":true}",
        "{\"objectSet\":" BASE ",\"orderBy\":{\"orderType\":\"relevance\",\"fields\":[]}}",
        "{\"objectSet\":" BASE
        ",\"orderBy\":{\"fields\":[{\"field\":\"id\",\"direction\":\"up\"}]}}",
        "{\"objectSet\":" BASE ",\"orderBy\":{\"fields\":1}}",
        "{\"objectSet\":" BASE ",\"orderBy\":\"id\"}",
        "{\"objectSet\":" BASE ",\"pageSize\":\"1\"}",
        "{\"objectSet\":" BASE ",\"select\":[1]}",
        "{\"objectSet\":" BASE ",\"selectV2\":[{\"type\":\"propertyWithLoadLevel\"}]}",
    };
    for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
        const char *body = post(*state, "loadObjects", loads[i], 400);
        assert_string_equal(identity_member(*state, body, "errorCode"), "INVALID_ARGUMENT");
    }
    (void)post(*state, "loadObjects", "{\"objectSet\":" BASE ",\"select\":[\"no\"]}", 404);
    (void)post(*state, "loadObjects?branch=ri.b", "{\"objectSet\":" BASE "}", 400);
    (void)post(*state, "aggregate?transactionId=1", "{\"objectSet\":" BASE "}", 400);
}

static void refuses_aggregations_it_does_not_serve(void **state)
{
    static const char *const bodies[] = {
        "{\"objectSet\":" BASE "}",
        "{\"objectSet\":" BASE ",\"aggregation\":1}",
        "{\"objectSet\":" BASE ",\"aggregation\":[{\"type\":\"count\"}]}",
        "{\"objectSet\":" BASE ",\"aggregation\":[" METRIC("max", "since") "]}",
        "{\"objectSet\":" BASE ",\"aggregation\":[],\"groupBy\":[{\"type\":\"exact\"}]}",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        (void)post(*state, "aggregate", bodies[i], 400);
    }
    expect_error(
        *state,
        post(*state, "aggregate",
             "{\"objectSet\":" BASE ",\"aggregation\":[" METRIC("exactDistinct", "id") "]}", 400),
        "AggregationMetricNotSupported", "{\"metricType\":\"exactDistinct\"}");
}

int main(void)
{
#define SEEDED(test) cmocka_unit_test_setup_teardown(test, open_seeded, close_opened)
    const struct CMUnitTest tests[] = {
        SEEDED(an_unknown_object_type_is_not_found),
        SEEDED(needs_the_scope),
        SEEDED(loads_values_as_the_api_writes_them),
        SEEDED(loads_what_is_selected),
        SEEDED(an_object_has_the_same_rid_every_time),
        SEEDED(loads_page_after_page),
        SEEDED(orders_with_nulls_last),
        SEEDED(filters_by_each_type_of_property),
        SEEDED(combines_filters),
        SEEDED(says_what_is_wrong_with_a_filter),
        SEEDED(filters_nest_only_so_deep),
        SEEDED(lists_of_values_are_only_so_long),
        SEEDED(aggregates),
        SEEDED(of_nothing_there_is_only_a_count),
        SEEDED(refuses_what_it_does_not_serve),
        SEEDED(refuses_aggregations_it_does_not_serve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
