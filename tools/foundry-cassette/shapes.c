/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/shapes.h"

#include <ctype.h>

#include "foundry-cassette/chance.h"

enum set {
    HEX,
    UPPER,  /* and digits */
    ALNUM,  /* letters and digits */
    WORD,   /* and "_" and "-" */
    DOTTED, /* and "." */
    BASE64
};

static bool is_in(enum set set, char c)
{
    unsigned char byte = (unsigned char)c;
    if (byte >= 0x80) {
        return false;
    }
    switch (set) {
    case HEX:
        return isxdigit(byte) != 0;
    case UPPER:
        return isupper(byte) || isdigit(byte);
    case ALNUM:
        return isalnum(byte) != 0;
    case WORD:
        return isalnum(byte) || c == '_' || c == '-';
    case DOTTED:
        return isalnum(byte) || c == '_' || c == '-' || c == '.';
    default:
        return isalnum(byte) || c == '+' || c == '/' || c == '=';
    }
}

static size_t run_of(enum set set, struct fe_slice text)
{
    size_t len = 0;
    while (len < text.len && is_in(set, text.ptr[len])) {
        len++;
    }
    return len;
}

static const struct {
    struct fe_slice prefix;
    enum set set;
    size_t least; /* characters behind the prefix */
    const char *rule;
} shapes[] = {
    {FE_SLICE_INIT("AKIA"), UPPER, 16, "an AWS access key"},
    {FE_SLICE_INIT("ASIA"), UPPER, 16, "an AWS access key"},
    {FE_SLICE_INIT("AIza"), WORD, 35, "a Google API key"},
    {FE_SLICE_INIT("ya29."), DOTTED, 20, "a Google access token"},
    {FE_SLICE_INIT("GOCSPX-"), WORD, 20, "a Google client secret"},
    {FE_SLICE_INIT("AccountKey="), BASE64, 40, "an Azure storage key"},
    {FE_SLICE_INIT("SharedAccessKey="), BASE64, 40, "an Azure access key"},
    {FE_SLICE_INIT("ghp_"), ALNUM, 30, "a GitHub token"},
    {FE_SLICE_INIT("gho_"), ALNUM, 30, "a GitHub token"},
    {FE_SLICE_INIT("ghu_"), ALNUM, 30, "a GitHub token"},
    {FE_SLICE_INIT("ghs_"), ALNUM, 30, "a GitHub token"},
    {FE_SLICE_INIT("ghr_"), ALNUM, 30, "a GitHub token"},
    {FE_SLICE_INIT("github_pat_"), WORD, 50, "a GitHub token"},
    {FE_SLICE_INIT("glpat-"), WORD, 20, "a GitLab token"},
    {FE_SLICE_INIT("xoxa-"), WORD, 10, "a Slack token"},
    {FE_SLICE_INIT("xoxb-"), WORD, 10, "a Slack token"},
    {FE_SLICE_INIT("xoxe-"), WORD, 10, "a Slack token"},
    {FE_SLICE_INIT("xoxp-"), WORD, 10, "a Slack token"},
    {FE_SLICE_INIT("xoxr-"), WORD, 10, "a Slack token"},
    {FE_SLICE_INIT("xoxs-"), WORD, 10, "a Slack token"},
    {FE_SLICE_INIT("xapp-"), WORD, 20, "a Slack token"},
    {FE_SLICE_INIT("npm_"), ALNUM, 36, "an npm token"},
    {FE_SLICE_INIT("pypi-"), WORD, 50, "a PyPI token"},
    {FE_SLICE_INIT("sk_live_"), ALNUM, 16, "a Stripe key"},
    {FE_SLICE_INIT("sk_test_"), ALNUM, 16, "a Stripe key"},
    {FE_SLICE_INIT("rk_live_"), ALNUM, 16, "a Stripe key"},
    {FE_SLICE_INIT("rk_test_"), ALNUM, 16, "a Stripe key"},
    {FE_SLICE_INIT("whsec_"), ALNUM, 16, "a Stripe key"},
    {FE_SLICE_INIT("sk-ant-"), WORD, 20, "an API key"},
    {FE_SLICE_INIT("sk-proj-"), WORD, 20, "an API key"},
    {FE_SLICE_INIT("sk-"), ALNUM, 32, "an API key"},
    {FE_SLICE_INIT("SG."), DOTTED, 40, "a SendGrid key"},
    {FE_SLICE_INIT("hf_"), ALNUM, 30, "a Hugging Face token"},
    {FE_SLICE_INIT("dop_v1_"), HEX, 64, "a DigitalOcean token"},
};

static size_t table_shape(struct fe_slice text, const char **rule_out)
{
    static const struct fe_slice firsts = FE_SLICE_INIT("AGSadghnprswxy");
    if (fe_slice_index(firsts, text.ptr[0]) < 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        struct fe_slice prefix = shapes[i].prefix;
        if (text.ptr[0] != prefix.ptr[0] || !fe_slice_starts(text, prefix)) {
            continue;
        }
        size_t rest = run_of(shapes[i].set, fe_slice_from(text, prefix.len));
        if (rest >= shapes[i].least) {
            *rule_out = shapes[i].rule;
            return prefix.len + rest;
        }
    }
    return 0;
}

/* RFC 7519 §3: three parts of base64url, or five (RFC 7516 §3.1), of which the first is an object.
 */
static size_t web_token(struct fe_slice text)
{
    if (!fe_slice_starts(text, FE_SLICE("eyJ"))) {
        return 0;
    }
    size_t len = run_of(DOTTED, text);
    size_t dots = 0;
    for (size_t i = 0; i < len; i++) {
        dots += text.ptr[i] == '.';
    }
    return dots >= 2 && len >= 20 ? len : 0;
}

/* What parts the lines of a key, also where a line's end is written as an escape. */
static size_t line_end(struct fe_slice text)
{
    size_t len = 0;
    while (len < text.len) {
        bool escape = text.ptr[len] == '\\' && len + 1 < text.len &&
                      (text.ptr[len + 1] == 'n' || text.ptr[len + 1] == 'r');
        if (!escape && !isspace((unsigned char)text.ptr[len])) {
            break;
        }
        len += escape ? 2 : 1;
    }
    return len;
}

/* Its first line; the key itself must follow, and not a placeholder. */
static size_t private_key(struct fe_slice text)
{
    struct fe_slice begin = FE_SLICE("-----BEGIN ");
    struct fe_slice word = FE_SLICE("PRIVATE KEY");
    struct fe_slice end = FE_SLICE("-----");
    if (!fe_slice_starts(text, begin)) {
        return 0;
    }
    size_t len = begin.len;
    while (len < text.len && len < 64 &&
           (isupper((unsigned char)text.ptr[len]) || text.ptr[len] == ' ')) {
        len++;
    }
    if (len < begin.len + word.len || memcmp(text.ptr + len - word.len, word.ptr, word.len) != 0 ||
        !fe_slice_starts(fe_slice_from(text, len), end)) {
        return 0;
    }
    len += end.len;
    struct fe_slice rest = fe_slice_from(text, len);
    rest = fe_slice_from(rest, line_end(rest));
    return run_of(BASE64, rest) >= 16 || fe_slice_starts(rest, FE_SLICE("Proc-Type")) ? len : 0;
}

static bool has_digit_and_letter(struct fe_slice text)
{
    bool digit = false;
    bool letter = false;
    for (size_t i = 0; i < text.len; i++) {
        digit = digit || isdigit((unsigned char)text.ptr[i]);
        letter = letter || isalpha((unsigned char)text.ptr[i]);
    }
    return digit && letter;
}

/* Whether it is what Basic has: a name, a colon and a password that is still one, in base64. */
static bool is_basic(struct fe_slice value)
{
    char text[512];
    if (value.len > sizeof(text)) {
        return false;
    }
    struct fe_slice decoded = {text, fe_chance_base64(value, 0, text)};
    for (size_t i = 0; i < decoded.len; i++) {
        if ((unsigned char)decoded.ptr[i] < 0x20) {
            return false;
        }
    }
    ptrdiff_t colon = fe_slice_index(decoded, ':');
    return colon >= 0 && fe_shape_placeholder(fe_slice_from(decoded, (size_t)colon + 1)) == 0;
}

/* "Bearer" and "Basic" are words of every manual, too; so what follows must be no word. */
static size_t credential(struct fe_slice text)
{
    struct fe_slice bearer = FE_SLICE("Bearer ");
    struct fe_slice basic = FE_SLICE("Basic ");
    if (text.len > bearer.len &&
        fe_slice_eq_nocase((struct fe_slice){text.ptr, bearer.len}, bearer)) {
        struct fe_slice value = fe_slice_from(text, bearer.len);
        value.len = run_of(DOTTED, value);
        return value.len >= 8 && has_digit_and_letter(value) ? bearer.len + value.len : 0;
    }
    if (text.len > basic.len && fe_slice_eq_nocase((struct fe_slice){text.ptr, basic.len}, basic)) {
        struct fe_slice value = fe_slice_from(text, basic.len);
        value.len = run_of(BASE64, value);
        return value.len >= 6 && is_basic(value) ? basic.len + value.len : 0;
    }
    return 0;
}

/* "://user:password@", seen from the colon. */
static size_t userinfo(struct fe_slice text)
{
    struct fe_slice begin = FE_SLICE("://");
    if (!fe_slice_starts(text, begin)) {
        return 0;
    }
    size_t password = 0;
    for (size_t i = begin.len; i < text.len && i < 512; i++) {
        char c = text.ptr[i];
        if (c == '@') {
            struct fe_slice value = fe_slice_from(text, password);
            bool is_one = password > 0 && i > password && fe_shape_placeholder(value) == 0 &&
                          fe_shape_placeholder(fe_slice_from(text, begin.len)) == 0 &&
                          *value.ptr != '*';
            return is_one ? i : 0;
        }
        if ((unsigned char)c <= ' ' || strchr("/?#\"'<>\\{}", c)) {
            return 0;
        }
        password = c == ':' && password == 0 ? i + 1 : password;
    }
    return 0;
}

bool fe_shape_at(struct fe_slice text, size_t at, size_t *len_out, const char **rule_out)
{
    struct fe_slice rest = fe_slice_from(text, at);
    if (rest.ptr[0] == ':') {
        *rule_out = "a password in a URL";
        *len_out = userinfo(rest);
        return *len_out > 0;
    }
    if (at > 0 && is_in(ALNUM, text.ptr[at - 1])) {
        return false;
    }
    switch (rest.ptr[0]) {
    case '-':
        *rule_out = "a private key";
        *len_out = private_key(rest);
        break;
    case 'e':
        *rule_out = "a JSON web token";
        *len_out = web_token(rest);
        break;
    case 'B':
    case 'b':
        *rule_out = "credentials of an Authorization";
        *len_out = credential(rest);
        break;
    default:
        *len_out = table_shape(rest, rule_out);
    }
    return *len_out > 0;
}

size_t fe_shape_placeholder(struct fe_slice text)
{
    if (!fe_slice_starts(text, FE_SLICE("fe~"))) {
        return 0;
    }
    size_t len = 0;
    while (len < text.len && (is_in(WORD, text.ptr[len]) || text.ptr[len] == '~')) {
        len++;
    }
    return len;
}
