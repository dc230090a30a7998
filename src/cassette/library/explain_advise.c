/* SPDX-License-Identifier: MIT */
/* What to do about a miss: the rule if there is one, else the command. */
#include <inttypes.h>

#include "cassette/library/explain_private.h"
#include "cassette/redact/redactor.h"

enum {
    COMMAND_BYTES_MAX = 1 << 20
};

/* ── a command line ── */

static bool is_plain_word(struct fe_slice text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:@%+=,";
    for (size_t i = 0; i < text.len; i++) {
        if (memchr(plain, text.ptr[i], sizeof(plain) - 1) == NULL) {
            return false;
        }
    }
    return text.len > 0;
}

/* As one word of a POSIX shell. */
static void put_word(struct fe_buf *out, struct fe_slice text)
{
    if (is_plain_word(text)) {
        (void)fe_buf_put(out, text);
        return;
    }
    (void)fe_buf_putc(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'') {
            (void)fe_buf_puts(out, "'\\''");
        } else {
            (void)fe_buf_putc(out, text.ptr[i]);
        }
    }
    (void)fe_buf_putc(out, '\'');
}

static void put_cassette(struct fe_buf *out, const char *path)
{
    (void)fe_buf_puts(out, " --cassette ");
    put_word(out, fe_slice_cstr(path));
}

static void put_cassettes(struct fe_buf *out, const struct fe_library *library)
{
    for (size_t i = 0; i < fe_library_cassettes(library); i++) {
        put_cassette(out, fe_library_path(library, i));
    }
}

/* Of the cassette that new recordings are appended to. */
static void put_upstream(struct fe_buf *out, const struct fe_library *library)
{
    (void)fe_buf_puts(out, " --upstream ");
    if (library->cassette_count > 0 && library->cassettes[0].index.session_count > 0) {
        put_word(out, library->cassettes[0].index.sessions[0].upstream);
    } else {
        (void)fe_buf_puts(out, "URL");
    }
}

static struct fe_slice take_command(const struct fe_explaining *e, struct fe_buf *out)
{
    struct fe_slice command = fe_arena_copy(e->arena, fe_buf_slice(out));
    fe_buf_done(out);
    return fe_redactor_text(e->redactor, command, e->arena);
}

/* ── advice ── */

static void advise_recording(const struct fe_explaining *e)
{
    struct fe_buf command;
    fe_buf_init_firm(&command, COMMAND_BYTES_MAX);
    (void)fe_buf_puts(&command, "foundry-emulator --mode replay --on-miss record");
    put_upstream(&command, e->library);
    put_cassettes(&command, e->library);
    e->out->advice =
        FE_SLICE("Record it: what is missed then goes to the upstream, and into the cassette.");
    e->out->command = take_command(e, &command);
}

static void advise_rule(const struct fe_explaining *e, struct fe_slice rule)
{
    e->out->advice = fe_arena_printf(
        e->arena, "Ignore that: with this rule in a seed file, recording %" PRIu64 " answers it.",
        e->near[0].seq);
    e->out->rule = rule;
}

static void advise_repeating(const struct fe_explaining *e)
{
    bool writes = fe_row_class_of(e->missed->head) == FE_ROW_WRITE;
    struct fe_buf command;
    fe_buf_init_firm(&command, COMMAND_BYTES_MAX);
    (void)fe_buf_printf(&command, "foundry-emulator --mode replay --at-end %s=repeat",
                        writes ? "writes" : "reads");
    put_cassettes(&command, e->library);
    e->out->advice = FE_SLICE("Have its last answer repeated, or record it once more.");
    e->out->command = take_command(e, &command);
}

static void advise_order(const struct fe_explaining *e)
{
    const struct fe_take *write = &e->standing.write;
    struct fe_buf command;
    fe_buf_init_firm(&command, COMMAND_BYTES_MAX);
    (void)fe_buf_puts(&command, "foundry-emulator --mode record --overwrite");
    put_upstream(&command, e->library);
    if (write->reader) {
        put_cassette(&command, fe_reader_path(write->reader));
    } else {
        put_cassettes(&command, e->library);
    }
    e->out->advice =
        FE_SLICE("Send that write first, or record the session again in the order of now.");
    e->out->command = take_command(e, &command);
}

void fe_explain_advise(const struct fe_explaining *e)
{
    struct fe_slice rule = {NULL, 0};
    switch (e->missed->find) {
    case FE_MISS_USED_UP:
        advise_repeating(e);
        return;
    case FE_MISS_TOO_EARLY:
        advise_order(e);
        return;
    default:
        rule = fe_explain_rule(e);
        if (rule.ptr) {
            advise_rule(e, rule);
        } else {
            advise_recording(e);
        }
    }
}
