/* SPDX-License-Identifier: MIT */
/* Seed files as the emulator reads them: YAML, the server: section, what the options come to, and
 * every feature's part, with the mistakes gathered. A zero byte, which YAML does not have, divides
 * one file from the next.
 *
 * Files without mistakes can be applied again after a reset; a mistake is a line of text that
 * begins with its file. */
#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "http/loop.h"
#include "server/options.h"
#include "server/plan.h"
#include "server/seeds.h"
#include "util/limits.h"
#include "util/utf8.h"

enum {
    FILES_MAX = 3
};

/* The files, in memory; they are made once. */
struct files {
    int fds[FILES_MAX];
    char paths[FILES_MAX][32];
};

static const struct files *make_files(void)
{
    static struct files files;
    for (int i = 0; i < FILES_MAX && files.paths[i][0] == '\0'; i++) {
        files.fds[i] = memfd_create("seed", MFD_CLOEXEC);
        assert(files.fds[i] >= 0);
        (void)snprintf(files.paths[i], sizeof(files.paths[i]), "/proc/self/fd/%d", files.fds[i]);
    }
    return &files;
}

static void write_file(int fd, struct fe_slice text)
{
    int r = ftruncate(fd, 0);
    assert(r == 0);
    ssize_t n = pwrite(fd, text.ptr, text.len, 0);
    assert(n == (ssize_t)text.len);
}

static struct fe_options *options_for(const struct files *files, struct fe_slice input)
{
    struct fe_options *options = fe_options_new();
    struct fe_slice text = FE_SLICE("");
    for (int i = 0; i < FILES_MAX && (i == 0 || input.len > 0); i++) {
        (void)fe_slice_split(&input, '\0', &text);
        write_file(files->fds[i], text);
        int r = fe_options_set(options, "seed", files->paths[i], FE_OPTION_COMMAND_LINE, NULL, 0);
        assert(r == 0);
    }
    return options;
}

static void check_errors(const struct fe_errors *errors)
{
    struct fe_slice text = fe_buf_slice(&errors->text);
    struct fe_slice line;
    size_t lines = 0;
    assert(fe_utf8_valid(text));
    for (; fe_slice_split(&text, '\n', &line); lines++) {
        assert(lines == FE_LIMIT_ERRORS || fe_slice_starts(line, FE_SLICE("/proc/self/fd/")) ||
               fe_slice_starts(line, FE_SLICE("--")));
        for (size_t i = 0; i < line.len; i++) {
            assert((unsigned char)line.ptr[i] >= ' ');
        }
    }
    assert(errors->count > FE_LIMIT_ERRORS || lines == errors->count);
}

static void read_and_apply(struct fe_env *env, struct fe_loop *loop, struct fe_options *options,
                           struct fe_errors *errors)
{
    const struct fe_settings settings = {.public_url = FE_SLICE(""), .module_url = FE_SLICE("")};
    struct fe_seeds seeds = {0};
    struct fe_plan plan;
    fe_seeds_load(&seeds, options, errors);
    fe_plan_make(options, &plan, errors);
    const struct fe_needs needs = fe_plan_needs(&plan, &seeds.table);
    fe_plan_check(&plan, &needs, options, errors);
    struct fe_emulate *emulate = fe_emulate_new(env, loop, &settings);
    fe_seeds_apply(&seeds, emulate, &env->log, errors);
    if (errors->count == 0) {
        fe_emulate_reset(emulate);
        fe_seeds_apply(&seeds, emulate, &env->log, errors);
        assert(errors->count == 0);
    }
    fe_emulate_free(emulate);
    fe_seeds_done(&seeds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fe_loop *loop;
    loop = loop ? loop : fe_loop_new();
    struct fe_env env = fuzz_env();
    struct fe_errors errors;
    struct fe_options *options = options_for(make_files(), fuzz_slice(data, size));
    fe_errors_init(&errors);
    read_and_apply(&env, loop, options, &errors);
    check_errors(&errors);
    fe_errors_done(&errors);
    fe_options_free(options);
    return 0;
}
