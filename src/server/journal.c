/* SPDX-License-Identifier: MIT */
#include "server/journal.h"

#include <stdlib.h>

#include "cassette/recording.h"
#include "util/alloc.h"
#include "util/limits.h"

struct entry {
    uint64_t id;
    char *source;
    char *method;
    char *target;
    const char *route; /* static: a pattern */
    int status;
    enum fe_outcome outcome;
    struct fe_exchange_facts facts;
};

struct fe_journal {
    struct entry *entries; /* a ring */
    size_t count;
    size_t next;
    int64_t cleared_monotonic_ns;
};

struct fe_journal *fe_journal_new(void)
{
    return fe_xalloc(sizeof(struct fe_journal));
}

void fe_journal_clear(struct fe_journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        free(journal->entries[i].source);
        free(journal->entries[i].method);
        free(journal->entries[i].target);
    }
    free(journal->entries);
    *journal = (struct fe_journal){.cleared_monotonic_ns = fe_clock_monotonic_ns()};
}

void fe_journal_free(struct fe_journal *journal)
{
    if (journal) {
        fe_journal_clear(journal);
        free(journal);
    }
}

void fe_journal_add(struct fe_journal *journal, const struct fe_exchange *x, struct fe_slice target,
                    enum fe_outcome outcome)
{
    struct fe_exchange_facts facts;
    fe_exchange_facts(x, &facts);
    if (facts.started_monotonic_ns < journal->cleared_monotonic_ns) {
        return;
    }
    if (journal->entries == NULL) {
        journal->entries = fe_xalloc(FE_LIMIT_JOURNAL * sizeof(*journal->entries));
    }
    struct entry *entry = &journal->entries[journal->next];
    free(entry->source);
    free(entry->method);
    free(entry->target);
    *entry = (struct entry){
        .id = fe_exchange_id(x),
        .source = fe_xstrdup(fe_exchange_source(x)),
        .method = fe_xstrdup(fe_exchange_request(x)->method_text),
        .target = fe_xstrdup(target),
        .status = fe_exchange_status(x),
        .outcome = outcome,
        .facts = facts,
    };
    journal->next = (journal->next + 1) % FE_LIMIT_JOURNAL;
    if (journal->count < FE_LIMIT_JOURNAL) {
        journal->count++;
    }
}

/* A secret may have stood in a path before anybody could know that it is one. */
static void write_target(const struct entry *entry, struct fe_recording *recording,
                         struct fe_json_writer *writer)
{
    struct fe_arena arena = {NULL};
    struct fe_slice target = fe_slice_cstr(entry->target);
    if (recording) {
        target = fe_recording_redact(recording, target, &arena);
    }
    fe_json_member_string(writer, "target", target);
    fe_arena_done(&arena);
}

static void write_entry(const struct entry *entry, struct fe_recording *recording,
                        struct fe_json_writer *writer)
{
    char time[FE_TIME_TEXT_BYTES];
    fe_time_format(entry->facts.started_ns, time);
    fe_json_begin_object(writer);
    fe_json_member_int(writer, "id", (int64_t)entry->id);
    fe_json_member_string(writer, "time", fe_slice_cstr(time));
    fe_json_member_string(writer, "method", fe_slice_cstr(entry->method));
    write_target(entry, recording, writer);
    fe_json_member_string(writer, "route", fe_slice_cstr(entry->facts.route));
    fe_json_member_int(writer, "status", entry->status);
    fe_json_member_string(writer, "outcome",
                          entry->outcome == FE_SENT ? FE_SLICE("sent") : FE_SLICE("gone"));
    fe_json_member_string(writer, "source", fe_slice_cstr(entry->source));
    fe_json_member_int(writer, "durationMicros", entry->facts.duration_ns / FE_NS_PER_US);
    fe_json_member_int(writer, "requestBytes", (int64_t)entry->facts.request_bytes);
    fe_json_member_int(writer, "responseBytes", (int64_t)entry->facts.response_bytes);
    fe_json_end_object(writer);
}

void fe_journal_write(const struct fe_journal *journal, size_t limit,
                      struct fe_recording *recording, struct fe_json_writer *writer)
{
    fe_json_begin_array(writer);
    for (size_t i = 0; i < journal->count && i < limit; i++) {
        size_t at = (journal->next + FE_LIMIT_JOURNAL - 1 - i) % FE_LIMIT_JOURNAL;
        write_entry(&journal->entries[at], recording, writer);
    }
    fe_json_end_array(writer);
}
