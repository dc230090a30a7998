/* SPDX-License-Identifier: MIT */
/* The libevent base under a loop, for those who bring a libevent-based library to it. */
#ifndef FE_HTTP_LOOP_BASE_H
#define FE_HTTP_LOOP_BASE_H

struct event_base;
struct fe_loop;

/* Borrowed, as long as the loop lives. */
struct event_base *fe_loop_base(const struct fe_loop *loop);

#endif
