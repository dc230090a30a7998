/* SPDX-License-Identifier: MIT */
/* What was recorded, to be found by what is asked: any number of cassettes as one row of exchanges,
 * a look-up by key that costs the same however many there are, and who has been played.
 *
 * The k-th request of a key gets the k-th of its recordings. In between stand the writes: whatever
 * is not GET, HEAD or OPTIONS changes what its path names, whatever the query. A recorded read is
 * given only when all writes that were recorded before it on its path have been played: else it
 * would tell what has not happened yet. It is passed over when a write recorded behind it has been
 * played and something else of its key is left: it would tell what is over. So a client that reads
 * less often than the recorded one gets, behind a write, what was read behind that write; and one
 * that reads more often gets, before it, the answer that it had last, again, as long as no write
 * has come since. A write is never held back, and out of its order does no harm: the reads between
 * it and its place are missed, until the missing writes are played. Behind the last recording of a
 * key, a read gets the last answer again, a write misses, and a poll stays idle, as it does while a
 * write is waited for. A 401, or a failure, is given again only if nothing of its key follows it.
 */
#ifndef FE_CASSETTE_LIBRARY_LIBRARY_H
#define FE_CASSETTE_LIBRARY_LIBRARY_H

#include <stdbool.h>
#include <stdint.h>

#include "cassette/match/canonical.h"
#include "cassette/reader.h"
#include "util/errors.h"

struct fe_library;
struct fe_random;

enum {
    FE_LIBRARY_REDACTIONS_MAX = 64, /* rules that differ, over all sessions: each costs a key */
    FE_LIBRARY_COMPARED_MAX = 1000, /* recordings that a miss is compared with, part by part */
    FE_LIBRARY_VERIFIED_BYTES = 256 << 20
};

/* One recording to be played. */
struct fe_take {
    const struct fe_reader *reader;
    const struct fe_recorded *recorded;
    struct fe_slice upstream; /* of its session */
    struct fe_slice time;     /* of its session: "2026-01-31T12:00:00.000Z" */
    uint64_t seq;             /* over all cassettes, from 1: what X-Foundry-Emulator says */
    bool repeated;            /* it is given beyond its turn */
};

enum fe_find {
    FE_FOUND,
    FE_FOUND_IDLE, /* a poll with nothing to tell: *take_out is the idle answer to hold; its reader
                    * is NULL if none was recorded */
    FE_MISS_UNKNOWN,  /* nothing of that key was recorded */
    FE_MISS_USED_UP,  /* it was, and has been played */
    FE_MISS_TOO_EARLY /* it stands behind a write that has not been played */
};

/* What is done when all recordings of a request have been played; all false: as told above. */
struct fe_at_end {
    bool reads_miss;    /* and do not repeat the last answer */
    bool writes_repeat; /* the last answer, and do not miss */
    bool polls_miss;    /* and do not stay idle */
};

/* All is borrowed; `rules` must live as long as the library. */
struct fe_library_options {
    const char *const *paths;
    size_t path_count;
    bool profile_given; /* by a person: else the cassettes' own counts */
    enum fe_match_profile profile;
    uint64_t verified_bytes_max; /* a longer file is not verified as a whole if it has an index; 0:
                                  * FE_LIBRARY_VERIFIED_BYTES */
    const struct fe_match_rule *rules;
    size_t rule_count;
    struct fe_at_end at_end;
};

/* Opens every cassette: -EINVAL and a line each of what is wrong (unreadable, damaged, a newer
 * version, none of its exchanges whole, the same file twice, profiles that differ). A torn tail is
 * not wrong. If every session of a file has an index, that tells all that is to be known, and no
 * other frame is read; damage in a file that is too long to be verified shows when the frame is
 * read (fe_reader_frame_at()). Left out and counted are
 * exchanges that have not ended or whose client left before it had the answer, and, unless the
 * profile looks at method and path alone, those whose request body was not kept. `random` gives the
 * tables' hash keys. */
int fe_library_open(const struct fe_library_options *options, struct fe_random *random,
                    struct fe_library **library_out, struct fe_errors *errors);
void fe_library_free(struct fe_library *library); /* NULL is fine */

/* Looks a request up, and takes the recording that is its answer; on a miss, nothing is taken, and
 * *take_out is empty. Every session has its own rules of redaction, so a request may have several
 * keys: they are tried in the order of the cassettes. */
enum fe_find fe_library_take(struct fe_library *library, const struct fe_frame_head *head,
                             struct fe_slice body, struct fe_take *take_out);

/* The last answer of all that were recorded for such a request, again, whatever it is. False: there
 * is none. */
bool fe_library_repeat(struct fe_library *library, const struct fe_frame_head *head,
                       struct fe_slice body, struct fe_take *take_out);

/* Another answers such a request, which is never the same twice: the first recording of its method
 * and path that has not been played counts as played, if there is one. */
void fe_library_skip_on(struct fe_library *library, const struct fe_frame_head *head);

/* Whether anything was recorded on the request's path. If not, it cannot be found, whatever its
 * body. */
bool fe_library_knows_path(struct fe_library *library, struct fe_slice target);

/* ── looking without taking ── */

/* Every recording on a path, in their order, whatever their method and query. Start with *cursor 0;
 * false at the end. Looks at every exchange. */
bool fe_library_next_on(struct fe_library *library, struct fe_slice path, uint64_t *cursor,
                        struct fe_take *take_out);

/* Every recorded poll that brought something, likewise. */
bool fe_library_next_poll(struct fe_library *library, uint64_t *cursor, struct fe_take *take_out);

/* The recording of that seq; false if there is none that can be played. */
bool fe_library_at(const struct fe_library *library, uint64_t seq, struct fe_take *take_out);

/* One side of a recording, as it is stored: the body in one piece, maybe of the file, else in the
 * arena. 0; -ENOENT: it has no such side; -E2BIG past `bytes_max`. */
int fe_take_request(const struct fe_take *take, size_t bytes_max, struct fe_arena *arena,
                    struct fe_frame_head *head_out, struct fe_slice *body_out);
int fe_take_answer(const struct fe_take *take, size_t bytes_max, struct fe_arena *arena,
                   struct fe_frame_head *head_out, struct fe_slice *body_out);

/* The answer's status; 0: there was none. */
int fe_take_status(const struct fe_take *take);

/* As if nothing had been played. */
void fe_library_rewind(struct fe_library *library);

/* For a miss: the nearest recordings, best first, at most `max`; returns how many. The likest path
 * first, then the same method, then the fewest differences; equal requests count as one. Bodies are
 * not compared if `body` is NULL. Off the hot path: looks at every exchange. */
struct fe_near {
    const struct fe_reader *reader;
    const struct fe_recorded *recorded;
    uint64_t seq;
    struct fe_canonical canonical; /* in the arena */
    struct fe_canonical asked;     /* what it is compared with, by its session's rules; the same */
    size_t differences;
};
size_t fe_library_nearest(struct fe_library *library, const struct fe_frame_head *head,
                          const struct fe_slice *body, struct fe_arena *arena,
                          struct fe_near *near_out, size_t max);

/* For a miss of what was recorded: how it stands. */
struct fe_standing {
    uint64_t recorded; /* how often it was, over all cassettes */
    /* The first write on its path that has not been played, if a recording waits for that: else its
     * reader is NULL. */
    struct fe_take write;
};
void fe_library_standing(struct fe_library *library, const struct fe_frame_head *head,
                         struct fe_slice body, struct fe_standing *standing_out);

/* Polls: GET of …/internal-query/job, …/runtimes/:id/job and /job. Consecutive idle answers to one
 * (204, or 200 with the same body as the answer before) are one entry: the first stands for all. */
bool fe_library_is_poll(const struct fe_frame_head *head);

struct fe_library_facts {
    uint64_t exchanges; /* that can be played */
    uint64_t used;
    uint64_t left_out; /* not whole */
};
void fe_library_facts(const struct fe_library *library, size_t cassette,
                      struct fe_library_facts *facts_out);
size_t fe_library_cassettes(const struct fe_library *library);
uint64_t fe_library_size(const struct fe_library *library); /* the largest seq that there is */
const char *fe_library_path(const struct fe_library *library, size_t cassette);

/* Those that have not been played: start with *cursor 0; NULL at the end. Their seq in *seq_out. */
const struct fe_recorded *fe_library_unused(const struct fe_library *library, uint64_t *cursor,
                                            uint64_t *seq_out);

#endif
