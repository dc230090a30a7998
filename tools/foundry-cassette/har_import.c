/* SPDX-License-Identifier: MIT */
/* Entries become exchanges one after the other, in sessions of one origin each. They go through one
 * redactor, so that equal secrets have equal placeholders all through. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cassette/encode.h"
#include "cassette/redact/redactor.h"
#include "cassette/redact/rules.h"
#include "cassette/redact/safe_gather.h"
#include "foundry-cassette/har_read.h"
#include "foundry-cassette/input.h"
#include "foundry-cassette/output.h"

struct import {
    const struct fe_tool *tool;
    struct fe_output *output;
    struct fe_frame_redaction rules;
    struct fe_redactor *redactor;
    struct fe_safe_frame *frame;
    struct fe_arena arena; /* of the session at hand */
    struct fe_slice origin;
    bool in_session;
    int64_t session_ns;
    int64_t last_us;
    uint64_t number;    /* of the last exchange */
    uint64_t exchanges; /* of all sessions */
    uint64_t losses[FE_HAR_LOSSES];
    int status;
};

static void put(struct import *import)
{
    if (import->status == FE_TOOL_OK) {
        import->status = fe_output_put(import->output, import->frame);
    }
}

/* ── sessions ── */

static void seal(struct import *import)
{
    if (import->in_session && import->status == FE_TOOL_OK) {
        import->status = fe_output_seal(import->output);
    }
    import->in_session = false;
}

static void begin_session(struct import *import, const struct fe_har_entry *entry)
{
    char time[FE_TIME_TEXT_BYTES];
    seal(import);
    fe_arena_done(&import->arena);
    import->origin = fe_arena_copy(&import->arena, entry->origin);
    import->session_ns = entry->has_time ? entry->time_ns : 0;
    import->last_us = 0;
    import->number = 0;
    fe_time_format(import->session_ns, time);
    /* The session's time has milliseconds, and everything counts from it. */
    import->session_ns -= import->session_ns % FE_NS_PER_MS;
    const struct fe_frame_session session = {
        .format = FE_CASSETTE_FORMAT,
        .reader = FE_CASSETTE_READER,
        .recorder = FE_SLICE("foundry-cassette/" FE_VERSION),
        .upstream = import->origin,
        .time = fe_slice_cstr(time),
        .redaction = import->rules,
        .match_profile = FE_SLICE("strict"),
    };
    fe_encode_session(&session, import->frame);
    put(import);
    import->in_session = true;
}

/* ── messages ── */

struct message {
    struct import *import;
    const struct fe_har_message *har;
    struct fe_arena *arena;
    enum fe_frame_kind kind; /* of the head */
    int64_t t_us;
    struct fe_safe_gather *gathered;
};

static void on_safe_bytes(void *arg, const struct fe_safe_bytes *bytes, uint64_t input_end)
{
    struct message *message = arg;
    (void)input_end;
    (void)fe_safe_gather_add(message->gathered, bytes);
}

static void redact_body(struct message *message, struct fe_frame_body_end *end)
{
    bool is_request = message->kind == FE_FRAME_REQUEST;
    struct fe_body_facts facts;
    struct fe_body_redactor *body = fe_body_redactor_new(
        message->import->redactor, is_request, &message->har->plain, on_safe_bytes, message);
    fe_body_redactor_push(body, message->har->body);
    fe_body_redactor_end(body);
    fe_body_redactor_facts(body, &facts);
    end->dropped = fe_arena_copy(message->arena, facts.dropped);
    fe_body_redactor_free(body);
}

static void put_body(struct message *message)
{
    size_t len = fe_safe_gather_len(message->gathered);
    for (size_t at = 0; at < len; at += FE_FRAME_BODY_BYTES) {
        size_t part = len - at < FE_FRAME_BODY_BYTES ? len - at : FE_FRAME_BODY_BYTES;
        const struct fe_pace pace = {message->t_us, 0};
        const struct fe_frame_body body = {.exchange = message->har->head.exchange,
                                           .at = at,
                                           .pace = &pace,
                                           .pace_count = at == 0};
        fe_encode_body(
            message->kind == FE_FRAME_REQUEST ? FE_FRAME_REQUEST_BODY : FE_FRAME_RESPONSE_BODY,
            &body, fe_safe_gather_part(message->gathered, at, part), message->import->frame);
        put(message->import);
    }
}

static void put_message(struct message *message, struct fe_frame_body_end *end)
{
    struct import *import = message->import;
    const struct fe_har_message *har = message->har;
    message->gathered = fe_safe_gather_new();
    *end = (struct fe_frame_body_end){.wire_bytes = har->wire_bytes, .decoded = har->decoded};
    struct fe_safe_head *head = fe_redactor_head(import->redactor, &har->head, message->arena);
    if (har->body.len > 0) {
        redact_body(message, end);
    }
    end->dropped = har->dropped.len > 0 ? har->dropped : end->dropped;
    end->bytes = fe_safe_gather_len(message->gathered);
    if (har->head.framing == FE_RECORDED_LENGTH && end->dropped.len == 0) {
        fe_safe_head_set_length(head, end->bytes, message->arena);
    }
    fe_encode_head(message->kind, head, import->frame);
    put(import);
    put_body(message);
    fe_safe_gather_free(message->gathered);
}

static int64_t start_of(struct import *import, const struct fe_har_entry *entry)
{
    /* Microseconds first: two times may be further apart than nanoseconds can say. */
    int64_t t_us = entry->has_time
                       ? entry->time_ns / FE_NS_PER_US - import->session_ns / FE_NS_PER_US
                       : import->last_us;
    return t_us > 0 ? t_us : 0;
}

static void put_entry(struct import *import, struct fe_har_entry *entry, struct fe_arena *arena)
{
    if (!import->in_session || !fe_slice_eq(import->origin, entry->origin)) {
        begin_session(import, entry);
    }
    uint64_t number = ++import->number;
    int64_t t_us = start_of(import, entry);
    entry->request.head.exchange = entry->response.head.exchange = number;
    entry->request.head.t_us = t_us;
    t_us += entry->send_us;
    struct fe_frame_end end = {.exchange = number, .outcome = entry->outcome, .note = entry->note};
    struct message request = {import, &entry->request, arena, FE_FRAME_REQUEST, t_us, NULL};
    put_message(&request, &end.request);
    t_us += entry->wait_us;
    if (entry->answered) {
        entry->response.head.t_us = t_us;
        struct message response = {import, &entry->response, arena, FE_FRAME_RESPONSE, t_us, NULL};
        put_message(&response, &end.response);
    }
    end.t_us = import->last_us = t_us + entry->receive_us;
    fe_encode_end(fe_redactor_end(import->redactor, &end, arena), import->frame);
    put(import);
    import->exchanges++;
}

/* ── the archive ── */

static int complain_har(const struct import *import, const char *path, const char *what)
{
    fe_tool_complain(import->tool, "%s: %s", path, what);
    return FE_TOOL_FINDINGS;
}

static int import_text(struct import *import, const char *path, struct fe_slice text)
{
    struct fe_json root;
    struct fe_json log;
    struct fe_json entries;
    struct fe_json item;
    struct fe_json_cursor cursor = {0};
    size_t offset = 0;
    if (fe_slice_starts(text, FE_SLICE("\xef\xbb\xbf"))) {
        text = fe_slice_from(text, 3);
    }
    if (fe_json_parse(text, &root, &offset) < 0) {
        fe_tool_complain(import->tool, "%s: byte %zu: this is not JSON", path, offset);
        return FE_TOOL_FINDINGS;
    }
    if (!fe_json_member(&root, "log", &log) || !fe_json_member(&log, "entries", &entries) ||
        entries.kind != FE_JSON_ARRAY) {
        return complain_har(import, path, "not an HTTP archive: it has no log.entries");
    }
    while (import->status == FE_TOOL_OK && fe_json_next(&entries, &cursor, NULL, &item)) {
        struct fe_arena arena = {0};
        struct fe_har_entry entry;
        if (fe_har_read(&item, &arena, import->losses, &entry)) {
            put_entry(import, &entry, &arena);
        }
        fe_arena_done(&arena);
    }
    if (import->status == FE_TOOL_OK && import->exchanges == 0) {
        return complain_har(import, path, "there is no exchange in it");
    }
    seal(import);
    return import->status;
}

static void report(const struct import *import, const char *path)
{
    fe_tool_complain(import->tool, "%s: %" PRIu64 " exchange%s imported", path, import->exchanges,
                     import->exchanges == 1 ? "" : "s");
    for (int i = 0; i < FE_HAR_LOSSES; i++) {
        if (import->losses[i] > 0) {
            fe_tool_complain(import->tool, "%s: %" PRIu64 " times: %s", path, import->losses[i],
                             fe_har_loss_text((enum fe_har_loss)i));
        }
    }
}

static int import_bytes(const struct fe_tool *tool, const char *path, struct fe_slice text,
                        struct fe_output *output)
{
    struct import import = {.tool = tool,
                            .output = output,
                            .rules = {.version = FE_RULES_VERSION},
                            .frame = fe_safe_frame_new()};
    import.redactor = fe_redactor_new(&import.rules, &tool->env->random);
    int status = import_text(&import, path, text);
    if (status == FE_TOOL_OK) {
        report(&import, path);
    }
    fe_redactor_free(import.redactor);
    fe_safe_frame_free(import.frame);
    fe_arena_done(&import.arena);
    return status;
}

int fe_import_har(const struct fe_tool *tool, const char *path, struct fe_output *output)
{
    bool is_input = strcmp(path, "-") == 0;
    const char *name = is_input ? "standard input" : path;
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat status = {0};
    struct fe_buf text;
    void *map = MAP_FAILED;
    size_t len = 0;
    int r = fd < 0 || fstat(fd, &status) < 0 ? -errno : 0;
    fe_buf_init(&text, SIZE_MAX / 4);
    if (r == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
        len = (size_t)status.st_size;
        map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    if (r == 0 && map == MAP_FAILED) {
        r = fe_input_read_pipe(fd, &text); /* which cannot be mapped */
    }
    int result = FE_TOOL_FINDINGS;
    if (r < 0) {
        fe_tool_complain(tool, "%s: %s", name, strerror(-r));
    } else {
        struct fe_slice bytes = fe_buf_slice(&text);
        bytes = map == MAP_FAILED ? bytes : (struct fe_slice){map, len};
        result = import_bytes(tool, name, bytes, output);
    }
    if (map != MAP_FAILED) {
        (void)munmap(map, len);
    }
    if (fd >= 0 && !is_input) {
        (void)close(fd);
    }
    fe_buf_done(&text);
    return result;
}
