/* SPDX-License-Identifier: MIT */
/* Full disks and sudden ends. What does not come back from it happens in a child. */
#include "recording_fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "cassette/reader.h"

/* What it returns. */
static int run_child(int (*run)(struct fixture *f), struct fixture *f)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(run(f));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void limit_files(rlim_t bytes)
{
    const struct rlimit limit = {bytes, bytes};
    (void)setrlimit(RLIMIT_FSIZE, &limit);
}

/* Small exchanges until the disk is found full, and some more. SIGXFSZ would end the child. */
static int fill_disk(struct fixture *f, int error)
{
    struct fe_recording_facts facts = {0};
    if (open_as(f, FE_WRITER_CREATE, FE_SYNC_EXCHANGE) < 0) {
        return 1;
    }
    while (facts.error == 0) {
        finish(f, bare_request(f), FE_RECORDED_OK);
        fe_recording_facts(f->recording, &facts);
    }
    for (int i = 0; i < 100; i++) {
        uint64_t x = bare_request(f);
        respond(f, x, FE_RECORDED_CLOSE, "A", "b");
        fe_recording_response_body(f->recording, x, fe_buf_slice(&f->log), false);
        finish(f, x, FE_RECORDED_OK);
        if (fe_recording_is_full(f->recording)) {
            return 2;
        }
    }
    fe_recording_log_sink(FE_SLICE("still here\n"), f->recording);
    if (facts.error != error || fe_recording_close(f->recording) != error) {
        return 3;
    }
    struct fe_slice log = fe_buf_slice(&f->log);
    bool told = fe_slice_starts(log, FE_SLICE("level=error")) && has(log, f->folder.file) &&
                has(log, "not recorded") && has(log, "\nstill here\n");
    return told ? 0 : 4;
}

static int fill_limited(struct fixture *f)
{
    limit_files(100000);
    return fill_disk(f, -EFBIG);
}

static int begin_without_room(struct fixture *f)
{
    limit_files(10);
    int r = open_as(f, FE_WRITER_CREATE, FE_SYNC_NONE);
    return r == -EFBIG && strstr(f->why, "no space") && !exists(f->folder.file) ? 0 : 1;
}

static void stops_when_the_file_cannot_grow(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(run_child(fill_limited, f), 0);
    struct frames *frames = frames_read(f->folder.file);
    assert_false(frames->torn);
    assert_in_range(frames->text.len, 90000, 100000);
    frames_free(frames);
}

static void does_not_begin_without_room(void **state)
{
    assert_int_equal(run_child(begin_without_room, *state), 0);
}

static int fill_small_disk(struct fixture *f)
{
    return fill_disk(f, -ENOSPC);
}

static void stops_when_the_disk_is_full(void **state)
{
    struct fixture *f = *state;
    if (mount("none", f->folder.path, "tmpfs", 0, "size=128k") < 0) {
        print_message("no tmpfs may be mounted here: %s\n", strerror(errno));
        skip();
    }
    int r = run_child(fill_small_disk, f);
    struct frames *frames = frames_read(f->folder.file);
    bool torn = frames->torn;
    size_t ends = frames_of(frames, FE_FRAME_END);
    frames_free(frames);
    assert_int_equal(umount(f->folder.path), 0);
    assert_int_equal(r, 0);
    assert_false(torn);
    assert_true(ends > 0);
}

static void appends_behind_a_torn_tail(void **state)
{
    struct fixture *f = *state;
    begin(f);
    finish(f, bare_request(f), FE_RECORDED_OK);
    frames_free(end(f));
    file_write(f->folder.file, FE_SLICE("\x93\x01\xce"));
    assert_int_equal(open_as(f, FE_WRITER_APPEND, FE_SYNC_INTERVAL), 0);
    assert_non_null(strstr(f->why, "last 3 bytes"));
    finish(f, bare_request(f), FE_RECORDED_OK);
    struct frames *frames = end(f);
    assert_int_equal(frames_of(frames, FE_FRAME_SESSION), 2);
    assert_int_equal(frames_of(frames, FE_FRAME_END), 2);
    assert_int_equal(frames_of(frames, FE_FRAME_SEAL), 2);
    assert_true(frame_of(frames, FE_FRAME_REQUEST, 1)->head.exchange == 1);
    frames_free(frames);
}

/* Records as fast as it can, and says after each step how many exchanges are with the kernel. */
static void record_for_ever(struct fixture *f, int pipe_fd)
{
    struct fe_recording_facts facts;
    while (true) {
        uint64_t x = bare_request(f);
        respond(f, x, FE_RECORDED_CLOSE, "A", "b");
        fe_recording_response_body(f->recording, x, FE_SLICE("some bytes of a body"), false);
        finish(f, x, FE_RECORDED_OK);
        fe_recording_facts(f->recording, &facts);
        if (write(pipe_fd, &facts.exchanges, sizeof(facts.exchanges)) < 0) {
            _exit(1);
        }
    }
}

/* Kills a recording after so many of its steps; how many exchanges it had said were safe. */
static uint64_t record_and_kill(struct fixture *f, enum fe_writer_mode mode, int steps)
{
    int ends[2];
    uint64_t safe = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(ends[0]);
        if (open_as(f, mode, FE_SYNC_NONE) < 0) {
            _exit(1);
        }
        record_for_ever(f, ends[1]);
    }
    (void)close(ends[1]);
    for (int i = 0; i < steps; i++) {
        assert_int_equal(read(ends[0], &safe, sizeof(safe)), sizeof(safe));
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(ends[0]);
    return safe;
}

/* The file opens, and nothing in it is damaged but, maybe, its tail. */
static uint64_t count_ended(const char *path)
{
    char why[FE_WRITER_WHY_BYTES];
    struct fe_reader *reader = NULL;
    struct fe_arena arena = {NULL};
    struct fe_index index;
    uint64_t ended = 0;
    assert_int_equal(fe_reader_open(path, &reader, why, sizeof(why)), 0);
    assert_int_equal(fe_index_build(reader, &arena, &index), 0);
    for (size_t i = 0; i < index.damage_count; i++) {
        assert_true(index.damages[i].torn);
    }
    for (size_t i = 0; i < index.count; i++) {
        ended += index.exchanges[i].ended;
    }
    fe_arena_done(&arena);
    fe_reader_free(reader);
    return ended;
}

static void loses_nothing_that_was_written_when_it_is_killed(void **state)
{
    struct fixture *f = *state;
    for (int i = 1; i < 40; i++) {
        uint64_t safe = record_and_kill(f, FE_WRITER_CREATE, i * i);
        assert_true(count_ended(f->folder.file) >= safe);
        assert_int_equal(unlink(f->folder.file), 0);
    }
}

static void keeps_the_old_file_when_it_is_killed(void **state)
{
    struct fixture *f = *state;
    begin(f);
    struct frames *old = end(f);
    (void)record_and_kill(f, FE_WRITER_OVERWRITE, 100);
    struct frames *now = frames_read(f->folder.file);
    assert_true(fe_slice_eq(fe_buf_slice(&old->text), fe_buf_slice(&now->text)));
    frames_free(old);
    frames_free(now);
    assert_int_equal(open_as(f, FE_WRITER_OVERWRITE, FE_SYNC_NONE), -EEXIST);
    assert_non_null(strstr(f->why, ".part"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stops_when_the_file_cannot_grow),
        TEST(does_not_begin_without_room),
        TEST(stops_when_the_disk_is_full),
        TEST(appends_behind_a_torn_tail),
        TEST(loses_nothing_that_was_written_when_it_is_killed),
        TEST(keeps_the_old_file_when_it_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
