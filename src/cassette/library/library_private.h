/* SPDX-License-Identifier: MIT */
/* What a library consists of. An exchange costs one entry, and a queue if it is the first of its
 * key; heads and bodies stay in the file. */
#ifndef FE_CASSETTE_LIBRARY_LIBRARY_PRIVATE_H
#define FE_CASSETTE_LIBRARY_LIBRARY_PRIVATE_H

#include "cassette/library/library.h"
#include "util/map.h"

enum fe_library_class {
    FE_LIBRARY_READ,
    FE_LIBRARY_WRITE,
    FE_LIBRARY_POLL
};

/* All that was recorded of one path. */
struct fe_library_lane {
    struct fe_slice path;
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
    enum fe_library_class class;
    struct fe_slice method;
    struct fe_library_lane *lane;
    struct fe_library_entry *first;
    struct fe_library_entry *last;
    struct fe_library_entry *next;  /* whose turn it is; NULL: all have had theirs */
    struct fe_library_entry *shown; /* what may be given again before `next` may be given */
    struct fe_library_entry *idle;  /* of a poll: its idle answer, if there is one */
};

/* One exchange, at its seq - 1. */
struct fe_library_entry {
    struct fe_library_cassette *cassette;
    const struct fe_recorded *recorded;
    struct fe_library_queue *queue;      /* NULL: left out */
    struct fe_library_entry *next;       /* of its key */
    struct fe_library_entry *next_write; /* of a write: on its path */
    uint32_t generation;                 /* how many writes were recorded before it on its path */
    int status;                          /* 0: there was no answer */
    bool idle;
    bool folded; /* idle as the one before it, which stands for both */
    bool played;
};

/* Rules of redaction, and the options that they make. */
struct fe_library_dialect {
    const struct fe_frame_redaction *redaction;
    struct fe_rules *rules;
    struct fe_match_options options;
};

struct fe_library_cassette {
    struct fe_reader *reader;
    struct fe_arena arena; /* the index, and what is next */
    struct fe_index index;
    const struct fe_library_dialect **dialects; /* of its sessions */
    uint64_t base;                              /* how many exchanges stand before its first */
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
    struct fe_map queues;  /* by key */
    struct fe_map lanes;   /* by path */
    struct fe_arena arena; /* queues and lanes */
};

/* What an entry gives when it is taken. */
struct fe_take fe_library_take_of(const struct fe_library_entry *entry, bool repeated);

uint64_t fe_library_seq(const struct fe_library_entry *entry);

/* What was recorded on the target's path; NULL: nothing. */
struct fe_library_lane *fe_library_lane_on(struct fe_library *library, struct fe_slice target);

enum fe_library_class fe_library_class_of(const struct fe_frame_head *head);

/* The value of the part that is the path; every request has one. */
struct fe_slice fe_library_path_of(const struct fe_canonical *canonical);

/* All recordings of that request, made canonical by one session's rules; NULL: there are none. */
struct fe_library_queue *fe_library_queue_of(const struct fe_library *library,
                                             const struct fe_library_dialect *dialect,
                                             const struct fe_frame_head *head, struct fe_slice body,
                                             struct fe_arena *arena);

/* Opens the file and reads its index. On failure a line is added. */
int fe_library_cassette_open(struct fe_library *library, const char *path,
                             struct fe_library_cassette *cassette, struct fe_errors *errors);
/* Fills its entries, and puts them into their queues and lanes. The same. */
int fe_library_cassette_load(struct fe_library *library, struct fe_library_cassette *cassette,
                             struct fe_errors *errors);
void fe_library_cassette_done(struct fe_library_cassette *cassette);

#endif
