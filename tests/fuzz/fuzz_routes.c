/* SPDX-License-Identifier: MIT */
/* Requests to every route there is, in a row, on one emulator: the input chooses routes, fills in
 * parameters, queries, fields and bodies, and puts what earlier answers said into later requests.
 *
 * An answer always comes: at once, or, for who waits for a job, at the latest when the emulator is
 * reset. JSON is JSON; an error says what it is; a 5xx comes only from routes that mean it; and a
 * redirect leads to where the seed lets it. Where the input has asked for a fault, only the last
 * holds. */
#include <assert.h>
#include <stdlib.h>

#include "fuzz.h"
#include "routes_input.h"
#include "server/emulator_private.h"
#include "server/faults.h"
#include "util/json.h"

enum {
    REQUESTS_MAX = 24,
    TURNS = 4
};

struct fuzz {
    struct fe_emulator *emulator;
    struct memory memory;
    struct fe_loopback *clients[REQUESTS_MAX]; /* NULL: it has its answer */
    const struct fe_route *routes[REQUESTS_MAX];
    size_t count;
    bool faulty;
};

/* ── what comes of it ── */

static void learn_json(struct fuzz *fuzz, const struct fe_json *json, unsigned depth)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json value;
    struct fe_slice text;
    if (json->kind == FE_JSON_STRING && fe_json_string(json, &fuzz->memory.arena, &text) == 0) {
        memory_learn(&fuzz->memory, text);
    }
    while (depth > 0 && (json->kind == FE_JSON_OBJECT || json->kind == FE_JSON_ARRAY) &&
           fe_json_next(json, &cursor, NULL, &value)) {
        learn_json(fuzz, &value, depth - 1);
    }
}

/* "…?code=THIS&…" */
static void learn_code(struct fuzz *fuzz, struct fe_slice location)
{
    struct fe_slice pair;
    struct fe_slice name;
    (void)fe_slice_split(&location, '?', &pair);
    while (fe_slice_split(&location, '&', &pair)) {
        if (fe_slice_split(&pair, '=', &name) && fe_slice_eq(name, FE_SLICE("code"))) {
            memory_learn(&fuzz->memory, pair);
        }
    }
}

static bool may_fail(struct fe_slice pattern)
{
    return fe_slice_starts(pattern, FE_SLICE("/contour-backend-multiplexer/api/module-group-")) ||
           fe_slice_starts(pattern, FE_SLICE("/api/v2/functions/queries/")) ||
           fe_slice_starts(pattern,
                           FE_SLICE("/_emulate/foundry/compute-modules/runtimes/:runtime/env"));
}

static void check_location(struct fe_slice location)
{
    static const char *const allowed[] = {
        "http://localhost:3000/auth/callback", "http://127.0.0.1:3000/auth/callback",
        "http://127.0.0.1:", "http://localhost/multipass/api/oauth2/callback"};
    bool found = location.len == 0;
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        found |= fe_slice_starts(location, fe_slice_cstr(allowed[i]));
    }
    assert(found);
}

static void check_error(const struct fe_json *error)
{
    struct fe_json value;
    if (fe_json_member(error, "error", &value)) {
        assert(value.kind == FE_JSON_STRING); /* OAuth's */
        return;
    }
    assert(fe_json_member(error, "errorCode", &value) && value.kind == FE_JSON_STRING);
    assert(fe_json_member(error, "errorName", &value) && value.kind == FE_JSON_STRING);
    assert(fe_json_member(error, "errorInstanceId", &value) && value.kind == FE_JSON_STRING);
}

static void check_answer(struct fuzz *fuzz, const struct fe_loopback *client,
                         const struct fe_route *route)
{
    struct fe_slice type = fe_loopback_header(client, "Content-Type");
    struct fe_slice body = fe_loopback_body(client);
    struct fe_slice location = fe_loopback_header(client, "Location");
    int status = fe_loopback_status(client);
    struct fe_json json;
    assert(status >= 200 && status <= 599);
    if (status >= 300 && status < 400) {
        check_location(location);
    }
    if (fuzz->faulty) {
        return;
    }
    assert(status < 500 || (route && may_fail(fe_slice_cstr(route->pattern))));
    if (fe_slice_starts(type, FE_SLICE("application/json")) && body.len > 0) {
        int r = fe_json_parse(body, &json, NULL);
        assert(r == 0);
        learn_json(fuzz, &json, 4);
        if (status >= 400) {
            check_error(&json);
        }
    } else if (status >= 400 && body.len > 0) {
        assert(fe_slice_starts(type, FE_SLICE("text/html")));
    }
    learn_code(fuzz, location);
}

/* ── requests ── */

static void turn(struct fuzz *fuzz)
{
    for (int i = 0; i < TURNS; i++) {
        fe_loop_turn(fuzz->emulator->loop);
    }
    if (!fuzz->emulator->env.clock.frozen) {
        fe_clock_freeze(&fuzz->emulator->env.clock, 0); /* not the wall's, which differs */
    }
}

static void take_answers(struct fuzz *fuzz)
{
    for (size_t i = 0; i < fuzz->count; i++) {
        struct fe_loopback *client = fuzz->clients[i];
        if (client && (fe_loopback_done(client) || fe_loopback_aborted(client))) {
            if (fe_loopback_done(client)) {
                check_answer(fuzz, client, fuzz->routes[i]);
            }
            fe_loopback_free(client);
            fuzz->clients[i] = NULL;
        }
    }
}

static void send_request(struct fuzz *fuzz, struct fe_slice *input)
{
    struct fe_emulator *emulator = fuzz->emulator;
    struct input_request next;
    input_take(&fuzz->memory, emulator, input, &next);
    if (next.later) {
        fe_clock_advance(&emulator->env.clock, INT64_C(1800) * FE_NS_PER_S);
        fe_emulate_clock_changed(emulator->emulate);
    }
    struct fe_loopback *client =
        fe_loopback_send(&emulator->app, &emulator->env, emulator->loop, &next.request);
    turn(fuzz);
    if (next.leaves && !fe_loopback_done(client)) {
        fe_loopback_free(client);
        return;
    }
    for (uint64_t id = 1; id <= REQUESTS_MAX; id++) {
        fuzz->faulty = fuzz->faulty || fe_faults_has(emulator->faults, id);
    }
    fuzz->routes[fuzz->count] = next.route;
    fuzz->clients[fuzz->count++] = client;
}

static struct fe_emulator *new_emulator(void)
{
    static const char *const options[][2] = {{"deterministic", "1"},    {"log-level", "error"},
                                             {"poll-timeout", "1h"},    {"status-timeout", "1h"},
                                             {"execute-timeout", "1h"}, {"seed", FE_FUZZ_SEED}};
    struct fe_options *chosen = fe_options_new();
    struct fe_emulator *emulator = NULL;
    char *errors = NULL;
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        int r =
            fe_options_set(chosen, options[i][0], options[i][1], FE_OPTION_COMMAND_LINE, NULL, 0);
        assert(r == 0);
    }
    int r = fe_emulator_new(chosen, &emulator, &errors);
    assert(r == 0);
    fe_options_free(chosen);
    return emulator;
}

/* It is made once and brought back to its seed, which says nothing of modes: one that an input has
 * switched is given up. */
static struct fe_emulator *take_emulator(void)
{
    static struct fe_emulator *emulator;
    if (emulator && emulator->mode.table.routes) {
        fe_emulator_free(emulator);
        emulator = NULL;
    }
    emulator = emulator ? emulator : new_emulator();
    return emulator;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz fuzz = {.emulator = take_emulator()};
    struct fe_slice input = fuzz_slice(data, size);
    while (input.len > 0 && fuzz.count < REQUESTS_MAX) {
        send_request(&fuzz, &input);
        take_answers(&fuzz);
    }
    fe_emulator_reset_here(fuzz.emulator);
    turn(&fuzz);
    take_answers(&fuzz);
    for (size_t i = 0; i < fuzz.count; i++) {
        assert(fuzz.faulty || fuzz.clients[i] == NULL);
        fe_loopback_free(fuzz.clients[i]);
    }
    fe_arena_done(&fuzz.memory.arena);
    return 0;
}
