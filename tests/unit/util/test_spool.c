/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/alloc.h"
#include "util/limits.h"
#include "util/spool.h"

enum {
    MEMORY = 1 << 20,
    BYTES_MAX = 128 << 20
};

static struct fe_spill spill;

static struct fe_spool *new_spool(void)
{
    return fe_spool_new(&spill, MEMORY, BYTES_MAX);
}

/* Bytes that differ from place to place, zero bytes among them. */
static char *pattern(size_t len)
{
    char *bytes = fe_xalloc(len);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (char)(i * 31 + i / 251);
    }
    return bytes;
}

static void keeps_small_bytes_in_memory(void **state)
{
    (void)state;
    struct fe_spool *spool = new_spool();
    assert_int_equal(fe_spool_length(spool), 0);
    assert_int_equal(fe_spool_bytes(spool).len, 0);
    assert_int_equal(fe_spool_write(spool, FE_SLICE("{\"a\":\0")), 0);
    assert_int_equal(fe_spool_write(spool, FE_SLICE("1}")), 0);
    assert_int_equal(fe_spool_fd(spool), -1);
    assert_true(fe_slice_eq(fe_spool_bytes(spool), FE_SLICE("{\"a\":\0"
                                                            "1}")));
    assert_int_equal(fe_spool_length(spool), 8);
    fe_spool_free(spool);
}

static void spills_one_byte_past_the_limit_of_memory(void **state)
{
    (void)state;
    char *bytes = pattern(MEMORY);
    struct fe_spool *spool = new_spool();
    assert_int_equal(fe_spool_write(spool, (struct fe_slice){bytes, MEMORY}), 0);
    assert_int_equal(fe_spool_fd(spool), -1);
    assert_int_equal(fe_spool_write(spool, FE_SLICE("x")), 0);
    assert_true(fe_spool_fd(spool) >= 0);
    assert_int_equal(fe_spool_bytes(spool).len, 0);
    assert_int_equal(fe_spool_length(spool), MEMORY + 1);
    fe_spool_free(spool);
    free(bytes);
}

static void a_file_holds_the_exact_bytes_however_they_came(void **state)
{
    (void)state;
    size_t len = 3 * (size_t)MEMORY + 7;
    char *bytes = pattern(len);
    char *read_back = fe_xalloc(len);
    struct fe_spool *spool = new_spool();
    size_t piece = 1;
    for (size_t at = 0; at < len; piece = piece * 3 + 1) {
        size_t n = piece < len - at ? piece : len - at;
        assert_int_equal(fe_spool_write(spool, (struct fe_slice){bytes + at, n}), 0);
        at += n;
    }
    assert_int_equal(fe_spool_length(spool), len);
    size_t have = 0;
    while (have < len) {
        ssize_t n = pread(fe_spool_fd(spool), read_back + have, len - have, (off_t)have);
        assert_true(n > 0);
        have += (size_t)n;
    }
    assert_memory_equal(read_back, bytes, len);
    fe_spool_free(spool);
    free(read_back);
    free(bytes);
}

static void shows_all_bytes_in_one_piece_wherever_they_are(void **state)
{
    (void)state;
    char *bytes = pattern(MEMORY + 2);
    struct fe_slice seen = {NULL, 0};
    struct fe_spool *spool = new_spool();
    assert_int_equal(fe_spool_view(spool, &seen), 0);
    assert_int_equal(seen.len, 0);
    assert_int_equal(fe_spool_write(spool, (struct fe_slice){bytes, 3}), 0);
    assert_int_equal(fe_spool_view(spool, &seen), 0);
    assert_true(fe_slice_eq(seen, (struct fe_slice){bytes, 3}));
    for (size_t at = 3; at < MEMORY + 2; at = seen.len) {
        size_t len = at == 3 ? MEMORY - 2 : 1; /* to the file, and one more behind a view */
        assert_int_equal(fe_spool_write(spool, (struct fe_slice){bytes + at, len}), 0);
        assert_int_equal(fe_spool_view(spool, &seen), 0);
        assert_true(fe_slice_eq(seen, (struct fe_slice){bytes, at + len}));
    }
    assert_true(fe_spool_fd(spool) >= 0);
    fe_spool_free(spool);
    free(bytes);
}

static void the_file_has_no_name_and_is_nobody_elses(void **state)
{
    (void)state;
    char *bytes = pattern(MEMORY + 1);
    struct stat facts;
    struct fe_spool *spool = new_spool();
    assert_int_equal(fe_spool_write(spool, (struct fe_slice){bytes, MEMORY + 1}), 0);
    assert_int_equal(fstat(fe_spool_fd(spool), &facts), 0);
    assert_int_equal(facts.st_nlink, 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(facts.st_size, MEMORY + 1);
    fe_spool_free(spool);
    free(bytes);
}

static void refuses_to_pass_its_limit(void **state)
{
    (void)state;
    size_t piece = 16 << 20;
    char *bytes = fe_xalloc(piece);
    struct fe_spool *spool = new_spool();
    for (int64_t at = 0; at < BYTES_MAX; at += (int64_t)piece) {
        assert_int_equal(fe_spool_write(spool, (struct fe_slice){bytes, piece}), 0);
    }
    assert_int_equal(fe_spool_write(spool, FE_SLICE("x")), -EFBIG);
    assert_int_equal(fe_spool_write(spool, FE_SLICE("")), -EFBIG);
    assert_int_equal(fe_spool_length(spool), BYTES_MAX);
    fe_spool_free(spool);
    free(bytes);
}

static void says_what_the_system_says_when_there_can_be_no_file(void **state)
{
    (void)state;
    char *bytes = pattern(MEMORY);
    struct fe_spool *spool = new_spool();
    assert_int_equal(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
    assert_int_equal(fe_spool_write(spool, (struct fe_slice){bytes, MEMORY}), 0);
    assert_int_equal(fe_spool_write(spool, FE_SLICE("x")), -ENOENT);
    assert_int_equal(fe_spool_write(spool, FE_SLICE("y")), -ENOENT);
    assert_int_equal(unsetenv("TMPDIR"), 0);
    fe_spool_free(spool);
    free(bytes);
}

static void charges_what_is_in_files_and_gives_it_back(void **state)
{
    (void)state;
    char *bytes = pattern(MEMORY);
    struct fe_spool *small = new_spool();
    struct fe_spool *large = new_spool();
    assert_int_equal(fe_spool_write(small, (struct fe_slice){bytes, MEMORY}), 0);
    assert_int_equal(spill.bytes, 0);
    assert_int_equal(fe_spool_write(large, (struct fe_slice){bytes, MEMORY}), 0);
    assert_int_equal(fe_spool_write(large, FE_SLICE("x")), 0);
    assert_int_equal(spill.bytes, MEMORY + 1);
    assert_int_equal(fe_spool_write(large, FE_SLICE("y")), 0);
    assert_int_equal(spill.bytes, MEMORY + 2);
    fe_spool_free(large);
    assert_int_equal(spill.bytes, 0);
    fe_spool_free(small);
    free(bytes);
}

static void refuses_to_pass_the_limit_of_all_files_together(void **state)
{
    (void)state;
    char *bytes = pattern(MEMORY);
    struct fe_spool *spool = new_spool();
    spill.bytes = FE_LIMIT_SPILLED_BYTES - MEMORY - 1; /* what others have */
    assert_int_equal(fe_spool_write(spool, (struct fe_slice){bytes, MEMORY}), 0);
    assert_int_equal(fe_spool_write(spool, FE_SLICE("x")), 0);
    assert_int_equal(spill.bytes, FE_LIMIT_SPILLED_BYTES);
    assert_int_equal(fe_spool_write(spool, FE_SLICE("y")), -EDQUOT);
    assert_int_equal(fe_spool_write(spool, FE_SLICE("")), -EDQUOT);
    fe_spool_free(spool);
    assert_int_equal(spill.bytes, FE_LIMIT_SPILLED_BYTES - MEMORY - 1);
    spill.bytes = 0;
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_small_bytes_in_memory),
        cmocka_unit_test(spills_one_byte_past_the_limit_of_memory),
        cmocka_unit_test(a_file_holds_the_exact_bytes_however_they_came),
        cmocka_unit_test(shows_all_bytes_in_one_piece_wherever_they_are),
        cmocka_unit_test(the_file_has_no_name_and_is_nobody_elses),
        cmocka_unit_test(refuses_to_pass_its_limit),
        cmocka_unit_test(charges_what_is_in_files_and_gives_it_back),
        cmocka_unit_test(refuses_to_pass_the_limit_of_all_files_together),
        cmocka_unit_test(says_what_the_system_says_when_there_can_be_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
