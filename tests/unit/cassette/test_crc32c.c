/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "cassette/crc32c.h"
#include "util/random.h"

static void expect_crc(struct fe_slice bytes, uint32_t crc)
{
    assert_int_equal(fe_crc32c(0, bytes), crc);
    assert_int_equal(fe_crc32c_portable(0, bytes), crc);
}

/* RFC 3720 §B.4, read as numbers: there the bytes of each are shown least first. */
static void gives_what_the_rfc_shows(void **state)
{
    (void)state;
    char bytes[32];
    memset(bytes, 0, sizeof(bytes));
    expect_crc((struct fe_slice){bytes, sizeof(bytes)}, 0x8a9136aa);
    memset(bytes, 0xff, sizeof(bytes));
    expect_crc((struct fe_slice){bytes, sizeof(bytes)}, 0x62a8ab43);
    for (int i = 0; i < 32; i++) {
        bytes[i] = (char)i;
    }
    expect_crc((struct fe_slice){bytes, sizeof(bytes)}, 0x46dd794e);
    for (int i = 0; i < 32; i++) {
        bytes[i] = (char)(31 - i);
    }
    expect_crc((struct fe_slice){bytes, sizeof(bytes)}, 0x113fdb5c);
    expect_crc(FE_SLICE("123456789"), 0xe3069283);
    expect_crc(FE_SLICE(""), 0);
}

static void both_ways_agree_at_every_length_and_offset(void **state)
{
    (void)state;
    struct fe_random random;
    char bytes[256];
    fe_random_init_deterministic(&random, 1);
    fe_random_bytes(&random, bytes, sizeof(bytes));
    for (size_t offset = 0; offset < 16; offset++) {
        for (size_t len = 0; len <= sizeof(bytes) - offset; len++) {
            struct fe_slice part = {bytes + offset, len};
            assert_int_equal(fe_crc32c(7, part), fe_crc32c_portable(7, part));
        }
    }
}

static void goes_on_where_it_was(void **state)
{
    (void)state;
    struct fe_slice text = FE_SLICE("a text that comes in two pieces");
    for (size_t at = 0; at <= text.len; at++) {
        uint32_t first = fe_crc32c(0, (struct fe_slice){text.ptr, at});
        assert_int_equal(fe_crc32c(first, fe_slice_from(text, at)), fe_crc32c(0, text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_what_the_rfc_shows),
        cmocka_unit_test(both_ways_agree_at_every_length_and_offset),
        cmocka_unit_test(goes_on_where_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
