/* SPDX-License-Identifier: MIT */
/* Every limit of the program, in one table. Sizes are bytes, times are milliseconds. Those that a
 * user can meet are told by --help, by way of server/limits_table.c. */
#ifndef FE_UTIL_LIMITS_H
#define FE_UTIL_LIMITS_H

#include <stdint.h>

/* A person's input */
#define FE_LIMIT_ERRORS 100u              /* lines of errors that are shown */
#define FE_LIMIT_ERROR_BYTES 1024u        /* one of them */
#define FE_LIMIT_SEED_BYTES (1u << 20)    /* one YAML file */
#define FE_LIMIT_SEED_DEPTH 64u           /* nesting in it */
#define FE_LIMIT_SEED_NODES 100000u       /* nodes, aliases expanded */
#define FE_LIMIT_OPTION_VALUES 100        /* of one that may be given again */
#define FE_LIMIT_LISTENERS 16             /* and --seed, --tls-name */
#define FE_LIMIT_REDACTED_NAME_BYTES 256u /* of --redact and --keep */

/* HTTP heads (answers: 414, 431) and bodies (413) */
#define FE_LIMIT_TARGET_BYTES 8000u
#define FE_LIMIT_HEAD_BYTES (32u << 10)
#define FE_LIMIT_HEADERS 128u
#define FE_LIMIT_FIELD_BYTES 8000u                /* a header field, its name included */
#define FE_LIMIT_JSON_BODY_BYTES (64u << 20)      /* a job's query may be big */
#define FE_LIMIT_FORM_BODY_BYTES (64u << 10)      /* OAuth forms */
#define FE_LIMIT_SMALL_BODY_BYTES (64u << 10)     /* control routes, and where none is expected */
#define FE_LIMIT_BODIES_BYTES (UINT64_C(1) << 30) /* in memory, all together: 503 */
#define FE_LIMIT_FORM_PAIRS 64u
#define FE_LIMIT_JSON_DEPTH 512u

/* Connections */
#define FE_LIMIT_CONNECTIONS 65536u           /* or what descriptors allow: more are answered 503 */
#define FE_LIMIT_SURPLUS_CONNECTIONS 64u      /* to be answered 503 at one time: others wait */
#define FE_LIMIT_OUTPUT_HIGH_BYTES (1u << 20) /* a writer is told to wait above this */
#define FE_LIMIT_OUTPUT_LOW_BYTES (256u << 10) /* and may go on below this */
#define FE_LIMIT_INPUT_BYTES (128u << 10)      /* read ahead of a busy exchange */
#define FE_LIMIT_HEAD_MS 10000                 /* a head must be complete by then: 408 */
#define FE_LIMIT_IDLE_MS 75000                 /* keep-alive without a request */
#define FE_LIMIT_BODY_STALL_MS 60000           /* a body that does not move */
#define FE_LIMIT_PACE_BYTES 1024u /* a second, in the long run: of a body, by a reader */
#define FE_LIMIT_LINGER_MS 2000   /* draining what a refused client still sends */
#define FE_LIMIT_DRAIN_MS 5000    /* from SIGTERM to exit */

/* Files in TMPDIR, of results and kept bodies together: a job fails, a request is answered 503 */
#define FE_LIMIT_SPILLED_BYTES (INT64_C(4) << 30)

/* Compute modules */
#define FE_LIMIT_RUNTIMES 10000u
#define FE_LIMIT_RUNTIME_ID_BYTES 256u
#define FE_LIMIT_PARKED_POLLS 10000u                   /* of one runtime: 429 */
#define FE_LIMIT_QUEUED_JOBS 10000u                    /* of one runtime: 429 */
#define FE_LIMIT_JOBS_PENDING_BYTES (INT64_C(1) << 30) /* all unfinished jobs: 429 */
#define FE_LIMIT_RESULT_BYTES (INT64_C(256) << 20)     /* one result: its job fails */
#define FE_LIMIT_RESULT_MEMORY_BYTES (1u << 20)        /* more is spilled to a file */
#define FE_LIMIT_RESULTS_KEPT_BYTES (INT64_C(1) << 30) /* all finished results */
#define FE_LIMIT_JOBS_KEPT 10000u                      /* finished ones: oldest go first */
#define FE_LIMIT_JOB_KEPT_MS (INT64_C(60) * 60 * 1000)
#define FE_LIMIT_REPLICA_SILENT_MS INT64_C(30000) /* without a poll: unresponsive */
#define FE_LIMIT_SCHEMA_BYTES (8u << 20)

/* OAuth */
#define FE_LIMIT_TOKENS 100000u                                  /* live access tokens */
#define FE_LIMIT_EXPIRED_TOKEN_KEPT_MS (INT64_C(60) * 60 * 1000) /* it is known as expired */
#define FE_LIMIT_GRANTS 100000u
#define FE_LIMIT_CODES 10000u
#define FE_LIMIT_SERVICE_USERS 10000u
#define FE_LIMIT_SCOPES 256u /* in one request, of one client or token */

/* The public API */
#define FE_LIMIT_PUBLIC_BODY_BYTES (256u << 10) /* but for what goes to a compute module */
#define FE_LIMIT_PAGE_ITEMS 1000
#define FE_LIMIT_OBJECT_PROPERTIES 100u     /* of one object type */
#define FE_LIMIT_OBJECT_FILTERS 10000u      /* filters and their values, in one request: 400 */
#define FE_LIMIT_OBJECT_METRICS 100u        /* in one aggregation */
#define FE_LIMIT_BATCH_ITEMS 500u           /* as the real one has it */
#define FE_LIMIT_EXTERNAL_CONNECTIONS 1000u /* to other systems, made while it runs: 429 */
#define FE_LIMIT_EXTERNAL_SECRETS 100u      /* names of one: 400 */

/* Recording */
#define FE_LIMIT_UPSTREAM_FIELDS 120u            /* of an answer: 502; ours come on top */
#define FE_LIMIT_UPSTREAM_HEAD_BYTES (64u << 10) /* of an answer: 502 */
#define FE_LIMIT_UPSTREAM_CONNECTIONS 1024u      /* or what descriptors allow: more requests wait */
#define FE_LIMIT_UPSTREAM_WAITING 10000u         /* and still more are answered 503 */
#define FE_LIMIT_UPSTREAM_IDLE 64u               /* connections kept for the next request */
#define FE_LIMIT_UPSTREAM_IDLE_MS 60000          /* and for how long */
#define FE_LIMIT_UPSTREAM_CONNECT_MS INT64_C(30000) /* or --upstream-timeout, if that is less */
#define FE_LIMIT_RECORDING_QUEUE_BYTES (4u << 20)   /* on their way to the disk: reading waits */

/* Replaying */
#define FE_LIMIT_KEPT_BODY_BYTES (UINT64_C(1) << 30) /* of a request that may be a recorded one */
#define FE_LIMIT_KEPT_BODY_MEMORY_BYTES (256u << 10) /* of it; more is spilled to a file */
#define FE_LIMIT_BINDINGS 200000u                    /* values that go with recorded ones */
#define FE_LIMIT_MISSES 1000u                        /* that are kept, and told apart */
#define FE_LIMIT_ROUTE_MODES 100                     /* patterns that have a mode of their own */
#define FE_LIMIT_MATCH_RULES 1000u

/* Faults */
#define FE_LIMIT_FAULTS 100u /* at the same time: 429 */

/* Looking back */
#define FE_LIMIT_JOURNAL 1000u /* exchanges */

#endif
