/* SPDX-License-Identifier: MIT */
#include "http/reply.h"

#include <errno.h>
#include <stdarg.h>

#include "util/id.h"

/* Most answers fit, and the buffer need not grow. */
enum {
    JSON_BYTES_FIRST = 1000
};

void fe_reply_json_begin(struct fe_exchange *x, struct fe_json_writer *writer)
{
    char *room = NULL;
    fe_exchange_header(x, FE_SLICE("Content-Type"), FE_SLICE("application/json"));
    (void)fe_buf_reserve(fe_exchange_out(x), JSON_BYTES_FIRST, &room);
    fe_json_writer_init(writer, fe_exchange_out(x));
}

int fe_reply_empty(struct fe_exchange *x, int status)
{
    (void)x;
    return status;
}

int fe_reply_bytes(struct fe_exchange *x, int status, struct fe_slice content_type,
                   struct fe_slice body)
{
    fe_exchange_header(x, FE_SLICE("Content-Type"), content_type);
    (void)fe_buf_put(fe_exchange_out(x), body);
    return status;
}

int fe_reply_redirect(struct fe_exchange *x, struct fe_slice location)
{
    fe_exchange_header(x, FE_SLICE("Location"), location);
    fe_exchange_header(x, FE_SLICE("Cache-Control"), FE_SLICE("no-store"));
    return 302;
}

/* The pairs name, value, …, NULL. */
static void put_parameters(struct fe_json_writer *writer, va_list pairs)
{
    fe_json_key(writer, "parameters");
    fe_json_begin_object(writer);
    for (;;) {
        const char *name = va_arg(pairs, const char *);
        if (name == NULL) {
            break;
        }
        fe_json_member_string(writer, name, fe_slice_cstr(va_arg(pairs, const char *)));
    }
    fe_json_end_object(writer);
}

int fe_reply_error(struct fe_exchange *x, const struct fe_api_error *error, ...)
{
    struct fe_json_writer writer;
    char instance_id[FE_UUID_TEXT_BYTES];
    fe_uuid_random(&fe_exchange_env(x)->random, instance_id);
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "errorCode", fe_slice_cstr(error->code));
    fe_json_member_string(&writer, "errorName", fe_slice_cstr(error->name));
    if (error->description) {
        fe_json_member_string(&writer, "errorDescription", fe_slice_cstr(error->description));
    }
    fe_json_member_string(&writer, "errorInstanceId", fe_slice_cstr(instance_id));
    va_list pairs;
    va_start(pairs, error);
    put_parameters(&writer, pairs);
    va_end(pairs);
    fe_json_end_object(&writer);
    return error->status;
}

int fe_reply_invalid_argument(struct fe_exchange *x, const char *what)
{
    static const struct fe_api_error error = {400, "INVALID_ARGUMENT", "Default:InvalidArgument",
                                              NULL};
    return fe_reply_error(x, &error, "reason", what, NULL);
}

int fe_reply_bad_json(struct fe_exchange *x, const char *what, int error)
{
    const char *problem = error == -E2BIG ? "nested too deep" : "not JSON";
    struct fe_slice text = fe_arena_printf(fe_exchange_arena(x), "%s is %s.", what, problem);
    return fe_reply_invalid_argument(x, text.ptr);
}

int fe_reply_not_found(struct fe_exchange *x, const char *name, struct fe_slice id)
{
    const struct fe_api_error error = {404, "NOT_FOUND", name, NULL};
    struct fe_slice text = fe_arena_copy(fe_exchange_arena(x), id);
    return fe_reply_error(x, &error, "id", text.ptr, NULL);
}

int fe_reply_route_not_mounted(struct fe_exchange *x)
{
    static const struct fe_api_error error = {404, "NOT_FOUND", "Route:RouteNotMounted", NULL};
    struct fe_slice path = fe_arena_copy(fe_exchange_arena(x), fe_exchange_request(x)->path);
    return fe_reply_error(x, &error, "path", path.ptr, NULL);
}

static void put_allow(struct fe_exchange *x, unsigned allowed)
{
    struct fe_buf list;
    fe_buf_init(&list, 128);
    for (unsigned m = 0; m < FE_METHODS; m++) {
        if (allowed & (1u << m)) {
            (void)fe_buf_printf(&list, "%s%s", list.len > 0 ? ", " : "",
                                fe_method_text((enum fe_method)m).ptr);
        }
    }
    fe_exchange_header(x, FE_SLICE("Allow"), fe_buf_slice(&list));
    fe_buf_done(&list);
}

int fe_reply_method_not_allowed(struct fe_exchange *x, unsigned allowed)
{
    static const struct fe_api_error error = {405, "INVALID_ARGUMENT", "Default:MethodNotAllowed",
                                              NULL};
    put_allow(x, allowed);
    return fe_reply_error(x, &error, NULL);
}

int fe_reply_options(struct fe_exchange *x)
{
    put_allow(x, (1u << FE_METHODS) - 1);
    return 204;
}

int fe_reply_method_unknown(struct fe_exchange *x)
{
    static const struct fe_api_error error = {501, "CUSTOM_SERVER", "Http:NotImplemented", NULL};
    return fe_reply_error(x, &error, "reason", "The method is not implemented.", NULL);
}

int fe_reply_out_of_memory(struct fe_exchange *x)
{
    static const struct fe_api_error error = {503, "INTERNAL", "Default:Internal",
                                              "There is no memory for this request."};
    return fe_reply_error(x, &error, NULL);
}

int fe_reply_no_room(struct fe_exchange *x)
{
    static const struct fe_api_error error = {503, "INTERNAL", "Default:Internal",
                                              "There is no room to keep this request's body."};
    return fe_reply_error(x, &error, NULL);
}
