/* SPDX-License-Identifier: MIT */
/* Record mode as a whole: the cassette that is written, and the upstream that it is about. */
#ifndef FE_SERVER_RECORD_MODE_H
#define FE_SERVER_RECORD_MODE_H

#include "cassette/writer.h"
#include "http/loop.h"
#include "record/record.h"
#include "server/options.h"
#include "util/env.h"
#include "util/errors.h"

struct fe_recording;

struct fe_record_mode {
    struct fe_recording *recording; /* NULL: not open */
    struct fe_record *record;       /* NULL: likewise */
    struct fe_record *upstream;     /* passes on without recording; NULL: likewise */
    struct fe_log log; /* as it was: while it is open, the log goes through the recording */
    struct fe_env *env;
    struct fe_loop *loop;
};

/* Before anything is opened. `env` and `loop` outlive it. */
void fe_record_mode_init(struct fe_record_mode *mode, struct fe_env *env, struct fe_loop *loop);

/* Opens the cassette, and what passes requests on and records them. -EINVAL and a line each of what
 * a person has to change. */
int fe_record_mode_open(struct fe_record_mode *mode, const struct fe_options *options,
                        enum fe_writer_mode writer, struct fe_errors *errors);

/* Opens what passes requests on and records nothing. The same. */
int fe_record_mode_open_upstream(struct fe_record_mode *mode, const struct fe_options *options,
                                 struct fe_errors *errors);

/* The process ends (fe_record_stop()). */
void fe_record_mode_stop(struct fe_record_mode *mode);

/* After every exchange has ended: seals the cassette. 0, or the -errno that stopped the recording.
 */
int fe_record_mode_close(struct fe_record_mode *mode);

#endif
