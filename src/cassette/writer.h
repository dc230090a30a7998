/* SPDX-License-Identifier: MIT */
/* Puts frames into a file: one writer a file, whole frames only, sealed at the end. Calls may block
 * on the disk; a recording makes them from a thread of its own (cassette/recording.h). Whoever
 * makes them ignores or blocks SIGXFSZ. */
#ifndef FE_CASSETTE_WRITER_H
#define FE_CASSETTE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "util/slice.h"

struct fe_safe_frame;
struct fe_writer;

enum fe_writer_mode {
    FE_WRITER_CREATE,   /* a file that is there already is an error */
    FE_WRITER_APPEND,   /* behind what is there, or a new file; a torn tail is cut off first */
    FE_WRITER_OVERWRITE /* written beside it as PATH.part, and put in its place when sealed */
};

struct fe_writer_options {
    const char *path;
    enum fe_writer_mode mode;
    bool private_file; /* mode 0600, as it keeps secrets; else what the umask leaves of 0666 */
};

enum {
    FE_WRITER_WHY_BYTES = 512
};

/* Opens and locks (flock) the file. On failure why[] says in one line what is wrong and what to do:
 * -EEXIST: it exists; -EBUSY: another process writes it; -EBADMSG: what is there is no cassette, or
 * of a version that this program does not write, or damaged before its end; -ENOSPC: no room even
 * to begin; or another -errno. On success why[] is empty, or a note that a torn tail was cut: how
 * many bytes, from where. */
int fe_writer_open(const struct fe_writer_options *options, struct fe_writer **writer_out,
                   char why[FE_WRITER_WHY_BYTES]);

/* Adds a frame behind the others: gathered in memory (at most 256 KiB), written when that is full
 * or at a flush. 0 or -errno; of a frame that could not be encoded, why. After a failure the file
 * is cut back to the last whole frame, the writer takes nothing more, and every further call gives
 * the same error.
 *
 * An index is true of one place only, so one that was read elsewhere is not written: it is taken
 * for the wish that the session shall have an index, and when its seal comes, it is sealed as by
 * fe_writer_seal(). */
int fe_writer_put(struct fe_writer *writer, const struct fe_safe_frame *frame);

/* Puts the index of the session that was put last, made of its frames, and its seal. Reads back
 * what it has to know of them, at a cost by frames and not by bytes. A session that there can be no
 * index of (its frames do not fit together, memory is out) is sealed without. As above. */
int fe_writer_seal(struct fe_writer *writer);

int fe_writer_flush(struct fe_writer *writer); /* to the kernel: survives kill -9 */
int fe_writer_sync(struct fe_writer *writer);  /* to the disk (fdatasync): survives power loss */

/* Flushes, syncs, and puts an overwritten file's successor in its place (rename, directory synced).
 * The seal itself is a frame like others, and the caller's to put, by fe_writer_seal(). */
int fe_writer_close(struct fe_writer *writer);

/* The file that is written, until it is closed. */
const char *fe_writer_file(const struct fe_writer *writer);

/* Bytes of whole frames so far, those from before an append too. */
uint64_t fe_writer_bytes(const struct fe_writer *writer);

/* Without fe_writer_close() before: leaves the file as it is after a crash. NULL is fine. */
void fe_writer_free(struct fe_writer *writer);

#endif
