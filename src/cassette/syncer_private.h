/* SPDX-License-Identifier: MIT */
/* Forces a file to the disk, on a thread of its own: it may take a disk a second, and what is
 * recorded meanwhile must reach the kernel all the same. What was asked for while it was busy is
 * one more time, for all of it together. */
#ifndef FE_CASSETTE_SYNCER_PRIVATE_H
#define FE_CASSETTE_SYNCER_PRIVATE_H

struct fe_syncer;

/* `fd` is borrowed. -errno when there is no thread to be had. */
int fe_syncer_new(int fd, struct fe_syncer **syncer_out);

/* Everything that has been written by now goes to the disk; returns at once. */
void fe_syncer_ask(struct fe_syncer *syncer);

/* 0, or the first -errno. */
int fe_syncer_error(struct fe_syncer *syncer);

/* Does what was asked for, first. 0, or the first -errno of all; NULL is fine. */
int fe_syncer_free(struct fe_syncer *syncer);

#endif
