/* SPDX-License-Identifier: MIT */
#include "util/secret.h"

#include <errno.h>
#include <stdint.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "util/alloc.h"

bool fe_secret_eq(struct fe_slice a, struct fe_slice b)
{
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}

void fe_sha256(struct fe_slice input, unsigned char digest[FE_SHA256_BYTES])
{
    /* The library fetches its algorithm first, and that takes memory. */
    if (SHA256((const unsigned char *)input.ptr, input.len, digest) == NULL) {
        fe_out_of_memory();
    }
}

/* A struct fe_hasher is OpenSSL's context under a name that others may know. */
static EVP_MD_CTX *context_of(struct fe_hasher *hasher)
{
    return (EVP_MD_CTX *)hasher;
}

struct fe_hasher *fe_hasher_new(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestInit_ex2(context, EVP_sha256(), NULL) != 1) {
        fe_out_of_memory();
    }
    return (struct fe_hasher *)context;
}

void fe_hasher_free(struct fe_hasher *hasher)
{
    EVP_MD_CTX_free(context_of(hasher));
}

void fe_hasher_sha256(struct fe_hasher *hasher, struct fe_slice input,
                      unsigned char digest[FE_SHA256_BYTES])
{
    EVP_MD_CTX *context = context_of(hasher);
    if (EVP_DigestInit_ex2(context, NULL, NULL) != 1 ||
        EVP_DigestUpdate(context, input.ptr, input.len) != 1 ||
        EVP_DigestFinal_ex(context, digest, NULL) != 1) {
        fe_out_of_memory();
    }
}

void fe_hmac_sha256(const unsigned char key[FE_SHA256_BYTES], struct fe_slice input,
                    unsigned char digest[FE_SHA256_BYTES])
{
    unsigned len = FE_SHA256_BYTES;
    if (HMAC(EVP_sha256(), key, FE_SHA256_BYTES, (const unsigned char *)input.ptr, input.len,
             digest, &len) == NULL) {
        fe_out_of_memory();
    }
}

void fe_wipe(void *bytes, size_t len)
{
    if (len > 0) {
        OPENSSL_cleanse(bytes, len);
    }
}

static void encode(struct fe_slice input, const char *alphabet, struct fe_buf *out)
{
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < input.len; i++) {
        bits = (bits << 8) | (unsigned char)input.ptr[i];
        for (count += 8; count >= 6; count -= 6) {
            (void)fe_buf_putc(out, alphabet[(bits >> (count - 6)) & 63]);
        }
    }
    if (count > 0) {
        (void)fe_buf_putc(out, alphabet[(bits << (6 - count)) & 63]);
    }
}

int fe_base64url_encode(struct fe_slice input, struct fe_buf *out)
{
    encode(input, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", out);
    return out->error;
}

int fe_base64_encode(struct fe_slice input, struct fe_buf *out)
{
    encode(input, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", out);
    for (size_t len = input.len; len % 3 != 0; len++) {
        (void)fe_buf_putc(out, '=');
    }
    return out->error;
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == '+') {
        return 62;
    }
    return c == '/' ? 63 : -1;
}

int fe_base64_decode(struct fe_slice input, struct fe_buf *out)
{
    if (input.len % 4 != 0) {
        return -EINVAL;
    }
    size_t padding = 0;
    while (padding < 2 && padding < input.len && input.ptr[input.len - 1 - padding] == '=') {
        padding++;
    }
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < input.len - padding; i++) {
        int digit = base64_digit(input.ptr[i]);
        if (digit < 0) {
            return -EINVAL;
        }
        bits = (bits << 6) | (uint32_t)digit;
        count += 6;
        if (count >= 8) {
            count -= 8;
            (void)fe_buf_putc(out, (char)((bits >> count) & 0xff));
        }
    }
    return out->error;
}
