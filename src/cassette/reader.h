/* SPDX-License-Identifier: MIT */
/* Reads a cassette, frame by frame or exchange by exchange. The file is mapped, not copied; bodies
 * are slices of the map. One pass over the heads builds the index. */
#ifndef FE_CASSETTE_READER_H
#define FE_CASSETTE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "cassette/frame.h"
#include "util/arena.h"

struct fe_reader;

/* Maps the file, as long as it is now: what a writer adds later is not seen, and nobody may shorten
 * it meanwhile. -EBADMSG when it is no cassette at all (no session frame at its front), or one that
 * needs a newer reader; or -errno. why[] (FE_WRITER_WHY_BYTES, as the writer's) says so in one
 * line. */
int fe_reader_open(const char *path, struct fe_reader **reader_out, char *why, size_t why_size);
void fe_reader_free(struct fe_reader *reader); /* NULL is fine */

/* A reader of bytes that this program has written just now: no checksum is verified, so that its
 * cost is by frames and not by bytes. They must outlive it. */
struct fe_reader *fe_reader_new_trusting(struct fe_slice bytes);

const char *fe_reader_path(const struct fe_reader *reader);
struct fe_slice fe_reader_bytes(const struct fe_reader *reader); /* the whole file */
bool fe_reader_same_file(const struct fe_reader *a, const struct fe_reader *b);

/* Who goes through a big file calls this now and then: pages of the map before `offset` are given
 * back, and come again when they are looked at. Start with *released at the offset where you do. */
void fe_reader_release(const struct fe_reader *reader, uint64_t *released, uint64_t offset);

/* The next frame from *offset, which is moved behind it; lists are in the arena. 1; 0 at the end;
 * -ENODATA: a torn tail: what is here is no whole frame, and nowhere behind it is one; -EBADMSG:
 * damage with more behind it, or a frame whose values are not as they should be. *why_out says what
 * (static text), and *offset stands where the frame should begin. */
int fe_reader_next(const struct fe_reader *reader, uint64_t *offset, struct fe_arena *arena,
                   struct fe_frame *frame_out, const char **why_out);

/* From a damaged place on: where the next frame with a good checksum begins, or the file's end. A
 * frame whose lengths lead to a good one is stepped over, not searched. */
uint64_t fe_reader_resync(const struct fe_reader *reader, uint64_t offset);

/* One exchange in the index. */
struct fe_recorded {
    uint64_t seq;      /* from 1, in the file's order of requests: what people call it by */
    size_t session;    /* index into sessions */
    uint64_t exchange; /* its number within the session */
    /* It has its end, and all frames that this speaks of; false: the recording was cut off within
     * it, or some of it is damaged. */
    bool ended;
    int status; /* that its answer's head says; 0: there is none */
    /* Offsets of frames in the file; UINT64_MAX: there is none. */
    uint64_t request;
    uint64_t response;
    uint64_t end;
    const uint64_t *frames; /* all of its frames, in order */
    size_t frame_count;
};

/* A place that could not be read, or a frame that does not fit those before it: of an exchange that
 * its session does not have, a body that does not go on where it was, a second answer, an end or a
 * seal that counts otherwise. Such a frame is in no exchange's list. */
struct fe_damage {
    uint64_t offset;
    uint64_t bytes;
    bool torn; /* from here to the end of the file there is no frame: a crash, most likely */
    const char *why;
};

struct fe_index {
    struct fe_frame_session *sessions;
    uint64_t *session_offsets;
    uint64_t *session_indices; /* offset of its first index frame; 0: it has none */
    bool *session_sealed;
    size_t session_count;
    struct fe_recorded *exchanges; /* by seq */
    size_t count;
    struct fe_damage *damages;
    size_t damage_count;
    uint64_t frame_count; /* those that could be read */
};

/* Everything lies in the arena and points into the reader's map. 0; damage is listed, not an error.
 * Every checksum is verified. -ENOMEM past 100 million frames. What was read does not stay
 * resident. */
int fe_index_build(const struct fe_reader *reader, struct fe_arena *arena,
                   struct fe_index *index_out);

/* Decodes the frame at an offset that an index gave. Its checksum is verified each time: of kind
 * FE_FRAME_KINDS, and otherwise empty, if there is no good frame. */
void fe_reader_frame_at(const struct fe_reader *reader, uint64_t offset, struct fe_arena *arena,
                        struct fe_frame *frame_out);

#endif
