/* SPDX-License-Identifier: MIT */
/* A cassette that is read, and the exchanges in it. */
#ifndef FE_TOOL_INPUT_H
#define FE_TOOL_INPUT_H

#include "cassette/reader.h"
#include "foundry-cassette/commands.h"
#include "util/buf.h"

/* What there is to say of an index that says what is not so. */
#define FE_FALSE_INDEX "an index that does not say what is in its session"

struct fe_input {
    const char *name; /* the path, or "standard input" */
    struct fe_reader *reader;
    struct fe_arena arena; /* the index is in it */
    struct fe_index index;
};

/* Opens; "-" is standard input, which may be a pipe. Returns FE_TOOL_OK, or complains and returns
 * the exit status. */
int fe_input_open(const struct fe_tool *tool, const char *path, struct fe_input *input_out);
/* The same, and builds the index. */
int fe_input_open_indexed(const struct fe_tool *tool, const char *path, struct fe_input *input_out);
/* The same, for who writes what is in it elsewhere: damage is an error. */
int fe_input_open_whole(const struct fe_tool *tool, const char *path, struct fe_input *input_out);
void fe_input_done(struct fe_input *input);

/* Says on standard error what of it could not be read; FE_TOOL_FINDINGS if that is more than a torn
 * tail, which a recording under way may have. */
int fe_input_say_damage(const struct fe_tool *tool, const struct fe_input *input);

/* Appends what a pipe has to give until its end. 0, -errno, or the buffer's error. */
int fe_input_read_pipe(int fd, struct fe_buf *text);
/* Of a file without damage: the offset of the first index that is not what its session makes of
 * it, or 0. */
uint64_t fe_input_find_false_index(const struct fe_input *input);

/* Who goes through a big file calls this now and then: pages of the map before `offset` are given
 * back, and come again when they are looked at. Start with *forgotten = 0. */
void fe_input_forget(const struct fe_input *input, uint64_t *forgotten, uint64_t offset);

/* One exchange, its frames decoded. */
struct fe_exchange {
    const struct fe_recorded *recorded;
    struct fe_frame_head request;
    bool answered;
    struct fe_frame_head response; /* if answered */
    /* Of an exchange that the recording was cut off in: FE_RECORDED_TRUNCATED, and what is there of
     * its bodies. */
    struct fe_frame_end end;
    bool has_time;
    int64_t time_ns; /* when the request came, on the recorder's clock */
};

/* Whatever number a file has for a time becomes one that can be reckoned with. */
int64_t fe_sane_us(int64_t t_us);

/* Times are sane. `at` is an index into input->index.exchanges. Lists are in `arena`, text in the
 * file. */
void fe_exchange_read(const struct fe_input *input, size_t at, struct fe_arena *arena,
                      struct fe_exchange *exchange_out);

/* Which exchanges "3" and "5-7" mean: marks[seq - 1] is set for each. Complains, with the range
 * that there is, as fe_input_open(). */
int fe_seqs_read(const struct fe_tool *tool, const struct fe_input *input, char *const *words,
                 int count, bool *marks);

#endif
