/* SPDX-License-Identifier: MIT */
/* A cassette that is being written: as OUT.part beside its name, and put in its place when it is
 * whole; so that OUT is never half there. It is its owner's only (0600) until it is known that no
 * session in it keeps its secrets, and stays so if one does. */
#ifndef FE_TOOL_OUTPUT_H
#define FE_TOOL_OUTPUT_H

#include "cassette/frame.h"
#include "foundry-cassette/commands.h"

struct fe_output;
struct fe_safe_frame;

/* An `path` that exists is an error unless `overwrite`. Returns FE_TOOL_OK, or complains and
 * returns the exit status, as all below do. */
int fe_output_open(const struct fe_tool *tool, const char *path, bool overwrite,
                   struct fe_output **output_out);

/* A frame as it is; but where a session had an index, one that is true of it here is put before its
 * seal, and the seal made anew (fe_writer_put()). */
int fe_output_put(struct fe_output *output, const struct fe_safe_frame *frame);

/* The index and the seal of the session that was put last. */
int fe_output_seal(struct fe_output *output);

/* A frame of another cassette, its text whole and good. For an index and a seal, whatever they say,
 * there is fe_output_seal(). */
int fe_output_copy(struct fe_output *output, struct fe_slice text);

/* Puts the file in its place, and frees `output`. */
int fe_output_close(struct fe_output *output);

/* Gives up: removes what was written, and frees `output`. NULL is fine. */
void fe_output_discard(struct fe_output *output);

#endif
