/* SPDX-License-Identifier: MIT */
#include "server/misses.h"

#include <stdlib.h>

#include "cassette/library/explain.h"
#include "cassette/redact/redactor.h"
#include "cassette/redact/rules.h"
#include "server/redact.h"
#include "util/alloc.h"
#include "util/limits.h"
#include "util/map.h"
#include "util/secret.h"

enum {
    EXPLANATION_BYTES_MAX = 256 << 10
};

struct entry {
    struct fe_miss miss; /* the first member */
    unsigned char key[FE_SHA256_BYTES];
};

struct fe_misses {
    struct fe_env *env;
    struct fe_library *library;
    const struct fe_rules *rules;
    struct fe_redactor *redactor; /* NULL: nothing has been missed yet */
    struct fe_arena arena;
    struct fe_map by_key;
    struct entry **entries; /* in the order in which they came */
    size_t count;
    uint64_t total;
    struct entry others; /* id 0 until there is one */
};

struct fe_misses *fe_misses_new(struct fe_env *env, struct fe_library *library,
                                const struct fe_rules *rules)
{
    struct fe_misses *misses = fe_xalloc(sizeof(*misses));
    misses->env = env;
    misses->library = library;
    misses->rules = rules;
    fe_map_init(&misses->by_key, &env->random);
    return misses;
}

void fe_misses_clear(struct fe_misses *misses)
{
    fe_map_done(&misses->by_key);
    fe_arena_done(&misses->arena);
    free(misses->entries);
    misses->entries = NULL;
    misses->count = 0;
    misses->total = 0;
    misses->others = (struct entry){.miss = {.id = 0}};
}

void fe_misses_free(struct fe_misses *misses)
{
    if (misses) {
        fe_misses_clear(misses);
        fe_redactor_free(misses->redactor);
        free(misses);
    }
}

/* ── telling them apart ── */

static void put(struct fe_buf *text, struct fe_slice part)
{
    (void)fe_buf_printf(text, "%zu:", part.len);
    (void)fe_buf_put(text, part);
}

static void key_of(const struct fe_replay_request *request, enum fe_find find,
                   unsigned char key[FE_SHA256_BYTES])
{
    unsigned char body[FE_SHA256_BYTES];
    struct fe_buf text;
    fe_sha256(request->body ? *request->body : FE_SLICE(""), body);
    fe_buf_init_firm(&text, 4 * (size_t)FE_LIMIT_TARGET_BYTES);
    put(&text, request->head->method);
    put(&text, request->head->target);
    put(&text, (struct fe_slice){(const char *)body, sizeof(body)});
    (void)fe_buf_printf(&text, "%d", (int)find);
    fe_sha256(fe_buf_slice(&text), key);
    fe_buf_done(&text);
}

/* ── explaining ── */

static void explain(struct fe_misses *misses, const struct fe_replay_request *request,
                    enum fe_find find, struct fe_miss *miss)
{
    struct fe_explanation explanation;
    struct fe_arena scratch = {NULL};
    struct fe_json_writer writer;
    struct fe_buf out;
    if (misses->redactor == NULL) {
        misses->redactor = fe_explain_redactor_new(misses->library, &misses->env->random);
    }
    const struct fe_missed missed = {find, request->head, request->body};
    fe_explain(misses->library, &missed, misses->redactor, &scratch, &explanation);
    fe_buf_init_firm(&out, EXPLANATION_BYTES_MAX);
    fe_json_writer_init(&writer, &out);
    fe_json_begin_object(&writer);
    fe_explanation_json(&explanation, &writer);
    fe_json_end_object(&writer);
    struct fe_slice object = fe_buf_slice(&out);
    miss->json = fe_arena_copy(&misses->arena, (struct fe_slice){object.ptr + 1, object.len - 2});
    miss->reason = fe_arena_copy(&misses->arena, explanation.reason);
    miss->advice = fe_arena_copy(&misses->arena, explanation.advice);
    fe_buf_done(&out);
    fe_arena_done(&scratch);
}

/* What is recorded now needs no advice. */
static void log_miss(const struct fe_misses *misses, const struct fe_miss *miss)
{
    bool recorded = strcmp(miss->answered, "record") == 0;
    struct fe_slice advice = recorded ? FE_SLICE("It is recorded now.") : miss->advice;
    fe_log_printf(&misses->env->log, recorded ? FE_LOG_INFO : FE_LOG_WARNING,
                  "miss %llu: no recording answers " FE_PRI " " FE_PRI " (%s). " FE_PRI " " FE_PRI,
                  (unsigned long long)miss->id, FE_ARG(miss->method), FE_ARG(miss->target),
                  miss->answered, FE_ARG(miss->reason), FE_ARG(advice));
}

/* ── adding ── */

static struct entry *new_entry(struct fe_misses *misses, struct fe_exchange *x,
                               const char *answered)
{
    struct fe_arena *arena = &misses->arena;
    struct entry *entry = fe_arena_alloc(arena, sizeof(*entry));
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_slice target = fe_redact_target(request, misses->rules, fe_exchange_arena(x));
    entry->miss = (struct fe_miss){
        .id = misses->count + 1,
        .time_ns = fe_clock_now_ns(&misses->env->clock),
        .method = fe_arena_copy(arena, request->method_text),
        .target = fe_arena_copy(arena, target),
        .answered = answered,
    };
    return entry;
}

static struct entry *add_other(struct fe_misses *misses, const char *answered)
{
    struct entry *others = &misses->others;
    if (others->miss.id == 0) {
        others->miss = (struct fe_miss){
            .id = FE_LIMIT_MISSES + 1,
            .time_ns = fe_clock_now_ns(&misses->env->clock),
            .method = FE_SLICE("*"),
            .target = FE_SLICE("*"),
            .answered = answered,
            .json = FE_SLICE("\"reason\":\"There are too many different misses to tell apart.\""),
            .reason = FE_SLICE("There are too many different misses to tell apart."),
            .advice = FE_SLICE("Begin with those that are told of."),
        };
        log_miss(misses, &others->miss);
    }
    return others;
}

static struct entry *add_new(struct fe_misses *misses, struct fe_exchange *x,
                             const struct fe_replay_request *request, enum fe_find find,
                             const char *answered)
{
    struct entry *entry = new_entry(misses, x, answered);
    if (misses->entries == NULL) {
        misses->entries = fe_xalloc(FE_LIMIT_MISSES * sizeof(struct entry *));
    }
    key_of(request, find, entry->key);
    explain(misses, request, find, &entry->miss);
    misses->entries[misses->count++] = entry;
    (void)fe_map_put(&misses->by_key,
                     (struct fe_slice){(const char *)entry->key, sizeof(entry->key)}, entry);
    log_miss(misses, &entry->miss);
    return entry;
}

const struct fe_miss *fe_misses_add(struct fe_misses *misses, struct fe_exchange *x,
                                    const struct fe_replay_request *request, enum fe_find find,
                                    const char *answered)
{
    unsigned char key[FE_SHA256_BYTES];
    key_of(request, find, key);
    struct entry *entry =
        fe_map_get(&misses->by_key, (struct fe_slice){(const char *)key, sizeof(key)});
    if (entry == NULL && misses->count == FE_LIMIT_MISSES) {
        entry = add_other(misses, answered);
    } else if (entry == NULL) {
        entry = add_new(misses, x, request, find, answered);
    }
    misses->total++;
    entry->miss.count++;
    return &entry->miss;
}

/* ── telling ── */

uint64_t fe_misses_total(const struct fe_misses *misses)
{
    return misses->total;
}

size_t fe_misses_count(const struct fe_misses *misses)
{
    return misses->count + (misses->others.miss.id != 0);
}

const struct fe_miss *fe_misses_at(const struct fe_misses *misses, size_t index)
{
    if (index >= fe_misses_count(misses)) {
        return NULL;
    }
    return index < misses->count ? &misses->entries[index]->miss : &misses->others.miss;
}

void fe_miss_write(const struct fe_miss *miss, struct fe_json_writer *writer)
{
    char time[FE_TIME_TEXT_BYTES];
    struct fe_buf id;
    fe_buf_init(&id, 24);
    (void)fe_buf_printf(&id, "%llu", (unsigned long long)miss->id);
    fe_time_format(miss->time_ns, time);
    fe_json_member_string(writer, "id", fe_buf_slice(&id));
    fe_json_member_int(writer, "count", (int64_t)miss->count);
    fe_json_member_string(writer, "time", fe_slice_cstr(time));
    fe_json_member_string(writer, "method", miss->method);
    fe_json_member_string(writer, "target", miss->target);
    fe_json_member_string(writer, "answered", fe_slice_cstr(miss->answered));
    fe_json_put_members(writer, miss->json);
    fe_buf_done(&id);
}

void fe_misses_write(const struct fe_misses *misses, struct fe_json_writer *writer)
{
    const struct fe_miss *miss = NULL;
    fe_json_begin_array(writer);
    for (size_t i = 0; (miss = fe_misses_at(misses, i)) != NULL; i++) {
        fe_json_begin_object(writer);
        fe_miss_write(miss, writer);
        fe_json_end_object(writer);
    }
    fe_json_end_array(writer);
}
