/* SPDX-License-Identifier: MIT */
/* A real server (../http/rig.h) whose every answer is the first exchange of a cassette, which a
 * test writes down as its JSON twin. */
#ifndef FE_TESTS_UNIT_REPLAY_PLAY_RIG_H
#define FE_TESTS_UNIT_REPLAY_PLAY_RIG_H

#include "../cassette/cassette_file.h"
#include "../http/rig.h"

#include "replay/play.h"

#define SESSION                                                                                    \
    "{\"kind\":\"session\",\"format\":1,\"reader\":1,\"recorder\":\"test/1\",\"upstream\":"        \
    "\"https://stack.example\",\"time\":\"2026-01-31T12:00:00.000Z\",\"redaction\":{\"version\":"  \
    "1,\"secrets\":\"replaced\"},\"match\":{\"profile\":\"strict\"}}\n"
#define REQUEST                                                                                    \
    SESSION "{\"kind\":\"request\",\"x\":1,\"t\":500,\"method\":\"GET\",\"target\":\"/\","         \
            "\"version\":\"1.1\",\"headers\":[],\"framing\":\"none\"}\n"
#define INTERIM(status, headers)                                                                   \
    "{\"kind\":\"interim\",\"x\":1,\"t\":600,\"status\":" status                                   \
    ",\"reason\":\"So Far\",\"version\":\"1.1\",\"headers\":[" headers "]}\n"
#define RESPONSE(status, framing, headers)                                                         \
    "{\"kind\":\"response\",\"x\":1,\"t\":1000,\"status\":" status                                 \
    ",\"reason\":\"Fine\",\"version\":\"1.1\",\"headers\":[" headers "],\"framing\":\"" framing    \
    "\"}\n"
#define BODY(at, marks, bytes)                                                                     \
    "{\"kind\":\"response_body\",\"x\":1,\"at\":" at "," marks ",\"bytes\":" bytes "}\n"
#define AT_ONCE "\"pace\":[[1100,0]]"
#define END(outcome, response)                                                                     \
    "{\"kind\":\"end\",\"x\":1,\"t\":9000,\"outcome\":\"" outcome                                  \
    "\",\"note\":\"It is so.\",\"request\":{\"bytes\":0,\"wire\":0},\"response\":{" response       \
    "}}\n"
#define FIELD(name, value) "[\"" name "\",\"" value "\"]"
#define DATE FIELD("Date", "then")

struct play_rig {
    struct rig *rig; /* its server */
    struct cassette_file file;
    struct fe_reader *reader;
    struct fe_arena arena;
    struct fe_index index;
    struct fe_pace_options pace;
    const struct fe_play_hooks *hooks;
    struct fe_exchange *x; /* the one that is played; NULL when it has ended */
};

/* For cmocka. */
int play_setup(void **state);
int play_teardown(void **state);

/* From now on, this is played. */
void play_use(struct play_rig *f, struct fe_slice twin);

/* A client asks; this is all that it gets, and the connection goes on, or is closed (`closed`). */
void play_expect(struct play_rig *f, const char *request, const char *answer, bool closed);

#endif
