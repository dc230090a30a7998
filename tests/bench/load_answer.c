/* SPDX-License-Identifier: MIT */
#include "load_answer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "die.h"
#include "load_plan.h"

void answer_begin(struct answer *answer)
{
    answer->part = ANSWER_HEAD;
    answer->text_bytes = 0;
    answer->left = 0;
    answer->at = 0;
}

static _Noreturn void refuse(const struct answer *answer, const struct ask *ask, const char *why)
{
    (void)fprintf(stderr, "asked:\n%.*s\nanswered, as far as it came:\n%.*s\n",
                  (int)(ask->request_bytes < 2000 ? ask->request_bytes : 2000), ask->request,
                  (int)answer->text_bytes, answer->text);
    errno = 0;
    die(why);
}

/* The value of a field of the head, or NULL. */
static const char *field(const char *head, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':') {
            return line + 2 + length + 1 + strspn(line + 2 + length + 1, " ");
        }
    }
    return NULL;
}

static void end_head(struct answer *answer, const struct ask *ask)
{
    const char *length = field(answer->text, "Content-Length");
    const char *coding = field(answer->text, "Transfer-Encoding");
    if (strtol(answer->text + strlen("HTTP/1.1 "), NULL, 10) != ask->status) {
        refuse(answer, ask, "another status was expected");
    }
    if (coding) {
        answer->part = ANSWER_CHUNK_SIZE;
    } else {
        answer->left = length ? strtoull(length, NULL, 10) : 0;
        answer->part = answer->left > 0 ? ANSWER_BODY : ANSWER_WHOLE;
    }
}

/* One byte of the head, or of a line between chunks; only a few are such. */
static void take_text(struct answer *answer, const struct ask *ask, char byte)
{
    if (answer->text_bytes + 1 == sizeof(answer->text)) {
        refuse(answer, ask, "head or line too long");
    }
    answer->text[answer->text_bytes++] = byte;
    answer->text[answer->text_bytes] = '\0';
    if (byte != '\n') {
        return;
    }
    bool empty = answer->text_bytes == 2;
    switch (answer->part) {
    case ANSWER_HEAD:
        if (answer->text_bytes < 4 || answer->text[answer->text_bytes - 3] != '\n') {
            return;
        }
        end_head(answer, ask);
        break;
    case ANSWER_CHUNK_SIZE:
        answer->left = strtoull(answer->text, NULL, 16);
        answer->part = answer->left > 0 ? ANSWER_CHUNK : ANSWER_TRAILER;
        break;
    case ANSWER_CHUNK_END:
        answer->part = ANSWER_CHUNK_SIZE;
        break;
    case ANSWER_TRAILER:
        answer->part = empty ? ANSWER_WHOLE : ANSWER_TRAILER;
        break;
    case ANSWER_BODY:
    case ANSWER_CHUNK:
    case ANSWER_WHOLE:
        break;
    }
    answer->text_bytes = 0;
}

static size_t take_body(struct answer *answer, const struct ask *ask, const char *data,
                        size_t bytes)
{
    size_t part = answer->left < bytes ? (size_t)answer->left : bytes;
    if (!ask_expects(ask, answer->at, data, part)) {
        refuse(answer, ask, "another body was expected");
    }
    answer->at += part;
    answer->left -= part;
    if (answer->left == 0) {
        answer->part = answer->part == ANSWER_BODY ? ANSWER_WHOLE : ANSWER_CHUNK_END;
    }
    return part;
}

bool answer_take(struct answer *answer, const struct ask *ask, const char *data, size_t bytes)
{
    while (bytes > 0 && answer->part != ANSWER_WHOLE) {
        size_t taken = 1;
        if (answer->part == ANSWER_BODY || answer->part == ANSWER_CHUNK) {
            taken = take_body(answer, ask, data, bytes);
        } else {
            take_text(answer, ask, *data);
        }
        data += taken;
        bytes -= taken;
    }
    if (answer->part != ANSWER_WHOLE) {
        return false;
    }
    if (bytes > 0) {
        refuse(answer, ask, "more came than one answer");
    }
    if (answer->at != ask->body_bytes) {
        refuse(answer, ask, "a longer body was expected");
    }
    return true;
}
