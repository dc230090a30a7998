/* SPDX-License-Identifier: MIT */
#include "server/record_mode.h"

#include <errno.h>
#include <string.h>

#include "cassette/recording.h"
#include "cassette/redact/rules.h"

static enum fe_sync sync_of(const struct fe_options *options)
{
    const char *value = fe_options_value(options, FE_OPT_SYNC, 0);
    if (strcmp(value, "none") == 0) {
        return FE_SYNC_NONE;
    }
    return strcmp(value, "exchange") == 0 ? FE_SYNC_EXCHANGE : FE_SYNC_INTERVAL;
}

/* How it is to be replayed, unless somebody says otherwise then. */
static struct fe_slice match_profile_of(const struct fe_options *options)
{
    bool said = fe_options_count(options, FE_OPT_MATCH) > 0;
    return said ? fe_slice_cstr(fe_options_value(options, FE_OPT_MATCH, 0)) : FE_SLICE("strict");
}

static struct fe_names names_of(const struct fe_options *options, enum fe_option option,
                                struct fe_arena *arena)
{
    size_t count = fe_options_count(options, option);
    struct fe_names names = {fe_arena_alloc(arena, count * sizeof(struct fe_slice)), count};
    for (size_t i = 0; i < count; i++) {
        names.items[i] = fe_slice_cstr(fe_options_value(options, option, i));
    }
    return names;
}

static int open_recording(struct fe_record_mode *mode, const struct fe_options *options,
                          enum fe_writer_mode writer, struct fe_errors *errors)
{
    struct fe_arena arena = {NULL};
    char why[FE_WRITER_WHY_BYTES];
    const struct fe_recording_options recording_options = {
        .file = {.path = fe_options_value(options, FE_OPT_CASSETTE, 0),
                 .mode = writer,
                 .private_file = fe_options_bool(options, FE_OPT_KEEP_SECRETS)},
        .sync = sync_of(options),
        .session = {.recorder = FE_SLICE_INIT("foundry-emulator/" FE_VERSION),
                    .upstream = fe_slice_cstr(fe_options_value(options, FE_OPT_UPSTREAM, 0)),
                    .redaction = {.version = FE_RULES_VERSION,
                                  .secrets_kept = fe_options_bool(options, FE_OPT_KEEP_SECRETS),
                                  .pii = fe_options_bool(options, FE_OPT_REDACT_PII),
                                  .also = names_of(options, FE_OPT_REDACT, &arena),
                                  .keep = names_of(options, FE_OPT_KEEP, &arena)},
                    .match_profile = match_profile_of(options)},
    };
    int r = fe_recording_open(&recording_options, mode->env, &mode->recording, why);
    fe_arena_done(&arena);
    if (r < 0) {
        fe_errors_add(errors, "--cassette %s", why);
        return -EINVAL;
    }
    if (why[0] != '\0') {
        fe_log_printf(&mode->env->log, FE_LOG_WARNING, "%s", why);
    }
    if (recording_options.session.redaction.secrets_kept) {
        fe_log_printf(&mode->env->log, FE_LOG_WARNING,
                      "--keep-secrets: %s will hold tokens and passwords as they are",
                      recording_options.file.path);
    }
    return 0;
}

static struct fe_record_options record_options_of(const struct fe_options *options)
{
    const char *ca_file = fe_options_value(options, FE_OPT_UPSTREAM_CA, 0);
    return (struct fe_record_options){
        .upstream = fe_options_value(options, FE_OPT_UPSTREAM, 0),
        .timeout_ms = fe_options_ms(options, FE_OPT_UPSTREAM_TIMEOUT),
        .ca_file = ca_file[0] != '\0' ? ca_file : NULL,
        .insecure = fe_options_bool(options, FE_OPT_UPSTREAM_INSECURE),
        .rewrite_bodies = fe_options_bool(options, FE_OPT_REWRITE_BODIES),
    };
}

void fe_record_mode_init(struct fe_record_mode *mode, struct fe_env *env, struct fe_loop *loop)
{
    *mode = (struct fe_record_mode){.env = env, .loop = loop};
}

static int open_record(struct fe_record_mode *mode, const struct fe_options *options,
                       struct fe_recording *recording, struct fe_record **record_out,
                       struct fe_errors *errors)
{
    const struct fe_record_options record_options = record_options_of(options);
    if (record_options.insecure) {
        fe_log_printf(&mode->env->log, FE_LOG_WARNING,
                      "--upstream-insecure: whoever answers for %s is believed",
                      record_options.upstream);
    }
    return fe_record_new(&record_options, mode->env, mode->loop, recording, record_out, errors) < 0
               ? -EINVAL
               : 0;
}

int fe_record_mode_open(struct fe_record_mode *mode, const struct fe_options *options,
                        enum fe_writer_mode writer, struct fe_errors *errors)
{
    const struct fe_record_options record_options = record_options_of(options);
    struct fe_env *env = mode->env;
    if (fe_record_check(&record_options, errors) < 0 ||
        open_recording(mode, options, writer, errors) < 0) {
        return -EINVAL;
    }
    mode->log = env->log;
    env->log.sink = fe_recording_log_sink;
    env->log.sink_arg = mode->recording;
    if (open_record(mode, options, mode->recording, &mode->record, errors) < 0) {
        (void)fe_record_mode_close(mode);
        return -EINVAL;
    }
    return 0;
}

int fe_record_mode_open_upstream(struct fe_record_mode *mode, const struct fe_options *options,
                                 struct fe_errors *errors)
{
    const struct fe_record_options record_options = record_options_of(options);
    if (fe_record_check(&record_options, errors) < 0) {
        return -EINVAL;
    }
    return open_record(mode, options, NULL, &mode->upstream, errors);
}

void fe_record_mode_stop(struct fe_record_mode *mode)
{
    if (mode->record) {
        fe_record_stop(mode->record);
    }
    if (mode->upstream) {
        fe_record_stop(mode->upstream);
    }
}

int fe_record_mode_close(struct fe_record_mode *mode)
{
    fe_record_free(mode->upstream);
    fe_record_free(mode->record);
    mode->upstream = NULL;
    mode->record = NULL;
    if (mode->recording == NULL) {
        return 0;
    }
    mode->env->log = mode->log;
    int r = fe_recording_close(mode->recording);
    mode->recording = NULL;
    return r;
}
