/* SPDX-License-Identifier: MIT */
/* SIGINT and SIGTERM as events of the loop, so that no handler and no global is needed. */
#ifndef FE_SERVER_SIGNALS_H
#define FE_SERVER_SIGNALS_H

struct fe_loop;
struct fe_signals;

/* Blocks the two for the calling thread; `on_signal` runs from the loop, once for each that comes.
 * 0 or -errno. */
int fe_signals_new(struct fe_loop *loop, void (*on_signal)(void *arg), void *arg,
                   struct fe_signals **signals_out);
void fe_signals_free(struct fe_signals *signals); /* NULL is fine; the two stay blocked */

#endif
