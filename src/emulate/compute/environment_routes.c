/* SPDX-License-Identifier: MIT */
#include "emulate/compute/environment_routes.h"

#include "emulate/compute/compute_priv.h"
#include "emulate/compute/environment.h"
#include "http/reply.h"
#include "message/form.h"

#define DEFAULT_DIR "/opt/foundry-emulator"
#define TEXT_PLAIN FE_SLICE("text/plain; charset=utf-8")

/* What is asked for, and of which runtime. */
struct question {
    struct fe_environment environment;
    struct fe_slice format;
    struct fe_slice dir;
    bool local; /* the module is given an address of this machine */
};

/* Modules go where --module-url says; without it, to the TLS listener if there is one, by the name
 * that the request has come by. */
static struct fe_slice base_of(const struct fe_settings *settings, struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    if (settings->module_url.len > 0) {
        return settings->module_url;
    }
    if (request->tls || settings->tls_port == 0) {
        return fe_exchange_origin(x);
    }
    struct fe_slice host = request->host.len > 0 ? request->host : FE_SLICE("localhost");
    ptrdiff_t bracket = fe_slice_index(host, ']');
    size_t from = bracket < 0 ? 0 : (size_t)bracket;
    ptrdiff_t colon = fe_slice_index(fe_slice_from(host, from), ':');
    host.len = colon < 0 ? host.len : from + (size_t)colon;
    return fe_arena_printf(fe_exchange_arena(x), "https://" FE_PRI ":%u", FE_ARG(host),
                           (unsigned)settings->tls_port);
}

/* 0, or the status of the refusal. */
static int read_question(const struct fe_compute *compute, struct fe_exchange *x,
                         struct question *question_out)
{
    static const struct fe_api_error no_ca = {500, "INTERNAL", "Default:Internal",
                                              "The CA's file cannot be read."};
    int status = 0;
    struct fe_form query;
    struct fe_arena *arena = fe_exchange_arena(x);
    const struct fe_settings *settings = &compute->state->settings;
    const struct fe_runtime *runtime = fe_compute_runtime(compute, x, &status);
    *question_out = (struct question){.format = FE_SLICE("dotenv"),
                                      .dir = FE_SLICE(DEFAULT_DIR),
                                      .local = settings->module_url.len == 0};
    if (runtime == NULL) {
        return status;
    }
    if (fe_form_parse(fe_exchange_request(x)->query, arena, &query) < 0) {
        return fe_reply_invalid_argument(x, "The query is not well-formed.");
    }
    (void)fe_form_get(&query, "format", &question_out->format);
    (void)fe_form_get(&query, "dir", &question_out->dir);
    if (!fe_slice_starts(question_out->dir, FE_SLICE("/")) ||
        fe_slice_index(question_out->dir, '\n') >= 0) {
        return fe_reply_invalid_argument(x, "dir must be an absolute path, on one line.");
    }
    if (fe_environment_complete(compute->state, runtime, base_of(settings, x), question_out->dir,
                                arena, &question_out->environment) < 0) {
        return fe_reply_error(x, &no_ca, NULL);
    }
    return 0;
}

/* ── the formats ── */

static int reply_dotenv(struct fe_exchange *x, const struct question *question)
{
    struct fe_buf *out = fe_exchange_out(x);
    for (size_t i = 0; i < question->environment.count; i++) {
        const struct fe_environment_variable *v = &question->environment.variables[i];
        if (v->file) {
            (void)fe_buf_printf(out, "%s=" FE_PRI "/%s\n", v->name, FE_ARG(question->dir), v->file);
        } else if (fe_slice_index(v->value, '\n') >= 0) {
            fe_buf_clear(out);
            return fe_reply_invalid_argument(
                x, "A value has a line break, which such a file cannot hold; ask for json.");
        } else {
            (void)fe_buf_printf(out, "%s=" FE_PRI "\n", v->name, FE_ARG(v->value));
        }
    }
    fe_exchange_header(x, FE_SLICE("Content-Type"), TEXT_PLAIN);
    return 200;
}

static void put_members(struct fe_json_writer *writer, const struct fe_environment *environment,
                        const char *name, bool files)
{
    fe_json_key(writer, name);
    fe_json_begin_object(writer);
    for (size_t i = 0; i < environment->count; i++) {
        const struct fe_environment_variable *v = &environment->variables[i];
        if ((v->file != NULL) == files) {
            fe_json_member_string(writer, v->name, v->value);
        }
    }
    fe_json_end_object(writer);
}

static int reply_json(struct fe_exchange *x, const struct question *question)
{
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    put_members(&writer, &question->environment, "variables", false);
    put_members(&writer, &question->environment, "files", true);
    fe_json_end_object(&writer);
    return 200;
}

/* As a shell takes it literally. */
static void put_quoted(struct fe_buf *out, struct fe_slice text)
{
    (void)fe_buf_putc(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        (void)(text.ptr[i] == '\'' ? fe_buf_puts(out, "'\\''") : fe_buf_putc(out, text.ptr[i]));
    }
    (void)fe_buf_putc(out, '\'');
}

/* The files are their owner's, so the container runs as that user. Without --module-url the address
 * is this machine's own, which a container has only on the host's network. */
static int reply_docker(struct fe_exchange *x, const struct question *question)
{
    struct fe_buf *out = fe_exchange_out(x);
    struct fe_arena *arena = fe_exchange_arena(x);
    struct fe_slice dir = question->dir;
    (void)fe_buf_puts(out, "docker run --rm --user \"$(id -u):$(id -g)\"");
    (void)fe_buf_puts(out, question->local ? " --network host --env-file " : " --env-file ");
    put_quoted(out, fe_arena_printf(arena, FE_PRI "/module.env", FE_ARG(dir)));
    (void)fe_buf_puts(out, " --volume ");
    put_quoted(out, fe_arena_printf(arena, FE_PRI ":" FE_PRI ":ro", FE_ARG(dir), FE_ARG(dir)));
    (void)fe_buf_puts(out, " IMAGE\n");
    fe_exchange_header(x, FE_SLICE("Content-Type"), TEXT_PLAIN);
    return 200;
}

int fe_compute_get_env(void *self, struct fe_exchange *x)
{
    struct question question;
    int status = read_question(self, x, &question);
    if (status != 0) {
        return status;
    }
    if (fe_slice_eq(question.format, FE_SLICE("json"))) {
        return reply_json(x, &question);
    }
    if (fe_slice_eq(question.format, FE_SLICE("docker"))) {
        return reply_docker(x, &question);
    }
    if (fe_slice_eq(question.format, FE_SLICE("dotenv"))) {
        return reply_dotenv(x, &question);
    }
    return fe_reply_invalid_argument(x, "format must be dotenv, json or docker.");
}

/* ── the files ── */

/* Two variables may name the same file, one behind the other. */
int fe_compute_list_env_files(void *self, struct fe_exchange *x)
{
    struct question question;
    const char *last = NULL;
    int status = read_question(self, x, &question);
    if (status != 0) {
        return status;
    }
    for (size_t i = 0; i < question.environment.count; i++) {
        const char *file = question.environment.variables[i].file;
        if (file && file != last) {
            (void)fe_buf_printf(fe_exchange_out(x), "%s\n", file);
            last = file;
        }
    }
    fe_exchange_header(x, FE_SLICE("Content-Type"), TEXT_PLAIN);
    return 200;
}

int fe_compute_get_env_file(void *self, struct fe_exchange *x)
{
    struct question question;
    struct fe_slice name = fe_exchange_param(x, "file");
    int status = read_question(self, x, &question);
    if (status != 0) {
        return status;
    }
    for (size_t i = 0; i < question.environment.count; i++) {
        const struct fe_environment_variable *v = &question.environment.variables[i];
        if (v->file && fe_slice_eq(fe_slice_cstr(v->file), name)) {
            return fe_reply_bytes(x, 200, FE_SLICE("application/octet-stream"), v->value);
        }
    }
    return fe_reply_not_found(x, "ComputeModules:FileNotFound", name);
}
