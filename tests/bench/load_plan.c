/* SPDX-License-Identifier: MIT */
#include "load_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

static char *read_whole(const char *path, size_t *bytes_out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) < 0) {
        die(path);
    }
    size_t bytes = (size_t)ftell(file);
    char *text = malloc(bytes + 1);
    rewind(file);
    if (text == NULL || fread(text, 1, bytes, file) != bytes) {
        die(path);
    }
    (void)fclose(file);
    text[bytes] = '\0';
    *bytes_out = bytes;
    return text;
}

static uint64_t number(const char **at)
{
    char *end = NULL;
    uint64_t value = strtoull(*at, &end, 10);
    if (end == *at || (*end != ' ' && *end != '\n')) {
        die("a number is missing in the plan");
    }
    *at = end + 1;
    return value;
}

static const char *parse(const char *at, const char *end, struct ask *ask)
{
    ask->request_bytes = number(&at);
    ask->status = (int)number(&at);
    ask->body_bytes = number(&at);
    ask->pattern_bytes = number(&at);
    if (ask->request_bytes + ask->pattern_bytes > (size_t)(end - at) ||
        (ask->pattern_bytes == 0 && ask->body_bytes > 0)) {
        die("the plan is cut off");
    }
    ask->request = at;
    ask->pattern = at + ask->request_bytes;
    return ask->pattern + ask->pattern_bytes;
}

void plan_read(struct plan *plan, const char *path, uint64_t seed)
{
    size_t bytes = 0;
    size_t room = 0;
    *plan = (struct plan){.text = read_whole(path, &bytes), .random = seed != 0, .seed = seed};
    const char *end = plan->text + bytes;
    for (const char *at = plan->text; at < end;) {
        if (plan->count == room) {
            room = room > 0 ? room * 2 : 64;
            plan->asks = realloc(plan->asks, room * sizeof(*plan->asks));
            if (plan->asks == NULL) {
                die("plan");
            }
        }
        at = parse(at, end, &plan->asks[plan->count++]);
    }
    if (plan->count == 0) {
        die("the plan is empty");
    }
}

void plan_done(struct plan *plan)
{
    free(plan->asks);
    free(plan->text);
}

/* Marsaglia's xorshift64: good enough to jump about, and the same in every run. */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

const struct ask *plan_next(struct plan *plan)
{
    size_t index = plan->random ? draw(&plan->seed) : plan->next++;
    return &plan->asks[index % plan->count];
}

static bool equal(const char *pattern, const char *data, size_t bytes)
{
    if (memcmp(pattern, data, bytes) == 0) {
        return true;
    }
    for (size_t i = 0; i < bytes; i++) {
        if (pattern[i] != '\0' && pattern[i] != data[i]) {
            return false;
        }
    }
    return true;
}

bool ask_expects(const struct ask *ask, uint64_t at, const char *data, size_t bytes)
{
    if (at + bytes > ask->body_bytes) {
        return false;
    }
    while (bytes > 0) {
        size_t from = at % ask->pattern_bytes;
        size_t part = ask->pattern_bytes - from;
        part = part < bytes ? part : bytes;
        if (!equal(ask->pattern + from, data, part)) {
            return false;
        }
        data += part;
        at += part;
        bytes -= part;
    }
    return true;
}
