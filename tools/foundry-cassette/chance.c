/* SPDX-License-Identifier: MIT */
/* Entropy alone cannot tell a token from a long name: a name has as many different letters. What a
 * name does not have is a change between capitals, small letters and digits at every other place.
 */
#include "foundry-cassette/chance.h"

#include <ctype.h>

enum {
    RANDOM_BYTES_MIN = 20,
    RANDOM_BYTES_MAX = 512, /* what is longer is data */
    TEXT_BYTES_MIN = 12     /* so many printable characters in a row are no chance */
};

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
    if (c == '+' || c == '-') {
        return 62;
    }
    return c == '/' || c == '_' ? 63 : -1;
}

size_t fe_chance_base64(struct fe_slice run, size_t skip, char *out)
{
    size_t len = 0;
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = skip; i < run.len; i++) {
        int digit = base64_digit(run.ptr[i]);
        if (digit < 0) {
            break;
        }
        bits = bits << 6 | (uint32_t)digit;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[len++] = (char)((bits >> count) & 0xff);
        }
    }
    return len;
}

static bool is_text_in_base64(struct fe_slice run)
{
    char decoded[RANDOM_BYTES_MAX];
    for (size_t skip = 0; skip < 4 && skip < run.len; skip++) {
        size_t len = fe_chance_base64(run, skip, decoded);
        size_t printable = 0;
        for (size_t i = 0; i < len; i++) {
            printable = decoded[i] >= 0x20 && decoded[i] < 0x7f ? printable + 1 : 0;
            if (printable >= TEXT_BYTES_MIN) {
                return true;
            }
        }
    }
    return false;
}

/* A placeholder that stands for the base64 of a secret: the mark, again and again. */
static size_t repeated_mark(struct fe_slice run)
{
    size_t len = 0;
    while (len < run.len &&
           ((run.ptr[len] >= 'a' && run.ptr[len] <= 'z') ||
            (run.ptr[len] >= '2' && run.ptr[len] <= '7')) &&
           (len < 16 || run.ptr[len] == run.ptr[len - 16])) {
        len++;
    }
    return len > 18 ? len : 0;
}

/* A UUID, as a word of its own: 36 or 0. Between slashes it is a part of a path. */
static size_t uuid_at(struct fe_slice run, size_t at)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    const size_t len = sizeof(form) - 1;
    if (run.len - at < len || (at > 0 && isalnum((unsigned char)run.ptr[at - 1])) ||
        (run.len - at > len && isalnum((unsigned char)run.ptr[at + len]))) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        char c = run.ptr[at + i];
        if (form[i] == 'x' ? !isxdigit((unsigned char)c) : c != '-') {
            return 0;
        }
    }
    return len;
}

struct makeup {
    size_t upper, lower, digits, others, changes, distinct;
    bool hex;
};

static struct makeup look_at(struct fe_slice run)
{
    struct makeup makeup = {.hex = true};
    bool seen[128] = {false};
    int last = 0;
    for (size_t i = 0; i < run.len; i++) {
        unsigned char c = (unsigned char)run.ptr[i];
        int class = isupper(c) ? 1 : islower(c) ? 2 : isdigit(c) ? 3 : 4;
        makeup.upper += class == 1;
        makeup.lower += class == 2;
        makeup.digits += class == 3;
        makeup.others += class == 4;
        makeup.changes += i > 0 && class != last && class != 4 && last != 4;
        makeup.distinct += !seen[c & 127];
        makeup.hex = makeup.hex && (isxdigit(c) || c == '-' || c == '_');
        seen[c & 127] = true;
        last = class;
    }
    return makeup;
}

/* Half of it is in runs of three small letters and more: aNameOfManyWordsV2. */
static bool is_words(struct fe_slice run)
{
    size_t in_words = 0;
    size_t lower = 0;
    for (size_t i = 0; i <= run.len; i++) {
        if (i < run.len && islower((unsigned char)run.ptr[i])) {
            lower++;
        } else {
            in_words += lower >= 3 ? lower : 0;
            lower = 0;
        }
    }
    return in_words * 2 >= run.len;
}

static bool is_random(struct fe_slice run)
{
    struct makeup is = look_at(run);
    if (run.len < RANDOM_BYTES_MIN || is.hex || is.digits < 1 || is.distinct < 10 ||
        is.others * 5 > run.len) {
        return false;
    }
    /* Letters in one case and digits change less often by chance, and more often in names. */
    bool mixed = is.upper >= 2 && is.lower >= 2;
    size_t hundredths = is.changes * 100 / (run.len - 1);
    return mixed ? hundredths >= 38 && !is_words(run)
                 : run.len >= 24 && is.digits * 8 >= run.len && hundredths >= 28;
}

bool fe_chance_is_random(struct fe_slice run)
{
    if (run.len < RANDOM_BYTES_MIN || run.len > RANDOM_BYTES_MAX ||
        fe_slice_starts(run, FE_SLICE("--")) || fe_slice_starts(run, FE_SLICE("sha256-")) ||
        fe_slice_starts(run, FE_SLICE("sha384-")) || fe_slice_starts(run, FE_SLICE("sha512-"))) {
        return false;
    }
    size_t start = 0;
    size_t at = 0;
    while (at < run.len) {
        size_t known = repeated_mark(fe_slice_from(run, at));
        known = known > 0 ? known : uuid_at(run, at);
        if (known > 0 && is_random((struct fe_slice){run.ptr + start, at - start})) {
            break;
        }
        at += known > 0 ? known : 1;
        start = known > 0 ? at : start;
    }
    struct fe_slice part = {run.ptr + start, at - start};
    return is_random(part) && !is_text_in_base64(run);
}
