/* SPDX-License-Identifier: MIT */
/* One message, a request or an answer, on its way from the recording's queue to frames: its head,
 * which waits until the length of the body is known or can no longer be waited for, and its body,
 * which goes through a redactor and is divided into frames of one size. */
#ifndef FE_CASSETTE_RECORDED_MESSAGE_PRIVATE_H
#define FE_CASSETTE_RECORDED_MESSAGE_PRIVATE_H

#include <pthread.h>

#include "cassette/body_marks_private.h"
#include "cassette/frame.h"
#include "util/arena.h"

struct fe_body_redactor;
struct fe_redactor;
struct fe_safe_frame;
struct fe_safe_gather;
struct fe_safe_head;

/* What all messages of a recording share. */
struct fe_recorder {
    struct fe_redactor *redactor;
    bool keeps_secrets; /* bodies are stored as they are, codings and all */
    /* The redactor is for one thread at a time. Whoever comes second holds `turn` while it waits,
     * so that the recording's thread, which is always busy, cannot come before it again. */
    pthread_mutex_t turn;
    pthread_mutex_t lock;
    struct fe_safe_frame *frame; /* the one in work */
    void (*put)(void *arg, const struct fe_safe_frame *frame);
    void *arg;
};

void fe_recorder_lock(struct fe_recorder *recorder);
void fe_recorder_unlock(struct fe_recorder *recorder);

struct fe_recorded_message {
    struct fe_recorder *recorder;
    struct fe_arena *arena;
    uint64_t exchange;
    enum fe_frame_kind head_kind;
    enum fe_frame_kind body_kind;
    /* Called when there is so much of the body that it must be written now: is to call
     * fe_recorded_message_write(). */
    void (*on_much)(void *arg);
    void *arg;

    struct fe_safe_head *head; /* NULL: none yet, or it is written */
    uint64_t length;           /* as its Content-Length says, or UINT64_MAX */
    bool coded;
    bool passed;  /* bytes of the body have come out before its end */
    bool closing; /* its end has come */
    bool closed;
    struct fe_body_redactor *body;
    struct fe_safe_gather *gathered;
    struct fe_body_marks marks;
    struct fe_frame_body_end facts; /* when it is closed; `bytes` grows before */
};

void fe_recorded_message_init(struct fe_recorded_message *message, struct fe_recorder *recorder,
                              struct fe_arena *arena, uint64_t exchange);
void fe_recorded_message_done(struct fe_recorded_message *message);

/* The head: texts live as long as the arena. A second one is not heeded. */
void fe_recorded_message_head(struct fe_recorded_message *message,
                              const struct fe_frame_head *head);

/* More of the body. Afterwards `passed` or `closed` may say that it is time to write. */
void fe_recorded_message_body(struct fe_recorded_message *message, struct fe_slice bytes, bool cut,
                              int64_t t_us);

/* The body is over, or broken off. */
void fe_recorded_message_close(struct fe_recorded_message *message);

/* Writes the head, unless that was written, and all of the body that fills whole frames; the rest,
 * too, when it is closed. */
void fe_recorded_message_write(struct fe_recorded_message *message);

#endif
