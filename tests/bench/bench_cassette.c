/* SPDX-License-Identifier: MIT */
/* Makes a sealed cassette, by the recorder's own code: so many exchanges, no two alike, each a GET
 * and an answer with a body of so many bytes. Whoever replays it knows what must come back
 * (support/cassettes.mjs). */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "cassette/recording.h"
#include "die.h"

enum {
    TARGET_BYTES = 64,
    PIECE_BYTES = 64 * 1024,
    JSON_BYTES_MAX = 64 * 1024 /* longer ones are no JSON: whatever is big seldom is */
};

static void wait_for_room(struct fe_recording *recording)
{
    struct pollfd room = {.fd = fe_recording_fd(recording), .events = POLLIN};
    while (fe_recording_is_full(recording)) {
        (void)poll(&room, 1, -1);
        fe_recording_ack(recording);
    }
}

/* {"id":"0000042","text":"0000042000004200…"} */
static void fill(char *body, size_t bytes, int number)
{
    char digits[16];
    int length = snprintf(digits, sizeof(digits), "%07d", number);
    int head = snprintf(body, bytes + 1, "{\"id\":\"%s\",\"text\":\"", digits);
    for (size_t at = (size_t)head; at < bytes; at++) {
        body[at] = digits[(at - (size_t)head) % (size_t)length];
    }
    body[bytes - 2] = '"';
    body[bytes - 1] = '}';
}

static void record_one(struct fe_recording *recording, int number, struct fe_slice body)
{
    static const struct fe_recording_end ended = {.outcome = FE_RECORDED_OK};
    char target[TARGET_BYTES];
    char length[32];
    (void)snprintf(target, sizeof(target), "/api/v2/things/%07d/details?page=%d", number,
                   number % 7);
    (void)snprintf(length, sizeof(length), "%zu", body.len);
    struct fe_header asked[] = {{FE_SLICE("Host"), FE_SLICE("stack.example")},
                                {FE_SLICE("Accept"), FE_SLICE("application/json")}};
    struct fe_header answered[] = {
        {FE_SLICE("Content-Type"), body.len > JSON_BYTES_MAX ? FE_SLICE("application/octet-stream")
                                                             : FE_SLICE("application/json")},
        {FE_SLICE("Content-Length"), fe_slice_cstr(length)}};
    const struct fe_frame_head request = {
        .method = FE_SLICE("GET"),
        .target = fe_slice_cstr(target),
        .minor_version = 1,
        .headers = {asked, 2, 2},
        .framing = FE_RECORDED_NONE,
    };
    const struct fe_frame_head response = {
        .status = 200,
        .reason = FE_SLICE("OK"),
        .minor_version = 1,
        .headers = {answered, 2, 2},
        .framing = FE_RECORDED_LENGTH,
    };
    wait_for_room(recording);
    uint64_t x = fe_recording_request(recording, &request);
    fe_recording_response(recording, x, &response);
    for (size_t at = 0; at < body.len; at += PIECE_BYTES) {
        size_t piece = body.len - at < PIECE_BYTES ? body.len - at : PIECE_BYTES;
        wait_for_room(recording);
        fe_recording_response_body(recording, x, (struct fe_slice){body.ptr + at, piece}, false);
    }
    fe_recording_end(recording, x, &ended);
}

static void record(const char *path, int count, char *body, size_t bytes)
{
    struct fe_env env = {.log = {.level = FE_LOG_ERROR}};
    struct fe_recording *recording = NULL;
    char why[FE_WRITER_WHY_BYTES];
    const struct fe_recording_options options = {
        .file = {.path = path, .mode = FE_WRITER_CREATE},
        .session = {.recorder = FE_SLICE("bench"),
                    .upstream = FE_SLICE("https://stack.example"),
                    .redaction = {.version = 1},
                    .match_profile = FE_SLICE("strict")},
    };
    fe_clock_init(&env.clock);
    fe_random_init(&env.random);
    if (fe_recording_open(&options, &env, &recording, why) < 0) {
        die(why);
    }
    for (int number = 0; number < count; number++) {
        fill(body, bytes, number);
        record_one(recording, number, (struct fe_slice){body, bytes});
    }
    if (fe_recording_close(recording) < 0) {
        die(path);
    }
}

int main(int argc, char **argv)
{
    int count = argc == 4 ? (int)strtol(argv[2], NULL, 10) : 0;
    size_t bytes = argc == 4 ? (size_t)strtoul(argv[3], NULL, 10) : 0;
    if (count < 1 || bytes < TARGET_BYTES) {
        (void)fputs("usage: bench_cassette FILE COUNT BODY_BYTES (64 or more)\n", stderr);
        return 2;
    }
    char *body = malloc(bytes + 1);
    if (body == NULL) {
        die("no memory");
    }
    record(argv[1], count, body, bytes);
    free(body);
    return 0;
}
