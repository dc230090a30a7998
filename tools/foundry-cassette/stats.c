/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>

#include "foundry-cassette/arguments.h"
#include "foundry-cassette/input.h"
#include "foundry-cassette/text.h"
#include "util/map.h"

enum {
    NAMED_MAX = 12,     /* of one kind; the rest is summed up */
    EXTREMES = 3,       /* slowest and largest that are named */
    ROUTE_SEGMENTS = 2, /* of a path, in its route */
    LABEL_WIDTH = 11
};

/* How often each of some names came. */
struct counter {
    struct fe_slice name;
    uint64_t count;
};
struct counters {
    struct fe_map map; /* name → struct counter */
    struct fe_arena *arena;
};

/* The exchanges with the highest numbers of some kind, highest first. */
struct extreme {
    size_t at; /* in the index */
    uint64_t number;
};
struct extremes {
    struct extreme items[EXTREMES];
    size_t count;
};

struct statistics {
    const struct fe_tool *tool;
    struct fe_input *input;
    struct counters methods;
    struct counters statuses;
    struct counters outcomes;
    struct counters routes;
    struct counters upstreams;
    struct counters recorders;
    struct extremes slowest;
    struct extremes largest;
    uint64_t sent;
    uint64_t received;
    size_t cut_off;
    bool has_time;
    int64_t first_ns;
    int64_t last_ns;
};

/* ── counting ──────────────────────────────────────────────────────────────────────────────── */

static void count(struct counters *counters, struct fe_slice name)
{
    struct counter *counter = fe_map_get(&counters->map, name);
    if (counter == NULL) {
        counter = fe_arena_alloc(counters->arena, sizeof(*counter));
        counter->name = fe_arena_copy(counters->arena, name);
        (void)fe_map_put(&counters->map, counter->name, counter);
    }
    counter->count++;
}

static void consider(struct extremes *extremes, size_t at, uint64_t number)
{
    size_t place = extremes->count;
    while (place > 0 && extremes->items[place - 1].number < number) {
        place--;
    }
    if (place == EXTREMES || number == 0) {
        return;
    }
    if (extremes->count < EXTREMES) {
        extremes->count++;
    }
    for (size_t i = extremes->count - 1; i > place; i--) {
        extremes->items[i] = extremes->items[i - 1];
    }
    extremes->items[place] = (struct extreme){at, number};
}

/* "/multipass/api" of "/multipass/api/users?x=1". */
static struct fe_slice route_of(struct fe_slice target)
{
    size_t slashes = 0;
    for (size_t i = 0; i < target.len; i++) {
        slashes += target.ptr[i] == '/';
        if (target.ptr[i] == '?' || slashes > ROUTE_SEGMENTS) {
            return (struct fe_slice){target.ptr, i};
        }
    }
    return target;
}

static void count_time(struct statistics *all, const struct fe_exchange *exchange)
{
    int64_t end_ns =
        exchange->time_ns + (exchange->end.t_us - exchange->request.t_us) * FE_NS_PER_US;
    if (!exchange->has_time) {
        return;
    }
    if (!all->has_time || exchange->time_ns < all->first_ns) {
        all->first_ns = exchange->time_ns;
    }
    if (!all->has_time || end_ns > all->last_ns) {
        all->last_ns = end_ns;
    }
    all->has_time = true;
}

static void count_exchange(struct statistics *all, size_t at)
{
    struct fe_arena arena = {0};
    struct fe_exchange exchange;
    fe_exchange_read(all->input, at, &arena, &exchange);
    int64_t took_us = exchange.end.t_us - exchange.request.t_us;
    count(&all->methods, fe_readable(exchange.request.method, &arena));
    count(&all->statuses, exchange.answered
                              ? fe_arena_printf(&arena, "%d", exchange.response.status)
                              : FE_SLICE("none"));
    count(&all->outcomes, fe_recorded_outcome_text(exchange.end.outcome));
    count(&all->routes, fe_readable(route_of(exchange.request.target), &arena));
    count_time(all, &exchange);
    consider(&all->slowest, at, took_us > 0 ? (uint64_t)took_us : 0);
    consider(&all->largest, at, exchange.end.response.wire_bytes);
    all->sent += exchange.end.request.wire_bytes;
    all->received += exchange.end.response.wire_bytes;
    all->cut_off += !exchange.recorded->ended;
    fe_arena_done(&arena);
}

/* ── printing ──────────────────────────────────────────────────────────────────────────────── */

static void put_label(const struct fe_tool *tool, const char *label)
{
    (void)fprintf(tool->out, "  %s%-*s%s ", fe_style(tool, FE_STYLE_DIM), LABEL_WIDTH, label,
                  fe_style(tool, FE_STYLE_PLAIN));
}

static int most_first(const void *a, const void *b)
{
    const struct counter *left = *(struct counter *const *)a;
    const struct counter *right = *(struct counter *const *)b;
    if (left->count != right->count) {
        return left->count < right->count ? 1 : -1;
    }
    size_t shorter = left->name.len < right->name.len ? left->name.len : right->name.len;
    int order = memcmp(left->name.ptr, right->name.ptr, shorter);
    return order ? order : (left->name.len > right->name.len) - (left->name.len < right->name.len);
}

static struct counter **sorted(const struct counters *counters)
{
    struct counter **list =
        fe_arena_alloc(counters->arena, (counters->map.count + 1) * sizeof(struct counter *));
    struct counter *counter = NULL;
    size_t cursor = 0;
    for (size_t i = 0; (counter = fe_map_next(&counters->map, &cursor)) != NULL; i++) {
        list[i] = counter;
    }
    qsort(list, counters->map.count, sizeof(struct counter *), most_first);
    return list;
}

/* "GET 8, POST 4"; of sessions' facts the names alone. */
static void put_counters(const struct fe_tool *tool, const char *label,
                         const struct counters *counters, bool numbers)
{
    size_t total = counters->map.count;
    if (total == 0) {
        return;
    }
    struct counter **list = sorted(counters);
    put_label(tool, label);
    for (size_t i = 0; i < total && i < NAMED_MAX; i++) {
        (void)fprintf(tool->out, "%s" FE_PRI, i ? ", " : "", FE_ARG(list[i]->name));
        if (numbers) {
            (void)fprintf(tool->out, " %s%" PRIu64 "%s", fe_style(tool, FE_STYLE_BOLD),
                          list[i]->count, fe_style(tool, FE_STYLE_PLAIN));
        }
    }
    if (total > NAMED_MAX) {
        (void)fprintf(tool->out, ", and %zu more", total - NAMED_MAX);
    }
    (void)fputc('\n', tool->out);
}

/* One line each, the path last. */
static void put_extremes(const struct statistics *all, const char *label,
                         const struct extremes *extremes,
                         void (*text_of)(uint64_t number, char out[FE_NUMBER_TEXT_BYTES]))
{
    const struct fe_tool *tool = all->tool;
    for (size_t i = 0; i < extremes->count; i++) {
        struct fe_arena arena = {0};
        struct fe_exchange exchange;
        char number[FE_NUMBER_TEXT_BYTES];
        fe_exchange_read(all->input, extremes->items[i].at, &arena, &exchange);
        text_of(extremes->items[i].number, number);
        put_label(tool, i == 0 ? label : "");
        struct fe_slice line = fe_arena_printf(
            &arena, "%-10s  #%" PRIu64 " " FE_PRI " " FE_PRI, number, exchange.recorded->seq,
            FE_ARG(fe_readable(exchange.request.method, &arena)),
            FE_ARG(fe_readable(exchange.request.target, &arena)));
        size_t room = tool->columns > LABEL_WIDTH + 3 ? tool->columns - LABEL_WIDTH - 3 : SIZE_MAX;
        line = fe_text_cut(line, room, &arena);
        (void)fprintf(tool->out, FE_PRI "\n", FE_ARG(line));
        fe_arena_done(&arena);
    }
}

static void duration_of(uint64_t number, char out[FE_NUMBER_TEXT_BYTES])
{
    fe_duration_text((int64_t)number, out);
}

static void put_time(const struct statistics *all)
{
    char first[FE_TIME_TEXT_BYTES];
    char last[FE_TIME_TEXT_BYTES];
    char duration[FE_NUMBER_TEXT_BYTES];
    if (!all->has_time) {
        return;
    }
    fe_time_format(all->first_ns, first);
    fe_time_format(all->last_ns, last);
    fe_duration_text((all->last_ns - all->first_ns) / FE_NS_PER_US, duration);
    put_label(all->tool, "recorded");
    (void)fprintf(all->tool->out, "%s to %s, %s\n", first, last, duration);
}

/* "12, 1 of them cut off"; if none is, what they are instead. */
static void put_with_part(FILE *out, size_t all, size_t part, const char *what, const char *instead)
{
    (void)fprintf(out, "%zu", all);
    if (part > 0) {
        (void)fprintf(out, ", %zu of them ", part);
    }
    (void)fprintf(out, "%s\n", part > 0 ? what : instead);
}

static void put_sizes(const struct statistics *all)
{
    const struct fe_index *index = &all->input->index;
    FILE *out = all->tool->out;
    char first[FE_NUMBER_TEXT_BYTES];
    char second[FE_NUMBER_TEXT_BYTES];
    size_t unsealed = 0;
    for (size_t i = 0; i < index->session_count; i++) {
        unsealed += !index->session_sealed[i];
    }
    put_label(all->tool, "sessions");
    put_with_part(out, index->session_count, unsealed, "not sealed", ", sealed");
    put_label(all->tool, "exchanges");
    put_with_part(out, index->count, all->cut_off, "cut off", "");
    fe_bytes_text(fe_reader_bytes(all->input->reader).len, first);
    put_label(all->tool, "file");
    (void)fprintf(out, "%s, %" PRIu64 " frames\n", first, index->frame_count);
    fe_bytes_text(all->sent, first);
    fe_bytes_text(all->received, second);
    put_label(all->tool, "bodies");
    (void)fprintf(out, "%s sent, %s received\n", first, second);
}

static void put_secrets(const struct statistics *all)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->input->index.session_count; i++) {
        kept += all->input->index.sessions[i].redaction.secrets_kept;
    }
    put_label(all->tool, "secrets");
    if (kept == 0) {
        (void)fputs("replaced\n", all->tool->out);
    } else {
        (void)fprintf(all->tool->out, "%skept%s in %zu session%s\n",
                      fe_style(all->tool, FE_STYLE_RED), fe_style(all->tool, FE_STYLE_PLAIN), kept,
                      kept == 1 ? "" : "s");
    }
}

static void put_all(const struct statistics *all)
{
    const struct fe_tool *tool = all->tool;
    (void)fprintf(tool->out, "%s%s%s\n", fe_style(tool, FE_STYLE_BOLD), all->input->name,
                  fe_style(tool, FE_STYLE_PLAIN));
    put_time(all);
    put_counters(tool, "upstream", &all->upstreams, false);
    put_counters(tool, "recorder", &all->recorders, false);
    put_secrets(all);
    put_sizes(all);
    put_counters(tool, "methods", &all->methods, true);
    put_counters(tool, "statuses", &all->statuses, true);
    put_counters(tool, "outcomes", &all->outcomes, true);
    put_counters(tool, "routes", &all->routes, true);
    put_extremes(all, "slowest", &all->slowest, duration_of);
    put_extremes(all, "largest", &all->largest, fe_bytes_text);
}

static void summarise(const struct fe_tool *tool, struct fe_input *input)
{
    struct statistics all = {.tool = tool, .input = input};
    struct counters *counters[] = {&all.methods, &all.statuses,  &all.outcomes,
                                   &all.routes,  &all.upstreams, &all.recorders};
    const size_t counters_count = sizeof(counters) / sizeof(counters[0]);
    for (size_t i = 0; i < counters_count; i++) {
        counters[i]->arena = &input->arena;
        fe_map_init(&counters[i]->map, &tool->env->random);
    }
    for (size_t i = 0; i < input->index.session_count; i++) {
        const struct fe_frame_session *session = &input->index.sessions[i];
        count(&all.upstreams, fe_readable(session->upstream, &input->arena));
        count(&all.recorders, fe_readable(session->recorder, &input->arena));
    }
    for (size_t i = 0; i < input->index.count; i++) {
        count_exchange(&all, i);
    }
    put_all(&all);
    for (size_t i = 0; i < counters_count; i++) {
        fe_map_done(&counters[i]->map);
    }
}

int fe_command_stats(const struct fe_tool *tool, int argc, char **argv)
{
    const struct fe_usage usage = {
        .command = "stats",
        .operands = "FILE...",
        .about = "Counts exchanges by method, status, outcome and route, and bytes; names the\n"
                 "slowest and the largest; says when and from where it was recorded, whether it\n"
                 "is sealed, and whether it keeps secrets. \"-\" is standard input.\n",
        .operands_min = 1,
        .operands_max = INT_MAX,
    };
    int files = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &files, &status)) {
        return status;
    }
    for (int i = 1; i <= files && !fe_tool_out_failed(tool); i++) {
        struct fe_input input;
        int of_file = fe_input_open_indexed(tool, argv[i], &input);
        if (of_file == FE_TOOL_OK) {
            (void)fputs(i > 1 ? "\n" : "", tool->out);
            summarise(tool, &input);
            of_file = fe_input_say_damage(tool, &input);
            fe_input_done(&input);
        }
        status = of_file > status ? of_file : status;
    }
    return status;
}
