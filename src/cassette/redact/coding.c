/* SPDX-License-Identifier: MIT */
/* A coding is a chain of stages: what one gives goes into the next, the last one's output to the
 * caller. The coding that was applied last stands last in the field and is taken off first. */
#include "cassette/redact/coding.h"

#include <brotli/decode.h>
#include <errno.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "util/alloc.h"

enum {
    STAGES_MAX = 4,
    OUTPUT_BYTES = 64 << 10, /* given at once */
    WBITS_GZIP = 15 + 16,
    WBITS_ZLIB = 15,
    WBITS_RAW = -15,
    ZSTD_WINDOW_LOG_MAX = 23 /* 8 MiB, as RFC 9659 has it */
};

enum kind {
    GZIP,
    DEFLATE,
    BROTLI,
    ZSTD
};

struct stage {
    enum kind kind;
    struct stage *next; /* NULL: the output is the caller's */
    struct fe_coding *coding;
    bool started;  /* zlib is set up when the first bytes show what they are */
    bool complete; /* what has come so far is whole */
    bool over;     /* what comes now belongs to nothing, and is left aside */
    z_stream zlib;
    BrotliDecoderState *brotli;
    ZSTD_DStream *zstd;
    unsigned char head[2]; /* of a deflate stream */
    size_t head_len;
    unsigned char *output; /* OUTPUT_BYTES */
};

struct fe_coding {
    struct stage stages[STAGES_MAX]; /* the first is fed by the caller */
    size_t count;
    int error;
    fe_coding_fn *fn;
    void *arg;
};

static int stage_push(struct stage *stage, struct fe_slice bytes);

static int give(struct stage *stage, size_t len)
{
    struct fe_slice bytes = {(const char *)stage->output, len};
    if (len == 0) {
        return 0;
    }
    if (stage->next != NULL) {
        return stage_push(stage->next, bytes);
    }
    stage->coding->fn(stage->coding->arg, bytes);
    return 0;
}

/* ── zlib ── */

/* A gzip member may be followed by another one (RFC 1952 §2.2); zeros or anything else behind the
 * last one is padding, which other clients skip as well. */
static int begin_member(struct stage *stage, struct fe_slice rest)
{
    if (stage->kind == GZIP && rest.len > 0 && (unsigned char)rest.ptr[0] == 0x1f) {
        stage->complete = false;
        return inflateReset(&stage->zlib) == Z_OK ? 0 : -EBADMSG;
    }
    stage->over = rest.len > 0 || stage->kind != GZIP;
    return 0;
}

static int inflate_some(struct stage *stage)
{
    stage->zlib.next_out = stage->output;
    stage->zlib.avail_out = OUTPUT_BYTES;
    int r = inflate(&stage->zlib, Z_NO_FLUSH);
    int given = give(stage, OUTPUT_BYTES - stage->zlib.avail_out);
    if (given < 0) {
        return given;
    }
    if (r == Z_STREAM_END) {
        stage->complete = true;
        return 0;
    }
    return r == Z_OK || r == Z_BUF_ERROR ? 0 : -EBADMSG;
}

static int inflate_push(struct stage *stage, struct fe_slice bytes)
{
    int r = 0;
    /* zlib's interface has no const; it does not write there. */
    stage->zlib.next_in = (unsigned char *)(uintptr_t)bytes.ptr;
    stage->zlib.avail_in = (unsigned)bytes.len;
    do {
        struct fe_slice rest = {(const char *)stage->zlib.next_in, stage->zlib.avail_in};
        if (stage->complete) {
            r = begin_member(stage, rest);
        }
        if (r == 0 && !stage->over && !stage->complete) {
            r = inflate_some(stage);
        }
    } while (r == 0 && !stage->over &&
             (stage->zlib.avail_in > 0 || (stage->zlib.avail_out == 0 && !stage->complete)));
    return r;
}

static int start_zlib(struct stage *stage, int window_bits)
{
    if (inflateInit2(&stage->zlib, window_bits) != Z_OK) {
        return -EBADMSG;
    }
    stage->started = true;
    return 0;
}

/* "deflate" is a zlib stream (RFC 9110 §8.4.1.2), but servers send naked deflate data too: the
 * first two bytes tell. */
static int deflate_push(struct stage *stage, struct fe_slice bytes)
{
    while (!stage->started && bytes.len > 0) {
        stage->head[stage->head_len++] = (unsigned char)bytes.ptr[0];
        bytes = fe_slice_from(bytes, 1);
        if (stage->head_len == sizeof(stage->head)) {
            unsigned head = (unsigned)stage->head[0] << 8 | stage->head[1];
            bool wrapped = (stage->head[0] & 0x0f) == Z_DEFLATED && head % 31 == 0;
            int r = start_zlib(stage, wrapped ? WBITS_ZLIB : WBITS_RAW);
            struct fe_slice front = {(const char *)stage->head, sizeof(stage->head)};
            r = r < 0 ? r : inflate_push(stage, front);
            if (r < 0) {
                return r;
            }
        }
    }
    return stage->started && bytes.len > 0 && !stage->over ? inflate_push(stage, bytes) : 0;
}

static int gzip_push(struct stage *stage, struct fe_slice bytes)
{
    int r = stage->started ? 0 : start_zlib(stage, WBITS_GZIP);
    return r < 0 ? r : inflate_push(stage, bytes);
}

/* ── brotli and zstd ── */

static int brotli_push(struct stage *stage, struct fe_slice bytes)
{
    const uint8_t *next_in = (const uint8_t *)bytes.ptr;
    size_t left = bytes.len;
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        uint8_t *next_out = stage->output;
        size_t room = OUTPUT_BYTES;
        result =
            BrotliDecoderDecompressStream(stage->brotli, &left, &next_in, &room, &next_out, NULL);
        int r = give(stage, OUTPUT_BYTES - room);
        if (r < 0 || result == BROTLI_DECODER_RESULT_ERROR) {
            return r < 0 ? r : -EBADMSG;
        }
    }
    stage->complete = result == BROTLI_DECODER_RESULT_SUCCESS;
    stage->over = stage->complete;
    return 0;
}

/* Several frames may follow one another (RFC 8878 §3.1). */
static int zstd_push(struct stage *stage, struct fe_slice bytes)
{
    ZSTD_inBuffer in = {bytes.ptr, bytes.len, 0};
    bool full = true;
    while (in.pos < in.size || full) {
        ZSTD_outBuffer out = {stage->output, OUTPUT_BYTES, 0};
        size_t before = in.pos;
        size_t left = ZSTD_decompressStream(stage->zstd, &out, &in);
        if (ZSTD_isError(left)) {
            return -EBADMSG;
        }
        if (in.pos > before || out.pos > 0) {
            stage->complete = left == 0;
        }
        int r = give(stage, out.pos);
        if (r < 0) {
            return r;
        }
        full = out.pos == OUTPUT_BYTES;
    }
    return 0;
}

static int stage_push(struct stage *stage, struct fe_slice bytes)
{
    if (bytes.len == 0 || stage->over) {
        return 0;
    }
    switch (stage->kind) {
    case GZIP:
        return gzip_push(stage, bytes);
    case DEFLATE:
        return deflate_push(stage, bytes);
    case BROTLI:
        return brotli_push(stage, bytes);
    case ZSTD:
        break;
    }
    return zstd_push(stage, bytes);
}

/* ── the chain ── */

static int parse_kind(struct fe_slice name, enum kind *kind_out)
{
    static const struct {
        struct fe_slice name;
        enum kind kind;
    } known[] = {
        {FE_SLICE_INIT("gzip"), GZIP},       {FE_SLICE_INIT("x-gzip"), GZIP},
        {FE_SLICE_INIT("deflate"), DEFLATE}, {FE_SLICE_INIT("br"), BROTLI},
        {FE_SLICE_INIT("zstd"), ZSTD},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (fe_slice_eq_nocase(name, known[i].name)) {
            *kind_out = known[i].kind;
            return 0;
        }
    }
    return -ENOTSUP;
}

static int open_stage(struct fe_coding *coding, struct stage *stage, enum kind kind)
{
    *stage = (struct stage){.kind = kind, .coding = coding};
    stage->output = fe_xalloc(OUTPUT_BYTES);
    if (kind == BROTLI) {
        stage->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    } else if (kind == ZSTD) {
        stage->zstd = ZSTD_createDStream();
        if (stage->zstd != NULL) {
            (void)ZSTD_DCtx_setParameter(stage->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
        }
    }
    bool failed = (kind == BROTLI && stage->brotli == NULL) || (kind == ZSTD && !stage->zstd);
    return failed ? -ENOTSUP : 0;
}

static void close_stage(struct stage *stage)
{
    if (stage->started) {
        (void)inflateEnd(&stage->zlib);
    }
    if (stage->brotli != NULL) {
        BrotliDecoderDestroyInstance(stage->brotli);
    }
    (void)ZSTD_freeDStream(stage->zstd);
    free(stage->output);
}

/* Names in the order of the field; "identity" and empty ones do not count. -ENOTSUP. */
static int parse_kinds(struct fe_slice list, enum kind kinds[STAGES_MAX], size_t *count)
{
    struct fe_slice name;
    while (fe_slice_split(&list, ',', &name)) {
        name = fe_slice_trim(name);
        if (name.len == 0 || fe_slice_eq_nocase(name, FE_SLICE("identity"))) {
            continue;
        }
        int r = *count < STAGES_MAX ? parse_kind(name, &kinds[*count]) : -ENOTSUP;
        if (r < 0) {
            return r;
        }
        (*count)++;
    }
    return 0;
}

static int open_chain(const enum kind *kinds, size_t count, fe_coding_fn *fn, void *arg,
                      struct fe_coding **coding_out)
{
    struct fe_coding *coding = fe_xalloc(sizeof(*coding));
    coding->fn = fn;
    coding->arg = arg;
    for (size_t i = 0; i < count; i++) {
        int r = open_stage(coding, &coding->stages[i], kinds[count - 1 - i]);
        coding->count++;
        if (r < 0) {
            fe_coding_free(coding);
            return r;
        }
        if (i > 0) {
            coding->stages[i - 1].next = &coding->stages[i];
        }
    }
    *coding_out = coding;
    return 0;
}

/* ── public ── */

int fe_coding_new(const struct fe_headers *headers, fe_coding_fn *fn, void *arg,
                  struct fe_coding **coding_out, struct fe_slice *names_out)
{
    enum kind kinds[STAGES_MAX];
    size_t count = 0;
    *coding_out = NULL;
    *names_out = FE_SLICE("");
    for (size_t i = 0; i < headers->count; i++) {
        struct fe_slice value = fe_slice_trim(headers->items[i].value);
        if (!fe_slice_eq_nocase(headers->items[i].name, FE_SLICE("Content-Encoding"))) {
            continue;
        }
        size_t before = count;
        int r = parse_kinds(value, kinds, &count);
        /* Two fields that both name a coding have no text that could be borrowed for both. */
        if (r < 0 || (before > 0 && count > before)) {
            return -ENOTSUP;
        }
        *names_out = count > before ? value : *names_out;
    }
    return count > 0 ? open_chain(kinds, count, fn, arg, coding_out) : 0;
}

void fe_coding_free(struct fe_coding *coding)
{
    if (coding != NULL) {
        for (size_t i = 0; i < coding->count; i++) {
            close_stage(&coding->stages[i]);
        }
        free(coding);
    }
}

int fe_coding_push(struct fe_coding *coding, struct fe_slice bytes)
{
    /* zlib counts in 32 bits. */
    while (bytes.len > 0 && coding->error == 0) {
        struct fe_slice part = {bytes.ptr, bytes.len < INT32_MAX ? bytes.len : INT32_MAX};
        coding->error = stage_push(&coding->stages[0], part);
        bytes = fe_slice_from(bytes, part.len);
    }
    return coding->error;
}

int fe_coding_end(struct fe_coding *coding)
{
    for (size_t i = 0; i < coding->count && coding->error == 0; i++) {
        if (!coding->stages[i].complete) {
            coding->error = -EBADMSG;
        }
    }
    return coding->error;
}

static void append(void *arg, struct fe_slice decoded)
{
    (void)fe_buf_put(arg, decoded);
}

int fe_decode_content(struct fe_slice codings, struct fe_slice body, struct fe_buf *out)
{
    enum kind kinds[STAGES_MAX];
    size_t count = 0;
    struct fe_coding *coding = NULL;
    int r = parse_kinds(codings, kinds, &count);
    if (r < 0 || count == 0) {
        return r < 0 ? r : fe_buf_put(out, body);
    }
    r = open_chain(kinds, count, append, out, &coding);
    while (r == 0 && body.len > 0 && out->error == 0) {
        struct fe_slice part = {body.ptr, body.len < OUTPUT_BYTES ? body.len : OUTPUT_BYTES};
        r = fe_coding_push(coding, part);
        body = fe_slice_from(body, part.len);
    }
    if (r == 0 && out->error == 0) {
        r = fe_coding_end(coding);
    }
    fe_coding_free(coding);
    return out->error < 0 ? out->error : r;
}
