/* SPDX-License-Identifier: MIT */
#include "emulate/compute/environment.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>

#include "message/percent.h"
#include "util/buf.h"
#include "util/id.h"
#include "util/json_writer.h"

#define CA_FILE "ca.pem"

enum {
    CA_BYTES_MAX = 64 << 10,
    CONNECTION_BYTES_MAX = 64 << 10
};

/* "http://host:8945/path" in parts; IPv6 hosts keep their brackets in `authority` only. */
struct url {
    struct fe_slice authority;
    struct fe_slice host;
    struct fe_slice port;
    struct fe_slice path;
};

static struct fe_slice without_slash(struct fe_slice base)
{
    while (base.len > 0 && base.ptr[base.len - 1] == '/') {
        base.len--;
    }
    return base;
}

static struct url split(struct fe_slice text)
{
    struct url url = {{"", 0}, {"", 0}, {"", 0}, {"", 0}};
    bool tls = fe_slice_starts(text, FE_SLICE("https:"));
    ptrdiff_t colon = fe_slice_index(text, ':');
    struct fe_slice rest = fe_slice_from(text, colon < 0 ? 0 : (size_t)colon + 1);
    rest = fe_slice_starts(rest, FE_SLICE("//")) ? fe_slice_from(rest, 2) : rest;
    ptrdiff_t slash = fe_slice_index(rest, '/');
    size_t length = slash < 0 ? rest.len : (size_t)slash;
    url.path = fe_slice_from(rest, length);
    url.authority = (struct fe_slice){rest.ptr, length};
    ptrdiff_t bracket = fe_slice_index(url.authority, ']');
    size_t host_end = bracket < 0 ? 0 : (size_t)bracket;
    colon = fe_slice_index(fe_slice_from(url.authority, host_end), ':');
    host_end = colon < 0 ? length : host_end + (size_t)colon;
    url.host = (struct fe_slice){rest.ptr, host_end};
    url.port =
        colon < 0 ? fe_slice_cstr(tls ? "443" : "80") : fe_slice_from(url.authority, host_end + 1);
    if (bracket >= 0 && url.host.len > 2) {
        url.host = (struct fe_slice){url.host.ptr + 1, (size_t)bracket - 1};
    }
    return url;
}

struct fe_slice fe_runtime_url(const struct fe_runtime *runtime, struct fe_slice base,
                               struct fe_arena *arena)
{
    struct fe_buf id;
    fe_buf_init(&id, 3 * runtime->id.len);
    (void)fe_percent_encode(runtime->id, &id);
    base = without_slash(base);
    struct fe_slice url =
        fe_arena_printf(arena, FE_PRI "/_emulate/foundry/compute-modules/runtimes/" FE_PRI,
                        FE_ARG(base), FE_ARG(fe_buf_slice(&id)));
    fe_buf_done(&id);
    return url;
}

static void put(struct fe_environment *environment, const char *name, struct fe_slice value)
{
    assert(environment->count < FE_ENVIRONMENT_MAX);
    environment->variables[environment->count++] =
        (struct fe_environment_variable){name, value, NULL};
}

void fe_environment_of(const struct fe_runtime *runtime, struct fe_slice base,
                       struct fe_arena *arena, struct fe_environment *environment_out)
{
    struct fe_slice text = fe_runtime_url(runtime, base, arena);
    struct url url = split(text);
    struct fe_environment *e = environment_out;
    e->count = 0;
    put(e, "GET_JOB_URI", fe_arena_printf(arena, FE_PRI "/job", FE_ARG(text)));
    put(e, "POST_RESULT_URI", fe_arena_printf(arena, FE_PRI "/results", FE_ARG(text)));
    put(e, "POST_SCHEMA_URI", fe_arena_printf(arena, FE_PRI "/schemas", FE_ARG(text)));
    put(e, "RESTART_NOTIFICATION_URI",
        fe_arena_printf(arena, FE_PRI "/restart-notification", FE_ARG(text)));
    put(e, "GET_JOB_PATH", fe_arena_printf(arena, FE_PRI "/job", FE_ARG(url.path)));
    put(e, "POST_RESULT_PATH", fe_arena_printf(arena, FE_PRI "/results", FE_ARG(url.path)));
    put(e, "RUNTIME_HOST", url.host);
    put(e, "RUNTIME_PORT", url.port);
    put(e, "RUNTIME_API", url.authority);
    put(e, "MAX_CONCURRENT_TASKS", FE_SLICE("1"));
    const struct fe_deployed_app *app = TAILQ_FIRST(&runtime->apps);
    if (app) {
        put(e, "FOUNDRY_COMPUTE_MODULE_RID", app->rid);
    }
}

/* ── what is read from files ── */

static void put_file(struct fe_environment *environment, const char *name, const char *file,
                     struct fe_slice text)
{
    put(environment, name, text);
    environment->variables[environment->count - 1].file = file;
}

static void put_file_if_any(struct fe_environment *environment, const char *name, const char *file,
                            struct fe_slice text)
{
    if (text.len > 0) {
        put_file(environment, name, file, text);
    }
}

/* The keys that known clients look up, each with what the real one has behind the host. */
static struct fe_slice services(struct fe_slice base, struct fe_arena *arena)
{
    struct fe_slice origin = without_slash(base);
    return fe_arena_printf(arena,
                           "api_gateway:\n  - " FE_PRI "/api\n"
                           "stream_proxy:\n  - " FE_PRI "/stream-proxy/api\n"
                           "foundry_mio:\n  - " FE_PRI "/mio/api\n"
                           "contour_backend_multiplexer:\n"
                           "  - " FE_PRI "/contour-backend-multiplexer/api\n",
                           FE_ARG(origin), FE_ARG(origin), FE_ARG(origin), FE_ARG(origin));
}

/* PEM of a few kilobytes, or something is wrong with it. */
static int read_ca(struct fe_slice path, struct fe_arena *arena, struct fe_slice *text_out)
{
    char bytes[CA_BYTES_MAX];
    FILE *file = fopen(path.ptr, "re");
    if (file == NULL) {
        return -errno;
    }
    size_t len = fread(bytes, 1, sizeof(bytes), file);
    int r = ferror(file) ? -EIO : len == sizeof(bytes) ? -EFBIG : 0;
    (void)fclose(file);
    *text_out = fe_arena_copy(arena, (struct fe_slice){bytes, len});
    return r;
}

static void put_application(const struct fe_state *state, const struct fe_runtime *runtime,
                            struct fe_environment *environment)
{
    struct fe_slice id = runtime->extras.client_id;
    struct fe_slice secret = FE_SLICE("");
    if (id.len == 0) {
        return;
    }
    put(environment, "CLIENT_ID", id);
    if (state->client_secrets.find &&
        state->client_secrets.find(state->client_secrets.self, id, &secret)) {
        put(environment, "CLIENT_SECRET", secret);
    }
}

/* The one file from which the oldest clients take all they need (contract §1.5). */
static struct fe_slice connection(const struct fe_runtime *runtime, const struct fe_environment *e,
                                  struct fe_slice ca_path, struct fe_arena *arena)
{
    struct fe_buf text;
    struct fe_json_writer writer;
    fe_buf_init(&text, CONNECTION_BYTES_MAX);
    fe_json_writer_init(&writer, &text);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "host", fe_environment_get(e, "RUNTIME_HOST"));
    fe_json_member_string(&writer, "port", fe_environment_get(e, "RUNTIME_PORT"));
    fe_json_member_string(&writer, "getJobPath", fe_environment_get(e, "GET_JOB_PATH"));
    fe_json_member_string(&writer, "postResultPath", fe_environment_get(e, "POST_RESULT_PATH"));
    fe_json_member_string(&writer, "moduleAuthToken", runtime->auth_token);
    if (ca_path.len > 0) {
        fe_json_member_string(&writer, "trustStorePath", ca_path);
    }
    fe_json_end_object(&writer);
    struct fe_slice copy = fe_arena_copy(arena, fe_buf_slice(&text));
    fe_buf_done(&text);
    return copy;
}

int fe_environment_complete(const struct fe_state *state, const struct fe_runtime *runtime,
                            struct fe_slice base, struct fe_slice dir, struct fe_arena *arena,
                            struct fe_environment *environment_out)
{
    struct fe_environment *e = environment_out;
    struct fe_slice ca = FE_SLICE("");
    struct fe_slice ca_path = FE_SLICE("");
    char session[FE_UUID_TEXT_BYTES];
    int r = state->settings.ca_file.len > 0 ? read_ca(state->settings.ca_file, arena, &ca) : 0;
    fe_environment_of(runtime, base, arena, e);
    fe_uuid_random(&state->env->random, session);
    put(e, "COMPUTE_SESSION_ID", fe_arena_printf(arena, "ses-%s", session));
    put_application(state, runtime, e);
    put_file(e, "MODULE_AUTH_TOKEN", "MODULE_AUTH_TOKEN", runtime->auth_token);
    if (ca.len > 0) {
        ca_path = fe_arena_printf(arena, FE_PRI "/" CA_FILE, FE_ARG(dir));
    }
    put_file(e, "CONNECTION_TO_RUNTIME", "CONNECTION_TO_RUNTIME",
             connection(runtime, e, ca_path, arena));
    put_file_if_any(e, "DEFAULT_CA_PATH", CA_FILE, ca);
    put_file_if_any(e, "CONNECTIONS_TO_OTHER_PODS_CA_PATH", CA_FILE, ca);
    put_file(e, "FOUNDRY_SERVICE_DISCOVERY_V2", "FOUNDRY_SERVICE_DISCOVERY_V2",
             services(base, arena));
    put_file_if_any(e, "SOURCE_CREDENTIALS", "SOURCE_CREDENTIALS",
                    runtime->extras.source_credentials);
    put_file_if_any(e, "RESOURCE_ALIAS_MAP", "RESOURCE_ALIAS_MAP",
                    runtime->extras.resource_aliases);
    return r;
}

struct fe_slice fe_environment_get(const struct fe_environment *environment, const char *name)
{
    size_t i = 0;
    while (strcmp(environment->variables[i].name, name) != 0) {
        i++;
        assert(i < environment->count);
    }
    return environment->variables[i].value;
}
