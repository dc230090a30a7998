/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cassette/index/session_rows.h"
#include "cassette/writer.h"
#include "util/time_text.h"

#define SANE_US INT64_C(1000000000000000) /* thirty years */

enum {
    COPY_BYTES = 64 << 10,
    DAMAGES_NAMED_MAX = 5
};

/* ── opening ───────────────────────────────────────────────────────────────────────────────── */

static int copy_all(int from, int to)
{
    char bytes[COPY_BYTES];
    ssize_t got = 0;
    while ((got = read(from, bytes, sizeof(bytes))) != 0) {
        if (got < 0 && errno != EINTR) {
            return -errno;
        }
        for (ssize_t at = 0; at < got;) {
            ssize_t put = write(to, bytes + at, (size_t)(got - at));
            if (put < 0 && errno != EINTR) {
                return -errno;
            }
            at += put > 0 ? put : 0;
        }
    }
    return 0;
}

/* A reader maps its file, and a pipe cannot be mapped: what it gives goes to a file without a name.
 */
static int copy_pipe(const struct fe_tool *tool, const char *name, int from, int *fd_out)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    (void)snprintf(path, sizeof(path), "%s/foundry-cassette.XXXXXX",
                   folder && *folder ? folder : "/tmp");
    int fd = mkstemp(path);
    int r = fd < 0 ? -errno : copy_all(from, fd);
    if (fd >= 0) {
        (void)unlink(path);
    }
    if (r < 0) {
        fe_tool_complain(tool, "%s: %s", name, strerror(-r));
        if (fd >= 0) {
            (void)close(fd);
        }
        return FE_TOOL_FAILED;
    }
    *fd_out = fd;
    return FE_TOOL_OK;
}

/* What is wrong with a file that has no name is said of whom it was copied from. */
static int open_reader(const struct fe_tool *tool, const char *path, struct fe_input *input)
{
    char why[FE_WRITER_WHY_BYTES];
    if (fe_reader_open(path, &input->reader, why, sizeof(why)) < 0) {
        bool is_named = strncmp(why, path, strlen(path)) == 0;
        fe_tool_complain(tool, "%s%s%s", input->name, is_named ? "" : ": ",
                         why + (is_named ? strlen(path) : 0));
        return FE_TOOL_FINDINGS;
    }
    return FE_TOOL_OK;
}

static int open_pipe(const struct fe_tool *tool, int from, struct fe_input *input)
{
    int fd = -1;
    int status = copy_pipe(tool, input->name, from, &fd);
    if (status == FE_TOOL_OK) {
        char copy[32];
        (void)snprintf(copy, sizeof(copy), "/dev/fd/%d", fd);
        status = open_reader(tool, copy, input);
        (void)close(fd);
    }
    return status;
}

int fe_input_open(const struct fe_tool *tool, const char *path, struct fe_input *input_out)
{
    struct stat there;
    *input_out = (struct fe_input){.name = path};
    if (strcmp(path, "-") == 0) {
        input_out->name = "standard input";
        return open_pipe(tool, STDIN_FILENO, input_out);
    }
    if (stat(path, &there) == 0 && S_ISFIFO(there.st_mode)) {
        int from = open(path, O_RDONLY | O_CLOEXEC);
        if (from >= 0) {
            int status = open_pipe(tool, from, input_out);
            (void)close(from);
            return status;
        }
    }
    return open_reader(tool, path, input_out);
}

int fe_input_open_indexed(const struct fe_tool *tool, const char *path, struct fe_input *input_out)
{
    int status = fe_input_open(tool, path, input_out);
    if (status != FE_TOOL_OK) {
        return status;
    }
    int r = fe_index_build(input_out->reader, &input_out->arena, &input_out->index);
    if (r < 0) {
        fe_tool_complain(tool, "%s: %s", input_out->name, strerror(-r));
        fe_input_done(input_out);
        return FE_TOOL_FAILED;
    }
    return FE_TOOL_OK;
}

int fe_input_open_whole(const struct fe_tool *tool, const char *path, struct fe_input *input_out)
{
    int status = fe_input_open_indexed(tool, path, input_out);
    if (status == FE_TOOL_OK && input_out->index.damage_count > 0) {
        const struct fe_damage *damage = &input_out->index.damages[0];
        fe_tool_complain(tool,
                         "%s: offset %" PRIu64 ": %s; repair it first: foundry-cassette repair",
                         input_out->name, damage->offset, damage->why);
        fe_input_done(input_out);
        return FE_TOOL_FINDINGS;
    }
    return status;
}

int fe_input_read_pipe(int fd, struct fe_buf *text)
{
    ssize_t got = 1;
    while (got != 0) {
        char *room = NULL;
        if (fe_buf_reserve(text, COPY_BYTES, &room) < 0) {
            return text->error;
        }
        got = read(fd, room, COPY_BYTES);
        if (got < 0 && errno != EINTR) {
            return -errno;
        }
        text->len += got > 0 ? (size_t)got : 0;
    }
    return 0;
}

void fe_input_done(struct fe_input *input)
{
    fe_reader_free(input->reader);
    fe_arena_done(&input->arena);
    *input = (struct fe_input){.name = input->name};
}

int fe_input_say_damage(const struct fe_tool *tool, const struct fe_input *input)
{
    const struct fe_index *index = &input->index;
    int status = FE_TOOL_OK;
    for (size_t i = 0; i < index->damage_count; i++) {
        const struct fe_damage *damage = &index->damages[i];
        status = damage->torn ? status : FE_TOOL_FINDINGS;
        if (i < DAMAGES_NAMED_MAX) {
            fe_tool_complain(tool, "%s: offset %" PRIu64 ": %" PRIu64 " bytes cannot be read: %s",
                             input->name, damage->offset, damage->bytes, damage->why);
        }
    }
    if (index->damage_count > DAMAGES_NAMED_MAX) {
        fe_tool_complain(tool, "%s: and %zu more places; see foundry-cassette verify", input->name,
                         index->damage_count - DAMAGES_NAMED_MAX);
    }
    return status;
}

uint64_t fe_input_find_false_index(const struct fe_input *input)
{
    const struct fe_index *index = &input->index;
    for (size_t i = 0; i < index->session_count; i++) {
        uint64_t at = index->session_indices[i];
        if (at > 0 && !fe_session_rows_hold(input->reader, index->session_offsets[i], at)) {
            return at;
        }
    }
    return 0;
}

void fe_input_forget(const struct fe_input *input, uint64_t *forgotten, uint64_t offset)
{
    fe_reader_release(input->reader, forgotten, offset);
}

/* ── exchanges ─────────────────────────────────────────────────────────────────────────────── */

int64_t fe_sane_us(int64_t t_us)
{
    if (t_us > SANE_US) {
        return SANE_US;
    }
    return t_us < -SANE_US ? -SANE_US : t_us;
}

static void read_head(const struct fe_input *input, uint64_t offset, struct fe_arena *arena,
                      struct fe_frame_head *head_out)
{
    struct fe_frame frame;
    fe_reader_frame_at(input->reader, offset, arena, &frame);
    *head_out = frame.head;
    head_out->t_us = fe_sane_us(head_out->t_us);
}

/* The end that the recording did not come to write. */
static void make_up_end(const struct fe_input *input, struct fe_arena *arena,
                        struct fe_exchange *exchange)
{
    const struct fe_recorded *recorded = exchange->recorded;
    struct fe_frame_end *end = &exchange->end;
    end->outcome = FE_RECORDED_TRUNCATED;
    end->t_us = exchange->answered ? exchange->response.t_us : exchange->request.t_us;
    for (size_t i = 0; i < recorded->frame_count; i++) {
        struct fe_frame frame;
        fe_reader_frame_at(input->reader, recorded->frames[i], arena, &frame);
        if (frame.kind != FE_FRAME_REQUEST_BODY && frame.kind != FE_FRAME_RESPONSE_BODY) {
            continue;
        }
        struct fe_frame_body_end *body =
            frame.kind == FE_FRAME_REQUEST_BODY ? &end->request : &end->response;
        body->bytes += frame.body.bytes.len;
        body->wire_bytes = body->bytes;
        if (frame.body.pace_count > 0) {
            end->t_us = fe_sane_us(frame.body.pace[frame.body.pace_count - 1].t_us);
        }
    }
}

void fe_exchange_read(const struct fe_input *input, size_t at, struct fe_arena *arena,
                      struct fe_exchange *exchange_out)
{
    const struct fe_recorded *recorded = &input->index.exchanges[at];
    *exchange_out = (struct fe_exchange){.recorded = recorded};
    exchange_out->request =
        (struct fe_frame_head){.method = FE_SLICE("?"), .target = FE_SLICE("?")};
    if (recorded->request != UINT64_MAX) {
        read_head(input, recorded->request, arena, &exchange_out->request);
    }
    if (recorded->response != UINT64_MAX) {
        exchange_out->answered = true;
        read_head(input, recorded->response, arena, &exchange_out->response);
    }
    if (recorded->ended) {
        struct fe_frame frame;
        fe_reader_frame_at(input->reader, recorded->end, arena, &frame);
        exchange_out->end = frame.end;
        exchange_out->end.t_us = fe_sane_us(frame.end.t_us);
    } else {
        make_up_end(input, arena, exchange_out);
    }
    int64_t base_ns = 0;
    if (fe_time_parse(input->index.sessions[recorded->session].time, &base_ns) == 0 &&
        base_ns >= 0 && base_ns <= FE_CLOCK_MAX_NS) {
        exchange_out->time_ns = base_ns + exchange_out->request.t_us * FE_NS_PER_US;
        exchange_out->has_time = exchange_out->time_ns >= 0;
    }
}

/* ── numbers of exchanges ──────────────────────────────────────────────────────────────────── */

static bool read_range(const char *word, uint64_t *first_out, uint64_t *last_out)
{
    struct fe_slice text = fe_slice_cstr(word);
    ptrdiff_t dash = fe_slice_index(text, '-');
    struct fe_slice first = {text.ptr, dash < 0 ? text.len : (size_t)dash};
    struct fe_slice last = dash < 0 ? text : fe_slice_from(text, (size_t)dash + 1);
    return fe_slice_u64(first, first_out) == 0 && fe_slice_u64(last, last_out) == 0 &&
           *first_out <= *last_out;
}

int fe_seqs_read(const struct fe_tool *tool, const struct fe_input *input, char *const *words,
                 int count, bool *marks)
{
    for (int i = 0; i < count; i++) {
        uint64_t first = 0;
        uint64_t last = 0;
        if (!read_range(words[i], &first, &last)) {
            fe_tool_complain(tool, "%s: expected the number of an exchange, or two as in 3-7",
                             words[i]);
            return FE_TOOL_FINDINGS;
        }
        if (first == 0 || last > input->index.count) {
            fe_tool_complain(tool, "%s: there is no exchange %s; %s has 1 to %zu", input->name,
                             words[i], input->name, input->index.count);
            return FE_TOOL_FINDINGS;
        }
        for (uint64_t seq = first; seq <= last; seq++) {
            marks[seq - 1] = true;
        }
    }
    return FE_TOOL_OK;
}
