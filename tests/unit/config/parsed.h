/* SPDX-License-Identifier: MIT */
/* A YAML text and what came of it. */
#ifndef FE_TESTS_UNIT_CONFIG_PARSED_H
#define FE_TESTS_UNIT_CONFIG_PARSED_H

#include "../expect.h"

#include <errno.h>

#include "config/node.h"

struct parsed {
    struct fe_config config;
    struct fe_errors errors;
    int r;
};

static inline void parse_slice(struct parsed *parsed, struct fe_slice text)
{
    fe_errors_init(&parsed->errors);
    parsed->r = fe_config_parse(&parsed->config, "s.yaml", text, &parsed->errors);
}

static inline void parse(struct parsed *parsed, const char *text)
{
    parse_slice(parsed, fe_slice_cstr(text));
}

static inline void parsed_done(struct parsed *parsed)
{
    fe_config_done(&parsed->config);
    fe_errors_done(&parsed->errors);
}

/* The whole tree as JSON, for comparison. */
static inline void expect_json(const char *text, const char *json)
{
    struct parsed parsed;
    struct fe_buf out;
    fe_buf_init(&out, 1 << 20);
    parse(&parsed, text);
    EXPECT_SLICE(fe_buf_slice(&parsed.errors.text), "");
    assert_int_equal(parsed.r, 0);
    assert_int_equal(fe_node_to_json(parsed.config.root, &out), 0);
    EXPECT_SLICE(fe_buf_slice(&out), json);
    fe_buf_done(&out);
    parsed_done(&parsed);
}

/* All lines of errors. */
static inline void expect_errors_of(struct fe_slice text, const char *lines)
{
    struct parsed parsed;
    parse_slice(&parsed, text);
    assert_int_equal(parsed.r, -EINVAL);
    assert_non_null(parsed.config.root);
    EXPECT_SLICE(fe_buf_slice(&parsed.errors.text), lines);
    parsed_done(&parsed);
}

static inline void expect_errors(const char *text, const char *lines)
{
    expect_errors_of(fe_slice_cstr(text), lines);
}

#endif
