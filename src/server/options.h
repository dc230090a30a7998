/* SPDX-License-Identifier: MIT */
/* The option table from the inside: typed values of checked options. */
#ifndef FE_SERVER_OPTIONS_H
#define FE_SERVER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "foundry_emulator/options.h"
#include "util/slice.h"

enum fe_option {
    FE_OPT_MODE,
    FE_OPT_LISTEN,
    FE_OPT_SEED,
    FE_OPT_ALLOW_REMOTE,
    FE_OPT_UPSTREAM,
    FE_OPT_CASSETTE,
    FE_OPT_APPEND,
    FE_OPT_OVERWRITE,
    FE_OPT_ON_MISS,
    FE_OPT_STRICT,
    FE_OPT_MATCH,
    FE_OPT_PACE,
    FE_OPT_AT_END,
    FE_OPT_REBASE,
    FE_OPT_SYNC,
    FE_OPT_UPSTREAM_TIMEOUT,
    FE_OPT_UPSTREAM_CA,
    FE_OPT_UPSTREAM_INSECURE,
    FE_OPT_REWRITE_BODIES,
    FE_OPT_REDACT,
    FE_OPT_KEEP,
    FE_OPT_REDACT_PII,
    FE_OPT_KEEP_SECRETS,
    FE_OPT_TLS_DIR,
    FE_OPT_TLS_CERT,
    FE_OPT_TLS_KEY,
    FE_OPT_TLS_NAME,
    FE_OPT_PUBLIC_URL,
    FE_OPT_MODULE_URL,
    FE_OPT_POLL_TIMEOUT,
    FE_OPT_STATUS_TIMEOUT,
    FE_OPT_EXECUTE_TIMEOUT,
    FE_OPT_JOB_TIMEOUT,
    FE_OPT_QUEUE_TIMEOUT,
    FE_OPT_DETERMINISTIC,
    FE_OPT_LOG_LEVEL,
    FE_OPT_LOG_FORMAT,
    FE_OPTION_COUNT
};

/* A copy with a life of its own. */
struct fe_options *fe_options_copy(const struct fe_options *options);

/* How many values it has; a default counts as one. */
size_t fe_options_count(const struct fe_options *options, enum fe_option option);

/* The values; "" past the last. */
const char *fe_options_value(const struct fe_options *options, enum fe_option option, size_t index);

enum fe_option_source fe_options_source(const struct fe_options *options, enum fe_option option);

bool fe_options_bool(const struct fe_options *options, enum fe_option option);
int64_t fe_options_ms(const struct fe_options *options, enum fe_option option);
uint64_t fe_options_number(const struct fe_options *options, enum fe_option option);

#endif
