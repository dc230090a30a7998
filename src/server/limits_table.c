/* SPDX-License-Identifier: MIT */
/* The limits of util/limits.h that a person or a client can meet, in words. Numbers are statuses of
 * HTTP; where one closes the connection, that is RFC 9112's to say, not this table's. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "foundry_emulator/limits.h"
#include "util/limits.h"

enum unit {
    COUNT,
    BYTES,
    BYTES_A_SECOND,
    MILLISECONDS
};

static const struct row {
    const char *name;
    int64_t value;
    enum unit unit;
    const char *beyond;
} rows[] = {
    {"Request target", FE_LIMIT_TARGET_BYTES, BYTES, "414"},
    {"Header field", FE_LIMIT_FIELD_BYTES, BYTES, "431"},
    {"Header fields", FE_LIMIT_HEADERS, COUNT, "431"},
    {"Head of a request", FE_LIMIT_HEAD_BYTES, BYTES, "431"},
    {"Body: jobs, queries, object sets", FE_LIMIT_JSON_BODY_BYTES, BYTES, "413"},
    {"Body: schemas of functions", FE_LIMIT_SCHEMA_BYTES, BYTES, "413"},
    {"Body: public API otherwise", FE_LIMIT_PUBLIC_BODY_BYTES, BYTES, "413"},
    {"Body: OAuth forms", FE_LIMIT_FORM_BODY_BYTES, BYTES, "413"},
    {"Body: anything else", FE_LIMIT_SMALL_BODY_BYTES, BYTES, "413"},
    {"Bodies in memory, together", FE_LIMIT_BODIES_BYTES, BYTES, "503"},
    {"Body that replay looks up", FE_LIMIT_KEPT_BODY_BYTES, BYTES, "413"},
    {"Depth of JSON", FE_LIMIT_JSON_DEPTH, COUNT, "400"},
    {"Parameters of a form or query", FE_LIMIT_FORM_PAIRS, COUNT, "400"},
    {"Connections", FE_LIMIT_CONNECTIONS, COUNT, "503; fewer where descriptors are few"},
    {"Time for a head", FE_LIMIT_HEAD_MS, MILLISECONDS, "408"},
    {"Idle connection", FE_LIMIT_IDLE_MS, MILLISECONDS, "it is closed"},
    {"Body or answer that does not move", FE_LIMIT_BODY_STALL_MS, MILLISECONDS, "408, or cut off"},
    {"Their pace (streamed bodies: any)", FE_LIMIT_PACE_BYTES, BYTES_A_SECOND,
     "408, or cut off, when a minute behind"},
    {"Time to read a refusal", FE_LIMIT_LINGER_MS, MILLISECONDS, "it is cut off"},
    {"Draining after SIGTERM", FE_LIMIT_DRAIN_MS, MILLISECONDS, "what is left is cut off"},
    {"Runtimes", FE_LIMIT_RUNTIMES, COUNT, "429"},
    {"Polls that wait for a runtime", FE_LIMIT_PARKED_POLLS, COUNT, "429"},
    {"Queued jobs of a runtime", FE_LIMIT_QUEUED_JOBS, COUNT, "429"},
    {"Unfinished jobs, together", FE_LIMIT_JOBS_PENDING_BYTES, BYTES, "429"},
    {"Result of a job", FE_LIMIT_RESULT_BYTES, BYTES, "its job fails"},
    {"Finished jobs", FE_LIMIT_JOBS_KEPT, COUNT, "the oldest is forgotten; so after an hour"},
    {"Their results, together", FE_LIMIT_RESULTS_KEPT_BYTES, BYTES, "the oldest is forgotten"},
    {"Files in TMPDIR, together", FE_LIMIT_SPILLED_BYTES, BYTES, "the job fails; replay: 503"},
    {"Access tokens", FE_LIMIT_TOKENS, COUNT, "the oldest is forgotten"},
    {"Connections to other systems", FE_LIMIT_EXTERNAL_CONNECTIONS, COUNT, "429"},
    {"Exchanges in the journal", FE_LIMIT_JOURNAL, COUNT, "the oldest is forgotten"},
    {"Misses that are told apart", FE_LIMIT_MISSES, COUNT, "they are counted"},
    {"Faults at the same time", FE_LIMIT_FAULTS, COUNT, "429"},
    {"Connections to an upstream", FE_LIMIT_UPSTREAM_CONNECTIONS, COUNT,
     "requests wait; fewer where descriptors are few"},
    {"Requests that wait for one", FE_LIMIT_UPSTREAM_WAITING, COUNT, "503"},
    {"Head of an upstream's answer", FE_LIMIT_UPSTREAM_HEAD_BYTES, BYTES, "502"},
    {"Recorded, not yet written", FE_LIMIT_RECORDING_QUEUE_BYTES, BYTES, "reading waits"},
};

static void write_bytes(char *text, size_t size, int64_t bytes, const char *a_second)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    size_t unit = 0;
    while (unit < 3 && bytes >= 1024 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    (void)snprintf(text, size, "%lld %s%s", (long long)bytes, units[unit], a_second);
}

int fe_limit_at(size_t index, struct fe_limit *limit_out)
{
    if (index >= sizeof(rows) / sizeof(rows[0])) {
        return -ENOENT;
    }
    const struct row *row = &rows[index];
    *limit_out = (struct fe_limit){.name = row->name, .beyond = row->beyond};
    char *text = limit_out->value;
    switch (row->unit) {
    case COUNT:
        (void)snprintf(text, sizeof(limit_out->value), "%lld", (long long)row->value);
        break;
    case BYTES:
        write_bytes(text, sizeof(limit_out->value), row->value, "");
        break;
    case BYTES_A_SECOND:
        write_bytes(text, sizeof(limit_out->value), row->value, "/s");
        break;
    case MILLISECONDS:
        (void)snprintf(text, sizeof(limit_out->value), "%lld s", (long long)row->value / 1000);
        break;
    }
    return 0;
}
