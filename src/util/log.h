/* SPDX-License-Identifier: MIT */
/* The log: one line an event, as logfmt or JSON, to a sink that the embedder may replace. */
#ifndef FE_UTIL_LOG_H
#define FE_UTIL_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "util/slice.h"

enum fe_log_level {
    FE_LOG_ERROR,
    FE_LOG_WARNING,
    FE_LOG_INFO,
    FE_LOG_DEBUG
};

/* `line` ends with "\n". */
typedef void fe_log_sink_fn(struct fe_slice line, void *arg);

struct fe_log {
    enum fe_log_level level; /* nothing less grave is written */
    bool json;
    fe_log_sink_fn *sink; /* NULL: standard error */
    void *sink_arg;
};

struct fe_log_field {
    const char *key;
    struct fe_slice value;
    bool bare; /* a number or the like: no quotes in JSON */
};

/* "error", "warning", "info", "debug"; -EINVAL. */
int fe_log_level_parse(struct fe_slice name, enum fe_log_level *level_out);

bool fe_log_enabled(const struct fe_log *log, enum fe_log_level level);

/* A sentence. */
void fe_log_printf(const struct fe_log *log, enum fe_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* An event with its facts. */
void fe_log_fields(const struct fe_log *log, enum fe_log_level level,
                   const struct fe_log_field *fields, size_t count);

#endif
