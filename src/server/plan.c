/* SPDX-License-Identifier: MIT */
#include "server/plan.h"

#include <string.h>
#include <unistd.h>

static const char *const on_miss_names[] = {"emulate", "fail", "upstream", "record", NULL};

const char *fe_on_miss_name(enum fe_on_miss on_miss)
{
    return on_miss_names[on_miss];
}

static enum fe_on_miss on_miss_of(const struct fe_options *options)
{
    const char *value = fe_options_value(options, FE_OPT_ON_MISS, 0);
    size_t i = 0;
    while (on_miss_names[i + 1] && strcmp(value, on_miss_names[i]) != 0) {
        i++;
    }
    return (enum fe_on_miss)i;
}

static enum fe_writer_mode writer_of(const struct fe_options *options)
{
    if (fe_options_bool(options, FE_OPT_APPEND)) {
        return FE_WRITER_APPEND;
    }
    return fe_options_bool(options, FE_OPT_OVERWRITE) ? FE_WRITER_OVERWRITE : FE_WRITER_CREATE;
}

/* ── VCR's names ── */

struct vcr_mode {
    const char *name;
    struct fe_plan first; /* when there is no cassette yet */
    struct fe_plan then;
};

static const struct vcr_mode vcr_modes[] = {
    {"once",
     {FE_MODE_RECORD, FE_ON_MISS_FAIL, FE_WRITER_CREATE},
     {FE_MODE_REPLAY, FE_ON_MISS_FAIL, FE_WRITER_APPEND}},
    {"new_episodes",
     {FE_MODE_RECORD, FE_ON_MISS_RECORD, FE_WRITER_CREATE},
     {FE_MODE_REPLAY, FE_ON_MISS_RECORD, FE_WRITER_APPEND}},
    {"none",
     {FE_MODE_REPLAY, FE_ON_MISS_FAIL, FE_WRITER_APPEND},
     {FE_MODE_REPLAY, FE_ON_MISS_FAIL, FE_WRITER_APPEND}},
    {"all",
     {FE_MODE_RECORD, FE_ON_MISS_RECORD, FE_WRITER_OVERWRITE},
     {FE_MODE_RECORD, FE_ON_MISS_RECORD, FE_WRITER_OVERWRITE}},
};

static const struct vcr_mode *find_vcr(const char *name)
{
    for (size_t i = 0; i < sizeof(vcr_modes) / sizeof(vcr_modes[0]); i++) {
        if (strcmp(vcr_modes[i].name, name) == 0) {
            return &vcr_modes[i];
        }
    }
    return NULL;
}

/* They say all of it themselves. */
static void check_vcr(const struct vcr_mode *vcr, const struct fe_options *options,
                      struct fe_errors *errors)
{
    static const enum fe_option said[] = {FE_OPT_ON_MISS, FE_OPT_APPEND, FE_OPT_OVERWRITE};
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        if (fe_options_source(options, said[i]) != FE_OPTION_DEFAULT) {
            fe_errors_add(errors, "--mode %s says itself what --%s would: leave that out",
                          vcr->name, fe_option_info(said[i])->name);
        }
    }
}

void fe_plan_make(const struct fe_options *options, struct fe_plan *plan_out,
                  struct fe_errors *errors)
{
    const char *mode = fe_options_value(options, FE_OPT_MODE, 0);
    const struct vcr_mode *vcr = find_vcr(mode);
    *plan_out = (struct fe_plan){FE_MODE_EMULATE, on_miss_of(options), writer_of(options)};
    if (vcr == NULL) {
        (void)fe_mode_kind_parse(fe_slice_cstr(mode), &plan_out->kind);
        return;
    }
    check_vcr(vcr, options, errors);
    bool exists = fe_options_count(options, FE_OPT_CASSETTE) > 0 &&
                  access(fe_options_value(options, FE_OPT_CASSETTE, 0), F_OK) == 0;
    *plan_out = exists ? vcr->then : vcr->first;
}

/* ── needs ── */

struct fe_needs fe_plan_needs(const struct fe_plan *plan, const struct fe_mode_table *table)
{
    bool replay = fe_mode_table_has(table, FE_MODE_REPLAY);
    return (struct fe_needs){
        .record = fe_mode_table_has(table, FE_MODE_RECORD) ||
                  (replay && plan->on_miss == FE_ON_MISS_RECORD),
        .upstream = replay && plan->on_miss == FE_ON_MISS_UPSTREAM,
        .replay = replay,
    };
}

static const char *asker_of(const struct fe_plan *plan, const struct fe_needs *needs)
{
    if (plan->kind == FE_MODE_RECORD || !needs->replay) {
        return "--mode record";
    }
    return plan->on_miss == FE_ON_MISS_UPSTREAM ? "--on-miss upstream" : "--on-miss record";
}

static void check_record(const struct fe_plan *plan, const struct fe_needs *needs,
                         const struct fe_options *options, struct fe_errors *errors)
{
    size_t cassettes = fe_options_count(options, FE_OPT_CASSETTE);
    if (cassettes == 0 || (cassettes > 1 && !needs->replay)) {
        fe_errors_add(errors, "%s: name the one file to write with --cassette FILE",
                      asker_of(plan, needs));
    }
    if (fe_options_bool(options, FE_OPT_APPEND) && fe_options_bool(options, FE_OPT_OVERWRITE)) {
        fe_errors_add(errors, "--append and --overwrite exclude each other");
    }
    if (fe_options_bool(options, FE_OPT_KEEP_SECRETS) &&
        (fe_options_count(options, FE_OPT_REDACT) > 0 ||
         fe_options_bool(options, FE_OPT_REDACT_PII))) {
        fe_errors_add(errors, "--keep-secrets excludes --redact and --redact-pii");
    }
}

void fe_plan_check(const struct fe_plan *plan, const struct fe_needs *needs,
                   const struct fe_options *options, struct fe_errors *errors)
{
    if ((needs->record || needs->upstream) && fe_options_count(options, FE_OPT_UPSTREAM) == 0) {
        fe_errors_add(errors, "%s: which Foundry? Name it with --upstream URL",
                      asker_of(plan, needs));
    }
    if (needs->record) {
        check_record(plan, needs, options, errors);
    } else if (needs->replay && fe_options_count(options, FE_OPT_CASSETTE) == 0) {
        fe_errors_add(errors, "--mode replay: which recording? Name it with --cassette FILE");
    }
}
