/* SPDX-License-Identifier: MIT */
/* From paths to indices: by those that lie in the file, or else by reading all of it; and what
 * several cassettes must agree on. */
#include <errno.h>
#include <inttypes.h>

#include "cassette/library/library_private.h"
#include "cassette/writer.h"

/* ── the index ── */

/* What is behind a torn tail had not ended; anything else that is missing was once whole, and who
 * does without it should know. */
static int check_damage(const struct fe_library_cassette *cassette, struct fe_errors *errors)
{
    const struct fe_index *index = &cassette->index;
    const char *path = fe_reader_path(cassette->reader);
    for (size_t i = 0; i < index->session_count; i++) {
        if (index->sessions[i].reader > FE_CASSETTE_READER) {
            fe_errors_add(errors,
                          "%s: session %zu needs a reader of version %" PRIu64
                          " and this is one of version %d: use a newer foundry-emulator",
                          path, i + 1, index->sessions[i].reader, FE_CASSETTE_READER);
            return -EINVAL;
        }
    }
    for (size_t i = 0; i < index->damage_count; i++) {
        if (!index->damages[i].torn) {
            fe_errors_add(errors,
                          "%s: damaged at offset %" PRIu64
                          ": %s; `foundry-cassette repair` keeps what is good",
                          path, index->damages[i].offset, index->damages[i].why);
            return -EINVAL;
        }
    }
    return 0;
}

static int scan(struct fe_library_cassette *cassette, struct fe_errors *errors)
{
    int r = fe_index_build(cassette->reader, &cassette->arena, &cassette->index);
    if (r < 0) {
        fe_errors_add(errors, "%s: cannot be read: %s", fe_reader_path(cassette->reader),
                      strerror(-r));
        return r;
    }
    return check_damage(cassette, errors);
}

/* What a library wants of an index, but for the exchanges, which stay where they are. */
static void use_sealed(struct fe_library_cassette *cassette)
{
    struct fe_index *index = &cassette->index;
    size_t count = 0;
    for (const struct fe_sealed_session *s = cassette->sealed; s; s = s->next) {
        count++;
        index->count += s->exchanges;
    }
    index->sessions = fe_arena_alloc(&cassette->arena, count * sizeof(*index->sessions));
    index->session_offsets = fe_arena_alloc(&cassette->arena, count * sizeof(uint64_t));
    for (const struct fe_sealed_session *s = cassette->sealed; s; s = s->next) {
        index->sessions[index->session_count] = s->session;
        index->session_offsets[index->session_count++] = s->offset;
    }
}

static int read_index(struct fe_library_cassette *cassette, uint64_t verified_bytes_max,
                      struct fe_errors *errors)
{
    bool verify = fe_reader_bytes(cassette->reader).len <= verified_bytes_max;
    if (fe_sealed_read(cassette->reader, verify, &cassette->arena, &cassette->sealed) < 0) {
        cassette->sealed = NULL;
        return scan(cassette, errors);
    }
    use_sealed(cassette);
    return 0;
}

/* Else every recording would be there, and given, twice. */
static int check_twice(const struct fe_library *library, const struct fe_library_cassette *cassette,
                       struct fe_errors *errors)
{
    for (size_t i = 0; &library->cassettes[i] != cassette; i++) {
        const struct fe_reader *other = library->cassettes[i].reader;
        if (other && fe_reader_same_file(cassette->reader, other)) {
            fe_errors_add(errors, "%s: the same file as %s: name it once",
                          fe_reader_path(cassette->reader), fe_reader_path(other));
            return -EINVAL;
        }
    }
    return 0;
}

int fe_library_cassette_open(struct fe_library *library, const char *path,
                             uint64_t verified_bytes_max, struct fe_library_cassette *cassette,
                             struct fe_errors *errors)
{
    char why[FE_WRITER_WHY_BYTES] = "";
    int r = fe_reader_open(path, &cassette->reader, why, sizeof(why));
    if (r < 0) {
        fe_errors_add(errors, "%s", why);
        return r;
    }
    r = check_twice(library, cassette, errors);
    return r < 0 ? r : read_index(cassette, verified_bytes_max, errors);
}

void fe_library_cassette_done(struct fe_library_cassette *cassette)
{
    fe_arena_done(&cassette->arena);
    fe_reader_free(cassette->reader);
}

/* ── the profile ── */

/* A session, and what it is called. */
struct wish {
    const struct fe_library_cassette *cassette;
    size_t session;
    enum fe_match_profile profile;
};

static int read_wish(struct wish *wish, struct fe_errors *errors)
{
    struct fe_slice name = wish->cassette->index.sessions[wish->session].match_profile;
    if (fe_match_profile_parse(name, &wish->profile) == 0) {
        return 0;
    }
    fe_errors_add(errors,
                  "%s: session %zu is to be matched by the profile \"" FE_PRI
                  "\", which is none of strict, lenient and method-path: say with --match which "
                  "to take",
                  fe_reader_path(wish->cassette->reader), wish->session + 1, FE_ARG(name));
    return -EINVAL;
}

static int contradict(const struct wish *a, const struct wish *b, struct fe_errors *errors)
{
    fe_errors_add(errors,
                  "%s: session %zu is to be matched by the profile " FE_PRI
                  ", but session %zu of %s by " FE_PRI ": say with --match which to take",
                  fe_reader_path(b->cassette->reader), b->session + 1,
                  FE_ARG(fe_match_profile_text(b->profile)), a->session + 1,
                  fe_reader_path(a->cassette->reader), FE_ARG(fe_match_profile_text(a->profile)));
    return -EINVAL;
}

int fe_library_agree_on_profile(struct fe_library *library, struct fe_errors *errors)
{
    struct wish first = {.cassette = NULL};
    int r = 0;
    for (size_t i = 0; i < library->cassette_count; i++) {
        const struct fe_index *index = &library->cassettes[i].index;
        for (size_t k = 0; k < index->session_count && r == 0; k++) {
            struct wish wish = {.cassette = &library->cassettes[i], .session = k};
            r = read_wish(&wish, errors);
            if (r == 0 && first.cassette == NULL) {
                first = wish;
            }
            if (r == 0 && wish.profile != first.profile) {
                r = contradict(&first, &wish, errors);
            }
        }
    }
    library->options.profile = first.profile;
    return r;
}
