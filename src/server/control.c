/* SPDX-License-Identifier: MIT */
#include "server/control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "http/reply.h"
#include "message/form.h"
#include "server/emulator_private.h"
#include "util/duration.h"
#include "util/json.h"
#include "util/limits.h"

/* How many a client opens, and when it is seen to have left, is not in its requests. */
static int64_t told_connections(const struct fe_emulator *emulator)
{
    bool tells = !emulator->env.random.deterministic;
    return tells ? (int64_t)fe_http_server_connections(emulator->http) : 0;
}

static int get_health(void *self, struct fe_exchange *x)
{
    const struct fe_emulator *emulator = self;
    struct fe_json_writer writer;
    int64_t up_ns = fe_clock_told_ns(&emulator->env.clock, emulator->started_monotonic_ns);
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "status", FE_SLICE("ok"));
    fe_json_member_string(&writer, "mode", fe_slice_cstr(fe_mode_name(&emulator->mode)));
    fe_json_member_string(&writer, "version", fe_slice_cstr(FE_VERSION));
    fe_json_member_int(&writer, "uptimeMillis", up_ns / FE_NS_PER_MS);
    fe_json_member_int(&writer, "connections", told_connections(emulator));
    fe_json_member_int(&writer, "exchanges", (int64_t)emulator->mode.exchange_count);
    fe_json_end_object(&writer);
    return 200;
}

static int post_reset(void *self, struct fe_exchange *x)
{
    fe_emulator_reset_here(self);
    return fe_reply_empty(x, 204);
}

static int get_journal(void *self, struct fe_exchange *x)
{
    const struct fe_emulator *emulator = self;
    struct fe_json_writer writer;
    struct fe_form query;
    struct fe_slice text = FE_SLICE("100");
    uint64_t limit = 0;
    if (fe_form_parse(fe_exchange_request(x)->query, fe_exchange_arena(x), &query) < 0 ||
        fe_form_get(&query, "limit", &text) > 1 || fe_slice_u64(text, &limit) < 0) {
        return fe_reply_invalid_argument(x, "limit must be a whole number, given once.");
    }
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "exchanges");
    fe_journal_write(emulator->journal, (size_t)limit, emulator->record.recording, &writer);
    fe_json_end_object(&writer);
    return 200;
}

static int get_clock(void *self, struct fe_exchange *x)
{
    const struct fe_clock *clock = &((const struct fe_emulator *)self)->env.clock;
    char now[FE_TIME_TEXT_BYTES];
    struct fe_json_writer writer;
    fe_time_format(fe_clock_now_ns(clock), now);
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "now", fe_slice_cstr(now));
    fe_json_member_string(&writer, "mode", clock->frozen ? FE_SLICE("frozen") : FE_SLICE("wall"));
    fe_json_end_object(&writer);
    return 200;
}

/* The text member `name`: 1 if there, 0 if absent, -EINVAL if it is no text. */
static int text_member(struct fe_exchange *x, const struct fe_json *body, const char *name,
                       struct fe_slice *text_out)
{
    struct fe_json value;
    if (!fe_json_member(body, name, &value)) {
        return 0;
    }
    return fe_json_string(&value, fe_exchange_arena(x), text_out) < 0 ? -EINVAL : 1;
}

static const char *advance_clock(struct fe_clock *clock, struct fe_slice by)
{
    int64_t by_ns = 0;
    if (fe_duration_parse(by, &by_ns) < 0) {
        return "advance must be a duration such as \"30s\" or \"1h\".";
    }
    fe_clock_advance(clock, by_ns);
    return NULL;
}

/* `now` is NULL when it was not given: frozen then means here, and wall means the wall's own time.
 */
static const char *set_clock(struct fe_clock *clock, struct fe_slice mode,
                             const struct fe_slice *now)
{
    int64_t now_ns = fe_clock_now_ns(clock);
    if (now && fe_time_parse(*now, &now_ns) < 0) {
        return "now must be a time such as \"2026-01-31T12:00:00Z\".";
    }
    if (fe_slice_eq(mode, FE_SLICE("frozen"))) {
        fe_clock_freeze(clock, now_ns);
    } else if (!fe_slice_eq(mode, FE_SLICE("wall"))) {
        return "mode must be \"frozen\" or \"wall\".";
    } else if (now) {
        fe_clock_run(clock, now_ns);
    } else {
        fe_clock_init(clock);
    }
    return NULL;
}

static int put_clock(void *self, struct fe_exchange *x)
{
    struct fe_emulator *emulator = self;
    struct fe_clock *clock = &emulator->env.clock;
    struct fe_json body;
    struct fe_slice by;
    struct fe_slice mode;
    struct fe_slice now;
    const char *wrong = "expected {\"advance\": DURATION} or {\"mode\": \"frozen\" or \"wall\", "
                        "\"now\": TIME}.";
    int r = fe_json_parse(fe_exchange_body(x), &body, NULL);
    if (r < 0) {
        return fe_reply_bad_json(x, "The body", r);
    }
    int has_advance = text_member(x, &body, "advance", &by);
    int has_mode = text_member(x, &body, "mode", &mode);
    int has_now = text_member(x, &body, "now", &now);
    if (has_advance > 0 && has_mode == 0 && has_now == 0) {
        wrong = advance_clock(clock, by);
    } else if (has_advance == 0 && has_mode > 0 && has_now >= 0) {
        wrong = set_clock(clock, mode, has_now > 0 ? &now : NULL);
    }
    if (wrong) {
        return fe_reply_invalid_argument(x, wrong);
    }
    fe_emulate_clock_changed(emulator->emulate);
    return get_clock(self, x);
}

const struct fe_route fe_control_routes[] = {
    {FE_GET, "/_emulate/health", get_health, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_POST, "/_emulate/reset", post_reset, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, "/_emulate/clock", get_clock, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_PUT, "/_emulate/clock", put_clock, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     FE_LIMIT_SMALL_BODY_BYTES},
    {FE_GET, "/_emulate/journal", get_journal, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
};
const size_t fe_control_route_count = sizeof(fe_control_routes) / sizeof(fe_control_routes[0]);
