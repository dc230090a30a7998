/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "util/secret.h"

static void compares_secrets(void **state)
{
    (void)state;
    assert_true(fe_secret_eq(FE_SLICE("secret"), FE_SLICE("secret")));
    assert_true(fe_secret_eq(fe_slice_cstr(NULL), FE_SLICE("")));
    assert_false(fe_secret_eq(FE_SLICE("secret"), FE_SLICE("Secret")));
    assert_false(fe_secret_eq(FE_SLICE("secret"), FE_SLICE("secret1")));
    assert_false(fe_secret_eq(FE_SLICE("secret"), FE_SLICE("")));
}

static void knows_the_published_digests(void **state)
{
    (void)state;
    static const struct {
        struct fe_slice input;
        const char *hex;
    } cases[] = {
        {FE_SLICE_INIT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {FE_SLICE_INIT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    struct fe_hasher *hasher = fe_hasher_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        unsigned char digest[FE_SHA256_BYTES];
        unsigned char again[FE_SHA256_BYTES];
        char hex[2 * FE_SHA256_BYTES + 1];
        fe_sha256(cases[i].input, digest);
        fe_hasher_sha256(hasher, cases[i].input, again);
        assert_memory_equal(again, digest, sizeof(digest));
        for (size_t j = 0; j < sizeof(digest); j++) {
            (void)snprintf(hex + 2 * j, 3, "%02x", digest[j]);
        }
        assert_string_equal(hex, cases[i].hex);
    }
    fe_hasher_free(hasher);
}

/* RFC 4648 §10, and the two characters in which the alphabets differ. */
/* RFC 4231 §4.2; a shorter key is filled up with zeros (RFC 2104 §2). */
static void authenticates_as_published(void **state)
{
    (void)state;
    unsigned char key[FE_SHA256_BYTES] = {0};
    unsigned char digest[FE_SHA256_BYTES];
    static const unsigned char expected[] = {0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53,
                                             0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
                                             0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7,
                                             0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7};
    memset(key, 0x0b, 20);
    fe_hmac_sha256(key, FE_SLICE("Hi There"), digest);
    assert_memory_equal(digest, expected, sizeof(expected));
}

static void wipes(void **state)
{
    (void)state;
    char bytes[] = "secret";
    fe_wipe(bytes, 3);
    assert_memory_equal(bytes, "\0\0\0ret", 7);
    fe_wipe(NULL, 0);
}

static const struct {
    struct fe_slice plain;
    const char *url;
    const char *padded;
} vectors[] = {
    {FE_SLICE_INIT(""), "", ""},
    {FE_SLICE_INIT("f"), "Zg", "Zg=="},
    {FE_SLICE_INIT("fo"), "Zm8", "Zm8="},
    {FE_SLICE_INIT("foo"), "Zm9v", "Zm9v"},
    {FE_SLICE_INIT("foob"), "Zm9vYg", "Zm9vYg=="},
    {FE_SLICE_INIT("fooba"), "Zm9vYmE", "Zm9vYmE="},
    {FE_SLICE_INIT("foobar"), "Zm9vYmFy", "Zm9vYmFy"},
    {FE_SLICE_INIT("\xfb\xff\x00"), "-_8A", "+/8A"},
};

static void encodes_for_urls_without_padding(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        struct fe_buf out;
        fe_buf_init(&out, 64);
        assert_int_equal(fe_base64url_encode(vectors[i].plain, &out), 0);
        EXPECT_SLICE(fe_buf_slice(&out), vectors[i].url);
        fe_buf_done(&out);
    }
}

static void encodes_with_padding(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        struct fe_buf out;
        fe_buf_init(&out, 64);
        assert_int_equal(fe_base64_encode(vectors[i].plain, &out), 0);
        EXPECT_SLICE(fe_buf_slice(&out), vectors[i].padded);
        fe_buf_done(&out);
    }
}

static void decodes_what_is_padded(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        struct fe_buf out;
        fe_buf_init(&out, 64);
        assert_int_equal(fe_base64_decode(fe_slice_cstr(vectors[i].padded), &out), 0);
        assert_true(fe_slice_eq(fe_buf_slice(&out), vectors[i].plain));
        fe_buf_done(&out);
    }
}

static void refuses_what_is_not_base64(void **state)
{
    (void)state;
    static const char *const bad[] = {"Z",     "Zg",       "Zg=",     "Zg===", "====",
                                      "Z===",  "=Zg=",     "Zm9-",    "Zm9_",  "Zm9 ",
                                      "Zm\n9", "Zg==Zg==", "Zm9vY!=="};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct fe_buf out;
        fe_buf_init(&out, 64);
        assert_int_equal(fe_base64_decode(fe_slice_cstr(bad[i]), &out), -EINVAL);
        fe_buf_done(&out);
    }
}

static void stops_at_the_limit_of_the_buffer(void **state)
{
    (void)state;
    struct fe_buf out;
    fe_buf_init(&out, 4);
    assert_int_equal(fe_base64url_encode(FE_SLICE("foobar"), &out), -E2BIG);
    fe_buf_clear(&out);
    assert_int_equal(fe_base64_decode(FE_SLICE("Zm9vYmFy"), &out), -E2BIG);
    fe_buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_secrets),
        cmocka_unit_test(knows_the_published_digests),
        cmocka_unit_test(authenticates_as_published),
        cmocka_unit_test(wipes),
        cmocka_unit_test(encodes_for_urls_without_padding),
        cmocka_unit_test(encodes_with_padding),
        cmocka_unit_test(decodes_what_is_padded),
        cmocka_unit_test(refuses_what_is_not_base64),
        cmocka_unit_test(stops_at_the_limit_of_the_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
