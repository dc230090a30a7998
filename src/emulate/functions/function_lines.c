/* SPDX-License-Identifier: MIT */
#include "emulate/functions/function_lines.h"

#include "util/id.h"
#include "util/json.h"
#include "util/limits.h"

enum {
    LINE_FRAME_BYTES = 4096 /* what stands around a value, or tells of an error */
};

void fe_function_lines_init(struct fe_function_lines *lines, struct fe_exchange *x)
{
    *lines = (struct fe_function_lines){.x = x};
    fe_buf_init(&lines->value, FE_LIMIT_JSON_BODY_BYTES);
}

void fe_function_lines_done(struct fe_function_lines *lines)
{
    fe_buf_done(&lines->value);
}

static void begin(struct fe_function_lines *lines)
{
    if (!lines->begun) {
        lines->begun = true;
        fe_exchange_header(lines->x, FE_SLICE("Content-Type"),
                           FE_SLICE("application/octet-stream"));
        fe_exchange_begin(lines->x, 200, -1);
    }
}

static bool send(struct fe_function_lines *lines, const struct fe_buf *line)
{
    begin(lines);
    return fe_exchange_write(lines->x, fe_buf_slice(line));
}

static bool send_error(struct fe_function_lines *lines, const struct fe_api_error *error)
{
    struct fe_json_writer writer;
    struct fe_buf line;
    char instance_id[FE_UUID_TEXT_BYTES];
    lines->failed = true;
    fe_uuid_random(&fe_exchange_env(lines->x)->random, instance_id);
    fe_buf_init(&line, LINE_FRAME_BYTES);
    fe_json_writer_init(&writer, &line);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "type", FE_SLICE("error"));
    fe_json_member_string(&writer, "errorCode", fe_slice_cstr(error->code));
    fe_json_member_string(&writer, "errorName", fe_slice_cstr(error->name));
    fe_json_member_string(&writer, "errorInstanceId", fe_slice_cstr(instance_id));
    fe_json_member_string(&writer, "errorDescription", fe_slice_cstr(error->description));
    fe_json_key(&writer, "parameters");
    fe_json_begin_object(&writer);
    fe_json_end_object(&writer);
    fe_json_end_object(&writer);
    (void)fe_buf_putc(&line, '\n');
    bool keeps_up = send(lines, &line);
    fe_buf_done(&line);
    return keeps_up;
}

/* A value may be laid out over many lines, and must go into one. In JSON a line break is never
 * part of anything: it is space. */
static void join_lines(struct fe_buf *value)
{
    for (size_t i = 0; i < value->len; i++) {
        if (value->ptr[i] == '\n' || value->ptr[i] == '\r') {
            value->ptr[i] = ' ';
        }
    }
}

static bool send_value(struct fe_function_lines *lines)
{
    static const struct fe_api_error bad = {400, "INVALID_ARGUMENT", "QueryRuntimeError",
                                            "What the function gave is not JSON, or too large."};
    struct fe_json value;
    if (lines->value.error < 0 || fe_json_parse(fe_buf_slice(&lines->value), &value, NULL) < 0) {
        return send_error(lines, &bad);
    }
    struct fe_json_writer writer;
    struct fe_buf line;
    join_lines(&lines->value);
    fe_buf_init(&line, lines->value.len + LINE_FRAME_BYTES);
    fe_json_writer_init(&writer, &line);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "type", FE_SLICE("data"));
    fe_json_key(&writer, "value");
    fe_json_put_raw(&writer, value.text);
    fe_json_end_object(&writer);
    (void)fe_buf_putc(&line, '\n');
    bool keeps_up = send(lines, &line);
    fe_buf_done(&line);
    fe_buf_clear(&lines->value);
    return keeps_up;
}

bool fe_function_lines_put(struct fe_function_lines *lines, struct fe_slice data)
{
    bool keeps_up = true;
    while (data.len > 0 && !lines->failed) {
        bool ended = false;
        size_t length = fe_json_split(&lines->split, data, &ended);
        (void)fe_buf_append(&lines->value, data.ptr, length);
        data = fe_slice_from(data, length);
        if (ended || lines->value.error < 0) {
            keeps_up = send_value(lines);
        }
    }
    return keeps_up;
}

void fe_function_lines_finish(struct fe_function_lines *lines)
{
    if (!lines->failed && fe_json_split_inside(&lines->split)) {
        (void)send_value(lines);
    }
    begin(lines);
    fe_exchange_finish(lines->x);
}

void fe_function_lines_fail(struct fe_function_lines *lines, const struct fe_api_error *error)
{
    if (!lines->failed) {
        (void)send_error(lines, error);
    }
    fe_exchange_finish(lines->x);
}
