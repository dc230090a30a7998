/* SPDX-License-Identifier: MIT */
/* `foundry-cassette import --har` of anything: what it makes is a cassette without a fault, which
 * can be opened to be played, and becomes an archive again, of as many exchanges. */
#include <assert.h>
#include <stdlib.h>

#include "cassette/library/library.h"
#include "foundry-cassette/input.h"
#include "foundry-cassette/output.h"
#include "scratch.h"
#include "util/json.h"

static bool import_file(const struct fe_tool *tool, const char *archive, const char *cassette)
{
    struct fe_output *output = NULL;
    int status = fe_output_open(tool, cassette, true, &output);
    assert(status == FE_TOOL_OK);
    if (fe_import_har(tool, archive, output) != FE_TOOL_OK) {
        fe_output_discard(output);
        return false;
    }
    status = fe_output_close(output);
    assert(status == FE_TOOL_OK);
    return true;
}

static uint64_t count_exchanges(const struct fe_tool *tool, const char *cassette)
{
    struct fe_input input;
    int status = fe_input_open_whole(tool, cassette, &input);
    assert(status == FE_TOOL_OK);
    assert(input.index.damage_count == 0 && fe_input_find_false_index(&input) == 0);
    uint64_t count = input.index.count;
    for (size_t i = 0; i < input.index.session_count; i++) {
        assert(input.index.session_sealed[i]);
    }
    for (size_t i = 0; i < count; i++) {
        assert(input.index.exchanges[i].ended);
    }
    fe_input_done(&input);
    return count;
}

static void open_library(const char *cassette)
{
    struct fe_env env = fuzz_env();
    struct fe_library *library = NULL;
    struct fe_errors errors;
    const struct fe_library_options options = {.paths = &cassette, .path_count = 1};
    fe_errors_init(&errors);
    if (fe_library_open(&options, &env.random, &library, &errors) == 0) {
        fe_library_free(library);
    } else { /* none of its exchanges can be played: their clients had left, say */
        assert(errors.count > 0);
    }
    fe_errors_done(&errors);
}

static void export_file(const struct fe_tool *tool, const char *cassette, const char *archive)
{
    char words[6][256] = {"export", "--har", "--overwrite", "-o"};
    char *arguments[7] = {NULL};
    (void)snprintf(words[4], sizeof(words[4]), "%s", archive);
    (void)snprintf(words[5], sizeof(words[5]), "%s", cassette);
    for (size_t i = 0; i < 6; i++) {
        arguments[i] = words[i];
    }
    int status = fe_command_export(tool, 6, arguments);
    assert(status == FE_TOOL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct fe_tool *tool = scratch_tool();
    const char *archive = scratch_path("archive.har");
    const char *cassette = scratch_path("one.cassette");
    const char *again = scratch_path("again.cassette");
    scratch_write(archive, fuzz_slice(data, size));
    if (import_file(tool, archive, cassette)) {
        uint64_t count = count_exchanges(tool, cassette);
        assert(count > 0);
        open_library(cassette);
        export_file(tool, cassette, archive);
        bool imported = import_file(tool, archive, again);
        assert(imported && count_exchanges(tool, again) == count);
    }
    return 0;
}
