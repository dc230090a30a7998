/* SPDX-License-Identifier: MIT */
/* What comes is gathered, searched in all views at once, and given on as far as no match can begin
 * in it that is not known yet. Of matches that overlap, the one that begins first has its
 * placeholder, and of those that begin together the longest; what the others reach beyond it is
 * struck out without one.
 *
 * What is kept for the next time begins where no view is amid an escape, which may be before what
 * has been given on. */
#include "cassette/redact/secrets_private.h"

#include <stdlib.h>

#include "util/alloc.h"

enum {
    BATCH_BYTES = 32 << 10,
    MATCHES_FIRST = 16
};

/* In the text that is held. */
struct match {
    size_t at;
    size_t end;
    size_t slot;
    unsigned form;
    size_t form_len;
};

struct fe_secrets_scan {
    struct fe_secrets *secrets;
    fe_secrets_fn *fn;
    void *arg;
    char *held;
    size_t held_len;
    size_t held_capacity;
    size_t given;      /* of what is held */
    size_t search_due; /* held_len at which it is searched */
    uint64_t base;     /* of what is held, in the input */
    bool hit;
    size_t view; /* being searched */
    struct match *matches;
    size_t match_count;
    size_t match_capacity;
};

struct fe_secrets_scan *fe_secrets_scan_new(struct fe_secrets *secrets, fe_secrets_fn *fn,
                                            void *arg)
{
    struct fe_secrets_scan *scan = fe_xalloc(sizeof(*scan));
    scan->secrets = secrets;
    scan->fn = fn;
    scan->arg = arg;
    scan->search_due = BATCH_BYTES;
    return scan;
}

void fe_secrets_scan_free(struct fe_secrets_scan *scan)
{
    if (scan) {
        fe_wipe(scan->held, scan->held_capacity);
        free(scan->held);
        free(scan->matches);
        free(scan);
    }
}

/* ── matches ── */

static int compare_matches(const void *a, const void *b)
{
    const struct match *x = a;
    const struct match *y = b;
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    if (x->end != y->end) {
        return x->end > y->end ? -1 : 1;
    }
    return x->form < y->form ? -1 : x->form > y->form;
}

/* In order, and only the longest at each place: so there are never more than bytes. */
static void sort_matches(struct fe_secrets_scan *scan)
{
    size_t kept = 0;
    qsort(scan->matches, scan->match_count, sizeof(*scan->matches), compare_matches);
    for (size_t i = 0; i < scan->match_count; i++) {
        if (kept == 0 || scan->matches[kept - 1].at != scan->matches[i].at) {
            scan->matches[kept++] = scan->matches[i];
        }
    }
    scan->match_count = kept;
}

static void make_room_for_match(struct fe_secrets_scan *scan)
{
    if (scan->match_count < scan->match_capacity) {
        return;
    }
    if (scan->match_count > 0) {
        sort_matches(scan);
    }
    if (scan->match_count < scan->match_capacity / 2) {
        return;
    }
    size_t capacity = scan->match_capacity ? scan->match_capacity * 2 : MATCHES_FIRST;
    struct match *matches = fe_xalloc(capacity * sizeof(*matches));
    if (scan->matches) {
        memcpy(matches, scan->matches, scan->match_count * sizeof(*matches));
    }
    free(scan->matches);
    scan->matches = matches;
    scan->match_capacity = capacity;
}

static void add_match(void *arg, const struct fe_secret_hit *hit)
{
    struct fe_secrets_scan *scan = arg;
    struct match match = {hit->at, hit->at + hit->len, hit->slot, hit->form, hit->len};
    if (fe_views_locate(&scan->secrets->views, scan->view, &match.at, &match.end) &&
        match.end > scan->given) {
        make_room_for_match(scan);
        scan->matches[scan->match_count++] = match;
    }
}

static void find_matches(struct fe_secrets_scan *scan, bool last)
{
    struct fe_secrets *secrets = scan->secrets;
    struct fe_views *views = &secrets->views;
    scan->match_count = 0;
    if (secrets->index.longest == 0) {
        return;
    }
    fe_views_build(views, (struct fe_slice){scan->held, scan->held_len}, secrets->index.longest,
                   last);
    for (scan->view = 0; scan->view < FE_SECRET_VIEWS; scan->view++) {
        if (views->items[scan->view].active) {
            fe_secret_index_search(&secrets->index, secrets->slots, views->items[scan->view].text,
                                   add_match, scan);
        }
    }
    if (scan->match_count > 0) {
        sort_matches(scan);
    }
}

/* ── what is given on ── */

static void give_plain(struct fe_secrets_scan *scan, size_t end)
{
    if (end > scan->given) {
        struct fe_slice bytes = {scan->held + scan->given, end - scan->given};
        scan->given = end;
        scan->fn(scan->arg, bytes, scan->base + end, false);
    }
}

static void give_match(struct fe_secrets_scan *scan, const struct match *match)
{
    struct fe_buf out;
    const struct fe_secret *secret = scan->secrets->slots[match->slot];
    fe_buf_init_firm(&out, (size_t)2 * FE_SECRET_BYTES_MAX);
    if (match->at >= scan->given) {
        give_plain(scan, match->at);
        fe_secret_form_put(secret, match->form, match->form_len, &out);
    }
    scan->given = match->end;
    scan->hit = true;
    scan->fn(scan->arg, fe_buf_slice(&out), scan->base + match->end, true);
    fe_buf_done(&out);
}

static void search(struct fe_secrets_scan *scan, bool last)
{
    if (scan->held_len == 0) {
        return;
    }
    find_matches(scan, last);
    size_t longest = scan->secrets->index.longest;
    last = last || longest == 0; /* nothing is known that could go on */
    size_t certain = last ? scan->held_len : fe_views_certain(&scan->secrets->views, longest);
    for (size_t i = 0; i < scan->match_count && scan->matches[i].at < certain; i++) {
        if (scan->matches[i].end > scan->given) {
            give_match(scan, &scan->matches[i]);
        }
    }
    give_plain(scan, certain);
    size_t keep = last ? scan->held_len : fe_views_boundary(&scan->secrets->views, certain);
    memmove(scan->held, scan->held + keep, scan->held_len - keep);
    scan->held_len -= keep;
    scan->given -= keep;
    scan->base += keep;
    size_t due = scan->held_len > BATCH_BYTES ? scan->held_len : BATCH_BYTES;
    scan->search_due = scan->held_len + due;
}

/* ── what comes ── */

/* As many bytes as are searched at once, when there is nothing to search for: they need not be held
 * for that. */
static bool pass(struct fe_secrets_scan *scan, struct fe_slice bytes)
{
    if (scan->held_len > 0 || scan->secrets->index.longest > 0 || bytes.len < BATCH_BYTES) {
        return false;
    }
    scan->base += BATCH_BYTES;
    scan->fn(scan->arg, (struct fe_slice){bytes.ptr, BATCH_BYTES}, scan->base, false);
    return true;
}

static void hold(struct fe_secrets_scan *scan, struct fe_slice bytes)
{
    if (scan->held_len + bytes.len > scan->held_capacity) {
        size_t capacity = 2 * (scan->held_len + bytes.len);
        char *held = fe_xalloc(capacity);
        if (scan->held) {
            memcpy(held, scan->held, scan->held_len);
            fe_wipe(scan->held, scan->held_capacity);
        }
        free(scan->held);
        scan->held = held;
        scan->held_capacity = capacity;
    }
    memcpy(scan->held + scan->held_len, bytes.ptr, bytes.len);
    scan->held_len += bytes.len;
}

void fe_secrets_scan_push(struct fe_secrets_scan *scan, struct fe_slice bytes)
{
    while (bytes.len > 0) {
        if (pass(scan, bytes)) {
            bytes = fe_slice_from(bytes, BATCH_BYTES);
            continue;
        }
        size_t room = scan->search_due - scan->held_len;
        size_t part = bytes.len < room ? bytes.len : room;
        hold(scan, (struct fe_slice){bytes.ptr, part});
        bytes = fe_slice_from(bytes, part);
        if (scan->held_len == scan->search_due) {
            search(scan, false);
        }
    }
}

void fe_secrets_scan_push_safe(struct fe_secrets_scan *scan, struct fe_slice bytes,
                               uint64_t input_len)
{
    search(scan, true);
    scan->base += input_len;
    scan->fn(scan->arg, bytes, scan->base, false);
}

void fe_secrets_scan_end(struct fe_secrets_scan *scan)
{
    search(scan, true);
    scan->base = 0;
    scan->hit = false;
}

bool fe_secrets_scan_hit(const struct fe_secrets_scan *scan)
{
    return scan->hit;
}

/* ── texts that are there whole ── */

static void collect(void *arg, struct fe_slice bytes, uint64_t input_end, bool found)
{
    (void)input_end;
    (void)found;
    (void)fe_buf_put(arg, bytes);
}

static void ignore(void *arg, struct fe_slice bytes, uint64_t input_end, bool found)
{
    (void)found;
    (void)arg;
    (void)bytes;
    (void)input_end;
}

bool fe_secrets_found(struct fe_secrets *secrets, struct fe_slice text)
{
    if (text.len < FE_SECRET_WINDOW_BYTES) {
        return false; /* no form is as short as that */
    }
    if (secrets->whole == NULL) {
        secrets->whole = fe_secrets_scan_new(secrets, ignore, NULL);
    }
    struct fe_secrets_scan *scan = secrets->whole;
    fe_secrets_scan_push(scan, text);
    search(scan, true);
    bool found = scan->hit;
    fe_secrets_scan_end(scan);
    return found;
}

struct fe_slice fe_secrets_replace(struct fe_secrets *secrets, struct fe_slice text,
                                   struct fe_arena *arena)
{
    struct fe_buf out;
    if (!fe_secrets_found(secrets, text)) {
        return text;
    }
    fe_buf_init_firm(&out, SIZE_MAX / 4);
    struct fe_secrets_scan *scan = fe_secrets_scan_new(secrets, collect, &out);
    fe_secrets_scan_push(scan, text);
    fe_secrets_scan_end(scan);
    fe_secrets_scan_free(scan);
    struct fe_slice replaced = fe_arena_copy(arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return replaced;
}
