/* SPDX-License-Identifier: MIT */
#include "server/mode_routes.h"

#include <string.h>

#include "cassette/recording.h"
#include "http/reply.h"
#include "server/emulator_private.h"
#include "server/mode_switch.h"
#include "util/json.h"
#include "util/limits.h"

/* ── the mode ── */

static int get_mode(void *self, struct fe_exchange *x)
{
    const struct fe_emulator *emulator = self;
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_mode_table_write(&emulator->mode.table, &writer);
    return 200;
}

/* Only the first line: whoever mends that is told of the next. */
static int reply_errors(struct fe_exchange *x, const struct fe_errors *errors)
{
    struct fe_slice text = fe_buf_slice(&errors->text);
    ptrdiff_t end = fe_slice_index(text, '\n');
    text.len = end < 0 ? text.len : (size_t)end;
    return fe_reply_invalid_argument(x, fe_arena_copy(fe_exchange_arena(x), text).ptr);
}

static int put_mode(void *self, struct fe_exchange *x)
{
    struct fe_emulator *emulator = self;
    struct fe_mode_table table = emulator->mode.table;
    struct fe_errors errors;
    struct fe_json body;
    int r = fe_json_parse(fe_exchange_body(x), &body, NULL);
    if (r < 0) {
        return fe_reply_bad_json(x, "The body", r);
    }
    const char *wrong = fe_mode_table_read(&body, fe_exchange_arena(x), &table);
    if (wrong) {
        return fe_reply_invalid_argument(x, wrong);
    }
    fe_errors_init(&errors);
    int status = fe_mode_switch(emulator, &table, &errors) < 0 ? reply_errors(x, &errors)
                                                               : get_mode(self, x);
    fe_errors_done(&errors);
    return status;
}

/* ── misses ── */

static int get_misses(void *self, struct fe_exchange *x)
{
    const struct fe_emulator *emulator = self;
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "misses");
    if (emulator->mode.replay) {
        fe_misses_write(emulator->mode.replay->misses, &writer);
    } else {
        fe_json_begin_array(&writer);
        fe_json_end_array(&writer);
    }
    fe_json_end_object(&writer);
    return 200;
}

/* ── cassettes ── */

static void write_recording(const struct fe_recording_facts *facts, struct fe_json_writer *writer)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "path", fe_slice_cstr(facts->path));
    fe_json_member_bool(writer, "recording", facts->error == 0);
    fe_json_member_int(writer, "exchanges", (int64_t)facts->exchanges);
    fe_json_member_int(writer, "bytes", (int64_t)facts->bytes);
    fe_json_member_int(writer, "lost", (int64_t)facts->lost);
    if (facts->error < 0) {
        fe_json_member_string(writer, "problem", fe_slice_cstr(strerror(-facts->error)));
    }
    fe_json_end_object(writer);
}

static void write_cassette(const struct fe_library *library, size_t cassette,
                           struct fe_json_writer *writer)
{
    struct fe_library_facts facts;
    fe_library_facts(library, cassette, &facts);
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "path", fe_slice_cstr(fe_library_path(library, cassette)));
    fe_json_member_bool(writer, "recording", false);
    fe_json_member_int(writer, "exchanges", (int64_t)facts.exchanges);
    fe_json_member_int(writer, "used", (int64_t)facts.used);
    fe_json_member_int(writer, "unused", (int64_t)(facts.exchanges - facts.used));
    fe_json_member_int(writer, "leftOut", (int64_t)facts.left_out);
    fe_json_end_object(writer);
}

static int get_cassettes(void *self, struct fe_exchange *x)
{
    const struct fe_emulator *emulator = self;
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "cassettes");
    fe_json_begin_array(&writer);
    if (emulator->record.recording) {
        struct fe_recording_facts facts;
        fe_recording_facts(emulator->record.recording, &facts);
        write_recording(&facts, &writer);
    }
    if (emulator->mode.replay) {
        const struct fe_library *library = fe_replay_library(emulator->mode.replay->replay);
        for (size_t i = 0; i < fe_library_cassettes(library); i++) {
            write_cassette(library, i, &writer);
        }
    }
    fe_json_end_array(&writer);
    fe_json_end_object(&writer);
    return 200;
}

const struct fe_route fe_mode_routes[] = {
    {FE_GET, "/_emulate/mode", get_mode, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_PUT, "/_emulate/mode", put_mode, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     FE_LIMIT_SMALL_BODY_BYTES},
    {FE_GET, "/_emulate/misses", get_misses, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, "/_emulate/cassettes", get_cassettes, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
};
const size_t fe_mode_route_count = sizeof(fe_mode_routes) / sizeof(fe_mode_routes[0]);
