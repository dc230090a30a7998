/* SPDX-License-Identifier: MIT */
/* What a library consists of. An exchange costs one entry, and a queue if it is the first of its
 * key; heads and bodies stay in the file, and so does where they are in it, if an index says so. */
#ifndef FE_CASSETTE_LIBRARY_LIBRARY_PRIVATE_H
#define FE_CASSETTE_LIBRARY_LIBRARY_PRIVATE_H

#include "cassette/index/row.h"
#include "cassette/index/sealed.h"
#include "cassette/library/digest_table.h"
#include "cassette/library/library.h"

/* All that was recorded of one path. */
struct fe_library_lane {
    unsigned char digest[FE_ROW_PATH_BYTES];
    struct fe_slice path; /* once it was asked for (fe_library_learn_paths()) */
    struct fe_library_entry *first_write;
    struct fe_library_entry *last_write;
    struct fe_library_entry *waiting; /* the first write that has not been played */
    uint32_t writes;
    uint32_t done;     /* how many writes stand before `waiting` */
    uint32_t written;  /* one more than the place of the furthest write that has been played */
    uint32_t distance; /* from the path that the nearest are looked for */
};

/* All recordings of one key, in their order. */
struct fe_library_queue {
    unsigned char key[FE_CANONICAL_KEY_BYTES];
    enum fe_row_class class;
    struct fe_slice method; /* once it was asked for, as the lane's path */
    struct fe_library_lane *lane;
    struct fe_library_entry *first;
    struct fe_library_entry *last;
    struct fe_library_entry *next;  /* whose turn it is; NULL: all have had theirs */
    struct fe_library_entry *shown; /* what may be given again before `next` may be given */
    struct fe_library_entry *idle;  /* of a poll: its idle answer, if there is one */
    unsigned char *answer; /* of a poll: the digest of the last answer, if that was a 200 */
};

/* One exchange, at its seq - 1. */
struct fe_library_entry {
    struct fe_library_cassette *cassette;
    const struct fe_recorded *recorded;  /* fe_library_recorded() gives it */
    const char *row;                     /* in the index that it is to be made of; NULL: none */
    struct fe_library_queue *queue;      /* NULL: left out */
    struct fe_library_entry *next;       /* of its key */
    struct fe_library_entry *next_write; /* of a write: on its path */
    uint32_t generation;                 /* how many writes were recorded before it on its path */
    uint16_t status;                     /* 0: there was no answer */
    bool idle : 1;
    bool folded : 1; /* idle as the one before it, which stands for both */
    bool played : 1;
};

/* Rules of redaction, and the options that they make. */
struct fe_library_dialect {
    const struct fe_frame_redaction *redaction;
    struct fe_rules *rules;
    struct fe_match_options options;
};

struct fe_library_cassette {
    struct fe_reader *reader;
    struct fe_arena arena;            /* the index, and what is next */
    struct fe_sealed_session *sealed; /* its sessions with their rows; NULL: there is no index */
    struct fe_index index;            /* with no more than `sessions` and `count` then */
    const struct fe_library_dialect **dialects; /* of its sessions */
    struct fe_library_entry *entries;
    uint64_t base; /* how many exchanges stand before its first */
    struct fe_library_facts facts;
};

struct fe_library {
    struct fe_match_options options; /* without secrets */
    struct fe_at_end at_end;
    struct fe_library_cassette *cassettes;
    size_t cassette_count;
    struct fe_library_dialect dialects[FE_LIBRARY_REDACTIONS_MAX];
    size_t dialect_count;
    struct fe_library_entry *entries;
    uint64_t entry_count;
    struct fe_digest_table queues;
    struct fe_digest_table lanes;
    bool paths_known;
    struct fe_hasher *hasher; /* of keys */
    struct fe_arena arena;    /* queues and lanes */
};

enum {
    FE_LIBRARY_BODY_BYTES = 1 << 30 /* of one recorded request: longer ones are left out */
};

/* What an entry gives when it is taken. */
struct fe_take fe_library_take_of(struct fe_library_entry *entry, bool repeated);

uint64_t fe_library_seq(const struct fe_library_entry *entry);

/* What was recorded on the target's path; NULL: nothing. */
struct fe_library_lane *fe_library_lane_on(const struct fe_library *library,
                                           struct fe_slice target);

/* What the index says of an exchange: made when it is first asked for, and kept. If that leads to
 * no frames of an exchange, there are none in it: whoever reads one finds that it is not there. */
const struct fe_recorded *fe_library_recorded(struct fe_library_entry *entry);

/* The first frame of an exchange; what was not recorded is not made. */
void fe_library_read_request(const struct fe_library_entry *entry, struct fe_arena *arena,
                             struct fe_frame *frame_out);

/* All recordings of that request, made canonical by one session's rules; NULL: there are none. */
struct fe_library_queue *fe_library_queue_of(const struct fe_library *library,
                                             const struct fe_library_dialect *dialect,
                                             const struct fe_frame_head *head, struct fe_slice body,
                                             struct fe_arena *arena);

/* Opens the file and reads its index. On failure a line is added. */
int fe_library_cassette_open(struct fe_library *library, const char *path,
                             uint64_t verified_bytes_max, struct fe_library_cassette *cassette,
                             struct fe_errors *errors);
/* The profile that all sessions of all cassettes ask for. A line if they do not agree, or if one of
 * them asks for what there is not. */
int fe_library_agree_on_profile(struct fe_library *library, struct fe_errors *errors);
/* Fills its entries, and puts them into their queues and lanes. The same. */
int fe_library_cassette_load(struct fe_library *library, struct fe_library_cassette *cassette,
                             struct fe_errors *errors);
void fe_library_cassette_done(struct fe_library_cassette *cassette);

#endif
