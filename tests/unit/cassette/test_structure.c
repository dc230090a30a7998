/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "cassette/redact/structure.h"
#include "util/buf.h"
#include "util/random.h"

enum {
    OUTPUT_BYTES = 1 << 20
};

struct sink {
    struct fe_slice input;
    size_t at;         /* of the input, as far as it came out */
    struct fe_buf out; /* values as <kind:meaning> */
};

static void on_plain(void *arg, struct fe_slice bytes)
{
    struct sink *sink = arg;
    assert_true(bytes.len > 0 && bytes.len <= sink->input.len - sink->at);
    assert_memory_equal(bytes.ptr, sink->input.ptr + sink->at, bytes.len);
    sink->at += bytes.len;
    (void)fe_buf_put(&sink->out, bytes);
}

static void on_value(void *arg, struct fe_slice kind, struct fe_slice value, uint64_t input_len,
                     bool quoted)
{
    struct sink *sink = arg;
    assert_false(quoted);
    assert_true(input_len > 0 && input_len <= sink->input.len - sink->at);
    sink->at += (size_t)input_len;
    (void)fe_buf_printf(&sink->out, "<" FE_PRI ":", FE_ARG(kind));
    (void)fe_buf_put(&sink->out, value);
    (void)fe_buf_putc(&sink->out, '>');
}

static const struct fe_structure_ops ops = {on_plain, on_value};

/* Pushes `input` in pieces: up to `cut`, and then `step` bytes each. */
static void run(struct sink *sink, const char *type, struct fe_slice input, size_t cut, size_t step)
{
    struct fe_frame_redaction redaction = {.version = FE_RULES_VERSION};
    struct fe_rules *rules = fe_rules_new(&redaction);
    struct fe_header item = {FE_SLICE("content-type"), fe_slice_cstr(type)};
    struct fe_headers headers = {&item, type[0] != '\0', 1};
    *sink = (struct sink){.input = input};
    fe_buf_init(&sink->out, OUTPUT_BYTES);
    struct fe_structure *structure = fe_structure_new(rules, &headers, &ops, sink);
    for (size_t at = 0; at < input.len;) {
        size_t len = at < cut ? cut : step;
        len = len < input.len - at ? len : input.len - at;
        /* A piece of its own, so that reading past it, or after it went, is found. */
        struct fe_buf piece;
        fe_buf_init(&piece, OUTPUT_BYTES);
        assert_int_equal(fe_buf_append(&piece, input.ptr + at, len), 0);
        fe_structure_push(structure, fe_buf_slice(&piece));
        fe_buf_done(&piece);
        at += len;
    }
    fe_structure_end(structure);
    assert_int_equal(sink->at, input.len);
    fe_structure_free(structure);
    fe_rules_free(rules);
}

struct example {
    const char *type;
    const char *input;
    const char *output;
};

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"
#define HTML "text/html; charset=utf-8"

static const struct example examples[] = {
    {JSON, "{\"access_token\" : \"abc\",\"expires_in\":3600,\"token_type\":\"Bearer\"}",
     "{\"access_token\" : \"<access_token:abc>\",\"expires_in\":3600,\"token_type\":\"Bearer\"}"},
    {JSON,
     "[{\"a\":{\"client\\u0053ecret\":\"x\\\"\\u00e9\\ud83d\\ude00\\/"
     "\"}},\"token\",{\"code\":\"1\"}]",
     "[{\"a\":{\"client\\u0053ecret\":\"<client_secret:x\"\xc3\xa9\xf0\x9f\x98\x80/>\"}},\"token\","
     "{\"code\":\"1\"}]"},
    {JSON, "{\"password\":12345678,\"token\":null,\"secret\":true,\"apiKey\":\"\"}",
     "{\"password\":12345678,\"token\":null,\"secret\":true,\"apiKey\":\"\"}"},
    {JSON, "{\"secrets\":{\"a\":[\"x\",{\"b\":\"y\",\"type\":\"t\"}],\"name\":\"n\"},\"c\":\"z\"}",
     "{\"secrets\":{\"a\":[\"<secret:x>\",{\"b\":\"<secret:y>\",\"type\":\"t\"}],\"name\":\"n\"},"
     "\"c\":\"z\"}"},
    {JSON, "{\"authHeader\":\"Bearer xyz\"}", "{\"authHeader\":\"Bearer <authorization:xyz>\"}"},
    {JSON, "{\"q\":\"{\\\"token\\\":\\\"a\\\\\\\"\\\\u0062\\\"}\"}",
     "{\"q\":\"{\\\"token\\\":\\\"<token:a\"b>\\\"}\"}"},
    {JSON, "{\"u\":\"https://h/cb?code=a%2Bb\\u0026state=1\"}",
     "{\"u\":\"https://h/cb?code=<code:a+b>\\u0026state=1\"}"},
    {JSON, "{\"u\":\"postgres:\\/\\/me:s3cr%40t@db\\/x\"}",
     "{\"u\":\"postgres:\\/\\/me:<password:s3cr%40t>@db\\/x\"}"},
    {JSON, "{\"token\":\"a\"}\n{\"token\":\"b\"} [] \"c\"",
     "{\"token\":\"<token:a>\"}\n{\"token\":\"<token:b>\"} [] \"c\""},
    {JSON, "{\"a\":}}]],\"token\" \"b\",\"token\":\"c",
     "{\"a\":}}]],\"token\" \"b\",\"token\":\"<token:c>"},
    {JSON, "{\"body\":\"client_secret=a+b&x=1\",\"t\":\"[x] ?token=c\"}",
     "{\"body\":\"client_secret=<client_secret:a b>&x=1\",\"t\":\"[x] ?token=<token:c>\"}"},
    {"application/x-ndjson", "{\"a\n{\"token\":\"b\"}\n", "{\"a\n{\"token\":\"<token:b>\"}\n"},
    {"text/event-stream", "event: x\ndata: {\"a\":\"\n\ndata: {\"token\":\"b\"}\n\n",
     "event: x\ndata: {\"a\":\"\n\ndata: {\"token\":\"<token:b>\"}\n\n"},
    {"", "  {\"token\":\"b\"}", "  {\"token\":\"<token:b>\"}"},
    {"application/octet-stream", "{\"token\":\"b\"}", "{\"token\":\"<token:b>\"}"},
    {"application/octet-stream", "\x89PNG?token=abcdefgh", "\x89PNG?token=abcdefgh"},
    {"application/octet-stream", "PK\x03\x04&token=abcdefgh", "PK\x03\x04&token=abcdefgh"},
    {"image/png", "?token=abc", "?token=abc"},
    {FORM, "grant_type=x&client%5fsecret=a%26+b&scope=s&code=c&u=https%3A%2F%2Fh%3Fcode%3Dd%26e",
     "grant_type=x&client%5fsecret=<client_secret:a& b>&scope=s&code=<code:c>"
     "&u=https%3A%2F%2Fh%3Fcode%3D<code:d>%26e"},
    {FORM, "p=%7B%22token%22%3A%22a%22%7D&password=%zz%4",
     "p=%7B%22token%22%3A%22<token:a>%22%7D&password=<password:%zz%4>"},
    {"", "client_secret=a&b=c\n", "client_secret=<client_secret:a>&b=c\n"},
    {"text/plain", "go to https://h/x?token=abc&y#access_token=d now",
     "go to https://h/x?token=<token:abc>&y#access_token=<access_token:d> now"},
    {"text/plain", "https://tok123@git.example/ http://a:b@c ://d@",
     "https://<password:tok123>@git.example/ http://a:<password:b>@c ://<password:d>@"},
    {"text/plain", "/l?to=%2Fcb%3Fa%3D1%26code%3Dx%252By%26token%3Dz&b",
     "/l?to=%2Fcb%3Fa%3D1%26code%3D<code:x+y>%26token%3D<token:z>&b"},
    {"text/plain",
     "Authorization: Bearer abc.def-1234\r\nToken: expired soon\npassword: hunter2hunter\n",
     "Authorization: Bearer <authorization:abc.def-1234>\r\nToken: expired soon\n"
     "password: <password:hunter2hunter>\n"},
    {"text/plain", "Authorization: Basic abcdef12==\nAuthorization: token abcdef12\n",
     "Authorization: Basic <authorization:abcdef12==>\n"
     "Authorization: token <authorization:abcdef12>\n"},
    {HTML, "<input type=hidden name=\"csrf_token\" value=\"a&amp;b\"><INPUT value='c' name=token>",
     "<input type=hidden name=\"csrf_token\" value=\"<csrf:a&b>\"><INPUT value='<token:c>' "
     "name=token>"},
    {HTML, "<input name=token value='a&#39;b&#x2F;c&#300;d&#zz;e&nbsp;f'>",
     "<input name=token value='<token:a'b/c&#300;d&#zz;e&nbsp;f>'>"},
    {HTML, "<input name='token' value='a'\tdisabled data-x =y/><input name=token value>",
     "<input name='token' value='<token:a>'\tdisabled data-x =y/><input name=token value>"},
    {HTML, "<script>x={\"csrfToken\":\"ab\\u0063\\/def12\",\"token\":\"ab\\cdef12\"}</script>",
     "<script>x={\"csrfToken\":\"<csrf:abc/def12>\",\"token\":\"<token:ab\\cdef12>\"}</script>"},
    {HTML, "<meta name=\"csrf-token\" content=\"a\"><input type=submit name=token value=Go>",
     "<meta name=\"csrf-token\" content=\"<csrf:a>\"><input type=submit name=token value=Go>"},
    {HTML, "<a href=\"?x=1&amp;code=a\">b</a><inp", "<a href=\"?x=1&amp;code=<code:a>\">b</a><inp"},
    {HTML, "<script>x={\"csrfToken\":\"abcdef12\",token:\"label\"}</script>",
     "<script>x={\"csrfToken\":\"<csrf:abcdef12>\",token:\"label\"}</script>"},
    {"application/xml", "<s:Token>abcdef12</s:Token><password>x y</password>",
     "<s:Token><token:abcdef12></s:Token><password>x y</password>"},
    {"application/javascript", "var token=e.getToken(),a=b&&token=c?token=d:1;",
     "var token=e.getToken(),a=b&&token=c?token=d:1;"},
    {"multipart/form-data; boundary=XX",
     "--XX\r\nContent-Disposition: form-data; name=\"client_secret\"\r\n\r\na\r\n-b\r\n--XX\r\n"
     "Content-Disposition: form-data; name=\"f\"; filename=\"f\"\r\nContent-Type: "
     "application/json\r\n"
     "\r\n{\"token\":\"c\"}\r\n--XX--\r\n",
     "--XX\r\nContent-Disposition: form-data; "
     "name=\"client_secret\"\r\n\r\n<client_secret:a\r\n-b>\r\n"
     "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n"
     "Content-Type: application/json\r\n\r\n{\"token\":\"<token:c>\"}\r\n--XX--\r\n"},
    /* A file may be called as it likes. */
    {"multipart/form-data; boundary=XX",
     "--XX\r\nContent-Disposition: form-data; filename=\"a; name=b\"; name=\"client_secret\"\r\n"
     "\r\na\r\n--XX--\r\n",
     "--XX\r\nContent-Disposition: form-data; filename=\"a; name=b\"; name=\"client_secret\"\r\n"
     "\r\n<client_secret:a>\r\n--XX--\r\n"},
};

static void finds_values_wherever_it_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        struct fe_slice input = fe_slice_cstr(examples[i].input);
        for (size_t cut = 0; cut <= input.len; cut++) {
            struct sink sink;
            run(&sink, examples[i].type, input, cut, cut == 0 ? 1 : input.len);
            EXPECT_SLICE(fe_buf_slice(&sink.out), examples[i].output);
            fe_buf_done(&sink.out);
        }
    }
}

static void mutate(struct fe_random *random, char *bytes, size_t len)
{
    static const char alphabet[] = "\"\\{}[]:,=&%?<>/@u2506 \n";
    for (int i = 0; i < 6; i++) {
        uint32_t draw[2];
        fe_random_bytes(random, draw, sizeof(draw));
        bytes[draw[0] % len] = alphabet[draw[1] % (sizeof(alphabet) - 1)];
    }
}

/* run() itself checks that each byte comes out exactly once. */
static void loses_nothing_of_what_is_broken(void **state)
{
    (void)state;
    struct fe_random random;
    fe_random_init_deterministic(&random, 7);
    for (int round = 0; round < 60; round++) {
        for (size_t i = 0; i < COUNT_OF(examples); i++) {
            char bytes[512];
            uint32_t step = 0;
            struct sink whole;
            struct sink cut;
            struct fe_slice input = fe_slice_cstr(examples[i].input);
            memcpy(bytes, input.ptr, input.len);
            input.ptr = bytes;
            mutate(&random, bytes, input.len);
            fe_random_bytes(&random, &step, sizeof(step));
            run(&whole, examples[i].type, input, 0, input.len);
            run(&cut, examples[i].type, input, 0, 1 + step % 9);
            assert_true(fe_slice_eq(fe_buf_slice(&whole.out), fe_buf_slice(&cut.out)));
            fe_buf_done(&whole.out);
            fe_buf_done(&cut.out);
        }
    }
}

static void keeps_a_bounded_part_of_a_long_value(void **state)
{
    (void)state;
    struct fe_buf input;
    struct sink sink;
    fe_buf_init(&input, OUTPUT_BYTES);
    assert_int_equal(fe_buf_puts(&input, "{\"token\":\""), 0);
    for (int i = 0; i < 100000; i++) {
        assert_int_equal(fe_buf_putc(&input, 'x'), 0);
    }
    assert_int_equal(fe_buf_puts(&input, "\"}"), 0);
    run(&sink, JSON, fe_buf_slice(&input), 0, 1000);
    assert_true(sink.out.len < 20000);
    fe_buf_done(&sink.out);
    fe_buf_done(&input);
}

static void put(char *at, struct fe_slice text)
{
    memcpy(at, text.ptr, text.len);
}

/* A name is known by its end; how much of it that is must not depend on the pieces. */
static void knows_the_end_of_a_long_name_wherever_it_is_cut(void **state)
{
    enum {
        RUN_BYTES = 1024
    };
    char bytes[RUN_BYTES];
    size_t marked = 0;
    size_t runs = 0;
    (void)state;
    for (size_t before = 500; before < 600; before += 33) {
        for (size_t behind = 60; behind < 160; behind++) {
            struct sink whole;
            struct sink pieces;
            memset(bytes, 'x', sizeof(bytes));
            bytes[0] = '?';
            put(bytes + before, FE_SLICE("token"));
            put(bytes + before + 5 + behind, FE_SLICE("=abcdefgh1"));
            const struct fe_slice input = {bytes, before + 5 + behind + 10};
            run(&whole, "text/plain", input, input.len, 1);
            run(&pieces, "text/plain", input, 0, 1);
            assert_true(fe_slice_eq(fe_buf_slice(&whole.out), fe_buf_slice(&pieces.out)));
            marked += whole.out.len > input.len;
            runs++;
            fe_buf_done(&whole.out);
            fe_buf_done(&pieces.out);
        }
    }
    assert_true(marked > 0 && marked < runs);
}

static void bears_deep_nesting(void **state)
{
    (void)state;
    struct fe_buf input;
    struct sink sink;
    fe_buf_init(&input, OUTPUT_BYTES);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(fe_buf_puts(&input, "{\"a\":"), 0);
    }
    assert_int_equal(fe_buf_puts(&input, "{\"token\":\"deep\"}"), 0);
    run(&sink, JSON, fe_buf_slice(&input), 0, 100);
    assert_non_null(strstr(sink.out.ptr, "<token:deep>"));
    fe_buf_done(&sink.out);
    fe_buf_done(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_values_wherever_it_is_cut),
        cmocka_unit_test(loses_nothing_of_what_is_broken),
        cmocka_unit_test(keeps_a_bounded_part_of_a_long_value),
        cmocka_unit_test(knows_the_end_of_a_long_name_wherever_it_is_cut),
        cmocka_unit_test(bears_deep_nesting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
