/* SPDX-License-Identifier: MIT */
/* The parts that requests and answers of an archive have in common. */
#ifndef FE_TOOL_HAR_MESSAGE_H
#define FE_TOOL_HAR_MESSAGE_H

#include "foundry-cassette/har_read.h"

struct fe_har_reading {
    struct fe_arena *arena;
    uint64_t *losses;
};

static inline void fe_har_lose(const struct fe_har_reading *reading, enum fe_har_loss loss)
{
    reading->losses[loss]++;
}

/* A member of an object: its text, or an empty one; its number, or -1, which archives have for "not
 * known". */
struct fe_slice fe_har_string(const struct fe_har_reading *reading, const struct fe_json *object,
                              const char *name);
double fe_har_number(const struct fe_json *object, const char *name);

bool fe_har_is_field_name(struct fe_slice name);
void fe_har_add_field(const struct fe_har_reading *reading, struct fe_har_message *message,
                      struct fe_slice name, struct fe_slice value);

/* Each reads its part of a request or a response. */
void fe_har_read_version(const struct fe_har_reading *reading, const struct fe_json *json,
                         struct fe_har_message *message);
void fe_har_read_fields(const struct fe_har_reading *reading, const struct fe_json *json,
                        struct fe_har_message *message);

/* The body, from a postData or a content; from the parameters of a postData. */
void fe_har_read_text(const struct fe_har_reading *reading, const struct fe_json *holder,
                      struct fe_har_message *message);
void fe_har_read_parameters(const struct fe_har_reading *reading, const struct fe_json *data,
                            struct fe_har_message *message);
/* There was one, and it is not here. */
void fe_har_drop(const struct fe_har_reading *reading, struct fe_har_message *message,
                 enum fe_har_loss loss);
/* Once head and body are known: how the body said where it ends, and how many bytes it was.
 * `may_close`: the connection's end may have said so. */
void fe_har_settle_body(const struct fe_har_reading *reading, const struct fe_json *json,
                        bool may_close, struct fe_har_message *message);

#endif
