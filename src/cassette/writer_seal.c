/* SPDX-License-Identifier: MIT */
/* The end of a session: its index is made of what has been written, read back, so that writing
 * costs nothing more while there is something to record. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cassette/crc32c.h"
#include "cassette/encode.h"
#include "cassette/index/session_rows.h"
#include "cassette/match/canonical.h"
#include "cassette/writer_private.h"

void fe_writer_note(struct fe_writer *writer, struct fe_slice frame)
{
    struct fe_written *written = &writer->session;
    uint64_t kind = fe_writer_kind(frame);
    if (kind == FE_FRAME_SESSION) {
        *written = (struct fe_written){.begin = fe_writer_bytes(writer)};
    }
    written->frames++;
    written->exchanges += kind == FE_FRAME_REQUEST;
    if (kind != FE_FRAME_INDEX) {
        written->bytes += frame.len;
        written->crc = fe_crc32c(written->crc, frame);
    }
}

/* The bytes of the session in the file, mapped; *map_out and *map_len_out are to be unmapped. */
static struct fe_slice read_back(const struct fe_writer *writer, void **map_out,
                                 size_t *map_len_out)
{
    const struct fe_written *written = &writer->session;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t front = written->begin % page;
    *map_len_out = (size_t)(front + written->bytes);
    *map_out = mmap(NULL, *map_len_out, PROT_READ, MAP_SHARED, writer->fd,
                    (off_t)(written->begin - front));
    if (*map_out == MAP_FAILED) {
        return (struct fe_slice){NULL, 0};
    }
    return (struct fe_slice){(const char *)*map_out + front, (size_t)written->bytes};
}

/* False: there can be none, and need not be. */
static bool make_rows(const struct fe_writer *writer, struct fe_buf *rows)
{
    void *map = NULL;
    size_t map_len = 0;
    struct fe_slice session = read_back(writer, &map, &map_len);
    if (session.ptr == NULL) {
        return false;
    }
    int r = fe_session_rows(session, rows);
    (void)munmap(map, map_len);
    return r == 0;
}

static int put_index(struct fe_writer *writer, struct fe_slice rows, struct fe_safe_frame *frame)
{
    struct fe_frame_index index = {
        .canonical = FE_CANONICAL_VERSION,
        .covers = writer->session.bytes,
        .crc = writer->session.crc,
    };
    int r = 0;
    do {
        index.rows = fe_session_rows_of_frame(&rows);
        fe_encode_index(&index, frame);
        r = fe_writer_put_as_it_is(writer, frame);
    } while (r == 0 && rows.len > 0);
    return r;
}

int fe_writer_seal(struct fe_writer *writer)
{
    struct fe_safe_frame *frame = fe_safe_frame_new();
    struct fe_frame_seal seal = {0};
    struct fe_buf rows;
    fe_buf_init(&rows, FE_SESSION_ROWS_BYTES_MAX);
    int r = fe_writer_flush(writer);
    if (r == 0 && make_rows(writer, &rows)) {
        uint64_t begin = fe_writer_bytes(writer);
        r = put_index(writer, fe_buf_slice(&rows), frame);
        seal.index_bytes = fe_writer_bytes(writer) - begin;
    }
    seal.frames = writer->session.frames;
    seal.exchanges = writer->session.exchanges;
    if (r == 0) {
        fe_encode_seal(&seal, frame);
        r = fe_writer_put_as_it_is(writer, frame);
    }
    fe_buf_done(&rows);
    fe_safe_frame_free(frame);
    return r;
}
