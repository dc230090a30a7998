/* SPDX-License-Identifier: MIT */
#include "secrets_rig.h"

#include "util/secret.h"

/* Every character that some encoding changes. */
#define SECRET "s3cr/et+Va\"l\\ue=? %41\xc3\xa9z"

/* ── encodings ── */

static struct fe_slice percent(struct fe_arena *arena, struct fe_slice text)
{
    struct fe_buf out;
    fe_buf_init(&out, 100000);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) {
            (void)fe_buf_putc(&out, c);
        } else {
            (void)fe_buf_printf(&out, i % 2 ? "%%%02X" : "%%%02x", (unsigned)(unsigned char)c);
        }
    }
    struct fe_slice encoded = fe_arena_copy(arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return encoded;
}

static struct fe_slice json(struct fe_arena *arena, struct fe_slice text)
{
    struct fe_buf out;
    fe_buf_init(&out, 100000);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"' || c == '\\' || c == '/') {
            (void)fe_buf_printf(&out, "\\%c", c);
        } else if (c == '+' || c == '=') {
            (void)fe_buf_printf(&out, "\\u%04X", (unsigned)(unsigned char)c);
        } else if (c == '\xc3') {
            (void)fe_buf_puts(&out, "\\u00e9");
            i++;
        } else {
            (void)fe_buf_putc(&out, c);
        }
    }
    struct fe_slice encoded = fe_arena_copy(arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return encoded;
}

static struct fe_slice base64(struct fe_arena *arena, struct fe_slice text, bool url)
{
    struct fe_buf out;
    fe_buf_init(&out, 100000);
    (void)(url ? fe_base64url_encode(text, &out) : fe_base64_encode(text, &out));
    struct fe_slice encoded = fe_arena_copy(arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return encoded;
}

static struct fe_slice hex(struct fe_arena *arena, struct fe_slice text, bool upper)
{
    char *out = fe_arena_alloc(arena, 2 * text.len);
    for (size_t i = 0; i < 2 * text.len; i++) {
        unsigned byte = (unsigned char)text.ptr[i / 2];
        out[i] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[i % 2 ? byte & 15 : byte >> 4];
    }
    return (struct fe_slice){out, 2 * text.len};
}

static struct fe_slice plus(struct fe_arena *arena, struct fe_slice text)
{
    struct fe_slice out = fe_arena_copy(arena, text);
    char *bytes = fe_arena_alloc(arena, text.len);
    for (size_t i = 0; i < text.len; i++) {
        bytes[i] = (char)(out.ptr[i] == ' ' ? '+' : out.ptr[i]);
    }
    return (struct fe_slice){bytes, text.len};
}

/* The n-th way to write a secret; false when there are no more. */
static bool encode(struct fe_arena *arena, size_t n, struct fe_slice secret,
                   struct fe_slice *encoded_out)
{
    struct fe_slice prefixed = fe_arena_printf(arena, "ab" FE_PRI "z", FE_ARG(secret));
    struct fe_slice shifted = {prefixed.ptr + 2 - n % 3, prefixed.len - 2 + n % 3};
    switch (n) {
    case 0:
        *encoded_out = secret;
        return true;
    case 1:
        *encoded_out = percent(arena, secret);
        return true;
    case 2:
        *encoded_out = percent(arena, percent(arena, secret));
        return true;
    case 3:
        *encoded_out = json(arena, secret);
        return true;
    case 4:
        *encoded_out = json(arena, json(arena, secret));
        return true;
    case 5:
        *encoded_out = json(arena, percent(arena, secret));
        return true;
    case 6:
        *encoded_out = percent(arena, json(arena, secret));
        return true;
    case 7:
        *encoded_out = percent(arena, plus(arena, secret));
        return true;
    case 8:
    case 9:
        *encoded_out = hex(arena, secret, n == 9);
        return true;
    case 10:
        *encoded_out = json(arena, percent(arena, json(arena, secret)));
        return true;
    default:
        break;
    }
    if (n < 14) {
        *encoded_out = base64(arena, shifted, false);
    } else if (n < 17) {
        *encoded_out = base64(arena, shifted, true);
    } else if (n < 20) {
        *encoded_out = percent(arena, base64(arena, shifted, false));
    } else if (n < 23) {
        *encoded_out = json(arena, base64(arena, shifted, false));
    }
    return n < 23;
}

struct record {
    struct fe_slice input;
    struct fe_buf out;
    uint64_t end;
    bool whole; /* every run that is as long as what it stands for is the same */
};

static void note(void *arg, struct fe_slice bytes, uint64_t input_end, bool found)
{
    struct record *record = arg;
    (void)found;
    assert_true(input_end >= record->end && input_end <= record->input.len);
    if (bytes.len == input_end - record->end && !fe_slice_starts(bytes, FE_SLICE("fe~"))) {
        record->whole =
            record->whole && memcmp(bytes.ptr, record->input.ptr + record->end, bytes.len) == 0;
    }
    record->end = input_end;
    (void)fe_buf_put(&record->out, bytes);
}

/* What comes out when the text comes in two pieces. */
static struct fe_slice scan_cut(struct rig *rig, struct fe_slice text, size_t cut)
{
    struct record record = {.input = text, .whole = true};
    fe_buf_init(&record.out, 1000000);
    struct fe_secrets_scan *scan = fe_secrets_scan_new(rig->secrets, note, &record);
    fe_secrets_scan_push(scan, (struct fe_slice){text.ptr, cut});
    fe_secrets_scan_push(scan, fe_slice_from(text, cut));
    fe_secrets_scan_end(scan);
    fe_secrets_scan_free(scan);
    assert_true(record.end == text.len);
    struct fe_slice out = fe_arena_copy(&rig->arena, fe_buf_slice(&record.out));
    fe_buf_done(&record.out);
    return out;
}

static void finds_each_encoding_cut_anywhere(void **state)
{
    struct rig *rig = *state;
    struct fe_slice encoded = {NULL, 0};
    (void)learn(rig, SECRET);
    size_t n = 0;
    for (; encode(&rig->arena, n, FE_SLICE(SECRET), &encoded); n++) {
        struct fe_slice text =
            fe_arena_printf(&rig->arena, "%%7b\\\\before-" FE_PRI "&after\\n%%", FE_ARG(encoded));
        assert_true(fe_secrets_found(rig->secrets, text));
        struct fe_slice out = replace(rig, text);
        assert_false(fe_secrets_found(rig->secrets, out));
        assert_true(fe_slice_starts(out, FE_SLICE("%7b\\\\before-")));
        assert_true(contains(out, FE_SLICE("&after\\n%")));
        for (size_t cut = 0; cut <= text.len; cut++) {
            assert_slice(scan_cut(rig, text, cut), out);
        }
    }
    assert_int_equal(n, 23);
}

/* The same where the search works off what it holds: the text in front grows byte by byte. */
static void finds_each_encoding_across_batches(void **state)
{
    struct rig *rig = *state;
    static char filler[33000];
    struct fe_slice encoded = {NULL, 0};
    struct fe_slice placeholder = learn(rig, SECRET);
    memset(filler, 'f', sizeof(filler));
    for (size_t i = sizeof(filler) / 16 * 16 - 1600; i + 16 < sizeof(filler); i += 16) {
        memcpy(filler + i, i % 64 ? "\\\\u00" : "%25", i % 64 ? 5 : 3);
    }
    for (size_t n = 0; encode(&rig->arena, n, FE_SLICE(SECRET), &encoded); n++) {
        struct fe_arena arena = {NULL};
        for (size_t shift = 0; shift < encoded.len + 60; shift += 3) {
            size_t front = (32 << 10) + 8 - (shift & ~(size_t)15);
            struct fe_slice text =
                fe_arena_printf(&arena, FE_PRI "%.*s" FE_PRI "&tail", (int)front, filler,
                                (int)(shift & 15), "0123456789abcdef", FE_ARG(encoded));
            struct fe_slice out = fe_secrets_replace(rig->secrets, text, &arena);
            assert_true(out.ptr != text.ptr);
            assert_false(fe_secrets_found(rig->secrets, out));
            assert_memory_equal(out.ptr, filler, front);
            assert_memory_equal(out.ptr + out.len - 5, "&tail", 5);
            assert_true(n >= 8 || contains(out, placeholder));
            fe_arena_done(&arena);
        }
    }
}

static void counts_what_it_has_replaced(void **state)
{
    struct rig *rig = *state;
    struct fe_slice placeholder = learn(rig, "tok/en-12345");
    struct record record = {.input = FE_SLICE("a%74ok%2Fen-12345%2"), .whole = true};
    fe_buf_init(&record.out, 1000);
    struct fe_secrets_scan *scan = fe_secrets_scan_new(rig->secrets, note, &record);
    for (int i = 0; i < 2; i++) {
        fe_secrets_scan_push(scan, record.input);
        fe_secrets_scan_end(scan);
        assert_true(record.whole && record.end == record.input.len);
        record.end = 0;
    }
    fe_secrets_scan_free(scan);
    struct fe_slice expected = fe_arena_printf(&rig->arena, "a" FE_PRI "%%2a" FE_PRI "%%2",
                                               FE_ARG(placeholder), FE_ARG(placeholder));
    assert_slice(fe_buf_slice(&record.out), expected);
    fe_buf_done(&record.out);
}

static void keeps_safe_bytes_apart(void **state)
{
    struct rig *rig = *state;
    struct record record = {.input = FE_SLICE("abcd-efgh[...]abcd-efgh"), .whole = true};
    (void)learn(rig, "abcd-efgh");
    fe_buf_init(&record.out, 1000);
    struct fe_secrets_scan *scan = fe_secrets_scan_new(rig->secrets, note, &record);
    fe_secrets_scan_push(scan, FE_SLICE("abcd-"));
    fe_secrets_scan_push_safe(scan, FE_SLICE("abcd-efgh"), 14);
    fe_secrets_scan_push(scan, FE_SLICE("efgh"));
    fe_secrets_scan_end(scan);
    fe_secrets_scan_free(scan);
    assert_string_equal(record.out.ptr, "abcd-abcd-efghefgh");
    assert_true(record.end == record.input.len);
    fe_buf_done(&record.out);
}

static void leaves_base64_base64(void **state)
{
    struct rig *rig = *state;
    struct fe_buf decoded;
    (void)learn(rig, "hidden-value-1");
    struct fe_slice first = base64(&rig->arena, FE_SLICE("user:hidden-value-1;"), false);
    struct fe_slice out = replace(rig, first);
    assert_int_equal(out.len, first.len);
    assert_slice(replace(rig, first), out);
    fe_buf_init(&decoded, 1000);
    assert_int_equal(fe_base64_decode(out, &decoded), 0);
    assert_true(fe_slice_starts(fe_buf_slice(&decoded), FE_SLICE("user:")));
    assert_false(contains(fe_buf_slice(&decoded), FE_SLICE("idden-value-")));
    fe_buf_done(&decoded);
}

static void bears_what_repeats(void **state)
{
    struct rig *rig = *state;
    char text[5000];
    memset(text, 'a', sizeof(text));
    for (size_t len = 8; len < 40; len++) {
        (void)fe_secrets_learn(rig->secrets, KIND, (struct fe_slice){text, len});
    }
    struct fe_slice whole = {text, sizeof(text)};
    struct fe_slice out = replace(rig, whole);
    assert_false(contains(out, FE_SLICE("aaaaaaaa")));
    assert_slice(scan_cut(rig, whole, 1234), out);
}

/* Random texts with random secrets in them, cut anywhere: nothing is left in any view. */
static void leaves_no_trace(void **state)
{
    struct rig *rig = *state;
    static const char alphabet[] = "ab\\%/u0025\"+n";
    for (int round = 0; round < 300; round++) {
        unsigned char noise[96];
        struct fe_arena arena = {NULL};
        struct fe_slice encoded = {NULL, 0};
        char value[12];
        fe_random_bytes(&rig->random, noise, sizeof(noise));
        for (size_t i = 0; i < sizeof(value); i++) {
            value[i] = (char)(i % 3 ? 'A' + noise[i] % 26 : alphabet[noise[i] % 13]);
        }
        struct fe_slice secret = {value, 8 + noise[12] % 5u};
        (void)fe_secrets_learn(rig->secrets, KIND, secret);
        (void)encode(&arena, noise[13] % 11u, secret, &encoded);
        char front[40];
        for (size_t i = 0; i < sizeof(front); i++) {
            front[i] = alphabet[noise[20 + i] % 13];
        }
        struct fe_slice text = fe_arena_printf(&arena, "%.*sx" FE_PRI "%.*s", noise[14] % 40, front,
                                               FE_ARG(encoded), noise[15] % 40, front);
        struct fe_slice out = fe_secrets_replace(rig->secrets, text, &arena);
        assert_false(fe_secrets_found(rig->secrets, out));
        size_t cut = noise[16] % (text.len + 1);
        assert_slice(scan_cut(rig, text, cut), out);
        fe_arena_done(&arena);
    }
}

/* The second one begins within the first: nothing of either is left, wherever the text is cut. */
static void leaves_nothing_of_secrets_that_overlap(void **state)
{
    struct rig *rig = *state;
    struct fe_slice first = learn(rig, "mail@host.example-to");
    (void)learn(rig, "token-of-somebody");
    static const char *const rests[] = {"ken-of-somebody", "ken%2Dof%2dsomebody",
                                        "ken%252Dof-somebody"};
    for (size_t i = 0; i < COUNT_OF(rests); i++) {
        struct fe_slice text = fe_arena_printf(&rig->arena, "<mail@host.example-to%s>", rests[i]);
        struct fe_slice expected = fe_arena_printf(&rig->arena, "<" FE_PRI ">", FE_ARG(first));
        assert_slice(replace(rig, text), expected);
        for (size_t cut = 0; cut <= text.len; cut++) {
            assert_slice(scan_cut(rig, text, cut), expected);
        }
    }
}

/* Views leave out what is far from any escape; wherever the first one stands, what is before it and
 * belongs to a secret is not. */
static void finds_escapes_at_every_distance_from_the_front(void **state)
{
    struct rig *rig = *state;
    const struct fe_slice secret = FE_SLICE("a-long-row-without-an-escape-and-then/one");
    (void)fe_secrets_learn(rig->secrets, KIND, secret);
    for (unsigned depth = 0; depth < 6; depth++) {
        struct fe_arena arena = {NULL};
        struct fe_slice encoded = secret;
        for (unsigned i = 0; i <= depth / 2; i++) {
            encoded = depth % 2 ? json(&arena, encoded) : percent(&arena, encoded);
        }
        for (int distance = 0; distance < 500; distance++) {
            struct fe_slice text =
                fe_arena_printf(&arena, "%0*d:" FE_PRI "/end", distance, 0, FE_ARG(encoded));
            assert_true(fe_secrets_found(rig->secrets, text));
        }
        fe_arena_done(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_each_encoding_cut_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finds_each_encoding_across_batches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts_what_it_has_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_safe_bytes_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaves_base64_base64, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bears_what_repeats, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaves_no_trace, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaves_nothing_of_secrets_that_overlap, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finds_escapes_at_every_distance_from_the_front, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
