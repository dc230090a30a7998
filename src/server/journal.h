/* SPDX-License-Identifier: MIT */
/* The last exchanges, for a person or a test that wants to see what happened. A ring of
 * FE_LIMIT_JOURNAL entries; secrets in targets are struck out before they get here. */
#ifndef FE_SERVER_JOURNAL_H
#define FE_SERVER_JOURNAL_H

#include "http/exchange.h"
#include "util/json_writer.h"

struct fe_journal;
struct fe_recording;

struct fe_journal *fe_journal_new(void);
void fe_journal_free(struct fe_journal *journal);

/* Forgets all, and what is under way. */
void fe_journal_clear(struct fe_journal *journal);

/* Copies what is to be kept. `target` is the redacted one. */
void fe_journal_add(struct fe_journal *journal, const struct fe_exchange *x, struct fe_slice target,
                    enum fe_outcome outcome);

/* An array of the last `limit` exchanges, newest first. What a recording (NULL: none) knows to be
 * secret by now is struck out, too. */
void fe_journal_write(const struct fe_journal *journal, size_t limit,
                      struct fe_recording *recording, struct fe_json_writer *writer);

#endif
