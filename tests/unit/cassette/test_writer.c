/* SPDX-License-Identifier: MIT */
#include "cassette_folder.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "cassette/encode.h"
#include "cassette/writer.h"

struct fixture {
    struct folder folder;
    struct fe_safe_frame *session;
    struct fe_safe_frame *seal;
    char why[FE_WRITER_WHY_BYTES];
    struct fe_writer *writer;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    folder_make(&f->folder);
    const struct fe_frame_session session = {.format = FE_CASSETTE_FORMAT,
                                             .reader = FE_CASSETTE_READER,
                                             .recorder = FE_SLICE("test/1"),
                                             .upstream = FE_SLICE("http://upstream.example"),
                                             .time = FE_SLICE("2026-01-31T12:00:00.000Z"),
                                             .match_profile = FE_SLICE("strict")};
    const struct fe_frame_seal seal = {.frames = 1};
    f->session = fe_safe_frame_new();
    fe_encode_session(&session, f->session);
    f->seal = fe_safe_frame_new();
    fe_encode_seal(&seal, f->seal);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    fe_safe_frame_free(f->session);
    fe_safe_frame_free(f->seal);
    folder_remove(&f->folder);
    free(f);
    return 0;
}

static int open_path(struct fixture *f, const char *path, enum fe_writer_mode mode)
{
    const struct fe_writer_options options = {path, mode, false};
    f->writer = NULL;
    return fe_writer_open(&options, &f->writer, f->why);
}

static int open_file(struct fixture *f, enum fe_writer_mode mode)
{
    return open_path(f, f->folder.file, mode);
}

static void write_session(struct fixture *f, enum fe_writer_mode mode)
{
    assert_int_equal(open_file(f, mode), 0);
    assert_int_equal(fe_writer_put(f->writer, f->session), 0);
    assert_int_equal(fe_writer_put(f->writer, f->seal), 0);
    assert_int_equal(fe_writer_close(f->writer), 0);
}

static size_t count_frames(const char *path)
{
    struct frames *frames = frames_read(path);
    size_t count = frames->count;
    assert_false(frames->torn);
    frames_free(frames);
    return count;
}

#define EXPECT_WHY(f, text)                                                                        \
    do {                                                                                           \
        assert_non_null(strstr((f)->why, text));                                                   \
        assert_null(strchr((f)->why, '\n'));                                                       \
    } while (0)

static void creates_a_file_and_never_writes_over_one(void **state)
{
    struct fixture *f = *state;
    write_session(f, FE_WRITER_CREATE);
    assert_int_equal(count_frames(f->folder.file), 2);
    assert_int_equal(open_file(f, FE_WRITER_CREATE), -EEXIST);
    EXPECT_WHY(f, "--append");
    EXPECT_WHY(f, f->folder.file);
    assert_int_equal(count_frames(f->folder.file), 2);
}

static void keeps_secrets_to_their_owner(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    write_session(f, FE_WRITER_CREATE);
    const struct fe_writer_options options = {f->folder.file, FE_WRITER_APPEND, true};
    assert_int_equal(fe_writer_open(&options, &f->writer, f->why), 0);
    fe_writer_free(f->writer);
    assert_int_equal(stat(f->folder.file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void counts_bytes_of_whole_frames(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    write_session(f, FE_WRITER_CREATE);
    assert_int_equal(stat(f->folder.file, &status), 0);
    assert_int_equal(open_file(f, FE_WRITER_APPEND), 0);
    assert_true(fe_writer_bytes(f->writer) == (uint64_t)status.st_size);
    assert_int_equal(fe_writer_put(f->writer, f->session), 0);
    assert_int_equal(fe_writer_put(f->writer, f->seal), 0);
    assert_true(fe_writer_bytes(f->writer) == 2 * (uint64_t)status.st_size);
    assert_int_equal(fe_writer_close(f->writer), 0);
    assert_int_equal(count_frames(f->folder.file), 4);
}

/* What is longer than a frame may be, or met no memory, is none. */
static void refuses_a_frame_that_could_not_be_encoded(void **state)
{
    struct fixture *f = *state;
    char *text = calloc(1, FE_FRAME_BYTES_MAX + 1);
    assert_non_null(text);
    const struct fe_frame_session session = {.recorder = {text, FE_FRAME_BYTES_MAX + 1}};
    assert_int_equal(open_file(f, FE_WRITER_CREATE), 0);
    assert_int_equal(fe_writer_put(f->writer, f->session), 0);
    fe_encode_session(&session, f->seal);
    assert_int_equal(fe_writer_put(f->writer, f->seal), -E2BIG);
    assert_int_equal(fe_writer_put(f->writer, f->session), -E2BIG);
    assert_int_equal(fe_writer_close(f->writer), -E2BIG);
    assert_int_equal(count_frames(f->folder.file), 1);
    free(text);
}

static void appends_to_nothing_and_to_an_empty_file(void **state)
{
    struct fixture *f = *state;
    write_session(f, FE_WRITER_APPEND);
    assert_int_equal(truncate(f->folder.file, 0), 0);
    write_session(f, FE_WRITER_APPEND);
    assert_int_equal(count_frames(f->folder.file), 2);
    assert_string_equal(f->why, "");
}

static void cuts_any_torn_tail(void **state)
{
    struct fixture *f = *state;
    write_session(f, FE_WRITER_CREATE);
    struct fe_buf whole = file_read(f->folder.file);
    for (size_t torn = 1; torn < 20; torn++) {
        file_write(f->folder.file, (struct fe_slice){whole.ptr, torn});
        assert_int_equal(open_file(f, FE_WRITER_APPEND), 0);
        EXPECT_WHY(f, "cut off");
        assert_true(fe_writer_bytes(f->writer) == whole.len);
        fe_writer_free(f->writer);
        assert_int_equal(count_frames(f->folder.file), 2);
    }
    file_write(f->folder.file, FE_SLICE("\0\0\0\0\0\0\0\0\0\0\0\0"));
    write_session(f, FE_WRITER_APPEND);
    assert_int_equal(count_frames(f->folder.file), 4);
    fe_buf_done(&whole);
}

static void refuses_damage_and_leaves_it_alone(void **state)
{
    struct fixture *f = *state;
    write_session(f, FE_WRITER_CREATE);
    write_session(f, FE_WRITER_APPEND);
    struct fe_buf whole = file_read(f->folder.file);
    size_t front = whole.len / 2;
    for (size_t at = front; at < whole.len; at++) {
        whole.ptr[at] ^= 1;
        assert_int_equal(unlink(f->folder.file), 0);
        file_write(f->folder.file, fe_buf_slice(&whole));
        int r = open_file(f, FE_WRITER_APPEND);
        fe_writer_free(f->writer);
        struct fe_buf after = file_read(f->folder.file);
        if (r < 0) {
            assert_int_equal(r, -EBADMSG);
            EXPECT_WHY(f, "foundry-cassette repair");
            assert_int_equal(after.len, whole.len);
        } else {
            EXPECT_WHY(f, "cut off");
            assert_true(after.len < whole.len);
        }
        /* A frame that is followed by good ones is never cut off. */
        assert_true(r < 0 || after.len > front);
        fe_buf_done(&after);
        whole.ptr[at] ^= 1;
    }
    fe_buf_done(&whole);
}

static void refuses_what_is_no_cassette(void **state)
{
    struct fixture *f = *state;
    file_write(f->folder.file, FE_SLICE("Dear diary,\n"));
    assert_int_equal(open_file(f, FE_WRITER_APPEND), -EBADMSG);
    EXPECT_WHY(f, "not a cassette");
    struct fe_buf text = file_read(f->folder.file);
    EXPECT_SLICE(fe_buf_slice(&text), "Dear diary,\n");
    fe_buf_done(&text);
}

static void says_what_is_wrong_with_the_path(void **state)
{
    struct fixture *f = *state;
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/missing/one.cassette", f->folder.path);
    for (int mode = FE_WRITER_CREATE; mode <= FE_WRITER_OVERWRITE; mode++) {
        assert_int_equal(open_path(f, path, (enum fe_writer_mode)mode), -ENOENT);
        EXPECT_WHY(f, "folder does not exist");
    }
    assert_int_equal(open_path(f, f->folder.path, FE_WRITER_APPEND), -EISDIR);
    EXPECT_WHY(f, "directory");
    assert_int_equal(open_path(f, f->folder.path, FE_WRITER_OVERWRITE), -EISDIR);
    EXPECT_WHY(f, "directory");
    assert_int_equal(open_path(f, "/dev/null", FE_WRITER_APPEND), -EINVAL);
    EXPECT_WHY(f, "regular file");
    assert_int_equal(open_path(f, "/dev/null", FE_WRITER_OVERWRITE), -EINVAL);
    assert_int_equal(mkfifo(f->folder.file, 0600), 0);
    assert_true(open_file(f, FE_WRITER_APPEND) < 0);
    assert_true(open_file(f, FE_WRITER_OVERWRITE) < 0);
}

static void leaves_a_newer_cassette_alone(void **state)
{
    struct fixture *f = *state;
    const struct fe_frame_session session = {.format = FE_CASSETTE_FORMAT + 1,
                                             .reader = FE_CASSETTE_READER};
    fe_encode_session(&session, f->session);
    write_session(f, FE_WRITER_CREATE);
    assert_int_equal(open_file(f, FE_WRITER_APPEND), -EBADMSG);
    EXPECT_WHY(f, "newer format");
    EXPECT_WHY(f, "name another file");
    assert_int_equal(count_frames(f->folder.file), 2);
}

static void says_what_it_may_not_write(void **state)
{
    struct fixture *f = *state;
    if (geteuid() != 0) {
        skip(); /* only root may become nobody */
    }
    assert_int_equal(seteuid(65534), 0);
    for (int mode = FE_WRITER_CREATE; mode <= FE_WRITER_OVERWRITE; mode++) {
        assert_int_equal(open_file(f, (enum fe_writer_mode)mode), -EACCES);
        EXPECT_WHY(f, "no permission to write it");
    }
    assert_int_equal(seteuid(0), 0);
}

/* flock() is between opened files, so the same process will do for the other. */
static void is_the_only_writer(void **state)
{
    struct fixture *f = *state;
    write_session(f, FE_WRITER_CREATE);
    for (int first = FE_WRITER_APPEND; first <= FE_WRITER_OVERWRITE; first++) {
        assert_int_equal(open_file(f, (enum fe_writer_mode)first), 0);
        struct fe_writer *writer = f->writer;
        for (int second = FE_WRITER_APPEND; second <= FE_WRITER_OVERWRITE; second++) {
            assert_int_equal(open_file(f, (enum fe_writer_mode)second), -EBUSY);
            EXPECT_WHY(f, "being written by another process");
        }
        fe_writer_free(writer);
    }
    assert_int_equal(unlink(f->folder.file), 0);
    assert_int_equal(open_file(f, FE_WRITER_OVERWRITE), 0);
    struct fe_writer *writer = f->writer;
    assert_int_equal(open_file(f, FE_WRITER_CREATE), -EBUSY);
    fe_writer_free(writer);
}

static void overwrites_when_closed_and_not_before(void **state)
{
    struct fixture *f = *state;
    char part[160];
    (void)snprintf(part, sizeof(part), "%s.part", f->folder.file);
    write_session(f, FE_WRITER_CREATE);
    assert_int_equal(open_file(f, FE_WRITER_OVERWRITE), 0);
    assert_int_equal(fe_writer_put(f->writer, f->session), 0);
    assert_int_equal(fe_writer_sync(f->writer), 0);
    assert_int_equal(count_frames(f->folder.file), 2);
    assert_int_equal(count_frames(part), 1);
    assert_int_equal(fe_writer_close(f->writer), 0);
    assert_false(exists(part));
    assert_int_equal(count_frames(f->folder.file), 1);
}

static void keeps_what_a_crash_has_left(void **state)
{
    struct fixture *f = *state;
    char part[160];
    (void)snprintf(part, sizeof(part), "%s.part", f->folder.file);
    write_session(f, FE_WRITER_CREATE);
    assert_int_equal(open_file(f, FE_WRITER_OVERWRITE), 0);
    assert_int_equal(fe_writer_put(f->writer, f->session), 0);
    assert_int_equal(fe_writer_flush(f->writer), 0);
    fe_writer_free(f->writer);
    assert_int_equal(open_file(f, FE_WRITER_OVERWRITE), -EEXIST);
    EXPECT_WHY(f, ".part");
    EXPECT_WHY(f, "remove it");
    assert_int_equal(count_frames(part), 1);
    assert_int_equal(count_frames(f->folder.file), 2);
}

static void overwrites_what_a_link_leads_to(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    char link_path[160];
    (void)snprintf(link_path, sizeof(link_path), "%s/link", f->folder.path);
    write_session(f, FE_WRITER_CREATE);
    assert_int_equal(symlink("one.cassette", link_path), 0);
    assert_int_equal(open_path(f, link_path, FE_WRITER_OVERWRITE), 0);
    assert_int_equal(fe_writer_put(f->writer, f->session), 0);
    assert_int_equal(fe_writer_close(f->writer), 0);
    assert_int_equal(lstat(link_path, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(count_frames(f->folder.file), 1);
}

static void leaves_no_empty_file(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(open_file(f, FE_WRITER_CREATE), 0);
    fe_writer_free(f->writer);
    assert_false(exists(f->folder.file));
}

/* Within a child, whose files may not grow past `bytes_max`. */
static int fill(struct fixture *f, rlim_t bytes_max)
{
    const struct rlimit limit = {bytes_max, bytes_max};
    int r = open_file(f, FE_WRITER_CREATE);
    (void)signal(SIGXFSZ, SIG_IGN);
    if (r < 0 || setrlimit(RLIMIT_FSIZE, &limit) < 0) {
        return 1;
    }
    for (int i = 0; r == 0 && i < 10000; i++) {
        r = fe_writer_put(f->writer, f->session);
    }
    bool sticky = fe_writer_put(f->writer, f->seal) == r && fe_writer_flush(f->writer) == r &&
                  fe_writer_sync(f->writer) == r;
    bool whole = fe_writer_bytes(f->writer) <= bytes_max;
    return r == -EFBIG && sticky && whole && fe_writer_close(f->writer) == r ? 0 : 2;
}

static void ends_with_a_whole_frame_when_there_is_no_room(void **state)
{
    struct fixture *f = *state;
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(fill(f, 300000));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    struct stat file;
    assert_int_equal(stat(f->folder.file, &file), 0);
    assert_in_range(file.st_size, 299000, 300000);
    assert_true(count_frames(f->folder.file) > 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(creates_a_file_and_never_writes_over_one),
        TEST(keeps_secrets_to_their_owner),
        TEST(counts_bytes_of_whole_frames),
        TEST(refuses_a_frame_that_could_not_be_encoded),
        TEST(appends_to_nothing_and_to_an_empty_file),
        TEST(cuts_any_torn_tail),
        TEST(refuses_damage_and_leaves_it_alone),
        TEST(refuses_what_is_no_cassette),
        TEST(says_what_is_wrong_with_the_path),
        TEST(leaves_a_newer_cassette_alone),
        TEST(says_what_it_may_not_write),
        TEST(is_the_only_writer),
        TEST(overwrites_when_closed_and_not_before),
        TEST(keeps_what_a_crash_has_left),
        TEST(overwrites_what_a_link_leads_to),
        TEST(leaves_no_empty_file),
        TEST(ends_with_a_whole_frame_when_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
