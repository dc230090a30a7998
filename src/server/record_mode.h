/* SPDX-License-Identifier: MIT */
/* Record mode as a whole: the cassette that is written, and the upstream that it is about. */
#ifndef FE_SERVER_RECORD_MODE_H
#define FE_SERVER_RECORD_MODE_H

#include "http/loop.h"
#include "record/record.h"
#include "server/options.h"
#include "util/env.h"
#include "util/errors.h"

struct fe_recording;

struct fe_record_mode {
    struct fe_recording *recording; /* NULL: not open */
    struct fe_record *record;
    struct fe_log log; /* as it was: while it is open, the log goes through the recording */
    struct fe_env *env;
};

/* Whether the options that concern it go together; each mistake a line. */
void fe_record_mode_check(const struct fe_options *options, struct fe_errors *errors);

/* Opens the cassette and libcurl. -EINVAL and a line each of what a person has to change. */
int fe_record_mode_open(struct fe_record_mode *mode, const struct fe_options *options,
                        struct fe_env *env, struct fe_loop *loop, struct fe_errors *errors);

/* After every exchange has ended: seals the cassette. 0, or the -errno that stopped the recording.
 */
int fe_record_mode_close(struct fe_record_mode *mode);

#endif
