/* SPDX-License-Identifier: MIT */
#include "server/fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void put_text(struct fe_json_writer *writer, const char *name, struct fe_slice text)
{
    if (text.len > 0) {
        fe_json_member_string(writer, name, text);
    }
}

/* As it would be said. */
static void put_duration(struct fe_json_writer *writer, const char *name, int64_t ms)
{
    char text[32];
    if (ms % 1000 == 0) {
        (void)snprintf(text, sizeof(text), "%" PRId64 "s", ms / 1000);
    } else {
        (void)snprintf(text, sizeof(text), "%" PRId64 "ms", ms);
    }
    fe_json_member_string(writer, name, fe_slice_cstr(text));
}

/* In as few digits as give the same number again. */
static void put_number(struct fe_json_writer *writer, const char *name, double number)
{
    char text[32] = "";
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    fe_json_key(writer, name);
    fe_json_put_raw(writer, fe_slice_cstr(text));
}

static void write_which(const struct fe_fault *fault, struct fe_json_writer *writer)
{
    fe_json_member_string(writer, "path", fault->path);
    if (fault->method != FE_METHOD_OTHER) {
        fe_json_member_string(writer, "method", fe_method_text(fault->method));
    }
    put_number(writer, "probability", fault->probability);
    fe_json_member_int(writer, "after", fault->after);
    if (fault->count >= 0) {
        fe_json_member_int(writer, "count", fault->count);
    }
    fe_json_member_int(writer, "seed", fault->seed);
}

static void write_answer(const struct fe_fault *fault, struct fe_json_writer *writer)
{
    if (fault->status != 0) {
        fe_json_member_int(writer, "status", fault->status);
    }
    put_text(writer, "errorCode", fault->error_code);
    put_text(writer, "errorName", fault->error_name);
    if (fault->retry_after_s >= 0) {
        put_duration(writer, "retryAfter", fault->retry_after_s * 1000);
    }
    if (fault->expired_token) {
        fe_json_member_bool(writer, "expiredToken", true);
    }
    if (fault->reset == FE_FAULT_RESET_REQUEST) {
        fe_json_member_bool(writer, "reset", true);
    } else if (fault->reset == FE_FAULT_RESET_ANSWER) {
        fe_json_member_string(writer, "reset", FE_SLICE("answer"));
    }
}

static void write_impairment(const struct fe_impairment *impairment, struct fe_json_writer *writer)
{
    if (impairment->truncate_bytes >= 0) {
        fe_json_member_int(writer, "truncate", impairment->truncate_bytes);
    }
    if (impairment->drip_bytes > 0) {
        fe_json_key(writer, "drip");
        fe_json_begin_object(writer);
        fe_json_member_int(writer, "bytes", impairment->drip_bytes);
        put_duration(writer, "every", impairment->drip_every_ms);
        fe_json_end_object(writer);
    }
}

void fe_fault_write(const struct fe_fault *fault, struct fe_json_writer *writer)
{
    write_which(fault, writer);
    if (fault->latency_ms > 0) {
        put_duration(writer, "latency", fault->latency_ms);
    }
    if (fault->jitter_ms > 0) {
        put_duration(writer, "jitter", fault->jitter_ms);
    }
    write_answer(fault, writer);
    write_impairment(&fault->impairment, writer);
}

struct fe_fault fe_fault_copy(const struct fe_fault *fault, struct fe_arena *arena)
{
    struct fe_fault copy = *fault;
    copy.path = fe_arena_copy(arena, fault->path);
    copy.error_code = fe_arena_copy(arena, fault->error_code);
    copy.error_name = fe_arena_copy(arena, fault->error_name);
    return copy;
}
