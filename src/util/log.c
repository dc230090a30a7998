/* SPDX-License-Identifier: MIT */
#include "util/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/json_writer.h"

/* Longer values are cut, so that every line has its end: six bytes of JSON for each byte, and room
 * for the key, are all that a field can need. */
enum {
    VALUE_BYTES_MAX = 8192,
    FIELD_BYTES_MAX = 6 * VALUE_BYTES_MAX + 256
};

static const struct fe_slice level_names[] = {FE_SLICE_INIT("error"), FE_SLICE_INIT("warning"),
                                              FE_SLICE_INIT("info"), FE_SLICE_INIT("debug")};

int fe_log_level_parse(struct fe_slice name, enum fe_log_level *level_out)
{
    for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
        if (fe_slice_eq(name, level_names[i])) {
            *level_out = (enum fe_log_level)i;
            return 0;
        }
    }
    return -EINVAL;
}

bool fe_log_enabled(const struct fe_log *log, enum fe_log_level level)
{
    return level <= log->level;
}

static struct fe_slice cut(struct fe_slice value)
{
    return (struct fe_slice){value.ptr, value.len < VALUE_BYTES_MAX ? value.len : VALUE_BYTES_MAX};
}

static bool needs_quotes(struct fe_slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f) {
            return true;
        }
    }
    return value.len == 0;
}

static void put_logfmt(struct fe_buf *line, const struct fe_log_field *field)
{
    struct fe_slice value = cut(field->value);
    (void)fe_buf_puts(line, field->key);
    (void)fe_buf_putc(line, '=');
    if (needs_quotes(value)) {
        struct fe_json_writer writer;
        fe_json_writer_init(&writer, line);
        fe_json_put_string(&writer, value);
    } else {
        (void)fe_buf_put(line, value);
    }
}

static void put_json(struct fe_json_writer *writer, const struct fe_log_field *field)
{
    fe_json_key(writer, field->key);
    if (field->bare) {
        fe_json_put_raw(writer, field->value);
    } else {
        fe_json_put_string(writer, cut(field->value));
    }
}

static void emit(const struct fe_log *log, struct fe_slice line)
{
    if (log->sink) {
        log->sink(line, log->sink_arg);
        return;
    }
    while (line.len > 0) {
        ssize_t n = write(STDERR_FILENO, line.ptr, line.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return; /* the log's own reader is gone: there is nobody to tell */
        }
        line = fe_slice_from(line, (size_t)n);
    }
}

void fe_log_fields(const struct fe_log *log, enum fe_log_level level,
                   const struct fe_log_field *fields, size_t count)
{
    if (!fe_log_enabled(log, level)) {
        return;
    }
    struct fe_buf line;
    fe_buf_init(&line, (count + 1) * FIELD_BYTES_MAX);
    const struct fe_log_field level_field = {"level", level_names[level], false};
    if (log->json) {
        struct fe_json_writer writer;
        fe_json_writer_init(&writer, &line);
        fe_json_begin_object(&writer);
        put_json(&writer, &level_field);
        for (size_t i = 0; i < count; i++) {
            put_json(&writer, &fields[i]);
        }
        fe_json_end_object(&writer);
    } else {
        put_logfmt(&line, &level_field);
        for (size_t i = 0; i < count; i++) {
            (void)fe_buf_putc(&line, ' ');
            put_logfmt(&line, &fields[i]);
        }
    }
    (void)fe_buf_putc(&line, '\n');
    emit(log, fe_buf_slice(&line));
    fe_buf_done(&line);
}

void fe_log_printf(const struct fe_log *log, enum fe_log_level level, const char *format, ...)
{
    if (!fe_log_enabled(log, level)) {
        return;
    }
    char text[2048];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    const struct fe_log_field field = {"msg", fe_slice_cstr(text), false};
    fe_log_fields(log, level, &field, 1);
}
