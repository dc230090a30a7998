/* SPDX-License-Identifier: MIT */
/* Life and death of it all: built in one order, taken apart in the reverse. */
#include "foundry_emulator/emulator.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/certificate.h"
#include "server/control.h"
#include "server/emulator_private.h"
#include "server/fault_routes.h"
#include "server/mode_routes.h"
#include "server/mode_switch.h"
#include "util/alloc.h"

static void on_drained(void *arg)
{
    struct fe_emulator *emulator = arg;
    fe_loop_stop(emulator->loop);
}

/* Who waits for a job or its result is answered now: nothing that could end the wait will come. */
static void on_stop(void *self, unsigned times)
{
    struct fe_emulator *emulator = self;
    if (times > 1) {
        fe_loop_stop(emulator->loop);
        return;
    }
    fe_http_server_drain(emulator->http, on_drained, emulator);
    fe_record_mode_stop(&emulator->record);
    fe_injector_release(&emulator->mode.injector);
    fe_emulate_reset(emulator->emulate);
    fe_mode_stop_replay(emulator);
}

static void on_reset(void *self)
{
    fe_emulator_reset_here(self);
}

static void on_signal(void *arg)
{
    fe_emulator_stop(arg);
}

static const struct fe_mailbox_ops mailbox_ops = {on_stop, on_reset};

static void init_time_and_random(struct fe_emulator *emulator)
{
    struct fe_env *env = &emulator->env;
    if (fe_options_count(emulator->options, FE_OPT_DETERMINISTIC) > 0) {
        fe_clock_init_deterministic(&env->clock);
        fe_random_init_deterministic(&env->random,
                                     fe_options_number(emulator->options, FE_OPT_DETERMINISTIC));
    } else {
        fe_clock_init(&env->clock);
        fe_random_init(&env->random);
    }
}

static void init_env(struct fe_emulator *emulator)
{
    const char *level = fe_options_value(emulator->options, FE_OPT_LOG_LEVEL, 0);
    const char *format = fe_options_value(emulator->options, FE_OPT_LOG_FORMAT, 0);
    (void)fe_log_level_parse(fe_slice_cstr(level), &emulator->env.log.level);
    emulator->env.log.json = strcmp(format, "json") == 0;
    init_time_and_random(emulator);
}

static void open_parts(struct fe_emulator *emulator)
{
    const struct fe_options *options = emulator->options;
    const struct fe_settings settings = {
        .public_url = fe_slice_cstr(fe_options_value(options, FE_OPT_PUBLIC_URL, 0)),
        .module_url = fe_slice_cstr(fe_options_value(options, FE_OPT_MODULE_URL, 0)),
        .ca_file = fe_slice_cstr(emulator->ca_file ? emulator->ca_file : ""),
        .poll_timeout_ms = fe_options_ms(options, FE_OPT_POLL_TIMEOUT),
        .status_timeout_ms = fe_options_ms(options, FE_OPT_STATUS_TIMEOUT),
        .execute_timeout_ms = fe_options_ms(options, FE_OPT_EXECUTE_TIMEOUT),
        .job_timeout_ms = fe_options_ms(options, FE_OPT_JOB_TIMEOUT),
        .queue_timeout_ms = fe_options_ms(options, FE_OPT_QUEUE_TIMEOUT),
    };
    emulator->emulate = fe_emulate_new(&emulator->env, emulator->loop, &settings);
    emulator->control = fe_router_new();
    fe_router_add(emulator->control, fe_control_routes, fe_control_route_count, emulator);
    fe_router_add(emulator->control, fe_mode_routes, fe_mode_route_count, emulator);
    emulator->journal = fe_journal_new();
    emulator->faults = fe_faults_new(&emulator->env, emulator->emulate);
    fe_router_add(emulator->control, fe_fault_routes, fe_fault_route_count, emulator->faults);
    fe_faults_reset(emulator->faults, emulator->seeds.faults, emulator->seeds.fault_count);
    emulator->rules = fe_rules_new(&(struct fe_frame_redaction){.version = FE_RULES_VERSION});
    emulator->mode = (struct fe_mode){
        .env = &emulator->env,
        .emulate = emulator->emulate,
        .control = emulator->control,
        .table = {emulator->plan.kind, emulator->seeds.table.routes,
                  emulator->seeds.table.route_count},
        .journal = emulator->journal,
        .faults = emulator->faults,
        .rules = emulator->rules,
        .guard = {.urls = {settings.public_url, settings.module_url}},
    };
    for (size_t i = 0; i < fe_options_count(options, FE_OPT_TLS_NAME); i++) {
        emulator->mode.guard.names[i] =
            fe_slice_cstr(fe_options_value(options, FE_OPT_TLS_NAME, i));
    }
    fe_mode_init_injector(&emulator->mode);
    emulator->app = fe_mode_app(&emulator->mode);
    emulator->http = fe_http_server_new(emulator->loop, &emulator->env, &emulator->app);
}

static void plan(struct fe_emulator *emulator, struct fe_errors *errors)
{
    struct fe_mode_table table = emulator->seeds.table;
    fe_plan_make(emulator->options, &emulator->plan, errors);
    table.kind = emulator->plan.kind;
    const struct fe_needs needs = fe_plan_needs(&emulator->plan, &table);
    fe_plan_check(&emulator->plan, &needs, emulator->options, errors);
}

/* When all else is well: cassettes may be large. */
static void open_replay(struct fe_emulator *emulator, struct fe_errors *errors)
{
    if (errors->count == 0 && fe_mode_table_has(&emulator->mode.table, FE_MODE_REPLAY)) {
        (void)fe_mode_open_replay(emulator, errors);
    }
}

static int build(struct fe_emulator *emulator, struct fe_errors *errors)
{
    struct fe_tls_context *tls = NULL;
    fe_seeds_load(&emulator->seeds, emulator->options, errors);
    fe_emulator_check_listeners(emulator, errors);
    plan(emulator, errors);
    init_env(emulator);
    errno = 0;
    emulator->loop = fe_loop_new();
    if (emulator->loop == NULL) {
        return errno > 0 ? -errno : -EIO;
    }
    emulator->mailbox = fe_mailbox_new(emulator->loop, &mailbox_ops, emulator);
    if (emulator->mailbox == NULL) {
        return -EMFILE;
    }
    fe_certificate_open(emulator->options, &emulator->env.log, &tls, &emulator->ca_file, errors);
    open_parts(emulator);
    fe_http_server_use_tls(emulator->http, tls);
    fe_seeds_apply(&emulator->seeds, emulator->emulate, &emulator->env.log, errors);
    fe_record_mode_init(&emulator->record, &emulator->env, emulator->loop);
    open_replay(emulator, errors);
    emulator->started_monotonic_ns = fe_clock_monotonic_ns();
    return errors->count > 0 ? -EINVAL : 0;
}

int fe_emulator_new(const struct fe_options *options, struct fe_emulator **emulator_out,
                    char **errors_out)
{
    struct fe_errors errors;
    size_t length = 0;
    fe_errors_init(&errors);
    struct fe_emulator *emulator = fe_xalloc(sizeof(*emulator));
    emulator->options = fe_options_copy(options);
    int r = build(emulator, &errors);
    *errors_out = r == -EINVAL ? fe_buf_take(&errors.text, &length) : NULL;
    fe_errors_done(&errors);
    if (r < 0) {
        fe_emulator_free(emulator);
        return r;
    }
    *emulator_out = emulator;
    return 0;
}

/* What is still under way is cut off first, and recorded as that. */
static int end_recording(struct fe_emulator *emulator)
{
    fe_http_server_cut(emulator->http);
    int r = fe_record_mode_close(&emulator->record);
    emulator->mode.record = NULL;
    emulator->mode.upstream = NULL;
    if (r < 0) {
        (void)snprintf(emulator->problem, sizeof(emulator->problem),
                       "the recording is not complete: %s: %s",
                       fe_options_value(emulator->options, FE_OPT_CASSETTE, 0), strerror(-r));
    }
    return r;
}

/* --strict */
static int judge_replay(struct fe_emulator *emulator)
{
    struct fe_strictness verdict;
    if (!fe_options_bool(emulator->options, FE_OPT_STRICT) || emulator->mode.replay == NULL ||
        !fe_replay_mode_verdict(emulator->mode.replay, &verdict)) {
        return 0;
    }
    (void)snprintf(
        emulator->problem, sizeof(emulator->problem),
        "--strict: requests that were missed: %llu; recordings that were never used: %llu",
        (unsigned long long)verdict.missed, (unsigned long long)verdict.unused);
    return -ENOMSG;
}

void fe_emulator_free(struct fe_emulator *emulator)
{
    if (emulator == NULL) {
        return;
    }
    if (emulator->has_thread) {
        fe_emulator_stop(emulator);
        (void)pthread_join(emulator->thread, NULL);
    }
    if (emulator->http) {
        (void)end_recording(emulator);
    }
    fe_http_server_free(emulator->http);
    fe_mode_close_replay(emulator);
    fe_arena_done(&emulator->table_arena);
    fe_journal_free(emulator->journal);
    fe_faults_free(emulator->faults);
    fe_rules_free(emulator->rules);
    fe_router_free(emulator->control);
    fe_emulate_free(emulator->emulate);
    fe_signals_free(emulator->signals);
    fe_mailbox_free(emulator->mailbox);
    fe_loop_free(emulator->loop);
    fe_seeds_done(&emulator->seeds);
    free(emulator->ca_file);
    fe_options_free(emulator->options);
    free(emulator);
}

const char *fe_emulator_problem(const struct fe_emulator *emulator)
{
    return emulator->problem;
}

const char *fe_emulator_url(const struct fe_emulator *emulator, size_t index)
{
    return fe_http_server_url(emulator->http, index);
}

const char *fe_emulator_ca_file(const struct fe_emulator *emulator)
{
    return emulator->ca_file;
}

int fe_emulator_stop_on_signals(struct fe_emulator *emulator)
{
    assert(emulator->signals == NULL);
    return fe_signals_new(emulator->loop, on_signal, emulator, &emulator->signals);
}

/* Neither a client that leaves while a file is sent to it may end the process, nor a file that
 * would grow past RLIMIT_FSIZE. */
static void block_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGPIPE);
    (void)sigaddset(&set, SIGXFSZ);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int fe_emulator_run(struct fe_emulator *emulator)
{
    block_signals();
    fe_mailbox_set_running(emulator->mailbox, true);
    int r = fe_loop_run(emulator->loop);
    fe_mailbox_set_running(emulator->mailbox, false);
    if (r < 0) {
        (void)snprintf(emulator->problem, sizeof(emulator->problem), "the event loop failed");
    }
    int recording = end_recording(emulator);
    r = r < 0 ? r : recording;
    return r < 0 ? r : judge_replay(emulator);
}

static void *run_thread(void *arg)
{
    sigset_t all;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are the embedder's */
    (void)fe_emulator_run(arg);
    return NULL;
}

int fe_emulator_start(struct fe_emulator *emulator)
{
    assert(!emulator->has_thread);
    int r = emulator->listening ? 0 : fe_emulator_listen(emulator);
    if (r < 0) {
        return r;
    }
    fe_mailbox_set_running(emulator->mailbox, true);
    r = pthread_create(&emulator->thread, NULL, run_thread, emulator);
    if (r != 0) {
        fe_mailbox_set_running(emulator->mailbox, false);
        return -r;
    }
    emulator->has_thread = true;
    return 0;
}

void fe_emulator_stop(struct fe_emulator *emulator)
{
    fe_mailbox_stop(emulator->mailbox);
}

void fe_emulator_reset(struct fe_emulator *emulator)
{
    fe_mailbox_reset(emulator->mailbox);
}

void fe_emulator_reset_here(struct fe_emulator *emulator)
{
    struct fe_errors errors;
    fe_errors_init(&errors);
    fe_injector_release(&emulator->mode.injector);
    fe_emulate_reset(emulator->emulate);
    fe_journal_clear(emulator->journal);
    emulator->mode.exchange_count = 0;
    init_time_and_random(emulator);
    fe_faults_reset(emulator->faults, emulator->seeds.faults, emulator->seeds.fault_count);
    fe_emulate_clock_changed(emulator->emulate);
    fe_seeds_apply(&emulator->seeds, emulator->emulate, &emulator->env.log, &errors);
    assert(errors.count == 0); /* the same files were good before */
    fe_errors_done(&errors);
    if (emulator->mode.replay) {
        fe_replay_mode_reset(emulator->mode.replay);
    }
}

const char *fe_emulator_version(void)
{
    return FE_VERSION;
}
