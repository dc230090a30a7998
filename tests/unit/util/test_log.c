/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>
#include <stdbool.h>

#include "util/buf.h"
#include "util/json.h"
#include "util/log.h"

/* Keeps all that is logged. */
static void keep(struct fe_slice line, void *arg)
{
    (void)fe_buf_put(arg, line);
}

static struct fe_log begin(struct fe_buf *kept, bool json)
{
    fe_buf_init(kept, 1 << 20);
    return (struct fe_log){.level = FE_LOG_INFO, .json = json, .sink = keep, .sink_arg = kept};
}

static const struct fe_log_field fields[] = {
    {"method", FE_SLICE_INIT("GET"), false},
    {"status", FE_SLICE_INIT("200"), true},
    {"path", FE_SLICE_INIT("/a b\"c\n"), false},
    {"empty", FE_SLICE_INIT(""), false},
};

static void writes_logfmt(void **state)
{
    (void)state;
    struct fe_buf kept;
    struct fe_log log = begin(&kept, false);
    fe_log_fields(&log, FE_LOG_INFO, fields, COUNT_OF(fields));
    EXPECT_SLICE(fe_buf_slice(&kept),
                 "level=info method=GET status=200 path=\"/a b\\\"c\\n\" empty=\"\"\n");
    fe_buf_done(&kept);
}

static void writes_json(void **state)
{
    (void)state;
    struct fe_buf kept;
    struct fe_log log = begin(&kept, true);
    fe_log_fields(&log, FE_LOG_WARNING, fields, COUNT_OF(fields));
    EXPECT_SLICE(fe_buf_slice(&kept), "{\"level\":\"warning\",\"method\":\"GET\",\"status\":200,"
                                      "\"path\":\"/a b\\\"c\\n\",\"empty\":\"\"}\n");
    fe_buf_done(&kept);
}

static void writes_a_sentence(void **state)
{
    (void)state;
    struct fe_buf kept;
    struct fe_log log = begin(&kept, false);
    fe_log_printf(&log, FE_LOG_ERROR, "cannot open %s: %d", "a.yaml", 2);
    EXPECT_SLICE(fe_buf_slice(&kept), "level=error msg=\"cannot open a.yaml: 2\"\n");
    fe_buf_done(&kept);
}

static void keeps_quiet_below_its_level(void **state)
{
    (void)state;
    struct fe_buf kept;
    struct fe_log log = begin(&kept, false);
    assert_true(fe_log_enabled(&log, FE_LOG_INFO));
    assert_false(fe_log_enabled(&log, FE_LOG_DEBUG));
    fe_log_printf(&log, FE_LOG_DEBUG, "nobody hears this");
    fe_log_fields(&log, FE_LOG_DEBUG, fields, COUNT_OF(fields));
    EXPECT_SLICE(fe_buf_slice(&kept), "");
    fe_buf_done(&kept);
}

static void lets_no_value_forge_a_second_line(void **state)
{
    (void)state;
    struct fe_buf kept;
    struct fe_log log = begin(&kept, false);
    const struct fe_log_field field = {"agent", FE_SLICE("x\r\nlevel=error \x1b[31m\xff"), false};
    fe_log_fields(&log, FE_LOG_INFO, &field, 1);
    EXPECT_SLICE(fe_buf_slice(&kept),
                 "level=info agent=\"x\\r\\nlevel=error \\u001b[31m\xef\xbf\xbd\"\n");
    fe_buf_done(&kept);
}

static void ends_every_line_however_long_its_values(void **state)
{
    (void)state;
    static char control[20000];
    memset(control, 1, sizeof(control));
    const struct fe_log_field field = {"path", {control, sizeof(control)}, false};
    const struct fe_log_field many[] = {field, field, {"last", FE_SLICE("kept"), false}};
    for (int json = 0; json < 2; json++) {
        struct fe_buf kept;
        struct fe_log log = begin(&kept, json);
        fe_log_fields(&log, FE_LOG_INFO, many, COUNT_OF(many));
        struct fe_slice line = fe_buf_slice(&kept);
        assert_int_equal(line.ptr[line.len - 1], '\n');
        assert_non_null(strstr(line.ptr, json ? ",\"last\":\"kept\"}\n" : " last=kept\n"));
        struct fe_json value;
        assert_true(!json || fe_json_parse(line, &value, NULL) == 0);
        fe_buf_done(&kept);
    }
}

static void reads_the_names_of_levels(void **state)
{
    (void)state;
    static const char *const names[] = {"error", "warning", "info", "debug"};
    enum fe_log_level level = FE_LOG_ERROR;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(fe_log_level_parse(fe_slice_cstr(names[i]), &level), 0);
        assert_int_equal(level, i);
    }
    assert_int_equal(fe_log_level_parse(FE_SLICE("verbose"), &level), -EINVAL);
    assert_int_equal(fe_log_level_parse(FE_SLICE(""), &level), -EINVAL);
    assert_int_equal(level, FE_LOG_DEBUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_logfmt),
        cmocka_unit_test(writes_json),
        cmocka_unit_test(writes_a_sentence),
        cmocka_unit_test(keeps_quiet_below_its_level),
        cmocka_unit_test(lets_no_value_forge_a_second_line),
        cmocka_unit_test(ends_every_line_however_long_its_values),
        cmocka_unit_test(reads_the_names_of_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
