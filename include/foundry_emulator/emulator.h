/* SPDX-License-Identifier: MIT */
/* An emulator of Palantir Foundry inside a program of yours.
 *
 *     struct fe_options *options = fe_options_new();
 *     fe_options_set(options, "listen", "http://127.0.0.1:0", FE_OPTION_COMMAND_LINE, NULL, 0);
 *     struct fe_emulator *emulator;
 *     char *errors;
 *     if (fe_emulator_new(options, &emulator, &errors) == 0 && fe_emulator_start(emulator) == 0) {
 *         point_your_client_at(fe_emulator_url(emulator, 0));
 *     }
 *     fe_emulator_free(emulator);
 *     fe_options_free(options);
 *
 * Emulators share nothing: a process may have many. Functions that return int return 0 or a
 * negative errno. Unless said otherwise, call them from one thread. */
#ifndef FOUNDRY_EMULATOR_EMULATOR_H
#define FOUNDRY_EMULATOR_EMULATOR_H

#include <stddef.h>

#include "foundry_emulator/api.h"
#include "foundry_emulator/options.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fe_emulator;

/* Reads and checks every seed file. On -EINVAL, *errors_out is what is wrong, a line each, for a
 * person to read, and free()d by the caller; else it is NULL. *emulator_out is untouched on
 * failure. `options` may be freed afterwards. */
FE_API int fe_emulator_new(const struct fe_options *options, struct fe_emulator **emulator_out,
                           char **errors_out);

/* Stops first, if need be. NULL is fine. */
FE_API void fe_emulator_free(struct fe_emulator *emulator);

/* Binds every listener, then opens the cassette if one is to be recorded. -EADDRINUSE and the like;
 * -EINVAL: the cassette or the upstream's authorities cannot be used; fe_emulator_problem() then
 * says which and why. */
FE_API int fe_emulator_listen(struct fe_emulator *emulator);

/* What the last failure was, in a sentence; "" if there was none. Valid until the next call. */
FE_API const char *fe_emulator_problem(const struct fe_emulator *emulator);

/* The listeners' URLs with their real ports, "http://127.0.0.1:4000"; NULL past the last, or before
 * fe_emulator_listen(). Valid as long as the emulator. */
FE_API const char *fe_emulator_url(const struct fe_emulator *emulator, size_t index);

/* The PEM file of the authority that clients of the https listeners have to trust; NULL: there are
 * none, or they have a certificate of yours. Valid as long as the emulator. */
FE_API const char *fe_emulator_ca_file(const struct fe_emulator *emulator);

/* Serves on the calling thread until fe_emulator_stop(): then lets exchanges end, 5 seconds at
 * most, seals what was recorded, and returns 0; -EIO if the event loop failed; what the recording
 * failed with, such as -ENOSPC; or -ENOMSG with the option "strict", if requests were missed or
 * recordings never used, which the log lists. It cannot be run again. */
FE_API int fe_emulator_run(struct fe_emulator *emulator);

/* Makes SIGINT and SIGTERM stop it, a second one without waiting for exchanges. They are blocked
 * for the calling thread, and for threads it makes later. Call it before fe_emulator_run(). */
FE_API int fe_emulator_stop_on_signals(struct fe_emulator *emulator);

/* Listens, if that has not been done, and serves on a thread of the emulator's own. */
FE_API int fe_emulator_start(struct fe_emulator *emulator);

/* Ends fe_emulator_run(), or the emulator's own thread, and returns at once. Any thread may call
 * it, and a signal handler may. A second call does not wait for exchanges to end. */
FE_API void fe_emulator_stop(struct fe_emulator *emulator);

/* Back to the seed: users, tokens, runtimes and jobs as after fe_emulator_new(), the clock on wall
 * time, the journal empty. Any thread; returns when it is done. */
FE_API void fe_emulator_reset(struct fe_emulator *emulator);

/* "0.1.0" */
FE_API const char *fe_emulator_version(void);

#ifdef __cplusplus
}
#endif

#endif
