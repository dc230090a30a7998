/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/oauth_reply.h"

#include <stdarg.h>
#include <stdio.h>

#include "http/reply.h"

enum {
    DESCRIPTION_BYTES = 512
};

static void begin(struct fe_exchange *x, struct fe_json_writer *writer)
{
    fe_exchange_header(x, FE_SLICE("Cache-Control"), FE_SLICE("no-store"));
    fe_exchange_header(x, FE_SLICE("Pragma"), FE_SLICE("no-cache"));
    fe_reply_json_begin(x, writer);
    fe_json_begin_object(writer);
}

static void restrict_to_allowed(char *text)
{
    for (char *c = text; *c; c++) {
        if (*c == '"') {
            *c = '\'';
        } else if (*c < 0x20 || *c > 0x7e || *c == '\\') {
            *c = '?';
        }
    }
}

int fe_oauth_error(struct fe_exchange *x, int status, const char *error, const char *format, ...)
{
    char description[DESCRIPTION_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(description, sizeof(description), format, args);
    va_end(args);
    restrict_to_allowed(description);
    struct fe_json_writer writer;
    begin(x, &writer);
    fe_json_member_string(&writer, "error", fe_slice_cstr(error));
    fe_json_member_string(&writer, "error_description", fe_slice_cstr(description));
    fe_json_end_object(&writer);
    return status;
}

int fe_oauth_reply_token(struct fe_exchange *x, const struct fe_token_answer *answer)
{
    struct fe_json_writer writer;
    begin(x, &writer);
    fe_json_member_string(&writer, "access_token", answer->access_token);
    fe_json_member_string(&writer, "token_type", FE_SLICE("bearer"));
    fe_json_member_int(&writer, "expires_in", answer->expires_in_s);
    if (answer->scope.words.len > 0) {
        fe_json_member_string(&writer, "scope", answer->scope.words);
    }
    if (answer->refresh_token.len > 0) {
        fe_json_member_string(&writer, "refresh_token", answer->refresh_token);
    }
    fe_json_end_object(&writer);
    return 200;
}

int fe_oauth_reply_done(struct fe_exchange *x)
{
    struct fe_json_writer writer;
    begin(x, &writer);
    fe_json_end_object(&writer);
    return 200;
}
