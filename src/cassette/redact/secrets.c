/* SPDX-License-Identifier: MIT */
/* Secrets are numbered as they come; the lower bits of its number are a secret's slot. Slots double
 * until there are enough for FE_SECRETS_MAX, and are then used again and again.
 *
 * A mark has 80 bits of an HMAC: that two of a hundred thousand values share one is less likely
 * than a broken machine, and so it is not looked for. */
#include "cassette/redact/secrets_private.h"

#include <stdlib.h>

#include "util/alloc.h"
#include "util/random.h"

enum {
    SLOT_BITS_FIRST = 6,
    SLOT_BITS_MAX = 17,           /* the first power of two past FE_SECRETS_MAX */
    SECRET_BYTES_ALL = 128 << 20, /* values and placeholders: the oldest go before there are more */
    MARK_BITS = 5                 /* in one of its characters */
};

#define PREFIX FE_SLICE("fe~")

static const char mark_digits[] = "abcdefghijklmnopqrstuvwxyz234567";

/* ── placeholders ── */

static void make_mark(const struct fe_secrets *secrets, struct fe_slice value,
                      char mark[FE_SECRET_MARK_BYTES])
{
    unsigned char digest[FE_SHA256_BYTES];
    fe_hmac_sha256(secrets->key, value, digest);
    for (size_t i = 0; i < FE_SECRET_MARK_BYTES; i++) {
        size_t bit = i * MARK_BITS;
        unsigned pair = (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1];
        mark[i] = mark_digits[(pair >> (16 - MARK_BITS - bit % 8)) & 31];
    }
}

static bool is_mark_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
}

static bool is_kind_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* What rules call a kind may be a person's own word. */
static struct fe_slice clean_kind(struct fe_slice kind, char text[FE_SECRET_KIND_BYTES_MAX])
{
    size_t len = kind.len < FE_SECRET_KIND_BYTES_MAX ? kind.len : FE_SECRET_KIND_BYTES_MAX;
    for (size_t i = 0; i < len; i++) {
        char c = kind.ptr[i];
        c = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        text[i] = (char)(is_kind_char(c) ? c : '_');
    }
    return len > 0 ? (struct fe_slice){text, len} : FE_SLICE("secret");
}

bool fe_secrets_is_placeholder(struct fe_slice value)
{
    if (!fe_slice_starts(value, PREFIX)) {
        return false;
    }
    value = fe_slice_from(value, PREFIX.len);
    ptrdiff_t kind_end = fe_slice_index(value, '~');
    if (kind_end <= 0 || kind_end > FE_SECRET_KIND_BYTES_MAX) {
        return false;
    }
    for (ptrdiff_t i = 0; i < kind_end; i++) {
        if (!is_kind_char(value.ptr[i])) {
            return false;
        }
    }
    value = fe_slice_from(value, (size_t)kind_end + 1);
    for (size_t i = 0; i < value.len; i++) {
        if (i == FE_SECRET_MARK_BYTES ? value.ptr[i] != '~' : !is_mark_digit(value.ptr[i])) {
            return false;
        }
    }
    return value.len >= FE_SECRET_MARK_BYTES;
}

static size_t placeholder_length(struct fe_slice kind, struct fe_slice value)
{
    size_t len = PREFIX.len + kind.len + 1 + FE_SECRET_MARK_BYTES;
    return value.len > len ? value.len : len;
}

static void write_placeholder(char *text, size_t len, struct fe_slice kind, const char *mark)
{
    memcpy(text, PREFIX.ptr, PREFIX.len);
    memcpy(text + PREFIX.len, kind.ptr, kind.len);
    size_t at = PREFIX.len + kind.len;
    text[at++] = '~';
    memcpy(text + at, mark, FE_SECRET_MARK_BYTES);
    at += FE_SECRET_MARK_BYTES;
    if (at < len) {
        text[at++] = '~';
    }
    for (size_t i = 0; at < len; i++) {
        text[at++] = mark[i % FE_SECRET_MARK_BYTES];
    }
}

/* ── one secret ── */

static size_t secret_bytes(const struct fe_secret *secret)
{
    return sizeof(*secret) + secret->value.len + secret->placeholder.len;
}

static struct fe_secret *secret_new(const struct fe_secrets *secrets, struct fe_slice kind,
                                    struct fe_slice value)
{
    char kind_text[FE_SECRET_KIND_BYTES_MAX];
    kind = clean_kind(kind, kind_text);
    size_t len = placeholder_length(kind, value);
    struct fe_secret *secret = fe_xalloc(sizeof(*secret) + value.len + len);
    char *text = (char *)(secret + 1);
    memcpy(text, value.ptr, value.len);
    make_mark(secrets, value, secret->mark);
    write_placeholder(text + value.len, len, kind, secret->mark);
    secret->value = (struct fe_slice){text, value.len};
    secret->placeholder = (struct fe_slice){text + value.len, len};
    return secret;
}

static void secret_free(struct fe_secret *secret)
{
    fe_wipe(secret, secret_bytes(secret));
    free(secret);
}

/* ── all of them ── */

static size_t slot_of(const struct fe_secrets *secrets, uint64_t number)
{
    return (size_t)(number & ((UINT64_C(1) << secrets->index.slot_bits) - 1));
}

struct fe_secrets *fe_secrets_new(struct fe_random *random)
{
    struct fe_secrets *secrets = fe_xalloc(sizeof(*secrets));
    uint64_t multiplier = 0;
    fe_map_init(&secrets->map, random);
    fe_random_key(random, secrets->key, sizeof(secrets->key));
    fe_random_key(random, &multiplier, sizeof(multiplier));
    fe_secret_index_init(&secrets->index, SLOT_BITS_FIRST, multiplier);
    secrets->slots = fe_xalloc(sizeof(struct fe_secret *) << SLOT_BITS_FIRST);
    return secrets;
}

void fe_secrets_free(struct fe_secrets *secrets)
{
    if (secrets == NULL) {
        return;
    }
    for (uint64_t number = secrets->first; number < secrets->next; number++) {
        secret_free(secrets->slots[slot_of(secrets, number)]);
    }
    fe_secrets_scan_free(secrets->whole);
    fe_views_done(&secrets->views);
    fe_secret_index_done(&secrets->index);
    fe_map_done(&secrets->map);
    free(secrets->slots);
    fe_wipe(secrets, sizeof(*secrets));
    free(secrets);
}

/* With twice the slots if all are taken; else to be rid of what the forgotten left in the filter.
 */
static void rebuild_index(struct fe_secrets *secrets, unsigned slot_bits)
{
    struct fe_secret **old = secrets->slots;
    size_t old_mask = ((size_t)1 << secrets->index.slot_bits) - 1;
    uint64_t multiplier = secrets->index.multiplier;
    fe_secret_index_done(&secrets->index);
    fe_secret_index_init(&secrets->index, slot_bits, multiplier);
    secrets->slots = fe_xalloc(sizeof(struct fe_secret *) << slot_bits);
    for (uint64_t number = secrets->first; number < secrets->next; number++) {
        size_t slot = slot_of(secrets, number);
        secrets->slots[slot] = old[number & old_mask];
        fe_secret_index_add(&secrets->index, slot, secrets->slots[slot]->value);
    }
    secrets->forgotten = 0;
    free(old);
}

static void forget_oldest(struct fe_secrets *secrets)
{
    size_t slot = slot_of(secrets, secrets->first++);
    struct fe_secret *secret = secrets->slots[slot];
    secrets->slots[slot] = NULL;
    fe_secret_index_remove(&secrets->index, slot);
    (void)fe_map_remove(&secrets->map, secret->value);
    secrets->bytes -= secret_bytes(secret);
    secrets->forgotten++;
    secret_free(secret);
}

static void make_room(struct fe_secrets *secrets, size_t bytes)
{
    uint64_t slots = UINT64_C(1) << secrets->index.slot_bits;
    while (secrets->next - secrets->first == FE_SECRETS_MAX ||
           (secrets->next > secrets->first && secrets->bytes + bytes > SECRET_BYTES_ALL)) {
        forget_oldest(secrets);
    }
    if (secrets->next - secrets->first == slots && secrets->index.slot_bits < SLOT_BITS_MAX) {
        rebuild_index(secrets, secrets->index.slot_bits + 1);
    } else if (secrets->forgotten > slots) {
        rebuild_index(secrets, secrets->index.slot_bits);
    }
}

static struct fe_slice learn_part(struct fe_secrets *secrets, struct fe_slice kind,
                                  struct fe_slice value)
{
    struct fe_secret *secret = fe_map_get(&secrets->map, value);
    if (secret == NULL) {
        secret = secret_new(secrets, kind, value);
        make_room(secrets, secret_bytes(secret));
        size_t slot = slot_of(secrets, secrets->next++);
        secrets->slots[slot] = secret;
        secrets->bytes += secret_bytes(secret);
        (void)fe_map_put(&secrets->map, secret->value, secret);
        fe_secret_index_add(&secrets->index, slot, secret->value);
    }
    return secret->placeholder;
}

struct fe_slice fe_secrets_learn(struct fe_secrets *secrets, struct fe_slice kind,
                                 struct fe_slice value)
{
    if (fe_secrets_is_placeholder(value)) {
        return value;
    }
    struct fe_slice first = value;
    if (value.len > FE_SECRET_BYTES_MAX) {
        first.len = FE_SECRET_BYTES_MAX;
    }
    for (size_t at = first.len; at < value.len; at += FE_SECRET_BYTES_MAX) {
        size_t left = value.len - at;
        size_t len = left < FE_SECRET_BYTES_MAX ? left : FE_SECRET_BYTES_MAX;
        (void)learn_part(secrets, kind, (struct fe_slice){value.ptr + at, len});
    }
    return learn_part(secrets, kind, first);
}
